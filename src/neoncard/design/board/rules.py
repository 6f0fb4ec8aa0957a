"""What people may do on a board, and what comes of it. Pure: an operation and a board give effects, or a refusal.

`decide` changes nothing; `Doc.apply` carries the effects out and gives back their inverse. The server computes
positions: the client's `after` is where it saw the card, and a place that is gone becomes the end of its row.
"""

from __future__ import annotations

from typing import Final

from neoncard.design.board import cards, undo, workshop
from neoncard.design.board.checks import Refused
from neoncard.design.board.document import Doc, Effect
from neoncard.design.board.terms import Done, Op, Recent, Rule, Who, allowed
from neoncard.kit.fields import gettext_noop

__all__ = ["Doc", "Done", "Effect", "Op", "Recent", "Refused", "Who", "decide"]

RULES: Final[dict[str, Rule]] = {**cards.RULES, **workshop.RULES, "undo": undo.undo}


def decide(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    """The effects of one operation. `now` in ms; `done`: recent operations by id, oldest first, for undo.

    Raises Refused: phase, role, budget, missing, invalid, locked, limit or undo. Changes nothing.
    """
    kind = op.get("op")
    rule = RULES.get(kind) if isinstance(kind, str) else None
    if rule is None:
        raise Refused("invalid", gettext_noop("there is no such operation"), field="op")
    if kind != "undo":
        allowed(doc, str(kind), who)
    return rule(doc, op, who, now, done)
