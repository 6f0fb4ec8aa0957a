"""Reads of kindnesses that more than one caller needs."""

from __future__ import annotations

from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


def own_count(member: Member) -> int:
    """How many kindnesses the member has given; for their own eyes alone (E3). One query."""
    return Kindness.objects.filter(giver__member=member, state=Kindness.State.KEPT).count()


def answers_to(kindness: Kindness | None) -> list[Kindness]:
    """What its people wrote back to a kindness, oldest first. One query; none without a kindness."""
    if kindness is None:
        return []
    rows = kindness.answered_by.filter(state=Kindness.State.KEPT).exclude(sees=Kindness.Sees.GIVER)
    return list(rows.exclude(words="").select_related("giver__member").order_by("at"))
