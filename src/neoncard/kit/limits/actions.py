"""The only writer of rate limit counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from neoncard.kit import clock, signing, slices
from neoncard.kit.limits import rules
from neoncard.kit.limits.tables import Limit


def allow(key: str, amount: int, seconds: int) -> bool:
    """Whether `key` may do this once more: at most `amount` times in each window of `seconds`.

    Say what and whose in the key: `f"thanks:{slug}"`, `f"thanks:{limits.prefix(address)}"`, `"thanks"` overall.
    At most two queries; a refused call only reads, so a flood writes nothing.
    """
    start, end = rules.window(clock.now(), seconds)
    hashed = signing.pseudonym("limit", key, str(seconds), start.isoformat())
    row = Limit.objects.filter(key=hashed)
    counted = row.values_list("count", flat=True).first()
    if counted is None:
        new = Limit(key=hashed, count=0, ends_at=end)
        Limit.objects.bulk_create([new], ignore_conflicts=True)
    elif counted >= amount:
        return False
    with transaction.atomic():
        return bool(row.filter(count__lt=amount).update(count=F("count") + 1))


def spent(key: str, amount: int, seconds: int) -> bool:
    """Whether `key` has had its `amount` in this window; asking uses none of it, for what counts only when it fails.

    One query.
    """
    start, _end = rules.window(clock.now(), seconds)
    hashed = signing.pseudonym("limit", key, str(seconds), start.isoformat())
    return Limit.objects.filter(key=hashed, count__gte=amount).exists()


def once(key: str, until: datetime) -> bool:
    """Whether `key` is used for the first time; it is remembered until then. A query, two when it is new."""
    hashed = signing.pseudonym("once", key)
    return Limit.objects.get_or_create(key=hashed, defaults={"count": 1, "ends_at": until})[1]


def clean() -> slices.Sliced:
    """Forget the windows that have ended."""
    return slices.delete(Limit.objects.filter(ends_at__lt=clock.now()))
