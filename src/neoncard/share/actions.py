"""The only writer of posts and comments."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import text_hash, without_names
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people import queries as people
from neoncard.people.tables import Member, OptOut
from neoncard.share.rules import comment_problem, exact_words, story_problem
from neoncard.share.tables import Comment, Post
from neoncard.thank.tables import ThankYou


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

    Raises ValueError naming the field, as kindness.actions.record does.
    """
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


def _receives(kindness: Kindness, party: Party) -> bool:
    return kindness.receivers.contains(party)


def may_hang(kindness: Kindness) -> bool:
    """Whether the customer who gave it lets the team read the words, or released them. Two queries at most.

    What somebody unknown did is told in the words of whoever received it: nobody else is there to be asked.
    """
    thanks = ThankYou.objects.filter(kindness=kindness).first()
    if thanks and thanks.team_may_read:
        return True
    if thanks is None and kindness.giver.kind == Party.Kind.UNKNOWN:
        return True
    right = text_hash(kindness.words)
    return kindness.releases.filter(party=kindness.giver_id, text_hash=right).exists()


@transaction.atomic
def take_down(*, by: Member, post: Post) -> None:
    """Take a post off the wall for good, its story and comments with it; anyone in it may, without a reason (P6)."""
    party = kindnesses.member_party(by)
    kindnesses.withdraw_release(party=party, kindness=post.kindness, by=by)
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
    theirs = Q(by=member)
    if party:
        theirs |= Q(kindness__giver=party) | Q(
            kindness__in=Kindness.objects.filter(receivers=party)
        )
        Post.objects.filter(kindness__giver=party).delete()
    Post.objects.filter(theirs).update(title="", story="")
    wrote(actor="erasure", did="share.erased", on=party or "")
