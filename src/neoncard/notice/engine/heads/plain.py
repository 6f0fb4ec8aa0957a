"""The scorer's numbers without numpy and numba, for a message or two: a page may ask for them."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Sequence
from io import BytesIO
from math import inf, sqrt
from struct import pack, unpack
from typing import Any, Final

from .grams import around, grams, within
from .labels import ROLES, Label

_KEPT: Final = 50_000


def arrays(packed: bytes) -> dict[str, array[Any]]:
    """The arrays of an npz file of ours, flat."""
    kinds = {"<u4": "I", "<i2": "h"}
    found = {}
    with zipfile.ZipFile(BytesIO(packed)) as files:
        for name in files.namelist():
            raw = files.read(name)
            size = int.from_bytes(raw[8:10], "little")
            kind = next(kinds[each] for each in kinds if each.encode() in raw[10 : 10 + size])
            found[name.removesuffix(".npy")] = array(kind, raw[10 + size :])
    return found


class Plain:
    """Scores one message at a time: the same numbers as the kernel's, some thirty times slower."""

    def __init__(self, about: dict[str, Any], packed: bytes, details: Sequence[Label]) -> None:
        self._bits = int(about["bits"])
        self._rivals = bool(about["rivals"])
        self._details = details
        self._words: dict[tuple[bytes, bool], tuple[int, ...]] = {}
        found = arrays(packed)
        buckets, self._gains, self._weights = (
            found[name] for name in ("buckets", "gains", "weights")
        )
        self._at = {bucket: at for at, bucket in enumerate(buckets)}
        words, numbers = found.get("class_words", ()), found.get("class_of", ())
        self._classes = dict(zip(words, numbers, strict=True))

    def sums(self, text: bytes, before: bytes | None = None) -> list[int]:
        """Each label's sum of weights, and the message's size last."""
        found, buckets = around(text, self._bits, classes=self._classes)
        if before is not None:
            buckets += grams(before, self._bits, before=True)
        total = list(self._added(buckets))
        for token in found:
            kept = self._words.get(token)
            if kept is None:
                if len(self._words) >= _KEPT:
                    self._words.clear()
                kept = self._words[token] = self._added(within(*token, self._bits))
            for place, part in enumerate(kept):
                total[place] += part
        return total

    def _added(self, buckets: list[int]) -> tuple[int, ...]:
        k = len(self._details)
        known = [at for at in map(self._at.get, buckets) if at is not None]
        weights = [self._weights[at * k : at * k + k] for at in known]
        sums = map(sum, zip(*weights, strict=True)) if known else (0,) * k
        return (*sums, sum(self._gains[at] for at in known))

    def margins(self, sums: list[int]) -> list[float]:
        """How far the message lies on each label's side."""
        size = sqrt(max(sums[-1], 1))
        return [
            total * label.scale / size + label.bias
            for total, label in zip(sums, self._details, strict=False)
        ]

    def score(self, text: bytes, role: int, before: bytes | None = None) -> list[float]:
        """Calibrated scores, each a number that a float32 holds."""
        margins = self.margins(self.sums(text, before))
        best = max(margins)
        second = max(
            [m for place, m in enumerate(margins) if place != margins.index(best)] or [-inf]
        )
        out = []
        for m, label in zip(margins, self._details, strict=True):
            if self._rivals:
                m -= second if m == best else best
            mine = label.role and ROLES[role] and label.role != ROLES[role]
            out.append(0.0 if mine else single(label.read(m)))
        return out


def single(value: float) -> float:
    """The nearest number of single precision."""
    near: float = unpack("f", pack("f", value))[0]
    return near
