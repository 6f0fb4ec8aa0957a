"""What workers do with a unit: count its pieces, or read it. Plain functions, the same on every engine."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neoncard.notice.archive import sources
from neoncard.notice.engine import Reader
from neoncard.notice.engine.boilerplate import Boilerplate, fingerprint
from neoncard.notice.engine.bulk import Bulk
from neoncard.notice.engine.columns import REASONS
from neoncard.notice.engine.language import LANGUAGES
from neoncard.notice.engine.masks import KEYS, Pieces
from neoncard.notice.engine.pieces import FOLD, WHOLE, pieces
from neoncard.notice.engine.table import batch_of, marks_of

PIECE: Final = np.dtype([("keys", np.uint64, KEYS), ("said", np.uint32), ("whole", np.bool_)])
"""A piece of an agent's message: its keys, its conversation as a number, whether it is all of the message."""

OUT: Final = pa.schema(
    [
        ("conversation", pa.string()),
        ("message", pa.string()),
        ("label", pa.dictionary(pa.int16(), pa.string())),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
        ("evidence", pa.string()),
        ("boilerplate", pa.bool_()),
        ("file", pa.dictionary(pa.int16(), pa.string())),
        ("row", pa.int64()),
    ]
)
"""One row a mark. `row` counts the messages of the unit's file from the unit's first row."""

SHOWN: Final = 3
AROUND: Final = 160


_COUNTED: Final = ("labels", "copied", "unread", "languages")


