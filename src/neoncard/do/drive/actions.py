"""The only writer of rounds, who takes part, written ideas, lines and nudges.

Taking part, leaving, a line and a nudge write no audit row: nobody counts them, and leaving leaves no trace (E1, P5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from neoncard.do.drive.queries import WRITTEN
from neoncard.do.drive.rules import AHEAD, counts_from, days_of, over
from neoncard.do.drive.tables import Line, Nudge, Round, Taking, WrittenIdea
from neoncard.do.tables import Suggestion
from neoncard.kindness.rules import without_names
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people import queries as people
from neoncard.people.hours import Hours, Span, day_of
from neoncard.people.tables import Member, Shift, Team

THEMES_MOST = 7
YEAR = timedelta(days=365)
"""A round begins within a year of today, before or after."""


@transaction.atomic
def begin(
    *,
    by: Member,
    team: Team,
    title: str,
    days: int,
    starts_on: date,
    invitation: str = "",
    guide: str = "",
    themes: Sequence[str] = (),
) -> Round:
    """Open a round for a team (E6); whoever opens it is its host. Raises ValueError naming the field."""
    if days not in Round.Days.values:
        raise ValueError("days: a round has 21 or 28 worked days")
    if abs(starts_on - clock.today(by.zone or by.organisation.zone)) > YEAR:
        raise ValueError(_("starts_on: pick a day within a year of today"))
    row = Round(team=team, host=by, days=days, starts_on=starts_on, made_at=clock.now())
    _say(row, title, invitation, guide, themes)
    row.save()
    wrote(actor=by, did="round.begun", on=row)
    return row


def _say(row: Round, title: str, invitation: str, guide: str, themes: Sequence[str]) -> None:
    if not title.strip():
        raise ValueError("title: give the round a name")
    row.title = title.strip()[:80]
    row.invitation, row.guide = invitation.strip()[:2000], guide.strip()[:4000]
    row.themes = [theme.strip()[:80] for theme in themes if theme.strip()][:THEMES_MOST]


@transaction.atomic
def change(
    *, by: Member, round: Round, title: str, invitation: str, guide: str, themes: Sequence[str]
) -> Round:
    """The host rewords a round; its days and its start stay. Raises ValueError naming the field."""
    _say(round, title, invitation, guide, themes)
    round.save(update_fields=["title", "invitation", "guide", "themes"])
    wrote(actor=by, did="round.changed", on=round)
    return round


@transaction.atomic
def end(*, by: Member, round: Round) -> None:
    """The host ends a round; what was told in it stays on its page."""
    if round.ended_at is None:
        round.ended_at = clock.now()
        round.save(update_fields=["ended_at"])
        Taking.objects.filter(round=round).update(over=True)
        wrote(actor=by, did="round.ended", on=round)


def join(*, member: Member, round: Round, day: date) -> Taking:
    """Take part from `day` on (E5: a personal opt-in). Raises ValueError when it is over or one is in another."""
    if round.ended_at is not None:
        raise ValueError("round: it is over; its stories are still there")
    for other in Taking.objects.filter(member=member, over=False).select_related("round"):
        _finish(other, people.hours(member, since_of(member, other.joined_on)))
    try:
        with transaction.atomic():
            return Taking.objects.get_or_create(
                round=round, member=member, defaults={"joined_on": max(day, round.starts_on)}
            )[0]
    except IntegrityError:
        raise ValueError("round: you are in another one; leave it first") from None


def since_of(member: Member, day: date) -> datetime:
    """The moment a day of this member's begins: shifts from then on count in a round joined on it."""
    return datetime.combine(day, time(), ZoneInfo(member.zone or member.organisation.zone))


def _finish(taking: Taking, hours: Hours) -> bool:
    """Whether somebody's days of a round are behind them; then it is over for them, and what they did is kept."""
    days = days_of(hours, taking.joined_on, taking.round.days, ())
    if not over(days, day_of(hours, clock.now())):
        return False
    row = Taking.objects.filter(pk=taking.pk)  # lookup: the row it was given
    return bool(row.update(over=True))


def finish() -> str:
    """Rounds end by themselves: for each when their days are behind them, as a whole with the last. A line for /status."""
    shifts = Prefetch("member__shifts", Shift.objects.filter(ends_at__gt=clock.now() - AHEAD))
    rows = Taking.objects.filter(over=False).select_related(
        "round", "member__organisation", "member__hours"
    )
    done = 0
    for row in rows.prefetch_related(shifts).iterator(500):
        since = since_of(row.member, row.joined_on)
        single = [(one.starts_at, one.ends_at) for one in row.member.shifts.all()]
        spans = [one for one in single if one[1] > since]
        done += _finish(row, people.as_fetched(row.member, spans))
    took = Taking.objects.filter(round=OuterRef("pk"))
    ended = Round.objects.filter(Exists(took), ~Exists(took.filter(over=False)), ended_at=None)
    for round_ in ended:
        with transaction.atomic():
            round_.ended_at = clock.now()
            round_.save(update_fields=["ended_at"])
            wrote(actor="calendar", did="round.ended", on=round_)
    return f"{done} people"


@transaction.atomic
def leave(*, member: Member, round: Round) -> None:
    """Leave a round. No reason, no trace (P5)."""
    Taking.objects.filter(member=member, round=round).delete()


