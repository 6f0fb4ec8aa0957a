"""Marks, and the frozen store of boilerplate."""

from __future__ import annotations

from django.db import models

from neoncard.encounters.tables import Encounter, Message


class Mark(models.Model):
    """What the reader found in a message, with its character span. Never a state of mind (P1)."""

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="marks")
    message = models.ForeignKey(Message, models.CASCADE, related_name="marks")
    label = models.CharField(max_length=24)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    score = models.FloatField()
    rule = models.CharField(max_length=60)
    boilerplate = models.BooleanField(null=True)
    wrong_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.label} {self.start}-{self.end}"


class FrozenBoilerplate(models.Model):
    """The store of macros as of one night, one row kept; `data` is `Boilerplate`'s own bytes."""

    frozen_at = models.DateTimeField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.frozen_at:%Y-%m-%d}"
