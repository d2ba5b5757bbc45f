"""When a plume has left the reaches of a stage: from how long its passage through each of them lasts."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled


def calm_after(network: Compiled, lasts: Array, short: NDArray[np.bool_], gates: Collection[int]) -> Array:
    """Time after which the plume has left each reach with short cells [s], ``inf`` of the others, shape ``(n,)``.

    Below gates that move it may come later, and into a bed that has run dry, where long steps would hold it up: there
    no time can be said.

    Parameters
    ----------
    network
        The reaches.
    lasts
        From when the plume has left all that is above a reach until it has left the reach too [s], shape ``(n,)``.
    short
        Which reaches have short cells, shape ``(n,)``.
    gates
        Nodes with gates that move.
    """
    tail, spans = network.tail.tolist(), lasts.tolist()
    left, gone = [0.0] * len(spans), [np.inf if node in gates else 0.0 for node in range(network.n_nodes)]
    for node in network.node.tolist():
        for r in network.entering(node).tolist():
            left[r] = gone[tail[r]] + spans[r]
            gone[node] = max(gone[node], left[r])
    return np.where(short, left, np.inf)
