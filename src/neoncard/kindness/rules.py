"""What a kindness may be, without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

PROPOSING_AGENT = frozenset({"extra_help", "goes_beyond", "personal_touch"})
PROPOSING_CUSTOMER = frozenset({"praise", "thanks_by_name", "kind_to_agent"})


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
    found = []
    for last in by_id.values():
        path = [last.id]
        parties = {last.giver, *last.receivers}
        at = last
        while at.passed_on_from in by_id and at.passed_on_from not in path:
            at = by_id[at.passed_on_from]
            path.append(at.id)
            parties |= {at.giver, *at.receivers}
            known = parties - gone
            back = at.giver in last.receivers and at.giver not in gone
            if back and len(path) > 2 and len(known) > 2:
                found.append(Boomerang(tuple(reversed(path)), at.giver))
                break
    return found


def proposes(label: str, *, by_agent: bool, boilerplate: bool | None) -> bool:
    """Whether a mark proposes a kindness: only these labels, and never a macro (HOUSE)."""
    if boilerplate:
        return False
    return label in (PROPOSING_AGENT if by_agent else PROPOSING_CUSTOMER)


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
    right = text_hash(words)
    return must <= {leave.party for leave in leaves if leave.text_hash == right}


def may_name(party: int, words: str, leaves: Iterable[Leave]) -> bool:
    """Whether this party has released their name with exactly these words (P6)."""
    right = text_hash(words)
    return any(
        leave.party == party and leave.name_too and leave.text_hash == right for leave in leaves
    )
