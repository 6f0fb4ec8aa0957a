"""Taking back one's own last step. Pure.

A person's steps form a pile: undo takes the top one back, undo of an undo brings it again. What somebody else has
changed since on the same field stays as they left it: then undo is refused, with the reason.
"""

from __future__ import annotations

from typing import Final

from neoncard.design.board import checks
from neoncard.design.board.checks import Refused
from neoncard.design.board.document import Doc, Effect
from neoncard.design.board.terms import UNCOVERED, Done, Op, Recent, Who, allowed
from neoncard.kit.fields import gettext_noop

UNDOABLE: Final = frozenset(
    {"add_step", "add_idea", "set", "move", "delete", "vote", "unvote", "comment", "resolve"}
    | {"say", "board", "lock", "budget", "summon", "undo"}
)
"""What can be taken back. Phases go back by themselves, and what was turned over has been seen."""


def pile(done: Recent, actor: str) -> tuple[Done | None, Done | None]:
    """What this person could take back: their last step, and their last undo when nothing came after it."""
    steps: list[Done] = []
    last: Done | None = None
    for one in done.values():
        if one.actor != actor or one.did not in UNDOABLE:
            continue
        last = one
        if one.did != "undo":
            steps.append(one)
        elif steps and steps[-1].op_id == one.of:
            steps.pop()
        else:  # the undo of an undo brought a step back
            steps.append(one)
    again = last if last is not None and last.did == "undo" else None
    return (steps[-1] if steps else None), again


def undo(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    """The inverse of the step `op["undo"]` names. Raises Refused: undo, or as the step itself."""
    found = done.get(checks.identity(op.get("undo"), "undo"))
    if found is None or found.actor != who.actor:
        raise Refused("undo", gettext_noop("This is too long ago, or not yours, to take back."))
    if found.did not in UNDOABLE:
        raise Refused("undo", gettext_noop("This can’t be taken back."))
    if found not in pile(done, who.actor):
        raise Refused("undo", gettext_noop("Only your last step can be taken back."))
    allowed(doc, _kind(found, done), who)
    restores = bool(found.inverse) and any(e["k"] == "put" for e in found.inverse)
    effects: list[Effect] = []
    for effect in found.inverse:
        clash = _changed(doc, effect, found.seq, who.actor)
        if clash and not (restores and effect["k"] == "move"):
            raise Refused(
                "undo", gettext_noop("Somebody has changed this since; it stays as it is.")
            )
        if not clash and (ready := _ready(doc, effect, who)):
            effects.append(ready)
    if any(effect["k"] == "vote" and effect["on"] for effect in effects):
        _budget(doc, who)
    return effects


def _kind(found: Done, done: Recent) -> str:
    """What the step itself was: for an undo, what it took back."""
    while found.did == "undo" and found.of in done:
        found = done[found.of]
    return found.did


def _changed(doc: Doc, effect: Effect, since: int, actor: str) -> bool:
    """Whether somebody else has changed what this effect would change."""
    kind = effect["k"]
    key = effect.get("id", "")
    if kind in ("put", "vote"):
        return False
    if effect["of"] in ("comment", "chat"):
        return False
    if effect["of"] != "board" and doc.card(key) is None:
        return True
    field = {"set": effect.get("f"), "move": "at"}.get(kind)
    return any(
        by != actor and (field is None or name in (field, "card"))
        for _seq, by, name, _old, _sent in doc.changes_after(key, since)
    )


def _ready(doc: Doc, effect: Effect, who: Who) -> Effect | None:
    """The effect as it fits the board now; None when it has nothing to do any more."""
    kind, of = effect["k"], effect.get("of")
    if kind == "vote":
        # Other people's votes went with the card; nobody gives them back for them.
        return effect if effect["voter"] == who.actor and effect["idea"] in doc.ideas else None
    if kind == "set":
        return effect if of != "comment" or effect["id"] in doc.comments else None
    if kind == "gone":
        there = {"comment": doc.comments, "chat": doc.chat, "step": doc.steps, "idea": doc.ideas}
        return effect if effect["id"] in there[str(of)] else None
    if kind == "put" and of == "idea":
        return _idea_again(doc, effect)
    return effect


def _idea_again(doc: Doc, effect: Effect) -> Effect:
    """A neon card brought back: in its gap if that is there, face up where all cards are, with no votes."""
    phase = doc.board["phase"]
    card = {**effect["card"], "hidden": effect["card"]["hidden"] and phase not in UNCOVERED}
    card["votes"] = doc.no_votes()
    step = effect["step"] if effect["step"] in doc.steps else None
    return {**effect, "card": {**card, "step": step}, "step": step}


def _budget(doc: Doc, who: Who) -> None:
    if len(doc.mine(who.actor)) >= doc.board["vote_budget"]:
        raise Refused("budget", gettext_noop("All your votes are given; take one back first."))
