"""Connectors as set up, what they brought before it is understood, and which events are known."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Connector(models.Model):
    """One helpdesk as it is set up. `source` names it in encounters and handles. Secrets are sealed (kit.signing)."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=40, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.TextField(
        blank=True
    )  # JSON of the path's token, the signing secrets and what the API asks for
    settings = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    paused = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    trouble_at = models.DateTimeField(null=True, blank=True)
    # of its webhooks; a pull that goes well says nothing of them
    door_trouble = models.CharField(max_length=300, blank=True)
    door_trouble_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """What came in, as it came: kept before anything is made of it, for seven days (P7)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    class Via(models.TextChoices):
        WEBHOOK = "webhook", _("webhook")
        PULL = "pull", _("pull")

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=200)
    via = models.CharField(max_length=8, choices=Via)
    body = models.BinaryField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    received_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["connector", "key"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["due_at"], name="delivery_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["connector", "-received_at"],
                name="delivery_parked",
                condition=models.Q(state="parked"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.via} {self.key}"


class KnownEvent(models.Model):
    """An event that was applied: its key, and the delivery that brought it first. Holds no words."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="events")
    key = models.CharField(max_length=300, unique=True)
    conversation = models.CharField(max_length=200)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="events"
    )
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["connector", "conversation"], name="event_talk")]

    def __str__(self) -> str:
        return self.key
