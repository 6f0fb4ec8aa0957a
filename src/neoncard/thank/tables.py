"""The customer's side: rating links, thanks pages, thank-yous and feedback."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.encounters.tables import Encounter
from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


class RatingLink(models.Model):
    """`/r/<token>`: 128 bits, stored hashed, bound to encounter and agent, 14 days."""

    token_hash = models.CharField(max_length=64, unique=True)
    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="rating_links")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    asks_friend = models.BooleanField(default=False)  # the second question: did a friend send you?
    lang = models.CharField(max_length=12, blank=True)  # the one it was sent in
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.encounter_id}"


class ThanksPage(models.Model):
    """`/thanks/<slug>`: a member's own page behind a QR; opted into, random slug that can be changed."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="thanks_page")
    slug = models.CharField(max_length=40, unique=True)
    indexed = models.BooleanField(default=False)  # its owner lets search engines find it
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class ThankYou(models.Model):
    """What a customer wrote. Kind words go to the agent at once, the rest waits for a lead."""

    class State(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        HELD = "held", _("waiting for a lead")
        DECLINED = "declined", _("not passed on")

    link = models.OneToOneField(
        RatingLink, models.SET_NULL, null=True, blank=True, related_name="thank_you"
    )
    page = models.ForeignKey(
        ThanksPage, models.SET_NULL, null=True, blank=True, related_name="thank_yous"
    )
    to = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="thank_yous"
    )
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    friend = models.BooleanField(null=True, blank=True)
    words = models.TextField(blank=True)
    name = models.CharField(max_length=60, blank=True)
    team_may_read = models.BooleanField(default=False)
    may_publish_words = models.BooleanField(default=False)
    may_publish_name = models.BooleanField(default=False)
    lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=9, choices=State)
    why_held = models.CharField(max_length=40, blank=True)
    kindness = models.OneToOneField(
        Kindness, models.SET_NULL, null=True, blank=True, related_name="thank_you"
    )
    receipt_hash = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(db_index=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return self.words[:60]


class Feedback(models.Model):
    """What a customer proposes for product or service; a lead answers it. It names no agent."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        HEARD = "heard", _("heard")
        DONE = "done", _("done")

    words = models.TextField()
    theme = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=5, choices=State, default=State.NEW)
    answer = models.TextField(blank=True)
    thank_you = models.OneToOneField(
        ThankYou, models.SET_NULL, null=True, blank=True, related_name="feedback"
    )
    received_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-received_at"])]

    def __str__(self) -> str:
        return self.words[:60]
