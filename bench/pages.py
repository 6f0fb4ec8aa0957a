"""How long the server takes for each page of LOOK, with how many queries and bytes, in a company of many years.

    python -m bench pages --json pages.json                       # 1,000,000 kindnesses, 2,000 people, 200,000 encounters
    python -m bench pages --kindnesses 100000 --people 500 --encounters 20000
    python -m tests.postgres --durable python -m bench pages      # the same on PostgreSQL
    python -m bench pages --only /wall --only /me                 # while mending one page

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
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.management.color import no_style

from bench.rounds import percentile

P95_MS, QUERIES, CHAIN_MS, LETTERS_S, CHAIN = 50, 10, 500, 60, 1_000
SLICE = 50_000
NAME = "Bench Ferries"
WORDS = "You stayed until the last ferry had gone, and found the lady's bag under the third bench."


def options(parser: argparse.ArgumentParser) -> None:
    """How much, and how often each page is asked for."""
    parser.add_argument("--kindnesses", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--encounters", type=int, default=200_000)
    parser.add_argument("--looks", type=int, default=40, help="how often each page is asked for")
    parser.add_argument(
        "--only", action="append", metavar="PAGE", help="this page alone, as often as wanted"
    )


def _slices(count: int) -> Iterator[range]:
    for start in range(0, count, SLICE):
        yield range(start, min(start + SLICE, count))


class Company:
    """A company of years, written in bulk: what is in it is plain, how much of it is the point."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.dice = args, random.Random(7)

    def build(self) -> None:
        """People, customers, encounters, kindnesses, half of them on the wall, and one long chain."""
        from neoncard.design import actions as design
        from neoncard.kit import clock
        from neoncard.people import actions as people

        self.now = clock.now()
        if self.found():
            return
        _roomy()
        self.organisation = people.found(name=NAME, zone="Europe/Berlin")
        self.people()
        design.install_starters(by="bench", organisation=self.organisation)
        self.encounters()
        self.kindnesses()
        self.chain()

    def found(self) -> bool:
        """Whether a kept home holds this company already; a SystemExit when it holds another."""
        from neoncard.encounters.tables import Encounter
        from neoncard.kindness.tables import Kindness
        from neoncard.people.tables import Member, Organisation

        organisation = Organisation.objects.first()
        if organisation is None:
            return False
        here = (Kindness.objects.count(), Member.objects.count(), Encounter.objects.count())
        asked = (self.args.kindnesses + CHAIN, self.args.people, self.args.encounters)
        if organisation.name != NAME or here != asked:
            raise SystemExit(
                f"bench: --keep holds {here} kindnesses, people, encounters; not {asked}"
            )
        self.members = list(Member.objects.order_by("pk"))
        self.long = Kindness.objects.exclude(chain=None).earliest("pk").chain
        return True

    def people(self) -> None:
        """Teams of twenty; every twentieth a lead; one admin."""
        from neoncard.kindness.tables import Party
        from neoncard.people import actions as people
        from neoncard.people.tables import Member, Role
        from neoncard.share.voices.tables import Letter

        count = self.args.people
        teams = [
            people.add_team(by="bench", organisation=self.organisation, name=f"Team {n}")
            for n in range(-(-count // 20))
        ]
        rows = [
            Member(
                organisation=self.organisation,
                team=teams[n // 20],
                email=f"p{n}@bench.test",
                name=f"Person {n} Bench",
                known_as=f"Person {n}",
                joined_at=self.now - timedelta(days=900),
                password="!",
            )
            for n in range(count)
        ]
        self.members = Member.objects.bulk_create(rows, batch_size=1000)
        roles = [Role(member=one, name=Role.Name.AGENT) for one in self.members]
        roles += [Role(member=one, name=Role.Name.LEAD) for one in self.members[::20]]
        roles.append(Role(member=self.members[0], name=Role.Name.ADMIN))
        Role.objects.bulk_create(roles, batch_size=1000)
        parties = [Party(kind=Party.Kind.MEMBER, member=one) for one in self.members]
        self.parties = Party.objects.bulk_create(parties, batch_size=1000)
        letters = [Letter(member=one, hour=17) for one in self.members]
        Letter.objects.bulk_create(letters, batch_size=1000)

    def encounters(self) -> None:
        """Conversations of two years, the last ones open."""
        from neoncard.encounters.tables import Customer, Encounter

        count = self.args.encounters
        people = max(count // 4, 1)
        customers: list[Any] = []
        for some in _slices(people):
            rows = [
                Customer(source="bench", key=f"c{n}", name=f"Customer {n}", received_at=self.now)
                for n in some
            ]
            customers += Customer.objects.bulk_create(rows, batch_size=2_000)
        for some in _slices(count):
            rows = []
            for n in some:
                at = self.now - timedelta(minutes=(count - n) * 1_000_000 // max(count, 1))
                rows.append(
                    Encounter(
                        source="bench",
                        ext_id=f"T{n}",
                        channel="email",
                        subject="The 14:20",
                        customer=customers[n % people],
                        agent=self.members[n % len(self.members)],
                        is_open=n >= count - len(self.members),
                        started_at=at,
                        last_at=at,
                        received_at=at,
                    )
                )
            Encounter.objects.bulk_create(rows, batch_size=2_000)

    def kindnesses(self) -> None:
        """One to one, over two years; every second hangs on the wall. The database counts them out itself."""
        from django.db import connection

        from neoncard.kindness.tables import Kindness, Party
        from neoncard.share.tables import Post

        count, first = self.args.kindnesses, self.parties[0].pk
        lite = connection.vendor == "sqlite"
        instant = "datetime({}, 'unixepoch')" if lite else "to_timestamp({})"
        at = instant.format("%(from)s + n * 63000000 / %(count)s")
        team = "CASE WHEN n %% 2 = 1 THEN 'team' ELSE 'parties' END"
        words = "%(words)s || n"
        kindness, post = Kindness._meta.db_table, Post._meta.db_table
        receivers = Kindness.receivers.through._meta.db_table
        giver = f"{first} + n %% %(people)s"
        receiver = f"{first} + (n * 48271) %% 65537 %% %(people)s"  # as if at random, and the same each time
        each = "WITH RECURSIVE each(n) AS (SELECT CAST(%(low)s AS bigint) UNION ALL SELECT n + 1 FROM each WHERE n < %(high)s - 1)"
        steps = (
            f"INSERT INTO {kindness} (id, giver_id, words, occasion, how, state, sees, quote_label, at, received_at)"
            f" {each} SELECT n + 1, {giver}, {words}, '', 'said', 'kept', {team}, '', {at}, {at} FROM each",
            f"INSERT INTO {receivers} (kindness_id, party_id) {each} SELECT n + 1, {receiver} FROM each",
            f"INSERT INTO {post} (kindness_id, title, story, nameless, posted_at)"
            f" {each} SELECT n + 1, '', '', '[]', {at} FROM each WHERE n %% 2 = 1",
        )
        facts = {
            "from": int(self.now.timestamp()) - 63_000_000,
            "count": count,
            "words": f"{WORDS} ",
            "people": Party.objects.count(),
        }
        with connection.cursor() as cursor:
            for low in range(0, count, SLICE):
                for step in steps:
                    cursor.execute(step, facts | {"low": low, "high": min(low + SLICE, count)})
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Kindness]):
                cursor.execute(statement)

    def chain(self) -> None:
        """A thousand kindnesses, each passed on from one of the last few."""
        from neoncard.kindness.tables import Kindness

        first = None
        rows: list[Any] = []
        for n in range(CHAIN):
            before = rows[max(0, n - 1 - self.dice.randrange(4))] if rows else None
            row = Kindness.objects.create(
                giver=self.parties[n % len(self.parties)],
                words=WORDS,
                how="said",
                sees="team",
                at=self.now - timedelta(minutes=CHAIN - n),
                received_at=self.now,
                passed_on_from=before,
                chain=first,
            )
            row.receivers.set([self.parties[(n * 7 + 1) % len(self.parties)]])
            first = first or row
            rows.append(row)
        self.long = rows[0]


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

    plain = {
        "/": "agent",
        "/counter": "agent",
        "/journeys/": "agent",
        f"/journeys/{journey}": "agent",
        "/playbook": "agent",
        "/wall": "agent",
        "/wall/screen": "agent",
        "/me": "agent",
        "/me/keepsake": "agent",
        "/drive": "agent",
        "/thank": "agent",
        "/start": "agent",
        "/recall": "agent",
        "/cards": "agent",
        "/team": "lead",
        "/works": "lead",
        f"/report/{month.year}-{month.month}": "lead",
        "/held": "lead",
        "/feedback": "lead",
        "/status": "admin",
        "/settings": "admin",
        "/api/docs": "nobody",
        "/styleguide": "admin",
        f"/thanks/{page.slug}": "nobody",
        f"/r/{rate}": "nobody",
    }
    found: dict[str, tuple[str, Callable[[int], str]]] = {
        named(path): (who, lambda _n, path=path: path) for path, who in plain.items()
    }
    found["/beside?…"] = ("agent", beside)
    found["/chains/…"] = ("agent", lambda _n: f"/chains/{company.long.pk}")
    return found


def named(path: str) -> str:
    """An address as LOOK names it."""
    for start, name in (
        ("/thanks/", "/thanks/<slug>"),
        ("/r/", "/r/<token>"),
        ("/report/", "/report/<month>"),
        ("/journeys/", "/journeys/…"),
    ):
        if path.startswith(start) and path != start:
            return name
    return path


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
    _analyze()
    memory.settle()  # as `neoncard serve` does
    connection.close()  # what is measured has a connection as pages have it
    built = round(time.perf_counter() - began, 1)
    looked = [
        look(name, *page, company, args.looks)
        for name, page in pages(company).items()
        if not args.only or name in args.only
    ]
    if args.only:
        return {"pages": looked}
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
        "rows": {
            "kindnesses": args.kindnesses + CHAIN,
            "people": args.people,
            "encounters": args.encounters,
        },
        "built_s": built,
        "chain_ms": chain["p95_ms"],
        "letters_s": letters,
        "pages": sorted(looked, key=lambda page: -page["p95_ms"]),
    }


def _roomy() -> None:
    """Room for SQLite to build in, and no waiting for the disk: a bench's company can be built again."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA synchronous=OFF")


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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
