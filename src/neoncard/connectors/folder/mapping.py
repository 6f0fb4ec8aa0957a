"""A line of a dropped file as events: a whole conversation (docs/import.md), or one message by the saved mapping."""

from __future__ import annotations

from typing import Any

from neoncard.connectors import mapping, rules, sheets
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Score, Talk, Words
from neoncard.encounters.rules import Conversation, Notes, Said, conversation


def events(found: Any, context: Context) -> list[Event]:
    """A line's events. A conversation that is exported again later says everything anew, and the later one holds."""
    sheets.readable(found)
    if isinstance(found, dict) and isinstance(found.get("messages"), list):
        whole = conversation(found, row=1, now=context.received_at, notes=Notes())
        return _whole(whole, context)
    return mapping.events(found, context)


def _whole(one: Conversation, context: Context) -> list[Event]:
    revision = rules.revision_of(context.received_at)
    base: dict[str, Any] = {
        "source": context.source,
        "received_at": context.received_at,
        "revision": revision,
    }
    first = one.messages[0].at
    talk = Talk(
        one.ext_id,
        url=one.url or None,
        channel=one.channel or None,
        subject=one.subject or None,
        tags=one.tags,
        lang=one.lang or None,
        is_open=one.is_open,
    )
    customer = Actor("customer", one.customer_id, one.customer_name) if one.customer_id else None
    head: dict[str, Any] = {"object_id": one.ext_id, "occurred_at": first}
    made = [rules.event(**base, **head, kind=rules.OPENED, conversation=talk, actor=customer)]
    if one.agent_id:
        made.append(
            rules.event(
                **base,
                **head,
                kind=rules.ASSIGNED,
                conversation=Talk(one.ext_id),
                agent_at_time=Actor("agent", one.agent_id, one.agent_name),
            )
        )
    made += [_message(said, one.ext_id, base) for said in one.messages]
    if one.rating:
        rated = one.rating
        made.append(
            rules.event(
                **base,
                **head,
                kind=rules.RATING,
                conversation=Talk(one.ext_id),
                rating=Score(rated.best, rated.score, rated.comment),
            )
        )
    return made


_KINDS = {
    "customer": (rules.CUSTOMER, "customer"),
    "agent": (rules.AGENT, "agent"),
    "note": (rules.NOTE, "agent"),
}


def _message(said: Said, talk_id: str, base: dict[str, Any]) -> Event:
    kind, actor = _KINDS.get(said.author, (rules.AGENT, "bot"))
    return rules.event(
        **base,
        kind=kind,
        object_id=f"{talk_id}/{said.ext_id}",
        occurred_at=said.at,
        conversation=Talk(talk_id),
        message=Words(said.ext_id, said.text),
        actor=Actor(actor, said.author_id, said.author_name),
    )
