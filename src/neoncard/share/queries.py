"""Reads of the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from neoncard.kindness import queries as kindnesses
from neoncard.kindness.rules import CARD, Leave, text_hash
from neoncard.kindness.tables import Kindness, Party, Release
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.tables import Member, OptOut
from neoncard.share.rules import (
    Hung,
    Person,
    Shows,
    must_release,
    released,
    shows,
    shows_plain,
)
from neoncard.share.rules import may_look as look
from neoncard.share.tables import Comment, Likeness, Picture, Post

STORIES = 3
SHARED = 2
LOOKED_AT = 40  # told stories looked through for three that everyone has released
SCREEN = 60
ASKED_FOR = timedelta(days=30)


def off_wall(member: str) -> Exists:
    """Whether the member at this path has opted out of the wall, as an annotation."""
    return Exists(OptOut.objects.filter(member=OuterRef(member), feature=OptOut.Feature.WALL))


def parties() -> QuerySet[Party]:
    """Parties with the member or customer they are, and `off`: whether they opted out of the wall."""
    return Party.objects.select_related("member", "customer").annotate(off=off_wall("member"))


def up() -> QuerySet[Post]:
    """Posts that hang on the wall, themselves alone; lazy."""
    return Post.objects.filter(taken_down_at=None, hidden_at=None)


def single() -> QuerySet[Post]:
    """Posts on the wall with all that `hung` needs but the lists of those who received and released; lazy."""
    return _hung().filter(hidden_at=None)


def _hung() -> QuerySet[Post]:
    said = Comment.objects.filter(post=OuterRef("pk"), hidden_at=None).order_by().values("post")
    return (
        Post.objects.filter(taken_down_at=None)
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
    """Who is in a post, and what they released, as plain lists: fifty managers cost a tenth of the wall."""
    return (
        Prefetch("kindness__receivers", queryset=parties(), to_attr="to"),
        Prefetch("kindness__releases", to_attr="leaves"),
    )


def posts() -> QuerySet[Post]:
    """Posts on the wall with all that `hung` needs and `said`, the number of comments. Three queries in all."""
    return single().prefetch_related(*_people())


def posts_even_hidden() -> QuerySet[Post]:
    """The same, and what was reported. Three queries in all."""
    return _hung().prefetch_related(*_people())


def whole(rows: QuerySet[Kindness]) -> QuerySet[Kindness]:
    """These kindnesses with all that `hanging` and `hung` need. Three queries in all."""
    return _joined(rows).prefetch_related(*_inside())


def _joined(rows: QuerySet[Kindness]) -> QuerySet[Kindness]:
    return rows.select_related(
        "giver__member", "giver__customer", "encounter__customer__party", "thank_you", "post"
    ).annotate(giver_off=off_wall("giver__member"))


def _inside() -> tuple[Any, ...]:
    return (Prefetch("receivers", queryset=parties()), "releases")


def hanging(kindness: Kindness) -> Post:
    """The post of a kindness fetched by `whole`, or an empty one where it hangs nowhere. No query."""
    post: Post | None = getattr(kindness, "post", None)
    if post is None or post.taken_down_at is not None:
        return Post(nameless=[], kindness=kindness)
    return post


def people(kindness: Kindness) -> tuple[Party, ...]:
    """Giver and receivers of a kindness fetched with a post or by `whole`; no query."""
    to: list[Party] | None = getattr(kindness, "to", None)
    return (kindness.giver, *(kindness.receivers.all() if to is None else to))


def _releases(kindness: Kindness) -> Iterable[Release]:
    found: list[Release] | None = getattr(kindness, "leaves", None)
    return kindness.releases.all() if found is None else found


def _leaves(kindness: Kindness) -> tuple[Leave, ...]:
    return tuple(Leave(row.party_id, row.text_hash, row.name_too) for row in _releases(kindness))


def hung(post: Post) -> Hung:
    """What `rules` needs to know of a post fetched by `posts()`; no query."""
    kindness = post.kindness
    giver, *receivers = people(kindness)
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
        leaves=_leaves(kindness),
        thanked=wrote_it(kindness),
        for_team=bool(thanks and thanks.team_may_read),
        behind=_behind(kindness, inside),
    )


def wrote_it(kindness: Kindness) -> bool:
    """Whether somebody outside wrote these words, in a thank-you or on a Smile Card; else a colleague tells what they
    did. No query where the thank-you came with it.
    """
    if kindness.giver.member_id is not None:
        return False
    return getattr(kindness, "thank_you", None) is not None or kindness.occasion == CARD


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


def stories(most: int = STORIES) -> list[Post]:
    """The newest stories that everyone in them released, three at most on a page (E9). Three queries."""
    told = posts().exclude(story="").order_by("-posted_at", "-pk")
    return published(told[:LOOKED_AT], most)


def _any_yes(since: datetime) -> bool:
    """Whether anybody in one of the newest stories said yes since then; its teller does by telling. One query."""
    return Release.objects.filter(at__gt=since, kindness__post__in=lately_told()).exists()


def shown_since(post: Post) -> datetime:
    """When the last yes that a story waited for came, often days after it was told; no query."""
    about = hung(post)
    must, right = must_release(about), text_hash(about.text)
    rows = _releases(post.kindness)
    given = (row.at for row in rows if row.party_id in must and row.text_hash == right)
    return max(post.posted_at, *given)


def newly_shown(since: datetime | None = None, most: int = STORIES) -> list[Post]:
    """Stories by when they came to show, the newest first; of those that did after `since`. Four queries; one
    where nobody has said yes to any since.
    """
    if since is not None and not _any_yes(since):
        return []
    found = [(shown_since(post), post.pk, post) for post in stories(LOOKED_AT)]
    found.sort(reverse=True)
    return [post for at, _pk, post in found if since is None or at > since][:most]


def lately_told() -> QuerySet[Post, int]:
    """The ids of the newest posts with a story, by the index alone; lazy."""
    rows = up().exclude(story="").order_by("-posted_at", "-pk")
    return rows.values_list("pk", flat=True)[:LOOKED_AT]


def published(told: Iterable[Post], most: int = STORIES) -> list[Post]:
    """Those of these stories that everyone in them released, `most` of them; no query."""
    return [post for post in told if shown_to_all(post) == Shows.STORY][:most]


def on_screen() -> list[Post]:
    """What may hang in a break room: everyone in it released exactly these words. Three queries."""
    return [post for post in posts().order_by("-posted_at", "-pk")[:SCREEN] if _all_said_yes(post)]


def _all_said_yes(post: Post) -> bool:
    about = hung(post)
    return shown_to_all(post, about) != Shows.NOTHING and bool(about.text) and released(about)


def shown_to_all(post: Post, about: Hung | None = None, *, reported: bool = False) -> Shows:
    """What of a post fetched by `posts()` everyone may see; no query. `about`: what `hung` said of it, if asked.

    Reported, it is nothing at once; `reported` asks what it would be without that, for those who look at it.
    """
    kindness = post.kindness
    if kindness.state != Kindness.State.KEPT or kindness.sees == Kindness.Sees.GIVER:
        return Shows.NOTHING
    if post.hidden_at and not reported:
        return Shows.NOTHING
    what = shows(about or hung(post))
    if what != Shows.STORY and post.kindness.sees != Kindness.Sees.TEAM:
        return Shows.NOTHING
    return what


def words_to_all(post: Post, about: Hung) -> bool:
    """Whether everyone may read the kindness's own words, told as a story or not; no query."""
    on_it = post.kindness.sees == Kindness.Sees.TEAM and shown_to_all(post, about) != Shows.NOTHING
    return on_it and shows_plain(replace(about, title="", story="")) == Shows.WORDS


