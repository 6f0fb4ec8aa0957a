"""Calibrated scores of messages by a taught head, and the sentence that moves it."""

from __future__ import annotations

import re
from functools import cached_property
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .grams import KINDS
from .labels import ROLES, fingerprint, labels, open_folder
from .plain import Plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.uint8]
    Offsets = NDArray[np.int64]

_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n+")


class Scorer:
    """Scores messages. Holds a cache of words, so each thread needs a scorer of its own.

    `labels` are the columns of what `score` gives, `details` how each is read. With
    `rivals`, a message has exactly one of the labels. With `numba=False` all is done by
    `plain.py`, which gives the same numbers.
    """

    def __init__(self, about: dict[str, Any], packed: bytes, *, numba: bool | None = None) -> None:
        self.about = about
        self.details = labels(about)
        self.labels = tuple(label.name for label in self.details)
        self.rivals = bool(about["rivals"])
        self._packed = packed
        self._numba = find_spec("numba") is not None if numba is None else numba
        self._arrays: tuple[Any, ...] | None = None

    @classmethod
    def load(cls, folder: Path | str, *, numba: bool | None = None) -> Scorer:
        """The head in a folder: `head.json` and `weights.npz`. Raises `BadHeadError`."""
        return cls(*open_folder(Path(folder)), numba=numba)

    @cached_property
    def plain(self) -> Plain:
        """What scores a message or two."""
        return Plain(self.about, self._packed, self.details)

    @property
    def fingerprint(self) -> str:
        """The same for the same head, whatever machine it lies on: 16 hexadecimal digits."""
        return fingerprint(self.about)

    def score(
        self,
        joined: Buffer,
        offsets: Offsets,
        roles: NDArray[np.uint8],
        before: tuple[Buffer, Offsets] | None = None,
    ) -> NDArray[np.float32]:
        """Calibrated scores, 0 to 1, float32[n, labels].

        Message `i` is the UTF-8 bytes `joined[offsets[i]:offsets[i + 1]]`, `offsets` int64[n + 1];
        `roles` uint8[n] are places in `ROLES`. `before`, the messages before these, in the same
        form, counts only for a head taught with them. A label of another role scores 0. Any
        bytes may be given; how messages are batched changes nothing.
        """
        earlier = (before[0], before[1][:-1], before[1][1:]) if before else None
        return self.score_spans(joined, offsets[:-1], offsets[1:], roles, earlier)

    def score_spans(
        self,
        data: Buffer,
        starts: Offsets,
        stops: Offsets,
        roles: NDArray[np.uint8],
        before: tuple[Buffer, Offsets, Offsets] | None = None,
    ) -> NDArray[np.float32]:
        """`score`, where message `i` is `data[starts[i]:stops[i]]`, in any order in the buffer."""
        import numpy as np

        out = np.zeros((len(starts), len(self.labels)), np.float32)
        earlier = before if self.about["before"] else None
        if self._numba:
            self._fill(data, starts, stops, roles, earlier, out)
            return out
        for row in range(len(starts)):
            prev = earlier[0][earlier[1][row] : earlier[2][row]].tobytes() if earlier else None
            text = data[starts[row] : stops[row]].tobytes()
            out[row] = self.plain.score(text, roles[row], prev)
        return out

    def _fill(self, data: Any, starts: Any, stops: Any, roles: Any, before: Any, out: Any) -> None:
        from .kernel import finish

        sums = self._summed(data, starts, stops, before)
        finish(sums, *self._prepared_once()[1], roles, out)

    def _summed(self, data: Any, starts: Any, stops: Any, before: Any = None) -> Any:
        """Each message's sums of weights and, after them, its size: int32[n, labels + 1 and more]."""
        import numpy as np

        from .kernel import add_up, aligned

        tables = self._prepared_once()[0]
        sums = aligned(len(starts), tables[2].shape[1], np.int32)
        spans = np.ascontiguousarray(starts), np.ascontiguousarray(stops)
        add_up(data, *spans, self.about["bits"], False, *tables, sums)
        if before is not None:
            add_up(*before, self.about["bits"], True, *tables, sums)
        return sums

    def _prepared_once(self) -> tuple[Any, ...]:
        if self._arrays is None:
            self._arrays = self._prepared()
        return self._arrays

    def _prepared(self) -> tuple[Any, ...]:
        """The tables of `kernel.add_up` and those of `kernel.finish`."""
        import numpy as np

        from .kernel import KEPT, KEYS, aligned
        from .lanes import LANES

        with np.load(BytesIO(self._packed), allow_pickle=False) as arrays:
            order = np.argsort(arrays["buckets"])
            buckets = arrays["buckets"][order]
            parts = arrays["weights"], arrays["gains"][:, None]
            used = len(self.labels) + 1
            rows = aligned(len(order), used + KEYS + LANES - 1 & -LANES, np.int16)
            rows[:, :used] = np.hstack(parts)[order]
            nothing = np.zeros(0, np.uint32)
            class_words = arrays.get("class_words", nothing)
            class_of = arrays["class_of"] if "class_of" in arrays else nothing.astype(np.int16)
        present = np.zeros((KINDS << self.about["bits"]) // 64, np.uint64)
        np.bitwise_or.at(present, buckets >> 6, np.uint64(1) << (buckets & 63).astype(np.uint64))
        ranks = np.searchsorted(buckets, np.arange(len(present)) * 64).astype(np.int32)
        kept = aligned(KEPT, rows.shape[1], np.int32)
        allowed = np.array(
            [
                [not (role and own.role) or own.role == role for own in self.details]
                for role in ROLES
            ]
        )
        scale, bias, low, step, table = (
            np.array([getattr(label, name) for label in self.details])
            for name in ("scale", "bias", "low", "step", "table")
        )
        reading = scale, bias, self.rivals, low, step, table, allowed
        tables = present, ranks, rows, class_words, class_of, kept
        return tables, reading

    def texts(
        self, texts: list[str], roles: list[str] | None = None, before: list[str] | None = None
    ) -> NDArray[np.float32]:
        """`score` of texts; a role not in `ROLES` counts as unknown."""
        import numpy as np

        known = {role: number for number, role in enumerate(ROLES)}
        asked = [known.get(role, 2) for role in roles] if roles else [2] * len(texts)
        earlier = joined_up(before) if before is not None else None
        return self.score(*joined_up(texts), np.array(asked, np.uint8), earlier)

    def margins(self, texts: list[str], before: list[str]) -> NDArray[np.float64]:
        """How far messages lie on each label's side, float64[n, labels], before anything is calibrated."""
        import numpy as np

        joined, offsets = joined_up(texts)
        earlier, ends = joined_up(before)
        prev = (earlier, ends[:-1], ends[1:]) if self.about["before"] else None
        sums = self._summed(joined, offsets[:-1], offsets[1:], prev)
        scale, bias = self._prepared_once()[1][:2]
        size = np.sqrt(np.maximum(sums[:, len(self.labels)], 1))
        found: NDArray[np.float64] = sums[:, : len(self.labels)] * scale / size[:, None] + bias
        return found

    def one(self, text: str, role: str = "", before: str | None = None) -> dict[str, float]:
        """Each label's score of one message, without numpy or numba."""
        prev = encoded(before) if before is not None and self.about["before"] else None
        found = self.plain.score(encoded(text), ROLES.index(role), prev)
        return dict(zip(self.labels, found, strict=True))

    def evidence(self, text: str, label: str) -> tuple[int, int]:
        """Start and end, in characters, of the sentence that by itself moves the label most.

        A text without words is its own evidence.
        """
        spans = sentences(text)
        if len(spans) < 2:
            return spans[0] if spans else (0, len(text))
        column = self.labels.index(label)

        def moved(span: tuple[int, int]) -> float:
            return self.plain.margins(self.plain.sums(encoded(text[slice(*span)])))[column]

        return max(spans, key=moved)

    def evidences(self, texts: list[str], labels: list[str]) -> list[tuple[int, int]]:
        """`evidence` of each text for its label, many at once."""
        import numpy as np

        joined, offsets = joined_up(texts)
        columns = np.array([self.labels.index(label) for label in labels], np.int64)
        found = self.evidence_spans(joined, offsets[:-1], offsets[1:], columns)
        return [(start, end) for start, end in found.tolist()]

    def evidence_spans(
        self, data: Buffer, starts: Offsets, stops: Offsets, columns: Offsets
    ) -> Offsets:
        """`evidence` of each message `data[starts[i]:stops[i]]` for label `columns[i]`: int64[n, 2]."""
        import numpy as np

        if not self._numba:
            found = [
                self.evidence(decoded(data[start:stop].tobytes()), self.labels[column])
                for start, stop, column in zip(starts, stops, columns.tolist(), strict=True)
            ]
            return np.array(found, np.int64).reshape(-1, 2)
        from ..folding import tables
        from .sentences import best, split

        count = len(starts)
        spans = np.zeros((int((stops - starts).sum()) // 2 + count, 4), np.int64)
        firsts, sizes = np.empty(count + 1, np.int64), np.empty(count, np.int64)
        split(data, starts, stops, tables()[2], spans, firsts, sizes)
        which = firsts[:-1].copy()
        parts = np.diff(firsts)
        several = np.flatnonzero(parts > 1)
        asked = spans[: firsts[-1]][np.repeat(parts > 1, parts)]
        sums = self._summed(data, asked[:, 2], asked[:, 3])
        ends = np.cumsum(parts[several])
        begins = ends - parts[several]
        scale, bias = self._prepared_once()[1][:2]
        moved = best(sums, begins, ends, columns[several], scale, bias, len(self.labels))
        which[several] += moved - begins
        out = np.stack([np.zeros(count, np.int64), sizes], axis=1)
        some = parts > 0
        out[some] = spans[which[some], :2]
        return out


def encoded(text: str) -> bytes:
    """UTF-8; lone surrogates are let through."""
    return text.encode("utf-8", "surrogatepass")


def decoded(text: bytes) -> str:
    """The text of `encoded`."""
    return text.decode("utf-8", "surrogatepass")


def joined_up(texts: list[str]) -> tuple[Buffer, Offsets]:
    """Texts as one buffer of UTF-8 and where each begins."""
    import numpy as np

    each = [encoded(text) for text in texts]
    offsets = np.zeros(len(each) + 1, np.int64)
    np.cumsum([len(part) for part in each], out=offsets[1:])
    return np.frombuffer(b"".join(each), np.uint8), offsets


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text lie, without the space around them."""
    first = _END.search(text)
    if first is None or not text[first.end() :].strip():
        kept = text.strip()
        start = len(text) - len(text.lstrip())
        return [(start, start + len(kept))] if kept else []
    spans = []
    begin = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        part = text[begin:end]
        if kept := part.strip():
            start = begin + len(part) - len(part.lstrip())
            spans.append((start, start + len(kept)))
        begin = end
    return spans
