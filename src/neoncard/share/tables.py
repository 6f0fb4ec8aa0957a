"""The wall: posts, stories and comments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


class Post(models.Model):
    """A kindness on the wall. A story is a post with a title, told at length, released by everyone in it (P6)."""

    kindness = models.OneToOneField(Kindness, models.CASCADE, related_name="post")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="posts")
    title = models.CharField(max_length=120, blank=True)
    story = models.TextField(blank=True)
    posted_at = models.DateTimeField()
    nameless = models.JSONField(default=list)  # ids of parties who took their name off this post
    taken_down_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # reported: two people look at it

    class Meta:
        indexes = [
            models.Index(fields=["-posted_at", "-id"], name="post_newest"),
            models.Index(
                fields=["-posted_at", "-id"], name="story_newest", condition=~models.Q(story="")
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kindness_id)


class Comment(models.Model):
    """Something of one's own under a post; at most one link."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="comments")
    words = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(
        null=True, blank=True
    )  # reported or held: two people look at it

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.words[:60]


class Landed(models.Model):
    """How a kindness landed, in words (E8): what its giver guessed, and what a receiver says."""

    class Word(models.TextChoices):
        LITTLE = "little", _("a small lift")
        WARM = "warm", _("it was warm")
        DAY = "day", _("it made the day")

    kindness = models.ForeignKey(Kindness, models.CASCADE, related_name="landed")
    member = models.ForeignKey(Member, models.CASCADE, related_name="landed")
    word = models.CharField(max_length=6, choices=Word)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kindness", "member"], name="landed_once")]

    def __str__(self) -> str:
        return self.word


class Picture(models.Model):
    """A picture beside a kindness: its bytes without what a camera wrote into them, words for it, credit, licence."""

    kindness = models.OneToOneField(Kindness, models.CASCADE, related_name="picture")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12)
    body = models.BinaryField()
    alt = models.CharField(max_length=200)
    credit = models.CharField(max_length=120)
    licence = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.alt


class Likeness(models.Model):
    """A colleague who can be recognised in a picture, and since when others may see it (P6); None: not yet, or no more."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="likenesses")
    member = models.ForeignKey(Member, models.CASCADE, related_name="likenesses")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "member"], name="likeness_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.picture_id}"
