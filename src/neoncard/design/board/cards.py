"""Laying, writing, moving and taking away cards. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from neoncard.design.board import checks
from neoncard.design.board.checks import Refused
from neoncard.design.board.document import Card, Doc, Effect
from neoncard.design.board.merge import merged
from neoncard.design.board.terms import IDEAS_MAX, STEPS_MAX, Op, Recent, Rule, Who
from neoncard.kit.fields import gettext_noop


def found(doc: Doc, op: Op, who: Who, *, own: bool = False) -> tuple[str, Card]:
    """Which kind of card `op` means, and the card; `own`: a hidden idea is its author's alone."""
    key = checks.identity(op.get("card"), "card")
    card = doc.steps.get(key)
    if card is not None:
        return "step", card
    card = doc.ideas.get(key)
    if card is None:
        raise Refused("missing", gettext_noop("That card is gone."))
    if own and card["hidden"] and card["author"] != who.actor:
        raise Refused("role", gettext_noop("This card is its author’s until it is turned over."))
    return "idea", card


def _new(doc: Doc, card: Card) -> str:
    key = checks.identity(card.get("id"), "id")
    if doc.card(key) is not None:
        raise Refused("invalid", gettext_noop("is taken already"), field="id")
    return key


def _add_step(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    given = checks.an_object(op.get("card"), "card")
    if len(doc.steps) >= STEPS_MAX:
        raise Refused("limit", gettext_noop("At most %(most)s white cards fit."), most=STEPS_MAX)
    card: Card = {"id": _new(doc, given)}
    for field in ("title", "note", "channel", "feel_note"):
        card[field] = checks.step_field(field, given.get(field, ""))
    card["also"] = ""
    return [{"k": "put", "of": "step", "card": card, "after": checks.maybe(op.get("after"), "after")}]  # fmt: skip


def _gap(doc: Doc, op: Op) -> str | None:
    step = checks.maybe(op.get("step"), "step")
    if step is not None and step not in doc.steps:
        raise Refused("missing", gettext_noop("That step is gone."))
    return step


def _add_idea(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    given = checks.an_object(op.get("card"), "card")
    if len(doc.ideas) >= IDEAS_MAX:
        raise Refused("limit", gettext_noop("At most %(most)s neon cards fit."), most=IDEAS_MAX)
    card: Card = {"id": _new(doc, given), "step": _gap(doc, op)}
    for field, blank in _IDEA_BLANK.items():
        card[field] = checks.idea_field(field, given.get(field, blank))
    card |= {
        "author": who.actor,
        "hidden": doc.board["phase"] == "ideas",
        "status": "open",
        "act_id": None,
        "votes": doc.no_votes(),
        "counts": None,
        "also": "",
    }
    after = checks.maybe(op.get("after"), "after")
    return [{"k": "put", "of": "idea", "card": card, "step": card["step"], "after": after}]


_IDEA_BLANK: Final = {
    "text": "",
    "kind": "word",
    "level": 3,
    "cost": "",
    "aim": "trust",
    "principle": "",
}


def _set(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    of, card = found(doc, op, who, own=True)
    field = op.get("field")
    if not isinstance(field, str):
        raise Refused("invalid", gettext_noop("names the field"), field="field")
    check: Callable[[str, object], Any] = checks.step_field if of == "step" else checks.idea_field
    value = check(field, op.get("value"))
    if field == "status" and card["act_id"] is not None:
        raise Refused("invalid", gettext_noop("This card is in the playbook."))
    texts = checks.STEP_TEXTS if of == "step" else checks.IDEA_TEXTS
    effect: Effect = {"k": "set", "of": of, "id": card["id"], "f": field, "v": value}
    effects = [effect]
    if field in texts:
        effect["sent"] = value
        text, also = reconciled(doc, card, op, who, field, value, texts[field])
        effect["v"] = text
        if also != card["also"]:
            effects.append({"k": "set", "of": of, "id": card["id"], "f": "also", "v": also})
    else:
        effect["v"] = _left_alone(doc, card, op, field, value)
    if of == "idea" and card["hidden"]:
        for effect in effects:
            effect["by"] = card["author"]
    return effects


def _left_alone(doc: Doc, card: Card, op: Op, field: str, value: Any) -> Any:
    """A choice whose maker saw the board at `op["base"]`: what others chose since stands, where they changed nothing."""
    base = op.get("base")
    if base is None:
        return value
    changes = doc.changes_after(card["id"], checks.number(base, "base", 0, 2**53))
    seen = next((old for _seq, _actor, name, old, _sent in changes if name == field), None)
    return card[field] if seen is not None and seen == value else value


def reconciled(
    doc: Doc, card: Card, op: Op, who: Who, field: str, value: str, most: int
) -> tuple[str, str]:
    """A text whose writer saw the board at `op["base"]`, with what was written since; and the card's `also`."""
    also: str = card.get("also", "")
    now = card[field]
    base = op.get("base")
    if base is None or now == value:
        return value, also
    seen = checks.number(base, "base", 0, 2**53)
    key = card["id"] if card is not doc.board else ""
    last = doc.last_change(key, field)
    if last is not None and (last[1], last[4]) == (who.actor, now):
        return value, also  # nobody has written here since they did themselves
    older = None
    for _seq, actor, name, old, sent in doc.changes_after(key, seen):
        if name == field and actor == who.actor:
            older = sent  # they go on from what they wrote last, whatever became of it
        elif name == field and older is None:
            older = old
    if older is None and doc.knows(key, seen):
        return value, also
    both = merged(older, now, value) if older is not None and doc.knows(key, seen) else None
    if both is not None and both.strip() and len(both) <= most:
        return both.strip(), also
    kept = [line for line in also.split("\n") if line and line != value]
    return value, "\n".join([*kept, now])[-checks.ALSO_MAX :]


def _move(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    of, card = found(doc, op, who)
    after = checks.maybe(op.get("after"), "after")
    effect: Effect = {"k": "move", "of": of, "id": card["id"]}
    if of == "idea":
        effect["step"] = _gap(doc, op)
    if after == card["id"]:
        after = doc.before(of, card["id"])
    return [{**effect, "after": after}]


def _delete(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    of, card = found(doc, op, who, own=True)
    key = card["id"]
    effects: list[Effect] = [
        {"k": "gone", "of": "comment", "id": comment["id"]} for comment in doc.comments_on(key)
    ]
    if doc.board["summon"] == key:
        effects.append({"k": "set", "of": "board", "f": "summon", "v": None})
    if of == "step":
        gap = doc.gap_before(key)
        there = doc.gaps.get(gap)
        last = there[-1] if there else None
        for idea in doc.gaps.get(key, ()):
            effects.append({"k": "move", "of": "idea", "id": idea, "step": gap, "after": last})
            last = idea
    else:
        effects += [
            {"k": "vote", "idea": key, "voter": voter, "on": False} for voter in doc.votes.get(key, ())
        ]  # fmt: skip
    return [*effects, {"k": "gone", "of": of, "id": key}]


RULES: Final[dict[str, Rule]] = {
    "add_step": _add_step,
    "add_idea": _add_idea,
    "set": _set,
    "move": _move,
    "delete": _delete,
}
