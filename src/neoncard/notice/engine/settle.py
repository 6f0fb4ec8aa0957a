"""Kernels for what comes after the scan: overlaps, names, and the way back to the message."""

from __future__ import annotations

from typing import Any

import numpy as np

from .folding import _SPACE, KNOWN, decode
from .jit import kernel


@kernel
def _by_row(rows: Any, many: int) -> tuple[Any, Any]:
    """The numbers of marks in order of row, below `many`, and where each row's begin."""
    begins = np.zeros(many + 1, np.int64)
    for row in rows:
        begins[row + 1] += 1
    for row in range(many):
        begins[row + 1] += begins[row]
    order = np.empty(len(rows), np.int64)
    for mark in range(len(rows)):
        order[begins[rows[mark]]] = mark
        begins[rows[mark]] += 1
    begins[1:] = begins[:-1].copy()
    begins[0] = 0
    return order, begins


@kernel
def _by_place(order: Any, begin: int, end: int, labels: Any, starts: Any, ends: Any) -> None:
    """Put the marks `order[begin:end]` in order of start, end and label: there are few."""
    for index in range(begin + 1, end):
        mark, place = order[index], index
        while place > begin:
            other = order[place - 1]
            if starts[other] != starts[mark]:
                later = starts[other] > starts[mark]
            elif ends[other] != ends[mark]:
                later = ends[other] > ends[mark]
            else:
                later = labels[other] > labels[mark]
            if not later:
                break
            order[place] = other
            place -= 1
        order[place] = mark


@kernel
def in_place(rows: Any, labels: Any, starts: Any, ends: Any, many: int) -> Any:
    """The numbers of marks in order of row (below `many`), start, end and label."""
    order, begins = _by_row(rows, many)
    for row in range(many):
        _by_place(order, begins[row], begins[row + 1], labels, starts, ends)
    return order


@kernel
def _sooner(
    one: int, other: int, labels: Any, starts: Any, ends: Any, scores: Any, rules: Any
) -> bool:
    """Whether a mark of a row comes before another: by label, start, score (high first), end (late first), rule."""
    if labels[one] != labels[other]:
        return bool(labels[one] < labels[other])
    if starts[one] != starts[other]:
        return bool(starts[one] < starts[other])
    if scores[one] != scores[other]:
        return bool(scores[one] > scores[other])
    if ends[one] != ends[other]:
        return bool(ends[one] > ends[other])
    return bool(rules[one] < rules[other])


@kernel
def settled(
    rows: Any,
    labels: Any,
    starts: Any,
    ends: Any,
    scores: Any,
    rules: Any,
    many: int,
    most: int,
) -> Any:
    """The numbers of the marks that stay, in order of row (below `many`) and place.

    Of those of one row and label that overlap `hits.apart`'s, at most `most` a row.
    """
    order, begins = _by_row(rows, many)
    count = 0
    for row in range(many):
        begin, end = begins[row], begins[row + 1]
        for index in range(begin + 1, end):
            mark, place = order[index], index
            while place > begin and _sooner(
                mark, order[place - 1], labels, starts, ends, scores, rules
            ):
                order[place] = order[place - 1]
                place -= 1
            order[place] = mark
        first = count  # what stays of this row is written over what was looked at
        for index in range(begin, end):
            mark = order[index]
            last = order[count - 1] if count > first else -1
            if last < 0 or labels[last] != labels[mark] or starts[mark] >= ends[last]:
                order[count] = mark
                count += 1
            elif scores[mark] > scores[last] or (
                scores[mark] == scores[last]
                and ends[mark] - starts[mark] > ends[last] - starts[last]
            ):
                order[count - 1] = mark
        _by_place(order, first, count, labels, starts, ends)
        count = min(count, first + most)
    return order[:count]


@kernel
def _holds(buffer: Any, low: int, high: int, part: Any) -> bool:
    size = len(part)
    for pos in range(low, high - size + 1):
        offset = 0
        while offset < size and buffer[pos + offset] == part[offset]:
            offset += 1
        if offset == size:
            return True
    return False


