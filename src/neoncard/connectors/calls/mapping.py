"""A call record as events; where in it things stand, the connector's mapping says (PATHS, unless it does)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from neoncard.connectors import mapping, payload, rules, sheets, times
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Talk
from neoncard.kit.fields import Rejected, gettext_noop

LONGEST: Final = 86_400
PATHS: Final[dict[str, str]] = {
    name: name
    for name in (
        *("id", "start", "duration", "agent", "agent_name", "queue", "disposition"),
        *("customer", "customer_name"),
    )
}


def events(found: Any, context: Context) -> list[Event]:
    """A call as an encounter: opened, ended, whose. Raises Rejected naming the column."""
    sheets.readable(found)
    told = payload.need(found, "record")
    paths = {**PATHS, **context.settings.get("mapping", {})}
    record = {name: mapping.at(told, paths[name]) for name in PATHS}
    call_id = payload.ident(record, "id")
    if not call_id:
        raise Rejected(
            gettext_noop("%(path)s: is missing; every call needs an id of its own"),
            path=paths["id"] or "id",
        )
    name = paths["start"] or "start"
    start = times.moment(record["start"], context.settings, context.received_at, name)
    end = start + timedelta(seconds=_duration(record.get("duration")))
    tags = tuple(
        value for name in ("queue", "disposition") if (value := payload.text(record, name).strip())
    )
    caller = payload.ident(record, "customer")
    agent = payload.ident(record, "agent")
    base: dict[str, Any] = {
        "source": context.source,
        "received_at": context.received_at,
        "object_id": call_id,
    }
    talk = Talk(call_id, channel="phone", tags=tags, is_open=False, kind="call", ended_at=end)
    # A record is said once, when the call is over; said anew with another end it is a later revision.
    revision = rules.revision_of(end)
    customer = Actor("customer", caller, payload.text(record, "customer_name")) if caller else None
    made = [
        rules.event(
            **base,
            kind=rules.OPENED,
            revision=revision,
            occurred_at=start,
            conversation=talk,
            actor=customer,
        )
    ]
    if agent:
        made.append(
            rules.event(
                **base,
                kind=rules.ASSIGNED,
                revision=revision,
                occurred_at=end,
                conversation=Talk(call_id, kind="call"),
                agent_at_time=Actor("agent", agent, payload.text(record, "agent_name")),
            )
        )
    return made


def _duration(value: Any) -> float:
    """Seconds, or h:mm:ss, or mm:ss."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST:
        return float(value)
    if isinstance(value, str):
        parts = value.strip().split(":")
        if len(parts) <= 3 and all(part.replace(".", "", 1).isdigit() for part in parts):
            seconds: float = sum(float(part) * 60**at for at, part in enumerate(reversed(parts)))
            if seconds <= LONGEST:
                return seconds
    raise Rejected(gettext_noop("duration: takes seconds, or h:mm:ss, up to a day"))
