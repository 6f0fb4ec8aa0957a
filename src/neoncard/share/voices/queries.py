"""Reads of reactions, reviews and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from neoncard.encounters.tables import Customer
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.hours import away
from neoncard.people.queries import as_fetched
from neoncard.people.tables import Member, Role
from neoncard.share.queries import hung, names_of, off_wall, people, posts_even_hidden, waits_for
from neoncard.share.rules import must_release
from neoncard.share.tables import Comment, Post
from neoncard.share.voices.tables import Reaction, Report, Review, Shown

ASKED = 3
"""Stories on a customer's page at most: it stays within 15 KB (LOOK)."""


def reactions(post: Post) -> list[Reaction]:
    """What was said to a post in a tap, oldest first, with `off`: its sayer opted out of the wall. One query."""
    rows = (
        Reaction.objects.filter(post=post).select_related("member").annotate(off=off_wall("member"))
    )
    return list(rows.order_by("at", "pk"))


def comments(post: Post, viewer: Member | None = None) -> QuerySet[Comment]:
    """What was said under a post, oldest first, with `off`: its writer opted out of the wall. One query.

    What was reported or held is shown to its writer (`viewer`) alone.
    """
    shown = Q(hidden_at=None) | Q(by=viewer) if viewer else Q(hidden_at=None)
    rows = Comment.objects.filter(shown, post=post)
    return rows.select_related("by").annotate(off=off_wall("by"))


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
    inside = people(row)
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


def reported(ids: Iterable[int]) -> dict[int, Post]:
    """Posts by their ids, also what is hidden, for those who look at it. Three queries."""
    rows = posts_even_hidden().filter(pk__in=list(ids))  # lookup: reports one was drawn for
    return {post.pk: post for post in rows}


def open_reviews(member: Any) -> QuerySet[Review]:
    """What a member (or, in another query, an `OuterRef`) is asked to look at; lazy."""
    return Review.objects.filter(member=member, word="", report__closed_at=None)


def to_look_at(member: Member) -> list[Review]:
    """What this member is asked to look at, oldest first. One query."""
    rows = open_reviews(member)
    rows = rows.select_related("report__comment", "report__post__kindness")
    return list(rows.order_by("report__at"))


def asked_to_look(member: Member) -> bool:
    """Whether this member is asked to look at anything. One query."""
    return bool(_to_look(member.pk))


@written
def _to_look(member: int) -> QuerySet[Review, int]:
    return open_reviews(member).order_by().values_list("pk", flat=True)[:1]


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


def who_may_look(row: Report) -> tuple[list[Member], list[Member]]:
    """Colleagues who may look at what was reported, and the leads and admins who lead nobody in it (two queries more
    than its people): nobody in it, who wrote or who reported, nobody on leave, nobody who looks at it already.
    """
    post = row.post or (row.comment.post if row.comment else None)
    wrote = row.comment or post
    company = row.by or (wrote.by if wrote else None) or (post.by if post else None)
    if post is None or company is None:
        return [], []
    parties = Party.objects.filter(received=post.kindness_id) | Party.objects.filter(
        given=post.kindness_id
    )
    inside = set(parties.exclude(member=None).values_list("member", "member__team"))
    out = {row.by_id, wrote.by_id if wrote else None, post.by_id, *(pk for pk, _team in inside)}
    teams = {team for _pk, team in inside}

    def has(name: str) -> Exists:
        return Exists(Role.objects.filter(member=OuterRef("pk"), name=name))

    rows = Member.objects.filter(is_active=True, organisation=company.organisation_id)
    rows = rows.exclude(pk__in={pk for pk in out if pk}).exclude(reviews__report=row)
    rows = rows.annotate(lead=has(Role.Name.LEAD), admin=has(Role.Name.ADMIN)).order_by("pk")
    colleagues: list[Member] = []
    above: list[Member] = []
    for one in rows:
        leads_them = one.lead and (one.team_id is None or one.team_id in teams)
        if not leads_them and not is_away(one):
            (above if one.lead or one.admin else colleagues).append(one)
    return colleagues, above


def is_away(member: Member) -> bool:
    """Whether the member is on leave today; no query, their hours come with them."""
    hours = as_fetched(member)
    return away(hours, clock.today(hours.zone))


def read_of(row: Report) -> str:
    """What an answer to a report is bound to: the exact words as they stand. No query where all came with it."""
    if row.comment is not None:
        return text_hash(row.comment.words)
    post = row.post
    return text_hash("\n\n".join((post.title, post.story, post.kindness.words))) if post else ""


def who_looks(row: Report) -> str:
    """Who was drawn: "two" colleagues, fewer or a lead because no two are free ("few"), or nobody yet (""). One query."""
    asked = Member.objects.filter(reviews__report=row)
    above = asked.filter(roles__name__in=[Role.Name.LEAD, Role.Name.ADMIN])
    many = asked.count()
    return "two" if many > 1 and not above.exists() else "few" if many else ""
