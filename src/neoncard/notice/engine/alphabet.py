"""One byte for each character of a folded text, such that patterns can be run on the bytes.

ASCII is itself. Of the other characters, those that a pattern names have a byte each; the rest
share one for letters, one for digits and one for all else: no pattern can tell them apart.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from . import cues
from .language import LANGUAGES
from .ruleset import rules

LETTERS: Final = range(128, 190)
"""For letters that a pattern names."""
SIGNS: Final = range(190, 252)
"""For other characters that a pattern names."""
DIGIT, LETTER, SIGN = 252, 253, 254
"""For digits, letters and other characters that none names."""


@cache
def named() -> dict[str, int]:
    """The characters beyond ASCII that patterns name, and their bytes.

    Raises ValueError when there are more than bytes.
    """
    every = [rule for language in LANGUAGES for rule in rules(language)]
    sources = [rule.source for rule in every]
    for rule in every:
        parts = (rule.not_before, rule.not_after, rule.not_in, rule.not_near, rule.needs)
        sources += [part.pattern for part in parts if part is not None]
    sources += [cue.pattern for cue in vars(cues).values() if isinstance(cue, re.Pattern)]
    found = sorted({char for source in sources for char in source if not char.isascii()})
    letters = [char for char in found if char.isalnum()]
    signs = [char for char in found if not char.isalnum()]
    if len(letters) > len(LETTERS) or len(signs) > len(SIGNS):
        raise ValueError("the rules name more characters beyond ASCII than alphabet.py has bytes")
    return dict([*zip(letters, LETTERS, strict=False), *zip(signs, SIGNS, strict=False)])


def byte_of(char: str) -> int:
    """The byte of a folded character."""
    if char.isascii():
        return ord(char)
    if char in named():
        return named()[char]
    return (DIGIT if char.isdecimal() else LETTER) if char.isalnum() else SIGN


def bytes_of(text: str) -> bytes:
    """The bytes of a folded text."""
    return text.encode() if text.isascii() else bytes(map(byte_of, text))
