"""Reads of thank-yous that more than one caller needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from neoncard.encounters.tables import Customer
from neoncard.kindness.tables import Kindness
from neoncard.people import queries as people
from neoncard.people.tables import Member, OptOut
from neoncard.thank import rules
from neoncard.thank.tables import Feedback, RatingLink, ThanksPage, ThankYou


def takes_thanks(member: Member | None) -> bool:
    """Whether customers may thank this member by name: works here and has not opted out. One query."""
    if member is None or not member.is_active:
        return False
    return not people.opted_out(member, OptOut.Feature.THANKS_PAGE)


def answer_to(link: RatingLink) -> ThankYou | None:
    """What was answered to a rating link, or None. One query with person, kindness and feedback."""
    rows = ThankYou.objects.select_related("to", "kindness", "link__encounter", "feedback")
    return rows.filter(link=link).first()


def kept_thanks(member: Member) -> QuerySet[Kindness]:
    """What others said and this member received, newest first; lazy, one query with giver and thank-you."""
    return (
        Kindness.objects.filter(receivers__member=member, state=Kindness.State.KEPT)
        .exclude(sees=Kindness.Sees.GIVER)
        .exclude(giver__member=member)
        .select_related("giver__member", "giver__customer", "thank_you", "quote")
        .order_by("-at", "-pk")
    )


def unread(member: Member) -> QuerySet[ThankYou]:
    """Customers' words this member has not opened yet, newest first; lazy, one query with kindness and giver."""
    return (
        ThankYou.objects.filter(to=member, state=ThankYou.State.DELIVERED, read_at=None)
        .filter(kindness__state=Kindness.State.KEPT)
        .select_related("kindness__giver__customer")
        .order_by("-delivered_at", "-pk")
    )


def held() -> QuerySet[ThankYou]:
    """Words that wait for a lead, the oldest first; lazy, one query with the person they are for."""
    return (
        ThankYou.objects.filter(state=ThankYou.State.HELD)
        .select_related("to")
        .order_by("received_at", "pk")
    )


def all_names() -> list[str]:
    """Every member's names, to blank them in held words. One query."""
    rows = Member.objects.values_list("name", "known_as")
    return sorted({name for pair in rows for name in pair if name})


def feedback(state: str = "", theme: str = "") -> QuerySet[Feedback]:
    """What customers proposed, newest first, in one state or all, on one theme or all; lazy, one query."""
    rows = Feedback.objects.order_by("-received_at", "-pk")
    rows = rows.filter(theme=theme) if theme else rows
    return rows.filter(state=state) if state in Feedback.State.values else rows


def themes() -> list[str]:
    """The themes leads have given feedback, by name. One query."""
    rows = Feedback.objects.exclude(theme="").values_list("theme", flat=True)
    return list(rows.order_by("theme").distinct())


def thanks_page_of(member: Member) -> ThanksPage | None:
    """The member's own thanks page, or None when they have opened none. One query."""
    return ThanksPage.objects.filter(member=member).first()


def thanks_url(page: ThanksPage) -> str:
    """The full address of a member's thanks page, as a QR holds it. No query."""
    return f"{settings.NEONCARD_URL}{reverse('thanks', args=[page.slug])}"


def rating_url(token: str) -> str:
    """The full address of a rating link, to mail to a customer; add `?s=5` to pre-check an answer. No query."""
    return f"{settings.NEONCARD_URL}{reverse('rate', args=[token])}"


def given_before(thank_you: ThankYou) -> rules.Given:
    """What was sent before, to fill the form again. One query for the feedback."""
    feedback = Feedback.objects.filter(thank_you=thank_you).first()
    return rules.Given(
        score=thank_you.score,
        words=thank_you.words,
        name=thank_you.name,
        feedback=feedback.words if feedback else "",
        team_may_read=thank_you.team_may_read,
        may_publish_words=thank_you.may_publish_words,
        may_publish_name=thank_you.may_publish_name,
        lang=thank_you.lang,
        friend=thank_you.friend,
    )


def held_about(thank_you: ThankYou | None, link: RatingLink | None = None) -> dict[str, Any]:
    """Everything we hold about one thank-you or rating link, as JSON-ready values (P5). At most three queries.

    Says where the words are in neutral terms only: "arrived" or "read".
    """
    data: dict[str, Any] = {}
    if link is not None:
        encounter = link.encounter
        data["link"] = {
            "made_at": link.made_at.isoformat(),
            "ends_at": link.ends_at.isoformat(),
            "about": encounter.subject or encounter.ext_id,
        }
    if thank_you is None:
        return data
    data["answer"] = {
        "score": thank_you.score,
        "a_friend_sent_you": thank_you.friend,
        "words": thank_you.words,
        "name": thank_you.name,
        "to": thank_you.to.known_as if thank_you.to else None,
        "language": thank_you.lang,
        "the_team_may_read_it": thank_you.team_may_read,
        "may_publish_words": thank_you.may_publish_words,
        "may_publish_name": thank_you.may_publish_name,
        "received_at": thank_you.received_at.isoformat(),
        "read_at": thank_you.read_at.isoformat() if thank_you.read_at else None,
    }
    if thank_you.kindness is not None:
        data["kindness"] = {
            "words": thank_you.kindness.words,
            "releases": list(
                thank_you.kindness.releases.filter(party=thank_you.kindness.giver_id).values(
                    "wording", "text_hash", "name_too", "credit"
                )
            ),
        }
    if found := Feedback.objects.filter(thank_you=thank_you).first():
        data["feedback"] = {
            "words": found.words,
            "answer": found.answer,
            "received_on": found.received_at.date().isoformat(),
        }
    return data


def of_customer(customer: Customer) -> QuerySet[ThankYou]:
    """Every thank-you we can tie to a customer; lazy, one query."""
    return (
        ThankYou.objects.filter(
            Q(link__encounter__customer=customer) | Q(kindness__giver__customer=customer)
        )
        .select_related("to", "kindness", "link__encounter")
        .distinct()
    )


def export_customer(customer: Customer) -> list[dict[str, Any]]:
    """What we hold of a customer's thank-yous, for `neoncard customer export` (P5). Two queries and two a row."""
    return [held_about(row, row.link) for row in of_customer(customer)]


def export_member(member: Member) -> list[dict[str, Any]]:
    """The thank-yous delivered to a member (P5), without the thanker's name (P4) and without what waits. One query."""
    delivered = ThankYou.objects.filter(to=member, state=ThankYou.State.DELIVERED)
    return [
        {
            "words": row.words,
            "received_at": row.received_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in delivered.order_by("received_at")
    ]
