"""A journey as Mermaid's `journey` diagram: a section for each white card, a task for each neon card.

    journey
      title Something stops working
      section Waits on hold
        Keep your place: 3: effort

Others' diagrams come in too: there a task is what the customer does, so it becomes a white card.
"""

from __future__ import annotations

import re
from typing import Final

from neoncard.design.formats.document import KINDS, Came, Cards, Doc, in_order, tidy
from neoncard.kit.fields import gettext_noop

# Mermaid ends a name at each of these and has no way to quote them.
AWAY: Final = str.maketrans({":": "：", ";": "；", "#": "＃", "\n": " ", "\t": " "})
BACK: Final = str.maketrans({"：": ":", "；": ";", "＃": "#"})
JOINER: Final = "\u2060"
ASIDE: Final = ("%%", "```", "---", "acctitle", "accdescr")
_KEYWORD = re.compile(r"(title|section|journey|acctitle|accdescr|---|```|%%)", re.I)
_TASK = re.compile(r"(?P<name>[^:]+):\s*(?P<score>[^:]*)(:(?P<who>.*))?")


def write(doc: Doc) -> bytes:
    """The diagram, in UTF-8. Its score is the level; what it can't hold (notes, costs, principles) stays behind."""
    out = ["journey", f"  title {_name(doc['board']['title'])}"]
    for step, ideas in in_order(doc):
        if step is not None:
            out.append(f"  section {_name(step['title'])}")
        out += [f"    {_name(idea['text'])}: {idea['level']}: {idea['kind']}" for idea in ideas]
    return "\n".join([*out, ""]).encode()


def _name(text: str) -> str:
    whole = " ".join(tidy(text).translate(AWAY).split()).replace("%%", f"%{JOINER}%")
    return JOINER + whole if _KEYWORD.match(whole) or not whole else whole


def is_one(text: str) -> bool:
    """Whether text begins a Mermaid journey: its first line that is no remark, fence or front matter says so."""
    fenced = False
    for line in text.split("\n", 200)[:200]:
        word = line.strip()
        if word == "---":
            fenced = not fenced
        elif word and not fenced and not word.startswith(("%%", "```")):
            return word.casefold() == "journey"
    return False


def read(text: str) -> Came:
    """The document of a diagram: ours, where each task is of a kind, or anyone's. Remarks name the line."""
    lines = [(at, line.strip()) for at, line in enumerate(text.split("\n"), 1)]
    ours = any(
        found and (found["who"] or "").strip().casefold() in KINDS
        for _at, line in lines
        if (found := _TASK.fullmatch(line))
    )
    cards, section = Cards(), ""
    begun = False
    for at, line in lines:
        word, _space, rest = line.partition(" ")
        if not begun:
            begun = word.casefold() == "journey"
        elif word.casefold() == "title":
            cards.board(at, title=_plain(rest))
        elif word.casefold() == "section":
            section = _plain(rest)
            if ours:
                cards.step(at, section)
        elif line and not line.casefold().startswith(ASIDE):
            _task(cards, at, line, "" if ours else section, ours=ours)
    return cards.came


def _plain(text: str) -> str:
    return text.replace(JOINER, "").translate(BACK).strip()


def _task(cards: Cards, at: int, line: str, section: str, *, ours: bool) -> None:
    found = _TASK.fullmatch(line)
    if found is None:
        cards.came.say(
            at,
            gettext_noop(
                "no task of a Mermaid journey; it looks like “Waits on hold: 2: Customer”"
            ),
        )
    elif ours:
        cards.idea(at, _plain(found["name"]), level=found["score"].strip(), kind=found["who"])
    else:
        cards.step(at, _plain(found["name"]), note=section)
