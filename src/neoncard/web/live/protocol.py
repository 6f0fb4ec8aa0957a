"""uvicorn's websocket protocol, with a shorter way in.

As it comes, each message goes through a parser in Python, a queue and a task, and the socket is stopped and started
around it: some 60 µs. Here a whole text frame is unmasked and handed to whoever listens, at once, in some 5 µs;
everything else (parts, pings, ends, whatever is amiss) goes uvicorn's own way. Where uvicorn is not as we know it, its
own is used unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from websockets.frames import apply_mask  # type: ignore[attr-defined]

TEXT = 0x81
"""The first byte of a text that is whole in one frame (RFC 6455, 5.2)."""

FRAME_MAX = 64 * 1024
"""Bytes of one message on a board."""

KNOWN = ("conn", "frames", "curr_msg_data_type", "close_sent")
"""uvicorn's private names that are reached into."""


class Direct:
    """A whole text goes straight to `heard`, once that is set; None for what is no text. Before uvicorn's class."""

    heard: Callable[[str | None], None] | None = None
    frames: list[bytes]

    def data_received(self: Any, data: bytes) -> None:
        """Whole texts at once; the rest as it always was."""
        if self.heard is not None and not self.conn.reader.buffer and not self.frames:
            data = data[self._texts(data) :]
        if data:
            super().data_received(data)  # type: ignore[misc] # uvicorn's, which comes after

    def _texts(self: Any, data: bytes) -> int:
        """Hand on the whole texts `data` begins with; gives how many bytes they took."""
        at, end = 0, len(data)
        while end - at > 6 and data[at] == TEXT and not self.close_sent:
            size, head = data[at + 1] - 128, 6
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 8
            stop = at + head + size
            if size < 0 or data[at + 1] == 255 or stop > end:
                break
            try:
                text = apply_mask(data[at + head : stop], data[at + head - 4 : at + head]).decode()
            except UnicodeDecodeError:
                break
            at = stop
            self.heard(text)
        return at

    def send_receive_event_to_app(self: Any) -> None:
        """A message that came the long way, in its turn."""
        if self.heard is not None and not self.close_sent:
            text = None
            if self.curr_msg_data_type == "text":
                try:
                    text = b"".join(self.frames).decode()
                except UnicodeDecodeError:
                    super().send_receive_event_to_app()  # type: ignore[misc] # it knows what to answer
                    return
            self.frames = []
            self.heard(text)
        else:
            super().send_receive_event_to_app()  # type: ignore[misc]


def protocol() -> Any:
    """What to give uvicorn as `ws`: our protocol, or the name of its own."""
    try:
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
    except ImportError:
        return "auto"
    begins = WebSocketsSansIOProtocol.__init__.__code__.co_names
    ready = hasattr(WebSocketsSansIOProtocol, "send_receive_event_to_app")
    if not ready or not set(KNOWN) <= set(begins):
        return "websockets-sansio"
    return type("Direct", (Direct, WebSocketsSansIOProtocol), {})
