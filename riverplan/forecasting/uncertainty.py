"""How sure a forecast is: bands on times and concentrations, in closed form.

The error of ln(velocity) is made of a factor shared by all rivers, a factor of each river and a
process correlated along the way (:mod:`riverplan.velocity.error_field`); an error of time is log-normal. River and
pools err on their own. What the bands rest on is printed with every forecast.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Z95, Z99, Array
from riverplan.transport import arms as a
from riverplan.velocity.error_field import ALONG_VARIANCE, RIVER_VARIANCE, SHARED_VARIANCE

SIGMA_DISCHARGE = 0.20
"""Standard error of ln(discharge) in concentrations (assumed)."""
POOL_SIGMA_MOST = 1.5
"""Most that mixing in pools may add to the error of ln(concentration)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Doubt:
    """Standard errors at ``p`` places: of ln(river time), of ln(pool delay), and the river time [s] itself.

    ``whole`` is that of ln(whole time), and ``apart`` says how far river and pools err apart, 1 to 0: once their sum
    was seen, what the one takes longer the other takes less.
    """

    river: Array
    pool: Array
    river_time: Array
    whole: Array
    apart: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What observations left of the standard errors at ``p`` places, as in :class:`Doubt`; ``nan`` where nothing."""

    whole: Array
    river: Array
    pool: Array
    apart: Array


def doubt(arms: Array, first: NDArray[np.intp]) -> Doubt:
    """Errors of the flow-weighted mean arm of each place.

    Parameters
    ----------
    arms
        Shape ``(c, FIELDS)``.
    first
        Row where the arms of each place begin, shape ``(p,)``.
    """
    weight = np.add.reduceat(arms[:, a.WEIGHT], first)

    def mean(value: Array) -> Array:
        return np.add.reduceat(value * arms[:, a.WEIGHT], first) / weight

    variance = (SHARED_VARIANCE * arms[:, a.SHARED] ** 2
                + RIVER_VARIANCE * (arms[:, a.RIVERS_DONE] + arms[:, a.RIVER] ** 2)
                + ALONG_VARIANCE * arms[:, a.ALONG_VARIANCE])
    river_time, pool_delay = mean(arms[:, a.RIVER_TIME]), mean(arms[:, a.POOL_DELAY])
    # no average errs more than its parts together: the bound keeps tiny ways free of rounding
    error = np.minimum(mean(np.sqrt(np.maximum(variance, 0.0))), mean(arms[:, a.SHARED]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Doubt(river=np.where(river_time > 0, error / river_time, 0.0),
                     pool=np.where(pool_delay > 0, mean(arms[:, a.POOL_ERROR]) / pool_delay, 0.0),
                     river_time=river_time, whole=np.zeros_like(river_time), apart=np.ones_like(river_time))


def by_observation(arms: Array, told: Told) -> Doubt:
    """Errors of places of which observations told something, one arm a place.

    Parameters
    ----------
    arms
        Shape ``(c, FIELDS)``.
    told
        What observations left, shape ``(c,)``; above pools all of the time is the river's.
    """
    pools = arms[:, a.POOL_DELAY] > 0
    return Doubt(river=np.where(pools, told.river, told.whole), pool=np.where(pools, told.pool, 0.0),
                 river_time=arms[:, a.RIVER_TIME], whole=told.whole, apart=np.where(pools, told.apart, 1.0))


def time_quantile(time: Array, river: Array, doubts: Doubt, z: float, extra: float = 0.0) -> Array:
    """A quantile of a time made of a river part and a rest that errs with the pools [s].

    Parameters
    ----------
    time
        The most-probable time [s], shape ``(p,)``.
    river
        Its part that errs with the river's velocity [s].
    doubts
        Errors at the places.
    z
        Standard normal quantile, such as -1.645.
    extra
        A further standard error of ln(river part).
    """
    river = np.minimum(river, time)
    off_river = river * (np.exp(z * np.hypot(doubts.river, extra)) - 1.0)
    off_pool = (time - river) * (np.exp(z * doubts.pool) - 1.0)
    # where the sum is what is known, all of it errs alike: what mixing in pools adds is no surer than the delay
    off_whole = np.abs(time * (np.exp(z * np.hypot(doubts.whole, extra)) - 1.0))
    off = doubts.apart * np.hypot(off_river, off_pool) + (1.0 - doubts.apart) * off_whole
    return np.maximum(time + math.copysign(1.0, z) * off, 0.0)


def time_band(time: Array, river: Array, doubts: Doubt, extra: float = 0.0) -> tuple[Array, Array]:
    """5 % and 95 % quantiles of a time [s]; see :func:`time_quantile`."""
    return (time_quantile(time, river, doubts, -Z95, extra), time_quantile(time, river, doubts, Z95, extra))


def trailing_band(time: Array, river: Array, doubts: Doubt, pool_delay: Array) -> tuple[Array, Array]:
    """5 % and 95 % quantiles of the trailing edge [s].

    Below pools the late bound is the fully mixed tank, whose tail is at 10 % of its peak after ln 10
    residence times: the delay is then mixing time too.
    """
    early, late = time_band(time, river, doubts)
    mixed = (math.log(10.0) - 1.0) * pool_delay
    off_river = np.minimum(river, time) * (np.exp(Z95 * doubts.river) - 1.0)
    return early, np.where(pool_delay > 0, time + np.hypot(off_river, mixed), late)


def earliest(leading: Array, river: Array, doubts: Doubt, extra: float, maximum_probable: Array) -> Array:
    """The 1 % quantile of the leading edge, or the maximum-probable one if that is earlier [s]."""
    return np.minimum(time_quantile(leading, river, doubts, -Z99, extra), maximum_probable)


def concentration_sigma(doubts: Doubt, sigma_peak: float, power: Array, release_share: Array,
                        plug_ratio: Array) -> Array:
    """Standard error of ln(peak concentration) [-].

    Parameters
    ----------
    doubts
        Errors at the places.
    sigma_peak
        Standard error of ln(unit peak), given the peak time.
    power
        Power with which the unit peak falls with the travel time.
    release_share
        Peak over that of an instantaneous release: a long release blurs the spread, and its error.
    plug_ratio
        Peak without mixing in pools over the peak, at least 1: nobody knows how well pools mix.
    """
    pool = np.minimum(np.log(np.maximum(plug_ratio, 1.0)) / (2.0 * Z95), POOL_SIGMA_MOST)
    spread = np.hypot(sigma_peak, power * doubts.river) * release_share
    return np.sqrt(spread**2 + pool**2 + SIGMA_DISCHARGE**2)


def with_start(time: Array, band: tuple[Array, Array], sigma_at: float) -> tuple[Array, Array]:
    """A band of times widened by how unsure it is when the release began.

    Parameters
    ----------
    time, band
        Times and their 5 % and 95 % quantiles [s].
    sigma_at
        Standard error of the time it began [s].
    """
    if not sigma_at:
        return band
    return (np.maximum(time - np.hypot(time - band[0], Z95 * sigma_at), 0.0),
            time + np.hypot(band[1] - time, Z95 * sigma_at))


def exceed_probability(peak: float, sigma: float, headroom: float) -> float:
    """Probability that a log-normal peak is above what is left to the limit.

    Parameters
    ----------
    peak
        Most-probable peak above the background [kg/m³].
    sigma
        Standard error of its logarithm.
    headroom
        Limit less background [kg/m³].
    """
    if headroom <= 0:
        return 1.0
    if peak <= 0:
        return 0.0
    return 0.5 * math.erfc(-math.log(peak / headroom) / (sigma * math.sqrt(2.0)))
