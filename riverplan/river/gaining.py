"""Where a river gains its water beside gates: above one it is held with the rest, below one it comes in bit by bit.

Lists and models give one discharge for a reach; the step from one reach to the next stands at the node between them.
At a gate that matters: of what is gained at its node, a closed gate holds what comes in above it, and right below it
the bed has none of the rest. So there the step is spread evenly along the reaches above and below, in proportion to
length; where several meet, in proportion to their water too. Tributaries that are reaches of the network are no part
of it. The discharge given then holds at the upper end of the reaches above and at the lower end of those below: in
between it differs by up to the step. Elsewhere steps stay at their nodes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled

SAME = 1e-9
"""Share by which discharges of one reach cut in pieces differ at most [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaining:
    """Discharge at the tail of each reach and what it gains along its way, both [m³/s], shape ``(n,)``."""

    tail: Array
    along: Array

    @property
    def foot(self) -> Array:
        """Discharge at the head node of each reach [m³/s]."""
        return self.tail + self.along

    @property
    def at_middle(self) -> Array:
        """Discharge half way along each reach [m³/s]."""
        return self.tail + self.along / 2.0

    def at(self, row: int, part: float) -> float:
        """Discharge [m³/s] at a part (0 at the tail, 1 at the foot) of a reach."""
        return float(self.tail[row] + self.along[row] * part)


def gaining(net: Compiled, length: Array, discharge: Array, gates: Iterable[int]) -> Gaining:
    """The water with what is gained at gates spread along the reaches above and below them.

    Parameters
    ----------
    net
        The network.
    length, discharge
        Of each reach [m], [m³/s]; where a discharge at a gate is unknown or 0 nothing is spread.
    gates
        Numbers of nodes. Reaches of one discharge, one below the other, are pieces of one reach.

    Returns
    -------
    Gaining
        Water is neither made nor lost by it: at the end of the stretches it is spread over, the discharge is that
        given.

    >>> from riverplan.transport.compiled import compile_network
    >>> two = compile_network(np.array([0, 1], np.int32), np.array([1, 2], np.int32), 3)
    >>> found = gaining(two, np.array([3e3, 1e3]), np.array([8.0, 12.0]), [1])
    >>> found.tail.tolist(), found.foot.tolist()
    ([8.0, 11.0], [11.0, 12.0])
    """
    tail, along = discharge.astype(np.float64), np.zeros(discharge.size)
    for node in gates:
        into, out = net.entering(node), net.leaving(node)
        more = float(discharge[out].sum() - discharge[into].sum())
        ends = np.concatenate([discharge[into], discharge[out]])
        if not into.size or not out.size or not (ends > 0).all() or more <= SAME * discharge[out].sum():
            continue
        above = [_stretch(net, discharge, int(r), up=True) for r in into]
        below = [_stretch(net, discharge, int(r), up=False) for r in out]
        up, down = _weighed(above, length, discharge), _weighed(below, length, discharge)
        for rows, weight in zip(above, up, strict=True):
            part = more * weight / (up.sum() + down.sum()) * length[rows] / length[rows].sum()
            along[rows] += part
            tail[rows] += part.sum() - np.cumsum(part)
        down /= up.sum() + down.sum()
        for rows, share in zip(below, down.sum() * discharge[out] / discharge[out].sum(), strict=True):
            part = more * share * length[rows] / length[rows].sum()              # to each arm as the water divides
            along[rows] += part
            tail[rows] -= part.sum() - np.cumsum(part) + part
    return Gaining(tail=tail, along=along)


def _weighed(stretches: list[NDArray[np.intp]], length: Array, discharge: Array) -> Array:
    """Lengths of stretches that meet [m], each by its share of their water: a brook gains less than a river."""
    water = np.array([discharge[rows[0]] for rows in stretches])
    return water / water.sum() * np.array([length[rows].sum() for rows in stretches])


def _stretch(net: Compiled, discharge: Array, row: int, *, up: bool) -> NDArray[np.intp]:
    """Rows of the pieces of one reach, from the gate on."""
    found = [row]
    while True:
        node = int((net.tail if up else net.head)[found[-1]])
        into, out = net.entering(node), net.leaving(node)
        if into.size != 1 or out.size != 1:
            return np.array(found, np.intp)
        following = int(into[0] if up else out[0])
        if abs(discharge[following] - discharge[row]) > SAME * discharge[row]:
            return np.array(found, np.intp)
        found.append(following)
