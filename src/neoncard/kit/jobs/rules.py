"""When a job is tried again, when it is parked, and when recurring work runs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(minutes=5)
"""How long a claim lasts without a sign of life; after a kill -9 the job is free again then."""
TRIES = 8
"""With `wait` below, eight tries spread a failing job over about two hours before it is parked."""
ALIVE = timedelta(minutes=2)
"""A worker that has been silent for longer is taken for dead."""
_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=1)
AGAIN = timedelta(minutes=15)
"""Recurring work that failed, or was killed, is tried again after this, or at its own pace if that is shorter."""


@dataclass(frozen=True, slots=True)
class Every:
    """How often recurring work runs. `hour` (UTC, 0-23) pins work of a day or longer to the quiet of the night."""

    interval: timedelta
    hour: int | None = None


def wait(tries: int, chance: float) -> timedelta:
    """How long to wait after the `tries`-th failed try: 30 s doubled each time, an hour at most.

    `chance` in [0, 1) spreads the wait over its upper half, so that jobs that failed together don't return together.
    """
    doubled: int = 1 << min(max(tries, 1) - 1, 20)
    whole = min(_FIRST * doubled, _LONGEST)
    return whole * (0.5 + chance / 2)


def parks(tries: int) -> bool:
    """Whether a job that has failed this often waits for a person instead of being tried again."""
    return tries >= TRIES


def next_run(now: datetime, every: Every, last: datetime | None = None) -> datetime:
    """When work runs next, always after `now`; at once (`now`) when it has never run and has no hour.

    `last` is the run that was due; the grid it lies on is kept, however late it ran.
    """
    if every.hour is not None:
        at = now.replace(hour=every.hour, minute=0, second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    if last is None:
        return now
    missed = max(0, (now - last) // every.interval)
    return last + every.interval * (missed + 1)


def reason(error: BaseException) -> str:
    """One line that says why a try failed: the error's name and its first line, 300 characters at most.

    Only the first line: databases put the offending values in the lines after it.
    """
    lines = str(error).strip().splitlines()
    name = type(error).__name__
    return f"{name}: {lines[0]}"[:300] if lines else name
