"""From a spill to a forecast: places → arrays → arms → curves → named results."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan import __version__
from riverplan.channel import Array, Channel, Velocity
from riverplan.errors import InputError, Problem
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.arrivals import Passing, arrivals_at, passing
from riverplan.forecasting.caveats import lacking, limits_of_the_model
from riverplan.forecasting.order import never_before_upstream
from riverplan.forecasting.place import locate_spill
from riverplan.forecasting.result import Curve, Forecast, ModelUse, ReachTimes, model_words
from riverplan.forecasting.spill import Spill
from riverplan.reference import Substance, find_substance
from riverplan.river.assumed_flow import ASSUMED, discharge_problems, with_estimate
from riverplan.river.network import RiverNetwork
from riverplan.river.reading import with_readings
from riverplan.river.scenario import FlowScenario, blank_scenario
from riverplan.river.sites import Site
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.transport.arrival import Way, walk
from riverplan.transport.mixing import friction_slope, mixing_length, transverse_mixing
from riverplan.velocity import MODELS, first_of

SPREAD = SPREAD_MODELS["jobson_unit_response"]


def forecast(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, estimate: float | None = None) -> Forecast:
    """When and how strong the plume of a spill passes every site and reach downstream.

    Steady flow, one even release, first-order decay. Dissolved matter that moves with the water;
    films, sinking liquids, ice and changing flow are not modelled.

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

    Raises
    ------
    InputError
        With all problems of the spill, the flow and the place.
    """
    river, flow, spill = _asked(river, scenario, discharges or {}, estimate, spill)
    substance = find_substance(spill.substance)
    channel = river.channel(flow)
    models = list(MODELS.values())
    velocity, used = first_of(models, channel)
    row = river.reach_row[spill.reach_id]
    if used[row] < 0:
        raise InputError(lacking(river, channel, [row], severity="error"))

    sites = [s for s in river.sites if s.reach_id in river.reach_row and np.isfinite(s.chainage)]
    site_reach = np.array([river.reach_row[s.reach_id] for s in sites], np.intp)
    n = len(river.reaches)
    every = np.arange(n)
    place_reach = np.concatenate([site_reach, every, every])
    begin = np.zeros(n)
    begin[row] = spill.chainage
    at = _snapped(np.array([s.chainage for s in sites]), channel.length[site_reach], site_reach == row,
                  spill.chainage or 0.0)
    place_chainage = np.concatenate([at, begin, channel.length])
    way = way_of(river, channel, velocity, used == list(MODELS).index("reservoir"))
    reached = walk(river.compiled, way, row, spill.chainage or 0.0, place_reach, place_chainage)
    decay = substance.decay if spill.decay is None else spill.decay
    found = passing(reached, channel.discharge[place_reach], spill, decay, SPREAD)
    found = _in_order(river, found, place_reach[found.place], place_chainage[found.place])

    at_site = found.place < len(sites)
    arrivals, problems = arrivals_at(river, found, [sites[p] for p in found.place[at_site]], substance, spill)
    problems = [*problems, *limits_of_the_model(river, flow, channel, spill, substance, reached, found, used,
                                                 sites)]
    return Forecast(
        river=river, spill=spill, substance=substance, scenario=flow,
        models=_models_used(channel, velocity, used, found.place[~at_site] - len(sites), begin),
        parameters=PARAMETERS, arrivals=arrivals,
        reach_times=_reach_times(found, len(sites), begin, channel, velocity, used),
        plumes=_plumes(found, sites) if spill.mass is not None else {},
        problems=tuple(problems), digest=_digest(river, spill, flow, substance), version=__version__)


def _asked(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float],
           estimate: float | None, spill: Spill) -> tuple[RiverNetwork, FlowScenario, Spill]:
    """River, flow and spill as they can be forecast; what is wrong with any is said together."""
    problems: list[Problem] = []
    try:
        spill = locate_spill(river, spill)
    except InputError as error:
        problems.extend(error.problems)
    if estimate is not None and problems:                      # it has no place: it can be looked at only
        raise InputError([*problems, *discharge_problems(estimate)])
    try:
        if estimate is not None:
            river, scenario = with_estimate(river, spill.reach_id, estimate), ASSUMED
        flow = flow_of(river, scenario, discharges)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return river, flow, spill


def flow_of(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float]) -> FlowScenario:
    """The flow asked for; for a river without any, a flow made of today's readings alone."""
    if isinstance(scenario, str) and not river.scenarios:
        if not discharges:
            raise InputError(Problem(code="no_scenarios", fields={"river": river.name}))
        scenario = blank_scenario(len(river.reaches))
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    return with_readings(river, flow, discharges)


PARAMETERS: Mapping[str, float] = {
    "shared_variance": u.SHARED_VARIANCE, "river_variance": u.RIVER_VARIANCE,
    "along_variance": u.ALONG_VARIANCE, "correlation_length_m": u.CORRELATION_LENGTH,
    "sigma_ln_discharge": u.SIGMA_DISCHARGE, "sigma_ln_unit_peak": SPREAD.sigma_peak,
}
"""What the bands rest on, printed with every forecast."""


