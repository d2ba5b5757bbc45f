"""Points onto reaches: which reach, how far down it, how far off, on which bank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from riverplan.channel import Array
from riverplan.river.network import RiverNetwork

TOLERANCE = 2_000.0
"""Farthest a point may lie from the line of its river [m]: wide rivers are drawn as one line."""
WATER = frozenset("河江溪水沟川港渠涌浦")
"""What names of rivers end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place on a river.

    Parameters
    ----------
    reach_id
        The reach.
    chainage
        From its tail [m].
    offset
        Distance of the point from the line [m].
    bank
        ``left``, ``right`` or ``mid``, looking downstream.
    lon, lat
        The foot of the point on the line [degrees].
    name
        Name of the reach's river.
    """

    reach_id: str
    chainage: float
    offset: float
    bank: str
    lon: float
    lat: float
    name: str = ""


def _tree(river: RiverNetwork, name: str = "") -> tuple[shapely.STRtree, NDArray[np.int64]]:
    """Search tree of the reaches (of a name) and their row numbers."""
    def make() -> tuple[shapely.STRtree, NDArray[np.int64]]:
        rows = np.flatnonzero(river.reaches["name"] == name) if name else np.arange(len(river.reaches))
        return shapely.STRtree(river.reaches.geometry.to_numpy()[rows]), rows

    tree: tuple[shapely.STRtree, NDArray[np.int64]] = river._kept(f"reach_tree {name}", make)
    return tree


def locate_points(river: RiverNetwork, lon: ArrayLike, lat: ArrayLike, tolerance: float = TOLERANCE, *,
                  name: str = "") -> list[Position | None]:
    """The nearest position on the river for each point; ``None`` where none is within the tolerance.

    Parameters
    ----------
    river
        Where to look.
    lon, lat
        Points [degrees].
    tolerance
        Farthest distance from the line [m].
    name
        Look only at the reaches of this name; all where empty.
    """
    x, y = river.xy(np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64)))
    tree, rows = _tree(river, name)
    found: list[Position | None] = [None] * len(x)
    usable = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not rows.size or not usable.size:
        return found
    points = shapely.points(x[usable], y[usable])
    (which, near), distance = tree.query_nearest(points, return_distance=True, all_matches=False)
    within = distance <= tolerance
    which, near, distance = which[within], near[within], distance[within]
    for k, place in zip(which.tolist(), positions(river, rows[near], points[which], distance), strict=True):
        found[int(usable[k])] = place
    return found


def nearest_reach(river: RiverNetwork, lon: float, lat: float) -> Position:
    """The nearest position on the river, however far; the caller judges ``offset``.

    Raises
    ------
    ValueError
        If the point is not finite.
    """
    found = locate_points(river, lon, lat, np.inf)[0]
    if found is None:
        raise ValueError(f"not a position: {lon}, {lat}")
    return found


def locate_on(river: RiverNetwork, reach_id: str, lon: float, lat: float) -> Position | None:
    """The place of a point on one reach, or on the pieces it has been cut into, or on the whole it was cut from.

    Returns ``None`` where the river has no such reach any more or the point is not finite.
    """
    x, y = river.xy(lon, lat)
    if not (reach_id and np.isfinite(x) and np.isfinite(y)):
        return None
    ids = river.reaches["reach_id"]
    rows = np.flatnonzero(ids == reach_id)
    if not rows.size:
        rows = np.flatnonzero(ids.str.startswith(f"{reach_id}."))
    whole, dot, _ = reach_id.rpartition(".")
    if not rows.size and dot:
        rows = np.flatnonzero((ids == whole) | ids.str.startswith(f"{whole}."))
    if not rows.size:
        return None
    point = shapely.Point(x, y)
    away = shapely.distance(river.reaches.geometry.to_numpy()[rows], point)
    best = int(np.argmin(away))
    return positions(river, rows[[best]], np.array([point]), away[[best]])[0]


def positions(river: RiverNetwork, rows: NDArray[np.int64], points: NDArray[np.object_], offset: Array,
              ) -> list[Position]:
    """The feet of points on given reaches.

    Parameters
    ----------
    river
        With its plane.
    rows, points, offset
        Row number of the reach, point of the plane and their distance [m]; each of shape ``(n,)``.
    """
    if not len(rows):
        return []
    reaches = river.reaches
    line = reaches.geometry.to_numpy()[rows]
    at = shapely.line_locate_point(line, points)
    foot = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    lon, lat = river.lonlat(foot[:, 0], foot[:, 1])
    chainage = at / shapely.length(line) * reaches["length"].to_numpy(np.float64)[rows]
    side = banks(line, points, offset, reaches["width"].to_numpy(np.float64)[rows])
    ids, names = reaches["reach_id"].to_numpy(object)[rows], reaches["name"].to_numpy(object)[rows]
    return [Position(reach_id=i, chainage=c, offset=o, bank=b, lon=x, lat=y, name=n) for i, c, o, b, x, y, n in zip(
        ids, chainage.tolist(), np.asarray(offset).tolist(), side.tolist(), lon.tolist(), lat.tolist(), names,
        strict=True)]


def banks(line: NDArray[np.object_], point: NDArray[np.object_], offset: Array, width: Array) -> NDArray[np.object_]:
    """Side of points looking along lines; ``mid`` within half the width of the water, or on the line.

    >>> line, point = shapely.LineString([(0, 0), (10, 0)]), shapely.points([5, 5], [3, -1])
    >>> banks(np.array([line, line]), point, np.array([3.0, 1.0]), np.array([4.0, 4.0])).tolist()
    ['left', 'mid']
    """
    at, length = shapely.line_locate_point(line, point), shapely.length(line)
    step = np.maximum(length * 1e-3, np.minimum(offset, length / 4))
    a = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - step, 0.0)))
    b = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + step, length)))
    p = shapely.get_coordinates(point)
    cross = (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])
    side = np.where(cross > 0, "left", "right").astype(object)
    side[offset <= np.maximum(1.0, np.nan_to_num(width, posinf=0.0) / 2)] = "mid"
    return side


def position_at_km(river: RiverNetwork, name: str, distance: float) -> Position | None:
    """The place at a distance from the mouth of a named river [m]; ``None`` where it has no such place."""
    reaches = river.reaches
    rows = np.flatnonzero((reaches["name"] == name) & reaches["river_km"].notna())
    if not rows.size:
        return None
    lower = reaches["river_km"].to_numpy(np.float64)[rows]
    length = reaches["length"].to_numpy(np.float64)[rows]
    inside = (lower <= distance) & (distance <= lower + length)
    if not inside.any():
        return None
    i = int(np.flatnonzero(inside)[0])
    reach = reaches.iloc[rows[i]]
    chainage = float(lower[i] + length[i] - distance)
    foot = reach.geometry.interpolate(chainage / length[i], normalized=True)
    lon, lat = river.lonlat(foot.x, foot.y)
    return Position(reach_id=reach["reach_id"], chainage=chainage, offset=0.0, bank="mid", lon=float(lon),
                    lat=float(lat), name=name)


def river_km(river: RiverNetwork, position: Position) -> float:
    """Distance of a position from the mouth of its river [m]; ``nan`` where that is not known."""
    reach = river.reaches.iloc[river.reach_row[position.reach_id]]
    return float(reach["river_km"] + reach["length"] - position.chainage)


def matching_names(river: RiverNetwork, written: str) -> Sequence[str]:
    """Names of the river's lines a list may mean.

    The same name; else one that holds the other (龙河丰都段 → 龙河), the longest first; else one that differs
    in its last character only, as people mix 河 and 江 (大宁江 → 大宁河). A root of one character is no hint:
    清江 and 清河 are two rivers.
    """
    names = [n for n in dict.fromkeys(river.reaches["name"]) if n]
    written = written.strip()
    return ([n for n in names if n == written]
            or sorted((n for n in names if n in written or written in n), key=len, reverse=True)
            or [n for n in names if _root(n) and _root(n) == _root(written)])


def _root(name: str) -> str:
    """A name without the word for running water at its end; empty where less than two characters are left."""
    return name[:-1] if len(name) > 2 and name[-1] in WATER else ""
