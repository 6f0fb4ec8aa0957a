"""One event, one key: what every connector makes of what a helpdesk says (CONNECTORS), and what follows for us.

An event's key is made from the object it is about, never from the delivery that brought it, so a webhook and a backfill
of the same thing collapse. The contract for a mapping: the same key always says the same.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, Final

from neoncard.encounters.news import ASSIGNEE, SERVED, News, Person
from neoncard.encounters.rules import Rated, Said
from neoncard.kit.fields import ID_MAX, TEXT_MAX, Rejected, Tally, cleaned, gettext_noop

VERSION: Final = 1
OPENED: Final = "conversation.opened"
CUSTOMER: Final = "message.customer"
AGENT: Final = "message.agent"
NOTE: Final = "note.internal"
ASSIGNED: Final = "assigned"
STATUS: Final = "status"
RATING: Final = "rating"
DELETED: Final = "deleted"
KINDS: Final = (OPENED, CUSTOMER, AGENT, NOTE, ASSIGNED, STATUS, RATING, DELETED)
MESSAGES: Final = frozenset({CUSTOMER, AGENT, NOTE})
ACTORS: Final = frozenset({"agent", "customer", "bot", "system"})
KEY_MAX: Final = 300

_RANK: Final = {OPENED: "0", STATUS: "1", ASSIGNED: "1", RATING: "1"}


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation an event belongs to. None: the event says nothing of it. `kind`: an `Encounter.Kind`.

    `ended_at` is for what has a length but no words, as a call. `whole`, in a `status` of a conversation that was asked
    for whole: the ids of all messages it has; what we hold beside them, from before `occurred_at`, was deleted there.
    """

    ext_id: str
    url: str | None = None
    channel: str | None = None
    subject: str | None = None
    tags: tuple[str, ...] | None = None
    lang: str | None = None
    is_open: bool | None = None
    kind: str = "conversation"
    ended_at: datetime | None = None
    whole: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A message. `text` is plain; `visibility` is public or internal."""

    ext_id: str
    text: str = ""
    html: str | None = None
    in_reply_to: str = ""
    quote_method: str = ""
    visibility: str = "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: agent, customer, bot or system. `email_hash`: kit.signing.person of their address."""

    kind: str
    ext_id: str = ""
    name: str = ""
    email_hash: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a customer rated."""

    scale_max: float
    score: float
    comment: str = ""
    survey_ext_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Event (v1), as CONNECTORS has it. Make one with `event`, which checks it and makes its key.

    `revision` is a text that sorts: of two revisions of an object the later is greater (`revision_of` makes one of a
    time). `actor`: who did it; in `conversation.opened` and `status`, the customer whose conversation it is.
    `agent_at_time`: in `assigned`, who has the conversation now; in `rating`, who had it when the survey went out, which
    stays even when the customer rates again.
    """

    key: str
    source_id: str
    kind: str
    revision: str
    occurred_at: datetime
    received_at: datetime
    conversation: Talk
    message: Words | None = None
    actor: Actor | None = None
    agent_at_time: Actor | None = None
    rating: Score | None = None
    raw_ref: int | None = None
    schema_version: int = VERSION


def event(
    *,
    source: str,
    kind: str,
    object_id: str,
    revision: str,
    occurred_at: datetime,
    received_at: datetime,
    conversation: Talk,
    message: Words | None = None,
    actor: Actor | None = None,
    agent_at_time: Actor | None = None,
    rating: Score | None = None,
) -> Event:
    """A checked event. Raises Rejected naming what is wrong, so that its row is parked with a reason."""
    if kind not in KINDS:
        raise Rejected(gettext_noop("kind: “%(kind)s” is none we know"), kind=str(kind)[:40])
    for name, value in (("conversation id", conversation.ext_id), ("object id", object_id)):
        if not value or len(value) > ID_MAX - 60:
            raise Rejected(gettext_noop("%(name)s: is missing or too long"), name=name)
    if kind in MESSAGES and (message is None or actor is None or not message.ext_id):
        raise Rejected(gettext_noop("message: has no id or no author"))
    if message is not None and len(message.text) > TEXT_MAX:
        message = replace(
            message, text=message.text[:TEXT_MAX]
        )  # the rest of the talk is worth having
    if actor is not None and actor.kind not in ACTORS:
        raise Rejected(gettext_noop("actor: “%(kind)s” is none we know"), kind=actor.kind[:40])
    if rating is not None and not (rating.scale_max > 0 and 0 <= rating.score <= rating.scale_max):
        raise Rejected(gettext_noop("rating.score: lies outside 0 and rating.scale_max"))
    if kind == RATING and rating is None:
        raise Rejected(gettext_noop("rating: is missing"))
    if occurred_at.tzinfo is None:
        raise Rejected(gettext_noop("occurred_at: has no time zone"))
    return Event(
        key=_key(f"{source}:{kind}:{object_id}:{revision}"),
        source_id=source,
        kind=kind,
        revision=revision,
        occurred_at=occurred_at,
        received_at=received_at,
        conversation=conversation,
        message=message,
        actor=actor,
        agent_at_time=agent_at_time,
        rating=rating,
    )


def _key(whole: str) -> str:
    """A key as the ledger keeps it: a long one ends in its digest, for its revision stands at its end."""
    if len(whole) <= KEY_MAX:
        return whole
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    return f"{whole[: KEY_MAX - len(digest) - 1]}:{digest}"


