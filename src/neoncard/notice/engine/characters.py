"""Characters of any text as the kernels of `masks.py` read them: what each is, small letters, words, chunks."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

from .folding import KNOWN, decode
from .jit import kernel
from .pieces import LONGEST, MODULUS

_MODULUS = np.uint64(MODULUS)
_LOW = np.uint64(2**56 - 1)
IS_WORD: Final = 1
IS_SPACE: Final = 2
_IS_HARD = 4


@cache
def characters() -> tuple[Any, Any]:
    """Of each character below KNOWN what it is (uint8) and how it is written small (uint32)."""
    kinds, small = np.zeros(KNOWN, np.uint8), np.arange(KNOWN, dtype=np.uint32)
    for code in range(KNOWN):
        char = chr(code)
        lower = char.lower()
        if 0xD800 <= code < 0xE000 or char == "Σ" or len(lower) > 1:
            kinds[code] = _IS_HARD
        elif char.isspace():
            kinds[code] = IS_SPACE
        elif char.isalnum() or char in "_'’":
            kinds[code] = IS_WORD
            small[code] = ord(lower)
    kinds.flags.writeable = small.flags.writeable = False
    return kinds, small


@kernel
def step(value: Any, byte: Any) -> Any:
    """One more byte: value * 256 + byte, modulo 2**56 - 5, not wholly reduced."""
    top = value >> np.uint64(48)
    value = ((value << np.uint64(8)) & _LOW) + top * np.uint64(5) + np.uint64(byte)
    while value >= _MODULUS:
        value -= _MODULUS
    return value


@kernel
def write(value: Any, char: Any) -> Any:
    """One more character, byte by byte of UTF-8."""
    if char < 0x80:
        return step(value, char)
    if char < 0x800:
        value = step(value, 0xC0 | char >> 6)
    else:
        if char < 0x10000:
            value = step(value, 0xE0 | char >> 12)
        else:
            value = step(value, 0xF0 | char >> 18)
            value = step(value, 0x80 | (char >> 12) & 0x3F)
        value = step(value, 0x80 | (char >> 6) & 0x3F)
    return step(value, 0x80 | char & 0x3F)


@kernel
def decoded(data: Any, start: int, stop: int, kinds: Any, chars: Any) -> int:
    """Put the characters of `data[start:stop]` into `chars`; how many, -1 where Python must read them."""
    if stop - start > LONGEST:
        return -1
    count, index = 0, start
    while index < stop:
        code = np.int64(data[index])
        index += 1
        if code >= 0x80:
            code, index = decode(data, index - 1, stop)
            if code >= KNOWN or kinds[code] & _IS_HARD:
                return -1
        chars[count] = code
        count += 1
    return count


@kernel
def is_letter(char: Any, first: int) -> Any:
    """Whether it is one of the 26 letters from `first`."""
    return first <= char < first + 26


@kernel
def varies(chars: Any, pos: int, end: int) -> Any:
    """Whether a chunk holds a digit, an @, or is an address."""
    for at in range(pos, end):
        char = chars[at]
        if 48 <= char <= 57 or char == 64:
            return True
        if char == 58 and at + 2 < end and chars[at + 1] == 47 and chars[at + 2] == 47:
            return True
    if end - pos < 4 or chars[pos + 3] != 46:
        return False
    return chars[pos] | 32 == 119 and chars[pos + 1] | 32 == 119 and chars[pos + 2] | 32 == 119


@kernel
def ends(chars: Any, pos: int, end: int) -> Any:
    """Whether a chunk ends a sentence."""
    final = end - 1
    while final > pos and (
        chars[final] == 34
        or chars[final] == 39
        or chars[final] == 41
        or chars[final] == 93
        or chars[final] == 0x2019
        or chars[final] == 0x201D
    ):
        final -= 1
    char = chars[final]
    return char == 46 or char == 33 or char == 63 or char == 0x2026
