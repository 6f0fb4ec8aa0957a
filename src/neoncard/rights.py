"""What a person may ask of us: see everything about them, and erase it (P5). Crosses the rooms, like `loop`."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q

from neoncard.encounters import actions as encounters
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness, Party
from neoncard.people import actions as people
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.thank import actions as thank

JSON_VALUES = (str, int, float, bool, list, dict, type(None))
SECRET_COLUMNS = frozenset({"password", "token_hash", "receipt_hash", "last_login"})


def export_member(member: Member) -> dict[str, Any]:
    """Everything about a member, as plain JSON values (P5): their own row and every row that points at it.

    Read from the schema, so a new table can't be forgotten. No names but their own (P4): other people are only
    "a colleague" or "a customer".
    """
    out: dict[str, Any] = {"member": _plain(member)}
    for relation in Member._meta.related_objects:
        table: type[models.Model] = relation.field.model
        rows = table._default_manager.filter(**{relation.field.name: member})
        out[f"{table.__name__.lower()}.{relation.field.name}"] = [_plain(row) for row in rows]
    mine = Q(giver__member=member) | Q(receivers__member=member)
    rows = Kindness.objects.filter(mine).distinct().select_related("giver")
    out["kindnesses"] = [
        {
            **_plain(row),
            "giver": _whose(row.giver, member),
            "receivers": [_whose(party, member) for party in row.receivers.all()],
        }
        for row in rows.prefetch_related("receivers").order_by("at")
    ]
    return out


def _whose(party: Party, member: Member) -> str:
    return member.name if party.member_id == member.pk else str(party.get_kind_display())


def _plain(row: models.Model) -> dict[str, Any]:
    """A row's own columns, ids of others left out but kept for itself, secrets never."""
    kept = {}
    for field in row._meta.concrete_fields:
        hidden = field.name in SECRET_COLUMNS or (
            isinstance(row, Encounter) and field.name == "subject"
        )
        if not hidden and not isinstance(field, models.ForeignKey):
            value = field.value_from_object(row)
            kept[field.name] = value if isinstance(value, JSON_VALUES) else str(value)
    return kept


@transaction.atomic
def erase_member(member: Member) -> None:
    """Erase a member (P5): tombstones keep the shape of chains, nothing else of them stays.

    Raises ValueError for the last admin.
    """
    party = Party.objects.filter(member=member).first()
    names = sorted({member.name, member.known_as, *member.name.split()}, key=len, reverse=True)
    share.erase_member(member=member, party=party)
    if party:
        for row in Kindness.objects.filter(receivers=party).prefetch_related("receivers"):
            kindnesses.blank_out(by="erasure", kindness=row, names=names)
        kindnesses.bury(party=party, by="erasure")
    thank.erase_member(member=member)
    encounters.forget_member(member=member)
    people.erase(by="erasure", member=member)
