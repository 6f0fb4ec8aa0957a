"""Conversations, what is suggested beside them, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from neoncard.access.doors import one
from neoncard.connectors import sidebar
from neoncard.connectors.tables import Connector, Delivery
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kit.jobs.tables import Job
from neoncard.notice.tables import Mark
from neoncard.people import queries as people
from neoncard.people.tables import Member, Role


@dataclass(frozen=True, slots=True)
class Opened:
    """An encounter as this member may see it: marks are for its agent alone (P10)."""

    encounter: Encounter
    own: bool


def encounter(member: Member, id: int) -> Opened:
    """An encounter: its agent sees it with marks; a lead sees its text by link, without marks (P10)."""
    row = one(Encounter.objects.select_related("customer", "agent"), pk=id)
    own = row.agent_id == member.pk
    if not own and not people.leads(member):
        raise Http404
    return Opened(row, own)


def own_encounter(member: Member, ticket: str) -> Encounter:
    """The member's own encounter by our id or the helpdesk's (the newest of that id). One query."""
    where = Q(ext_id=ticket)
    if ticket.isdecimal() and len(ticket) < 18:
        where |= Q(pk=int(ticket))
    rows = Encounter.objects.filter(where, agent=member).select_related("customer")
    return one(rows.order_by("-last_at"))


def own_call(member: Member, id: int) -> Encounter:
    """The member's own call."""
    rows = Encounter.objects.filter(agent=member, kind=Encounter.Kind.CALL)
    return one(rows.select_related("customer"), pk=id)


def encounter_beside(member: Member, source: str, ticket: str) -> Encounter:
    """The member's own encounter by the helpdesk it came from and its id there. One query."""
    rows = Encounter.objects.filter(agent=member).select_related("customer")
    return one(rows, source=source, ext_id=ticket[:200])


def encounter_at(member: Member, url: str) -> Encounter:
    """The member's own encounter by the address of its page in the helpdesk. Two queries."""
    source, ticket = sidebar.ticket_at(url) or ("", "")
    where = Q(url=url[:500]) | Q(source=source, ext_id=ticket[:200])
    rows = Encounter.objects.filter(where, agent=member).select_related("customer")
    return one(rows.order_by("-last_at"))


def beside_connector(id: int) -> Connector:
    """The connector whose helpdesk shows us in a frame: open to strangers, who see nothing of it but its frame."""
    return one(Connector.objects.all(), pk=id)


def encounter_by_ticket(member: Member, ticket: str) -> Opened:
    """An encounter by its ticket number: the newest one this member may open (P10)."""
    rows = Encounter.objects.filter(ext_id=ticket).select_related("customer", "agent")
    if not people.leads(member):
        rows = rows.filter(agent=member)
    row = one(rows.order_by("-last_at"))
    return Opened(row, row.agent_id == member.pk)


def mark(member: Member, id: int) -> Mark:
    """A mark in the member's own encounter (P10)."""
    return one(Mark.objects.select_related("encounter"), pk=id, encounter__agent=member)


def suggestion(member: Member, id: int, unit: str) -> Suggestion:
    """The member's own suggestion whose unit begins with `unit`: encounter, counter or day (P10)."""
    rows = Suggestion.objects.filter(member=member, unit__startswith=f"{unit}:")
    return one(rows.select_related("encounter__customer", "kindness", "member"), pk=id)


def job(member: Member, id: int) -> Job:
    """A job, for admins."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return one(Job.objects.all(), pk=id)


def connector(member: Member, id: int) -> Connector:
    """A connector, for admins."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return one(Connector.objects.all(), pk=id)


def delivery(member: Member, id: int) -> Delivery:
    """A delivery to the inbox, for admins, who may let it be tried again; what is in it is shown to nobody."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return one(Delivery.objects.defer("body"), pk=id)
