"""From a spill to a forecast at one steady flow: places → arrays → arms → curves → named results."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan import __version__
from riverplan.channel import Array, Channel, Velocity
from riverplan.errors import InputError
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.arrivals import Passing, arrivals_at
from riverplan.forecasting.behaviour import determinand_mass, soluble, travelling, with_films
from riverplan.forecasting.caveats import lacking, limits_of_the_model
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.observed import follow
from riverplan.forecasting.ph import with_ph
from riverplan.forecasting.places import Places, places_of
from riverplan.forecasting.plume import Release
from riverplan.forecasting.result import Curve, Forecast, ModelUse, ReachTimes, model_words
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.spreading import quantity_of
from riverplan.forecasting.substance_caveats import of_the_substance
from riverplan.forecasting.way import SPREAD, speeds_of
from riverplan.reference import Substance, find_substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.velocity import MODELS, error_field

PARAMETERS: Mapping[str, float] = {
    "shared_variance": error_field.SHARED_VARIANCE, "river_variance": error_field.RIVER_VARIANCE,
    "along_variance": error_field.ALONG_VARIANCE, "correlation_length_m": error_field.CORRELATION_LENGTH,
    "sigma_ln_discharge": u.SIGMA_DISCHARGE,
}
"""What the bands rest on, printed with every forecast."""


def steady_forecast(river: RiverNetwork, spill: Spill, flow: FlowScenario, *, spread: str = SPREAD.name,
                    velocity: str = "", observations: Sequence[Observation] = (), members: int = 0, seed: int = 0,
                    ) -> Forecast:
    """When and how strong the plume of a located spill passes every site and reach downstream.

    Parameters
    ----------
    river, flow
        The river and its flow.
    spill
        The spill as located.
    spread
        Name of the spread model: Jobson's, or one of each reach.
    velocity
        Name of the velocity model to prefer; empty for none.
    observations
        Checked ones.
    members, seed
        Members to draw the bands from (0: bands in closed form), and the seed of the draws.

    Raises
    ------
    InputError
        Where the spill's own reach has no velocity, or something was seen where the plume cannot come.
    """
    substance = find_substance(spill.substance)
    channel = river.channel(flow)
    water, used = speeds_of(channel, velocity)
    row = river.reach_row[spill.reach_id]
    if used[row] < 0:
        raise InputError(lacking(river, channel, [row], severity="error"))
    places = places_of(river, channel, spill)
    release = Release(river=river, channel=channel, water=water, is_pool=used == list(MODELS).index("reservoir"),
                      spill=replace(spill, mass=determinand_mass(spill, substance)), substance=substance,
                      places=places, spread=SPREAD, model=spread)
    followed = follow(release, travelling(river, water, spill, substance), used, observations,
                      members=members, seed=seed)
    found, speeds = followed.found, followed.speeds
    if followed.mass is not None:
        spill = replace(spill, mass=followed.mass / (spill.recovery * substance.share),
                        sigma_mass=followed.sigma_mass or 0.0)
    read = replace(spill, mass=determinand_mass(spill, substance))

    at_site = found.place < len(places.sites)
    here = [places.sites[p] for p in found.place[at_site]]
    arrivals, problems = arrivals_at(river, found, here, substance, read)
    arrivals = with_ph(arrivals, read, substance)
    arrivals = with_films(arrivals, river, channel, speeds, spill, substance, {
        s.site_id: float(x) for s, x in zip(here, found.share[at_site], strict=True)})
    problems = [*problems, *followed.problems, *found.about, *of_the_substance(river, channel, water, spill, substance),
                *limits_of_the_model(river, flow, channel, spill, followed.reached, found, used, places.sites)]
    return Forecast(
        river=river, spill=spill, substance=substance, scenario=flow,
        models=_models_used(channel, speeds, used, found.place[~at_site] - len(places.sites), places.begin),
        spread=spread, quantity=quantity_of(spread), arrivals=arrivals,
        parameters={**PARAMETERS, "sigma_ln_unit_peak": found.sigma_peak,
                    **({"members": members, "seed": seed} if members else {})},
        reach_times=_reach_times(found, places, channel, speeds, used),
        plumes=_plumes(found, places, soluble(substance)) if read.mass is not None else {},
        problems=tuple(problems), version=__version__,
        digest=_digest(river, spill, flow, substance, (spread, velocity, tuple(observations), members, seed)))


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


def _reach_times(found: Passing, places: Places, channel: Channel, velocity: Velocity, used: NDArray[np.intp],
                 ) -> ReachTimes:
    n_sites, n, begin = len(places.sites), places.begin.size, places.begin
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


def _plumes(found: Passing, places: Places, most: float) -> dict[str, Curve]:
    return {places.sites[p].site_id: Curve(time=found.curves.time[i],
                                    concentration=np.minimum(found.scale[i] * found.curves.flux[i], most))
            for i, p in enumerate(found.place) if p < len(places.sites)}


def _digest(river: RiverNetwork, spill: Spill, flow: FlowScenario, substance: Substance, options: tuple[object, ...],
            ) -> str:
    arrays = b"".join(x.tobytes() for x in (flow.discharge, flow.velocity, flow.depth, flow.width, flow.storage))
    content = (river.digest, spill, flow.name, sorted(flow.readings.items()), hashlib.sha256(arrays).hexdigest(),
               substance, options, __version__)
    return hashlib.sha256(repr(content).encode()).hexdigest()
