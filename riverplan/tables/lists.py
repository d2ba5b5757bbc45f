"""Reading a bureau's lists: workbooks with a sheet a list, documents with tables, points, CSV files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from riverplan.crs import Datum
from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.tables.counts import Count, Tally
from riverplan.tables.datum_said import said_nothing
from riverplan.tables.duplicates import settle_duplicates
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.heads import head_texts, is_ignored
from riverplan.tables.ids import settle_ids
from riverplan.tables.mappings import Remembered, read_mappings
from riverplan.tables.materials import group_items
from riverplan.tables.measures import fold
from riverplan.tables.remarks import heed_remarks
from riverplan.tables.rows import Row
from riverplan.tables.schema import Field, Table, tables
from riverplan.tables.sheets import Source, check_columns, read_sheet

_HEAD_ROWS = 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lists:
    """The lists of one or several files.

    Parameters
    ----------
    frames
        A frame for *every* kind of list, empty where the files have none. Columns are the fields of the
        list, all in SI (``river_km``, ``from_km``, ``to_km`` and ``at_km`` too: metres), and ``file``,
        ``sheet`` and ``row`` (as Excel counts). Numbers and integers are float64 with nan, texts ``""``
        where empty, booleans False where empty.
    problems
        Everything found, down to notes; rows left out are errors.
    found
        The kinds the files have a sheet of.
    counts
        What became of the rows of every sheet: read = kept + merged + dropped.
    sources
        Every sheet as a person maps its columns.
    """

    frames: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    found: tuple[str, ...]
    counts: tuple[Count, ...] = ()
    sources: tuple[Source, ...] = ()

    def records(self, kind: str) -> Iterator[dict[str, Any]]:
        """The rows of a list as plain values: None for nan, int for integers; ``file``, ``sheet`` and ``row`` too."""
        integers = {f.name for f in tables()[kind].fields if f.type == "integer"}
        for values in self.frames[kind].to_dict("records"):
            row = {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in values.items()}
            yield {k: int(v) if k in integers and v is not None else v for k, v in row.items()}


def read_lists(paths: Path | str | Sequence[Path | str], *, columns: Mapping[str, str] | None = None,
               mappings: Path | str | None = None, datums: Mapping[str, Datum] | None = None) -> Lists:
    """Read the lists of files: .xlsx, .xls, .ods, .csv, tables in .docx, points of KML, shapefile, GeoPackage, GeoJSON.

    Sheets are recognised by their name, a title over the heads, their heads or the name of the file.
    Rows that say exactly the same are merged, things remarked as gone (撤销) are left out: both are said
    and counted. Names are no keys.

    Parameters
    ----------
    paths
        The file or files; they are not changed.
    columns
        Field or head of ours by head of the list where a person says what a column is; ``""`` leaves it out.
    mappings
        The file of what was said before (see ``mappings.remember``); it may be missing.
    datums
        Of the coordinates, as a person stated it, by the name of the file (``*`` for all others); heads that name
        one count before it. Without either WGS84 is taken, and said.

    Raises
    ------
    InputError
        If a file cannot be read, no file holds a known list, no row can be used, or a mapped column or field
        does not exist; with all problems.
    """
    files = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(p) for p in paths]
    known = read_mappings(mappings) if mappings is not None else {}
    reader = _Reader(columns=dict(columns or {}), known=known, datums=datums or {})
    for path in files:
        reader.read(path)
    return reader.lists(files)


def look(path: Path | str, *, mappings: Path | str | None = None) -> tuple[Source, ...]:
    """The sheets of a file as a person maps them, also of one in which no list is recognised.

    Parameters
    ----------
    path
        The file.
    mappings
        The file of what was said before, as for :func:`read_lists`.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    path = Path(path)
    known = read_mappings(mappings) if mappings is not None else {}
    return tuple(read_sheet(path, grid, columns={}, known=known).source for grid in read_grids(path)[0]
                 if _holds(grid) and not grid.hidden and not is_ignored(grid.sheet))


