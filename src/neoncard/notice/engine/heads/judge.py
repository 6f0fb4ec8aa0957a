"""A head judged by rows: on rows kept aside, or each row by a head that has not seen its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .calibrate import Reading, read_margins, scores
from .labels import Label
from .measure import Figures, figures, report
from .rows import Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .learn import Task, Trial

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_BATCH = 65_536


class Scores(Protocol):
    """What is judged: a `Scorer`, or one that asks MiniLM too (`meaning.Both`)."""

    labels: tuple[str, ...]
    details: tuple[Label, ...]
    rivals: bool

    @property
    def fingerprint(self) -> str:
        """The same for the same head."""

    def texts(self, texts: list[str], roles: list[str], before: list[str]) -> NDArray[Any]:
        """Calibrated scores [n, labels]."""


def scored(scorer: Scores, rows: list[Row]) -> Floats:
    """Scores float64[n, labels] of rows."""
    parts = [
        scorer.texts(
            [row.text for row in rows[at : at + _BATCH]],
            [row.role for row in rows[at : at + _BATCH]],
            [row.prev for row in rows[at : at + _BATCH]],
        )
        for at in range(0, len(rows), _BATCH)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros((0, len(scorer.labels)))


def decided(
    score: Floats, threshold: NDArray[Any], unsure: NDArray[Any], rivals: bool
) -> tuple[Bools, Bools]:
    """Yes or no and whether in the band, of scores float64[n, k]."""
    if rivals:
        said = np.zeros(score.shape, np.bool_)
        said[np.arange(len(score)), (score / threshold).argmax(axis=1)] = True
        return said, said & (score < unsure[:, 1])
    return score >= threshold, (score >= unsure[:, 0]) & (score < unsure[:, 1])


def by_head(scorer: Scores, rows: list[Row], only: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of a head on rows; with `only`, on these of its labels."""
    score = scored(scorer, rows)
    threshold = np.array([label.threshold for label in scorer.details])
    unsure = np.array([label.unsure for label in scorer.details])
    said, band = decided(score, threshold, unsure, scorer.rivals)
    truth = np.array([[label in row.labels for label in scorer.labels] for row in rows], np.bool_)
    truth = truth.reshape(len(rows), len(scorer.labels))
    chosen = [k for k, label in enumerate(scorer.labels) if not only or label in only]
    each = [figures(score[:, k], said[:, k], band[:, k], truth[:, k]) for k in chosen]
    more: dict[str, Any] = {"rows": len(rows), "head": scorer.fingerprint}
    if scorer.rivals and not only:
        known = truth.any(axis=1)
        more["accuracy"] = round(float((said & truth)[known].any(axis=1).mean()), 4)
    return report(tuple(scorer.labels[k] for k in chosen), each, **more)


def across_folds(asked: Task, tried: list[Trial]) -> dict[str, Any]:
    """The report of trials, each fold read by what the other folds taught."""
    each: dict[int, Figures] = {}
    for trial in tried:
        margin, truth = trial.margin, asked.truth
        score = np.zeros(margin.shape)
        said, band = np.zeros(margin.shape, np.bool_), np.zeros(margin.shape, np.bool_)
        for fold in np.unique(trial.folds):
            inside = trial.folds == fold
            read = read_margins(margin[~inside], truth[~inside], asked.rivals, abroad=asked.abroad)
            score[inside] = scores(margin[inside], read)
            said[inside], band[inside] = decided(score[inside], *_limits(read), asked.rivals)
        for k in trial.columns:
            about = truth[:, k] != 0
            each[k] = figures(score[about, k], said[about, k], band[about, k], truth[about, k] > 0)
    return report(asked.labels, [each[k] for k in range(len(each))], rows=len(asked.truth))


def _limits(readings: list[Reading]) -> tuple[NDArray[Any], NDArray[Any]]:
    threshold = np.array([reading.threshold for reading in readings])
    return threshold, np.array([reading.unsure for reading in readings])
