"""The heads that come with Neoncard, and how they and the rules settle a mark together.

`combine.toml` is the policy, in data: for a label, below `veto` a rule's mark does not stand;
from `add` up the head marks by itself, with the sentence that moves it as evidence, unless one
of the labels in `unless` is marked in the message. A label that is not in it is the rules' alone:
docs/notice-model.md says why.
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from ..mark import Mark
from ..ruleset import LABELS
from .labels import ROLES
from .scorer import Scorer

FOLDER: Final = Path(str(files(__package__))) / "weights"
_POLICY: Final = FOLDER / "combine.toml"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a label's head may do beside its rules; see this module."""

    label: str
    veto: float = 0.0
    add: float = 2.0
    unless: tuple[str, ...] = ()


@cache
def policies() -> dict[str, Policy]:
    """The policy of every label that has a head."""
    found = tomllib.loads(_POLICY.read_text("utf-8"))
    return {
        label: Policy(
            label, each.get("veto", 0.0), each.get("add", 2.0), tuple(each.get("unless", ()))
        )
        for label, each in found.items()
    }


@cache
def roles() -> frozenset[str]:
    """Whose words any head is asked about."""
    return frozenset(LABELS[label].role for label in policies())


def scorer(folder: Path = FOLDER) -> Scorer:
    """The shipped heads. A new one each time: a scorer belongs to one thread."""
    return Scorer.load(folder)


def mine() -> Scorer:
    """The shipped heads of this thread."""
    if not hasattr(_threads, "heads"):
        _threads.heads = scorer()
    heads: Scorer = _threads.heads
    return heads


_threads = threading.local()


@cache
def fingerprint() -> str:
    """A hash of the shipped heads and their policy, 16 hexadecimal digits; loads neither numba nor numpy."""
    digest = sha256()
    for name in ("head.json", "weights.npz", "combine.toml"):
        digest.update(name.encode() + b"\0" + (FOLDER / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def settled(heads: Scorer, text: str, role: str, marks: list[Mark]) -> list[Mark]:
    """What stands of a message's marks once the heads were asked, in order of place.

    `role` is who wrote it. A mark the head adds has the rule `head.LABEL` and the sentence that
    moves the head as evidence. Takes about a millisecond; without numpy or numba.
    """
    if not text or role not in ROLES:
        return marks
    return settled_by(heads, text, marks, heads.one(text, role))


def settled_by(
    heads: Scorer, text: str, marks: list[Mark], scores: Mapping[str, float]
) -> list[Mark]:
    """`settled`, with the scores the heads gave the message."""
    asked = policies()
    kept = [
        mark
        for mark in marks
        if mark.label not in asked or scores[mark.label] >= asked[mark.label].veto
    ]
    found = {mark.label for mark in kept}
    for label, policy in asked.items():
        if scores[label] >= policy.add and label not in found and found.isdisjoint(policy.unless):
            start, end = heads.evidence(text, label)
            kept.append(
                Mark(label, start, end, scores[label], text[start:end], None, f"head.{label}")
            )
    return sorted(kept, key=lambda mark: (mark.start, mark.end, mark.label))
