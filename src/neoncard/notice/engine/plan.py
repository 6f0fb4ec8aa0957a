"""A role's rules in a language made ready for many messages: automaton, programs and triggers as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

import ahocorasick
import numpy as np

from . import openings
from . import triggers as what
from .finder import LETTERS, Finder, finder
from .fold import SENTENCE_END, fold
from .hits import BESIDE
from .kept import kept
from .literals import cost, every, required
from .program import Assembler, Entry, Program
from .ruleset import Rule, documents, of_role
from .triggers import Trigger, triggers_of

TRY = 20
"""A rule tried costs about as much as so many literals found."""


class Plan(NamedTuple):
    """`rules` in order, and `named`, the one made from names, if there is one. For the kernels:

    `tries` finds what rules to try, `doubts` what triggers.
    `entries`, int32 (rules, 3): each rule's program; `openings`, uint8 (rules, BYTES). `first`,
    int32 (rules + 1,): where a rule's triggers begin in `asked`, int32: numbers of `triggers`, int32 (n, 11): where, reach,
    back, whether it settles, the program (3), whether `doubts` knows it, whether it is needed, the
    trigger that spares the hit or -1, and whether by being found. `sentence`: the program that
    finds where sentences end.
    """

    rules: tuple[Rule, ...]
    named: Rule | None
    tries: Finder
    doubts: Finder
    program: Program
    entries: Any
    openings: Any
    first: Any
    asked: Any
    triggers: Any
    sentence: tuple[int, int, int]


@cache
def plan(role: str, language: str) -> Plan:
    """The plan of "agent" or "customer" in a language; worked out once a machine, in some seconds, and kept."""
    mine, named = of_role(role, language)
    found = kept(
        f"plan-{role}-{language}.npz",
        lambda: _made(mine, language),
        _load,
        lambda file, some: np.savez(file, **some),
    )
    tries, doubts = (
        Finder(*(found[f"{name}.{part}"] for part in Finder._fields)) for name in _FINDERS
    )
    begins, first, word = found["sentence"].tolist()
    entries, opened, begun, asked, triggers = (
        found[name] for name in ("entries", "openings", "first", "asked", "triggers")
    )
    return Plan(
        mine,
        named,
        tries,
        doubts,
        Program(*(found[f"program.{part}"] for part in Program._fields)),
        entries,
        opened,
        begun,
        asked,
        triggers,
        (begins, first, word),
    )


_FINDERS = ("tries", "doubts")


def _made(mine: tuple[Rule, ...], language: str) -> dict[str, Any]:
    """The arrays of a plan, by name."""
    assembler = Assembler()
    programs = [assembler.entry(rule.source) for rule in mine]
    opened = [
        openings.table(rule.source, entry.skipped if entry else 0)
        for rule, entry in zip(mine, programs, strict=True)
    ]
    sentence = _numbers(assembler.entry(SENTENCE_END.pattern))
    asked = [conditions(rule) for rule in mine]
    every_one = list(dict.fromkeys(chain(*asked)))
    sparing = (one.unless for one in every_one if one.unless is not None)
    known = {one: number for number, one in enumerate(dict.fromkeys((*every_one, *sparing)))}
    wants = [_literals(one) for one in known]
    triggers = [
        (*_row(assembler, one), bool(want[0]), one.needed,
         -1 if one.unless is None else known[one.unless], one.found)
        for one, want in zip(known, wants, strict=True)
    ]  # fmt: skip
    texts = examples(language)
    finders = finder(_begun(mine, language), texts), finder(wants, texts)
    parts: list[tuple[str, Finder | Program]] = [
        *zip(_FINDERS, finders, strict=True),
        ("program", assembler.finish()),
    ]
    return {
        "entries": np.array([_numbers(entry) for entry in programs], np.int32),
        "openings": np.array(opened),
        "first": np.cumsum([0, *map(len, asked)], dtype=np.int32),
        "asked": np.array([known[one] for one in chain(*asked)], np.int32),
        "triggers": np.array(triggers, np.int32),
        "sentence": np.array(sentence, np.int32),
        **{f"{name}.{part}": array for name, one in parts for part, array in one._asdict().items()},
    }


def _load(file: BinaryIO) -> dict[str, Any]:
    with np.load(file, allow_pickle=False) as found:
        return dict(found)


@cache
def examples(language: str) -> tuple[str, ...]:
    """The examples beside all rules of a language, folded."""
    return tuple(
        fold(one if isinstance(one, str) else one["text"]).low
        for doc in documents(language)
        for one in (*doc["examples"]["must"], *doc["examples"]["must_not"])
    )


class _Shares:
    """In how many messages literals are found, judged by the examples of all labels of a language."""

    def __init__(self, sets: Iterable[frozenset[str]], language: str) -> None:
        texts = examples(language)
        self._many = len(texts)
        self._holds: dict[str, set[int]] = {one: set() for some in sets for one in some}
        found = ahocorasick.Automaton()
        for one in self._holds:
            found.add_word(one, one)
        found.make_automaton()
        for number, text in enumerate(texts):
            for _, one in found.iter(text):
                self._holds[one].add(number)

    def __call__(self, some: frozenset[str]) -> float:
        """The share of messages with one of these; what no example holds, by its length."""
        held = len(self._texts(some))
        return held / self._many + cost([one for one in some if not self._holds[one]]) / 10

    def worth(self, first: frozenset[str], second: frozenset[str], shared: Counter[str]) -> bool:
        """Whether tries saved by a second set outweigh finding its literals, each `shared` by so many such sets."""
        saved = len(self._texts(first) - self._texts(second))
        return saved * TRY > sum(len(self._holds[one]) / shared[one] for one in second)

    def _texts(self, some: frozenset[str]) -> set[int]:
        return set().union(*(self._holds[one] for one in some))


def _begun(mine: Iterable[Rule], language: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What each rule wants: the two rarest sets, cut to the first letters; the second where it is worth it."""
    sets = [[_cut(some) for some in every(rule.source)] for rule in mine]
    shares = _Shares((some for each in sets for some in each), language)
    share = cache(shares)
    begun = [
        (*sorted(dict.fromkeys(each), key=share), frozenset[str](), frozenset[str]())[:2]
        for each in sets
    ]
    shared = Counter(chain(*(second for _, second in begun)))
    return [
        (first, second if shares.worth(first, second, shared) else frozenset[str]())
        for first, second in begun
    ]


