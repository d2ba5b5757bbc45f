"""Reading a bureau's lists: one workbook with a sheet a list, or a CSV file with one list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from riverplan.crs import Datum
from riverplan.errors import InputError, Problem
from riverplan.tables.datum_said import said_nothing
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.heads import find_heads, is_ignored, kind_by_heads, kind_by_name, kind_by_title
from riverplan.tables.ids import settle_ids
from riverplan.tables.rows import Row, read_rows
from riverplan.tables.schema import Field, Table, tables
from riverplan.tables.wide_flows import wide_flows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lists:
    """The lists of one file.

    Parameters
    ----------
    frames
        A frame for *every* kind of list, empty where the file has none. Columns are the fields of the
        list, all in SI (``river_km``, ``from_km``, ``to_km`` and ``at_km`` too: metres), and ``sheet`` and
        ``row`` (as Excel counts). Numbers and integers are float64 with nan, texts ``""`` where empty,
        booleans False where empty.
    problems
        Everything found, down to notes; rows left out are errors.
    found
        The kinds the file has a sheet of.
    """

    frames: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    found: tuple[str, ...]

    def records(self, kind: str) -> Iterator[dict[str, Any]]:
        """The rows of a list as plain values: None for nan, int for integers; ``sheet`` and ``row`` too."""
        integers = {f.name for f in tables()[kind].fields if f.type == "integer"}
        for values in self.frames[kind].to_dict("records"):
            row = {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in values.items()}
            yield {k: int(v) if k in integers and v is not None else v for k, v in row.items()}


def read_lists(path: Path | str, datum: Datum | None = None) -> Lists:
    """Read the lists of a workbook (.xlsx) or of a CSV file.

    Sheets are recognised by their name, a title over the heads, their heads or the name of the file.

    Parameters
    ----------
    path
        The file; it is not changed.
    datum
        Of its coordinates, as a person stated it; heads that name one count before it. Without either WGS84 is
        taken, and said.

    Raises
    ------
    InputError
        If the file cannot be read, holds no known list, or no row of it can be used; with all problems.
    """
    path = Path(path)
    grids, first = read_grids(path)
    problems = list(first)
    rows: dict[str, list[Row]] = {kind: [] for kind in tables()}
    found: list[str] = []
    seen, has_points = 0, False
    for grid in grids:
        if not any(any(v is not None and v != "" for v in row) for row in grid.rows):
            continue
        if grid.hidden:
            problems.append(Problem(code="sheet_hidden", severity="note", file=path.name, sheet=grid.sheet))
            continue
        if is_ignored(grid.sheet):
            continue
        kind = _kind(grid, path)
        if not kind:
            names = "、".join(t.zh for t in tables().values())
            problems.append(Problem(code="sheet_unknown", severity="note", file=path.name, sheet=grid.sheet,
                                    fields={"lists": names}))
            continue
        table = tables()[kind]
        heads = find_heads(grid, table)
        beside = wide_flows(grid) if kind in ("river", "flow") else ()
        for scenario, own in beside:
            flows = read_rows(path.name, grid, tables()["flow"], own, given={"scenario": scenario})
            problems += [p for p in flows.problems if p.code != "rows_skipped" and not _said(p, problems)]
            rows["flow"] += flows.rows
            seen += flows.seen
        if beside and "flow" not in found:
            found.append("flow")
        if kind == "flow" and beside:
            continue
        if heads is not None and beside:
            used = {c.head for _, own in beside for c in own.columns}
            heads = replace(heads, unknown=tuple(h for h in heads.unknown if h not in used))
        if heads is None:
            expected = "、".join(f.zh for f in table.fields if f.required) or table.fields[0].zh
            problems.append(Problem(code="heads_missing", file=path.name, sheet=grid.sheet,
                                    fields={"list": table.zh, "heads": expected}))
            continue
        read = read_rows(path.name, grid, table, heads, datum=datum)
        problems += read.problems
        rows[kind] += read.rows
        seen += read.seen
        has_points |= read.has_points
        if kind not in found:
            found.append(kind)
    if not found:
        problems.append(Problem(code="workbook_no_list", file=path.name,
                                fields={"lists": "、".join(t.zh for t in tables().values())}))
        raise InputError(problems)
    if seen and not any(rows.values()):
        raise InputError(problems)
    if not seen:
        problems.append(Problem(code="workbook_blank", severity="warning", file=path.name))
    problems += settle_ids(path.name, rows)
    if has_points and datum is None and not any(p.code in ("datum_head", "datum_unsure") for p in problems):
        problems.append(said_nothing(path.name, lines=False))
    frames = {kind: _frame(tables()[kind], rows[kind]) for kind in tables()}
    return Lists(frames=MappingProxyType(frames), problems=tuple(problems), found=tuple(found))


def _said(problem: Problem, problems: Sequence[Problem]) -> bool:
    """Whether the same cell was named already (columns that scenarios side by side share)."""
    place = (problem.code, problem.sheet, problem.row, problem.head)
    return problem.row is not None and any((p.code, p.sheet, p.row, p.head) == place for p in problems)


def _kind(grid: Grid, path: Path) -> str:
    named = kind_by_name(grid.sheet) or kind_by_title(grid)
    if named:
        return named
    by_heads = kind_by_heads(grid)
    if by_heads:
        return by_heads
    by_file = kind_by_name(path.stem)
    heads = find_heads(grid, tables()[by_file], least=3) if by_file else None
    return by_file if heads else ""


def _frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    data: dict[str, Any] = {f.name: _column(f, [row[f.name] for row in rows]) for f in table.fields}
    data["sheet"] = pd.Series([row["sheet"] for row in rows], dtype=object)
    data["row"] = pd.Series([row["row"] for row in rows], dtype="int64")
    return pd.DataFrame(data)


def _column(field: Field, values: Sequence[Any]) -> pd.Series:
    if field.is_text:
        return pd.Series(["" if v is None else v for v in values], dtype=object)
    if field.type == "boolean":
        return pd.Series([bool(v) for v in values], dtype=bool)
    return pd.Series([np.nan if v is None else v for v in values], dtype="float64")
