"""Real rows for tests, made through the rooms' own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kindness import actions as kindnesses
from neoncard.kit import clock, signing
from neoncard.people import actions as people
from neoncard.people.tables import Member, Organisation, Team

_n = count(1)


@dataclass
class House:
    organisation: Organisation
    team: Team
    agent: Member
    second: Member
    third: Member
    counter: Member
    lead: Member
    admin: Member


def member(organisation, name, *roles, team=None, password=None) -> Member:
    key = name.lower()
    return people.add_member(
        by="test",
        organisation=organisation,
        email=f"{key}{next(_n)}@example.test",
        name=f"{name} Test",
        team=team,
        roles=roles or ("agent",),
        password=password,
        handles=[("import", f"{key}-{next(_n)}")],
    )


def house() -> House:
    org = people.found(name="Test Ferries", zone="Europe/Berlin")
    team = people.add_team(by="test", organisation=org, name="Desk")
    return House(
        org,
        team,
        member(org, "Ines", team=team),
        member(org, "Jonas", team=team),
        member(org, "Amir", team=team),
        member(org, "Cora", "counter", team=team),
        member(org, "Lena", "lead", team=team),
        member(org, "Ada", "admin"),
    )


def customer(name="Maren Oltmanns") -> Customer:
    n = next(_n)
    return Customer.objects.create(
        source="import", key=signing.pseudonym("import", str(n)), name=name, received_at=clock.now()
    )


def encounter(agent=None, who=None, *, texts=(), tags=(), is_open=False, **fields) -> Encounter:
    """`texts`: (author, text) pairs, a minute apart."""
    n = next(_n)
    now = fields.pop("at", None) or clock.now()
    row = Encounter.objects.create(
        source="import",
        ext_id=f"T-{n}",
        channel=fields.pop("channel", "email"),
        subject=fields.pop("subject", "The 14:20 to Harl"),
        tags=list(tags),
        customer=who,
        agent=agent,
        is_open=is_open,
        started_at=now,
        last_at=now,
        received_at=now,
        **fields,
    )
    Message.objects.bulk_create(
        Message(
            encounter=row,
            ext_id=f"{n}-{i}",
            author=author,
            member=agent if author == "agent" else None,
            at=now + timedelta(minutes=i),
            text=text,
            received_at=now,
        )
        for i, (author, text) in enumerate(texts)
    )
    return row


def kindness(giver: Member, *receivers: Member, **fields):
    return kindnesses.record(
        by=giver,
        giver=kindnesses.member_party(giver),
        receivers=[kindnesses.member_party(r) for r in receivers],
        words=fields.pop("words", "You stayed until the last ferry."),
        **fields,
    )
