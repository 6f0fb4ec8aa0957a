"""After a call: which one to wrap up, wrapping it up, and taking that back. The only writer of wrap-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet

from neoncard.encounters.tables import Encounter, WrapUp
from neoncard.kit import clock
from neoncard.people.tables import Member

FRESH = timedelta(minutes=30)
"""A call that ended longer ago is past wrapping up: nobody is chased."""

UNDO = timedelta(minutes=10)
MOST = 30


@dataclass(frozen=True, slots=True)
class Calls:
    """A member's calls just ended: those to wrap up, the last one first, and the one wrapped up last, if it can be undone."""

    waiting: list[Encounter]
    last: Encounter | None


def calls(member: Member) -> Calls:
    """The member's own calls of the last minutes, at most 30 of them. One query."""
    now = clock.now()
    found = Encounter.objects.filter(
        agent=member,
        kind=Encounter.Kind.CALL,
        last_at__gt=now - FRESH - UNDO,
        last_at__lte=now,
    )
    rows = found.select_related("customer", "wrap_up").order_by("-last_at", "-pk")[:MOST]
    wrapped = [row for row in rows if hasattr(row, "wrap_up") and row.wrap_up.at >= now - UNDO]
    waiting = [row for row in rows if not hasattr(row, "wrap_up") and row.last_at > now - FRESH]
    return Calls(waiting, max(wrapped, key=lambda row: row.wrap_up.at, default=None))


def said_again(customer: OuterRef, before: OuterRef) -> QuerySet[WrapUp]:
    """Whether somebody who had this customer on the telephone before knew that it would come again; for Exists (E12)."""
    return WrapUp.objects.filter(
        how=WrapUp.How.AGAIN, encounter__customer=customer, encounter__started_at__lt=before
    )


@transaction.atomic
def wrap_up(*, call: Encounter, how: str = "") -> WrapUp:
    """Wrap a call up; the same call again only changes `how`. Raises ValueError for what is none of WrapUp.How."""
    if how and how not in WrapUp.How.values:
        raise ValueError(f"how: takes one of {', '.join(WrapUp.How.values)}")
    row, _made = WrapUp.objects.update_or_create(
        encounter=call, defaults={"how": how, "at": clock.now()}
    )
    return row


@transaction.atomic
def unwrap(*, call: Encounter) -> None:
    """Take a wrap-up back."""
    WrapUp.objects.filter(encounter=call).delete()
