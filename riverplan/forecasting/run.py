"""From a spill to a forecast: places → arrays → arms → curves → named results."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan import __version__
from riverplan.channel import Array, Channel, Velocity
from riverplan.errors import InputError, Problem
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.arrivals import Passing, arrivals_at, passing
from riverplan.forecasting.place import locate_spill
from riverplan.forecasting.result import Curve, Forecast, ModelUse, ReachTimes
from riverplan.forecasting.spill import Spill
from riverplan.reference import Substance, find_substance
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
             discharges: Mapping[str, float] | None = None) -> Forecast:
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

    Raises
    ------
    InputError
        With all problems of the spill, the flow and the place.
    """
    flow = _flow(river, scenario, discharges or {})
    spill = locate_spill(river, spill)
    substance = find_substance(spill.substance)
    channel = river.channel(flow)
    models = list(MODELS.values())
    velocity, used = first_of(models, channel)
    row = river.reach_row[spill.reach_id]
    if used[row] < 0:
        raise InputError(_lacking(river, channel, [row], severity="error"))

    sites = river.sites
    site_reach = np.array([river.reach_row[s.reach_id] for s in sites], np.intp)
    n = len(river.reaches)
    every = np.arange(n)
    place_reach = np.concatenate([site_reach, every, every])
    begin = np.zeros(n)
    begin[row] = spill.chainage
    place_chainage = np.concatenate([[s.chainage for s in sites], begin, channel.length])
    reached = walk(river.compiled, _way(river, channel, velocity), row, spill.chainage or 0.0,
                   place_reach, place_chainage)
    decay = substance.decay if spill.decay is None else spill.decay
    found = passing(reached, channel.discharge[place_reach], spill, decay, SPREAD)

    at_site = found.place < len(sites)
    arrivals, problems = arrivals_at(river, found, [sites[p] for p in found.place[at_site]], substance, spill)
    problems = [*problems, *_limits_of_the_model(river, channel, reached.blocked, found, used, row)]
    return Forecast(
        river=river, spill=spill, substance=substance, scenario=flow,
        models=_models_used(channel, velocity, used, found.place[~at_site] - len(sites), n),
        parameters=PARAMETERS, arrivals=arrivals,
        reach_times=_reach_times(found, len(sites), n, begin),
        plumes=_plumes(found, sites) if spill.mass is not None else {},
        problems=tuple(problems), digest=_digest(river, spill, flow, substance), version=__version__)


def _flow(river: RiverNetwork, scenario: str | FlowScenario, discharges: Mapping[str, float]) -> FlowScenario:
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


def _way(river: RiverNetwork, channel: Channel, velocity: Velocity) -> Way:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((channel.discharge > 0) & (channel.mean_discharge > 0),
                         channel.discharge / channel.mean_discharge, np.nan)
        mean = np.where(channel.is_reservoir & (channel.storage > 0),
                        channel.length * channel.discharge / channel.storage, velocity.most_probable)
        depth = np.where(channel.depth > 0, channel.depth, channel.discharge / (channel.width * mean))
        slope = friction_slope(mean, depth, channel.roughness)
        across = mixing_length(mean, channel.width, transverse_mixing(channel.width, depth, slope))
    return Way(length=channel.length, discharge=channel.discharge, velocity=velocity,
               is_pool=channel.is_reservoir & (velocity.mixing_time > 0), flow_ratio=ratio,
               mixing_length=np.where(across > 0, across, np.nan),
               group=np.unique(river.reaches["name"].to_numpy(str), return_inverse=True)[1].astype(np.intp),
               dam_at=(river.nodes["kind"] == "dam").to_numpy(bool), correlation=u.CORRELATION_LENGTH,
               leading=SPREAD.leading)


