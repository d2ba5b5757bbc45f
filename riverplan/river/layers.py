"""The river as the layers of its file, and back: which table holds what, column by column.

Every table is called by its Chinese and its English name (``河段_reaches``), because that is what
QGIS lists; the fields keep the names used in the code and get a readable alias with the SI unit.
The columns count, not the drawing: a site's ``reach_id`` and ``chainage`` say where it is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS, RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import RESOURCES, SITES, Resource, Site

FORMAT = 1
"""Format number of the river file: readers refuse a higher one."""
TABLES: Mapping[str, str] = {
    "reaches": "河段_reaches", "nodes": "节点_nodes", "flows": "流量_flows",
    "risk_source": "风险源_risk_sources", "intake": "取水口_intakes", "section": "监测断面_sections",
    "boundary": "行政交界_boundaries", "bridge": "桥梁_bridges", "town": "乡镇_towns",
    "space": "应急空间_spaces", "store": "物资库_stores", "team": "应急队伍_teams",
    "contact": "联系人_contacts", "material": "应急物资_materials", "mechanism": "制度机制_mechanisms",
    "road_stake": "公路桩号_road_stakes", "report": "导入报告_report", "metadata": "riverplan",
}
"""Name of the table of each part of a river."""
FLOW_ARRAYS = ("discharge", "velocity", "depth", "width", "storage")
FLOW_WORDS = ("discharge_source", "velocity_source", "depth_source", "width_source")

Item = TypeVar("Item", bound=Site | Resource)
Columns = Mapping[str, Sequence[Any]]
"""A table as read: values by column name; a geometry is a shapely object."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One table to be written: a frame with a ``geometry`` column where it is drawn."""

    key: str
    """What it holds: picks the alias of its fields and its style."""
    table: str
    frame: pd.DataFrame
    geometry: str = ""
    """``LineString``, ``Point`` or empty for a plain table."""
    style: str = ""
    """QML style; empty takes that of the key."""
    words: str = "field"
    """Section of the words of its fields."""


def declared(river: RiverNetwork) -> RiverNetwork:
    """The river with every value of its declared type, as its file gives it back.

    Integers become floats where the field is one, ``-0.0`` becomes ``0.0``, missing words become ``""``.
    """
    return river.replace(
        reaches=_frame(river.reaches, REACH_COLUMNS), nodes=_frame(river.nodes, NODE_COLUMNS),
        sites=tuple(_typed(s) for s in river.sites), resources=tuple(_typed(r) for r in river.resources),
        scenarios={k: _flow(s) for k, s in river.scenarios.items()},
        **{f: _word(getattr(river, f)) for f in ("name", "code", "crs", "stamp", "attribution")})


def river_layers(river: RiverNetwork, version: str) -> list[Layer]:
    """The layers of a river of declared types; lists without rows are left out."""
    layers = [
        Layer(key="reaches", table=TABLES["reaches"], geometry="LineString", frame=river.reaches),
        Layer(key="nodes", table=TABLES["nodes"], geometry="Point", frame=river.nodes),
    ]
    ordered: tuple[tuple[Mapping[str, type], Sequence[Site | Resource]], ...] = (
        (SITES, river.sites), (RESOURCES, river.resources))
    for kinds, items in ordered:
        for kind, cls in kinds.items():
            rows = [(i, item) for i, item in enumerate(items) if item.kind == kind]
            if rows:
                layers.append(Layer(key=kind, table=TABLES[kind], geometry="Point",
                                    frame=_items(cls, rows, river)))
    return [*layers,
            Layer(key="flows", table=TABLES["flows"], frame=_flows(river)),
            Layer(key="report", table=TABLES["report"], geometry="Point", frame=_report(river)),
            Layer(key="metadata", table=TABLES["metadata"], frame=_metadata(river, version))]


def river_of(tables: Mapping[str, Columns]) -> RiverNetwork:
    """The river of the tables of a file, by their keys; a column that is missing is taken as unknown.

    Raises
    ------
    KeyError
        If the reaches, the nodes or an entry of the metadata is missing.
    """
    meta = dict(zip(tables["metadata"]["key"], tables["metadata"]["value"], strict=True))
    crs = meta["crs"]
    reaches, nodes = (_frame_of(tables[key], columns, crs)
                      for key, columns in (("reaches", REACH_COLUMNS), ("nodes", NODE_COLUMNS)))
    nan = json.loads(meta.get("nan") or "{}")
    return RiverNetwork(
        name=meta["name"] or "", code=meta["code"] or "", crs=crs, reaches=reaches, nodes=nodes,
        sites=_items_of(SITES, tables, nan), resources=_items_of(RESOURCES, tables, nan),
        scenarios=_flows_of(tables["flows"], json.loads(meta["flows"]), list(reaches["reach_id"])),
        stamp=meta["stamp"] or "", attribution=meta["attribution"] or "", report=_report_of(tables["report"]))


