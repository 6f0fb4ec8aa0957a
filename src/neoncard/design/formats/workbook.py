"""The table as a workbook for Excel and its kin. Out only: a workbook is a zip, and we open none from outside."""

from __future__ import annotations

import io

from neoncard.design.formats.document import Doc, tidy
from neoncard.design.formats.table import COLUMNS, rows

WIDTHS = {"text": 60, "note": 40, "feel": 40, "principle": 50, "cost": 30}
FILLS = {"word": "F4FF3D", "effort": "9CFF8F", "treat": "FF9AD5"}


def write(doc: Doc) -> bytes:
    """One sheet with the rows of `table`, neon cards in their colour. Every text is a text: nothing is calculated."""
    from openpyxl import Workbook  # 40 MB and a third of a second that no other page needs
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Journey"
    sheet.append(COLUMNS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, row in enumerate(rows(doc), 2):
        kind = str(row.get("kind", ""))
        for column, name in enumerate(COLUMNS, 1):
            value = row.get(name, "")
            if value == "":
                continue
            cell = sheet.cell(at, column)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if kind in FILLS:
                cell.fill = PatternFill("solid", fgColor=FILLS[kind])
            if isinstance(value, int):
                cell.value = value
                continue
            cell.value = tidy(value)
            # openpyxl takes "=1+1" for a formula; the prefix keeps it a text after an edit too.
            cell.data_type = "s"
            cell.quotePrefix = True
    for name, width in WIDTHS.items():
        sheet.column_dimensions[chr(ord("A") + COLUMNS.index(name))].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
