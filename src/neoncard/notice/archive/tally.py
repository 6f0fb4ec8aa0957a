"""Which pieces were seen in many conversations: order-free, and in memory that does not grow with the archive.

All pieces lie on disk, a file a unit. A first look adds them up roughly, in 32 MB of counters that can only
count too much; a second counts exactly what may have enough, up to 20 conversations each. Both are sums, so
the order of units changes nothing, and nothing is let go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from neoncard.notice.engine.boilerplate import CONVERSATIONS, NEAR
from neoncard.notice.engine.jit import kernel
from neoncard.notice.engine.masks import known, table
from neoncard.notice.engine.pieces import FOLD

_FOLD = np.uint64(FOLD)
_BITS = 25


class Tally:
    """The rough counters: `add` each unit's pieces, then ask `many` with the same pieces again."""

    def __init__(self) -> None:
        self._counters = np.zeros(1 << _BITS, np.uint8)

    def add(self, found: Any) -> None:
        """Count a unit's pieces (PIECE)."""
        _add(self._counters, np.ascontiguousarray(found["keys"]).ravel())

    def many(self, again: Iterable[Any]) -> Any:
        """The keys seen in CONVERSATIONS conversations or more, uint64 in order."""
        keys = np.zeros(1 << 12, np.uint64)
        said = np.zeros((1 << 12, CONVERSATIONS), np.uint32)
        times = np.zeros(1 << 12, np.uint8)
        used = 0
        for found in again:
            wanted, by = np.ascontiguousarray(found["keys"]), np.ascontiguousarray(found["said"])
            begin = 0
            while True:
                begin, used = _exact(self._counters, wanted, by, begin, keys, said, times, used)
                if begin == len(wanted):
                    break
                keys, said, times = _grown(keys, said, times)
        return np.sort(keys[times == CONVERSATIONS])


def share(many: Any, again: Iterable[Any]) -> tuple[int, int]:
    """How many of the messages counted are boilerplate as a whole, of how many."""
    slots = table(many.tolist())
    copied = counted = 0
    for found in again:
        wholes = np.ascontiguousarray(found["keys"][found["whole"]])
        counted += len(wholes)
        copied += int(known(wholes, slots, NEAR).sum())
    return copied, counted


def _grown(keys: Any, said: Any, times: Any) -> tuple[Any, Any, Any]:
    size = 2 * len(keys)
    more = (
        np.zeros(size, np.uint64),
        np.zeros((size, CONVERSATIONS), np.uint32),
        np.zeros(size, np.uint8),
    )
    _move(keys, said, times, *more)
    return more


@kernel
def _add(counters: Any, keys: Any) -> None:
    for key in keys:
        if key != 0:
            place = (key * _FOLD) >> np.uint64(64 - _BITS)
            if counters[place] < 255:
                counters[place] += 1


@kernel
def _slot(keys: Any, key: Any) -> Any:
    mask = len(keys) - 1
    slot = np.int64((key * _FOLD) >> np.uint64(24)) & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@kernel
def _move(keys: Any, said: Any, times: Any, to: Any, said_to: Any, times_to: Any) -> None:
    for old in range(len(keys)):
        if keys[old] != 0:
            new = _slot(to, keys[old])
            to[new] = keys[old]
            said_to[new] = said[old]
            times_to[new] = times[old]


@kernel
def _exact(
    counters: Any, wanted: Any, by: Any, begin: int, keys: Any, said: Any, times: Any, used: int
) -> tuple[int, int]:
    """Count pieces from `begin`; (how far, how many keys). Stops before the table is half full."""
    for piece in range(begin, len(wanted)):
        if 2 * (used + wanted.shape[1]) > len(keys):
            return piece, used
        for column in range(wanted.shape[1]):
            key = wanted[piece, column]
            if key == 0 or counters[(key * _FOLD) >> np.uint64(64 - _BITS)] < CONVERSATIONS:
                continue
            slot = _slot(keys, key)
            if keys[slot] == 0:
                keys[slot] = key
                used += 1
            have = times[slot]
            if have == CONVERSATIONS:
                continue
            new = True
            for place in range(have):
                new &= said[slot, place] != by[piece]
            if new:
                said[slot, have] = by[piece]
                times[slot] += 1
    return len(wanted), used
