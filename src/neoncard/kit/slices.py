"""Bulk writing in short transactions, so that nobody who saves a page ever waits for it.

HOUSE: no write transaction lasts over 25 ms. Import, backfill, retention and roll-ups commit in slices whose size
follows from how long the last one took.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

LIMIT_MS = 25.0
_AIM_MS = 12.0
"""Half the limit: a slice whose rows are twice as dear as the last one's still keeps it."""

_between: ContextVar[Callable[[], object] | None] = ContextVar("neoncard_slices", default=None)


@dataclass(frozen=True, slots=True)
class Sliced:
    """What a run of slices did: rows handled, transactions, and the longest of these in milliseconds."""

    rows: int
    slices: int
    longest_ms: float


def next_size(size: int, took_ms: float, *, most: int) -> int:
    """The size of the next slice: toward 12 ms, at most doubled at a time, never below one row."""
    fair = size * _AIM_MS / max(took_ms, 0.1)
    return max(1, min(int(fair), size * 2, most))


def run(
    step: Callable[[int], int], *, size: int = 25, most: int = 2000, rest: float = 0.25
) -> Sliced:
    """Call `step(n)` again and again, each in a transaction of its own, until it handles no row.

    `step` handles up to n rows and returns how many it did. Prepare outside it what can be prepared: only what it
    does counts against the 25 ms. After each slice we pause for `rest` times its length, so that a waiting page
    gets its turn. Must not be called inside a transaction.
    """
    rows = slices = 0
    longest = 0.0
    while True:
        began = time.perf_counter()
        with transaction.atomic(durable=True):
            done = step(size)
        took = time.perf_counter() - began
        longest = max(longest, took * 1000)
        if done == 0:
            return Sliced(rows, slices, round(longest, 1))
        rows += done
        slices += 1
        if done >= size:
            size = next_size(size, took * 1000, most=most)
        if tell := _between.get():
            tell()
        time.sleep(took * rest)


def delete(rows: QuerySet[Any]) -> Sliced:
    """Delete the rows of a queryset in slices, with what hangs on them."""
    model: type[Model] = rows.model

    def step(size: int) -> int:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
        model._default_manager.filter(pk__in=ids).delete()  # lookup: ids of the caller's queryset
        return len(ids)

    return run(step)


@contextmanager
def between(tell: Callable[[], object]) -> Iterator[None]:
    """Call `tell` about every second between slices inside the block: the worker says it lives."""
    last = time.monotonic()

    def seldom() -> None:
        nonlocal last
        if time.monotonic() - last > 1:
            last = time.monotonic()
            tell()

    token = _between.set(seldom)
    try:
        yield
    finally:
        _between.reset(token)
