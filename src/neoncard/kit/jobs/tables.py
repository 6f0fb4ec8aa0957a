"""The outbox, the schedule, and the worker's heartbeat."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """An intent, committed with its cause, done later by the worker. `key` makes a repeat harmless."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Schedule(models.Model):
    """Recurring work: its name, how often, and its last and next run, shown on /status."""

    name = models.CharField(max_length=60, unique=True)
    every = models.DurationField()
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    last_took_ms = models.PositiveIntegerField(null=True, blank=True)
    last_result = models.CharField(max_length=300, blank=True)
    failed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """One row a worker: when it last said it lives, and what it was doing."""

    worker = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
    doing = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.worker} {self.at:%H:%M:%S}"
