"""What flows to a place of the stage, and which receptors lie below it: by the network, not by times."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan.forecasting.simulating.water import below
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site, Space


def inflow_at(river: RiverNetwork, flow: FlowScenario, site: Site) -> float:
    """Discharge that comes to a place [m³/s]: at a gate of all reaches that enter its node, for it holds them all.

    With what is gained above the gate, as the simulation spreads it (:mod:`riverplan.river.gaining`).
    """
    entering = _entering(river, site)
    rows = entering if entering.size else np.array([river.reach_row[site.reach_id]])
    return float(np.nansum(river.gaining(flow).foot[rows]))


def receptors_below(river: RiverNetwork, site: Site, receptors: Sequence[Site]) -> NDArray[np.bool_]:
    """Which receptors water from a place comes to, shape ``(receptors,)``."""
    net, row = river.compiled, river.reach_row[site.reach_id]
    gate = _entering(river, site).size > 0
    after = net.leaving(river.node_row[getattr(site, "node_id", "")] if gate else int(net.head[row])).tolist()
    wet = below(net, after)
    return np.array([river.reach_row[r.reach_id] in wet or (not gate and r.reach_id == site.reach_id
                                                            and r.chainage >= site.chainage)
                     for r in receptors], bool)


def _entering(river: RiverNetwork, site: Site) -> NDArray[np.intp]:
    node = river.node_row.get(site.node_id) if isinstance(site, Space) else None
    return np.zeros(0, np.intp) if node is None else river.compiled.entering(node).astype(np.intp)
