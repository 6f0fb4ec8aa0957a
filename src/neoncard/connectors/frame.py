"""What a connector is: one folder here with what it says of itself, found by listing the package.

`connectors/<kind>/__init__.py` holds `KIND`, a `Kind`. Beside it lie its mapping (pure), its pull, its settings form and
captured payloads; `docs/connectors/<kind>.md` is its page. Nothing else needs to know that it is there.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from django import forms

from neoncard import connectors
from neoncard.connectors.rules import Event
from neoncard.connectors.signatures import Verifier
from neoncard.kit import outbound

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OVERLAP = timedelta(minutes=2)
"""How far a pull reaches back behind the last one: what was committed late over there is still seen."""


class TroubleError(Exception):
    """Another system did not do as asked. The words say what is wrong and what to do; they may be shown."""


class UnsureError(TroubleError):
    """The same, but it may have been done all the same: asked again, it might be done twice."""


class GoneError(TroubleError):
    """There is nothing to put words on any more, and never will be: nobody has to look at it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a mapping may know beside the payload."""

    source: str
    received_at: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pull: raw bodies, where to go on, and how far this pull is (`total` None: unknown), in whatever it
    counts: mails, or the seconds of the past it has been through (`covered`).

    `more`: others follow, and `cursor` goes on right behind this one, further on than where this pull began: it may be
    broken off here, again and again, and comes to its end all the same.
    """

    bodies: list[bytes]
    cursor: dict[str, Any]
    done: int = 0
    total: int | None = None
    more: bool = False


class Fetch(Protocol):
    """Asks another server; as `kit.outbound.fetch`."""

    def __call__(self, method: str, url: str, **options: Any) -> outbound.Answer:
        """The answer. Raises outbound.OutboundError."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a pull or a test may use: settings with secrets in them, when it is, and the one way out.

    `still` is called now and then by who works without `fetch`: it says that the pull goes on.
    """

    settings: Mapping[str, Any]
    now: datetime
    fetch: Fetch = outbound.fetch
    still: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Telling:
    """Words for one conversation over there. `public`: to its customer; else a private note for who works on it.

    `answers` is the id of the customer's last message in it.
    """

    talk: str
    text: str
    public: bool = False
    subject: str = ""
    answers: str = ""


Mapped = Callable[[Any, Context], list[Event]]
"""A decoded JSON body as events. Pure; raises Rejected (kit.fields) naming the field and the mend."""
Pull = Callable[[dict[str, Any], Asking], Iterator[Page]]
"""Everything since a cursor ({}: from the beginning), page by page. Raises TroubleError."""
Test = Callable[[Asking], str]
"""Try the settings; what was found, in a sentence. Raises TroubleError saying exactly what is wrong."""
Watch = Callable[[Asking, threading.Event], Iterator[None]]
"""Yields whenever something may have come in, until the event is set. Raises TroubleError when it can't go on."""


Tell = Callable[[Asking, Telling], None]
"""Put words on a conversation over there. Raises TroubleError; then nothing was put there, unless it is an UnsureError."""


class Settings(forms.Form):
    """A connector's settings form. Fields named in `SECRETS` are sealed and never shown again."""

    SECRETS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sidebar:
    """How a helpdesk shows us in a frame beside its ticket.

    `speaks`: how its page says which ticket is open: "app_context" (Chatwoot) or "zaf" (Zendesk). `steps`: what to do over
    there, in order. `paste`: what is pasted there, made of our frame's address. `check`: whether a signed token a frame
    was opened with is its own, by the connector's settings and the time; raises ValueError saying why not, and asks
    for nothing where no key is set.
    """

    speaks: str
    steps: tuple[StrPromise | str, ...]
    paste: Callable[[str], str] = str
    check: Callable[[str, Mapping[str, Any], datetime], None] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of connector. `proof` says how it is tested: "real" or "contract" (on frozen payloads).

    `verifier` None: it takes no webhooks, or (`own_verifier`) its settings choose one of `signatures.SENDERS`.
    `makes_secret`: we make the signing secret and show it; otherwise it is pasted. `paths`, `words`: what its mapping
    page asks for, each with its default; none: it has no such page.
    `ticket`: a pattern that finds a ticket's id in the address of its page; empty: only the address as it came in counts.
    `watch`: a line is kept open on which news are told at once, so that a pull need not wait for its five minutes.
    `hints`: it may send webhooks nobody signs; nothing in them is believed, each only has us ask its API at once.
    `tell`: it can send a survey to a conversation's customer, and (`notes`) put private notes there. `mails`: what it
    tells goes out by our own mail, so that must be set up.
    """

    name: str
    title: StrPromise | str
    about: StrPromise | str
    mapping: Mapped
    form: type[Settings] = Settings
    verifier: Verifier | None = None
    own_verifier: bool = False
    makes_secret: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    pull: Pull | None = None
    test: Test | None = None
    watch: Watch | None = None
    hints: bool = False
    tell: Tell | None = None
    notes: bool = True
    mails: bool = False
    proof: str = "contract"
    ticket: str = ""
    sidebar: Sidebar | None = None

    @property
    def hooks(self) -> bool:
        """Whether it takes webhooks."""
        return self.verifier is not None or self.own_verifier

    @property
    def maps(self) -> bool:
        """Whether it has a mapping page."""
        return bool(self.paths)

    @property
    def pulls(self) -> bool:
        """Whether it can be asked for what it missed. (A template would call `pull` itself.)"""
        return self.pull is not None

    @property
    def tests(self) -> bool:
        """Whether its settings can be tried."""
        return self.test is not None


@lru_cache
def kinds() -> dict[str, Kind]:
    """Every kind there is, by name: the folders of this package that hold a KIND."""
    found: dict[str, Kind] = {}
    for entry in pkgutil.iter_modules(connectors.__path__):
        if entry.ispkg:
            module = importlib.import_module(f"{connectors.__name__}.{entry.name}")
            if kind := getattr(module, "KIND", None):
                found[kind.name] = kind
    return dict(sorted(found.items()))


def asked(answer: outbound.Answer, what: str) -> Any:
    """The JSON of an answer. Raises TroubleError that says what to look at, by status."""
    if answer.status in (401, 403):
        raise TroubleError(
            f"{what}: refused ({answer.status}): the token is wrong, has ended, or may not read this"
        )
    if answer.status == 404:
        raise TroubleError(f"{what}: not found (404): is the address right?")
    if answer.status == 429:
        raise TroubleError(
            f"{what}: too many requests (429); it goes on from here at the next pull"
        )
    if answer.status >= 300:
        raise TroubleError(f"{what}: answered {answer.status}")
    try:
        return json.loads(answer.body)
    except ValueError:
        raise TroubleError(
            f"{what}: answered something that is no JSON: is this the API's address?"
        ) from None


def since(cursor: Mapping[str, Any], asking: Asking, days: int) -> datetime:
    """From when on to pull: the cursor's time less the overlap, or, the first time, so many days back."""
    if text := cursor.get("until"):
        return datetime.fromisoformat(str(text)) - OVERLAP
    return asking.now - timedelta(days=days)


def covered(start: datetime, last: datetime, end: datetime) -> tuple[int, int]:
    """How far a pull is that goes through time from `start` to `end`, either way, and came to `last`: seconds done, in all."""
    whole = max(1, int(abs((end - start).total_seconds())))
    return min(whole, int(abs((last - start).total_seconds()))), whole
