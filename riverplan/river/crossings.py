"""Lines that cross: which crossings are junctions, which are bridges, and which a person must look at.

Two lines with a common vertex where they cross were drawn to meet. Without one, a canal, a tunnel or a conduit
crosses a river on a bridge or under it; two natural rivers cannot cross, so one line is wrong there.
"""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import substring

from riverplan.errors import Problem
from riverplan.river.joining import TOUCH, Geometries, Int

VERTEX = 0.05
"""A vertex this near to a crossing [m] is at it."""
BUILT = ("canal", "tunnel", "closed_conduit")
"""Kinds of reaches that cross others without meeting them."""


def part_at_crossings(frame: gpd.GeoDataFrame, lines: Geometries, row: Int, *, snap: float, lonlat: Any,
                      join: bool = False) -> tuple[Geometries, Int, frozenset[int], list[Problem]]:
    """Part lines where they cross at a common vertex, and say where they cross without one.

    A crossing near the end of a line is left to the closing of gaps: the line was drawn a little too far.

    Parameters
    ----------
    frame
        The lines ``row`` points to, with ``source_id`` and perhaps ``kind``.
    lines, row
        Lines in a plane and the row of the frame each comes from, shape ``(n,)``.
    snap
        Tolerance [m].
    lonlat
        Function from the plane to longitude and latitude.
    join
        Whether crossings without a common vertex are junctions too.

    Returns
    -------
    lines, row
        The lines, parted ones in the order of their parts.
    parted
        Rows of which a line was parted.
    problems
        Crossings of natural rivers that were left open.
    """
    a, b = shapely.STRtree(lines).query(lines, predicate="crosses")
    pair = np.column_stack([a, b])[a < b]
    pair = pair[np.lexsort((pair[:, 1], pair[:, 0]))]
    met = shapely.intersection(lines[pair[:, 0]], lines[pair[:, 1]])
    points, of = shapely.get_parts(met, return_index=True)
    is_point = shapely.get_type_id(points) == shapely.GeometryType.POINT
    points, pair = points[is_point], pair[of[is_point]]
    if not points.size:
        return lines, row, frozenset(), []
    chainage = np.column_stack([shapely.line_locate_point(lines[pair[:, k]], points) for k in (0, 1)])
    to_end = np.minimum(chainage, shapely.length(lines[pair]) - chainage)
    vertices = np.column_stack([shapely.distance(shapely.extract_unique_points(lines[pair[:, k]]), points)
                                for k in (0, 1)])
    shared = (vertices <= VERTEX).all(axis=1) & (to_end > TOUCH).all(axis=1)
    inner = (to_end > max(snap, TOUCH)).all(axis=1)
    kind = frame["kind"].fillna("").astype(str).to_numpy(object) if "kind" in frame else np.full(len(frame), "", object)
    built = np.isin(kind[row[pair]], BUILT)
    bridge = built[:, 0] != built[:, 1]
    junction = shared | (inner & join)
    ids = frame["source_id"].to_numpy()
    problems = []
    for i in np.flatnonzero(inner & ~junction & ~bridge):
        lon, lat = lonlat(*shapely.get_coordinates(points[i])[0])
        problems.append(Problem(code="crossing_unclear", severity="warning", lon=float(lon), lat=float(lat), fields={
            "line": ids[row[pair[i, 0]]], "other": ids[row[pair[i, 1]]], "at_lon": float(lon), "at_lat": float(lat)}))
    stops: dict[int, set[float]] = {}
    for (i, j), (s, t) in zip(pair[junction].tolist(), chainage[junction].tolist(), strict=True):
        stops.setdefault(i, set()).add(s)
        stops.setdefault(j, set()).add(t)
    if not stops:
        return lines, row, frozenset(), problems
    parts: list[Any] = []
    rows: list[int] = []
    for k, (line, r) in enumerate(zip(lines, row.tolist(), strict=True)):
        at = [0.0, *sorted(stops.get(k, set())), line.length]
        pieces = [substring(line, s, t) for s, t in pairwise(at) if t - s > VERTEX] if k in stops else [line]
        parts += pieces
        rows += [r] * len(pieces)
    out = np.empty(len(parts), object)
    out[:] = parts
    return out, np.array(rows, np.int64), frozenset(int(row[i]) for i in stops), problems
