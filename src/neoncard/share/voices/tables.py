"""Reactions, reports and their reviews, and who wants the letter when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member
from neoncard.share.tables import Comment, Post


class Reaction(models.Model):
    """One of few things to say to a post, in words; saying it again takes it back."""

    class Word(models.TextChoices):
        SMILE = "smile", _("this made me smile")
        TRY = "try", _("I will try that")
        THERE = "there", _("I saw it, it was so")

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    member = models.ForeignKey(Member, models.CASCADE, related_name="reactions")
    word = models.CharField(max_length=5, choices=Word)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "member", "word"], name="reaction_once")
        ]

    def __str__(self) -> str:
        return self.word


class Report(models.Model):
    """Somebody reported a post or a comment, or a comment looked like promotion: hidden until two have looked."""

    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="reports")
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="reports"
    )
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="reports")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Review(models.Model):
    """One of the two who look at what was reported; never somebody in it, a lead only where nobody else is free."""

    class Word(models.TextChoices):
        KEEP = "keep", _("it may stand")
        HIDE = "hide", _("better not")

    report = models.ForeignKey(Report, models.CASCADE, related_name="reviews")
    member = models.ForeignKey(Member, models.CASCADE, related_name="reviews")
    word = models.CharField(max_length=4, choices=Word, blank=True)
    read = models.CharField(max_length=64, blank=True)  # hash of what they read when they said it
    asked_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "member"], name="review_once")]

    def __str__(self) -> str:
        return self.word or "open"


class Shown(models.Model):
    """Words somebody picked from what they received and shows one lead (P12); taken back, the row is gone."""

    kindness = models.ForeignKey(Kindness, models.CASCADE, related_name="shown")
    member = models.ForeignKey(Member, models.CASCADE, related_name="shows")
    lead = models.ForeignKey(Member, models.CASCADE, related_name="shown_to")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kindness", "member"], name="shown_once")]

    def __str__(self) -> str:
        return self.words[:60]


class Letter(models.Model):
    """Somebody wants the wall as a mail at an hour of their day; no row, no mail."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="letter")
    hour = models.PositiveSmallIntegerField()
    sent_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hour}:00"
