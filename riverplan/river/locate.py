"""Points onto reaches: which reach, how far down it, how far off, on which bank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from riverplan.river.network import RiverNetwork

TOLERANCE = 2_000.0
"""Farthest a point may lie from the line of its river [m]: wide rivers are drawn as one line."""


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
    for k, j, offset in zip(which.tolist(), near.tolist(), distance.tolist(), strict=True):
        if offset <= tolerance:
            found[int(usable[k])] = _position(river, int(rows[j]), points[k], offset)
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


def _position(river: RiverNetwork, row: int, point: shapely.Point, offset: float) -> Position:
    reach = river.reaches.iloc[row]
    line = reach.geometry
    at = line.project(point)
    foot = line.interpolate(at)
    lon, lat = river.lonlat(foot.x, foot.y)
    return Position(reach_id=reach["reach_id"], chainage=at / line.length * float(reach["length"]), offset=offset,
                    bank=bank(line, point, offset, float(reach["width"])), lon=float(lon), lat=float(lat),
                    name=reach["name"])


def bank(line: shapely.LineString, point: shapely.Point, offset: float, width: float) -> str:
    """Side of a point looking along a line; ``mid`` within half the width of the water, or on the line.

    >>> bank(shapely.LineString([(0, 0), (10, 0)]), shapely.Point(5, 3), 3.0, 4.0)
    'left'
    >>> bank(shapely.LineString([(0, 0), (10, 0)]), shapely.Point(5, -1), 1.0, 4.0)
    'mid'
    """
    if offset <= max(1.0, width / 2 if np.isfinite(width) else 0.0):
        return "mid"
    at = line.project(point)
    step = max(line.length * 1e-3, min(offset, line.length / 4))
    a, b = line.interpolate(max(at - step, 0.0)), line.interpolate(min(at + step, line.length))
    cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    return "left" if cross > 0 else "right"


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
    """Names of the river's lines a list may mean: the same, else one holding the other (龙河丰都段 → 龙河)."""
    names = [n for n in dict.fromkeys(river.reaches["name"]) if n]
    return [n for n in names if n == written] or sorted((n for n in names if n in written or written in n),
                                                        key=len, reverse=True)
