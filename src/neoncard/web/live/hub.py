"""All the rooms of this process: the database thread they share, and hearing what other processes wrote."""

from __future__ import annotations

import asyncio
import fcntl
import queue
import sys
import threading
import time
from typing import IO

import structlog
from django.conf import settings
from django.db import connection

from neoncard.design.board import actions, rows
from neoncard.web.live.room import Done, Job, Room

EMPTY = 30.0
"""Seconds an empty room stays, so that one who comes back finds it as it was."""

log = structlog.get_logger("neoncard.board")


SWITCH = 0.0005
"""Seconds one thread may keep the interpreter from another. A write lets go of it half a dozen times; with Python's own
5 ms, a busy loop would hold each of these up."""


class Thread:
    """One thread for all of a process's board work; answers come back into the loop in the order of the jobs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[tuple[Job, Done]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="board", daemon=True).start()

    def submit(self, job: Job, done: Done) -> None:
        """Run `job` there, then `done(result, error)` in the loop."""
        self._jobs.put((job, done))

    def _run(self) -> None:
        while True:
            job, done = self._jobs.get()
            found, error = None, None
            try:
                found = job()
            except Exception as caught:  # noqa: BLE001 whoever asked is told, and the thread lives on
                error = caught
            try:
                self._loop.call_soon_threadsafe(done, found, error)
            except RuntimeError:  # the loop has ended
                return


class Hub:
    """The boards this process serves."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        sys.setswitchinterval(SWITCH)
        self._thread = Thread(self._loop)
        self.rooms: dict[int, Room] = {}
        self._lock: IO[str] | None = None
        self._breath = self._loop.call_later(1.0, self._breathe)
        actions.listeners.append(self._heard)
        if connection.vendor == "postgresql":
            threading.Thread(target=self._listen, name="board-notify", daemon=True).start()

    def submit(self, job: Job, done: Done) -> None:
        """Run `job` in the database thread, then `done(result, error)` in the loop."""
        self._thread.submit(job, done)

    def serves(self) -> bool:
        """Whether boards are this process's to serve: on SQLite exactly one process's, whoever holds the lock file."""
        if connection.vendor != "sqlite" or self._lock is not None:
            return True
        file = (settings.HOME / "board.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            log.error(
                "another process serves the boards: on SQLite exactly one does. Stop that one, or move to PostgreSQL",
                home=str(settings.HOME),
            )
            return False
        self._lock = file
        return True

    def room(self, board: int) -> Room:
        """The room of a board, opened when there is none yet."""
        room = self.rooms.get(board)
        if room is None:
            rate = settings.NEONCARD_BOARD_RATE
            room = self.rooms[board] = Room(board, self._thread.submit, rate=rate)
        return room

    def _heard(self, board: int) -> None:
        """Somebody in this process wrote to a board, or withdrew a link. Any thread."""
        self._loop.call_soon_threadsafe(self._poke, board, 0)

    def _poke(self, board: int, seq: int) -> None:
        room = self.rooms.get(board)
        if room is not None:
            room.poke()
            if not seq:
                room.breathe(ask=True)

    def _breathe(self) -> None:
        self._breath = self._loop.call_later(1.0, self._breathe)
        now = time.monotonic()
        for board, room in list(self.rooms.items()):
            if room.seats:
                room.breathe()
            elif now - room.empty_since > EMPTY:
                del self.rooms[board]

    def _listen(self) -> None:
        """Hear PostgreSQL's NOTIFY, one a tick of any process. The slow look of each room is the net under it."""
        import psycopg

        while True:
            try:
                params = connection.get_connection_params()
                params.pop("cursor_factory", None)
                with psycopg.connect(**params, autocommit=True) as heard:
                    heard.execute(f"LISTEN {rows.CHANNEL}")
                    for notice in heard.notifies():
                        board, _colon, seq = notice.payload.partition(":")
                        self._loop.call_soon_threadsafe(self._poke, int(board), int(seq))
            except psycopg.Error as error:
                log.warning("the boards' notices stopped; listening again", error=str(error))
                time.sleep(2)
            except RuntimeError:  # the loop has ended
                return

    def close(self) -> None:
        """The server stops: everybody is told, and the lock given back."""
        self._breath.cancel()
        actions.listeners.remove(self._heard)
        for room in self.rooms.values():
            room.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
