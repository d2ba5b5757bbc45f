"""How the mass that reaches a node goes on: with the water, and with what is taken out."""

import numpy as np

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled


def shares(network: Compiled, discharge: Array, node: int) -> list[tuple[int, float]]:
    """The reaches below a node that carry water, and the share of the node's mass each gets.

    The mass divides with the flow; where less water leaves than enters, the rest was abstracted with its
    mass. Nothing goes on where no discharge below is known.

    Parameters
    ----------
    network
        Topology of ``n`` reaches.
    discharge
        [m³/s], shape ``(n,)``; ``nan`` where unknown.
    node
        Number of the node.
    """
    below, above = network.leaving(node), network.entering(node)
    out = np.maximum(np.nan_to_num(discharge[below]), 0.0)
    leaving, entering = float(out.sum()), float(np.maximum(np.nan_to_num(discharge[above]), 0.0).sum())
    if leaving <= 0:
        return []
    kept = min(1.0, leaving / entering) if entering > 0 else 1.0
    return [(int(r), kept * float(q) / leaving) for r, q in zip(below, out, strict=True) if q > 0]
