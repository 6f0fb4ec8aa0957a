"""A role's rules made ready for many messages: automaton, programs and triggers as arrays."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from . import openings
from . import triggers as what
from .automaton import Automaton, automaton
from .fold import SENTENCE_END
from .literals import required
from .program import Assembler, Entry, Program
from .ruleset import Rule, rules
from .triggers import Trigger, triggers_of

ROLES = ("agent", "customer")

LETTERS = 8
"""So much of a literal is looked for."""


class Plan(NamedTuple):
    """`rules` in order, and `named`, the one made from names. For the kernels:

    `automaton` finds what rules to try, `doubts` what triggers; each with its columns.
    `entries`, int32 (rules, 3): each rule's program; `openings`, uint8 (rules, BYTES). `first`, int32 (rules + 1,): where a rule's
    triggers begin in `asked`, int32: numbers of `triggers`, int32 (n, 8): where, reach, back,
    whether it settles, the program (3), whether `doubts` knows it. `sentence`: the program that
    finds where sentences end.
    """

    rules: tuple[Rule, ...]
    named: Rule
    automaton: Automaton
    columns: int
    doubts: Automaton
    doubt_columns: int
    program: Program
    entries: Any
    openings: Any
    first: Any
    asked: Any
    triggers: Any
    sentence: tuple[int, int, int]


@cache
def plan(role: str) -> Plan:
    """The plan of "agent" or "customer"; worked out once a process, in about a second."""
    mine = tuple(rule for rule in rules() if rule.role == role and not rule.named)
    (named,) = (rule for rule in rules() if rule.role == role and rule.named)
    assembler = Assembler()
    programs = [assembler.entry(rule.source) for rule in mine]
    entries = np.array([_numbers(entry) for entry in programs], np.int32)
    opened = np.array(
        [
            openings.table(rule.source, entry.skipped if entry else 0)
            for rule, entry in zip(mine, programs, strict=True)
        ]
    )
    sentence = _numbers(assembler.entry(SENTENCE_END.pattern))
    asked = [conditions(rule) for rule in mine]
    known = {one: number for number, one in enumerate(dict.fromkeys(chain(*asked)))}
    wants = [_literals(one) for one in known]
    triggers = [
        (*_row(assembler, one), bool(want[0])) for one, want in zip(known, wants, strict=True)
    ]
    machines = automaton([_begun(rule) for rule in mine]), automaton(wants)
    columns = [int(machine.classes.max()) + 1 for machine in machines]
    return Plan(
        mine,
        named,
        machines[0],
        columns[0],
        machines[1],
        columns[1],
        assembler.finish(),
        entries,
        opened,
        np.cumsum([0, *map(len, asked)], dtype=np.int32),
        np.array([known[one] for one in chain(*asked)], np.int32),
        np.array(triggers, np.int32),
        sentence,
    )


def _begun(rule: Rule) -> tuple[frozenset[str], frozenset[str]]:
    """What a rule wants, cut to the first letters: fewer states, and they stay in the cache."""
    literals, also = (
        frozenset(one[:LETTERS] for one in some) for some in (rule.literals, rule.also)
    )
    return literals, also


@cache
def conditions(rule: Rule) -> tuple[Trigger, ...]:
    """What `stands` asks of a rule's hit, as triggers; what is cheap and often decides first."""
    found = []
    if rule.needs is not None:
        found.append(Trigger(what.NEEDED, rule.needs.pattern, 300, 300))
    if rule.not_after is not None:
        found.append(Trigger(what.AT_ONCE, rule.not_after.pattern, 160))
    if rule.not_before is not None:
        found.append(Trigger(what.BEFORE, rule.not_before.pattern, 160))
    if rule.not_in is not None:
        found.append(Trigger(what.AROUND, rule.not_in.pattern))
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
    if one.where in (what.ALWAYS, what.ASK):
        return (one.where,) + (0,) * 6
    entry = assembler.entry(one.source)
    if entry is None:
        return (what.ASK,) + (0,) * 6
    return (one.where, one.reach, one.back, int(one.settles), *_numbers(entry))
