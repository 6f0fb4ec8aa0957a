"""Frames and the two ways they go out."""

from __future__ import annotations

import asyncio

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame as Known
from websockets.frames import Opcode

from neoncard.web.live import room as rooms
from neoncard.web.live.desk import Told
from neoncard.web.live.room import Room, Seat
from neoncard.web.live.who import Admitted
from neoncard.web.live.wire import MOST, Frame, Line, protocol_of
from tests.design.board.memory import who


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 100_000])
def test_a_frame_is_what_the_websockets_library_makes(size):
    text = "ä" * (size // 2) + "x" * (size % 2)
    known = Known(Opcode.TEXT, text.encode()).serialize(mask=False)
    assert Frame(text).raw == known


def test_uvicorn_is_as_we_know_it():
    """The private names the fast way reaches into; when this fails, frames still go the plain way."""
    assert {"transport", "close_sent"} <= set(WebSocketsSansIOProtocol.__init__.__code__.co_names)
    assert "conn" in WebSocketsSansIOProtocol.__init__.__code__.co_names


class Wire:
    """The plain way: what ASGI's send was given."""

    def __init__(self, stuck=False):
        self.sent = []
        self.free = asyncio.Event()
        if not stuck:
            self.free.set()

    async def send(self, message):
        await self.free.wait()
        self.sent.append(message.get("text", message.get("code")))


def test_the_plain_way_keeps_the_order_and_closes_last():
    async def run():
        wire = Wire()
        line = Line(wire.send)
        assert (line.raw, protocol_of(wire.send)) == (False, None)
        for text in ("a", "b", "c"):
            line.send(Frame(text))
        line.close(4403)
        line.send(Frame("after the end"))
        await asyncio.sleep(0.01)
        assert wire.sent == ["a", "b", "c", 4403]
        assert line.waiting == 0

    asyncio.run(run())


def test_who_is_too_far_behind_is_told_to_begin_anew():
    async def run():
        room = Room(1, lambda job, done: None, rate=10)
        wires = [Wire(stuck=True), Wire()]
        seats = [Seat(Line(wire.send), Admitted(who("m2"), "Ines", "en")) for wire in wires]
        for seat in seats:
            room.seats[seat] = None
        big = "x" * (MOST // 2)
        for _n in range(5):
            room._send(Told(everyone=Frame(big)))
            await asyncio.sleep(0.001)
        wires[0].free.set()
        await asyncio.sleep(0.01)
        assert wires[0].sent == [big] * 3 + [rooms.RESYNC.text]
        assert wires[1].sent == [big] * 5

    asyncio.run(run())


def test_one_person_may_do_so_much_and_no_more():
    async def run():
        jobs = []
        room = Room(1, lambda job, done: jobs.append(job), rate=5)
        wire = Wire()
        seat = Seat(Line(wire.send), Admitted(who("m2"), "Ines", "en"))
        from neoncard.design.board.actions import Asked

        room.take(seat, [Asked(f"op-{n:06d}", {"op": "say"}, who("m2")) for n in range(12)])
        await asyncio.sleep(0.05)
        assert [text[:24] for text in wire.sent] == ['{"t":"no","id":"op-00001'] * 2
        assert len(jobs) == 1

    asyncio.run(run())
