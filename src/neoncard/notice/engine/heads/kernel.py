"""The n-grams of `grams.py` in machine code, over one joined buffer of many messages.

Imported only where messages are scored or heads are taught (numba takes a second to load). All
sums are of whole numbers, so their order, and how messages are batched, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from ..jit import kernel
from .grams import (
    _CLASS,
    _GOLDEN,
    _LETTERS,
    _PAIR,
    _SIZE,
    _THIRD,
    _TRIPLE,
    BEGIN,
    CLASSES,
    END,
    FNV,
    LIMIT,
    LONGEST,
    PRIME,
    SHORTEST,
    WORD,
    kind,
)
from .lanes import LANES, add_lanes, count_bits

KEPT: Final = 1 << 17
"""How many words a scorer keeps the sums of."""


KEYS: Final = 3
"""The numbers at the end of a row that say whose sums it holds."""

compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = kernel
"""`jit.kernel` of functions without types."""
u4, u8 = np.uint32, np.uint64
_FNV, _PRIME, _FIRST, _LAST = u4(FNV), u4(PRIME), u4(BEGIN), u4(END)
_G, _P, _T3, _T, _L, _S = u4(_GOLDEN), u4(_PAIR), u4(_THIRD), u4(_TRIPLE), u4(_LETTERS), u4(_SIZE)
_C = u4(_CLASS)
_SLOT, _WORD_OF, _BIT = u4(15), u4(6), u4(63)
_M1, _M2, _13, _16 = u4(0x85EBCA6B), u4(0xC2B2AE35), u4(13), u4(16)


_KINDS = np.array([kind(c) for c in range(256)], np.uint8)
_LOWER = np.array([c + 32 if 65 <= c <= 90 else c or 32 for c in range(256)], np.uint8)


def aligned(count: int, width: int, kind: Any) -> Any:
    """Zeros [count, width] that begin where a line of the cache does."""
    size = count * width * np.dtype(kind).itemsize
    room = np.zeros(size + 64, np.uint8)
    begin = -room.ctypes.data % 64
    return room[begin : begin + size].view(kind).reshape(count, width)


@compiled
def _mix(h):  # type: ignore[no-untyped-def]
    h = u4(h)
    h ^= h >> _16
    h = u4(h * _M1)
    h ^= h >> _13
    h = u4(h * _M2)
    return u4(h ^ (h >> _16))


@compiled
def _fold(src, i, end, out):  # type: ignore[no-untyped-def]
    n = 0
    while i < end:
        c = src[i]
        if c != 0xE2 and c != 0xEF:
            c = _LOWER[c]
            i += 1
        elif c == 0xE2 and i + 2 < end and src[i + 1] == 0x80:
            d = src[i + 2]
            i += 3
            if d == 0x8D:
                continue
            if d in (0x98, 0x99):
                c = 39
            elif d in (0x9C, 0x9D):
                c = 34
            elif d == 0xA6:
                c = 46
            elif 0x90 <= d <= 0x95:
                c = 45
            else:
                c = 32
        elif c == 0xEF and i + 2 < end and src[i + 1] == 0xB8 and src[i + 2] == 0x8F:
            i += 3
            continue
        else:
            i += 1
        if n >= 2 and out[n - 1] == c and out[n - 2] == c and c < 128 and not 48 <= c <= 57:
            continue
        out[n] = c
        n += 1
    return n


@compiled
def _token(low, i, end):  # type: ignore[no-untyped-def]
    """Of the token at `i` its kind, where it ends and two hashes of its first bytes."""
    first = _KINDS[low[i]]
    size = 4 if low[i] >= 0xF0 else 3
    h, other, j = _FNV, u4(first), i
    while True:
        if j - i < WORD:
            c = u4(low[j])
            h = u4((h ^ c) * _PRIME)
            other = u4(other * _G + c)
        j += 1
        if j >= end:
            break
        same = _KINDS[low[j]] == first
        if first == 1:
            if not same and not (low[j] == 39 and j + 1 < end and _KINDS[low[j + 1]] == 1):
                break
        elif first == 3:
            if j - i >= size:
                break
        elif first == 0 or not same:
            break
    return first, j, h, other


@compiled
def _letters(low, i, end, mask, base, out, n):  # type: ignore[no-untyped-def]
    size_of_all = end - i + 2
    for start in range(i - 1, end + 1):
        g = _L
        for size in range(1, LONGEST + 1):
            q = start + size - 1
            if q > end:
                break
            c = u4(60) if q == i - 1 else (u4(62) if q == end else u4(low[q]))
            g = u4((g ^ c) * _PRIME)
            if SHORTEST <= size < size_of_all:
                out[n] = base | (_mix(g ^ u4(u4(size) * _S)) & mask)
                n += 1
    return n


@compiled
def _pair(a, b):  # type: ignore[no-untyped-def]
    return _mix(u4(a * _G) ^ b ^ _P)


@compiled
def _triple(a, b, c):  # type: ignore[no-untyped-def]
    return _mix(u4((u4(a * _G) ^ b) * _T3) ^ c ^ _T)


@compiled
def _class_of(words, numbers, h):  # type: ignore[no-untyped-def]
    """The class of the word with this hash, 0 for none; `words` lie in order."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < h:
            low = middle + 1
        else:
            high = middle
    return numbers[low] if low < len(words) and words[low] == h else 0


