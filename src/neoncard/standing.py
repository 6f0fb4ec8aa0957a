"""How a member's day stands: which day it is for them, hard or not, and the round they are in. Part of `loop`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from neoncard.care.tables import HardDay
from neoncard.do.drive import actions as drives
from neoncard.do.drive import rules as driving
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people import queries as people
from neoncard.people.hours import Hours, day_of
from neoncard.people.tables import Member, OptOut
from neoncard.share.voices.queries import open_reviews

FACES = 3
"""Colleagues to think of: two are shown, and one of them may be who the kindness came from."""

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
    to_look: bool = False
    faces: tuple[dict[str, Any], ...] = ()


def standing(member: Member) -> Standing:
    """The member's day (the day their present shift began, else the calendar's), hard or not. One query.

    It has a row for each shift they entered, for each since they joined their round may be a day of it.
    """
    now = clock.now()
    today = clock.today(member.zone or member.organisation.zone)
    rows = _stands(
        member.pk, member.organisation_id, now, now - driving.AHEAD, people.turn(member, today)
    )
    row = rows[0] if rows else {}
    joined = row.get("going__joined_on")
    since = min(drives.since_of(member, joined), now) if joined else now
    entered = [(one["worked__starts_at"], one["worked__ends_at"]) for one in rows]
    single = [one for one in entered if one[0] and one[1] > since]
    hours = people.as_hours(
        member, row.get("hours__week") or {}, row.get("hours__leave") or [], single
    )
    day = day_of(hours, now)
    faces = [face for n in range(FACES) if (face := row.get(f"face{n}"))]
    return Standing(
        day,
        row.get("hard", False),
        not row.get("no_ideas", True),
        hours,
        _going(row, hours, day),
        row.get("to_look", False),
        tuple({one["pk"]: one for one in faces}.values()),
    )


@written
def _stands(
    me: int, organisation: int, now: datetime, ahead: datetime, turn: int
) -> QuerySet[Member, dict[str, Any]]:
    return (
        Member.objects.filter(pk=me)  # lookup: oneself
        .annotate(
            hard=Exists(HardDay.objects.filter(member=OuterRef("pk"), until__gt=now)),
            to_look=Exists(open_reviews(OuterRef("pk"))),
            no_ideas=Exists(
                OptOut.objects.filter(member=OuterRef("pk"), feature=OptOut.Feature.IDEAS)
            ),
            **{f"face{n}": people.face(me, organisation, turn, n) for n in range(FACES)},
        )
        .annotate(
            going=FilteredRelation("takings", condition=Q(takings__over=False)),
            worked=FilteredRelation("shifts", condition=Q(shifts__ends_at__gt=ahead)),
        )
        .values(
            *("hard", "no_ideas", "to_look", "hours__week", "hours__leave", *ROUND),
            *("worked__starts_at", "worked__ends_at"),
            *(f"face{n}" for n in range(FACES)),
        )
    )


def _going(row: dict[str, Any], hours: Hours, day: date) -> Going | None:
    if not row.get("going__round"):
        return None
    days, themes = row["going__round__days"], row["going__round__themes"]
    calendar = driving.days_of(hours, row["going__joined_on"], days, themes)
    today = driving.standing(calendar, day)
    over = driving.over(calendar, day)
    return Going(row["going__round"], row["going__round__title"], days, today, over)
