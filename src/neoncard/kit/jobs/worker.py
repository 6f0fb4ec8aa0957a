"""The worker's rounds: say it lives, run recurring work that is due, claim jobs, sleep.

It knows no room: the handlers and the recurring work are handed to it by `loop.work`.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from neoncard.kit import slices
from neoncard.kit.jobs import actions, rules
from neoncard.kit.jobs.tables import Job, Schedule

log = structlog.get_logger("neoncard.work")

Handler = Callable[[Job], object]
"""Does one job. Returns when it is done; raises to be tried again, or `actions.Park` to be left to a person."""
Recurring = Callable[[], object]
"""Does recurring work; what it returns is shown on /status as its result (counts, never words)."""

IDLE = 0.5
BEAT = 10.0


@dataclass
class Worker:
    """One worker, in a thread of its own or a process's main one. `run` until `stop` is set; `drain` once.

    `only` these kinds of job, if any are named: a helper for long work beside a worker that does the rest (`without`
    them). A helper keeps no schedule and has no pulse: that is the worker's.
    """

    handlers: Mapping[str, Handler]
    recurring: Mapping[str, tuple[rules.Every, Recurring]] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)
    parent: int | None = None
    """The process to outlive never: when it is gone, the worker stops."""
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:60]}:{os.getpid()}")
    every: float = BEAT
    """How often, in seconds, long work says between its slices that it goes on."""
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    _beat_at: float = float("-inf")

    def run(self) -> None:
        """Work until told to stop. A database that is away for a while is waited for."""
        pause = IDLE
        self._plan()
        while not self._stopping():
            try:
                close_old_connections()
                self.beat()
                busy = self.one()
                pause = IDLE
            except DatabaseError as error:
                log.warning("the database is away", reason=rules.reason(error))
                connection.close()
                busy, pause = False, min(pause * 2, 30.0)
            if not busy:
                self.stop.wait(pause)
        if self.only:
            connection.close()
            return
        try:
            actions.rest(self.name)
        except DatabaseError as error:
            log.warning("the database is away", reason=rules.reason(error))

    def drain(self) -> int:
        """Do all that is due now, then return how many of it failed."""
        self._plan()
        failed = 0
        while True:
            outcome = None if self.stop.is_set() else self.one()
            if outcome is None:
                return failed
            failed += not outcome

    def one(self) -> bool | None:
        """Do one thing that is due. True when it went well, False when it failed, None when nothing was due."""
        if not self.only and (row := actions.claim_due()):
            return self._recur(row)
        if job := actions.claim(only=self.only, without=self.without):
            return self._do(job)
        return None

    def beat(self, doing: str = "") -> None:
        """Say that we live, at most every ten seconds unless what we do has changed."""
        if self.only:
            return
        if doing or time.monotonic() - self._beat_at > BEAT:
            actions.beat(self.name, doing)
            self._beat_at = float("-inf") if doing else time.monotonic()

    def _plan(self) -> None:
        if self.only:
            return
        actions.plan({name: every for name, (every, _run) in self.recurring.items()})

    def _stopping(self) -> bool:
        orphan = self.parent is not None and os.getppid() != self.parent
        return self.stop.is_set() or orphan

    def _do(self, job: Job) -> bool:
        began = time.perf_counter()
        try:
            if job.tries > rules.TRIES:
                raise actions.Park("the worker died each time it tried this; look at its log")
            handler = self.handlers.get(job.kind)
            if handler is None:
                raise actions.Park(f"this version has no handler for {job.kind}")
            with slices.between(lambda: self._still(job), seconds=self.every):
                handler(job)
        except actions.Turn as turn:
            held = actions.give_way(job, turn.after)
            log.info("job goes on later", kind=job.kind, job=job.pk, held=held)
            return True
        except actions.LeaseLost as error:
            log.warning("job lost", kind=job.kind, job=job.pk, reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 one job's failure must not end the worker
            actions.fail(job, error)
            log.warning("job failed", kind=job.kind, job=job.pk, tries=job.tries, reason=job.reason)
            return False
        held = actions.finish(job)
        ms = round((time.perf_counter() - began) * 1000, 1)
        log.info("job done", kind=job.kind, job=job.pk, ms=ms, held=held)
        return held

    def _still(self, job: Job) -> None:
        self.beat(job.kind)
        actions.keep(job)
        if self._stopping():
            raise actions.Turn

    def _recur(self, row: Schedule) -> bool:
        planned = self.recurring.get(row.name)
        if planned is None:
            return True
        every, run = planned
        began = time.perf_counter()
        try:
            with slices.between(lambda: self.beat(row.name), seconds=self.every):
                result, failed = str(run() or ""), False
        except Exception as error:  # noqa: BLE001 one piece of work's failure must not end the worker
            result, failed = rules.reason(error), True
        took = timedelta(seconds=time.perf_counter() - began)
        actions.ran(row, every, took=took, result=result, failed=failed)
        log.info("recurring", work=row.name, ms=round(took.total_seconds() * 1000), failed=failed)
        return not failed
