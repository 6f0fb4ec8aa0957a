"""The only writer of what is passed on and what rests."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.pass_on.tables import Rest
from neoncard.people.tables import Member


@transaction.atomic
def pass_on(
    *, by: Member, kindness: Kindness, to: Iterable[Member], words: str = "", occasion: str = ""
) -> Kindness:
    """Hand a received kindness on to one or more colleagues.

    Raises ValueError naming the field: it wasn't received by them, or nobody was picked.
    """
    giver = kindnesses.member_party(by)
    if not kindness.receivers.contains(giver):
        raise ValueError("kindness: one passes on what one has received")
    passed = kindnesses.record(
        by=by,
        giver=giver,
        receivers=[kindnesses.member_party(member) for member in to],
        words=words,
        occasion=occasion,
        passed_on_from=kindness,
    )
    wrote(actor=by, did="kindness.passed_on", on=passed)
    return passed


@transaction.atomic
def rest(*, by: Member, kindness: Kindness) -> None:
    """Let a received kindness rest: it no longer waits on Today. Silent (E2)."""
    Rest.objects.get_or_create(kindness=kindness, member=by, defaults={"at": clock.now()})
