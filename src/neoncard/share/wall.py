"""A page of the wall, read at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from neoncard.kindness.tables import Kindness, Release
from neoncard.kit import clock
from neoncard.kit.pagination import Page, newest
from neoncard.kit.written import written
from neoncard.people.tables import Member
from neoncard.share import queries
from neoncard.share.tables import Post


@dataclass(frozen=True, slots=True)
class Wall:
    """A page of the wall: on the first one also `stories` that everyone in them released, three at most (E9), and
    those that wait for this member's release.
    """

    posts: Page[Post]
    stories: list[Post]
    asked: list[Post]


def page(member: Member, before: str = "", size: int = 50) -> Wall:
    """A page of posts, newest first; `shown_to_all` says what shows of each. Five queries, four on later pages.

    Who may see a kindness is asked of the rows, not of the database: a join's filter would keep it from walking the
    posts by their own index, and page one of a million took five seconds. Which posts hang there, and which stories, is
    asked by that index alone; then all of them are read at once, because planning such a read costs more than the rows.
    """
    up = newest(queries.up().only("posted_at"), by="posted_at", before=before, size=size)
    told = [] if before else _lately_told()
    known = _read([*told, *(row.pk for row in up.rows)])
    stories = [known[pk] for pk in told if pk in known]
    rows = [known[row.pk] for row in up.rows if row.pk in known]
    return Wall(Page(rows, up.older), queries.published(stories), _asked(stories, member))


def _read(ids: Iterable[int]) -> dict[int, Post]:
    """Posts with all that `hung` needs, by id. Three queries, none without an id."""
    wanted = list(dict.fromkeys(ids))
    known = {post.pk: post for post in _by_ids(wanted)} if wanted else {}
    inside = {post.kindness_id: post.kindness for post in known.values()}
    for kindness in inside.values():
        kindness.to, kindness.leaves = [], []  # type: ignore[attr-defined]
    for row in _receivers(list(inside)) if inside else ():
        row.party.off = row.off
        inside[row.kindness_id].to.append(row.party)  # type: ignore[attr-defined]
    for leave in _given(list(inside)) if inside else ():
        inside[leave.kindness_id].leaves.append(leave)  # type: ignore[attr-defined]
    return known


_lately_told = written(queries.lately_told)


@written
def _by_ids(ids: list[int]) -> QuerySet[Post]:
    return queries.single().filter(pk__in=ids)


@written
def _receivers(kindnesses: list[int]) -> QuerySet[Any]:
    rows = Kindness.receivers.through._default_manager.filter(kindness__in=kindnesses)
    off = queries.off_wall("party__member")
    return rows.select_related("party__member", "party__customer").annotate(off=off).order_by("pk")


@written
def _given(kindnesses: list[int]) -> QuerySet[Release]:
    return Release.objects.filter(kindness__in=kindnesses).order_by("pk")


def _asked(told: Iterable[Post], member: Member) -> list[Post]:
    since = clock.now() - queries.ASKED_FOR
    return [
        post
        for post in told
        if post.posted_at > since
        and post.kindness.state == Kindness.State.KEPT
        and (own := queries.party_of(member, post))
        and own.pk in queries.waits_for(post)
    ][: queries.STORIES]
