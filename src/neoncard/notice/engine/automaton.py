"""Which rules to try on which message: one pass for all their literals (Aho–Corasick).

A rule is worth trying on a message that holds one of its `literals` and one of its `also`
(`literals.py`). All are looked for at once by an automaton with a row for each state, over
the folded bytes of `folding.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .alphabet import bytes_of
from .jit import kernel


class Automaton(NamedTuple):
    """A deterministic automaton as arrays.

    `classes`, uint8 (256,): the column of a byte. `step`, int32 (states × columns,): the next
    state times the number of columns; negative, as ~state, when something ends there. `first`,
    int32 (states + 1,): where a state's numbers begin in `numbers`: 0 up are rules' `literals`,
    ~bit a literal of an `also`, by which a text remembers that it holds it. `also`, int32
    (rules,): a rule's second set, -1 for none; `parts`, int32 (sets + 1,): where a set begins in
    `words` (int32) and `masks` (int64): one of these words of bits holds one of these.
    """

    classes: Any
    step: Any
    first: Any
    numbers: Any
    also: Any
    parts: Any
    words: Any
    masks: Any


def automaton(wants: Sequence[tuple[frozenset[str], frozenset[str]]]) -> Automaton:
    """The automaton of what rules want, each its `literals` and `also`; a rule is its place.

    One that wants nothing is always worth trying, and never found by `candidates`.
    """
    wanted: dict[bytes, set[int]] = {}
    sets: dict[frozenset[str], int] = {}
    second = np.full(max(1, len(wants)), -1, np.int32)
    for index, (literals, also) in enumerate(wants):
        for literal in literals:
            wanted.setdefault(bytes_of(literal), set()).add(index)
        if also:
            second[index] = sets.setdefault(also, len(sets))
    bits: dict[str, int] = {}
    parts, words, masks = [0], [0], [0]
    for some in sets:
        held: dict[int, int] = {}
        for literal in sorted(some):
            bit = bits.setdefault(literal, len(bits))
            held[bit >> 6] = held.get(bit >> 6, 0) | 1 << (bit & 63)
        words += held
        masks += held.values()
        parts.append(len(words) - 1)
    for literal, bit in bits.items():
        wanted.setdefault(bytes_of(literal), set()).add(~bit)
    signatures = (
        *(np.array(some, np.int32) for some in (parts, words[1:] or [0])),
        np.array(masks[1:] or [0], np.uint64).view(np.int64),
    )
    return _build(wanted, (second, *signatures))


def _how_rare(byte: int) -> tuple[int, int]:
    """Frequent letters first, so that a state's likely columns lie side by side."""
    place = b" etaoinshrdlucmfywgpbvk'xqjz".find(byte)
    return (place if place >= 0 else 99), byte


def _build(wanted: dict[bytes, set[int]], second: tuple[Any, ...]) -> Automaton:
    used = sorted({byte for literal in wanted for byte in literal}, key=_how_rare)
    classes = np.zeros(256, np.uint8)
    classes[used] = np.arange(1, len(used) + 1)
    columns = len(used) + 1
    trie: list[dict[int, int]] = [{}]
    ends: list[set[int]] = [set()]
    for literal, numbers in wanted.items():
        state = 0
        for byte in literal:
            following = trie[state].get(byte)
            if following is None:
                following = trie[state][byte] = len(trie)
                trie.append({})
                ends.append(set())
            state = following
        ends[state] |= numbers
    trie, ends = _broad_first(trie, ends)
    step = np.zeros((len(trie), columns), np.int32)
    failure = [0] * len(trie)
    level = [0]
    while level:
        below = []
        for state in level:
            back = failure[state]
            if state:
                step[state] = step[back]
            for byte, following in trie[state].items():
                failure[following] = int(step[back, classes[byte]]) if state else 0
                step[state, classes[byte]] = following
                ends[following] |= ends[failure[following]]
                below.append(following)
        level = below
    first = np.zeros(len(trie) + 1, np.int32)
    np.cumsum([len(some) for some in ends], out=first[1:])
    ended = np.array([number for some in ends for number in sorted(some)] or [0], np.int32)
    speaks = np.array([bool(some) for some in ends])
    step = np.where(speaks[step], ~(step * columns), step * columns).astype(np.int32)
    return Automaton(classes, step.ravel(), first, ended, *second)


def _broad_first(
    trie: list[dict[int, int]], ends: list[set[int]]
) -> tuple[list[dict[int, int]], list[set[int]]]:
    """The same trie with its states numbered from the root down: the busy ones side by side."""
    order = [0]
    for state in order:
        order += trie[state].values()
    number = {state: place for place, state in enumerate(order)}
    return (
        [{byte: number[below] for byte, below in trie[state].items()} for state in order],
        [ends[state] for state in order],
    )


def memory_of(wants: Automaton) -> tuple[Any, Any, Any, Any]:
    """Room for `candidates` of an automaton; one for each thread."""
    rules = len(wants.also)
    seen, found, last = (np.zeros(rules, kind) for kind in (np.int64, np.int32, np.int64))
    return seen, np.zeros(int(wants.words.max()) + 1, np.int64), found, last


@kernel
def candidates(
    classes: Any,
    step: Any,
    first: Any,
    numbers: Any,
    also: Any,
    parts: Any,
    words: Any,
    masks: Any,
    columns: int,
    buffer: Any,
    begin: int,
    end: int,
    seen: Any,
    held: Any,
    found: Any,
    last: Any,
    stamp: int,
) -> int:
    """Put the rules worth trying on `buffer[begin:end]` into `found`; how many.

    `seen`, `held`, `found` and `last` are `memory_of(...)`: they remember by `stamp`, new for each
    text, what was found in it, the bits it holds, and where a literal of a rule was seen to end
    last. (Arrays one by one: to pack and unpack them costs more than this.)
    """
    held[:] = 0
    state = 0
    count = 0
    for index in range(begin, end):
        state = step[state + classes[buffer[index]]]
        if state < 0:
            state = ~state
            at = state // columns
            for place in range(first[at], first[at + 1]):
                number = numbers[place]
                if number < 0:
                    held[~number >> 6] |= np.int64(1) << np.int64(~number & 63)
                else:
                    last[number] = index
                    if seen[number] != stamp:
                        seen[number] = stamp
                        found[count] = number
                        count += 1
    kept = 0
    for place in range(count):
        number = found[place]
        some = also[number]
        wants = some < 0
        if not wants:
            for part in range(parts[some], parts[some + 1]):
                if held[words[part]] & masks[part]:
                    wants = True
                    break
        if wants:
            found[kept] = number
            kept += 1
    return kept
