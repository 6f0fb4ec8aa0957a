"""The machine that runs the programs of `program.py` over folded bytes (`alphabet.py`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .alphabet import DIGIT, LETTER, LETTERS
from .jit import kernel

DEPTH = 100_000
"""Places the machine can come back to; a text that needs more is left to `re`."""
OVERFLOW = -2
NONE = -1

_WORD = np.zeros(256, np.uint8)
_WORD[list(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] = 1
_WORD[[*LETTERS, DIGIT, LETTER]] = 1


def stack() -> Any:
    """Room for one machine, shape (DEPTH, 4); one for each thread."""
    return np.empty((DEPTH, 4), np.int32)


@kernel
def holds_at(kind: int, buffer: Any, low: int, high: int, pos: int) -> bool:
    """Whether an anchor of this kind holds at `pos` of the text `buffer[low:high]`."""
    if kind <= 1:
        before = pos > low and _WORD[buffer[pos - 1]] == 1
        after = pos < high and _WORD[buffer[pos]] == 1
        return (before != after) == (kind == 0)
    if kind == 2:
        return pos == low
    if pos == high:
        return True
    return kind == 3 and pos == high - 1 and buffer[pos] == 10


@kernel
def match_at(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    at: int,
    buffer: Any,
    low: int,
    high: int,
    pos: int,
) -> int:
    """The end of the match of the program `at` that begins at `pos`; NONE, or OVERFLOW."""
    top = 0
    part = 0  # of a choice: where to go on
    marker = -1
    pc = at
    while True:
        op = code[pc]
        failed = False
        if op == 12:  # TEXT
            size = code[pc + 1]
            if pos + size > high:
                failed = True
            else:
                for offset in range(size):
                    if buffer[pos + offset] != code[pc + 2 + offset]:
                        failed = True
                        break
                pos += size
                pc += 2 + size
        elif op == 15:  # BRANCH
            if part == 0:
                part = choices[code[pc + 1] + (buffer[pos] if pos < high else 256)]
            chosen = choices[part]
            if chosen < 0:
                failed = True
            else:
                if choices[part + 1] >= 0:
                    if top >= DEPTH:
                        return OVERFLOW
                    frames[top, 0] = pc
                    frames[top, 1] = pos
                    frames[top, 2] = -1
                    frames[top, 3] = part + 1
                    top += 1
                pc = code[pc + 3 + chosen]
            part = 0
        elif op == 6:  # TRY
            if pos < high and sets[code[pc + 1], buffer[pos]] == 1:
                if top >= DEPTH:
                    return OVERFLOW
                frames[top, 0] = code[pc + 2]
                frames[top, 1] = pos
                frames[top, 2] = -1
                frames[top, 3] = 0
                top += 1
                pc += 3
            else:
                pc = code[pc + 2]
        elif op == 2:  # CHAR
            if pos < high and buffer[pos] == code[pc + 1]:
                pos += 1
                pc += 2
            else:
                failed = True
        elif op == 3:  # SET
            if pos < high and sets[code[pc + 1], buffer[pos]] == 1:
                pos += 1
                pc += 2
            else:
                failed = True
        elif op == 4:  # JUMP
            pc = code[pc + 1]
        elif op == 5:  # SPLIT
            if top >= DEPTH:
                return OVERFLOW
            frames[top, 0] = code[pc + 1]
            frames[top, 1] = pos
            frames[top, 2] = -1
            frames[top, 3] = 0
            top += 1
            pc += 2
        elif op == 7 or op == 8:  # MANY, FEW
            chars = code[pc + 1]
            least = pos + code[pc + 2]
            most = min(high, pos + code[pc + 3])
            if least > high:
                failed = True
            else:
                end = pos
                while end < most and sets[chars, buffer[end]] == 1:
                    end += 1
                if end < least:
                    failed = True
                else:  # come back at once, and try from the longest or the shortest
                    if top >= DEPTH:
                        return OVERFLOW
                    frames[top, 0] = pc
                    frames[top, 1] = least
                    frames[top, 2] = end
                    top += 1
                    failed = True
        elif op == 16:  # AHEAD
            if (pos < high and sets[code[pc + 1], buffer[pos]] == 1) == (code[pc + 2] == 1):
                failed = True
            else:
                pc += 3
        elif op == 17:  # BEHIND
            if (pos > low and sets[code[pc + 1], buffer[pos - 1]] == 1) == (code[pc + 2] == 1):
                failed = True
            else:
                pc += 3
        elif op == 9:  # ASSERT
            if top >= DEPTH:
                return OVERFLOW
            if pos - code[pc + 2] < low:
                if code[pc + 1] == 1:
                    pc = code[pc + 4]
                else:
                    failed = True
            else:
                frames[top, 0] = pc
                frames[top, 1] = pos
                frames[top, 2] = -3 - marker
                marker = top
                top += 1
                pos -= code[pc + 2]
                pc += 5
        elif op == 10:  # HOLDS
            top = marker
            pc = frames[top, 0]
            pos = frames[top, 1]
            marker = -3 - frames[top, 2]
            if code[pc + 1] == 1:
                failed = True
            else:
                pc = code[pc + 4]
        elif op == 11:  # AT
            if holds_at(code[pc + 1], buffer, low, high, pos):
                pc += 2
            else:
                failed = True
        elif op == 14:  # LATER
            if top >= DEPTH:
                return OVERFLOW
            frames[top, 0] = pc + 2
            frames[top, 1] = pos
            frames[top, 2] = -1
            frames[top, 3] = 0
            top += 1
            pc = code[pc + 1]
        elif op == 1:  # MATCH
            return pos
        else:
            failed = True
        while failed:
            if top == 0:
                return NONE
            top -= 1
            pc = frames[top, 0]
            kept = frames[top, 2]
            if kept == -1:
                pos = frames[top, 1]
                part = frames[top, 3]
                failed = False
            elif kept >= 0:
                least = frames[top, 1]
                follows = code[pc + 4]
                if code[pc] == 7:
                    end = kept
                    if follows >= 0:
                        while end >= least and not (end < high and sets[follows, buffer[end]] == 1):
                            end -= 1
                    if end >= least:
                        pos = end
                        failed = False
                        if end > least:
                            frames[top, 2] = end - 1
                            top += 1
                else:
                    end = least
                    if follows >= 0:
                        while end <= kept and not (end < high and sets[follows, buffer[end]] == 1):
                            end += 1
                    if end <= kept:
                        pos = end
                        failed = False
                        if end < kept:
                            frames[top, 1] = end + 1
                            top += 1
                pc += 5
            else:
                marker = -3 - kept
                if code[pc + 1] == 1:
                    pos = frames[top, 1]
                    pc = code[pc + 4]
                    failed = False


@kernel
def search(
    code: Any,
    sets: Any,
    choices: Any,
    frames: Any,
    at: int,
    first: int,
    word: int,
    buffer: Any,
    low: int,
    begin: int,
    high: int,
) -> tuple[int, int]:
    """Start and end of the first match of a program at or after `begin`; as `re`'s `search`.

    `at`, `first` and `word` are the program's Entry; the text is `buffer[low:high]`. (NONE,
    NONE) without a match.
    """
    for pos in range(begin, high + 1):
        if first >= 0 and (pos == high or sets[first, buffer[pos]] == 0):
            continue
        if word == 1 and pos > low and _WORD[buffer[pos - 1]] == 1:
            continue
        end = match_at(code, sets, choices, frames, at, buffer, low, high, pos)
        if end != NONE:
            return pos, end
    return NONE, NONE
