"""Journeys from a document: the one way cards come in by the handful. Writes what `actions` would, and the audit row."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from neoncard.design import actions
from neoncard.design.formats.document import Doc, in_order, portable
from neoncard.design.tables import Idea, Journey, Step
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member

MOST_ADDED = 100
"""Cards added to a journey in one go: each is laid as a person lays it, so that an open board follows."""
WHITE = ("title", "note", "channel", "feel_note")
NEON = ("text", "kind", "level", "cost", "aim", "principle")


def _only(card: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: card[name] for name in names}


@transaction.atomic
def new_journey(*, by: Member, doc: Doc, title: str = "") -> Journey:
    """A new journey of the member's team from a document; `title` comes before the document's own.

    Ideas have no author: who wrote them on paper is not known. Raises ValueError naming the field.
    """
    doc = portable(doc)
    board = doc["board"]
    row = actions.begin_journey(by=by, title=title or board["title"])
    row.intro, row.front_line = board["intro"], board["front_line"]
    row.save(update_fields=["intro", "front_line"])
    laid = Step.objects.bulk_create(
        Step(journey=row, pos=pos, **_only(step, WHITE)) for pos, step in enumerate(doc["steps"])
    )
    steps = {step["id"]: made for step, made in zip(doc["steps"], laid, strict=True)}
    Idea.objects.bulk_create(
        Idea(
            journey=row,
            after_step=steps[step["id"]] if step else None,
            pos=pos,
            **_only(idea, (*NEON, "status")),
        )
        for step, ideas in in_order(doc)
        for pos, idea in enumerate(ideas)
    )
    wrote(actor=by, did="journey.taken_in", on=row, count=len(doc["steps"]) + len(doc["ideas"]))
    return row


def add_to(*, by: Member, journey: Journey, doc: Doc) -> int:
    """Lay a document's cards at the end of a journey that is there, one by one. How many.

    Ideas before its first step follow the journey's last. Raises ValueError when there are too many.
    """
    doc = portable(doc)
    if len(doc["steps"]) + len(doc["ideas"]) > MOST_ADDED:
        raise ValueError(
            f"journey: at most {MOST_ADDED} cards can be added to one that is there; begin a new one"
        )
    last = Step.objects.filter(journey=journey).order_by("pos", "pk").last()
    count = 0
    for step, ideas in in_order(doc):
        if step is not None:
            last = actions.add_step(by=by, journey=journey, **_only(step, WHITE))
            count += 1
        for idea in ideas:
            actions.add_idea(by=by, journey=journey, after=last, **_only(idea, NEON))
            count += 1
    return count
