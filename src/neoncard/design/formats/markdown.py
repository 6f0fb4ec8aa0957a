"""A journey as Markdown: a heading for each white card, a list of the neon cards after it. `lines` reads it back.

# Something stops working, and they ring us

## 4. Waits on hold

Eleven minutes, one tune, no end in sight

*Does not dare to put the phone down*

- Keep your place (effort, 3 of 5, loyalty; costs: a call-back list)
  - Why: Do the waiting for them, and say until when.
"""

from __future__ import annotations

import re
from typing import Any

from neoncard.design.formats.document import Doc, in_order

# What CommonMark gives a meaning, anywhere or at the start of a line; digits before a dot make a list there.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>&|~])")
_START = re.compile(r"(?m)^(\s*)([#+\-=]|\d+(?=[.)]))")


def escaped(text: str) -> str:
    """The text so that a Markdown reader shows exactly it."""
    text = _ANYWHERE.sub(r"\\\1", text)
    return _START.sub(lambda at: f"{at[1]}{_kept(at[2])}", text)


def _kept(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def plain(text: str) -> str:
    """What `escaped` was given."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def one_line(text: str) -> str:
    """The text on one line, escaped."""
    return escaped(" ".join(text.split()))


def write(doc: Doc) -> bytes:
    """The journey in UTF-8. Line breaks inside a title or an idea become spaces; votes show where they are known."""
    board = doc["board"]
    out = [f"# {one_line(board['title'])}".rstrip()]
    if board.get("intro"):
        out.append(escaped(board["intro"]))
    for number, (step, ideas) in enumerate(in_order(doc)):
        if step is not None:
            out += _step(number, step)
        if ideas:
            out.append("\n".join(_idea(idea) for idea in ideas))
    return ("\n\n".join(out) + "\n").encode()


def _step(number: int, step: dict[str, Any]) -> list[str]:
    out = [f"## {number}. {one_line(step['title'])}"]
    where = f" `{step['channel']}`" if step["channel"] else ""
    if step["note"] or where:
        out.append(escaped(step["note"]) + where)
    if step["feel_note"]:
        out.append(f"*{one_line(step['feel_note'])}*")
    return out


def _idea(idea: dict[str, Any]) -> str:
    votes = f", {idea['votes']} votes" if idea.get("votes") is not None else ""
    status = f", {idea['status']}" if idea["status"] != "open" else ""
    cost = f"; costs: {one_line(idea['cost'])}" if idea["cost"] else ""
    made = f"{idea['kind']}, {idea['level']} of 5, {idea['aim']}{status}{votes}{cost}"
    why = f"\n  - Why: {one_line(idea['principle'])}" if idea["principle"] else ""
    return f"- {one_line(idea['text'])} ({made}){why}"
