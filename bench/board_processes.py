"""Two server processes on PostgreSQL share a room: how much later does everyone hear than from one on SQLite?

Wants DATABASE_URL to name an empty PostgreSQL database: `python -m tests.postgres python -m bench board-processes`.
Half of the people sit at each process; an edit reaches the other half by the log and one NOTIFY a tick. One process on
SQLite is measured in turn, in a home of its own. Ratios are two processes to one: below 1 is better.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench.boards import peers
from bench.boards.load import Load, connect, quiet

BAR = 2.5
"""What BOARD allows the p95 of two processes to be, against one."""


def options(parser: argparse.ArgumentParser) -> None:
    """How many people, for how long."""
    parser.add_argument("--clients", type=int, default=100, help="people in the room (100)")
    parser.add_argument("--typical", type=float, default=5.0, help="seconds of 50 edits a second")


def two(home: Path, args: argparse.Namespace) -> dict[str, float]:
    """One round with two processes; even clients sit at the first, odd ones at the second."""
    first = peers.ours(home, args.clients, 0)
    second = peers.another(home)
    try:
        return asyncio.run(_typical(first, second.port, args.typical))
    finally:
        first.end()
        second.end()


async def _typical(first: peers.Running, other: int, seconds: float) -> dict[str, float]:
    halves = []
    for server, port in enumerate((first.port, other)):
        origin = {"Origin": f"http://127.0.0.1:{port}"}
        here = [(path, headers | origin) for path, headers in first.clients[server::2]]
        hello = first.hello[server::2]
        halves.append(await connect("127.0.0.1", port, here, hello, 1, False))
    links = [link for pair in zip(*halves, strict=True) for link in pair]
    load = Load(links, first.edit, 1)
    for client in range(len(links)):
        load.send(client)
    await load.settle()
    await load.typical(seconds)
    if any(link.closed for link in links):
        raise SystemExit("bench: connections were dropped")
    for link in links:
        link.transport.close()
    return load.figures.typical()


def one(args: argparse.Namespace, out: Path) -> dict[str, float]:
    """One round with one process on SQLite, in a process and a home of its own."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    sizes = [f"--clients={args.clients}", f"--typical={args.typical}", "--saturated=0.2"]
    run = [sys.executable, "-m", "bench", "board", "--rounds=1", "--peers=", f"--json={out}"]
    subprocess.run([*run, *sizes], env=env, check=True, stdout=subprocess.DEVNULL)
    found = json.loads(out.read_text())["sizes"][str(args.clients)]["medians"]["neoncard"]
    return {name: value for name, value in found.items() if name.endswith("_ms")}


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Rounds in turn; medians, and their ratios."""
    from django.db import connection

    if connection.vendor != "postgresql" or args.clients % 2:
        raise SystemExit("bench: give it an even number of people and a PostgreSQL database")
    home = Path(args.home)
    quiet()
    rounds: dict[str, list[dict[str, float]]] = {"postgresql_two": [], "sqlite_one": []}
    for _n in range(args.rounds):
        rounds["postgresql_two"].append(two(home, args))
        rounds["sqlite_one"].append(one(args, home / "one.json"))
    medians = {
        name: {figure: median(each[figure] for each in found) for figure in found[0]}
        for name, found in rounds.items()
    }
    ours, theirs = medians["postgresql_two"], medians["sqlite_one"]
    ratios = {f"{name[:-3]}_vs_one": round(ours[name] / theirs[name], 3) for name in ours}
    return {
        "ratios": ratios,
        "bar": {"p95_vs_one": BAR},
        "clients": args.clients,
        "medians": medians,
        "rounds": rounds,
    }
