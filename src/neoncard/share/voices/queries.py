"""Reads of reactions, reviews and letters."""

from __future__ import annotations

from neoncard.people.tables import Member, Role
from neoncard.share.queries import off_wall
from neoncard.share.tables import Post
from neoncard.share.voices.tables import Reaction, Review, Shown


def reactions(post: Post) -> list[Reaction]:
    """What was said to a post in a tap, oldest first, with `off`: its sayer opted out of the wall. One query."""
    rows = (
        Reaction.objects.filter(post=post).select_related("member").annotate(off=off_wall("member"))
    )
    return list(rows.order_by("at", "pk"))


def to_look_at(member: Member) -> list[Review]:
    """What this member is asked to look at, oldest first. One query."""
    rows = Review.objects.filter(member=member, word="", report__closed_at=None)
    rows = rows.select_related("report__post__kindness", "report__comment")
    return list(rows.order_by("report__at"))


def asked_to_look(member: Member) -> bool:
    """Whether this member is asked to look at anything. One query."""
    return Review.objects.filter(member=member, word="", report__closed_at=None).exists()


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
