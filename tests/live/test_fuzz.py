"""Whatever comes in: a clear refusal to who sent it, nothing changed, nobody disturbed."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from tests.live.person import at, door

pytestmark = pytest.mark.whole

FRAMES = [
    "", "{", "[]", "null", "17", '"hello"', "{}", '{"t": 5}', '{"t": "dance"}', "[" * 5000,
    '{"t": "hello"}', '{"t": "hello", "since": "now"}', '{"t": "hello", "since": true}',
    '{"t": "at", "card": 5}', '{"t": "at", "card": "<script>"}',
    '{"t": "ops"}', '{"t": "ops", "ops": {}}', '{"t": "ops", "ops": [5]}',
    '{"t": "ops", "ops": [{"id": "x", "op": {}}]}', '{"t": "ops", "ops": [{"id": "op-000001"}]}',
    '{"t": "ops", "ops": [{"id": "op-000002", "op": []}]}',
    '{"t": "ops", "ops": [{"id": "op-000003", "op": {"op": "set"}}]}',
    json.dumps({"t": "ops", "ops": [{"id": "op-000004", "op": {"op": "say"}}] * 51}),
]  # fmt: skip
OPS = [
    {"op": "phase", "to": "vote"}, {"op": "reveal"}, {"op": "budget", "n": 20}, {"op": "lock"},
    {"op": "summon", "card": None}, {"op": "timer", "seconds": 5}, {"op": "vote", "idea": "card-0000"},
    {"op": "delete", "card": "no-such-card"}, {"op": "undo", "undo": "op-from-elsewhere"},
    {"op": "set", "card": "card-0000", "field": "author", "value": "m1"},
    {"op": "set", "card": "card-0000", "field": "text", "value": "x" * 301},
    {"op": "set", "card": "card-0000", "field": "text", "value": {"a": 1}},
    {"op": "set", "card": "card-0000", "field": "level", "value": 99},
    {"op": "move", "card": "card-0000", "step": "step-on-another-board", "after": None},
    {"op": "add_idea", "card": {"id": "card-0000", "text": "twice"}, "step": None, "after": None},
    {"op": "add_step", "card": {"id": "x" * 37, "title": "x"}, "after": None},
    {"op": "commit", "idea": "card-0000", "act": {"title": "x"}},
    {"op": "comment", "card": "card-0000", "comment": {"id": "said-0001", "text": " "}},
    {"op": "board", "field": "phase", "value": "vote"},
]  # fmt: skip


def test_nothing_disturbs_a_board(served):
    async def run():
        async with at(served, served.cookies[2]) as calm, at(served, served.cookies[1]) as wild:
            before, seq = dict(calm.client.doc), calm.client.seq
            for text in FRAMES:
                await wild.send(text)
                frame = await wild.hear()
                while frame["t"] == "here":
                    frame = await wild.hear()
                assert (frame["t"], frame["why"]) == ("no", "invalid"), text
                assert frame["say"]
            for op in OPS:
                why = await wild.do(op)
                assert why in ("role", "phase", "missing", "invalid", "undo"), op
            chance = random.Random(7)
            for _n in range(200):
                op = dict(chance.choice(OPS))
                op[chance.choice([*op, "card", "field"])] = chance.choice(
                    [None, 5, True, [], {}, "x", "\u0000", "card-0000", -1, 1e300, "x" * 4000]
                )
                if op.get("op") not in ("lock", "summon", "timer", "board"):
                    await wild.send({"t": "ops", "ops": [{"id": f"op-rand-{_n:06d}", "op": op}]})
            await wild.send({"t": "ping"})
            while (await wild.hear())["t"] != "pong":
                pass
            assert (
                await calm.do({"op": "say", "chat": {"id": "line-calm", "text": "Still here"}})
                == ""
            )
            assert calm.client.doc["board"] == before["board"]
            assert calm.client.seq >= seq + 1
            assert not calm.refused

    asyncio.run(run())


@pytest.mark.parametrize(("sent", "code"), [(b"\x00\x01", 1003), ("x" * 70_000, 1009)])
def test_what_is_no_text_or_too_long_ends_the_connection(served, sent, code):
    async def run():
        async with at(served, served.cookies[3]) as person:
            await person.send(sent)
            assert (await person.end())["code"] == code

    asyncio.run(run())


def test_without_a_hello_nothing_is_done(served):
    async def run():
        async with door(served, served.cookies[4]) as person:
            op = {"op": "say", "chat": {"id": "line-early", "text": "x"}}
            await person.send({"t": "ops", "ops": [{"id": "op-early-1", "op": op}]})
            assert (await person.hear())["why"] == "invalid"

    asyncio.run(run())


def test_hidden_words_are_on_nobody_elses_wire(served):
    board = served.boards[1]

    async def run():
        async with (
            at(served, served.cookies[0], board=board) as lead,
            at(served, served.cookies[1], board=board) as author,
            at(served, served.cookies[2], board=board) as other,
        ):
            assert await lead.do({"op": "phase", "to": "ideas"}) == ""
            card = {"id": "card-secret", "text": "Zanzibar", "principle": "Zanzibar"}
            op = {"op": "add_idea", "card": card, "step": None, "after": None}
            assert await author.do(op) == ""
            for word in ("Zanzibar one", "Zanzibar two"):
                write = {"op": "set", "card": "card-secret", "field": "text", "value": word}
                assert await author.do(write) == ""
            assert await lead.do({"op": "move", "card": "card-secret", "step": "step-0001", "after": None}) == ""  # fmt: skip
            await other.until(lambda: other.client.seq == lead.client.seq)
            async with at(served, served.cookies[3], board=board) as late:
                assert "Zanzibar" not in "".join([*lead.said, *other.said, *late.said])
                await other.hello(1)
                assert "Zanzibar" not in "".join(other.said)
            assert "Zanzibar two" in "".join(author.said)
            assert await lead.do({"op": "reveal"}) == ""
            await other.until(lambda: "Zanzibar two" in other.said[-1])

    asyncio.run(run())
