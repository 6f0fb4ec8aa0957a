"""Reads about hard days, hands and cover. None takes a person other than the one who asks (P10)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from neoncard.care.tables import Cover, Hand, HardDay
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.tables import Member


def hard_day(member: Member) -> bool:
    """Whether this member has said today is hard, and it is not over. One query."""
    return HardDay.objects.filter(member=member, until__gt=clock.now()).exists()


def hands_for(member: Member) -> list[Hand]:
    """Hands asked of this member or by them that are not over, newest first; what they asked of several is one row
    that carries `asked`, the names. Once somebody is coming, the others are asked no longer. One query.
    """
    found: list[Hand] = []
    mine: Hand | None = None
    for row in _hands(member.pk, clock.now()):
        if row.member_id == member.pk and row.coming_at is None and mine is not None:
            mine.asked.append(row.to.known_as)  # type: ignore[attr-defined]
            continue
        row.asked = [row.to.known_as]  # type: ignore[attr-defined]
        if row.member_id == member.pk and row.coming_at is None:
            mine = row
        found.append(row)
    return found


@written
def _hands(member: int, now: datetime) -> QuerySet[Hand]:
    coming = Hand.objects.filter(member=OuterRef("member"), coming_at__isnull=False)
    rows = Hand.objects.filter(
        Q(coming_at__isnull=False) | ~Exists(coming), Q(to=member) | Q(member=member), until__gt=now
    )
    return rows.select_related("member", "to").order_by("-at", "pk")


def covers() -> QuerySet[Cover]:
    """Who asks for cover now, the longest wait first; what is taken stays until it is over (P11). One query."""
    return (
        Cover.objects.filter(until__gt=clock.now())
        .select_related("member__team", "encounter", "taken_by")
        .order_by("at")
    )


def own_cover(member: Member) -> Cover | None:
    """The cover this member asks for now, or None. One query."""
    return covers().filter(member=member).last()
