"""The kernel that reads: for each message its rules' hits, and which of them a guard must see."""

from __future__ import annotations

from typing import Any

from .automaton import candidates
from .folding import ODD
from .jit import kernel
from .machine import NONE, OVERFLOW, match_at, search

ROOM = 1_024
"""A message with more hits than this before they are settled is read by Python."""
STANDS, DOUBTFUL, FALLS = 0, 1, 2


@kernel
def _judge(
    program: Any,
    frames: Any,
    trigger: Any,
    buffer: Any,
    low: int,
    high: int,
    start: int,
    end: int,
) -> int:
    """What one trigger says of the hit `buffer[start:end]` of the message `buffer[low:high]`."""
    where = trigger[0]
    if where == 6:  # ALWAYS
        return DOUBTFUL
    begin = max(low, start - trigger[2])
    last = min(high, end + trigger[1])
    whole = trigger[3:6]
    sliced = trigger[6:9]
    if where == 0:  # BEFORE
        begin = max(low, start - trigger[1])
        entry = sliced if begin > low else whole
        found, _ = search(program, frames, entry, buffer, begin, begin, start)
    elif where == 1:  # AFTER
        entry = sliced if last < high else whole
        found, _ = search(program, frames, entry, buffer, end, end, last)
    elif where == 2:  # AT_ONCE
        entry = sliced if last < high else whole
        found = match_at(program, frames, entry[0], buffer, end, last, end)
    elif where == 5:  # NEEDED
        found, _ = search(program, frames, whole, buffer, low, begin, last)
        if found == OVERFLOW:
            return DOUBTFUL
        return STANDS if found != NONE else FALLS
    else:  # SENTENCE, NEAR
        cut = (begin > low and trigger[2] > 0) or (last < high and trigger[1] > 0)
        entry = sliced if cut else whole
        found, _ = search(program, frames, entry, buffer, low, begin, last)
    return STANDS if found == NONE else DOUBTFUL


@kernel
def _settle(plan: Any, scratch: Any, rule: int, buffer: Any, place: Any, stamp: int) -> int:
    """What all triggers of a rule say of its hit at `place`: (low, high, start, end)."""
    program, _entries, first, asked, triggers, doubts, columns = plan
    frames, _memory, memory = scratch
    low, high, start, end = place
    if memory[1][-1] != stamp:  # the first hit of this message: what can be found in it at all?
        memory[1][-1] = stamp
        candidates(doubts, columns, buffer, low, high, memory, stamp)
    says = STANDS
    for number in range(first[rule], first[rule + 1]):
        trigger = asked[number]
        if triggers[trigger, 9] == 1 and memory[0][trigger] != stamp:
            if triggers[trigger, 0] == 5:  # NEEDED
                return FALLS
            continue
        one = _judge(program, frames, triggers[trigger], buffer, low, high, start, end)
        if one == FALLS:
            return FALLS
        says = max(says, one)
    return says


@kernel
def scan(
    plan: Any,
    machine: Any,
    columns: int,
    buffer: Any,
    places: Any,
    flags: Any,
    rows: Any,
    begin: int,
    scratch: Any,
    hits: Any,
    count: int,
    hard: Any,
) -> tuple[int, int]:
    """Read `rows[begin:]`; (how many were read, how many `hits` there are now).

    `hits`, int32 (n, 5), gets row, rule, start, end and whether a guard must be asked. `hard`
    becomes 1 for a row that Python must read. Stops early when `hits` may not have the room.
    """
    program, entries = plan[0], plan[1]
    frames, memory = scratch[0], scratch[1]
    for index in range(begin, len(rows)):
        if count + ROOM > len(hits):
            return index, count
        row = rows[index]
        low, high = places[row], places[row + 1]
        some = candidates(machine, columns, buffer, low, high, memory, index + 1)
        if some == 0:
            continue
        if flags[row] & ODD:
            hard[row] = 1
            continue
        before = count
        for place in range(some):
            rule = memory[2][place]
            if entries[rule, 0] < 0:
                hard[row] = 1
                break
            pos = low
            while pos < high:
                start, end = search(program, frames, entries[rule], buffer, low, pos, high)
                if start == NONE:
                    break
                if end == OVERFLOW or count - before >= ROOM:
                    hard[row] = 1
                    break
                pos = end
                says = _settle(plan, scratch, rule, buffer, (low, high, start, end), index + 1)
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
