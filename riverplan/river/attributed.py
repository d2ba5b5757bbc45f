"""Lines whose own attributes say how they are linked: one row in is one reach out, and nothing is repaired.

Published networks (HydroRIVERS, NHDPlus, RouteLink …) and well-kept files name for each line the one
below it, or its two nodes. That is the surest knowledge of a river there is, so neither gaps nor the
drawn direction are judged: ends that should meet are led together, and where they lie apart it is said.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.channel import Array
from riverplan.errors import NetworkError, Problem
from riverplan.i18n import listed
from riverplan.river.clean import Noded, part_twins
from riverplan.river.directing import LonLat
from riverplan.river.joining import TOUCH, Geometries, Int
from riverplan.river.orient import Directed
from riverplan.tables.known_networks import TOPOLOGY
from riverplan.transport.compiled import CycleError, compile_network

LINKED_LEAST = 0.5
"""Links are believed where at least this share of the rows that name a row below find it."""
APART = 50.0
"""Ends that should meet but lie farther apart than this [m] are said."""
SURE = 0.99
"""Confidence of a direction that the attributes tell [-]."""
SHORTEST = 1.0
"""A line whose ends would fall together is led round a corner of this size [m]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """Rows linked by their attributes, as nodes.

    Parameters
    ----------
    tail, head
        Node number at the upper and lower end of each row, shape ``(n,)``.
    n_nodes
        Number of nodes.
    leaves
        Rows whose water goes on in a row that is not in the file, shape ``(n,)``.
    """

    tail: Int
    head: Int
    n_nodes: int
    leaves: NDArray[np.bool_]


def links(frame: gpd.GeoDataFrame) -> tuple[Links | None, list[Problem]]:
    """The nodes that the attributes of lines tell of.

    Returns
    -------
    links
        None where the attributes do not link all lines, or name rows that are not there: the shape of
        the lines must serve, and a problem says why.
    problems
        What is to be said of the attributes.
    """
    if not set(TOPOLOGY) <= set(frame.columns) or frame["topo_id"].isna().any():
        return None, []
    own, down, a, b = (frame[c].fillna("").astype(str).to_numpy(object) for c in TOPOLOGY)
    n = len(frame)
    if not (down != "").any() and not ((a != "") & (b != "")).any():
        return None, []
    problems: list[Problem] = []
    by_nodes = (a != "") & (b != "")
    if by_nodes.all():
        names, number = np.unique(np.concatenate([a, b]), return_inverse=True)
        tail, head = number[:n].astype(np.int64), number[n:].astype(np.int64)
        loops = np.flatnonzero(tail == head)
        if loops.size:
            problems.append(_said("topology_loops", loops, frame, "warning"))
            return None, problems
        shared = np.bincount(np.concatenate([tail, head]), minlength=names.size) > 1
        if n > 1 and shared.sum() < LINKED_LEAST * min(n - 1, names.size):
            return None, [_said("topology_unlinked", np.arange(n), frame, "warning")]
        return Links(tail=tail, head=head, n_nodes=names.size, leaves=np.zeros(n, bool)), problems
    first: dict[str, int] = {}
    for i, name in enumerate(own.tolist()):
        first.setdefault(name, i)
    below = np.array([first.get(d, -1) if d else -1 for d in down.tolist()], np.int64)
    itself = below == np.arange(n)
    if itself.any():
        problems.append(_said("topology_self", np.flatnonzero(itself), frame, "warning"))
        below[itself] = -1
    asked = (down != "") & ~itself
    twice = np.flatnonzero(np.array([first[o] != i for i, o in enumerate(own.tolist())]) & (own != ""))
    if twice.size and np.isin(own[twice], down).any():
        problems.append(_said("topology_id_twice", twice, frame, "warning"))
        return None, problems
    if (own == "").any() or (asked.any() and (below[asked] >= 0).mean() < LINKED_LEAST):
        return None, [*problems, _said("topology_unlinked", np.flatnonzero(asked & (below < 0)), frame, "warning")]
    # the tail of each row is a node of its own; its head is the tail of the row below, or an end
    head = np.where(below >= 0, below, n + np.arange(n))
    used, number = np.unique(np.concatenate([np.arange(n), head]), return_inverse=True)
    return Links(tail=number[:n].astype(np.int64), head=number[n:].astype(np.int64), n_nodes=used.size,
                 leaves=asked & (below < 0)), problems


