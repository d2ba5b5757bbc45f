"""Spaces in series: what is held back above gives those below time to be ready."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from riverplan.forecasting.result import Arrival
from riverplan.planning.gained_time import gained_time
from riverplan.planning.options import Option
from riverplan.planning.result import Refused
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario


def held_back(river: RiverNetwork, flow: FlowScenario, chosen: Sequence[Option], refused: Sequence[Refused],
              spaces: Sequence[UsableSpace], arrivals: Mapping[str, Arrival], *, safety: float,
              ) -> tuple[dict[str, Arrival], tuple[str, ...]]:
    """Arrivals at spaces that were too late, later by what the chosen gates and dams above hold back.

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
    safety
        Kept in hand [s].

    Returns
    -------
    arrivals
        By ``site_id``, of spaces refused as late below all that hold back; empty where nothing holds.
    after
        The spaces that hold back, from the top down.
    """
    holding = sorted((o for o in chosen if o.action in ("close", "build") and o.by <= o.earliest),
                     key=lambda o: o.earliest)
    if not holding:
        return {}, ()
    inflow = np.array([flow.discharge[river.reach_row[river.site(o.site_id).reach_id]] for o in holding], float)
    none = np.zeros(len(holding))
    gained = gained_time(np.array([o.space.free_volume or 0.0 for o in holding]), inflow, none, none,
                         earliest=np.array([o.earliest for o in holding]),
                         ready=np.array([o.by for o in holding]))
    total, late = gained.total - safety, {r.site_id for r in refused if r.why.code == "refused_late"}
    if not 0.0 < total < np.inf:
        return {}, ()
    found = {s.space_id: arrivals[s.space_id] for s in spaces
             if s.space_id in late and arrivals[s.space_id].earliest > holding[-1].earliest}
    return {i: replace(a, earliest=a.earliest + total, leading=a.leading + total, trailing=a.trailing + total)
            for i, a in found.items()}, tuple(o.site_id for o in holding)
