"""Which way the water runs: by attributes, elevations and strokes, checked against the outlets, with the fewest flips.

A river must be able to reach an outlet from everywhere. The way from each node to its outlet that
turns round the least length of known direction is found once (a shortest path over the price of
turning); lines on that way that lead wrongly are flipped, all others stay as they are unless they close a
circle. What is known of a line is its evidence: attributes and elevations where there are any, else the
stroke it was drawn with, as far as the strokes agree with each other. Where they do not, and no outlet is
given, the mouth is sought by the shape of the network (:mod:`riverplan.river.direction_cues`).
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.channel import Array
from riverplan.river.direction_cues import drawn_upstream, likely_mouths

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
Evidence = Mapping[str, tuple[Int, Array]]
"""By source (``attributes``, ``dem``): 1 along the digitised direction, -1 against, 0 unknown; and confidence."""

RANDOM = 0.2
"""Where more than this share of the lines is drawn against the flow, a stroke alone proves nothing."""
CERTAIN = 0.999
"""No evidence is surer than this."""
BY_OUTLET = 0.95
"""Confidence of a direction that follows from an outlet, there being one way out."""
IN_LOOP = 0.6
"""Confidence of a direction in a loop that nothing but the shortest way out tells."""
GUESS = 0.7
"""Below this confidence a direction is a guess and is listed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Directed:
    """The directions found.

    Parameters
    ----------
    flip
        Pieces whose water runs against their digitised direction, shape ``(n,)``.
    turned
        Pieces taken the other way than digitised before the outlets were looked at: drawn from the mouth up
        as a whole part, or known by other evidence, shape ``(n,)``.
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
    source
        What each direction rests on: ``attributes dem digitised outlet geometry``, shape ``(n,)``.
    confidence
        How sure it is, 0 to 1, shape ``(n,)``.
    upstream
        Share of the lines estimated to be drawn against the flow.
    """

    flip: Bool
    turned: Bool
    part: Int
    outlet: Int
    reaches_outlet: Bool
    circles: tuple[Int, ...]
    broken: tuple[Int, ...]
    endless: tuple[Int, ...]
    source: NDArray[np.object_]
    confidence: Array
    upstream: float


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


def _ways_out(tail: Int, head: Int, length: Array, outlet: Int, n_nodes: int, price: Array) -> tuple[Int, Bool]:
    """Rank of each node by the price of its way out, and the pieces to flip on those ways."""
    around: list[list[tuple[int, int, float, float]]] = [[] for _ in range(n_nodes)]
    for i, (a, b, d, p) in enumerate(zip(tail.tolist(), head.tolist(), length.tolist(), price.tolist(), strict=True)):
        around[b].append((a, i, 0.0, d))
        around[a].append((b, i, p, d))                        # used against its direction: pays for turning
    flip = np.zeros(tail.size, bool)
    rank = np.full(n_nodes, n_nodes, np.int64)
    best: dict[int, tuple[float, float]] = {}
    heap = [(0.0, 0.0, o, -1) for o in outlet.tolist()]
    heapq.heapify(heap)
    while heap:
        paid, way, node, by = heapq.heappop(heap)
        if node in best:
            continue
        rank[node] = len(best)
        best[node] = (paid, way)
        if by >= 0 and tail[by] != node:
            flip[by] = True
        for other, i, toll, d in around[node]:
            if other not in best:
                heapq.heappush(heap, (paid + toll, way + d, other, i))
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
                                n_nodes, length[ring])
            nodes = np.unique(head[ring])
            outlet.append(int(nodes[np.argmax(rank[nodes])]))
        else:
            endless.append(ring)
    return np.array(outlet, np.int64), endless


def _odds(n: int, upstream: float, evidence: Evidence) -> tuple[Array, NDArray[np.object_], Array]:
    """Log odds of each piece running as digitised; what tells most, and its own confidence."""
    share = min(max(upstream, 1 - CERTAIN), CERTAIN)
    odds: Array = np.full(n, np.log((1 - share) / share))
    source = np.full(n, "digitised", object)
    own: Array = np.full(n, 1 - share)
    for name in ("dem", "attributes"):                         # the more trusted one last: it names the source
        if name in evidence:
            sign, confidence = evidence[name]
            sure = np.asarray(np.clip(confidence, 0.5, CERTAIN), np.float64)
            tells = (sign != 0) & (sure >= GUESS)              # then what is trusted less does not count
            said = sign * np.log(sure / (1 - sure))
            odds = np.where(tells, said, odds + said)
            source[tells] = name
            own = np.where(tells, sure, own)
    return odds, source, own


