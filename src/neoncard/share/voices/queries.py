"""Reads of reactions, reviews and letters."""

from __future__ import annotations

from dataclasses import dataclass

from neoncard.encounters.tables import Customer
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.people.tables import Member, Role
from neoncard.share.queries import hung, names_of, off_wall, posts_even_hidden, waits_for
from neoncard.share.rules import must_release
from neoncard.share.tables import Post
from neoncard.share.voices.tables import Reaction, Review, Shown

ASKED = 3
"""Stories on a customer's page at most: it stays within 15 KB (LOOK)."""


def reactions(post: Post) -> list[Reaction]:
    """What was said to a post in a tap, oldest first, with `off`: its sayer opted out of the wall. One query."""
    rows = (
        Reaction.objects.filter(post=post).select_related("member").annotate(off=off_wall("member"))
    )
    return list(rows.order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A story a customer is in, or behind: `words` and their hash `read`, `party` (None until they say something),
    the `name` they go by in it ("" where none of theirs would show), and whether they said yes.
    """

    post: Post
    words: str
    read: str
    party: Party | None
    name: str
    yes: bool


def asked_of(customer: Customer | None, kindness: Kindness | None) -> list[Asked]:
    """The stories this customer, or whoever wrote this kindness, said yes to or is asked for, newest first (P6).

    They are asked last, when only their yes is missing: a colleague's name reaches nobody outside before that
    colleague said so. Three queries, four with a customer; none without either.
    """
    if customer is None and kindness is None:
        return []
    told = posts_even_hidden().exclude(story="").filter(kindness__state=Kindness.State.KEPT)
    wrote = kindness.pk if kindness else 0
    theirs = Kindness.objects.filter(pk=wrote).values("pk")  # lookup: the row it was given
    if customer is not None:
        theirs = theirs.union(
            Kindness.objects.filter(encounter__customer=customer).values("pk"),
            Kindness.objects.filter(giver__customer=customer).values("pk"),
            Kindness.objects.filter(receivers__customer=customer).values("pk"),
        )
    rows = told.filter(kindness__in=theirs).order_by("-posted_at", "-pk")[:ASKED]
    found = (_asked(post, customer, kindness) for post in rows)
    return [one for one in found if one is not None]


def _asked(post: Post, customer: Customer | None, kindness: Kindness | None) -> Asked | None:
    about = hung(post)
    row = post.kindness
    inside = [row.giver, *row.receivers.all()]
    wrote = (
        row.giver if kindness and row.pk == kindness.pk and row.giver.member_id is None else None
    )
    party = next((one for one in inside if customer and one.customer_id == customer.pk), wrote)
    name = names_of(party)[0] if party else ""
    if (
        party is None and customer and about.behind
    ):  # not one of those in it: no name of theirs shows
        party = getattr(customer, "party", None)
    waits, own = waits_for(post), party.pk if party else 0
    if own not in must_release(about):
        return None
    yes = own not in waits
    closed = post.hidden_at or row.sees == Kindness.Sees.GIVER
    if not yes and (waits != {own} or closed):
        return None
    return Asked(post, about.text, text_hash(about.text), party, name, yes)


def to_look_at(member: Member) -> list[Review]:
    """What this member is asked to look at, oldest first. One query."""
    rows = Review.objects.filter(member=member, word="", report__closed_at=None)
    rows = rows.select_related("report__comment")
    return list(rows.order_by("report__at"))


def shown_to(lead: Member) -> Shown | None:
    """What somebody shows this lead, the oldest first, one at a time (P12). One query."""
    rows = Shown.objects.filter(lead=lead).select_related("member")
    return rows.order_by("at").first()


def leads(member: Member) -> list[Member]:
    """The leads one may show something: those of one's company but oneself. One query."""
    rows = Member.objects.filter(
        organisation=member.organisation_id, is_active=True, roles__name=Role.Name.LEAD
    )
    return list(rows.exclude(pk=member.pk).order_by("known_as"))
