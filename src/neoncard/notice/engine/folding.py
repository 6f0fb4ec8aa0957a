"""Folding and language of many messages at once: `fold` and `of_words` as one kernel.

Text comes as one UTF-8 buffer with offsets, as Arrow keeps it. What comes out is one byte a
character of the folded text (`alphabet.py`). So a position in the folded bytes is a position in `fold(text).low`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from . import alphabet
from .alphabet import SIGN
from .fold import letter
from .jit import kernel
from .language import (
    ENGLISH,
    ENGLISH_IS,
    FAR_FROM,
    GERMAN,
    GERMAN_IS,
    OTHERS,
    SAMPLE,
    SHARED,
    SIGNS,
    SPANISH,
    SPANISH_IS,
    STRANGE,
    UNKNOWN,
    UNREAD,
    WEAK,
)

ODD: Final = 1
"""Not ASCII when folded."""
MOVED: Final = 2
"""Characters of the folded text stand elsewhere than in the message."""
UNSURE: Final = 4
"""Holds characters this kernel does not know: Python decides its language."""
WORDS: Final = 3
"""From this bit up, `language.of_words`."""

KNOWN: Final = 0x20000
"""From this character on nothing is known of any."""
_SPACE, _ALNUM, _LETTER = 1, 2, 4
_IS_ENGLISH, _IS_OTHER, _IS_WEAK, _IS_GERMAN, _IS_SPANISH, _IS_STRANGE = 1, 2, 4, 8, 16, 32
_IS_SHARED = 64
_SIGNS = tuple(map(ord, SIGNS))
_WHOSE = (
    (_IS_ENGLISH, ENGLISH),
    (_IS_OTHER, OTHERS),
    (_IS_WEAK, WEAK),
    (_IS_GERMAN, GERMAN),
    (_IS_SPANISH, SPANISH),
    (_IS_STRANGE, STRANGE),
    (_IS_SHARED, SHARED),
)
_SLOTS = 4096


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint8]]:
    """Of each character below 0x20000: folded byte, folded code and class; each shape (n,)."""
    codes = np.fromiter((ord(letter(code)) for code in range(KNOWN)), np.uint32, KNOWN)
    folded = np.fromiter((alphabet.byte_of(chr(code)) for code in codes), np.uint8, KNOWN)
    kinds = np.zeros(KNOWN, np.uint8)
    for code in range(KNOWN):
        char = chr(code)
        if char.isspace():
            kinds[code] = _SPACE
        elif char.isalnum():
            kinds[code] = _ALNUM | (0 if char.isdecimal() else _LETTER)
    return folded, codes, kinds


def _hash(word: str) -> int:
    value = 0xCBF29CE484222325
    for char in word:
        value = ((value ^ ord(char)) * 0x100000001B3) & (2**64 - 1)
    return value


@cache
def words() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """The words of `language.py` as an open hash table: hashes and kinds, each shape (4096,)."""
    hashes = np.zeros(_SLOTS, np.uint64)
    kinds = np.zeros(_SLOTS, np.uint8)
    for bit, some in _WHOSE:
        for word in some:
            value = _hash(word)
            slot = (value ^ (value >> 29)) % _SLOTS
            while kinds[slot] and int(hashes[slot]) != value:
                slot = (slot + 1) % _SLOTS
            hashes[slot] = value
            kinds[slot] |= bit
    return hashes, kinds


@kernel
def _kind_of(value: Any, hashes: Any, kinds: Any) -> int:
    slot = (value ^ (value >> np.uint64(29))) & np.uint64(_SLOTS - 1)
    while kinds[slot] != 0:
        if hashes[slot] == value:
            return int(kinds[slot])
        slot = (slot + np.uint64(1)) & np.uint64(_SLOTS - 1)
    return 0


@kernel
def _quick(chars: Any, begin: int, end: int, hashes: Any, bits: Any) -> int:
    """What kinds of words there are between spaces."""
    fnv = np.uint64(0xCBF29CE484222325)
    found = 0
    token = fnv
    for index in range(begin, end):
        code = np.uint64(chars[index])
        if code == np.uint64(32):
            found |= _kind_of(token, hashes, bits)
            token = fnv
        else:
            token = (token ^ code) * np.uint64(0x100000001B3)
    return found | _kind_of(token, hashes, bits)


@kernel
def _words_say(
    chars: Any, begin: int, end: int, pure: bool, kinds: Any, hashes: Any, bits: Any
) -> int:
    """`of_words` over `chars[begin:end]`, folded codes; `pure` when all are ASCII."""
    fnv = np.uint64(0xCBF29CE484222325)
    prime = np.uint64(0x100000001B3)
    if pure:
        quick = _quick(chars, begin, end, hashes, bits)
        if quick & _IS_ENGLISH and not quick & _IS_OTHER:
            return ENGLISH_IS
    english = strong = weak = count = letters = far = 0
    german = spanish = strange = shared = 0
    word = fnv
    state = 0  # of a word: 0 outside, 1 inside, 2 at an apostrophe, 3 after one
    for index in range(begin, end + 1):
        code = np.int64(chars[index]) if index < end else 32
        if code == _SIGNS[0] or code == _SIGNS[1]:
            strong += 1
            spanish += 1
        if kinds[code] & _LETTER:
            if not pure:
                letters += 1
                if code > FAR_FROM and not (0x1E00 <= code <= 0x1EFF):
                    far += 1
            if state == 0:
                word = fnv
                state = 1
            elif state == 2:
                word = (word ^ np.uint64(39)) * prime
                state = 3
            word = (word ^ np.uint64(code)) * prime
        elif state == 1 and code == 39:
            state = 2
        elif state != 0:
            found = _kind_of(word, hashes, bits)
            count += 1
            english += found & 1
            strong += (found >> 1) & 1
            weak += (found >> 2) & 1
            german += (found >> 3) & 1
            spanish += (found >> 4) & 1
            strange += (found >> 5) & 1
            shared += (found >> 6) & 1
            state = 0
    if letters > 0 and 2 * far > letters:  # none are counted of pure ASCII
        return UNREAD
    if count == 0:
        return ENGLISH_IS
    other = strong + (weak if strong > 0 or count > 4 else 0)
    if other > english:
        plainly = other >= 2 or (strong >= 1 and count <= 3)
    else:
        plainly = english == 0 and count >= (8 if pure else 5)
    if not plainly:
        return ENGLISH_IS
    if german > max(spanish, strange):
        return GERMAN_IS
    if spanish > max(german, strange) or (german == 0 and strange == 0 and spanish + shared >= 2):
        return SPANISH_IS
    return UNREAD if strange > max(german, spanish) else UNKNOWN


@kernel
def decode(data: Any, index: int, stop: int) -> Any:
    """The character at `data[index]`, and the index after it. Broken UTF-8 never runs over."""
    code = np.int64(data[index])
    if code < 0x80:
        return code, index + 1
    size = 2 if code < 0xE0 else 3 if code < 0xF0 else 4
    if index + size > stop:
        return code, index + 1
    code &= 0xFF >> (size + 1)
    for offset in range(1, size):
        code = (code << 6) | (data[index + offset] & 0x3F)
    return min(code, 0x10FFFF), index + size


@kernel
def _fold(
    data: Any, index: int, stop: int, tables: Any, out: Any, write: int, scratch: Any
) -> tuple[int, int, int]:
    """Fold one row the long way: (where writing ended, characters, flags)."""
    folded, codes, kinds = tables
    begin, chars, flag, line, run = write, 0, 0, 0, 0
    breaks = returns = run_at = newline_at = 0
    simple = wraps = False
    while True:
        ended = index >= stop
        code = kind = 0
        if not ended:
            code, index = decode(data, index, stop)
            kind = kinds[code] if code < KNOWN else 0
            if kind & _SPACE:
                if run == 0:
                    run_at, breaks, returns, simple = chars, 0, 0, code == 32
                else:
                    simple = False
                    flag |= MOVED
                run += 1
                if code == 10:
                    breaks += 1
                    newline_at = chars
                returns += code == 13
                chars += 1
                continue
        if run > 0:
            put = 32
            lines = breaks if breaks > 0 else returns
            if not simple and lines > 0:
                wrapped = lines == 1 and run_at > 0 and not ended and wraps and kind & _ALNUM
                if not (wrapped and run_at - line >= 40):
                    put = 10
            if breaks > 0:
                line = newline_at + 1
            out[write] = put
            scratch[write - begin] = put
            write += 1
            run = 0
        if ended:
            return write, chars, flag
        chars += 1
        if code < KNOWN:
            put = folded[code]
            scratch[write - begin] = codes[code]
        else:
            put = SIGN
            scratch[write - begin] = 0
            flag |= UNSURE
        if put >= 0x80:
            flag |= ODD
        wraps = (
            kind & _ALNUM != 0
            or put == 95
            or put == 44
            or put == 59
            or put == 39
            or put == 34
            or put == 41
            or put == 45
        )
        out[write] = put
        write += 1


@kernel
def fold_rows(
    data: Any,
    starts: Any,
    stops: Any,
    tables: Any,
    words: Any,
    scratch: Any,
    out: Any,
    places: Any,
    flags: Any,
    lengths: Any,
) -> None:
    """Fold each row, `data[starts[i]:stops[i]]`, into `out[places[i]:places[i + 1]]`.

    Fills `flags` (ODD, MOVED, UNSURE, WORDS) and `lengths`, the characters of each message.
    `out` is as long as all rows; `scratch`, of uint32, as the longest row.
    """
    hashes, bits = words
    write = 0
    places[0] = 0
    for row in range(len(starts)):
        index, stop = starts[row], stops[row]
        begin = write
        flag = 0
        before = 0
        while index < stop:
            code = data[index]
            if code < 32 or code > 126 or code == 96 or (code == 32 and before == 32):
                break
            out[write] = code + 32 if 65 <= code <= 90 else code
            write += 1
            index += 1
            before = code
        chars = write - begin
        plain = index == stop
        if not plain:
            write, chars, flag = _fold(data, starts[row], stop, tables, out, begin, scratch)
        size = min(write - begin, SAMPLE)
        if flag & ODD:
            pure = True
            for offset in range(size):
                if scratch[offset] > 127:
                    pure = False
                    break
            said = _words_say(scratch, 0, size, pure, tables[2], hashes, bits)
        else:
            said = _words_say(out, begin, begin + size, True, tables[2], hashes, bits)
        flags[row] = flag | (said << WORDS)
        lengths[row] = chars
        places[row + 1] = write
