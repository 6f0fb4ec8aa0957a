"""The lines of a dropped file as JSON bodies: a line each, or the rows of a table by the names in its first line.

What can't be read is a body too, which says why: it is parked with its reason like any other, and the rest goes on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from neoncard.kit import lines
from neoncard.kit.fields import Rejected, gettext_noop

UNREAD: Final = "neoncard_unread"
"""The one field of a body that stands for a line that can't be read."""


def recoded(line: bytes) -> str:
    """A line as text: UTF-8, or else Windows-1252, which is what spreadsheets write where it is not."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def unread(why: str) -> bytes:
    """The body of what can't be read."""
    return json.dumps({UNREAD: why}).encode()


def readable(found: Any) -> None:
    """Raises Rejected where a body only says why it could not be read."""
    if isinstance(found, dict) and UNREAD in found:
        raise Rejected(gettext_noop("%(why)s"), why=str(found[UNREAD])[:200])


def bodies(
    found: Iterable[lines.Line | lines.TooLong], name: str, *, table: bool
) -> Iterator[bytes]:
    """The bodies of a file's lines. A line that is too long is one that says so."""
    if not table:
        for one in found:
            if isinstance(one, lines.TooLong):
                yield unread(_too_long(one, name))
            elif one.data.strip():
                yield recoded(one.data).encode()
        return
    skipped: list[str] = []
    yield from _rows(_texts(found, name, skipped), name, skipped)


def _texts(
    found: Iterable[lines.Line | lines.TooLong], name: str, skipped: list[str]
) -> Iterator[str]:
    for one in found:
        if isinstance(one, lines.TooLong):
            skipped.append(_too_long(one, name))
        else:
            yield recoded(one.data) + "\n"


def _rows(text: Iterator[str], name: str, skipped: list[str]) -> Iterator[bytes]:
    first = next(text, "")
    delimiter = max(",;\t", key=first.count)
    names = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    rows = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield unread(f"{name}: row {rows.line_num + 1} is no CSV: {error}")
            continue
        while skipped:
            yield unread(skipped.pop(0))
        if any(cell.strip() for cell in row):
            named = dict(zip(names, row, strict=False))
            yield json.dumps({key: cell for key, cell in named.items() if cell != ""}).encode()
    for why in skipped:
        yield unread(why)


def _too_long(one: lines.TooLong, name: str) -> str:
    return f"{name}: line {one.number} is longer than {one.limit // 1_000_000} million bytes"


def pasted(text: str) -> Any:
    """What somebody pasted to try a mapping on: JSON, or two lines of a table. Raises ValueError when it is neither."""
    try:
        return json.loads(text)
    except ValueError:
        rows = list(_rows(iter(line + "\n" for line in text.splitlines()), "", []))
        if len(text.splitlines()) < 2 or not rows or text.lstrip()[:1] in "{[":
            raise
        return json.loads(rows[0])
