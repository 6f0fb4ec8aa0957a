"""The reader: messages in, marks with character spans out. No Django, no database."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import ahocorasick

from .boilerplate import Boilerplate, names_of
from .configuration import configuration
from .guards import View
from .heads import shipped
from .hits import MOST, WINDOW, Found, apart, named, prev_of, stands
from .kept import kept
from .language import ENGLISH_IS, LANGUAGES, UNREAD, of_tag, of_words, spoken
from .mark import Mark, Marks
from .ruleset import ROLES, Rule, of_role
from .worth import BATCH, by_kernels

if TYPE_CHECKING:
    import pyarrow as pa

    from .bulk import Bulk

LONGEST: Final = 200_000
"""Of a message longer than this, the first and the last half of this length are read."""


class Matcher:
    """What of a role's rules in a language to try on a text: one pass for all their literals.

    The automaton gives, for each literal, numbers: those of rules whose first set it is
    in, from 0 up, and those of second sets it is in, from -1 down.
    """

    def __init__(self, role: str, language: str) -> None:
        self.rules, self.named = of_role(role, language)
        wants = kept(f"literals-{role}-{language}.json", self._wants, json.load, _dump)
        wanted: dict[str, set[int]] = {}
        seconds: dict[frozenset[str], int] = {}
        self.second: list[int | None] = []
        for index, (literals, some) in enumerate(wants):
            for literal in literals:
                wanted.setdefault(literal, set()).add(index)
            also = frozenset(some)
            self.second.append(seconds.setdefault(also, -1 - len(seconds)) if also else None)
        for literals, number in seconds.items():
            for literal in literals:
                wanted.setdefault(literal, set()).add(number)
        self.automaton: Any = ahocorasick.Automaton()
        for literal, numbers in wanted.items():
            self.automaton.add_word(literal, tuple(numbers))
        self.automaton.make_automaton()

    def _wants(self) -> list[list[list[str]]]:
        return [[sorted(rule.literals), sorted(rule.also)] for rule in self.rules]

    def candidates(self, low: str) -> list[Rule]:
        """The rules worth trying on a folded text."""
        seen: set[int] = set()
        for _, numbers in self.automaton.iter(low):
            seen.update(numbers)
        second = self.second
        return [
            self.rules[index]
            for index in seen
            if index >= 0 and (second[index] is None or second[index] in seen)
        ]


def _dump(file: BinaryIO, wants: list[list[list[str]]]) -> None:
    file.write(json.dumps(wants).encode())


@cache
def _matcher(role: str, language: str) -> Matcher:
    return Matcher(role, language)


class Reader:
    """Reads messages. One reader may be used for any number of calls; none changes what another gives.

    `boilerplate` is a store made by `Boilerplate.count`; without one, every mark's
    `boilerplate` is None.
    """

    def __init__(self, boilerplate: Boilerplate | None = None) -> None:
        self.boilerplate = boilerplate
        self._rows = 0
        self._kept = threading.local()

    @property
    def version(self) -> str:
        """A hash of rules, heads and code: the same version gives the same marks for the same rows."""
        return configuration()[:16]

    def read(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Marks]:
        """The marks of each row, lazily and in order.

        A row has `text` and `role` ("agent" or "customer") and, where known, `prev` (the
        message before it), `customer_name`, `agent_name`, `lang` and `conversation`. English, German and
        Spanish are read, of the last two the labels in `labels_in` (`language.py` says how they are told). Rows
        are read each by itself: how they are batched changes nothing. Never raises on any
        text. Many rows, in this call or in all, are read by compiled kernels (`bulk.py`); few of
        them or with NEONCARD_NOTICE_MATCHER=re by `read_one`: the marks are the same.
        """
        waiting = iter(rows)
        while some := list(islice(waiting, BATCH)):
            before, self._rows = self._rows, self._rows + len(some)
            if by_kernels(len(some), before):
                yield from self._bulk().marks(some)
            else:
                yield from map(self.read_one, some)

    def read_table(self, table: pa.Table) -> pa.Table:
        """The marks of a table of messages, as a table with a row a mark; `table.py` says all.

        Waits, once a machine, until the kernels are compiled by a process of their own.
        """
        from . import compiling

        compiling.wait()
        from .table import read_table

        return read_table(self._bulk(), table)

    def _bulk(self) -> Bulk:
        """What reads many rows: one for a thread."""
        from .bulk import Bulk

        if not hasattr(self._kept, "bulk"):
            self._kept.bulk = Bulk(self)
        bulk: Bulk = self._kept.bulk
        return bulk

    def read_one(self, row: Mapping[str, Any], scores: Mapping[str, float] | None = None) -> Marks:
        """The marks of one row. `scores`: what the heads say of it, where that is known already; of a
        label that is not in them, the rules' word stands."""
        role = row.get("role")
        if not isinstance(role, str) or role not in ROLES:
            return Marks(reason="author")
        text = row.get("text")
        if not isinstance(text, str) or not text:
            return Marks()
        lang = row.get("lang")
        tag = of_tag(lang) if isinstance(lang, str) else ENGLISH_IS
        if tag == UNREAD:
            return Marks(reason="language")
        view = View(text[:WINDOW], prev_of(row))
        number = spoken(tag, of_words(view.low))
        if number == UNREAD:
            return Marks(reason="language")
        language = LANGUAGES[number]
        if len(text) > WINDOW:
            return self._read_long(row, text, role, language)
        found = self._found(row, view, role, language)
        return self._marks(row, text, _placed(found, view), language, scores)

    def by_rules(self, row: Mapping[str, Any]) -> Marks:
        """As `read_one`, before any head is asked: for benches and whoever teaches heads."""
        return self.read_one(row, {})

    def _read_long(self, row: Mapping[str, Any], text: str, role: str, language: str) -> Marks:
        hits: list[Hit] = []
        begin = 0
        while begin < len(text) and len(hits) < MOST:
            if LONGEST // 2 <= begin < len(text) - LONGEST // 2:
                begin = len(text) - LONGEST // 2
            end = cut(text, begin)
            view = View(text[begin:end], prev_of(row))
            found = self._found(row, view, role, language)
            hits += _placed(found, view, begin)
            begin = end
        return self._marks(row, text, hits, language)

    def _marks(
        self,
        row: Mapping[str, Any],
        text: str,
        hits: list[Hit],
        language: str,
        scores: Mapping[str, float] | None = None,
    ) -> Marks:
        """Hits as marks: the heads, which know English, are asked; each is told whether its words are copied."""
        marks = [
            Mark(
                hit.label, hit.start, hit.end, hit.score, text[hit.start : hit.end], None, hit.rule
            )
            for hit in hits[:MOST]
        ]
        role = row["role"]
        if language == LANGUAGES[ENGLISH_IS] and len(text) <= WINDOW and (scores is None or scores):
            heads = shipped.mine()
            said = heads.one(text, role) if scores is None else scores
            marks = shipped.settled_by(heads, text, role, marks, said)
        if self.boilerplate is None or not marks:
            return Marks(marks, language=language)
        copied = [False] * len(marks)
        if role == "agent":
            places = [mark.start for mark in marks]
            copied = self.boilerplate.copied(text, names_of(row), places)
        pairs = zip(marks, copied, strict=True)
        return Marks([replace(mark, boilerplate=same) for mark, same in pairs], language=language)

    def _found(self, row: Mapping[str, Any], view: View, role: str, language: str) -> list[Found]:
        """What stands in one window, before overlaps are settled."""
        matcher = _matcher(role, language)
        found = named(row, view, role, matcher.named)
        for rule in matcher.candidates(view.low):
            for match in rule.pattern.finditer(view.low):
                start, end = match.span()
                if start < end and stands(rule, view, start, end):
                    found.append((rule.score, start, end, rule.label, rule.id))
        return found


class Hit(NamedTuple):
    """A mark in the making, in positions of the message."""

    start: int
    end: int
    label: str
    score: float
    rule: str


def _placed(found: list[Found], view: View, offset: int = 0) -> list[Hit]:
    """Found things in positions of the message, one of a label at a place."""
    hits = []
    for score, start, end, label, rule in apart(found):
        first, last = view.folded.span(start, end)
        hits.append(Hit(first + offset, last + offset, label, score, rule))
    return hits


def cut(text: str, begin: int) -> int:
    """Where the window that begins here ends: after a sentence, else a word, else anywhere."""
    end = begin + WINDOW
    if end >= len(text):
        return len(text)
    for stop in ("\n", ". ", " "):
        place = text.rfind(stop, begin + WINDOW // 2, end)
        if place >= 0:
            return place + len(stop)
    return end
