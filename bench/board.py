"""How fast a workshop board tells everyone, beside Hocuspocus, y-websocket and pycrdt-websocket, in the same run.

Ours with everything on: sessions, rules, limits, the log on disk before anybody hears of an edit. The peers as their
documentation starts them, without a store. Typical: 50 edits a second in one room; saturated: 200 edits outstanding,
one complete when all others have it; flooded: ten a person, so that no server waits for anything. Rounds take turns.
Ratios are ours to theirs: for edits a second above 1 is better, for milliseconds, processor and memory below 1.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.boards import peers
from bench.boards.load import OUTSTANDING, PER_CLIENT, Load, connect, quiet

SIZES = (10, 50, 100, 200)
EACH = 10
"""Edits a person has outstanding when flooded."""

ALONE = 4.0
"""Seconds each server has to itself: ours loads the pages once its door is open."""


def options(parser: argparse.ArgumentParser) -> None:
    """How many clients, for how long, against whom."""
    parser.add_argument(
        "--clients", type=int, nargs="*", help="people in the room, several sizes (10 50 100 200)"
    )
    parser.add_argument("--typical", type=float, default=5.0, help="seconds of 50 edits a second")
    parser.add_argument(
        "--saturated", type=float, default=3.0, help="seconds saturated, and flooded"
    )
    parser.add_argument(
        "--peers", default="hocuspocus,y_websocket,pycrdt_websocket", help="whom to compare with"
    )


async def measure(server: peers.Running, args: argparse.Namespace) -> dict[str, float]:
    """One round with one server."""
    before = server.memory()
    links = await connect(
        "127.0.0.1", server.port, server.clients, server.hello, server.kind, server.slowly
    )
    load = Load(links, server.edit, server.kind)
    for client in range(len(links)):  # everyone once, unmeasured
        load.send(client)
    await load.settle()
    await load.typical(args.typical)
    found = load.figures.typical()
    for name, outstanding in (("saturated", OUTSTANDING), ("flooded", EACH * len(links))):
        began = time.process_time()
        spent = await load.saturate(args.saturated, server.cpu, outstanding)
        used = time.process_time() - began
        figures = load.figures
        prefix = "" if name == "saturated" else f"{name}_"
        found |= {
            f"{name}_edits_per_s": round(figures.saturated, 1),
            f"{prefix}cpu_ms_per_1000_deliveries": round(
                spent / max(1, figures.deliveries) * 1000, 3
            ),
            f"{prefix}cpu_share": round(spent / figures.seconds / 1000, 2),
            f"{prefix}generator_share": round(used / figures.seconds, 2),
        }
    added = server.memory() - before
    lost = sum(link.closed for link in links)
    if lost:
        raise SystemExit(f"bench: {lost} connections were dropped")
    for link in links:
        link.transport.close()
    return found | {"memory_added_mb": round(added, 1)}


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Every size of room in turn; the ratios on top are those with 100 people, where it was measured."""
    sizes = {clients: size(args, clients) for clients in args.clients or SIZES}
    main = sizes.get(100) or next(iter(sizes.values()))
    return {"ratios": main["ratios"], "sizes": sizes}


def size(args: argparse.Namespace, clients: int) -> dict[str, Any]:
    """Rounds of every server in turn; medians, and the ratios of medians."""
    names = ["neoncard", *(name for name in args.peers.split(",") if name)]
    edits = min(PER_CLIENT, 240_000 // clients)
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    quiet()
    for n in range(args.rounds):
        for name in names[:: 1 if n % 2 == 0 else -1]:
            server = peers.ALL[name](Path(args.home), clients, edits)
            time.sleep(ALONE)
            try:
                rounds[name].append(asyncio.run(measure(server, args)))
            finally:
                server.end()
    medians = {
        name: {figure: median(one[figure] for one in found) for figure in found[0]}
        for name, found in rounds.items()
    }
    return {"ratios": ratios(medians), "medians": medians, "rounds": rounds}


def ratios(medians: dict[str, dict[str, float]]) -> dict[str, float]:
    """Ours to each peer."""
    ours, found = medians["neoncard"], {}
    for name, theirs in medians.items():
        if name == "neoncard":
            continue
        for ratio, figure in (
            ("saturated", "saturated_edits_per_s"),
            ("cpu", "cpu_ms_per_1000_deliveries"),
            ("flooded", "flooded_edits_per_s"),
            ("flooded_cpu", "flooded_cpu_ms_per_1000_deliveries"),
            ("p50", "p50_ms"),
            ("p95", "p95_ms"),
            ("everyone_p99", "everyone_p99_ms"),
            ("memory", "memory_added_mb"),
        ):
            if theirs[figure] > 0:
                found[f"{ratio}_vs_{name}"] = round(ours[figure] / theirs[figure], 3)
    return found
