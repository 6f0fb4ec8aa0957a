"""Where a board's operations are written and its frames made. Everything here runs in the one database thread."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation
from django.utils.translation import gettext

from neoncard.design.board import actions, audience, queries
from neoncard.design.board.actions import ERASED, Asked, Gone
from neoncard.design.board.document import Effect
from neoncard.design.board.state import State, encode
from neoncard.design.board.tables import GONE
from neoncard.design.board.terms import RECENT, Done
from neoncard.people import queries as people
from neoncard.web.live.who import Admitted
from neoncard.web.live.wire import Frame
from neoncard.web.pages.playbook import figures

COUNTS_LAST = 3600.0
"""Seconds after which what the acts have done is asked again."""

log = structlog.get_logger("neoncard.board")


@dataclass(slots=True)
class Told:
    """What is to be sent: to everyone, to those who see something else, and answers to single operations."""

    everyone: Frame | None = None
    own: dict[str, Frame] = field(default_factory=dict)
    answers: list[tuple[Asked, str]] = field(default_factory=list)
    anew: bool = False
    """Everybody is to say hello again, from nothing: what they hold may hold a name that was erased."""


class Desk:
    """One board, as long as somebody is on it."""

    def __init__(self, board: int) -> None:
        self.board = board
        self.people: dict[str, str] = {}
        self.counts: dict[int, dict[str, int]] = {}
        self._state: State | None = None
        self._counted = 0.0
        self._plain: tuple[int, str] = (-1, "")

    def open(self) -> State:
        """The board as it is kept here, loaded when it isn't. Raises Gone."""
        if self._state is None:
            state = queries.load(self.board)
            if state is None:
                raise Gone
            self._state = state
            self.people |= queries.names(queries.actors(state.doc))
        if time.monotonic() - self._counted > COUNTS_LAST or not self._counted:
            organisation = people.organisation()
            self.counts = figures(organisation) if organisation else {}
            self._counted = time.monotonic()
        return self._state

    def welcome(self, guest: Admitted, since: int) -> tuple[int, str]:
        """What somebody gets who has just come in, or come back; and the seq they are at then."""
        state = self.open()
        doc, actor = state.doc, guest.who.actor
        self.people[actor] = guest.name
        head: dict[str, Any] = {
            "t": "welcome",
            "seq": doc.seq,
            "now": _now(),
            "you": {"actor": actor, "name": guest.name, "role": guest.who.role},
        }
        start = encode(head)[:-1]
        entries = self._since(state, since)
        if entries is None:
            return doc.seq, f'{start},"doc":{self._document(state, actor)}}}'
        ops = ",".join(_entry(one, encode(self._seen(one, actor))) for one in entries)
        return doc.seq, f'{start},"ops":[{ops}],"people":{encode(self.people)}}}'

    def tick(self, asked: Sequence[Asked], languages: dict[str, str]) -> Told:
        """Write operations down and say what to send. `languages`: by actor, for refusals.

        Raises Gone, or the database's error when it fails twice.
        """
        try:
            state = self.open()
            wrote = actions.write(state, asked, quiet=True)
            heard = wrote.heard
        except (DatabaseError, InterfaceError) as error:
            log.warning("a board's write failed; once more", board=self.board, error=str(error))
            heard = self._recover()
            wrote = actions.write(self.open(), asked, quiet=True)
            heard = [*heard, *wrote.heard]
        texts = {done.seq: text for _one, done, text in wrote.done}
        told = self._tell([*heard, *(done for _one, done, _text in wrote.done)], texts)
        for one, seq in wrote.again:
            told.answers.append((one, encode({"t": "ack", "id": one.id, "seq": seq})))
        for one, why in wrote.refused:
            with translation.override(languages.get(one.who.actor, settings.LANGUAGE_CODE)):
                say = why.say(gettext)
            no = {"t": "no", "id": one.id, "why": why.why, "say": say}
            told.answers.append((one, encode(no)))
        return told

    def look(self) -> Told:
        """What others have written since. Raises Gone, or the database's error."""
        try:
            heard = actions.catch_up(self.open())
        except (DatabaseError, InterfaceError):
            heard = self._recover()
        return self._tell(heard, {})

    def still_welcome(self) -> frozenset[str]:
        """The actors who may still be here: members who work here, guests whose link is good. Two queries."""
        return queries.welcome_guests(self.board) | queries.members_here()

    def _recover(self) -> list[Done]:
        connection.close()
        if self._state is None:
            return []
        return actions.reload(self._state)

    def _since(self, state: State, since: int) -> list[Done] | None:
        """The operations after `since`, when they are all in mind; None when the whole board is to be sent."""
        missing = state.doc.seq - since
        if since <= 0 or not 0 <= missing <= min(RECENT, len(state.recent)):
            return None
        return list(state.recent.values())[len(state.recent) - missing :]

    def _document(self, state: State, actor: str) -> str:
        doc = state.doc
        special = bool(doc.mine(actor)) or any(
            card["hidden"] and card["author"] == actor for card in doc.ideas.values()
        )
        if special:
            return encode(audience.document(doc, actor, self.people, self.counts))
        if self._plain[0] != doc.seq:
            self._plain = (doc.seq, encode(audience.document(doc, "", {}, self.counts))[:-12])
        # `people` is the last field; those who came since are put in anew.
        return f'{self._plain[1]}"people":{encode(self.people)}}}'

    def _seen(self, done: Done, viewer: str) -> list[Effect]:
        return audience.seen(done.effects, viewer, self.open().doc, self.counts)

    def _tell(self, dones: Sequence[Done], texts: dict[int, str]) -> Told:
        """Frames for what was done: one for all, and one for each person to whom part of it looks otherwise."""
        told = Told(anew=any(done.did == ERASED for done in dones))
        if told.anew:
            self._state = None
            self.people.clear()
            self._plain = (-1, "")
        if told.anew or not dones:
            return told
        special: dict[str, set[int]] = {}
        entries: list[str] = []
        new = self._new_people(dones)
        for done in dones:
            text = None
            if audience.same_for_all(done.effects):
                text = texts.get(done.seq)
            else:
                for actor in audience.private(done.effects):
                    special.setdefault(actor, set()).add(done.seq)
            if text is None:
                text = encode(self._seen(done, ""))
            entries.append(_entry(done, text, new))
            new = ""
        seq = dones[-1].seq
        told.everyone = _ops(seq, entries)
        for actor, seqs in special.items():
            mine = [
                _entry(done, encode(self._seen(done, actor))) if done.seq in seqs else entry
                for done, entry in zip(dones, entries, strict=True)
            ]
            told.own[actor] = _ops(seq, mine)
        return told

    def _new_people(self, dones: Iterable[Done]) -> str:
        """Effects that name those nobody here has heard of yet."""
        unknown = {done.actor for done in dones} - self.people.keys() - {GONE}
        if not unknown:
            return ""
        found = queries.names(unknown)
        self.people |= found
        cards = ({"id": actor, "name": name} for actor, name in sorted(found.items()))
        return ",".join(encode({"k": "put", "of": "person", "card": card}) for card in cards)


def _now() -> int:
    return round(time.time() * 1000)


def _entry(done: Done, effects: str, people: str = "") -> str:
    if people:
        effects = f"[{people}{',' if effects != '[]' else ''}{effects[1:]}"
    return (
        f'{{"s":{done.seq},"o":"{done.op_id}","a":"{done.actor}","d":"{done.did}","e":{effects}}}'
    )


def _ops(seq: int, entries: list[str]) -> Frame:
    return Frame(f'{{"t":"ops","seq":{seq},"ops":[{",".join(entries)}]}}')
