"""Reads of counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from neoncard.care.tables import Cover
from neoncard.design.tables import Act
from neoncard.kit import clock
from neoncard.learn.rules import SMALLEST_GROUP, rounded
from neoncard.learn.tables import DailyCount, WeekFigure
from neoncard.people.tables import Member, Organisation, Team
from neoncard.thank.tables import Feedback, ThankYou

COUNTS = ("offered", "shown", "done", "rated_happy", "rated_unhappy", "praised", "returned")


@dataclass(frozen=True, slots=True)
class Worked:
    """What is counted of one act: how often offered, shown, done, and what those customers did after."""

    act: Act | None
    title: str
    offered: int
    shown: int
    done: int
    rated_happy: int
    rated_unhappy: int
    praised: int
    returned: int


@dataclass(frozen=True, slots=True)
class Works:
    """The counts behind /works: a row an act, one for encounters without a suggestion, and the totals."""

    since: date
    until: date
    rows: list[Worked]
    without: Worked | None
    total: Worked | None
    enough_people: bool

    @property
    def most(self) -> int:
        """How often the act done most was done: the longest bar of the picture."""
        return max((row.done for row in self.rows if row.act), default=0)


def works(organisation: Organisation, days: int = 30) -> Works:
    """The last `days` whole days, by act, rounded to five (P3); acts whose offers round to none are left out.

    Three queries. Empty, with `enough_people` False, when fewer than eight people work here.
    """
    until = clock.today(organisation.zone)
    since = until - timedelta(days=days)
    people = Member.objects.filter(organisation=organisation, is_active=True).count()
    if people < SMALLEST_GROUP:
        return Works(since, until, [], None, None, enough_people=False)
    sums = {name: Sum(name) for name in COUNTS}
    found = DailyCount.objects.filter(day__gt=since).values("act").annotate(**sums)
    counts = {row["act"]: {name: row[name] for name in COUNTS} for row in found}
    acts = {str(act.pk): act for act in Act.objects.all()}
    total = {name: sum(row[name] for row in counts.values()) for name in COUNTS}
    rows = [
        _worked(act, act.title, counts[key])
        for key, act in acts.items()
        if key in counts and rounded(counts[key]["offered"])
    ]
    rows.sort(key=lambda row: (-row.done, row.title))
    others = [row for key, row in counts.items() if key and key not in acts]
    if others:
        summed = {name: sum(row[name] for row in others) for name in COUNTS}
        rows.append(_worked(None, "others", summed))
    alone = counts.get("", {})
    without = _worked(None, "", alone) if any(map(rounded, alone.values())) else None
    return Works(since, until, rows, without, _worked(None, "", total), enough_people=True)


def _worked(act: Act | None, title: str, counts: dict[str, int]) -> Worked:
    return Worked(act, title, **{name: rounded(counts[name]) for name in COUNTS})


@dataclass(frozen=True, slots=True)
class Figure:
    """One frozen week of one group: its figures by name."""

    group: str
    people: int
    values: dict[str, int]


def last_week(organisation: Organisation) -> tuple[date | None, list[Figure]]:
    """The newest published week and its groups, the company first. Two queries."""
    week = WeekFigure.objects.order_by("-week").values_list("week", flat=True).first()
    if week is None:
        return None, []
    teams = {str(pk): name for pk, name in Team.objects.values_list("pk", "name")}
    groups: dict[str, Figure] = {}
    for row in WeekFigure.objects.filter(week=week).order_by("group", "what"):
        name = teams.get(row.group, "") if row.group else organisation.name
        groups.setdefault(row.group, Figure(name, row.people, {})).values[row.what] = row.value
    return week, [groups[key] for key in sorted(groups)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a lead, as plain numbers of things to do, not of people."""

    held: int
    feedback: int
    covers: int


def waiting_for_leads() -> Waiting:
    """Held thank-yous, new feedback, agents who asked for cover and wait. Three queries."""
    return Waiting(
        ThankYou.objects.filter(state=ThankYou.State.HELD).count(),
        Feedback.objects.filter(state=Feedback.State.NEW).count(),
        Cover.objects.filter(taken_at=None).count(),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """A frozen week of the whole company, as published (P3)."""

    week: date
    people: int
    values: dict[str, int]


def weeks_of(organisation: Organisation, first: date) -> list[Week]:
    """The frozen weeks that begin in a month, of the whole company. One query."""
    after = (first + timedelta(days=32)).replace(day=1)
    rows = WeekFigure.objects.filter(group="", week__gte=first, week__lt=after).order_by("week")
    found: dict[date, Week] = {}
    for row in rows:
        week = found.setdefault(row.week, Week(row.week, row.people, {}))
        week.values[row.what] = row.value
    return list(found.values())


def themes_of(first: date) -> list[tuple[str, str]]:
    """Themes of customers' feedback answered in a month, with what became of them; no words of theirs. One query."""
    after = (first + timedelta(days=32)).replace(day=1)
    rows = Feedback.objects.exclude(theme="").exclude(answer="")
    rows = rows.filter(answered_at__date__gte=first, answered_at__date__lt=after)
    return list(rows.order_by("theme", "-answered_at").values_list("theme", "answer")[:20])