def direct(tail: Int, head: Int, length: Array, n_nodes: int, *, given: Int, stub: float = 0.0,
           evidence: Evidence | None = None, outflow: Array | None = None) -> Directed:
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
        nothing leaves; where the strokes disagree (``RANDOM``), by its likeliest mouth. What lies below
        an outlet as drawn stays as drawn.
    stub
        Spurs shorter than this [m] beside a river that goes on do not count as lower ends.
    evidence
        What is known beside the strokes.
    outflow
        Log probability of each piece being the outflow of its tail, then of its head, by the angles of the
        junctions, shape ``(2 n,)``.
    """
    n = tail.size
    upstream = drawn_upstream(tail, head, n_nodes)
    odds, source, own = _odds(n, upstream, evidence or {})
    digitised = source == "digitised"
    unsure = upstream > RANDOM                                 # of strokes
    part_of_node = _parts(tail, head, n_nodes)
    part = part_of_node[tail]
    turned = (odds < 0) & ~(digitised & (upstream <= 0.5))
    forward = likely_mouths(tail, head, length, n_nodes, odds, np.zeros(2 * n) if outflow is None else outflow)
    tail, head = np.where(turned, head, tail), np.where(turned, tail, head)
    degree = np.bincount(np.concatenate([tail, head]), minlength=n_nodes)
    inner = given[:0] if unsure else given[degree[given] > 1]
    for p in np.setdiff1d(part_of_node[given], part_of_node[inner]):
        mine = np.flatnonzero(part == p)
        if unsure or not digitised[mine].all():
            continue
        outlet = given[part_of_node[given] == p]
        downward = _drained(tail[mine], head[mine], outlet, n_nodes)
        upward = _drained(head[mine], tail[mine], outlet, n_nodes)
        if length[mine][upward[tail[mine]]].sum() > length[mine][downward[tail[mine]]].sum():
            tail[mine], head[mine] = head[mine], tail[mine]    # drawn from the mouth up, all of it
            turned[mine] ^= True
    with_given = np.isin(part_of_node, part_of_node[given])
    lower, endless = _lower_ends(tail, head, length, n_nodes, stub)
    if inner.size:                                             # the river goes on below: it keeps its own end
        below = _drained(head, tail, inner, n_nodes)
        given = np.union1d(given, lower[below[lower]])
    # a part whose strokes or elevations contradict each other has one mouth: the likeliest
    by_attributes = np.bincount(part, weights=length * (source == "attributes"), minlength=part_of_node.max() + 1)
    by_dem = np.bincount(part, weights=length * (source == "dem"), minlength=by_attributes.size)
    total = np.bincount(part, weights=length, minlength=by_attributes.size)
    sought = ((unsure | (by_dem > 0)) & (by_attributes < total / 2))[part_of_node] & ~with_given
    mouth = forward.node[sought[forward.node] & (degree[forward.node] > 0)]
    outlet = np.unique(np.concatenate([given, lower[~with_given[lower] & ~sought[lower]], mouth])).astype(np.int64)
    endless = [g for g in endless if not with_given[tail[g[0]]] and not sought[tail[g[0]]]]
    price = length * np.minimum(np.abs(odds) / np.log(CERTAIN / (1 - CERTAIN)), 1.0)
    rank, flip = _ways_out(tail, head, length, outlet, n_nodes, price)
    tail, head = np.where(flip, head, tail), np.where(flip, tail, head)
    strong = _parts(tail, head, n_nodes, strong=True)
    inside = (strong[tail] == strong[head]) & ~np.isin(part, [p for m in endless for p in part[m][:1]])
    circles, broken = [], []
    for members in _grouped(np.flatnonzero(inside), strong[tail[inside]]):
        # every way out goes from a higher to a lower rank, so these are never on one
        wrong = members[rank[tail[members]] < rank[head[members]]]
        flip[wrong] ^= True
        circles.append(members)
        broken.append(wrong)
    if given.size:
        reaches = with_given[tail]
    else:
        reaches = np.zeros(n, bool)
        if outlet.size:
            size = np.bincount(part, weights=length)
            reaches = part == int(np.argmax(size))
    flip = flip ^ turned
    confidence = _confidence(flip, odds, source, own, forward.forward, with_given[tail], sought[tail], unsure)
    confidence[np.concatenate([*broken, np.zeros(0, np.int64)])] = 0.5
    return Directed(flip=flip, turned=turned, part=part, outlet=outlet, reaches_outlet=reaches,
                    circles=tuple(circles), broken=tuple(broken), endless=tuple(endless), source=source,
                    confidence=confidence, upstream=upstream)


def _grouped(values: Int, label: Int) -> list[Int]:
    """Values by their label."""
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return np.split(values[order], cuts) if values.size else []


def _confidence(flip: Bool, odds: Array, source: NDArray[np.object_], own: Array, forward: Array, drains: Bool,
                sought: Bool, unsure: bool) -> Array:
    """How sure each direction is; names what it rests on in ``source`` where that is not the evidence."""
    looped = np.isnan(forward)
    agrees = flip == (odds < 0)
    digitised = source == "digitised"
    confidence = np.where(agrees, own, 1 - own)
    by_outlet = drains & ((digitised & (~agrees | unsure)) | (~digitised & ~agrees))
    source[by_outlet] = "outlet"
    confidence[by_outlet] = np.where(looped[by_outlet], IN_LOOP, np.where(digitised[by_outlet], BY_OUTLET, IN_LOOP))
    kept = drains & agrees                                     # two that say the same
    confidence[kept] = 1 - (1 - confidence[kept]) * (1 - BY_OUTLET)
    by_shape = sought & ((digitised & unsure) | ~agrees)
    source[by_shape] = "geometry"
    said = np.where(flip, 1 - np.nan_to_num(forward, nan=0.5), np.nan_to_num(forward, nan=0.5))
    confidence[by_shape] = said[by_shape]
    turned = ~drains & ~sought & digitised & ~agrees           # turned for the drawn lower ends
    source[turned] = "geometry"
    confidence[turned] = IN_LOOP
    return np.clip(confidence, 0.0, CERTAIN)