def _cut(some: frozenset[str]) -> frozenset[str]:
    return frozenset(one[:LETTERS] for one in some)


@cache
def conditions(rule: Rule) -> tuple[Trigger, ...]:
    """What `stands` asks of a rule's hit, as triggers; what is cheap and often decides first."""
    found = []
    if rule.needs is not None:
        found.append(Trigger(what.NEAR, rule.needs.pattern, 300, 300, needed=True))
    if rule.not_after is not None:
        found.append(Trigger(what.AT_ONCE, rule.not_after.pattern, 160))
    if rule.not_before is not None:
        found.append(Trigger(what.BEFORE, rule.not_before.pattern, 160))
    if rule.not_in is not None:
        found.append(Trigger(what.AROUND, rule.not_in.pattern))
    if rule.not_near is not None:
        found.append(Trigger(what.NEAR, rule.not_near.pattern, BESIDE, BESIDE))
    return (*found, *triggers_of(rule.guards))


def _literals(one: Trigger) -> tuple[frozenset[str], frozenset[str]]:
    """What a text must hold for a trigger to be found in it; nothing, when that tells nothing."""
    nothing: frozenset[str] = frozenset()
    try:
        return required(one.source)
    except ValueError:
        return nothing, nothing


def _numbers(entry: Entry | None) -> tuple[int, int, int]:
    return (-1, -1, 0) if entry is None else (entry.at, entry.first, int(entry.word))


def _row(assembler: Assembler, one: Trigger) -> tuple[int, ...]:
    if one.where in what.WITHOUT:
        return (one.where,) + (0,) * 6
    entry = assembler.entry(one.source)
    if entry is None:
        return (what.ASK,) + (0,) * 6
    return (one.where, one.reach, one.back, int(one.settles), *_numbers(entry))
