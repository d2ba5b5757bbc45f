"""Quickest ways over a net of roads between points beside it, on arrays."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from riverplan.channel import Array
from riverplan.planning.roads import Roads, on_plane

FARTHEST = 2_000.0
"""A place farther than this from every road [m] is not reached by the net (assumed)."""
BESIDE = 50.0
"""Roads so little farther than the nearest [m] are as good to turn onto (assumed): all of a junction."""
_NO_TURN_OFF = ("motorway", "ferry")
"""Classes one leaves at junctions only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Driving:
    """How each line is driven: ``speed`` [m/s], ``wait`` for all of it [s] and ``is_open``, shape (l,).

    ``off_road`` is the speed from a place to the road [m/s].
    """

    speed: Array
    wait: Array
    is_open: np.ndarray
    off_road: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Quickest ways from n points to m.

    ``seconds`` and ``metres`` have shape (n, m): nan where the net does not join the two points, infinite where
    it joins them only over what is not open. ``near_origin``, ``near_target``: whether a road is near enough.
    """

    seconds: Array
    metres: Array
    near_origin: np.ndarray
    near_target: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Access:
    """Where points meet the net: point, line, position on it [m], distance to it [m], part of the net; shape (a,)."""

    point: np.ndarray
    line: np.ndarray
    position: Array
    distance: Array
    part: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stretches:
    """Directed stretches, sorted by tail and head, one for each pair: the quickest."""

    tail: np.ndarray
    head: np.ndarray
    seconds: Array
    metres: Array
    size: int


def quickest_ways(roads: Roads, origins: Array, targets: Array, driving: Driving) -> Ways:
    """The quickest ways between points, each with its legs to and from the nearest road.

    Parameters
    ----------
    roads
        The net.
    origins, targets
        Longitude and latitude, shapes (n, 2) and (m, 2); finite.
    driving
        Speeds, waits and what is open, for each line.

    Notes
    -----
    A point meets the nearest road within :data:`FARTHEST` and the nearest one of the longest connected part, and
    what lies :data:`BESIDE` them, but no motorway, ferry or closed road. Places that lie :data:`BESIDE` each other
    need no road. Dijkstra's algorithm of SciPy.
    """
    n, m = len(origins), len(targets)
    xy = on_plane(np.vstack([origins, targets]), roads.crs)
    access = _access(roads, xy)
    parts = np.zeros((n + m, int(roads.part.max()) + 1), bool)
    parts[access.point, access.part] = True
    near: np.ndarray = np.asarray(parts.any(axis=1))
    used = parts.any(axis=0)
    parts = parts[:, used].astype(np.float64)
    joined = np.greater(parts[:n] @ parts[n:].T, 0.0)
    stretches = _stretches(roads, access, driving, (n, m), backward=m < n)
    points = stretches.size - (n + m) + np.arange(n + m)
    few, many = (points[n:], points[:n]) if m < n else (points[:n], points[n:])
    seconds, metres = _from(stretches, few, many)
    if m < n:
        seconds, metres = seconds.T, metres.T
    seconds, metres = np.where(joined, seconds, np.nan), np.where(joined, metres, np.nan)
    straight = np.hypot(*(xy[:n, None, :] - xy[None, n:, :]).T).T
    walks = (straight <= BESIDE) & ~(seconds <= straight / driving.off_road)
    return Ways(seconds=np.where(walks, straight / driving.off_road, seconds),
                metres=np.where(walks, straight, metres), near_origin=near[:n], near_target=near[n:])


def _access(roads: Roads, xy: Array) -> _Access:
    points = shapely.points(xy)
    part_of_line = roads.part[roads.node[np.unique(roads.line, return_index=True)[1]]]
    usable = roads.passable & ~np.isin(roads.road_class, _NO_TURN_OFF)
    longest = np.argmax(np.bincount(part_of_line, shapely.length(roads.shapes)))
    found = []
    for lines in (np.flatnonzero(usable), np.flatnonzero(usable & (part_of_line == longest))):
        tree = shapely.STRtree(roads.shapes[lines])
        (point, _), distance = tree.query_nearest(points, max_distance=FARTHEST, all_matches=False,
                                                  return_distance=True)
        row, at = tree.query(points[point], predicate="dwithin", distance=distance + BESIDE)
        found.append(np.column_stack([point[row], lines[at]]))
    point, line = np.unique(np.vstack(found), axis=0).T
    return _Access(point=point, line=line, position=shapely.line_locate_point(roads.shapes[line], points[point]),
                   distance=shapely.distance(roads.shapes[line], points[point]), part=part_of_line[line])


def _stretches(roads: Roads, access: _Access, driving: Driving, points: tuple[int, int], *,
               backward: bool) -> _Stretches:
    """The net with origins and targets hung on: its last nodes. ``backward`` turns every stretch round.

    Nobody drives through a place: one only leaves an origin and only comes to a target.
    """
    junctions = int(roads.node.max()) + 1
    hung = junctions + np.arange(len(access.point))
    size = junctions + len(hung) + sum(points)
    place = size - sum(points) + access.point
    sets_out = access.point < points[0]
    line = np.r_[roads.line, access.line]
    position = np.r_[roads.position, access.position]
    node = np.r_[roads.node, hung]
    order = np.lexsort((position, line))
    line, position, node = line[order], position[order], node[order]
    on = line[1:] == line[:-1]
    tail, head, row = node[:-1][on], node[1:][on], line[1:][on]
    metres = np.diff(position)[on]
    seconds = metres / driving.speed[row] + driving.wait[row] * metres / shapely.length(roads.shapes)[row]
    ahead = driving.is_open[row] & (roads.direction[row] >= 0)
    back = driving.is_open[row] & (roads.direction[row] <= 0)
    leg = access.distance / driving.off_road
    tails = np.r_[tail[ahead], head[back], np.where(sets_out, place, hung)]
    heads = np.r_[head[ahead], tail[back], np.where(sets_out, hung, place)]
    if backward:
        tails, heads = heads, tails
    every_s = np.r_[seconds[ahead], seconds[back], leg]
    every_m = np.r_[metres[ahead], metres[back], access.distance]
    order = np.lexsort((every_s, heads, tails))
    tails, heads = tails[order], heads[order]
    first = np.r_[True, (np.diff(tails) != 0) | (np.diff(heads) != 0)] & (tails != heads)
    return _Stretches(tail=tails[first], head=heads[first], seconds=every_s[order][first],
                      metres=every_m[order][first], size=size)


def _from(stretches: _Stretches, few: np.ndarray, many: np.ndarray) -> tuple[Array, Array]:
    """Seconds and metres from few nodes to many, infinite where there is no way."""
    size = stretches.size
    graph = csr_matrix((stretches.seconds, (stretches.tail, stretches.head)), shape=(size, size))
    pair = stretches.tail.astype(np.int64) * size + stretches.head
    seconds = np.full((len(few), len(many)), np.inf)
    metres = np.full((len(few), len(many)), np.inf)
    for i, origin in enumerate(few):
        time, before = dijkstra(graph, indices=int(origin), return_predecessors=True)
        reached = np.flatnonzero(before >= 0)
        up = np.arange(size)
        up[reached] = before[reached]
        way = np.zeros(size)
        way[reached] = stretches.metres[np.searchsorted(pair, up[reached] * size + reached)]
        while not np.array_equal(up, up[up]):                # each step doubles the stretches summed up
            way += way[up]
            up = up[up]
        seconds[i] = time[many]
        metres[i] = np.where(np.isfinite(seconds[i]), way[many], np.inf)
    return seconds, metres
