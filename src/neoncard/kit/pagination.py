"""Pages of a long list, newest first, by key and not by count: page 2,000 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page. `older` is the cursor of the next one, empty at the end."""

    rows: list[Row]
    older: str


def newest(rows: QuerySet[Row], *, by: str, before: str = "", size: int = 50) -> Page[Row]:
    """The newest `size` of `rows` by the time field `by` (ties by id) before a cursor. One query.

    A cursor that can't be read starts at the newest.
    """
    ordered = rows.order_by(f"-{by}", "-pk")
    if mark := _read(before):
        at, key = mark
        # The bound that says the same twice lets a database begin at the right place of the index.
        ordered = ordered.filter(Q(**{f"{by}__lt": at}) | Q(pk__lt=key), **{f"{by}__lte": at})
    found = list(ordered[: size + 1])
    older = ""
    if len(found) > size:
        found.pop()
        last = found[-1]
        older = f"{(getattr(last, by) - _EPOCH) // _MICRO}-{last.pk}"
    return Page(found, older)


def _read(cursor: str) -> tuple[datetime, int] | None:
    micros, dash, key = cursor.partition("-")
    if not dash or not micros.isdecimal() or not key.isdecimal() or len(cursor) > 40:
        return None
    try:
        return _EPOCH + int(micros) * _MICRO, int(key)
    except OverflowError:
        return None
