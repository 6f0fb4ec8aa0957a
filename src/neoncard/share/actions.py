"""The only writer of posts and comments."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import text_hash, without_names
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people import queries as people
from neoncard.people.tables import Member, OptOut
from neoncard.share.pictures import clean, picture_hash
from neoncard.share.queries import wrote_it
from neoncard.share.rules import comment_problem, exact_words, story_problem
from neoncard.share.tables import Comment, Landed, Likeness, Picture, Post


@transaction.atomic
def thank(
    *,
    by: Member,
    to: Iterable[Member],
    words: str,
    team: bool,
    encounter: Encounter | None = None,
) -> Kindness:
    """Thank one or several colleagues with why (E7); `team` hangs it on the wall too.

    Raises ValueError naming the field, as kindness.actions.record and kindness.actions.dear do.
    """
    to = list(to)
    kindnesses.dear(by=by, to=to, words=words, encounter=encounter)
    kindness = kindnesses.record(
        by=by,
        giver=kindnesses.member_party(by),
        receivers=[kindnesses.member_party(member) for member in to],
        words=words,
        encounter=encounter,
    )
    if team:
        hang(by=by, kindness=kindness)
    return kindness


@transaction.atomic
def also(*, by: Member, kindness: Kindness, to: Iterable[Member]) -> None:
    """Whoever else helped (E10): more receivers of thanks one has just given, while they can be taken back.

    Raises ValueError naming the field when that time is over, it was answered already, or as kindness.actions.dear does.
    """
    if clock.now() - kindness.received_at > kindnesses.UNDO or kindness.answered_by.exists():
        raise ValueError(_("to: it has arrived already; thank them in words of their own"))
    there = set(kindness.receivers.values_list("member", flat=True))
    more = [one for one in to if one != by and one.pk not in there]
    kindnesses.dear(by=by, to=more, words=kindness.words, encounter=kindness.encounter)
    kindness.receivers.add(*map(kindnesses.member_party, more))
    wrote(actor=by, did="kindness.also", on=kindness)


@transaction.atomic
def land(*, member: Member, kindness: Kindness, word: str) -> Landed:
    """How it landed (E8): a receiver says, or its giver guesses before they do. The last word wins.

    Raises ValueError for another word, and for a guess that comes after an answer.
    """
    if word not in Landed.Word.values:
        raise ValueError("word: pick one of those on offer")
    gave = kindness.giver.member_id == member.pk
    if gave and Landed.objects.filter(kindness=kindness).exclude(member=member).exists():
        raise ValueError(_("word: they have answered already"))
    values = {"word": word, "at": clock.now()}
    return Landed.objects.update_or_create(kindness=kindness, member=member, defaults=values)[0]


@transaction.atomic
def add_picture(
    *,
    by: Member,
    kindness: Kindness,
    body: bytes,
    alt: str,
    credit: str,
    licence: str,
    pictured: Iterable[Member] = (),
) -> Picture:
    """Put a picture beside a kindness one gave, in place of another. Raises ValueError naming the field.

    `pictured`: the colleagues who can be recognised in it. Nobody but them and `by` sees it before each of them has
    released it (P6); whoever puts their own face there has.
    """
    kind, body = clean(body)
    for name, value in (("alt", alt), ("credit", credit), ("licence", licence)):
        if not value.strip():
            raise ValueError(f"{name}: a picture comes with words for it, a credit and a licence")
    values = {
        "by": by, "kind": kind, "body": body, "alt": alt.strip()[:200],
        "credit": credit.strip()[:120], "licence": licence.strip()[:60], "at": clock.now(),
    }  # fmt: skip
    row, _made = Picture.objects.update_or_create(kindness=kindness, defaults=values)
    row.likenesses.all().delete()  # their leave was for the picture before
    now = clock.now()
    Likeness.objects.bulk_create(
        Likeness(picture=row, member=one, released_at=now if one == by else None)
        for one in {one.pk: one for one in pictured}.values()
    )
    wrote(actor=by, did="picture.added", on=row)
    return row


@transaction.atomic
def release_picture(*, by: Member, picture: Picture, read: str) -> None:
    """One who can be recognised in a picture lets others see exactly this one (`read`: its `picture_hash`) (P6).

    Raises ValueError when it is another by now, or they are not in it.
    """
    if picture_hash(bytes(picture.body)) != read:
        raise ValueError(_("picture: it is another one by now; please look again"))
    mine = Likeness.objects.filter(picture=picture, member=by)
    if not mine.update(released_at=clock.now()):
        raise ValueError(_("picture: you are not in it"))
    wrote(actor=by, did="picture.released", on=picture)


@transaction.atomic
def withdraw_picture(*, by: Member, picture: Picture) -> None:
    """One who can be recognised in a picture takes their leave back: nobody else sees it from now on (P6)."""
    Likeness.objects.filter(picture=picture, member=by).update(released_at=None)
    wrote(actor=by, did="picture.withdrawn", on=picture)


@transaction.atomic
def drop_picture(*, by: Member, kindness: Kindness) -> None:
    """Take the picture away; anyone in the kindness or the picture may, without a reason (P6)."""
    Picture.objects.filter(kindness=kindness).delete()
    wrote(actor=by, did="picture.dropped", on=kindness)


@transaction.atomic
def hang(*, by: Member, kindness: Kindness) -> Post:
    """Hang a kindness on the wall: its giver may, and whoever received it from somebody outside the company.

    Raises ValueError when it is not theirs to hang, not kept, or when somebody in it took it down.
    """
    party = kindnesses.member_party(by)
    from_outside = kindness.giver.member_id is None
    if kindness.giver_id != party.pk and not (from_outside and _receives(kindness, party)):
        raise ValueError("wall: only the one who gave it can hang it up")
    if kindness.state != Kindness.State.KEPT:
        raise ValueError("wall: keep it first, then it can hang on the wall")
    if from_outside and not may_hang(kindness):
        raise ValueError("wall: the customer wrote to you alone; these words stay with you")
    post, made = Post.objects.get_or_create(
        kindness=kindness, defaults={"by": by, "posted_at": clock.now()}
    )
    if post.taken_down_at:
        raise ValueError("wall: somebody in it took it off the wall; it stays between you")
    if kindness.sees != Kindness.Sees.TEAM:
        kindnesses.see_as(by=by, kindness=kindness, sees=Kindness.Sees.TEAM)
    if made:
        wrote(actor=by, did="post.hung", on=post)
    if kindness.words and not post.story:
        named = not people.opted_out(by, OptOut.Feature.WALL)
        kindnesses.release(
            party=party, kindness=kindness, words=kindness.words, name_too=named, by=by
        )
    return post


@transaction.atomic
def keep_to(*, by: Member, kindness: Kindness, sees: str) -> None:
    """Its giver keeps a kindness to themselves or to those in it: what they released goes from every page at once (P6).

    A post of it stays, and its story, for whoever may still see it; hung or released again it shows again.
    """
    kindnesses.withdraw_release(party=kindness.giver, kindness=kindness, by=by)
    kindnesses.see_as(by=by, kindness=kindness, sees=sees)


def _receives(kindness: Kindness, party: Party) -> bool:
    return kindness.receivers.contains(party)


def may_hang(kindness: Kindness) -> bool:
    """Whether the customer who gave it lets the team read the words, or released them.

    Two queries at most, none where thank-you and releases came with it.

    What somebody unknown did is told in the words of whoever received it: nobody else is there to be asked.
    """
    thanks = getattr(kindness, "thank_you", None)
    if thanks and thanks.team_may_read:
        return True
    if not wrote_it(kindness) and kindness.giver.kind == Party.Kind.UNKNOWN:
        return True
    right = text_hash(kindness.words)
    given = kindness.releases.all()
    return any(row.party_id == kindness.giver_id and row.text_hash == right for row in given)


@transaction.atomic
def take_down(*, by: Member, post: Post) -> None:
    """Take a post off the wall for good, its story and comments with it; anyone in it may, without a reason (P6)."""
    party = kindnesses.member_party(by)
    kindnesses.withdraw_release(party=party, kindness=post.kindness, by=by)
    kindnesses.void_releases(kindness=post.kindness, but=post.kindness.words, by=by)
    Comment.objects.filter(post=post).delete()
    post.taken_down_at = clock.now()
    post.title = post.story = ""
    post.save(update_fields=["taken_down_at", "title", "story"])
    if post.kindness.sees == Kindness.Sees.TEAM:
        kindnesses.see_as(by=by, kindness=post.kindness, sees=Kindness.Sees.PARTIES)
    wrote(actor=by, did="post.taken_down", on=post)


@transaction.atomic
def name_off(*, by: Member, post: Post) -> None:
    """Take one's name off a post; the rest of it may stay."""
    _nameless(by=by, post=post, off=True)


