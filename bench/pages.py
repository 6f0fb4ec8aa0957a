"""How long the server takes for each page of LOOK, with how many queries and bytes, in a company of many years.

    python -m bench pages --json pages.json                       # 1,000,000 kindnesses, 2,000 people, 200,000 encounters
    python -m bench pages --kindnesses 100000 --people 500 --encounters 20000
    python -m tests.postgres --durable python -m bench pages      # the same on PostgreSQL
    python -m bench pages --keep FOLDER --only /wall --only /me   # while mending a page or two

Building so much takes minutes: `--keep FOLDER` leaves it there for the next time (for PostgreSQL, tests.postgres has
the same option, before the command).

Each page is asked for `--looks` times by as many different people, through the whole of Django and its middleware,
without a network; `cpu_p95_ms` is this process's own work, for a machine that others use too; bytes are as compressed
as they go out. Beside the pages: a chain of 1,000 drawn, and the letters of everybody. The bars are the issue's: p95
50 ms, ten queries, a chain below 500 ms, the letters within 60 s.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Callable
from typing import Any

from bench.rounds import percentile
from bench.years import Company, analyze

P95_MS, QUERIES, CHAIN_MS, LETTERS_S = 50, 10, 500, 60


def options(parser: argparse.ArgumentParser) -> None:
    """How much, and how often each page is asked for."""
    parser.add_argument("--kindnesses", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--encounters", type=int, default=200_000)
    parser.add_argument("--chain", type=int, default=1_000, help="how long the chain is")
    parser.add_argument("--looks", type=int, default=40, help="how often each page is asked for")
    parser.add_argument(
        "--only", action="append", metavar="PAGE", help="this page alone, as often as wanted"
    )


PAGES = {
    "/": "agent",
    "/beside?…": "agent",
    "/counter": "agent",
    "/journeys/": "agent",
    "/journeys/…": "agent",
    "/playbook": "agent",
    "/wall": "agent",
    "/wall/screen": "agent",
    "/chains/…": "agent",
    "/me": "agent",
    "/me/keepsake": "agent",
    "/drive": "agent",
    "/thank": "agent",
    "/start": "agent",
    "/recall": "agent",
    "/cards": "agent",
    "/team": "lead",
    "/works": "lead",
    "/report/<month>": "lead",
    "/held": "lead",
    "/feedback": "lead",
    "/status": "admin",
    "/settings": "admin",
    "/api/docs": "nobody",
    "/styleguide": "admin",
    "/thanks/<slug>": "nobody",
    "/r/<token>": "nobody",
}
"""Who asks for each page, by the name docs/pages-bench.md gives it; those marked ◷ in docs/pages.md are all here."""


def pages(company: Company) -> dict[str, tuple[str, Callable[[int], str]]]:
    """Every page of LOOK: who asks (agent, lead, admin or nobody), and its address for the n-th look."""
    from neoncard.design.tables import Journey
    from neoncard.encounters.tables import Encounter
    from neoncard.kit import clock
    from neoncard.thank import actions as thank

    journey = Journey.objects.order_by("pk").values_list("pk", flat=True).first()
    page = thank.open_page(member=company.members[1])
    some = Encounter.objects.filter(agent=company.members[1]).order_by("-pk").first()
    rate = thank.make_rating_link(encounter=some)
    month = clock.today()
    newest = {
        one.agent_id: one.ext_id
        for one in Encounter.objects.filter(is_open=True).only("agent", "ext_id")
    }

    def beside(n: int) -> str:
        return f"/beside?conversation={newest[agent(company, n).pk]}"

    known = {
        "/journeys/…": f"/journeys/{journey}",
        "/report/<month>": f"/report/{month.year}-{month.month}",
        "/thanks/<slug>": f"/thanks/{page.slug}",
        "/r/<token>": f"/r/{rate}",
        "/chains/…": f"/chains/{company.long.pk}",
    }

    def at(path: str) -> Callable[[int], str]:
        return beside if path == "/beside?…" else lambda _n: path

    return {name: (who, at(known.get(name, name))) for name, who in PAGES.items()}


def agent(company: Company, n: int) -> Any:
    """The n-th of those who look: people from everywhere in the company, no lead."""
    people = company.members
    at = (n * 37 + 1) % len(people)
    return people[at if at % 20 else at + 1]


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Build the company, look at every page, draw the chain, write everybody's letter."""
    from django.conf import settings
    from django.db import connection

    from neoncard.kit import memory

    # Assets are named without their digest here; what is measured is the page.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.ALLOWED_HOSTS = ["*"]
    began = time.perf_counter()
    company = Company(args)
    company.build()
    analyze()
    memory.settle()  # as `neoncard serve` does
    connection.close()  # what is measured has a connection as pages have it
    built = round(time.perf_counter() - began, 1)
    there = pages(company)
    if unknown := set(args.only or ()) - there.keys():
        raise SystemExit(f"bench: --only: no page is called {', '.join(sorted(unknown))}")
    looked = [
        look(name, *page, company, args.looks)
        for name, page in there.items()
        if not args.only or name in args.only
    ]
    rows = {
        "kindnesses": args.kindnesses + args.chain,
        "people": args.people,
        "encounters": args.encounters,
    }
    if args.only:
        return {"rows": rows, "built_s": built, "pages": looked}
    chain = next(page for page in looked if page["page"] == "/chains/…")
    letters = write_letters()
    lists = [page for page in looked if page["page"] != "/chains/…"]
    slowest = max(page["p95_ms"] for page in lists)
    return {
        "ratios": {
            "pages_p95": round(P95_MS / slowest, 2),
            "queries": round(QUERIES / max(page["queries"] for page in looked), 2),
            "chain": round(CHAIN_MS / chain["p95_ms"], 2),
            "letters": round(LETTERS_S / max(letters, 0.01), 2),
        },
        "rows": rows,
        "built_s": built,
        "chain_ms": chain["p95_ms"],
        "letters_s": letters,
        "pages": sorted(looked, key=lambda page: -page["p95_ms"]),
    }


