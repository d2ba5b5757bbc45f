"""From arms to arrivals: times, concentrations, bands and limits at places and sites."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Z95, Z99, Array, SpreadModel
from riverplan.errors import Problem
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.behaviour import is_film, soluble
from riverplan.forecasting.ph import alkalinity_sigma, critical_concentration, has_ph
from riverplan.forecasting.result import Arrival
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.spreading import LinearPlume
from riverplan.reference import DRINKING_SOURCE, Limit, Substance, known_class, limit_for, near_names, tap_limit_for
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached
from riverplan.transport.response import Curves, curves, first_above, last_above

CLASS_ASSUMED = "III"
"""Water class where neither site nor reach states one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passing:
    """The plume at ``p`` reached places, arrays of shape ``(p,)``; ``place`` holds their numbers.

    ``concentration`` [kg/m³] is the peak above the background, ``nan`` where the mass is unknown; ``scale``
    [kg·s/m³] turns the unit flux into a concentration; ``share`` of the released mass comes this way [-];
    ``power`` is how ln(peak) falls with ln(travel time), ``release`` the peak over that of an instantaneous release,
    ``sigma_peak`` the standard error of ln(unit peak), given
    the time; ``about`` is what is said of the spread.
    """

    place: NDArray[np.intp]
    distance: Array
    earliest: Array
    leading: Array
    leading_band: tuple[Array, Array]
    peak: Array
    peak_band: tuple[Array, Array]
    trailing: Array
    trailing_band: tuple[Array, Array]
    concentration: Array
    sigma: Array
    discharge: Array
    fully_mixed: NDArray[np.object_]
    scale: Array
    share: Array
    power: Array
    release: Array
    curves: Curves
    sigma_peak: float
    about: tuple[Problem, ...]
    drawn: Array | None = None
    """ln(peak above the background) of members, shape ``(m, p)``; ``None`` where the bands are in closed form."""


def passing(reached: Reached, discharge: Array, spill: Spill, decay: float, spread: SpreadModel,
            most: float = np.inf, told: u.Told | None = None, linear: LinearPlume | None = None) -> Passing:
    """The plume at all reached places.

    Parameters
    ----------
    reached
        Arms from :func:`riverplan.transport.arrival.walk`.
    discharge
        Discharge at *all* places asked for [m³/s].
    spill
        Mass of what is read, duration.
    decay
        First-order loss rate [1/s].
    spread
        How plumes spread in rivers; with ``linear`` for the errors of the times only.
    most
        No more than this dissolves [kg/m³].
    told
        What observations left of the errors of the times at all places asked for; ``None`` takes those of the models
        along each arm.
    linear
        Curves from a model of each reach, in place of those of ``spread``.
    """
    place, first = np.unique(reached.place, return_index=True)
    first = first.astype(np.intp)
    arms = reached.arms
    c = linear.curves if linear else curves(arms, reached.place, spread, decay=decay, release=spill.pieces)
    begins, lasts = min(x for x, _, _ in spill.pieces), max(x for _, x, _ in spill.pieces)
    doubts = _doubts(arms, first, reached.place, told)
    weight = np.add.reduceat(arms[:, a.WEIGHT], first)

    def mean(column: int) -> Array:
        return np.add.reduceat(arms[:, column] * arms[:, a.WEIGHT], first) / weight

    top = c.flux.max(axis=1)
    peak = np.take_along_axis(c.time, np.argmax(c.flux, axis=1)[:, None], 1)[:, 0]
    # a long even release keeps the peak for a while; its middle is what a station would call the peak
    peak = np.where(len(spill.pieces) == 1 and spill.duration > 0, 0.5 * (first_above(c.time, c.flux, 0.9999 * top)
                                               + last_above(c.time, c.flux, 0.9999 * top)), peak)
    trailing = np.maximum(last_above(c.time, c.flux, 0.1 * top), peak)
    each = _doubts(arms, np.arange(len(arms)), reached.place, told)
    leading, leading_band, earliest = _first_arm(arms, first, c, spread, each, begins)
    leading = np.minimum(leading, peak)
    earliest = leading - np.hypot(leading - earliest, Z99 * spill.sigma_at)
    river, delay = doubts.river_time, mean(a.POOL_DELAY)
    tail = np.where(delay > 0, river, np.maximum(trailing - lasts, 0.0))
    q = discharge[place]
    scale = (np.nan if spill.mass is None else spill.mass) / q * c.loss
    with np.errstate(divide="ignore", invalid="ignore"):
        release = np.where(c.instant_peak > 0, top / c.instant_peak, 0.0)
        plug = np.where(top > 0, c.plug_peak * release / top, 1.0)
    mixed, sigma_peak = mean(a.MIXED), (linear or spread).sigma_peak
    # a release much longer than the spread makes a peak that falls as it lasts longer
    amount = np.hypot(spill.sigma_mass, (1.0 - np.minimum(release, 1.0)) * spill.sigma_duration)

    def sure(time: Array, band: tuple[Array, Array]) -> tuple[Array, Array]:
        return u.with_start(time, band, spill.sigma_at)

    return Passing(
        place=place, distance=np.minimum.reduceat(arms[:, a.DISTANCE], first),
        earliest=np.maximum(earliest, 0.0), leading=leading, leading_band=sure(leading, leading_band),
        peak=peak, peak_band=sure(peak, u.time_band(peak, river, doubts)),
        trailing=trailing, trailing_band=sure(trailing, u.trailing_band(trailing, tail, doubts, delay)),
        concentration=np.minimum(scale * top, most),
        sigma=np.hypot(u.concentration_sigma(doubts, sigma_peak, mean(a.POWER), release, plug), amount),
        discharge=q, scale=scale, share=weight, power=mean(a.POWER) * release, release=release, curves=c,
        sigma_peak=sigma_peak, about=linear.problems if linear else (),
        fully_mixed=np.array([None if np.isnan(m) else bool(m >= 1.0) for m in mixed], object))


