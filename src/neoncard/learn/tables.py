"""Outcomes, and the daily counts they roll up to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter


class Outcome(models.Model):
    """What the customer did after. Kept with a salted customer key for 180 days, then only counts (P7)."""

    class Kind(models.TextChoices):
        RATED_HAPPY = "rated_happy", _("rated, happy")
        RATED_UNHAPPY = "rated_unhappy", _("rated, unhappy")
        PRAISED = "praised", _("praised or thanked")
        BY_FRIEND = "by_friend", _("came because a friend sent them")
        RETURNED = "returned", _("came back within 30 days")

    kind = models.CharField(max_length=14, choices=Kind)
    encounter = models.ForeignKey(
        Encounter, models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    suggestion = models.ForeignKey(
        Suggestion, models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    customer_key = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["encounter", "kind"], name="outcome_once")]

    def __str__(self) -> str:
        return self.kind


class DailyCount(models.Model):
    """One day's counts of one act, one policy version and one channel; no person in it."""

    day = models.DateField()
    policy = models.CharField(max_length=40)
    channel = models.CharField(max_length=40, blank=True)
    act = models.CharField(max_length=60, blank=True)
    offered = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    rated_happy = models.PositiveIntegerField(default=0)
    rated_unhappy = models.PositiveIntegerField(default=0)
    praised = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "policy", "channel", "act"], name="daily_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.act}"


class WeekFigure(models.Model):
    """One figure of one finished week for a group of eight or more, rounded, frozen once written (P3).

    `group` is a team's id as text, or empty for the whole company; `people` is how many it had.
    """

    week = models.DateField()
    group = models.CharField(max_length=20, blank=True)
    what = models.CharField(max_length=30)
    value = models.PositiveIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "group", "what"], name="week_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.what}"
