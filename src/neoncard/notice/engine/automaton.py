"""Which rules to try on which message: one pass for all their literals (Aho–Corasick).

A rule is worth trying on a message that holds one of its `literals` and one of its `also`
(`literals.py`). All are looked for at once by an automaton with a row for each state, over
the folded bytes of `folding.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from .alphabet import bytes_of
from .jit import kernel

BLOCK = 64
"""So many bytes are gone through before what ended in them is looked at."""


class Automaton(NamedTuple):
    """A deterministic automaton as arrays.

    `classes`, uint8 (256,): the column of a byte. `step`, uint16 (states << shift,): the next
    state; those where something ends come last. `first`, int32 (such states + 1,): where the
    numbers of one begin in `numbers`: 0 up are rules' `literals`, ~bit a literal of an `also`, by which a text remembers that it holds it. `also`, int32
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
    columns = 1 << shift_of(classes)
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
    speaks = np.array([bool(some) for some in ends])
    order = np.argsort(speaks, kind="stable")
    number = np.argsort(order).astype(np.uint16 if len(trie) <= 1 << 16 else np.uint32)
    ended = [sorted(ends[state]) for state in order[len(trie) - speaks.sum() :]]
    first = np.cumsum([0, *map(len, ended)], dtype=np.int32)
    listed = np.array(list(chain(*ended)) or [0], np.int32)
    return Automaton(classes, number[step[order]].ravel(), first, listed, *second)


def shift_of(classes: Any) -> int:
    """By how much a state is shifted to be its place in `step`: a row has a power of two of columns."""
    return int(classes.max()).bit_length()


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


def memory_of(wants: Automaton) -> tuple[Any, ...]:
    """Room for `candidates` of an automaton; one for each thread."""
    rules = len(wants.also)
    seen, found, last = (np.zeros(rules, kind) for kind in (np.int64, np.int32, np.int64))
    held = np.zeros(int(wants.words.max()) + 1, np.int64)
    return seen, held, found, last, np.empty((BLOCK, 2), np.uint64)


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
    shift: int,
    buffer: Any,
    begin: int,
    end: int,
    seen: Any,
    held: Any,
    found: Any,
    last: Any,
    ended: Any,
    stamp: int,
) -> int:
    """Put the rules worth trying on `buffer[begin:end]` into `found`; how many.

    `seen`, `held`, `found`, `last` and `ended` are `memory_of(...)`: they remember by `stamp`, new
    for each text, what was found in it, the bits it holds, where a literal of a rule was seen to end
    last, and of BLOCK bytes what ends and where. (Arrays one by one: to pack and unpack them costs
    more than this.)
    """
    held[:] = 0
    count = 0
    state, by = (
        np.uint64(0),
        np.uint64(shift),
    )  # numba then asks not whether they count from the end
    quiet = np.uint64((len(step) >> shift) - (len(first) - 1))
    for block in range(begin, end, BLOCK):
        ends = 0
        for index in range(block, min(end, block + BLOCK)):
            state = np.uint64(step[(state << by) + np.uint64(classes[buffer[index]])])
            ended[ends, 0] = state
            ended[ends, 1] = index
            ends += int(state >= quiet)  # without a branch: it cannot be foreseen
        for one in range(ends):
            at = ended[one, 0] - quiet
            for place in range(first[at], first[at + np.uint64(1)]):
                number = numbers[place]
                if number < 0:
                    held[~number >> 6] |= np.int64(1) << np.int64(~number & 63)
                else:
                    last[number] = ended[one, 1]
                    if seen[number] != stamp:
                        seen[number] = stamp
                        found[count] = number
                        count += 1
    kept = 0
    for place in range(count):
        number = found[place]
        some = also[number]
        wants: Any = np.int64(some < 0)
        if some >= 0:
            for part in range(parts[some], parts[some + 1]):
                wants |= held[words[part]] & masks[part]
        found[kept] = number
        kept += int(wants != 0)
    return kept
