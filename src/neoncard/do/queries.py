"""Reads of suggestions and pledges that more than one caller needs."""

from __future__ import annotations

from neoncard.do.tables import Pledge
from neoncard.people.tables import Member


def pledge_of(member: Member) -> Pledge | None:
    """The member's own pledge, or None. One query."""
    return Pledge.objects.filter(member=member).first()
