"""Kindnesses, the wall, and what is passed on."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from neoncard.access.doors import one
from neoncard.kindness import queries as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.pass_on import queries as chains
from neoncard.pass_on.tables import SmileCard
from neoncard.people import queries as people
from neoncard.people.tables import Member
from neoncard.share import queries as wall
from neoncard.share.rules import Shows
from neoncard.share.tables import Comment, Picture, Post
from neoncard.share.voices.tables import Review, Shown


def kindnesses_of(member: Member) -> QuerySet[Kindness]:
    """Every kindness the member may see: they gave or received it, or it is the team's. Proposals: theirs alone."""
    mine = Q(giver__member=member) | Q(receivers__member=member)
    kept = Q(state=Kindness.State.KEPT)
    not_private = ~Q(sees=Kindness.Sees.GIVER)
    gave = Q(giver__member=member)
    proposed_to_me = Q(state=Kindness.State.PROPOSED) & mine
    return Kindness.objects.filter(
        (kept & gave)
        | (kept & not_private & mine)
        | (kept & Q(sees=Kindness.Sees.TEAM))
        | proposed_to_me
    ).distinct()


def kindness(member: Member, id: int) -> Kindness:
    """A kindness the member is in, or that the team may see."""
    onward = Exists(Kindness.objects.filter(passed_on_from=OuterRef("pk")))
    rows = wall.whole(kindnesses_of(member)).select_related("quote", "picture")
    return one(rows.defer("picture__body").annotate(leads_on=onward), pk=id)


def kindness_in(member: Member, id: int) -> Kindness:
    """A kindness the member gave or received."""
    return one(kindnesses.own(member).select_related("giver__member", "encounter"), pk=id)


def received(member: Member, id: int) -> Kindness:
    """A kept kindness this member received."""
    rows = Kindness.objects.filter(receivers__member=member, state=Kindness.State.KEPT)
    return one(rows.exclude(sees=Kindness.Sees.GIVER).select_related("giver__member"), pk=id)


def answerable(member: Member, id: int) -> Kindness:
    """A kept kindness this member received from a colleague, or from a customer who has a page of their own."""
    reachable = Q(giver__member__isnull=False) | Q(thank_you__isnull=False)
    rows = Kindness.objects.filter(
        reachable, receivers__member=member, state=Kindness.State.KEPT
    ).exclude(giver__member=member)
    rows = rows.exclude(sees=Kindness.Sees.GIVER)
    return one(rows.select_related("giver__member", "giver__customer"), pk=id)


def given(member: Member, id: int) -> Kindness:
    """A kindness this member gave, in any state but withdrawn."""
    rows = Kindness.objects.filter(giver__member=member).exclude(state=Kindness.State.WITHDRAWN)
    return one(rows.select_related("giver__member"), pk=id)


def proposal(member: Member, id: int) -> Kindness:
    """A proposed kindness that is this member's to keep: they gave it, or a customer gave it to them."""
    theirs = Q(giver__member=member) | Q(giver__member=None, receivers__member=member)
    rows = Kindness.objects.filter(theirs, state=Kindness.State.PROPOSED).distinct()
    return one(rows.select_related("giver__member"), pk=id)


def post(member: Member, id: int) -> Post:
    """A post on the wall: everybody's when it shows something, else of those in it."""
    row = one(wall.posts(), pk=id)
    if wall.shown_to_all(row) == Shows.NOTHING and not wall.party_of(member, row):
        raise Http404
    return row


def own_post(member: Member, id: int) -> Post:
    """A post the member is in: theirs to release, withdraw or take down."""
    row = one(wall.posts(), pk=id)
    if not wall.party_of(member, row):
        raise Http404
    return row


def picture(member: Member, id: int) -> Picture:
    """The picture beside a kindness, to whoever may look at it (P6)."""
    row = one(wall.pictures(), kindness=id)
    if not wall.may_look(row, member, wall.hanging(one(wall.whole(Kindness.objects.all()), pk=id))):
        raise Http404
    return row


def picture_of(member: Member, id: int) -> Picture:
    """The picture beside a kindness, to whoever can be recognised in it: theirs to release or take away."""
    mine = wall.pictures().filter(likenesses__member=member)
    return one(mine, kindness=id)


def comment(member: Member, id: int) -> Comment:
    """A comment of one's own."""
    return one(Comment.objects.select_related("post"), pk=id, by=member)


def seen_comment(member: Member, id: int) -> Comment:
    """A comment under a post the member may see, and that is shown."""
    row = one(Comment.objects.filter(hidden_at=None).select_related("post", "by"), pk=id)
    post(member, row.post_id)
    return row


def review(member: Member, id: int) -> Review:
    """What this member was asked to look at, while it is open."""
    rows = Review.objects.filter(member=member, report__closed_at=None)
    return one(rows.select_related("report__post", "report__comment"), pk=id)


def shown(member: Member, id: int) -> Shown:
    """Words shown by this member, or to them (P12)."""
    return one(Shown.objects.filter(Q(member=member) | Q(lead=member)), pk=id)


def smile_card(token: str) -> SmileCard:
    """A Smile Card by its token, while it lasts; what we did not sign is not looked up."""
    nonce = chains.nonce_of(token)
    if nonce is None:
        raise Http404
    rows = SmileCard.objects.select_related("kindness__giver__member", "told__giver", "by")
    return one(rows, nonce=nonce, ends_at__gt=clock.now())


def held_card(member: Member, id: int) -> SmileCard:
    """A Smile Card whose words wait, for leads."""
    if not people.leads(member):
        raise Http404
    return one(SmileCard.objects.exclude(held="").select_related("told__giver"), pk=id)


def own_card(member: Member, id: int) -> SmileCard:
    """A Smile Card the member made."""
    return one(SmileCard.objects.filter(by=member).select_related("kindness", "told"), pk=id)
