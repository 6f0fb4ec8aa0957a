"""Rounds interleaved with the peer, so that a machine that slows down slows both."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any


def interleave(ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> dict[str, Any]:
    """Run both `rounds` times, the first one taking turns; each gives a rate (more is better).

    Gives the median of the rounds' own ratios, their range, and every figure.
    """
    mine, theirs = [], []
    for n in range(rounds):
        for run, figures in [(ours, mine), (peer, theirs)][:: 1 if n % 2 == 0 else -1]:
            figures.append(run())
    ratios = sorted(a / b for a, b in zip(mine, theirs, strict=True))
    return {
        "ratio": round(median(ratios), 3),
        "range": [round(ratios[0], 3), round(ratios[-1], 3)],
        "ours": [round(figure, 2) for figure in mine],
        "peer": [round(figure, 2) for figure in theirs],
    }


def percentile(figures: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the figures lie; the highest of few."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
