"""The kindness: giver, receivers, words, how we know, who may see it, and its two kinds of link."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.people.tables import Member


class Party(models.Model):
    """Someone in a kindness. Erasing a person leaves the row as a tombstone, so a chain keeps its shape (P5)."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("colleague")
        CUSTOMER = "customer", _("customer")
        GUEST = "guest", _("guest")
        UNKNOWN = "unknown", _("someone")
        GONE = "gone", _("someone who has left")

    kind = models.CharField(max_length=8, choices=Kind)
    member = models.OneToOneField(
        Member, models.SET_NULL, null=True, blank=True, related_name="party"
    )
    customer = models.OneToOneField(
        Customer, models.SET_NULL, null=True, blank=True, related_name="party"
    )
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            # Where hardly any party is a customer SQLite doesn't believe the whole column's index (see Kindness below),
            # and read all parties for each post of the wall.
            models.Index(
                fields=["customer"],
                name="party_customer",
                condition=models.Q(customer__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())


class Kindness(models.Model):
    """A kindness that happened. `answers` is a thank-you for another; `passed_on_from` hands another on."""

    class How(models.TextChoices):
        SAID = "said", _("said")
        NOTICED = "noticed", _("noticed")
        THANKED = "thanked", _("thanked")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        KEPT = "kept", _("kept")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Sees(models.TextChoices):
        GIVER = "giver", _("only me")
        PARTIES = "parties", _("those in it")
        TEAM = "team", _("the team")

    giver = models.ForeignKey(Party, models.PROTECT, related_name="given")
    receivers = models.ManyToManyField(Party, related_name="received")
    words = models.TextField(blank=True)
    occasion = models.CharField(max_length=200, blank=True)
    how = models.CharField(max_length=8, choices=How)
    state = models.CharField(max_length=9, choices=State, default=State.KEPT)
    sees = models.CharField(max_length=8, choices=Sees, default=Sees.PARTIES)
    encounter = models.ForeignKey(
        Encounter, models.SET_NULL, null=True, blank=True, related_name="kindnesses"
    )
    quote = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    quote_start = models.PositiveIntegerField(null=True, blank=True)
    quote_end = models.PositiveIntegerField(null=True, blank=True)
    quote_label = models.CharField(max_length=24, blank=True)
    answers = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answered_by"
    )
    passed_on_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="passed_on_as"
    )
    chain = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="links"
    )  # the first kindness of its chain, so that a chain of any length is one query
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "encounter"],
                condition=models.Q(state="proposed"),
                name="proposed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["giver", "-at"]),
            models.Index(fields=["state", "sees", "-at"]),
            models.Index(fields=["state", "-received_at"]),
            # Most kindnesses point nowhere. Once SQLite has counted (ANALYZE), an index that holds those too looks as
            # if each look-up found half the table, and it reads a million rows instead; these hold only the others.
            *(
                models.Index(
                    fields=[one],
                    name=f"kindness_{one}",
                    condition=models.Q((f"{one}__isnull", False)),
                )
                for one in ("encounter", "quote", "answers", "passed_on_from", "chain")
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60] or self.occasion


class Release(models.Model):
    """One party's leave to publish exactly these words, and, separately, their name (P6)."""

    kindness = models.ForeignKey(Kindness, models.CASCADE, related_name="releases")
    party = models.ForeignKey(Party, models.CASCADE, related_name="releases")
    text_hash = models.CharField(max_length=64)
    wording = models.CharField(max_length=20)
    name_too = models.BooleanField(default=False)
    credit = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kindness", "party"], name="release_once")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kindness_id}"
