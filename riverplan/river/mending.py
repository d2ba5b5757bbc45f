"""Replaying mends on the frames of an imported river: directions, cuts, joins and deletions by reach id."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.errors import NetworkError, Problem, Severity
from riverplan.i18n import listed
from riverplan.river.assemble import node_kinds
from riverplan.river.directing import LonLat
from riverplan.river.mends import REACH_ACTIONS, Mend
from riverplan.river.splitting import Cut, split
from riverplan.transport.compiled import CycleError, compile_network

RENUMBERED = 500.0
"""A reach farther than this [m] from the place of its mend is another one of its line."""
SNUG = 20.0
"""A node nearer than this [m] to the place of a cut or join serves instead of a new one."""


def whole_id(reach_id: str, known: Set[str]) -> str:
    """The reach a piece was cut from by lists, dams or waters, which come after the mends; empty where none is known.

    >>> whole_id("LH-1.4.1", {"LH-1"}), whole_id("LH-1", {"LH-1"}), whole_id("XY-1.2", {"LH-1"})
    ('LH-1', 'LH-1', '')
    """
    while reach_id not in known:
        stem, dot, number = reach_id.rpartition(".")
        if not dot or not number.isdigit():
            return ""
        reach_id = stem
    return reach_id


@dataclass(slots=True)
class _Bench:
    """The frames being mended, and what is said on the way."""

    reaches: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    xy: LonLat
    problems: list[Problem]

    def row(self, reach_id: str, near: shapely.Point | None = None) -> int | None:
        """Row of a reach; of the one reach of a line, or its nearest, where a line's own id is given.

        Reaches of a line are numbered downstream, so an outlet named later may number them anew: one far from
        the place gives way to that reach of its line that lies there.
        """
        rows = np.flatnonzero(self.reaches["reach_id"].to_numpy(object) == reach_id)
        lines = self.reaches.geometry.to_numpy()
        if rows.size:
            row = int(rows[0])
            if near is None or lines[row].distance(near) <= RENUMBERED:
                return row
            same = np.flatnonzero((self.reaches["source_id"] == self.reaches["source_id"].iat[row]).to_numpy(bool))
            best = int(same[np.argmin(shapely.distance(lines[same], near))])
            return best if lines[best].distance(near) <= RENUMBERED else row
        rows = np.flatnonzero(self.reaches["source_id"].to_numpy(object) == reach_id)
        if rows.size > 1 and near is not None:
            rows = rows[[int(np.argmin(shapely.distance(lines[rows], near)))]]
        if rows.size == 1:
            return int(rows[0])
        whole = whole_id(reach_id, set(self.reaches["reach_id"]))
        return self.row(whole) if whole else None

    def say(self, code: str, mend: Mend, severity: Severity = "warning") -> None:
        self.problems.append(Problem(code=code, severity=severity, row=mend.row, lon=mend.lon, lat=mend.lat,
                                     fields={"id": mend.id, "to": mend.to, "what": mend.action}))

    def put(self, row: int, column: str, value: object) -> None:
        self.reaches.iat[row, self.reaches.columns.get_loc(column)] = value

    def mark(self, row: int, word: str) -> None:
        words = [w for w in str(self.reaches["status"].iat[row]).split("; ") if w and w != "kept"]
        self.put(row, "status", "; ".join(dict.fromkeys([*words, word])))

    def point(self, mend: Mend) -> shapely.Point | None:
        """The place of a mend on the plane; None where it has none that lies on the earth."""
        if mend.lon is None or mend.lat is None or not (abs(mend.lon) <= 180 and abs(mend.lat) <= 90):
            return None
        return shapely.Point(*self.xy(mend.lon, mend.lat))


def apply_mends(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, mends: Sequence[Mend], xy: LonLat,
                ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[Problem]]:
    """Apply the mends of reaches, one after the other.

    Parameters
    ----------
    reaches, nodes
        Frames of an imported river without lists; they are not changed.
    mends
        Those of sites are passed over.
    xy
        Function from longitude and latitude [degrees] to the river's plane [m].

    Returns
    -------
    reaches, nodes
        The mended frames. Other reaches keep their ids.
    problems
        Mends that could not be applied, and how many were.

    Raises
    ------
    NetworkError
        If the mended reaches run in a circle: with the ids on it.
    """
    mine = [m for m in mends if m.action in REACH_ACTIONS]
    if not mine:
        return reaches, nodes, []
    outlets = _outlets(reaches)
    bench = _Bench(reaches.copy(), nodes.copy(), xy, [])
    for mend in mine:
        point = bench.point(mend)
        row = bench.row(mend.id, None if mend.action == "join" else point)
        if row is None:
            bench.say("mend_unknown", mend)
            continue
        if mend.id.startswith(f"{bench.reaches['reach_id'].iat[row]}."):
            bench.say("mend_of_whole", replace(mend, to=str(bench.reaches["reach_id"].iat[row])), "note")
        named = replace(mend, id=str(bench.reaches["reach_id"].iat[row]))
        target = bench.row(mend.to, point) if mend.to else None
        if target is not None:
            named = replace(named, to=str(bench.reaches["reach_id"].iat[target]))
        _APPLY[mend.action](bench, named, row)
    _part_twins(bench)
    _prove_acyclic(bench, mine)
    bench.problems.append(Problem(code="mends_applied", severity="note", fields={
        "count": len(mine) - sum(p.severity != "note" for p in bench.problems), "total": len(mine)}))
    return *_settled(bench, outlets), bench.problems


def _flip(bench: _Bench, mend: Mend, row: int) -> None:
    tail, head = bench.reaches["tail"].iat[row], bench.reaches["head"].iat[row]
    bench.put(row, "tail", head)
    bench.put(row, "head", tail)
    bench.put(row, "geometry", shapely.reverse(bench.reaches.geometry.iat[row]))
    bench.put(row, "direction_source", "person")
    bench.put(row, "direction_confidence", 1.0)
    bench.mark(row, "flipped by hand")


def _cut(bench: _Bench, mend: Mend, row: int) -> None:
    point = bench.point(mend)
    if point is None or not _cut_at(bench, row, point, "cut by hand"):
        bench.say("mend_cut_at_end", mend)


def _cut_at(bench: _Bench, row: int, point: shapely.Point, why: str) -> bool:
    """Cut a reach at the place nearest to a point; whether there was one apart from its ends."""
    share = bench.reaches.geometry.iat[row].project(point, normalized=True)
    length = float(bench.reaches["length"].iat[row])
    if min(share, 1 - share) * length <= min(SNUG, length / 4):
        return False
    bench.reaches, bench.nodes, _ = split(bench.reaches, bench.nodes, [
        Cut(row=row, chainage=share * length, why=why, snug=min(SNUG, length / 8))])
    return True


def _delete(bench: _Bench, mend: Mend, row: int) -> None:
    if len(bench.reaches) == 1:
        bench.say("mend_last_reach", mend)
        return
    bench.reaches = bench.reaches.drop(index=bench.reaches.index[row]).reset_index(drop=True)


def _join(bench: _Bench, mend: Mend, row: int) -> None:
    """Lead an end of a reach to another reach or node."""
    ends = [str(bench.reaches[e].iat[row]) for e in ("tail", "head")]
    uses = pd.concat([bench.reaches["tail"], bench.reaches["head"]]).value_counts()
    loose = [e for e in ends if uses[e] == 1]
    at = {e: _place(bench, e) for e in ends}
    point = bench.point(mend)
    if _join_crossing(bench, mend, row, point, [at[e] for e in loose]):
        return
    if not loose:
        bench.say("mend_no_loose_end", mend)
        return
    goal, target = _goal(bench, mend)
    if goal is None:
        bench.say("mend_to_unknown", mend)
        return
    near = point or goal
    end = min(loose, key=lambda e: (at[e].distance(near), e != ends[1]))
    if target is not None:                                     # a reach: at the place nearest to the loose end
        spot = bench.reaches.geometry.iat[target]
        foot = spot.interpolate(spot.project(at[end]))
        reach_id = mend.to
        if _cut_at(bench, target, foot, "split"):
            node = f"{reach_id}.1/end"
        else:
            nearer = spot.project(foot, normalized=True) > 0.5
            node = str(bench.reaches["head" if nearer else "tail"].iat[target])
    else:
        node = mend.to
    row = bench.row(mend.id) or 0
    other = ends[1] if end == ends[0] else ends[0]
    if node in ends or mend.to == mend.id or other == node:
        bench.say("mend_join_itself", mend)
        return
    _lead(bench, row, end, node)


def _join_crossing(bench: _Bench, mend: Mend, row: int, point: shapely.Point | None,
                   loose: Sequence[shapely.Point]) -> bool:
    """Let two reaches that cross meet where they do, nearest to the place; whether that was meant.

    A loose end nearer to the place than the crossing is, or no place at all beside a loose end, means the end.
    """
    target = bench.row(mend.to)
    if target is None or target == row:
        return False
    lines = bench.reaches.geometry
    at = [p for p in shapely.get_parts(lines.iat[row].intersection(lines.iat[target])) if p.geom_type == "Point"]
    if not at:
        return False
    spot = min(at, key=lambda p: p.distance(point) if point is not None else 0.0)
    if loose and (point is None or min(e.distance(point) for e in loose) < spot.distance(point)):
        return False
    if not (_cut_at(bench, target, spot, "joined by hand") and _cut_at(bench, bench.row(mend.id) or 0, spot,
                                                                       "joined by hand")):
        return False
    mine, other = f"{mend.id}.1/end", f"{mend.to}.1/end"
    for end in ("tail", "head"):
        bench.reaches[end] = bench.reaches[end].replace(mine, other)
    return True


def _goal(bench: _Bench, mend: Mend) -> tuple[shapely.Geometry | None, int | None]:
    """What to join to: its shape, and its row where it is a reach."""
    row = bench.row(mend.to)
    if row is not None:
        return bench.reaches.geometry.iat[row], row
    known = np.flatnonzero(bench.nodes["node_id"].to_numpy(object) == mend.to)
    return (bench.nodes.geometry.iat[int(known[0])], None) if known.size else (None, None)


def _place(bench: _Bench, node: str) -> shapely.Point:
    return bench.nodes.geometry.iat[int(np.flatnonzero(bench.nodes["node_id"].to_numpy(object) == node)[0])]


def _lead(bench: _Bench, row: int, end: str, node: str) -> None:
    """Let a reach end in another node, its line led there; the gap counts to its length."""
    point = _place(bench, node)
    line = shapely.get_coordinates(bench.reaches.geometry.iat[row])
    first = str(bench.reaches["tail"].iat[row]) == end
    gap = float(np.hypot(*(line[0 if first else -1] - [point.x, point.y])))
    if gap > 0:
        xy = [[point.x, point.y]]
        bench.put(row, "geometry", shapely.linestrings(np.concatenate([xy, line] if first else [line, xy])))
    bench.put(row, "length", float(bench.reaches["length"].iat[row]) + gap)
    bench.put(row, "tail" if first else "head", node)
    bench.mark(row, f"joined by hand {gap:.0f} m")


_APPLY: dict[str, Callable[[_Bench, Mend, int], None]] = {
    "flip": _flip, "cut": _cut, "delete": _delete, "join": _join}


def _part_twins(bench: _Bench) -> None:
    """Two reaches that lead from one node to one other: the longer gets a node, for a graph holds one edge."""
    order = bench.reaches.sort_values(["length", "reach_id"], kind="stable")
    twins = order.index[order.duplicated(["tail", "head"])]
    bench.reaches, bench.nodes, _ = split(bench.reaches, bench.nodes, [
        Cut(row=int(i), chainage=float(bench.reaches["length"].iat[int(i)]) / 2, why="twin parted", snug=0.0)
        for i in twins])


def _numbers(reaches: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    codes, names = pd.factorize(pd.concat([reaches["tail"], reaches["head"]]))
    return codes[: len(reaches)], codes[len(reaches):], pd.Index(names)


def _prove_acyclic(bench: _Bench, mends: Sequence[Mend]) -> None:
    tail, head, names = _numbers(bench.reaches)
    try:
        compile_network(tail.astype(np.int32), head.astype(np.int32), len(names))
    except CycleError:
        graph = coo_array((np.ones(tail.size), (tail, head)), shape=(len(names),) * 2)
        strong = connected_components(graph, directed=True, connection="strong")[1]
        rows = np.flatnonzero(strong[tail] == strong[head])
        raise NetworkError(Problem(code="mend_circle", fields={
            "count": rows.size, "lines": listed(bench.reaches["reach_id"].to_numpy(object)[rows], 40),
            "mends": listed((m.id for m in mends), 20)})) from None


def _outlets(reaches: gpd.GeoDataFrame) -> set[str]:
    """Nodes by which connected reaches leave."""
    connected = ~reaches["status"].str.contains("unconnected")
    return set(reaches["head"][connected]) - set(reaches["tail"])


def _settled(bench: _Bench, outlets: set[str]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Nodes in use with their kinds; which parts lead to an outlet."""
    reaches, nodes = bench.reaches, bench.nodes
    used = set(reaches["tail"]) | set(reaches["head"])
    nodes = nodes[nodes["node_id"].isin(used)].reset_index(drop=True)
    nodes["kind"] = node_kinds(reaches["tail"], reaches["head"], nodes["node_id"])
    tail, head, names = _numbers(reaches)
    graph = coo_array((np.ones(tail.size), (tail, head)), shape=(len(names),) * 2)
    part = connected_components(graph, directed=False)[1]
    good = {int(p) for p, n in zip(part, names, strict=True) if n in outlets}
    if not good:
        good = {int(np.argmax(np.bincount(part[tail], weights=reaches["length"])))}
    leads = np.isin(part[tail], list(good))
    status = []
    for words, ok in zip(reaches["status"], leads, strict=True):
        kept = [w for w in words.split("; ") if w and w not in ("kept", "unconnected")]
        status.append("; ".join([*kept, *([] if ok else ["unconnected"])]) or "kept")
    return reaches.assign(status=status), nodes
