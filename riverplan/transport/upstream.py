"""Up the river: what it costs, in metres or seconds, to come down from every reach to one place.

Loading this file loads numba.
"""

import numpy as np

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled
from riverplan.transport.walks import travel_times, upstream


def cost_down_to(network: Compiled, cost: Array, reach: int, share: float) -> Array:
    """Least cost from the lower end of each reach down to a place.

    From a point of a reach above the place it costs this and what is left of the reach. On the place's own
    reach the value is negative: what is left of the reach below the place, so that the same sum holds; where
    it comes out negative the point lies below.

    Parameters
    ----------
    network
        Topology of ``n`` reaches.
    cost
        Cost of a whole reach, not negative, shape ``(n,)``; a reach of ``nan`` cannot be passed.
    reach, share
        The place: row of its reach, and its share of the way from the tail, 0 to 1.

    Returns
    -------
    Array
        Shape ``(n,)``, to seven digits; ``inf`` for reaches whose water does not come to the place.
    """
    out = np.full(network.n_reaches, np.inf)
    if not np.isfinite(cost[reach]):
        return out
    above = upstream(travel_times(network, cost), int(network.tail[reach]))
    down = np.full(network.n_nodes, np.inf)
    down[above["node"]] = share * float(cost[reach]) + above["time"]
    out = down[network.head]
    out[reach] = -(1.0 - share) * cost[reach]
    return out
