"""Margins to scores: isotonic calibration, thresholds and the abstain band of each label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from . import descent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS: Final = 256
RIGHT: Final = 0.8
"""Of what a head says with a yes outside its band, at least this share was right."""

CLEAR: Final = 0.95
"""And of what it says with a no."""

_ENOUGH: Final = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """How a label's margin is read; see `scorer.Label`."""

    threshold: float
    unsure: tuple[float, float]
    low: float
    high: float
    table: tuple[float, ...]

    @classmethod
    def of(cls, each: dict[str, Any]) -> Reading:
        """A reading as it stands in `head.json`."""
        return cls(
            each["threshold"],
            tuple(each["unsure"]),
            each["low"],
            each["high"],
            tuple(each["table"]),
        )

    def as_json(self) -> dict[str, Any]:
        """As it stands in `head.json`."""
        return {
            "threshold": self.threshold,
            "unsure": list(self.unsure),
            "low": self.low,
            "high": self.high,
            "table": list(self.table),
        }


def scores(margin: Floats, readings: list[Reading]) -> Floats:
    """Calibrated scores of margins float64[n, k]."""
    low = np.array([each.low for each in readings])
    table = np.array([each.table for each in readings])
    step = (table.shape[1] - 1) / (np.array([each.high for each in readings]) - low)
    top = table.shape[1] - 1
    at = np.minimum(np.maximum((margin - low) * step, 0.0), float(top))
    left = np.minimum(at.astype(np.int64), top - 1)
    here, label = table[np.arange(len(table)), left], np.arange(len(table))
    found: Floats = here + (table[label, left + 1] - here) * (at - left)
    return found


def ahead(margin: Floats) -> Floats:
    """How far each label is ahead of the best of the others."""
    order = np.sort(margin, axis=1)
    return margin - np.where(margin == order[:, -1:], order[:, -2:-1], order[:, -1:])


def read_margins(
    margin: Floats, truth: NDArray[np.int8], rivals: bool, *, abroad: bool = False
) -> list[Reading]:
    """Calibrate each label on margins a head gave rows it was not taught on.

    Where these are rows of domains it has not seen (`abroad`), a message is the rival that is ahead:
    thresholds that fit some domains do not fit the next.
    """
    readings = []
    for k in range(truth.shape[1]):
        said = truth[:, k] != 0
        readings.append(_read(margin[said, k], truth[said, k] > 0))
    if rivals:
        thresholds = scores(np.zeros((1, len(readings))), readings)[0].tolist()
        if not abroad:
            score = scores(margin, readings)
            thresholds = _balanced(score, truth.argmax(axis=1), truth.max(axis=1) > 0)
        readings = [
            Reading(threshold, (0.0, each.unsure[1]), each.low, each.high, each.table)
            for threshold, each in zip(thresholds, readings, strict=True)
        ]
    return readings


def _read(margin: Floats, yes: NDArray[np.bool_]) -> Reading:
    order = np.argsort(margin, kind="stable")
    centre, mean, size = descent.isotonic(margin[order], yes[order].astype(np.float64))
    smooth = np.maximum.accumulate((mean * size + 0.5 * yes.mean()) / (size + 0.5))
    low, high = float(margin.min()) - 0.01, float(margin.max()) + 0.01
    # beyond the outermost blocks scores go on rising, so that no two margins tie
    centre = np.concatenate([[low], centre, [high]])
    smooth = np.concatenate([[smooth[0] / 2], smooth, [(1 + smooth[-1]) / 2]])
    table = np.interp(np.linspace(low, high, STEPS + 1), centre, smooth).round(6)
    reading = Reading(0.5, (0.5, 0.5), low, high, tuple(table.tolist()))
    score = scores(margin[:, None], [reading])[:, 0]
    threshold, unsure = edges(score, yes)
    return Reading(threshold, unsure, low, high, reading.table)


def edges(score: Floats, yes: NDArray[np.bool_]) -> tuple[float, tuple[float, float]]:
    """The threshold of highest F1, half way to the next lower score, and the band around it."""
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], np.cumsum(yes[order])
    asked = np.arange(1, len(ranked) + 1)
    last = np.append(ranked[1:] < ranked[:-1], True)
    f1 = np.where(last, 2 * hits / (asked + hits[-1]), 0)
    best = int(f1.argmax())
    threshold = float(ranked[best : best + 2].mean())
    right = last & (hits >= RIGHT * asked) & (asked >= _ENOUGH)
    high = float(ranked[np.flatnonzero(right)[-1]]) if right.any() else 1.0
    below, missed = len(ranked) - asked, hits[-1] - hits
    clear = last & (missed <= (1 - CLEAR) * below)
    low = float(ranked[np.flatnonzero(clear)[0]]) if clear.any() else 0.0
    return threshold, (min(low, threshold), max(high, threshold))


def _balanced(score: Floats, truth: NDArray[np.int64], known: NDArray[np.bool_]) -> list[float]:
    """Thresholds of rival labels: a message is the label whose score is most times its own.

    Coordinate ascent on macro-F1 of out-of-fold scores, from equal thresholds.
    """
    k = score.shape[1]
    threshold = np.full(k, 0.5)
    counts = np.bincount(truth[known], minlength=k)
    best = _macro((score / threshold).argmax(axis=1), truth, known, k)
    for _ in range(2):
        for label in np.argsort(-counts, kind="stable"):
            if counts[label] < 2 * _ENOUGH:
                continue
            for factor in (0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.4, 1.7, 2.0):
                tried = threshold.copy()
                tried[label] = min(max(threshold[label] * factor, 0.02), 5.0)
                found = _macro((score / tried).argmax(axis=1), truth, known, k)
                if found > best + 1e-4:
                    best, threshold = found, tried
    return [float(each) for each in threshold]


def _macro(
    said: NDArray[np.int64], truth: NDArray[np.int64], known: NDArray[np.bool_], k: int
) -> float:
    hit = np.bincount(said[known & (said == truth)], minlength=k)
    both = np.bincount(said, minlength=k) + np.bincount(truth[known], minlength=k)
    return float((2 * hit / np.maximum(both, 1)).mean())
