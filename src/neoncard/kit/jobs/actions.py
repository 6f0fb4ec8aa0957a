"""The only writer of jobs, schedule rows and heartbeats.

A handler is called with the claimed job, outside any transaction, and may be called again for the same job: after a
kill, after a lost lease. So it makes its effect harmless to repeat (`job.key` is the idempotency key to hand on).
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.kit.jobs import rules
from neoncard.kit.jobs.tables import Heartbeat, Job, Schedule


class Park(Exception):  # noqa: N818 an instruction to the worker, not a mistake
    """Raised by a handler when trying again is pointless; its words tell an admin what to do."""


class Turn(Exception):  # noqa: N818 an instruction to the worker, not a mistake
    """Raised by a handler that has kept what it did so far: others go first, and the job goes on `after` that long."""

    def __init__(self, after: timedelta = timedelta()) -> None:
        self.after = after
        super().__init__("it goes on later")


class LeaseLost(Exception):  # noqa: N818 a fact about time, not a mistake
    """Raised to a handler that took longer than its lease and whose job now belongs to another worker."""


def later(
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    due_at: datetime | None = None,
) -> None:
    """Leave a job for the worker, inside the caller's transaction, so that it exists if its cause does.

    `key` is unique over all kinds (begin it with the kind); a second call with it changes nothing.
    `payload` is JSON, emptied when the job is done: put ids in it rather than words.
    """
    now = clock.now()
    job = Job(kind=kind, key=key, payload=dict(payload or {}), due_at=due_at or now, made_at=now)
    Job.objects.bulk_create([job], ignore_conflicts=True)


def claim(*, only: Collection[str] = (), without: Collection[str] = ()) -> Job | None:
    """Take the job that has been due longest, for the length of a lease; None when there is nothing to do.

    `only` these kinds, if any are named, and none of those in `without`. The update holds only if the row is still as we read it, so of two claimers one gets it and the other reads again.
    """
    now = clock.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    ready = Job.objects.filter(free, state=Job.State.WAITING, due_at__lte=now)
    if only:
        ready = ready.filter(kind__in=only)
    if without:
        ready = ready.exclude(kind__in=without)
    while job := ready.order_by("due_at", "pk").first():
        lease = secrets.token_hex(16)
        until = now + rules.LEASE
        mine = ready.filter(pk=job.pk, lease=job.lease, tries=job.tries)  # lookup: claim
        if mine.update(lease=lease, leased_until=until, tries=F("tries") + 1):
            job.lease, job.leased_until, job.tries = lease, until, job.tries + 1
            return job
    return None


def _held(job: Job, **changes: Any) -> bool:
    """Change a job only while this claim on it still holds."""
    rows = Job.objects.filter(pk=job.pk, lease=job.lease)  # lookup: the worker's own claim
    for name, value in changes.items():
        setattr(job, name, value)
    return bool(rows.update(**changes))


def progress(job: Job, done: int, total: int | None = None, note: str = "", **more: Any) -> None:
    """Say how far a long job is (`done` of `total`, None when unknown) and keep its lease.

    Written at most twice a second, so it may be called for every row. `more` is kept with it as JSON: what a page
    shows of the outcome. Raises LeaseLost.
    """
    last: float = getattr(job, "_said_at", 0.0)
    if time.monotonic() - last < 0.5 and done != total and not more:
        return
    job._said_at = time.monotonic()  # type: ignore[attr-defined]
    said = {"done": done, "total": total, "note": note[:200], **more}
    if not _held(job, progress=said, leased_until=clock.now() + rules.LEASE):
        raise LeaseLost(f"{job.kind} {job.pk} took longer than its lease")


def keep(job: Job) -> None:
    """Keep the lease of a job that goes on. The worker calls it between slices. Raises LeaseLost."""
    if not _held(job, leased_until=clock.now() + rules.LEASE):
        raise LeaseLost(f"{job.kind} {job.pk} took longer than its lease")


def finish(job: Job) -> bool:
    """Mark a job done; its payload goes. False when the lease was lost meanwhile."""
    return _held(
        job,
        state=Job.State.DONE,
        done_at=clock.now(),
        leased_until=None,
        payload={},
        reason="",
    )


def give_way(job: Job, after: timedelta) -> bool:
    """Put a job back behind what is due now, all its tries before it again. False: its lease was lost."""
    due = clock.now() + after
    return _held(job, due_at=due, leased_until=None, lease="", tries=0, reason="")


def cancel(key: str) -> int:
    """Take back the jobs under `key`, or under a later one that begins with it, that are in nobody's hands. How many."""
    idle = Q(leased_until=None) | Q(leased_until__lte=clock.now())
    mine = Q(key=key) | Q(key__startswith=f"{key}:")
    return Job.objects.filter(mine, idle).exclude(state=Job.State.DONE).delete()[0]


