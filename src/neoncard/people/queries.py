"""Reads about people that more than one caller needs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from neoncard.kit import clock
from neoncard.people.tables import Member, Organisation, Role, Shift


def organisation() -> Organisation | None:
    """The company of this installation, or None before `neoncard init`. One query."""
    return Organisation.objects.order_by("pk").first()


def roles(member: Member) -> frozenset[str]:
    """The member's role names. One query, kept on the instance for the rest of the request."""
    known: frozenset[str] | None = getattr(member, "_roles", None)
    if known is None:
        known = frozenset(Role.objects.filter(member=member).values_list("name", flat=True))
        member._roles = known  # type: ignore[attr-defined]
    return known


def leads(member: Member) -> bool:
    """Whether the member is a lead or an admin."""
    return bool(roles(member) & {Role.Name.LEAD, Role.Name.ADMIN})


def colleagues(member: Member) -> QuerySet[Member]:
    """Everyone else who works here now, by name; lazy, one query with the team."""
    return (
        Member.objects.filter(organisation=member.organisation_id, is_active=True)
        .exclude(pk=member.pk)
        .select_related("team")
        .order_by("known_as", "name")
    )


def shift_end(member: Member) -> datetime | None:
    """When the member's present shift ends, or None when no shift is on. One query."""
    now = clock.now()
    return (
        Shift.objects.filter(member=member, starts_at__lte=now, ends_at__gt=now)
        .order_by("-ends_at")
        .values_list("ends_at", flat=True)
        .first()
    )


def opted_out(member: Member, feature: str) -> bool:
    """Whether the member has opted out of `feature` (an `OptOut.Feature`). One query, kept."""
    known: frozenset[str] | None = getattr(member, "_opted_out", None)
    if known is None:
        known = frozenset(member.opt_outs.values_list("feature", flat=True))
        member._opted_out = known  # type: ignore[attr-defined]
    return feature in known
