"""Regular expressions as programs for the machine in `machine.py`.

The rules and guards are Python patterns, and Python's `re` is what decides what they mean.
Calling it for each hit costs more than all the rest of reading, so a pattern is also compiled,
from `re`'s own parse of it, to a small program that a compiled loop runs over many messages:
the same backtracking, in the same order, so the same spans (Thompson's and Spencer's old way;
a test compares every pattern with `re` on every example). Programs run on the bytes of
`alphabet.py`, one a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .alphabet import DIGIT, LETTER, LETTERS, SIGN, SIGNS, byte_of, named

_parser: Any = re._parser  # type: ignore[attr-defined]  # no public way to a parsed pattern

MATCH: Final = 1
CHAR: Final = 2
SET: Final = 3
JUMP: Final = 4
SPLIT: Final = 5
TRY: Final = 6
MANY: Final = 7
FEW: Final = 8
ASSERT: Final = 9
HOLDS: Final = 10
AT: Final = 11
TEXT: Final = 12
FAIL: Final = 13
LATER: Final = 14
BRANCH: Final = 15
AHEAD: Final = 16
BEHIND: Final = 17

BOUNDARY: Final = 0
NOT_BOUNDARY: Final = 1
BEGINNING: Final = 2
END: Final = 3
LAST: Final = 4

_AT = {
    "AT_BOUNDARY": BOUNDARY,
    "AT_NON_BOUNDARY": NOT_BOUNDARY,
    "AT_BEGINNING": BEGINNING,
    "AT_BEGINNING_STRING": BEGINNING,
    "AT_END": END,
    "AT_END_STRING": LAST,
}
_ALL = frozenset([*range(128), *LETTERS, *SIGNS, DIGIT, LETTER, SIGN])
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | {
    *LETTERS,
    DIGIT,
    LETTER,
}
_SPACE = frozenset(code for code in range(128) if chr(code).isspace())
_DIGIT = frozenset(b"0123456789") | {DIGIT}
_CATEGORIES = {
    "CATEGORY_WORD": _WORD,
    "CATEGORY_NOT_WORD": _ALL - _WORD,
    "CATEGORY_SPACE": _SPACE,
    "CATEGORY_NOT_SPACE": _ALL - _SPACE,
    "CATEGORY_DIGIT": _DIGIT,
    "CATEGORY_NOT_DIGIT": _ALL - _DIGIT,
}
_FOR_EVER = 1 << 30
_MOST_CODE = 60_000
_COLUMNS = 257

Chars = frozenset[int]


class UnsupportedError(ValueError):
    """A pattern the machine has no program for; `re` is asked instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a program begins.

    `first` is the number of the set of characters it can begin with, -1 when it can match
    nothing; `word` says that it is to be tried at the beginning of a word only, and then
    `skipped` nodes of its pattern are not in it.
    """

    at: int
    first: int
    word: bool
    skipped: int


class Program(NamedTuple):
    """`code`, int32; `sets`, uint8 (m, 256) of 0 and 1; `choices`, int32: of each choice a table
    of 257, by the next byte (256: none left), of where the parts to try are, up to a -1.
    """

    code: NDArray[np.int32]
    sets: NDArray[np.uint8]
    choices: NDArray[np.int32]


class Assembler:
    """Compiles patterns into one code array and one table of character sets."""

    def __init__(self) -> None:
        self._code: list[int] = []
        self._sets: dict[Chars, int] = {}
        self._choices: dict[tuple[tuple[Chars, bool], ...], int] = {}
        self._choice_of: list[int] = []
        self._known: dict[str, Entry | None] = {}

    def entry(self, source: str) -> Entry | None:
        """The program of a pattern; None when it has none."""
        if source not in self._known:
            start = len(self._code)
            try:
                self._known[source] = self._entry(source)
            except UnsupportedError:
                del self._code[start:]
                self._known[source] = None
        return self._known[source]

    def _entry(self, source: str) -> Entry:
        tree = list(_parser.parse(source))
        start = len(self._code)
        word = _at_word(tree)
        self._sequence(tree[1:] if word else tree)
        self._code.append(MATCH)
        if len(self._code) - start > _MOST_CODE:
            raise UnsupportedError(f"the program of {source[:60]!r} is too long")
        chars, nothing = first(tree)
        first_set = -1 if nothing else self._set(chars)
        return Entry(start, first_set, word, int(word))

    def finish(self) -> Program:
        """Everything that was compiled."""
        sets = np.zeros((max(1, len(self._sets)), 256), np.uint8)
        for chars, number in self._sets.items():
            sets[number, sorted(chars)] = 1
        choices = np.array(self._choice_of or [0], np.int32)
        return Program(np.array([*self._code, FAIL], np.int32), sets, choices)

    def _set(self, chars: Chars) -> int:
        return self._sets.setdefault(chars, len(self._sets))

    def _sequence(self, nodes: Sequence[Any]) -> None:
        index = 0
        while index < len(nodes):
            run = index
            while run < len(nodes) and str(nodes[run][0]) == "LITERAL":
                run += 1
            if run - index > 1:
                self._code += [TEXT, run - index, *(_byte(node[1]) for node in nodes[index:run])]
                index = run
                continue
            self._node(nodes[index], nodes[index + 1 :])
            index += 1

    def _node(self, node: Any, after: Sequence[Any]) -> None:
        name, value = str(node[0]), node[1]
        chars = chars_of(node)
        if chars is not None:
            self._code += [CHAR, *chars] if len(chars) == 1 else [SET, self._set(chars)]
        elif name == "AT":
            self._code += [AT, _AT[str(value)]]
        elif name == "SUBPATTERN":
            if value[1] or value[2]:
                raise UnsupportedError("flags inside a pattern")
            self._sequence(list(value[3]))
        elif name == "BRANCH":
            self._branch([list(one) for one in value[1]])
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            self._repeat(name == "MAX_REPEAT", value, after)
        elif name in ("ASSERT", "ASSERT_NOT"):
            self._assertion(name == "ASSERT_NOT", value)
        else:
            raise UnsupportedError(name)

    def _branch(self, parts: list[list[Any]]) -> None:
        """A choice: only the parts that can begin with the next character are tried, in order."""
        begins = tuple(first(part) for part in parts)
        self._code += [BRANCH, self._choice(begins), len(parts)]
        table = len(self._code)
        self._code += [0] * len(parts)
        ends: list[int] = []
        for number, part in enumerate(parts):
            self._code[table + number] = len(self._code)
            self._sequence(part)
            self._code += [JUMP, 0]
            ends.append(len(self._code) - 1)
        for end in ends:
            self._code[end] = len(self._code)

    def _choice(self, begins: tuple[tuple[Chars, bool], ...]) -> int:
        """Where the table of a choice begins: for each next character, where its parts are."""
        if begins not in self._choices:
            self._choices[begins] = len(self._choice_of)
            table = len(self._choice_of)
            self._choice_of += [0] * _COLUMNS
            lists: dict[tuple[int, ...], int] = {}
            for column in range(_COLUMNS):
                parts = tuple(
                    number
                    for number, (chars, nothing) in enumerate(begins)
                    if nothing or column in chars
                )
                if parts not in lists:
                    lists[parts] = len(self._choice_of)
                    self._choice_of += (*parts, -1)
                self._choice_of[table + column] = lists[parts]
        return self._choices[begins]

    def _fork(self, part: Sequence[Any]) -> int:
        """Try what follows first; where to go when it fails is filled in at the place returned."""
        chars, nothing = first(part)
        self._code += [SPLIT, 0] if nothing else [TRY, self._set(chars), 0]
        return len(self._code) - 1

    def _later(self) -> int:
        """Try what follows only when going elsewhere fails; where, is filled in as in `_fork`."""
        self._code += [LATER, 0]
        return len(self._code) - 1

    def _repeat(self, greedy: bool, value: Any, after: Sequence[Any]) -> None:
        least, most, inner = value[0], value[1], list(value[2])
        most = _FOR_EVER if str(most) == "MAXREPEAT" else int(most)
        single = _single(inner)
        if single is not None:
            chars, nothing = first(after)
            follows = -1 if nothing else self._set(chars)
            self._code += [MANY if greedy else FEW, self._set(single), least, most, follows]
            return
        if first(inner)[1] and most > 1:
            raise UnsupportedError("a repeated group that may be empty")
        for _ in range(least):
            self._sequence(inner)
        if most == _FOR_EVER:
            if not greedy:
                raise UnsupportedError("a lazy group without bound")
            again = len(self._code)
            hole = self._fork(inner)
            self._sequence(inner)
            self._code += [JUMP, again]
            self._code[hole] = len(self._code)
            return
        holes = []
        for _ in range(most - least):
            holes.append(self._fork(inner) if greedy else self._later())
            self._sequence(inner)
            if len(self._code) > 4_000_000:
                raise UnsupportedError("too long")
        for hole in holes:
            self._code[hole] = len(self._code)

    def _assertion(self, negative: bool, value: Any) -> None:
        direction, inner = value[0], value[1]
        single = _single(list(inner))
        if single is not None:
            self._code += [AHEAD if direction > 0 else BEHIND, self._set(single), int(negative)]
            return
        back = 0
        if direction < 0:
            least, most = inner.getwidth()
            if least != most:
                raise UnsupportedError("looking back over a width that varies")
            back = int(least)
        self._code += [ASSERT, int(negative), back, int(direction < 0), 0]
        hole = len(self._code) - 1
        self._sequence(list(inner))
        self._code.append(HOLDS)
        self._code[hole] = len(self._code)


def chars_of(node: Any) -> Chars | None:
    """The bytes a one-character node matches; None for any other node."""
    name, value = str(node[0]), node[1]
    if name == "LITERAL":
        return frozenset((_byte(value),))
    if name == "NOT_LITERAL":
        return _ALL - {_byte(value)}
    if name == "ANY":
        return _ALL - {10}
    if name != "IN":
        return None
    chars: set[int] = set()
    for item in value:
        kind = str(item[0])
        if kind == "LITERAL":
            chars.add(_byte(item[1]))
        elif kind == "RANGE":
            chars.update(map(_byte, range(item[1][0], item[1][1] + 1)))
        elif kind == "CATEGORY":
            chars |= _CATEGORIES[str(item[1])]
    return (_ALL - chars) if str(value[0][0]) == "NEGATE" else frozenset(chars)


def _byte(code: int) -> int:
    """The byte of a character that a pattern names."""
    char = chr(code)
    if not char.isascii() and char not in named():
        raise UnsupportedError(f"{char!r} has no byte of its own")
    return byte_of(char)


def _single(nodes: Sequence[Any]) -> Chars | None:
    """The characters of a sequence that is one character wide and nothing else."""
    if len(nodes) != 1:
        return None
    if str(nodes[0][0]) == "SUBPATTERN" and not (nodes[0][1][1] or nodes[0][1][2]):
        return _single(list(nodes[0][1][3]))
    return chars_of(nodes[0])


def first(nodes: Iterable[Any]) -> tuple[Chars, bool]:
    """The characters a sequence can begin with, and whether it can match without one."""
    begins: Chars = frozenset()
    for node in nodes:
        chars, nothing = _first(node)
        begins |= chars
        if not nothing:
            return begins, False
    return begins, True


def _first(node: Any) -> tuple[Chars, bool]:
    name, value = str(node[0]), node[1]
    chars = chars_of(node)
    if chars is not None:
        return chars, False
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return frozenset(), True
    if name == "SUBPATTERN":
        return first(value[3])
    if name == "BRANCH":
        parts = [first(part) for part in value[1]]
        return frozenset().union(*(chars for chars, _ in parts)), any(
            nothing for _, nothing in parts
        )
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        chars, nothing = first(value[2])
        return chars, nothing or value[0] == 0
    return _ALL, True


def _at_word(nodes: Sequence[Any]) -> bool:
    """Whether a sequence begins with `(?<!\\w)`, or with `\\b` and a character of a word."""
    if not nodes:
        return False
    name, value = str(nodes[0][0]), nodes[0][1]
    if name == "AT" and _AT[str(value)] == BOUNDARY:
        chars, nothing = first(nodes[1:])
        return not nothing and chars <= _WORD
    return name == "ASSERT_NOT" and value[0] < 0 and _single(list(value[1])) == _WORD
