"""Queries that are written once: Django takes longer to write one over nine tables than a database to answer it.

    @written
    def _waiting(me: int, since: datetime) -> QuerySet[Kindness]:
        return Kindness.objects.filter(receivers=me, received_at__gte=since)

    _waiting(party.pk, since)  # a list of kindnesses

The function runs the first time alone, with a `Slot` in the place of each value; its SQL is kept, and asked with the
values of the day. So it may put its values into lookups and expressions and do nothing else with them, and what it
decides by anything else (a setting, whether a list is long) stays decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, datetime
from functools import update_wrapper
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from django.db import connection
from django.db.models import QuerySet, Value

from neoncard.kit import clock

Row = TypeVar("Row")
Values = TypeVarTuple("Values")
Shape = tuple[object, ...]
SHAPES = 256
"""How many lengths of lists one query is kept for; beyond, it is written anew."""


class Place(NamedTuple):
    """Where a parameter of the SQL comes from: which value, and which of a list."""

    value: int
    item: int


class Slot(Value):
    """The place of a value in a query that is being written; of a list, right of `__in` alone."""

    def __init__(self, value: Any, number: int) -> None:
        super().__init__(value)
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """`%s`, or as many as the list has, each with the `Place` of its value."""
        if not isinstance(self.value, (list, tuple)):
            return "%s", [Place(self.number, 0)]
        many = len(self.value)
        return f"({', '.join(['%s'] * many)})", [Place(self.number, item) for item in range(many)]


class Kept(NamedTuple):
    """A query with its SQL, the rows it makes (`compiler`), and its parameters, a `Place` where a value belongs."""

    rows: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]


class Written(Generic[*Values, Row]):
    """A query as `make` writes it with slots; called with values it answers with a list. One query."""

    def __init__(self, make: Callable[[*Values], QuerySet[Any, Row]]) -> None:
        self.make = make
        self._kept: dict[Shape, Kept] = {}
        update_wrapper(self, make)

    def __call__(self, *values: *Values) -> list[Row]:
        """The rows for these values: whole numbers, texts, moments, or lists of them.

        TypeError for anything else (None is asked for otherwise, by `isnull`), ValueError for an empty list.
        """
        given = [_as_list(value) for value in values]
        shape = (connection.vendor, *map(len, given))
        kept = self._kept.get(shape) or self._write(shape, values)
        ready = copy(kept.compiler)
        ready.connection = connection
        adapt = connection.ops.adapt_datetimefield_value
        params = []
        for one in kept.params:
            if type(one) is Place:
                one = given[one.value][one.item]
                if isinstance(one, datetime):
                    one = adapt(one)
            params.append(one)
        ready.as_sql = lambda *_args, **_named: (kept.sql, tuple(params))
        rows = kept.rows.all()
        rows.query.get_compiler = lambda *_args, **_named: ready  # type: ignore[method-assign]
        return list(rows)

    def _write(self, shape: Shape, values: Sequence[Any]) -> Kept:
        slots = [Slot(value, number) for number, value in enumerate(values)]
        # Who asks for the time in there gets the beginning of all time, and sees it at once.
        with clock.at(datetime.min.replace(tzinfo=UTC)):
            rows = self.make(*slots)  # type: ignore[arg-type]
            compiler = rows.query.get_compiler(rows.db)
            sql, params = compiler.as_sql()
        used = {one.value for one in params if type(one) is Place}
        if used != set(range(len(values))):
            raise TypeError(f"{self.make.__name__}: not every value has its place in the query")
        kept = Kept(rows, compiler, sql, params)
        if len(self._kept) < SHAPES:
            self._kept[shape] = kept
        return kept


def _as_list(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError("values: an empty list finds nothing; don't ask")
        return value
    if not isinstance(value, (int, str, datetime)):
        raise TypeError(f"values: a number, a text, a moment or a list of them, not {value!r}")
    return (value,)


def written(make: Callable[[*Values], QuerySet[Any, Row]]) -> Written[*Values, Row]:
    """A query that is written once, by `make` called with slots."""
    return Written(make)
