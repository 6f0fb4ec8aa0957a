"""Reads of the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from neoncard.kindness.rules import Leave, may_publish, text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.pagination import Page, newest
from neoncard.people.tables import Member, OptOut
from neoncard.share.rules import (
    Hint,
    Hung,
    Person,
    Shows,
    exact_words,
    hint,
    must_release,
    released,
    shows,
)
from neoncard.share.rules import may_look as look
from neoncard.share.tables import Comment, Likeness, Picture, Post

STORIES = 3
LOOKED_AT = 40  # told stories looked through for three that everyone has released
SCREEN = 60
ASKED_FOR = timedelta(days=30)


def off_wall(member: str) -> Exists:
    """Whether the member at this path has opted out of the wall, as an annotation."""
    return Exists(OptOut.objects.filter(member=OuterRef(member), feature=OptOut.Feature.WALL))


def parties() -> QuerySet[Party]:
    """Parties with the member or customer they are, and `off`: whether they opted out of the wall."""
    return Party.objects.select_related("member", "customer").annotate(off=off_wall("member"))


def _posts() -> QuerySet[Post]:
    said = Comment.objects.filter(post=OuterRef("pk"), hidden_at=None).order_by().values("post")
    return (
        Post.objects.filter(taken_down_at=None, hidden_at=None)
        .select_related(
            "kindness__giver__member",
            "kindness__giver__customer",
            "kindness__thank_you",
            "kindness__encounter__customer__party",
        )
        .annotate(
            giver_off=off_wall("kindness__giver__member"),
            said=Coalesce(
                Subquery(said.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
            ),
        )
    )


def _people() -> tuple[Any, ...]:
    return (Prefetch("kindness__receivers", queryset=parties()), "kindness__releases")


def posts() -> QuerySet[Post]:
    """Posts on the wall with all that `hung` needs and `said`, the number of comments. Three queries in all."""
    return _posts().prefetch_related(*_people())


def hung(post: Post) -> Hung:
    """What `rules` needs to know of a post fetched by `posts()`; no query."""
    kindness = post.kindness
    giver = kindness.giver
    receivers = tuple(kindness.receivers.all())
    thanks = getattr(kindness, "thank_you", None)
    inside = {party.pk for party in (giver, *receivers)}
    return Hung(
        giver=_person(
            giver, post, off=bool(getattr(post, "giver_off", getattr(kindness, "giver_off", False)))
        ),
        receivers=tuple(_person(party, post, off=party.off) for party in receivers),  # type: ignore[attr-defined]
        words=kindness.words,
        title=post.title,
        story=post.story,
        leaves=tuple(
            Leave(row.party_id, row.text_hash, row.name_too) for row in kindness.releases.all()
        ),
        thanked=kindness.how == Kindness.How.THANKED and giver.member_id is None,
        for_team=bool(thanks and thanks.team_may_read),
        behind=_behind(kindness, inside),
    )


def _person(party: Party, post: Post, *, off: bool) -> Person:
    return Person(party.pk, party.kind, off or party.pk in post.nameless, names_of(party))


def names_of(party: Party) -> tuple[str, ...]:
    """Every name a party goes by; no query when member and customer are fetched."""
    if party.member:
        return (party.member.known_as, party.member.name)
    return (party.customer.name,) if party.customer else (party.name,)


def _behind(kindness: Kindness, inside: set[int]) -> Person | None:
    customer = kindness.encounter.customer if kindness.encounter else None
    if customer is None:
        return None
    party = getattr(customer, "party", None)
    if party and party.pk in inside:
        return None
    return Person(party.pk if party else 0, "customer", True, (customer.name,))


@dataclass(frozen=True, slots=True)
class Wall:
    """A page of the wall: on the first one also `stories` that everyone in them released, three at most (E9), and
    those that wait for this member's release.
    """

    posts: Page[Post]
    stories: list[Post]
    asked: list[Post]


def wall(member: Member, before: str = "", size: int = 50) -> Wall:
    """A page of posts, newest first; `shown_to_all` says what shows of each. Four queries, three on later pages.

    Who may see a kindness is asked of the rows, not of the database: a join's filter would keep it from walking the
    posts by their own index, and page one of a million took five seconds.
    """
    page = newest(_posts(), by="posted_at", before=before, size=size)
    told = [] if before else list(_told())
    prefetch_related_objects([*told, *page.rows], *_people())
    return Wall(page, _published(told), _asked(told, member))


def _asked(told: Iterable[Post], member: Member) -> list[Post]:
    since = clock.now() - ASKED_FOR
    return [
        post
        for post in told
        if post.posted_at > since
        and post.kindness.state == Kindness.State.KEPT
        and (own := party_of(member, post))
        and own.pk in waits_for(post)
    ][:STORIES]


def stories(most: int = STORIES) -> list[Post]:
    """The newest stories that everyone in them released, three at most on a page (E9). Three queries."""
    told = list(_told())
    prefetch_related_objects(told, *_people())
    return _published(told, most)


def _told() -> QuerySet[Post]:
    return _posts().exclude(story="").order_by("-posted_at", "-pk")[:LOOKED_AT]


def _published(told: Iterable[Post], most: int = STORIES) -> list[Post]:
    return [post for post in told if shown_to_all(post) == Shows.STORY][:most]


def on_screen() -> list[Post]:
    """What may hang in a break room: everyone in it released exactly these words. Three queries."""
    rows = posts().order_by("-posted_at", "-pk")[:SCREEN]
    return [
        post
        for post in rows
        if post.kindness.state == Kindness.State.KEPT and hung(post).text and released(hung(post))
    ]


def shown_to_all(post: Post, about: Hung | None = None) -> Shows:
    """What of a post fetched by `posts()` everyone may see; no query. `about`: what `hung` said of it, if asked."""
    if post.kindness.state != Kindness.State.KEPT:
        return Shows.NOTHING
    what = shows(about or hung(post))
    if what != Shows.STORY and post.kindness.sees != Kindness.Sees.TEAM:
        return Shows.NOTHING
    return what


def party_of(member: Member, post: Post) -> Party | None:
    """The party this member is in a post fetched by `posts()`, or None; no query."""
    for party in (post.kindness.giver, *post.kindness.receivers.all()):
        if party.member_id == member.pk:
            return party
    return None


def waits_for(post: Post) -> frozenset[int]:
    """Ids of the parties whose release of exactly these words is still missing; no query."""
    about = hung(post)
    right = text_hash(about.text)
    return must_release(about) - {one.party for one in about.leaves if one.text_hash == right}


def may_look(picture: Picture, viewer: Member, *, seen: bool, post: Post | None) -> bool:
    """Whether `viewer` may look at a picture fetched with all that belongs to it; `seen`: they may see the kindness.

    Words are released when everyone in the kindness released exactly them, told as a story (`post`) or not. No query.
    """
    kindness = picture.kindness
    parties = [kindness.giver, *kindness.receivers.all()]
    words = exact_words(post.title, post.story, kindness.words) if post else kindness.words
    must = frozenset(party.pk for party in parties)
    leaves = [Leave(row.party_id, row.text_hash, row.name_too) for row in kindness.releases.all()]
    return look(
        viewer.pk,
        by=picture.by_id,
        likenesses={one.member_id: one.released_at is not None for one in picture.likenesses.all()},
        inside=frozenset(party.member_id for party in parties if party.member_id),
        words_released=seen and may_publish(words, must, leaves),
    )


LIKENESSES = Prefetch("likenesses", queryset=Likeness.objects.select_related("member"))


def pictures() -> QuerySet[Picture]:
    """Pictures of kept kindnesses with all that `may_look` asks for, their bytes left out. Four queries."""
    return (
        Picture.objects.filter(kindness__state=Kindness.State.KEPT)
        .select_related("by", "kindness__giver__member", "kindness__post")
        .prefetch_related(LIKENESSES, "kindness__receivers", "kindness__releases")
        .defer("body")
    )


def pictures_asking(member: Member, most: int = STORIES) -> list[Picture]:
    """Pictures this member can be recognised in and has not released yet, the newest first. One query."""
    mine = Picture.objects.filter(
        likenesses__member=member,
        likenesses__released_at=None,
        kindness__state=Kindness.State.KEPT,
        at__gte=clock.now() - ASKED_FOR,
    )
    return list(mine.select_related("by").defer("body").order_by("-at", "-pk")[:most])


def comments(post: Post, viewer: Member | None = None) -> QuerySet[Comment]:
    """What was said under a post, oldest first, with `off`: its writer opted out of the wall. One query.

    What was reported or held is shown to its writer (`viewer`) alone.
    """
    shown = Q(hidden_at=None) | Q(by=viewer) if viewer else Q(hidden_at=None)
    rows = Comment.objects.filter(shown, post=post)
    return rows.select_related("by").annotate(off=off_wall("by"))


def released_in(year: int, month: int, zone: str, most: int = STORIES) -> list[Post]:
    """Stories of a month that everyone in them released, newest first. Three queries."""
    starts = datetime(year, month, 1, tzinfo=ZoneInfo(zone))
    ends = (starts + timedelta(days=32)).replace(day=1)
    rows = posts().exclude(story="").filter(posted_at__gte=starts, posted_at__lt=ends)
    told = list(rows.order_by("-posted_at", "-pk")[:LOOKED_AT])
    return [post for post in told if shown_to_all(post) == Shows.STORY][:most]


HINTS = {
    Hint.COMPARES: gettext_lazy(
        "Thanks land best without a comparison: say what they did, and what it changed."
    ),
    Hint.FAINT: gettext_lazy(
        "Read it once as they will. Without the half-sentence that takes some of it back, it is warmer."
    ),
    Hint.BARE: gettext_lazy("One detail more makes it theirs: what exactly, and for whom?"),
}


def hint_on(words: str) -> str:
    """What might make these thanks land better, in the reader's language, or "" (E7, E10). No query."""
    found = hint(words)
    return str(HINTS[found]) if found else ""
