"""Passing on. The link itself lives in the kindness (`passed_on_from`)."""

from __future__ import annotations

from django.db import models

from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


class Rest(models.Model):
    """A member lets a received kindness rest: it stops waiting on Today, silently."""

    kindness = models.ForeignKey(Kindness, models.CASCADE, related_name="rests")
    member = models.ForeignKey(Member, models.CASCADE, related_name="rests")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kindness", "member"], name="rest_once")]

    def __str__(self) -> str:
        return f"{self.kindness_id}"
