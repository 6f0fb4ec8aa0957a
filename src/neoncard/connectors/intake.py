"""The worker's half of the inbox: claim, understand, hand to the loop, mark as done.

A row that can't be understood is parked with its reason at once: trying again would say the same. A batch that fails
is tried row by row, so that one bad row holds nobody up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import structlog
from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)

from neoncard.connectors import actions, frame
from neoncard.connectors.bell import Bell
from neoncard.connectors.rules import Actor, Event, fold
from neoncard.connectors.tables import Delivery
from neoncard.kit import locks
from neoncard.kit.fields import Rejected
from neoncard.kit.jobs.rules import reason
from neoncard.kit.slices import Pace
from neoncard.notice import queries as noticed
from neoncard.notice.engine import Reader

log = structlog.get_logger("neoncard.inbox")

Row = tuple[Delivery, list[Event]]
Hear = Callable[..., Any]
"""`loop.heard_news`."""
READER_LASTS = 300.0


class Unfit(Exception):  # noqa: N818 a fact about a delivery
    """A delivery that can't be understood; the words say why."""


def understood(delivery: Delivery) -> list[Event]:
    """The events of a delivery. Raises Unfit."""
    connector = delivery.connector
    kind = frame.kinds().get(connector.kind)
    if kind is None:
        raise Unfit(f"this version has no connector {connector.kind}")
    context = frame.Context(connector.source, delivery.received_at, connector.settings)
    try:
        found = json.loads(bytes(delivery.body))
    except (ValueError, RecursionError):
        raise Unfit("the body is no JSON") from None
    try:
        return [_not_us(one) for one in kind.mapping(found, context)]
    except Rejected as rejected:
        raise Unfit(rejected.reason.say()) from None
    except Exception as error:  # noqa: BLE001 a payload nobody foresaw is parked, and the rest goes on
        raise Unfit(f"the mapping does not know this: {reason(error)}") from None


def _not_us(one: Event) -> Event:
    """A survey that comes back from the helpdesk it went out by is no agent's message."""
    survey = f"{settings.NEONCARD_URL}/r/"
    if one.message is None or one.actor is None or one.actor.kind != "agent":
        return one
    return replace(one, actor=Actor("bot")) if survey in one.message.text else one


class Intake(Thread):
    """Takes in what waits until told to stop; `drain` does it once, in the caller's thread."""

    def __init__(self, hear: Hear, stop: Flag) -> None:
        super().__init__(name="intake", daemon=True)
        self._hear = hear
        self._stop_flag = stop
        self._pace = Pace(rest=0.1)
        self._only = locks.FileLock(Path(settings.HOME) / "inbox.lock")
        self._reader: Reader | None = None
        self._reader_at = self._freed_at = float("-inf")
        self._session = ""

    def run(self) -> None:
        """Until told to stop. A database that is away for a while is waited for."""
        bell = Bell(self._stop_flag)
        while not self._stop_flag.is_set():
            try:
                close_old_connections()
                self._read_with()  # made before the first delivery has to wait for it
                if not self.take():
                    bell.wait()
            except DatabaseError as error:
                log.warning("the database is away", reason=reason(error))
                connection.close()
                self._session = ""
                self._stop_flag.wait(1.0)
            except Exception:
                log.exception("the inbox stumbled")
                self._stop_flag.wait(1.0)
        bell.close()
        self._only.release()
        connection.close()

    def drain(self) -> int:
        """Take in all that is due now; how many were refused."""
        refused = 0
        while self.take():
            refused += self.refused
        self._only.release()
        return refused

    refused = 0

    def take(self) -> int:
        """Claim some deliveries and do what follows from them; how many there were."""
        self.refused = 0
        rows = self._claim()
        known: dict[str, list[Row]] = {}
        for row in rows:
            try:
                known.setdefault(row.connector.source, []).append((row, understood(row)))
            except Unfit as unfit:
                self._refuse(row, str(unfit), park=True)
        for source, some in known.items():
            self._apply(source, some)
        return len(rows)

    def _claim(self) -> list[Delivery]:
        if connection.vendor != "postgresql":
            return actions.claim() if self._only.take() else []
        self._session = self._session or locks.me()
        if time.monotonic() - self._freed_at > 1.0:
            actions.free_the_dead(locks.living())
            self._freed_at = time.monotonic()
        return actions.claim(mine=self._session)

    def _apply(self, source: str, rows: Sequence[Row]) -> None:
        try:
            talks = {one.conversation.ext_id for _row, events in rows for one in events}
            with locks.holding(f"{source}:{talk}" for talk in talks):
                events = actions.unknown([one for _row, found in rows for one in found])
                if events:
                    self._hear(
                        fold(events),
                        source=source,
                        by="inbox",
                        reader=self._read_with(),
                        pace=self._pace,
                    )
                actions.applied(rows)
        except (OperationalError, InterfaceError):
            raise  # the database's trouble, and no row's
        except Exception as error:  # noqa: BLE001 one row's failure must not hold up the others
            if len(rows) == 1:
                self._refuse(rows[0][0], reason(error), park=False)
                return
            log.warning("a batch failed; each row alone", reason=reason(error), rows=len(rows))
            for row in rows:
                self._apply(source, [row])

    def _refuse(self, row: Delivery, why: str, *, park: bool) -> None:
        self.refused += 1
        actions.refuse(delivery=row, why=why, park=park)
        log.warning("a delivery failed", delivery=row.pk, tries=row.tries, parked=park)

    def _read_with(self) -> Reader:
        if self._reader is None or time.monotonic() - self._reader_at > READER_LASTS:
            store = noticed.frozen_boilerplate()
            self._reader = Reader(boilerplate=store if len(store) else None)
            self._reader_at = time.monotonic()
        return self._reader
