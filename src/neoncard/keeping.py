"""What a customer may see and erase (P5), and what is forgotten by itself (P7): across the rooms, for the loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from neoncard.do import actions as do
from neoncard.do.tables import Suggestion
from neoncard.encounters import actions as encounters
from neoncard.encounters import queries as met
from neoncard.encounters.tables import Customer
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, slices
from neoncard.learn import actions as learn
from neoncard.learn.tables import Outcome
from neoncard.people import queries as people
from neoncard.share import actions as share
from neoncard.thank import actions as thank
from neoncard.thank import queries as thanked


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
    if customer is None:
        return None
    counts = {"thank_yous": thank.erase_customer(customer=customer)}
    if party := kindnesses.party_of(customer):
        share.erase_customer(party=party, name=customer.name)
    counts["kindnesses"] = kindnesses.erase_customer(by=by, customer=customer)
    counts["suggestions"] = do.erase_customer(customer=customer)
    counts["outcomes"] = learn.erase_customer(customer=customer)
    counts |= encounters.erase_customer(by=by, customer=customer)
    kindnesses.drop_empty_proposals()
    return counts


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
    outcomes = now - timedelta(days=settings.NEONCARD_KEEP_OUTCOME_DAYS)
    learnt = slices.run(lambda size: learn.forget(before=outcomes, limit=size))
    longest = max(longest, learnt.longest_ms)
    return (
        f"{messages} messages, {proposals} proposals, {learnt.rows} suggestions and outcomes; "
        f"longest {longest:g} ms"
    )