def look(
    name: str, who: str, address: Callable[[int], str], company: Company, looks: int
) -> dict[str, Any]:
    """One page: p95 over `looks`, the most queries, the bytes compressed."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    people = {
        "agent": lambda n: agent(company, n),
        "lead": lambda n: company.members[(n * 20 + 20) % len(company.members) // 20 * 20],
        "admin": lambda _n: company.members[0],
    }
    looks = min(looks, 10) if name == "/chains/…" else looks
    clients = []
    for n in range(looks):
        client = Client()
        if who in people:
            client.force_login(people[who](n))
        clients.append(client)
    clients[0].get(address(0))  # templates are compiled once
    took, worked, queries, size = [], [], 0, 0
    for n, client in enumerate(clients):
        began, cpu = time.perf_counter(), time.thread_time()
        answer = client.get(address(n))
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - cpu) * 1000)
        assert answer.status_code == 200, (address(n), answer.status_code)
        size = max(size, len(gzip.compress(answer.content, 6)))
    for n, client in enumerate(clients[:5]):
        with CaptureQueriesContext(connection) as made:
            client.get(address(n))
        asked = [
            one for one in made if one["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")
        ]
        queries = max(queries, len(asked))
    return {
        "page": name,
        "p95_ms": round(percentile(took, 0.95), 1),
        "cpu_p95_ms": round(percentile(worked, 0.95), 1),
        "p50_ms": round(percentile(took, 0.5), 1),
        "queries": queries,
        "bytes": size,
    }


def write_letters() -> float:
    """Seconds to write the letter of everybody who wants one, without the mail server's own time."""
    from neoncard import nudges
    from neoncard.share.voices.tables import Letter

    began = time.perf_counter()
    for row in Letter.objects.select_related("member__organisation").iterator(500):
        nudges.letter_text(row.member)
    return round(time.perf_counter() - began, 1)
