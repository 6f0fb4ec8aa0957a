"""The one protocol that Slack, Mattermost and Teams speak in dialects. No Django, no clock, no network.

An adapter has `heard(body, headers, secrets, now)`, which verifies before it reads and gives a `Said` or raises
`Unproven`, and `told(reply)`, which writes a `Reply` as its chat wants it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(minutes=5)
"""What says it is older than this, or from the future by as much, is refused: a replay kept for later."""

THANKS, ASK, HOME, BUTTON, PROVE, NOTHING = "thanks", "ask", "home", "button", "prove", "nothing"

_LEAD = re.compile(r"^[\s,:–-]*(?:for|für|fuer|por|gracias por|thanks for)\b[\s,:]*", re.IGNORECASE)


class Unproven(Exception):  # noqa: N818 a decision of ours
    """The request is not from the chat that was set up, is late, or can't be read; nothing follows from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody did in a chat.

    `what`: THANKS (to `mentions`, with `text`), ASK (asked privately whether they want to thank `mentions`), HOME
    (opened the app's home), BUTTON (`text` is its signed value), PROVE (the chat asks for `text` back), NOTHING.
    `key` names this one deed, the same however often it is sent. `reply_to`: where an answer goes when it can't go
    back at once; `channel`: where it happened.
    """

    what: str
    key: str = ""
    user: str = ""
    name: str = ""
    text: str = ""
    mentions: tuple[str, ...] = ()
    channel: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under an answer: what it says, and the signed value it sends back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back, to its sender alone. `thank`: the chat id of somebody to thank, with a line to write in."""

    text: str
    buttons: tuple[Button, ...] = ()
    thank: str = ""


def in_time(sent: datetime, now: datetime) -> None:
    """Raise Unproven for what was sent too long ago, or claims to come from later."""
    if abs(now - sent) > LATE:
        raise Unproven("it is older than five minutes, or its clock is wrong")


def words_of(text: str) -> str:
    """The what-for of a command's text, mentions taken out already: without its leading "for", trimmed."""
    return " ".join(_LEAD.sub("", text).split())


def once(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids in order, each once, none empty."""
    return tuple(dict.fromkeys(one for one in ids if one))
