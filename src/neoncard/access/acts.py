"""Journeys and boards, the playbook, and the Kindness Drive."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from neoncard.access.doors import HOSTS, one
from neoncard.design.board import queries as boards
from neoncard.design.board.tables import GuestLink
from neoncard.design.tables import Act, Idea, Journey, Step
from neoncard.do.drive.tables import Line, Round, WrittenIdea
from neoncard.kit import clock, signing
from neoncard.people import queries as people
from neoncard.people.tables import Member


def drive_round(member: Member, id: int) -> Round:
    """A round of the member's team; hosts, leads and admins open any."""
    rows = Round.objects.select_related("team", "host")
    if not people.roles(member) & HOSTS:
        rows = rows.filter(team=member.team_id)
    return one(rows, pk=id, team__organisation=member.organisation_id)


def hosts(member: Member, row: Round) -> bool:
    """Whether the member hosts this round: they opened it, or they are a host, lead or admin."""
    return row.host_id == member.pk or bool(people.roles(member) & HOSTS)


def hosted_round(member: Member, id: int) -> Round:
    """A round that is this member's to word and to end."""
    row = drive_round(member, id)
    if not hosts(member, row):
        raise Http404
    return row


def hosts_team(member: Member) -> bool:
    """Whether the member accepts ideas for their team: a host, lead or admin, or host of its open round. One query."""
    if people.roles(member) & HOSTS:
        return True
    return Round.objects.filter(team=member.team_id, host=member, ended_at=None).exists()


def team_idea(member: Member, id: int) -> WrittenIdea:
    """An idea offered to a team this member hosts."""
    if not hosts_team(member):
        raise Http404
    rows = WrittenIdea.objects.exclude(state=WrittenIdea.State.OWN)
    if not people.roles(member) & HOSTS:
        rows = rows.filter(team=member.team_id)
    return one(rows, pk=id, team__organisation=member.organisation_id)


def own_idea(member: Member, id: int) -> WrittenIdea:
    """An idea the member wrote and kept."""
    return one(WrittenIdea.objects.filter(by=member, state=WrittenIdea.State.OWN), pk=id)


def line(member: Member, id: int) -> Line:
    """The member's own line looking back."""
    return one(Line.objects.filter(member=member), pk=id)


def journey(member: Member, id: int) -> Journey:
    """A journey; every member may see and lay cards on the company's journeys."""
    return one(Journey.objects.filter(archived_at=None), pk=id)


def led_board(member: Member, id: int) -> Journey:
    """A journey whose board this member facilitates: they made it or were given it, or are a host, lead or admin."""
    row = journey(member, id)
    if not boards.member_who(member, row).leads:
        raise Http404
    return row


def guest_link(row: Journey, id: str) -> GuestLink:
    """A link to this board that is still good, by what its page sent."""
    found = [link for link in boards.links(row) if str(link.pk) == id]
    if not found:
        raise Http404
    return found[0]


def board_by_link(token: str) -> GuestLink:
    """A guest link by its token, while it is good and its journey is there."""
    rows = GuestLink.objects.select_related("journey").filter(
        journey__archived_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    return one(rows, token_hash=signing.token_hash(token))


def step_on(member: Member, journey: Journey, key: str) -> Step:
    """A step of this journey by its card id."""
    return one(Step.objects.select_related("journey"), journey=journey, key=key)


def step(member: Member, id: int) -> Step:
    """A step of a journey."""
    return one(Step.objects.filter(journey__archived_at=None).select_related("journey"), pk=id)


def idea(member: Member, id: int) -> Idea:
    """An idea on a journey; one still hidden is its author's alone."""
    rows = Idea.objects.filter(Q(hidden=False) | Q(author=member), journey__archived_at=None)
    return one(rows.select_related("journey", "after_step", "act"), pk=id)


def act(member: Member, id: int) -> Act:
    """An act of the playbook."""
    return one(Act.objects.select_related("step__journey"), pk=id)
