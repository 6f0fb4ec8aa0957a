"""How many deliveries a second come in, signed, over http, into the real endpoint with everything on.

A real `neoncard serve` with its worker; every delivery is checked, on disk (SQLite `synchronous=FULL`; PostgreSQL as
DATABASE_URL names it, which should have fsync on) and then read, proposed from and drawn for. First the ceiling: the same
server and sender at an address that is nobody's, so nothing is checked or kept. Then a burst of 60 s at 1,000 a second,
the wait until the backlog is empty, and a steady part at 300 a second (10 minutes; `--short`: 2). Nothing acknowledged
may be missing afterwards. `python -m tests.postgres --durable python -m bench inbox` is the same on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from typing import Any

from bench.delivering import Sender, Sent, arrived, backlog, company
from bench.import_ import serve
from bench.rounds import percentile

BURST, STEADY, P99_MS, VISIBLE_S, EMPTY_S = 1_000, 300, 100, 5, 120


def options(parser: argparse.ArgumentParser) -> None:
    """How long and how fast."""
    parser.add_argument("--short", action="store_true", help="two minutes steady instead of ten")
    parser.add_argument(
        "--burst", type=float, default=BURST, help="deliveries a second in the burst"
    )
    parser.add_argument("--steady", type=float, default=STEADY, help="deliveries a second after it")
    parser.add_argument("--burst-s", type=float, default=60, help="seconds of burst")
    parser.add_argument("--steady-s", type=float, help="seconds of the steady part")


class Seen(threading.Thread):
    """Looks four times a second which of a sample of deliveries have become messages; how long each took."""

    def __init__(self, run: str, each: int = 20) -> None:
        super().__init__(daemon=True)
        self.run_name, self.each = run, each
        self.waiting: dict[str, float] = {}
        self.took: list[float] = []
        self.over = threading.Event()

    def told(self, n: int, at: float) -> None:
        """A delivery was acknowledged; `at`: when it was sent."""
        if n % self.each == 0:
            self.waiting[f"{self.run_name}-{n}"] = at

    def run(self) -> None:
        """Until told to stop."""
        from django.db import connection

        from neoncard.encounters.tables import Message

        while not self.over.wait(0.25):
            some = list(self.waiting)[:300]
            found = Message.objects.filter(ext_id__in=some).values_list("ext_id", flat=True)
            now = time.time()
            for name in list(found):
                self.took.append(now - self.waiting.pop(name))
        connection.close()


def part(url: str, path: str, run: str, seconds: float, rate: float) -> dict[str, Any]:
    """Send for a while; what was acknowledged, how long it took, how long until it was visible, what is missing."""
    seen = Seen(run)
    seen.start()
    lanes = 64 if rate > 500 else 24
    sender = Sender(url, path, run=run, lanes=lanes)
    sent: Sent = asyncio.run(sender.send(seconds=seconds, rate=rate, told=seen.told))
    ended = time.monotonic()
    left = backlog()
    while backlog() and time.monotonic() - ended < 600:
        time.sleep(0.5)
    emptied = time.monotonic() - ended
    until = time.monotonic() + 10
    while seen.waiting and time.monotonic() < until:
        time.sleep(0.25)
    seen.over.set()
    seen.join()
    return {
        "seconds": round(sent.seconds, 1),
        "acknowledged": len(sent.acked),
        "per_s": round(len(sent.acked) / max(sent.seconds, 0.001), 1),
        "refused": sent.others,
        "p50_ms": round(percentile(sent.took, 0.5), 1),
        "p99_ms": round(percentile(sent.took, 0.99), 1),
        "max_ms": round(max(sent.took), 1),
        "visible_p50_s": round(percentile(seen.took, 0.5), 2) if seen.took else None,
        "visible_p95_s": round(percentile(seen.took, 0.95), 2) if seen.took else None,
        "backlog_at_end": left,
        "emptied_s": round(emptied, 1),
        "lost": len(set(sent.acked) - arrived(run)),
    }


def ceiling(url: str) -> float:
    """Requests a second to an address that is nobody's: the server and the sender alone."""
    sender = Sender(url, "/hooks/nobody", run="bare", lanes=32)
    sent = asyncio.run(sender.send(seconds=5, rate=0))
    return round(sent.others.get("404", 0) / sent.seconds, 1)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """The ceiling, the burst, the steady part."""
    path, _source = company()
    steady_s = args.steady_s or (120 if args.short else 600)
    server, url = serve(args.home)
    try:
        bare = ceiling(url)
        burst = part(url, path, "burst", args.burst_s, args.burst)
        steady = part(url, path, "steady", steady_s, args.steady)
    finally:
        server.terminate()
        server.wait(20)
    return {
        "ratios": {
            "burst over 1,000 a second": round(burst["per_s"] / BURST, 2),
            "steady over 300 a second": round(steady["per_s"] / STEADY, 2),
            "100 ms over the p99 at the steady rate": round(P99_MS / steady["p99_ms"], 2),
            "5 s over the p95 until visible": round(VISIBLE_S / (steady["visible_p95_s"] or 99), 2),
            "120 s over the emptying of the burst": round(
                EMPTY_S / max(burst["emptied_s"], 0.1), 2
            ),
            "burst over the bare ceiling": round(burst["per_s"] / bare, 2),
        },
        "summary": {
            "burst_per_s": burst["per_s"],
            "burst_s": burst["seconds"],
            "steady_per_s": steady["per_s"],
            "lost": burst["lost"] + steady["lost"],
            "visible_p95_s": steady["visible_p95_s"],
            "p99_ms": steady["p99_ms"],
            "burst_p99_ms": burst["p99_ms"],
            "burst_emptied_s": burst["emptied_s"],
            "bare_per_s": bare,
        },
        "burst": burst,
        "steady": steady,
    }
