"""The first three characters a pattern can match: where it is not worth trying at all.

Most tries of a rule end at the first letters. So each program has a table of every three kinds of
characters that a match can begin with, a bit for each; ASCII has 31 kinds here, the end is one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .program import chars_of

_parser: Any = re._parser  # type: ignore[attr-defined]  # no public way to a parsed pattern

KINDS: Final = 32
BYTES: Final = KINDS * KINDS * KINDS // 8
END: Final = 31
_DEEP: Final = 3
_MANY: Final = 3_000

Kinds = frozenset[int]
Opening = tuple[Kinds, ...]
"""Kinds of one character after another; a short one tells nothing of what follows."""

_ALL: Final = frozenset(range(KINDS))


def kinds() -> NDArray[np.uint8]:
    """The kind of each byte, uint8 (256,)."""
    table = np.full(256, 30, np.uint8)
    table[97:123] = np.arange(26)
    table[48:58] = 26
    for kind, char in zip((27, 28, 29), (" ", "'", ","), strict=True):
        table[ord(char)] = kind
    return table


_KINDS = kinds()


def table(source: str, after: int = 0) -> NDArray[np.uint8]:
    """The table of a pattern, uint8 (BYTES,); `after` so many nodes, which stand for nothing."""
    nodes = list(_parser.parse(source))[after:]
    allowed = np.zeros((KINDS, KINDS, KINDS), np.bool_)
    for opening in _sequence(nodes, _DEEP):
        places = [sorted(kind) for kind in (*opening, _ALL, _ALL, _ALL)[:_DEEP]]
        allowed[np.ix_(*places)] = True
    return np.packbits(allowed.ravel(), bitorder="little")


def _sequence(nodes: Iterable[Any], deep: int) -> set[Opening]:
    found: set[Opening] = {()}
    for node in nodes:
        if all(len(one) >= deep for one in found):
            break
        found = _after(found, _node(node, deep), deep)
    return found


def _after(found: set[Opening], more: set[Opening], deep: int) -> set[Opening]:
    """Each of `found`, followed by each of `more`; cut shorter when they get too many."""
    both = {(one + other)[:deep] for one in found for other in (more if len(one) < deep else {()})}
    if len(both) <= _MANY:
        return both
    shorter = max(1, deep - 1)
    return {one[:shorter] + (_ALL,) * (deep - shorter) for one in both}


def _node(node: Any, deep: int) -> set[Opening]:
    name, value = str(node[0]), node[1]
    chars = chars_of(node)
    if chars is not None:
        return {(frozenset(_KINDS[sorted(chars)].tolist()),)}
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return {()}
    if name == "SUBPATTERN":
        return _sequence(value[3], deep)
    if name == "BRANCH":
        return set().union(*(_sequence(part, deep) for part in value[1]))
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most = value[0], min(value[1], deep) if str(value[1]) != "MAXREPEAT" else deep
        inner = _sequence(value[2], deep)
        found: set[Opening] = {()}
        every: set[Opening] = set()
        for times in range(max(least, most) + 1):
            if times >= least:
                every |= found
            if times == max(least, most) or all(len(one) >= deep for one in found):
                every |= found
                break
            found = _after(found, inner, deep)
        return every
    return {(_ALL,) * deep}
