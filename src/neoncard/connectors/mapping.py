"""A mapping an admin writes down: for each field of an event, where in the payload it stands.

A path is names with dots between, list places as numbers: `data.ticket.id`, `comments.0.body`. A name with dots of its own
counts first, or stands in quotes: `Ticket.ID`, `"Ticket.ID".no`. What begins with = is no path but always that: `=5`. An author or kind is told
by comparing what stands there with words the admin lists. The defaults are the format of docs/connectors/webhook.md, so
that a sender that writes it needs no mapping at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from neoncard.connectors import rules, times
from neoncard.connectors.frame import Context
from neoncard.connectors.rules import Actor, Event, Score, Talk, Words
from neoncard.kit.fields import Fields, Rejected, Tally, gettext_noop

T = TypeVar("T")
_NUMBER: Final = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?", re.ASCII)
_STEP: Final = re.compile(r'"([^"]*)"|([^."]+)')

PATHS: Final[dict[str, str]] = {
    "type": "type",
    "conversation": "conversation.id",
    "subject": "conversation.subject",
    "channel": "conversation.channel",
    "tags": "conversation.tags",
    "lang": "conversation.lang",
    "url": "conversation.url",
    "status": "conversation.status",
    "message": "message.id",
    "text": "message.text",
    "html": "message.html",
    "visibility": "message.visibility",
    "author": "actor.kind",
    "author_id": "actor.id",
    "author_name": "actor.name",
    "customer_id": "customer.id",
    "customer_name": "customer.name",
    "agent_id": "agent.id",
    "agent_name": "agent.name",
    "score": "rating.score",
    "best": "rating.of",
    "comment": "rating.comment",
    "at": "at",
    "revision": "revision",
}
WORDS: Final[dict[str, str]] = {
    "customer_words": "customer, contact, end-user, user, incoming",
    "agent_words": "agent, staff, outgoing",
    "bot_words": "bot, system, auto",
    "internal_words": "internal, private, note, true",
    "closed_words": "closed, resolved, solved",
}
"""Which words say what, apart by commas; compared without case."""


def at(found: Any, path: str) -> Any:
    """What stands at a path; None when nothing does."""
    if path.startswith("="):
        return path[1:].strip()
    if isinstance(found, dict) and path in found:
        return found[path]
    for name in (quoted or plain for quoted, plain in _STEP.findall(path)):
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found if path else None


class _Payload:
    """One payload, read through a mapping."""

    def __init__(self, found: Any, settings: Mapping[str, Any], now: datetime) -> None:
        mapping, self.settings = settings.get("mapping", {}), settings
        self.paths = {name: mapping.get(name, default) for name, default in PATHS.items()}
        self.words = {
            name: {word.strip().lower() for word in mapping.get(name, default).split(",")} - {""}
            for name, default in WORDS.items()
        }
        values = {name: at(found, path) for name, path in self.paths.items()}
        self.fields = Fields(values, Tally(), False)
        self.values = values
        self.now = now

    def ident(self, name: str) -> str:
        """An id; "" when there is none."""
        return self._named(name, lambda: self.fields.ident(name))

    def text(self, name: str) -> str:
        """A text; "" when there is none."""
        return self._named(name, lambda: self.fields.text(name))

    def moment(self, name: str) -> datetime:
        """A time (times.moment)."""
        path = self.paths[name] or name
        return times.moment(self.values[name], self.settings, self.now, path)

    def number(self, name: str) -> float:
        """A number; a table's cells are texts."""
        said = self.values[name]
        if isinstance(said, str) and _NUMBER.fullmatch(said.strip()):
            self.values[name] = float(said.strip().replace(",", "."))
        return self._named(name, lambda: self.fields.number(name))

    def says(self, name: str, words: str) -> bool:
        """Whether one of the listed words stands there."""
        value = self.values[name]
        said = str(value).strip().lower() if value is not None else ""
        return said in self.words[words]

    def maybe(self, name: str) -> str | None:
        """A text; None when nothing stands there."""
        return self.text(name) if self.values[name] is not None else None

    def _named(self, name: str, read: Callable[[], T]) -> T:
        """Read a field; a refusal names its path in the payload, which is what the admin knows."""
        try:
            return read()
        except Rejected as rejected:
            values = {**rejected.reason.values, "field": self.paths[name] or name}
            raise Rejected(rejected.reason.text, **values) from None


