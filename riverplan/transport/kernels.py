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
NEVER = np.float32(np.inf)
"""Travel time of what is not reached."""
LONGEST = float(np.finfo(np.float32).max)
"""The longest travel time a walk knows: ``NEVER`` is beyond any cutoff."""

Place = np.uintp
"""An index that is never counted from the end: without asking for that the walks take a third less."""

group: Callable[..., None] = njit(cache=True)(ordering.group)
heavy_path_order: Callable[..., int] = njit(cache=True)(ordering.heavy_path_order)


@njit(cache=True)
def pushed(heap: Index, last: int, size: int, rank: int | np.int64) -> int:
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
def popped(heap: Index, last: int, size: int) -> int:
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
def _told(met: Index, found: np.int64, when: Times, node: Index) -> Walked:
    """The nodes met and their times; ``when`` is left as it was before the walk."""
    walked = np.empty(found, _WALKED)                  # one array of records: to hand two to Python takes longer
    for i in range(found):
        at = Place(met[i])
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
    found, size = Place(0), 0
    at, time, latest = Place(source), np.float32(start), np.float32(min(cutoff, LONGEST))
    when[at] = time
    while True:
        met[found] = at
        found += Place(1)
        entry = step[at]
        if entry >= 0:
            below = Place(entry)
            then = time + along[at]
            if then <= latest:
                if when[below] == NEVER:
                    when[below] = then
                    if size == 0 or entry < met[last]:           # the very next: it need not go through the heap
                        at, time = below, then
                        continue
                    size = pushed(met, last, size, entry)
                elif then < when[below]:
                    when[below] = then
        elif entry < -1:
            arm = Place(-2 - entry)
            while True:
                following = step[arm]
                below = Place(following if following >= 0 else ~following)
                then = time + along[arm]
                if then <= latest:
                    if when[below] == NEVER:
                        when[below] = then
                        size = pushed(met, last, size, np.int64(below))
                    elif then < when[below]:
                        when[below] = then
                if following < 0:
                    break
                arm += Place(1)
        if size == 0:
            break
        at = Place(met[last])
        size = popped(met, last, size)
        time = when[at]
    return _told(met, np.int64(found), when, node)


@njit(cache=True)
def upstream(step: Index, in_start: Index, above: Index, against: Times, node: Index, target: int, window: float,
             when: Times, forks: Index, met: Index) -> Walked:
    """Shortest time from every node above a rank down to it, within a window.

    ``when`` is all ``NEVER`` and is left so; ``forks`` has room for every bifurcation. Nodes waiting for their turn
    are stacked from the end of ``met``, which has room since each node is met once.
    """
    last, last_fork = Place(met.size - 1), forks.size - 1
    found, stacked, size = Place(0), Place(0), 0
    at, longest = Place(target), np.float32(min(window, LONGEST))
    when[at] = np.float32(0.0)
    while True:
        met[found] = at
        found += Place(1)
        time = when[at]
        following, more = at, False
        for k in range(Place(in_start[at]), Place(in_start[at + Place(1)])):
            up = Place(above[k])
            then = time + against[k]
            if then <= longest:
                if step[up] >= 0:
                    when[up] = then
                    if more:
                        met[last - stacked] = following
                        stacked += Place(1)
                    following, more = up, True
                elif when[up] == NEVER:
                    when[up] = then
                    size = pushed(forks, last_fork, size, -np.int64(up))
                elif then < when[up]:
                    when[up] = then
        if more:
            at = following
        elif stacked > Place(0):
            stacked -= Place(1)
            at = Place(met[last - stacked])
        elif size > 0:                                 # all below the lowest bifurcation is done: it is final
            at = Place(-forks[last_fork])
            size = popped(forks, last_fork, size)
        else:
            break
    return _told(met, np.int64(found), when, node)


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
