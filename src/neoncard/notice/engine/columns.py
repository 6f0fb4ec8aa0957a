"""Messages and marks as columns: what the kernels take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from .heads.lanes import eight
from .heads.shipped import policies
from .jit import kernel
from .language import ENGLISH_IS, LANGUAGES, of_tag
from .mark import BY_HEAD
from .plan import plan
from .ruleset import ROLES, labels, rules

REASONS: Final = ("", "language", "author")
"""Why a row was not read, by the number in `Found.reasons`; the first: it was."""

MARK: Final = np.dtype(
    [
        ("row", np.int32),
        ("label", np.int16),
        ("start", np.int32),
        ("end", np.int32),
        ("score", np.float64),
        ("copied", np.int8),
        ("rule", np.int16),
    ]
)
"""A mark: its row in the batch; `label` and `rule`, numbers in `label_names()` and `rule_ids()`;
start and end in characters of the message (code points); `copied`, -1 not known, 0 the writer's
own words, 1 boilerplate."""

Row = Mapping[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows as columns; each array has one entry a row.

    `data`, uint8: UTF-8 (lone surrogates as three bytes), row i's text from `starts[i]` up to
    `stops[i]`, int64. `roles`, uint8: 0 for "agent", 1 for "customer", 2 for neither.
    `tags`, uint8: what its language tag says, `language.of_tag`. `names`, for each role int32: the
    number in `people` of the name to look for, -1 for none. `row` gives a row as `Reader.read`
    takes it.
    """

    data: Any
    starts: Any
    stops: Any
    roles: Any
    tags: Any
    names: tuple[Any, Any]
    people: Sequence[str]
    row: Callable[[int], Row]

    def take(self, which: Any) -> Batch:
        """Some of the rows, by number."""
        return Batch(
            self.data,
            self.starts[which],
            self.stops[which],
            self.roles[which],
            self.tags[which],
            (self.names[0][which], self.names[1][which]),
            self.people,
            lambda index: self.row(int(which[index])),
        )


class Found(NamedTuple):
    """`marks`, MARK in order of row and place; for each row, uint8: `reasons`, one of REASONS, and `languages`, what
    it was read as: a place in LANGUAGES, or UNREAD."""

    marks: Any
    reasons: Any
    languages: Any


@cache
def label_names() -> tuple[str, ...]:
    """Every label, in alphabetical order."""
    return tuple(sorted(labels()))


@cache
def rule_ids() -> tuple[str, ...]:
    """The id of every rule, and of every head as one, in alphabetical order."""
    heads = {BY_HEAD + label for label in policies()}
    return tuple(sorted({rule.id for one in LANGUAGES for rule in rules(one)} | heads))


@cache
def about_rules(role: str, language: str) -> Any:
    """Of a role's rules in a language, in the plan's order and the one made from names last: MARK's constants."""
    prepared = plan(role, language)
    label = {name: number for number, name in enumerate(label_names())}
    ident = {name: number for number, name in enumerate(rule_ids())}
    return np.array(
        [
            (0, label[rule.label], 0, 0, rule.score, -1, ident[rule.id])
            for rule in (*prepared.rules, *([prepared.named] if prepared.named else []))
        ],
        MARK,
    )


def batch_of(rows: Sequence[Row]) -> Batch:
    """Rows as `Reader.read` takes them, as columns."""
    texts = [row.get("text") for row in rows]
    said = [one.encode("utf-8", "surrogatepass") if isinstance(one, str) else b"" for one in texts]
    ends = np.cumsum([0, *map(len, said)], dtype=np.int64)
    number = {role: index for index, role in enumerate(ROLES)}
    roles = [row.get("role") for row in rows]
    said_of = (row.get("lang") for row in rows)
    tags = [_of_tag(tag) if isinstance(tag, str) else ENGLISH_IS for tag in said_of]
    people: dict[str, int] = {}
    names = [
        np.array(
            [
                people.setdefault(name, len(people)) if isinstance(name, str) else -1
                for name in (row.get(column) for row in rows)
            ],
            np.int32,
        )
        for column in ("customer_name", "agent_name")
    ]
    return Batch(
        data=np.frombuffer(b"".join(said) or b" ", np.uint8),
        starts=ends[:-1],
        stops=ends[1:],
        roles=np.array([number.get(r, 2) if isinstance(r, str) else 2 for r in roles], np.uint8),
        tags=np.array(tags, np.uint8),
        names=(names[0], names[1]),
        people=list(people),
        row=rows.__getitem__,
    )


