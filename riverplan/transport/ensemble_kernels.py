"""Walks with all members of an ensemble side by side: a node is a row of members, a step a line of vector code."""

import numpy as np
from numba import njit

from riverplan.transport.compiled import Index, Times
from riverplan.transport.kernels import NEVER, UNKNOWN


@njit(cache=True, fastmath={"contract"})
def _gone(time: float, river: Times, segment: Times, at: Times, out: Times) -> None:
    """Write ``at`` + the time of a reach in each member."""
    for k in range(out.size):
        out[k] = at[k] + time * (river[k] * segment[k])


@njit(cache=True, fastmath={"contract"})
def _sooner(time: float, river: Times, segment: Times, at: Times, out: Times) -> None:
    """Write ``at`` + the time of a reach in each member where that is less."""
    for k in range(out.size):
        then = at[k] + time * (river[k] * segment[k])
        out[k] = then if then < out[k] else out[k]


@njit(cache=True)
def to_mouth(step: Index, along: Times, river_at: Index, segment_at: Index, river: Times, segment: Times, out: Times,
             ) -> None:
    """Shortest time from every node to a mouth, by rank."""
    for at in range(out.shape[0] - 1, -1, -1):
        row = out[at]
        entry = step[at]
        if entry >= 0:
            _gone(along[at], river[river_at[at]], segment[segment_at[at]], out[entry], row)
        elif entry == -1:
            row[:] = np.float32(0.0)
        else:
            arm = -2 - entry
            row[:] = NEVER
            while True:
                below = step[arm] if step[arm] >= 0 else ~step[arm]
                _sooner(along[arm], river[river_at[arm]], segment[segment_at[arm]], out[below], row)
                if step[arm] < 0:
                    break
                arm += 1


@njit(cache=True)
def arrivals(step: Index, along: Times, river_at: Index, segment_at: Index, river: Times, segment: Times,
             below: Index, targets: Index, start: float, place: Index) -> Times:
    """Earliest arrival at targets from the first of the ranks ``below``, all ranks below it in rising order.

    ``place`` is all ``UNKNOWN`` and is left so.
    """
    members = river.shape[1]
    when = np.full((below.size, members), NEVER, np.float32)
    when[0] = np.float32(start)
    for i in range(below.size):
        place[below[i]] = i
    for i in range(below.size):
        at = below[i]
        entry = step[at]
        arm = at if entry >= 0 else -2 - entry
        while entry != -1:
            goal = step[arm] if step[arm] >= 0 else ~step[arm]
            if place[goal] >= 0:
                _sooner(along[arm], river[river_at[arm]], segment[segment_at[arm]], when[i], when[place[goal]])
            if entry >= 0 or step[arm] < 0:
                break
            arm += 1
    out = np.full((targets.size, members), NEVER, np.float32)
    for i in range(targets.size):
        if place[targets[i]] >= 0:
            out[i] = when[place[targets[i]]]
    for i in range(below.size):
        place[below[i]] = UNKNOWN
    return out
