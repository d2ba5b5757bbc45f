"""How far trials look: which receptors, how many hours, how long the cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.simulating.operated import operated
from riverplan.forecasting.simulating.prepared import Prepared
from riverplan.planning.inflow import inflow_at, receptors_below
from riverplan.planning.options import LONGEST, Option
from riverplan.planning.receptors import Receptors
from riverplan.river.gaining import SAME
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.transport.operation import Operation
from riverplan.transport.waterway import balanced
from riverplan.units import HOUR

LIKELY = 0.01
"""Receptors that exceed their limit with less probability are not simulated [-]."""
SHORTEST = 12.0
"""Nor less far [h]."""
BEYOND = 6.0
"""Time simulated beyond the last passage and what holding may delay [h]."""
MIXED = 2.0
"""Times as long as a gate holds until it has passed on what it took in [-] (assumed): full, it passes on a mix that is
weaker and so longer above the limit, and thins e-fold while as much comes in again."""
SHORTEST_CELL = 100.0
"""[m]."""
LONGEST_CELL = 1_000.0
"""[m]."""
SHORT = 0.5
"""Share of the longest cell of the river below which a cell is short [-]."""
TAIL = 1.5
"""Times as long as its passage lasts until the plume is taken to have left a reach [-] (assumed: with its tail)."""
EVERY_LONG = 900.0
"""Time between outputs of trials of more than three days [s]."""
POOL_CELL = 50.0
"""Shortest cell of a pool [m]: longer ones spread the plume, by which person-hours are 3 % too many at 150 m."""
POOL_CELLS = 250.0
"""Most cells of a pool [-]."""
CELLS_OF_A_PLUME = 25.0
"""Cells from front to tail [-]."""
CELLS_BETWEEN = 6.0
"""Cells from one inflow to the next, in the mean [-]: of inflows every 2 km, 1 % of the person-hours
is missing at most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Horizon:
    """Receptors that may be harmed, and the hours simulated."""

    receptors: Receptors
    hours: float


def horizon_of(said: Forecast, who: Receptors, found: Sequence[Option], added: Sequence[Operation], *,
               stage: RiverNetwork) -> Horizon:
    """Who has to be looked at, and how long: until the last passage that matters, and as long as spaces may hold.

    Parameters
    ----------
    said
        Of the spill, with nothing done.
    who
        Intakes and boundaries it comes to.
    found
        What can be done.
    added
        What is done in any case.
    stage
        The river the plan is tried on.
    """
    arrivals = {a.site_id: a for a in said.arrivals}
    likely = [i for i, s in enumerate(who.sites)
              if (p := arrivals[s.site_id].exceed_probability) is None or p >= LIKELY]
    if likely:                                                # else nothing is done, and nobody is left without water
        likely = np.flatnonzero(_may_dry(stage, stage.scenario(said.scenario.name), who, found) | np.isin(
            np.arange(len(who.sites)), likely)).tolist()
    who = who.only(likely)
    ends = [_end(arrivals[s.site_id]) for s in who.sites]
    held = _held(stage, said.scenario.name, found, added)
    hours = min(max(ends, default=0.0) / HOUR + min(MIXED * held / HOUR, LONGEST / 2) + BEYOND, LONGEST)
    begins = [*(o.at for o in found), *(o.at for o in added)]
    return Horizon(receptors=who, hours=max(hours, SHORTEST, *(at / HOUR + 1.0 for at in begins)))


def _may_dry(stage: RiverNetwork, flow: FlowScenario, who: Receptors, found: Sequence[Option]) -> NDArray[np.bool_]:
    """Which receptors one of the options could leave without the water they need, shape ``(r,)``."""
    sites = [stage.site(s.site_id) for s in who.sites]
    gains, length = stage.gaining(flow), stage.reaches["length"].to_numpy(float)
    rows = [stage.reach_row[s.reach_id] for s in sites]
    usual = np.array([gains.at(r, s.chainage / max(length[r], 1.0)) for r, s in zip(rows, sites, strict=True)], float)
    dry = np.zeros(len(sites), bool)
    for option in found:
        place = stage.site(option.site_id)
        dry |= receptors_below(stage, place, sites) & (usual - inflow_at(stage, flow, place) < who.needs)
    return dry


