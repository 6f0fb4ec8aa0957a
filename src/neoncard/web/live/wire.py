"""One person's connection: frames out, and how much of them still waits.

The same frame goes to everyone in a room, so it is put into websocket bytes once and written to each transport. That
reaches into uvicorn (`WebSocketsSansIOProtocol`: `transport`, `conn`, `close_sent`); where these are not as we know
them, frames go the way ASGI says, only slower. A test runs both.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST = 256 * 1024
"""Bytes that may wait for one connection; beyond that it is too far behind and starts anew."""


class Frame:
    """A text to send: as text, and as the bytes of an unmasked websocket frame (RFC 6455, 5.2), made once."""

    __slots__ = ("_raw", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._raw: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The frame's bytes."""
        if self._raw is None:
            body = self.text.encode()
            size = len(body)
            if size < 126:
                head = struct.pack("!BB", 0x81, size)
            elif size < 65536:
                head = struct.pack("!BBH", 0x81, 126, size)
            else:
                head = struct.pack("!BBQ", 0x81, 127, size)
            self._raw = head + body
        return self._raw


def protocol_of(send: Send) -> Any | None:
    """uvicorn's protocol behind `send`, when it is the one we know and compresses nothing; None otherwise."""
    protocol = getattr(send, "__self__", None)
    if protocol is None or "WebSocketsSansIOProtocol" not in [
        known.__name__ for known in type(protocol).__mro__
    ]:
        return None
    transport = getattr(protocol, "transport", None)
    ready = hasattr(protocol, "close_sent") and all(
        callable(getattr(transport, name, None))
        for name in ("write", "is_closing", "get_write_buffer_size")
    )
    return protocol if ready and not getattr(protocol.conn, "extensions", None) else None


class Line:
    """The way out to one person. `raw=False` never reaches into the server."""

    def __init__(self, send: Send, *, raw: bool = True) -> None:
        self._send = send
        self._protocol = protocol_of(send) if raw else None
        self._queue: asyncio.Queue[Frame | int] = asyncio.Queue()
        self._waiting = 0
        self._writer: asyncio.Task[None] | None = None
        self.closed = False

    @property
    def raw(self) -> bool:
        """Whether frames are written straight to the transport."""
        return self._protocol is not None

    def listen(self, heard: Callable[[str | None], None]) -> None:
        """Texts come straight from the network from now on (protocol.py), None for what is no text; or as before."""
        if self._protocol is not None and hasattr(self._protocol, "heard"):
            self._protocol.heard = heard

    @property
    def waiting(self) -> int:
        """Bytes not yet taken by the network."""
        if self._protocol is not None:
            return int(self._protocol.transport.get_write_buffer_size())
        return self._waiting

    def send(self, frame: Frame) -> None:
        """Send a frame, in order; after the end nothing happens."""
        if self.closed:
            return
        protocol = self._protocol
        if protocol is not None and self._writer is None:
            transport = protocol.transport
            if not protocol.close_sent and not transport.is_closing():
                transport.write(frame.raw)
            return
        self._waiting += len(frame.text)
        self._put(frame)

    def close(self, code: int) -> None:
        """Close after everything sent before."""
        if not self.closed:
            self.closed = True
            self._put(code)

    def _put(self, what: Frame | int) -> None:
        self._queue.put_nowait(what)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while True:
            what = await self._queue.get()
            try:
                if isinstance(what, int):
                    await self._send({"type": "websocket.close", "code": what})
                    return
                await self._send({"type": "websocket.send", "text": what.text})
                self._waiting -= len(what.text)
            except (OSError, RuntimeError):  # the other side has gone
                self.closed = True
                return

    def drop(self) -> None:
        """The connection has ended: nothing more goes out."""
        self.closed = True
        if self._writer is not None and self._queue.empty():
            self._writer.cancel()
