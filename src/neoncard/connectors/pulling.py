"""Pulling: every webhook is only a hint, so each connector is asked for everything new every five minutes.

What a pull brings goes into the same inbox as a webhook, raw, in one transaction with the cursor. The first pull of a
connector is its backfill; its job says how far it is. A long one takes turns with others, and one that failed for good
is left anew within an hour: what recurs never ends parked.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.db import DatabaseError, transaction

from neoncard.connectors import actions, frame, queries
from neoncard.connectors.tables import Connector
from neoncard.kit import clock, outbound, slices
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs import queries as waiting
from neoncard.kit.jobs.actions import LeaseLost, Park, Turn
from neoncard.kit.jobs.rules import reason
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Handler
from neoncard.kit.patience import patient

KIND: Final = "pull"
AGAIN: Final = "connector.again"
RETRY: Final = "connector.retry"
ROOM = 20_000
"""Deliveries that may wait in the inbox before a pull makes a pause: what customers do now goes first."""
TURN = 60.0
"""Seconds after which a long pull lets other connectors' pulls go first."""
ANEW: Final = timedelta(hours=1)
"""A pull that was parked is left anew after so long."""
SOON: Final = timedelta(seconds=30)


def asking(connector: Connector) -> frame.Asking:
    """What a pull or test of this connector may use: settings and API secrets together."""
    kept = queries.secrets_of(connector)
    plain = {**connector.settings, "source": connector.source}
    return frame.Asking({**plain, **{k: v for k, v in kept.items() if k != "signing"}}, clock.now())


def plan() -> str:
    """Leave a job of pulling for every connector that has none in hand. How many, for /status."""
    left = 0
    rows = list(queries.connectors())
    for connector in rows:
        kind = frame.kinds().get(connector.kind)
        if not connector.paused and kind is not None and kind.pull is not None:
            left += ask(connector)
    there = {row.pk for row in rows}
    for job in waiting.parked():
        if "connector" in job.payload and job.payload["connector"] not in there:
            jobs.cancel(job.key)  # its connector is gone, and what was to be done for it
    return f"{left} to pull"


@transaction.atomic
def ask(connector: Connector, *, beside: bool = False) -> bool:
    """Leave the job of pulling a connector, unless one waits or runs, or was parked this hour. Whether it was left.

    `beside`: even while one runs, for that may have looked before there was news.
    """
    last, now = latest(connector), clock.now()
    if last is not None and last.state == Job.State.PARKED:
        if last.due_at > now - ANEW:
            return False
        jobs.cancel(f"{KIND}:{connector.pk}")
    elif last is not None and last.state == Job.State.WAITING:
        runs = last.leased_until is not None
        if not (beside and runs):
            return False
    jobs.later(KIND, f"{KIND}:{connector.pk}:{now:%Y%m%d%H%M%S%f}", {"connector": connector.pk})
    return True


def latest(connector: Connector) -> Job | None:
    """The newest job of pulling a connector. One query."""
    return waiting.by_key(f"{KIND}:{connector.pk}")


def cancel(connector: Connector) -> None:
    """Take back what waits to be asked of a connector. A pull that runs ends at its next page once it is paused."""
    for kind in (KIND, AGAIN):
        jobs.cancel(f"{kind}:{connector.pk}")


def pull(job: Job) -> None:
    """Bring in everything since the cursor, page by page. A page is raw on disk before the next is asked for."""
    found = queries.connectors().filter(pk=job.payload["connector"])  # lookup: the job's own
    connector = found.first()
    kind = frame.kinds().get(connector.kind) if connector else None
    if connector is None or connector.paused or kind is None or kind.pull is None:
        return
    if waiting.at_work(f"{KIND}:{connector.pk}", job):
        raise Turn(SOON)
    try:
        _pages(job, connector, kind.pull)
    except actions.Paused:
        return
    except actions.Moved:
        raise Turn from None  # it was told to start over, and does
    except (Turn, LeaseLost, DatabaseError):
        raise
    except Exception as error:
        known = isinstance(error, frame.TroubleError | outbound.OutboundError | Park)
        actions.troubled(connector=connector, why=str(error) if known else reason(error))
        raise
    if connector.trouble:
        actions.troubled(connector=connector, why="")


def _pages(job: Job, connector: Connector, pages: frame.Pull) -> None:
    try:
        plain = asking(connector)
    except ValueError as error:  # sealed with another key
        raise Park(str(error)) from None
    how = replace(plain, fetch=patient(plain.fetch, still=slices.breathe), still=slices.breathe)
    before, whole = _whole(job.progress.get("done")), _whole(job.progress.get("total"))
    brought, began = 0, time.monotonic()
    for page in pages(dict(connector.cursor), how):
        brought += actions.pulled(connector=connector, bodies=page.bodies, cursor=page.cursor)
        total = before + page.total if page.total else whole or None
        jobs.progress(job, before + page.done, total, f"{brought}")
        _make_room()
        if page.more and time.monotonic() - began > TURN:
            raise Turn


def _make_room() -> None:
    """Let the worker catch up when very much waits; a backfill has time."""
    while queries.backlog()[0] > ROOM:
        time.sleep(1.0)
        slices.breathe()


def estimate(job: Job) -> timedelta | None:
    """How long a running pull has still to go, by its pace so far; None when that can't be said."""
    done, total = _whole(job.progress.get("done")), _whole(job.progress.get("total"))
    if not done or not total or done >= total:
        return None
    gone = clock.now() - job.made_at
    return gone / done * (total - done)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def hear_again_soon(connector: Connector, *, by: int) -> None:
    """Leave a job to hear everything again in a minute, one for all that is asked within it. `by`: a member's id."""
    now = clock.now()
    payload = {"connector": connector.pk, "by": by}
    key = f"{AGAIN}:{connector.pk}:{now:%Y%m%d%H%M}:soon"
    jobs.later(AGAIN, key, payload, due_at=now + timedelta(minutes=1))


def hear_again(job: Job) -> None:
    """Hear everything of a connector again, then pull from the beginning."""
    found = queries.connectors().filter(pk=job.payload["connector"])  # lookup: the job's own
    if (connector := found.first()) is not None:
        actions.start_over(by=f"member:{job.payload['by']}", connector=connector)
        ask(connector, beside=True)


def retry(job: Job) -> None:
    """Try all again that was parked of a connector."""
    found = queries.connectors().filter(pk=job.payload["connector"])  # lookup: the job's own
    if (connector := found.first()) is not None:
        actions.retry_all(by=f"member:{job.payload['by']}", connector=connector)


HANDLERS: dict[str, Handler] = {KIND: pull, AGAIN: hear_again, RETRY: retry}
LONG: Final = frozenset({KIND})
"""Kinds of job that ask others for minutes: a helper does them, so that nobody else waits."""
