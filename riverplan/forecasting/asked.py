"""What a forecast is asked with: river, flow, spill, observations; what is wrong with any is said together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riverplan.errors import InputError, Problem
from riverplan.forecasting.members import members_problems
from riverplan.forecasting.observation import Observation, check_observations
from riverplan.forecasting.place import locate_spill
from riverplan.forecasting.rise import Rise, rise_problems, risen_problems
from riverplan.forecasting.spill import Spill
from riverplan.river.assumed_flow import ASSUMED, discharge_problems, with_estimate
from riverplan.river.network import RiverNetwork, unknown
from riverplan.river.reading import with_readings
from riverplan.river.scenario import FlowScenario, blank_scenario
from riverplan.river.stating import Stated, stated, with_states
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.velocity import MODELS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """River, flow with the known states set, located spill, and the known states of stations by ``site_id``."""

    river: RiverNetwork
    flow: FlowScenario
    spill: Spill
    states: Mapping[str, str]


def asked(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float], estimate: float | None,
          spill: Spill, *, velocity: str, spread: str, observations: Sequence[Observation], states: Stated,
          rise: Rise | None, members: int) -> Question:
    """A question as it can be forecast, gauged discharges and stated stations laid over the flow.

    Parameters
    ----------
    river, scenario, discharges, estimate, spill, velocity, spread, observations, states, rise, members
        As in :func:`riverplan.forecasting.run.forecast`.

    Raises
    ------
    InputError
        With all problems of any of them.
    """
    problems = [*check_observations(river, spill, observations, discharges), *rise_problems(rise),
                *members_problems(members)]
    if velocity and velocity not in MODELS:
        problems.append(Problem(code="unknown_model", fields={"name": velocity, "near": ", ".join(MODELS)}))
    if spread not in SPREAD_MODELS and spread not in TRANSFER_MODELS:
        problems.append(unknown("spread", spread, {**SPREAD_MODELS, **TRANSFER_MODELS}))
    known: Mapping[str, str] = {}
    try:
        known = stated(river, states)
    except InputError as error:
        problems.extend(error.problems)
    try:
        spill = locate_spill(river, spill)
    except InputError as error:
        problems.extend(error.problems)
        if estimate is not None:                               # it has no place: it can be looked at only
            raise InputError([*problems, *discharge_problems(estimate)]) from None
    gauged = {o.site_id: o.value for o in observations if o.kind == "discharge" and o.value is not None}
    try:
        if estimate is not None:
            river, scenario = with_estimate(river, spill.reach_id, estimate), ASSUMED
        if not any(p.code.startswith("observation") for p in problems):
            discharges = {**discharges, **gauged}
        flow = with_states(river, flow_asked(river, scenario, discharges), known)
    except InputError as error:
        problems.extend(error.problems)
    if not problems and rise is not None:
        problems = risen_problems(river, flow, spill, rise)
    if problems:
        raise InputError(problems)
    return Question(river=river, flow=flow, spill=spill, states=known)


def flow_asked(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float]) -> FlowScenario:
    """The flow asked for; for a river without any, a flow made of today's readings alone."""
    if isinstance(scenario, str) and not river.scenarios:
        if not discharges:
            raise InputError(Problem(code="no_scenarios", fields={"river": river.name}))
        scenario = blank_scenario(len(river.reaches))
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    return with_readings(river, flow, discharges)
