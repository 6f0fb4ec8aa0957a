"""The one clock: every room asks here, so tests and the demo can set the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | None] = ContextVar("neoncard_clock", default=None)


def now() -> datetime:
    """The time now, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day in `zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) inside the block. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs a time with a zone")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
