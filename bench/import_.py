"""How fast conversations come in with noticing on, and whether anybody who saves a page meanwhile would feel it.

A real `neoncard serve` runs on a free port; a page that writes ("today is hard") is posted twenty times a second, first
while nothing else happens, then while `import_file` runs in a process of its own. The peer is the plain way to load the
same rows: json.loads and bulk_create of 500, without reading, updating, slicing or leaving room for anybody.
A busy machine slows every wall clock, so the rate for a second of CPU is given too. Bars: 3,000 messages a second, a page POST under 200 ms p95, no write transaction over 25 ms.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.rounds import percentile

RATE, POST_MS, SLICE_MS = 3_000, 200, 25
TEXTS = (
    ("customer", "Hello, I am {n} and my ferry {n} was cancelled. What can I do now?"),
    ("agent", "Good morning! I am so sorry to hear that, I will look at booking {n} at once."),
    ("customer", "Thank you so much, you are wonderful. It isn't your fault."),
    ("agent", "I have moved you to the 14:20 and waived the fee for you, as a small surprise."),
)


def options(parser: argparse.ArgumentParser) -> None:
    """The file to import."""
    parser.add_argument("--data", type=Path, metavar="FILE", help="conversations (.jsonl, .gz)")


def generated(home: Path, conversations: int = 3_000) -> Path:
    """A file of our own making, when there is no real one: known people on both sides, so kindnesses come of it."""
    path = home / "generated.jsonl"
    with path.open("w") as out:
        for n in range(conversations):
            said = [
                {
                    "id": f"{n}-{i}",
                    "author": author,
                    "author_id": f"c{n}" if author == "customer" else "ines",
                    "at": 1_760_000_000 + n * 60 + i,
                    "text": text.format(n=n * 7919 % 10_007 if i % 3 else f"{n:x}"),
                }
                for i in range(20)
                for author, text in [TEXTS[i % len(TEXTS)]]
            ]
            row = {
                "id": f"g{n}",
                "customer": {"id": f"c{n}", "name": f"Customer {n}"},
                "agent": {"id": "ines", "name": "Ines"},
                "messages": said,
            }
            out.write(json.dumps(row) + "\n")
    return path


def child(path: str, source: str) -> None:
    """In a process of its own, as the worker would: import, and say how it went as JSON."""
    import django

    django.setup()
    from neoncard import loop

    began = time.process_time()
    report = loop.import_file(path, source=source)
    cpu = time.process_time() - began
    print(
        json.dumps(
            {
                "line": report.line(),
                "rate": report.messages / report.seconds,
                "seconds": report.seconds,
                "rate_per_cpu_second": report.messages / cpu,
                "longest_ms": report.longest_ms,
                "kindnesses": report.kindnesses,
            }
        )
    )


def plain(path: Path, source: str) -> float:
    """The peer: messages a second when the rows are merely inserted."""
    from neoncard.encounters.tables import Encounter, Message

    began = time.perf_counter()
    now = datetime.now(UTC)
    opened = gzip.open if path.suffix == ".gz" else open
    waiting: list[tuple[Encounter, list[dict[str, Any]]]] = []
    messages = 0

    def flush() -> None:
        Encounter.objects.bulk_create([row for row, _said in waiting])
        Message.objects.bulk_create(
            [
                Message(
                    encounter=row,
                    ext_id=one["id"],
                    author=one["author"],
                    at=datetime.fromtimestamp(one["at"], UTC),
                    text=one["text"],
                    received_at=now,
                )
                for row, said in waiting
                for one in said
            ],
            batch_size=500,
        )
        waiting.clear()

    with opened(path, "rt") as lines:
        for line in lines:
            found = json.loads(line)
            row = Encounter(source=source, ext_id=found["id"], received_at=now)
            row.started_at = row.last_at = now
            waiting.append((row, found["messages"]))
            messages += len(found["messages"])
            if len(waiting) == 100:
                flush()
    flush()
    return messages / (time.perf_counter() - began)


class Poster(threading.Thread):
    """Posts a page twenty times a second and keeps how long each answer took, in milliseconds."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.cookies = cookies
        self.took: list[float] = []
        self.statuses: set[int] = set()
        self.stop = threading.Event()

    def run(self) -> None:
        """Until told to stop."""
        import httpx

        token = self.cookies["csrf"]
        with httpx.Client(cookies=self.cookies, headers={"X-CSRFToken": token}) as client:
            while not self.stop.wait(0.05):
                began = time.perf_counter()
                response = client.post(self.url)
                self.took.append((time.perf_counter() - began) * 1000)
                self.statuses.add(response.status_code)

    def figures(self) -> dict[str, Any]:
        """Stop, and say what was measured."""
        self.stop.set()
        self.join()
        if self.statuses - {302, 303}:
            raise SystemExit(f"bench: the page answered {self.statuses}, not a redirect")
        return {
            "posts": len(self.took),
            "p50_ms": round(percentile(self.took, 0.5), 1),
            "p95_ms": round(percentile(self.took, 0.95), 1),
            "max_ms": round(max(self.took), 1),
        }


