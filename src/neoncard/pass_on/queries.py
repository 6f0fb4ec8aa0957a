"""Reads about chains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from neoncard.kindness.queries import SAID
from neoncard.kindness.rules import Link, boomerangs
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.pass_on.tables import Rest, SmileCard
from neoncard.people.tables import Member, OptOut

DRAWN = 1000
LATELY = 100
WAITING = 5
BLANK = (Party.Kind.GONE, Party.Kind.UNKNOWN)


def received(member: Member) -> list[Kindness]:
    """Kept kindnesses to this member from others, newest first, that still wait: not let rest, not answered, not
    passed on, from the last 30 days. Their own received kindness comes first on Today (E9). One query.

    One's own party stands in it as a subquery and not as three more joins: PostgreSQL plans each of those anew. And
    only the last `LATELY` that came are looked at, so that somebody's tenth year costs what their first did.
    """
    return _waiting(member.pk, clock.now() - timedelta(days=30))


@written
def _waiting(member: int, since: datetime) -> QuerySet[Kindness]:
    me = Subquery(Party.objects.filter(member=member).values("pk"))
    mine = Kindness.objects.filter(giver=me)
    came = Kindness.receivers.through._default_manager.filter(party=me).order_by("-kindness_id")
    first = Subquery(came.values("kindness_id")[LATELY : LATELY + 1])
    return (
        Kindness.objects.filter(
            ~Q(giver=me),
            ~Q(sees=Kindness.Sees.GIVER),
            ~Exists(Rest.objects.filter(kindness=OuterRef("pk"), member=member)),
            ~Exists(mine.filter(answers=OuterRef("pk"))),
            ~Exists(mine.filter(passed_on_from=OuterRef("pk"))),
            receivers=me,
            pk__gt=Coalesce(first, 0),
            state=Kindness.State.KEPT,
            received_at__gte=since,
        )
        .select_related("giver__member", "giver__customer", "quote", "thank_you")
        .only(*SAID, "thank_you__read_at")
        .order_by("-received_at", "-pk")[:WAITING]
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A kindness of a chain, with those in it: what a picture and its list are made of.

    A chain may be a thousand of them, so they are no model rows, and somebody who is in many is one `Party`, with
    `off`: whether they opted out of the wall.
    """

    pk: int
    giver: Party
    receivers: tuple[Party, ...]
    words: str
    state: str
    sees: str
    answers_id: int | None
    passed_on_from_id: int | None
    at: datetime
    hidden_at: datetime | None


_COLUMNS = (
    "pk",
    "giver",
    "words",
    "state",
    "sees",
    "answers",
    "passed_on_from",
    "at",
    "post__hidden_at",
)


def _rows(rows: QuerySet[Kindness], most: int = DRAWN) -> list[tuple[Any, ...]]:
    return list(rows.order_by("at", "pk").values_list(*_COLUMNS)[:most])


def _drawn(rows: list[tuple[Any, ...]]) -> list[Drawn]:
    """Rows with their people. Two queries, none without a row."""
    if not rows:
        return []
    to: dict[int, list[int]] = {row[0]: [] for row in rows}
    through = Kindness.receivers.through._default_manager
    pairs = through.filter(kindness_id__in=to).order_by("pk").values_list("kindness_id", "party_id")
    for kindness_id, party_id in pairs:
        to[kindness_id].append(party_id)
    off = Exists(OptOut.objects.filter(member=OuterRef("member"), feature=OptOut.Feature.WALL))
    wanted = {row[1] for row in rows}.union(*to.values())
    found = Party.objects.filter(pk__in=wanted).select_related("member", "customer")
    named = found.only("kind", "name", "member__name", "member__known_as", "customer__name")
    people = {party.pk: party for party in named.annotate(off=off)}
    return [
        Drawn(pk, people[giver], tuple(people[one] for one in to[pk]), *rest)
        for pk, giver, *rest in rows
    ]


def _chain(kindness: Kindness) -> QuerySet[Kindness]:
    root = kindness.chain_id or kindness.pk
    whole = Q(pk=root) | Q(chain=root)  # lookup: the chain of the row it was given
    return Kindness.objects.filter(whole)


def chain(kindness: Kindness) -> list[Drawn]:
    """The chain a kindness is in, in order, 1,000 at most. Three queries."""
    return _drawn(_rows(_chain(kindness)))


def chain_and_answers(kindness: Kindness) -> tuple[list[Drawn], list[Drawn], bool]:
    """The same, the kindnesses that answer one of it and are no links of it themselves, and whether the chain is longer
    than that. Four queries.
    """
    links = _rows(_chain(kindness), DRAWN + 1)
    longer, links = len(links) > DRAWN, links[:DRAWN]
    known = {row[0] for row in links}
    kept = Kindness.objects.filter(answers__in=known, state=Kindness.State.KEPT)
    both = _drawn([*links, *(row for row in _rows(kept) if row[0] not in known)])
    return both[: len(links)], both[len(links) :], longer


def as_links(rows: Iterable[Drawn]) -> list[Link]:
    """Chain rows as the rules know them; no query."""
    return [
        Link(row.pk, row.giver.id, tuple(p.id for p in row.receivers), row.passed_on_from_id)
        for row in rows
    ]


def alike(rows: Iterable[Drawn]) -> frozenset[int]:
    """Parties that can't be told apart: tombstones and the unknown. They never close a boomerang."""
    everybody = {party.id: party for row in rows for party in (row.giver, *row.receivers)}
    return frozenset(party.id for party in everybody.values() if party.kind in BLANK)


def came_back(kindness: Kindness) -> bool:
    """Whether this kindness closes a boomerang. Two queries; none for one that was not passed on."""
    if kindness.passed_on_from_id is None:
        return False
    rows = _chain(kindness).order_by("at", "pk")
    links = list(rows.values_list("pk", "giver", "giver__kind", "passed_on_from")[:DRAWN])
    to: dict[int, list[int]] = {pk: [] for pk, *_rest in links}
    blank = {giver for _pk, giver, kind, _from in links if kind in BLANK}
    through = Kindness.receivers.through._default_manager.filter(kindness_id__in=to)
    for pk, party, kind in through.values_list("kindness_id", "party_id", "party__kind"):
        to[pk].append(party)
        blank |= {party} if kind in BLANK else set()
    known = [Link(pk, giver, tuple(to[pk]), before) for pk, giver, _kind, before in links]
    return any(found.path[-1] == kindness.pk for found in boomerangs(known, frozenset(blank)))


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


def held() -> list[SmileCard]:
    """Cards whose words wait for a lead, the oldest first, 20 at most. One query."""
    return list(SmileCard.objects.exclude(held="").order_by("told_at", "pk")[:20])
