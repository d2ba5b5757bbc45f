"""How long the water spends where on its way: the time in each stretch before it comes to a place.

Steady flow. Where the river splits and rejoins, the times of the arms are averaged by the water they carry.
"""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled


def time_in_stretches(network: Compiled, *, discharge: Array, velocity: Array, length: Array, reach: int,
                      chainage: float, touched: NDArray[np.intp], stretch: NDArray[np.intp],
                      places_reach: NDArray[np.intp], places_chainage: Array) -> Array:
    """Time spent in each stretch between a release and places [s], shape ``(p, k)``.

    Parameters
    ----------
    network
        Topology of ``n`` reaches.
    discharge, velocity, length
        Of each reach [m³/s], [m/s], [m], shape ``(n,)``.
    reach, chainage
        Where the release is: row of the reach and metres from its tail.
    touched
        Rows of the reaches the water comes to, the first among them.
    stretch
        Number ``0 … k - 1`` of the stretch each of these belongs to, as long as ``touched``.
    places_reach, places_chainage
        The places, shape ``(p,)``; all lie on touched reaches, below the release.
    """
    k = int(stretch.max()) + 1
    spent = np.zeros((places_reach.size, k))
    by_reach = np.argsort(places_reach, kind="stable")
    first = np.searchsorted(places_reach[by_reach], np.arange(network.n_reaches + 1))
    of = dict(zip(touched.tolist(), stretch.tolist(), strict=True))
    weight: dict[int, float] = {}
    passed: dict[int, Array] = {}                          # weighted by the water, until the node is left
    for r in sorted(of, key=lambda row: int(network.rank[network.tail[row]])):
        node = int(network.tail[r])
        if r == reach:
            begin, share, before = chainage, 1.0, np.zeros(k)
        elif weight.get(node, 0.0) > 0:
            out = np.nan_to_num(discharge[network.leaving(node)]).sum()
            begin, share = 0.0, weight[node] * float(discharge[r]) / float(out) if out > 0 else 0.0
            before = passed[node] / weight[node]
        else:
            continue
        for p in by_reach[first[r] : first[r + 1]]:
            spent[p] = before
            spent[p, of[r]] += max(float(places_chainage[p]) - begin, 0.0) / velocity[r]
        end = before.copy()
        end[of[r]] += max(float(length[r]) - begin, 0.0) / velocity[r]
        head = int(network.head[r])
        weight[head] = weight.get(head, 0.0) + share
        passed[head] = passed.get(head, np.zeros(k)) + share * end
    return spent
