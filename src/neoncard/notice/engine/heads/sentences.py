"""The sentences of many messages, and which of each moves a label most: `Scorer.evidence` in machine code."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..folding import _SPACE, KNOWN, decode
from ..jit import kernel

_NONE, _STOP, _CLOSED = 0, 1, 2


@kernel
def split(
    data: Any, starts: Any, stops: Any, kinds: Any, spans: Any, firsts: Any, sizes: Any
) -> None:
    """Where the sentences of each message lie, as `scorer.sentences` finds them.

    Message `i` is the UTF-8 `data[starts[i]:stops[i]]`; `kinds` as in `folding.tables`. Its sentences
    become `spans[firsts[i]:firsts[i + 1]]`: begin and end in characters of the message, then in bytes
    of `data`. `spans` needs a row for every second byte and one more for each message. `sizes[i]`
    becomes the number of its characters.
    """
    found = 0
    for row in range(len(starts)):
        firsts[row] = found
        index, stop = starts[row], stops[row]
        chars, state, empty = 0, _NONE, True
        while index < stop:
            place = index
            code = np.int64(data[index])
            if code < 0x80:
                index += 1
            else:
                code, index = decode(data, index, stop)
            chars += 1
            if code < KNOWN and kinds[code] & _SPACE:
                if not empty and (state != _NONE or code == 10):
                    found += 1
                    empty = True
                state = _NONE
                continue
            if code == 46 or code == 33 or code == 63:
                state = _STOP
            elif state != _NONE and (code == 34 or code == 39 or code == 41 or code == 93):
                state = _CLOSED
            else:
                state = _NONE
            if empty:
                spans[found, 0], spans[found, 2] = chars - 1, place
                empty = False
            spans[found, 1], spans[found, 3] = chars, index
        if not empty:
            found += 1
        sizes[row] = chars
    firsts[len(starts)] = found


@kernel
def best(sums: Any, begins: Any, ends: Any, columns: Any, scale: Any, bias: Any, size: int) -> Any:
    """Of the parts `begins[i]` up to `ends[i]` the first that moves label `columns[i]` most.

    `sums` has each part's sums of weights, and its size in column `size`.
    """
    out = np.empty(len(begins), np.int64)
    for number in range(len(begins)):
        column = columns[number]
        most = -np.inf
        out[number] = begins[number]
        for part in range(begins[number], ends[number]):
            root = np.sqrt(np.float64(max(sums[part, size], 1)))
            moved = sums[part, column] * scale[column] / root + bias[column]
            if moved > most:
                most = moved
                out[number] = part
    return out
