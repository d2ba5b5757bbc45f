"""Closing gaps between the ends of lines, the narrowest first."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from riverplan.channel import Array

TOUCH = 1.0
"""Ends closer than this to another line [m] lie on it: drawn to meet, off by rounding."""
ARM = 5.0
"""An arm is at least this many times longer than the gap at its end."""
LOOP = 10.0
"""A loop shorter than this many gaps is no loop but the end of a bend."""
DETOUR = 4.0
"""An arm and the way it goes round differ in length by this factor at most."""

Geometries = NDArray[np.object_]
Int = NDArray[np.int64]


class _Sets:
    """Disjoint sets: which things have been joined to which."""

    def __init__(self, n: int) -> None:
        self.parent = list(range(n))

    def find(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Join the set of ``i`` to that of ``j``, which keeps its root."""
        self.parent[self.find(i)] = self.find(j)


@dataclass(frozen=True, slots=True)
class Join:
    """A way to close a gap: node ``node`` to node ``to``, or to line ``line`` at ``chainage``."""

    gap: float
    node: int
    line: int
    to: int = -1
    chainage: float = np.nan


def candidates(lines: Geometries, at: Array, node: Int, snap: float) -> list[Join]:
    """All joins within reach, the narrowest gap first.

    Parameters
    ----------
    lines
        Lines, shape ``(n,)``.
    at
        Position of each node [m], shape ``(m, 2)``.
    node
        Node of each line's first and last point, shape ``(2 n,)``: all first points, then all last.
    snap
        Tolerance [m].
    """
    n = len(lines)
    count = np.bincount(node, minlength=len(at))
    points = shapely.points(at)
    # loose ends look around as far as the tolerance; the others only for a line they already lie on
    reach = np.where(count == 1, max(snap, TOUCH), TOUCH)
    k, j = shapely.STRtree(lines).query(points, predicate="dwithin", distance=reach)
    own = (node[j] == k) | (node[n + j] == k)
    k, j = k[~own], j[~own]
    gap = shapely.distance(points[k], lines[j])
    chainage = shapely.line_locate_point(lines[j], points[k])
    length = shapely.length(lines)
    joins = []
    for a, b, d, s in zip(k.tolist(), j.tolist(), gap.tolist(), chainage.tolist(), strict=True):
        to = int(node[b if s < length[b] / 2 else n + b])
        straight = float(np.hypot(*(at[a] - at[to])))
        # an end near an end continues it: no sliver is cut off beside it
        if min(s, length[b] - s) <= TOUCH or straight <= min(reach[a], max(3 * d, TOUCH) + TOUCH):
            joins.append(Join(straight, a, b, to=to))
        else:
            joins.append(Join(d, a, b, chainage=s))
    return sorted(joins, key=lambda x: (x.gap, x.node, x.line))


def _overshoot(line: Any, other: Any, last: bool, snap: float) -> float | None:
    """Chainage on ``line`` where its end portion crosses the line it was drawn a little beyond."""
    points = [p for p in shapely.get_parts(line.intersection(other)) if p.geom_type == "Point"]
    where = [line.project(p) for p in points]
    beyond = [(line.length - s if last else s, s) for s in where]
    near = [b for b in beyond if b[0] <= snap]
    return max(near)[1] if near else None