@transaction.atomic
def name_on(*, by: Member, post: Post) -> None:
    """Put one's name back on a post."""
    _nameless(by=by, post=post, off=False)


def _nameless(*, by: Member, post: Post, off: bool) -> None:
    party = kindnesses.member_party(by).pk
    post.nameless = sorted({*post.nameless, party} if off else {*post.nameless} - {party})
    post.save(update_fields=["nameless"])
    wrote(actor=by, did="post.name_off" if off else "post.name_on", on=post)


@transaction.atomic
def tell(*, by: Member, kindness: Kindness, title: str, story: str, name_too: bool) -> Post:
    """Tell a kindness as a story: its teller releases the words by telling, the others are asked (P6).

    Telling it anew voids every other release, for they were given to other words. Raises ValueError naming the field.
    """
    title, story = title.strip(), "\n".join(line.rstrip() for line in story.strip().splitlines())
    if problem := story_problem(title, story):
        raise ValueError(f"story: {problem}")
    if kindness.state != Kindness.State.KEPT:
        raise ValueError("story: keep the kindness first")
    post, _made = Post.objects.get_or_create(
        kindness=kindness, defaults={"by": by, "posted_at": clock.now()}
    )
    if post.taken_down_at:
        raise ValueError("wall: somebody in it took it off the wall; it stays between you")
    if kindness.sees == Kindness.Sees.GIVER:  # they tell it, so those in it are asked
        kindnesses.see_as(by=by, kindness=kindness, sees=Kindness.Sees.PARTIES)
    kindnesses.void_releases(kindness=kindness, but=kindness.words, by=by)
    post.by, post.title, post.story, post.posted_at = by, title, story, clock.now()
    post.save(update_fields=["by", "title", "story", "posted_at"])
    wrote(actor=by, did="story.told", on=post)
    release(by=by, post=post, read=text_hash(exact_words(title, story, "")), name_too=name_too)
    return post


