"""Names on the ticket: `name` and `thanks_by_name`. A name is given, never guessed.

Many names are words (Will, Grace, Mark), so a name alone is not enough: the place it
stands in must be one where people address each other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .ways import Ways


class Name:
    """How one person's name may be found in folded text.

    Most names are looked for and never found, so the patterns are made when one is.
    """

    def __init__(self, full: str) -> None:
        parts = full.lower().replace("’", "'").split()
        while len(parts) > 1 and parts[0].strip(".") in _TITLES:
            parts = parts[1:]
        self.first = parts[0] if parts else ""
        self.last = parts[-1] if parts else ""
        self._rest = re.escape(self.last) if len(parts) > 1 else ""
        middle = "".join(rf"(?: {re.escape(part)})?" for part in parts[1:-1])
        self._called = re.escape(self.first) + middle
        self._made: dict[tuple[str, str], re.Pattern[str]] = {}

    def address(self, ways: Ways) -> re.Pattern[str]:
        """The name, wherever it stands."""
        key = ways.language, "address"
        if key not in self._made:
            self._made[key] = ways.address(self._called, self._rest)
        return self._made[key]

    def thanks(self, ways: Ways) -> re.Pattern[str]:
        """Thanks said to it."""
        key = ways.language, "thanks"
        if key not in self._made:
            is_word = self.first in ways.words
            self._made[key] = ways.thanked(self._called, self._rest, is_word)
        return self._made[key]


_TITLES_TEXT = """
    mr mrs ms miss mx dr prof sir madam frau herr señor señora
"""
_TITLES = frozenset(_TITLES_TEXT.split())


@lru_cache(maxsize=4096)
def name_of(full: str) -> Name | None:
    """The ways to find a name, or None when there is nothing to look for."""
    full = full.strip()[:80]
    name = Name(full)
    return name if len(name.first) > 1 and name.first[0].isalpha() else None


_VOCATIVE_AFTER = re.compile(r"\s*(?:[,.!?;:\n-]|$)")


def mentions(name: Name, low: str) -> bool:
    """Whether a folded text holds a name at all."""
    return name.first in low or name.last in low


def addressed(
    name: Name, low: str, same_as_agent: bool, ways: Ways
) -> tuple[int, int, float] | None:
    """Span and score of the first place a customer is addressed by name, else None."""
    is_word = name.first in ways.words
    for found in name.address(ways).finditer(low):
        start, end = found.span()
        before = low[max(0, start - 60) : start]
        if same_as_agent and ways.introduced.search(before):
            continue
        opened = ways.vocative.search(before) is not None
        closed = _VOCATIVE_AFTER.match(low, end) is not None or end == len(low)
        after = low[end : end + 1]
        if after in ",.!?;:\n-" and opened:
            return start, end, 0.97
        if ways.speaking.search(before) and closed:
            return start, end, 0.9
        if ways.greets.search(before) and ways.opener.search(before):
            if not is_word or closed:
                return start, end, 0.95
            continue
        if ways.about.search(before):
            continue
        if closed and not (is_word and not before.endswith(", ")):
            return start, end, 0.85
        if opened and not is_word and after == " " and not ways.absent.match(low, end):
            return start, end, 0.7
    return None


def thanked(name: Name, low: str, ways: Ways) -> tuple[int, int, float] | None:
    """Span and score of the first thanks said to an agent by name, else None."""
    is_word = name.first in ways.words
    for found in name.thanks(ways).finditer(low):
        leads = is_word and found.group().startswith(name.first)
        if not leads or ways.begins.search(low[: found.start()]):
            return (*found.span(), 0.95)
    return None
