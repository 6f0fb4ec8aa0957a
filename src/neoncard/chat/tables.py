"""Chats as they are set up, and which deeds in them are known already."""

from __future__ import annotations

from django.db import models


class Chat(models.Model):
    """One chat: Slack, Mattermost or Teams. Secrets are sealed (kit.signing); `api` is where its API answers."""

    class Kind(models.TextChoices):
        SLACK = "slack", "Slack"
        MATTERMOST = "mattermost", "Mattermost"
        TEAMS = "teams", "Microsoft Teams"

    kind = models.CharField(max_length=10, choices=Kind, unique=True)
    sealed = models.TextField(blank=True)
    api = models.URLField(blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind


class ChatDeed(models.Model):
    """Something done in a chat that was followed, once: sent again, it gets the same answer and nothing happens."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="deeds")
    key = models.CharField(max_length=64)  # a hash: a trigger's id is long, and holds whose it is
    said = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "key"], name="deed_once")]

    def __str__(self) -> str:
        return self.key[:8]
