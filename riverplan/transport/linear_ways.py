"""The ways a linear plume takes: the touched part of the network as segments in topological order.

A reach is cut where something is released into it, so that all releases enter at joints. Steady flow:
mass divides with the flow at a bifurcation, adds at a confluence, and leaves with what is abstracted.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Stretch, TransferModel
from riverplan.transport.compiled import Compiled
from riverplan.transport.dividing import shares
from riverplan.transport.pools import Pools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearRiver:
    """A river at steady flow whose every reach responds linearly.

    Parameters
    ----------
    network
        Topology of ``n`` reaches between ``m`` nodes.
    discharge
        [m³/s], shape ``(n,)``; ``nan`` where unknown.
    model, stretch
        How river reaches pass a plume on; a reach the model cannot use ends the way.
    is_pool, pools
        Which reaches are pools, shape ``(n,)``, bool, and how these pass it on.
    decay
        First-order loss rate of each reach [1/s], shape ``(n,)``.
    dam_at
        Whether a node is a dam, shape ``(m,)``: pools on both sides are two.
    """

    network: Compiled
    discharge: Array
    model: TransferModel
    stretch: Stretch
    is_pool: NDArray[np.bool_]
    pools: Pools
    decay: Array
    dam_at: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An even release of ``mass`` [kg] from ``start`` to ``until`` [s] at ``chainage`` [m] of a reach (row).

    Where ``until`` is ``start`` it is instantaneous. A rate that changes, or releases at several places and
    times, are several sources.
    """

    reach: int
    chainage: float
    mass: float = 1.0
    start: float = 0.0
    until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Segments of the touched part, each from a joint to a joint, in topological order, and the ends to places.

    ``tail``, ``head`` (-1 at a place), ``place`` (-1 between joints), ``reach`` have shape ``(g,)``, as have
    ``metres`` [m], ``log_share`` (of the joint's mass, its logarithm) and ``mixed_before`` [s] (see
    :class:`Pools`). ``source_joint`` is the joint of each source; ``blocked`` are reaches that the plume enters
    but that no model can use.
    """

    tail: NDArray[np.intp]
    head: NDArray[np.intp]
    place: NDArray[np.intp]
    reach: NDArray[np.intp]
    metres: Array
    log_share: Array
    mixed_before: Array
    source_joint: NDArray[np.intp]
    blocked: tuple[int, ...]

    @property
    def n_joints(self) -> int:
        """Number of joints."""
        return int(max(self.tail.max(), self.head.max(), self.source_joint.max())) + 1

    def leading_to(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Rows of the segments that lead to some of the places, in topological order."""
        wanted = np.isin(self.place, places) & (self.place >= 0)
        joint = np.zeros(self.n_joints, bool)
        joint[self.tail[wanted]] = True
        for i in range(self.tail.size - 1, -1, -1):
            if self.head[i] >= 0 and joint[self.head[i]]:
                wanted[i] = joint[self.tail[i]] = True
        return np.flatnonzero(wanted)


def lay_out(river: LinearRiver, sources: Sequence[Source], places_reach: NDArray[np.intp],
            places_chainage: Array) -> Ways:
    """The ways from the sources to the places, touching only what is reached.

    Parameters
    ----------
    river
        ``n`` reaches.
    sources
        At least one release.
    places_reach, places_chainage
        Places asked for, shape ``(p,)``: row of the reach and metres from its tail.
    """
    network, layer = river.network, _Layer(river)
    cuts: dict[int, list[float]] = {}
    for source in sources:
        cuts.setdefault(source.reach, []).append(source.chainage)
    order = np.lexsort((places_chainage, places_reach))
    first = np.searchsorted(places_reach[order], np.arange(network.n_reaches + 1))
    followed = (river.is_pool | river.model.usable(river.stretch)).tolist()
    waiting = [(int(network.rank[n]), n) for n in {int(network.tail[r]) for r in cuts}]
    heapq.heapify(waiting)
    seen, reached, blocked = {n for _, n in waiting}, set[int](), []
    while waiting:
        _, node = heapq.heappop(waiting)
        leaving = dict(shares(network, river.discharge, node)) if node in reached else {}
        if node in reached:                                  # a dry arm carries nothing; an unknown one is unknown
            below = network.leaving(node)
            blocked += [int(r) for r in below if np.isnan(river.discharge[r]) or not leaving]
        for reach in network.leaving(node).tolist():
            if reach not in leaving and reach not in cuts:
                continue
            if not followed[reach]:
                blocked.append(reach)
                continue
            here = order[first[reach] : first[reach + 1]].tolist()
            layer.along(reach, leaving.get(reach), sorted(set(cuts.get(reach, ()))),
                        [(p, float(places_chainage[p])) for p in here])
            head = int(network.head[reach])
            reached.add(head)
            if head not in seen:
                seen.add(head)
                heapq.heappush(waiting, (int(network.rank[head]), head))
    return layer.ways(sources, blocked)


class _Layer:
    """Collects the segments reach by reach."""

    def __init__(self, river: LinearRiver) -> None:
        self.river = river
        self.joints: dict[tuple[int, float], int] = {}          # (reach, chainage), or (-1 - node, 0)
        self.mixed: dict[int, float] = {}
        self.rows: list[tuple[int, int, int, int, float, float, float]] = []

    def joint(self, reach: int, chainage: float) -> int:
        return self.joints.setdefault((reach, chainage), len(self.joints))

    def along(self, reach: int, share: float | None, cuts: list[float],
              places: list[tuple[int, float]]) -> None:
        network, length = self.river.network, float(self.river.stretch.length[reach])
        tail, head = int(network.tail[reach]), int(network.head[reach])
        starts = [(c, self.joint(reach, c), 0.0) for c in cuts]
        if share is not None:
            starts.insert(0, (0.0, self.joint(-1 - tail, 0.0), float(np.log(share))))
        pool = bool(self.river.is_pool[reach])
        mixed = self.mixed.get(tail, 0.0) if pool and share is not None and not self.river.dam_at[tail] else 0.0
        for i, (begin, joint, log_share) in enumerate(starts):
            last = i == len(starts) - 1
            end = max(length, begin) if last else starts[i + 1][0]
            self.rows.extend((joint, -1, p, reach, at - begin, log_share, mixed)
                             for p, at in places if begin <= at and (last or at < end))
            to = self.joint(-1 - head, 0.0) if last else starts[i + 1][1]
            self.rows.append((joint, to, -1, reach, end - begin, log_share, mixed))
            mixed += float(self.river.pools.mixing_time[reach]) * (
                (end - begin) / length if length > 0 else 1.0) if pool else 0.0
        if pool:
            self.mixed[head] = max(self.mixed.get(head, 0.0), mixed)

    def ways(self, sources: Sequence[Source], blocked: list[int]) -> Ways:
        at = [self.joint(s.reach, s.chainage) for s in sources]
        columns = list(zip(*self.rows, strict=True)) or [()] * 7
        tail, head, place, reach = (np.array(c, np.intp) for c in columns[:4])
        metres, log_share, mixed = (np.array(c, float) for c in columns[4:])
        return Ways(tail=tail, head=head, place=place, reach=reach, metres=metres, log_share=log_share,
                    mixed_before=mixed, source_joint=np.array(at, np.intp), blocked=tuple(sorted(set(blocked))))
