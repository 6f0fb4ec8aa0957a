"""Teaching a head: rows in, `head.json` and `weights.npz` out. The same rows give the same bytes.

Each label is a linear classifier over hashed n-grams, the sum of two: one over n-grams weighted
by rarity, one over the same scaled by naive Bayes log-count ratios ("NBSVM", Wang and Manning
2012). docs/decisions/heads.md says what was measured.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import numpy as np

from . import descent, kernel
from .calibrate import Reading, ahead, read_margins
from .grams import KINDS
from .labels import FORMAT
from .rows import Row
from .scorer import joined_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int8]
    Floats = NDArray[np.float64]

FOLDS: Final = 5
FEWEST: Final = 10
"""A label with fewer rows than this is not taught."""

BITS: Final = 20
ROUNDS: Final = 6
COST: Final = 0.1
"""What an error costs against the size of the weights, from `MANY` rows up; fewer rows speak louder."""

MANY: Final = 45_000
SCALED: Final = 0.2
"""The part of that cost for the classifier scaled by naive Bayes ratios."""

KIND_WEIGHT: Final = (2.0, 1.0, 0.5, 1.4)
"""How much an n-gram of words, of letters, of the message before and of classes counts."""

_BLOCK: Final = 8192
_FINE: Final = 256


@dataclass(frozen=True, slots=True)
class Counted:
    """The n-grams of rows: of row `i`, `buckets[ends[i]:ends[i + 1]]` and how often each occurs."""

    buckets: NDArray[np.uint32]
    counts: NDArray[np.float32]
    ends: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> Counted:
        """The n-grams of some of the rows."""
        sizes = np.diff(self.ends)
        kept = np.repeat(chosen, sizes)
        ends = np.concatenate([[0], np.cumsum(sizes[chosen])])
        return Counted(self.buckets[kept], self.counts[kept], ends)

    def only(self, known: NDArray[np.bool_]) -> Counted:
        """All rows, with some n-grams alone: `known` bool by bucket."""
        kept = known[self.buckets]
        before = np.concatenate([[0], np.cumsum(kept)])
        return Counted(self.buckets[kept], self.counts[kept], before[self.ends])


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: `column` int32 gives a bucket's row in the others, or -1."""

    column: NDArray[np.int32]
    gain: NDArray[np.float64]
    each: NDArray[np.float32]
    bias: NDArray[np.float32]


def counted(
    rows: list[Row], bits: int, *, before: bool, classes: Mapping[int, int] = {}
) -> Counted:
    """The n-grams of rows, with those of the messages before them if asked."""
    known = class_arrays(classes)
    parts = []
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        found, ends = kernel.gather(*joined_up([row.text for row in block]), bits, False, *known)
        if before:
            earlier = joined_up([row.prev for row in block])
            found, ends = _side_by_side(found, ends, *kernel.gather(*earlier, bits, True, *known))
        parts.append(descent.count_rows(found, ends))
    sizes = np.concatenate([np.diff(part[2]) for part in parts])
    return Counted(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([[0], np.cumsum(sizes)]),
    )


def class_arrays(classes: Mapping[int, int]) -> tuple[NDArray[np.uint32], NDArray[np.int16]]:
    """The words of classes, by hash and in order, and their classes, as the kernel takes them."""
    words = sorted(classes)
    return np.array(words, np.uint32), np.array([classes[word] for word in words], np.int16)


def _side_by_side(a: Any, a_ends: Any, b: Any, b_ends: Any) -> tuple[Any, Any]:
    row = np.concatenate([np.repeat(np.arange(len(e) - 1), np.diff(e)) for e in (a_ends, b_ends)])
    return np.concatenate([a, b])[np.argsort(row, kind="stable")], a_ends + b_ends


def taught(grams: Counted, truth: Ints, bits: int, cost: float = COST) -> Weights:
    """Learn from rows: `truth` int8[n, k] is 1, -1, or 0 where a row says nothing of a label."""
    n, k = truth.shape
    often = np.bincount(grams.buckets, minlength=KINDS << bits)
    known = often >= 2
    column = np.where(known, np.cumsum(known) - 1, -1).astype(np.int32)
    kind = np.repeat(KIND_WEIGHT, 1 << bits)[known]
    gain = kind * np.sqrt(np.log((1 + n) / (1 + often[known])) + 1)
    columns, values, ends = _features(grams, column, gain)
    each = np.zeros((len(gain), k), np.float32)
    bias = np.zeros(k, np.float32)
    nothing = np.zeros((0, k), np.float32)
    cost *= min(max(MANY / n, 1.0), 25.0) ** 0.5
    descent.descend(columns, values, ends, truth, cost, ROUNDS, nothing, each, bias)
    ratio = descent.ratios(columns, ends, truth, len(gain))
    scaled, lean = np.zeros_like(each), np.zeros_like(bias)
    descent.descend(columns, values, ends, truth, SCALED * cost, ROUNDS, ratio, scaled, lean)
    return Weights(column, gain, each + scaled * ratio, bias + lean)