def _doubts(arms: Array, first: NDArray[np.intp], place: NDArray[np.intp], told: u.Told | None) -> u.Doubt:
    """Errors of the places whose arms begin at these rows: told by observations, else by the models."""
    by_models = u.doubt(arms, first)
    if told is None:
        return by_models
    weight = arms[:, [a.WEIGHT]]
    mean = np.add.reduceat(arms * weight, first) / np.add.reduceat(weight, first)
    here = u.Told(**{f.name: getattr(told, f.name)[place[first]] for f in fields(u.Told)})
    seen = u.by_observation(mean, here)
    new = np.isfinite(here.whole)                          # where nothing was learned the models stand
    return u.Doubt(**{f.name: np.where(new, getattr(seen, f.name), getattr(by_models, f.name))
                      for f in fields(u.Doubt)})


def _first_arm(arms: Array, first: NDArray[np.intp], c: Curves, spread: SpreadModel, each: u.Doubt, begins: float,
               ) -> tuple[Array, tuple[Array, Array], Array]:
    """Leading edge, its band and the earliest of each place: those of whichever arm comes first."""
    river = spread.leading * each.river_time
    low, high = u.time_band(c.edge, river, each, spread.sigma_leading)
    soonest = u.earliest(c.edge, river, each, spread.sigma_leading, arms[:, a.EARLY] + begins)
    leading, low, high, soonest = (np.minimum.reduceat(x, first) for x in (c.edge, low, high, soonest))
    return leading, (low, high), soonest


def limit_at(site: Site, kind: str, water_class: str, substance: Substance) -> tuple[Limit | None, bool]:
    """The limit that holds at a site, and whether its water class had to be assumed.

    The class stated for the site counts before that of its reach (``water_class``); where neither is stated, III. In
    pools (``kind`` of the reach) the row for lakes and reservoirs (湖库) counts where the standard has one.
    """
    stated = known_class(getattr(site, "water_class", "")) or known_class(water_class)
    if not substance.indicator:
        return None, False
    in_lake = kind == "reservoir" and limit_for(f"{substance.indicator}(湖库)", stated or CLASS_ASSUMED)
    limit = in_lake or limit_for(substance.indicator, stated or CLASS_ASSUMED)
    return limit, limit is not None and limit.table == "1" and not stated


