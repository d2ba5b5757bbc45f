"""Gauge files: station, time, level and discharge, from CSV or a workbook, with Chinese or English heads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from riverplan.errors import InputError, Problem
from riverplan.tables.cells import number_and_rest, text_of
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.measures import fold

BEIJING = timezone(timedelta(hours=8))
"""Clock of the files of Chinese gauges; a time that names its own zone keeps it."""
HEADS: Mapping[str, frozenset[str]] = {
    name: frozenset(fold(w) for w in words.split()) for name, words in {
        "station": "站名 站点 测站 测站名称 水文站 站点名称 编号 站点编号 测站编码 站码 电站 "
                   "station site site_id id name",
        "time": "时间 监测时间 观测时间 日期 时刻 采集时间 time datetime date",
        "level": "水位 level stage",
        "discharge": "流量 瞬时流量 发电流量 discharge flow q",
    }.items()}
_UNIT = re.compile(r"[(（\[].*?[)）\]]$")
_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})(?:[:时点](\d{1,2})?分?(?::(\d{1,2}))?"
                   r"(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_SEARCHED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One row of a gauge file: level [m] and discharge [m³/s], ``None`` where empty, at an aware time."""

    station: str
    at: datetime
    level: float | None = None
    discharge: float | None = None
    file: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """What gauge files gave: readings in the order of time, and what is wrong with their rows."""

    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...]


def read_gauges(path: Path | str) -> Gauges:
    """Read a gauge file.

    Rows that cannot be used are left out and named. Times without a zone are Beijing time.

    Raises
    ------
    InputError
        If the file cannot be read, has no heads of a gauge file, or no usable row; with all problems.
    """
    path = Path(path)
    grids, problems = read_grids(path)
    found: list[Reading] = []
    said = list(problems)
    known = False
    for grid in grids:
        head = station_heads(grid, HEADS, {"station", "time"}, {"level", "discharge"})
        if head is not None and not grid.hidden:
            known = True
            _rows(path.name, grid, *head, found, said)
    if not known:
        said.append(Problem(code="gauge_heads", file=path.name))
    if not found:
        raise InputError([*said, Problem(code="gauge_empty", file=path.name)] if known else said)
    return Gauges(readings=tuple(sorted(found, key=lambda r: r.at)), problems=tuple(said))


def station_heads(grid: Grid, heads: Mapping[str, frozenset[str]], needed: set[str], one_of: set[str],
                  ) -> tuple[int, dict[str, int]] | None:
    """Row of the heads of a table of stations and the column of each name; None where those needed are not there."""
    for r, row in enumerate(grid.rows[:_SEARCHED]):
        columns: dict[str, int] = {}
        for c, cell in enumerate(row):
            word = fold(_UNIT.sub("", text_of(cell).strip()))
            for name, words in heads.items():
                if word in words:
                    columns.setdefault(name, c)
        if needed <= columns.keys() and columns.keys() & one_of:
            return r, columns
    return None


def _rows(file: str, grid: Grid, head: int, columns: Mapping[str, int], found: list[Reading],
          said: list[Problem]) -> None:
    for r in range(head + 1, len(grid.rows)):
        cells = {name: grid.rows[r][c] if c < len(grid.rows[r]) else None for name, c in columns.items()}
        if not any(text_of(v).strip() for v in cells.values()):
            continue

        def say(code: str, r: int = r, **fields: object) -> None:
            said.append(Problem(code=code, severity="warning", file=file, sheet=grid.sheet, row=r + 1, fields=fields))

        at = clock(cells["time"])
        station = text_of(cells["station"]).strip()
        if at is None or not station:
            say("gauge_row", value=text_of(cells["time"]))
            continue
        numbers = {name: _number(cells.get(name)) for name in ("level", "discharge")}
        wrong = [name for name, v in numbers.items() if v is not None and v != v]  # noqa: PLR0124
        if wrong:
            say("gauge_number", value=text_of(cells[wrong[0]]))
            numbers = {name: None if name in wrong else v for name, v in numbers.items()}
        if numbers["discharge"] is not None and numbers["discharge"] < 0:
            say("gauge_negative", station=station, value=numbers["discharge"])
            numbers["discharge"] = None
        if any(v is not None for v in numbers.values()):
            found.append(Reading(station=station, at=at, file=file, sheet=grid.sheet, row=r + 1, **numbers))


def _number(cell: Any) -> float | None:
    """A number, None where empty, ``nan`` where it is none."""
    text = text_of(cell).strip()
    if text in ("", "-", "—", "/", "--"):
        return None
    split = number_and_rest(text)
    return split[0] if split and not split[1].strip() and abs(split[0]) < 1e9 else float("nan")


def clock(cell: Any) -> datetime | None:
    """An aware time of a cell; None where it is none.

    >>> clock("2026年7月1日8时").isoformat()
    '2026-07-01T08:00:00+08:00'
    """
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=BEIJING)
    found = _TIME.fullmatch(text_of(cell).strip())
    if not found:
        return None
    parts: Sequence[str | None] = found.groups()
    zone = BEIJING
    try:
        if parts[6]:
            sign = -1 if parts[6][0] == "-" else 1
            digits = parts[6][1:].replace(":", "")
            zone = timezone(timedelta()) if parts[6] == "Z" else timezone(
                sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
        year, month, day, hour, minute, second = (int(p or 0) for p in parts[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
