"""Spaces in series: what is held back above gives those below time to be ready."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from riverplan.forecasting.result import Arrival
from riverplan.forecasting.simulating.water import below
from riverplan.planning.gained_time import gained_time
from riverplan.planning.inflow import inflow_at
from riverplan.planning.options import Option
from riverplan.planning.result import LATE, Refused
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site


def made_possible(river: RiverNetwork, flow: FlowScenario, sets: Iterable[Sequence[Option]],
                  refused: Sequence[Refused], spaces: Sequence[UsableSpace], arrivals: Mapping[str, Arrival], *,
                  spill: str, safety: float) -> tuple[dict[str, Arrival], dict[str, tuple[str, ...]]]:
    """As :func:`held_back`, by the first of some sets of options that holds back from a space."""
    found: dict[str, Arrival] = {}
    after: dict[str, tuple[str, ...]] = {}
    left = [r for r in refused if r.why.code == LATE]
    for chosen in sets:
        if not left:
            break
        times, above = held_back(river, flow, chosen, left, spaces, arrivals, spill=spill, safety=safety)
        found, after = {**times, **found}, {**above, **after}
        left = [r for r in left if r.site_id not in found]
    return found, after


def held_back(river: RiverNetwork, flow: FlowScenario, chosen: Sequence[Option], refused: Sequence[Refused],
              spaces: Sequence[UsableSpace], arrivals: Mapping[str, Arrival], *, spill: str, safety: float,
              ) -> tuple[dict[str, Arrival], dict[str, tuple[str, ...]]]:
    """Arrivals at spaces that were too late, later by what the chosen gates and dams above hold back.

    A gate holds back from a place only if all ways from the spill to it lead through the gate: past one in an arm the
    plume comes by the other arm.

    Parameters
    ----------
    river, flow
        The river the plan is tried on, and its flow.
    chosen
        Options taken; those that are closed or built hold back, if they are in time.
    refused
        What was out of the question.
    spaces, arrivals
        All spaces, and the plume with nothing done.
    spill
        The reach the spill is on.
    safety
        Kept in hand [s].

    Returns
    -------
    arrivals
        By ``site_id``, of spaces refused as late for which something holds back.
    after
        The spaces that hold back for each of these, from the top down.
    """
    holding = sorted((o for o in chosen if o.action in ("close", "build") and o.by <= o.earliest),
                     key=lambda o: o.earliest)
    late = {r.site_id for r in refused if r.why.code == LATE}
    around = {o.site_id: _around(river, spill, river.site(o.site_id)) for o in holding}
    found: dict[str, Arrival] = {}
    after: dict[str, tuple[str, ...]] = {}
    for space in spaces:
        if space.space_id not in late:
            continue
        row, a = river.reach_row[river.site(space.space_id).reach_id], arrivals[space.space_id]
        above = [o for o in holding if row not in around[o.site_id] and o.earliest < a.earliest]
        gained = _gained(river, flow, above) - safety
        if 0.0 < gained < np.inf:
            after[space.space_id] = tuple(o.site_id for o in above)
            found[space.space_id] = replace(a, earliest=a.earliest + gained, leading=a.leading + gained,
                                            trailing=a.trailing + gained)
    return found, after


def _gained(river: RiverNetwork, flow: FlowScenario, above: Sequence[Option]) -> float:
    """What gates one below the other hold back [s]."""
    inflow = np.array([inflow_at(river, flow, river.site(o.site_id)) for o in above], float)
    none = np.zeros(len(above))
    return gained_time(np.array([o.space.free_volume or 0.0 for o in above]), inflow, none, none,
                       earliest=np.array([o.earliest for o in above]), ready=np.array([o.by for o in above])).total


def _around(river: RiverNetwork, spill: str, gate: Site) -> set[int]:
    """Rows of the reaches the plume comes to without passing a gate."""
    net, node = river.compiled, river.node_row[getattr(gate, "node_id", "")]
    return below(net, [river.reach_row[spill]], net.leaving(node).tolist())
