"""Suggestions and the pledge."""

from __future__ import annotations

from django.db import models

from neoncard.encounters.tables import Encounter
from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


class Suggestion(models.Model):
    """An act put before one person for one encounter or one day (HOUSE, LEARN).

    `unit` is what the draw belongs to: `encounter:<id>`, `counter:<member>:<token>` or
    `day:<member>:<date>:<toward>`. `eligible` and `probabilities` are parallel lists of keys (an act's id as text,
    or a daily idea's key) and chances that sum to 1; `offered` begins with the drawn key. The draw is made once,
    unique on (unit, policy). `chosen` is the act now on top (empty: the drawn one): a swap or a choice sets it, and
    only `chosen_at` says that somebody meant to do it. An act that is not in the playbook but in the library has the
    key `library:<key>`. For a day's ideas `offered` grows with each swap and there is no skip to store (E1).
    """

    unit = models.CharField(max_length=120)
    policy = models.CharField(max_length=40)
    member = models.ForeignKey(Member, models.CASCADE, related_name="suggestions")
    encounter = models.ForeignKey(
        Encounter, models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    customer_key = models.CharField(max_length=32, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    situations = models.JSONField(default=list)
    eligible = models.JSONField(default=list)
    probabilities = models.JSONField(default=list)
    draw = models.FloatField()
    stratum = models.CharField(max_length=80, blank=True)
    salt = models.CharField(max_length=32)
    offered = models.JSONField(default=list)
    chosen = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    kindness = models.OneToOneField(
        Kindness, models.SET_NULL, null=True, blank=True, related_name="suggestion"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "policy"], name="drawn_once")]
        indexes = [
            models.Index(fields=["member", "-made_at"]),
            models.Index(fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return self.unit


class Pledge(models.Model):
    """A person's own promise in their own words (E5): opt-in, private unless shown, revocable."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="pledge")
    words = models.TextField()
    shown = models.BooleanField(default=False)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.words[:60]
