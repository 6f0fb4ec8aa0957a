"""How far each head may go beside the rules, chosen across folds of families: `weights/combine.toml`.

A label's two limits (below one a rule's mark falls, from the other the head marks by itself) are those of most
musts + price * must-nots, one price for all labels: the lowest at which the mean share of our own must-nots left alone
reaches `MUST_NOT`. Shares are of our own texts, and of each set that strangers wrote (`tools/notice_judged`), `STRANGERS` as
much: the head never learned from those. Whatever the price, a head may add to at most `NOISE` of real turns of plain business.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

MUST_NOT: Final = 0.94
NOISE: Final = 0.003
STRANGERS: Final = 0.25
"""What a stranger's set weighs where limits are chosen; our own texts weigh 1."""

PRICES: Final = tuple(1.06**n for n in range(-12, 60))
SURE: Final = {"insult": 0.85, "goes_beyond": 0.3}
"""A head marks these by itself only from such a score: to be called rude wrongly hurts most."""

BEFORE: Final = ("kind_to_agent",)
"""Rules of these look at the message before, which a head doesn't see: it may take none of their marks."""

LOST: Final = 0.01
"""Of a set's own examples that rules mark, a veto may take at most this share."""

MARGIN: Final = 0.01
"""So far above all its rules' examples of what must not be marked a head begins to mark by itself."""

KEPT: Final = 0.001
"""So far below all its rules' examples of what must be marked a mark falls."""

DOUBT: Final = 0.5
"""A rule's mark falls only where the head finds it less likely than not."""

UNLESS: Final = {
    "empathy": ("apology",),
    "insult": ("praise", "thanks", "thanks_by_name", "kind_to_agent", "recommends", "loyal"),
}
"""Beside a mark of these a head adds nothing."""

_STEPS: Final = 60
_NEVER: Final = 2.0


@dataclass(frozen=True, slots=True)
class Texts:
    """A label's texts: the head's scores, whether a rule marks them, whether the head may add, whether they have it."""

    score: Floats
    ruled: Bools
    free: Bools
    truth: Bools

    def marked(self, veto: float, add: float) -> Bools:
        """Which texts are marked with these limits."""
        found: Bools = (self.ruled & (self.score >= veto)) | (self.free & (self.score >= add))
        return found

    def shares(self, veto: float, add: float) -> tuple[float, float]:
        """The share of musts that are marked and of must-nots that are not."""
        marked = self.marked(veto, add)
        return float(marked[self.truth].mean()), float(1 - marked[~self.truth].mean())


@dataclass(frozen=True, slots=True)
class Judged:
    """What a label's limits are chosen by: our own texts, strangers' sets of them, and plain turns: the
    head's scores and whether a rule marks them. `known`: the scores of other sets' examples of it that
    a rule marks. `promised`: those of its own rules' examples that must not be marked, and that no rule marks;
    `kept`: those of its own rules' examples that must be, and that a rule marks.
    """

    own: Texts
    strangers: tuple[Texts, ...]
    plain: Floats
    plain_ruled: Bools
    known: Floats
    promised: Floats
    kept: Floats

    def noise(self, veto: float, add: float) -> float:
        """The share of plain turns that are marked."""
        marked = (self.plain_ruled & (self.plain >= veto)) | (self.plain >= add)
        return float(marked.mean())

    def added(self, add: float) -> float:
        """The share of plain turns that the head alone marks."""
        return float((~self.plain_ruled & (self.plain >= add)).mean())


@dataclass(frozen=True, slots=True)
class Limits:
    """A label's two limits, the shares of our own texts that they give, and those they were weighed by."""

    veto: float
    add: float
    must: float
    must_not: float
    weighed: tuple[float, float]


def chosen(judged: Mapping[str, Judged]) -> dict[str, Limits]:
    """Each label's limits."""
    tried = {
        label: list(_tried(each, SURE.get(label, 0.0), label in BEFORE))
        for label, each in judged.items()
    }
    for price in PRICES:
        best = {label: max(some, key=_worth(price)) for label, some in tried.items()}
        if np.mean([each.must_not for each in best.values()]) >= MUST_NOT:
            break
    return best


def _worth(price: float) -> Callable[[Limits], tuple[float, float]]:
    return lambda each: (each.weighed[0] + price * each.weighed[1], each.add)


def _tried(judged: Judged, least: float, keep: bool) -> Iterator[Limits]:
    places = np.linspace(0, 1, _STEPS + 1)
    every = (judged.own, *judged.strangers)
    least = max([least, *(round(float(each) + MARGIN, 4) for each in judged.promised)])
    score, ruled = (
        np.concatenate(some) for some in zip(*((t.score, t.ruled) for t in every), strict=True)
    )
    adds = [least, *_quantiles(score, places), _NEVER]
    vetoes = [0.0, *_quantiles(score[ruled], places)]
    most = 0.0 if keep else float(judged.kept.min(initial=1.0)) - KEPT
    if len(judged.known):
        most = min(most, float(np.quantile(judged.known, LOST)))
    vetoes = [each for each in vetoes if each <= max(most, 0.0)]
    weights = [1.0, *[STRANGERS] * len(judged.strangers)]
    for add in adds:
        if add >= least and judged.added(add) <= NOISE:
            for veto in vetoes:
                if veto < add and veto <= DOUBT:
                    shares = [texts.shares(veto, add) for texts in every]
                    must, must_not = np.average(shares, axis=0, weights=weights)
                    yield Limits(veto, add, *shares[0], (float(must), float(must_not)))


def _quantiles(score: Floats, places: Any) -> list[float]:
    return (
        sorted({round(float(each), 4) for each in np.quantile(score, places)}) if len(score) else []
    )


def table(judged: Mapping[str, Judged], limits: Mapping[str, Limits]) -> list[str]:
    """Each label's shares by rules alone and with its head, and the plain turns marked of 1,000; the means last."""
    rows = [
        (
            *each.own.shares(0, _NEVER),
            limits[label].must,
            limits[label].must_not,
            1000 * each.noise(0, _NEVER),
            1000 * each.noise(limits[label].veto, limits[label].add),
        )
        for label, each in judged.items()
    ]
    lines = [
        f"{'':16}{'rules alone':>14}{'with head':>14}{'of 1,000 plain':>16}",
        f"{'label':16}{'must':>7}{'not':>7}{'must':>7}{'not':>7}{'rules':>8}{'head':>8}",
    ]
    for name, row in zip([*judged, "mean"], [*rows, np.mean(rows, axis=0)], strict=True):
        shares = "".join(f"{cell:7.3f}" for cell in row[:4])
        lines.append(f"{name:16}{shares}{row[4]:8.1f}{row[5]:8.1f}")
    return lines


def written(limits: Mapping[str, Limits]) -> str:
    """The limits as TOML."""
    lines = [
        "# What each shipped head may do beside the rules: below veto a rule's mark falls, from add up the head marks by",
        "# itself. Written by tools/train_notice.py; docs/notice-model.md has the figures.",
    ]
    for label, each in limits.items():
        lines += ["", f"[{label}]", f"veto = {each.veto}", f"add = {each.add}"]
        if label in UNLESS:
            lines.append(f"unless = {json.dumps(UNLESS[label])}")
    return "\n".join(lines) + "\n"
