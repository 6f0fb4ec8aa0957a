"""From the bytes of a message to numbered n-grams: the definition, in plain Python.

`kernel.py` does the same in machine code; a test compares them over any bytes. A message is
folded (ASCII lower case, straight quotes, a character repeated more than twice written twice),
cut into words, runs of punctuation and single emoji, and gives

- words: every 1, 2 and 3 tokens in a row, with a mark for the message's begin and end;
- letters: every 2 to 5 bytes in a row of a word, with its begin and end marked;
- before: 1 and 2 tokens in a row of the message before this one, where that is known.

Each n-gram falls into one of `1 << bits` buckets of its kind ("hashing trick", Weinberger et
al. 2009). Of a word only the first 32 bytes count. Letters stay within words, so all that one
word gives can be summed once and kept; that is what makes the kernel fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

SHORTEST: Final = 2
LONGEST: Final = 5
"""How many bytes an n-gram of letters has."""

WORD: Final = 32
"""How many bytes of a word count."""

LIMIT: Final = 8192
"""How many bytes of a message count; so that no sum of 16-bit weights outgrows 32 bits."""

WORDS, LETTERS, BEFORE = range(3)
"""The kinds of n-gram; a bucket's number is `kind << bits | hash`."""

FNV: Final = 0x811C9DC5
PRIME: Final = 0x01000193
BEGIN: Final = 7
END: Final = 11
_ALL: Final = 0xFFFFFFFF
_GOLDEN: Final = 0x9E3779B1
_PAIR: Final = 0x5BD1E995
_THIRD: Final = 0x85EBCA77
_TRIPLE: Final = 0x1B873593
_LETTERS: Final = 0xABCDEF01
_SIZE: Final = 0x3243F6A9
_NONE: tuple[int, ...] = ()


def mix(h: int) -> int:
    """Spread 32 bits evenly (the finisher of MurmurHash3, by Austin Appleby, public domain)."""
    h ^= h >> 16
    h = h * 0x85EBCA6B & _ALL
    h ^= h >> 13
    h = h * 0xC2B2AE35 & _ALL
    return h ^ h >> 16


def fold(text: bytes) -> bytes:
    """The bytes that are read: ASCII lower case, straight quotes, nothing more than twice."""
    out = bytearray()
    i, end = 0, len(text)
    while i < end:
        c = text[i]
        if c == 0xE2 and i + 2 < end and text[i + 1] == 0x80:
            c = _punctuation(text[i + 2])
            i += 3
        elif c == 0xEF and i + 2 < end and text[i + 1] == 0xB8 and text[i + 2] == 0x8F:
            c = 0
            i += 3
        else:
            c = c + 32 if 65 <= c <= 90 else c or 32
            i += 1
        if c and not (len(out) >= 2 and out[-1] == c == out[-2] and c < 128 and not 48 <= c <= 57):
            out.append(c)
    return bytes(out)


def _punctuation(last: int) -> int:
    """What a character of U+2000 to U+203F, by its last byte, is read as; 0 is nothing."""
    if last in (0x98, 0x99):
        return 39
    if last in (0x9C, 0x9D):
        return 34
    if last == 0xA6:
        return 46
    if last == 0x8D:
        return 0
    return 45 if 0x90 <= last <= 0x95 else 32


def kind(c: int) -> int:
    """0 a space, 1 of a word, 2 punctuation, 3 the first byte of an emoji or symbol."""
    if c <= 32:
        return 0
    if c >= 0xF0 or c == 0xE2:
        return 3
    return 1 if c >= 0x80 or 48 <= c <= 57 or 97 <= c <= 122 else 2


def tokens(low: bytes) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is a word, of every token of a folded message."""
    i, end = 0, len(low)
    while i < end:
        first = kind(low[i])
        j = i + 1
        if first == 3:
            j = min(i + (4 if low[i] >= 0xF0 else 3), end)
        elif first == 2:
            while j < end and kind(low[j]) == 2:
                j += 1
        elif first == 1:
            while j < end and (
                kind(low[j]) == 1 or (low[j] == 39 and j + 1 < end and kind(low[j + 1]) == 1)
            ):
                j += 1
        if first:
            yield i, j, first == 1
        i = j


@lru_cache(maxsize=50_000)
def _word(token: bytes, is_word: bool) -> tuple[int, tuple[int, ...]]:
    """The hash of a token and, of a word, those of its letters."""
    h = FNV
    for c in token:
        h = (h ^ c) * PRIME & _ALL
    if not is_word:
        return h, ()
    padded = b"<" + token + b">"
    letters = []
    for start in range(len(padded)):
        g = _LETTERS
        for size, c in enumerate(padded[start : start + LONGEST], 1):
            g = (g ^ c) * PRIME & _ALL
            if size >= SHORTEST and size < len(padded):
                letters.append(mix(g ^ size * _SIZE & _ALL))
    return h, tuple(letters)


def grams(text: bytes, bits: int, *, before: bool = False) -> list[int]:
    """The buckets of a message's n-grams, as often as they occur.

    `before` says that it is the message before the one that is read.
    """
    mask = (1 << bits) - 1
    words = (BEFORE if before else WORDS) << bits
    found = []
    low = fold(text[:LIMIT])
    last, last_but_one, count = BEGIN, 0, 0
    for start, end, is_word in [*tokens(low), (0, 0, False)]:
        h, letters = END, _NONE
        if start < end:
            h, letters = _word(low[start : min(end, start + WORD)], is_word)
            found.append(words | mix(h) & mask)
        found.append(words | mix(last * _GOLDEN & _ALL ^ h ^ _PAIR) & mask)
        if not before:
            if count:
                pair = (last_but_one * _GOLDEN & _ALL ^ last) * _THIRD & _ALL
                found.append(words | mix(pair ^ h ^ _TRIPLE) & mask)
            found.extend(LETTERS << bits | letter & mask for letter in letters)
        last_but_one, last, count = last, h, count + 1
    return found
