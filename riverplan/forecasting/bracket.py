"""While a station's state or tonight's discharge is unknown: one forecast that spans what may be.

Every variant is a steady flow from release to the end. All unknown stations running and all stopped are the ends
of what they may do; two stations are combined in every way, of more each is also taken as the plume passes it sooner,
and later. A change of discharge travels as a wave, faster than the water that carries
the plume: today's flow all the way and the changed flow all the way are its ends.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.forecasting.bracket_words import Found, impossible, of_members, rise_bracketed, states_unknown
from riverplan.forecasting.result import Forecast, StatesOf, Variant
from riverplan.forecasting.rise import Rise, below, risen, without_effect
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.widened import widened_arrivals, widened_reaches, with_passed
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.stating import LEAST_CHANGE, same_discharge, unknown_stations, with_states
from riverplan.river.stations import conduit_reaches

States = Mapping[str, str]
COMBINED = 2
"""So many unknown stations are combined in every way: four variants."""


def bracketed(river: RiverNetwork, spill: Spill, flow: FlowScenario, steady: Callable[[FlowScenario], Forecast], *,
              states: States, rise: Rise | None) -> Forecast:
    """The forecast of a flow, its earliest times and bands widened to all that may be.

    Parameters
    ----------
    river, spill, flow
        The river, the located spill, and the flow as it stands, stated states set.
    steady
        Forecasts a steady flow.
    states
        Those stated, by ``site_id``.
    rise
        A change of discharge announced, sound.

    Raises
    ------
    InputError
        If no variant can be forecast; the problems are those of the flow as it stands.
    """
    tries = _Tries(river=river, row=river.reach_row[spill.reach_id], steady=steady, found=[], failed=[])
    unknown = _that_matter(river, flow, tries.row, unknown_stations(river, flow, states, spill.at))
    problems = _today(tries, flow, unknown)
    if rise is not None:
        idle = without_effect(rise, spill, [f for _, f in tries.found])
        if idle is not None:
            problems.append(idle)
        else:
            today = tuple(tries.found)
            for variant, found in today:
                if variant.states or not unknown:              # what an unknown station may make of it is its ends
                    tries.run(variant.stations, variant.states, risen(river, found.scenario, tries.row, rise),
                              risen=True, since=None if spill.at is None else (rise.start - spill.at).total_seconds(),
                              before=found)
            problems.append(rise_bracketed(today[0][1], today, tries.found[len(today):], rise))
            tries.found[0] = (today[0][0], _spanning(today[0][1]))
    return _together(tries, problems, states, rise)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tries:
    """Variants forecast so far, and those that could not be."""

    river: RiverNetwork
    row: int
    steady: Callable[[FlowScenario], Forecast]
    found: list[Found]
    failed: list[tuple[Variant, InputError]]

    def run(self, stations: StatesOf, states: States, flow: FlowScenario, *, risen: bool = False,
            since: float | None = None, before: Forecast | None = None) -> None:
        """Forecast a variant; of a change that begins ``since`` [s], what the plume has left by then feels nothing."""
        variant = Variant(stations=stations, states=states, risen=risen, discharge=float(flow.discharge[self.row]))
        try:
            forecast = self.steady(flow)
        except InputError as error:
            self.failed.append((variant, error))
            return
        if since is not None and before is not None:
            forecast = with_passed(forecast, before, since)
        earliest = {a.site_id: a.earliest for a in forecast.arrivals}
        self.found.append((replace(variant, earliest=earliest), forecast))


def _today(tries: _Tries, flow: FlowScenario, unknown: Sequence[str]) -> list[Problem]:
    """Forecast the flow as it stands, first, and what stations may make of it; what to say of those."""
    if not unknown:
        tries.run("stands", {}, flow)
        if not tries.found:
            raise tries.failed[0][1]
        return []
    ends: tuple[StatesOf, ...] = ("running", "stopped")
    flows = {end: with_states(tries.river, flow, dict.fromkeys(unknown, end)) for end in ends}
    as_it_stands = next((end for end in ends if same_discharge(flows[end], flow)), None)
    if as_it_stands is None:
        tries.run("stands", {}, flow)
    for end in sorted(ends, key=lambda e: e != as_it_stands):
        tries.run(end, dict.fromkeys(unknown, end), flow if end == as_it_stands else flows[end])
    if not tries.found:
        raise tries.failed[0][1]
    for mixed in _mixes(tries, unknown, ends):
        tries.run("mixed", mixed, with_states(tries.river, flow, mixed))
    return states_unknown(tries.found[0][1], tries.found, unknown, combined=COMBINED)


def _mixes(tries: _Tries, unknown: Sequence[str], ends: tuple[StatesOf, ...]) -> list[States]:
    """States of the variants in which some stations run and others stand still.

    Of a few stations every combination: the 1 % quantile of a way is not the sum of those of its parts, so no
    simpler choice is sure to find the earliest. Of more, each as the plume passes it sooner, and each as later.
    """
    if len(unknown) <= COMBINED:
        every = [dict(zip(unknown, states, strict=True)) for states in product(ends, repeat=len(unknown))]
    else:
        by_end = {v.stations: f for v, f in tries.found}
        if not by_end.keys() >= set(ends):
            return []
        passage = {s: {end: _passage(tries.river, by_end[end], s) for end in ends} for s in unknown}
        every = [{s: min(ends, key=p.__getitem__) for s, p in passage.items()},
                 {s: max(reversed(ends), key=p.__getitem__) for s, p in passage.items()}]
    return [states for states in every if len(set(states.values())) > 1]


def _that_matter(river: RiverNetwork, flow: FlowScenario, row: int, unknown: Sequence[str]) -> list[str]:
    """The unknown stations whose state changes the flow anywhere below the spill."""
    way = below(river, row) if unknown else np.zeros(0, bool)

    def matters(stations: Sequence[str]) -> bool:
        one, other = (with_states(river, flow, dict.fromkeys(stations, s)).discharge for s in ("running", "stopped"))
        return bool(np.any(np.abs(one - other)[way] > LEAST_CHANGE))

    if not unknown or not matters(unknown):
        return []
    return [s for s in unknown if len(unknown) == 1 or matters([s])]


def _passage(river: RiverNetwork, found: Forecast, site_id: str) -> float:
    """From the earliest time at a station's intake to that at its tailrace [s]; ``inf`` if the plume does not come."""
    net, times, conduit = river.compiled, found.reach_times, conduit_reaches(river, site_id)
    heads = net.head[times.reach]

    def at(node: int) -> float:
        return float(times.earliest_head[heads == node].min(initial=np.inf))

    intake = at(int(net.tail[river.reach_row[conduit[0]]]))    # not passed where the spill is below it
    return at(int(net.head[river.reach_row[conduit[-1]]])) - (intake if np.isfinite(intake) else 0.0)


def _spanning(forecast: Forecast) -> Forecast:
    """The forecast, which no longer says that a change of discharge is left out."""
    return replace(forecast, problems=tuple(
        replace(p, code="model_scope_rise") if p.code == "model_scope" else p for p in forecast.problems))


def _together(tries: _Tries, problems: Sequence[Problem], states: States, rise: Rise | None) -> Forecast:
    """The forecast of the flow as it stands, widened to all that were found."""
    central = tries.found[0][1]
    digest = central.digest
    if states or rise is not None:
        digest = hashlib.sha256(repr((digest, sorted(states.items()), rise)).encode()).hexdigest()
    failed = [impossible(variant, error) for variant, error in tries.failed]
    if len(tries.found) == 1:
        return replace(central, digest=digest, problems=(*problems, *failed, *central.problems))
    members = [(v.name, f) for v, f in tries.found]
    arrivals = widened_arrivals(members)
    return replace(central, arrivals=arrivals, reach_times=widened_reaches(members), digest=digest,
                   problems=(*problems, *of_members(tries.found, arrivals), *failed, *central.problems),
                   bracket=tuple(v for v, _ in tries.found))
