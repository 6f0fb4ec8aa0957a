"""What Zammad says, as events: its default webhook payload, and the pages of our own pull (`{"pulled": …}`)."""

from __future__ import annotations

from typing import Any

from neoncard.connectors import payload, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Talk, Words
from neoncard.kit import signing

_CLOSED = frozenset({"closed", "merged", "removed"})
_NOBODY = "1"
"""Zammad's user 1 is "-": a ticket of theirs is nobody's."""


def events(found: Any, context: Context) -> list[Event]:
    """A webhook (a ticket and the article that set it off) or a pulled ticket as events."""
    body = payload.need(found, "body")
    pulled = body.get("pulled")
    ticket = payload.need(body.get("ticket") if pulled is None else pulled, "ticket")
    articles = payload.rows(body, "articles") if pulled is not None else []
    there = tuple(payload.ident(one, "id") for one in articles)
    made = _ticket(ticket, there or None, context)
    article = body.get("article")
    if isinstance(article, dict) and article.get("id"):
        articles = [article]
    ticket_id = payload.ident(ticket, "id")
    return made + [_article(one, ticket_id, context) for one in articles]


def _name(user: Any) -> str:
    whole = f"{payload.text(user, 'firstname')} {payload.text(user, 'lastname')}".strip()
    return "" if whole == "-" else whole


def _user(ticket: dict[str, Any], role: str, kind: str) -> Actor | None:
    """Somebody in a ticket: whole in a webhook, an id and a login in a pull."""
    ext_id = payload.ident(ticket, f"{role}_id") or payload.ident(ticket.get(role), "id")
    if not ext_id or ext_id == _NOBODY:
        return None
    user = ticket.get(role)
    address = payload.person(user, "email") or signing.person(payload.text(ticket, role))
    return Actor(kind, ext_id, _name(user), address)


def _lang(ticket: dict[str, Any]) -> str | None:
    """The customer's language, which a webhook tells."""
    return payload.text(ticket, "customer", "preferences", "locale") or None


def _ticket(ticket: dict[str, Any], there: tuple[str, ...] | None, context: Context) -> list[Event]:
    """`there`: the ids of all its articles, where they are known."""
    now, ticket_id = context.received_at, payload.ident(ticket, "id")
    opened = payload.moment(ticket, "created_at", now=now)
    touched = payload.maybe_moment(ticket, "updated_at", now=now) or opened
    customer = _user(ticket, "customer", "customer")
    base: dict[str, Any] = {"source": context.source, "received_at": now, "object_id": ticket_id}
    # A pull names nobody, a webhook does: with a revision of its own what it says comes after.
    named = "n" if isinstance(ticket.get("customer"), dict) else ""
    later: dict[str, Any] = {
        "revision": f"{rules.revision_of(touched)}{named}",
        "occurred_at": touched,
    }
    url = context.settings.get("url")
    state_name = ticket.get("state")
    if isinstance(state_name, dict):
        state_name = state_name.get("name")
    state = Talk(
        ticket_id,
        url=f"{url.rstrip('/')}/#ticket/zoom/{ticket_id}" if url else None,
        channel=payload.text(ticket, "create_article_type") or None,
        subject=payload.text(ticket, "title") or None,
        tags=payload.tags(ticket.get("tags")),
        lang=_lang(ticket),
        is_open=str(state_name or "").lower() not in _CLOSED,
        whole=there,
    )
    return [
        rules.event(
            **base,
            kind=rules.OPENED,
            revision=f"{rules.revision_of(opened)}{named}",
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
            agent_at_time=_user(ticket, "owner", "agent"),
        ),
    ]


def _article(one: dict[str, Any], ticket_id: str, context: Context) -> Event:
    now, article_id = context.received_at, payload.ident(one, "id")
    at = payload.moment(one, "created_at", now=now)
    touched = payload.maybe_moment(one, "updated_at", now=now) or at
    sender = payload.text(one, "sender")
    internal = one.get("internal") is True
    automatic = sender == "System" or payload.dig(one, "preferences", "send-auto-response") is False
    kind = "bot" if automatic else "customer" if sender == "Customer" else "agent"
    body = payload.text(one, "body")
    html = payload.text(one, "content_type").startswith("text/html")
    wrote = payload.ident(one, "origin_by_id") or payload.ident(one, "created_by_id")
    wrote = wrote or payload.ident(one.get("created_by"), "id")
    name = _name(one.get("created_by")) or payload.text(one, "from").split("<")[0].strip(' "')
    by = payload.ident(one, "created_by_id") or payload.ident(one.get("created_by"), "id")
    address = payload.person(one.get("created_by"), "email")
    address = address or signing.person(payload.text(one, "created_by"))
    address = address if wrote == by else ""  # typed in by another
    actor = Actor(kind, *(("", name) if kind == "bot" else (wrote, name, address)))
    event_kind = rules.CUSTOMER if kind == "customer" else rules.AGENT
    return rules.event(
        source=context.source,
        kind=rules.NOTE if internal else event_kind,
        object_id=article_id,
        revision=rules.revision_of(touched),
        occurred_at=at,
        received_at=now,
        conversation=Talk(ticket_id),
        message=Words(
            article_id,
            rules.plain(body) if html else body,
            visibility="internal" if internal else "public",
        ),
        actor=actor,
    )