@kernel
def contains(buffer: Any, places: Any, rows: Any, codes: Any, spans: Any, parts: Any) -> Any:
    """Which `rows` hold one of the two parts of their name, as bool.

    `spans[codes[row]]` is (begin, end, begin, end) in `parts`; -1 where there is no name.
    """
    held = np.zeros(len(rows), np.bool_)
    for index in range(len(rows)):
        row = rows[index]
        span = spans[codes[row]]
        if span[0] < 0:
            continue
        low, high = places[row], places[row + 1]
        held[index] = _holds(buffer, low, high, parts[span[0] : span[1]]) or _holds(
            buffer, low, high, parts[span[2] : span[3]]
        )
    return held


@kernel
def unfolded(
    data: Any,
    begins: Any,
    stops: Any,
    kinds: Any,
    rows: Any,
    starts: Any,
    ends: Any,
    which: Any,
) -> None:
    """Turn folded places into places of the message, for the hits numbered in `which`."""
    for hit in which:
        index, stop = begins[rows[hit]], stops[rows[hit]]
        start, last = starts[hit], ends[hit] - 1
        chars = folded = 0
        inside = False  # a run of white space that was counted already
        while index < stop and folded <= last:
            code, index = decode(data, index, stop)
            space = code < KNOWN and (kinds[code] & _SPACE) != 0
            if not (space and inside):
                if folded == start:
                    starts[hit] = chars
                if folded == last:
                    ends[hit] = chars + 1
                folded += 1
            inside = space
            chars += 1


@kernel
def byte_places(data: Any, begins: Any, rows: Any, starts: Any, sizes: Any) -> Any:
    """Where in `data` the characters `starts` up to `starts + sizes` of `rows` begin and end."""
    first = np.empty(len(rows), np.int64)
    last = np.empty(len(rows), np.int64)
    for mark in range(len(rows)):
        index = begins[rows[mark]]
        chars = 0
        while chars < starts[mark] + sizes[mark]:
            if chars == starts[mark]:
                first[mark] = index
            byte = data[index]
            index += 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            chars += 1
        last[mark] = index
    return first, last


@kernel
def copy_out(data: Any, begins: Any, ends: Any, out: Any) -> None:
    """Copy each `data[begins[i]:ends[i]]` into `out`, one after another."""
    write = 0
    for place in range(len(begins)):
        for index in range(begins[place], ends[place]):
            out[write] = data[index]
            write += 1


@kernel
def covers(spans: Any, known: Any, rows: Any, starts: Any, which: Any, copied: Any) -> None:
    """Set `copied` to 1 for the marks numbered in `which` that begin in a known piece.

    `spans` (row, start, end) and the marks come in order of row.
    """
    begin = 0
    for mark in which:
        while begin < len(spans) and spans[begin, 0] < rows[mark]:
            begin += 1
        piece = begin
        while piece < len(spans) and spans[piece, 0] == rows[mark]:
            if known[piece] and spans[piece, 1] <= starts[mark] < spans[piece, 2]:
                copied[mark] = 1
            piece += 1


@kernel
def reaching(
    scores: Any, rows: Any, add: Any, against: Any, mark_rows: Any, labels: Any
) -> tuple[Any, Any]:
    """Where some rows' scores reach what their column asks: `(rows, columns)`, row by row.

    Not where a label is marked in the row (`mark_rows`, `labels`) whose bit is in the column's `against`.
    """
    there = np.zeros(len(scores), np.int64)
    for mark in range(len(labels)):
        there[mark_rows[mark]] |= np.int64(1) << np.int64(labels[mark])
    places = np.empty((len(rows) * len(add), 2), np.int64)
    count = 0
    for row in rows:
        for column in range(len(add)):
            if scores[row, column] >= add[column] and there[row] & against[column] == 0:
                places[count, 0] = row
                places[count, 1] = column
                count += 1
    return places[:count, 0].copy(), places[:count, 1].copy()
