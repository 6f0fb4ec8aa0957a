"""Arrow tables in and out of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .bulk import REASONS, SIZE, Batch, Found, label_names, rule_ids
from .language import may_be_english
from .plan import ROLES

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
    "not_read_language" and "not_read_author". Raises KeyError naming a column that is missing.
    """
    for name in ("text", "role"):
        if name not in table.column_names:
            raise KeyError(f"the table has no column {name!r}; it needs 'text' and 'role'")
    parts, unread = [], np.zeros(len(REASONS), np.int64)
    for begin in range(0, max(1, table.num_rows), SIZE):
        some = table.slice(begin, SIZE)
        batch = batch_of(some)
        found = bulk.read(batch)
        unread += np.bincount(found.reasons, minlength=len(REASONS))
        parts.append(marks_of(batch, found, begin))
    whole = pa.concat_tables(parts) if parts else SCHEMA.empty_table()
    said = {f"not_read_{name}": str(n) for name, n in zip(REASONS, unread, strict=True) if name}
    return whole.replace_schema_metadata(said)


def marks_of(batch: Batch, found: Found, begin: int = 0) -> pa.Table:
    """What was found in a batch as a table; `begin` is added to its rows."""
    copied = pa.array(found.copied == 1, pa.bool_(), mask=found.copied < 0)
    columns = [
        pa.array(found.rows.astype(np.int64) + begin),
        pa.DictionaryArray.from_arrays(pa.array(found.label), pa.array(label_names())),
        pa.array(found.starts),
        pa.array(found.ends),
        pa.array(found.scores.astype(np.float32)),
        evidence(batch, found),
        copied,
        pa.DictionaryArray.from_arrays(pa.array(found.rules), pa.array(rule_ids())),
    ]
    return pa.table(columns, schema=SCHEMA)


def evidence(batch: Batch, found: Found) -> pa.Array:
    """The words of each mark."""
    if len(found.rows) == 0:
        return pa.array([], pa.string())
    offsets = batch.offsets - batch.offsets[0]
    data = batch.data[batch.offsets[0] : batch.offsets[-1]]
    texts = pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))
    ).take(pa.array(found.rows))
    sizes = found.ends - found.starts
    out = []
    for text, start, size in zip(
        texts.to_pylist(), found.starts.tolist(), sizes.tolist(), strict=True
    ):
        out.append(text[start : start + size])
    return pa.array(out, pa.string())


def batch_of(table: pa.Table) -> Batch:
    """A table of messages as a batch, without copying more than Arrow must."""
    text = _strings(table, "text")
    text = text.fill_null("") if text.null_count else text
    names: list[Any] = []
    people: list[str] = []
    for column in ("customer_name", "agent_name"):
        codes, some = _codes(table, column)
        names.append(None if codes is None else np.where(codes < 0, -1, codes + len(people)))
        people += some
    return Batch(
        data=np.frombuffer(text.buffers()[2] or b" ", np.uint8),
        offsets=_offsets(text),
        roles=_roles(table),
        foreign=_foreign(table),
        names=[None if one is None else one.astype(np.int32) for one in names],
        people=people,
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
    """Of a column of strings each row's number in the list, -1 for none; None without it."""
    if name not in table.column_names:
        return None, []
    encoded = _strings(table, name).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), encoded.dictionary.to_pylist()


def _roles(table: pa.Table) -> Any:
    number = {role: index for index, role in enumerate(ROLES)}
    codes, roles = _codes(table, "role")
    wanted = np.array([*(number.get(role, 2) for role in roles), 2], np.uint8)
    return wanted[codes]


def _foreign(table: pa.Table) -> Any:
    codes, tags = _codes(table, "lang")
    if codes is None:
        return np.zeros(table.num_rows, np.bool_)
    return np.array([*(not may_be_english(tag) for tag in tags), False], np.bool_)[codes]


def _rows(table: pa.Table) -> Any:
    known = [
        name
        for name in ("text", "role", "prev", "customer_name", "agent_name", "lang", "conversation")
        if name in table.column_names
    ]
    columns = [(name, table.column(name).combine_chunks()) for name in known]
    return lambda index: {name: column[index].as_py() for name, column in columns}
