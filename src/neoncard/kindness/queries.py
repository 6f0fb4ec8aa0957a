"""Reads of kindnesses that more than one caller needs."""

from __future__ import annotations

from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


def own_count(member: Member) -> int:
    """How many kindnesses the member has given; for their own eyes alone (E3). One query."""
    return Kindness.objects.filter(giver__member=member, state=Kindness.State.KEPT).count()
