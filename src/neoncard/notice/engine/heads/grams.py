"""From the bytes of a message to numbered n-grams: the definition, in plain Python.

`kernel.py` does the same in machine code; a test compares them over any bytes. A message is
folded (ASCII lower case, straight quotes, a character repeated more than twice written twice),
cut into words, runs of punctuation and single emoji, and gives

- words: every 1, 2 and 3 tokens in a row, with a mark for the message's begin and end;
- letters: every 2 to 5 bytes in a row of a word, with its begin and end marked;
- before: 1 and 2 tokens in a row of the message before this one, where that is known;
- classes: for a head taught with classes of words ("mum", "nan" and "daddy" are one), every 1 and
  2 tokens in a row, at least one of them read as its class.

Each n-gram falls into one of `1 << bits` buckets of its kind ("hashing trick", Weinberger et
al. 2009). Of a word only the first 32 bytes count. Letters stay within words, so all that one
word gives can be summed once and kept; that is what makes the kernel fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

SHORTEST: Final = 2
LONGEST: Final = 5
"""How many bytes an n-gram of letters has."""

WORD: Final = 32
"""How many bytes of a word count."""

LIMIT: Final = 8192
"""How many bytes of a message count; so that no sum of 16-bit weights outgrows 32 bits."""

KINDS: Final = 4
WORDS, LETTERS, BEFORE, CLASSES = range(KINDS)
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
_CLASS: Final = 0x2545F491


def mix(h: int) -> int:
    """Spread 32 bits evenly (the finisher of MurmurHash3, by Austin Appleby, public domain)."""
    h ^= h >> 16
    h = h * 0x85EBCA6B & _ALL
    h ^= h >> 13
    h = h * 0xC2B2AE35 & _ALL
    return h ^ h >> 16


_LOWER: Final = bytes(c + 32 if 65 <= c <= 90 else c or 32 for c in range(256))
_ODD: Final = re.compile(rb"\xe2\x80(.)|\xef\xb8\x8f", re.DOTALL)
_LONG: Final = re.compile(rb"([^0-9\x80-\xff])\1{2,}", re.DOTALL)
_W: Final = rb"[0-9a-z\x80-\xe1\xe3-\xef]+"
_TOKEN: Final = re.compile(
    rb"(%b(?:'%b)*)|[\xf0-\xff].{0,3}|\xe2.{0,2}|[!-/:-`{-\x7f]+" % (_W, _W), re.DOTALL
)


def fold(text: bytes) -> bytes:
    """The bytes that are read: ASCII lower case, straight quotes, nothing more than twice."""
    low = text.translate(_LOWER)
    if not low.isascii():
        low = _ODD.sub(_plain, low)
    return _LONG.sub(rb"\1\1", low)


def _plain(found: re.Match[bytes]) -> bytes:
    """What a character of U+2000 to U+203F is read as; a variation selector is nothing."""
    last = found.group(1)
    if last is None or last == b"\x8d":
        return b""
    if last in b"\x98\x99":
        return b"'"
    if last in b"\x9c\x9d":
        return b'"'
    if last == b"\xa6":
        return b"."
    return b"-" if b"\x90" <= last <= b"\x95" else b" "


def kind(c: int) -> int:
    """0 a space, 1 of a word, 2 punctuation, 3 the first byte of an emoji or symbol."""
    if c <= 32:
        return 0
    if c >= 0xF0 or c == 0xE2:
        return 3
    return 1 if c >= 0x80 or 48 <= c <= 57 or 97 <= c <= 122 else 2


def tokens(low: bytes) -> list[tuple[bytes, bool]]:
    """Every token of a folded message, its first bytes, and whether it is a word."""
    return [(found[0][:WORD], found[1] is not None) for found in _TOKEN.finditer(low)]


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


def named(number: int) -> int:
    """The hash of a class of words, by its number (from 1)."""
    return mix(number * _GOLDEN & _ALL ^ _CLASS)


def around(
    text: bytes, bits: int, *, before: bool = False, classes: Mapping[int, int] = {}
) -> tuple[list[tuple[bytes, bool]], list[int]]:
    """A message's tokens, each with whether it is a word, and the buckets of all n-grams of
    more than one and of all classes; `before` says that it is the message before the one that is
    read. `classes` gives the class of a word by its hash.
    """
    mask = (1 << bits) - 1
    words = (BEFORE if before else WORDS) << bits
    found = tokens(fold(text[:LIMIT]))
    hashes = [*(_word(*token)[0] for token in found), END]
    buckets = []
    last, last_but_one = BEGIN, 0
    for count, h in enumerate(hashes):
        buckets.append(words | _pair(last, h) & mask)
        if count and not before:
            buckets.append(words | _triple(last_but_one, last, h) & mask)
        last_but_one, last = last, h
    if classes and not before:
        buckets += [CLASSES << bits | h & mask for h in _classed(hashes, classes)]
    return found, buckets


def _pair(a: int, b: int) -> int:
    return mix(a * _GOLDEN & _ALL ^ b ^ _PAIR)


def _triple(a: int, b: int, c: int) -> int:
    return mix((a * _GOLDEN & _ALL ^ b) * _THIRD & _ALL ^ c ^ _TRIPLE)


def _classed(hashes: list[int], classes: Mapping[int, int]) -> Iterator[int]:
    """The hashes of n-grams in which a word is read as its class."""
    last, was_class = BEGIN, False
    for h in hashes:
        number = classes.get(h, 0)
        this = named(number) if number else h
        if number:
            yield mix(this)
        if number or was_class:
            yield _pair(last, this)
        last, was_class = this, bool(number)


def within(token: bytes, is_word: bool, bits: int, *, before: bool = False) -> list[int]:
    """The buckets of a token and, of a word of the message that is read, of its letters."""
    mask = (1 << bits) - 1
    h, letters = _word(token, is_word)
    own = (BEFORE if before else WORDS) << bits | mix(h) & mask
    return [own] if before else [own, *(LETTERS << bits | letter & mask for letter in letters)]


def grams(
    text: bytes, bits: int, *, before: bool = False, classes: Mapping[int, int] = {}
) -> list[int]:
    """The buckets of a message's n-grams, as often as they occur."""
    found, buckets = around(text, bits, before=before, classes=classes)
    return buckets + [b for token in found for b in within(*token, bits, before=before)]


def class_numbers(classes: Iterable[Iterable[str]]) -> dict[int, int]:
    """The class of each word's hash, in order of hash; of a word in two, the first."""
    found: dict[int, int] = {}
    for number, words in enumerate(classes, 1):
        for word in words:
            for token in tokens(fold(word.encode())):
                found.setdefault(_word(*token)[0], number)
    return dict(sorted(found.items()))
