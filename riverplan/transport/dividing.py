"""How the mass that reaches a node goes on: with the water, and with what is taken out."""

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
    below = network.leaving(node).tolist()
    out = [q if q > 0 else 0.0 for q in discharge[below].tolist()]
    leaving = sum(out)
    if leaving <= 0:
        return []
    entering = sum(q for q in discharge[network.entering(node)].tolist() if q > 0)
    kept = min(1.0, leaving / entering) if entering > 0 else 1.0
    return [(r, kept * q / leaving) for r, q in zip(below, out, strict=True) if q > 0]
