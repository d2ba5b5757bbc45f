"""Many members of one flow at once: travel times under errors of velocity that reaches share.

The error of ln(velocity) of reach ``r`` in member ``k`` is the sum of three independent normal errors: one all
reaches share, one the reaches of a river share, one the reaches of a segment share:

    e[r, k] = shared · a[k] + river · b[river_class[r], k] + segment · c[segment_class[r], k]

and the travel time of the reach is its given time × exp(-e). So ln(time) has the given time's as mean, the
standard deviation sqrt(shared² + river² + segment²), and between reaches the correlation shared² / (sum of
squares), more by river² where they share a river and by segment² where they share a segment. Times along a way are
sums, and the way is in each member the fastest of that member.

A member is a row of factors, never a field over all reaches: the draws are classes × members. They depend on the
seed and on class and member alone (see :mod:`riverplan.transport.draws`); the same seed gives the same members on
every machine but for the last bits. Loading this file loads numba.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverplan.transport import draws, ensemble_kernels
from riverplan.transport.compiled import Compiled, Index, Times
from riverplan.transport.walks import TravelTimes, downstream

_SHARED, _RIVER, _SEGMENT = 0, 1, 2                    # streams of the draws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errors:
    """The errors of ln(velocity) and who shares them.

    Parameters
    ----------
    shared, river, segment
        Standard deviations of the three errors [-].
    river_class, segment_class
        Number of the river and of the segment each reach belongs to, from 0, shape ``(n,)``.
    """

    shared: float
    river: float
    segment: float
    river_class: NDArray[np.integer]
    segment_class: NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Members:
    """Members drawn: what the time of a reach is multiplied by is ``river[its river] * segment[its segment]``.

    Parameters
    ----------
    river
        Factors of the shared and of the rivers' errors, shape ``(rivers, k)``.
    segment
        Factors of the segments' errors, shape ``(segments, k)``.
    river_at, segment_at
        Classes in the order of ``Compiled.step``, shape ``(m + a,)``.
    """

    river: Times
    segment: Times
    river_at: Index
    segment_at: Index


def draw_members(net: Compiled, errors: Errors, members: int, seed: int) -> Members:
    """Draw the members of an ensemble.

    Parameters
    ----------
    net
        The topology.
    errors
        What is drawn.
    members
        How many.
    seed
        Of 64 bits. More members, or more classes, change none of the others.

    Raises
    ------
    ValueError
        If classes are not one a reach or negative, or a standard deviation is negative.
    """
    classes = [np.asarray(c, np.int32) for c in (errors.river_class, errors.segment_class)]
    if any(c.shape != (net.n_reaches,) or (c < 0).any() for c in classes):
        raise ValueError("classes are not one a reach, from 0")
    if min(errors.shared, errors.river, errors.segment) < 0:
        raise ValueError("negative standard deviation")
    river, segment = (np.empty((int(c.max(initial=0)) + 1, members), np.float32) for c in classes)
    none, shared = np.zeros(members, np.float32), np.empty((1, members), np.float32)
    draws.draw_errors(np.uint64(seed), _SHARED, float(errors.shared), shared)
    draws.draw_factors(np.uint64(seed), _RIVER, float(errors.river), shared[0], river)
    draws.draw_factors(np.uint64(seed), _SEGMENT, float(errors.segment), none, segment)
    river_at, segment_at = (np.append(c, np.int32(0))[net.step_reach] for c in classes)      # 0 where there is none
    return Members(river=river, segment=segment, river_at=river_at, segment_at=segment_at)


def _same_net(times: TravelTimes, members: Members) -> Compiled:
    if members.river_at.shape != times.net.step.shape:
        raise ValueError("members of another network")
    return times.net


def ensemble_times(times: TravelTimes, members: Members, source: int, targets: ArrayLike, *, start: float = 0.0,
                   ) -> Times:
    """Earliest arrival from one node at given nodes in every member, touching only what lies below the source.

    Parameters
    ----------
    times
        Travel times without error.
    members
        From :func:`draw_members`.
    source, targets
        Node numbers; targets of shape ``(t,)``.
    start
        Time already gone at the source, without error [s].

    Returns
    -------
    array
        Shape ``(t, k)`` [s]; infinite where a target is not reached.

    Raises
    ------
    IndexError
        If there is no such node.
    ValueError
        If the members were drawn for another network.
    """
    net = _same_net(times, members)
    goal = np.asarray(targets, np.intp)
    if (goal < 0).any():
        raise IndexError(int(goal.min()))
    ranks = net.rank[goal]
    below = net.rank[downstream(times, source)["node"]]
    return ensemble_kernels.arrivals(net.step, times.along, members.river_at, members.segment_at, members.river,
                                     members.segment, below, ranks, float(start), times.room.hub)


def ensemble_to_mouth(times: TravelTimes, members: Members) -> tuple[Index, Times]:
    """Shortest time from every node to the first mouth it reaches in every member.

    Parameters
    ----------
    times
        Travel times without error.
    members
        From :func:`draw_members`.

    Returns
    -------
    tuple
        The nodes as ``times.net.node`` has them, and the times of shape ``(m, k)`` [s]: node ``i`` is row
        ``times.net.rank[i]``. They stay in this order since to sort 1,000 members costs as much as to route them.

    Raises
    ------
    ValueError
        If the members were drawn for another network.
    """
    net = _same_net(times, members)
    out = np.empty((net.n_nodes, members.river.shape[1]), np.float32)
    ensemble_kernels.to_mouth(net.step, times.along, members.river_at, members.segment_at, members.river,
                              members.segment, out)
    return net.node, out
