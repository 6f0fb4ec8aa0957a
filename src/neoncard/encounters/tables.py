"""Encounters: one meeting of a customer and us. Only conversations have text."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.people.tables import Member


class Customer(models.Model):
    """A customer as we keep one: a pseudonymous key (`kit.signing.pseudonym`) and a name."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=32)
    name = models.CharField(max_length=120, blank=True)
    say_it = models.CharField(max_length=80, blank=True)
    # the pseudonym of their address, the same in every source; "" where none told it
    person = models.CharField(max_length=32, blank=True, db_index=True)
    received_at = models.DateTimeField()
    as_of = models.CharField(
        max_length=80, blank=True
    )  # the stamp the name was said with (news.py)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="customer_once")]

    def __str__(self) -> str:
        return self.name or str(_("a customer"))


class Encounter(models.Model):
    """One meeting: the field's "service encounter"."""

    class Kind(models.TextChoices):
        CONVERSATION = "conversation", _("conversation")
        CALL = "call", _("call")
        VISIT = "visit", _("counter visit")
        IN_PERSON = "in_person", _("in person")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CONVERSATION)
    source = models.CharField(max_length=40)
    ext_id = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    tags = models.JSONField(default=list)
    lang = models.CharField(max_length=12, blank=True)
    is_open = models.BooleanField(default=False)
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="encounters"
    )
    agent = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="encounters"
    )
    agent_name = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    digest = models.CharField(max_length=64, blank=True)
    as_of = models.JSONField(default=dict)  # the stamp each field was said with (news.py)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ext_id", "source"], name="encounter_once")]
        indexes = [
            models.Index(fields=["agent", "-last_at"]),
            models.Index(fields=["customer", "-last_at"]),
        ]

    def __str__(self) -> str:
        return self.subject or self.ext_id


class Tombstone(models.Model):
    """That a conversation was erased (P5): a keyed hash of its source and id, so that no pull brings it back."""

    key = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class WrapUp(models.Model):
    """That a call's agent has wrapped it up, and, where they said so, whether it is solved or will come again.

    A heavy one is not kept as such: it only opens the way to care (P1, P7).
    """

    class How(models.TextChoices):
        SOLVED = "solved", _("solved")
        AGAIN = "again", _("it will come again")

    encounter = models.OneToOneField(Encounter, models.CASCADE, related_name="wrap_up")
    how = models.CharField(max_length=8, choices=How, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.how or "-"


class Message(models.Model):
    """One message of a conversation."""

    class Author(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        AGENT = "agent", _("agent")
        BOT = "bot", _("bot")
        NOTE = "note", _("note")
        UNKNOWN = "unknown", _("someone")

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="messages")
    ext_id = models.CharField(max_length=200)
    author = models.CharField(max_length=8, choices=Author)
    author_key = models.CharField(max_length=32, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    at = models.DateTimeField()
    text = models.TextField()
    received_at = models.DateTimeField(db_index=True)
    as_of = models.CharField(max_length=80, blank=True)  # the stamp it was said with (news.py)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["encounter", "ext_id"], name="message_once")]

    def __str__(self) -> str:
        return self.text[:60]


class Rating(models.Model):
    """What the customer rated. `score` of `best`; the comment goes with the message texts (P7)."""

    encounter = models.OneToOneField(Encounter, models.CASCADE, related_name="rating")
    score = models.FloatField()
    best = models.FloatField()
    comment = models.TextField(blank=True)
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.score:g} of {self.best:g}"
