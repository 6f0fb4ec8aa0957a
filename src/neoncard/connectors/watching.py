"""Lines kept open: where a helpdesk tells news at once (IMAP's IDLE), its pull need not wait for its five minutes.

One thread a connector, in the worker. A line that breaks is opened again, later each time; the pull every five minutes
goes on whatever happens here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from neoncard.connectors import frame, pulling, queries
from neoncard.connectors.tables import Connector
from neoncard.kit import locks, outbound
from neoncard.kit.jobs.rules import reason

log = structlog.get_logger("neoncard.watch")

LOOK = 5.0
"""Seconds between looks at which connectors there are."""
LONGEST = 300.0


@dataclass
class _Line:
    """One connector's thread. `told` are the settings it was opened with: others mean it is opened anew."""

    thread: Thread
    stop: Event
    told: tuple[Any, ...]


@dataclass
class Watching(Thread):
    """Keeps a line open for every connector that can tell news, until told to stop."""

    stop: Event
    look: float = LOOK
    _lines: dict[int, _Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(name="watching", daemon=True)
        self._only = locks.FileLock(Path(settings.HOME) / "watch.lock")

    __hash__ = Thread.__hash__

    def run(self) -> None:
        """Until told to stop. Another worker of this machine may be at it already; then only wait for its end."""
        while not self.stop.is_set():
            try:
                close_old_connections()
                if self._only.take():
                    self._tend()
            except DatabaseError as error:
                log.warning("the database is away", reason=reason(error))
                connection.close()
            self.stop.wait(self.look)
        for line in self._lines.values():
            line.stop.set()
        for line in self._lines.values():
            line.thread.join(5)
        self._only.release()
        connection.close()

    def _tend(self) -> None:
        wanted: dict[int, Connector] = {}
        for row in queries.connectors().filter(paused=False):
            kind = frame.kinds().get(row.kind)
            if kind is not None and kind.watch is not None:
                wanted[row.pk] = row
        for pk, line in list(self._lines.items()):
            if pk not in wanted or _told(wanted[pk]) != line.told or not line.thread.is_alive():
                line.stop.set()
                del self._lines[pk]
        for pk, row in wanted.items():
            if pk not in self._lines:
                over = Event()
                thread = Thread(target=_listen, args=(row, over), name=f"watch-{pk}", daemon=True)
                self._lines[pk] = _Line(thread, over, _told(row))
                thread.start()


def _told(row: Connector) -> tuple[Any, ...]:
    return (row.kind, row.sealed, repr(sorted(row.settings.items())))


def _listen(row: Connector, over: Event) -> None:
    """Listen on one connector's line until it is over; each piece of news leaves a pull."""
    watch = frame.kinds()[row.kind].watch
    pause = 2.0
    while watch is not None and not over.is_set():
        try:
            for _news in watch(pulling.asking(row), over):
                pause = 2.0
                _ask(row, over)
        except (frame.TroubleError, outbound.OutboundError, ValueError) as error:
            log.info("the line broke", connector=row.pk, reason=reason(error))
        except Exception:
            log.exception("the line broke", connector=row.pk)
        finally:
            connection.close()
        over.wait(pause)
        pause = min(pause * 2, LONGEST)


def _ask(row: Connector, over: Event) -> None:
    """Leave a pull; while one runs, wait for it, for it may have looked before this news came."""
    while not over.is_set():
        try:
            close_old_connections()
            last = pulling.latest(row)
            if pulling.ask(row) or (last is not None and last.leased_until is None):
                return
        except DatabaseError as error:
            log.warning("the database is away", reason=reason(error))
            connection.close()
        over.wait(0.5)