def turned_by_links(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Lines of which only some have linking attributes: those are turned to run as their attributes say."""
    if not set(TOPOLOGY) <= set(frame.columns) or frame["topo_id"].notna().all():
        return frame, []
    rows = np.flatnonzero(frame["topo_id"].notna())
    found, problems = links(frame.iloc[rows])
    if found is None:
        return frame, problems
    shapes = frame.geometry.to_numpy().copy()
    shapes[rows] = _downstream(shapes[rows], found)[0]
    turned = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return turned, [*problems, Problem(code="topology_mixed", severity="note")]


def node_links(frame: gpd.GeoDataFrame, found: Links, lonlat: LonLat, *, given: bool = False,
               ) -> tuple[Noded, Directed, list[Problem]]:
    """Lines and their links as pieces between nodes, directed.

    Parameters
    ----------
    frame
        Lines in the river's plane, with ``source_id``.
    found
        Their links.
    lonlat
        Function from the plane to longitude and latitude, for the problems.
    given
        Whether outlets were named besides: then a note says that the attributes went before.

    Raises
    ------
    NetworkError
        If the attributes lead in a circle: with the ids on it.
    """
    ids = frame["source_id"].astype(str).to_numpy(object)
    try:
        compile_network(found.tail.astype(np.int32), found.head.astype(np.int32), found.n_nodes)
    except CycleError:
        raise NetworkError(_circles(found, frame, ids, lonlat)) from None
    lines, against = _downstream(frame.geometry.to_numpy(), found)
    at = _places(lines, found)
    lines, gap = _led(lines, at[found.tail], at[found.head])
    problems = []
    far = np.flatnonzero(gap.max(axis=1) > APART)
    if far.size:
        worst = far[np.argmax(gap.max(axis=1)[far])]
        lon, lat = lonlat(*at[found.head[worst]])
        problems.append(Problem(code="topology_apart", severity="warning", lon=float(lon), lat=float(lat), fields={
            "count": far.size, "lines": listed(ids[far]), "widest": round(float(gap.max())), "line": ids[worst]}))
    n = len(frame)
    part = connected_components(coo_array((np.ones(n), (found.tail, found.head)), shape=(found.n_nodes,) * 2),
                                directed=False)[1][found.tail]
    ends = np.setdiff1d(found.head, found.tail)
    problems.append(Problem(code="topology_used", severity="note", fields={
        "rows": n, "links": int(np.isin(found.head, found.tail).sum()), "parts": int(part.max()) + 1,
        "leaves": int(found.leaves.sum()), "against": int(against.sum())}))
    if given:
        problems.append(Problem(code="topology_before_outlets", severity="note"))
    status = [f"snapped {g:.0f} m" if g >= 0.5 else "" for g in gap.max(axis=1).tolist()]
    noded = part_twins(Noded(
        geometry=lines, start=found.tail, end=found.head, forward=np.ones(n, bool), row=np.arange(n),
        place=np.zeros(n), node=at, gap=gap, status=status, problems=(), snap=0.0, left_open={}))
    m = noded.start.size
    nothing = np.zeros(m, bool)
    return noded, Directed(flip=nothing, turned=nothing, part=part[noded.row].astype(np.int64), outlet=ends,
                           reaches_outlet=np.ones(m, bool), circles=(), broken=(), endless=(),
                           source=np.full(m, "attributes", object), confidence=np.full(m, SURE),
                           upstream=float(against.mean())), problems


def _said(code: str, rows: Int, frame: gpd.GeoDataFrame, severity: str) -> Problem:
    return Problem(code=code, severity=severity, fields={  # type: ignore[arg-type]
        "count": rows.size, "lines": listed(frame["source_id"].astype(str).to_numpy(object)[rows])})


def _circles(found: Links, frame: gpd.GeoDataFrame, ids: NDArray[np.object_], lonlat: LonLat) -> list[Problem]:
    """One problem for each circle, with exactly the rows on it."""
    graph = coo_array((np.ones(len(frame)), (found.tail, found.head)), shape=(found.n_nodes,) * 2)
    strong = connected_components(graph, directed=True, connection="strong")[1]
    inside = strong[found.tail] == strong[found.head]
    problems = []
    for s in np.unique(strong[found.tail[inside]]):
        rows = np.flatnonzero(inside & (strong[found.tail] == s))
        lon, lat = lonlat(*shapely.get_coordinates(frame.geometry.iloc[rows[0]])[0])
        problems.append(Problem(code="topology_circle", lon=float(lon), lat=float(lat), fields={
            "count": rows.size, "lines": listed(ids[rows], 40)}))
    return problems


def _downstream(lines: Geometries, found: Links) -> tuple[Geometries, NDArray[np.bool_]]:
    """The lines as the water runs, and which were drawn against it.

    Of the two ends of each of two linked lines one pair lies nearest: there they meet. Each such pair is
    a vote for the direction of both lines; a line without a clear vote stays as drawn.
    """
    ends = np.stack([shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)], axis=1)
    i, i_lower, j, j_lower = _meetings(found)
    away = np.hypot(*(ends[i][:, :, None] - ends[j][:, None, :]).transpose(3, 0, 1, 2)).reshape(-1, 4)
    order = np.sort(away, axis=1)
    clear = order[:, 1] - order[:, 0] > TOUCH
    best = np.argmin(away, axis=1)
    votes = np.zeros(len(lines), np.int64)
    for row, lower, last in ((i, i_lower, best // 2 == 1), (j, j_lower, best % 2 == 1)):
        np.add.at(votes, row[clear], np.where(lower == last, 1, -1)[clear])
    turned = votes < 0
    return np.where(turned, shapely.reverse(lines), lines), turned


def _meetings(found: Links) -> tuple[Int, NDArray[np.bool_], Int, NDArray[np.bool_]]:
    """Pairs of rows that meet in a node, each with whether it is its lower end that lies there."""
    n = found.tail.size
    node = np.concatenate([found.head, found.tail])
    row, lower = np.tile(np.arange(n), 2), np.repeat([True, False], n)
    order = np.argsort(node, kind="stable")
    node, row, lower = node[order], row[order], lower[order]
    start = np.flatnonzero(np.r_[True, node[1:] != node[:-1]])
    first = np.repeat(start, np.diff(np.r_[start, node.size]))
    last = np.repeat(np.r_[start[1:], node.size] - 1, np.diff(np.r_[start, node.size]))
    # entering lines stand first at each node: pair each end with the first and with the last one there
    pairs = np.concatenate([np.column_stack([np.arange(node.size), other]) for other in (first, last)])
    a, b = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0).T
    return row[a], lower[a], row[b], lower[b]


def _places(lines: Geometries, found: Links) -> Array:
    """Where each node lies: at the start of the line that leaves it, else where lines end there."""
    first, last = (shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1))
    at = np.full((found.n_nodes, 2), np.nan)
    at[found.head] = last
    at[found.tail[::-1]] = first[::-1]                         # of several that leave, the first row's
    return at


def _led(lines: Geometries, tail: Array, head: Array) -> tuple[Geometries, Array]:
    """The lines with their ends led to the nodes, and how far each end was away [m], shape ``(n, 2)``."""
    first, last = (shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1))
    gap = np.column_stack([np.hypot(*(first - tail).T), np.hypot(*(last - head).T)])
    out = lines.copy()
    for i in np.flatnonzero((gap > 0).any(axis=1)).tolist():
        xy = shapely.get_coordinates(lines[i])
        if gap[i, 0] > 0.01:
            xy = np.concatenate([tail[i][None], xy])
        if gap[i, 1] > 0.01:
            xy = np.concatenate([xy, head[i][None]])
        xy[0], xy[-1] = tail[i], head[i]
        if not np.hypot(*np.diff(xy, axis=0).T).sum() > 0:     # its ends fall together: it stays a line
            xy = np.array([tail[i], tail[i] + SHORTEST, head[i]])
        out[i] = shapely.linestrings(xy)
    return out, gap
