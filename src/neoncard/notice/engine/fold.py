"""Folding a text for matching, with the way back to the original positions.

The rules are written for one plain form: lower case, straight apostrophes and quotes,
single spaces, and a newline only where a line really ends. `fold` makes that form and
keeps a map, so that every span can be given in the characters of the original text.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_ODD = re.compile(r"[^\x20-\x5f\x61-\x7e]|  ")
_SPACES = re.compile(r"\s{2,}|[^\S ]")
_WRAPPED = re.compile(r"[\w,;'\")\-]")
SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?= |$|\n)|\n+|(?<=[a-z])[.!?](?=[a-z]{2,} )")

_ALIKE = {
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "″": '"',
    "–": "-", "—": "-", "‑": "-", "‐": "-", "…": ".",
}  # fmt: skip


class _Letters(dict[int, str]):
    """A translation table that learns: one character in, exactly one character out."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        low = _ALIKE.get(char) or char.lower()
        if len(low) != 1:
            low = char
        self[code] = low
        return low


_LETTERS = _Letters()


def letter(code: int) -> str:
    """The one character that a character is folded to."""
    return _LETTERS[code]


class Folded:
    """A folded text and its way back.

    `low` is what the rules read; `span(start, end)` turns positions in `low` into
    positions in the original text.
    """

    __slots__ = ("_from", "_to", "low")

    def __init__(self, low: str, starts: list[int] | None, shifts: list[int] | None) -> None:
        self.low = low
        self._from = starts
        self._to = shifts

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original (start, end) of a non-empty span of `low`."""
        if self._from is None or self._to is None:
            return start, end
        first = start + self._to[bisect_right(self._from, start) - 1]
        last = end - 1 + self._to[bisect_right(self._from, end - 1) - 1]
        return first, last + 1


def fold(text: str) -> Folded:
    """Fold any text; never raises, and takes time linear in its length."""
    if _ODD.search(text) is None:
        return Folded(text.lower(), None, None)
    low = text.lower() if text.isascii() and "`" not in text else text.translate(_LETTERS)
    parts: list[str] = []
    starts = [0]
    shifts = [0]
    done = length = 0
    for run in _SPACES.finditer(low):
        begin, end = run.span()
        parts.append(low[done:begin])
        length += begin - done
        parts.append("\n" if _ends_line(low, begin, end) else " ")
        length += 1
        done = end
        starts.append(length)
        shifts.append(done - length)
    if done == 0:
        return Folded(low, None, None)
    parts.append(low[done:])
    return Folded("".join(parts), starts, shifts)


def _ends_line(low: str, begin: int, end: int) -> bool:
    """Whether a run of white space ends a line rather than wrapping it, as mail does."""
    breaks = low.count("\n", begin, end) or low.count("\r", begin, end)
    if not breaks:
        return False
    if breaks > 1 or begin == 0 or end >= len(low):
        return True
    line = low.rfind("\n", 0, begin) + 1
    wrapped = _WRAPPED.match(low, begin - 1) is not None and low[end].isalnum()
    return not (wrapped and begin - line >= 40)


def sentence_ends(low: str) -> list[int]:
    """Positions just after each sentence of a folded text, the last one included."""
    ends = [found.end() for found in SENTENCE_END.finditer(low)]
    if not ends or ends[-1] < len(low):
        ends.append(len(low))
    return ends
