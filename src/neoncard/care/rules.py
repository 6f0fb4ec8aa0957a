"""How long a hard day lasts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEAST = timedelta(hours=4)
COVER_KEPT = timedelta(hours=24)


def until(now: datetime, shift_end: datetime | None, zone: str) -> datetime:
    """When what is said today is over: with the shift, else at midnight in `zone`, never before four hours.

    `now` and the answer are aware; `zone` is an IANA name.
    """
    if shift_end:
        return shift_end
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    return max(midnight.astimezone(now.tzinfo), now + LEAST)
