"""Which rules to try on which message: one pass for all their literals (a filter of q-grams, and a look).

A rule is worth trying on a message that holds one of its `literals` and one of its `also`
(`literals.py`). Of each literal the q-gram that fewest texts hold is looked for, the longest of `WIDTHS` it has
room for: at every place of the folded bytes of `folding.py` four bits of a table that stays in the nearest
cache are asked, and where one is set the literals with such a q-gram are compared. (Wu and Manber 1994; the tables of an
automaton over ten thousand literals are megabytes, and every byte waited for them.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from .alphabet import bytes_of
from .heads.lanes import count_bits, eight
from .jit import kernel

LETTERS: Final = 10
"""So much of a literal is looked for."""

WIDTHS: Final = (6, 4, 3, 2)
BITS: Final = (17, 16, 14, 13)
"""The bytes of a q-gram, and how many bits of its hash say where its bit is. A literal of one byte has all q-grams it begins."""

BLOCK: Final = 64
"""So many bytes are gone through before what was found in them is looked at."""

PADDING: Final = 16
"""So many bytes are read behind the last of all texts."""

PLACE: Final = (1 << 32) - 1
"""What of `last` is a place."""
_GOLDEN: Final = 0x9E3779B97F4A7C15
_u8: Final = np.uint64


class Finder(NamedTuple):
    """What finds literals, as arrays.

    `present`, uint64: which buckets of q-grams there are, a bit each, width after width; `ranks`, int32: how many before
    each 64. `first`, int32 (buckets + 1,): where the entries of one begin. `entries`, uint64 (n, 2): a literal's first
    eight bytes; then its other two, its size (from bit 16), how far in its q-gram is (20), how many `numbers` it has (24)
    and where they begin (32). `numbers`, int32: below the rules' count a rule's `literals`, from there a literal of an
    `also`; a text remembers as a bit that it holds one. `also`, int32 (rules,): a rule's second set, -1 for none; `parts`,
    int32 (sets + 1,): where a set begins in `words` (int32) and `masks` (uint64): one of these words of bits holds one of
    these.
    """

    present: Any
    ranks: Any
    first: Any
    entries: Any
    numbers: Any
    also: Any
    parts: Any
    words: Any
    masks: Any


def finder(
    wants: Sequence[tuple[frozenset[str], frozenset[str]]], texts: Iterable[str] = ()
) -> Finder:
    """What finds what rules want, each its `literals` and `also`; a rule is its place.

    `texts`: folded examples, by which q-grams are judged. A rule that wants nothing is always worth trying, and never
    found by `candidates`.
    """
    wanted: dict[bytes, set[int]] = {}
    sets: dict[frozenset[str], int] = {}
    second = np.full(max(1, len(wants)), -1, np.int32)
    for index, (literals, also) in enumerate(wants):
        for literal in literals:
            wanted.setdefault(_begun(literal), set()).add(index)
        if also:
            second[index] = sets.setdefault(also, len(sets))
    bits: dict[bytes, int] = {}
    parts, words, masks = [0], [0], [0]
    for some in sets:
        held: dict[int, int] = {}
        for begun in sorted(set(map(_begun, some))):
            bit = bits.setdefault(begun, len(wants) + len(bits))
            held[bit >> 6] = held.get(bit >> 6, 0) | 1 << (bit & 63)
        words += held
        masks += held.values()
        parts.append(len(words) - 1)
    for begun, bit in bits.items():
        wanted.setdefault(begun, set()).add(bit)
    return Finder(
        *_tables(wanted, texts),
        second,
        np.array(parts, np.int32),
        np.array(words[1:] or [0], np.int32),
        np.array(masks[1:] or [0], np.uint64),
    )


def _begun(literal: str) -> bytes:
    return bytes_of(literal)[:LETTERS]


def _tables(wanted: dict[bytes, set[int]], texts: Iterable[str]) -> tuple[Any, Any, Any, Any, Any]:
    """`present`, `ranks`, `first`, `entries` and `numbers`."""
    how_often = _judge(texts)
    numbers: list[int] = []
    buckets: dict[int, list[tuple[int, int]]] = {}
    chosen: set[bytes] = set()
    for literal, rules in sorted(wanted.items()):
        begin = len(numbers)
        numbers += sorted(rules)
        if len(rules) > 255:
            raise ValueError(f"more than 255 rules look for {literal!r}")
        width, back = _anchor(literal, how_often, chosen)
        gram = literal[back : back + WIDTHS[width]]
        chosen.add(gram)
        more = int.from_bytes(literal[8:], "little")
        entry = (
            int.from_bytes(literal[:8], "little"),
            more | len(literal) << 16 | back << 20 | len(rules) << 24 | begin << 32,
        )
        for each in [gram] if len(gram) > 1 else [gram + bytes([byte]) for byte in range(32)]:
            buckets.setdefault(_bucket(width, each), []).append(entry)
    present = [0] * (_OFFSETS[-1] >> 6)
    for bucket in buckets:
        present[bucket >> 6] |= 1 << (bucket & 63)
    ranks = np.cumsum([0, *(word.bit_count() for word in present[:-1])], dtype=np.int32)
    listed = [buckets[bucket] for bucket in sorted(buckets)]
    first = np.cumsum([0, *map(len, listed)], dtype=np.int32)
    entries = np.array([entry for each in listed for entry in each] or [(0, 0)], np.uint64)
    return np.array(present, np.uint64), ranks, first, entries, np.array(numbers, np.int32)


_OFFSETS: Final = (0, *np.cumsum([1 << bits for bits in BITS]).tolist())


def _bucket(width: int, gram: bytes) -> int:
    """The bit of a q-gram of this width."""
    if len(gram) == 2:
        return int(_OFFSETS[width]) + (gram[0] << 5 | gram[1] & 31)
    product = int.from_bytes(gram, "little") * _GOLDEN & (1 << 64) - 1
    return int(_OFFSETS[width]) + (product >> (64 - BITS[width]))


def _judge(texts: Iterable[str]) -> Callable[[bytes], int]:
    """How often a q-gram stands in some texts."""
    found: Counter[bytes] = Counter()
    for text in texts:
        low = bytes_of(text)
        for width in WIDTHS:
            found.update(low[at : at + width] for at in range(len(low) - width + 1))
    return found.__getitem__


def _anchor(
    literal: bytes, how_often: Callable[[bytes], int], chosen: set[bytes]
) -> tuple[int, int]:
    """Which of WIDTHS a literal's q-gram has, and how far in it is: what is rare, and twice as gladly what is looked for anyway."""
    width = next((n for n, size in enumerate(WIDTHS) if size <= len(literal)), len(WIDTHS) - 1)
    size = WIDTHS[width]

    def dear(at: int) -> float:
        gram = literal[at : at + size]
        return (how_often(gram) + 1) * (0.5 if gram in chosen else 1)

    return width, min(range(max(1, len(literal) - size + 1)), key=dear)


