"""The walks as compiled code: every walk touches only what it reaches, and leaves the shared room as it found it.

The kernels read :class:`riverplan.transport.compiled.Compiled` by rank and give node numbers back. They hold
Python's lock, so that two threads never use the room at the same time. Nothing here runs on more than one
thread: a walk is over before a second one has started. Loading this file loads numba; import it late.

Ranks rise downstream. The frontier of a walk down is a heap of ranks, lowest first: a node is final when it
is taken out, since all that leads to it has a lower rank. A walk up needs a heap only for bifurcations; any
other node drains to one node alone and is final when it is first met.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import from_dtype, njit
from numpy.typing import NDArray

from riverplan.transport import ordering
from riverplan.transport.compiled import Index, Times

WALKED = np.dtype([("node", np.int32), ("time", np.float32)])
"""What a walk tells of each node it meets."""
Walked = NDArray[np.void]
_WALKED: Any = from_dtype(WALKED)

UNKNOWN = -1
"""A rank no walk between places has met yet."""
DEAD = -2
"""A rank from which no place asked for is reached."""
NEVER = np.float32(np.inf)
"""Travel time of what is not reached."""
LONGEST = float(np.finfo(np.float32).max)
"""The longest travel time a walk knows: ``NEVER`` is beyond any cutoff."""

group: Callable[..., None] = njit(cache=True)(ordering.group)
heavy_path_order: Callable[..., int] = njit(cache=True)(ordering.heavy_path_order)


@njit(cache=True)
def _pushed(heap: Index, last: int, size: int, rank: int) -> int:
    """Put a rank into a heap, lowest first, that lies backwards from ``heap[last]``; its new size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap[last - parent] <= rank:
            break
        heap[last - i] = heap[last - parent]
        i = parent
    heap[last - i] = rank
    return size + 1


@njit(cache=True)
def _popped(heap: Index, last: int, size: int) -> int:
    """Take the lowest rank, ``heap[last]``, out of such a heap; its new size."""
    size -= 1
    rank = heap[last - size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[last - child - 1] < heap[last - child]:
            child += 1
        if heap[last - child] >= rank:
            break
        heap[last - i] = heap[last - child]
        i = child
    heap[last - i] = rank
    return size


@njit(cache=True)
def _told(met: Index, found: int, when: Times, node: Index) -> Walked:
    """The nodes met and their times; ``when`` is left as it was before the walk."""
    walked = np.empty(found, _WALKED)                  # one array of records: to hand two to Python takes longer
    for i in range(found):
        at = met[i]
        walked[i].node = node[at]
        walked[i].time = when[at]
        when[at] = NEVER
    return walked


@njit(cache=True)
def downstream(step: Index, along: Times, node: Index, source: int, start: float, cutoff: float, when: Times,
               met: Index) -> Walked:
    """Earliest arrival at every node below a rank, from the top down.

    ``when`` is all ``NEVER`` and is left so. ``met`` and the heap share one array: no node is in both, so
    they can never run into each other, however wide the braids.
    """
    last = met.size - 1
    found, size = 0, 0
    at, time, latest = source, np.float32(start), np.float32(min(cutoff, LONGEST))
    when[at] = time
    while True:
        met[found] = at
        found += 1
        entry = step[at]
        if entry >= 0:
            then = time + along[at]
            if then <= latest:
                if when[entry] == NEVER:
                    when[entry] = then
                    if size == 0 or entry < met[last]:           # the very next: it need not go through the heap
                        at, time = entry, then
                        continue
                    size = _pushed(met, last, size, entry)
                elif then < when[entry]:
                    when[entry] = then
        elif entry < -1:
            arm = -2 - entry
            while True:
                following = step[arm]
                below = following if following >= 0 else ~following
                then = time + along[arm]
                if then <= latest:
                    if when[below] == NEVER:
                        when[below] = then
                        size = _pushed(met, last, size, below)
                    elif then < when[below]:
                        when[below] = then
                if following < 0:
                    break
                arm += 1
        if size == 0:
            break
        at = met[last]
        size = _popped(met, last, size)
        time = when[at]
    return _told(met, found, when, node)


@njit(cache=True)
def upstream(step: Index, in_start: Index, above: Index, against: Times, node: Index, target: int, window: float,
             when: Times, forks: Index, met: Index) -> Walked:
    """Shortest time from every node above a rank down to it, within a window.

    ``when`` is all ``NEVER`` and is left so; ``forks`` has room for every bifurcation. Nodes waiting for their turn
    are stacked from the end of ``met``, which has room since each node is met once.
    """
    last, last_fork = met.size - 1, forks.size - 1
    found, stacked, size = 0, 0, 0
    at, longest = target, np.float32(min(window, LONGEST))
    when[at] = np.float32(0.0)
    while True:
        met[found] = at
        found += 1
        time = when[at]
        following = -1
        for k in range(in_start[at + 1] - 1, in_start[at] - 1, -1):
            up = above[k]
            then = time + against[k]
            if then <= longest:
                if step[up] >= 0:
                    when[up] = then
                    if following < 0:
                        following = up
                    else:
                        met[last - stacked] = up
                        stacked += 1
                elif when[up] == NEVER:
                    when[up] = then
                    size = _pushed(forks, last_fork, size, -up)
                elif then < when[up]:
                    when[up] = then
        if following >= 0:
            at = following
        elif stacked > 0:
            stacked -= 1
            at = met[last - stacked]
        elif size > 0:                                 # all below the lowest bifurcation is done: it is final
            at = -forks[last_fork]
            size = _popped(forks, last_fork, size)
        else:
            break
    return _told(met, found, when, node)


@njit(cache=True)
def to_mouth(step: Index, along: Times, node: Index) -> Times:
    """Shortest time from every node to the mouth it reaches first, by node number."""
    m = node.size
    left = np.empty(m, np.float32)
    out = np.empty(m, np.float32)
    for at in range(m - 1, -1, -1):
        entry = step[at]
        if entry >= 0:
            time = along[at] + left[entry]
        elif entry == -1:
            time = np.float32(0.0)
        else:
            time = NEVER
            arm = -2 - entry
            while step[arm] >= 0:
                time = min(time, along[arm] + left[step[arm]])
                arm += 1
            time = min(time, along[arm] + left[~step[arm]])
        left[at] = time
        out[node[at]] = time
    return out


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
                        size = _pushed(heap, last, size, below)
                    elif then < when[below]:
                        when[below] = then
            if size == 0:
                break
            below = heap[last]
            size = _popped(heap, last, size)
            here, time = by_rank[below], when[below]
            when[below] = NEVER
        start[i + 1] = n
    for k in range(seen):
        hub[met[k]], left[met[k]] = UNKNOWN, NEVER
    return start, got[:n].copy(), got_when[:n].copy()
