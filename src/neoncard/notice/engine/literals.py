"""The literals a pattern cannot match without.

A rule is only tried on a text holding one of its literals, all of which are looked for in
one pass (Aho–Corasick). They are derived from the pattern itself, so a rule can never
claim a literal that its pattern does not need.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import product
from typing import Any

_parser: Any = re._parser  # type: ignore[attr-defined]  # no public way to a parsed pattern
_BRACKETS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_MANY = 64
_MOST = 400
_TELLING = 3.0
_BY_LENGTH = (9.0, 5.0, 0.5, 0.02, 0.006, 0.002, 0.001)
_COMMON_TEXT = """
    the you your to a i is it of and in for on that this have be my me can with what are was at we
    do not would like so but if as or an no yes please how will just from all by up out there get
    need want know could time when one help go about any he she they our us am has had been i'm
    don't it's that's i'll you're thank thanks sorry
"""
_COMMON = frozenset(_COMMON_TEXT.split()) | {
    "can you", "thank you", "i have", "would like", "i would", "need to", "for the", "in the",
}  # fmt: skip


def required(pattern: str) -> tuple[frozenset[str], frozenset[str]]:
    """Two sets of literals; of each, one is in every text that `pattern` matches.

    The first is the rarer. The second is empty when the pattern has no other. Raises
    ValueError when it has none at all, or only single characters.
    """
    found = every(pattern)
    second = next((one for one in found[1:] if _useful(one) and one != found[0]), frozenset())
    return found[0], second


def every(pattern: str) -> list[frozenset[str]]:
    """As `required`, every set there is, the rarest first."""
    found = sorted(_sets(_parser.parse(pattern)), key=cost)
    if not found or any(len(one) < 2 and one.isascii() for one in found[0]):
        raise ValueError(f"no literal is required by {pattern!r}: the best of {found!r}")
    return [frozenset(one) for one in found]


def _useful(strings: Collection[str]) -> bool:
    """Whether a second set tells enough to be worth looking for."""
    return len(strings) <= _MOST and cost(strings) < _TELLING


def alternatives(pattern: str) -> list[str]:
    """A pattern split at its outermost bars, so that each part needs its own literals."""
    parts = []
    depth = begin = 0
    for found in _BRACKETS.finditer(pattern):
        char = found.group()
        if char == "|" and depth == 0:
            parts.append(pattern[begin : found.start()])
            begin = found.end()
        depth += (char == "(") - (char == ")")
    return [*parts, pattern[begin:]]


def cost(strings: Collection[str]) -> float:
    """About how many hits a message gives a set of literals; the fewer the better."""
    return sum(
        0.6 if one.strip() in _COMMON else _BY_LENGTH[min(len(one.strip()), 6)] for one in strings
    )


def _best(nodes: Iterable[Any]) -> set[str] | None:
    """The rarest set of literals required by a sequence of nodes."""
    return min(_sets(nodes), key=cost, default=None)


def _sets(nodes: Iterable[Any]) -> list[set[str]]:
    """Every set of literals of which a sequence of nodes requires one."""
    sets: list[set[str]] = []
    run = {""}

    def flush() -> None:
        nonlocal run
        if run and "" not in run:
            sets.append(run)
        run = {""}

    for node in nodes:
        name = str(node[0])
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            sets += _sets(node[1][1]) if name == "ASSERT" and node[1][0] > 0 else []
            continue
        exact = _exact([node])
        if exact is not None and len(exact) * len(run) <= _MANY:
            run = {head + tail for head, tail in product(run, exact)}
            continue
        again = _repeated(node)
        if again is not None and len(again) * len(run) <= _MANY:
            # "x+y" holds "x" after what came before, and "xy" with what comes after.
            run = {head + tail for head, tail in product(run, again)}
            flush()
            run = again
            continue
        flush()
        sets += _inner(node)
    flush()
    return sets


def _repeated(node: Any) -> set[str] | None:
    """What a repeated node begins and ends with, when these are few strings."""
    name, value = str(node[0]), node[1]
    if name not in ("MAX_REPEAT", "MIN_REPEAT") or value[0] < 1:
        return None
    inner = _exact(value[2])
    if not inner or "" in inner:
        return None
    times = value[0] if len(inner) ** value[0] <= _MANY else 1
    return {"".join(some) for some in product(inner, repeat=times)}


def _inner(node: Any) -> list[set[str]]:
    name, value = str(node[0]), node[1]
    if name == "SUBPATTERN":
        return _sets(value[3])
    if name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 1:
        return _sets(value[2])
    if name == "BRANCH":
        parts = [_best(branch) for branch in value[1]]
        if all(parts):
            return [set().union(*(part for part in parts if part))]
    return []


def _exact(nodes: Iterable[Any]) -> set[str] | None:
    """All strings a sequence can match, when they are few; else None."""
    strings = {""}
    for node in nodes:
        some = _exact_node(node)
        if some is None or len(some) * len(strings) > _MANY:
            return None
        strings = {head + tail for head, tail in product(strings, some)}
    return strings


def _exact_node(node: Any) -> set[str] | None:
    name, value = str(node[0]), node[1]
    if name == "LITERAL":
        return {chr(value)}
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return {""}
    if name == "SUBPATTERN":
        return _exact(value[3])
    if name == "IN" and all(str(item[0]) == "LITERAL" for item in value):
        return {chr(item[1]) for item in value}
    if name == "BRANCH":
        parts = [_exact(branch) for branch in value[1]]
        if all(part is not None for part in parts):
            whole = set().union(*(part for part in parts if part is not None))
            return whole if len(whole) <= _MANY else None
    if name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] in (0, 1) and value[1] == 1:
        inner = _exact(value[2])
        return None if inner is None else inner | ({""} if value[0] == 0 else set())
    return None
