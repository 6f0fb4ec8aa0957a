"""Counts of a rate limit."""

from __future__ import annotations

from django.db import models


class Limit(models.Model):
    """How often something was asked in one window. `key` is a keyed hash: no address is kept."""

    key = models.CharField(max_length=32, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%H:%M:%S}"
