"""From a spill and what can be mobilised to a plan that was simulated."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from riverplan import __version__
from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.prepared import Prepared, prepared
from riverplan.forecasting.spill import Spill
from riverplan.planning.explain import actions_of, effects_of, unused
from riverplan.planning.found_sites import found_sites
from riverplan.planning.margin import Delays, readiness
from riverplan.planning.means import fetching, means_of
from riverplan.planning.options import Option, options, staffed
from riverplan.planning.pins import pins_of
from riverplan.planning.receptors import Receptors, receptors
from riverplan.planning.result import ResponsePlan
from riverplan.planning.roads import Roads
from riverplan.planning.search import search
from riverplan.planning.spaces import usable_spaces
from riverplan.planning.staged import moved_spill, staged
from riverplan.planning.stock import read_stocks
from riverplan.planning.travel import Conditions, travel_to
from riverplan.planning.trials import Trials
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Store, Team
from riverplan.river.stating import Stated
from riverplan.transport.operation import Operation
from riverplan.units import HOUR

LIKELY = 0.01
"""Receptors that exceed their limit with less probability are not simulated [-]."""
LONGEST = 240.0
"""Plans look no farther ahead [h]: ten days."""
BEYOND = 6.0
"""Time simulated beyond the last passage and what holding may delay [h]."""
CELLS = (100.0, 1_000.0)
"""Least and most length of a cell [m]."""
CELLS_OF_A_PLUME = 25.0
"""Cells from front to tail, where the peak is right within 3 %."""


def plan(river: RiverNetwork, spill: Spill, scenario: str | FlowScenario = "normal", *,
         discharges: Mapping[str, float] | None = None, states: Stated | None = None, velocity: str = "",
         observations: Sequence[Observation] = (), rise: Rise | None = None, roads: Roads | None = None,
         conditions: Conditions | None = None, delays: Delays | None = None, heard_at: datetime | None = None,
         levels: Mapping[str, float] | None = None, flood_season: bool | None = None, rising: bool | None = None,
         pins: Collection[str] = (), forbid: Collection[str] = (), added: Sequence[Operation] = (),
         candidates: bool = True) -> ResponsePlan:
    """What to do where, by when, with what, and what it saves by simulation.

    Actions are tried on the water at slow, usual and fast velocity, and weighed by the doubt of the strength; the
    best set that was simulated is the plan: never worse than doing nothing (unless pins make it so) nor than taking
    the nearest spaces first.

    Parameters
    ----------
    river, spill, scenario, discharges, states, velocity, observations, rise
        As of :func:`riverplan.forecast`. Observations shift the velocities of the trials as they shift the forecast.
    roads
        A net of roads; without it, distance and an assumed speed.
    conditions, rising
        Darkness, rain, landslides; whether the water rises, None where nobody says. Nobody works in the channel on
        rising water.
    delays
        From the call to the order, and what is kept in hand.
    heard_at
        When the call came; when the release began if None, which is said.
    levels
        Today's levels of reservoirs [m] by ``site_id``.
    flood_season
        Whether free storage ends at the flood limit; by the scenario if None.
    pins, forbid
        Spaces (``site_id``) that must be used, and that must not.
    added
        Operations done in any case, as the officer says.
    candidates
        Whether narrow sections nobody has listed are looked for too.

    Raises
    ------
    InputError
        With all problems of spill, flow, place and states. What is wrong with spaces, stores, teams and pins stands
        in the problems of the plan, and the rest of the plan is made.
    """
    conditions = conditions or Conditions()
    said = forecast(river, spill, scenario=scenario, discharges=discharges, states=states, velocity=velocity,
                    observations=observations, rise=rise)
    flow = said.scenario
    heard, problems = _heard(said.spill, heard_at)
    listed_spaces, more = usable_spaces(river, flow, levels=levels or {}, flood_season=flood_season)
    reached = set(river.reaches["reach_id"].iloc[said.reach_times.reach])
    spaces = [s for s in (*listed_spaces, *(found_sites(river, flow) if candidates else ())) if s.reach_id in reached]
    problems += [*more]
    stage_river = staged(river.replace(scenarios={**river.scenarios, flow.name: flow}), spaces)
    stage_spill = moved_spill(said.spill, river, stage_river)
    there = {a.site_id: a for a in forecast(
        stage_river, stage_spill, scenario=flow.name, states=states, velocity=velocity, observations=observations,
        rise=rise).arrivals}

    teams = [r for r in river.resources if isinstance(r, Team) and r.category != "monitoring"]
    stores = [r for r in river.resources if isinstance(r, Store)]
    stocks, more = read_stocks(river, on=_day(said.spill, heard_at))
    problems += [*more]
    ready = readiness(spaces, teams, stores, travel=travel_to(spaces, teams, stores, roads=roads,
                                                              conditions=conditions),
                      delays=delays, heard=heard, fetches=fetching(spaces, stocks), staffed=staffed(spaces))
    problems += [*ready.problems]
    found, refused = options(stage_river, spaces, there, ready, rising=rising, conditions=conditions,
                             forbidden=forbid)
    means = means_of(found, ready, stocks)
    pinned, more = pins_of(found, refused, means, pins, forbid, river=stage_river, arrivals=there)
    problems += [*more]

    who = receptors(said)
    problems += [*who.problems]
    ahead = _ahead(said, who, found, added)
    start = prepared(stage_river, stage_spill, scenario=flow.name, states=states, velocity=velocity,
                     operations=[*added, *(op for o in found for op in o.operations)], hours=ahead.hours,
                     cell=CELLS[0], until=ahead.until)
    start = replace(start, cells=_cells(start, said, river))
    trials = Trials(ready=start, receptors=ahead.receptors, options=[o.operations for o in found],
                    fixed=tuple(added), shift=_shift(river, said, observations, scenario=scenario, states=states,
                                                     discharges=discharges, velocity=velocity, rise=rise))
    nearest = sorted(range(len(found)), key=lambda i: (found[i].earliest, found[i].site_id, i))
    best = search(trials, found, means, nearest, pinned=pinned)
    time, before = trials.curves(())
    _, after = trials.curves(best.choice.picked)
    return ResponsePlan(
        river=river, spill=said.spill, scenario=flow, forecast=said, spaces=tuple(spaces),
        actions=actions_of(found, best, trials, ready, stocks, pins),
        refused=(*refused, *unused(found, best, trials, means)), receptors=effects_of(trials, best),
        harm=best.harms, bound=best.bound, chosen_by=best.chosen_by, tried=trials.tried, heard=heard, time=time,
        before=before, after=after, assumptions=tuple(p for p in problems if p.severity == "note"),
        problems=tuple(p for p in problems if p.severity != "note"), version=__version__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ahead:
    """How far the trials look: receptors that may be harmed, hours, the sites the stage ends at."""

    receptors: Receptors
    hours: float
    until: tuple[str, ...]


def _ahead(said: Forecast, who: Receptors, found: Sequence[Option], added: Sequence[Operation]) -> Ahead:
    """What of the river and of the time the trials need."""
    arrivals = {a.site_id: a for a in said.arrivals}
    likely = [i for i, s in enumerate(who.sites)
              if (p := arrivals[s.site_id].exceed_probability) is None or p >= LIKELY]
    who = who.only(likely)
    ends = [_end(arrivals[s.site_id]) for s in who.sites]
    held = sum((o.space.free_volume or 0.0) / max(_flow_at(said, o.space), 1e-3)
               for o in found if o.action in ("close", "build"))
    hours = min(max(ends, default=0.0) / HOUR + min(held / HOUR, LONGEST / 2) + BEYOND, LONGEST)
    hours = max(hours, *((o.at / HOUR + 1.0) for o in (*found, *added)), 12.0)
    return Ahead(receptors=who, hours=hours, until=tuple(s.site_id for s in who.sites))


def _cells(start: Prepared, said: Forecast, river: RiverNetwork) -> Array:
    """Lengths of cells [m] by reach of the stage: so many to a plume, which grows on its way.

    A reach the plume does not come to carries clean water alone: the longest cells serve.
    """
    times = said.reach_times
    length = (times.trailing_tail - times.leading_tail) * times.velocity
    of = dict(zip(river.reaches["reach_id"].iloc[times.reach], length, strict=True))
    stage = start.question.river.reaches["reach_id"].iloc[start.stage.rows]
    found = [of.get(r, of.get(r.rpartition(".")[0], np.inf)) for r in stage]
    return np.clip(np.array(found) / CELLS_OF_A_PLUME, *CELLS)


def _end(arrival: Arrival) -> float:
    """When a passage is over that matters [s]."""
    if arrival.exceeds_until is not None:
        return arrival.exceeds_until + (arrival.trailing_band[1] - arrival.trailing) * 0.5
    return arrival.trailing


def _flow_at(said: Forecast, space: UsableSpace) -> float:
    return float(said.scenario.discharge[said.river.reach_row[space.reach_id]])


def _shift(river: RiverNetwork, said: Forecast, observations: Sequence[Observation], **asked: Any,
           ) -> tuple[float, float]:
    """What observations did to the velocities of the forecast: a factor, and one on their spread.

    Of the last place the plume comes to: from the times of its peak, and from the width of their bands.
    """
    if not observations or not said.arrivals:
        return 1.0, 1.0
    place = said.arrivals[-1]
    plain = forecast(river, said.spill, **asked).arrival(place.site_id)
    if plain is None or plain.peak <= 0 or place.peak <= 0:
        return 1.0, 1.0
    widths = [float(np.log(a.peak_band[1] / max(a.peak_band[0], 1.0))) for a in (place, plain)]
    return plain.peak / place.peak, min(widths[0] / widths[1], 1.0) if widths[1] > 0 else 1.0


def _heard(spill: Spill, heard_at: datetime | None) -> tuple[float, list[Problem]]:
    """When the call came [s after the release began]."""
    if heard_at is None or spill.at is None:
        return 0.0, [Problem(code="plan_heard_assumed", severity="note")]
    heard = (heard_at - spill.at).total_seconds()
    if heard < 0:
        return 0.0, [Problem(code="plan_heard_before", severity="warning", fields={
            "heard": heard_at.isoformat(timespec="minutes"), "start": spill.at.isoformat(timespec="minutes")})]
    return heard, []


def _day(spill: Spill, heard_at: datetime | None) -> date | None:
    at = heard_at or spill.at
    return at.date() if at else None
