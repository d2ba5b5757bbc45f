"""From a spill to a forecast: what is asked is checked, then forecast at its flow."""

from collections.abc import Mapping, Sequence

from riverplan.forecasting.asked import asked
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.steady import SPREAD, steady_forecast
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario


def forecast(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, estimate: float | None = None,
             spread: str = SPREAD.name, velocity: str = "", observations: Sequence[Observation] = ()) -> Forecast:
    """When and how strong the plume of a spill passes every site and reach downstream.

    Steady flow, one even release, first-order losses. Dissolved matter moves with the water, films with its
    surface and the wind; what lies on the bed, slurries, ice and changing flow are not modelled.

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

    Raises
    ------
    InputError
        With all problems of the spill, the flow and the place.
    """
    river, flow, spill = asked(river, scenario, discharges or {}, estimate, spill, velocity=velocity, spread=spread,
                               observations=observations)
    return steady_forecast(river, spill, flow, spread=spread, velocity=velocity, observations=observations)
