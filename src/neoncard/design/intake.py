"""Journeys from a document: the one way cards come in by the handful. Writes what `actions` would, and the audit row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import transaction

from neoncard.design import actions
from neoncard.design.board import actions as boards
from neoncard.design.board.tables import BoardComment
from neoncard.design.formats.document import Doc, in_order, portable
from neoncard.design.tables import Idea, Journey, Step, new_key
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member

MOST_ADDED = 100
"""Cards added to a journey in one go: each is laid as a person lays it, so that an open board follows."""
WHITE = ("title", "note", "channel", "feel_note")
Row = TypeVar("Row", Step, Idea)
NEON = ("text", "kind", "level", "cost", "aim", "principle")


def _ids(cards: Sequence[dict[str, Any]], rows: Sequence[Row]) -> dict[str, Row]:
    return {card["id"]: row for card, row in zip(cards, rows, strict=True)}


def _moment(ms: int | None) -> datetime:
    """A file's moment; now where it has none, or one no calendar knows."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC) if ms is not None else clock.now()
    except (ValueError, OverflowError, OSError):
        return clock.now()


def _only(card: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: card[name] for name in names}


@transaction.atomic
def new_journey(*, by: Member, doc: Doc, title: str = "") -> Journey:
    """A new journey of the member's team from a document; `title` comes before the document's own.

    Ideas and comments have no author: who wrote them on paper is not known. Raises ValueError naming the field.
    """
    doc = portable(doc)
    board = doc["board"]
    row = actions.begin_journey(by=by, title=title or board["title"])
    row.intro, row.front_line = board["intro"], board["front_line"]
    row.save(update_fields=["intro", "front_line"])
    laid = Step.objects.bulk_create(
        Step(journey=row, pos=pos, also=step.get("also", ""), **_only(step, WHITE))
        for pos, step in enumerate(doc["steps"])
    )
    steps = _ids(doc["steps"], laid)
    ideas = [(step, pos, idea) for step, some in in_order(doc) for pos, idea in enumerate(some)]
    neon = Idea.objects.bulk_create(
        Idea(
            journey=row,
            after_step=steps[step["id"]] if step else None,
            pos=pos,
            also=idea.get("also", ""),
            **_only(idea, (*NEON, "status")),
        )
        for step, pos, idea in ideas
    )
    cards: dict[str, Step | Idea] = {
        **steps,
        **_ids([idea for _step, _pos, idea in ideas], neon),
    }
    BoardComment.objects.bulk_create(
        BoardComment(
            board=row,
            key=new_key(),
            card=cards[comment["card"]].key,
            text=comment["text"],
            at=_moment(comment["at"]),
            resolved=comment["resolved"],
        )
        for comment in doc["comments"]
    )
    wrote(actor=by, did="journey.taken_in", on=row, count=len(doc["steps"]) + len(doc["ideas"]))
    return row


def add_to(*, by: Member, journey: Journey, doc: Doc) -> int:
    """Lay a document's cards at the end of a journey that is there, one by one. How many.

    Ideas before its first step follow the journey's last; comments are said by whoever brings them in. Raises
    ValueError when there are too many.
    """
    doc = portable(doc)
    if len(doc["steps"]) + len(doc["ideas"]) > MOST_ADDED:
        raise ValueError(
            f"journey: at most {MOST_ADDED} cards can be added to one that is there; begin a new one"
        )
    last = Step.objects.filter(journey=journey).order_by("pos", "pk").last()
    cards: dict[str, str] = {}
    for step, ideas in in_order(doc):
        if step is not None:
            last = actions.add_step(by=by, journey=journey, **_only(step, WHITE))
            cards[step["id"]] = last.key
        for idea in ideas:
            laid = actions.add_idea(by=by, journey=journey, after=last, **_only(idea, NEON))
            cards[idea["id"]] = laid.key
    comments = [
        {
            "op": "comment",
            "card": cards[each["card"]],
            "comment": {"id": new_key(), "text": each["text"]},
        }
        for each in doc["comments"]
    ]
    if comments:
        boards.act(by=by, journey=journey, ops=comments)
    return len(cards)