def cells_of(start: Prepared, said: Forecast) -> Array:
    """Lengths of cells [m] by reach of the stage: so many to a plume, between what it has at both ends of the reach.

    A reach the plume does not come to carries clean water alone: the longest cells serve. The full channel of a pool,
    which passes the plume on as it comes, has at most ``POOL_CELLS``; they do not shorten the steps. Where many waters
    join, cells are shorter: the river has ``CELLS_BETWEEN`` from one inflow to the next.
    """
    times = said.reach_times
    enters, leaves = times.trailing_tail - times.leading_tail, times.trailing_head - times.leading_head
    length = np.sqrt(enters * leaves) * times.velocity        # it grows on its way
    found = _on_stage(start, said, length, np.inf)
    water, net = start.stage.water, start.stage.network
    river = water.storage == 0
    joins = balanced(net, water, list(start.diversions.values())).inflow > 0
    # what comes in along a reach too, once for all its pieces
    gained, above = water.lateral / water.length, np.zeros(net.n_nodes)
    above[net.head] = gained
    joins[net.tail[np.abs(gained - above[net.tail]) > SAME * gained]] = True
    apart = water.length[river].sum() / max(np.count_nonzero(joins[np.unique(net.head[river])]), 1)
    longest = np.clip(apart / CELLS_BETWEEN, SHORTEST_CELL, LONGEST_CELL)
    cells = np.clip(found / CELLS_OF_A_PLUME, SHORTEST_CELL, longest)
    fine = np.where(np.isfinite(found), np.maximum(POOL_CELL, water.length / POOL_CELLS), LONGEST_CELL)
    return np.where(river, cells, fine)


def calm_of(start: Prepared, said: Forecast, cells: Array) -> tuple[Array, NDArray[np.bool_]]:
    """How long the plume takes to leave each reach of the stage in water of usual velocity [s]; which have short cells.

    A piece of a reach takes its part of it by length; reaches the plume does not come to take no time.
    """
    times, reaches = said.reach_times, said.river.reaches
    spans = (times.trailing_head - np.where(times.distance_tail > 0, times.trailing_tail, 0.0)) / (
        reaches["length"].to_numpy(float)[times.reach] - times.start)
    water = start.stage.water
    short = (cells < SHORT * cells[water.storage == 0].max(initial=0.0)) & (water.storage == 0)
    return TAIL * _on_stage(start, said, spans, 0.0) * water.length, short


def _on_stage(start: Prepared, said: Forecast, values: Array, none: float) -> Array:
    """Values of the reaches the plume comes to, for each reach of the stage or what it was cut from; else ``none``."""
    of = dict(zip(said.river.reaches["reach_id"].iloc[said.reach_times.reach], values.tolist(), strict=True))
    stage = start.question.river.reaches["reach_id"].iloc[start.stage.rows]
    return np.array([of.get(r, of.get(r.rpartition(".")[0], none)) for r in stage], float)


def _end(arrival: Arrival) -> float:
    """When a passage is over that matters [s]."""
    if arrival.exceeds_until is not None:
        return arrival.exceeds_until + (arrival.trailing_band[1] - arrival.trailing) * 0.5
    return arrival.trailing


def _held(stage: RiverNetwork, flow: str, found: Sequence[Option], added: Sequence[Operation]) -> float:
    """How long all gates and dams that the options or the officer close hold what comes to them, each once [s]."""
    named, _ = operated(stage, [*(op for o in found for op in o.operations), *added], LONGEST)
    closed = {op.place for op in named.operations if op.action == "close"}
    return sum(named.gates[name][1] / max(inflow_at(stage, stage.scenario(flow), stage.site(name)), 1e-3)
               for name in sorted(closed))
