"""A screening as a workbook, a CSV of its matrix, or JSON."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from riverplan.forecasting.screening.result import Screening
from riverplan.forecasting.screening.words import (
    Cell,
    Table,
    above_table,
    matrix_table,
    notes_table,
    screening_as_json,
    sensitive_table,
    warned_table,
)
from riverplan.i18n import Lang, text
from riverplan.tables.cells import text_of
from riverplan.tables.template import neutral

SHEETS: Mapping[str, Callable[[Screening, Lang], Table]] = {
    "matrix": matrix_table, "warned": warned_table, "above": above_table, "sensitive": sensitive_table,
    "notes": notes_table}
"""The tables of the workbook, in their order."""
_HEAD = PatternFill("solid", fgColor="DCE9F2")
_LONGEST = 32_000
"""Characters a cell may hold, a little less than Excel's limit."""
_WIDE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningOptions:
    """What is written: a workbook with all tables, a CSV of the matrix alone, or JSON."""

    format: Literal["xlsx", "csv", "json"] = "xlsx"


def screening(subject: Screening, *, options: ScreeningOptions, lang: Lang = "zh") -> bytes:
    """The content of the file."""
    if options.format == "json":
        return json.dumps(screening_as_json(subject), ensure_ascii=False, indent=1, allow_nan=False).encode()
    if options.format == "csv":
        return _csv(matrix_table(subject, lang))
    book = Workbook()
    book.remove(book.active)
    for name, table in SHEETS.items():
        _fill(book.create_sheet(text(f"screen.sheet_{name}", lang)), table(subject, lang))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _safe(value: Cell) -> Cell:
    """A cell a spreadsheet takes as what it says: texts it would take for a formula are made harmless."""
    return neutral(text_of(value)[:_LONGEST]) if isinstance(value, str) else value


def _csv(table: Table) -> bytes:
    written = io.StringIO()
    out = csv.writer(written)
    out.writerows([[_safe(v) for v in row] for row in (table[0], *table[1])])
    return written.getvalue().encode("utf-8-sig")


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
