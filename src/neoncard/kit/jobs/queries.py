"""Reads about jobs that /status, /healthz and doctor share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from neoncard.kit import clock
from neoncard.kit.jobs import rules
from neoncard.kit.jobs.tables import Heartbeat, Job, Schedule


def counts() -> dict[str, int]:
    """How many jobs there are in each state, every state named. One query."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Job.State.values}


def by_key(key: str) -> Job | None:
    """The newest job left under `key` or under a later one that begins with it. One query."""
    mine = Q(key=key) | Q(key__startswith=f"{key}:")
    return Job.objects.filter(mine).order_by("-pk").first()


def at_work(key: str, before: Job) -> bool:
    """Whether an older job under `key` is in somebody's hands. One query."""
    held = Job.objects.filter(key__startswith=f"{key}:", leased_until__gt=clock.now())
    return held.filter(state=Job.State.WAITING, pk__lt=before.pk).exists()


def of_kind(kind: str) -> QuerySet[Job]:
    """Jobs of one kind, the newest first; lazy, one query."""
    return Job.objects.filter(kind=kind).order_by("-pk")


def parked() -> QuerySet[Job]:
    """Parked jobs, the newest first; lazy, one query."""
    return Job.objects.filter(state=Job.State.PARKED).order_by("-pk")


def overdue(by: timedelta = timedelta(minutes=10)) -> int:
    """How many jobs have been due for longer than `by` and are in nobody's hands. One query."""
    now = clock.now()
    late = Job.objects.filter(state=Job.State.WAITING, due_at__lt=now - by)
    return late.exclude(leased_until__gt=now).count()


def schedule() -> list[Schedule]:
    """All recurring work, the next to run first. One query."""
    return list(Schedule.objects.order_by("next_at", "name"))


@dataclass(frozen=True, slots=True)
class Pulse:
    """The worker that spoke last: how long ago, what it was at, and whether that counts as living."""

    worker: str
    ago: timedelta
    doing: str
    alive: bool


def pulse() -> Pulse | None:
    """The newest heartbeat, or None when no worker has ever run (or all stopped on purpose). One query."""
    row = Heartbeat.objects.order_by("-at").first()
    if row is None:
        return None
    ago = clock.now() - row.at
    return Pulse(row.worker, ago, row.doing, ago <= rules.ALIVE)
