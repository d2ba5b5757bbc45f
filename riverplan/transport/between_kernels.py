"""Many sources and targets as compiled code: what lies between is walked once, then left out.

Where no bifurcation and no target lies between two ranks, the time between them is one number. So the network below
the sources is reduced to hubs, the targets and bifurcations there, and a source goes from hub to hub.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from riverplan.transport.compiled import Index, Times
from riverplan.transport.kernels import LONGEST, NEVER, UNKNOWN, popped, pushed

DEAD = -2
"""A rank from which no place asked for is reached."""


@njit(cache=True)
def _follow(step: Index, along: Times, at: int, lowest: int, hub: Index, left: Times, met: Index, rank_of: Index,
            hubs: int, seen: int) -> tuple[int, int, int]:
    """Go down from a rank to the next hub (a place asked for or a bifurcation) and note it for all on the way.

    Returns the hub, ``DEAD`` where none is reached; the number of hubs and of ranks seen. ``hub[rank]`` is the hub
    a rank leads to, ``left[rank]`` the time to it; ``met[:seen]`` are all ranks whose ``hub`` was set.
    """
    begin = seen
    while hub[at] == UNKNOWN:
        met[seen] = at
        seen += 1
        entry = step[at]
        if at > lowest or entry == -1 or (entry >= 0 and not along[at] < NEVER):
            hub[at], left[at] = DEAD, np.float32(0.0)
        elif entry < 0:
            hub[at], left[at] = hubs, np.float32(0.0)
            rank_of[hubs] = at
            hubs += 1
        else:
            at = entry
    goal, time = hub[at], left[at]
    for k in range(seen - 1, begin - 1, -1):
        up = met[k]
        if hub[up] == UNKNOWN:
            time = along[up] + time
            hub[up], left[up] = goal, time
    return goal, hubs, seen


@njit(cache=True)
def _outline(step: Index, along: Times, sources: Index, targets: Index, hub: Index, left: Times, met: Index,
             ) -> tuple[Index, Index, Index, Index, Times, Index, int]:
    """The network below the sources with nothing left but hubs: targets (numbered first) and bifurcations.

    Returns the rank, the first way and the end of the ways of each hub, the hub and the time
    of each way, the hubs reached, and the number of ranks seen.
    """
    room = targets.size + step.size - hub.size
    ways = targets.size + step.size - hub.size
    rank_of = np.empty(room, np.int32)
    first, end = np.zeros(room, np.int32), np.zeros(room, np.int32)
    way_hub, way_time = np.empty(ways, np.int32), np.empty(ways, np.float32)
    queued = np.zeros(room, np.bool_)
    queue = np.empty(room, np.int32)
    waiting, lowest, seen, n_ways = 0, -1, 0, 0
    hubs = targets.size
    for i in range(targets.size):
        met[seen] = targets[i]
        seen += 1
        hub[targets[i]], left[targets[i]] = i, np.float32(0.0)
        rank_of[i] = targets[i]
        lowest = max(lowest, targets[i])
    for source in sources:
        goal, hubs, seen = _follow(step, along, source, lowest, hub, left, met, rank_of, hubs, seen)
        if goal >= 0 and not queued[goal]:
            queued[goal] = True
            queue[waiting] = goal
            waiting += 1
    turn = 0
    while turn < waiting:
        here = queue[turn]
        turn += 1
        first[here] = n_ways
        entry = step[rank_of[here]]
        arm = rank_of[here] if entry >= 0 else -2 - entry
        while entry != -1:
            below = step[arm] if step[arm] >= 0 else ~step[arm]
            goal, hubs, seen = _follow(step, along, below, lowest, hub, left, met, rank_of, hubs, seen)
            if goal >= 0:
                way_hub[n_ways], way_time[n_ways] = goal, along[arm] + left[below]
                n_ways += 1
                if not queued[goal]:
                    queued[goal] = True
                    queue[waiting] = goal
                    waiting += 1
            if entry >= 0 or step[arm] < 0:
                break
            arm += 1
        end[here] = n_ways
    return rank_of, first, end, way_hub, way_time, queue[:waiting], seen


@njit(cache=True)
def between(step: Index, along: Times, sources: Index, targets: Index, cutoff: float, hub: Index, left: Times,
            met: Index) -> tuple[NDArray[np.int64], Index, Times]:
    """Earliest arrival from every source at every target it reaches.

    The ways between the hubs are walked once for all sources; each source then goes from hub to hub only. ``hub`` is
    all ``UNKNOWN``, ``left`` all ``NEVER``, and they are left so.

    Returns the start of each source's targets, shape ``(s + 1,)``, the targets in the order they are reached, and the
    times.
    """
    rank_of, first, end, way_hub, way_time, reached, seen = _outline(step, along, sources, targets, hub, left, met)
    latest = np.float32(min(cutoff, LONGEST))
    by_rank = reached[np.argsort(rank_of[reached])]    # hubs numbered downstream, so that a heap of numbers will do
    turned = np.empty(rank_of.size, np.int32)
    for i in range(by_rank.size):
        turned[by_rank[i]] = i
    when = np.full(by_rank.size, NEVER, np.float32)
    heap = np.empty(by_rank.size + 1, np.int32)
    last = heap.size - 1
    start = np.zeros(sources.size + 1, np.int64)
    got, got_when = np.empty(4 * sources.size + 16, np.int32), np.empty(4 * sources.size + 16, np.float32)
    n = 0
    for i in range(sources.size):
        here, time = hub[sources[i]], left[sources[i]]
        size = 0
        while here >= 0 and time <= latest:
            if here < targets.size:
                if n == got.size:
                    got, got_when = np.concatenate((got, got)), np.concatenate((got_when, got_when))
                got[n], got_when[n] = here, time
                n += 1
            if size == 0 and end[here] - first[here] == 1:
                time += way_time[first[here]]
                here = way_hub[first[here]]
                continue
            for k in range(first[here], end[here]):
                below, then = turned[way_hub[k]], time + way_time[k]
                if then <= latest:
                    if when[below] == NEVER:
                        when[below] = then
                        size = pushed(heap, last, size, below)
                    elif then < when[below]:
                        when[below] = then
            if size == 0:
                break
            below = heap[last]
            size = popped(heap, last, size)
            here, time = by_rank[below], when[below]
            when[below] = NEVER
        start[i + 1] = n
    for k in range(seen):
        hub[met[k]], left[met[k]] = UNKNOWN, NEVER
    return start, got[:n].copy(), got_when[:n].copy()
