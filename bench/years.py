"""A company of many years for the bench of pages: people, encounters, kindnesses and a long chain, written in bulk."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.color import no_style

SLICE = 50_000
NAME = "Bench Ferries"
WORDS = "You stayed until the last ferry had gone, and found the lady's bag under the third bench."


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
        roomy()
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
        asked = (self.args.kindnesses + self.args.chain, self.args.people, self.args.encounters)
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
        """Kindnesses, each passed on from one of the last few: a thousand, unless asked otherwise."""
        from neoncard.kindness.tables import Kindness

        first = None
        rows: list[Any] = []
        for n in range(self.args.chain):
            before = rows[max(0, n - 1 - self.dice.randrange(4))] if rows else None
            row = Kindness.objects.create(
                giver=self.parties[n % len(self.parties)],
                words=WORDS,
                how="said",
                sees="team",
                at=self.now - timedelta(minutes=self.args.chain - n),
                received_at=self.now,
                passed_on_from=before,
                chain=first,
            )
            row.receivers.set([self.parties[(n * 7 + 1) % len(self.parties)]])
            first = first or row
            rows.append(row)
        self.long = rows[0]


def roomy() -> None:
    """Room for SQLite to build in, and no waiting for the disk: a bench's company can be built again."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA synchronous=OFF")


def analyze() -> None:
    """What the database knows of its tables, brought up to date."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