def slim(grams: Counted, truth: Ints, bits: int, cost: float, most: int) -> Weights:
    """Learn with only so many n-grams, those of the greatest weights where all are known; with `most` 0, all.

    They are taught once more without the others: weights only cut leave what the others said unsaid.
    """
    weights = taught(grams, truth, bits, cost)
    each = np.abs(weights.each * weights.gain[:, None]).max(axis=1)
    if not 0 < most < len(each):
        return weights
    kept = np.zeros(KINDS << bits, np.bool_)
    kept[np.flatnonzero(weights.column >= 0)[each >= np.partition(each, -most)[-most]]] = True
    return taught(grams.only(kept), truth, bits, cost)


def _features(grams: Counted, column: Any, gain: Any) -> tuple[Any, Any, Any]:
    """Known n-grams as columns, values of unit length per row, and where rows end."""
    at = column[grams.buckets]
    kept = at >= 0
    row = np.repeat(np.arange(len(grams.ends) - 1), np.diff(grams.ends))[kept]
    at, counts = at[kept], grams.counts[kept]
    size = np.bincount(row, counts * gain[at] ** 2, minlength=len(grams.ends) - 1)
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(grams.ends) - 1))])
    values = counts * gain[at] / np.sqrt(np.maximum(size, 1e-9))[row]
    return at, values.astype(np.float32), ends


def margins(grams: Counted, weights: Weights) -> Floats:
    """How far rows lie on each label's side, float64[n, k]."""
    found: Floats = descent.times(
        *_features(grams, weights.column, weights.gain), weights.each, weights.bias
    )
    return found


@dataclass(frozen=True, slots=True)
class Task:
    """Rows made ready: which labels, what each row says of them, which fold it is in."""

    labels: tuple[str, ...]
    roles: tuple[str, ...]
    truth: Ints
    folds: NDArray[np.int64]
    domains: NDArray[np.int64] | None
    rivals: bool
    before: bool
    few: tuple[str, ...]

    @property
    def abroad(self) -> bool:
        """Whether heads are judged by domains they have not seen."""
        return self.domains is not None


def task(rows: list[Row], only: tuple[str, ...] = ()) -> Task:
    """What is to be learnt from rows. Raises `ValueError` with the mend if nothing can be."""
    seen = Counter(label for row in rows for label in row.labels)
    wanted = sorted(label for label in seen if not only or label in only)
    names = tuple(label for label in wanted if seen[label] >= FEWEST)
    rivals = all(row.single for row in rows) and len(names) > 1 and not only
    if not names or (rows and all(set(names) <= row.labels for row in rows)):
        raise ValueError(
            f"nothing to learn: at least {FEWEST} rows must have a label and others lack it"
        )
    roles = tuple(_role(rows, label) for label in names)
    return Task(
        names,
        roles,
        truths(rows, names, roles),
        folds(rows),
        domain_folds(rows),
        rivals,
        any(row.prev for row in rows),
        tuple(label for label in wanted if seen[label] < FEWEST),
    )


def truths(rows: list[Row], names: tuple[str, ...], roles: tuple[str, ...]) -> Ints:
    """What each row says of each label: 1 yes, -1 no, 0 nothing."""
    truth = np.empty((len(rows), len(names)), np.int8)
    for number, row in enumerate(rows):
        for k, label in enumerate(names):
            other = roles[k] and row.role and row.role != roles[k]
            silent = other or (row.about and label not in row.about)
            truth[number, k] = 0 if silent else 1 if label in row.labels else -1
    return truth


def _role(rows: list[Row], label: str) -> str:
    """The role all rows with a label share, or ""."""
    said = {row.role for row in rows if label in row.labels}
    return said.pop() if len(said) == 1 else ""


def folds(rows: list[Row]) -> NDArray[np.int64]:
    """Each row's fold, 0 up to `FOLDS`. Rows of one group, else one text, never part."""
    keys = [row.group or row.domain or row.text.strip().lower() for row in rows]
    return np.array([crc32(key.encode("utf-8", "surrogatepass")) % FOLDS for key in keys])


def domain_folds(rows: list[Row]) -> NDArray[np.int64] | None:
    """Folds of whole domains, so that a head is judged by a domain it has not seen.

    None unless every row names its domain and there are two to ten of them.
    """
    domains = sorted({row.domain for row in rows})
    if "" in domains or not 2 <= len(domains) <= 2 * FOLDS:
        return None
    place = {domain: number % FOLDS for number, domain in enumerate(domains)}
    return np.array([place[row.domain] for row in rows])


@dataclass(frozen=True, slots=True)
class Trial:
    """Every row's margins by a head not taught its fold, for the labels `columns`.

    `raw` are the margins themselves, `margin` what is read: how far a label is ahead where labels are `rivals`.
    """

    folds: NDArray[np.int64]
    raw: Floats
    columns: tuple[int, ...]
    rivals: bool

    @property
    def margin(self) -> Floats:
        """What is read of the margins, float64[n, k]."""
        return ahead(self.raw) if self.rivals else self.raw


