"""How a member's day stands: which day it is for them, hard or not, and the round they are in. Part of `loop`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery

from neoncard.care.tables import HardDay
from neoncard.do.drive import actions as drives
from neoncard.do.drive import rules as driving
from neoncard.kit import clock
from neoncard.people import queries as people
from neoncard.people.hours import Hours, day_of
from neoncard.people.tables import Member, OptOut, Shift

ROUND = ("going__joined_on", "going__round") + tuple(
    f"going__round__{name}" for name in ("title", "days", "themes")
)


@dataclass(frozen=True, slots=True)
class Going:
    """The round somebody is in, and which of their worked days in it today is (None on a free day)."""

    id: int
    title: str
    days: int
    day: driving.Day | None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member's day stands: which day it is for them, and what they want of us."""

    day: date
    hard_day: bool
    wants_ideas: bool
    hours: Hours
    round: Going | None = None


def standing(member: Member) -> Standing:
    """The member's day (the day their present shift began, else the calendar's), hard or not.

    One query, and one more for those in a round: every shift they entered since they joined is a day of it.
    """
    now = clock.now()
    shift = Shift.objects.filter(member=OuterRef("pk"), starts_at__lte=now, ends_at__gt=now)
    by_hand = shift.order_by("-ends_at")
    row = (
        (
            Member.objects.filter(pk=member.pk)  # lookup: oneself
            .annotate(
                began=Subquery(by_hand.values("starts_at")[:1]),
                ends=Subquery(by_hand.values("ends_at")[:1]),
                hard=Exists(HardDay.objects.filter(member=OuterRef("pk"), until__gt=now)),
                no_ideas=Exists(
                    OptOut.objects.filter(member=OuterRef("pk"), feature=OptOut.Feature.IDEAS)
                ),
            )
            .annotate(going=FilteredRelation("takings", condition=Q(takings__over=False)))
            .values("began", "ends", "hard", "no_ideas", "hours__week", "hours__leave", *ROUND)
            .first()
        )
        or {}
    )
    single = [(row["began"], row["ends"])] if row.get("began") else []
    if row.get("going__round"):
        since = min(drives.since_of(member, row["going__joined_on"]), now)
        entered = Shift.objects.filter(member=member, ends_at__gt=since)
        single = list(entered.values_list("starts_at", "ends_at"))
    hours = people.as_hours(
        member, row.get("hours__week") or {}, row.get("hours__leave") or [], single
    )
    day = day_of(hours, now)
    return Standing(
        day, row.get("hard", False), not row.get("no_ideas", True), hours, _going(row, hours, day)
    )


def _going(row: dict[str, Any], hours: Hours, day: date) -> Going | None:
    if not row.get("going__round"):
        return None
    days, themes = row["going__round__days"], row["going__round__themes"]
    calendar = driving.days_of(hours, row["going__joined_on"], days, themes)
    today = driving.standing(calendar, day)
    over = driving.over(calendar, day)
    return Going(row["going__round"], row["going__round__title"], days, today, over)
