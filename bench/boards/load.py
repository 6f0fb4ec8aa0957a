"""A load generator that is the same for every server: one process, plain sockets, frames found by a mark in their bytes.

An edit carries `zq` and seven digits, in the operation's id for us, in the text for Yjs; whoever receives these bytes
has the edit. Nothing is decoded further, so the generator costs every server the same.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import os
import re
import struct
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.rounds import percentile

MARK = re.compile(rb"zq(\d{7})")
PER_CLIENT = 20_000
OUTSTANDING = 200
MANY = 12
"""Edits in one message from which on they are counted by numpy."""

TYPICAL = 50


class Link(asyncio.Protocol):
    """One client's websocket. `heard` is called with each message's payload."""

    def __init__(self, path: str, host: str, headers: dict[str, str]) -> None:
        self.path, self.host, self.headers = path, host, headers
        self.heard: Callable[[bytes], None] = lambda _payload: None
        self.open = asyncio.get_running_loop().create_future()
        self.closed = False
        self._buffer = bytearray()
        self._part = b""
        self._shaken = False

    def connection_made(self, transport: Any) -> None:
        """Shake hands."""
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def connection_lost(self, _error: Exception | None) -> None:
        """The end."""
        self.closed = True
        if not self.open.done():
            self.open.set_exception(ConnectionError("refused"))

    def data_received(self, data: bytes) -> None:  # noqa: C901 one loop, kept in one piece for speed
        """Cut what came in into messages."""
        if not self._buffer and self._shaken and not self._part and len(data) > 4:
            length, head = data[1], 2
            if length == 126:
                length, head = int.from_bytes(data[2:4], "big"), 4
            if data[1] != 127 and data[0] in (0x81, 0x82) and len(data) == head + length:
                self.heard(data[head:])
                return
        buffer = self._buffer
        buffer += data
        if not self._shaken:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in buffer[:40]:
                self.open.set_exception(ConnectionError(bytes(buffer[:200]).decode("latin-1")))
                return
            del buffer[: end + 4]
            self._shaken = True
            self.open.set_result(None)
        at, size = 0, len(buffer)
        while size - at >= 2:
            length, head = buffer[at + 1], 2
            if length == 126:
                if size - at < 4:
                    break
                length, head = int.from_bytes(buffer[at + 2 : at + 4], "big"), 4
            elif length == 127:
                if size - at < 10:
                    break
                length, head = int.from_bytes(buffer[at + 2 : at + 10], "big"), 10
            if size - at < head + length:
                break
            first = buffer[at]
            payload = bytes(buffer[at + head : at + head + length])
            at += head + length
            kind = first & 15
            if kind == 9:
                self.send(payload, 10)
            elif kind in (0, 1, 2):
                if not first & 128 or self._part:
                    self._part += payload
                    if first & 128:
                        whole, self._part = self._part, b""
                        self.heard(whole)
                else:
                    self.heard(payload)
            elif kind == 8:
                self.closed = True
        del buffer[:at]

    def send(self, payload: bytes, kind: int = 1) -> None:
        """One frame, masked with zeros: valid, and free."""
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 128 | kind, 128 | size)
        else:
            head = struct.pack("!BBH", 128 | kind, 254, size)
        self.transport.write(head + b"\0\0\0\0" + payload)


@dataclass
class Figures:
    """What one round measured; milliseconds."""

    delivered: list[float] = field(default_factory=list)
    everyone: list[float] = field(default_factory=list)
    saturated: float = 0.0
    deliveries: int = 0
    seconds: float = 0.0

    def typical(self) -> dict[str, float]:
        """The spread of single deliveries, and of edits until everyone had them."""
        found = {}
        for name, figures in (("", self.delivered), ("everyone_", self.everyone)):
            for share in (50, 95, 99):
                found[f"{name}p{share}_ms"] = round(percentile(figures, share / 100) * 1000, 2)
        return found


class Marks:
    """The edits in one message: as a list, as an array, and each client's own."""

    def __init__(self, edits: list[int]) -> None:
        self.edits = edits
        self.all = np.array(edits, dtype=np.intp)
        self.own: dict[int, list[int]] = {}
        if len(edits) >= MANY:
            for edit in edits:
                self.own.setdefault(edit // PER_CLIENT, []).append(edit)


class Load:
    """Clients in one room. `edit(client, n)` gives the payload of a client's nth edit."""

    def __init__(self, links: list[Link], edit: Callable[[int, int], bytes], kind: int) -> None:
        self.links, self.edit, self.kind = links, edit, kind
        self.nth = [0] * len(links)
        self.sent: dict[int, float] = {}
        self.left = array("i", bytes(4 * PER_CLIENT * len(links)))
        self.many = np.frombuffer(self.left, dtype=np.int32)
        self.figures = Figures()
        self.saturating = False
        self.timing = False
        self.done = 0
        self._last = (b"", Marks([]))
        for client, link in enumerate(links):
            link.heard = self._hearer(client)

    def _hearer(self, client: int) -> Callable[[bytes], None]:  # noqa: C901 kept in one piece for speed
        left, many, sent = self.left, self.many, self.sent

        def heard(payload: bytes) -> None:
            last, marks = self._last
            if payload != last:
                marks = Marks([int(mark) for mark in MARK.findall(payload)])
                self._last = (payload, marks)
            edits = marks.edits
            if len(edits) >= MANY and not self.timing:
                many[marks.all] -= 1
                own = marks.own.get(client)
                if own:
                    many[own] += 1
                for edit in marks.all[many[marks.all] == 0].tolist():
                    if edit in sent:
                        self._complete(edit)
                return
            for edit in edits:
                if edit // PER_CLIENT == client or edit not in sent:
                    continue
                if self.timing:
                    self.figures.delivered.append(time.perf_counter() - sent[edit])
                left[edit] -= 1
                if not left[edit]:
                    self._complete(edit)

        return heard

    def _complete(self, edit: int) -> None:
        began = self.sent.pop(edit)
        self.done += 1
        if self.timing:
            self.figures.everyone.append(time.perf_counter() - began)
        if self.saturating:
            self.send(edit // PER_CLIENT)

    def send(self, client: int) -> None:
        """A client's next edit goes out."""
        nth = self.nth[client]
        self.nth[client] = nth + 1
        edit = client * PER_CLIENT + nth
        self.left[edit] = len(self.links) - 1
        self.sent[edit] = time.perf_counter()
        self.links[client].send(self.edit(client, nth), self.kind)

    async def typical(self, seconds: float) -> None:
        """Fifty edits a second, one client after another."""
        loop = asyncio.get_running_loop()
        self.timing = True
        began = loop.time()
        for n in range(int(seconds * TYPICAL)):
            await asyncio.sleep(max(0.0, began + n / TYPICAL - loop.time()))
            self.send(n % len(self.links))
        await self.settle()
        self.timing = False

    async def settle(self, seconds: float = 20) -> None:
        """Until everyone has everything. Raises when something is lost."""
        until = time.monotonic() + seconds
        while self.sent:
            if time.monotonic() > until:
                raise SystemExit(f"bench: {len(self.sent)} edits never reached everyone")
            await asyncio.sleep(0.01)

    async def saturate(
        self, seconds: float, cpu: Callable[[], float], outstanding: int = OUTSTANDING
    ) -> float:
        """So many edits outstanding; the server's CPU milliseconds meanwhile."""
        self.saturating = True
        for n in range(outstanding):
            self.send(n % len(self.links))
        await asyncio.sleep(0.7)
        done, began, used = self.done, time.perf_counter(), cpu()
        await asyncio.sleep(seconds)
        took, spent = time.perf_counter() - began, cpu() - used
        count = self.done - done
        self.figures.saturated = count / took
        self.figures.deliveries = count * (len(self.links) - 1)
        self.figures.seconds = took
        self.saturating = False
        await self.settle()
        return spent


async def connect(
    host: str,
    port: int,
    wanted: list[tuple[str, dict[str, str]]],
    hello: list[list[bytes]],
    kind: int,
    slowly: bool,
) -> list[Link]:
    """Everybody comes in at once, or one after another; each says its hello. Raises when one is refused."""
    loop = asyncio.get_running_loop()

    async def one(path: str, headers: dict[str, str], first: list[bytes]) -> Link:
        welcome = loop.create_future()
        _transport, link = await loop.create_connection(
            lambda: Link(path, f"{host}:{port}", headers), host, port
        )
        link.heard = lambda payload: welcome.done() or welcome.set_result(payload)
        await asyncio.wait_for(link.open, 30)
        for message in first:
            link.send(message, kind)
        await asyncio.wait_for(welcome, 30)
        return link

    everyone = [
        one(path, headers, first) for (path, headers), first in zip(wanted, hello, strict=True)
    ]
    if slowly:
        made = [await each for each in everyone]
    else:
        made = await asyncio.gather(*everyone)
    await asyncio.sleep(0.3)
    return made


def quiet() -> None:
    """The generator's own memory is left alone while it measures."""
    gc.collect()
    gc.freeze()
    gc.disable()