def _models_used(channel: Channel, velocity: Velocity, used: NDArray[np.intp], reached: NDArray[np.intp],
                 n: int) -> tuple[ModelUse, ...]:
    rows = np.unique(reached % n)
    out = []
    assumed = used == list(MODELS).index("measured")
    assumed &= ~channel.rating_measured
    for i, (name, source) in enumerate((m, s) for m in MODELS for s in ("", "assumed")):
        which = rows[(used[rows] == i // 2) & (assumed[rows] == bool(source))]
        if which.size:
            length = channel.length[which]
            weight = length if length.sum() > 0 else None
            out.append(ModelUse(name=name, source=source, reaches=int(which.size), length=float(length.sum()),
                                sigma_ln=float(np.average(velocity.sigma_ln[which], weights=weight))))
    return tuple(out)


def _reach_times(found: Passing, n_sites: int, n: int, begin: Array) -> ReachTimes:
    at = {int(p): i for i, p in enumerate(found.place)}
    rows = np.array(sorted(p - n_sites for p in at if n_sites <= p < n_sites + n and p + n in at), np.intp)
    tail = np.array([at[n_sites + r] for r in rows], np.intp)
    head = np.array([at[n_sites + n + r] for r in rows], np.intp)
    times = {f"{name}_{end}": getattr(found, name)[index] for end, index in (("tail", tail), ("head", head))
             for name in ("distance", "earliest", "leading", "peak", "trailing")}
    return ReachTimes(reach=rows, start=begin[rows], peak_concentration_head=found.concentration[head],
                      fully_mixed_head=found.fully_mixed[head], **times)


def _plumes(found: Passing, sites: Sequence[Site]) -> dict[str, Curve]:
    return {sites[p].site_id: Curve(time=found.curves.time[i], concentration=found.scale[i] * found.curves.flux[i])
            for i, p in enumerate(found.place) if p < len(sites)}


def _lacking(river: RiverNetwork, channel: Channel, rows: Sequence[int], severity: str) -> list[Problem]:
    """Which values the reaches lack, one problem a river."""
    problems = []
    names = river.reaches["name"].to_numpy(str)
    for name in dict.fromkeys(names[list(rows)]):
        mine = [r for r in rows if names[r] == name]
        code = "no_discharge" if not np.all(channel.discharge[mine] > 0) else "no_velocity"
        problems.append(Problem(code=code, severity=severity, fields={  # type: ignore[arg-type]
            "river": name or "?", "reaches": ", ".join(river.reaches["reach_id"].iloc[mine[:6]])}))
    return problems


def _limits_of_the_model(river: RiverNetwork, channel: Channel, blocked: Sequence[int], found: Passing,
                         used: NDArray[np.intp], row: int) -> list[Problem]:
    """What the reader must know of this forecast, in words."""
    problems = [Problem(code="model_scope", severity="note")]
    if blocked:
        problems += _lacking(river, channel, blocked, severity="warning")
    if found.curves.widened.any():
        problems.append(Problem(code="spread_widened", severity="note",
                                fields={"count": int(found.curves.widened.sum())}))
    n = len(river.reaches)
    rows = np.unique((found.place[found.place >= len(river.sites)] - len(river.sites)) % n)
    if np.any(channel.is_reservoir[rows]):
        problems.append(Problem(code="pool_bounds", severity="note"))
        unknown = rows[channel.is_reservoir[rows] & (used[rows] != list(MODELS).index("reservoir"))
                       & (used[rows] != list(MODELS).index("measured"))]
        if unknown.size:
            problems.append(Problem(code="pool_without_storage", severity="warning", fields={
                "reaches": ", ".join(river.reaches["reach_id"].iloc[unknown[:6]])}))
    table = channel.rating_discharge[rows]
    with np.errstate(invalid="ignore"):
        beyond = (used[rows] == list(MODELS).index("measured")) & (
            (channel.discharge[rows] > 1.001 * np.nanmax(np.where(np.isnan(table), -np.inf, table), axis=1))
            | (channel.discharge[rows] < 0.999 * np.nanmin(np.where(np.isnan(table), np.inf, table), axis=1)))
    if beyond.any():
        problems.append(Problem(code="beyond_rating", severity="warning", fields={"count": int(beyond.sum())}))
    return problems


def _digest(river: RiverNetwork, spill: Spill, flow: FlowScenario, substance: Substance) -> str:
    content = (river.digest, spill, flow.name, sorted(flow.readings.items()), substance, __version__)
    return hashlib.sha256(repr(content).encode()).hexdigest()
