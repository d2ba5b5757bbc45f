"""Which way the water runs: as digitised, checked against the outlets, repaired with the fewest flips.

A river must be able to reach an outlet from everywhere. The way from each node to its outlet that
turns round the least length of digitised line is found once (a shortest path over the price of
turning); lines on that way that lead wrongly are flipped, all others stay as drawn unless they close a
circle.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.channel import Array

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Directed:
    """The directions found.

    Parameters
    ----------
    flip
        Pieces whose water runs against their digitised direction, shape ``(n,)``.
    turned
        Whether the part of a piece was drawn from the mouth up and turned round as a whole, shape ``(n,)``.
    part
        Number of the connected part each piece belongs to, shape ``(n,)``.
    outlet
        Node numbers the water leaves by.
    reaches_outlet
        Whether each piece belongs to a part with a given outlet (to the longest part, where none is given).
    circles
        Groups of pieces that were digitised as a circle and broken by flipping ``broken``.
    broken
        For each circle the pieces flipped to break it.
    endless
        Groups of pieces in a circle without any way out: they cannot be directed.
    """

    flip: Bool
    turned: Bool
    part: Int
    outlet: Int
    reaches_outlet: Bool
    circles: tuple[Int, ...]
    broken: tuple[Int, ...]
    endless: tuple[Int, ...]


def _parts(start: Int, end: Int, n_nodes: int, *, strong: bool = False) -> Int:
    graph = coo_array((np.ones(start.size), (start, end)), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(graph, directed=True, connection="strong" if strong else "weak")[1],
                      np.int64)


def _drained(tail: Int, head: Int, outlet: Int, n_nodes: int) -> Bool:
    """Which nodes can reach an outlet."""
    incoming = defaultdict(list)
    for a, b in zip(tail.tolist(), head.tolist(), strict=True):
        incoming[b].append(a)
    reached = np.zeros(n_nodes, bool)
    stack = outlet.tolist()
    reached[outlet] = True
    while stack:
        for a in incoming[stack.pop()]:
            if not reached[a]:
                reached[a] = True
                stack.append(a)
    return reached


def _ways_out(tail: Int, head: Int, length: Array, outlet: Int, n_nodes: int) -> tuple[Int, Bool]:
    """Rank of each node by the price of its way out, and the pieces to flip on those ways."""
    around = defaultdict(list)
    for i, (a, b, d) in enumerate(zip(tail.tolist(), head.tolist(), length.tolist(), strict=True)):
        around[b].append((a, i, 0.0, d))
        around[a].append((b, i, d, d))                        # used against its direction: pays its length
    flip = np.zeros(tail.size, bool)
    rank = np.full(n_nodes, n_nodes, np.int64)
    best: dict[int, tuple[float, float]] = {}
    heap = [(0.0, 0.0, o, -1) for o in outlet.tolist()]
    heapq.heapify(heap)
    while heap:
        price, way, node, by = heapq.heappop(heap)
        if node in best:
            continue
        rank[node] = len(best)
        best[node] = (price, way)
        if by >= 0 and tail[by] != node:
            flip[by] = True
        for other, i, toll, d in around[node]:
            if other not in best:
                heapq.heappush(heap, (price + toll, way + d, other, i))
    return rank, flip


def _lower_ends(tail: Int, head: Int, length: Array, n_nodes: int, stub: float) -> tuple[Int, list[Int]]:
    """Nodes the water leaves by as drawn, and circles too large to be a slip of the pen."""
    strong = _parts(tail, head, n_nodes, strong=True)
    inside = strong[tail] == strong[head]
    leaves = np.zeros(n_nodes, bool)
    leaves[strong[tail[~inside]]] = True                       # of groups of nodes, by group
    group_size = np.bincount(strong, minlength=n_nodes)
    out_degree = np.bincount(tail, minlength=n_nodes)
    degree = out_degree + np.bincount(head, minlength=n_nodes)
    single = np.flatnonzero(~leaves[strong] & (group_size[strong] == 1) & (degree > 0))
    last = np.zeros(n_nodes, np.int64)
    last[head] = np.arange(head.size)
    # a spur beside a river that goes on is no outlet: half the plume would be sent into it
    spur = (degree[single] == 1) & (length[last[single]] < stub) & (out_degree[tail[last[single]]] > 1)
    outlet, endless = single[~spur].tolist(), []
    for s in np.flatnonzero(~leaves & (group_size > 1)).tolist():
        ring = np.flatnonzero(inside & (strong[tail] == s))
        if length[ring].sum() < length.sum() / 2:
            # a ring at the mouth: it ends where it is farthest from what flows in
            entries = np.intersect1d(head[strong[tail] != s], head[ring])
            rank, _ = _ways_out(tail[ring], head[ring], length[ring], entries if entries.size else tail[ring][:1],
                                n_nodes)
            nodes = np.unique(head[ring])
            outlet.append(int(nodes[np.argmax(rank[nodes])]))
        else:
            endless.append(ring)
    return np.array(outlet, np.int64), endless


def direct(tail: Int, head: Int, length: Array, n_nodes: int, *, given: Int, stub: float = 0.0) -> Directed:
    """Direct pieces so that every part drains and nothing runs in a circle.

    Parameters
    ----------
    tail, head
        Node numbers as digitised, shape ``(n,)``; no piece begins and ends at one node.
    length
        Length of each piece [m], shape ``(n,)``.
    n_nodes
        Number of nodes.
    given
        Nodes named as outlets; may be empty. A part without one drains as drawn, by every node that
        nothing leaves. What lies below an outlet as drawn stays as drawn.
    stub
        Spurs shorter than this [m] beside a river that goes on do not count as lower ends.
    """
    part_of_node = _parts(tail, head, n_nodes)
    part = part_of_node[tail]
    tail, head, turned = tail.copy(), head.copy(), np.zeros(tail.size, bool)
    degree = np.bincount(np.concatenate([tail, head]), minlength=n_nodes)
    inner = given[degree[given] > 1]
    for p in np.setdiff1d(part_of_node[given], part_of_node[inner]):
        mine = np.flatnonzero(part == p)
        outlet = given[part_of_node[given] == p]
        downward = _drained(tail[mine], head[mine], outlet, n_nodes)
        upward = _drained(head[mine], tail[mine], outlet, n_nodes)
        if length[mine][upward[tail[mine]]].sum() > length[mine][downward[tail[mine]]].sum():
            tail[mine], head[mine] = head[mine], tail[mine]    # drawn from the mouth up, all of it
            turned[mine] = True
    with_given = np.isin(part_of_node, part_of_node[given])
    lower, endless = _lower_ends(tail, head, length, n_nodes, stub)
    if inner.size:                                             # the river goes on below: it keeps its own end
        below = _drained(head, tail, inner, n_nodes)
        given = np.union1d(given, lower[below[lower]])
    outlet = np.unique(np.concatenate([given, lower[~with_given[lower]]])).astype(np.int64)
    endless = [g for g in endless if not with_given[tail[g[0]]]]
    rank, flip = _ways_out(tail, head, length, outlet, n_nodes)
    tail, head = np.where(flip, head, tail), np.where(flip, tail, head)
    strong = _parts(tail, head, n_nodes, strong=True)
    inside = (strong[tail] == strong[head]) & ~np.isin(part, [p for m in endless for p in part[m][:1]])
    circles, broken = [], []
    for s in np.unique(strong[tail[inside]]):
        members = np.flatnonzero(inside & (strong[tail] == s))
        # every way out goes from a higher to a lower rank, so these are never on one
        wrong = members[rank[tail[members]] < rank[head[members]]]
        flip[wrong] ^= True
        circles.append(members)
        broken.append(wrong)
    if given.size:
        reaches = with_given[tail]
    else:
        reaches = np.zeros(tail.size, bool)
        if outlet.size:
            size = np.bincount(part, weights=length)
            reaches = part == int(np.argmax(size))
    return Directed(flip=flip ^ turned, turned=turned, part=part, outlet=outlet, reaches_outlet=reaches,
                    circles=tuple(circles), broken=tuple(broken), endless=tuple(endless))
