"""Erasing customers and sources (P5), so that no helpdesk that still has them brings them back.

What was erased leaves a tombstone: a keyed hash of where it came from, which names nobody. News of it are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from neoncard.encounters.news import GONE
from neoncard.encounters.tables import Customer, Encounter, Message, Tombstone
from neoncard.kit import clock, signing, slices
from neoncard.kit.audit.actions import wrote
from neoncard.kit.slices import Pace


def tombstone(source: str, ext_id: str) -> str:
    """The keyed, one-way name under which a conversation is known to be erased."""
    return signing.pseudonym("erased", source, ext_id)


def erased(source: str, ext_ids: Iterable[str]) -> set[str]:
    """Those of these conversations that were erased. One query."""
    keys = {tombstone(source, one): one for one in ext_ids}
    found = Tombstone.objects.filter(key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in found}


def erase_customer(*, by: object, customer: Customer, for_good: bool = True) -> dict[str, int]:
    """Erase a customer with all their encounters, and what they wrote in others' (P5), in slices.

    `for_good`: their conversations stay away, whatever a helpdesk still has of them. Returns counts. Their party must be
    buried before; what points at the encounters lets go of them.
    """
    if for_good:
        _keep_away(customer)
    theirs = Message.objects.filter(encounter__customer=customer)
    wrote_elsewhere = Message.objects.filter(author_key=customer.key)
    gone = slices.delete(theirs).rows + slices.delete(wrote_elsewhere).rows
    encounters = slices.delete(Encounter.objects.filter(customer=customer)).rows
    with transaction.atomic():
        wrote(actor=by, did="customer.erased", on=customer)
        customer.delete()
    return {"encounters": encounters, "messages": gone}


def _keep_away(customer: Customer) -> None:
    """Tombstones for their conversations; in others' conversations, what they wrote is marked as gone."""
    pace, now = Pace(), clock.now()
    talks = Encounter.objects.filter(customer=customer).values_list("ext_id", flat=True)
    stones = [Tombstone(key=tombstone(customer.source, one), at=now) for one in talks]
    pace.write("tombstones", stones, _bury)
    elsewhere = Message.objects.filter(author_key=customer.key, encounter__source=customer.source)
    said: dict[int, set[str]] = {}
    for talk, ext_id in elsewhere.values_list("encounter", "ext_id"):
        said.setdefault(talk, set()).add(ext_id)
    rows = list(Encounter.objects.filter(pk__in=said).exclude(customer=customer))  # lookup: theirs
    for row in rows:
        row.as_of = {**row.as_of, GONE: sorted({*row.as_of.get(GONE, ()), *said[row.pk]})}
    pace.write("gone", rows, lambda some: Encounter.objects.bulk_update(some, ["as_of"]))


def _bury(stones: Sequence[Tombstone]) -> None:
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True)


def erase_source(*, source: str) -> int:
    """Delete what is left of a source once its customers are erased: encounters that name none. How many."""
    slices.delete(Message.objects.filter(encounter__source=source))
    gone = slices.delete(Encounter.objects.filter(source=source)).rows
    with transaction.atomic():
        wrote(actor="work", did="source.erased", on=source, count=gone)
    return gone
