"""What each person may see of a board: one filter for frames, documents, replays and exports.

There are three audiences: a hidden idea's author, who sees it whole; a voter, who sees which votes are theirs; and
everybody else, the facilitator too, who sees a face-down card and how many votes there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from neoncard.design.board.document import Card, Doc, Effect

Counts = Mapping[int, Mapping[str, int]]
"""What committed acts have done since, by the act's id: suggested, done, thanked (P3 decides what may stand here)."""

NOBODY = ""
"""The viewer who is nobody in particular."""


def face(card: Card, viewer: str, counts: Counts | None = None) -> Card:
    """An idea as `viewer` may see it; face down when it is hidden and not theirs."""
    if card["hidden"] and card["author"] != viewer:
        return {"id": card["id"], "step": card["step"], "hidden": True}
    found = counts.get(card["act_id"]) if counts and card["act_id"] else None
    return {**card, "counts": dict(found)} if found else card


def private(effects: Iterable[Effect]) -> set[str]:
    """The people for whom these effects look otherwise than for everybody else."""
    found: set[str] = set()
    for effect in effects:
        kind = effect["k"]
        if kind == "put" and effect["of"] == "idea" and effect["card"]["hidden"]:
            found.add(effect["card"]["author"])
        elif kind == "set" and "by" in effect:
            found.add(effect["by"])
        elif kind == "vote":
            found.add(effect["voter"])
    return found


def same_for_all(effects: Iterable[Effect]) -> bool:
    """Whether these effects can be sent as they are, to everyone: then they are `private` to nobody."""
    for effect in effects:
        kind = effect["k"]
        if kind == "vote" or "by" in effect or effect.get("f") == "round":
            return False
        if kind == "put" and effect["of"] == "idea" and _not_plain(effect["card"]):
            return False
    return True


def _not_plain(card: Card) -> bool:
    return bool(card["hidden"] or card["act_id"])


def seen(
    effects: Iterable[Effect], viewer: str, doc: Doc, counts: Counts | None = None
) -> list[Effect]:
    """The effects as `viewer` may see them. `doc` is the board after them: votes are told as they stand now."""
    out: list[Effect] = []
    voted = mine = False
    for effect in effects:
        kind = effect["k"]
        if kind == "vote":
            voted = True
            mine = mine or effect["voter"] == viewer
            continue
        if "by" in effect:
            if effect["by"] != viewer:
                continue
            effect = {name: value for name, value in effect.items() if name != "by"}
        elif kind == "put" and effect["of"] == "idea":
            card = {**effect["card"], "step": effect["step"]}
            effect = {**effect, "card": face(card, viewer, counts)}
        elif effect.get("f") == "round" and effect["of"] == "board":
            voted = mine = True
        out.append(effect)
    if mine:
        out.append({"k": "mine", "votes": doc.mine(viewer)})
    if voted:
        out.append({"k": "cast", "n": doc.cast()})
    return out


def document(
    doc: Doc, viewer: str, people: Mapping[str, str], counts: Counts | None = None
) -> dict[str, Any]:
    """The whole board as `viewer` may see it (docs/board-protocol.md, The document)."""
    ideas = [doc.ideas[key] for gap in (None, *doc.order) for key in doc.gaps.get(gap, ())]
    return {
        "v": 1,
        "board": dict(doc.board),
        "steps": [dict(doc.steps[key]) for key in doc.order],
        "ideas": [face(card, viewer, counts) for card in ideas],
        "comments": [dict(comment) for comment in doc.comments.values()],
        "chat": [dict(line) for line in doc.chat.values()],
        "mine": doc.mine(viewer) if viewer else [],
        "cast": doc.cast(),
        "people": dict(people),
    }


SHORT = 120


def words(effects: Iterable[Effect], viewer: str) -> str:
    """The words an operation is about, for a list of changes; "" when there are none, or none for this viewer."""
    for effect in effects:
        if effect.get("by", viewer) != viewer:
            continue
        if effect["k"] == "put":
            card = effect["card"]
            if card.get("hidden") and card["author"] != viewer:
                continue
            return str(card.get("text") or card.get("title") or "")[:SHORT]
        if effect["k"] == "set" and isinstance(effect["v"], str):
            return effect["v"][:SHORT]
    return ""
