"""The closed loop in one place: what follows when something happens; the worker's heartbeat.

Lower rooms never ask upward. Here the facts are gathered and passed down, in plain calls and in order.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Event

from neoncard.kit import upkeep
from neoncard.kit.jobs.rules import Every
from neoncard.kit.jobs.worker import Handler, Recurring, Worker

NIGHTLY = Every(timedelta(days=1), hour=2)

HANDLERS: dict[str, Handler] = {}
"""What the worker does for each kind of job. A handler may be called again for the same job (see kit.jobs.actions)."""

RECURRING: dict[str, tuple[Every, Recurring]] = {
    "tidy": (NIGHTLY, upkeep.tidy),
}
"""Recurring work: its name on /status, how often, and what to call; what it returns is shown there as its result."""


def work(*, once: bool = False, stop: Event | None = None, parent: int | None = None) -> int:
    """Be the worker: say that we live, run what is due, claim jobs, sleep. How many failed, with `once`.

    `once` does all that is due now and returns. Otherwise it ends when `stop` is set or `parent` (a process id) is
    gone.
    """
    worker = Worker(HANDLERS, RECURRING, stop or Event(), parent)
    if once:
        return worker.drain()
    worker.run()
    return 0
