"""What a board keeps beside its cards: the log of operations, snapshots, votes, comments, chat and guests.

Cards themselves are `Step` and `Idea`: the same rows as the page of lists. Who did something is a member or a guest;
when both are gone it was somebody who is no longer here.
"""

from __future__ import annotations

from django.db import models

from neoncard.design.tables import Journey
from neoncard.people.tables import Member

GONE = "gone"
"""The actor of what somebody did who is no longer here, or was never known."""


def actor(member_id: int | None, guest_id: int | None) -> str:
    """Who, as the board writes it: m12, g3 or gone."""
    if member_id:
        return f"m{member_id}"
    return f"g{guest_id}" if guest_id else GONE


class GuestLink(models.Model):
    """A link by which people without an account come to one board, for a while."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="guest_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.journey_id} until {self.expires_at:%Y-%m-%d}"


class Guest(models.Model):
    """Somebody who came by a link and gave a name for the board."""

    link = models.ForeignKey(GuestLink, models.CASCADE, related_name="guests")
    name = models.CharField(max_length=60)
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class BoardOp(models.Model):
    """One operation, in order. `effects` and `inverse` are JSON lists, unfiltered (audience.py)."""

    board = models.ForeignKey(Journey, models.CASCADE, related_name="ops", db_index=False)
    seq = models.PositiveBigIntegerField()
    op_id = models.CharField(max_length=36)
    member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    guest = models.ForeignKey(
        Guest, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    did = models.CharField(max_length=12)
    of = models.CharField(max_length=36, blank=True)
    effects = models.TextField()
    inverse = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "seq"], name="board_op_in_order"),
            models.UniqueConstraint(fields=["board", "op_id"], name="board_op_once"),
        ]
        indexes = [
            models.Index(
                fields=["guest"], condition=models.Q(guest__isnull=False), name="board_op_guest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.board_id}:{self.seq} {self.did}"


class BoardSnapshot(models.Model):
    """A board whole, as JSON, unfiltered: before its first operation and after every 500th."""

    board = models.ForeignKey(Journey, models.CASCADE, related_name="snapshots", db_index=False)
    seq = models.PositiveBigIntegerField()
    doc = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "seq"], name="board_snapshot_once")]

    def __str__(self) -> str:
        return f"{self.board_id}:{self.seq}"


class _Said(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True)
    guest = models.ForeignKey(Guest, models.CASCADE, null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def actor(self) -> str:
        """Who, as the board writes it."""
        return actor(self.member_id, self.guest_id)


class BoardVote(_Said):
    """One person's vote for one idea in one round."""

    board = models.ForeignKey(Journey, models.CASCADE, related_name="votes", db_index=False)
    round = models.PositiveIntegerField()
    idea = models.CharField(max_length=36)
    voter = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "round", "idea", "voter"], name="board_vote_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.board_id}.{self.round} {self.voter}"


class BoardComment(_Said):
    """A comment on one card."""

    board = models.ForeignKey(
        Journey, models.CASCADE, related_name="board_comments", db_index=False
    )
    key = models.CharField(max_length=36)
    card = models.CharField(max_length=36)
    text = models.TextField()
    at = models.DateTimeField()
    resolved = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "key"], name="board_comment_once")]

    def __str__(self) -> str:
        return self.text[:40]


class BoardChat(_Said):
    """A line of the chat beside the board."""

    board = models.ForeignKey(Journey, models.CASCADE, related_name="chat", db_index=False)
    key = models.CharField(max_length=36)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "key"], name="board_chat_once")]

    def __str__(self) -> str:
        return self.text[:40]