@compiled
def _named(number):  # type: ignore[no-untyped-def]
    return _mix(u4(u4(number) * _G) ^ _C)


@compiled
def gather(src, offsets, bits, before, class_words, class_of):  # type: ignore[no-untyped-def]
    """The buckets of each message: `(buckets uint32, ends int64[n + 1])`.

    `class_words` uint32, in order, and `class_of` int16: hashes of words and their classes.
    """
    n = len(offsets) - 1
    mask = u4((1 << bits) - 1)
    words = u4(2 << bits) if before else u4(0)
    base = u4(1 << bits)
    low = np.empty(LIMIT + 1, np.uint8)
    classes = u4(CLASSES << bits)
    out = np.empty(10 * (offsets[n] - offsets[0]) + 10 * n + 10, np.uint32)
    ends = np.zeros(n + 1, np.int64)
    m = 0
    for row in range(n):
        length = _fold(src, offsets[row], min(offsets[row + 1], offsets[row] + LIMIT), low)
        last, last_but_one, count, i = _FIRST, u4(0), 0, 0
        last_read, was_class = _FIRST, 0
        while i <= length:
            first, j, h = 0, length + 1, _LAST
            if i < length:
                first, j, h, _ = _token(low, i, length)
                if first == 0:
                    i = j
                    continue
                out[m] = words | (_mix(h) & mask)
                m += 1
            out[m] = words | (_pair(last, h) & mask)
            m += 1
            if not before:
                if count:
                    out[m] = words | (_triple(last_but_one, last, h) & mask)
                    m += 1
                number = _class_of(class_words, class_of, h) if i < length else 0
                this = _named(number) if number else h
                if number:
                    out[m] = classes | (_mix(this) & mask)
                    m += 1
                if number or was_class:
                    out[m] = classes | (_pair(last_read, this) & mask)
                    m += 1
                last_read, was_class = this, number
                if first == 1:
                    m = _letters(low, i, min(j, i + WORD), mask, base, out, m)
            last_but_one, last, i = last, h, j
            count += 1
        ends[row + 1] = m
    return out[:m].copy(), ends


@compiled
def _add(rows, at, sums, row):  # type: ignore[no-untyped-def]
    """Add a row to a row of sums of the same width."""
    width = np.int64(rows.shape[1])
    for begin in range(0, width, LANES):
        add_lanes(sums, row * width + begin, rows, np.int64(at) * width + begin)


@compiled
def _known(present, ranks, buckets, count):  # type: ignore[no-untyped-def]
    """Make of the first `count` buckets the rows of those that have one; how many."""
    found = np.int64(0)
    for place in range(count):  # without a branch: which are known cannot be foreseen
        bucket = buckets[place]
        held = present[bucket >> _WORD_OF]
        bit = u8(bucket & _BIT)
        below = held & ((u8(1) << bit) - u8(1))
        buckets[found] = u4(ranks[bucket >> _WORD_OF] + np.int64(count_bits(below)))
        found += np.int64((held >> bit) & u8(1))
    return found


