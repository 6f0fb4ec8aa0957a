"""Files of messages as units of work: JSON lines, CSV and Parquet, plain or gzip, one by one or in folders.

A unit is some thousand messages, and where its rows begin. Units depend on the files alone, never on how
many workers there are.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS: Final = (
    "conversation", "message", "text", "role", "prev", "customer_name", "agent_name", "lang",
)  # fmt: skip
SCHEMA: Final = pa.schema([(name, pa.large_string()) for name in COLUMNS])
"""What `messages` gives: one row a message; nulls where nothing is known."""

ROWS: Final = 65_536
BYTES: Final = 8_000_000
LONGEST: Final = 16_000_000
KINDS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}
LISTED: Final = 1_000
"""So many rows that can't be read are named; all are counted."""


class RefusedError(Exception):
    """A path that can't be read at all; `str()` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work: rows of a file. `number` counts units from 0, `row` the file's rows from 1.

    For Parquet, `group` and `begin` say where to read `rows` rows; else `data` holds whole lines,
    for CSV after `header`.
    """

    number: int
    path: str
    kind: str
    row: int
    rows: int = 0
    group: int = 0
    begin: int = 0
    data: bytes = b""
    header: tuple[str, ...] = ()
    size: int = 0


@dataclass(slots=True)
class Messages:
    """What a unit holds: `table` of SCHEMA; `bad` rows, (row of the file, why), the first LISTED, of `lost`."""

    table: pa.Table
    bad: list[tuple[int, str]] = field(default_factory=list)
    lost: int = 0


def files(paths: Iterable[str | Path]) -> list[Path]:
    """The files to read, in order; folders are looked through for files of a kind we know.

    Raises RefusedError for what is not there, of no known kind, or when there is nothing.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and kind_of(one))
            if not inside:
                raise RefusedError(f"{path}: no .jsonl, .csv or .parquet file in this folder")
            found += inside
        elif not path.is_file():
            raise RefusedError(f"{path}: no such file; give files or folders of messages")
        elif not kind_of(path):
            raise RefusedError(
                f"{path}: of no kind we read; it must end in .jsonl, .csv or .parquet, or .gz after that"
            )
        else:
            found.append(path)
    return found


def kind_of(path: Path) -> str:
    """ "jsonl", "csv" or "parquet", by the file's name; "" for another."""
    names = [suffix.lower() for suffix in path.suffixes]
    if names and names[-1] == ".gz":
        names = names[:-1]
    return KINDS.get(names[-1], "") if names else ""


def units(paths: Iterable[Path]) -> Iterator[Unit | tuple[Path, str]]:
    """The units of files, numbered; (file, why) for a file, or the rest of one, that can't be read."""
    number = 0
    for path in paths:
        kind = kind_of(path)
        try:
            for unit in _parquet(path) if kind == "parquet" else _lines(path, kind):
                yield Unit(number, *unit)
                number += 1
        except (OSError, EOFError, pa.ArrowException, ValueError) as error:
            yield path, f"{str(error) or type(error).__name__}: the rest of this file was not read"


def total(paths: Iterable[Path]) -> int:
    """About how many bytes the units of files will count as done."""
    return sum(path.stat().st_size for path in paths)


def _parquet(path: Path) -> Iterator[tuple[Any, ...]]:
    with pq.ParquetFile(path) as file:
        whole = max(1, file.metadata.num_rows)
        size, row = path.stat().st_size, 1
        for group in range(file.metadata.num_row_groups):
            held = file.metadata.row_group(group).num_rows
            for begin in range(0, held, ROWS):
                count = min(ROWS, held - begin)
                yield str(path), "parquet", row, count, group, begin, b"", (), size * count // whole
                row += count


def _lines(path: Path, kind: str) -> Iterator[tuple[Any, ...]]:
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if zipped else raw
        header: tuple[str, ...] = ()
        row, told = 1, 0
        held = b""
        while True:
            chunk = stream.read(BYTES)
            held += chunk
            cut = len(held) if not chunk else _end_of_rows(held, kind == "csv")
            if not cut:
                if len(held) > LONGEST:
                    raise ValueError(f"row {row} is longer than {LONGEST} bytes")
                if not chunk:
                    return
                continue
            data, held = held[:cut], held[cut:]
            if kind == "csv" and not header:
                header, data = _header(data)
                row += 1
            place = raw.tell()
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            yield str(path), kind, row, lines, 0, 0, data, header, place - told
            row, told = row + lines, place
            if not chunk:
                return


def _end_of_rows(data: bytes, quoted: bool) -> int:
    """Where the last whole row ends; a newline inside quotes ends none."""
    end = data.rfind(b"\n") + 1
    if quoted:
        quotes = data.count(b'"', 0, end)
        while end and quotes % 2:
            before = data.rfind(b"\n", 0, end - 1) + 1
            quotes -= data.count(b'"', before, end)
            end = before
    return end


