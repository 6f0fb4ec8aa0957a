"""What a conversation is when it comes in from outside: one JSON object, checked field by field.

The format (docs/import.md) is `{"id", "channel", "subject", "tags", "customer": {"id", "name"}, "agent": {"id",
"name"}, "messages": [{"id", "author", "author_id", "author_name", "at", "text"}], "rating": {"score", "of",
"comment"}}`, and, where known, `url`, `lang` and `open`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

from neoncard.kit.fields import (
    Fields,
    Reason,
    Rejected,
    Tally,
    as_object,
    cleaned,
    gettext_noop,
)

CUSTOMER: Final = "customer"
AGENT: Final = "agent"
UNKNOWN: Final = "unknown"
AUTHORS: Final = frozenset({CUSTOMER, AGENT, "bot", "note"})
MESSAGES_MAX: Final = 20_000
VERSIONS: Final = 3
UNSETTLED: Final = "!"
_DIGEST: Final = 16

_ROW_KEYS = frozenset(
    {
        *("id", "channel", "subject", "tags", "customer", "agent", "messages", "rating"),
        *("url", "lang", "open"),
    }
)
_MESSAGE_KEYS = frozenset({"id", "author", "author_id", "author_name", "at", "text"})


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it came in. `author` is one of AUTHORS or UNKNOWN; an unknown author_id is ""."""

    ext_id: str
    author: str
    author_id: str
    author_name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating as it came in: `score` of `best`."""

    score: float
    best: float
    comment: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as it came in, its messages in order of time. Unknown ids are ""."""

    ext_id: str
    messages: tuple[Said, ...]
    channel: str = ""
    subject: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    url: str = ""
    is_open: bool = False
    customer_id: str = ""
    customer_name: str = ""
    agent_id: str = ""
    agent_name: str = ""
    rating: Rated | None = None
    digest: str = ""


@dataclass(slots=True)
class Notes(Tally):
    """What was noticed while reading, to be said once a file rather than once a row."""

    unknown_keys: set[str] = field(default_factory=set)
    strangers: dict[str, int] = field(default_factory=dict)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    repeated_count: int = 0

    def see_keys(self, found: Iterable[str]) -> None:
        """Remember up to twenty keys that mean nothing to us."""
        for key in found:
            if len(self.unknown_keys) < 20:
                self.unknown_keys.add(cleaned(key[:40], Tally()))

    def see_stranger(self, author: object) -> None:
        """Count a message whose author is none of the four."""
        name = cleaned(author[:40], Tally()) if isinstance(author, str) else ""
        if name in self.strangers or len(self.strangers) < 20:
            self.strangers[name] = self.strangers.get(name, 0) + 1

    def see_repeated(self, row: int, message: str) -> None:
        """Remember a message id that stands twice in one conversation."""
        self.repeated_count += 1
        if len(self.repeated) < 20:
            self.repeated.append((row, message))


def read_row(data: bytes, *, row: int, now: datetime, notes: Notes) -> Conversation | None:
    """One line of a file as a conversation; None for a blank line.

    Raises Rejected with the field and the mend, and nothing else, whatever the bytes.
    """
    if not data.strip():
        return None
    try:
        found = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Rejected(
            gettext_noop("not UTF-8 at byte %(byte)s: save the file as UTF-8"), byte=error.start + 1
        ) from None
    except RecursionError:
        raise Rejected(gettext_noop("nested too deeply to be a conversation")) from None
    except ValueError as error:
        raise Rejected(
            gettext_noop("not JSON (character %(at)s): put one whole conversation on each line"),
            at=getattr(error, "colno", 1),
        ) from None
    return conversation(found, row=row, now=now, notes=notes, clean=b"\\u" not in data)


def whole_file(data: bytes) -> Reason | None:
    """Why a file whose first row is `data` is not one conversation a line at all; None when it may be."""
    start = data.strip()
    if start.startswith(b"["):
        return Reason(
            gettext_noop(
                "this is one JSON array; put one conversation a line "
                "(jq -c '.[]' FILE > FILE.jsonl does it), then import that file"
            )
        )
    if start == b"{":
        return Reason(
            gettext_noop(
                "this is JSON spread over several lines; put one conversation a line "
                "(jq -c . FILE > FILE.jsonl does it), then import that file"
            )
        )
    return None