def memory_of(wants: Finder) -> tuple[Any, ...]:
    """Room for `candidates` of a finder; one for each thread."""
    rules = len(wants.also)
    many = max(rules, int(wants.numbers.max(initial=0)) + 1)
    held = np.zeros((many >> 6) + 1, np.uint64)
    found, last = np.zeros(rules, np.int32), np.zeros(many, np.int64)
    return held, found, last, np.empty(len(WIDTHS) * BLOCK + 1, np.uint64)


_MASKS = np.array([(1 << 8 * min(size, 8)) - 1 for size in range(LETTERS + 1)], np.uint64)
_MORE = np.array([(1 << 8 * max(size - 8, 0)) - 1 for size in range(LETTERS + 1)], np.uint64)
_W0, _W1, _W2, _ = (_u8((1 << 8 * width) - 1) for width in WIDTHS)
_255, _31, _5, _8 = _u8(255), _u8(31), _u8(5), _u8(8)
_S0, _S1, _S2, _ = (_u8(64 - bits) for bits in BITS)
_O1, _O2, _O3 = (_u8(offset) for offset in _OFFSETS[1:4])
_G, _6, _63, _1, _15, _16, _20, _24 = map(_u8, (_GOLDEN, 6, 63, 1, 15, 16, 20, 24))
_32, _LOW = _u8(32), _u8((1 << 32) - 1)


