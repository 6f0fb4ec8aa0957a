"""Kill -9 a server under load, again and again: is an acknowledged edit ever lost, or written twice?

People edit one board; the server is killed at a random moment and started again; they come back, send what was not
acknowledged once more, and go on. At the end the log holds every acknowledged operation exactly once, in order, and
the rows are what the log says. On PostgreSQL (DATABASE_URL) two servers share the boards and one of them is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.boards import company
from bench.boards.peers import free_port, until_open


def options(parser: argparse.ArgumentParser) -> None:
    """How often, and how many people."""
    parser.add_argument("--kills", type=int, default=20, help="kill -9 so often (20)")
    parser.add_argument("--people", type=int, default=20, help="people editing meanwhile (20)")


class Server:
    """One `neoncard serve`, started again after each kill."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        log = (self.home / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "neoncard", "serve", "--no-worker", "--port", str(self.port)],
            env={**os.environ, "NEONCARD_URL": f"http://127.0.0.1:{self.port}"},
            stdout=log,
            stderr=log,
        )
        until_open(self.process, self.port)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Person:
    """Edits a card of their own without pause, and keeps an outbox as the board's own client does."""

    def __init__(self, n: int, server: Server, board: company.Board) -> None:
        self.n, self.server, self.board = n, server, board
        self.outbox: dict[str, dict[str, Any]] = {}
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.seq = self.made = 0
        self.gaps = 0
        self.stop = False

    async def run(self) -> None:
        """Until told to stop; comes back after each kill."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException

        while not self.stop or self.outbox:
            url = f"http://127.0.0.1:{self.server.port}"
            try:
                async with connect(
                    f"{url.replace('http', 'ws')}/live/journeys/{self.board.id}",
                    origin=url,
                    additional_headers={"Cookie": f"neoncard={self.board.cookies[self.n]}"},
                    compression=None,
                    max_size=None,
                ) as socket:
                    await self._at(socket)
            except (OSError, TimeoutError, WebSocketException):
                await asyncio.sleep(0.1)

    async def _at(self, socket: Any) -> None:
        await socket.send(json.dumps({"t": "hello", "since": self.seq}))
        welcome = False
        while not self.stop or self.outbox:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
            if frame["t"] == "welcome":
                welcome = True
                if "doc" in frame:
                    self.seq = frame["seq"]
                for key, op in list(self.outbox.items()):
                    await self._send(socket, key, op)
            for entry in frame.get("ops", ()):
                if entry["s"] > self.seq:
                    self.gaps += entry["s"] != self.seq + 1
                    self.seq = entry["s"]
                self._done(entry["o"])
            if frame["t"] == "ack":
                self._done(frame["id"])
            elif frame["t"] == "no":
                self.refused.append(frame["say"])
                self.outbox.pop(frame["id"], None)
            if welcome and not self.outbox and not self.stop:
                await self._next(socket)

    def _done(self, key: str) -> None:
        if self.outbox.pop(key, None) is not None:
            self.acknowledged.append(key)

    async def _next(self, socket: Any) -> None:
        self.made += 1
        key = f"op-{self.n:03d}-{self.made:06d}"
        text = f"Wording {self.made} of {self.n}"
        op = {"op": "set", "card": f"card-{self.n:04d}", "field": "text", "value": text}
        if self.made % 10 == 0:
            card = {"id": f"more-{self.n:03d}-{self.made:06d}", "title": text}
            op = {"op": "add_step", "card": card, "after": None}
        elif self.made % 10 == 1 and self.made > 10:
            op = {"op": "delete", "card": f"more-{self.n:03d}-{self.made - 1:06d}"}
        self.outbox[key] = op
        await self._send(socket, key, op)

    async def _send(self, socket: Any, key: str, op: dict[str, Any]) -> None:
        await socket.send(json.dumps({"t": "ops", "ops": [{"id": key, "op": op}]}))


async def _work(people: list[Person], servers: list[Server], kills: int) -> None:
    chance = random.Random(11)
    running = [asyncio.create_task(person.run()) for person in people]
    for _kill in range(kills):
        count = sum(len(person.acknowledged) for person in people)
        until = time.monotonic() + 60
        while sum(len(person.acknowledged) for person in people) < count + 3 * len(people):
            if time.monotonic() > until:
                raise SystemExit("bench: nobody got anything acknowledged in a minute")
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.random() * 0.5)
        servers[0].kill()
        await asyncio.to_thread(servers[0].start)
    await asyncio.sleep(1)
    for person in people:
        person.stop = True
    await asyncio.wait_for(asyncio.gather(*running), 60)


def verdict(board: company.Board, people: list[Person]) -> dict[str, int]:
    """What the database says afterwards."""
    from collections import Counter

    from neoncard.design.board import audience, queries
    from neoncard.design.board.tables import BoardOp

    rows = list(BoardOp.objects.filter(board=board.id).order_by("seq"))
    written = Counter(row.op_id for row in rows)
    acknowledged = [key for person in people for key in person.acknowledged]
    loaded, replayed = queries.load(board.id), queries.replayed(board.id)
    same = (
        loaded is not None
        and replayed is not None
        and audience.document(loaded.doc, "", {}) == audience.document(replayed, "", {})
    )
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(key not in written for key in acknowledged),
        "twice": sum(count > 1 for count in written.values()),
        "out_of_order": sum(row.seq != n for n, row in enumerate(rows, 1)),
        "gaps_seen": sum(person.gaps for person in people),
        "refused": sum(len(person.refused) for person in people),
        "rows_differ_from_log": int(not same),
    }


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Kill, come back, compare."""
    from django.db import connection

    board = company.board(args.people)
    home = Path(args.home)
    servers = [Server(home)]
    if connection.vendor == "postgresql":
        servers.append(Server(home))
    people = [Person(n, servers[n % len(servers)], board) for n in range(args.people)]
    try:
        asyncio.run(_work(people, servers, args.kills))
    finally:
        for server in servers:
            server.kill()
    found = verdict(board, people)
    bad = {name: count for name, count in found.items() if name != "acknowledged" and count}
    if bad:
        raise SystemExit(f"bench: {bad}; {found['acknowledged']} acknowledged")
    return {
        "ratios": {"acknowledged_and_kept": 1.0},
        "kills": args.kills,
        "servers": len(servers),
        "database": connection.vendor,
        **found,
    }
