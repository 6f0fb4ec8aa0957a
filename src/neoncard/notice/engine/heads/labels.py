"""A head's labels and how each is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1
ROLES: Final = ("agent", "customer", "")
"""What the numbers in `roles` mean; "" is unknown, and every label may be found then."""


class BadHeadError(Exception):
    """A folder that holds no head we can read. `str()` names the file and the mend."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a head and how its score is read.

    `role` is who says it ("" for anyone). A score of `threshold` or more means the label;
    between `unsure[0]` and `unsure[1]` the head abstains. `low`, `high` and `table` turn the
    head's margin into a score: even steps between the two, straight lines between steps.
    """

    name: str
    role: str
    threshold: float
    unsure: tuple[float, float]
    scale: float
    bias: float
    low: float
    high: float
    table: tuple[float, ...]

    @property
    def step(self) -> float:
        """Steps of the table for one of margin."""
        return (len(self.table) - 1) / (self.high - self.low)

    def read(self, margin: float) -> float:
        """The calibrated score of a margin."""
        top = len(self.table) - 1
        at = min(max((margin - self.low) * self.step, 0.0), float(top))
        left = min(int(at), top - 1)
        here = self.table[left]
        return here + (self.table[left + 1] - here) * (at - left)


def open_folder(path: Path) -> tuple[dict[str, Any], bytes]:
    """What `head.json` says and the bytes of `weights.npz`. Raises `BadHeadError`."""
    try:
        about = json.loads((path / "head.json").read_text("utf-8"))
        packed = (path / "weights.npz").read_bytes()
    except (OSError, ValueError) as error:
        raise BadHeadError(
            f"{path}: no head is here ({error}): teach one with `neoncard notice train`"
        ) from None
    fits = isinstance(about, dict) and about.get("format") == FORMAT
    if not fits or about.get("weights") != sha256(packed).hexdigest():
        raise BadHeadError(f"{path}: head.json and weights.npz do not belong together: train again")
    return about, packed


def labels(about: dict[str, Any]) -> tuple[Label, ...]:
    """The labels of a head, from its `head.json`."""
    return tuple(
        Label(**{**each, "unsure": tuple(each["unsure"]), "table": tuple(each["table"])})
        for each in about["labels"]
    )


def fingerprint(about: dict[str, Any]) -> str:
    """The same for the same head, whatever machine it lies on: 16 hexadecimal digits."""
    return sha256(json.dumps(about, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:16]
