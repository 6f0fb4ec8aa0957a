"""A message's pieces, masked: what is compared to find out that words are copied.

A piece is a whole message or one of its sentences. Masked, it is its words in lower case, with
one 0 for whatever varies: numbers and addresses, the names known, and what else has a capital
inside a sentence. Its first key is the same for the same masked words. Its band keys are made by
MinHash over its runs of three words (Broder 1997), three minima a band: a piece with a word
changed or a name put in still shares some of them. `masks.py` is the same for many messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from .ways import WORD_NAMES

LONGEST: Final = 20_000
"""Of a longer text only so many characters are looked at."""
WORDS: Final = 5
"""A piece of fewer words than this is counted, and never boilerplate."""
BAND_WORDS: Final = 8
"""A piece of fewer words than this has no band keys: a changed word changes what it says."""
BANDS: Final = 6
ROWS: Final = 3
"""Minima a band."""

MODULUS: Final = 2**56 - 5
WHOLE: Final = 2**64 - 1
LEFT, RIGHT, FOLD = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93
TURNS: Final = tuple((LEFT * (2 * n + 3) ^ (RIGHT >> n)) & WHOLE | 1 for n in range(ROWS * BANDS))
BAND: Final = 1 << 63
SHORT: Final = 1 << 62
BEGIN, END = 1, 2
"""What stands for the words before the first and after the last."""

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[\w'’]+")
_DIGIT = re.compile(r"[0-9]")
_ENDS = re.compile(r"[.!?…][\"')\]’”]*$")
_GOES_ON = re.compile(r"[a-z,'’]$")
_CAPITAL = re.compile(r"['’]*[A-Z][a-z]")


class Piece(NamedTuple):
    """`text[start:end]`, its masked words, and its keys: the first, then the bands'."""

    start: int
    end: int
    words: tuple[str, ...]

    @property
    def masked(self) -> str:
        """The masked words as one text."""
        return " ".join(self.words)

    @property
    def key(self) -> int:
        """The same for the same masked words; has SHORT in it for a short piece."""
        return number(self.masked) | (SHORT if len(self.words) < WORDS else 0)

    def bands(self) -> tuple[int, ...]:
        """BANDS keys, of which pieces that are nearly the same share some; none for a short one."""
        if len(self.words) < BAND_WORDS:
            return ()
        words = [BEGIN, BEGIN, *map(number, self.words), END]
        runs = [
            ((one * LEFT) ^ (two * RIGHT) ^ three) & WHOLE
            for one, two, three in zip(words, words[1:], words[2:], strict=False)
        ]
        runs = [((run ^ (run >> 29)) * FOLD) & WHOLE for run in runs]
        least = [min((run * turn) & WHOLE for run in runs) for turn in TURNS]
        keys = []
        for band in range(BANDS):
            key = band + 1
            for row in range(ROWS):
                key = ((key ^ least[band * ROWS + row] ^ (key >> 9)) * (RIGHT + 2 * row)) & WHOLE
            keys.append(key | BAND)
        return tuple(keys)


def number(text: str) -> int:
    """A text as a number below 2**56."""
    return int.from_bytes(text.encode("utf-8", "replace")) % MODULUS


@lru_cache(maxsize=4096)
def name_parts(names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The parts of names to mask: in any case, and (those that are words) only as written."""
    parts = [part for name in names for part in _WORD.findall(name)]
    parts = [_bare(part) for part in parts]
    known = [part for part in parts if len(part) > 1]
    return (
        frozenset(part.lower() for part in known if part.lower() not in WORD_NAMES),
        frozenset(part for part in known if part.lower() in WORD_NAMES),
    )


def _bare(word: str) -> str:
    return word.replace("'", "").replace("’", "")


def pieces(text: str, names: Iterable[str] = ()) -> list[Piece]:
    """The whole of a text, then its sentences if it has more than one; those with words."""
    any_case, as_written = name_parts(tuple(names))
    sentences: list[tuple[int, int, list[str]]] = []
    ended, follows, last = True, False, 0
    for found in _CHUNK.finditer(text, 0, LONGEST):
        chunk = found.group()
        if ended or "\n" in text[last : found.start()]:
            sentences.append((found.start(), found.end(), []))
        begin, _, words = sentences[-1]
        capital = False
        if _varies(chunk):
            words.append("0")
        else:
            for word in _WORD.findall(chunk):
                bare = _bare(word)
                if not bare:
                    continue
                capital = _CAPITAL.match(word) is not None and (follows or capital)
                follows = False
                hidden = capital or bare.lower() in any_case or bare in as_written
                words.append("0" if hidden else bare.lower())
        sentences[-1] = (begin, found.end(), words)
        ended = _ENDS.search(chunk) is not None
        follows = not ended and (capital or _GOES_ON.search(chunk) is not None)
        last = found.end()
    if not sentences:
        return []
    whole = [word for _, _, words in sentences for word in words]
    made = [Piece(sentences[0][0], sentences[-1][1], _merged(whole))]
    if len(sentences) > 1:
        made += [Piece(start, end, _merged(words)) for start, end, words in sentences]
    return [piece for piece in made if piece.words]


def _varies(chunk: str) -> bool:
    return (
        _DIGIT.search(chunk) is not None
        or "@" in chunk
        or "://" in chunk
        or chunk[:4].lower() == "www."
    )


def _merged(words: list[str]) -> tuple[str, ...]:
    return tuple(
        word for place, word in enumerate(words) if word != "0" or words[place - 1 : place] != ["0"]
    )