def arrivals_at(river: RiverNetwork, found: Passing, sites: Sequence[Site], substance: Substance, spill: Spill,
                ) -> tuple[tuple[Arrival, ...], list[Problem]]:
    """Arrivals at the sites reached, sorted by distance; ``sites[i]`` is the place of row ``i`` of ``found``.

    Returns
    -------
    arrivals
        With limits and exceedance where the mass is known and a standard exists.
    problems
        What had to be assumed for the limits.
    """
    k = len(sites)
    kind, water_class = (river.reaches[c].to_numpy() for c in ("kind", "water_class"))
    rows = [river.reach_row[s.reach_id] for s in sites]
    limits = [limit_at(s, kind[row], water_class[row], substance) for s, row in zip(sites, rows, strict=True)]
    headroom = np.array([(x.concentration - spill.background) if x else np.nan for x, _ in limits])
    by_ph = substance.by_ph and has_ph(substance)
    if by_ph:
        headroom[:] = critical_concentration(spill, substance)
    most = soluble(substance)
    tap = tap_limit_for(substance.indicator)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(headroom > 0, headroom / found.scale[:k], 0.0)         # inf where all has decayed
    begin = first_above(found.curves.time[:k], found.curves.flux[:k], level)
    end = last_above(found.curves.time[:k], found.curves.flux[:k], level)
    out = []
    for i, (site, (limit, _)) in enumerate(zip(sites, limits, strict=True)):
        known = spill.mass is not None
        peak, sigma = float(found.concentration[i]), float(found.sigma[i])
        doubt = math.hypot(sigma, alkalinity_sigma(spill)) if by_ph else sigma
        judged = known and (limit is not None or by_ph)
        strong = judged and bool(np.isfinite(begin[i])) and 0 < headroom[i] < most
        out.append(Arrival(
            site_id=site.site_id, name=site.name, kind=site.kind, reach_id=site.reach_id, chainage=site.chainage,
            distance=float(found.distance[i]), earliest=float(found.earliest[i]),
            leading=float(found.leading[i]), leading_band=_pair(found.leading_band, i),
            peak=float(found.peak[i]), peak_band=_pair(found.peak_band, i),
            trailing=float(found.trailing[i]), trailing_band=_pair(found.trailing_band, i),
            discharge=float(found.discharge[i]),
            peak_concentration=peak + spill.background if known else None,
            concentration_band=_strengths(found, i, most, spill.background) if known else None,
            limit=limit.concentration if limit else None,
            limit_basis=f"{limit.standard} {limit.table} {limit.water_class}" if limit else "",
            tap_limit=tap.concentration if tap else None, tap_basis=f"{tap.standard} {tap.table}" if tap else "",
            exceed_probability=_exceeding(found, i, doubt, float(headroom[i])) if judged else None,
            exceeds_from=float(begin[i]) if strong else None, exceeds_until=float(end[i]) if strong else None,
            fully_mixed=None if found.fully_mixed[i] is None else bool(found.fully_mixed[i])))
    problems = []
    if near := near_names(substance.name):
        problems.append(Problem(code="substance_near", severity="warning",
                                fields={"substance": substance.name, "near": ", ".join(near)}))
    elif substance.name and not by_ph and limit_for(substance.indicator, CLASS_ASSUMED) is None:
        problems.append(Problem(code="no_limit", severity="note", fields={"substance": substance.name}))
    if any(assumed for _, assumed in limits):
        problems.append(Problem(code="class_assumed", severity="note", fields={"water_class": CLASS_ASSUMED}))
    if any(x and x.water_class == DRINKING_SOURCE and site.kind != "intake" for site, (x, _) in
           zip(sites, limits, strict=True)):
        problems.append(Problem(code="drinking_limit_elsewhere", severity="note",
                                fields={"substance": substance.indicator}))
    if spill.mass is None:
        problems += [] if is_film(substance) else [Problem(code="mass_unknown", severity="note")]
    elif any(x is not None and x.concentration <= spill.background for x, _ in limits):
        problems.append(Problem(code="background_above_limit", severity="warning"))
    return tuple(sorted(out, key=lambda x: (x.distance, x.site_id))), problems


def _strengths(found: Passing, i: int, most: float, background: float) -> tuple[float, float]:
    """5 % and 95 % quantiles of the peak at a place, the background included [kg/m³]."""
    if found.drawn is not None:
        low, high = (float(x) for x in np.exp(np.quantile(found.drawn[:, i], (0.05, 0.95))))
    else:
        low, high = (float(found.concentration[i] * np.exp(z * found.sigma[i])) for z in (-Z95, Z95))
    return low + background, min(high, most) + background


def _exceeding(found: Passing, i: int, doubt: float, headroom: float) -> float:
    """Probability that the peak at a place is above what is left to the limit."""
    if found.drawn is None or headroom <= 0:
        return u.exceed_probability(float(found.concentration[i]), doubt, headroom)
    more = math.sqrt(max(doubt**2 - float(found.sigma[i]) ** 2, 0.0))     # doubt of the limit itself
    if more > 0:
        z = (found.drawn[:, i] - math.log(headroom)) / more
        return float(np.mean([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in z]))
    return float(np.mean(found.drawn[:, i] > math.log(headroom)))


def _pair(band: tuple[Array, Array], i: int) -> tuple[float, float]:
    return float(band[0][i]), float(band[1][i])
