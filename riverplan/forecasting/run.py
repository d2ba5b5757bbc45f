"""From a spill to a forecast: what is asked is checked, then forecast at its flow."""

from collections.abc import Mapping, Sequence

from riverplan.forecasting.asked import asked
from riverplan.forecasting.bracket import bracketed
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.steady import steady_forecast
from riverplan.forecasting.way import SPREAD
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.stating import Stated


def forecast(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, estimate: float | None = None,
             spread: str = SPREAD.name, velocity: str = "", observations: Sequence[Observation] = (),
             states: Stated | None = None, rise: Rise | None = None, members: int = 0, seed: int = 0) -> Forecast:
    """When and how strong the plume of a spill passes every site and reach downstream.

    First-order losses. Dissolved matter moves with the water, films with its surface and the wind; what lies on the
    bed, slurries and ice are not modelled. Each flow is steady. While the state of a diversion station on the way is
    unknown, the earliest times and the bands span all such stations running and all stopped; where a rise is
    announced, they span today's flow and the changed one. The other values are those of the flow as it stands.

    Parameters
    ----------
    river
        The river.
    spill
        The spill; its place may be a site, a reach or a point within 2 km of a reach.
    scenario
        Name of a flow scenario of the river, or a scenario.
    discharges
        Discharges read today [m³/s] by ``site_id``, laid over the scenario.
    estimate
        Discharge at the spill [m³/s] estimated on the spot, from which the flow of a river without any is made.
    spread
        How the plume spreads: Jobson's unit response, or one of ``riverplan.spread.TRANSFER_MODELS``.
    velocity
        Name of the velocity model to prefer, of ``riverplan.velocity.MODELS``; the usual order serves where it
        lacks a value.
    observations
        What the field reports; the forecast is corrected by it (:mod:`riverplan.forecasting.calibrate`).
    states
        What diversion stations are known to be doing: ``running``, ``stopped`` or ``spilling`` by ``site_id`` or
        name. Stations are set after the readings, which are of the water that comes to them.
    rise
        A change of discharge known to come.
    members, seed
        How many members the bands are drawn from, and the seed of the draws; 0 gives bands in closed form, which
        take every error for log-normal.

    Raises
    ------
    InputError
        With all problems of the spill, the flow, the place, the models, the observations, the states and the rise.
    """
    question = asked(river, scenario, discharges or {}, estimate, spill, velocity=velocity, spread=spread,
                     observations=observations, states=states or {}, rise=rise, members=members)

    def steady(flow: FlowScenario) -> Forecast:
        return steady_forecast(question.river, question.spill, flow, spread=spread, velocity=velocity,
                               observations=observations, members=members, seed=seed)

    return bracketed(question.river, question.spill, question.flow, steady, states=question.states, rise=rise)
