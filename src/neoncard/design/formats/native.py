"""Neoncard's own file: JSON with everything a journey holds, always the same bytes for the same journey."""

from __future__ import annotations

import json
from typing import Any, Final

from neoncard.design.formats.document import VERSION, Came, Cards, Doc, Unreadable, portable
from neoncard.kit.fields import gettext_noop

MOST_READ: Final = 5_000
"""Entries of a list that are looked at; more than twice what a journey holds."""


def write(doc: Doc) -> bytes:
    """The journey as canonical JSON in UTF-8, ending in a newline. Reading and writing it again gives the same bytes."""
    text = json.dumps(portable(doc), ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def read(text: str) -> Came:
    """The document in such a file, or in a board's own document. Remarks count cards from 1, as they stand in their list.

    Raises Unreadable when it is no JSON or no journey.
    """
    try:
        found = json.loads(text)
    except RecursionError:
        raise Unreadable(gettext_noop("file: nested too deeply to be a journey")) from None
    except ValueError as why:
        at = why.lineno if isinstance(why, json.JSONDecodeError) else 1
        raise Unreadable(
            gettext_noop("file: not JSON from line %(line)s on; export it again, or send CSV"),
            line=at,
        ) from None
    if not isinstance(found, dict) or found.get("v") != VERSION or "steps" not in found:
        raise Unreadable(
            gettext_noop("file: JSON, but no journey of ours; it needs “v”: 1, “board” and “steps”")
        )
    cards = Cards()
    board = _object(found.get("board"))
    cards.board(0, **{name: board.get(name) for name in ("title", "intro", "front_line")})
    ids = _steps(cards, _list(found, "steps", cards))
    ids |= _ideas(cards, _list(found, "ideas", cards), ids)
    for row, comment in enumerate(_list(found, "comments", cards), 1):
        card = _object(comment)
        on = ids.get(str(card.get("card")))
        if on is None:
            cards.came.say(row, gettext_noop("a comment on a card that is not here was left out"))
        else:
            cards.comment(row, on, *(card.get(name) for name in ("text", "at", "resolved")))
    return Came(portable(cards.came.doc), cards.came.remarks)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(found: dict[str, Any], name: str, cards: Cards) -> list[Any]:
    value = found.get(name, [])
    if isinstance(value, list):
        return value[:MOST_READ]
    cards.came.say(0, gettext_noop("%(field)s: takes a list; it was left out"), field=name)
    return []


def _steps(cards: Cards, rows: list[Any]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for row, raw in enumerate(rows, 1):
        card = _object(raw)
        title = card.get("title")
        if laid := cards.step(
            row,
            title,
            **{name: card.get(name) for name in ("note", "channel", "feel_note", "also")},
        ):
            _named(ids, card, laid)
    return ids


IDEA = ("kind", "level", "cost", "aim", "principle", "status", "also")


def _ideas(cards: Cards, rows: list[Any], steps: dict[str, str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for row, raw in enumerate(rows, 1):
        card = _object(raw)
        if "text" not in card and card.get("hidden"):
            continue
        gap = card.get("step")
        after = None if gap is None else steps.get(str(gap))
        if gap is not None and after is None:
            cards.came.say(
                row, gettext_noop("the white card of this neon card is not here; it was laid first")
            )
        fields = {name: card.get(name) for name in IDEA}
        if laid := cards.idea(row, card.get("text"), step=after, **fields):
            _named(ids, card, laid)
    return ids


def _named(ids: dict[str, str], card: dict[str, Any], laid: dict[str, Any]) -> None:
    if isinstance(card.get("id"), str):
        ids.setdefault(card["id"], laid["id"])