class AboutHeads(NamedTuple):
    """The policies of heads as columns.

    By number of a label: `column`, its head's, and `veto` (-inf where it has none). By column of
    a head: `add`; `mark`, MARK's constants; `against`, a bit for each label beside which it adds none.
    """

    column: Any
    veto: Any
    add: Any
    mark: Any
    against: Any


@cache
def about_heads(heads: tuple[str, ...]) -> AboutHeads:
    """`shipped.policies` of heads, in order of their columns."""
    names, idents = label_names(), rule_ids()
    column, veto = np.zeros(len(names), np.int64), np.full(len(names), -np.inf)
    add, against = np.zeros(len(heads)), np.zeros(len(heads), np.int64)
    mark = np.zeros(len(heads), MARK)
    for place, label in enumerate(heads):
        policy, number = policies()[label], names.index(label)
        column[number], veto[number], add[place] = place, policy.veto, policy.add
        against[place] = sum(1 << names.index(one) for one in (label, *policy.unless))
        mark[place] = 0, number, 0, 0, 0.0, -1, idents.index(BY_HEAD + label)
    return AboutHeads(column, veto, add, mark, against)


_of_tag = cache(of_tag)


class Groups(NamedTuple):
    """Rows that are the same to a reader: `firsts`, the first row of each group; `which`, each row's group."""

    firsts: Any
    which: Any

    def spread(self, marks: Any) -> Any:
        """Marks of groups, in order of group, as marks of their rows, in order of row."""
        begins = np.searchsorted(marks["row"], np.arange(len(self.firsts) + 1))
        rows, origin = _spread(begins, self.which)
        spread = marks[origin]
        spread["row"] = rows
        return spread


def groups(batch: Batch) -> Groups:
    """The rows of a batch by text, role and names, apart from what was said before them: what is
    said often is read once."""
    count = len(batch.roles)
    which = np.empty(count, np.int64)
    firsts = np.empty(count, np.int64)
    kinds = batch.roles + np.uint8(4) * batch.tags
    slots = np.full(1 << max(4, (2 * count).bit_length()), -1, np.int32)
    hashes = np.empty(count, np.uint64)
    found = _group(
        batch.data, batch.starts, batch.stops, kinds, *batch.names, slots, hashes, which, firsts
    )
    return Groups(firsts[:found], which)


@kernel
def _spread(begins: Any, which: Any) -> tuple[Any, Any]:
    """Of the marks `begins[group]` up to `begins[group + 1]`, a row after another, row and number."""
    count = 0
    for group in which:
        count += begins[group + 1] - begins[group]
    rows, origin = np.empty(count, np.int32), np.empty(count, np.int64)
    place = 0
    for row in range(len(which)):
        for mark in range(begins[which[row]], begins[which[row] + 1]):
            rows[place] = row
            origin[place] = mark
            place += 1
    return rows, origin


@kernel
def _group(
    data: Any,
    starts: Any,
    stops: Any,
    kinds: Any,
    names: Any,
    others: Any,
    slots: Any,
    hashes: Any,
    which: Any,
    firsts: Any,
) -> int:
    """Fill `which` (a row's group) and `firsts` (a group's first row); how many groups."""
    prime = np.uint64(0x9E3779B97F4A7C15)
    mask = len(slots) - 1
    found = 0
    for row in range(len(starts)):
        value = np.uint64(kinds[row]) + np.uint64(names[row] + 1) * np.uint64(16)
        value = (value ^ np.uint64(others[row] + 1)) * prime
        start, stop = starts[row], stops[row]
        for index in range(start, stop - 7, 8):
            value = (value ^ eight(data, index)) * prime
            value ^= value >> np.uint64(32)
        for index in range(stop - (stop - start & 7), stop):
            value = (value ^ np.uint64(data[index])) * prime
        hashes[row] = value ^ (value >> np.uint64(32))
        slot = np.int64(hashes[row] >> np.uint64(8)) & mask
        while True:
            group = slots[slot]
            if group < 0:
                slots[slot] = found
                firsts[found] = row
                which[row] = found
                found += 1
                break
            first = firsts[group]
            same = (
                hashes[first] == hashes[row]
                and stops[first] - starts[first] == stop - start
                and kinds[first] == kinds[row]
                and names[first] == names[row]
                and others[first] == others[row]
            )
            if same and _same(data, starts[first], start, stop - start):
                which[row] = group
                break
            slot = (slot + 1) & mask
    return found


@kernel
def _same(data: Any, one: int, other: int, size: int) -> bool:
    """Whether so many bytes are the same at two places."""
    for offset in range(0, size - 7, 8):
        if eight(data, one + offset) != eight(data, other + offset):
            return False
    for offset in range(size - (size & 7), size):
        if data[one + offset] != data[other + offset]:
            return False
    return True
