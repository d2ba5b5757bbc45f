"""Workbooks of Excel (.xlsx) as grids, with what it hides: merged cells, hidden sheets, formulas."""

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from riverplan.errors import InputError, Problem
from riverplan.tables.grids import UNPACKING, Grid, about, keep_columns

_LARGEST = 200_000_000
"""No list of a river is larger unpacked [bytes]; an archive that is wants to harm."""
_MOST_CELLS = 1_000_000
"""Cells one workbook may hold: 50,000 rows of twenty columns."""
_FORMULA = re.compile(rb"<f[ >/]")
_CELL = re.compile(rb"<c[ >]")
_MERGED = re.compile(rb"""<mergeCell [^>]*ref\s*=\s*["']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})""")


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The sheets of an Excel workbook.

    Raises
    ------
    InputError
        If it is none, is broken, or is far larger than a list can be.
    """
    with_formulas = _inspect(path)
    book = _load(path, values=True)
    formulas = _load(path, values=False) if with_formulas else None
    problems: list[Problem] = []
    grids = [_grid(path, sheet, formulas[sheet.title] if formulas else None, problems) for sheet in book.worksheets]
    return tuple(grids), tuple(problems)


def _inspect(path: Path) -> bool:
    """Check that the archive is a workbook of a sane size; whether it holds formulas."""
    cells, formulas = 0, False
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {m.filename for m in members}
            if "xl/workbook.xml" not in names:
                kind = "workbook_binary" if "xl/workbook.bin" in names else "workbook_not"
                raise InputError(about(path, kind, suffix=path.suffix))
            if sum(m.file_size for m in members) > _LARGEST:
                raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    xml = archive.read(member)
                    cells += len(_CELL.findall(xml)) + _merged_cells(xml)
                    formulas |= _FORMULA.search(xml) is not None
    except UNPACKING as error:
        raise InputError(about(path, "workbook_broken", reason=str(error))) from None
    if cells > _MOST_CELLS:
        raise InputError(about(path, "workbook_huge", cells=cells, most=_MOST_CELLS))
    return formulas


def _merged_cells(xml: bytes) -> int:
    """How many cells the merged areas of a sheet claim: openpyxl makes an object of each."""
    return sum(max(0, int(bottom) - int(top) + 1) * max(0, column_index_from_string(right.decode().upper())
                                                         - column_index_from_string(left.decode().upper()) + 1)
               for left, top, right, bottom in _MERGED.findall(xml))


def _load(path: Path, *, values: bool) -> Any:
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")            # styles and extensions openpyxl does not draw
            return openpyxl.load_workbook(file, data_only=values, keep_links=False)
    except Exception as error:              # openpyxl raises anything at all on parts it cannot read
        raise InputError(about(path, "workbook_broken", reason=str(error))) from None


def _grid(path: Path, sheet: Any, formulas: Any, problems: list[Problem]) -> Grid:
    rows = _rows(sheet)
    keep_columns(path, sheet.title, rows, problems)
    filled = set()
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row - 1, area.min_col - 1
        value = _at(rows, top, left)
        if value is None:
            continue
        for r in range(top + 1, min(area.max_row, len(rows))):     # down only: a title over all columns is no value
            if _at(rows, r, left) is None:
                rows[r] += [None] * (left + 1 - len(rows[r]))
                rows[r][left] = value
                filled.add((r, left))
    uncalculated = set()
    if formulas is not None:
        uncalculated = {(r - 1, c - 1) for (r, c), cell in formulas._cells.items()
                        if cell.data_type == "f" and _at(rows, r - 1, c - 1) is None}
        for r, c in uncalculated:                                  # a row of formulas alone is a row
            rows += [[] for _ in range(r + 1 - len(rows))]
            rows[r] += [None] * (c + 1 - len(rows[r]))
    return Grid(sheet=sheet.title, rows=rows, filled=frozenset(filled), uncalculated=frozenset(uncalculated),
                hidden=sheet.sheet_state != "visible")


def _rows(sheet: Any) -> list[list[Any]]:
    """The rows from the cells that exist: one cell in row 1,048,576 must not make a million rows of cells."""
    held = {place: cell.value for place, cell in sheet._cells.items() if cell.value is not None}
    height = max((r for r, _ in held), default=0)
    rows: list[list[Any]] = [[] for _ in range(height)]
    for (r, c), value in sorted(held.items()):
        row = rows[r - 1]
        row += [None] * (c - 1 - len(row))
        row.append(value)
    return rows


def _at(rows: list[list[Any]], r: int, c: int) -> Any:
    return rows[r][c] if r < len(rows) and c < len(rows[r]) else None
