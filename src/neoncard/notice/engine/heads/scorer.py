"""Calibrated scores of messages by a taught head, and the sentence that moves it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .grams import grams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT: Final = 1
ROLES: Final = ("agent", "customer", "")
"""What the numbers in `roles` mean; "" is unknown, and every label may be found then."""

_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n+")


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a head and how its score is read.

    `role` is who says it ("" for anyone). A score of `threshold` or more means the label;
    between `unsure[0]` and `unsure[1]` the head abstains. `low`, `high` and `table` turn the
    head's margin into a score: even steps between the two, straight lines between steps.
    """

    name: str
    role: str
    threshold: float
    unsure: tuple[float, float]
    scale: float
    bias: float
    low: float
    high: float
    table: tuple[float, ...]


class BadHeadError(Exception):
    """A folder that holds no head we can read. `str()` names the file and the mend."""


class Scorer:
    """Scores messages. Holds a cache of words, so each thread needs a scorer of its own.

    `labels` are the columns of what `score` gives, `details` how each is read. With
    `rivals`, a message has exactly one of the labels. `numba=False` takes the slow way,
    which gives the same numbers.
    """

    def __init__(
        self, about: dict[str, Any], arrays: dict[str, NDArray[Any]], *, numba: bool | None = None
    ) -> None:
        import numpy as np

        self.about = about
        self.details = tuple(
            Label(**{**each, "unsure": tuple(each["unsure"]), "table": tuple(each["table"])})
            for each in about["labels"]
        )
        self.labels = tuple(label.name for label in self.details)
        self.rivals = bool(about["rivals"])
        self._bits = int(about["bits"])
        self._rows = np.hstack([arrays["weights"], arrays["gains"][:, None]])
        self._index = np.full(3 << self._bits, -1, np.int32)
        self._index[arrays["buckets"]] = np.arange(len(self._rows), dtype=np.int32)
        self._present = np.packbits(self._index >= 0, bitorder="little")
        self._scale = np.array([label.scale for label in self.details])
        self._bias = np.array([label.bias for label in self.details])
        self._low = np.array([label.low for label in self.details])
        self._table = np.array([label.table for label in self.details])
        high = np.array([label.high for label in self.details])
        self._step = (self._table.shape[1] - 1) / (high - self._low)
        self._allowed = np.array(
            [
                [not (role and own.role) or own.role == role for own in self.details]
                for role in ROLES
            ]
        )
        self._numba = find_spec("numba") is not None if numba is None else numba
        if self._numba:
            from .kernel import KEPT

            self._keys = np.zeros(KEPT, np.uint64)
            self._kept = np.zeros((KEPT, len(self.labels) + 1), np.int32)

    @classmethod
    def load(cls, folder: Path | str, *, numba: bool | None = None) -> Scorer:
        """The head in a folder: `head.json` and `weights.npz`. Raises `BadHeadError`."""
        import numpy as np

        path = Path(folder)
        try:
            about = json.loads((path / "head.json").read_text("utf-8"))
            packed = (path / "weights.npz").read_bytes()
        except (OSError, ValueError) as error:
            raise BadHeadError(
                f"{path}: no head is here ({error}): teach one with `neoncard notice train`"
            ) from None
        if about.get("format") != FORMAT or about.get("weights") != sha256(packed).hexdigest():
            raise BadHeadError(
                f"{path}: head.json and weights.npz do not belong together: train again"
            )
        with np.load(BytesIO(packed), allow_pickle=False) as arrays:
            return cls(about, dict(arrays), numba=numba)

    @property
    def fingerprint(self) -> str:
        """The same for the same head, whatever machine it lies on: 16 hexadecimal digits."""
        text = json.dumps(self.about, sort_keys=True, ensure_ascii=True)
        return sha256(text.encode()).hexdigest()[:16]

    def score(
        self,
        joined: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        roles: NDArray[np.uint8],
        before: tuple[NDArray[np.uint8], NDArray[np.int64]] | None = None,
    ) -> NDArray[np.float32]:
        """Calibrated scores, 0 to 1, float32[n, labels].

        Message `i` is the UTF-8 bytes `joined[offsets[i]:offsets[i + 1]]`, `offsets` int64[n + 1];
        `roles` uint8[n] are places in `ROLES`. `before`, the messages before these, in the same
        form, counts only for a head taught with them. A label of another role scores 0. Any
        bytes may be given; how messages are batched changes nothing.
        """
        import numpy as np

        n = len(offsets) - 1
        sums = np.zeros((n, len(self.labels) + 1), np.int32)
        self._add(joined, offsets, False, sums)
        if before is not None and self.about["before"]:
            self._add(*before, True, sums)
        out = np.zeros((n, len(self.labels)), np.float32)
        ways = (self._scale, self._bias, self.rivals, self._low, self._step, self._table)
        if self._numba:
            from .kernel import finish

            finish(sums, *ways, self._allowed, roles, out)
        elif n:
            out[:] = np.where(self._allowed[roles], finished(sums, *ways), 0.0)
        return out

    def _add(
        self,
        joined: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        before: bool,
        sums: NDArray[np.int32],
    ) -> None:
        if self._numba:
            from .kernel import add_up

            tables = (self._present, self._index, self._rows, self._keys, self._kept)
            add_up(joined, offsets, self._bits, before, *tables, sums)
            return
        text = joined.tobytes()
        for row in range(len(offsets) - 1):
            found = grams(text[offsets[row] : offsets[row + 1]], self._bits, before=before)
            at = self._index[found]
            at = at[at >= 0]
            sums[row] += self._rows[at].sum(axis=0, dtype="int32")

    def texts(
        self, texts: list[str], roles: list[str] | None = None, before: list[str] | None = None
    ) -> NDArray[np.float32]:
        """`score` of texts; a role not in `ROLES` counts as unknown."""
        import numpy as np

        known = {role: number for number, role in enumerate(ROLES)}
        asked = [known.get(role, 2) for role in roles] if roles else [2] * len(texts)
        earlier = joined_up(before) if before is not None else None
        return self.score(*joined_up(texts), np.array(asked, np.uint8), earlier)

    def evidence(self, text: str, label: str) -> tuple[int, int]:
        """Start and end, in characters, of the sentence that by itself moves the label most.

        A text without words is its own evidence.
        """
        spans = sentences(text)
        if len(spans) < 2:
            return spans[0] if spans else (0, len(text))
        column = self.labels.index(label)
        scores = self._margins([text[start:end] for start, end in spans])[:, column]
        return spans[int(scores.argmax())]

    def _margins(self, texts: list[str]) -> NDArray[np.float64]:
        import numpy as np

        joined, offsets = joined_up(texts)
        sums = np.zeros((len(texts), len(self.labels) + 1), np.int32)
        self._add(joined, offsets, False, sums)
        return margins(sums, self._scale, self._bias)