# ── frames ──────────────────────────────────────────────────────────────────────────────────────────
def _word(value: Any) -> str:
    """A word as a file can hold it: no None, no nan, no NUL."""
    return "" if value is None or value != value else str(value).replace("\0", "")  # noqa: PLR0124


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value) + 0.0


def _frame(frame: gpd.GeoDataFrame, columns: Mapping[str, str]) -> gpd.GeoDataFrame:
    data: dict[str, Any] = {}
    for name, kind in columns.items():
        cell = _word if kind == "str" else _number
        data[name] = pd.Series([cell(v) for v in frame[name]], dtype=kind)
    lines = shapely.force_2d(frame.geometry.to_numpy())
    return gpd.GeoDataFrame(data, geometry=lines, crs=frame.crs)


def _frame_of(table: Columns, columns: Mapping[str, str], crs: str) -> gpd.GeoDataFrame:
    n = len(table["geometry"])
    data = {name: _column(table, name, kind, n) for name, kind in columns.items()}
    return gpd.GeoDataFrame(data, geometry=np.array(table["geometry"], dtype=object), crs=crs)


def _column(table: Columns, name: str, kind: str, n: int) -> pd.Series:
    values = table.get(name, [None] * n)
    if kind == "str":
        return pd.Series([_word(v) for v in values], dtype=kind)
    return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=np.float64))


# ── sites and resources ─────────────────────────────────────────────────────────────────────────────
def field_types(cls: Any) -> Mapping[str, tuple[type, bool]]:
    """Each field of a list's dataclass: its type, and whether it may be None."""
    return _field_types(cls)


@cache
def _field_types(cls: Any) -> Mapping[str, tuple[type, bool]]:
    hints = get_type_hints(cls)
    types = {}
    for f in fields(cls):
        options = get_args(hints[f.name]) or (hints[f.name],)
        types[f.name] = (next(t for t in options if t is not type(None)), type(None) in options)
    return types


def _typed(item: Item) -> Item:
    return replace(item, **{name: _value(getattr(item, name), kind, optional)
                            for name, (kind, optional) in field_types(type(item)).items()})


def _value(value: Any, kind: type, optional: bool) -> Any:
    if kind is str:
        return _word(value)
    if value is None and optional:
        return None
    if kind is float:
        return _number(value)
    return kind() if value is None else kind(value)


def _items(cls: type, rows: Sequence[tuple[int, Any]], river: RiverNetwork) -> gpd.GeoDataFrame:
    data: dict[str, Any] = {}
    for name, (kind, _) in field_types(cls).items():
        values = [getattr(item, name) for _, item in rows]
        if kind is int:
            data[name] = pd.array(values, dtype="Int64")
        else:
            data[name] = pd.Series([_number(v) for v in values] if kind is float else values,
                                   dtype={float: "float64", bool: "bool", str: "str"}[kind])
    data["seq"] = pd.Series([i for i, _ in rows], dtype="int64")
    return gpd.GeoDataFrame(data, geometry=_points(river, data["lon"], data["lat"]), crs=river.crs)


