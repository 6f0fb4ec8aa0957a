"""A ticket of django-helpdesk with its follow-ups, as our pull brings it (`{"ticket": …}`), as events.

Its API tells when a ticket was opened only by its first follow-up, and names nobody: users are numbers.
"""

from __future__ import annotations

import re
from typing import Any, Final

from neoncard.connectors import payload, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Talk, Words
from neoncard.kit import signing
from neoncard.kit.fields import Rejected, gettext_noop

_OPEN: Final = frozenset({1, 2})


def events(found: Any, context: Context) -> list[Event]:
    """A ticket's opening, state and assignee, and every follow-up with words."""
    ticket = payload.need(payload.need(found, "body").get("ticket"), "ticket")
    said = sorted(payload.rows(ticket, "followup_set"), key=lambda one: str(one.get("date")))
    if not said:
        raise Rejected(gettext_noop("followup_set: is empty, so nobody knows when it was opened"))
    made = _ticket(ticket, said, context)
    for one in said:
        if payload.text(one, "comment").strip():
            made.append(_said(one, one is said[0], ticket, context))
    return made


def _ticket(ticket: dict[str, Any], said: list[dict[str, Any]], context: Context) -> list[Event]:
    now, ticket_id = context.received_at, payload.ident(ticket, "id")
    opened = payload.moment(said[0], "date", now=now)
    touched = payload.moment(said[-1], "date", now=now)
    email = payload.text(ticket, "submitter_email").lower()
    customer = _customer(email) if email else None
    agent = payload.ident(ticket, "assigned_to")
    url = str(context.settings.get("url") or "").rstrip("/")
    base: dict[str, Any] = {"source": context.source, "received_at": now, "object_id": ticket_id}
    later: dict[str, Any] = {
        # Its state may change without a follow-up: what it says later is the later revision.
        "revision": f"{rules.revision_of(touched)}{rules.revision_of(now)}",
        "occurred_at": touched,
    }
    state = Talk(
        ticket_id,
        url=f"{url}/tickets/{ticket_id}/" if url else None,
        channel="email",
        subject=payload.text(ticket, "title") or None,
        is_open=ticket.get("status") in _OPEN,
        whole=tuple(payload.ident(one, "id") for one in said),
    )
    return [
        rules.event(
            **base,
            kind=rules.OPENED,
            revision=rules.revision_of(opened),
            occurred_at=opened,
            conversation=Talk(ticket_id),
            actor=customer,
        ),
        rules.event(**base, **later, kind=rules.STATUS, conversation=state, actor=customer),
        rules.event(
            **base,
            **later,
            kind=rules.ASSIGNED,
            conversation=Talk(ticket_id),
            agent_at_time=Actor("agent", agent) if agent else None,
        ),
    ]


def _said(one: dict[str, Any], first: bool, ticket: dict[str, Any], context: Context) -> Event:
    now = context.received_at
    at, follow_id = payload.moment(one, "date", now=now), payload.ident(one, "id")
    inside = one.get("public") is not True
    text = payload.text(one, "comment").strip()
    actor = _author(one, first, ticket, context)
    customer = actor.kind == "customer"
    files = [payload.text(each, "filename") for each in payload.rows(one, "followupattachment_set")]
    clips = "\n".join(f"\N{PAPERCLIP} {name}" for name in files if name)
    return rules.event(
        source=context.source,
        kind=rules.NOTE if inside else rules.CUSTOMER if customer else rules.AGENT,
        object_id=follow_id,
        revision=rules.revision_of(at),
        occurred_at=at,
        received_at=now,
        conversation=Talk(payload.ident(ticket, "id")),
        message=Words(
            follow_id,
            "\n\n".join(part for part in (text, clips) if part),
            visibility="internal" if inside else "public",
        ),
        actor=actor,
    )


def _author(one: dict[str, Any], first: bool, ticket: dict[str, Any], context: Context) -> Actor:
    """A ticket's own description is the customer's, whoever typed it in."""
    email = payload.text(ticket, "submitter_email").lower()
    user = payload.ident(one, "user")
    agents = set(re.findall(r"\d+", str(context.settings.get("agents") or "")))
    typed_in = first and bool(email) and _same(one, ticket)
    if user and not typed_in and (not agents or user in agents):
        return Actor("agent", user)
    return _customer(email or (f"user-{user}" if user else ""))


def _customer(ext_id: str) -> Actor:
    return Actor("customer", ext_id, email_hash=signing.person(ext_id))


def _same(one: dict[str, Any], ticket: dict[str, Any]) -> bool:
    return payload.text(one, "comment").strip() == payload.text(ticket, "description").strip()
