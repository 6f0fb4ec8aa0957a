"""Reading many messages at once: the same marks as one by one, without Python for each.

A batch is columns: one buffer of UTF-8 with offsets, as Arrow keeps it, and what is known of
each row. `Bulk.read` folds and scans all rows by compiled kernels (`folding.py`, `scan.py`);
Python sees only the hits that a guard may object to, the rows that name somebody, and those
the kernels leave to it. Nothing in a batch depends on what else is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from . import folding
from .automaton import memory_of
from .guards import View
from .hits import MOST, WINDOW, named, prev_of, stands
from .language import may_be_english
from .machine import stack
from .mark import Mark, Marks
from .names import name_of
from .plan import ROLES, Plan, plan
from .ruleset import labels, rules
from .scan import ROOM, STANDS, scan
from .settle import apart, contains, unfolded

if TYPE_CHECKING:
    from .reader import Reader

SIZE: Final = 65_536
"""Rows of a batch."""

REASONS: Final = ("", "language", "author")
"""Why a row was not read, by the number in `Found.reasons`; the first: it was."""

Row = Mapping[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows as columns; each array has one entry a row, offsets one more.

    `data`, uint8, and `offsets`, int64: the texts in UTF-8 (lone surrogates as three bytes).
    `roles`, uint8: 0 for "agent", 1 for "customer", 2 for neither. `foreign`, bool: known by
    its language tag not to be read. `names`, for each role int32: the number of the name to
    look for in `people`, -1 for none. `row` gives a row as `Reader.read` takes it.
    """

    data: Any
    offsets: Any
    roles: Any
    foreign: Any
    names: Any
    people: Sequence[str]
    row: Callable[[int], Row]


@dataclass(slots=True)
class Found:
    """Marks as columns, in order of row, then place.

    `rows`, `starts`, `ends`, int32: characters of the message, as code points. `label`, int16,
    numbers LABELS as `label_names()` does; `rules`, int16, as `rule_ids()`. `scores`, float64.
    `copied`, int8: -1 not known, 0 own words, 1 boilerplate. `reasons`, uint8, one a row of
    the batch: a number of REASONS.
    """

    rows: Any
    label: Any
    starts: Any
    ends: Any
    scores: Any
    copied: Any
    rules: Any
    reasons: Any = field(default=None)


@cache
def label_names() -> tuple[str, ...]:
    """Every label, in alphabetical order."""
    return tuple(sorted(labels()))


@cache
def rule_ids() -> tuple[str, ...]:
    """The id of every rule, in alphabetical order."""
    return tuple(sorted({rule.id for rule in rules()}))


@cache
def _of_rules(role: str) -> tuple[Any, Any, Any]:
    """Of a role's rules in the plan's order: number of label, number of id, score."""
    label = {name: number for number, name in enumerate(label_names())}
    ident = {name: number for number, name in enumerate(rule_ids())}
    mine = plan(role).rules
    return (
        np.array([label[rule.label] for rule in mine], np.int16),
        np.array([ident[rule.id] for rule in mine], np.int16),
        np.array([rule.score for rule in mine], np.float64),
    )


def batch_of(rows: Sequence[Row]) -> Batch:
    """Rows as `Reader.read` takes them, as columns."""
    texts = [row.get("text") for row in rows]
    said = [one.encode("utf-8", "surrogatepass") if isinstance(one, str) else b"" for one in texts]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(one) for one in said], out=offsets[1:])
    number = {role: index for index, role in enumerate(ROLES)}
    roles = [row.get("role") for row in rows]
    langs = [row.get("lang") for row in rows]
    known: dict[str, bool] = {}
    foreign = [
        isinstance(tag, str) and known.setdefault(tag, not may_be_english(tag)) for tag in langs
    ]
    people: dict[str, int] = {}
    names = [
        [
            people.setdefault(name, len(people)) if isinstance(name, str) else -1
            for name in (row.get(column) for row in rows)
        ]
        for column in ("customer_name", "agent_name")
    ]
    return Batch(
        data=np.frombuffer(b"".join(said) or b" ", np.uint8),
        offsets=offsets,
        roles=np.array([number.get(r, 2) if isinstance(r, str) else 2 for r in roles], np.uint8),
        foreign=np.array(foreign, np.bool_),
        names=[np.array(column, np.int32) for column in names],
        people=list(people),
        row=rows.__getitem__,
    )


