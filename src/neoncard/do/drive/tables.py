"""Rounds and who takes part, ideas people wrote, lines looking back, and what one wants to be told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.do.tables import Suggestion
from neoncard.people.tables import Member, Team


class Round(models.Model):
    """21 or 28 worked days (E6), hosted by somebody. `themes`: a line for each part of it, in order."""

    class Days(models.IntegerChoices):
        THREE_WEEKS = 21, _("21 worked days")
        FOUR_WEEKS = 28, _("28 worked days")

    team = models.ForeignKey(Team, models.CASCADE, related_name="rounds")
    host = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="hosts")
    title = models.CharField(max_length=80)
    days = models.PositiveSmallIntegerField(choices=Days, default=Days.THREE_WEEKS)
    invitation = models.TextField(blank=True)
    guide = models.TextField(blank=True)
    themes = models.JSONField(default=list)
    starts_on = models.DateField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["team", "-starts_on"])]

    def __str__(self) -> str:
        return self.title


class Taking(models.Model):
    """Somebody takes part in a round, of their own will; leaving deletes the row, and nobody is told (P5)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="takings")
    member = models.ForeignKey(Member, models.CASCADE, related_name="takings")
    joined_on = models.DateField()
    over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="taking_once"),
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(over=False), name="one_round_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}"


class WrittenIdea(models.Model):
    """An idea somebody here wrote: their own, or offered to the team, whose host accepts it."""

    class Toward(models.TextChoices):
        CUSTOMER = "customer", _("for a customer")
        COLLEAGUE = "colleague", _("for a colleague")
        SELF = "self", _("for yourself")

    class State(models.TextChoices):
        OWN = "own", _("my own")
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("the team’s")

    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="ideas")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="ideas")
    toward = models.CharField(max_length=9, choices=Toward)
    title = models.CharField(max_length=60)
    detail = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OWN)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["team", "state"])]

    def __str__(self) -> str:
        return self.title


class Line(models.Model):
    """One line looking back on a day's act. `told`: its writer gave it to the round's page of stories."""

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="line")
    member = models.ForeignKey(Member, models.CASCADE, related_name="lines")
    round = models.ForeignKey(Round, models.SET_NULL, null=True, blank=True, related_name="lines")
    words = models.CharField(max_length=200)
    told = models.BooleanField(default=False)
    named = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.words[:60]


class Nudge(models.Model):
    """How somebody wants to hear of today's ideas: one channel, one moment, once a shift; no row, no word."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("by mail")
        CHAT = "chat", _("in chat")

    class Moment(models.TextChoices):
        START = "start", _("when my shift begins")
        MIDDLE = "middle", _("in the middle of it")

    member = models.OneToOneField(Member, models.CASCADE, related_name="nudge")
    channel = models.CharField(max_length=4, choices=Channel)
    moment = models.CharField(max_length=6, choices=Moment, default=Moment.START)
    told_for = models.DateTimeField(null=True, blank=True)  # the start of the shift last told in

    def __str__(self) -> str:
        return self.channel
