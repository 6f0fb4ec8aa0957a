"""Reads of rounds, written ideas and lines. None takes a person other than the one who asks (P10)."""

from __future__ import annotations

from collections.abc import Iterable

from neoncard.do.drive.tables import Line, Nudge, Round, Taking, WrittenIdea
from neoncard.people.tables import Member


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


def stories(round: Round) -> list[Line]:
    """What was told in a round, in order, with their writers. One query."""
    rows = Line.objects.filter(round=round, told=True).select_related("member")
    return list(rows.order_by("at", "pk"))


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
