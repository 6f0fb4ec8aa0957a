"""The words of a board's rules: phases, roles, limits, and who may do what when. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from neoncard.design.board.checks import Refused
from neoncard.design.board.document import Doc, Effect
from neoncard.kit.fields import gettext_noop

Op = dict[str, Any]

PHASES: Final = ("talk", "map", "ideas", "reveal", "vote", "commit", "open")
UNCOVERED: Final = frozenset({"reveal", "vote", "commit", "open"})
"""Phases no card is face down in: going there turns every hidden idea over."""

STEPS_MAX: Final = 200
IDEAS_MAX: Final = 1000
COMMENTS_MAX: Final = 2000
BUDGET_MAX: Final = 20
TIMER_MAX: Final = 4 * 3600
RECENT: Final = 500
"""How many of the last operations can be undone or replayed from memory."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: `m<member id>` or `g<guest id>`, and the role: facilitator, member or guest."""

    actor: str
    role: str
    may_spend: bool = False
    """Whether they may say what an act may cost in money: a lead's to say."""

    @property
    def leads(self) -> bool:
        """Whether they facilitate."""
        return self.role == "facilitator"


@dataclass(slots=True)
class Done:
    """One operation that was carried out, as the log keeps it. Effects and inverse are unfiltered."""

    seq: int
    op_id: str
    actor: str
    did: str
    effects: list[Effect]
    inverse: list[Effect]
    of: str = ""
    """The operation an undo took back."""


Recent = Mapping[str, Done]
"""Recent operations by id, oldest first."""

Rule = Callable[[Doc, Op, Who, int, Recent], list[Effect]]
"""What comes of one kind of operation, `now` in ms. Raises Refused; changes nothing."""


CARDS: Final = frozenset({"add_step", "add_idea", "set", "move", "delete", "commit"})
LEADS: Final = frozenset({"phase", "reveal", "timer", "budget", "lock", "summon"})
NOT_WHILE_VOTING: Final = frozenset({"add_step", "set", "move", "delete"})
IN_PHASE: Final = {
    "add_idea": frozenset({"map", "ideas", "reveal", "open"}),
    "vote": frozenset({"vote"}),
    "unvote": frozenset({"vote"}),
    "reveal": frozenset({"ideas"}),
    "commit": frozenset({"reveal", "commit", "open"}),
}


def allowed(doc: Doc, kind: str, who: Who) -> None:
    """Whether this role may do this in this phase. Raises Refused: role, locked or phase."""
    phase = doc.board["phase"]
    if (kind in LEADS or (kind == "board" and phase != "open")) and not who.leads:
        raise Refused("role", gettext_noop("Only whoever facilitates may do this."))
    if kind in ("commit", "board") and who.role == "guest":
        raise Refused("role", gettext_noop("Only members may do this."))
    if kind in CARDS and doc.board["locked"] and not who.leads:
        raise Refused("locked", gettext_noop("The board is locked just now."))
    if kind in NOT_WHILE_VOTING and phase == "vote":
        raise Refused("phase", gettext_noop("Cards rest while we vote."))
    if phase not in IN_PHASE.get(kind, (phase,)):
        raise Refused("phase", gettext_noop("Not in this phase of the workshop."))
