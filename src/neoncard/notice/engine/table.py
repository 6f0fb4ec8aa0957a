"""Arrow tables in and out of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .columns import REASONS, Batch, Found, label_names, rule_ids
from .language import ENGLISH_IS, LANGUAGES, UNREAD, of_tag
from .ruleset import ROLES
from .settle import byte_places, copy_out
from .worth import BATCH

if TYPE_CHECKING:
    from .bulk import Bulk

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("label", pa.dictionary(pa.int16(), pa.string()), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("score", pa.float32(), nullable=False),
        pa.field("evidence", pa.string(), nullable=False),
        pa.field("boilerplate", pa.bool_()),
        pa.field("rule", pa.dictionary(pa.int16(), pa.string()), nullable=False),
    ]
)
"""What `read_table` gives back: one row a mark."""


def read_table(bulk: Bulk, table: pa.Table) -> pa.Table:
    """The marks of a table of messages.

    In: columns `text` and `role` (string) and, where known, `prev`, `customer_name`,
    `agent_name`, `lang` (string) and `conversation` (anything); other columns are ignored.

    Out, one row a mark in order of message and place: `row`, the message's place in the table
    from 0; `label`; `start` and `end` in characters of the text (Unicode code points, as
    Python counts); `score`, 0 to 1; `evidence`, the text between them; `boilerplate`, null
    without a store; `rule`. Messages not read are counted in the schema's metadata, under
    "not_read_language" and "not_read_author"; those read, under "read_en", "read_de" and "read_es".
    Raises KeyError naming a column that is missing.
    """
    for name in ("text", "role"):
        if name not in table.column_names:
            raise KeyError(f"the table has no column {name!r}; it needs 'text' and 'role'")
    parts, unread = [], np.zeros(len(REASONS), np.int64)
    read = np.zeros(UNREAD + 1, np.int64)
    for begin in range(0, max(1, table.num_rows), BATCH):
        some = table.slice(begin, BATCH)
        batch = batch_of(some)
        found = bulk.read(batch)
        unread += np.bincount(found.reasons, minlength=len(REASONS))
        read += np.bincount(found.languages, minlength=len(read))
        parts.append(marks_of(batch, found, begin))
    whole = pa.concat_tables(parts) if parts else SCHEMA.empty_table()
    said = {f"not_read_{name}": str(n) for name, n in zip(REASONS, unread, strict=True) if name}
    said |= {f"read_{name}": str(n) for name, n in zip(LANGUAGES, read, strict=False)}
    return whole.replace_schema_metadata(said)


def marks_of(batch: Batch, found: Found, begin: int = 0) -> pa.Table:
    """What was found in a batch as a table; `begin` is added to its rows."""
    marks = found.marks
    copied = marks["copied"]
    columns = [
        pa.array(marks["row"].astype(np.int64) + begin),
        pa.DictionaryArray.from_arrays(pa.array(_own(marks["label"])), pa.array(label_names())),
        pa.array(_own(marks["start"])),
        pa.array(_own(marks["end"])),
        pa.array(marks["score"].astype(np.float32)),
        evidence(batch, marks),
        pa.array(copied == 1, pa.bool_(), mask=copied < 0),
        pa.DictionaryArray.from_arrays(pa.array(_own(marks["rule"])), pa.array(rule_ids())),
    ]
    return pa.table(columns, schema=SCHEMA)


def _own(column: Any) -> Any:
    return np.ascontiguousarray(column)


def evidence(batch: Batch, marks: Any) -> pa.Array:
    """The words of each mark."""
    sizes = _own(marks["end"] - marks["start"])
    begins, ends = byte_places(batch.data, batch.starts, marks["row"], marks["start"], sizes)
    offsets = np.zeros(len(marks) + 1, np.int32)
    np.cumsum(ends - begins, out=offsets[1:])
    words = np.empty(int(offsets[-1]) + 1, np.uint8)
    copy_out(batch.data, begins, ends, words)
    return pa.StringArray.from_buffers(len(marks), pa.py_buffer(offsets), pa.py_buffer(words))


def batch_of(table: pa.Table) -> Batch:
    """A table of messages as a batch, without copying more than Arrow must."""
    text = _strings(table, "text")
    text = text.fill_null("") if text.null_count else text
    offsets = _offsets(text)
    customers, people = _codes(table, "customer_name")
    agents, others = _codes(table, "agent_name")
    agents = np.where(agents < 0, -1, agents + len(people))
    data = np.frombuffer(text.buffers()[2] or b" ", np.uint8)
    data.flags.writeable = False  # kernels are compiled for such
    return Batch(
        data=data,
        starts=offsets[:-1],
        stops=offsets[1:],
        roles=_roles(table),
        tags=_tags(table),
        names=(customers.astype(np.int32), agents.astype(np.int32)),
        people=people + others,
        row=_rows(table),
    )


def _strings(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    column = column.cast(pa.large_string())
    chunks = column.chunks
    return (
        chunks[0]
        if len(chunks) == 1
        else pa.concat_arrays(chunks or [pa.array([], pa.large_string())])
    )


def _offsets(text: pa.Array) -> Any:
    whole = np.frombuffer(text.buffers()[1] or b"\\0" * 8, np.int64)
    return whole[text.offset : text.offset + len(text) + 1]


def _codes(table: pa.Table, name: str) -> tuple[Any, list[str]]:
    """Of a column of strings each row's number in the list, -1 for none."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1, np.int64), []
    encoded = _strings(table, name).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), encoded.dictionary.to_pylist()


def _roles(table: pa.Table) -> Any:
    number = {role: index for index, role in enumerate(ROLES)}
    codes, roles = _codes(table, "role")
    wanted = np.array([*(number.get(role, 2) for role in roles), 2], np.uint8)
    return wanted[codes]


def _tags(table: pa.Table) -> Any:
    codes, tags = _codes(table, "lang")
    return np.array([*map(of_tag, tags), ENGLISH_IS], np.uint8)[codes]


def _rows(table: pa.Table) -> Any:
    """What gives a row by its number; few are asked for, mostly none."""
    columns: dict[str, Any] = {}

    def row(index: int) -> dict[str, Any]:
        if not columns:
            columns.update(
                (name, table.column(name).combine_chunks())
                for name in _COLUMNS
                if name in table.column_names
            )
        return {name: column[index].as_py() for name, column in columns.items()}

    return row


_COLUMNS = ("text", "role", "prev", "customer_name", "agent_name", "lang", "conversation")