def trials(
    grams: Counted, asked: Task, bits: int, cost: float = COST, most: int = 0
) -> list[Trial]:
    """The labels found in several domains across domains, the others across groups."""
    k = len(asked.labels)
    if asked.domains is None:
        raw = out_of_fold(grams, asked, asked.folds, bits, cost, most)
        return [Trial(asked.folds, raw, tuple(range(k)), asked.rivals)]
    wide = tuple(c for c in range(k) if len(set(asked.domains[asked.truth[:, c] > 0])) > 1)
    narrow = tuple(c for c in range(k) if c not in wide)
    return [
        Trial(way, out_of_fold(grams, asked, way, bits, cost, most), columns, asked.rivals)
        for way, columns in ((asked.domains, wide), (asked.folds, narrow))
        if columns
    ]


def out_of_fold(
    grams: Counted,
    asked: Task,
    way: NDArray[np.int64],
    bits: int,
    cost: float = COST,
    most: int = 0,
) -> Floats:
    """Margins of every row by a head that was not taught its fold, float64[n, k]."""
    found = np.zeros(asked.truth.shape)
    for fold in np.unique(way):
        inside = way == fold
        weights = slim(grams.of(~inside), asked.truth[~inside], bits, cost, most)
        found[inside] = margins(grams.of(inside), weights)
    return found


def readings(tried: list[Trial], asked: Task) -> list[Reading]:
    """How each label's margin is read, by the trial that fits it."""
    found: dict[int, Reading] = {}
    for trial in tried:
        each = read_margins(trial.margin, asked.truth, asked.rivals, abroad=asked.abroad)
        found |= {column: each[column] for column in trial.columns}
    return [found[column] for column in range(len(asked.labels))]


@dataclass(frozen=True, slots=True)
class Head:
    """A taught head, ready to be written."""

    about: dict[str, Any]
    arrays: dict[str, NDArray[Any]]

    def write(self, folder: Path) -> None:
        """Write `head.json` and `weights.npz`; the folder is made if there is none."""
        packed = BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **self.arrays)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "weights.npz").write_bytes(packed.getvalue())
        about = {**self.about, "weights": sha256(packed.getvalue()).hexdigest()}
        text = json.dumps(about, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / "head.json").write_text(text + "\n", "utf-8")


def head(
    asked: Task,
    weights: Weights,
    read: list[Reading],
    bits: int,
    data: Any,
    classes: Mapping[int, int] = {},
) -> Head:
    """Put a head together: weights as 16-bit whole numbers, one scale a label."""
    folded = weights.each * weights.gain[:, None].astype(np.float32)
    top = np.maximum(np.abs(folded).max(axis=0), 1e-9)
    whole = np.round(folded / top * 32767).astype(np.int16)
    kept = (whole != 0).any(axis=1)
    buckets = np.flatnonzero(weights.column >= 0).astype(np.uint32)
    labels = [
        {
            "name": asked.labels[k],
            "role": asked.roles[k],
            "scale": float(top[k]) / 32767 * _FINE**0.5,
            "bias": float(weights.bias[k]),
            **read[k].as_json(),
        }
        for k in range(len(asked.labels))
    ]
    about = {
        "format": FORMAT,
        "bits": bits,
        "rivals": asked.rivals,
        "before": asked.before,
        "labels": labels,
        "data": data,
    }
    gains = np.round(weights.gain**2 * _FINE).astype(np.int16)
    arrays = {"buckets": buckets[kept], "gains": gains[kept], "weights": whole[kept]}
    if classes:
        arrays["class_words"], arrays["class_of"] = class_arrays(classes)
    return Head(about, arrays)


def learn(
    rows: list[Row],
    *,
    only: tuple[str, ...] = (),
    bits: int = BITS,
    data: Any = None,
    cost: float = COST,
    classes: Mapping[int, int] = {},
    most: int = 0,
) -> tuple[Head, Task, list[Trial]]:
    """Teach a head from rows; also gives the task and the trials it was judged by.

    Calibration, thresholds and the abstain band come from the trials. `cost`: see `COST`;
    `classes`: of words, by hash, see `grams.py`; `most`: see `slim`.
    """
    asked = task(rows, only)
    grams = counted(rows, bits, before=asked.before, classes=classes)
    tried = trials(grams, asked, bits, cost, most)
    weights = slim(grams, asked.truth, bits, cost, most)
    return head(asked, weights, readings(tried, asked), bits, data, classes), asked, tried


def again(made: Head, asked: Task, rows: list[Row], *, data: Any) -> Head:
    """The same head taught from more rows; how its margins are read stays as it was."""
    bits = made.about["bits"]
    truth = truths(rows, asked.labels, asked.roles)
    weights = taught(counted(rows, bits, before=asked.before), truth, bits)
    read = [Reading.of(each) for each in made.about["labels"]]
    return head(asked, weights, read, bits, data)
