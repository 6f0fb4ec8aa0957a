"""Rows to teach and judge heads by: JSON lines, gzip too; what is wrong is named with its mend."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HELD: Final = ("dev", "valid", "validation", "test")
"""A row whose `split` is one of these is judged by, not learnt from."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message and what it is.

    `single` says that it was given one `label` of several that exclude one another. `about`
    names the labels the row speaks of; empty means all.
    """

    text: str
    labels: frozenset[str]
    role: str = ""
    prev: str = ""
    group: str = ""
    domain: str = ""
    split: str = ""
    single: bool = False
    about: frozenset[str] = frozenset()


def read(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a file and, for each row that can't be used, its number and the mend."""
    rows, bad = [], []
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            rows.append(parsed(line))
        except ValueError as error:
            bad.append(f"row {number}: {error}")
    return rows, bad


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file


def parsed(line: bytes) -> Row:
    """One line as a row. Raises `ValueError` that names the field and the mend."""
    try:
        found = json.loads(line)
    except ValueError:
        raise ValueError("not JSON: write one object a line, in UTF-8") from None
    if not isinstance(found, dict):
        raise ValueError('not an object: write {"text": …, "label": …}')
    if not isinstance(found.get("text"), str) or not found["text"].strip():
        raise ValueError("text: give the message's words as a string")
    labels, single = _labels(found)
    role = _string(found, "role")
    if role not in ("", "agent", "customer"):
        raise ValueError('role: write "agent" or "customer", or leave it out')
    return Row(
        found["text"],
        labels,
        role,
        _string(found, "prev"),
        _string(found, "group"),
        _string(found, "domain"),
        _string(found, "split").lower(),
        single,
    )


def _labels(found: dict[str, Any]) -> tuple[frozenset[str], bool]:
    if found.get("labels") is not None:
        if not isinstance(found["labels"], list):
            raise ValueError('labels: give a list, such as ["thanks"]; [] for none')
        return frozenset(_name(each, "labels") for each in found["labels"]), False
    if found.get("label") is None:
        raise ValueError('label: give one as "label", or any number as "labels": [] for none')
    return frozenset([_name(found["label"], "label")]), True


def _name(value: Any, field: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError(f"{field}: give each label as a word or a whole number")


def _string(found: dict[str, Any], field: str) -> str:
    value = found.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{field}: give a string, or leave it out")
    return str(value)
