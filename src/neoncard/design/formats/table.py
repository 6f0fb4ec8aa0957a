"""A journey as a table: one row a card, in the order they lie. CSV out and in; the workbook writes the same rows.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read back without.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

from neoncard.design.formats.document import Came, Cards, Doc, Unreadable, in_order
from neoncard.kit.fields import gettext_noop

COLUMNS: Final = (
    "card", "text", "note", "channel", "feel", "kind", "level", "cost", "aim", "principle", "status",
    "votes",
)  # fmt: skip
JOURNEY, STEP, IDEA = "journey", "step", "idea"

# What a person may call a column, folded: our name for it.
CALLED: Final = {
    "type": "card", "what": "card", "title": "text", "words": "text", "name": "text",
    "detail": "note", "description": "note", "where": "channel", "feeling": "feel",
    "feel_note": "feel", "made of": "kind", "costs": "cost", "raises": "aim", "why": "principle",
    "step": "step", "white": "step", "white card": "step", "idea": "idea", "neon": "idea",
    "neon card": "idea", **{name: name for name in COLUMNS},
}  # fmt: skip
CARDS: Final = {
    "journey": JOURNEY, "title": JOURNEY, "step": STEP, "white": STEP, "white card": STEP,
    "idea": IDEA, "neon": IDEA, "neon card": IDEA,
}  # fmt: skip

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would calculate it (CWE-1236)."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def rows(doc: Doc) -> Iterator[dict[str, str | int]]:
    """The journey, then its cards in order, each as its columns; a number stays one, an unknown is left out."""
    board = doc["board"]
    yield {"card": JOURNEY, "text": board["title"], "note": board.get("intro", "")}
    for step, ideas in in_order(doc):
        if step is not None:
            yield {
                "card": STEP,
                "text": step["title"],
                "note": step["note"],
                "channel": step["channel"],
                "feel": step["feel_note"],
            }
        for idea in ideas:
            fields = ("text", "kind", "level", "cost", "aim", "principle", "status")
            row = {"card": IDEA, **{name: idea[name] for name in fields}}
            yield row | ({} if idea.get("votes") is None else {"votes": idea["votes"]})


def write(doc: Doc) -> bytes:
    """The table as CSV in UTF-8 with the mark that spreadsheets look for, lines ending as RFC 4180 has them."""
    out = io.StringIO()
    sheet = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    sheet.writerow(COLUMNS)
    for row in rows(doc):
        sheet.writerow(guarded(str(row.get(name, ""))) for name in COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def is_one(text: str) -> bool:
    """Whether pasted text begins with a row that names two columns we know."""
    first = text.split("\n", 1)[0]
    return any(len(set(_heads(first, mark))) >= 2 for mark in ",;\t")


def _heads(first: str, mark: str) -> list[str]:
    try:
        cells = next(csv.reader([first], delimiter=mark), [])
    except csv.Error:
        return []
    named = (CALLED.get(cell.strip().casefold()) for cell in cells)
    return [name for name in named if name]


def read(text: str) -> Came:
    """The document of a table with a row of column names: ours, or one with a column of steps and one of ideas.

    Commas, semicolons or tabs between the cells. Remarks name the line of the file. Raises Unreadable when no row
    can be read.
    """
    text = text.lstrip("\n")
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=lambda each: len(_heads(first, each)))
    sheet = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names = [CALLED.get(cell.strip().casefold(), "") for cell in next(sheet, [])]
    cards = Cards()
    paired = "card" not in names
    if paired and not {"step", "idea"} & set(names):
        raise Unreadable(
            gettext_noop(
                "file: line 1 names no column “card”, “step” or “idea”; name the columns there"
            )
        )
    at = 2
    try:
        for cells in sheet:
            row = {name: unguarded(cell) for name, cell in zip(names, cells, strict=False) if name}
            if any(cell.strip() for cell in row.values()):
                (_pair if paired else _card)(cards, at, row)
            at = sheet.line_num + 1
    except csv.Error:
        cards.came.say(
            at, gettext_noop("from here on it is no table any more; look for a lost quote")
        )
    return cards.came


def _card(cards: Cards, at: int, row: dict[str, str]) -> None:
    what = CARDS.get(row.get("card", "").strip().casefold())
    if what == JOURNEY:
        cards.board(at, title=row.get("text"), intro=row.get("note"))
    elif what == STEP:
        _step(cards, at, row.get("text"), row)
    elif what == IDEA:
        _idea(cards, at, row.get("text"), row)
    else:
        cards.came.say(
            at,
            gettext_noop("card: “%(value)s” is neither step nor idea; write one of them"),
            value=row.get("card", "").strip()[:40],
        )


def _pair(cards: Cards, at: int, row: dict[str, Any]) -> None:
    """A row of a table with steps beside ideas: the step stands once, or is repeated beside each of its ideas."""
    title = row.get("step", "").strip()
    steps = cards.came.doc["steps"]
    if title and (not steps or steps[-1]["title"] != title):
        _step(cards, at, title, row)
    if row.get("idea", "").strip():
        _idea(cards, at, row["idea"], row)


def _step(cards: Cards, at: int, title: str | None, row: dict[str, str]) -> None:
    cards.step(
        at, title, note=row.get("note"), channel=row.get("channel"), feel_note=row.get("feel")
    )


def _idea(cards: Cards, at: int, text: str | None, row: dict[str, str]) -> None:
    fields = ("kind", "level", "cost", "aim", "principle", "status")
    cards.idea(at, text, **{name: row.get(name) for name in fields})
