"""Journeys on white cards, ideas on neon cards between them, and the playbook of acts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.kit import signing
from neoncard.people.tables import Member, Team


class Kind(models.TextChoices):
    """What an act is made of; E12 and E15 gate treats alone."""

    WORD = "word", _("words")
    EFFORT = "effort", _("effort")
    TREAT = "treat", _("treat")


class Aim(models.TextChoices):
    """What an act hopes to raise; measured apart, never merged (E14)."""

    TRUST = "trust", _("trust")
    ADVOCACY = "advocacy", _("telling others")
    LOYALTY = "loyalty", _("staying loyal")


def new_key() -> str:
    """A fresh id for a card on a board."""
    return signing.new_token(96)


class Journey(models.Model):
    """A customer's way through one service encounter. The page of lists and the live board share this table.

    From `phase` on, the state of its board: `seq` counts its operations, `round` its rounds of voting; `summon` is the
    card everyone is asked to look at.
    """

    class Phase(models.TextChoices):
        TALK = "talk", _("talk")
        MAP = "map", _("map")
        IDEAS = "ideas", _("ideas")
        REVEAL = "reveal", _("reveal")
        VOTE = "vote", _("vote")
        COMMIT = "commit", _("commit")
        OPEN = "open", _("no workshop")

    title = models.CharField(max_length=120)
    front_line = models.CharField(max_length=40, blank=True)
    intro = models.TextField(blank=True)
    starter = models.CharField(max_length=40, blank=True)
    outline = models.BooleanField(default=False)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="journeys")
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.OPEN)
    seq = models.PositiveBigIntegerField(default=0)
    timer_ends_at = models.DateTimeField(null=True, blank=True)
    vote_budget = models.PositiveSmallIntegerField(default=3)
    round = models.PositiveIntegerField(default=0)
    locked = models.BooleanField(default=False)
    summon = models.CharField(max_length=36, blank=True)
    facilitator = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """A white card: one step of the journey, as it is today."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=36, default=new_key)
    pos = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    channel = models.CharField(max_length=40, blank=True)
    feel_note = models.CharField(max_length=200, blank=True)
    also = models.TextField(blank=True)

    class Meta:
        ordering = ["pos"]
        indexes = [models.Index(fields=["journey", "pos"])]
        constraints = [models.UniqueConstraint(fields=["journey", "key"], name="step_key_once")]

    def __str__(self) -> str:
        return self.title


class Act(models.Model):
    """An act in the playbook: the principle, never a script."""

    title = models.CharField(max_length=80)
    key = models.CharField(max_length=60, blank=True)
    principle = models.TextField()
    instance = models.TextField(blank=True)
    kind = models.CharField(max_length=6, choices=Kind)
    minutes = models.PositiveSmallIntegerField(default=0)
    money = models.PositiveIntegerField(default=0)
    may_decide = models.TextField(blank=True)
    aim = models.CharField(max_length=8, choices=Aim)
    anyway = models.BooleanField(default=False)
    front_lines = models.JSONField(default=list)
    fits = models.JSONField(default=list)
    asks_smile = models.BooleanField(default=False)
    light = models.BooleanField(default=False)
    step = models.ForeignKey(Step, models.SET_NULL, null=True, blank=True, related_name="acts")
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="act_key_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Idea(models.Model):
    """A neon card in the gap after a step (before the first when `after_step` is empty).

    Every gap takes one: a peak may be anywhere on the journey, not only at its end (E13).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("idea")
        COMMITTED = "committed", _("in the playbook")
        PARKED = "parked", _("parked")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="ideas")
    key = models.CharField(max_length=36, default=new_key)
    after_step = models.ForeignKey(
        Step, models.SET_NULL, null=True, blank=True, related_name="ideas"
    )
    pos = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=6, choices=Kind)
    level = models.PositiveSmallIntegerField(default=3)
    cost = models.CharField(max_length=80, blank=True)
    aim = models.CharField(max_length=8, choices=Aim)
    principle = models.TextField(blank=True)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(
        "neoncard.Guest", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    also = models.TextField(blank=True)
    hidden = models.BooleanField(default=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    act = models.ForeignKey(Act, models.SET_NULL, null=True, blank=True, related_name="ideas")

    class Meta:
        ordering = ["pos"]
        indexes = [models.Index(fields=["journey", "pos"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=5), name="idea_level_1_to_5"
            ),
            models.UniqueConstraint(fields=["journey", "key"], name="idea_key_once"),
        ]

    def __str__(self) -> str:
        return self.text
