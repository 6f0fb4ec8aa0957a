"""Which of the agents' words are copied: masked duplicates over many conversations.

A text and each of its sentences is masked (numbers, addresses, the names known and whatever
else has a capital inside a sentence; case, punctuation and space folded) and counted once a
conversation. What is seen in 20 conversations or more and
has 5 words or more is boilerplate (NOTICE.md: AUC .970). A copied macro is marked as such,
never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, Self

from .fold import fold, sentence_ends
from .names import WORD_NAMES

CONVERSATIONS: Final = 20
WORDS: Final = 5
CAPACITY: Final = 1_000_000

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\w*\d[\w.,:/%-]*(?: ?(?:am|pm|a\.m\.|p\.m\.))?(?!\w)|\d+")
_CAPITAL = re.compile(r"(?<=[a-z,'] )'?[A-Z][a-z]\w*\.?(?: [A-Z][\w']*)*")
_WORD = re.compile(r"\w+")
_AGAIN = re.compile(r"\b0(?: 0)+\b")


def mask(text: str, *names: str) -> str:
    """The masked form of a text: its words in lower case, with 0 for whatever varies."""
    for name in names:
        for part in name.split():
            if len(part) > 1:
                text = _name(part).sub(" 0 ", text)
    if "@" in text or "www." in text or "://" in text:
        text = _ADDRESS.sub(" 0 ", text)
    low = fold(_CAPITAL.sub("0", text)).low
    low = _NUMBER.sub(" 0 ", low).replace("'", "")
    return _AGAIN.sub("0", " ".join(_WORD.findall(low)))


@lru_cache(maxsize=4096)
def _name(part: str) -> re.Pattern[str]:
    """A part of a name as a word; one that is a word of its own only as it is written."""
    flags = 0 if part.lower() in WORD_NAMES else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", flags)


def _key(masked: str) -> int:
    return int.from_bytes(blake2b(masked.encode("utf-8", "replace"), digest_size=8).digest())


def _keys(text: str, names: tuple[str, ...]) -> set[int]:
    """Keys of the whole text and of each of its sentences that is long enough."""
    pieces = {mask(text, *names)}
    folded = fold(text)
    ends = sentence_ends(folded.low)
    if len(ends) > 1:
        for begin, end in zip([0, *ends], ends, strict=False):
            first, last = folded.span(begin, end)
            pieces.add(mask(text[first:last], *names))
    return {_key(piece) for piece in pieces if piece.count(" ") >= WORDS - 1}


class Boilerplate:
    """A store of how many distinct conversations each masked text was seen in.

    For each text it keeps up to 20 fingerprints of conversations, and then only the fact
    that there were 20. So counting is exact whatever the order of the rows, and stores
    merge (`a + b`) by union: the same rows give the same store however they were split.

    Memory: at most `capacity` fingerprints are held in all (about 250 bytes each at worst,
    so 250 MB whatever the archive); above it the texts seen in fewest conversations are
    let go, and counted in `shed`. A store that has shed may miss boilerplate, depends on
    the order of the rows, and never invents any.
    """

    __slots__ = ("_held", "_many", "_seen", "capacity", "shed")

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._many: set[int] = set()
        self._seen: dict[int, int | frozenset[int]] = {}
        self._held = 0
        self.capacity = capacity
        self.shed = 0

    @classmethod
    def count(cls, rows: Iterable[Mapping[str, Any]], *, capacity: int = CAPACITY) -> Self:
        """Count rows as `Reader.read` takes them; only agents' rows with a conversation count."""
        store = cls(capacity=capacity)
        for row in rows:
            store.add(row)
        return store

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one row; anything but an agent's row with a conversation is passed over."""
        conversation = row.get("conversation")
        text = row.get("text")
        if row.get("role") != "agent" or conversation is None or not isinstance(text, str):
            return
        conversation = _key(str(conversation))
        for key in _keys(text, names_of(row)):
            self._saw(key, conversation)
        if self._held > self.capacity:
            self._shed()

    def _saw(self, key: int, seen: int | frozenset[int]) -> None:
        if key in self._many:
            return
        known = self._seen.get(key)
        if known is None:
            self._seen[key] = seen
            self._held += _size(seen)
            return
        if known == seen:
            return
        both = _each(known) | _each(seen)
        self._held -= _size(known)
        if len(both) >= CONVERSATIONS:
            del self._seen[key]
            self._many.add(key)
        else:
            self._seen[key] = both
            self._held += len(both)

    def _shed(self) -> None:
        """Let go of the rarest texts until half the capacity is free."""
        for least in range(1, CONVERSATIONS):
            kept = {k: v for k, v in self._seen.items() if _size(v) > least}
            self.shed += len(self._seen) - len(kept)
            self._seen = kept
            self._held = sum(map(_size, kept.values()))
            if self._held <= self.capacity // 2:
                return

    def __add__(self, other: Boilerplate) -> Boilerplate:
        """The store of both sets of rows."""
        both = Boilerplate(capacity=max(self.capacity, other.capacity))
        both._many = self._many | other._many
        for store in (self, other):
            for key, seen in store._seen.items():
                both._saw(key, seen)
        both.shed = self.shed + other.shed
        if both._held > both.capacity:
            both._shed()
        return both

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Boilerplate):
            return NotImplemented
        return self._many == other._many and self._seen == other._seen

    __hash__ = None  # type: ignore[assignment]  # a store is mutable

    def __len__(self) -> int:
        """How many texts are boilerplate."""
        return len(self._many)

    def frozen(self) -> Boilerplate:
        """A small store of what is boilerplate already, for reading; it knows no counts."""
        small = Boilerplate(capacity=self.capacity)
        small._many = set(self._many)
        return small

    def is_boilerplate(self, text: str, *names: str) -> bool:
        """Whether an agent's text, or a sentence, is copied. `names` are masked."""
        masked = mask(text, *names)
        return masked.count(" ") >= WORDS - 1 and _key(masked) in self._many

    def conversations(self, text: str, *names: str) -> int:
        """In how many conversations a text was seen, up to 20."""
        key = _key(mask(text, *names))
        return CONVERSATIONS if key in self._many else _size(self._seen.get(key, frozenset()))

    def to_dict(self) -> dict[str, Any]:
        """A plain dict that JSON can hold; `from_dict` reads it back."""
        return {
            "v": 1,
            "many": [f"{key:016x}" for key in sorted(self._many)],
            "seen": {
                f"{key:016x}": [f"{one:016x}" for one in sorted(_each(seen))]
                for key, seen in sorted(self._seen.items())
            },
            "shed": self.shed,
            "capacity": self.capacity,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError when the dict is of another version."""
        if data.get("v") != 1:
            raise ValueError("this boilerplate store was written by another version")
        store = cls(capacity=data["capacity"])
        store._many = {int(key, 16) for key in data["many"]}
        for key, seen in data["seen"].items():
            store._saw(int(key, 16), frozenset(int(one, 16) for one in seen))
            if len(seen) == 1:
                store._seen[int(key, 16)] = int(seen[0], 16)
        store.shed = data["shed"]
        return store


def names_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The names known of a row, for masking."""
    return tuple(
        name
        for name in (row.get("customer_name"), row.get("agent_name"))
        if isinstance(name, str) and name
    )


def _each(seen: int | frozenset[int]) -> frozenset[int]:
    return seen if isinstance(seen, frozenset) else frozenset((seen,))


def _size(seen: int | frozenset[int]) -> int:
    return len(seen) if isinstance(seen, frozenset) else 1
