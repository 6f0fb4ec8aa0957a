"""Pulling: every webhook is only a hint, so each connector is asked for everything new every five minutes.

What a pull brings goes into the same inbox as a webhook, raw, in one transaction with the cursor. The first pull of a
connector is its backfill; its job says how far it is.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from neoncard.connectors import actions, frame, queries
from neoncard.connectors.tables import Connector
from neoncard.kit import clock, outbound
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs import queries as waiting
from neoncard.kit.jobs.actions import Park
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Handler

KIND = "pull"
AGAIN = "connector.again"
ROOM = 20_000
"""Deliveries that may wait in the inbox before a pull makes a pause: what customers do now goes first."""


def asking(connector: Connector) -> frame.Asking:
    """What a pull or test of this connector may use: settings and API secrets together."""
    kept = queries.secrets_of(connector)
    plain = {**connector.settings, "source": connector.source}
    return frame.Asking({**plain, **{k: v for k, v in kept.items() if k != "signing"}}, clock.now())


def plan() -> str:
    """Leave a job of pulling for every connector that has none in hand. How many, for /status."""
    left = 0
    for connector in queries.connectors().filter(paused=False):
        kind = frame.kinds().get(connector.kind)
        if kind is not None and kind.pull is not None:
            left += ask(connector)
    return f"{left} to pull"


def ask(connector: Connector, *, beside: bool = False) -> bool:
    """Leave the job of pulling a connector, unless one waits or runs or is parked. Whether it was left.

    `beside`: even while one runs, for that may have looked before there was news.
    """
    last = latest(connector)
    runs = beside and last is not None and last.leased_until is not None
    if last is not None and last.state != Job.State.DONE and not runs:
        return False
    jobs.later(
        KIND, f"{KIND}:{connector.pk}:{clock.now():%Y%m%d%H%M%S%f}", {"connector": connector.pk}
    )
    return True


def latest(connector: Connector) -> Job | None:
    """The newest job of pulling a connector. One query."""
    return waiting.by_key(f"{KIND}:{connector.pk}")


def pull(job: Job) -> None:
    """Bring in everything since the cursor, page by page. A page is raw on disk before the next is asked for."""
    found = queries.connectors().filter(pk=job.payload["connector"])  # lookup: the job's own
    connector = found.first()
    kind = frame.kinds().get(connector.kind) if connector else None
    if connector is None or connector.paused or kind is None or kind.pull is None:
        return
    brought = 0
    try:
        for page in kind.pull(dict(connector.cursor), asking(connector)):
            brought += actions.pulled(connector=connector, bodies=page.bodies, cursor=page.cursor)
            jobs.progress(job, page.done, page.total, f"{brought}")
            _make_room(job, page)
    except (frame.TroubleError, outbound.OutboundError, ValueError) as error:
        actions.troubled(connector=connector, why=str(error))
        raise Park(str(error)) if isinstance(error, ValueError) else error from None
    if connector.trouble:
        actions.troubled(connector=connector, why="")


def _make_room(job: Job, page: frame.Page) -> None:
    """Let the worker catch up when very much waits; a backfill has time."""
    while queries.backlog()[0] > ROOM:
        time.sleep(1.0)
        jobs.keep(job)


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
        ask(connector)


HANDLERS: dict[str, Handler] = {KIND: pull, AGAIN: hear_again}