def _header(data: bytes) -> tuple[tuple[str, ...], bytes]:
    end = _first_row(data)
    line = data[:end].decode("utf-8-sig", "replace")
    names = tuple(name.strip().lower() for name in next(csv.reader([line.rstrip("\r\n")]), []))
    if "text" not in names or "role" not in names:
        raise ValueError(
            "the first row of a CSV names its columns; 'text' and 'role' must be among them"
        )
    return names, data[end:]


def _first_row(data: bytes) -> int:
    end = data.find(b"\n") + 1
    return end or len(data)


def messages(unit: Unit) -> Messages:
    """The messages of a unit. Never raises on what the file holds."""
    if unit.kind == "parquet":
        return _from_parquet(unit)
    rows: list[tuple[Any, ...]] = []
    bad: list[tuple[int, str]] = []
    for row, found in _objects(unit):
        try:
            rows += _flat(found)
        except (ValueError, TypeError) as error:
            bad.append((row, str(error)))
    columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    arrays = [pa.array(column, pa.large_string()) for column in columns]
    return Messages(pa.table(arrays, schema=SCHEMA), bad[:LISTED], len(bad))


def _from_parquet(unit: Unit) -> Messages:
    with pq.ParquetFile(unit.path) as file:
        names = set(file.schema_arrow.names)
        if not {"text", "role"} <= names:
            missing = "text" if "text" not in names else "role"
            return Messages(
                SCHEMA.empty_table(), [(unit.row, f"no column {missing!r} in this file")], unit.rows
            )
        wanted = [name for name in COLUMNS if name in names]
        table = file.read_row_group(unit.group, columns=wanted).slice(unit.begin, unit.rows)
    columns = []
    for name in COLUMNS:
        if name not in names:
            columns.append(pa.nulls(table.num_rows, pa.large_string()))
            continue
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        columns.append(column.cast(pa.large_string()))
    return Messages(pa.table(columns, schema=SCHEMA))


def _objects(unit: Unit) -> Iterator[tuple[int, Any]]:
    """(row of the file, what it holds); a ValueError in place of what can't be read."""
    if unit.kind == "csv":
        yield from _of_csv(unit)
        return
    for place, line in enumerate(unit.data.split(b"\n")):
        if line.strip():
            yield unit.row + place, _json(line)


def _json(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return ValueError(f"not UTF-8 at byte {error.start + 1}")
    except (ValueError, RecursionError) as error:
        return ValueError(f"not JSON (character {getattr(error, 'colno', 1)})")


def _of_csv(unit: Unit) -> Iterator[tuple[int, Any]]:
    text = unit.data.decode("utf-8", "replace").replace("\0", "")
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        row = unit.row + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, ValueError(f"not CSV: {error}")
            continue
        if len(cells) == len(unit.header):
            yield row, dict(zip(unit.header, cells, strict=True))
        elif cells:
            yield (
                row,
                ValueError(f"{len(cells)} columns where the first row names {len(unit.header)}"),
            )


def _flat(found: Any) -> Iterator[tuple[Any, ...]]:
    """The messages of one row: of a conversation as in docs/import.md, or a message by itself."""
    if isinstance(found, ValueError):
        raise found
    if not isinstance(found, dict):
        raise TypeError("not an object: a row is a conversation or a message")
    said = found.get("messages")
    if isinstance(said, list):
        yield from _conversation(found, said)
    elif "text" not in found or "role" not in found:
        raise ValueError("neither 'messages' nor 'text' and 'role' in it")
    else:
        if not isinstance(found["text"], str):
            raise TypeError("'text' is not text")
        yield tuple(
            _text(
                found.get("id") if name == "message" and "message" not in found else found.get(name)
            )
            for name in COLUMNS
        )


def _conversation(found: dict[str, Any], said: list[Any]) -> Iterator[tuple[Any, ...]]:
    key, lang = _text(found.get("id")), _text(found.get("lang"))
    customer = _name(found.get("customer"))
    agent = spoke = _name(found.get("agent"))
    before: str | None = None
    rows = []
    for number, one in enumerate(said):
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise TypeError(f"messages[{number}] has no 'text'")
        author = one.get("author", one.get("role"))
        if author == "agent":
            spoke = _text(one.get("author_name")) or agent
        message = _text(one.get("id", number))
        rows.append(
            (key, message, _clean(one["text"]), _text(author), before, customer, spoke, lang)
        )
        if author in ("agent", "customer"):
            before = _clean(one["text"])
    yield from rows


def _name(found: Any) -> str | None:
    return _text(found.get("name")) if isinstance(found, dict) else None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return _clean(value if isinstance(value, str) else json.dumps(value))


def _clean(text: str) -> str:
    """Without lone surrogates, which no file of ours can hold: one character for one."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