def shared_with(member: Member, customer_id: int | None) -> list[Kindness]:
    """Kindness already shared with this customer, with the words this member may read (P6, P10), two at most. One query,
    three where some is colleagues'.
    """
    if customer_id is None:
        return []
    rows = _shared(member.pk, customer_id)
    others = [row for row in rows if not row.mine]  # type: ignore[attr-defined]
    prefetch_related_objects(others, *_inside())
    return [row for row in rows if row not in others or _as_hung(row, hanging(row))][:SHARED]


@written
def _shared(member: int, customer: int) -> QuerySet[Kindness]:
    return _joined(kindnesses.shared_with(member, customer))[: 4 * SHARED]


def _as_hung(row: Kindness, post: Post) -> bool:
    """Whether anything is left of a colleagues' kindness once the words that are not everyone's are out of it."""
    about = hung(post)
    if not words_to_all(post, about):
        row.words = ""
    return shown_to_all(post, about) != Shows.NOTHING and bool(row.words or row.occasion)


def _may_see(kindness: Kindness) -> tuple[Party, ...]:
    """Those in it for whom it is: of "only me" its giver alone. No query."""
    alone = kindness.sees == Kindness.Sees.GIVER
    return (kindness.giver,) if alone else people(kindness)


def party_of(member: Member, post: Post) -> Party | None:
    """The party this member is in a post fetched by `posts()`, or None; no query. Of "only me" the giver alone."""
    for party in _may_see(post.kindness):
        if party.member_id == member.pk:
            return party
    return None


