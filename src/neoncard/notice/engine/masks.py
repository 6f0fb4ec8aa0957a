"""`pieces.py` for many messages at once: the keys of every piece, by a compiled kernel.

A row with a character of which one can't tell alone how it is written small (a Greek sigma) is left to Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .characters import (
    IS_SPACE,
    IS_WORD,
    characters,
    decoded,
    ends,
    is_letter,
    step,
    varies,
    write,
)
from .jit import kernel
from .pieces import (
    BAND,
    BAND_WORDS,
    BANDS,
    BEGIN,
    END,
    FOLD,
    LEFT,
    LONGEST,
    RIGHT,
    ROWS,
    SHORT,
    TURNS,
    WHOLE,
    WORDS,
    name_parts,
    number,
)

KEYS: Final = 1 + BANDS
if TYPE_CHECKING:
    from .columns import Batch

MOST: Final = 64
"""A row with more sentences than this is left to Python."""

_LEFT, _RIGHT, _FOLD = np.uint64(LEFT), np.uint64(RIGHT), np.uint64(FOLD)
_TURNS = np.array(TURNS, np.uint64)
_BAND, _SHORT = np.uint64(BAND), np.uint64(SHORT)
_MOST = np.uint64(WHOLE)


class Pieces:
    """The pieces of some rows of a batch, in order of row.

    `keys`, uint64 (n, KEYS): a piece's key and its bands', 0 for none. `spans`, int64 (n, 3):
    row, start and end in characters. `by_hand`: the rows that only Python can do.
    """

    def __init__(self, batch: Batch, rows: Any) -> None:
        odd = np.zeros(len(batch.roles), np.bool_)
        people = [_parts(name) for name in batch.people]
        hidden = np.array([*(known or (0,) * 8 for known in people), (0,) * 8], np.uint64)
        hard = np.array([*(known is None for known in people), False], np.bool_)
        odd[rows] = hard[batch.names[0][rows]] | hard[batch.names[1][rows]]
        streams = np.empty((2, 4 + ROWS * BANDS), np.uint64)
        chars = np.empty(LONGEST + 1, np.uint32)
        keys = np.empty((2 * len(rows) + 4 * MOST, KEYS), np.uint64)
        spans = np.empty((len(keys), 3), np.int64)
        done = count = 0
        while True:
            done, count = mask_rows(
                batch.data, batch.starts, batch.stops, rows, done, *batch.names, hidden, *characters(),
                chars, streams, keys, spans, count, odd,
            )  # fmt: skip
            if done == len(rows):
                break
            keys = np.concatenate([keys, np.empty_like(keys)])
            spans = np.concatenate([spans, np.empty_like(spans)])
        self.keys, self.spans = keys[:count], spans[:count]
        self.by_hand = rows[odd[rows]]


@cache
def _parts(name: str) -> tuple[int, ...] | None:
    """A name's parts to mask: four in any case, four as written; None when there are more."""
    found: list[int] = []
    for parts in name_parts((name,)):
        if len(parts) > 4:
            return None
        found += [*map(number, sorted(parts)), *[0] * (4 - len(parts))]
    return tuple(found)


def table(keys: Sequence[int]) -> Any:
    """Keys as an open hash table, uint64; 0 is an empty slot."""
    slots = np.zeros(1 << max(4, (2 * len(keys)).bit_length()), np.uint64)
    fill(slots, np.array([*keys, 0], np.uint64))
    return slots


@kernel
def fill(slots: Any, keys: Any) -> None:
    """Put keys into an open hash table with room for them."""
    mask = len(slots) - 1
    for key in keys:
        if key == 0:
            continue
        slot = np.int64((key * _FOLD) >> np.uint64(24)) & mask
        while slots[slot] != 0 and slots[slot] != key:
            slot = (slot + 1) & mask
        slots[slot] = key


@kernel
def has(slots: Any, key: Any) -> bool:
    """Whether a key is in a hash table."""
    mask = len(slots) - 1
    slot = np.int64((key * _FOLD) >> np.uint64(24)) & mask
    while slots[slot] != 0:
        if slots[slot] == key:
            return True
        slot = (slot + 1) & mask
    return False


@kernel
def known(keys: Any, slots: Any, near: int) -> Any:
    """Which pieces are copied, or nearly: `Boilerplate.knows`, as bool."""
    copied = np.zeros(len(keys), np.bool_)
    for piece in range(len(keys)):
        if keys[piece, 0] & _SHORT:
            continue
        if has(slots, keys[piece, 0]):
            copied[piece] = True
            continue
        shared = 0
        for band in range(1, keys.shape[1]):
            shared += keys[piece, band] != 0 and has(slots, keys[piece, band])
        copied[piece] = shared >= near
    return copied


@kernel
def _run(stream: Any, word: Any) -> None:
    """A word after the two before it: their run among the minima."""
    run = (stream[3] * _LEFT) ^ (stream[2] * _RIGHT) ^ word
    run = (run ^ (run >> np.uint64(29))) * _FOLD
    for turn in range(ROWS * BANDS):
        stream[4 + turn] = min(stream[4 + turn], run * _TURNS[turn])


@kernel
def _say(stream: Any, word: Any, small: Any, size: int, zero: bool) -> None:
    """One more word in a stream: 0 its text's number, 1 its words, 2 and 3 the last two, then minima.

    `small[:size]` are the word's characters, in lower case and without apostrophes.
    """
    if zero and stream[1] > 0 and stream[2] == 48:
        return
    value = stream[0]
    if stream[1] > 0:
        value = step(value, np.uint64(32))
    _run(stream, word)
    if zero:
        value = step(value, np.uint64(48))
    else:
        for index in range(size):
            value = write(value, small[index])
    stream[0] = value
    stream[1] += np.uint64(1)
    stream[3], stream[2] = stream[2], word


