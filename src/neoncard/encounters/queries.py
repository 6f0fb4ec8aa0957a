"""Reads of encounters, messages and customers."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kit import signing
from neoncard.people.tables import Member


def customer(source: str, ext_id: str) -> Customer | None:
    """The customer with that id in `source`, or None. One query."""
    key = signing.pseudonym(source, ext_id)
    return Customer.objects.filter(source=source, key=key).first()


def same_person(customer: Customer) -> QuerySet[Customer]:
    """The customer, and whom other sources know by the same address; lazy, one query."""
    mine = Q(pk=customer.pk)  # lookup: the caller's own row
    return Customer.objects.filter(mine | Q(person=customer.person) if customer.person else mine)


def own(member: Member) -> QuerySet[Encounter]:
    """The member's own encounters, newest first, with customers; nobody else's are ever listed (P10). One query."""
    return Encounter.objects.filter(agent=member).select_related("customer").order_by("-last_at")


def visited(member: Member, token: str) -> bool:
    """Whether a counter visit with this token is known. One query."""
    return Encounter.objects.filter(source="counter", ext_id=f"{member.pk}:{token}").exists()


def messages_of(encounter: Encounter) -> QuerySet[Message]:
    """An encounter's messages in order, with the members who wrote them. One query."""
    return encounter.messages.select_related("member").order_by("at", "pk")


def rating(encounter: Encounter) -> Rating | None:
    """What the customer rated an encounter, or None. One query."""
    return Rating.objects.filter(encounter=encounter).first()


def export_customer(customer: Customer) -> list[dict[str, Any]]:
    """A customer's encounters with their messages and ratings as plain JSON (P5); our people unnamed. Three queries."""
    messages = Prefetch("messages", Message.objects.order_by("at", "pk"))
    rows = Encounter.objects.filter(customer=customer).select_related("rating", "wrap_up")
    return [_exported(row) for row in rows.prefetch_related(messages).order_by("started_at")]


def _exported(row: Encounter) -> dict[str, Any]:
    rating, wrapped = getattr(row, "rating", None), getattr(row, "wrap_up", None)
    return {
        "id": row.ext_id,
        "kind": row.kind,
        "channel": row.channel,
        "subject": row.subject,
        "tags": row.tags,
        "began": row.started_at.isoformat(),
        "messages": [
            {"author": said.author, "at": said.at.isoformat(), "text": said.text}
            for said in row.messages.all()
        ],
        "wrapped_up": wrapped and wrapped.how,
        "rating": rating and {"score": rating.score, "of": rating.best, "comment": rating.comment},
    }
