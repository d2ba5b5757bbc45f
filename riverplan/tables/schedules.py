"""Schedules of power stations: station, from, to, state and flow, from CSV or a workbook, Chinese or English heads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from riverplan.errors import InputError, Problem
from riverplan.tables.cells import number_and_rest, text_of
from riverplan.tables.gauges import HEADS as GAUGE_HEADS
from riverplan.tables.gauges import clock, station_heads
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.measures import fold

HEADS: Mapping[str, frozenset[str]] = {
    "station": GAUGE_HEADS["station"] | frozenset(fold(w) for w in ("电站名称", "水电站")),
    **{name: frozenset(fold(w) for w in words.split()) for name, words in {
        "since": "开始 开始时间 起 起始 起始时间 自 从 from since start begin",
        "until": "结束 结束时间 止 终止 终止时间 截止时间 至 到 to until end",
        "state": "状态 运行状态 工况 运行工况 运行方式 state status",
        "flow": "流量 发电流量 引用流量 计划流量 flow discharge q",
    }.items()}}
STATES: Mapping[str, str] = {
    fold(word): state for state, words in {
        "running": "发电 运行 开机 并网 running run on",
        "stopped": "停机 停运 停发 检修 关机 stopped stop off",
        "spilling": "开闸 泄洪 弃水 泄水 spilling spill",
    }.items() for word in words.split()}
_MIDNIGHT = re.compile(r"(.*?[日T ]\s*)24([:时点](?:00?(?:[:分]0*)?)?)?$")
_EMPTY = ("", "-", "—", "/", "--")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a schedule: from ``since`` to before ``until`` (``None``: until the station's next row).

    ``state`` is ``running``, ``stopped`` or ``spilling``; ``flow`` what the conduit takes [m³/s], or ``None``.
    """

    station: str
    since: datetime
    until: datetime | None = None
    state: str = "running"
    flow: float | None = None
    file: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a schedule file gave: its entries in the order of time, and what is wrong with its rows."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_schedule(path: Path | str) -> Schedule:
    """Read a schedule of stations.

    Rows that cannot be used are left out and named. Times without a zone are Beijing time; 24:00 is the end of
    a day. A row without a state runs where its flow is above 0.

    Raises
    ------
    InputError
        If the file cannot be read, has no heads of a schedule, or no usable row; with all problems.
    """
    path = Path(path)
    grids, problems = read_grids(path)
    found: list[Entry] = []
    said = list(problems)
    known = False
    for grid in grids:
        head = station_heads(grid, HEADS, {"station", "since"}, {"state", "flow"})
        if head is not None and not grid.hidden:
            known = True
            _rows(path.name, grid, *head, found, said)
    if not known:
        said.append(Problem(code="schedule_heads", file=path.name))
    if not found:
        raise InputError([*said, Problem(code="schedule_empty", file=path.name)] if known else said)
    return Schedule(entries=tuple(sorted(found, key=lambda e: e.since)), problems=tuple(said))


def _rows(file: str, grid: Grid, head: int, columns: Mapping[str, int], found: list[Entry],
          said: list[Problem]) -> None:
    for r in range(head + 1, len(grid.rows)):
        cells = {name: grid.rows[r][c] if c < len(grid.rows[r]) else None for name, c in columns.items()}
        if any(text_of(v).strip() for v in cells.values()):
            got = _entry(cells)
            if isinstance(got, Entry):
                found.append(Entry(station=got.station, since=got.since, until=got.until, state=got.state,
                                   flow=got.flow, file=file, sheet=grid.sheet, row=r + 1))
            else:
                code, fields = got
                said.append(Problem(code=code, severity="warning", file=file, sheet=grid.sheet, row=r + 1,
                                    fields=fields))


def _entry(cells: Mapping[str, Any]) -> Entry | tuple[str, dict[str, object]]:
    """The entry of a row, or the code of what is wrong with it and its fields."""
    station, ends = text_of(cells["station"]).strip(), text_of(cells.get("until")).strip()
    since, until = _time(cells["since"]), _time(cells.get("until"))
    if since is None or not station:
        return "schedule_row", {"value": text_of(cells["since"])}
    if until is None and ends not in _EMPTY:
        return "schedule_row", {"value": ends}
    if until is not None and until <= since:
        return "schedule_backwards", {"station": station, "since": f"{since:%m-%d %H:%M}",
                                      "until": f"{until:%m-%d %H:%M}"}
    wrote, said = text_of(cells.get("flow")).strip(), text_of(cells.get("state")).strip()
    flow: float | None = None
    if wrote not in _EMPTY:
        split = number_and_rest(wrote)
        if split is None or split[1].strip() or not 0 <= split[0] < 1e6:
            return "schedule_number", {"station": station, "value": wrote}
        flow = split[0]
    state = STATES.get(fold(said), "") if said not in _EMPTY else ""
    if not state and (said not in _EMPTY or flow is None):
        return "schedule_state", {"station": station, "value": said}
    state = state or ("running" if flow else "stopped")
    if (state == "running" and flow == 0) or (state == "stopped" and flow):
        return "schedule_state_flow", {"station": station, "value": said, "flow": flow}
    return Entry(station=station, since=since, until=until, state=state, flow=flow)


def _time(cell: Any) -> datetime | None:
    """An aware time of a cell; 24:00 is midnight of the day after."""
    if not isinstance(cell, datetime) and (late := _MIDNIGHT.fullmatch(text_of(cell).strip())):
        day = clock(late[1].replace("T", "").strip())
        return day + timedelta(days=1) if day else None
    return clock(cell)