@kernel
def _grams(present: Any, buffer: Any, begin: int, end: int, ended: Any) -> int:
    """Put the q-grams of `buffer[begin:end]` that there are into `ended`, each its place from `begin` and its bucket; how many."""
    count = _u8(0)
    for index in range(begin, end):  # without a branch: what is there cannot be foreseen
        text, at = eight(buffer, index), _u8(index - begin) << _32
        gram = ((text & _W0) * _G) >> _S0
        ended[count] = at | gram
        count += (present[gram >> _6] >> (gram & _63)) & _1
        gram = (((text & _W1) * _G) >> _S1) + _O1
        ended[count] = at | gram
        count += (present[gram >> _6] >> (gram & _63)) & _1
        gram = (((text & _W2) * _G) >> _S2) + _O2
        ended[count] = at | gram
        count += (present[gram >> _6] >> (gram & _63)) & _1
        gram = ((text & _255) << _5 | (text >> _8) & _31) + _O3
        ended[count] = at | gram
        count += (present[gram >> _6] >> (gram & _63)) & _1
    return int(count)


@kernel
def _wanted(held: Any, also: Any, parts: Any, words: Any, masks: Any, found: Any) -> int:
    """Put the rules of which a text holds both literals into `found`, in order; how many."""
    count = 0
    for word in range((len(also) + 63) >> 6):
        left = held[word]
        while left:
            number = (word << 6) + np.int64(count_bits((left & (~left + _1)) - _1))
            left &= left - _1
            if number >= len(also):
                break
            some = also[number]
            wants = _u8(some < 0)
            if some >= 0:
                for part in range(parts[some], parts[some + 1]):
                    wants |= held[words[part]] & masks[part]
            found[count] = number
            count += int(wants != 0)
    return count


@kernel
def candidates(
    present: Any,
    ranks: Any,
    first: Any,
    entries: Any,
    numbers: Any,
    also: Any,
    parts: Any,
    words: Any,
    masks: Any,
    buffer: Any,
    begin: int,
    end: int,
    held: Any,
    found: Any,
    last: Any,
    ended: Any,
    stamp: int,
) -> int:
    """Put the rules worth trying on `buffer[begin:end]` into `found`, in order; how many. PADDING bytes follow the last text.

    `held`, `found`, `last` and `ended` are `memory_of(...)`: the rules and literals a text holds, as bits; the rules;
    where a literal of each ends last (`last[rule] & PLACE`; the rest is the `stamp`, which grows from text to text); and
    the q-grams of BLOCK bytes. (Arrays one by one: to pack and unpack them costs more than this.)
    """
    held[:] = 0
    turn = np.int64(stamp) << np.int64(32)
    for block in range(begin, end, BLOCK):
        for one in range(_grams(present, buffer, block, min(end, block + BLOCK), ended)):
            gram = ended[one] & _LOW
            at = block + np.int64(ended[one] >> _32)
            below = present[gram >> _6] & ((_1 << (gram & _63)) - _1)
            bucket = _u8(ranks[gram >> _6]) + count_bits(below)
            for entry in range(_u8(first[bucket]), _u8(first[bucket + _1])):
                more = entries[entry, 1]
                size = more >> _16 & _15
                start = at - np.int64(more >> _20 & _15)
                stop = start + np.int64(size)
                if start < begin or stop > end:
                    continue
                differs = (eight(buffer, start) ^ entries[entry, 0]) & _MASKS[size]
                differs |= (eight(buffer, start + 8) ^ more) & _MORE[size]
                if differs != 0:
                    continue
                place = more >> _32
                for which in range(place, place + (more >> _24 & _255)):
                    number = _u8(numbers[which])
                    held[number >> _6] |= _1 << (number & _63)
                    last[number] = max(last[number], turn | (stop - 1))
    return _wanted(held, also, parts, words, masks, found)
