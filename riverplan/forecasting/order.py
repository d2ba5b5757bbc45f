"""Nothing arrives below before it has passed above."""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled


def never_before_upstream(network: Compiled, reach: NDArray[np.intp], chainage: Array, time: Array) -> Array:
    """Times raised, where needed, to the earliest of those just upstream.

    A quantile of a sum is not the sum of quantiles: where a river becomes less sure, the 1 % quantile a
    little further down may fall by a few per cent. The plume cannot.

    Parameters
    ----------
    network
        Topology of the reaches.
    reach, chainage
        Place of each time, shape ``(p,)``: row of the reach and metres from its tail; the end of each
        reach the plume travels is among them.
    time
        [s], shape ``(p,)``, or several of each place, ``(p, m)``.
    """
    order = np.lexsort((chainage, reach, network.rank[network.tail[reach]]))
    begin = np.flatnonzero(np.r_[True, np.diff(reach[order]) != 0])
    out = time.copy()
    passed: dict[int, Array] = {}
    nothing, never = np.zeros(time.shape[1:]), np.full(time.shape[1:], np.inf)
    for rows in np.split(order, begin[1:]):
        r = int(reach[rows[0]])
        least = passed.get(int(network.tail[r]), nothing)
        out[rows] = np.maximum(np.maximum.accumulate(time[rows], axis=0), least)
        head = int(network.head[r])
        passed[head] = np.minimum(passed.get(head, never), out[rows[-1]])
    return out
