"""The kernels that read: each message's hits by its role's rules, and which of them a guard must see.

One thing for all messages after another, rule by rule, so that what is looked at lies together:
which rules to try (`find`), where words begin (`open_words`), the hits (`match`), and what the
triggers say of them (`settle`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .finder import PLACE, candidates
from .jit import kernel
from .machine import _WORD, NONE, OVERFLOW, match_at, search
from .openings import END, kinds

_KINDS = kinds()
_PLACE = np.int64(PLACE)

MOST = 1_024
"""A message with more hits than this before they are settled is read by Python."""
STANDS, DOUBTFUL, HANGS, FALLS = 0, 1, 2, 3
"""What is said of a hit: it stands; a guard may object; a guard may object, and the text alone
does not tell; it falls."""


@kernel
def _sentence(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    ends: Any,
    buffer: Any,
    low: int,
    high: int,
    start: int,
) -> tuple[int, int]:
    """`View.sentence`: where the sentence around `start` begins and ends."""
    begin = pos = low
    while True:
        found, end = search(
            code, sets, choices, frames, ends[0], ends[1], ends[2], buffer, low, pos, high
        )
        if found == NONE:
            return begin, high
        if end > start:
            return begin, end
        begin = pos = end


@kernel
def _look(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    triggers: Any,
    number: int,
    buffer: Any,
    low: int,
    high: int,
    start: int,
    end: int,
    first: int,
    last: int,
) -> int:
    """Where a trigger is found beside the hit `buffer[start:end]` of the message `buffer[low:high]`.

    NONE where it is not, OVERFLOW where that can't be told. `first` and `last` are its sentence.
    """
    where, reach, back = triggers[number, 0], triggers[number, 1], triggers[number, 2]
    base, begin, stop = low, max(low, start - back), min(high, end + reach)
    if where == 0 or where == 9:  # BEFORE, THROUGH
        base = begin = max(first, start - reach)
        stop = start if where == 0 else end
    elif where == 1 or where == 2:  # AFTER, AT_ONCE
        base = begin = end
        stop = min(max(last, end), end + reach)
    elif where == 3:  # AROUND
        begin, stop = max(first, start - 300), min(max(last, end), end + 300)
    elif where == 5:  # INSIDE
        begin, stop = start, end
    elif where == 8:  # SLICE
        base = begin
    elif where == 10:  # FOLLOWS
        base = begin = end
    elif where == 11:  # ON
        begin = end
    at = triggers[number, 4]
    if where == 2 or where == 5 or where == 11:
        return match_at(code, sets, choices, frames, at, buffer, base, stop, begin)
    found, after = search(
        code, sets, choices, frames, at, triggers[number, 5], triggers[number, 6],
        buffer, base, begin, stop,
    )  # fmt: skip
    return OVERFLOW if after == OVERFLOW else found


@kernel
def _capital(data: Any, at: int, buffer: Any, first: int, start: int, end: int) -> int:
    """What `guards.no_name` says of the capital that the hit begins with in `data[at:]`."""
    byte = data[at]
    if byte < 65 or 90 < byte < 128:
        return STANDS
    opens = True
    for pos in range(first, start):
        char = buffer[pos]
        opens &= char == 32 or char == 34 or char == 39 or char == 40
    if opens:
        return STANDS
    follows = data[at + 1] if end - start > 1 else 65
    if byte > 127 or follows > 127:
        return DOUBTFUL
    return FALLS if 97 <= follows <= 122 else STANDS


@kernel
def find(
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
    places: Any,
    rows: Any,
    begin: int,
    memory: Any,
    pairs: Any,
    count: int,
) -> tuple[int, int]:
    """The rules worth trying on `rows[begin:]`: (how many were done, how many `pairs` there are).

    `pairs`, int32 (n, 3), gets rule, row and the last place of the row where the rule may begin,
    since one of its literals must follow. Stops early when it may not have the room.
    """
    held, found, last, ended = memory
    for index in range(begin, len(rows)):
        if count + len(found) > len(pairs):
            return index, count
        row = rows[index]
        some = candidates(
            present, ranks, first, entries, numbers, also, parts, words, masks,
            buffer, places[row], places[row + 1], held, found, last, ended, index + 1,
        )  # fmt: skip
        for place in range(some):
            pairs[count, 0] = found[place]
            pairs[count, 1] = row
            pairs[count, 2] = (last[found[place]] & _PLACE) - places[row]
            count += 1
    return len(rows), count


@kernel
def in_order(table: Any, column: int, kinds: int) -> Any:
    """The lines of an int32 table, by a column of numbers below `kinds`; else as they were."""
    begins = np.zeros(kinds + 1, np.int64)
    for line in range(len(table)):
        begins[table[line, column] + 1] += 1
    for kind in range(kinds):
        begins[kind + 1] += begins[kind]
    ordered = np.empty_like(table)
    for line in range(len(table)):
        kind = table[line, column]
        ordered[begins[kind]] = table[line]
        begins[kind] += 1
    return ordered


@kernel
def open_words(buffer: Any, places: Any, pairs: Any, first: Any, starts: Any, keys: Any) -> None:
    """Of every row in `pairs` where its words begin (`starts`) and how (`keys`), `first[row, 0]` to `first[row, 1]`.

    `first`, int64 (rows, 2), comes as zeros. `starts` and `keys` are as long as `buffer`.
    """
    count = 0
    for pair in range(len(pairs)):
        row = pairs[pair, 1]
        if first[row, 1] > 0:
            continue
        first[row, 0] = count
        low, high = places[row], places[row + 1]
        inside = False
        for pos in range(low, high):
            if not inside:
                second = _KINDS[buffer[pos + 1]] if pos + 1 < high else END
                third = _KINDS[buffer[pos + 2]] if pos + 2 < high else END
                starts[count] = pos
                keys[count] = (_KINDS[buffer[pos]] * 32 + second) * 32 + third
                count += 1
            inside = _WORD[buffer[pos]] == 1
        first[row, 1] = count


@kernel
def match(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    entries: Any,
    openings: Any,
    buffer: Any,
    places: Any,
    pairs: Any,
    begin: int,
    words: Any,
    starts: Any,
    keys: Any,
    times: Any,
    hard: Any,
    hits: Any,
    count: int,
) -> tuple[int, int]:
    """The hits of `pairs[begin:]`: (how many pairs were done, how many `hits` there are).

    `hits`, int32 (n, 5), gets row, rule, start and end. `hard` becomes 1 for a row that Python
    must read; `times` counts the hits of each row. Stops early when `hits` may not have the room.
    """
    for index in range(begin, len(pairs)):
        if count + MOST > len(hits):
            return index, count
        rule, row = pairs[index, 0], pairs[index, 1]
        if hard[row]:
            continue
        if entries[rule, 0] < 0 or entries[rule, 2] == 0:
            hard[row] = 1
            continue
        low, high = places[row], places[row + 1]
        pos = low
        for word in range(words[row, 0], words[row, 1]):
            key = keys[word]
            if starts[word] > low + pairs[index, 2]:
                break
            if starts[word] < pos or (openings[rule, key >> 3] >> (key & 7)) & 1 == 0:
                continue
            start = starts[word]
            end = match_at(code, sets, choices, frames, entries[rule, 0], buffer, low, high, start)
            if end == NONE:
                continue
            if end == OVERFLOW or times[row] >= MOST:
                hard[row] = 1
                break
            if end == start:
                continue
            pos = end
            hits[count, 0] = row
            hits[count, 1] = rule
            hits[count, 2] = start - low
            hits[count, 3] = end - low
            times[row] += 1
            count += 1
    return len(pairs), count


@kernel
def possible_of(
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
    places: Any,
    times: Any,
    memory: Any,
    where: Any,
    bits: Any,
) -> None:
    """What triggers can be found at all in each row with hits: a line of `bits`, at `where[row]`."""
    held, found, last, ended = memory
    line = 0
    for row in range(len(times)):
        if times[row] == 0:
            continue
        some = candidates(
            present, ranks, first, entries, numbers, also, parts, words, masks,
            buffer, places[row], places[row + 1], held, found, last, ended, row + 1,
        )  # fmt: skip
        for place in range(some):
            number = found[place]
            bits[line, number >> 3] |= 1 << (number & 7)
        where[row] = line
        line += 1


@kernel
def settle(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    first: Any,
    asked: Any,
    triggers: Any,
    ends: Any,
    data: Any,
    came: Any,
    stops: Any,
    buffer: Any,
    places: Any,
    where: Any,
    bits: Any,
    hits: Any,
) -> None:
    """Write into each of `hits` what is said of it: STANDS, DOUBTFUL, HANGS or FALLS.

    The messages as they came are `data[came[row]:stops[row]]`.
    """
    for hit in range(len(hits)):
        row, rule = hits[hit, 0], hits[hit, 1]
        low, high = places[row], places[row + 1]
        start, end = low + hits[hit, 2], low + hits[hit, 3]
        line = where[row]
        says = STANDS
        begins = last = -1
        for one in range(first[rule], first[rule + 1]):
            number = asked[one]
            kind = triggers[number, 0]
            said = STANDS
            if kind == 6:  # ALWAYS
                said = HANGS
            elif kind == 7:  # ASK
                said = DOUBTFUL
            else:
                turn = 0
                while True:
                    found = NONE
                    possible = triggers[number, 7] == 0 or (
                        (bits[line, number >> 3] >> (number & 7)) & 1
                    )
                    if possible and begins < 0:
                        begins, last = _sentence(
                            code, sets, choices, frames, ends, buffer, low, high, start
                        )
                    if kind == 12:  # CAPITAL
                        said = DOUBTFUL
                        if stops[row] - came[row] == high - low:  # no character stands elsewhere
                            at = came[row] + hits[hit, 2]
                            said = _capital(data, at, buffer, begins, start, end)
                        break
                    if possible:
                        found = _look(
                            code, sets, choices, frames, triggers, number,
                            buffer, low, high, start, end, begins, last,
                        )  # fmt: skip
                    if found == OVERFLOW:
                        said = DOUBTFUL
                        break
                    if turn == 1:  # of the one that spares
                        if (found != NONE) == (triggers[asked[one], 10] == 1):
                            said = STANDS
                        break
                    needed = triggers[number, 8] == 1
                    if (found != NONE) != needed:
                        asks = HANGS if needed else DOUBTFUL
                        said = FALLS if triggers[number, 3] == 1 else asks
                    if said == STANDS or triggers[number, 9] < 0:
                        break
                    number = triggers[number, 9]
                    turn = 1
            says = max(says, said)
            if says == FALLS:
                break
        hits[hit, 4] = says
