"""One board's room: who is in it, what waits to be written, and telling everyone. All of it in the loop's thread.

Operations are written at once when nothing was written for 10 ms, else those of the meantime together: under load one
transaction and one frame serve many. What was written is sent only then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from neoncard.design.board.actions import Asked, Gone
from neoncard.design.board.state import encode
from neoncard.web.live.desk import Desk, Told
from neoncard.web.live.who import NO_BOARD, NOT_YOURS, Admitted
from neoncard.web.live.wire import MOST, Frame, Line

TICK = 0.010
PRESENCE = 0.050
LOOK = 2.0
"""Seconds between looks at the log when nothing was heard: the net under NOTIFY."""

WELCOME = 30.0
"""Seconds between asking who may still be here."""

FULL = 150
"""Operations that wait for no tick: so many are worth a transaction of their own."""

BATCH = 1000
"""Operations in one transaction, which keeps it under 25 ms."""

RESYNC = Frame('{"t":"resync"}')

Job = Callable[[], Any]
Done = Callable[[Any, BaseException | None], None]
Submit = Callable[[Job, Done], None]

log = structlog.get_logger("neoncard.board")


class Seat:
    """One connection in a room."""

    __slots__ = ("admitted", "behind", "card", "line", "seated", "since")

    def __init__(self, line: Line, admitted: Admitted) -> None:
        self.line = line
        self.admitted = admitted
        self.card: str | None = None
        self.seated = False
        self.behind = False
        self.since = time.monotonic()

    @property
    def actor(self) -> str:
        """Who sits here."""
        return self.admitted.who.actor


class Room:
    """A board with people on it. `submit` runs a job in the database thread and calls back in the loop, in order."""

    def __init__(self, board: int, submit: Submit, *, rate: int) -> None:
        self.board = board
        self.desk = Desk(board)
        self.seats: dict[Seat, None] = {}
        self.empty_since = time.monotonic()
        self._submit = submit
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Seat, Asked]] = []
        self._busy = False
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._last = 0.0
        self._here: asyncio.TimerHandle | None = None
        self._rate = rate
        self._spent: dict[str, tuple[float, float]] = {}
        self._asked = self._looked = time.monotonic()
        self._poked = False

    # Coming and going

    def enter(self, seat: Seat, since: int) -> None:
        """Somebody said hello: they get the board, and from then on every frame."""

        def seated(found: tuple[int, str] | None, error: BaseException | None) -> None:
            if found is None or error is not None:
                self._failed(error, [seat])
                return
            if seat.line.closed:
                return
            seat.behind = False
            seat.line.send(Frame(found[1]))
            if not seat.seated:
                seat.seated = True
                self.seats[seat] = None
            self._tell_presence()

        self._submit(lambda: self.desk.welcome(seat.admitted, since), seated)

    def leave(self, seat: Seat) -> None:
        """A connection has ended."""
        seat.line.drop()
        if self.seats.pop(seat, 0) is None:
            self._tell_presence()
        if not self.seats:
            self.empty_since = time.monotonic()

    # Operations

    def take(self, seat: Seat, asked: list[Asked]) -> None:
        """Operations from one person, to be written with the next tick."""
        for one in asked:
            if self._spend(seat.actor):
                self._waiting.append((seat, one))
            else:
                say = "That is very much at once; wait a moment."
                no = {"t": "no", "id": one.id, "why": "limit", "say": say}
                seat.line.send(Frame(encode(no)))
        self._wake()

    def _spend(self, actor: str) -> bool:
        """A bucket a person, not an address: twice `rate` at once, `rate` a second."""
        now = time.monotonic()
        left, at = self._spent.get(actor, (2.0 * self._rate, now))
        left = min(2.0 * self._rate, left + (now - at) * self._rate)
        self._spent[actor] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def _wake(self) -> None:
        if self._busy or not self._waiting:
            return
        full = len(self._waiting) >= FULL
        if self._timer is not None:
            if not full or not isinstance(self._timer, asyncio.TimerHandle):
                return
            self._timer.cancel()
        wait = self._last + TICK - self._loop.time()
        if full or wait <= 0:
            self._timer = self._loop.call_soon(self._tick)
        else:
            self._timer = self._loop.call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._last = self._loop.time()
        batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        seats = {id(asked): seat for seat, asked in batch}
        languages = {seat.actor: seat.admitted.language for seat, _asked in batch}
        self._busy = True

        def written(told: Told | None, error: BaseException | None) -> None:
            self._busy = False
            if told is None or error is not None:
                self._failed(error, list(self.seats))
                return
            self._send(told)
            for asked, text in told.answers:
                seats[id(asked)].line.send(Frame(text))
            self._wake()

        asked = [one for _seat, one in batch]
        self._submit(lambda: self.desk.tick(asked, languages), written)

    def _send(self, told: Told) -> None:
        everyone, own = told.everyone, told.own
        if told.anew:
            for seat in self.seats:
                seat.behind = True
                seat.line.send(RESYNC)
        if everyone is None:
            return
        for seat in self.seats:
            line = seat.line
            if line.waiting > MOST:
                # Too far behind: no more until they say hello again; one short word is all they get.
                if not seat.behind:
                    seat.behind = True
                    line.send(RESYNC)
            elif not seat.behind:
                line.send(own.get(seat.actor, everyone) if own else everyone)

    def _failed(self, error: BaseException | None, seats: list[Seat]) -> None:
        """The board is gone, or the database is: everybody out; their outboxes keep what was not acknowledged."""
        code, why = 1011, "stopped"
        if isinstance(error, Gone):
            code, why = NO_BOARD, "gone"
        else:
            log.error("a board could not be written", board=self.board, error=repr(error))
        self.desk = Desk(self.board)
        self._waiting.clear()
        for seat in seats:
            self._show_out(seat, code, why)

    def _show_out(self, seat: Seat, code: int, why: str) -> None:
        seat.line.send(Frame(encode({"t": "bye", "why": why})))
        seat.line.close(code)
        self.leave(seat)

    def close(self) -> None:
        """The server stops."""
        for seat in list(self.seats):
            self._show_out(seat, 1012, "stopping")

    @staticmethod
    def now() -> int:
        """The server's clock, in ms."""
        return round(time.time() * 1000)

    # Presence

    def at(self, seat: Seat, card: str | None) -> None:
        """Which card somebody has open."""
        if seat.card != card:
            seat.card = card
            self._tell_presence()

    def _tell_presence(self) -> None:
        if self._here is None:
            self._here = self._loop.call_later(PRESENCE, self._presence)

    def _presence(self) -> None:
        self._here = None
        people: dict[str, dict[str, Any]] = {}
        for seat in self.seats:
            who = seat.admitted.who
            one = {"actor": who.actor, "name": seat.admitted.name, "role": who.role}
            old = people.get(who.actor)
            people[who.actor] = {**one, "card": seat.card or (old["card"] if old else None)}
        frame = Frame(encode({"t": "here", "people": list(people.values())}))
        for seat in self.seats:
            if not seat.behind and seat.line.waiting <= MOST:
                seat.line.send(frame)

    # Others' writes

    def poke(self) -> None:
        """Somebody wrote elsewhere: look."""
        if self._poked:
            return
        self._poked = True

        def looked(told: Told | None, error: BaseException | None) -> None:
            if told is None or error is not None:
                self._failed(error, list(self.seats))
            else:
                self._send(told)

        def look() -> Told:
            self._poked = False
            return self.desk.look()

        self._looked = time.monotonic()
        self._submit(look, looked)

    def breathe(self, *, ask: bool = False) -> None:
        """Called every second: a look at the log now and then, and whether everyone may still be here."""
        now = time.monotonic()
        if now - self._looked > LOOK:
            self.poke()
        if ask or now - self._asked > WELCOME:
            self._asked = now
            self._submit(self.desk.still_welcome, self._checked)

    def _checked(self, welcome: frozenset[str] | None, error: BaseException | None) -> None:
        if welcome is None or error is not None:
            return
        for seat in [seat for seat in self.seats if seat.actor not in welcome]:
            self._show_out(seat, NOT_YOURS, "withdrawn")
