"""What makes a board a workshop: phases, votes, words beside the cards, and committing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neoncard.design.board import checks
from neoncard.design.board.cards import found, reconciled
from neoncard.design.board.checks import Refused
from neoncard.design.board.document import Card, Doc, Effect
from neoncard.design.board.terms import (
    BUDGET_MAX,
    COMMENTS_MAX,
    PHASES,
    TIMER_MAX,
    UNCOVERED,
    Op,
    Recent,
    Rule,
    Who,
)
from neoncard.kit.fields import gettext_noop


def _votable(doc: Doc, op: Op) -> Card:
    idea = doc.ideas.get(checks.identity(op.get("idea"), "idea"))
    if idea is None:
        raise Refused("missing", gettext_noop("That card is gone."))
    return idea


def _vote(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    key = _votable(doc, op)["id"]
    mine = doc.mine(who.actor)
    if key in mine:
        raise Refused("invalid", gettext_noop("You have voted for this card already."))
    if len(mine) >= doc.board["vote_budget"]:
        raise Refused("budget", gettext_noop("All your votes are given; take one back first."))
    return [{"k": "vote", "idea": key, "voter": who.actor, "on": True}]


def _unvote(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    key = _votable(doc, op)["id"]
    if who.actor not in doc.votes.get(key, ()):
        raise Refused("missing", gettext_noop("You have not voted for this card."))
    return [{"k": "vote", "idea": key, "voter": who.actor, "on": False}]


def _words(doc: Doc, given: Card, kept: Mapping[str, Card], who: Who, now: int) -> Card:
    key = checks.identity(given.get("id"), "id")
    if key in kept:
        raise Refused("invalid", gettext_noop("is taken already"), field="id")
    words = checks.text(given.get("text"), "text", checks.WORDS_MAX)
    return {"id": key, "author": who.actor, "text": words, "at": now}


def _comment(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    _of, card = found(doc, op, who)
    if card.get("hidden"):
        raise Refused("phase", gettext_noop("Wait until this card is turned over."))
    if len(doc.comments) >= COMMENTS_MAX:
        raise Refused("limit", gettext_noop("At most %(most)s comments fit."), most=COMMENTS_MAX)
    given = checks.an_object(op.get("comment"), "comment")
    words = _words(doc, given, doc.comments, who, now)
    words |= {"card": card["id"], "resolved": False}
    return [{"k": "put", "of": "comment", "card": words}]


def _resolve(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    comment = doc.comments.get(checks.identity(op.get("comment"), "comment"))
    if comment is None:
        raise Refused("missing", gettext_noop("That comment is gone."))
    on = op.get("resolved", True) is True
    return [{"k": "set", "of": "comment", "id": comment["id"], "f": "resolved", "v": on}]


def _say(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    words = _words(doc, checks.an_object(op.get("chat"), "chat"), doc.chat, who, now)
    return [{"k": "put", "of": "chat", "card": words}]


def _board(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    field = checks.one_of(op.get("field"), "field", tuple(checks.BOARD_TEXTS))
    most = checks.BOARD_TEXTS[field]
    value = checks.text(op.get("value"), field, most)
    text, _also = reconciled(doc, doc.board, op, who, field, value, most)
    return [{"k": "set", "of": "board", "f": field, "v": text, "sent": value}]


def _of_board(field: str, value: object) -> Effect:
    return {"k": "set", "of": "board", "f": field, "v": value}


def uncovered(doc: Doc) -> list[Effect]:
    """Every hidden idea turned over where it lies, whole, so that those who saw its back see its face."""
    return [
        {
            "k": "put",
            "of": "idea",
            "card": {**card, "hidden": False},
            "step": card["step"],
            "after": doc.before("idea", card["id"]),
        }
        for gap in (None, *doc.order)
        for card in (doc.ideas[key] for key in doc.gaps.get(gap, ()))
        if card["hidden"]
    ]


def _phase(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    to = checks.one_of(op.get("to"), "to", PHASES)
    before = doc.board["phase"]
    effects = uncovered(doc) if to in UNCOVERED else []
    if to != "vote" and before == "vote":
        effects += [
            {"k": "set", "of": "idea", "id": key, "f": "votes", "v": len(doc.votes.get(key, ()))}
            for key in doc.ideas
        ]
    if to == "vote" != before:
        effects += [
            {"k": "set", "of": "idea", "id": key, "f": "votes", "v": None}
            for key, card in doc.ideas.items()
            if card["votes"] is not None
        ]
        if before != "commit":
            effects.append(_of_board("round", doc.board["round"] + 1))
    if to != before:
        effects.append(_of_board("timer_ends_at", None))
    return [*effects, _of_board("phase", to)]


def _reveal(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    return _phase(doc, {"to": "reveal"}, who, now, done)


def _timer(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    seconds = op.get("seconds")
    if seconds is None:
        return [_of_board("timer_ends_at", None)]
    return [
        _of_board("timer_ends_at", now + 1000 * checks.number(seconds, "seconds", 1, TIMER_MAX))
    ]


def _budget(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    n = checks.number(op.get("n"), "n", 1, BUDGET_MAX)
    given: dict[str, int] = {}
    for voters in doc.votes.values():
        for voter in voters:
            given[voter] = given.get(voter, 0) + 1
    if max(given.values(), default=0) > n:
        raise Refused("budget", gettext_noop("Somebody has given more votes than that already."))
    return [_of_board("vote_budget", n)]


def _lock(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    return [_of_board("locked", op.get("on", True) is True)]


def _summon(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    key = checks.maybe(op.get("card"), "card")
    if key is not None and doc.card(key) is None:
        raise Refused("missing", gettext_noop("That card is gone."))
    return [_of_board("summon", key)]


def _commit(doc: Doc, op: Op, who: Who, now: int, done: Recent) -> list[Effect]:
    card = _votable(doc, op)
    checks.act(checks.an_object(op.get("act"), "act"), may_spend=who.may_spend)
    if card["hidden"]:
        raise Refused("phase", gettext_noop("Wait until this card is turned over."))
    if card["act_id"] is not None:
        raise Refused("invalid", gettext_noop("This card is in the playbook."))
    # The act is written with the operation, in one transaction; its id is put in there (actions.py).
    return [
        {"k": "set", "of": "idea", "id": card["id"], "f": "act_id", "v": None},
        {"k": "set", "of": "idea", "id": card["id"], "f": "status", "v": "committed"},
    ]


RULES: Final[dict[str, Rule]] = {
    "vote": _vote,
    "unvote": _unvote,
    "comment": _comment,
    "resolve": _resolve,
    "say": _say,
    "board": _board,
    "phase": _phase,
    "reveal": _reveal,
    "timer": _timer,
    "budget": _budget,
    "lock": _lock,
    "summon": _summon,
    "commit": _commit,
}
