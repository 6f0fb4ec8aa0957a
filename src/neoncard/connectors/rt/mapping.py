"""A ticket of Request Tracker with its history, as our pull brings it (`{"ticket": …, "said": […]}`), as events."""

from __future__ import annotations

import re
from typing import Any, Final

from neoncard.connectors import payload, quotes, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Talk, Words

_OVER: Final = frozenset({"resolved", "rejected", "deleted"})
_AUTOMATIC: Final = re.compile(r"^auto-submitted:\s*(?!no\b)\S", re.IGNORECASE | re.MULTILINE)
_NOBODY: Final = frozenset({"Nobody", "RT_System"})


def events(found: Any, context: Context) -> list[Event]:
    """A ticket's opening, state and owner, and everything said in it."""
    body = payload.need(found, "body")
    ticket = payload.need(body.get("ticket"), "ticket")
    customers = payload.rows(ticket, "Requestor")
    made = _ticket(ticket, customers, context)
    before = ""
    for one in payload.rows(body, "said"):
        said, before = _said(one, ticket, customers, before, context)
        made.append(said)
    return made


def _person(found: Any, kind: str) -> Actor:
    name = payload.text(found, "RealName") or payload.text(found, "Name")
    return Actor(kind, payload.ident(found, "id"), name, payload.person(found, "EmailAddress"))


def _ticket(
    ticket: dict[str, Any], customers: list[dict[str, Any]], context: Context
) -> list[Event]:
    now, ticket_id = context.received_at, payload.ident(ticket, "id")
    opened = payload.moment(ticket, "Created", now=now)
    touched = payload.maybe_moment(ticket, "LastUpdated", now=now) or opened
    customer = _person(customers[0], "customer") if customers else None
    status, queue = payload.text(ticket, "Status"), payload.text(ticket, "Queue", "Name")
    owner = ticket.get("Owner")
    agent = _person(owner, "agent") if isinstance(owner, dict) else None
    url = str(context.settings.get("url") or "").rstrip("/")
    base: dict[str, Any] = {"source": context.source, "received_at": now, "object_id": ticket_id}
    # Its times are whole seconds; of two that say the same second, what came later is the later revision.
    revision = f"{rules.revision_of(touched)}{rules.revision_of(now)}"
    later: dict[str, Any] = {"revision": revision, "occurred_at": touched}
    state = Talk(
        ticket_id,
        url=f"{url}/Ticket/Display.html?id={ticket_id}" if url else None,
        channel="email",
        subject=payload.text(ticket, "Subject") or None,
        tags=tuple(tag for tag in (queue, "rejected" if status == "rejected" else "") if tag),
        lang=payload.text(customers[0] if customers else None, "Lang") or None,
        is_open=status.lower() not in _OVER,
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
            agent_at_time=agent if agent and agent.ext_id not in _NOBODY else None,
        ),
    ]


def _said(
    one: dict[str, Any],
    ticket: dict[str, Any],
    customers: list[dict[str, Any]],
    before: str,
    context: Context,
) -> tuple[Event, str]:
    """A transaction as a message, and its text for what answers it."""
    at = payload.moment(one, "Created", now=context.received_at)
    text = payload.text(one, "Text")
    if payload.text(one, "ContentType") == "text/html":
        text = rules.plain(text)
    actor = _author(one, {payload.ident(each, "id") for each in customers})
    inside = payload.text(one, "Type") == "Comment"
    mail = _header(payload.text(one, "Headers"), "X-RT-Interface").lower() == "email"
    addresses = {_header(payload.text(one, "Headers"), "To").casefold()} if mail else set()
    words, how = (
        quotes.own_words(text, before=before, addresses={a for a in addresses if "@" in a})
        if mail
        else (text.strip(), "")
    )
    files = [f"\N{PAPERCLIP} {name}" for name in one.get("Files", []) if isinstance(name, str)]
    customer = actor.kind == "customer"
    made = rules.event(
        source=context.source,
        kind=rules.NOTE if inside else rules.CUSTOMER if customer else rules.AGENT,
        object_id=payload.ident(one, "id"),
        revision=rules.revision_of(at),
        occurred_at=at,
        received_at=context.received_at,
        conversation=Talk(payload.ident(ticket, "id")),
        message=Words(
            payload.ident(one, "id"),
            "\n\n".join(part for part in (words, "\n".join(files)) if part),
            quote_method=how,
            visibility="internal" if inside else "public",
        ),
        actor=actor,
    )
    return made, text


def _author(one: dict[str, Any], customers: set[str]) -> Actor:
    """Who wrote: whoever asked is the customer, whoever may work in it is an agent; machines are neither."""
    creator = one.get("Creator")
    ext_id = payload.ident(creator, "id")
    if ext_id in _NOBODY or _AUTOMATIC.search(payload.text(one, "Headers")):
        return Actor("bot", "", payload.text(creator, "Name"))
    agent = one.get("staff") is True and ext_id not in customers
    return _person(creator, "agent" if agent else "customer")


def _header(headers: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*)$", headers, re.IGNORECASE | re.MULTILINE)
    if found is None:
        return ""
    address = re.search(r"<([^<>]+)>", found[1])
    return (address[1] if address else found[1]).strip()
