"""Workbooks and CSV files as grids of cells, with what Excel hides: merged cells, hidden sheets, formulas."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riverplan.errors import InputError, Problem
from riverplan.tables.decoding import detect

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST = 200_000_000
"""No list of a river is larger unpacked [bytes]; an archive that is wants to harm."""
_FORMULA = re.compile(rb"<f[ >/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet: its cells by row, the first at index 0 (row 1 of Excel)."""

    sheet: str
    rows: Sequence[Sequence[Any]]
    filled: frozenset[tuple[int, int]] = frozenset()
    """(row, column) of cells that only repeat the value of a merged cell."""
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    """(row, column) of formulas whose value was never calculated."""
    hidden: bool = False


def read_grids(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The sheets of a workbook, or a CSV file as one sheet without a name.

    Raises
    ------
    InputError
        If the file is missing, empty, protected or of another kind; the mend is named.
    """
    try:
        start = path.read_bytes() if path.suffix.lower() == ".csv" else _head(path)
    except OSError as error:
        code = "input_missing" if isinstance(error, FileNotFoundError) else "input_unreadable"
        raise InputError(_about(path, code, reason=error.strerror or str(error))) from None
    if not start.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise InputError(_about(path, "input_empty"))
    if start.startswith(b"PK"):
        return _workbook(path), ()
    if start.startswith(_OLE):
        protected = _ENCRYPTED in path.read_bytes()[:_LARGEST]
        raise InputError(_about(path, "workbook_protected" if protected else "workbook_old"))
    if path.suffix.lower() != ".csv":
        raise InputError(_about(path, "workbook_not", suffix=path.suffix or "—"))
    return _csv(path, start)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _about(path: Path, code: str, **fields: object) -> Problem:
    return Problem(code=code, file=path.name, fields={"file": path.name, **fields})


def _csv(path: Path, raw: bytes) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(_about(path, "workbook_not", suffix=path.suffix))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):                     # Excel's "Unicode text"
        raw = raw.decode("utf-16", "replace").encode()
    found = detect(raw.splitlines())
    encoding = found.encoding
    text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    first = text.splitlines()[:12]
    separator = max(",;\t", key=lambda c: sum(line.count(c) for line in first))
    problems = []
    if "�" in text or not found.sure:
        problems.append(Problem(code="encoding_unsure", severity="warning", file=path.name,
                                fields={"encoding": encoding, "sample": found.sample}))
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    return (Grid(sheet="", rows=rows),), tuple(problems)


def _workbook(path: Path) -> tuple[Grid, ...]:
    with_formulas = _inspect(path)
    book = _load(path, values=True)
    formulas = _load(path, values=False) if with_formulas else None
    return tuple(_grid(sheet, formulas[sheet.title] if formulas else None) for sheet in book.worksheets)


def _inspect(path: Path) -> bool:
    """Check that the archive is a workbook of a sane size; whether it holds formulas."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {m.filename for m in members}
            if "xl/workbook.xml" not in names:
                kind = "workbook_binary" if "xl/workbook.bin" in names else "workbook_not"
                raise InputError(_about(path, kind, suffix=path.suffix))
            if sum(m.file_size for m in members) > _LARGEST:
                raise InputError(_about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
            return any(_FORMULA.search(archive.read(m)) for m in members
                       if m.filename.startswith("xl/worksheets/") and m.filename.endswith(".xml"))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(_about(path, "workbook_broken", reason=str(error))) from None


def _load(path: Path, *, values: bool) -> Any:
    import openpyxl

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")            # styles and extensions openpyxl does not draw
            return openpyxl.load_workbook(file, data_only=values, keep_links=False)
    except Exception as error:              # openpyxl raises anything at all on parts it cannot read
        raise InputError(_about(path, "workbook_broken", reason=str(error))) from None


def _grid(sheet: Any, formulas: Any) -> Grid:
    rows: list[list[Any]] = [list(r) for r in sheet.iter_rows(min_row=1, min_col=1, values_only=True)]
    while rows and all(v is None for v in rows[-1]):
        rows.pop()
    filled = set()
    for area in sheet.merged_cells.ranges:
        bottom, right = min(area.max_row, len(rows)), area.max_col
        if area.min_row > len(rows) or right > len(rows[0]):
            continue
        value = rows[area.min_row - 1][area.min_col - 1]
        for r in range(area.min_row - 1, bottom):      # down only: a title over all columns is no value
            c = area.min_col - 1
            if r >= area.min_row and rows[r][c] is None:
                rows[r][c] = value
                filled.add((r, c))
    uncalculated = set()
    if formulas is not None:
        for r, row in enumerate(formulas.iter_rows(min_row=1, max_row=len(rows) or 1, min_col=1)):
            for c, cell in enumerate(row):
                if cell.data_type == "f" and r < len(rows) and c < len(rows[r]) and rows[r][c] is None:
                    uncalculated.add((r, c))
    return Grid(sheet=sheet.title, rows=rows, filled=frozenset(filled), uncalculated=frozenset(uncalculated),
                hidden=sheet.sheet_state != "visible")
