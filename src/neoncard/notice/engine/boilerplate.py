"""Which of the agents' words are copied: masked duplicates over many conversations.

Each piece of a text (`pieces.py`: the whole, and each of its sentences), masked, is counted once a
conversation, and so are its MinHash bands. A piece is boilerplate when it was seen in 20
conversations or more and has 5 words or more, or when NEAR of its bands were: then it is a macro
that somebody edited. A copied macro is marked as such, never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, Self

from .pieces import BAND_WORDS, BANDS, SHORT, WORDS, Piece, number, pieces
from .worth import by_kernels

CONVERSATIONS: Final = 20
NEAR: Final = 2
CAPACITY: Final = 1_000_000
VERSION: Final = 2
ROWS: Final = 16_384
"""Rows counted at a time."""


def fingerprint(conversation: object) -> int:
    """A conversation as a number."""
    return number(str(conversation)) + 1


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
        waiting, before = iter(rows), 0
        while some := list(islice(waiting, ROWS)):
            if by_kernels(len(some), before):
                store._add_many(some)
            else:
                for row in some:
                    store.add(row)
            before += len(some)
        return store

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one row; anything but an agent's row with a conversation is passed over."""
        conversation = row.get("conversation")
        text = row.get("text")
        if row.get("role") != "agent" or conversation is None or not isinstance(text, str):
            return
        seen = fingerprint(conversation)
        for piece in pieces(text, names_of(row)):
            for key in (piece.key, *piece.bands()):
                self._saw(key, seen)
        if self._held > self.capacity:
            self._shed()

    def _add_many(self, rows: list[Mapping[str, Any]]) -> None:
        """`add`, of many rows."""
        import numpy as np

        from .columns import batch_of
        from .masks import Pieces

        batch, said = batch_of(rows), [row.get("conversation") for row in rows]
        mine = np.flatnonzero(
            [b == 0 and one is not None for b, one in zip(batch.roles, said, strict=True)]
        )
        found = Pieces(batch, mine)
        known = {one: fingerprint(one) for one in map(str, said)}
        for row, keys in zip(found.spans[:, 0].tolist(), found.keys.tolist(), strict=True):
            for key in filter(None, keys):
                self._saw(key, known[str(said[row])])
            if self._held > self.capacity:
                self._shed()
        for row in found.by_hand.tolist():
            self.add(rows[row])

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
        """How many keys are boilerplate: a macro has up to five."""
        return sum(not key & SHORT for key in self._many)

    def frozen(self) -> Boilerplate:
        """A small store of what is boilerplate already, for reading; it knows no counts."""
        small = Boilerplate.of(self._many)
        small.capacity = self.capacity
        return small

    def is_boilerplate(self, text: str, *names: str) -> bool:
        """Whether an agent's text is copied as a whole. `names` are masked."""
        found = pieces(text, names)
        return bool(found) and self.knows(found[0])

    def knows(self, piece: Piece) -> bool:
        """Whether a piece is copied, or nearly."""
        if not self._many or len(piece.words) < WORDS:
            return False
        many = self._many
        return piece.key in many or sum(band in many for band in piece.bands()) >= NEAR

    def copied(self, text: str, names: Iterable[str], places: Iterable[int]) -> list[bool]:
        """For each place in an agent's text, whether the text or the sentence there is copied."""
        known = [(piece.start, piece.end) for piece in pieces(text, names) if self.knows(piece)]
        return [any(start <= place < end for start, end in known) for place in places]

    def many(self) -> list[int]:
        """The keys of what is boilerplate, in order."""
        return sorted(self._many)

    @classmethod
    def of(cls, many: Iterable[int]) -> Self:
        """A store for reading, of what `many` of another gave."""
        store = cls()
        store._many = set(many)
        return store

    def conversations(self, text: str, *names: str) -> int:
        """In how many conversations a text was seen as it is, up to 20."""
        found = pieces(text, names)
        return self._times(found[0].key) if found else 0

    def likeness(self, text: str, *names: str) -> float:
        """How much an agent's text is like a macro, from 0 to 1, to rank texts of any length by.

        What was often said as it is, in 8 words or more, comes first; short texts come late:
        they may be said alike by chance.
        """
        found = pieces(text, names)
        if not found:
            return 0.0
        piece = found[0]
        bands = sum(self._times(band) >= CONVERSATIONS for band in piece.bands())
        often = self._times(piece.key) * min(len(piece.words), BAND_WORDS)
        return (often + bands) / (CONVERSATIONS * BAND_WORDS + BANDS)

    def _times(self, key: int) -> int:
        return CONVERSATIONS if key in self._many else _size(self._seen.get(key, frozenset()))

    def to_dict(self) -> dict[str, Any]:
        """A plain dict that JSON can hold; `from_dict` reads it back."""
        return {
            "v": VERSION,
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
        if data.get("v") != VERSION:
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