def revision_of(at: datetime) -> str:
    """A time as a revision: a text that sorts as times do."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def fold(events: Iterable[Event]) -> list[News]:
    """Events as news, one for each conversation; the order of the events does not matter."""
    found: dict[str, News] = {}
    for one in events:
        talk = one.conversation
        news = found.setdefault(talk.ext_id, News(talk.ext_id, kind=talk.kind))
        if talk.kind != "conversation":
            news.kind = talk.kind
        news.first_at = min(news.first_at or one.occurred_at, one.occurred_at)
        for actor in (one.actor, one.agent_at_time):
            if actor is not None and actor.kind == "agent" and (person := _person(actor)):
                _staff(news, person)
        _tell(news, one)
    return list(found.values())


def _staff(news: News, person: Person) -> None:
    """Remember one of us as named best: not everything that names an id tells a name or an address."""
    before = news.staff.get(person.ext_id, person)
    news.staff[person.ext_id] = Person(
        person.ext_id, person.name or before.name, person.person or before.person
    )


def _tell(news: News, one: Event) -> None:
    if one.kind == DELETED:
        if one.message is not None:
            news.gone.add(one.message.ext_id)
        else:
            news.erased = True
        return
    if one.kind in MESSAGES:
        _tell_message(news, one)
        return
    stamp = f"{one.revision}.{_RANK[one.kind]}"[:80]
    _tell_head(news, one, stamp)
    if one.kind == ASSIGNED:
        news.tell(stamp, ASSIGNEE, _person(one.agent_at_time))
    if one.kind == RATING and one.rating is not None:
        score = one.rating
        news.tell(stamp, "rating", Rated(score.score, score.scale_max, score.comment))
        if one.agent_at_time is not None and one.agent_at_time.ext_id:
            news.tell(stamp, SERVED, _person(one.agent_at_time))


def _tell_head(news: News, one: Event, stamp: str) -> None:
    talk = one.conversation
    if talk.whole is not None and (news.whole is None or news.whole[0] <= one.occurred_at):
        news.whole = (one.occurred_at, frozenset(talk.whole))
    if one.kind == OPENED:
        news.tell(stamp, "opened", one.occurred_at)
        if talk.is_open is None:
            news.tell(stamp, "is_open", talk.ended_at is None)
    customer = one.actor if one.actor is not None and one.actor.kind == "customer" else None
    if one.kind in (OPENED, STATUS) and (person := _person(customer)):
        news.tell(f"1{stamp}"[:80], "customer", person)
    said: Mapping[str, Any] = {
        "url": talk.url,
        "channel": talk.channel,
        "subject": talk.subject,
        "tags": None if talk.tags is None else list(talk.tags),
        "lang": talk.lang,
        "is_open": talk.is_open,
        "ended": talk.ended_at,
    }
    for name, value in said.items():
        if value is not None:
            news.tell(stamp, name, _tidy(name, value))


_MOST: Final = {"channel": 40, "subject": 300, "lang": 12}


def _tidy(name: str, value: Any) -> Any:
    if name == "url":
        return value[:500] if value.startswith(("https://", "http://")) else ""
    if name == "tags":
        tags = dict.fromkeys(cleaned(str(tag), Tally()).strip()[:60] for tag in value)
        return [tag for tag in tags if tag][:50]
    return cleaned(value, Tally()).strip()[: _MOST[name]] if name in _MOST else value


def _tell_message(news: News, one: Event) -> None:
    words, actor = one.message, one.actor
    if words is None or actor is None:
        return
    author = _author(one.kind, words, actor)
    said = Said(
        ext_id=words.ext_id[:ID_MAX],
        author=author,
        author_id=actor.ext_id,
        author_name=cleaned(actor.name, Tally()).strip()[:120],
        at=one.occurred_at,
        text=cleaned(words.text, Tally()),
    )
    news.say(one.revision[:80], said)
    if author == "customer" and actor.ext_id:
        # Less than what an opening says: somebody in copy does not take the conversation over.
        news.tell(f"0{revision_of(one.occurred_at)}{words.ext_id}"[:80], "customer", _person(actor))


def _author(kind: str, words: Words, actor: Actor) -> str:
    """Internal notes, bots and auto-replies are never anybody's kindness."""
    if kind == NOTE or words.visibility == "internal":
        return "note"
    if actor.kind in ("bot", "system"):
        return "bot"
    return "customer" if kind == CUSTOMER else "agent"


def _person(actor: Actor | None) -> Person | None:
    if actor is None or not actor.ext_id:
        return None
    name = cleaned(actor.name, Tally()).strip()[:120]
    return Person(actor.ext_id[:ID_MAX], name, actor.email_hash)


_TAG: Final = re.compile(r"<[^<>]*>")


class _Plain(HTMLParser):
    """The words of an html message, with a line break where a block ends; scripts, styles and quotes are left out."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "pre", "ul", "ol"})
    SKIPPED = frozenset({"script", "style", "head", "title", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._deep = 0

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![if …]>` as Outlook writes it; any other is skipped like a comment, as browsers do."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        if tag in self.SKIPPED:
            self._deep += 1
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        if tag in self.SKIPPED and self._deep:
            self._deep -= 1
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._deep:
            self.parts.append(data)


def plain(text: str) -> str:
    """The plain words of an html message; quoted mail is left out. Raises for no text there is."""
    parser = _Plain()
    try:
        parser.feed(text)
        parser.close()
        words = "".join(parser.parts)
    except (
        AssertionError,
        ValueError,
        RecursionError,
    ):  # what the standard library makes of some broken html
        words = html.unescape(_TAG.sub(" ", text))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
