"""Bulk writing in short transactions, so that nobody who saves a page ever waits for it.

HOUSE: no write transaction lasts over 25 ms. Import, backfill, retention and roll-ups commit in slices whose size
follows from how long the last one took.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery

Row = TypeVar("Row")
LIMIT_MS = 25.0
_AIM_MS = 12.0
"""Half the limit: a slice whose rows are twice as dear as the last one's still keeps it."""

_PACE_MS = 8.0
"""A long run of slices on a busy machine now and then takes thrice as long: it still keeps the limit."""
_LEAST_APART = 50
"""Rows of a slice on PostgreSQL, where writers don't wait for each other: smaller ones would only mean more commits."""

_between: ContextVar[Callable[[], object] | None] = ContextVar("neoncard_slices", default=None)


@dataclass(frozen=True, slots=True)
class Sliced:
    """What a run of slices did: rows handled, transactions, and the longest of these in milliseconds."""

    rows: int
    slices: int
    longest_ms: float


def next_size(
    size: int,
    took_ms: float,
    commit_ms: float = 0.0,
    *,
    most: int,
    aim: float = _AIM_MS,
    least: int = 1,
) -> int:
    """The size of the next slice: toward `aim`, at most doubled and at least a quarter, never below `least` rows.

    `took_ms` is without the commit. Of the commit no more than half the aim counts: on a slow disk it costs the same
    for one row as for a hundred, and fewer rows would only mean more commits.
    """
    cost = took_ms + min(commit_ms, aim / 2)
    fair = int(size * aim / max(cost, 0.1))
    return max(least, min(max(fair, size // 4), size * 2, most))


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
        with transaction.atomic(durable=True):
            began = time.perf_counter()
            done = step(size)
            stepped = time.perf_counter() - began
        took = time.perf_counter() - began
        longest = max(longest, took * 1000)
        if done == 0:
            return Sliced(rows, slices, round(longest, 1))
        rows += done
        slices += 1
        if done >= size:
            size = next_size(size, stepped * 1000, (took - stepped) * 1000, most=most)
        if tell := _between.get():
            tell()
        time.sleep(took * rest)


class Pace:
    """The pace of one long piece of writing: a slice size for each kind of row, kept from batch to batch."""

    def __init__(self, *, first: int = 20, most: int = 1000, rest: float = 0.25) -> None:
        """`first` and `most` rows a slice; `rest` as in `run`."""
        self.first = first
        self.most = most
        self.rest = rest
        self.longest_ms = 0.0
        self.slices = 0
        self._sizes: dict[str, int] = {}

    def write(
        self, kind: str, rows: Sequence[Row], step: Callable[[Sequence[Row]], object]
    ) -> None:
        """Call `step` with `rows` slice by slice, each in a transaction of its own.

        `step` only writes; prepare before it what can be prepared. `longest_ms` is measured from when the database
        is ours to when it is free again. Must not be called inside a transaction.
        """
        done = 0
        while done < len(rows):
            piece = rows[done : done + self._sizes.setdefault(kind, self.first)]
            self._slice(kind, len(piece), partial(step, piece))
            done += len(piece)

    def insert(self, rows: Sequence[Model]) -> None:
        """Insert new rows of one table, giving each its id, as `bulk_create` does.

        The statement is made before the transaction begins, which leaves the database a fifth of the time in it.
        """
        done = 0
        while done < len(rows):
            model = type(rows[done])
            piece = rows[done : done + self._sizes.setdefault(model.__name__, self.first)]
            statement, values = _insert(model, piece)

            def step(piece: Sequence[Model], statement: str, values: Sequence[Any]) -> None:
                with connection.cursor() as cursor:
                    cursor.execute(statement, values)
                    for row, (pk,) in zip(piece, cursor.fetchall(), strict=True):
                        row.pk = pk
                        row._state.adding, row._state.db = False, connection.alias

            self._slice(model.__name__, len(piece), partial(step, piece, statement, values))
            done += len(piece)

    def _slice(self, kind: str, rows: int, step: Callable[[], object]) -> None:
        with transaction.atomic(durable=True):
            began = time.perf_counter()
            step()
            stepped = time.perf_counter() - began
        took = time.perf_counter() - began
        self.slices += 1
        self.longest_ms = max(self.longest_ms, took * 1000)
        if rows == self._sizes[kind] or took * 1000 > _PACE_MS:
            least = min(_LEAST_APART, self.most) if connection.vendor == "postgresql" else 1
            self._sizes[kind] = next_size(
                rows,
                stepped * 1000,
                (took - stepped) * 1000,
                most=self.most,
                aim=_PACE_MS,
                least=least,
            )
        if tell := _between.get():
            tell()
        time.sleep(took * self.rest)


def _insert(model: type[Model], rows: Sequence[Model]) -> tuple[str, Sequence[Any]]:
    """One INSERT for all rows that returns their ids."""
    query = InsertQuery(model)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    query.insert_values(fields, list(rows))
    compiler = query.get_compiler(connection.alias)
    compiler.returning_fields = [model._meta.pk]
    ((statement, values),) = compiler.as_sql()
    return statement, values


def delete(rows: QuerySet[Any]) -> Sliced:
    """Delete the rows of a queryset in slices, with what hangs on them."""
    model: type[Model] = rows.model

    def step(size: int) -> int:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
        model._default_manager.filter(pk__in=ids).delete()  # lookup: ids of the caller's queryset
        return len(ids)

    return run(step)


def change(rows: QuerySet[Any], **values: Any) -> Sliced:
    """Set fields on the rows of a queryset in slices. The change must take a row out of the queryset."""
    model: type[Model] = rows.model

    def step(size: int) -> int:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
        model._default_manager.filter(pk__in=ids).update(
            **values
        )  # lookup: ids of the caller's queryset
        return len(ids)

    return run(step)


def breathe() -> None:
    """Say that long work goes on where it writes nothing, as between slices. Raises what `between` was told to raise."""
    if tell := _between.get():
        tell()


@contextmanager
def between(tell: Callable[[], object], *, seconds: float = 10.0) -> Iterator[None]:
    """Call `tell` between slices inside the block, at most every so many seconds: the worker says it lives."""
    last = time.monotonic()

    def seldom() -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            tell()

    token = _between.set(seldom)
    try:
        yield
    finally:
        _between.reset(token)
