"""Reads of rounds, written ideas and lines. None takes a person other than the one who asks (P10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, F, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Cast

from neoncard import library
from neoncard.design.tables import Act, Kind
from neoncard.do import rules
from neoncard.do.drive.tables import Line, Nudge, Round, Taking, WrittenIdea
from neoncard.people.tables import Member

WRITTEN, JOURNEY = "written:", "act:"
DAILY_MINUTES = 10
TEXT: TextField[str, str] = TextField()
NUMBER: IntegerField[int, int] = IntegerField()
YES: BooleanField[bool, bool] = BooleanField()


def of_team(member: Member) -> list[Round]:
    """The rounds of the member's team, the newest first, twelve at most. One query, none without a team."""
    if member.team_id is None:
        return []
    rows = Round.objects.filter(team=member.team_id).select_related("host", "team")
    return list(rows.order_by("-starts_on", "-pk")[:12])


def taking(member: Member) -> Taking | None:
    """The round the member is in now, or None. One query."""
    rows = Taking.objects.filter(member=member, over=False).select_related("round__team")
    return rows.first()


def behind(member: Member) -> set[int]:
    """The rounds (ids) that are over for the member, whether or not they are for others. One query."""
    return set(Taking.objects.filter(member=member, over=True).values_list("round_id", flat=True))


def stories(round: Round) -> list[Line]:
    """What was told in a round, in order, with their writers. One query."""
    rows = Line.objects.filter(round=round, told=True).select_related("member")
    return list(rows.order_by("at", "pk"))


def lines_between(member: Member, since: datetime | None, before: datetime | None) -> list[Line]:
    """The lines a member wrote looking back from `since` on and before a moment, newest first. One query."""
    rows = Line.objects.filter(member=member).exclude(words="")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return list(rows.order_by("-at", "-pk"))


def own_lines(member: Member, keys: Iterable[int]) -> dict[int, Line]:
    """The member's lines by the suggestion (ids) they look back on. One query, none for no ids."""
    ids = list(keys)
    if not ids:
        return {}
    return {
        line.suggestion_id: line for line in Line.objects.filter(member=member, suggestion__in=ids)
    }


def ideas_of_team(member: Member) -> list[WrittenIdea]:
    """Ideas proposed to the member's team and accepted by it, newest first. One query, none without a team.

    Without their writers: what was proposed is weighed, not who proposed it.
    """
    if member.team_id is None:
        return []
    rows = WrittenIdea.objects.filter(team=member.team_id).exclude(state=WrittenIdea.State.OWN)
    return list(rows.order_by("-made_at", "-pk")[:100])


def own_ideas(member: Member) -> list[WrittenIdea]:
    """Ideas the member wrote and kept, newest first. One query."""
    rows = WrittenIdea.objects.filter(by=member, state=WrittenIdea.State.OWN)
    return list(rows.order_by("-made_at", "-pk")[:50])


def nudge_of(member: Member) -> Nudge | None:
    """What the member wants to be told, or None. One query."""
    return Nudge.objects.filter(member=member).first()


@dataclass(frozen=True, slots=True)
class Extra:
    """A daily idea that is not the library's: written by somebody here, or an act of the team's journeys."""

    key: str
    toward: str
    title: str
    detail: str
    minutes: int = 1
    light: bool = False
    asks_smile: bool = False


def extras(member: Member) -> list[Extra]:
    """What the team and its journeys add to this member's deck, and what they wrote themselves. One query."""
    written = WrittenIdea.objects.filter(
        Q(by=member) | Q(team=member.team_id, state=WrittenIdea.State.ACCEPTED)
    )
    acts = Act.objects.filter(
        retired_at=None, step__isnull=False, minutes__lte=DAILY_MINUTES
    ).exclude(kind=Kind.TREAT)
    columns = ("what", "pk", "whom", "title", "more", "took", "is_light", "smiles")
    rows = (
        written.annotate(
            what=Value(WRITTEN, TEXT),
            whom=Cast("toward", TEXT),
            more=Cast("detail", TEXT),
            took=Value(1, NUMBER),
            is_light=Value(False, YES),
            smiles=Value(False, YES),
        )
        .values_list(*columns)
        .union(
            acts.annotate(
                what=Value(JOURNEY, TEXT),
                whom=Value("customer", TEXT),
                more=Case(When(instance="", then="principle"), default="instance"),
                took=Cast("minutes", NUMBER),
                is_light=F("light"),
                smiles=F("asks_smile"),
            ).values_list(*columns),
            all=True,
        )
    )
    return [
        Extra(f"{what}{pk}", toward, title, detail, minutes, light, smiles)
        for what, pk, toward, title, detail, minutes, light, smiles in rows
    ]


def deck(toward: str, more: Iterable[Extra] = ()) -> list[rules.Daily]:
    """The daily ideas for one of TOWARD, as the deck deals them: the library's and `more`. No query."""
    ideas: list[library.DailyIdea | Extra] = [*library.daily(), *more]
    return [
        rules.Daily(
            key=idea.key, minutes=idea.minutes, asks_smile=idea.asks_smile, light=idea.light
        )
        for idea in ideas
        if idea.toward == toward
    ]


def is_extra(key: str) -> bool:
    """Whether a daily idea's key is not the library's. No query."""
    return key.startswith((WRITTEN, JOURNEY))
