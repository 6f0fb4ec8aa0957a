"""In and out: a journey as a file or pasted lines, and back. Pure functions over one plain document; no Django.

The document is the `doc` of docs/board-protocol.md, so the page of lists and the live board share these. What is
written out is what is in the document: whoever makes it leaves out what its reader may not see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neoncard.design.formats import lines, markdown, mermaid, native, table, workbook
from neoncard.design.formats.document import MOST_BYTES, Came, Doc, Unreadable, decoded
from neoncard.kit.fields import gettext_noop

__all__ = ["FORMATS", "MOST_BYTES", "Came", "Doc", "Format", "Unreadable", "decoded", "read"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way out: the file's ending, its media type, a name for people, and the function that writes it."""

    ending: str
    media: str
    name: str
    write: Callable[[Doc], bytes]


FORMATS = {
    each.ending: each
    for each in (
        Format("json", "application/json", gettext_noop("Neoncard (JSON), whole"), native.write),
        Format("csv", "text/csv; charset=utf-8", gettext_noop("CSV"), table.write),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            gettext_noop("Excel"),
            workbook.write,
        ),
        Format("md", "text/markdown; charset=utf-8", gettext_noop("Markdown"), markdown.write),
        Format("mmd", "text/plain; charset=utf-8", gettext_noop("Mermaid"), mermaid.write),
    )
}


def read(data: bytes) -> Came:
    """A document from a file's bytes or pasted text; what it is shows in how it begins.

    Rows that can't be taken are remarks in the answer, each with its row and its mend, and the rest goes on.
    Raises Unreadable when nothing of it can be.
    """
    text = decoded(data)
    start = text.lstrip()
    if start.startswith(("{", "[")):
        return native.read(text)
    if mermaid.is_one(start):
        return mermaid.read(text)
    if table.is_one(start):
        return table.read(text)
    return lines.read(text)
