"""What people may see and erase (P5), and what is forgotten by itself (P7): across the rooms, beside the loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from neoncard.connectors import actions as inbox
from neoncard.design.board import erasing as boards
from neoncard.do import actions as do
from neoncard.do.drive import actions as drive
from neoncard.do.tables import Suggestion
from neoncard.encounters import actions as encounters
from neoncard.encounters import erasing
from neoncard.encounters import queries as met
from neoncard.encounters.tables import Customer, Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness import queries as kind
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, slices
from neoncard.learn import actions as learn
from neoncard.learn.tables import Outcome
from neoncard.pass_on import actions as cards
from neoncard.people import actions as members
from neoncard.people import queries as people
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.thank import actions as thank
from neoncard.thank import queries as thanked

JSON_VALUES = (str, int, float, bool, list, dict, type(None))
SECRET_COLUMNS = frozenset(
    {
        "password",
        "pin_hash",
        "token_hash",
        "receipt_hash",
        "last_login",
        "feed",
        "held",
        "held_name",
    }
)


def export_customer(source: str, ext_id: str) -> dict[str, Any] | None:
    """Everything we hold about a customer, as plain JSON; None when we know nobody of that id.

    Holds no name but theirs (P4): our people appear as "agent".
    """
    customer = met.customer(source, ext_id)
    if customer is None:
        return None
    return {
        "customer": {
            "source": source,
            "id": ext_id,
            "name": customer.name,
            "say_it": customer.say_it,
            "since": customer.received_at.isoformat(),
        },
        "encounters": met.export_customer(customer),
        "kindnesses": [_kindness(row, customer) for row in _kindnesses(customer)],
        "thank_yous": thanked.export_customer(customer),
        "suggestions": [
            {"made_at": row.isoformat(), "for": "an encounter with you"}
            for row in Suggestion.objects.filter(customer_key=customer.key)
            .order_by("made_at")
            .values_list("made_at", flat=True)
        ],
        "outcomes": [
            {"kind": kind, "at": at.isoformat()}
            for kind, at in Outcome.objects.filter(customer_key=customer.key)
            .order_by("at")
            .values_list("kind", "at")
        ],
    }


def _kindnesses(customer: Customer) -> list[Kindness]:
    theirs = Q(giver__customer=customer) | Q(receivers__customer=customer)
    rows = Kindness.objects.filter(theirs, state=Kindness.State.KEPT).distinct()
    return list(rows.exclude(sees=Kindness.Sees.GIVER).select_related("giver").order_by("at"))


def _kindness(row: Kindness, customer: Customer) -> dict[str, Any]:
    given = row.giver.customer_id == customer.pk
    return {
        "given_by": "you" if given else "agent",
        "words": row.words,
        "occasion": row.occasion,
        "at": row.at.isoformat(),
    }


def erase_customer(source: str, ext_id: str, *, by: object = "command") -> dict[str, int] | None:
    """Erase everything about a customer; a chain keeps its shape and nothing else. None when we know nobody of that id.

    Returns counts. Commits room by room; called again after a crash it finishes what is left.
    """
    customer = met.customer(source, ext_id)
    return None if customer is None else _erase(customer, by)


def _erase(customer: Customer, by: object, *, for_good: bool = True) -> dict[str, int]:
    met_in = Encounter.objects.filter(customer=customer).values_list("ext_id", flat=True)
    inbox.forget_conversations(source=customer.source, ext_ids=list(met_in))
    counts = {"thank_yous": thank.erase_customer(customer=customer)}
    if party := kindnesses.party_of(customer):
        share.erase_customer(party=party, name=customer.name)
    counts["kindnesses"] = kindnesses.erase_customer(by=by, customer=customer)
    counts["suggestions"] = do.erase_customer(customer=customer)
    counts["outcomes"] = learn.erase_customer(customer=customer)
    counts |= erasing.erase_customer(by=by, customer=customer, for_good=for_good)
    kindnesses.drop_empty_proposals()
    return counts


def erase_source(source: str) -> None:
    """Erase every customer and conversation that came of a source, in slices; a repeat finishes what is left.

    Who connects it again means to have them again.
    """
    for customer in Customer.objects.filter(source=source).iterator(200):
        _erase(customer, "work", for_good=False)
    erasing.erase_source(source=source)
    kindnesses.drop_empty_proposals()


def forget() -> str:
    """The nightly retention (P7): texts past NEONCARD_KEEP_TEXT_DAYS, suggestions and outcomes past 180 days.

    Counted from when we received it, in slices; the demo keeps its texts, and says so. Returns its counts in one line
    for /status.
    """
    organisation = people.organisation()
    if organisation is None or organisation.demo:
        return "the demo keeps its texts" if organisation else "nothing yet"
    now = clock.now()
    texts = now - timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS)
    messages, longest = encounters.forget_texts(before=texts)
    proposals = kindnesses.drop_empty_proposals()
    cards.forget_held(before=texts)
    outcomes = now - timedelta(days=settings.NEONCARD_KEEP_OUTCOME_DAYS)
    learnt = slices.run(lambda size: learn.forget(before=outcomes, limit=size))
    longest = max(longest, learnt.longest_ms)
    return (
        f"{messages} messages, {proposals} proposals, {learnt.rows} suggestions and outcomes; "
        f"longest {longest:g} ms"
    )


def export_member(member: Member) -> dict[str, Any]:
    """Everything about a member, as plain JSON values (P5): their own row and every row that points at it.

    Read from the schema, so a new table can't be forgotten. No names but their own (P4): other people are only
    "a colleague" or "a customer". What they may not see here they do not see on their pages either: words that wait
    for a lead, what a colleague keeps to themselves.
    """
    out: dict[str, Any] = {"member": _plain(member)}
    for relation in Member._meta.related_objects:
        table: type[models.Model] = relation.field.model
        rows = table._default_manager.filter(**{relation.field.name: member})
        out[f"{table.__name__.lower()}.{relation.field.name}"] = [_plain(row) for row in rows]
    out["thankyou.to"] = thanked.export_member(member)
    rows = kind.own(member).select_related("giver")
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


def erase_member(member: Member) -> None:
    """Erase a member (P5): tombstones keep the shape of chains, nothing else of them stays.

    Commits room by room; called again after a crash it finishes what is left. Raises ValueError for the last admin,
    and then nothing has happened.
    """
    members.may_go(member)
    party = Party.objects.filter(member=member).first()
    names = sorted({member.name, member.known_as, *member.name.split()}, key=len, reverse=True)
    share.erase_member(member=member, party=party)
    if party:
        for row in Kindness.objects.filter(receivers=party).prefetch_related("receivers"):
            kindnesses.blank_out(by="erasure", kindness=row, names=names)
        kindnesses.bury(party=party, by="erasure")
    boards.erase_member(member=member)
    drive.erase_member(member=member)
    thank.erase_member(member=member)
    encounters.forget_member(member=member)
    members.erase(by="erasure", member=member)