class Bulk:
    """Reads batches for a `Reader`; its memory for the kernels is one thread's."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._frames = stack()
        self._tables = folding.tables()
        self._words = folding.words()

    def read(self, batch: Batch) -> Found:
        """The marks of a batch."""
        count = len(batch.roles)
        folded = _Folded(batch, self._tables, self._words)
        reasons = np.zeros(count, np.uint8)
        reasons[batch.roles > 1] = 2
        empty = batch.offsets[1:] == batch.offsets[:-1]
        alone = folded.alone & (reasons == 0) & ~batch.foreign
        other = (folded.flags & folding.OTHER) != 0
        reasons[(reasons == 0) & ~empty & (batch.foreign | (other & ~alone))] = 1
        wanted = (reasons == 0) & ~empty & ~alone
        parts = []
        hard = np.zeros(count, np.uint8)
        for number, role in enumerate(ROLES):
            rows = np.flatnonzero(wanted & (batch.roles == number))
            if len(rows):
                parts.append(self._scan(batch, folded, role, rows, hard))
        by_hand = np.flatnonzero(alone | (hard == 1))
        found = _joined([*parts, self._by_hand(batch, by_hand, reasons)])
        found.reasons = reasons
        return found

    def marks(self, rows: Sequence[Row]) -> Iterator[Marks]:
        """The marks of each row, as objects."""
        found = self.read(batch_of(rows))
        ends = np.searchsorted(found.rows, np.arange(len(rows)), side="right").tolist()
        columns = (found.label, found.starts, found.ends, found.scores, found.copied, found.rules)
        label, start, end, score, copied, rule = (column.tolist() for column in columns)
        names, idents = label_names(), rule_ids()
        begin = 0
        for row, last, reason in zip(rows, ends, found.reasons.tolist(), strict=True):
            text = row.get("text")
            yield Marks(
                [
                    Mark(
                        names[label[at]],
                        start[at],
                        end[at],
                        score[at],
                        text[start[at] : end[at]] if isinstance(text, str) else "",
                        None if copied[at] < 0 else copied[at] == 1,
                        idents[rule[at]],
                    )
                    for at in range(begin, last)
                ],
                reason=REASONS[reason],
            )
            begin = last

    def _scan(self, batch: Batch, folded: _Folded, role: str, rows: Any, hard: Any) -> Found:
        prepared = plan(role)
        scratch = (
            self._frames,
            memory_of(len(prepared.rules)),
            memory_of(len(prepared.triggers) + 1),
        )
        about = (
            tuple(prepared.program), prepared.entries, prepared.first, prepared.asked,
            prepared.triggers, tuple(prepared.doubts), prepared.doubt_columns,
        )  # fmt: skip
        hits = np.empty((len(rows) // 2 + 4 * ROOM, 5), np.int32)
        done = used = 0
        while True:
            done, used = scan(
                about, tuple(prepared.automaton), prepared.columns, folded.low, folded.places,
                folded.flags, rows, done, scratch, hits, used, hard,
            )  # fmt: skip
            if done == len(rows):
                break
            hits = np.concatenate([hits, np.empty_like(hits)])
        named = self._named(batch, folded, prepared, role, rows[hard[rows] == 0])
        stands = self._asked(batch, prepared, hits[:used])
        label, ident, score = _of_rules(role)
        rule = stands[:, 1]
        by_rule = (stands[:, 0], label[rule], stands[:, 2], stands[:, 3], score[rule], ident[rule])
        keys = [np.concatenate(pair) for pair in zip(by_rule, named, strict=True)]
        return self._settled(batch, folded, keys)

    def _asked(self, batch: Batch, prepared: Plan, hits: Any) -> Any:
        """The hits that stand, after the guards were asked of those in doubt."""
        keep = hits[:, 4] == STANDS
        view, last = None, -1
        for place in np.flatnonzero(~keep):
            row, rule, start, end, _ = hits[place].tolist()
            if row != last or view is None:
                view, last = _view(batch.row(row)), row
            keep[place] = stands(prepared.rules[rule], view, start, end)
        return hits[keep]

    def _named(
        self, batch: Batch, folded: _Folded, prepared: Plan, role: str, rows: Any
    ) -> tuple[Any, ...]:
        """What the rule made from names finds; as the columns of `_scan`."""
        found: list[tuple[int, int, int, float]] = []
        codes = batch.names[ROLES.index(role)]
        if codes is not None:
            for row in _mentioning(batch, folded, rows[codes[rows] >= 0], codes):
                asked = batch.row(row)
                view = _view(asked)
                found += (
                    (row, start, end, score)
                    for score, start, end, _, _ in named(asked, view, role, prepared.named)
                )
        label = label_names().index(prepared.named.label)
        ident = rule_ids().index(prepared.named.id)
        columns = np.array(found, np.float64).reshape(-1, 4)
        size = len(found)
        return (
            columns[:, 0].astype(np.int32),
            np.full(size, label, np.int16),
            columns[:, 1].astype(np.int32),
            columns[:, 2].astype(np.int32),
            columns[:, 3],
            np.full(size, ident, np.int16),
        )

    def _settled(self, batch: Batch, folded: _Folded, keys: list[Any]) -> Found:
        """One hit of a label at a place, in order, at most MOST a row, in places of the message."""
        row, label, start, end, score, ident = keys
        order = np.lexsort((ident, -end, -score, start, label, row))
        row, label, start, end, score, ident = (key[order] for key in keys)
        keep = apart(row, label, start, end, score)
        row, label, start, end, score, ident = (
            key[keep] for key in (row, label, start, end, score, ident)
        )
        order = np.lexsort((label, end, start, row))
        row, label, start, end, score, ident = (
            key[order] for key in (row, label, start, end, score, ident)
        )
        first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if len(row) else row
        rank = np.arange(len(row)) - np.repeat(first, np.diff(np.r_[first, len(row)]))
        few = rank < MOST
        row, label, start, end, score, ident = (
            key[few] for key in (row, label, start, end, score, ident)
        )
        copied = self._copied(batch, row, start)
        moved = np.flatnonzero(folded.flags[row] & folding.MOVED)
        if len(moved):
            unfolded(batch.data, batch.offsets, self._tables[2], row, start, end, moved)
        return Found(row, label, start, end, score, copied, ident)

    def _copied(self, batch: Batch, rows: Any, starts: Any) -> Any:
        """Whether the words are boilerplate; starts in places of the folded text."""
        copied = np.full(len(rows), -1, np.int8)
        store = self.reader.boilerplate
        if store is None:
            return copied
        copied[:] = 0
        whole: bool | None = None
        last = -1
        for place in np.flatnonzero(batch.roles[rows] == 0):
            row = int(rows[place])
            if row != last:
                asked, last = batch.row(row), row
                view = _view(asked)
                whole = self.reader.whole(asked, asked["text"], "agent")
            copied[place] = whole or self.reader.sentence(asked, view, int(starts[place]))
        return copied

    def _by_hand(self, batch: Batch, rows: Any, reasons: Any) -> Found:
        """Rows that Python reads whole."""
        label = {name: number for number, name in enumerate(label_names())}
        ident = {name: number for number, name in enumerate(rule_ids())}
        found = []
        for row in rows.tolist():
            marks = self.reader.read_one(batch.row(row))
            reasons[row] = REASONS.index(marks.reason)
            found += [
                (row, label[m.label], m.start, m.end, m.score,
                 -1 if m.boilerplate is None else m.boilerplate, ident[m.rule])
                for m in marks
            ]  # fmt: skip
        columns = list(zip(*found, strict=True)) or [()] * 7
        kinds = (np.int32, np.int16, np.int32, np.int32, np.float64, np.int8, np.int16)
        return Found(*(np.array(one, kind) for one, kind in zip(columns, kinds, strict=True)))


class _Folded:
    """The folded texts of a batch: `low[places[i]:places[i + 1]]`, with `flags` of folding.py.

    `alone`: rows that only Python reads, being long or of characters the kernels don't know.
    """

    def __init__(self, batch: Batch, tables: Any, words: Any) -> None:
        count = len(batch.roles)
        data, offsets = batch.data, batch.offsets
        longest = int((offsets[1:] - offsets[:-1]).max(initial=0))
        self.low = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint8)
        self.places = np.empty(count + 1, np.int64)
        self.flags = np.empty(count, np.uint8)
        lengths = np.empty(count, np.int64)
        scratch = np.empty(longest + 1, np.uint32)
        folding.fold_rows(
            data, offsets, tables, words, scratch, self.low, self.places, self.flags, lengths
        )
        self.alone = (lengths > WINDOW) | ((self.flags & folding.UNSURE) != 0)


def _view(row: Row) -> View:
    return View(row["text"], prev_of(row))


def _mentioning(batch: Batch, folded: _Folded, rows: Any, codes: Any) -> list[int]:
    """Of some rows those that hold a part of the name on them."""
    wanted = np.unique(codes[rows])
    pieces = bytearray()
    spans = np.zeros((len(batch.people), 4), np.int64)
    for code in wanted.tolist():
        name = name_of(batch.people[code])
        if name is None:
            spans[code] = -1
            continue
        for column, part in ((0, name.first), (2, name.last)):
            spans[code, column] = len(pieces)
            pieces += folding.stood_in(part)
            spans[code, column + 1] = len(pieces)
    parts = np.frombuffer(bytes(pieces) or b" ", np.uint8)
    holds = contains(folded.low, folded.places, rows, codes, spans, parts)
    return [int(row) for row in rows[holds]]


def _joined(parts: list[Found]) -> Found:
    """Parts of different rows as one, in order of row."""
    names = ("rows", "label", "starts", "ends", "scores", "copied", "rules")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    order = np.argsort(columns[0], kind="stable")
    return Found(*(column[order] for column in columns))