def joined_up(texts: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Texts as one buffer of UTF-8 and where each begins; lone surrogates are let through."""
    import numpy as np

    each = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(each) + 1, np.int64)
    np.cumsum([len(part) for part in each], out=offsets[1:])
    return np.frombuffer(b"".join(each), np.uint8), offsets


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text lie, without the space around them."""
    spans = []
    begin = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        part = text[begin:end]
        if kept := part.strip():
            start = begin + len(part) - len(part.lstrip())
            spans.append((start, start + len(kept)))
        begin = end
    return spans


def margins(
    sums: NDArray[np.int32], scale: NDArray[np.float64], bias: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each message lies on a label's side of its boundary, float64[n, labels]."""
    import numpy as np

    size = np.sqrt(np.maximum(sums[:, -1:], 1).astype(np.float64))
    found: NDArray[np.float64] = sums[:, :-1] * scale / size + bias
    return found


def ahead(margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each label is ahead of the best of the others."""
    import numpy as np

    if margin.shape[1] < 2:
        return margin
    order = np.sort(margin, axis=1)
    return margin - np.where(margin == order[:, -1:], order[:, -2:-1], order[:, -1:])


def finished(
    sums: NDArray[np.int32],
    scale: NDArray[np.float64],
    bias: NDArray[np.float64],
    rivals: bool,
    low: NDArray[np.float64],
    step: NDArray[np.float64],
    table: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sums to calibrated scores: `kernel.finish`, without the machine code."""
    margin = margins(sums, scale, bias)
    return looked_up(ahead(margin) if rivals else margin, low, step, table)


def looked_up(
    margin: NDArray[np.float64],
    low: NDArray[np.float64],
    step: NDArray[np.float64],
    table: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Margins to scores by each label's table."""
    import numpy as np

    top = table.shape[1] - 1
    at = np.minimum(np.maximum((margin - low) * step, 0.0), float(top))
    left = np.minimum(at.astype(np.int64), top - 1)
    label = np.arange(table.shape[0])
    here = table[label, left]
    found: NDArray[np.float64] = here + (table[label, left + 1] - here) * (at - left)
    return found
