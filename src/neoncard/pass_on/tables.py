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


class SmileCard(models.Model):
    """A kindness on a card, for somebody without an account. Its token is `nonce` and our signature over it.

    `told` is what happened, the next link of the chain: written once, by whoever held the card. Words that wait for a
    lead are `held`, with their name, and the link is without words till then.
    """

    kindness = models.OneToOneField(Kindness, models.CASCADE, related_name="smile_card")
    by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="smile_cards"
    )
    nonce = models.CharField(max_length=24, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told = models.OneToOneField(
        Kindness, models.SET_NULL, null=True, blank=True, related_name="told_by_card"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    held = models.TextField(blank=True)
    held_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "-made_at"]),
            models.Index(fields=["told_at"], name="card_held", condition=~models.Q(held="")),
        ]

    def __str__(self) -> str:
        return f"{self.kindness_id}"
