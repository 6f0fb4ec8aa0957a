"""People signed in, and a board with a card for each of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from neoncard.design import actions as design
from neoncard.design.board import actions as boards
from neoncard.design.tables import Journey
from neoncard.people import actions as people
from neoncard.people.queries import organisation
from neoncard.people.tables import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Board:
    """A new board: its id and seq, and a session cookie for each client."""

    id: int
    seq: int
    cookies: list[str]


def session(member: Member) -> str:
    """A signed-in session of this member."""
    store = SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def members(count: int) -> list[Member]:
    """So many members, made when they aren't there."""
    company = organisation() or people.found(name="Bench Ferries")
    found = list(Member.objects.order_by("pk")[:count])
    new = (
        people.add_member(
            by="bench", organisation=company, email=f"m{n}@example.test", name=f"Member {n}"
        )
        for n in range(len(found), count)
    )
    return [*found, *new]


def board(clients: int, cards: int = 0) -> Board:
    """A new board with ten steps and a neon card for each client."""
    everyone = members(clients)
    journey = design.begin_journey(by=everyone[0], title="The last ferry")
    ops = [
        {"op": "add_step", "card": {"id": f"step-{n:04d}", "title": f"Step {n}"}, "after": None}
        for n in range(10)
    ]
    ops += [
        {
            "op": "add_idea",
            "card": {"id": f"card-{n:04d}", "text": "An idea"},
            "step": f"step-{n % 10:04d}",
            "after": None,
        }
        for n in range(max(clients, cards))
    ]
    boards.act(by=everyone[0], journey=journey, ops=ops)
    seq = Journey.objects.values_list("seq", flat=True).get(title=journey.title, pk=journey.pk)
    return Board(journey.pk, seq, [session(member) for member in everyone])