@dataclass(slots=True)
class Summary:
    """What a unit, or all of them, came to; `+` adds up in order.

    `labels`: marks by label; `copied`: those of them that are boilerplate. `unread`: messages not
    read, by reason; `languages`: those read, by language. `examples`, by label: (before, evidence, after, boilerplate).
    """

    messages: int = 0
    agents: int = 0
    lost: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    copied: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, int, str]] = field(default_factory=list)
    examples: dict[str, list[tuple[str, str, str, bool]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it; `of` reads it back."""
        counts = {name: dict(getattr(self, name)) for name in _COUNTED}
        return {
            "messages": self.messages, "agents": self.agents, "lost": self.lost, **counts,
            "bad": self.bad, "examples": self.examples,
        }  # fmt: skip

    @classmethod
    def of(cls, found: dict[str, Any]) -> Summary:
        """What `plain` gave."""
        found = dict(found)
        for name in _COUNTED:
            found[name] = Counter(found[name])
        found["bad"] = [tuple(one) for one in found["bad"]]
        found["examples"] = {
            label: [tuple(one) for one in some] for label, some in found["examples"].items()
        }
        return cls(**found)

    def add(self, other: Summary, *, shown: int) -> None:
        """Add another, keeping `shown` examples a label and LISTED bad rows."""
        self.messages += other.messages
        self.agents += other.agents
        self.lost += other.lost
        self.labels.update(other.labels)
        self.copied.update(other.copied)
        self.unread.update(other.unread)
        self.languages.update(other.languages)
        self.bad = (self.bad + other.bad)[: sources.LISTED]
        for label, some in other.examples.items():
            self.examples[label] = (self.examples.get(label, []) + some)[:shown]


def count(unit: sources.Unit) -> Any:
    """The pieces of the agents' messages of a unit that belong to a conversation; PIECE, any order."""
    try:
        table = sources.messages(unit).table
    except (pa.ArrowException, OSError, ValueError):
        return np.empty(0, PIECE)  # reading says why
    batch = batch_of(table)
    said = table.column("conversation").combine_chunks().dictionary_encode()
    if isinstance(said, pa.ChunkedArray):
        said = said.combine_chunks()
    codes = said.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    numbers = np.array([*map(_short, said.dictionary.to_pylist()), 0], np.uint32)
    rows = np.flatnonzero((batch.roles == 0) & (codes >= 0)).astype(np.int64)
    found = Pieces(batch, rows)
    out = np.zeros(len(found.keys), PIECE)
    out["keys"] = found.keys
    out["said"] = numbers[codes[found.spans[:, 0]]]
    out["whole"] = np.diff(found.spans[:, 0], prepend=-1) != 0
    more = []
    for row in found.by_hand.tolist():
        asked = batch.row(row)
        names = tuple(filter(None, (asked.get("customer_name"), asked.get("agent_name"))))
        for place, piece in enumerate(pieces(asked["text"] or "", names)):
            keys = (piece.key, *piece.bands())
            more.append(((*keys, *[0] * (KEYS - len(keys))), numbers[codes[row]], place == 0))
    return np.concatenate([out, np.array(more, PIECE)])


def _short(conversation: str) -> int:
    return ((fingerprint(conversation) * FOLD) & WHOLE) >> 32


def read(unit: sources.Unit, known: Any) -> tuple[bytes, Summary]:
    """A unit's marks as a Parquet file of OUT, and what it came to. `known`: the keys of macros, or None."""
    try:
        found = sources.messages(unit)
    except (pa.ArrowException, OSError, ValueError) as error:
        said = [(unit.row, f"can't be read: {error}")]
        found = sources.Messages(sources.SCHEMA.empty_table(), said, max(1, unit.rows))
    total = Summary(messages=found.table.num_rows, lost=found.lost)
    total.bad = [(unit.path, row, why) for row, why in found.bad]
    bulk = _bulk(None if known is None else known.tobytes())
    parts = [
        _part(unit, bulk, found.table.slice(begin, sources.ROWS), begin, total)
        for begin in range(0, max(1, found.table.num_rows), sources.ROWS)
    ]
    out = io.BytesIO()
    pq.write_table(pa.concat_tables(parts), out, compression="zstd")
    return out.getvalue(), total


@cache
def _bulk(known: bytes | None) -> Bulk:
    if known is None:
        return Bulk(Reader())
    return Bulk(Reader(Boilerplate.of(np.frombuffer(known, np.uint64).tolist())))


def _part(unit: sources.Unit, bulk: Bulk, table: pa.Table, begin: int, total: Summary) -> pa.Table:
    batch = batch_of(table)
    found = bulk.read(batch)
    total.agents += int((batch.roles == 0).sum())
    total.unread.update(
        {
            name: int(n)
            for name, n in zip(REASONS, np.bincount(found.reasons, minlength=3), strict=True)
            if name and n
        }
    )
    read = np.bincount(found.languages, minlength=len(LANGUAGES))
    total.languages.update({name: int(n) for name, n in zip(LANGUAGES, read, strict=False) if n})
    marks = marks_of(batch, found)
    rows = marks.column("row")
    _summed(marks, table, total)
    size = marks.num_rows
    columns = [
        table.column("conversation").take(rows).cast(pa.string()),
        table.column("message").take(rows).cast(pa.string()),
        *(
            marks.column(name)
            for name in ("label", "start", "end", "score", "evidence", "boilerplate")
        ),
        pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int16)), pa.array([unit.path])),
        pa.array(rows.to_numpy() + (unit.row + begin)),
    ]
    return pa.table(columns, schema=OUT)


def _summed(marks: pa.Table, table: pa.Table, total: Summary) -> None:
    label = marks.column("label").combine_chunks()
    if isinstance(label, pa.ChunkedArray):
        label = label.chunk(0) if label.num_chunks else pa.array([], label.type)
    names = label.dictionary.to_pylist()
    numbers = label.indices.to_numpy()
    copied = marks.column("boilerplate").to_numpy(zero_copy_only=False) == True  # noqa: E712  null is not
    for counter, some in ((total.labels, numbers), (total.copied, numbers[copied.astype(bool)])):
        counts = np.bincount(some, minlength=len(names))
        counter.update({name: int(n) for name, n in zip(names, counts, strict=True) if n})
    text = table.column("text")
    for number in np.unique(numbers).tolist():
        shown = []
        for place in np.flatnonzero(numbers == number)[:SHOWN].tolist():
            mark = {name: marks.column(name)[place].as_py() for name in ("row", "start", "end")}
            whole, start, end = text[mark["row"]].as_py(), mark["start"], mark["end"]
            before, after = whole[max(0, start - AROUND) : start], whole[end : end + AROUND]
            shown.append((before, whole[start:end], after, bool(copied[place])))
        known = total.examples.get(names[number], [])
        total.examples[names[number]] = (known + shown)[:SHOWN]
