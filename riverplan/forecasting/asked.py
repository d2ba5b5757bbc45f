"""What a forecast is asked with: river, flow, spill, observations; what is wrong with any is said together."""

from collections.abc import Mapping, Sequence

from riverplan.errors import InputError, Problem
from riverplan.forecasting.observation import Observation, check_observations
from riverplan.forecasting.place import locate_spill
from riverplan.forecasting.spill import Spill
from riverplan.river.assumed_flow import ASSUMED, discharge_problems, with_estimate
from riverplan.river.network import RiverNetwork, unknown
from riverplan.river.reading import with_readings
from riverplan.river.scenario import FlowScenario, blank_scenario
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.velocity import MODELS


def asked(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float], estimate: float | None,
          spill: Spill, *, velocity: str = "", spread: str = "", observations: Sequence[Observation] = (),
          ) -> tuple[RiverNetwork, FlowScenario, Spill]:
    """River, flow and spill as they can be forecast, gauged discharges laid over the flow.

    Parameters
    ----------
    river, scenario, discharges, estimate, spill, velocity, spread, observations
        As in :func:`riverplan.forecasting.run.forecast`.

    Raises
    ------
    InputError
        With all problems of the spill, the flow, the place, the model and the observations.
    """
    problems = check_observations(river, spill, observations)
    if velocity and velocity not in MODELS:
        problems.append(unknown("model", velocity, MODELS))
    if spread and spread not in SPREAD_MODELS and spread not in TRANSFER_MODELS:
        problems.append(unknown("spread", spread, {**SPREAD_MODELS, **TRANSFER_MODELS}))
    try:
        spill = locate_spill(river, spill)
    except InputError as error:
        problems.extend(error.problems)
    if estimate is not None and problems:                      # it has no place: it can be looked at only
        raise InputError([*problems, *discharge_problems(estimate)])
    gauged = {o.site_id: o.value for o in observations if o.kind == "discharge" and o.value is not None}
    try:
        if estimate is not None:
            river, scenario = with_estimate(river, spill.reach_id, estimate), ASSUMED
        if not any(p.code.startswith("observation") for p in problems):
            discharges = {**discharges, **gauged}
        flow = _flow(river, scenario, discharges)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return river, flow, spill


def _flow(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float]) -> FlowScenario:
    """The flow asked for; for a river without any, a flow made of today's readings alone."""
    if isinstance(scenario, str) and not river.scenarios:
        if not discharges:
            raise InputError(Problem(code="no_scenarios", fields={"river": river.name}))
        scenario = blank_scenario(len(river.reaches))
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    return with_readings(river, flow, discharges)
