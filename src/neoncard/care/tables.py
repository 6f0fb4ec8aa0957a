"""Hard days, a hand asked of one person, and cover."""

from __future__ import annotations

from django.db import models

from neoncard.encounters.tables import Encounter
from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


class HardDay(models.Model):
    """Today is hard, until the shift ends; then the row is deleted (P7). Nobody else sees it."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="hard_day")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M}"


class Hand(models.Model):
    """ "Could use a hand", said to the one person its member picked; gone when the shift ends."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="hands_asked")
    to = models.ForeignKey(Member, models.CASCADE, related_name="hands_wanted")
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    coming_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.words


class Grace(models.Model):
    """A pass given on a bad day, to a colleague or a customer: always a kindness too."""

    kindness = models.OneToOneField(Kindness, models.CASCADE, related_name="grace")
    dug_deeper = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kindness_id}"


class Cover(models.Model):
    """ "Cover me": an agent asks a lead for cover (P11). Gone when the shift ends, taken or not."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="covers")
    encounter = models.ForeignKey(
        Encounter, models.CASCADE, null=True, blank=True, related_name="covers"
    )
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(db_index=True)
    taken_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
