"""A paper workshop typed in: one line a card, in any of the ways people type such things. Reads our Markdown too.

I missed the last ferry          the first line, when it is marked: # …, or Journey: …
Stands at the closed gate        a line is a white card
- Tell her when the next one is  a line that begins with - > * + • or stands indented is a neon card
- A blanket (treat, 4)           with what it is made of and its level, if you like
  Why: nobody waits cold         and the principle behind it
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from neoncard.design.formats.document import AIMS, CHANNELS, KINDS, STATUSES, Came, Cards
from neoncard.design.formats.markdown import plain
from neoncard.kit.fields import gettext_noop

_HEAD = re.compile(r"(#{1,6})\s+(.*)")
_JOURNEY = re.compile(r"(?:journey|title)\s*:\s*(.+)", re.I)
_NUMBER = re.compile(r"(?:step\s+)?\d{1,3}[.)]\s+(.*)", re.I)
_STEP = re.compile(r"(?:white card|white|step(?:\s+\d{1,3})?)\s*:\s*(.*)", re.I)
_BULLET = re.compile(r"[-*+>]\s*(.*)")
_IDEA = re.compile(r"(?:[-*+>•–—]|(?:neon card|neon|idea)\s*:)\s*(.*)", re.I)
_WHY = re.compile(r"(?:[-*+>•–—]\s*)?(?:why|principle|because)\s*:\s*(.*)", re.I)
_MADE = re.compile(r"(?P<text>.*\S)\s*[(\[](?P<made>[^()\[\]]*?)(?P<cost>; costs: .*)?[)\]]", re.S)
_FEEL = re.compile(r"\*(?P<feel>[^*].*)\*")
_LEVEL = re.compile(r"(?:level )?(\d)(?: of 5)?")

LONG: Final = 1_200
"""No idea with all that is said about it is longer; beyond it, brackets are words."""


@dataclass(slots=True)
class _Reading:
    """What stands so far. `headed`: white cards are headings; `noted`: they are marked at all, so a bare line is a note."""

    cards: Cards
    headed: bool
    noted: bool
    idea: dict[str, Any] | None = None
    notes: dict[int, list[str]] = field(default_factory=dict)


def read(text: str) -> Came:
    """The document of typed lines. Remarks name the line; a line that says nothing is passed over."""
    rows = [(at, line.rstrip()) for at, line in enumerate(text.split("\n"), 1)]
    said = [(at, line) for at, line in rows if line.strip(" \t-=_*~")]
    headed = any(line.lstrip().startswith("##") for _at, line in said)
    noted = headed or any(_numbered(line.strip()) is not None for _at, line in said)
    reading = _Reading(Cards(), headed, noted)
    for at, line in said:
        _line(reading, at, line)
    steps = reading.cards.came.doc["steps"]
    for number, words in reading.notes.items():
        steps[number]["note"] = reading.cards.text(0, "note", "\n".join(words))
    if not steps and not reading.cards.came.doc["ideas"]:
        reading.cards.came.say(0, gettext_noop("no card was found; type one line for each step"))
    return reading.cards.came


def _numbered(line: str) -> str | None:
    """The words of a line that says it is a white card: "3. Waits", "Step: waits"; None for any other."""
    found = _NUMBER.fullmatch(line) or _STEP.fullmatch(line)
    return found[1] if found else None


def _line(reading: _Reading, at: int, line: str) -> None:
    cards, bare = reading.cards, line.strip()
    steps = cards.came.doc["steps"]
    if head := _HEAD.match(bare):
        _heading(reading, at, len(head[1]), head[2])
    elif not steps and not cards.came.doc["board"]["title"] and (named := _JOURNEY.match(bare)):
        cards.board(at, title=plain(named[1]))
    elif reading.idea and (why := _WHY.fullmatch(bare)):
        reading.idea["principle"] = cards.text(at, "principle", plain(why[1]))
    elif steps and (feel := _FEEL.fullmatch(bare)):
        steps[-1]["feel_note"] = cards.text(at, "feel_note", plain(feel["feel"]))
    elif idea := (_BULLET if reading.headed else _IDEA).match(bare):
        _idea(reading, at, idea[1])
    else:
        _words(reading, at, line)


def _words(reading: _Reading, at: int, line: str) -> None:
    """A line without a mark of its own: what it is follows from how the others are written."""
    bare = line.strip()
    step = None if reading.headed else _numbered(bare)
    if step is not None:
        _step(reading, at, step)
    elif reading.noted:
        _note(reading, at, bare)
    elif line[0] in " \t" and reading.cards.gap:
        _idea(reading, at, bare)
    else:
        _step(reading, at, bare)


def _heading(reading: _Reading, at: int, depth: int, words: str) -> None:
    board = reading.cards.came.doc["board"]
    if depth == 1 and not board["title"]:
        reading.cards.board(at, title=plain(words))
    else:
        _step(reading, at, words if (step := _numbered(words)) is None else step)


def _step(reading: _Reading, at: int, words: str) -> None:
    reading.idea = None
    reading.cards.step(at, plain(words))


def _idea(reading: _Reading, at: int, words: str) -> None:
    fields: dict[str, Any] = {}
    if len(words) <= LONG and (found := _MADE.fullmatch(words)) and (made := _made(found["made"])):
        words, fields = found["text"], made
        if found["cost"]:
            fields["cost"] = plain(found["cost"].removeprefix("; costs: "))
    reading.idea = reading.cards.idea(at, plain(words), **fields)


def _made(text: str) -> dict[str, Any]:
    """What stands in brackets after an idea, if all of it is about the card: "effort, 3 of 5, trust"."""
    fields: dict[str, Any] = {}
    for part in (part.strip().casefold() for part in text.split(",")):
        for name, known in (("kind", KINDS), ("aim", AIMS), ("status", STATUSES)):
            if part in known:
                fields[name] = part
                break
        else:
            if found := _LEVEL.fullmatch(part):
                fields["level"] = found[1]
            elif not re.fullmatch(r"\d+ votes", part):
                return {}
    return fields


def _note(reading: _Reading, at: int, words: str) -> None:
    steps = reading.cards.came.doc["steps"]
    if not steps:
        board = reading.cards.came.doc["board"]
        words = f"{board['intro']}\n{plain(words)}" if board["intro"] else plain(words)
        reading.cards.board(at, intro=words)
        return
    note, mark, channel = words.removesuffix("`").rpartition("`")
    if mark and words.endswith("`") and channel.isalpha():
        steps[-1]["channel"] = reading.cards.choice(at, "channel", channel, CHANNELS, "")
        words = note.rstrip()
    if words:
        reading.notes.setdefault(len(steps) - 1, []).append(plain(words))
