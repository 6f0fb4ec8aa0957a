"""What MiniLM adds to a head: a linear classifier over vectors, its margins added to those of n-grams.

`neoncard notice train --minilm` writes it beside the head, as `minilm.json` and `minilm.npz`; the head itself stays as it
is and can do without. How much the vectors count is chosen on rows that neither part was taught.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from . import descent, minilm
from .calibrate import Reading, ahead, scores
from .labels import BadHeadError, Label
from .learn import Task, Trial, readings, truths
from .rows import Row
from .scorer import Scorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Weights = tuple[NDArray[np.float32], NDArray[np.float32]]

Vectors = Callable[[list[str]], "minilm.Vectors"]
"""What gives texts' vectors, as `minilm.vectors` does; benches keep them."""

COST: Final = 0.2
ROUNDS: Final = 8
BEFORE: Final = 0.5
"""How much the vector of the message before counts, where it is known."""

SHARES: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""What is tried for how much the margins of vectors count beside those of n-grams."""

FILES: Final = ("minilm.json", "minilm.npz")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learnt: weights float32[d, k] of vectors, a bias a label, and how the sum of margins is read."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    share: float
    readings: list[Reading]

    def write(self, folder: Path, head: str) -> None:
        """Write both files beside the head of this fingerprint."""
        packed = BytesIO()
        np.savez_compressed(packed, allow_pickle=False, weights=self.weights, bias=self.bias)
        about = {
            "head": head,
            "model": minilm.MODEL,
            "share": self.share,
            "labels": [reading.as_json() for reading in self.readings],
            "weights": sha256(packed.getvalue()).hexdigest(),
        }
        (folder / FILES[1]).write_bytes(packed.getvalue())
        text = json.dumps(about, indent=1, sort_keys=True)
        (folder / FILES[0]).write_text(text + "\n", "utf-8")


def placed(rows: list[Row], before: bool, vectors: Vectors) -> NDArray[np.float32]:
    """The vectors of rows, beside them those of the messages before if asked."""
    found = vectors([row.text for row in rows])
    if not before:
        return found
    return np.hstack([found, np.float32(BEFORE) * vectors([row.prev for row in rows])])


def _taught(places: NDArray[np.float32], truth: NDArray[np.int8]) -> Weights:
    (n, wide), k = places.shape, truth.shape[1]
    weights, bias = np.zeros((wide, k), np.float32), np.zeros(k, np.float32)
    columns, ends = np.tile(np.arange(wide), n), np.arange(n + 1) * wide
    nothing = np.zeros((0, k), np.float32)
    values = np.ascontiguousarray(places).ravel()
    descent.descend(columns, values, ends, truth, COST, ROUNDS, nothing, weights, bias)
    return weights, bias


def learn(
    rows: list[Row], asked: Task, tried: list[Trial], *, vectors: Vectors = minilm.vectors
) -> tuple[Meaning, list[Trial]]:
    """Learn from the rows a head was taught, by the trials it was judged by; gives its own trials too.

    Where vectors would not make it more often right on rows nobody taught, they count nothing; so it is with rivals
    judged by domains, where they never helped. Raises `minilm.MissingError`.
    """
    places = placed(rows, asked.before, vectors)
    own = [_out_of_fold(places, asked, trial) for trial in tried]
    shares = SHARES[:1] if asked.rivals and asked.abroad else SHARES
    tries = [_summed(tried, own, share) for share in shares]
    best = int(np.argmax([_rightness(each, asked) for each in tries]))
    share = shares[best]
    weights, bias = _taught(places, asked.truth)
    return Meaning(share * weights, share * bias, share, readings(tries[best], asked)), tries[best]


def again(
    made: Meaning, asked: Task, rows: list[Row], *, vectors: Vectors = minilm.vectors
) -> Meaning:
    """The same taught from more rows; how the margins are read stays as it was."""
    truth = truths(rows, asked.labels, asked.roles)
    weights, bias = _taught(placed(rows, asked.before, vectors), truth)
    return replace(made, weights=made.share * weights, bias=made.share * bias)


def _out_of_fold(places: NDArray[np.float32], asked: Task, trial: Trial) -> Floats:
    found = np.zeros(asked.truth.shape)
    for fold in np.unique(trial.folds):
        inside = trial.folds == fold
        weights, bias = _taught(places[~inside], asked.truth[~inside])
        found[inside] = places[inside] @ weights + bias
    return found


def _summed(tried: list[Trial], own: list[Floats], share: float) -> list[Trial]:
    return [
        replace(trial, raw=trial.raw + share * more) for trial, more in zip(tried, own, strict=True)
    ]


def _rightness(tried: list[Trial], asked: Task) -> float:
    """The mean over labels of F1 at each one's best threshold."""
    found = []
    for trial in tried:
        for column in trial.columns:
            said = asked.truth[:, column]
            order = np.argsort(-trial.margin[said != 0, column], kind="stable")
            yes = said[said != 0][order] > 0
            found.append((2 * np.cumsum(yes) / (np.arange(1, len(yes) + 1) + yes.sum())).max())
    return float(np.mean(found))


class Both:
    """A head and what MiniLM adds to it, to be judged as a `Scorer` is."""

    def __init__(self, scorer: Scorer, made: Meaning, vectors: Vectors) -> None:
        self.scorer, self.made, self.vectors = scorer, made, vectors
        self.labels, self.rivals = scorer.labels, scorer.rivals
        self.details: tuple[Label, ...] = tuple(
            replace(label, **{name: getattr(read, name) for name in read.__slots__})
            for label, read in zip(scorer.details, made.readings, strict=True)
        )

    @classmethod
    def load(cls, folder: Path, *, vectors: Vectors = minilm.vectors) -> Both:
        """The head in a folder and what lies beside it. Raises `BadHeadError`."""
        scorer = Scorer.load(folder)
        try:
            about = json.loads((folder / FILES[0]).read_text("utf-8"))
            packed = (folder / FILES[1]).read_bytes()
        except (OSError, ValueError) as error:
            raise BadHeadError(f"{folder}: {error}: teach it with --minilm") from None
        known = scorer.fingerprint, sha256(packed).hexdigest(), minilm.MODEL
        if tuple(about.get(name) for name in ("head", "weights", "model")) != known:
            raise BadHeadError(
                f"{folder}: {FILES[0]} does not belong to this head: train again with --minilm"
            )
        with np.load(BytesIO(packed), allow_pickle=False) as arrays:
            weights, bias = arrays["weights"], arrays["bias"]
        read = [Reading.of(each) for each in about["labels"]]
        return cls(scorer, Meaning(weights, bias, about["share"], read), vectors)

    @property
    def fingerprint(self) -> str:
        """That of the head."""
        return self.scorer.fingerprint

    def texts(self, texts: list[str], roles: list[str], before: list[str]) -> Floats:
        """Calibrated scores float64[n, labels] of messages, as `Scorer.texts`."""
        rows = [Row(text, frozenset(), prev=prev) for text, prev in zip(texts, before, strict=True)]
        places = placed(rows, self.scorer.about["before"], self.vectors)
        margin = self.scorer.margins(texts, before)
        margin += places @ self.made.weights + self.made.bias
        score = scores(ahead(margin) if self.rivals else margin, self.made.readings)
        for column, label in enumerate(self.details):
            other = [bool(label.role and role and role != label.role) for role in roles]
            score[other, column] = 0.0
        return score
