"""A net of roads from a file of road lines: what meets what, how fast, and what may not be passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from riverplan.channel import Array
from riverplan.crs import Datum, working_plane
from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.planning.road_classes import (
    CLOSED,
    class_of,
    column_of,
    directions,
    is_passable,
    load_of,
    speeds_of,
)
from riverplan.tables.datum_said import said_nothing
from riverplan.tables.line_datum import to_lonlat
from riverplan.tables.line_files import RawLayer, read_layers
from riverplan.tables.line_shapes import single_lines

JOIN = 10.0
"""A loose end of a road this near another road [m] meets it (assumed)."""
WHOLE = 0.9
"""A net of which the longest connected part is less than this share [-] is said to be in parts (assumed)."""
_GRAIN = 0.01
"""Vertices that fall on one grain [m] are one."""
_SOURCE = "source_id"
_SAID_OF_ROADS = {"lines_none": "roads_none", "lines_is_list": "roads_unsupported",
                  "lines_is_raster": "roads_unsupported", "lines_unsupported": "roads_unsupported",
                  "crs_missing": "roads_crs_missing"}
"""Problems of river lines whose mend is no mend of roads."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """Road lines and where they meet.

    Parameters
    ----------
    crs
        The plane of ``shapes``.
    shapes
        LineStrings, shape (l,) [m].
    road_class
        One of :data:`riverplan.planning.road_classes.SPEEDS` each, shape (l,).
    speed
        Of a car by day, dry [m/s], shape (l,): stated, or assumed by class.
    direction
        1 as drawn, -1 against, 0 both ways, shape (l,).
    passable
        Whether a vehicle may pass, shape (l,).
    load
        The heaviest vehicle it bears [kg], infinite where nothing is said, shape (l,).
    line, position, node
        Junctions and ends in the order of the lines: the line, the way along it [m] and the number of the
        junction, shape (k,). Two that follow each other on a line are one stretch of road.
    part
        The connected part of each node, closed roads and ferries taken as roads, shape (nodes,).
    problems
        What was found in the file.
    """

    crs: str
    shapes: np.ndarray
    road_class: np.ndarray
    speed: Array
    direction: np.ndarray
    passable: np.ndarray
    load: Array
    line: np.ndarray
    position: Array
    node: np.ndarray
    part: np.ndarray
    problems: tuple[Problem, ...] = ()

    @property
    def ferry(self) -> np.ndarray:
        """Which lines are ferries, shape (l,)."""
        return self.road_class == "ferry"

    @property
    def length(self) -> float:
        """Of all lines [m]."""
        return float(shapely.length(self.shapes).sum())


def read_roads(path: Path | str, datum: Datum | None = None, *, join: float = JOIN) -> Roads:
    """Read a net of roads from one file.

    Parameters
    ----------
    path
        GeoJSON, shapefile, GeoPackage, KML or any other kind river lines are read from, a zip or folder of these.
        Columns are known by OpenStreetMap's names (highway, fclass, maxspeed, oneway, route=ferry) and by Chinese
        ones (道路等级, 限速, 单行, 通行, 限重); all may be missing.
    datum
        What the file is in; goes before what it says.
    join
        A loose end this near another road meets it [m]. Roads that only cross do not meet: they may be a bridge.

    Raises
    ------
    InputError
        If the file cannot be read, its coordinates cannot be known, or it holds no line.
    """
    path = Path(path)
    problems: list[Problem] = []
    frames: list[gpd.GeoDataFrame] = []
    try:
        layers = read_layers(path)
    except InputError as error:
        raise InputError([_of_roads(p, path) for p in error.problems]) from None
    for layer in layers:
        problems += layer.problems
        try:
            frame, said = _lines(layer, datum)
        except InputError as error:
            problems += [_of_roads(p, path) for p in error.problems]
            continue
        problems += said
        frames += [frame] if len(frame) else []
    if not frames:
        raise InputError(problems if any(p.severity == "error" for p in problems)
                         else [*problems, Problem(code="roads_none", file=path.name, fields={"file": path.name})])
    return roads_of(pd.concat(frames, ignore_index=True), file=path.name, join=join, problems=problems)


def roads_of(frame: gpd.GeoDataFrame, *, file: str = "", join: float = JOIN,
             problems: Sequence[Problem] = ()) -> Roads:
    """A net of roads from LineStrings in longitude and latitude, with columns as :func:`read_roads` knows them.

    Parameters
    ----------
    frame
        At least one LineString, EPSG:4326.
    file
        Name of the file, for the problems.
    join
        A loose end this near another road meets it [m].
    problems
        Found before.
    """
    west, south, east, north = (float(v) for v in frame.total_bounds)
    plane = working_plane((west, south, east, north))
    shapes = shapely.transform(np.asarray(frame.geometry.array), lambda lonlat: on_plane(lonlat, plane.crs))
    names = [str(c) for c in frame.columns if c != frame.geometry.name]

    def values(subject: str) -> list[Any]:
        column = column_of(names, subject)
        return [""] * len(frame) if column is None else frame[column].tolist()

    classes = [class_of("ferry" if str(route) == "ferry" else word, ref, name) for word, route, ref, name in zip(
        values("class"), values("route"), values("ref"), values("name"), strict=True)]
    passable = np.array([c not in CLOSED and is_passable(a) and is_passable(b) for c, a, b in zip(
        classes, values("passable"), values("access"), strict=True)], bool)
    line, position, node, loose = _junctions(shapes, join)
    told = list(problems)
    unknown = sum(c == "unknown" for c in classes)
    if unknown:
        told.append(Problem(code="roads_class_unknown", severity="note" if unknown < len(classes) else "warning",
                            file=file, fields={"count": unknown, "total": len(classes)}))
    if loose:
        told.append(Problem(code="roads_joined", severity="note", file=file, fields={
            "count": loose, "metres": f"{join:g}"}))
    part = _parts(line, node)
    lengths = np.bincount(part[node[np.unique(line, return_index=True)[1]]], shapely.length(shapes))
    if lengths.max() < WHOLE * lengths.sum():
        told.append(Problem(code="roads_in_parts", severity="warning", file=file, fields={
            "count": int((lengths > 0).sum()), "share": f"{100 * lengths.max() / lengths.sum():.0f}"}))
    return Roads(crs=plane.crs, shapes=shapes, road_class=np.array(classes, dtype=object),
                 speed=speeds_of(classes, values("limit"), values("speed")), direction=directions(values("oneway")),
                 passable=passable, load=np.array([load_of(v) for v in values("load")], np.float64),
                 line=line, position=position, node=node, part=part, problems=tuple(told))


def on_plane(lonlat: Array, crs: str) -> Array:
    """Longitudes and latitudes, shape (n, 2), on a plane [m]."""
    return np.column_stack(_to(crs).transform(lonlat[:, 0], lonlat[:, 1]))


@cache
def _to(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)        # a tenth of a second each


def _of_roads(problem: Problem, path: Path) -> Problem:
    """A problem of river lines said of roads, where its words would mislead."""
    code = _SAID_OF_ROADS.get(problem.code)
    if code is None:
        return problem
    return Problem(code=code, severity=problem.severity, file=path.name, fields={
        **problem.fields, "file": path.name, "suffix": path.suffix or "—"})


def _lines(layer: RawLayer, datum: Datum | None) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """One layer as single lines in longitude and latitude; points and areas are named and left out."""
    raw = layer.frame
    ids = [str(i) for i in raw["osm_id"]] if "osm_id" in raw.columns else [str(i + 1) for i in range(len(raw))]
    frame = gpd.GeoDataFrame(raw.drop(columns=raw.geometry.name), geometry=raw.geometry.array, crs=raw.crs)
    frame, said = to_lonlat(frame.reset_index(drop=True).assign(**{_SOURCE: ids}), layer.file, datum)
    singled = single_lines(frame, layer.file)
    problems = list(said)
    if datum is None and not layer.states_crs and not said and len(singled.lines):
        problems.append(replace(said_nothing(layer.file, lines=True), code="roads_datum_assumed"))
    kept = [p for p in singled.problems if p.code not in ("line_is_point", "line_is_other", "line_parts")]
    others = len(singled.polygons) + sum(code in ("line_is_point", "line_is_other") for code in singled.lost.values())
    if others:
        kept.append(Problem(code="roads_not_lines", severity="warning", file=layer.file, fields={
            "count": others, "ids": listed(singled.polygons[_SOURCE])}))
    return singled.lines.drop(columns=_SOURCE), [*problems, *kept]


def _junctions(shapes: np.ndarray, join: float) -> tuple[np.ndarray, Array, np.ndarray, int]:
    """Line, position and node of every end and junction, and how many loose ends were joined.

    Lines meet at a vertex both have; a loose end meets the nearest line within the tolerance, which is
    cut there.
    """
    xy, line = shapely.get_coordinates(shapes, return_index=True)
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    step = np.where(first, 0.0, np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T))
    along = np.cumsum(step)
    position = along - along[first][line]
    _, group, count = np.unique(np.round(xy / _GRAIN).astype(np.int64), axis=0, return_inverse=True,
                                return_counts=True)
    group = group.reshape(-1)
    is_key = first | last | (count[group] > 1)
    key_line, key_position, key_node = line[is_key], position[is_key], group[is_key]
    is_loose = (first | last) & (count[group] == 1)
    end, onto = _nearest_other(xy[is_loose], line[is_loose], shapes, join)
    if len(end):
        at = shapely.line_locate_point(shapes[onto], shapely.points(xy[is_loose][end]))
        key_line = np.r_[key_line, onto]
        key_position = np.r_[key_position, at]
        key_node = np.r_[key_node, group[is_loose][end]]
    order = np.lexsort((key_position, key_line))
    _, numbered = np.unique(key_node[order], return_inverse=True)
    return key_line[order], key_position[order], numbered.reshape(-1), len(end)


def _nearest_other(ends: Array, own: np.ndarray, shapes: np.ndarray, join: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a loose end and the nearest other line within the tolerance."""
    points = shapely.points(ends)
    end, onto = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=join)
    other = own[end] != onto
    end, onto = end[other], onto[other]
    order = np.lexsort((shapely.distance(points[end], shapes[onto]), end))
    end, onto = end[order], onto[order]
    nearest = np.r_[True, end[1:] != end[:-1]][:len(end)]
    return end[nearest], onto[nearest]


def _parts(line: np.ndarray, node: np.ndarray) -> np.ndarray:
    """The connected part of each node."""
    on = line[1:] == line[:-1]
    tail, head = node[:-1][on], node[1:][on]
    size = int(node.max()) + 1
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(size, size))
    return connected_components(graph, directed=False)[1]
