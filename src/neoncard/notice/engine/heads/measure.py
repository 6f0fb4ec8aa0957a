"""How right a head is: precision, recall, F1, AUC, calibration error and abstention per label."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

BINS: Final = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """One label's figures. `auc` is None where all rows, or none, have the label.

    Precision, recall and F1 are of every row's yes or no at the threshold; `abstain_rate` is
    the share of rows in the band where the head would rather say nothing, `sure_precision`
    the precision of the yes outside it.
    """

    rows: int
    support: int
    precision: float
    recall: float
    f1: float
    auc: float | None
    ece: float
    abstain_rate: float
    sure_precision: float | None


def figures(score: Floats, said: Bools, unsure: Bools, truth: Bools) -> Figures:
    """The figures of one label: scores, yes or no, whether in the band, and what is so."""
    hits, yes, support = int((said & truth).sum()), int(said.sum()), int(truth.sum())
    sure = said & ~unsure
    return Figures(
        len(score),
        support,
        hits / yes if yes else 0.0,
        hits / support if support else 0.0,
        2 * hits / (yes + support) if yes + support else 0.0,
        auc(score, truth),
        ece(score, truth),
        float(unsure.mean()) if len(score) else 0.0,
        float((sure & truth).sum() / sure.sum()) if sure.any() else None,
    )


def auc(score: Floats, truth: Bools) -> float | None:
    """The chance that a row with the label scores above one without (ties count half)."""
    with_label = int(truth.sum())
    without = len(truth) - with_label
    if not with_label or not without:
        return None
    _, place, often = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(often) - (often - 1) / 2)[place]
    over = rank[truth].sum() - with_label * (with_label + 1) / 2
    return float(over / (with_label * without))


def ece(score: Floats, truth: Bools) -> float:
    """Expected calibration error over 15 even bins (Naeini et al. 2015)."""
    if not len(score):
        return 0.0
    place = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    gap = np.bincount(place, score - truth, minlength=BINS)
    return float(np.abs(gap).sum() / len(score))


def report(labels: tuple[str, ...], each: list[Figures], **more: Any) -> dict[str, Any]:
    """Everything as JSON: the means over the labels that occur, then each label."""
    occurring = [one for one in each if one.support]
    aucs = [one.auc for one in occurring if one.auc is not None]
    return {
        **more,
        "macro_f1": _mean([one.f1 for one in occurring]),
        "macro_precision": _mean([one.precision for one in occurring]),
        "macro_recall": _mean([one.recall for one in occurring]),
        "mean_auc": _mean(aucs),
        "mean_ece": _mean([one.ece for one in each]),
        "abstain_rate": _mean([one.abstain_rate for one in each]),
        "labels": {
            name: {key: _rounded(value) for key, value in asdict(one).items()}
            for name, one in zip(labels, each, strict=True)
        },
    }


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


_COLUMNS: Final = (
    ("rows", "support"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("F1", "f1"),
    ("AUC", "auc"),
    ("ECE", "ece"),
    ("abstains", "abstain_rate"),
)
_MINILM: Final = (("F1 MiniLM", "f1"), ("AUC MiniLM", "auc"))
"""Columns of a head that asks MiniLM too."""


def table(found: dict[str, Any]) -> list[str]:
    """A report as lines of text, one a label, the mean last."""
    names, lines = ["label", *found["labels"], "mean"], _cells(found, _COLUMNS)
    if both := found.get("with_minilm"):
        lines = [a + b for a, b in zip(lines, _cells(both, _MINILM), strict=True)]
    first = max(len(name) for name in names)
    wide = [max(10, len(title) + 2) for title in lines[0]]
    return [
        name.ljust(first)
        + "".join(cell.rjust(size) for cell, size in zip(cells, wide, strict=True))
        for name, cells in zip(names, lines, strict=True)
    ]


def _cells(found: dict[str, Any], columns: tuple[tuple[str, str], ...]) -> list[list[str]]:
    mean = {
        "support": None,
        "precision": found["macro_precision"],
        "recall": found["macro_recall"],
        "f1": found["macro_f1"],
        "auc": found["mean_auc"],
        "ece": found["mean_ece"],
        "abstain_rate": found["abstain_rate"],
    }
    lines = [*found["labels"].values(), mean]
    return [
        [title for title, _ in columns],
        *([_cell(each[key]) for _, key in columns] for each in lines),
    ]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
