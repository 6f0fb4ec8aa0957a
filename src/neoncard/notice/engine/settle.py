"""Kernels for what comes after the scan: overlaps, names, and the way back to the message."""

from __future__ import annotations

from typing import Any

import numpy as np

from .folding import _KNOWN, _SPACE, _decode
from .jit import kernel


@kernel
def apart(rows: Any, labels: Any, starts: Any, ends: Any, scores: Any) -> Any:
    """Which hits stay, as bool: of those of one row and label that overlap, `hits.apart`'s.

    They come in order of row, label, start, score (high first), end (late first) and rule.
    """
    keep = np.zeros(len(rows), np.bool_)
    last = -1
    for index in range(len(rows)):
        same = last >= 0 and rows[index] == rows[last] and labels[index] == labels[last]
        if not same or starts[index] >= ends[last]:
            keep[index] = True
            last = index
        elif scores[index] > scores[last] or (
            scores[index] == scores[last]
            and ends[index] - starts[index] > ends[last] - starts[last]
        ):
            keep[last] = False
            keep[index] = True
            last = index
    return keep


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
            code, index = _decode(data, index, stop)
            space = code < _KNOWN and (kinds[code] & _SPACE) != 0
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
def reaching(scores: Any, rows: Any, add: Any) -> Any:
    """Where some rows' scores reach what their column asks: `(rows, columns)`, row by row."""
    places = np.empty((len(rows) * len(add), 2), np.int64)
    count = 0
    for row in rows:
        for column in range(len(add)):
            if scores[row, column] >= add[column]:
                places[count, 0] = row
                places[count, 1] = column
                count += 1
    return places[:count, 0].copy(), places[:count, 1].copy()
