"""Somebody at a live board: the reference client behind a real socket."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.design.board.client import Client

_n = itertools.count(1)


def new(prefix: str = "op") -> str:
    return f"{prefix}-{next(_n):08d}"


class Person:
    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.client = Client()
        self.refused: dict[str, dict[str, Any]] = {}
        self.here: list[dict[str, Any]] = []
        self.said: list[str] = []

    async def hear(self, seconds: float = 10) -> dict[str, Any]:
        """The next frame, applied."""
        text = await asyncio.wait_for(self.socket.recv(), seconds)
        self.said.append(text)
        frame = json.loads(text)
        if frame["t"] == "no":
            self.refused[frame["id"]] = frame
        elif frame["t"] == "here":
            self.here = frame["people"]
        else:
            self.client.hear(frame)
        return frame

    async def until(self, true: Any) -> None:
        while not true():
            await self.hear()

    async def end(self) -> dict[str, Any]:
        """Listen until the connection is closed; the last frame."""
        frame: dict[str, Any] = {}
        while True:
            try:
                frame = await self.hear()
            except ConnectionClosed as closed:
                return {**frame, "code": closed.rcvd.code if closed.rcvd else 1006}

    async def hello(self, since: int = 0) -> dict[str, Any]:
        await self.send({"t": "hello", "since": since})
        while (frame := await self.hear())["t"] != "welcome":
            pass
        return frame

    async def send(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def do(self, op: dict[str, Any], id: str = "") -> str:
        """An operation, until it is acknowledged ("") or refused (why)."""
        key = id or new()
        await self.send({"t": "ops", "ops": [{"id": key, "op": op}]})
        await self.until(lambda: key in self.client.acknowledged or key in self.refused)
        return self.refused[key]["why"] if key in self.refused else ""


@asynccontextmanager
async def at(served: Any, cookie: str = "", *, guest: bool = False, board: int | None = None):
    """A connection that has said hello."""
    async with door(served, cookie, guest=guest, board=board) as person:
        await person.hello()
        yield person


@asynccontextmanager
async def door(
    served: Any,
    cookie: str = "",
    *,
    guest: bool = False,
    board: int | None = None,
    origin: str | None = None,
):
    """A connection as it is opened."""
    name = "neoncard-guest" if guest else "neoncard"
    headers = {"Cookie": f"{name}={cookie}"}
    async with connect(
        served.socket(board),
        origin=served.url if origin is None else origin,
        additional_headers=headers,
        compression=None,
        max_size=None,
    ) as socket:
        yield Person(socket)