@transaction.atomic
def release(*, by: Member, post: Post, read: str, name_too: bool) -> None:
    """Release exactly the words one has read (`read`: their `text_hash`), and separately one's name (P6).

    Raises ValueError when the words have changed since.
    """
    words = exact_words(post.title, post.story, post.kindness.words)
    if text_hash(words) != read:
        raise ValueError("words: they have changed since you read them; please read them again")
    kindnesses.release(
        party=kindnesses.member_party(by),
        kindness=post.kindness,
        words=words,
        name_too=name_too,
        by=by,
    )


@transaction.atomic
def withdraw(*, by: Member, post: Post) -> None:
    """Take one's release back: the story is gone from every page at once (P6)."""
    party = kindnesses.member_party(by)
    kindnesses.withdraw_release(party=party, kindness=post.kindness, by=by)


@transaction.atomic
def comment(*, by: Member, post: Post, words: str) -> Comment:
    """Say something under a post. Raises ValueError with a `rules.Comment` when it is no comment yet."""
    if problem := comment_problem(words):
        raise ValueError(problem)
    row = Comment.objects.create(post=post, by=by, words=words.strip(), at=clock.now())
    wrote(actor=by, did="comment.said", on=row)
    return row


@transaction.atomic
def reword(*, by: Member, comment: Comment, words: str) -> Comment:
    """Say a comment of one's own better. Raises ValueError with a `rules.Comment` when it is none any more."""
    if problem := comment_problem(words):
        raise ValueError(problem)
    comment.words, comment.edited_at = words.strip(), clock.now()
    comment.save(update_fields=["words", "edited_at"])
    wrote(actor=by, did="comment.reworded", on=comment)
    return comment


@transaction.atomic
def uncomment(*, by: Member, comment: Comment) -> None:
    """Delete a comment of one's own."""
    wrote(actor=by, did="comment.deleted", on=comment)
    comment.delete()


@transaction.atomic
def erase_customer(*, party: Party, name: str) -> None:
    """Leave a customer's name out of the stories and comments about kindnesses they are in (P5)."""
    for post in Post.objects.filter(Q(kindness__receivers=party) | Q(kindness__giver=party)):
        post.title = without_names(post.title, name)
        post.story = without_names(post.story, name)
        post.save(update_fields=["title", "story"])
        for comment_ in Comment.objects.filter(post=post):
            comment_.words = without_names(comment_.words, name)
            comment_.save(update_fields=["words"])


@transaction.atomic
def erase_member(*, member: Member, party: Party | None) -> None:
    """Erase what a member said here (P5): their comments, the stories they told, and every story they are in.

    A story they are in could never be released again; keeping its words would only keep them.
    """
    Comment.objects.filter(by=member).delete()
    Picture.objects.filter(Q(by=member) | Q(kindness__giver=party)).delete()
    Picture.objects.filter(likenesses__member=member).delete()
    Picture.objects.filter(kindness__in=Kindness.objects.filter(receivers=party)).delete()
    theirs = Q(by=member)
    if party:
        theirs |= Q(kindness__giver=party) | Q(
            kindness__in=Kindness.objects.filter(receivers=party)
        )
        Post.objects.filter(kindness__giver=party).delete()
    Post.objects.filter(theirs).update(title="", story="")
    wrote(actor="erasure", did="share.erased", on=party or "")
