"""What MiniLM adds to a head: a linear classifier over a message's vector and the head's margins ("stacking", Wolpert 1992).

`neoncard notice train --minilm` writes it beside the head, as `minilm.json` and `minilm.npz`; the head itself stays as it
is and can do without. The margins it is taught with are those of heads that were not taught the row.
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
from .learn import Task, Trial, readings
from .rows import Row
from .scorer import Scorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Weights = tuple[NDArray[np.float32], NDArray[np.float32]]

Vectors = Callable[[list[str]], "minilm.Vectors"]
"""What gives texts' vectors, as `minilm.vectors` does; benches keep them."""

COST: Final = 0.1
ROUNDS: Final = 8
BEFORE: Final = 0.5
"""How much the vector of the message before counts, where it is known."""

FILES: Final = ("minilm.json", "minilm.npz")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learnt: weights float32[d + k, k] of a vector and of k margins, a bias a label, how the sum is read."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    readings: list[Reading]

    def write(self, folder: Path, head: str) -> None:
        """Write both files beside the head of this fingerprint."""
        packed = BytesIO()
        np.savez_compressed(packed, allow_pickle=False, weights=self.weights, bias=self.bias)
        about = {
            "head": head,
            "model": minilm.MODEL,
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


def _beside(places: NDArray[np.float32], margin: Floats) -> NDArray[np.float32]:
    return np.hstack([places, margin.astype(np.float32)])


def _taught(places: NDArray[np.float32], truth: NDArray[np.int8]) -> Weights:
    (n, wide), k = places.shape, truth.shape[1]
    weights, bias = np.zeros((wide, k), np.float32), np.zeros(k, np.float32)
    columns, ends = np.tile(np.arange(wide), n), np.arange(n + 1) * wide
    nothing = np.zeros((0, k), np.float32)
    descent.descend(columns, places.ravel(), ends, truth, COST, ROUNDS, nothing, weights, bias)
    return weights, bias


def learn(
    rows: list[Row], asked: Task, tried: list[Trial], *, vectors: Vectors = minilm.vectors
) -> tuple[Meaning, list[Trial]]:
    """Learn from the rows a head was taught, by the trials it was judged by; gives its own trials too.

    A label that would not be found better on rows nobody taught keeps the head's margin, and so do all of several
    rivals; they do too where they are judged in two ways, since margins of different classifiers say nothing of who is
    ahead. Raises `minilm.MissingError`.
    """
    found, k = placed(rows, asked.before, vectors), len(asked.labels)
    weights, bias = np.zeros((found.shape[1] + k, k), np.float32), np.zeros(k, np.float32)
    both = []
    for trial in tried:
        places = _beside(found, trial.raw)
        stacked = replace(trial, raw=_out_of_fold(places, asked, trial))
        better = _better(trial, stacked, asked, only=len(tried) == 1)
        (more, lean), raw = _taught(places, asked.truth), trial.raw.copy()
        raw[:, better] = stacked.raw[:, better]
        both.append(replace(trial, raw=raw))
        for column in trial.columns:
            if column in better:
                weights[:, column], bias[column] = more[:, column], lean[column]
            else:
                weights[found.shape[1] + column, column] = 1
    return Meaning(weights, bias, readings(both, asked)), both


def _better(trial: Trial, stacked: Trial, asked: Task, *, only: bool) -> list[int]:
    """The labels of a trial that are found better when stacked; of rivals all or none."""
    gain = {
        column: _best_f1(stacked, asked, column) - _best_f1(trial, asked, column)
        for column in trial.columns
    }
    if asked.rivals:
        return [*gain] if only and sum(gain.values()) > 0 else []
    return [column for column, more in gain.items() if more > 0]


def _best_f1(trial: Trial, asked: Task, column: int) -> float:
    about = asked.truth[:, column] != 0
    yes = asked.truth[about, column] > 0
    hits = np.cumsum(yes[np.argsort(-trial.margin[about, column], kind="stable")])
    return float((2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])).max())


def _out_of_fold(places: NDArray[np.float32], asked: Task, trial: Trial) -> Floats:
    found = np.zeros(asked.truth.shape)
    for fold in np.unique(trial.folds):
        inside = trial.folds == fold
        weights, bias = _taught(places[~inside], asked.truth[~inside])
        found[inside] = places[inside] @ weights + bias
    return found


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
        return cls(scorer, Meaning(weights, bias, read), vectors)

    @property
    def fingerprint(self) -> str:
        """That of the head."""
        return self.scorer.fingerprint

    def texts(self, texts: list[str], roles: list[str], before: list[str]) -> Floats:
        """Calibrated scores float64[n, labels] of messages, as `Scorer.texts`."""
        rows = [Row(text, frozenset(), prev=prev) for text, prev in zip(texts, before, strict=True)]
        places = placed(rows, self.scorer.about["before"], self.vectors)
        places = _beside(places, self.scorer.margins(texts, before))
        margin = (places @ self.made.weights + self.made.bias).astype(np.float64)
        score = scores(ahead(margin) if self.rivals else margin, self.made.readings)
        for column, label in enumerate(self.details):
            other = [bool(label.role and role and role != label.role) for role in roles]
            score[other, column] = 0.0
        return score
