"""kill -9 of the server or its worker, again and again under load: is anything lost that was acknowledged?

A patient sender sends what is refused or broken off again, as a helpdesk does. Every half second or so the whole server
(with its worker) or the worker alone is killed; the server is started again at once, the worker by its server. At the end
every acknowledged delivery must be one message, applied once. `recovery_s` is how long after a kill of the server the
next delivery was acknowledged, the start of Python and Django included.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.delivering import Sender, arrived, backlog, company
from bench.rounds import percentile


def options(parser: argparse.ArgumentParser) -> None:
    """How often."""
    parser.add_argument("--kills", type=int, default=100, help="how often (100)")
    parser.add_argument("--rate", type=float, default=80, help="deliveries a second")


def start(port: int, home: Path) -> subprocess.Popen[bytes]:
    """A server with its worker."""
    env = {**os.environ, "NEONCARD_URL": f"http://127.0.0.1:{port}"}
    log = (home / "serve.log").open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", "neoncard", "serve", "--port", str(port)],
        env=env,
        stdout=log,
        stderr=log,
    )


def worker_of(pid: int) -> int | None:
    """The worker a server started, by its parent."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parts = path.read_text().rsplit(")", 1)[1].split()
            if int(parts[1]) == pid:
                return int(path.parent.name)
    return None


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Send, kill, start, look."""
    import socket

    chance = random.Random(7)
    path, _source = company()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start(port, args.home)
    sender = Sender(f"http://127.0.0.1:{port}", path, run="kill", lanes=16, patient=True)
    loop_ = threading.Thread(
        target=lambda: asyncio.run(sender.send(seconds=36_000, rate=args.rate)), daemon=True
    )
    loop_.start()
    recoveries, workers, failed = [], 0, 0
    try:
        for _ in range(args.kills):
            _wait_for_more(sender, 20)
            time.sleep(chance.uniform(0.05, 0.7))
            worker = worker_of(server.pid)
            if chance.random() < 0.4 and worker:
                os.kill(worker, signal.SIGKILL)
                workers += 1
                continue
            for pid in filter(None, (server.pid, worker)):
                os.kill(pid, signal.SIGKILL)
            server.wait()
            had, began = len(sender.sent.acked), time.monotonic()
            server = start(port, args.home)
            if not _wait_for_more(sender, 1, had=had):
                failed += 1
            recoveries.append(time.monotonic() - began)
        sender.over = True
        loop_.join(60)
        until = time.monotonic() + 300
        while backlog() and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
    return {
        "ratios": {},
        "summary": {
            "kills": args.kills,
            "of_the_worker_alone": workers,
            "acknowledged": len(sender.sent.acked),
            "lost": len(set(sender.sent.acked) - arrived("kill")),
            **_twice(),
            "recovery_p50_s": round(percentile(recoveries, 0.5), 2) if recoveries else None,
            "recovery_max_s": round(max(recoveries), 2) if recoveries else None,
            "not_recovered": failed,
            "left_waiting": backlog(),
        },
        "broken_off": sender.sent.others,
    }


def _wait_for_more(
    sender: Sender, many: int, *, had: int | None = None, seconds: float = 60
) -> bool:
    goal = (len(sender.sent.acked) if had is None else had) + many
    until = time.monotonic() + seconds
    while len(sender.sent.acked) < goal:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _twice() -> dict[str, int]:
    """What was applied twice: there must be none of it."""
    from django.db.models import Count

    from neoncard.connectors.tables import Delivery
    from neoncard.encounters.tables import Message
    from neoncard.kindness.tables import Kindness
    from neoncard.notice.tables import Mark

    def doubled(rows: Any, *fields: str) -> int:
        return int(rows.order_by().values(*fields).annotate(n=Count("pk")).filter(n__gt=1).count())

    return {
        "messages_twice": doubled(Message.objects.all(), "encounter__source", "ext_id"),
        "marks_twice": doubled(Mark.objects.all(), "message", "label", "start", "end"),
        "proposals_twice": doubled(Kindness.objects.all(), "giver", "encounter"),
        "parked": Delivery.objects.filter(state="parked").count(),
    }
