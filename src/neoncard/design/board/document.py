"""A board as it lies: cards in order, and what was changed when. Pure; only effects change it.

An effect is a small object, `{"k": kind, …}` (docs/board-protocol.md). Those kept in the log carry two things more
than those sent: `by` marks a change of a hidden idea with its author, and `{"k": "vote", "idea", "voter", "on"}` says
whose vote it was. `audience.py` takes both away before anybody else sees them. A merged text comes with `sent`, what
its author wrote; it stays in mind here and goes no further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Card = dict[str, Any]
Effect = dict[str, Any]
Gap = str | None
"""The gap after the step with this id; None is the gap before the first step."""

REMEMBERED = 40
"""How many changes of one card are kept in mind for merging and undo."""

CHAT = 200
"""How many lines of chat stay on a board."""

Change = tuple[int, str, str, Any, Any]
"""One change of a card: seq, actor, field, what stood there before, what its author wrote (a merge may differ)."""

ROW: Gap = ""
"""Stands among the gaps for the row of steps itself, where `touched` says which orders changed."""

WORDS = "words"
"""Stands in `touched` for an idea of which only its own fields changed: it lies where it lay, and became no act."""


class Doc:
    """One board, whole. Ids are texts; `gaps` holds the ids of the ideas in each gap, `order` those of the steps.

    `changes` knows what happened after `since`; `touched` what differs from the rows in the database.
    """

    def __init__(self, board: Card, seq: int = 0) -> None:
        self.seq = seq
        self.board = board
        self.steps: dict[str, Card] = {}
        self.order: list[str] = []
        self.ideas: dict[str, Card] = {}
        self.gaps: dict[Gap, list[str]] = {None: []}
        self.comments: dict[str, Card] = {}
        self.chat: dict[str, Card] = {}
        self.votes: dict[str, dict[str, bool]] = {}
        self.changes: dict[str, list[Change]] = {}
        self.since = seq
        self.touched: dict[tuple[str, Any], None] = {}

    def card(self, key: str) -> Card | None:
        """A step or an idea."""
        return self.steps.get(key) or self.ideas.get(key)

    def row(self, of: str, gap: Gap) -> list[str]:
        """The ids among which a card lies: all steps, or the ideas of one gap."""
        return self.order if of == "step" else self.gaps.setdefault(gap, [])

    def before(self, of: str, key: str) -> str | None:
        """The card right before this one in its row; None when it is the first."""
        row = self.row(of, None if of == "step" else self.ideas[key]["step"])
        at = row.index(key)
        return row[at - 1] if at else None

    def gap_before(self, step: str) -> Gap:
        """The gap before a step: after the step that comes before it."""
        return self.before("step", step)

    def mine(self, actor: str) -> list[str]:
        """The ideas this person has voted for in this round, in the order of their votes."""
        return [idea for idea, voters in self.votes.items() if actor in voters]

    def cast(self) -> int:
        """How many votes have been cast in this round."""
        return sum(map(len, self.votes.values()))

    def no_votes(self) -> int | None:
        """What stands on a card nobody voted for: 0 once a vote is over, nothing before and while people vote."""
        over = self.board["round"] > 0 and self.board["phase"] != "vote"
        return 0 if over else None

    def comments_on(self, card: str) -> list[Card]:
        """The comments on one card."""
        return [comment for comment in self.comments.values() if comment["card"] == card]

    def knows(self, key: str, seq: int) -> bool:
        """Whether every change of this card after `seq` is still in mind."""
        kept = self.changes.get(key, [])
        return seq >= self.since and (len(kept) < REMEMBERED or kept[0][0] <= seq)

    def last_change(self, key: str, field: str) -> Change | None:
        """The last change of one field of a card that is in mind."""
        for change in reversed(self.changes.get(key, ())):
            if change[2] == field:
                return change
        return None

    def changes_after(self, key: str, seq: int) -> Iterator[Change]:
        """What was changed on a card after `seq`, oldest first."""
        return (change for change in self.changes.get(key, ()) if change[0] > seq)

    def apply(self, effects: Iterable[Effect], seq: int = 0, actor: str = "") -> list[Effect]:
        """Carry out effects in order; gives back the effects that would undo them.

        An effect's place is made one that exists. Raises KeyError for a card that does not.
        """
        undo = [_APPLY[effect["k"]](self, effect, seq, actor) for effect in effects]
        undo.reverse()
        return undo

    def recall(
        self, inverse: Iterable[Effect], effects: Iterable[Effect], seq: int, actor: str
    ) -> None:
        """Put in mind what an operation of the log changed, without carrying it out again."""
        now = {(e["of"], e.get("id", ""), e["f"]): e["v"] for e in effects if e["k"] == "set"}
        for effect in reversed(list(inverse)):
            kind = effect["k"]
            if kind == "vote":
                continue
            of, key = effect["of"], effect.get("id", "")
            if kind == "set":
                field = effect["f"]
                sent = now.get((of, key, field), effect["v"])
                self._note(key, seq, actor, field, effect["v"], sent)
            elif kind == "move":
                self._note(key, seq, actor, "at", None)
            elif of in ("step", "idea"):
                key = effect["card"]["id"] if kind == "put" else key
                self._note(key, seq, actor, "card", None)
            elif kind == "gone" and of == "comment" and key in self.comments:
                self._note(self.comments[key]["card"], seq, actor, "comment", None)

    def _note(self, key: str, seq: int, actor: str, field: str, old: Any, sent: Any = None) -> None:
        kept = self.changes.setdefault(key, [])
        kept.append((seq, actor, field, old, sent))
        if len(kept) > REMEMBERED:
            del kept[0]

    def _lay(self, effect: Effect, key: str) -> None:
        """Lay a card where `effect` says. What is no place any more becomes one there is, in the effect too."""
        of, after = effect["of"], effect["after"]
        gap: Gap = None
        if of == "idea":
            gap = effect["step"] if effect["step"] in self.gaps else None
            effect["step"] = self.ideas[key]["step"] = gap
        row = self.row(of, gap)
        if after is not None and after not in row:
            after = effect["after"] = row[-1] if row else None
        row.insert(0 if after is None else row.index(after) + 1, key)
        self.touched[(of, key)] = None
        self.touched[("row", ROW if of == "step" else gap)] = None

    def _lift(self, of: str, key: str) -> None:
        gap = None if of == "step" else self.ideas[key]["step"]
        self.row(of, gap).remove(key)
        self.touched[("row", ROW if of == "step" else gap)] = None

    def _put(self, effect: Effect, seq: int, actor: str) -> Effect:
        of, card = effect["of"], effect["card"]
        key = card["id"]
        if of in ("comment", "chat"):
            return self._put_words(of, key, dict(card), seq, actor)
        cards = self.steps if of == "step" else self.ideas
        old = cards.get(key)
        undo: Effect = {"k": "gone", "of": of, "id": key}
        if old is not None:
            undo = {"k": "put", "of": of, "card": old, "after": self.before(of, key)}
            if of == "idea":
                undo["step"] = old["step"]
            self._lift(of, key)
        cards[key] = dict(card)
        if of == "step":
            self.gaps.setdefault(key, [])
        self._lay(effect, key)
        self._note(key, seq, actor, "card", old)
        return undo

    def _put_words(self, of: str, key: str, card: Card, seq: int, actor: str) -> Effect:
        kept = self.comments if of == "comment" else self.chat
        old = kept.get(key)
        kept[key] = card
        self.touched[(of, key)] = None
        if of == "comment":
            self._note(card["card"], seq, actor, "comment", old)
        elif len(kept) > CHAT:
            del kept[next(iter(kept))]
        return {"k": "put", "of": of, "card": old} if old else {"k": "gone", "of": of, "id": key}

    def _set(self, effect: Effect, seq: int, actor: str) -> Effect:
        of, field, value = effect["of"], effect["f"], effect["v"]
        key = effect.get("id", "")
        if of == "board":
            card = self.board
            if field == "round" and value != card["round"]:
                self.votes = {}
        else:
            card = {"step": self.steps, "idea": self.ideas, "comment": self.comments}[of][key]
        sent = effect.pop("sent", value)
        old = card.get(field)
        card[field] = value
        of = WORDS if of == "idea" and field != "act_id" else of
        self.touched[(of, key if of != "board" else field)] = None
        self._note(key if of != "board" else "", seq, actor, field, old, sent)
        return {**effect, "v": old}

    def _move(self, effect: Effect, seq: int, actor: str) -> Effect:
        of, key = effect["of"], effect["id"]
        undo = {"k": "move", "of": of, "id": key, "after": self.before(of, key)}
        if of == "idea":
            undo["step"] = self.ideas[key]["step"]
        self._lift(of, key)
        self._lay(effect, key)
        self._note(key, seq, actor, "at", None)
        return undo

    def _gone(self, effect: Effect, seq: int, actor: str) -> Effect:
        of, key = effect["of"], effect["id"]
        self.touched[(of, key)] = None
        if of in ("comment", "chat"):
            kept = self.comments if of == "comment" else self.chat
            return {"k": "put", "of": of, "card": kept.pop(key)}
        undo: Effect = {"k": "put", "of": of, "after": self.before(of, key)}
        self._lift(of, key)
        if of == "step":
            undo["card"] = self.steps.pop(key)
            self.gaps.pop(key, None)
        else:
            undo["card"] = self.ideas.pop(key)
            undo["step"] = undo["card"]["step"]
            self.votes.pop(key, None)
        self._note(key, seq, actor, "card", undo["card"])
        return undo

    def _vote(self, effect: Effect, seq: int, actor: str) -> Effect:
        idea, voter, on = effect["idea"], effect["voter"], effect["on"]
        voters = self.votes.setdefault(idea, {})
        if on:
            voters[voter] = True
        else:
            voters.pop(voter, None)
            if not voters:
                del self.votes[idea]
        self.touched[("vote", (idea, voter))] = None
        return {**effect, "on": not on}


_APPLY = {
    "put": Doc._put,
    "set": Doc._set,
    "move": Doc._move,
    "gone": Doc._gone,
    "vote": Doc._vote,
}
