"""What Zendesk says, as events: ticket event webhooks, and the pages of our own pull (`{"pulled": …}`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from neoncard.connectors import payload, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Score, Talk, Words

_CLOSED = frozenset({"solved", "closed", "deleted"})
_TICKET = "zen:event-type:ticket."
_COMMENTS = frozenset({f"{_TICKET}comment_added", f"{_TICKET}comment_made_private"})
_REDACTED = f"{_TICKET}comment_redacted"
_GONE = frozenset({f"{_TICKET}permanently_deleted", f"{_TICKET}soft_deleted"})
REDACTED = "\N{LOWER SEVEN EIGHTHS BLOCK}"
"""What Zendesk writes in place of each character that was redacted."""
_NOBODY = ("", "0")


def events(found: Any, context: Context) -> list[Event]:
    """A webhook or pulled page as events; none for what is not about a ticket."""
    body = payload.need(found, "body")
    if (pulled := body.get("pulled")) is not None:
        return _pulled(payload.need(pulled, "pulled"), body, context)
    kind = payload.text(body, "type")
    if not kind.startswith(_TICKET):
        return []
    ticket = payload.need(body.get("detail"), "detail")
    at = payload.moment(body, "time", now=context.received_at)
    ticket_id = payload.ident(ticket, "id")
    if kind in _GONE:
        return [_gone(ticket_id, at, context)]
    made = _ticket(ticket, {}, context)
    comment = payload.dig(body, "event", "comment")
    if kind == _REDACTED and comment:
        made.append(_gone(ticket_id, at, context, payload.ident(comment, "id")))
    elif kind in _COMMENTS and comment:
        author = comment.get("author")
        staff = payload.dig(author, "is_staff") is True
        who = Actor(
            "agent" if staff else "customer",
            payload.ident(author, "id"),
            payload.text(author, "name"),
        )
        made.append(
            _comment(comment, ticket_id, who, comment.get("is_public") is True, context, at)
        )
    return made


def _pulled(ticket: dict[str, Any], body: dict[str, Any], context: Context) -> list[Event]:
    if payload.text(ticket, "status").lower() == "deleted":
        at = payload.moment(ticket, "updated_at", now=context.received_at)
        return [_gone(payload.ident(ticket, "id"), at, context)]
    people = {payload.ident(one, "id"): one for one in payload.rows(body, "users")}
    comments = payload.rows(body, "comments")
    there = tuple(payload.ident(one, "id") for one in comments)
    made = _ticket(ticket, people, context, there or None)  # none at all: it may not read them
    for one in comments:
        who = people.get(payload.ident(one, "author_id"), {})
        role = payload.text(who, "role")
        kind = "agent" if role in ("agent", "admin") else "customer"
        if payload.text(one, "via", "channel") in ("rule", "system"):
            kind = "bot"
        actor = _person(kind, payload.ident(one, "author_id"), who)
        at = payload.moment(one, "created_at", now=context.received_at)
        if REDACTED in _text(one):
            # What was struck out is told to a webhook once; a pull sees it by what stands there instead.
            made.append(_gone(payload.ident(ticket, "id"), at, context, payload.ident(one, "id")))
            continue
        public = one.get("public") is True
        made.append(_comment(one, payload.ident(ticket, "id"), actor, public, context, at))
    made += _rating(ticket, people, context)
    return made


def _gone(ticket_id: str, at: datetime, context: Context, comment_id: str = "") -> Event:
    """A ticket, or one comment of it, was deleted."""
    return rules.event(
        source=context.source,
        kind=rules.DELETED,
        object_id=comment_id or ticket_id,
        revision=rules.revision_of(at),
        occurred_at=at,
        received_at=context.received_at,
        conversation=Talk(ticket_id),
        message=Words(comment_id) if comment_id else None,
    )


def _ticket(
    ticket: dict[str, Any],
    people: dict[str, Any],
    context: Context,
    there: tuple[str, ...] | None = None,
) -> list[Event]:
    """`there`: the ids of all its comments, where they are known."""
    now, ticket_id = context.received_at, payload.ident(ticket, "id")
    opened = payload.moment(ticket, "created_at", now=now)
    touched = payload.maybe_moment(ticket, "updated_at", now=now) or opened
    requester = payload.ident(ticket, "requester_id")
    customer = None
    if requester not in _NOBODY:
        customer = _person("customer", requester, people.get(requester))
    assignee = payload.ident(ticket, "assignee_id")
    agent = None
    if assignee not in _NOBODY:
        agent = _person("agent", assignee, people.get(assignee))
    base: dict[str, Any] = {"source": context.source, "received_at": now, "object_id": ticket_id}
    # A webhook names nobody, a pull does: with a revision of its own what it says comes after.
    named = "n" if people else ""
    later: dict[str, Any] = {
        "revision": f"{rules.revision_of(touched)}{named}",
        "occurred_at": touched,
    }
    url = context.settings.get("url")
    tags = payload.tags(ticket.get("tags"))
    asked = people.get(requester)
    if payload.dig(asked, "suspended") is True:
        tags = (*(tags or ()), "blocked")
    state = Talk(
        ticket_id,
        url=f"{url.rstrip('/')}/agent/tickets/{ticket_id}" if url else None,
        channel=payload.text(ticket, "via", "channel") or None,
        subject=payload.text(ticket, "subject") or None,
        tags=tags,
        lang=payload.text(asked, "locale") or None,
        is_open=payload.text(ticket, "status").lower() not in _CLOSED,
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
            agent_at_time=agent,
        ),
    ]


def _text(comment: dict[str, Any]) -> str:
    return payload.text(comment, "plain_body") or payload.text(comment, "body")


def _person(kind: str, ext_id: str, found: Any) -> Actor:
    return Actor(kind, ext_id, payload.text(found, "name"), payload.person(found, "email"))


def _comment(
    one: dict[str, Any], ticket_id: str, who: Actor, public: bool, context: Context, at: Any
) -> Event:
    comment_id = payload.ident(one, "id")
    text = _text(one)
    kind = rules.NOTE if not public else rules.CUSTOMER if who.kind == "customer" else rules.AGENT
    return rules.event(
        source=context.source,
        kind=kind,
        object_id=comment_id,
        revision="1" if public else "2",  # a comment may be made private, never public again
        occurred_at=at,
        received_at=context.received_at,
        conversation=Talk(ticket_id),
        message=Words(comment_id, text, visibility="public" if public else "internal"),
        actor=who,
    )


def _rating(ticket: dict[str, Any], people: dict[str, Any], context: Context) -> list[Event]:
    """Good or bad, as Zendesk asks; 1 or 0 of 1. The agent is who has the ticket when it is rated."""
    given = payload.text(ticket, "satisfaction_rating", "score")
    if given not in ("good", "bad"):
        return []
    at = payload.moment(ticket, "updated_at", now=context.received_at)
    assignee = payload.ident(ticket, "assignee_id")
    agent = _person("agent", assignee, people.get(assignee))
    survey = ticket["satisfaction_rating"]
    return [
        rules.event(
            source=context.source,
            kind=rules.RATING,
            object_id=payload.ident(ticket, "id"),
            revision=payload.ident(survey, "id").rjust(20, "0"),
            occurred_at=at,
            received_at=context.received_at,
            conversation=Talk(payload.ident(ticket, "id")),
            agent_at_time=agent if assignee not in _NOBODY else None,
            rating=Score(
                1,
                float(given == "good"),
                payload.text(survey, "comment"),
                payload.ident(survey, "id"),
            ),
        )
    ]
