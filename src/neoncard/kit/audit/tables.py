"""The audit trail."""

from __future__ import annotations

from django.db import models


class Audit(models.Model):
    """One act of writing: who, what, on which row, how many. Never holds words or names (P2, P7)."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=40)
    did = models.CharField(max_length=60)
    on = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["did", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.did} {self.on}"
