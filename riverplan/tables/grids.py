"""Files of lists as grids of cells: which reader a file needs, and what cannot be read, with its mend."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from riverplan.errors import InputError, Problem

Grids = tuple["Grid", ...]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READERS: Mapping[str, str] = MappingProxyType({
    ".xlsx": "workbooks", ".xlsm": "workbooks", ".xls": "old_workbooks", ".ods": "old_workbooks", ".csv": "text_tables",
    ".docx": "documents", ".kml": "point_files", ".kmz": "point_files", ".ovkml": "point_files",
    ".ovkmz": "point_files", ".shp": "point_files", ".gpkg": "point_files", ".geojson": "point_files",
    ".json": "point_files",
})
"""Which module reads a file of lists, by its suffix; each has ``read(path) → (grids, problems)``."""
_REFUSED: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys((".et", ".ett"), "list_old_table"), **dict.fromkeys((".doc", ".wps", ".wpt"), "list_old_document"),
    **dict.fromkeys((".pdf", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".heic"), "list_is_picture"),
    **dict.fromkeys((".ovobj", ".ovjsn"), "list_ovobj"),
})
_WIDEST = 1_000
"""Columns read of a sheet: no list of a bureau has more."""


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
    title: str = ""
    """What stands over a table of a document or what folder points lie in, where it is not the sheet's name."""
    cut: bool = False
    """Whether the heads come from a dBase table, which keeps ten bytes of each."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Rows of the file that are no rows of a list, by the code of the reason (lines among points)."""


def read_grids(path: Path) -> tuple[Grids, tuple[Problem, ...]]:
    """The sheets of a workbook, the tables of a document, the layers of points of a map file, or a CSV file.

    What a file is called counts less than what it is: an ``.xls`` that is an ``.xlsx`` inside, or the other
    way round, is read as what it is.

    Raises
    ------
    InputError
        If the file is missing, empty, protected or of another kind; the mend is named.
    """
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        code = "input_missing" if isinstance(error, FileNotFoundError) else "input_unreadable"
        raise InputError(about(path, code, reason=error.strerror or str(error))) from None
    if not start.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise InputError(about(path, "input_empty"))
    if suffix in _REFUSED:
        raise InputError(about(path, _REFUSED[suffix], suffix=path.suffix))
    reader = _READERS.get(suffix, "")
    if start.startswith(b"PK") and reader in ("", "old_workbooks", "text_tables", "workbooks", "documents"):
        reader = _inside(path) or reader or "workbooks"
    elif start.startswith(_OLE):
        reader = "old_workbooks"
    elif reader in ("workbooks", "old_workbooks", "documents", ""):
        raise InputError(about(path, "workbook_not", suffix=path.suffix or "—"))
    grids, problems = import_module(f"riverplan.tables.{reader}").read(path)
    return grids, problems


UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What Python raises of an archive that is broken, protected, or packed in a way it does not know."""


def about(path: Path, code: str, **fields: object) -> Problem:
    """A problem of a whole file."""
    return Problem(code=code, file=path.name, fields={"file": path.name, **fields})


def keep_columns(path: Path, sheet: str, rows: list[list[Any]], problems: list[Problem]) -> None:
    """Cut rows at the widest a list can be, in place, and say so where anything stood beyond."""
    beyond = max((len(row) for row in rows), default=0)
    if beyond > _WIDEST:
        for row in rows:
            del row[_WIDEST:]
        problems.append(Problem(code="columns_many", severity="warning", file=path.name, sheet=sheet,
                                fields={"columns": beyond, "most": _WIDEST}))


def _inside(path: Path) -> str:
    """The reader of an archive by what lies in it; empty where it is none of these."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                return "old_workbooks" if archive.read("mimetype")[:80].endswith(b"spreadsheet") else ""
    except Exception:                       # whatever is wrong with the archive, its reader says so
        return ""
    if "word/document.xml" in names:
        return "documents"
    return "workbooks" if any(n.startswith("xl/") for n in names) else ""