class _Reader:
    """Files being read: what they gave so far."""

    def __init__(self, *, columns: Mapping[str, str], known: Mapping[str, Remembered],
                 datums: Mapping[str, Datum]) -> None:
        self.columns, self.known, self.datums = columns, known, datums
        self.rows: dict[str, list[Row]] = {kind: [] for kind in tables()}
        self.problems: list[Problem] = []
        self.unread: list[Problem] = []
        self.found: list[str] = []
        self.sources: list[Source] = []
        self.heads: set[str] = set()
        self.tally = Tally()
        self.seen = 0
        self.unsaid: dict[str, None] = {}
        """Files with points whose datum no person stated."""

    def read(self, path: Path) -> None:
        """Read one file; one that cannot be read is noted and the others are read on: all problems at once."""
        try:
            grids, first = read_grids(path)
        except InputError as error:
            self.unread += error.problems
            return
        self.problems += first
        for grid in grids:
            if grid.left_out:
                self.tally.drop(path.name, grid.sheet, grid.left_out)
            if not _holds(grid) or is_ignored(grid.sheet):
                continue
            if grid.hidden:
                self.problems.append(Problem(code="sheet_hidden", severity="note", file=path.name, sheet=grid.sheet))
                self.tally.drop(path.name, grid.sheet, {"sheet_hidden": _filled(grid)})
                continue
            self._sheet(path, grid)

    def _sheet(self, path: Path, grid: Grid) -> None:
        self.heads |= {fold(t) for r in range(min(_HEAD_ROWS, len(grid.rows))) for t in head_texts(grid, r) if t}
        datum = self.datums.get(path.name, self.datums.get("*"))
        sheet = read_sheet(path, grid, columns=self.columns, known=self.known, datum=datum)
        self.sources.append(sheet.source)
        self.problems += sheet.problems
        if not sheet.rows:
            self.tally.drop(path.name, grid.sheet,
                            {"heads_missing" if sheet.source.kind else "sheet_unknown":
                             _filled(grid) - bool(sheet.source.heads)})
        for kind, read in sheet.rows.items():
            self.tally.add(path.name, grid.sheet, read.outcomes)
            self.rows[kind] += read.rows
            self.seen += read.seen
            if read.has_points and datum is None:
                self.unsaid.setdefault(path.name, None)
            if kind not in self.found:
                self.found.append(kind)

    def lists(self, files: Sequence[Path]) -> Lists:
        """Everything that was read, settled: gone things out, same rows merged, ids unique."""
        about = "、".join(p.name for p in files)
        if self.columns and self.sources:
            try:
                check_columns(self.columns, tuple(self.sources), frozenset(self.heads))
            except InputError as error:
                self.unread += error.problems
        if not self.found and not self.unread:
            self.problems = [p for p in self.problems if p.code != "sheet_unknown"]      # it would say the same twice
            self.unread.append(Problem(code="workbook_no_list", file=about,
                                       fields={"lists": listed(t.zh for t in tables().values())}))
        if self.unread or (self.seen and not any(self.rows.values())):
            raise InputError([*self.problems, *self.unread])
        if not self.seen:
            self.problems.append(Problem(code="workbook_blank", severity="warning", file=about))
        self.problems += heed_remarks(self.rows, self.tally)
        self.problems += settle_duplicates(self.rows, self.tally)
        self.problems += group_items(self.rows)
        self.problems += settle_ids(self.rows)
        named = {p.file for p in self.problems if p.code in ("datum_head", "datum_unsure", "points_ovital")}
        self.problems += [said_nothing(file, lines=False) for file in self.unsaid if file not in named]
        frames = {kind: _frame(tables()[kind], self.rows[kind]) for kind in tables()}
        return Lists(frames=MappingProxyType(frames), problems=tuple(self.problems), found=tuple(self.found),
                     counts=self.tally.counts(), sources=tuple(self.sources))


def _holds(grid: Grid) -> bool:
    return any(any(v is not None and v != "" for v in row) for row in grid.rows)


def _filled(grid: Grid) -> int:
    return sum(any(v is not None and v != "" for v in row) for row in grid.rows)


def _frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    data: dict[str, Any] = {f.name: _column(f, [row[f.name] for row in rows]) for f in table.fields}
    data["file"] = pd.Series([row["file"] for row in rows], dtype=object)
    data["sheet"] = pd.Series([row["sheet"] for row in rows], dtype=object)
    data["row"] = pd.Series([row["row"] for row in rows], dtype="int64")
    return pd.DataFrame(data)


def _column(field: Field, values: Sequence[Any]) -> pd.Series:
    if field.is_text:
        return pd.Series(["" if v is None else v for v in values], dtype=object)
    if field.type == "boolean":
        return pd.Series([bool(v) for v in values], dtype=bool)
    return pd.Series([np.nan if v is None else v for v in values], dtype="float64")