def fail(job: Job, error: BaseException) -> bool:
    """Let a job be tried again after a wait, or park it after its last try (or `Park`). False: lease was lost."""
    why = str(error)[:300] if isinstance(error, Park) else rules.reason(error)
    parked = isinstance(error, Park) or rules.parks(job.tries)
    changes: dict[str, Any] = {"reason": why, "leased_until": None}
    if parked:
        changes["state"] = Job.State.PARKED
    else:
        changes["due_at"] = clock.now() + rules.wait(job.tries, random.random())
    return _held(job, **changes)


@transaction.atomic
def retry(*, by: object, job: Job) -> None:
    """Let a parked job be tried again, at once and with all its tries. A job that isn't parked stays as it is."""
    parked = Job.objects.filter(pk=job.pk, state=Job.State.PARKED)  # lookup: through access.job
    if parked.update(
        state=Job.State.WAITING, tries=0, due_at=clock.now(), lease="", leased_until=None
    ):
        wrote(actor=by, did="job.retried", on=job)


@transaction.atomic
def plan(recurring: Mapping[str, rules.Every]) -> None:
    """Make the schedule hold exactly this work: new rows added, changed ones re-timed, others removed."""
    now = clock.now()
    rows = {row.name: row for row in Schedule.objects.all()}
    Schedule.objects.exclude(name__in=recurring).delete()
    for name, every in recurring.items():
        row = rows.pop(name, None)
        if row is None:
            first = rules.next_run(now, every)
            new = Schedule(name=name, every=every.interval, next_at=first)
            Schedule.objects.bulk_create([new], ignore_conflicts=True)
        elif row.every != every.interval:
            row.every = every.interval
            row.next_at = rules.next_run(now, every)
            row.save(update_fields=["every", "next_at"])


def claim_due() -> Schedule | None:
    """Take recurring work that is due; None when nothing is. If we are killed, it is due again in 15 minutes."""
    now = clock.now()
    while row := Schedule.objects.filter(next_at__lte=now).order_by("next_at").first():
        as_read = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)  # lookup: claim
        if as_read.update(next_at=now + rules.AGAIN):
            return row
    return None


def ran(
    row: Schedule,
    every: rules.Every,
    *,
    took: timedelta,
    result: str,
    failed: bool = False,
) -> None:
    """Record how recurring work went and when it runs next. `row` is as `claim_due` gave it."""
    now = clock.now()
    again = rules.next_run(now, every, row.next_at)
    if failed:
        again = min(again, now + rules.AGAIN)
    Schedule.objects.filter(pk=row.pk).update(  # lookup: the worker's own claim
        next_at=again,
        last_at=now,
        last_took_ms=round(took / timedelta(milliseconds=1)),
        last_result=result[:300],
        failed=failed,
    )


def beat(worker: str, doing: str = "") -> None:
    """Say that this worker lives, and what it is at (a job's kind, never its content)."""
    Heartbeat.objects.update_or_create(
        worker=worker, defaults={"at": clock.now(), "doing": doing[:120]}
    )


def rest(worker: str) -> None:
    """Take a worker's heartbeat away when it stops on purpose."""
    Heartbeat.objects.filter(worker=worker).delete()
