"""Tables as files that a spreadsheet opens: a workbook with a sheet a table, or one table as CSV."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from riverplan.forecasting.screening.words import Cell, Table
from riverplan.tables.cells import text_of
from riverplan.tables.template import neutral

_HEAD = PatternFill("solid", fgColor="DCE9F2")
_LONGEST = 32_000
"""Characters a cell may hold, a little less than Excel's limit."""
_WIDE = 60


def workbook(sheets: Mapping[str, Table]) -> bytes:
    """A workbook of tables by the names of their sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        _fill(book.create_sheet(name), table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv_table(table: Table) -> bytes:
    """A table as CSV, UTF-8 with a byte order mark so that spreadsheets read Chinese."""
    written = io.StringIO()
    out = csv.writer(written)
    out.writerows([[_safe(v) for v in row] for row in (table[0], *table[1])])
    return written.getvalue().encode("utf-8-sig")


def _safe(value: Cell) -> Cell:
    """A cell a spreadsheet takes as what it says: texts it would take for a formula are made harmless."""
    return neutral(text_of(value)[:_LONGEST]) if isinstance(value, str) else value


def _fill(sheet: Any, table: Table) -> None:
    heads, rows = table
    for row in (heads, *rows):
        sheet.append([_safe(v) for v in row])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    for number, head in enumerate(heads):
        longest = max((len(str(r[number])) for r in rows[:200] if isinstance(r[number], str)), default=0)
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(10, len(head) + 4, 2 * longest), _WIDE)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
