"""The only writer of reactions, reports, reviews, letters and what a customer says to a story."""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member, Role
from neoncard.share.tables import Comment, Post
from neoncard.share.voices import queries
from neoncard.share.voices.queries import Asked
from neoncard.share.voices.tables import Letter, Reaction, Report, Review, Shown
from neoncard.thank.actions import CUSTOMER

REVIEWERS = 2
WAITS = timedelta(days=2)
"""How long one who was drawn may take before another is."""


@transaction.atomic
def react(*, member: Member, post: Post, word: str) -> bool:
    """Say one of few things to a post, or take it back when said already. Whether it stands now.

    Raises ValueError for another word.
    """
    if word not in Reaction.Word.values:
        raise ValueError("word: pick one of those on offer")
    row, made = Reaction.objects.get_or_create(
        post=post, member=member, word=word, defaults={"at": clock.now()}
    )
    if not made:
        row.delete()
    return made


@transaction.atomic
def report(*, by: Member, post: Post | None = None, comment: Comment | None = None) -> Report:
    """Report a post or a comment: it is hidden at once, and two people who are nobody's boss look at it.

    Raises ValueError when the same person had it looked at before.
    """
    before = Report.objects.filter(post=post, comment=comment)
    if before.filter(by=by).exists():
        raise ValueError(_("report: you had it looked at before; talk to its people"))
    return _hidden(by, post, comment)


@transaction.atomic
def hold(*, comment: Comment) -> Report:
    """A comment that looks like promotion waits for two to look at it; its writer sees it meanwhile."""
    return _hidden(None, None, comment)


def _hidden(by: Member | None, post: Post | None, comment: Comment | None) -> Report:
    now = clock.now()
    row = Report.objects.create(post=post, comment=comment, by=by, at=now)
    if post is not None:
        post.hidden_at = now
        post.save(update_fields=["hidden_at"])
    if comment is not None:
        comment.hidden_at = now
        comment.save(update_fields=["hidden_at"])
    _fill(row)
    wrote(actor=by or "hold", did="report.made", on=row)
    return row


def _fill(row: Report) -> None:
    """As many as are missing are drawn to look at it; nobody picks them."""
    missing = REVIEWERS - row.reviews.count()
    for one in _draw(row, missing):
        Review.objects.create(report=row, member=one, asked_at=clock.now())


def _draw(row: Report, many: int) -> list[Member]:
    """Members who may look at it and do not yet: colleagues first, then leads and admins who lead nobody in it."""
    colleagues, above = queries.who_may_look(row)
    chance = random.Random(f"report:{row.pk}:{clock.now().isoformat()}")
    chance.shuffle(colleagues)
    chance.shuffle(above)
    return [*colleagues, *above][: max(many, 0)]


def redraw() -> str:
    """Another is drawn in place of whoever has not looked for two days, is on leave or has left. One line for /status.

    Nobody is told off for it; where nobody else is free, who was asked stays asked.
    """
    drawn = 0
    for row in Report.objects.filter(closed_at=None).select_related("post", "comment__post", "by"):
        with transaction.atomic():
            drawn += _redrawn(row)
    return f"{drawn} drawn anew"


def _redrawn(row: Report) -> int:
    late = [one for one in row.reviews.filter(word="").select_related("member") if _gone(one)]
    missing = REVIEWERS - row.reviews.count()
    fresh = _draw(row, missing + len(late))
    for one in late[: max(len(fresh) - missing, 0)]:
        one.delete()
    for member in fresh:
        Review.objects.create(report=row, member=member, asked_at=clock.now())
    return len(fresh)


def _gone(review: Review) -> bool:
    late = clock.now() - review.asked_at > WAITS
    return late or not review.member.is_active or queries.is_away(review.member)


@transaction.atomic
def look(*, review: Review, word: str, read: str) -> None:
    """One of the two says whether exactly what they read (`read`: `queries.read_of`) may stand. Both must say so for
    it to show again; one "better not" ends it. Who said so of other words than stand there now looks again.

    Raises ValueError for another word, and when it has changed since they read it.
    """
    if word not in Review.Word.values:
        raise ValueError("word: pick one of the two")
    rows = Report.objects.select_for_update(of=("self",)).select_related(
        "post__kindness", "comment__post"
    )
    row = rows.filter(reviews=review, closed_at=None).first()
    if row is None:
        return
    now = queries.read_of(row)
    if read != now:
        raise ValueError(_("words: they have changed since you read them; please read them again"))
    review.word, review.read, review.at = word, read, clock.now()
    review.save(update_fields=["word", "read", "at"])
    if word == Review.Word.HIDE:
        _close(row)
        return
    row.reviews.exclude(read=now).update(word="", read="", asked_at=clock.now())
    _fill(row)
    if not row.reviews.filter(word="").exists():
        _close(row)
        for shown in (row.post, row.comment):
            if shown is not None:
                shown.hidden_at = None
                shown.save(update_fields=["hidden_at"])


def _close(row: Report) -> None:
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    wrote(actor="reviewers", did="report.closed", on=row)


@transaction.atomic
def customer_says(*, asked: Asked, read: str, words: bool, name_too: bool) -> None:
    """A customer in a story, or behind it, releases exactly the words they have read, or takes that back (P6).

    `read`: the `text_hash` of the words, as in `release`. Raises ValueError when they have changed since.
    """
    post, party = asked.post, asked.party
    if not words:
        if party is not None:
            kindnesses.withdraw_release(party=party, kindness=post.kindness, by=CUSTOMER)
        return
    if asked.read != read:
        raise ValueError("words: they have changed since you read them; please read them again")
    if party is None:
        party = kindnesses.customer_party(post.kindness.encounter.customer)  # type: ignore[union-attr,arg-type]
    kindnesses.release(
        party=party,
        kindness=post.kindness,
        words=asked.words,
        name_too=name_too and bool(asked.name),
        credit=asked.name if name_too else "",
        by=CUSTOMER,
    )


@transaction.atomic
def set_letter(*, member: Member, hour: int | None) -> None:
    """Want the wall as a mail at this hour of one's day, or (None) not. Raises ValueError for no hour of a day."""
    if hour is None:
        Letter.objects.filter(member=member).delete()
        return
    if not 0 <= hour < 24:
        raise ValueError("hour: an hour of the day, 0 to 23")
    Letter.objects.update_or_create(member=member, defaults={"hour": hour})


def may_send(*, letter: Letter, day: date) -> bool:
    """Claim a day's one letter before it is sent: whoever is killed in between sends none, never two."""
    free = Letter.objects.filter(pk=letter.pk).exclude(sent_on=day)  # lookup: claim
    return bool(free.update(sent_on=day))


@transaction.atomic
def show_lead(*, member: Member, kindness: Kindness, lead: Member, words: str) -> Shown:
    """Show one lead exactly these words of a kindness one received (P12); again, it replaces what was shown.

    Raises ValueError naming the field when they are not words of it, or the other is no lead. No audit row: it is never
    listed or counted.
    """
    picked = words.strip()
    if not picked or picked not in kindness.words:
        raise ValueError(_("words: pick them from what was written, as it was written"))
    if not lead.roles.filter(name=Role.Name.LEAD).exists():
        raise ValueError(_("lead: pick one of your leads"))
    values = {"lead": lead, "words": picked, "at": clock.now()}
    return Shown.objects.update_or_create(kindness=kindness, member=member, defaults=values)[0]


@transaction.atomic
def unshow(*, shown: Shown) -> None:
    """Taken back by who showed it, or put away by who read it: the row is gone (P12)."""
    shown.delete()
