"""uvicorn's websocket protocol, with one thing changed: it goes on reading while a few messages wait.

As it comes, it stops reading the socket with each message and begins again when the message is taken: two system calls
and two turns of the selector an edit. Here it does so only when many wait. Where uvicorn is not as we know it, its own
is used unchanged.
"""

from __future__ import annotations

import asyncio
from typing import Any

WAITING = 32
"""Messages of one connection that may wait before its socket rests."""


def protocol() -> Any:
    """What to give uvicorn as `ws`: our protocol, or the name of its own."""
    try:
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
    except ImportError:
        return "auto"
    known = getattr(WebSocketsSansIOProtocol, "send_receive_event_to_app", None)
    if known is None or not {"read_paused", "pause_reading"} <= set(known.__code__.co_names):
        return "websockets-sansio"

    class Patient(WebSocketsSansIOProtocol):
        """See the module."""

        queue: asyncio.Queue[Any]

        def send_receive_event_to_app(self) -> None:
            """Hand a message on; the socket rests only behind many."""
            rested, self.read_paused = self.read_paused, True  # so that it is not paused there
            super().send_receive_event_to_app()
            self.read_paused = rested
            if not rested and self.queue.qsize() >= WAITING:
                self.read_paused = True
                self.transport.pause_reading()

    return Patient
