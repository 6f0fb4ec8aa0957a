"""What Chatwoot says, as events: account webhooks, and the pages of our own pull (`{"pulled": …}`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from neoncard.connectors import payload, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Score, Talk, Words

_IN, _OUT, _ACTIVITY, _TEMPLATE = "incoming", "outgoing", "activity", "template"
_TYPES = {0: _IN, 1: _OUT, 2: _ACTIVITY, 3: _TEMPLATE}
_TOLD = frozenset({"conversation_created", "conversation_status_changed", "conversation_updated"})


def events(found: Any, context: Context) -> list[Event]:
    """A webhook or pulled page as events; none for what is not about a conversation (contacts, typing)."""
    body = payload.need(found, "body")
    if "surveys" in body:
        return [rating for one in payload.rows(body, "surveys") for rating in survey(one, context)]
    if (pulled := body.get("pulled")) is not None:
        made = conversation(payload.need(pulled, "pulled"), context)
        talk_id = payload.ident(pulled, "id")
        for one in payload.rows(body, "messages"):
            made += message(one, talk_id, context)
        return made
    kind = body.get("event")
    if kind in ("message_created", "message_updated"):
        talk = payload.need(body.get("conversation"), "conversation")
        made = conversation(talk, context) if talk.get("created_at") else []
        return made + message(body, payload.ident(talk, "id"), context)
    return conversation(body, context) if kind in _TOLD else []


def conversation(talk: dict[str, Any], context: Context) -> list[Event]:
    """A conversation's opening, state and assignee."""
    now, talk_id = context.received_at, payload.ident(talk, "id")
    opened = payload.moment(talk, "created_at", now=now)
    touched = payload.maybe_moment(talk, "updated_at", now=now) or opened
    contact = payload.dig(talk, "meta", "sender")
    customer = _customer(contact)
    labels = payload.tags(talk.get("labels"))
    if payload.dig(contact, "blocked") is True:
        labels = (*(labels or ()), "blocked")
    channel = payload.text(talk, "channel") or payload.text(talk, "meta", "channel")
    base: dict[str, Any] = {"source": context.source, "received_at": now, "object_id": talk_id}
    state = Talk(
        talk_id,
        channel=channel.removeprefix("Channel::").lower() or None,
        subject=payload.text(talk, "additional_attributes", "mail_subject") or None,
        tags=labels,
        lang=payload.text(talk, "additional_attributes", "conversation_language") or None,
        is_open=payload.text(talk, "status") != "resolved",
        url=_url(context, talk_id),
    )
    revision = rules.revision_of(touched)
    made = [
        rules.event(
            **base,
            kind=rules.OPENED,
            revision=rules.revision_of(opened),
            occurred_at=opened,
            conversation=Talk(talk_id),
            actor=customer,
        ),
        rules.event(
            **base,
            kind=rules.STATUS,
            revision=revision,
            occurred_at=touched,
            conversation=state,
            actor=customer,
        ),
    ]
    if "assignee" in (talk.get("meta") or {}):
        agent = payload.dig(talk, "meta", "assignee")
        made.append(
            rules.event(
                **base,
                kind=rules.ASSIGNED,
                revision=revision,
                occurred_at=touched,
                conversation=Talk(talk_id),
                agent_at_time=_agent(agent) if agent else None,
            )
        )
    return made


def message(one: dict[str, Any], talk_id: str, context: Context) -> list[Event]:
    """One message; none for an activity line ("assigned to …")."""
    kind = one.get("message_type")
    kind = _TYPES.get(kind, "") if isinstance(kind, int) else kind
    if kind == _ACTIVITY:
        return []
    now, message_id = context.received_at, payload.ident(one, "id")
    at = payload.moment(one, "created_at", now=now)
    revision = _revision(one, at, now)
    base: dict[str, Any] = {
        "source": context.source,
        "received_at": now,
        "occurred_at": at,
        "revision": revision,
        "object_id": message_id,
        "conversation": Talk(talk_id),
    }
    if payload.dig(one, "content_attributes", "deleted"):
        return [rules.event(**base, kind=rules.DELETED, message=Words(message_id))]
    sender = one.get("sender") if isinstance(one.get("sender"), dict) else None
    private = one.get("private") is True
    words = Words(
        message_id, payload.text(one, "content"), visibility="internal" if private else "public"
    )
    name = rules.CUSTOMER if kind == _IN else rules.NOTE if private else rules.AGENT
    return [rules.event(**base, kind=name, message=words, actor=_author(kind, sender, one))]


def _author(kind: str | None, sender: dict[str, Any] | None, one: dict[str, Any]) -> Actor:
    if kind == _IN:
        return _customer(sender)
    automatic = payload.dig(one, "content_attributes", "automation_rule_id")
    if kind == _TEMPLATE or sender is None or sender.get("type") not in (None, "user") or automatic:
        return Actor("bot", "", payload.text(sender, "name"))
    return _agent(sender)


def survey(one: dict[str, Any], context: Context) -> list[Event]:
    """One answer to the satisfaction survey; its agent is who had the conversation when it was sent."""
    at = payload.moment(one, "created_at", now=context.received_at)
    score = one.get("rating")
    if not isinstance(score, int) or isinstance(score, bool):
        return []
    agent = one.get("assigned_agent")
    return [
        rules.event(
            source=context.source,
            kind=rules.RATING,
            object_id=payload.ident(one, "conversation_id"),
            revision=rules.revision_of(at),
            occurred_at=at,
            received_at=context.received_at,
            conversation=Talk(payload.ident(one, "conversation_id")),
            agent_at_time=_agent(agent) if isinstance(agent, dict) else None,
            rating=Score(5, score, payload.text(one, "feedback_message"), payload.ident(one, "id")),
        )
    ]


def _agent(found: dict[str, Any]) -> Actor:
    return _person("agent", found)


def _customer(found: dict[str, Any] | None) -> Actor:
    return _person("customer", found)


def _person(kind: str, found: dict[str, Any] | None) -> Actor:
    name, address = payload.text(found, "name"), payload.person(found, "email")
    return Actor(kind, payload.ident(found, "id"), name, address)


def _revision(one: dict[str, Any], at: datetime, now: datetime) -> str:
    touched = payload.maybe_moment(one, "updated_at", now=now)
    return rules.revision_of(max(at, touched) if touched else at)


def _url(context: Context, talk_id: str) -> str | None:
    base, account = context.settings.get("url"), context.settings.get("account")
    return f"{base.rstrip('/')}/app/accounts/{account}/conversations/{talk_id}" if base else None