@compiled
def add_up(  # type: ignore[no-untyped-def]
    src, starts, stops, bits, before, present, ranks, rows, class_words, class_of, kept, sums
):
    """Add to `sums` (int32[n, width]) the row of each n-gram of each message.

    Bit `b` of `present` (uint64) says whether bucket `b` has a row in `rows` (int16[f, width]), which
    lie in order; `ranks` (int32) how many lie before those of each 64. Both fit the cache. `kept`
    (int32[KEPT, width]) holds what whole words have summed to and, in its last three numbers, which
    word that is (two hashes) and its class, by `class_words` and `class_of` as in `gather`. A width
    is a multiple of LANES; the last three numbers of a row of sums mean nothing.
    """
    n = len(starts)
    mask = u4((1 << bits) - 1)
    words = u4(2 << bits) if before else u4(0)
    base = u4(1 << bits)
    low = np.empty(LIMIT + 1, np.uint8)
    found = np.empty(LONGEST * (WORD + 2) + 2, np.uint32)
    around = np.empty(3 * LIMIT + 16, np.uint32)
    classes = u4(CLASSES << bits)
    any_classes = len(class_words) > 0 and not before
    key = kept.shape[1] - KEYS
    for row in range(n):
        last_read, was_class = _FIRST, False
        length = _fold(src, starts[row], min(stops[row], starts[row] + LIMIT), low)
        last, last_but_one, count, i, m = _FIRST, u4(0), 0, 0, 0
        while i <= length:
            j, h, number = length + 1, _LAST, np.int32(0)
            if i < length:
                first, j, h, other = _token(low, i, length)
                if first == 0:
                    i = j
                    continue
                bucket = _mix(h)
                if before:
                    around[m] = words | (bucket & mask)
                    m += 1
                else:
                    slot = np.int64(bucket >> _SLOT)
                    own = kept[slot]
                    if own[key] != np.int32(h) or own[key + 1] != np.int32(other):
                        own[:] = 0
                        number = np.int32(_class_of(class_words, class_of, h))
                        found[0] = bucket & mask
                        end = min(j, i + WORD)
                        z = _letters(low, i, end, mask, base, found, 1) if first == 1 else 1
                        if number:
                            found[z] = classes | (_mix(_named(number)) & mask)
                            z += 1
                        for q in range(_known(present, ranks, found, z)):
                            _add(rows, found[q], kept, slot)
                        own[key], own[key + 1], own[key + 2] = np.int32(h), np.int32(other), number
                    number = own[key + 2]
                    _add(kept, slot, sums, row)
            around[m] = words | (_pair(last, h) & mask)
            m += 1
            if not before:
                around[m] = _triple(last_but_one, last, h) & mask
                m += count > 0
            if any_classes:
                this = _named(number) if number else h
                around[m] = classes | (_pair(last_read, this) & mask)
                m += (number != 0) | was_class
                last_read, was_class = this, number != 0
            last_but_one, last, i = last, h, j
            count += 1
        for q in range(_known(present, ranks, around, m)):
            _add(rows, around[q], sums, row)


@compiled
def finish(sums, scale, bias, rivals, low, step, table, allowed, roles, out):  # type: ignore[no-untyped-def]
    """Sums to calibrated scores, by the same steps as `plain.Plain.score`."""
    n, k = out.shape
    top = table.shape[1] - 1
    for row in range(n):
        size = np.sqrt(np.float64(max(sums[row, k], 1)))
        best, second = -np.inf, -np.inf
        for label in range(k if rivals else 0):
            m = sums[row, label] * scale[label] / size + bias[label]
            if m > best:
                best, second = m, best
            elif m > second:
                second = m
        for label in range(k):
            if not allowed[roles[row], label]:
                out[row, label] = 0.0
                continue
            m = sums[row, label] * scale[label] / size + bias[label]
            if rivals:
                m -= second if m == best else best
            at = min(max((m - low[label]) * step[label], 0.0), np.float64(top))
            left = min(np.int64(at), top - 1)
            here = table[label, left]
            out[row, label] = here + (table[label, left + 1] - here) * (at - left)
