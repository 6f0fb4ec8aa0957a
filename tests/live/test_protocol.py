"""The short way in: whatever comes, however it is cut, is heard once, whole and in order."""

from __future__ import annotations

import asyncio

import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from neoncard.web.live import protocol as ours
from neoncard.web.live.protocol import protocol

HANDSHAKE = (
    b"GET /live/journeys/1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Transport:
    """Takes what is written, and remembers how it ended."""

    def __init__(self):
        self.written = b""
        self.closed = False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def get_extra_info(self, _name):
        return None

    def pause_reading(self):
        pass

    resume_reading = pause_reading


async def _accept(_scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def opened():
    """A connection after its handshake, listened to; and what was heard."""
    config = uvicorn.Config(_accept, ws=protocol(), ws_per_message_deflate=False, log_config=None)
    config.load()
    one = protocol()(config, ServerState(), {})
    transport = Transport()
    one.connection_made(transport)
    one.data_received(HANDSHAKE)
    while b"101 Switching" not in transport.written:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    heard = []
    one.heard = heard.append
    return one, transport, heard


def frame(opcode, data, *, fin=True):
    return Frame(opcode, data, fin).serialize(mask=True)


def said(kind, text):
    """The bytes of one message of a kind, and what is to be heard of it."""
    data = text.encode()
    if kind == "text":
        return frame(Opcode.TEXT, data), [text]
    if kind == "parts":
        half = len(data) // 2
        first = frame(Opcode.TEXT, data[:half], fin=False)
        return first + frame(Opcode.CONT, data[half:]), [text]
    if kind == "ping":
        return frame(Opcode.PING, data[:100]), []
    return frame(Opcode.BINARY, data), [None]


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["text", "text", "text", "parts", "ping", "bytes"]),
        st.one_of(st.text(max_size=50), st.integers(120, 300).map("ä".__mul__), st.just("x" * 40_000)),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(MESSAGES, st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_however_it_is_cut(messages, cuts):
    async def run():
        one, transport, heard = await opened()
        made = [said(*message) for message in messages]
        data = b"".join(raw for raw, _texts in made)
        at, turn = 0, 0
        while at < len(data):
            size = cuts[turn % len(cuts)] * (1 if turn % 3 else 50)
            one.data_received(data[at : at + size])
            at, turn = at + size, turn + 1
        assert heard == [text for _raw, texts in made for text in texts]
        assert not transport.closed
        one.connection_lost(None)

    asyncio.run(run())


def test_what_is_amiss_is_answered_as_uvicorn_does():
    async def run():
        for bad in (
            frame(Opcode.TEXT, b"\xff\xfe"),
            Frame(Opcode.TEXT, b"unmasked").serialize(mask=False),
        ):
            one, transport, heard = await opened()
            one.data_received(frame(Opcode.TEXT, b"before") + bad)
            assert heard == ["before"]
            assert transport.closed
            one.connection_lost(None)

    asyncio.run(run())


def test_nothing_is_heard_after_the_goodbye():
    async def run():
        one, _transport, heard = await opened()

        def leave(text):
            heard.append(text)
            one.close_sent = True

        one.heard = leave
        one.data_received(frame(Opcode.TEXT, b"last") + frame(Opcode.TEXT, b"too late"))
        assert heard == ["last"]
        one.connection_lost(None)

    asyncio.run(run())


def test_uvicorn_is_as_we_know_it(monkeypatch):
    """When this fails, uvicorn's own protocol is used unchanged, and everything still works, only slower."""
    assert issubclass(protocol(), WebSocketsSansIOProtocol)
    monkeypatch.setattr(ours, "KNOWN", (*ours.KNOWN, "something_else"))
    assert protocol() == "websockets-sansio"