def company() -> dict[str, str]:
    """An agent whose id is "ines", signed in; their cookies."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from neoncard.people import actions as people

    organisation = people.found(name="Bench Ferries")
    team = people.add_team(by="bench", organisation=organisation, name="Desk")
    ines = people.add_member(
        by="bench",
        organisation=organisation,
        email="ines@example.test",
        name="Ines Bench",
        team=team,
        handles=[("import", "ines")],
    )
    session = SessionStore()
    session[SESSION_KEY] = str(ines.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = ines.get_session_auth_hash()
    session.save()
    return {"neoncard": str(session.session_key), "csrf": "x" * 32}


def serve(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A real server on a free port, once it answers."""
    import httpx

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = (home / "serve.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "neoncard", "serve", "--port", str(port)],
        env={**os.environ, "NEONCARD_URL": url},
        stdout=log,
        stderr=log,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return server, url
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    server.terminate()
    raise SystemExit(f"bench: no server came up; {(home / 'serve.log').read_text()[-500:]}")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Rounds of: the import while a page is posted, and the plain insert."""
    path: Path = args.data or generated(args.home)
    cookies = company()
    server, url = serve(args.home)
    page = f"{url}/today-is-hard"
    imports, under, peers = [], [], []
    try:
        idle = Poster(page, cookies)
        idle.start()
        time.sleep(5)
        quiet = idle.figures()
        for n in range(args.rounds):
            poster = Poster(page, cookies)
            poster.start()
            done = subprocess.run(
                [sys.executable, "-m", "bench.import_", str(path), f"ours{n}" if n else "import"],
                check=True,
                capture_output=True,
                text=True,
            )
            under.append(poster.figures())
            imports.append(json.loads(done.stdout.splitlines()[-1]))
            peers.append(plain(path, f"peer{n}"))
    finally:
        server.terminate()
        server.wait(20)
    rate = median(one["rate"] for one in imports)
    p95 = median(one["p95_ms"] for one in under)
    longest = max(one["longest_ms"] for one in imports)
    return {
        "ratios": {
            "messages a second over the bar": round(rate / RATE, 2),
            "200 ms over the p95 of a page POST meanwhile": round(POST_MS / p95, 2),
            "25 ms over the longest transaction": round(SLICE_MS / longest, 2),
            "to a plain bulk_create without reading": round(rate / median(peers), 2),
        },
        "messages_per_second": round(rate),
        "messages_per_cpu_second": round(median(one["rate_per_cpu_second"] for one in imports)),
        "plain_per_second": [round(figure) for figure in peers],
        "post_idle": quiet,
        "post_meanwhile": under,
        "imports": imports,
        "data": path.name,
    }


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2])
