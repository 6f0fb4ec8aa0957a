"""The heads that come with Neoncard, and how they and the rules settle a mark together.

There is one for each role: `weights/agent` and `weights/customer`. `weights/combine.toml` is the policy, in data: for
a label, below `veto` a rule's mark does not stand; from `add` up the head marks by itself, with the sentence that
moves it as evidence, unless one of the labels in `unless` is marked in the message. A label that is not in it is the
rules' alone: docs/notice-model.md says why.
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
from typing import TYPE_CHECKING, Final

from ..mark import BY_HEAD, Mark
from ..ruleset import LABELS
from .labels import ROLES
from .scorer import Scorer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.uint8]
    Offsets = NDArray[np.int64]

FOLDER: Final = Path(str(files(__package__))) / "weights"
POLICY: Final = "combine.toml"
TAUGHT: Final = tuple(role for role in ROLES if role)
"""Whose words there are heads for; each in the folder of this name."""


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
    found = tomllib.loads((FOLDER / POLICY).read_text("utf-8"))
    return {
        label: Policy(
            label, each.get("veto", 0.0), each.get("add", 2.0), tuple(each.get("unless", ()))
        )
        for label, each in found.items()
    }


@cache
def policies_of(role: str) -> tuple[Policy, ...]:
    """Those of the labels of a role."""
    return tuple(each for label, each in policies().items() if LABELS[label].role == role)


class Heads:
    """The shipped heads, a scorer for each role. They belong to one thread, as scorers do.

    `labels` are the columns of what `score_some` gives.
    """

    def __init__(self, folder: Path = FOLDER, *, numba: bool | None = None) -> None:
        self.of = {role: Scorer.load(folder / role, numba=numba) for role in TAUGHT}
        self.labels = tuple(label for role in TAUGHT for label in self.of[role].labels)

    def one(self, text: str, role: str) -> dict[str, float]:
        """Each label's score of one message of a role, without numpy or numba."""
        return self.of[role].one(text, role)

    def score_some(
        self, data: Buffer, starts: Offsets, stops: Offsets, roles: NDArray[np.uint8], rows: Offsets
    ) -> NDArray[np.float32]:
        """As `Scorer.score_spans`, of some rows; the others, and labels of another role, are nan."""
        import numpy as np

        out = np.full((len(starts), len(self.labels)), np.nan, np.float32)
        begin = 0
        for role, scorer in self.of.items():
            mine = rows[roles[rows] == ROLES.index(role)]
            end = begin + len(scorer.labels)
            found = scorer.score_spans(data, starts[mine], stops[mine], roles[mine])
            out[mine, begin:end] = found
            begin = end
        return out

    def evidence(self, text: str, label: str) -> tuple[int, int]:
        """As `Scorer.evidence`."""
        return self.of[LABELS[label].role].evidence(text, label)

    def evidence_spans(
        self, data: Buffer, starts: Offsets, stops: Offsets, columns: Offsets
    ) -> Offsets:
        """As `Scorer.evidence_spans`; `columns` are places in `labels` here."""
        import numpy as np

        out = np.zeros((len(starts), 2), np.int64)
        begin = 0
        for scorer in self.of.values():
            end = begin + len(scorer.labels)
            mine = np.flatnonzero((columns >= begin) & (columns < end))
            asked = starts[mine], stops[mine], columns[mine] - begin
            out[mine] = scorer.evidence_spans(data, *asked)
            begin = end
        return out


def mine() -> Heads:
    """The shipped heads of this thread."""
    if not hasattr(_threads, "heads"):
        _threads.heads = Heads()
    heads: Heads = _threads.heads
    return heads


_threads = threading.local()


@cache
def fingerprint() -> str:
    """A hash of the shipped heads and their policy, 16 hexadecimal digits; loads neither numba nor numpy."""
    digest = sha256()
    parts = [f"{role}/{name}" for role in TAUGHT for name in ("head.json", "weights.npz")]
    for name in (*parts, POLICY):
        digest.update(name.encode() + b"\0" + (FOLDER / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def settled(heads: Heads, text: str, role: str, marks: list[Mark]) -> list[Mark]:
    """What stands of a message's marks once the heads were asked, in order of place.

    `role` is who wrote it. A mark the head adds has the rule `head.LABEL` and the sentence that
    moves the head as evidence. Takes about a millisecond; without numpy or numba.
    """
    if not text or role not in TAUGHT:
        return marks
    return settled_by(heads, text, role, marks, heads.one(text, role))


def settled_by(
    heads: Heads, text: str, role: str, marks: list[Mark], scores: Mapping[str, float]
) -> list[Mark]:
    """`settled`, with the scores the heads gave the message; a label not in them is left to its rules."""
    asked = {each.label: each for each in policies_of(role) if each.label in scores}
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
                Mark(label, start, end, scores[label], text[start:end], None, BY_HEAD + label)
            )
    return sorted(kept, key=lambda mark: (mark.start, mark.end, mark.label))
