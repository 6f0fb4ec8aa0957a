"""Ids elsewhere under which one of us works: matched to a member by their address, or kept until somebody is given them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction

from neoncard.kit import clock, signing
from neoncard.people.actions import add_ids
from neoncard.people.queries import Directory
from neoncard.people.tables import Member, Stranger

KEPT: Final = timedelta(days=180)


def meet(*, directory: Directory, staff: Mapping[str, tuple[str, str]]) -> None:
    """Ids elsewhere of those of us who came in, each with a name and the pseudonym of an address ("" where not told).

    One whose address is a member's becomes theirs; any other is remembered as a stranger's. One query where nothing
    is new to us beside those the directory makes anyway.
    """
    known = directory.members(staff)
    strangers = {id_: who for id_, who in staff.items() if id_ and id_ not in known}
    rows = Stranger.objects.filter(source=directory.source, ext_id__in=strangers)
    before = {row.ext_id: (row.name, row.person) for row in rows} if strangers else {}
    fresh = {}
    for id_, (name, person) in strangers.items():
        had = before.get(id_, ("", ""))
        told = (name or had[0], person or had[1])
        if id_ not in before or told != had:
            fresh[id_] = told
    if not fresh:
        return
    by_person = {signing.person(row.email): row for row in Member.objects.all()}
    with transaction.atomic():
        for id_, (_name, person) in sorted(fresh.items()):
            if person and (member := by_person.get(person)):
                add_ids(by="address", member=member, ids=[(directory.source, id_)])
                directory.forget(id_)
        rows_ = [
            Stranger(
                source=directory.source,
                ext_id=id_,
                name=name[:120],
                person=person,
                seen_on=clock.now().date(),
            )
            for id_, (name, person) in sorted(fresh.items())
            if not person or person not in by_person
        ]
        Stranger.objects.bulk_create(
            rows_,
            update_conflicts=True,
            unique_fields=["source", "ext_id"],
            update_fields=["name", "person"],
        )


def forget() -> str:
    """Forget ids that nobody was given in half a year; one that comes in again is remembered anew. For /status."""
    before = (clock.now() - KEPT).date()
    gone, _by_table = Stranger.objects.filter(seen_on__lt=before).delete()
    return f"{gone} ids"


def forget_source(*, source: str) -> None:
    """Forget the ids of a source that is no more."""
    Stranger.objects.filter(source=source).delete()
