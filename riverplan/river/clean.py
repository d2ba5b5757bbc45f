"""Raw lines → pieces that meet in nodes: duplicates out, gaps closed, T-junctions cut.

Everything here is blind to the direction and to the order the lines were drawn in: each line is first
turned to run from its westernmost end, and the lines are put into an order of their own. So the same
drawing gives the same nodes however its rows are shuffled or its lines reversed; which way the water
runs is decided afterwards (:mod:`riverplan.river.orient`).

Two lines that only cross are not joined: a canal may cross a river on a bridge. Two that share a vertex
where they cross are (:mod:`riverplan.river.crossings`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import linemerge, substring

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.river.crossings import part_at_crossings
from riverplan.river.joining import TOUCH, Geometries, Int, Join, Joining, candidates

SNAP_MOST = 500.0
"""Largest tolerance taken without being asked for [m]."""
SNAP_NODED = 10.0
"""Tolerance for files whose confluences are already nodes [m]."""
MANY = 30
"""More problems of one code than this are given as one."""



@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noded:
    """Pieces of lines between nodes, not yet directed.

    Parameters
    ----------
    geometry
        Piece, in its own (not the water's) direction, shape ``(n,)``, in the river's plane.
    start, end
        Node number at the piece's first and last point, shape ``(n,)``.
    forward
        Whether the piece runs as the line was digitised, shape ``(n,)``.
    row
        Row of the frame of lines the piece comes from, shape ``(n,)``.
    place
        Position of the piece along its line, counted in the line's own direction, shape ``(n,)``.
    node
        Position of each node [m], shape ``(m, 2)``.
    gap
        Widest gap closed at the piece's first and last point [m], shape ``(n, 2)``.
    status
        What was done to each piece, words joined by ``"; "`` (empty: nothing).
    problems
        What was found.
    snap
        The tolerance used [m].
    left_open
        For loose ends (by node) the join left out because it would close a loop.
    """

    geometry: Geometries
    start: Int
    end: Int
    forward: NDArray[np.bool_]
    row: Int
    place: Array
    node: Array
    gap: Array
    status: list[str]
    problems: tuple[Problem, ...]
    snap: float
    left_open: Mapping[int, Join]


def in_own_order(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, NDArray[np.bool_]]:
    """Turn each line to run from its westernmost (then southernmost) end, and sort by id and shape.

    Parameters
    ----------
    frame
        Lines in a projected plane, with ``source_id``.

    Returns
    -------
    frame
        The same lines in an order that does not depend on the order or direction of the rows.
    forward
        Whether each line still runs as it was digitised.
    """
    lines = frame.geometry.to_numpy()
    first = shapely.get_coordinates(shapely.get_point(lines, 0))
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    turn = (last[:, 0] < first[:, 0]) | ((last[:, 0] == first[:, 0]) & (last[:, 1] < first[:, 1]))
    for i in np.flatnonzero((first == last).all(axis=1)):     # a ring: from its second vertex, either way
        xy = shapely.get_coordinates(lines[i])
        turn[i] = tuple(xy[-2]) < tuple(xy[1])
    lines = np.where(turn, shapely.reverse(lines), lines)
    wkb = shapely.to_wkb(shapely.set_precision(lines, 0.01, mode="pointwise"))
    given = _given_ids(frame)
    order = sorted(range(len(frame)), key=lambda i: (given[i], wkb[i]))
    out = frame.set_geometry(gpd.GeoSeries(lines, index=frame.index, crs=frame.crs)).iloc[order]
    # lines of one id were numbered by row: number them by shape
    ids, written = out["source_id"].astype(str).to_numpy(object), _given_ids(out)
    for same in set(written[pd.Series(written).duplicated().to_numpy(bool)]):
        ids[written == same] = sorted(ids[written == same], key=_natural)
    return out.assign(source_id=ids), ~turn[order]


def _given_ids(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """The ids as the file had them; our own where it had none."""
    ids = frame["source_id"].astype(str).to_numpy(object)
    if "given_id" not in frame:
        return ids
    given = frame["given_id"].fillna("").astype(str).to_numpy(object)
    return np.where(given != "", given, ids)


def _natural(written: str) -> tuple[int, str]:
    return len(written), written


def suggest_snap(lines: Geometries) -> float:
    """A snap tolerance the drawing itself supports [m].

    A file whose confluences are nodes already needs next to none, and a wide one would join head
    waters across a watershed. Elsewhere a gap of up to two vertex spacings is the drawing's own
    roughness, at least 50 m and at most ``SNAP_MOST``.
    """
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    _, where, count = np.unique(np.round(shapely.get_coordinates(ends), 1), axis=0,
                                return_inverse=True, return_counts=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.hypot(*np.diff(xy, axis=0).T)[np.diff(line) == 0]
    rough = float(np.clip(2.0 * np.median(steps), 50.0, SNAP_MOST))
    noded = int((count >= 3).sum())
    loose = np.flatnonzero(count[where.ravel()] == 1)
    tree = shapely.STRtree(lines)
    at, near = tree.query(ends[loose], predicate="dwithin", distance=rough)
    open_ends = np.unique(at[near != loose[at] % len(lines)]).size
    return SNAP_NODED if noded >= 10 and noded > 9 * open_ends else rough


def few(problems: list[Problem], code: str) -> list[Problem]:
    """The problems, or one problem ``code`` with their number and the first few where there are too many."""
    if len(problems) <= MANY:
        return problems
    first = problems[0]
    shown = ", ".join(dict.fromkeys(str(p.fields.get("line", "")) for p in problems[:MANY]))
    return [Problem(code=code, severity=first.severity, lon=first.lon, lat=first.lat,
                    fields={"count": len(problems), "lines": shown})]


def _drop_repeats(frame: gpd.GeoDataFrame, lonlat: Any) -> tuple[Geometries, Int, list[Problem]]:
    """Lines without those that repeat another, wholly or for a stretch."""
    lines = frame.geometry.to_numpy().copy()
    ids = frame["source_id"].to_numpy()
    problems: list[Problem] = []

    def say(code: str, i: int, j: int, metres: float) -> None:
        lon, lat = lonlat(*shapely.get_coordinates(shapely.get_point(lines[i], 0))[0])
        problems.append(Problem(code=code, severity="warning", lon=lon, lat=lat,
                                fields={"line": ids[i], "other": ids[j], "km": round(metres / 1000, 2)}))

    seen: dict[bytes, int] = {}
    keep = np.ones(len(lines), bool)
    for i, key in enumerate(shapely.to_wkb(shapely.set_precision(lines, 0.01, mode="pointwise"))):
        if key in seen:
            keep[i] = False
            say("line_repeated", i, seen[key], lines[i].length)
        seen.setdefault(key, i)
    row = np.flatnonzero(keep)
    kept = lines[row]
    a, b = shapely.STRtree(kept).query(kept, predicate="intersects")
    pairs = np.column_stack([a, b])[a < b]
    if pairs.size:
        common = shapely.length(shapely.intersection(kept[pairs[:, 0]], kept[pairs[:, 1]]))
        for i, j in pairs[common > TOUCH]:
            long, short = (i, j) if kept[i].length >= kept[j].length else (j, i)
            say("line_overlaps", row[short], row[long], float(kept[i].intersection(kept[j]).length))
            kept[short] = kept[short].difference(kept[long])
    parts: list[Any] = []
    rows: list[int] = []
    rings = (shapely.get_coordinates(shapely.get_point(lines, 0))
             == shapely.get_coordinates(shapely.get_point(lines, -1))).all(axis=1)
    for line, r in zip(kept, row.tolist(), strict=True):
        if line is lines[r] and not rings[r]:
            parts.append(line)
            rows.append(r)
            continue
        whole = linemerge(line) if line.geom_type == "MultiLineString" else line
        for part in shapely.get_parts(whole):
            if part.length > (TOUCH if whole is not lines[r] else 0.0):
                xy = shapely.get_coordinates(part)
                # a ring leaves and enters one node: as two halves it can be part of a network
                ring = (xy[0] == xy[-1]).all()
                middle = part.length / 2
                parts += [substring(part, 0, middle), substring(part, middle, part.length)] if ring else [part]
                rows += [int(r)] * (2 if ring else 1)
    out = np.empty(len(parts), object)
    out[:] = parts
    return out, np.array(rows, np.int64), few(problems, "lines_repeated")


def node_lines(frame: gpd.GeoDataFrame, forward: NDArray[np.bool_], *, snap: float | None,
               lonlat: Any, also: frozenset[Join] = frozenset(), join_crossings: bool = False) -> Noded:
    """Cut lines into pieces that meet in nodes.

    Narrow gaps are closed before wide ones. A gap wider than rounding is closed only between parts
    that are not connected yet, or where an arm of the river rejoins it: so no gap joins a river with
    itself or collapses a short reach.

    Parameters
    ----------
    frame
        Lines in own order (:func:`in_own_order`).
    forward
        Whether each line runs as digitised.
    snap
        Tolerance [m]; ``None`` takes :func:`suggest_snap`.
    lonlat
        Function from the plane to longitude and latitude, for the problems.
    also
        Joins to make although they close a loop: lower ends that would else lead nowhere.
    join_crossings
        Whether lines that cross without a common vertex meet there too.
    """
    lines, row, problems = _drop_repeats(frame, lonlat)
    if snap is None:
        snap = suggest_snap(lines)
        code = "snap_noded" if snap == SNAP_NODED else "snap_rough"
        problems.append(Problem(code=code, severity="note", fields={"snap": round(snap)}))
    lines, row, parted, crossed = part_at_crossings(frame, lines, row, snap=snap, lonlat=lonlat, join=join_crossings)
    problems += few(crossed, "crossings_unclear")
    n = len(lines)
    ends = shapely.get_coordinates(np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)]))
    _, first, node = np.unique(np.round(ends, 2), axis=0, return_index=True, return_inverse=True)
    node, at = node.ravel().astype(np.int64), ends[first]
    joins = candidates(lines, at, node, snap)
    joined = Joining(lines, at, node, snap)
    joined.close(joins, also)
    arms = joined.arms() | also
    if arms > also:
        joined = Joining(lines, at, node, snap)
        joined.close(joins, arms)
        joined.arms()
    ids = frame["source_id"].to_numpy()
    open_gaps = []
    for k, join in joined.loops.items():
        lon, lat = lonlat(*joined.at[k])
        open_gaps.append(Problem(code="gap_left_open", severity="note", lon=lon, lat=lat, fields={
            "line": ids[row[joined.members[k][0] % n]], "other": ids[row[join.line]], "metres": round(join.gap)}))
    problems += few(open_gaps, "gaps_left_open")
    return _cut(frame, lines, row, forward, snap, problems, parted=parted, loops=joined.loops, at=joined.at,
                closed=joined.closed, trimmed=joined.trimmed,
                node=np.array([joined.nodes.find(k) for k in node.tolist()], np.int64),
                cuts={j: sorted((s, joined.nodes.find(k)) for s, k in c) for j, c in joined.cuts.items()})


def _cut(frame: gpd.GeoDataFrame, lines: Geometries, row: Int, forward: NDArray[np.bool_], snap: float,
         problems: list[Problem], *, parted: frozenset[int], loops: Mapping[int, Join], at: Array, closed: Array,
         trimmed: dict[int, float], node: Int,
         cuts: dict[int, list[tuple[float, int]]]) -> Noded:
    """Cut each line at its junctions and lead its ends to their nodes."""
    n = len(lines)
    pieces: list[Any] = []
    facts: list[tuple[int, int, int, int, float, float]] = []
    status: list[str] = []
    repeated = pd.Series(_given_ids(frame)).duplicated(keep=False).to_numpy()
    before: dict[int, int] = {}
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)])
    exact = (ends == at[node]).all(axis=1)
    long = shapely.length(lines)
    untouched = exact[:n] & exact[n:] & (node[:n] != node[n:]) & (long > 0)
    for i in range(n):
        s0, s1 = trimmed.get(i, 0.0), trimmed.get(n + i, float(long[i]))
        inner = [(s, k) for s, k in cuts.get(i, []) if s0 + 1e-6 < s < s1 - 1e-6]
        stops = [(s0, int(node[i])), *inner, (s1, int(node[n + i]))]
        for (a, ka), (b, kb) in pairwise(stops):
            whole = len(stops) == 2 and not (i in trimmed or n + i in trimmed)
            gaps = (closed[i] if a == s0 else 0.0, closed[n + i] if b == s1 else 0.0)
            if whole and untouched[i]:
                piece = lines[i]
            else:
                piece = _led(lines[i] if whole else substring(lines[i], a, b), at[ka], at[kb])
            if ka == kb or not piece.length > 0:
                continue
            words = [f"snapped {g:.0f} m" for g in (max(gaps),) if g >= 0.5]
            words += ["trimmed"] * ((i in trimmed and a == s0) or (n + i in trimmed and b == s1))
            words += ["split"] * (len(stops) > 2 or int(row[i]) in parted)
            words += ["duplicate id renumbered"] * bool(repeated[row[i]])
            pieces.append(piece)
            place = before.get(int(row[i]), 0)
            before[int(row[i])] = place + 1
            facts.append((ka, kb, int(row[i]), place, *gaps))
            status.append("; ".join(words))
    geometry = np.empty(len(pieces), object)
    geometry[:] = pieces
    table = np.array(facts).reshape(-1, 6)
    start, end, piece_row, place = table[:, :4].astype(np.int64).T
    used, compact = np.unique(np.concatenate([start, end]), return_inverse=True)
    compact = compact.ravel()
    return part_twins(Noded(
        geometry=geometry, start=compact[: len(pieces)], end=compact[len(pieces):],
        forward=forward[piece_row], row=piece_row, place=place.astype(np.float64), node=at[used],
        gap=table[:, 4:], status=status, problems=tuple(problems), snap=snap,
        left_open={int(i): loops[k] for i, k in enumerate(used.tolist()) if k in loops}))


def _led(line: Any, first: Array, last: Array) -> Any:
    """A line led to the positions of its nodes: its ends moved by rounding, lengthened across a gap."""
    xy = shapely.get_coordinates(line)
    if np.hypot(*(xy[0] - first)) > 0.01:
        xy = np.concatenate([first[None], xy])
    if np.hypot(*(xy[-1] - last)) > 0.01:
        xy = np.concatenate([xy, last[None]])
    xy[0], xy[-1] = first, last
    return shapely.linestrings(xy if len(xy) > 1 else np.repeat(xy, 2, axis=0))    # a point: of no length


def part_twins(noded: Noded) -> Noded:
    """Put a node into the longer ones of pieces between the same two nodes: a directed graph holds one edge."""
    pair = np.sort(np.column_stack([noded.start, noded.end]), axis=1)
    length = shapely.length(noded.geometry)
    seen: set[tuple[int, int]] = set()
    twins = []
    for i in np.lexsort((np.arange(length.size), length)).tolist():
        key = (int(pair[i, 0]), int(pair[i, 1]))
        if key in seen:
            twins.append(i)
        seen.add(key)
    if not twins:
        return noded
    t = np.array(sorted(twins))
    middle = shapely.line_interpolate_point(noded.geometry[t], 0.5, normalized=True)
    new = len(noded.node) + np.arange(t.size)
    lower, upper = (np.array([substring(g, a, b, normalized=True) for g in noded.geometry[t]], object)
                    for a, b in ((0.0, 0.5), (0.5, 1.0)))
    geometry, end, gap, status = noded.geometry.copy(), noded.end.copy(), noded.gap.copy(), list(noded.status)
    geometry[t], end[t], gap[t, 1] = lower, new, 0.0
    for i in t:
        status[i] = "; ".join([*([status[i]] if status[i] else []), "twin parted"])
    return replace(
        noded, geometry=np.concatenate([geometry, upper]), start=np.concatenate([noded.start, new]),
        end=np.concatenate([end, noded.end[t]]), forward=np.concatenate([noded.forward, noded.forward[t]]),
        row=np.concatenate([noded.row, noded.row[t]]), place=np.concatenate([noded.place, noded.place[t] + 0.5]),
        node=np.concatenate([noded.node, shapely.get_coordinates(middle)]),
        gap=np.concatenate([gap, np.column_stack([np.zeros(t.size), noded.gap[t, 1]])]),
        status=[*status, *(status[i] for i in t)])