def waits_for(post: Post) -> frozenset[int]:
    """Ids of the parties whose release of exactly these words is still missing; no query."""
    about = hung(post)
    right = text_hash(about.text)
    return must_release(about) - {one.party for one in about.leaves if one.text_hash == right}


def may_look(picture: Picture, viewer: Member, post: Post) -> bool:
    """Whether `viewer` may look at a picture fetched by `pictures()` beside the kindness of `post`, which came from
    `posts()` or `hanging()`. No query.
    """
    return look(
        viewer.pk,
        by=picture.by_id,
        likenesses={one.member_id: one.released_at is not None for one in picture.likenesses.all()},
        inside=frozenset(party.member_id for party in _may_see(post.kindness) if party.member_id),
        words_released=_all_said_yes(post),
    )


LIKENESSES = Prefetch("likenesses", queryset=Likeness.objects.select_related("member"))


def pictures() -> QuerySet[Picture]:
    """Pictures of kept kindnesses and who can be recognised in them, their bytes left out. Two queries."""
    kept = Picture.objects.filter(kindness__state=Kindness.State.KEPT)
    return kept.select_related("by", "kindness").prefetch_related(LIKENESSES).defer("body")


def picture_of(kindness: Kindness) -> Picture | None:
    """The picture beside a kept kindness, without its bytes. Two queries, one where it came with `access.kindness`."""
    if "picture" in kindness._state.fields_cache:
        found: Picture | None = kindness._state.fields_cache["picture"]
        kept = [found] if found and kindness.state == Kindness.State.KEPT else []
        prefetch_related_objects(kept, LIKENESSES)
        return kept[0] if kept else None
    return pictures().filter(kindness=kindness).first()


def pictures_asking(member: Member) -> list[Picture]:
    """Pictures this member can be recognised in and has not released yet, the newest first. One query."""
    return _asking(member.pk, clock.now() - ASKED_FOR)


@written
def _asking(member: int, since: datetime) -> QuerySet[Picture]:
    mine = Picture.objects.filter(
        likenesses__member=member,
        likenesses__released_at=None,
        kindness__state=Kindness.State.KEPT,
        at__gte=since,
    )
    return mine.select_related("by").defer("body").order_by("-at", "-pk")[:STORIES]


def released_in(year: int, month: int, zone: str, most: int = STORIES) -> list[Post]:
    """Stories of a month that everyone in them released, newest first. Three queries."""
    starts = datetime(year, month, 1, tzinfo=ZoneInfo(zone))
    ends = (starts + timedelta(days=32)).replace(day=1)
    rows = posts().exclude(story="").filter(posted_at__gte=starts, posted_at__lt=ends)
    told = list(rows.order_by("-posted_at", "-pk")[:LOOKED_AT])
    return [post for post in told if shown_to_all(post) == Shows.STORY][:most]