@kernel
def _fresh(stream: Any) -> None:
    stream[:2] = np.uint64(0)
    stream[2:4] = np.uint64(BEGIN)
    stream[4:] = _MOST


@kernel
def _close(stream: Any, keys: Any, spans: Any, row: int, count: int, start: int, end: int) -> int:
    """Write a piece, if it is long enough; how many there are now."""
    if stream[1] == 0:
        return count
    keys[count, 0] = stream[0] if stream[1] >= WORDS else stream[0] | _SHORT
    spans[count, 0] = row
    spans[count, 1] = start
    spans[count, 2] = end
    _run(stream, np.uint64(END))
    for band in range(BANDS):
        if stream[1] < BAND_WORDS:
            keys[count, 1 + band] = 0
        else:
            key = np.uint64(band + 1)
            for row_ in range(ROWS):
                least = stream[4 + band * ROWS + row_]
                key = (key ^ least ^ (key >> np.uint64(9))) * (_RIGHT + np.uint64(2 * row_))
            keys[count, 1 + band] = key | _BAND
    return count + 1


@kernel
def _named(word: Any, raw: Any, hidden: Any, first: int, second: int) -> bool:
    """Whether a word (in lower case, and as written) is a part of one of two names."""
    for column in range(4):
        if first >= 0 and (
            (hidden[first, column] == word and word != 0)
            or (hidden[first, column + 4] == raw and raw != 0)
        ):
            return True
        if second >= 0 and (
            (hidden[second, column] == word and word != 0)
            or (hidden[second, column + 4] == raw and raw != 0)
        ):
            return True
    return False


@kernel
def mask_rows(
    data: Any,
    starts: Any,
    stops: Any,
    rows: Any,
    begin: int,
    firsts: Any,
    seconds: Any,
    hidden: Any,
    kinds: Any,
    small: Any,
    chars: Any,
    streams: Any,
    keys: Any,
    spans: Any,
    count: int,
    odd: Any,
) -> tuple[int, int]:
    """The pieces of `rows[begin:]`; (how many rows were done, how many pieces there are now).

    `keys` and `spans` as in `Pieces`. `firsts` and `seconds` are each row's numbers in `hidden`,
    (names, 8) of `_parts`, -1 for none; `kinds` and `small` are `characters()`. `odd` becomes True for a row that Python
    must do. Stops early when `keys` may not have the room.
    """
    whole, sentence = streams[0], streams[1]
    low = np.empty(len(chars), np.uint32)
    for index in range(begin, len(rows)):
        if count + MOST + 2 > len(keys):
            return index, count
        row = rows[index]
        stop = decoded(data, starts[row], stops[row], kinds, chars)
        odd[row] |= stop < 0
        before = count
        _fresh(whole)
        _fresh(sentence)
        whole_at = count
        count += 1  # the whole comes before its sentences
        ended, follows, newline = True, False, False
        sentences = 0
        first_at = piece_at = piece_end = 0
        pos = 0
        while pos < stop and not odd[row]:
            if kinds[chars[pos]] & IS_SPACE:
                newline |= chars[pos] == 10
                pos += 1
                continue
            end = pos
            while end < stop and kinds[chars[end]] & IS_SPACE == 0:
                end += 1
            if ended or newline:
                if sentences > 0:
                    count = _close(sentence, keys, spans, row, count, piece_at, piece_end)
                    _fresh(sentence)
                if sentences == 0:
                    first_at = pos
                sentences += 1
                piece_at = pos
                if sentences > MOST:
                    odd[row] = True
                    break
            newline = False
            capital = False
            if varies(chars, pos, end):
                _say(whole, np.uint64(48), low, 1, True)
                _say(sentence, np.uint64(48), low, 1, True)
            else:
                at = pos
                while at < end:
                    if kinds[chars[at]] & IS_WORD == 0:
                        at += 1
                        continue
                    size = 0
                    word = raw = np.uint64(0)
                    while at < end and (chars[at] == 39 or chars[at] == 0x2019):
                        at += 1
                    big = at + 1 < end and is_letter(chars[at], 65) and is_letter(chars[at + 1], 97)
                    while at < end and kinds[chars[at]] & IS_WORD:
                        char = chars[at]
                        if char != 39 and char != 0x2019:
                            raw = write(raw, char)
                            low[size] = small[char]
                            word = write(word, low[size])
                            size += 1
                        at += 1
                    if size == 0:
                        continue
                    capital = big and (follows or capital)
                    follows = False
                    zero = capital or _named(word, raw, hidden, firsts[row], seconds[row])
                    if zero:
                        word = np.uint64(48)
                    _say(whole, word, low, size, zero)
                    _say(sentence, word, low, size, zero)
            piece_end = end
            ended = ends(chars, pos, end)
            last = chars[end - 1]
            goes_on = is_letter(last, 97) or last == 44 or last == 39 or last == 0x2019
            follows = not ended and (capital or goes_on)
            pos = end
        if odd[row]:
            count = before
            continue
        if sentences > 1:
            count = _close(sentence, keys, spans, row, count, piece_at, piece_end)
        else:
            count = whole_at + 1
        done = _close(whole, keys, spans, row, whole_at, first_at, piece_end)
        if done == whole_at:  # no words at all
            count = before
    return len(rows), count
