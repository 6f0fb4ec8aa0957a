"""What the parts of the demo share: the calendar, who is who, and a chance that is the same every time."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from neoncard.design.tables import Act
from neoncard.encounters.tables import Customer, Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import signing
from neoncard.people.tables import Member, Organisation
from neoncard.share.tables import Post

Row = dict[str, Any]
SOURCE = "import"
DAYS = 30


def toml(name: str) -> Row:
    """A TOML file of demo/data."""
    return tomllib.loads((files("neoncard.demo") / "data" / name).read_text("utf-8"))


def jsonl(name: str) -> list[Row]:
    """The rows of a JSON lines file of demo/data."""
    text = (files("neoncard.demo") / "data" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def chance(*parts: object) -> float:
    """A number from 0 up to 1 that depends on `parts` alone: the demo's dice fall the same way every time."""
    digest = sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    happen: Callable[[], object]


@dataclass(slots=True)
class World:
    """The company while it is being built. `today` is day D-0 in the company's zone."""

    organisation: Organisation
    zone: ZoneInfo
    today: date
    members: dict[str, Member] = field(default_factory=dict)
    shifts: dict[str, tuple[time, time]] = field(default_factory=dict)
    playbook: list[Act] = field(default_factory=list)
    kindnesses: dict[str, Kindness] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    _guests: dict[str, Party] = field(default_factory=dict)
    _customers: dict[str, Customer] = field(default_factory=dict)
    _encounters: dict[str, Encounter] = field(default_factory=dict)

    def moment(self, day: str, at: str) -> datetime:
        """The moment "D-12", "14:20" stands for."""
        return self.on(int(day.removeprefix("D-")), time.fromisoformat(at))

    def on(self, days_ago: int, at: time) -> datetime:
        """A time of a day so many days ago, on the company's clock."""
        return datetime.combine(self.today - timedelta(days=days_ago), at, self.zone)

    def days_ago(self, moment: datetime) -> int:
        """On which day of the company a moment lies: 0 is today."""
        return (self.today - moment.astimezone(self.zone).date()).days

    def works(self, key: str, days_ago: int) -> bool:
        """Whether this person works on that day: five days of seven, not everybody the same."""
        return chance("works", key, days_ago) < 5 / 7

    def shift(self, key: str, days_ago: int) -> tuple[datetime, datetime]:
        """When this person's shift of that day begins and ends."""
        start, end = self.shifts[key]
        return self.on(days_ago, start), self.on(days_ago, end)

    def customer(self, key: str) -> Customer:
        """A customer by their id in the conversations. Raises KeyError when none has been heard of yet."""
        if key not in self._customers:
            known = Customer.objects.filter(source=SOURCE, key=signing.pseudonym(SOURCE, key))
            found = known.first()
            if found is None:
                raise KeyError(f"demo: {key} has not written to us yet")
            self._customers[key] = found
        return self._customers[key]

    def encounter(self, ext_id: str) -> Encounter:
        """A conversation by its ticket number. Raises KeyError when it has not come in yet."""
        if ext_id not in self._encounters:
            rows = Encounter.objects.filter(source=SOURCE, ext_id=ext_id)
            found = rows.select_related("customer", "agent").first()
            if found is None:
                raise KeyError(f"demo: {ext_id} has not come in yet")
            self._encounters[ext_id] = found
        return self._encounters[ext_id]

    def party(self, row: Row) -> Party:
        """The party a row of kindnesses.toml names; the same guest's name is the same guest."""
        ((kind, who),) = row.items()
        if kind == "member":
            return kindnesses.member_party(self.members[who])
        if kind == "customer":
            return kindnesses.customer_party(self.customer(who))
        if kind == "unknown":
            return kindnesses.guest_party()
        if who not in self._guests:
            self._guests[who] = kindnesses.guest_party(who)
        return self._guests[who]


def days() -> Iterator[int]:
    """The days before today, from the first to yesterday, as days ago."""
    return iter(range(DAYS, 0, -1))
