"""Slopes from the elevations of nodes: never uphill, never zero."""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.river.water_balance import order
from riverplan.transport.compiled import Compiled

FLOOR = 1e-5
"""Least slope [m/m], that of the lowest plain rivers; RouteLink of the U.S. National Water Model has it too."""


def slopes(net: Compiled, elevation: Array, length: Array, given: Array, words: NDArray[np.object_],
           ) -> tuple[Array, NDArray[np.object_]]:
    """Slopes of the reaches: given ones are kept, others follow from the elevations of their ends.

    Water does not climb: a node above the lowest node upstream of it takes that one's elevation. Where
    nothing falls, ``FLOOR`` is taken and called ``floor``; that too for given slopes that are not positive. A
    reach still without takes the geometric mean of those that touch it (``neighbours``).

    Parameters
    ----------
    elevation
        Of the nodes [m], ``nan`` where unknown.
    length
        Of the reaches [m].
    given, words
        Slopes known already and where each comes from.
    """
    lowered = elevation.copy()
    tail, head = net.tail.tolist(), net.head.tolist()
    for i in order(net):
        if np.isfinite(lowered[head[i]]):
            lowered[head[i]] = np.fmin(lowered[head[i]], lowered[tail[i]])
    drop = (lowered[net.tail] - lowered[net.head]) / np.where(length > 0, length, np.nan)
    out, said = given.copy(), words.copy()
    missing = ~np.isfinite(given)
    new = missing & (drop > FLOOR)
    out[new], said[new] = drop[new], "ends"
    flat = (missing & np.isfinite(drop) & ~(drop > FLOOR)) | (np.isfinite(given) & (given <= 0))
    out[flat], said[flat] = FLOOR, "floor"
    beside = _neighbours(net, out)
    bare = ~np.isfinite(out) & np.isfinite(beside)
    out[bare], said[bare] = beside[bare], "neighbours"
    return out, said


def _neighbours(net: Compiled, slope: Array) -> Array:
    """Geometric mean of the known slopes above and below each reach; ``nan`` where none is known."""
    known = np.isfinite(slope)
    ln, one = np.log(np.where(known, slope, 1.0)), known.astype(np.float64)

    def beside(values: Array) -> Array:
        above = np.bincount(net.head, values, net.n_nodes)[net.tail].astype(np.float64)
        return above + np.bincount(net.tail, values, net.n_nodes)[net.head].astype(np.float64)

    count = beside(one)
    return np.where(count > 0, np.exp(beside(ln) / np.where(count > 0, count, 1.0)), np.nan)
