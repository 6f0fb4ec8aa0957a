"""Reads about chains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from neoncard.kindness.rules import Link, boomerangs
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.pass_on.tables import Rest, SmileCard
from neoncard.people.tables import Member, OptOut

DRAWN = 1000


def received(member: Member, most: int = 5) -> list[Kindness]:
    """Kept kindnesses to this member from others, newest first, that still wait: not let rest, not answered, not
    passed on, from the last 30 days. Their own received kindness comes first on Today (E9). One query.

    One's own party stands in it as a subquery and not as three more joins: PostgreSQL plans each of those anew.
    """
    since = clock.now() - timedelta(days=30)
    me = Subquery(Party.objects.filter(member=member).values("pk"))
    mine = Kindness.objects.filter(giver=me)
    rows = (
        Kindness.objects.filter(receivers=me, state=Kindness.State.KEPT, received_at__gte=since)
        .exclude(sees=Kindness.Sees.GIVER)
        .exclude(giver=me)
        .filter(
            ~Exists(Rest.objects.filter(kindness=OuterRef("pk"), member=member)),
            ~Exists(mine.filter(answers=OuterRef("pk"))),
            ~Exists(mine.filter(passed_on_from=OuterRef("pk"))),
        )
        .select_related("giver__member", "giver__customer", "encounter", "quote", "thank_you")
    )
    return list(rows.order_by("-received_at", "-pk")[:most])


# What a picture and its list are made of: thousands of rows, so none is read in full.
_PARTY = ("kind", "name", "member__name", "member__known_as", "customer__name")
_LINK = ("words", "state", "sees", "answers", "passed_on_from", "chain", "at")


def _drawn(rows: QuerySet[Kindness]) -> list[Kindness]:
    off = Exists(OptOut.objects.filter(member=OuterRef("member"), feature=OptOut.Feature.WALL))
    parties = Party.objects.select_related("member", "customer").only(*_PARTY).annotate(off=off)
    gave_off = Exists(
        OptOut.objects.filter(member=OuterRef("giver__member"), feature=OptOut.Feature.WALL)
    )
    return list(
        rows.select_related("giver__member", "giver__customer")
        .only(*_LINK, *(f"giver__{one}" for one in _PARTY))
        .annotate(giver_off=gave_off)
        .prefetch_related(Prefetch("receivers", queryset=parties))
        .order_by("at", "pk")[:DRAWN]
    )


def chain(kindness: Kindness) -> list[Kindness]:
    """The chain a kindness is in, in order, 1,000 at most, with parties and whether they are off the wall.

    Two queries.
    """
    root = kindness.chain_id or kindness.pk
    whole = Q(pk=root) | Q(chain=root)  # lookup: the chain of the row it was given
    return _drawn(Kindness.objects.filter(whole))


def answers(links: list[Kindness]) -> list[Kindness]:
    """The kindnesses that answer one of `links` and are no links themselves. Two queries."""
    known = [link.pk for link in links]
    kept = Kindness.objects.filter(answers__in=known, state=Kindness.State.KEPT)
    return _drawn(kept.exclude(pk__in=known))


def as_links(rows: Iterable[Kindness]) -> list[Link]:
    """Chain rows as the rules know them; no query when receivers are fetched."""
    return [
        Link(row.pk, row.giver_id, tuple(p.pk for p in row.receivers.all()), row.passed_on_from_id)
        for row in rows
    ]


def alike(rows: Iterable[Kindness]) -> frozenset[int]:
    """Parties that can't be told apart: tombstones and the unknown. They never close a boomerang."""
    blank = (Party.Kind.GONE, Party.Kind.UNKNOWN)
    return frozenset(
        party.pk
        for row in rows
        for party in (row.giver, *row.receivers.all())
        if party.kind in blank
    )


def came_back(kindness: Kindness) -> bool:
    """Whether this kindness closes a boomerang. Two queries."""
    rows = chain(kindness)
    return any(found.path[-1] == kindness.pk for found in boomerangs(as_links(rows), alike(rows)))


_signer = Signer(salt="neoncard.smile")


def token_of(card: SmileCard) -> str:
    """The token of a Smile Card, for its address. No query."""
    return _signer.sign(card.nonce)


def nonce_of(token: str) -> str | None:
    """The nonce of a token that we signed, or None. No query: what is forged is not looked up."""
    try:
        return _signer.unsign(token)
    except BadSignature:
        return None


def card_url(card: SmileCard) -> str:
    """The address a card's code leads to. No query."""
    return f"{settings.NEONCARD_URL}/smile/{token_of(card)}"


def cards(member: Member) -> list[SmileCard]:
    """The member's own cards, the newest first, 30 at most. One query."""
    rows = SmileCard.objects.filter(by=member).select_related("told", "kindness")
    return list(rows.order_by("-made_at", "-pk")[:30])
