"""Who comes in, who is shown out, and what is heard from elsewhere, over real sockets."""

from __future__ import annotations

import asyncio
import os

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.cli.test_serve import free_port
from tests.live.conftest import start
from tests.live.person import at, door, new

pytestmark = pytest.mark.whole


async def code(*args, **kwargs) -> int:
    """What a refused connection is closed with."""
    async with door(*args, **kwargs) as person:
        with pytest.raises(ConnectionClosed) as closed:
            await person.hello()
        return closed.value.rcvd.code


def test_only_those_it_is_for_come_in(served):
    async def run():
        member, guest = served.cookies[0], served.guest
        assert await code(served) == 4401
        assert await code(served, "no-such-session") == 4401
        assert await code(served, "1.2:forged:cookie", guest=True) == 4401
        assert await code(served, guest, guest=True, board=served.boards[1]) == 4403
        assert await code(served, member, origin="https://elsewhere.example") == 4403
        assert await code(served, member, origin="") == 4403
        assert await code(served, member, board=987654) == 4404
        async with at(served, member) as one, at(served, guest, guest=True) as other:
            assert one.client.doc["board"]["id"] == served.boards[0]
            await other.until(lambda: len(other.here) == 2)
            assert {person["role"] for person in other.here} == {"facilitator", "guest"}
            assert await other.do({"op": "lock", "on": True}) == "role"

    asyncio.run(run())


def test_what_a_page_writes_is_heard_on_the_board(served):
    async def run():
        async with at(served, served.cookies[1]) as person:
            cookies = {"neoncard": served.cookies[0], "csrf": "x" * 32}
            async with httpx.AsyncClient(cookies=cookies, headers={"X-CSRFToken": "x" * 32}) as web:
                path = f"{served.url}/journeys/{served.boards[0]}/steps/add"
                answer = await web.post(path, data={"title": "From the page of lists"})
            assert answer.status_code == 302, answer.text
            await person.until(
                lambda: person.client.doc["steps"][-1]["title"] == "From the page of lists"
            )

    asyncio.run(run())


def test_presence_is_told(served):
    async def run():
        async with at(served, served.cookies[0]) as one, at(served, served.cookies[1]) as other:
            await one.send({"t": "at", "card": "card-0001"})
            await other.until(lambda: "card-0001" in [person["card"] for person in other.here])
            await one.send({"t": "ping"})
            while (await one.hear())["t"] != "pong":
                pass

    asyncio.run(run())


def test_one_who_comes_back_hears_what_was_missed(served):
    async def run():
        async with at(served, served.cookies[0]) as one:
            async with at(served, served.cookies[1]) as other:
                client = other.client
            for _n in range(3):
                await one.do({"op": "say", "chat": {"id": new("line"), "text": "Hello"}})
            async with door(served, served.cookies[1]) as other:
                other.client = client
                frame = await other.hello(client.seq)
                assert len(frame["ops"]) == 3
                assert client.seq == one.client.seq
                assert client.doc["chat"] == one.client.doc["chat"]
                frame = await other.hello(client.seq + 1000)
                assert frame["doc"]["chat"] == client.doc["chat"]

    asyncio.run(run())


def test_on_sqlite_one_process_serves_the_boards_and_on_postgresql_many(served):
    many = bool(os.environ.get("DATABASE_URL"))

    async def run():
        async with at(served, served.cookies[0]):
            port, first = free_port(), served.port
            second = start(served.own, port)
            try:
                served.port = port
                if many:
                    async with at(served, served.cookies[0]) as one:
                        await one.do({"op": "say", "chat": {"id": new("line"), "text": "Hello"}})
                else:
                    assert await code(served, served.cookies[0]) == 4409
            finally:
                served.port = first
                second.terminate()
                second.wait()
            said = served.own.log.read_text()
            assert ("another process serves the boards" in said) is not many

    asyncio.run(run())


def test_a_withdrawn_link_shows_its_guests_out(served):
    async def run():
        async with at(served, served.guest, guest=True) as guest:
            cookies = {"neoncard": served.cookies[0], "csrf": "x" * 32}
            async with httpx.AsyncClient(cookies=cookies, headers={"X-CSRFToken": "x" * 32}) as web:
                path = f"{served.url}/journeys/{served.boards[0]}/guests"
                answer = await web.post(path, data={"withdraw": served.link})
            assert answer.status_code == 302, answer.text
            last = await guest.end()
            assert (last["t"], last["code"]) == ("bye", 4403)
        assert await code(served, served.guest, guest=True) == 4403

    asyncio.run(run())