def _points(river: RiverNetwork, lon: Any, lat: Any) -> NDArray[np.object_]:
    """Points of the river's plane, None where a position is missing."""
    x, y = river.xy(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    known = np.isfinite(x) & np.isfinite(y)
    points = np.full(known.shape, None, dtype=object)
    points[known] = shapely.points(np.asarray(x)[known], np.asarray(y)[known])
    return points


def _items_of(kinds: Mapping[str, type[Item]], tables: Mapping[str, Columns],
              nan: Mapping[str, Sequence[str]]) -> tuple[Item, ...]:
    found: list[tuple[float, Item]] = []
    for kind, cls in kinds.items():
        if kind not in tables:
            continue
        table, types = tables[kind], field_types(cls)
        n = len(table["geometry"])
        names = [name for name in types if name in table]
        for seq, *values in zip(table.get("seq", [None] * n), *(table[name] for name in names), strict=True):
            given = {name: _value(v, *types[name]) for name, v in zip(names, values, strict=True)}
            given.update(dict.fromkeys(nan.get(f"{kind} {seq}", ()), float("nan")))
            found.append((np.inf if seq is None else seq, cls(**given)))
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


def _not_numbers(items: Iterable[Site | Resource]) -> dict[str, list[str]]:
    """Optional fields that hold nan: a file has one empty cell for both nan and None."""
    marks: dict[str, list[str]] = {}
    for seq, item in enumerate(items):
        names = [name for name, (kind, optional) in field_types(type(item)).items()
                 if kind is float and optional and (v := getattr(item, name)) is not None and np.isnan(v)]
        if names:
            marks[f"{item.kind} {seq}"] = names
    return marks


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────
def _flow(flow: FlowScenario) -> FlowScenario:
    arrays: dict[str, Any] = {f: np.asarray(getattr(flow, f), dtype=np.float64) + 0.0 for f in FLOW_ARRAYS}
    words = {f: np.array([_word(v) for v in getattr(flow, f)], dtype=object) for f in FLOW_WORDS}
    return FlowScenario(name=_word(flow.name), source=_word(flow.source), **arrays, **words,
                        readings={_word(k): float(v) + 0.0 for k, v in flow.readings.items()},
                        series={_word(k): tuple((float(t), float(q)) for t, q in v) for k, v in flow.series.items()})


def _flows(river: RiverNetwork) -> pd.DataFrame:
    flows = list(river.scenarios.items())
    data: dict[str, Any] = {
        "scenario": pd.Series([k for k, s in flows for _ in s.discharge], dtype="str"),
        "reach_id": pd.Series([r for _ in flows for r in river.reaches["reach_id"]], dtype="str"),
    }
    for name in (*FLOW_ARRAYS, *FLOW_WORDS):
        values = [v for _, s in flows for v in getattr(s, name)]
        data[name] = pd.Series(values, dtype="str" if name in FLOW_WORDS else "float64")
    return pd.DataFrame(data)


def _flows_of(table: Columns, named: Sequence[Mapping[str, Any]],
              reaches: Sequence[str]) -> dict[str, FlowScenario]:
    rows: dict[str, dict[str, int]] = {}
    for i, (scenario, reach) in enumerate(zip(table["scenario"], table["reach_id"], strict=True)):
        rows.setdefault(scenario, {})[reach] = i
    flows = {}
    for entry in named:
        at = np.array([rows.get(entry["key"], {}).get(r, -1) for r in reaches], dtype=np.intp)

        def column(name: str, at: NDArray[np.intp] = at) -> Array:
            values = np.array([*(np.nan if v is None else v for v in table[name]), np.nan], dtype=np.float64)
            return values[at]

        def words(name: str, at: NDArray[np.intp] = at) -> NDArray[np.object_]:
            values = table.get(name, [""] * len(table["reach_id"]))   # files before it had no such column
            return np.array([*(_word(v) for v in values), ""], dtype=object)[at]

        flows[entry["key"]] = FlowScenario(
            name=entry["name"], source=entry["source"], readings=entry["readings"],
            discharge=column("discharge"), velocity=column("velocity"), depth=column("depth"),
            width=column("width"), storage=column("storage"), discharge_source=words("discharge_source"),
            velocity_source=words("velocity_source"), depth_source=words("depth_source"),
            width_source=words("width_source"),
            series={k: tuple((float(t), float(q)) for t, q in v) for k, v in entry.get("series", {}).items()})
    return flows


# ── report and metadata ─────────────────────────────────────────────────────────────────────────────
def _report(river: RiverNetwork) -> gpd.GeoDataFrame:
    problems = river.report
    data: dict[str, Any] = {name: pd.Series([_word(getattr(p, name)) for p in problems], dtype="str")
                            for name in ("severity", "code", "file", "sheet")}
    data["row"] = pd.array([p.row for p in problems], dtype="Int64")
    data["column"] = pd.Series([_word(p.head) for p in problems], dtype="str")
    data["words"] = pd.Series([_word(_in_words(p)) for p in problems], dtype="str")
    values = [json.dumps(dict(p.fields), ensure_ascii=False, default=str) for p in problems]
    data["fields"] = pd.Series(values, dtype="str")
    for name in ("lon", "lat"):
        data[name] = pd.Series([_number(getattr(p, name)) for p in problems], dtype="float64")
    return gpd.GeoDataFrame(data, geometry=_points(river, data["lon"], data["lat"]), crs=river.crs)


def _in_words(problem: Problem) -> str:
    try:
        return f"{problem.text('zh')} / {problem.text('en')}"
    except KeyError:                    # a code of another version of the program: its number must do
        return problem.code


def _report_of(table: Columns) -> tuple[Problem, ...]:
    names = ("severity", "code", "file", "sheet", "row", "column", "fields", "lon", "lat")
    return tuple(
        Problem(code=code or "", severity=severity or "note", file=file or "", sheet=sheet or "", row=row,
                head=column or "", fields=json.loads(values or "{}"), lon=lon, lat=lat)
        for severity, code, file, sheet, row, column, values, lon, lat
        in zip(*(table[n] for n in names), strict=True))


def _metadata(river: RiverNetwork, version: str) -> pd.DataFrame:
    flows = [{"key": k, "name": s.name, "source": s.source, "readings": dict(s.readings),
              "series": {site: list(v) for site, v in s.series.items()}}
             for k, s in river.scenarios.items()]
    nan = {**_not_numbers(river.sites), **_not_numbers(river.resources)}
    entries = {
        "format": str(FORMAT), "version": version, "digest": river.digest, "crs": river.crs,
        "name": river.name, "code": river.code, "stamp": river.stamp, "attribution": river.attribution,
        "flows": json.dumps(flows, ensure_ascii=False), "nan": json.dumps(nan, ensure_ascii=False),
    }
    return pd.DataFrame({"key": pd.Series(list(entries), dtype="str"),
                         "value": pd.Series(list(entries.values()), dtype="str")})
