"""A board's server without a database: the real rules, frames and filter around a log kept in a list."""

from __future__ import annotations

import json
import time
from typing import Any

from neoncard.design.board.actions import Asked, Wrote
from neoncard.design.board.document import Doc
from neoncard.design.board.rules import Done, Refused, Who, decide
from neoncard.design.board.state import State, dumped, restored
from neoncard.web.live.desk import Desk, Told
from neoncard.web.live.who import Admitted

PEOPLE = {"m1": "Lena", "m2": "Ines", "m3": "Jonas", "g1": "Ada (guest)"}
ROLES = {"m1": "facilitator", "m2": "member", "m3": "member", "g1": "guest"}


def who(actor: str) -> Who:
    return Who(actor, ROLES[actor], may_spend=actor == "m1")


def blank(**fields: Any) -> Doc:
    return Doc(
        {
            "id": 1, "title": "The last ferry", "intro": "", "front_line": "", "phase": "open",
            "locked": False, "timer_ends_at": None, "vote_budget": 3, "round": 0, "summon": None,
            **fields,
        }
    )  # fmt: skip


class Server:
    def __init__(self, **fields: Any) -> None:
        self.state = State(1, blank(**fields))
        self.first = dumped(self.state.doc)
        self.log: list[Done] = []
        self.desk = Desk(1)
        self.desk._state = self.state
        self.desk._counted = time.monotonic()
        self.desk.people = dict(PEOPLE)
        self.acts = 0
        self.now = 1_000_000

    @property
    def doc(self) -> Doc:
        return self.state.doc

    def write(self, asked: list[Asked]) -> Wrote:
        found = Wrote([], [], [], [])
        for one in asked:
            if one.id in self.state.recent:
                found.again.append((one, self.state.recent[one.id].seq))
                continue
            self.now += 1
            try:
                effects = decide(self.doc, one.op, one.who, self.now, self.state.recent)
            except Refused as why:
                found.refused.append((one, why))
                continue
            if one.op["op"] == "commit":
                self.acts += 1
                effects[0]["v"] = self.acts
            inverse = self.doc.apply(effects, self.doc.seq + 1, one.who.actor)
            self.doc.seq += 1
            of = one.op["undo"] if one.op["op"] == "undo" else ""
            done = Done(self.doc.seq, one.id, one.who.actor, one.op["op"], effects, inverse, of)
            self.doc.touched.clear()
            self.state.remember(done)
            self.log.append(done)
            found.done.append((one, done, json.dumps(effects)))
        return found

    def do(self, actor: str, op: dict[str, Any], id: str = "") -> Told:
        """One operation; raises what refuses it."""
        one = Asked(id or f"op-{self.now:08d}", op, who(actor))
        found = self.write([one])
        if found.refused:
            raise found.refused[0][1]
        return self.tell(found)

    def tell(self, found: Wrote) -> Told:
        return self.desk._tell(
            [done for _one, done, _text in found.done],
            {done.seq: text for _one, done, text in found.done},
        )

    def welcome(self, actor: str, since: int = 0) -> dict[str, Any]:
        admitted = Admitted(who(actor), PEOPLE[actor], "en")
        return json.loads(self.desk.welcome(admitted, since)[1])

    def replayed(self) -> Doc:
        doc = restored(self.first, 0)
        for done in self.log:
            doc.apply(done.effects, done.seq, done.actor)
        return doc


def frame_for(told: Told, actor: str) -> str:
    return told.own[actor].text if actor in told.own else told.everyone.text
