"""From a spill and what can be mobilised to a plan that was simulated."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from riverplan import __version__
from riverplan.errors import Problem
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.operated import operated
from riverplan.forecasting.simulating.prepared import prepared
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.way import SPREAD
from riverplan.planning.advice import dosing_places, protections
from riverplan.planning.booms import LAID, boom_places, booms_of
from riverplan.planning.clean_water import clean_water, sources_of
from riverplan.planning.explain import actions_of, effects_of, unused
from riverplan.planning.found_sites import found_sites
from riverplan.planning.horizon import EVERY_LONG, SHORTEST_CELL, calm_of, cells_of, horizon_of
from riverplan.planning.jurisdiction import county_of, strange_jurisdiction
from riverplan.planning.left_open import left_open
from riverplan.planning.margin import Delays, readiness
from riverplan.planning.means import fetching, means_of
from riverplan.planning.monitoring import monitoring
from riverplan.planning.notice import Notice
from riverplan.planning.notify import notices
from riverplan.planning.options import LONGEST, options, staffed
from riverplan.planning.pins import forbidden_dosing, forbidden_in_vain, ids_of, pins_of, supplied_of
from riverplan.planning.receptors import receptors
from riverplan.planning.result import Action, ResponsePlan
from riverplan.planning.roads import Roads
from riverplan.planning.search import search
from riverplan.planning.series import made_possible
from riverplan.planning.spaces import usable_spaces
from riverplan.planning.staged import moved_spill, staged
from riverplan.planning.stock import read_stocks
from riverplan.planning.stopped_stations import stopped_stations
from riverplan.planning.travel import Conditions, road_times, travel_to
from riverplan.planning.trials import Trials
from riverplan.reference.deadlines import Deadline, deadlines
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Store, Team
from riverplan.river.stating import Stated, stated
from riverplan.transport.operation import Operation
from riverplan.units import DAY, HOUR


def plan(river: RiverNetwork, spill: Spill, scenario: str | FlowScenario = "normal", *,
         discharges: Mapping[str, float] | None = None, estimate: float | None = None, spread: str = SPREAD.name,
         velocity: str = "", observations: Sequence[Observation] = (), states: Stated | None = None,
         rise: Rise | None = None, members: int = 0, roads: Roads | None = None,
         conditions: Conditions | None = None, delays: Delays | None = None, heard_at: datetime | None = None,
         now: datetime | None = None,
         levels: Mapping[str, float] | None = None, flood_season: bool | None = None, rising: bool | None = None,
         pins: Collection[str] = (), forbid: Collection[str] = (), supplied: Collection[str] = (),
         added: Sequence[Operation] = (),
         candidates: bool = True, jurisdiction: str = "", rules: Sequence[Deadline] = (),
         unread: Sequence[Problem] = ()) -> ResponsePlan:
    """What to do where, by when, with what, and what it saves by simulation.

    Actions are tried on the water at slow, usual and fast velocity, and weighed by the doubt of the strength; the
    best set that was simulated is the plan: never worse than doing nothing (unless pins make it so) nor than taking
    the nearest spaces first.

    Parameters
    ----------
    river, spill, scenario, discharges, estimate, spread, velocity, observations, states, rise, members
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
    now
        What time it is: sections the plume has left are no longer sampled, those that follow its front move on. The
        time of the call if None.
    levels
        Today's levels of reservoirs [m] by ``site_id``.
    flood_season
        Whether free storage ends at the flood limit; by the scenario if None.
    pins, forbid
        Spaces that must be used, and that must not, by ``site_id`` or by a name no other bears.
    supplied
        Intakes whose people have other water while it lasts, by ``site_id`` or name: they count neither as harmed nor
        as short of water.
    added
        Operations done in any case, as the officer says.
    candidates
        Whether narrow sections nobody has listed are looked for too.
    jurisdiction
        County or city of the bureau that plans; that of the place of the spill if empty. One that nobody knows is
        named, and has the general deadlines.
    rules
        A bureau's own deadlines beside the general ones.
    unread
        What could not be read of the files of roads and deadlines; it stands in the problems of the plan.

    Raises
    ------
    InputError
        With all problems of spill, flow, place and states. What is wrong with spaces, stores, teams and pins stands
        in the problems of the plan, and the rest of the plan is made.
    """
    conditions = conditions or Conditions()
    laws: dict[str, Any] = {"spread": spread, "velocity": velocity, "states": states, "rise": rise, "members": members}
    said = forecast(river, spill, scenario=scenario, discharges=discharges, estimate=estimate,
                    observations=observations, **laws)
    flow = said.scenario
    if heard_at is not None and heard_at.tzinfo is None and said.spill.at is not None:
        heard_at = heard_at.replace(tzinfo=said.spill.at.tzinfo)  # one clock on the spot
    heard, problems = _heard(said.spill, heard_at)
    problems[:0] = unread
    problems += [p for p in said.problems if p.severity != "note"]
    problems += strange_jurisdiction(river, jurisdiction := jurisdiction.strip(), (*deadlines(), *rules))
    listed_spaces, of_spaces = usable_spaces(river, flow, levels=levels or {}, flood_season=flood_season)
    problems += of_spaces
    reached = set(river.reaches["reach_id"].iloc[said.reach_times.reach])
    clean = sources_of(river, said, listed_spaces)
    spaces = [s for s in listed_spaces
              if s.functions and (s.reach_id in reached or (clean and s.space_id in clean.way))]
    spaces += found_sites(river, flow, within=reached) if candidates else ()
    stage_river = staged(river.replace(scenarios={**river.scenarios, flow.name: flow}), spaces)
    pins, of_pinned = ids_of(pins, stage_river)
    forbid, of_forbidden = ids_of(forbid, stage_river)
    problems += [*of_pinned, *(p for p in of_forbidden if p not in of_pinned),
                 *forbidden_in_vain(forbid, (*listed_spaces, *spaces), stage_river)]
    stage_spill = moved_spill(said.spill, river, stage_river)
    there = {a.site_id: a for a in forecast(stage_river, stage_spill, scenario=flow.name, observations=observations,
                                            **laws).arrivals}

    teams = [r for r in river.resources if isinstance(r, Team) and r.category != "monitoring"]
    stores = [r for r in river.resources if isinstance(r, Store)]
    stocks, of_stores = read_stocks(river, on=_day(said.spill, heard_at))
    problems += of_stores
    travel = travel_to(spaces, teams, stores, roads=roads, conditions=conditions)
    ready = readiness(spaces, teams, stores, travel=travel, delays=delays, heard=heard,
                      fetches=fetching(spaces, stocks), staffed=staffed(spaces))
    problems += ready.problems
    found, refused = options(stage_river, spaces, there, ready, rising=rising, conditions=conditions,
                             forbidden=forbid)
    dilutions, more_options = clean_water(river, said, clean, spaces, ready) if clean else ([], [])
    found += [o for o in more_options if o.site_id not in forbid]
    means = means_of(found, ready, stocks)
    pinned, of_pins = pins_of(found, refused, means, pins, forbid, river=stage_river, reached=there)

    added, of_added = _possible(stage_river, added)
    problems += of_added
    if led := [o.site_id for o in found if o.action == "divert"]:  # whom the plume comes to by the station alone
        running = {**laws, "states": {**stated(river, states or {}), **dict.fromkeys(led, "running")}}
        others = forecast(river, said.spill, scenario=flow, **running).arrivals
        widest = replace(said, arrivals=(*said.arrivals, *(a for a in others if said.arrival(a.site_id) is None)))
    else:
        widest = said
    supplied, of_supplied = supplied_of(supplied, river)
    problems += of_supplied
    who = receptors(widest, supplied=supplied)
    problems += who.problems
    # also those that only a gate above makes possible hold what comes to them until then
    held_up, _ = made_possible(stage_river, stage_river.scenario(flow.name), [found], refused, spaces, there,
                               spill=stage_spill.reach_id, safety=ready.delays.safety)
    maybe, _ = options(stage_river, spaces, held_up, ready, rising=rising, conditions=conditions)
    ahead = horizon_of(widest, who, [*found, *maybe], added, stage=stage_river)
    start = prepared(stage_river, stage_spill, scenario=flow.name, states=states, velocity=velocity,
                     operations=[*added, *(op for o in found for op in o.operations)], hours=ahead.hours,
                     cell=SHORTEST_CELL, until=[s.site_id for s in ahead.receptors.sites])
    cells = cells_of(start, said)
    start = replace(start, cells=cells, calm=calm_of(start, said, cells),
                    every=EVERY_LONG if ahead.hours > 72.0 else start.every)
    trials = Trials(ready=start, receptors=ahead.receptors, options=[o.operations for o in found],
                    fixed=tuple(added), shift=_shift(river, said, observations, scenario=flow, **laws))
    spaces_first = [i for i, o in enumerate(found) if o.action not in ("dilute", "stop_station")]
    nearest = sorted(spaces_first, key=lambda i: (found[i].earliest, found[i].site_id, i))
    best = search(trials, found, means, nearest, pinned=pinned)
    # a gate that does nothing alone may win the time for a dam below it
    holding = sorted(best.alone, key=lambda i: (best.alone[i].population_hours, best.alone[i].boundary_probability, i))
    there_later, above = made_possible(
        stage_river, stage_river.scenario(flow.name), [[found[i] for i in s] for s in (
            best.choice.picked, *((i,) for i in holding))],
        refused, spaces, there, spill=stage_spill.reach_id, safety=ready.delays.safety)
    later, _ = options(stage_river, spaces, there_later, ready, rising=rising, conditions=conditions)
    if later := [o for o in later if trials.can(o.operations)]:
        found += [replace(o, after=above[o.site_id]) for o in later]
        means = means_of(found, ready, stocks)
        pinned, of_pins = pins_of(found, [r for r in refused if r.site_id not in above], means, pins, forbid,
                                  river=stage_river, reached=there)
        trials.options = [o.operations for o in found]
        best = search(trials, found, means, nearest, pinned=pinned, known=best)
    problems += of_pins
    effects = effects_of(trials, best)
    actions = actions_of(found, best, trials, ready, pins, effects)
    refused = [r for r in refused if r.site_id not in {a.site_id for a in actions}]
    time, before = trials.curves(())
    _, after = trials.curves(best.choice.picked)
    closed = {a.site_id: a.at for a in actions if a.action in ("close", "build", "draw")}
    laid = boom_places([a.space for a in actions if a.action in LAID], spaces, forbid)
    booms, of_booms = booms_of(said, laid, spaces, there, ready, travel, stocks)
    refused = [r for r in refused if r.site_id not in {b.site_id for b in booms}]
    problems += of_booms
    dosings = dosing_places(said, spaces, there, ready, travel, stocks, closed, forbid)
    refused += forbidden_dosing(said, spaces, there, forbid, refused)
    refused += unused(found, best, trials, means)
    problems += left_open(ahead.hours, trials, best.choice.picked, nothing=best.harms["nothing"].population_hours,
                          who=who, substance=said.substance, treated=len({d.site_id for d in dosings}),
                          dries=any(r.dries for r in refused))
    watch = monitoring(said, now=_now(said.spill, now, heard), travel=lambda origins, targets: road_times(
        origins, targets, roads=roads, conditions=conditions).seconds)
    return ResponsePlan(
        river=river, spill=said.spill, scenario=flow, forecast=said, spaces=tuple(spaces), actions=actions,
        refused=tuple(refused), receptors=effects, supplied=supplied,
        protections=protections(said), dosings=dosings, booms=booms, dilutions=tuple(dilutions),
        stopped=stopped_stations(river, flow, [s for s in spaces if s.space_id in there]),
        monitoring=watch, notices=_notices(said, heard, heard_at, jurisdiction, rules, actions),
        harm=best.harms, bound=best.bound, chosen_by=best.chosen_by, tried=trials.tried, heard=heard,
        roads=roads, conditions=conditions, delays=ready.delays, time=time, before=before, after=after,
        assumptions=tuple(p for p in problems if p.severity == "note"),
        problems=tuple(p for p in problems if p.severity != "note"), version=__version__)


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


def _notices(said: Forecast, heard: float, heard_at: datetime | None, jurisdiction: str, rules: Sequence[Deadline],
             actions: Sequence[Action]) -> tuple[Notice, ...]:
    """Drafts of all that is to be told; none where the spill has no clock time and nobody says when the call came."""
    at = heard_at if heard_at is not None and heard_at.tzinfo and heard > 0 else said.spill.at
    if at is None:
        return ()
    return notices(said, heard_at=at, jurisdiction=jurisdiction or county_of(said), actions=actions,
                   deadlines=(*deadlines(), *rules))


def _possible(river: RiverNetwork, added: Sequence[Operation]) -> tuple[tuple[Operation, ...], list[Problem]]:
    """Operations the officer adds that can be done, and what is wrong with the others: the plan is made without."""
    found, problems = [], []
    for op in added:
        _, wrong = operated(river, [op], LONGEST)
        problems += [replace(p, severity="warning") for p in wrong]
        found += [] if wrong else [op]
    return tuple(found), problems


def _heard(spill: Spill, heard_at: datetime | None) -> tuple[float, list[Problem]]:
    """When the call came [s after the release began]."""
    if heard_at is None or spill.at is None:
        return 0.0, [Problem(code="plan_heard_assumed", severity="note")]
    heard = (heard_at - spill.at).total_seconds()
    if heard > LONGEST * HOUR:
        return heard, [Problem(code="plan_heard_late", severity="warning", fields={
            "days": f"{heard / DAY:.0f}", "most": f"{LONGEST / 24:.0f}"})]
    if heard < 0:
        return 0.0, [Problem(code="plan_heard_before", severity="warning", fields={
            "heard": heard_at.isoformat(timespec="minutes"), "start": spill.at.isoformat(timespec="minutes")})]
    return heard, []


def _now(spill: Spill, now: datetime | None, heard: float) -> float:
    """What time it is [s after the release began]; never before the call."""
    if now is None or spill.at is None:
        return heard
    if now.tzinfo is None:
        now = now.replace(tzinfo=spill.at.tzinfo)
    return max((now - spill.at).total_seconds(), heard)


def _day(spill: Spill, heard_at: datetime | None) -> date | None:
    at = heard_at or spill.at
    return at.date() if at else None