@transaction.atomic
def write(
    *, member: Member, toward: str, title: str, detail: str = "", offer: bool = False
) -> WrittenIdea:
    """Write an idea of one's own; `offer` proposes it to one's team. Raises ValueError naming the field."""
    if toward not in WrittenIdea.Toward.values:
        raise ValueError("toward: a customer, a colleague or yourself")
    if not title.strip():
        raise ValueError("title: say in a few words what you would do")
    if len(title.strip()) > 60 or len(detail.strip()) > 140:
        raise ValueError(
            "title: 60 characters for the idea and 140 for more about it; shorten it a little"
        )
    proposed = offer and member.team_id is not None
    return WrittenIdea.objects.create(
        by=member,
        team=member.team if proposed else None,
        toward=toward,
        title=title.strip(),
        detail=detail.strip(),
        state=WrittenIdea.State.PROPOSED if proposed else WrittenIdea.State.OWN,
        made_at=clock.now(),
    )


@transaction.atomic
def take_own(*, suggestion: Suggestion, idea: WrittenIdea) -> Suggestion:
    """Lay an idea of one's own on the table, picked up, in place of the one that lay there (E1)."""
    key = WRITTEN + str(idea.pk)
    if suggestion.done_at is not None:
        raise ValueError("idea: today’s is done; there is another tomorrow")
    suggestion.offered = [*suggestion.offered, key]
    suggestion.chosen, suggestion.chosen_at = key, clock.now()
    suggestion.save(update_fields=["offered", "chosen", "chosen_at"])
    return suggestion


@transaction.atomic
def accept(*, by: Member, idea: WrittenIdea) -> None:
    """The host accepts a proposed idea: from tomorrow it is in the team's deck."""
    if idea.state == WrittenIdea.State.PROPOSED:
        idea.state = WrittenIdea.State.ACCEPTED
        idea.save(update_fields=["state"])
        wrote(actor=by, did="idea.accepted", on=idea)


@transaction.atomic
def hand_back(*, by: Member, idea: WrittenIdea) -> None:
    """The host hands an idea back, proposed or accepted: it stays its writer's own, or goes when they have left."""
    wrote(actor=by, did="idea.handed_back", on=idea)
    if idea.by_id is None:
        idea.delete()
        return
    idea.state, idea.team = WrittenIdea.State.OWN, None
    idea.save(update_fields=["state", "team"])


@transaction.atomic
def drop(*, idea: WrittenIdea) -> None:
    """Its writer drops an idea of their own."""
    idea.delete()


@transaction.atomic
def look_back(
    *, suggestion: Suggestion, words: str, told: bool = False, named: bool = False
) -> Line | None:
    """One line about an act that was done; empty words take it back. Raises ValueError naming the field.

    `told` gives it to the round's page of stories, `named` puts the writer's name under it; both are theirs alone.
    """
    if suggestion.done_at is None:
        raise ValueError("words: look back when it is done")
    words = " ".join(words.split())
    if not words:
        Line.objects.filter(suggestion=suggestion).delete()
        return None
    if len(words) > 200:
        raise ValueError("words: one line of at most 200 characters; shorten it a little")
    taking = Taking.objects.filter(member=suggestion.member, over=False).first()
    values = {
        "member": suggestion.member,
        "words": words,
        "round_id": taking.round_id if taking else None,
        "told": told and taking is not None,
        "named": told and named and taking is not None,
        "at": clock.now(),
    }
    return Line.objects.update_or_create(suggestion=suggestion, defaults=values)[0]


@transaction.atomic
def take_back_line(*, line: Line) -> None:
    """Its writer takes a line back; it is gone from every page at once (P6)."""
    line.delete()


@transaction.atomic
def set_nudge(*, member: Member, channel: str = "", moment: str = Nudge.Moment.START) -> None:
    """Choose one channel and moment, or none (""): then nothing is ever sent. Raises ValueError for others."""
    if not channel:
        Nudge.objects.filter(member=member).delete()
        return
    if channel not in Nudge.Channel.values or moment not in Nudge.Moment.values:
        raise ValueError("channel: one of mail and chat, at the start or in the middle of a shift")
    values = {"channel": channel, "moment": moment}
    Nudge.objects.update_or_create(member=member, defaults=values)


def may_send(*, nudge: Nudge, hours: Hours, span: Span) -> bool:
    """Claim this working day's one word, before it is sent: whoever is killed in between sends none, never two.

    A shift moved while it is on, or its second part, is the same day's.
    """
    since = counts_from(hours, span)
    rows = Nudge.objects.filter(pk=nudge.pk)  # lookup: claim
    free = rows.filter(Q(told_for=None) | Q(told_for__lt=since))
    return bool(free.update(told_for=span.starts_at))


@transaction.atomic
def erase_member(*, member: Member) -> None:
    """What a member wrote here (P5): ideas of their own go, the team's stay nobody's; their name leaves a round's words."""
    WrittenIdea.objects.filter(by=member).exclude(state=WrittenIdea.State.ACCEPTED).delete()
    for idea in WrittenIdea.objects.filter(team=member.team_id):
        idea.title = without_names(idea.title, member.name)
        idea.detail = without_names(idea.detail, member.name)
        idea.save(update_fields=["title", "detail"])
    for row in Round.objects.filter(team=member.team_id):
        row.title = without_names(row.title, member.name)
        row.invitation = without_names(row.invitation, member.name)
        row.guide = without_names(row.guide, member.name)
        row.themes = [without_names(theme, member.name) for theme in row.themes]
        row.save(update_fields=["title", "invitation", "guide", "themes"])
    for line in Line.objects.filter(round__team=member.team_id, told=True).exclude(member=member):
        line.words = without_names(line.words, member.name)
        line.save(update_fields=["words"])
