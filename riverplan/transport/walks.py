"""Questions to a compiled network: who is reached when, from where, in one flow or many.

Arrays in, arrays out; nodes by the caller's numbers. Times are float32: exact to about one part in
ten million a reach, 4 s on a way of 100 days. Loading this file loads numba (about 0.3 s): import it
where a question is asked, not before.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverplan.transport import between_kernels, kernels
from riverplan.transport.compiled import Compiled, Index, Times
from riverplan.transport.kernels import Walked


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """Arrays the walks of one topology share, so that a walk costs what it touches and not what there is."""

    when: Times
    met: Index
    hub: Index
    forks: Index


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTimes:
    """The travel time of every reach in one flow, in the order the walks read them.

    Parameters
    ----------
    net
        The topology, shared by all flows.
    along
        Time along each entry of ``net.step``, shape ``(m + a,)`` [s]; infinite where nothing passes.
    against
        Time along each entry of ``net.above``, shape ``(n,)`` [s].
    """

    net: Compiled
    along: Times
    against: Times
    room: _Room


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """Which targets the sources reach; those of source ``i`` are entries ``start[i]`` to ``start[i + 1]``.

    Parameters
    ----------
    start
        Shape ``(s + 1,)``.
    target
        Place of the target in the list of targets, in the order they are reached.
    time
        Earliest arrival [s].
    """

    start: NDArray[np.int64]
    target: Index
    time: Times

    def table(self, n_targets: int) -> Times:
        """Times as a table of sources by targets, infinite where a target is not reached."""
        out = np.full((self.start.size - 1, n_targets), np.inf, np.float32)
        out[np.repeat(np.arange(self.start.size - 1), np.diff(self.start)), self.target] = self.time
        return out


def travel_times(net: Compiled, time: ArrayLike) -> TravelTimes:
    """Make the travel times of a flow ready for walks.

    Parameters
    ----------
    net
        The topology.
    time
        Travel time of each reach, shape ``(n,)`` [s]. Nothing passes a reach whose time is infinite or not known
        (``nan``).

    Raises
    ------
    ValueError
        If there is not one time a reach, or one is negative.
    """
    given = np.asarray(time, np.float32)
    if given.shape != (net.n_reaches,):
        raise ValueError(f"{net.n_reaches} reaches, but times of shape {given.shape}")
    if (given < 0).any():
        raise ValueError("negative travel times")
    padded = np.append(np.where(np.isnan(given), kernels.NEVER, given), kernels.NEVER)
    return TravelTimes(net=net, along=padded[net.step_reach], against=padded[net.in_reach], room=_room(net))


def _room(net: Compiled) -> _Room:
    if "room" not in net.kept:
        m, arms = net.n_nodes, net.step.size - net.n_nodes
        net.kept["room"] = _Room(
            when=np.full(m, kernels.NEVER, np.float32), met=np.empty(m, np.int32),
            hub=np.full(m, kernels.UNKNOWN, np.int32), forks=np.empty(arms // 2 + 1, np.int32))
    room: _Room = net.kept["room"]
    return room


def downstream(times: TravelTimes, node: int, *, start: float = 0.0, cutoff: float = inf) -> Walked:
    """Earliest arrival at all nodes below a node.

    Parameters
    ----------
    times
        Travel times of a flow.
    node
        Where the walk starts.
    start
        Time already gone there, such as that along the rest of the reach a spill is in [s].
    cutoff
        Nodes reached later are left out [s].

    Returns
    -------
    array
        Of records ``node`` and ``time`` [s]: itself first, each after all on the way to it.

    Raises
    ------
    IndexError
        If there is no such node.
    """
    net, room = times.net, times.room
    if node < 0:
        raise IndexError(node)
    return kernels.downstream(net.step, times.along, net.node, net.rank.item(node), float(start), float(cutoff),
                              room.when, room.met)


def upstream(times: TravelTimes, node: int, *, window: float = inf) -> Walked:
    """Shortest time from all nodes above a node down to it: where can it come from, within a window.

    Parameters
    ----------
    times
        Travel times of a flow.
    node
        Where the water is looked at.
    window
        Nodes farther away are left out [s].

    Returns
    -------
    array
        Of records ``node`` and ``time`` [s]: itself first, each after all its ways pass.

    Raises
    ------
    IndexError
        If there is no such node.
    """
    net, room = times.net, times.room
    if node < 0:
        raise IndexError(node)
    return kernels.upstream(net.step, net.in_start, net.above, times.against, net.node, net.rank.item(node),
                            float(window), room.when, room.forks, room.met)


def between(times: TravelTimes, sources: ArrayLike, targets: ArrayLike, *, cutoff: float = inf) -> Reached:
    """Earliest arrivals from many sources at many targets.

    Where no bifurcation and no target lies between, a way is walked once for all sources that share it; a source
    costs only the targets it reaches and the bifurcations it passes.

    Parameters
    ----------
    times
        Travel times of a flow.
    sources, targets
        Node numbers, shapes ``(s,)`` and ``(t,)``; no target twice.
    cutoff
        Later arrivals are left out [s].

    Raises
    ------
    IndexError
        If there is no such node.
    ValueError
        If a target is given twice.
    """
    net, room = times.net, times.room
    begin, goal = (_ranks(net, nodes) for nodes in (sources, targets))
    if np.unique(goal).size < goal.size:
        raise ValueError("a target is given twice")
    start, target, time = between_kernels.between(net.step, times.along, begin, goal, float(cutoff),
                                                  room.hub, room.when, room.met)
    return Reached(start=start, target=target, time=time)


def _ranks(net: Compiled, nodes: ArrayLike) -> Index:
    numbers = np.asarray(nodes, np.intp)
    if (numbers < 0).any():
        raise IndexError(int(numbers.min()))
    return net.rank[numbers]


def to_mouth(times: TravelTimes) -> Times:
    """Shortest time from every node to the first mouth it reaches, shape ``(m,)`` [s]; infinite where none is."""
    net = times.net
    return kernels.to_mouth(net.step, times.along, net.node)
