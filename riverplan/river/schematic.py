"""A river from a table of kilometres alone: a strip drawing whose lengths are true and whose places are not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from riverplan.errors import InputError, Problem
from riverplan.tables import Lists

NOWHERE = (105.0, 35.0)
"""Where a river is drawn of which no position at all is known [degrees]."""
_GEOD = Geod(ellps="WGS84")
_UPSTREAM = 270.0
"""The main river is drawn from east (its mouth) to west [degrees from north]."""
_LEAVING = (55.0, 70.0, 40.0, 85.0, 28.0, 100.0)
"""A tributary leaves its river at the first of these angles that keeps it clear of the others [degrees]."""
_SHRUNK = (1.0, 0.7, 0.5, 0.36)
"""Or is drawn this much too short; its stated length holds all the same."""
_CLEAR = 30.0
_STEP = 5_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strip:
    """A river laid out on a flat sheet [m]: mouth, azimuth upstream [degrees], how much it is shrunk."""

    x: float
    y: float
    azimuth: float
    scale: float
    length: float

    def at(self, km: float) -> tuple[float, float]:
        turn = math.radians(self.azimuth)
        return self.x + math.sin(turn) * km * self.scale, self.y + math.cos(turn) * km * self.scale

    def line(self, start: float = 0.0) -> shapely.LineString:
        return shapely.LineString([self.at(start), self.at(self.length)])


def schematic_lines(table: pd.DataFrame, *, mouth: tuple[float, float] | None = None) -> gpd.GeoDataFrame:
    """Lines of a schematic river, each of the length its row states.

    Parameters
    ----------
    table
        A row for each river: ``name``, ``length`` [m], ``joins`` (the river it flows into, ``""`` for the
        main one), ``joins_km`` (where, from the mouth of that river [m]), ``joins_bank`` (``left``,
        ``right`` or ``""``).
    mouth
        Longitude and latitude of the mouth of the main river [degrees]; without one the drawing stands at
        ``NOWHERE`` and its accuracy is unknown.

    Returns
    -------
    GeoDataFrame
        In the columns and coordinates of :func:`riverplan.tables.read_lines`, drawn from the source to the
        mouth, with ``length``, ``course`` (``sketched``) and ``drawn_accuracy`` [m]: with a known mouth twice
        the way to it, which no place of the true river can exceed.

    Raises
    ------
    InputError
        If a row lacks its length or its mouth, names a river that is not there, or rivers flow in a circle.
    """
    rows: dict[str, dict[str, Any]] = {
        str(r["name"]): {str(k): v for k, v in r.items()} for r in table.to_dict("records")}
    order = _from_the_mouth_up(table, rows)
    strips: dict[str, _Strip] = {}
    points: dict[str, dict[float, tuple[float, float]]] = {}
    way: dict[str, float] = {}
    data: list[dict[str, Any]] = []
    for name in order:
        row, length = rows[name], float(rows[name]["length"])
        joins = str(row["joins"] or "")
        strip = strips[name] = _laid(row, length, strips)
        start = points[joins][float(row["joins_km"])] if joins else (mouth or NOWHERE)
        way[name] = length + (way[joins] - float(rows[joins]["length"]) + float(row["joins_km"]) if joins else 0.0)
        marks = {0.0, length, *np.arange(_STEP, length, _STEP).tolist(),
                 *(float(r["joins_km"]) for r in rows.values() if r["joins"] == name)}
        along = np.array(sorted(marks))
        lon, lat, _ = _GEOD.fwd(np.full(along.size, start[0]), np.full(along.size, start[1]),
                                np.full(along.size, strip.azimuth), along * strip.scale)
        lon[0], lat[0] = start
        points[name] = dict(zip(along.tolist(), zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
        data.append({"source_id": f"S{len(data) + 1:02d}", "name": name, "length": length, "course": "sketched",
                     "drawn_accuracy": _rounded_up(2 * way[name]) if mouth else np.nan,
                     "geometry": shapely.LineString(np.column_stack([lon, lat])[::-1])})
    return gpd.GeoDataFrame(data, geometry="geometry", crs="EPSG:4326")


def river_table(lists: Lists) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """The rivers a workbook tells of, as :func:`schematic_lines` takes them.

    A river without a stated length is as long as the farthest kilometre any list gives on it; one that only
    the lists of sites name is added.

    Returns
    -------
    table, problems
        The table, and a warning for each length that was taken from kilometres.
    """
    columns = ["name", "length", "joins", "joins_km", "joins_bank"]
    table = lists.frames["river"][columns].copy()
    farthest: dict[str, float] = {}
    for frame in lists.frames.values():
        for of, kms in (("river", ("river_km", "from_km", "to_km", "at_km")), ("joins", ("joins_km",))):
            for column in kms:
                if of in frame and column in frame:
                    for name, km in frame.groupby(of)[column].max().dropna().items():
                        farthest[str(name)] = max(farthest.get(str(name), 0.0), float(km))
    missing = [n for n in farthest if n and n not in set(table["name"]) and not _part_of(n, table["name"])]
    added = pd.DataFrame({"name": missing}).reindex(columns=columns)
    table = pd.concat([table, added], ignore_index=True) if missing else table
    for column in ("joins", "joins_bank"):
        table[column] = table[column].fillna("").astype(str)
    problems = []
    for i in np.flatnonzero(~(table["length"].to_numpy(np.float64) > 0)).tolist():
        name = str(table["name"].iat[i])
        if farthest.get(name, 0.0) > 0:
            table.loc[i, "length"] = farthest[name]
            problems.append(Problem(code="schematic_length_from_km", severity="warning",
                                    fields={"river": name, "km": farthest[name] / 1000}))
    return table, tuple(problems)


def _part_of(name: str, names: pd.Series) -> bool:
    return any(n and (n in name or name in n) for n in names)


def _from_the_mouth_up(table: pd.DataFrame, rows: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Names in an order in which each comes after the river it joins; all that is wrong at once."""
    problems = [Problem(code="schematic_twice", fields={"river": n})
                for n in table["name"][table["name"].duplicated()].unique()]
    mouths = [n for n, r in rows.items() if not r["joins"]]
    if not rows:
        problems.append(Problem(code="schematic_empty"))
    elif len(mouths) > 1:
        problems += [Problem(code="schematic_no_mouth", fields={"river": n, "rivers": "、".join(rows)})
                     for n in sorted(mouths, key=lambda n: -_number(rows[n]["length"]))[1:]]
    for name, row in rows.items():
        if not _number(row["length"]) > 0:
            problems.append(Problem(code="schematic_no_length", fields={"river": name}))
        joins = str(row["joins"] or "")
        if joins and joins not in rows:
            problems.append(Problem(code="schematic_joins_unknown", fields={
                "river": name, "joins": joins, "rivers": "、".join(rows)}))
        elif joins and not _number(row["joins_km"]) >= 0:
            problems.append(Problem(code="schematic_joins_nowhere", fields={"river": name, "joins": joins}))
        elif joins and _number(row["joins_km"]) > _number(rows[joins]["length"]):
            problems.append(Problem(code="schematic_joins_beyond", fields={
                "river": name, "joins": joins, "km": _number(row["joins_km"]) / 1000,
                "length": _number(rows[joins]["length"]) / 1000}))
    order = list(mouths)
    for name in order:                                          # grows while it is walked
        order += [n for n, r in rows.items() if r["joins"] == name and n not in order]
    known = [n for n, r in rows.items() if r["joins"] in rows]
    if circle := [n for n in known if n not in order]:
        problems.append(Problem(code="schematic_circle", fields={"rivers": "、".join(circle)}))
    if problems:
        raise InputError(problems)
    return order


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _laid(row: Mapping[str, object], length: float, strips: Mapping[str, _Strip]) -> _Strip:
    """Where a river comes to lie: the first way that keeps clear of those already there."""
    joins = str(row["joins"] or "")
    if not joins:
        return _Strip(x=0.0, y=0.0, azimuth=_UPSTREAM, scale=1.0, length=length)
    parent = strips[joins]
    x, y = parent.at(_number(row["joins_km"]))
    banks: Sequence[int] = {"left": (1,), "right": (-1,)}.get(str(row["joins_bank"]), (1, -1))
    if len(banks) > 1 and len(strips) % 2:
        banks = banks[::-1]
    others = shapely.union_all([s.line() for s in strips.values()])
    for scale in _SHRUNK:
        for angle in _LEAVING:
            for bank in banks:                                  # looking upstream the left bank is on the right
                strip = _Strip(x=x, y=y, azimuth=parent.azimuth + bank * angle, scale=scale, length=length)
                if strip.line(start=min(0.02 * length, 500.0)).distance(others) > min(_CLEAR, 0.005 * length):
                    return strip
    raise InputError(Problem(code="schematic_crowded", fields={"river": row["name"], "joins": joins}))


def _rounded_up(metres: float) -> float:
    """To two digits, upwards.

    >>> _rounded_up(61_234.0)
    62000.0
    """
    step = 10 ** (math.floor(math.log10(metres)) - 1)
    return float(math.ceil(metres / step) * step)