class Joining:
    """The state of closing gaps; :meth:`close` works through the candidates once.

    Attributes
    ----------
    at
        Position of each node [m].
    cuts
        For each line the chainages [m] it is cut at and the nodes there.
    trimmed
        For each line end that was drawn beyond the line it meets the chainage [m] it now ends at.
    closed
        Gap closed at each line end [m], shape ``(2 n,)``.
    loops
        For each loose end the narrowest join left out because it would close a loop.
    """

    def __init__(self, lines: Geometries, at: Array, node: Int, snap: float) -> None:
        self.lines, self.node, self.snap, self.n = lines, node, snap, len(lines)
        self.at = at.copy()
        self.members: list[list[int]] = [[] for _ in at]
        for end, k in enumerate(node.tolist()):
            self.members[k].append(end)
        self.nodes, self.parts = _Sets(len(at)), _Sets(self.n)
        for ends in self.members:
            for end in ends[1:]:
                self.parts.join(end % self.n, ends[0] % self.n)
        self.fixed = [len(m) > 1 for m in self.members]        # a node others rely on does not move
        self.cuts: dict[int, list[tuple[float, int]]] = {}
        self.closed = np.zeros(2 * self.n)
        self.trimmed: dict[int, float] = {}
        self.loops: dict[int, Join] = {}

    def close(self, joins: list[Join], arms: frozenset[Join] = frozenset()) -> None:
        """Close the gaps that may be closed, in the order given; ``arms`` may close loops."""
        for join in joins:
            k = self.nodes.find(join.node)
            if join.gap > TOUCH and self.fixed[k]:
                continue                                       # no longer a loose end
            mine = {e % self.n for e in self.members[k]}
            if join.gap > TOUCH and join.line in mine:
                continue
            if (join.gap > TOUCH and join not in arms
                    and any(self.parts.find(i) == self.parts.find(join.line) for i in mine)):
                self.loops.setdefault(k, join)
                continue
            if self._to_node(k, join) if join.to >= 0 else self._to_line(k, join):
                for i in mine:
                    self.parts.join(i, join.line)
                self.loops.pop(k, None)
        self.loops = {k: j for k, j in self.loops.items() if self.nodes.find(k) == k and not self.fixed[k]}

    def _merge(self, k: int, to: int) -> None:
        if k != to:
            self.nodes.join(k, to)
            self.members[to] += self.members[k]
        self.fixed[to] = True

    def _widen(self, ends: list[int], gap: float) -> None:
        self.closed[ends] = np.maximum(self.closed[ends], gap)

    def _to_node(self, k: int, join: Join) -> bool:
        to = self.nodes.find(join.to)
        ends, there = self.members[k], self.members[to]
        if to == k or {e % self.n for e in ends} & {e % self.n for e in there}:
            return False                                       # would collapse a line into a point
        if self.fixed[to]:
            self._widen(ends, join.gap)
        else:                                                  # two loose ends meet half way
            self.at[to] = (self.at[to] + self.at[k]) / 2
            self._widen([*ends, *there], join.gap / 2)
        self._merge(k, to)
        return True

    def _to_line(self, k: int, join: Join) -> bool:
        line, end, chainage = self.lines[join.line], self.members[k][0], join.chainage
        own = self.lines[end % self.n]
        over = _overshoot(own, line, end >= self.n, self.snap) if join.gap > 0.01 and not self.fixed[k] else None
        if over is not None:
            self.trimmed[end] = over
            chainage = line.project(own.interpolate(over))
        else:
            self._widen(self.members[k], join.gap)
        here = [m for s, m in self.cuts.get(join.line, []) if abs(s - chainage) <= TOUCH]
        to = self.nodes.find(here[0]) if here else k
        if to != k and {e % self.n for e in self.members[k]} & {e % self.n for e in self.members[to]}:
            self.trimmed.pop(end, None)
            return False
        if not here:
            self.at[k] = shapely.get_coordinates(line.interpolate(chainage))[0]
            self.cuts.setdefault(join.line, []).append((chainage, k))
        self._merge(k, to)
        return True

    def arms(self) -> frozenset[Join]:
        """Those of the loops left open that an arm of the river makes by rejoining it.

        From its loose end an arm leads to a junction; from there one river, not two that join, goes
        round to the place the end lies at. Both ways are of like length, and long against the gap.
        Loops that are none are forgotten on the way.
        """
        if not self.loops:
            return frozenset()
        graph = nx.Graph()
        targets: dict[int, list[tuple[float, Any]]] = {}
        for k, join in self.loops.items():
            if join.to < 0:
                targets.setdefault(join.line, []).append((join.chainage, ("at", k)))
        for i, line in enumerate(self.lines):
            inner = [*((s, self.nodes.find(k)) for s, k in self.cuts.get(i, [])), *targets.get(i, [])]
            first, last = (self.nodes.find(int(self.node[e])) for e in (i, self.n + i))
            stops = [(0.0, first), *sorted(inner, key=lambda x: x[0]), (line.length, last)]
            for (a, p), (b, q) in pairwise(stops):
                if p != q and b - a < graph.get_edge_data(p, q, {"length": np.inf})["length"]:
                    graph.add_edge(p, q, length=max(b - a, 0.0), line=i)
        degree = {k: d for k, d in graph.degree() if not isinstance(k, tuple)}
        through = {self.nodes.find(k) for cut in self.cuts.values() for _, k in cut}
        found = []
        for k, join in list(self.loops.items()):
            goal = ("at", k) if join.to < 0 else self.nodes.find(join.to)
            if k not in graph or goal not in graph or not nx.has_path(graph, k, goal):
                continue
            way = nx.shortest_path(graph, k, goal, weight="length")
            steps = [graph.edges[a, b]["length"] for a, b in pairwise(way)]
            if sum(steps) < LOOP * join.gap:
                del self.loops[k]                              # only the bend it ends in
                continue
            fork = next((i for i, p in enumerate(way[1:], 1) if degree.get(p, 2) > 2), None)
            if fork is None:
                continue
            arm, around = sum(steps[:fork]), sum(steps[fork:])
            if (arm >= ARM * join.gap and arm / DETOUR <= around <= arm * DETOUR
                    and self._one_river(graph, way[fork:], through)):
                found.append(join)
        return frozenset(found)

    def _one_river(self, graph: nx.Graph, way: list[Any], through: set[int]) -> bool:
        """Whether a way stays on one line, or on lines that continue each other end to end.

        Without this the source of one tributary, near the next tributary, would pass for an arm.
        """
        for a, b, c in zip(way, way[1:], way[2:], strict=False):
            if graph.edges[a, b]["line"] != graph.edges[b, c]["line"] and not isinstance(b, tuple) \
                    and (b in through or len(self.members[b]) != 2):
                return False
        return True
