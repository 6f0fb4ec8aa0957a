"""A post of the wall as one viewer sees it: alone, or as one of fifty that hang there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from neoncard.people.tables import Member
from neoncard.share import queries, rules
from neoncard.share.tables import Post
from neoncard.web.faces import Face, face, from_to

WORDS = 70
"""How many words of a kindness hang on the wall; its own page has them all."""
FACES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A post as one viewer sees it; `line`: who to whom."""

    post: Post
    shows: str
    giver: Face
    receivers: tuple[Face, ...]
    line: str
    in_it: bool


class Hanging(NamedTuple):
    """One of the fifty on a page of the wall. The template takes it apart, which costs less than asking it nine times."""

    shape: bool
    initials: list[str]
    line: str
    words: str
    href: str
    said: str
    at: str
    day: str
    chain: str


def card(post: Post, viewer: Member | None, *, reported: bool = False) -> Card:
    """A post fetched by `queries.posts()` as `viewer` sees it; no query. `reported`: as before it was reported.

    None: what everyone may see, whoever is signed in: for a screen in the room, and for paper.
    """
    hung = queries.hung(post)
    return _card(post, viewer, hung, queries.shown_to_all(post, hung, reported=reported))


def hanging(posts: Iterable[Post], viewer: Member) -> list[Hanging]:
    """Those of these posts that show something, as `viewer` sees them on the wall; no query."""
    days: dict[date, str] = {}
    silent = _("Say something")
    stories, chains, zone = _under("story"), _under("chain"), timezone.get_current_timezone()
    found = []
    for post in posts:
        hung = queries.hung(post)
        shows = queries.shown_to_all(post, hung)
        if shows == rules.Shows.NOTHING:
            continue
        one = _card(post, viewer, hung, shows)
        told = one.shows == rules.Shows.STORY  # its own words were released, not the kindness's
        at = post.posted_at.astimezone(zone)
        day = at.date()
        if day not in days:
            days[day] = date_format(day, "MONTH_DAY_FORMAT")
        count: int = getattr(post, "said", 0)
        others = [each.initials for each in one.receivers[:FACES] if each != one.giver]
        chained = post.kindness.chain_id is not None
        found.append(
            Hanging(
                shape=one.shows == rules.Shows.SHAPE,
                initials=[one.giver.initials, *others],
                line=one.line,
                words=Truncator(post.story if told else hung.words).words(WORDS),
                href=f"{stories}{post.pk}",
                said=_comments(count) if count else silent,
                at=at.isoformat(),
                day=days[day],
                chain=f"{chains}{post.kindness_id}" if chained else "",
            )
        )
    return found


def _under(name: str) -> str:
    """The address of such pages up to their number: Django looks for it anew each time, a hundred times on the wall."""
    return reverse(name, args=[0]).removesuffix("0")


def _comments(count: int) -> str:
    return ngettext("%(said)s comment", "%(said)s comments", count) % {"said": count}


def _card(post: Post, viewer: Member | None, hung: rules.Hung, shows: rules.Shows) -> Card:
    own = queries.party_of(viewer, post) if viewer else None
    if own and shows != rules.Shows.STORY:
        shows = rules.Shows.WORDS if hung.words else rules.Shows.SHAPE
    parties = {party.pk: party for party in queries.people(post.kindness)}

    def of(person: rules.Person) -> Face:
        return face(parties[person.party], rules.seen(person, hung, in_it=bool(own)), viewer)

    giver, receivers = of(hung.giver), tuple(of(person) for person in hung.receivers)
    to_self = hung.giver.party in {person.party for person in hung.receivers}
    line = from_to(giver, receivers, to_self=to_self)
    return Card(post, shows, giver, receivers, line, bool(own))
