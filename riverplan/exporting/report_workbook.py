"""The import report as a sheet of a workbook: the same rows, to be worked through and ticked off."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from riverplan.exporting.report_rows import ReportRow, report_rows
from riverplan.i18n import Lang, text
from riverplan.river.counting import counts_of, reasons_said
from riverplan.river.network import RiverNetwork
from riverplan.tables.cells import text_of
from riverplan.tables.template import neutral

COLUMNS = ("number", "group", "severity", "place", "lon", "lat", "what", "mend", "file", "row", "code")
_WIDTHS = (6, 10, 8, 28, 12, 12, 60, 60, 24, 8, 22)
_HEAD = PatternFill("solid", fgColor="DCE9F2")
_FILLS = {"error": PatternFill("solid", fgColor="F6CFCB"), "warning": PatternFill("solid", fgColor="FBE6BF")}
_LONGEST = 32_000
"""Characters a cell may hold, a little less than Excel's limit."""


def report_workbook(river: RiverNetwork, lang: Lang = "zh") -> bytes:
    """A workbook with the sheet 导入报告 and a sheet of the counts."""
    book = Workbook()
    book.remove(book.active)
    add_report_sheet(book, river, lang)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def add_report_sheet(book: Workbook, river: RiverNetwork, lang: Lang = "zh") -> None:
    """Add the report of a river to a workbook: its rows, and what became of the rows of each file.

    Texts that a spreadsheet would take for a formula are made harmless.
    """
    rows = [_cells(number, row, lang) for number, row in enumerate(report_rows(river, lang), start=1)]
    titles = [text(f"report.col_{c}", lang) for c in COLUMNS]
    _fill(book.create_sheet(text("report.sheet", lang)), titles, rows, _WIDTHS)
    counted = [[c.file, c.sheet, c.read, c.kept, c.merged, sum(c.dropped.values()),
                reasons_said(c.dropped, lang),
                text("report.adds_up" if c.adds_up else "report.adds_not", lang)] for c in counts_of(river)]
    heads = [text(f"report.count_{c}", lang)
             for c in ("file", "sheet", "read", "kept", "merged", "dropped", "reasons", "sum")]
    _fill(book.create_sheet(text("report.counts", lang)), heads, counted, (30, 20, 8, 8, 8, 8, 50, 10))


def _cells(number: int, row: ReportRow, lang: Lang) -> list[Any]:
    severity = text(f"report.severity_{row.severity}", lang) if row.group == "doubt" else ""
    return [number, text(f"report.group_{row.group}", lang), severity, row.place,
            None if row.lon is None else round(row.lon, 6), None if row.lat is None else round(row.lat, 6),
            row.what, row.mend, row.file, row.row, row.code]


def _fill(sheet: Any, heads: list[str], rows: list[list[Any]], widths: tuple[int, ...]) -> None:
    for line in (heads, *rows):
        sheet.append([neutral(text_of(v)[:_LONGEST]) if isinstance(v, str) else v for v in line])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    fills = {text(f"report.severity_{s}", lang): fill for s, fill in _FILLS.items() for lang in ("zh", "en")}
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, str) and cell.value in fills:
                cell.fill = fills[cell.value]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