def _snapped(chainage: Array, length: Array, on_spill: NDArray[np.bool_], spill_at: float) -> Array:
    """Chainages within the reach; what lies within a millimetre of an end or of the spill lies on it."""
    at = np.clip(chainage, 0.0, length)
    at = np.where(at < 1e-3, 0.0, np.where(length - at < 1e-3, length, at))
    return np.where(on_spill & (np.abs(at - spill_at) < 1e-3), spill_at, at)


def _in_order(river: RiverNetwork, found: Passing, reach: NDArray[np.intp], chainage: Array) -> Passing:
    def ordered(time: Array) -> Array:
        return never_before_upstream(river.compiled, reach, chainage, time)

    leading = ordered(found.leading)
    return replace(found, earliest=np.minimum(ordered(found.earliest), leading), leading=leading,
                   leading_band=(np.minimum(ordered(found.leading_band[0]), leading),
                                 np.maximum(found.leading_band[1], leading)))


def way_of(river: RiverNetwork, channel: Channel, velocity: Velocity, is_pool: NDArray[np.bool_]) -> Way:
    """What a walk needs to know of each reach, at one flow and its velocities."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((channel.discharge > 0) & (channel.mean_discharge > 0),
                         channel.discharge / channel.mean_discharge, np.nan)
        mean = np.where(channel.is_reservoir & (channel.storage > 0),
                        channel.length * channel.discharge / channel.storage, velocity.most_probable)
        depth = np.where(channel.depth > 0, channel.depth, channel.discharge / (channel.width * mean))
        slope = friction_slope(mean, depth, channel.roughness)
        across = mixing_length(mean, channel.width, transverse_mixing(channel.width, depth, slope))
    return Way(length=channel.length, discharge=channel.discharge, velocity=velocity,
               is_pool=is_pool, first_peak=SPREAD.first_peak(ratio), peak_power=SPREAD.peak_power(ratio),
               mixing_length=np.where(across > 0, across, np.nan),
               group=np.unique(river.reaches["name"].to_numpy(str), return_inverse=True)[1].astype(np.intp),
               dam_at=(river.nodes["kind"] == "dam").to_numpy(bool), correlation=u.CORRELATION_LENGTH,
               leading=SPREAD.leading, shortest=SPREAD.shortest)


def _chosen(channel: Channel, used: NDArray[np.intp], rows: NDArray[np.intp]) -> list[tuple[str, str]]:
    """Model of each reach, and ``assumed`` where its tabulated velocities are not measured."""
    names = list(MODELS)
    return [(names[i], "assumed" if names[i] == "measured" and not channel.rating_measured[r] else "")
            for i, r in zip(used, rows, strict=True)]


def _models_used(channel: Channel, velocity: Velocity, used: NDArray[np.intp], reached: NDArray[np.intp],
                 begin: Array) -> tuple[ModelUse, ...]:
    rows = np.unique(reached % begin.size)
    served: dict[tuple[str, str], list[int]] = {}
    for row, chosen in zip(rows, _chosen(channel, used[rows], rows), strict=True):
        served.setdefault(chosen, []).append(int(row))
    out = []
    for (name, source), which in sorted(served.items(), key=lambda item: (list(MODELS).index(item[0][0]), item[0][1])):
        length = channel.length[which] - begin[which]
        out.append(ModelUse(name=name, source=source, reaches=len(which), length=float(length.sum()), sigma_ln=float(
            np.average(velocity.sigma_ln[which], weights=length if length.sum() > 0 else None))))
    return tuple(out)


def _reach_times(found: Passing, n_sites: int, begin: Array, channel: Channel, velocity: Velocity,
                 used: NDArray[np.intp]) -> ReachTimes:
    n = begin.size
    at = {int(p): i for i, p in enumerate(found.place)}
    rows = np.array(sorted(p - n_sites for p in at if n_sites <= p < n_sites + n and p + n in at), np.intp)
    tail = np.array([at[n_sites + r] for r in rows], np.intp)
    head = np.array([at[n_sites + n + r] for r in rows], np.intp)
    times = {f"{name}_{end}": getattr(found, name)[index] for end, index in (("tail", tail), ("head", head))
             for name in ("distance", "earliest", "leading", "peak", "trailing")}
    return ReachTimes(reach=rows, start=begin[rows], peak_concentration_head=found.concentration[head],
                      fully_mixed_head=found.fully_mixed[head], velocity=velocity.most_probable[rows],
                      sigma_ln=velocity.sigma_ln[rows], model=np.array(
                          [model_words(name, source) for name, source in _chosen(channel, used[rows], rows)], object),
                      **times)


def _plumes(found: Passing, sites: Sequence[Site]) -> dict[str, Curve]:
    return {sites[p].site_id: Curve(time=found.curves.time[i], concentration=found.scale[i] * found.curves.flux[i])
            for i, p in enumerate(found.place) if p < len(sites)}


def _digest(river: RiverNetwork, spill: Spill, flow: FlowScenario, substance: Substance) -> str:
    arrays = b"".join(x.tobytes() for x in (flow.discharge, flow.velocity, flow.depth, flow.width, flow.storage))
    content = (river.digest, spill, flow.name, sorted(flow.readings.items()), hashlib.sha256(arrays).hexdigest(),
               substance, __version__)
    return hashlib.sha256(repr(content).encode()).hexdigest()
