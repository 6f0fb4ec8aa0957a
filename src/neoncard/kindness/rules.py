"""What a kindness may be, without a database."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PROPOSING_AGENT = frozenset({"extra_help", "goes_beyond", "personal_touch"})
PROPOSING_CUSTOMER = frozenset({"praise", "thanks_by_name", "kind_to_agent"})
CARD = "smile card"
"""The occasion of what travels on a Smile Card; whoever held it wrote the words themselves."""


@dataclass(frozen=True, slots=True)
class Link:
    """One kindness in a chain: ids of giver and receivers (party ids), and the kindness it was passed on from."""

    id: int
    giver: int
    receivers: tuple[int, ...]
    passed_on_from: int | None = None


@dataclass(frozen=True, slots=True)
class Boomerang:
    """A stretch of passing on that came back: the kindnesses in order, and the party it came back to."""

    path: tuple[int, ...]
    party: int


def boomerangs(links: Iterable[Link], gone: frozenset[int] = frozenset()) -> list[Boomerang]:
    """Every boomerang in a chain, the shortest stretch for each kindness that closes one.

    A boomerang is a stretch of at least two passing-on links and three different parties whose last receiver is
    its first giver (HOUSE). `gone` are parties that can't be told apart (tombstones, unknowns): they never make one.
    """
    by_id = {link.id: link for link in links}
    gave: dict[int, list[int]] = {}
    for link in by_id.values():
        gave.setdefault(link.giver, []).append(link.id)
    spans = _spans(by_id)
    found = []
    for last in by_id.values():
        # Walking up from every link costs the square of a long chain: only from those that follow from a receiver's own.
        at = spans[last.id].start
        home = {
            party
            for party in last.receivers
            if party not in gone and any(at in spans[first] for first in gave.get(party, ()))
        }
        if home and (stretch := _stretch(last, home, by_id, gone)):
            found.append(stretch)
    return found


def _spans(by_id: dict[int, Link]) -> dict[int, range]:
    """For each link the numbers, in one walk down the chain, of itself and of all that follows from it.

    What hangs on a loop in bad data is not walked, and may follow from everything.
    """
    after: dict[int | None, list[int]] = {}
    for link in by_id.values():
        before = link.passed_on_from if link.passed_on_from in by_id else None
        after.setdefault(before, []).append(link.id)
    order: list[int] = []
    todo = list(after.get(None, ()))
    while todo:
        order.append(at := todo.pop())
        todo.extend(after.get(at, ()))
    spans = dict.fromkeys(by_id, range(len(by_id)))
    for number, at in reversed(list(enumerate(order))):
        ends = (spans[one].stop for one in after.get(at, ()))
        spans[at] = range(number, max(ends, default=number + 1))
    return spans


def _stretch(
    last: Link, home: set[int], by_id: dict[int, Link], gone: frozenset[int]
) -> Boomerang | None:
    """The shortest stretch up from `last` to a giver in `home`, or None."""
    path = [last.id]
    seen = {last.id}
    parties = {last.giver, *last.receivers} - gone
    at = last
    while at.passed_on_from in by_id and at.passed_on_from not in seen:
        at = by_id[at.passed_on_from]
        path.append(at.id)
        seen.add(at.id)
        if len(parties) < 3:
            parties |= {at.giver, *at.receivers} - gone
        if at.giver in home and len(path) > 2 and len(parties) > 2:
            return Boomerang(tuple(reversed(path)), at.giver)
    return None


def proposes(label: str, *, by_agent: bool, boilerplate: bool | None) -> bool:
    """Whether a mark proposes a kindness: only these labels, and never a macro (HOUSE)."""
    if boilerplate:
        return False
    return label in (PROPOSING_AGENT if by_agent else PROPOSING_CUSTOMER)


def names_in(name: str) -> list[str]:
    """A person's full name and each part of it of three letters or more, the longest first."""
    parts = {name.strip(), *(part for part in name.split() if len(part) > 2)} - {""}
    return sorted(parts, key=len, reverse=True)


def without_names(words: str, name: str) -> str:
    """The words with a person's name and its parts left out (P5)."""
    wanted = [re.escape(part) for part in names_in(name)]
    if not wanted:
        return words
    return re.sub(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", "—", words, flags=re.IGNORECASE)


def folded(words: str) -> str:
    """Words as one hears them: alike whatever their capitals, stops and spaces; signs alone stay as they are."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return " ".join(re.findall(r"\w+", plain)) or "".join(plain.split())


def text_hash(words: str) -> str:
    """What a release is bound to: the exact words (P6)."""
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Leave:
    """One party's release: which words (hash) and whether the name goes with them."""

    party: int
    text_hash: str
    name_too: bool


def may_publish(words: str, must: frozenset[int], leaves: Iterable[Leave]) -> bool:
    """Whether every party in `must` has released exactly these words (P6)."""
    return must <= {leave.party for leave in leaves if leave.text_hash == text_hash(words)}


def may_name(party: int, words: str, leaves: Iterable[Leave]) -> bool:
    """Whether this party has released their name with exactly these words (P6)."""
    return any(
        leave.party == party and leave.name_too and leave.text_hash == text_hash(words)
        for leave in leaves
    )


class Sight(StrEnum):
    """How somebody may see a party of a kindness."""

    NAMED = "named"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    SOMEONE = "someone"
    GONE = "gone"


def sight(kind: str, *, in_it: bool, off_wall: bool = False, name_released: bool = False) -> Sight:
    """How a viewer sees a party of `kind` (a `Party.Kind` value) in a kindness they may see (P5, P6).

    `in_it`: the viewer is a party too. To everyone else a colleague who is off the wall is a colleague, and a
    customer or guest is a customer until they have released their name.
    """
    if kind == "gone":
        return Sight.GONE
    if kind == "unknown":
        return Sight.SOMEONE
    if in_it or name_released:
        return Sight.NAMED
    if kind == "member":
        return Sight.COLLEAGUE if off_wall else Sight.NAMED
    return Sight.CUSTOMER
