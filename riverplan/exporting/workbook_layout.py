"""How a list looks in a workbook: heads as in the template, units, choices, gaps marked, ready to print."""

import unicodedata
from collections.abc import Collection
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from riverplan.exporting.workbook_rows import ListSheet, written
from riverplan.i18n import Lang, pick, text
from riverplan.tables.cells import text_of
from riverplan.tables.schema import Field, tables
from riverplan.tables.template import head_of

HEAD = PatternFill("solid", fgColor="DCE9F2")
NEEDED = PatternFill("solid", fgColor="F7E3B5")
GAP = PatternFill("solid", fgColor="FCD5CE")
"""A cell that a plan needs and that is empty; grey on a black and white print."""
CHANGED = PatternFill("solid", fgColor="E3D5F2")
THIN = Side(style="thin", color="A5B1BC")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FONT, BOLD = Font(size=10), Font(size=10, bold=True)
_SPARE_ROWS = 200
"""Rows below the last one that the choices reach."""
_NARROWEST, _WIDEST = 7, 34
_LINE_HEIGHT = 13.5
_MOST_LINES = 12
_PAGE = 165
"""Widths of characters on a page of A4 across at 60 per cent, the smallest scale still read with ease (assumed)."""
_DATUM = "WGS84"
_FORMATS = {"km": "0.00", "": "General"}


def put(cell: Any, value: str | float | int | None) -> None:
    """Write a value; a text is a text, whatever it begins with, and stays one when the cell is edited."""
    if value is None:
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"                                    # else "=1+1" is a formula and "#N/A" an error
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))


def fill_list(sheet: Any, wanted: ListSheet, lang: Lang, changed: Collection[tuple[int, str]] = ()) -> None:
    """Write a list into an empty sheet.

    Parameters
    ----------
    sheet
        Of openpyxl.
    wanted
        What to write.
    changed
        Row (from 0) and field of cells that would be read back otherwise: marked too.
    """
    cells = [[written(row.get(f.name), f, lang) for f in wanted.fields] for row in wanted.rows]
    widths = [_width(f, [row[c] for row in cells], lang) for c, f in enumerate(wanted.fields)]
    for column, field in enumerate(wanted.fields, start=1):
        _head(sheet, column, field, widths[column - 1], lang)
        _choices(sheet, column, field, len(cells), lang)
    for r, row in enumerate(cells):
        for c, field in enumerate(wanted.fields):
            cell = sheet.cell(row=r + 2, column=c + 1)
            put(cell, row[c])
            _dress(cell, field)
            if field.name in wanted.gaps[r]:
                cell.fill = GAP
                cell.comment = _note(text("workbook.gap", lang))
            elif (r, field.name) in changed:
                cell.fill = CHANGED
                cell.comment = _note(text("workbook.changed", lang))
        lines = max(_lines(v, w) for v, w in zip(row, widths, strict=True))
        sheet.row_dimensions[r + 2].height = _LINE_HEIGHT * min(lines, _MOST_LINES) + 3
    heads = [f.head(lang) for f in wanted.fields]
    sheet.row_dimensions[1].height = _LINE_HEIGHT * max(
        _lines(head_of(f, lang), w) for f, w in zip(wanted.fields, widths, strict=True)) + 6
    fixed = _fixed(wanted)
    sheet.freeze_panes = f"{get_column_letter(fixed + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(cells) + 1}"
    for_print(sheet, sum(widths), rows="1:1", columns=f"A:{get_column_letter(fixed)}")


def for_print(sheet: Any, width: float, *, rows: str = "", columns: str = "") -> None:
    """A4 across, heads and first columns on every page, as many pages side by side as letters stay readable."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = max(1, -(-int(width) // _PAGE))
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.7, 0.6
    if rows:
        sheet.print_title_rows = rows
    if columns and sheet.page_setup.fitToWidth > 1:
        sheet.print_title_cols = columns


def page_words(sheet: Any, *, left: str, right: str, lang: Lang) -> None:
    """What stands over and under every printed page; the list is named, the pages are numbered."""
    sheet.oddHeader.left.text = left.replace("&", "&&")
    sheet.oddHeader.center.text = "&A"
    sheet.oddHeader.right.text = right.replace("&", "&&")
    sheet.oddFooter.left.text = text("webmap.internal", lang)
    sheet.oddFooter.right.text = text("workbook.page", lang)


def _fixed(wanted: ListSheet) -> int:
    """How many columns stay in sight: id and name, or the first."""
    return 2 if tables()[wanted.kind].key else 1


def _head(sheet: Any, column: int, field: Field, width: float, lang: Lang) -> None:
    cell = sheet.cell(row=1, column=column)
    head = head_of(field, lang)
    if field.type in ("longitude", "latitude"):                 # says what the template leaves to be asked
        named = pick(lang, f"（{_DATUM}）", f" ({_DATUM})")
        head = f"{field.head(lang)}{named}{'*' if field.required else ''}"
    put(cell, head)
    cell.font, cell.border = BOLD, BOX
    cell.fill = NEEDED if field.required else HEAD
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    letter = get_column_letter(column)
    sheet.column_dimensions[letter].width = width
    if field.type in ("text", "date"):
        sheet.column_dimensions[letter].number_format = "@"     # what is typed below keeps its zeros too


def _choices(sheet: Any, column: int, field: Field, rows: int, lang: Lang) -> None:
    if field.type not in ("choice", "boolean"):
        return
    options = [text("template.yes", lang), text("template.no", lang)] if field.type == "boolean" else [
        str(written(c.code, field, lang)) for c in field.choices]
    rule = DataValidation(type="list", formula1='"' + ",".join(options) + '"', allow_blank=True)
    rule.errorTitle, rule.error = text("template.choose_title", lang), text("template.choose", lang)
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{rows + 1 + _SPARE_ROWS}")
    sheet.add_data_validation(rule)


def _dress(cell: Any, field: Field) -> None:
    cell.font, cell.border = FONT, BOX
    is_number = field.type in ("number", "integer", "longitude", "latitude")
    cell.alignment = Alignment(horizontal="right" if is_number else "left", vertical="center", wrap_text=not is_number)
    if field.type in ("longitude", "latitude"):
        cell.number_format = "0.000000"
    elif is_number:
        cell.number_format = _FORMATS.get(field.unit, "General")
    elif field.type in ("text", "date"):
        cell.number_format = "@"


def _note(words: str) -> Comment:
    return Comment(words, "riverplan", height=60, width=220)


def width_of(value: object) -> int:
    """How wide a text is printed, in Latin letters: Chinese ones take two.

    >>> width_of("龙河 A")
    6
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text_of(value))


def _width(field: Field, values: list[Any], lang: Lang) -> float:
    """The width of a column: its values, and its head in two or three lines."""
    head = width_of(head_of(field, lang))
    if field.type in ("longitude", "latitude"):
        return 12
    longest = max((9 if isinstance(v, float) else width_of(v) for v in values), default=0)
    return max(_NARROWEST, min(max(longest, -(-head // 2) if head > 10 else head) + 2, _WIDEST))


def _lines(value: object, width: float) -> int:
    return max(1, -(-width_of(value) // max(1, int(width) - 1))) if isinstance(value, str) else 1