def conversation(
    found: object, *, row: int, now: datetime, notes: Notes, clean: bool = False
) -> Conversation:
    """A decoded JSON value as a conversation. `clean`: its strings hold no NUL and no half surrogate.

    Raises Rejected naming the field and the mend.
    """
    if not isinstance(found, dict):
        raise Rejected(
            gettext_noop("a row is one conversation in braces; this is a %(kind)s"),
            kind=type(found).__name__,
        )
    if strange := found.keys() - _ROW_KEYS:
        notes.see_keys(sorted(strange))
    fields = Fields(found, notes, clean)
    ext_id = fields.ident("id")
    if not ext_id:
        raise Rejected(gettext_noop("id: is missing; every conversation needs one of its own"))
    customer, agent = fields.inner("customer"), fields.inner("agent")
    url = fields.short("url", 500)
    return _with_digest(
        Conversation(
            ext_id=ext_id,
            messages=_messages(fields, row, now, notes),
            channel=fields.short("channel", 40),
            subject=fields.short("subject", 300),
            tags=_tags(fields),
            lang=fields.short("lang", 12),
            url=url if url.startswith(("https://", "http://")) else "",
            is_open=found.get("open") is True,
            customer_id=customer.ident("id"),
            customer_name=customer.short("name", 120),
            agent_id=agent.ident("id"),
            agent_name=agent.short("name", 120),
            rating=_rating(fields.inner("rating")),
        )
    )


def _messages(fields: Fields, row: int, now: datetime, notes: Notes) -> tuple[Said, ...]:
    found = fields.found.get("messages")
    if not isinstance(found, list) or not found:
        raise Rejected(
            gettext_noop("messages: takes a list of at least one message, each with its time")
        )
    if len(found) > MESSAGES_MAX:
        raise Rejected(
            gettext_noop("messages: %(many)s of them; at most %(most)s make one conversation"),
            many=len(found),
            most=MESSAGES_MAX,
        )
    taken: dict[str, Said] = {}
    for index, one in enumerate(found):
        where = f"messages[{index}]"
        inner = Fields(as_object(one, where), notes, fields.clean, f"{where}.")
        said = _said(inner, index, now, notes)
        if said.ext_id in taken:
            notes.see_repeated(row, said.ext_id)
        taken[said.ext_id] = said
    return tuple(sorted(taken.values(), key=lambda said: said.at))


def _said(fields: Fields, index: int, now: datetime, notes: Notes) -> Said:
    if strange := fields.found.keys() - _MESSAGE_KEYS:
        notes.see_keys(sorted(f"messages[].{key}" for key in strange))
    author = fields.found.get("author")
    if not isinstance(author, str) or author not in AUTHORS:
        notes.see_stranger(author)
        author = UNKNOWN
    return Said(
        ext_id=fields.ident("id") or f"#{index + 1}",
        author=author,
        author_id=fields.ident("author_id"),
        author_name=fields.short("author_name", 120),
        at=fields.moment("at", now),
        text=fields.text("text"),
    )


def _tags(fields: Fields) -> tuple[str, ...]:
    found = fields.found.get("tags")
    if found is None:
        return ()
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
        raise Rejected(gettext_noop("tags: takes a list of words"))
    tags = (cleaned(tag, fields.tally).strip()[:60] for tag in found)
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:50]


def _rating(fields: Fields) -> Rated | None:
    if not fields.found:
        return None
    score, best = fields.number("score"), fields.number("of")
    if not 0 <= score <= best or not best:
        raise Rejected(gettext_noop("rating.score: lies outside 0 and rating.of"))
    return Rated(score, best, fields.text("comment"))


def _with_digest(taken: Conversation) -> Conversation:
    """The same conversation with the digest of all that we keep of it."""
    head = (
        *(taken.ext_id, taken.channel, taken.subject, *taken.tags, "", taken.lang, taken.url),
        *("open" if taken.is_open else "", taken.customer_id, taken.customer_name),
        *(taken.agent_id, taken.agent_name, repr(taken.rating)),
    )
    digest = blake2b("\x1f".join(head).encode(), digest_size=_DIGEST // 2)
    for said in taken.messages:
        row = (said.ext_id, said.author, said.author_id, said.author_name, str(said.at.timestamp()))
        digest.update("\x1f".join((*row, said.text, "\x1e")).encode())
    return replace(taken, digest=digest.hexdigest())


def known_version(digest: str, stored: str) -> bool:
    """Whether a row with `digest` is one of the last three versions of its conversation that we took whole."""
    if not digest or stored.startswith(UNSETTLED):
        return False
    return any(stored[at : at + _DIGEST] == digest for at in range(0, len(stored), _DIGEST))


def unsettled(stored: str) -> str:
    """What to store while a version is being written, so that a crash in the middle is seen and mended."""
    return UNSETTLED + stored.removeprefix(UNSETTLED)


def next_versions(digest: str, stored: str) -> str:
    """What to store once a version has been taken whole: the newest first, three at most."""
    older = stored.removeprefix(UNSETTLED)
    kept = [older[at : at + _DIGEST] for at in range(0, len(older), _DIGEST)]
    return "".join([digest, *(one for one in kept if one != digest)][:VERSIONS])
