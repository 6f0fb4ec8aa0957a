"""The kernel that reads: for each message its rules' hits, and which of them a guard must see."""

from __future__ import annotations

from typing import Any

from .automaton import candidates
from .folding import ODD
from .jit import kernel
from .machine import NONE, OVERFLOW, match_at, search

ROOM = 1_024
"""A message with more hits than this before they are settled is read by Python."""
STANDS, DOUBTFUL, HANGS, FALLS = 0, 1, 2, 3
"""What is said of a hit: it stands; a guard may object; a guard may object, and the text alone
does not tell; it falls."""


@kernel
def _judge(
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
) -> int:
    """What a trigger says of the hit `buffer[start:end]` of the message `buffer[low:high]`."""
    where, reach, back = triggers[number, 0], triggers[number, 1], triggers[number, 2]
    if where == 6:  # ALWAYS
        return HANGS
    if where == 7:  # ASK
        return DOUBTFUL
    base, begin, last = low, max(low, start - back), min(high, end + reach)
    if where == 0:  # BEFORE
        base = begin = max(low, start - reach)
        last = start
        cut = begin > low
    elif where == 1 or where == 2:  # AFTER, AT_ONCE
        base = begin = end
        cut = last < high
    else:  # SENTENCE, NEAR, NEEDED
        cut = (begin > low and back > 0) or (last < high and reach > 0)
    column = 6 if cut else 3
    at, first, word = (
        triggers[number, column], triggers[number, column + 1], triggers[number, column + 2]
    )  # fmt: skip
    if where == 2:
        found = match_at(code, sets, choices, frames, at, buffer, base, last, begin)
    else:
        found, _ = search(
            code, sets, choices, frames, at, first, word, buffer, base, begin, last
        )  # fmt: skip
    if where == 5:
        return FALLS if found == NONE else STANDS
    return STANDS if found == NONE else DOUBTFUL


@kernel
def scan(
    plan: Any,
    buffer: Any,
    places: Any,
    flags: Any,
    rows: Any,
    begin: int,
    frames: Any,
    memories: Any,
    hits: Any,
    count: int,
    hard: Any,
) -> tuple[int, int]:
    """Read `rows[begin:]`; (how many were read, how many `hits` there are now).

    `hits`, int32 (n, 5), gets row, rule, start, end and what is said of it. `hard` becomes 1
    for a row that Python must read. Stops early when `hits` may not have the room.
    """
    machine, doubts, program, entries, first, asked, triggers = plan
    classes, step, numbers_at, numbers, also, columns = machine
    d_classes, d_step, d_numbers_at, d_numbers, d_also, d_columns = doubts
    code, sets, choices = program
    (seen, seconds, found), (possible, d_seconds, d_found) = memories
    for index in range(begin, len(rows)):
        if count + ROOM > len(hits):
            return index, count
        row = rows[index]
        low, high = places[row], places[row + 1]
        some = candidates(
            classes, step, numbers_at, numbers, also, columns,
            buffer, low, high, seen, seconds, found, index + 1,
        )  # fmt: skip
        if some == 0:
            continue
        if flags[row] & ODD:
            hard[row] = 1
            continue
        before = count
        for place in range(some):
            rule = found[place]
            at, begins, word = entries[rule, 0], entries[rule, 1], entries[rule, 2]
            if at < 0:
                hard[row] = 1
                break
            pos = low
            while pos < high:
                start, end = search(
                    code, sets, choices, frames, at, begins, word, buffer, low, pos, high
                )
                if start == NONE:
                    break
                if end == OVERFLOW or count - before >= ROOM:
                    hard[row] = 1
                    break
                pos = end
                if count == before:  # what triggers can be found in this message at all?
                    candidates(
                        d_classes, d_step, d_numbers_at, d_numbers, d_also, d_columns,
                        buffer, low, high, possible, d_seconds, d_found, index + 1,
                    )  # fmt: skip
                says = STANDS
                for one in range(first[rule], first[rule + 1]):
                    number = asked[one]
                    if triggers[number, 9] == 1 and possible[number] != index + 1:
                        said = FALLS if triggers[number, 0] == 5 else STANDS
                    else:
                        said = _judge(
                            code, sets, choices, frames, triggers, number,
                            buffer, low, high, start, end,
                        )  # fmt: skip
                    says = max(says, said)
                    if says == FALLS:
                        break
                if says != FALLS:
                    hits[count, 0] = row
                    hits[count, 1] = rule
                    hits[count, 2] = start - low
                    hits[count, 3] = end - low
                    hits[count, 4] = says
                    count += 1
            if hard[row]:
                break
        if hard[row]:
            count = before
    return len(rows), count
