"""Two hundred people open a new board together."""

from __future__ import annotations

import asyncio

import pytest

from tests.design.board.client import settled
from tests.live.person import door, new

pytestmark = pytest.mark.whole


def test_two_hundred_come_in_at_once_and_none_is_dropped(served):
    async def one(n, everyone_in, docs):
        async with door(served, served.cookies[n], board=served.boards[1]) as person:
            await person.hello()
            everyone_in.add(n)
            while len(everyone_in) < len(served.cookies):
                await asyncio.sleep(0.05)
            op = {"op": "say", "chat": {"id": new("line"), "text": f"I am {n}"}}
            assert await person.do(op) == ""
            count = len(served.cookies)
            await person.until(lambda: len(person.client.doc["chat"]) == count)
            assert not person.client.gap
            docs.append(settled({**person.client.doc, "mine": []}))

    async def run():
        everyone_in, docs = set(), []
        await asyncio.gather(*(one(n, everyone_in, docs) for n in range(len(served.cookies))))
        assert len(docs) == 200
        assert all(doc == docs[0] for doc in docs)

    asyncio.run(run())
