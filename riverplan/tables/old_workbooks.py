"""Workbooks of older programs (.xls) and of LibreOffice (.ods) as grids; values only, merged cells filled down."""

from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from riverplan.errors import InputError, Problem
from riverplan.tables.grids import Grid, about, keep_columns

_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
_LARGEST = 100_000_000
_MOST_CELLS = 2_000_000
"""Cells of the box around a sheet: the reader makes every one of them."""


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The sheets of an ``.xls`` or ``.ods`` workbook.

    Raises
    ------
    InputError
        If it has a password, is broken, or is no workbook (a ``.doc`` or ``.et`` under another name).
    """
    if path.stat().st_size > _LARGEST:
        raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
    raw = path.read_bytes()
    if any(word in raw for word in _ENCRYPTED):
        raise InputError(about(path, "workbook_protected"))
    problems: list[Problem] = []
    grids: list[Grid] = []
    try:
        with CalamineWorkbook.from_path(path) as book:
            shown = {m.name: m.visible == SheetVisibleEnum.Visible for m in book.sheets_metadata
                     if m.typ == SheetTypeEnum.WorkSheet}
            for name, visible in shown.items():
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > _MOST_CELLS:
                    cells = sheet.total_height * sheet.total_width
                    raise InputError(about(path, "workbook_huge", cells=cells, most=_MOST_CELLS))
                grids.append(_grid(path, name, sheet, problems, hidden=not visible))
    except InputError:
        raise
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        # the reader gives errors of its own, and a panic (no Exception) on some damaged files
        raise InputError(about(path, "workbook_old", reason=str(error))) from None
    return tuple(grids), tuple(problems)


def _grid(path: Path, name: str, sheet: Any, problems: list[Problem], *, hidden: bool) -> Grid:
    rows: list[list[Any]] = [[None if v == "" else v for v in row] for row in sheet.to_python(skip_empty_area=False)]
    keep_columns(path, name, rows, problems)
    filled = set()
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        for r in range(top + 1, min(bottom + 1, len(rows))):
            if rows[r][left] is None:
                rows[r][left] = rows[top][left]
                filled.add((r, left))
    return Grid(sheet=name, rows=rows, filled=frozenset(filled), hidden=hidden)
