"""Releases that change: from, until and mass of each part, from CSV or a workbook, Chinese or English heads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riverplan.errors import InputError, Problem
from riverplan.tables.cells import number_and_rest, text_of
from riverplan.tables.gauges import station_heads
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.measures import fold
from riverplan.units import HOUR

HEADS: Mapping[str, frozenset[str]] = {
    name: frozenset(fold(w) for w in words.split()) for name, words in {
        "from": "开始 开始时间 起 起始 自 从 from from_h start start_h begin",
        "until": "结束 结束时间 止 终止 至 到 until until_h to to_h end end_h",
        "mass": "质量 释放量 泄漏量 入河量 mass mass_kg kg",
    }.items()}
"""Heads without their units: hours after the beginning, and kilograms."""

Release = tuple[tuple[float, float, float], ...]
"""From and until [s], mass [kg] of each part."""


def read_release(path: Path | str) -> Release:
    """Read a release in parts; hours after the beginning and kilograms in the file.

    A part without an end is instantaneous. A release with a part left out would be another release: any row that
    cannot be read is an error.

    Raises
    ------
    InputError
        If the file cannot be read, has no heads of a release or no rows, or any row is no numbers; all problems.
    """
    path = Path(path)
    grids, problems = read_grids(path)
    said = list(problems)
    parts: list[tuple[float, float, float]] = []
    known = False
    for grid in grids:
        head = station_heads(grid, HEADS, {"from", "mass"}, {"from"})
        if head is not None and not grid.hidden:
            known = True
            _rows(path.name, grid, *head, parts, said)
    if not known:
        said.append(Problem(code="release_heads", file=path.name))
    elif not parts:
        said.append(Problem(code="release_empty", file=path.name))
    if any(p.severity == "error" for p in said):
        raise InputError(said)
    return tuple(parts)


def _rows(file: str, grid: Grid, head: int, columns: Mapping[str, int], parts: list[tuple[float, float, float]],
          said: list[Problem]) -> None:
    for r in range(head + 1, len(grid.rows)):
        cells = {name: grid.rows[r][c] if c < len(grid.rows[r]) else None for name, c in columns.items()}
        if not any(text_of(v).strip() for v in cells.values()):
            continue
        if not text_of(cells.get("until")).strip():
            cells["until"] = cells["from"]
        numbers = {name: _number(cells[name]) for name in ("from", "until", "mass")}
        wrong = [name for name, v in numbers.items() if v is None]
        said += [Problem(code="release_number", file=file, sheet=grid.sheet, row=r + 1,
                         fields={"value": text_of(cells[name])}) for name in wrong]
        if not wrong:
            begin, until, kg = (v or 0.0 for v in numbers.values())
            parts.append((begin * HOUR, until * HOUR, kg))


def _number(cell: Any) -> float | None:
    split = number_and_rest(text_of(cell).strip())
    return split[0] if split and not split[1].strip() else None
