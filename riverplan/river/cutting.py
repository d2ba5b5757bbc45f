"""A whole river cut: its reaches, its nodes and its scenarios together."""

from collections.abc import Sequence

import numpy as np

from riverplan.river.flows import spread
from riverplan.river.network import RiverNetwork
from riverplan.river.splitting import Cut, split
from riverplan.river.stems import with_river_km


def cut_river(river: RiverNetwork, cuts: Sequence[Cut]) -> RiverNetwork:
    """The river with some reaches cut, its scenarios along."""
    old = river.reaches["length"].to_numpy(np.float64)
    reaches, nodes, origin = split(river.reaches, river.nodes, cuts)
    if len(reaches) == len(old):
        return river
    weight = reaches["length"].to_numpy(np.float64) / old[origin]
    scenarios = spread(river.scenarios, origin, weight)
    return river.replace(reaches=with_river_km(reaches), nodes=nodes, scenarios=scenarios)
