"""A board as a process holds it between two operations, and how it is written as text. Pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import orjson

from neoncard.design.board.document import ROW, Doc, Gap
from neoncard.design.board.terms import RECENT, Done


def encode(value: Any) -> str:
    """An object as the shortest JSON."""
    return orjson.dumps(value).decode()


class State:
    """A board and what goes with it.

    `recent` holds the last operations by id; `pks` the row of each step, `places` where each card's row says it lies; everything up to
    `told` is committed and was given to the caller.
    """

    def __init__(self, board: int, doc: Doc) -> None:
        self.board = board
        self.doc = doc
        self.recent: OrderedDict[str, Done] = OrderedDict()
        self.pks: dict[str, int] = {}
        self.places: dict[str, tuple[Gap, int]] = {}
        self.told = doc.seq

    def become(self, other: State) -> None:
        """Take over everything from a state that was loaded anew; what was told stays told."""
        self.doc, self.recent = other.doc, other.recent
        self.pks, self.places = other.pks, other.places

    def remember(self, done: Done) -> None:
        """Keep an operation in mind, and forget the oldest."""
        self.recent[done.op_id] = done
        if len(self.recent) > RECENT:
            self.recent.popitem(last=False)

    def settle(self) -> None:
        """Others have written what was touched: the rows lie as the cards do here, and new steps have rows of their own."""
        doc = self.doc
        for of, key in doc.touched:
            if of == "row":
                self._place(key)
            elif of in ("step", "idea"):
                self.pks.pop(key, None)
                if doc.card(key) is None:
                    self.places.pop(key, None)
        doc.touched.clear()

    def place_all(self) -> None:
        """The rows lie as the cards do here."""
        for gap in (ROW, *self.doc.gaps):
            self._place(gap)

    def _place(self, gap: Gap) -> None:
        doc = self.doc
        row = doc.order if gap == ROW else doc.gaps.get(gap, [])
        where = gap or None
        self.places |= {key: (where, pos) for pos, key in enumerate(row)}

    def follow(self, done: Done) -> None:
        """An operation somebody else has written: carry it out here. Its rows are theirs to write."""
        self.doc.apply(done.effects, done.seq, done.actor)
        self.doc.seq = done.seq
        self.remember(done)


def dumped(doc: Doc) -> str:
    """The whole board as text, unfiltered, for a snapshot."""
    return encode(
        {
            "board": doc.board,
            "steps": [doc.steps[key] for key in doc.order],
            "ideas": [
                doc.ideas[key] for gap in (None, *doc.order) for key in doc.gaps.get(gap, ())
            ],
            "comments": list(doc.comments.values()),
            "chat": list(doc.chat.values()),
            "votes": {idea: list(voters) for idea, voters in doc.votes.items()},
        }
    )


def restored(text: str, seq: int) -> Doc:
    """The board a snapshot holds."""
    found: dict[str, Any] = orjson.loads(text)
    doc = Doc(found["board"], seq)
    for step in found["steps"]:
        doc.steps[step["id"]] = step
        doc.order.append(step["id"])
        doc.gaps[step["id"]] = []
    for idea in found["ideas"]:
        doc.ideas[idea["id"]] = idea
        doc.gaps[idea["step"]].append(idea["id"])
    doc.comments = {comment["id"]: comment for comment in found["comments"]}
    doc.chat = {line["id"]: line for line in found["chat"]}
    doc.votes = {idea: dict.fromkeys(voters, True) for idea, voters in found["votes"].items()}
    return doc