def events(found: Any, context: Context) -> list[Event]:
    """A payload's events by the mapping in the connector's settings. Raises Rejected naming path and mend."""
    if not isinstance(found, dict):
        raise Rejected(gettext_noop("a payload is one object in braces"))
    payload = _Payload(found, context.settings, context.received_at)
    talk_id = payload.ident("conversation")
    if not talk_id:
        raise Rejected(
            gettext_noop("%(path)s: no conversation's id stands there; mend the mapping"),
            path=payload.paths["conversation"],
        )
    kind = payload.ident("type")
    when = payload.moment("at")
    revision = payload.ident("revision")
    common: dict[str, Any] = {
        "source": context.source,
        "occurred_at": when,
        "received_at": context.received_at,
        "revision": revision.rjust(20, "0") if revision.isdecimal() else revision,
    }
    common["revision"] = common["revision"] or rules.revision_of(when)
    if kind == rules.DELETED:
        gone = payload.ident("message")
        return [
            rules.event(
                **common,
                kind=kind,
                object_id=f"{talk_id}/{gone}",
                conversation=Talk(talk_id),
                message=Words(gone) if gone else None,
            )
        ]
    talk = _talk(payload, talk_id)
    made = [*_head(payload, kind, talk, common), *_message(payload, talk_id, common)]
    made += _rating(payload, talk_id, common)
    if not made:
        raise Rejected(gettext_noop("no message, status, assignment or rating stands in it"))
    return made


def _talk(payload: _Payload, talk_id: str) -> Talk:
    tags = payload.values["tags"]
    if isinstance(tags, str):
        tags = tags.split(",")
    status = payload.values["status"]
    return Talk(
        talk_id,
        url=payload.maybe("url"),
        channel=payload.maybe("channel"),
        subject=payload.maybe("subject"),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else None,
        lang=payload.maybe("lang"),
        is_open=None if status is None else not payload.says("status", "closed_words"),
    )


def _head(payload: _Payload, kind: str, talk: Talk, common: dict[str, Any]) -> list[Event]:
    """What is said of the conversation itself."""
    made = []
    who = payload.ident("customer_id")
    customer = Actor("customer", who, payload.text("customer_name")) if who else None
    said = any(
        value is not None
        for value in (talk.url, talk.channel, talk.subject, talk.tags, talk.lang, talk.is_open)
    )
    if kind == rules.OPENED:
        opened = rules.event(
            **common, kind=kind, object_id=talk.ext_id, conversation=talk, actor=customer
        )
        made.append(opened)
    elif said:
        status = rules.event(
            **common, kind=rules.STATUS, object_id=talk.ext_id, conversation=talk, actor=customer
        )
        made.append(status)
    agent = payload.ident("agent_id")
    if agent or kind == rules.ASSIGNED:
        made.append(
            rules.event(
                **common,
                kind=rules.ASSIGNED,
                object_id=talk.ext_id,
                conversation=Talk(talk.ext_id),
                agent_at_time=Actor("agent", agent, payload.text("agent_name")) if agent else None,
            )
        )
    return made


def _message(payload: _Payload, talk_id: str, common: dict[str, Any]) -> list[Event]:
    message = payload.ident("message")
    html = payload.text("html")
    text = payload.text("text") or (rules.plain(html) if html else "")
    if not message and not text:
        return []
    if not message:
        raise Rejected(
            gettext_noop("%(path)s: no message's id stands there; mend the mapping"),
            path=payload.paths["message"],
        )
    internal = payload.says("visibility", "internal_words")
    kind, author = _author(payload)
    return [
        rules.event(
            **common,
            kind=rules.NOTE if internal else kind,
            object_id=f"{talk_id}/{message}",
            conversation=Talk(talk_id),
            message=Words(message, text, visibility="internal" if internal else "public"),
            actor=Actor(author, payload.ident("author_id"), payload.text("author_name")),
        )
    ]


def _author(payload: _Payload) -> tuple[str, str]:
    if payload.says("author", "customer_words"):
        return rules.CUSTOMER, "customer"
    if payload.says("author", "agent_words"):
        return rules.AGENT, "agent"
    if payload.says("author", "bot_words"):
        return rules.AGENT, "bot"
    raise Rejected(
        gettext_noop("%(path)s: “%(said)s” is no author we know; add the word to the mapping"),
        path=payload.paths["author"],
        said=str(payload.values["author"])[:40],
    )


def _rating(payload: _Payload, talk_id: str, common: dict[str, Any]) -> list[Event]:
    if payload.values["score"] is None:
        return []
    score = payload.number("score")
    best = payload.number("best")
    agent = payload.ident("agent_id")
    return [
        rules.event(
            **common,
            kind=rules.RATING,
            object_id=talk_id,
            conversation=Talk(talk_id),
            agent_at_time=Actor("agent", agent, payload.text("agent_name")) if agent else None,
            rating=Score(best, score, payload.text("comment")),
        )
    ]
