"""Concentrations the field reports, against the curve a forecast has there: how much earlier, and how much stronger.

The plume seen is the one forecast, its times stretched by ``exp(τ)`` and its concentrations scaled by ``exp(κ)``. Both
are normal beforehand; the concentrations weigh a grid of them. The errors of mass and discharge stay with the
plume; of the error of the shape a part does. On 27 pairs of stations of dye studies, the error of ln(unit peak) at
one station and at the next correlate by 0.39. What stations tell one after another is added up, so that each narrows
what the ones above it left.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array

SIGMA_CONCENTRATION = 0.25
"""Standard error of ln(concentration seen): sampling, laboratory, and what the curve's form leaves (assumed)."""
TRACE_SHARE = 0.02
"""Concentrations below this share of the highest seen and forecast say no more than that nothing is there."""
SHAPE_STAYS = 0.4
"""Correlation of the error of ln(unit peak) between a station and the next."""
SIGMA_FRONT = 0.06
"""Standard error of ln(leading edge), given the peak time: curves are seen through it."""
_TIMES, _SCALES = 81, 321
_WIDTH = 4.0
_MANY = 4
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What concentrations at a station told: mean and variance of τ and κ."""

    time: float
    time_variance: float
    scale: float
    scale_variance: float


def strength_seen(at: Array, seen: Array, time: Array, forecast: Array, *, sigma_time: float, sigma_scale: float,
                  expected: float = 0.0, sigma: Array | float = SIGMA_CONCENTRATION, most: float = np.inf) -> Strength:
    """What a series of concentrations says of the time and the strength of a plume.

    Parameters
    ----------
    at, seen
        Times after the release [s] and concentrations above the background [kg/m³], shape ``(m,)``.
    time, forecast
        The curve forecast there [s], [kg/m³], shape ``(k,)``.
    sigma_time, sigma_scale
        Standard errors beforehand of ln(travel time) and ln(concentration).
    expected
        How much stronger the plume is beforehand, ln: what stations above said.
    sigma
        Standard error of each ln(concentration seen), shape ``(m,)`` or one for all.
    most
        No more than this dissolves [kg/m³].
    """
    tau, kappa = _grid(seen, forecast, sigma_time, sigma_scale, expected)
    misfit = _misfit(at, seen, time, forecast, tau, kappa, most) / sigma
    cost = 0.5 * misfit**2
    if at.size >= _MANY:                                   # one slip in a series must not rule
        cost = np.where(np.abs(misfit) < 3.0, cost, 3.0 * np.abs(misfit) - 4.5)
    total = (cost.sum(axis=2) + 0.5 * ((tau / sigma_time) ** 2)[:, None]
             + 0.5 * ((kappa - expected) / sigma_scale) ** 2)
    weight = np.exp(total.min() - total)
    weight /= weight.sum()
    on_time, on_scale = weight.sum(axis=1), weight.sum(axis=0)
    t, k = float(on_time @ tau), float(on_scale @ kappa)
    return Strength(time=t, time_variance=float(on_time @ (tau - t) ** 2), scale=k,
                    scale_variance=float(on_scale @ (kappa - k) ** 2))


def disagreeing_pair(at: Array, seen: Array, time: Array, forecast: Array, *, sigma_time: float, sigma_scale: float,
                     sigma: Array, far_off: float, most: float = np.inf) -> tuple[int, int] | None:
    """Two concentrations following each other that no plume gives, however early and strong it is.

    Parameters
    ----------
    at, seen, time, forecast, sigma_time, sigma_scale, sigma, most
        As for :func:`strength_seen`, sorted by time.
    far_off
        So many standard errors no shift in time or strength may leave between the two.

    Returns
    -------
    pair
        Numbers of those furthest apart, ``None`` where all can be.
    """
    tau, kappa = _grid(seen, forecast, sigma_time, sigma_scale, 0.0)
    misfit = _misfit(at, seen, time, forecast, tau, kappa, most) / sigma
    left = (misfit[:, :, 1:] ** 2 + misfit[:, :, :-1] ** 2 + ((tau / sigma_time) ** 2)[:, None, None]).min(axis=(0, 1))
    worst = int(np.argmax(left)) if left.size else 0
    return (worst, worst + 1) if left.size and left[worst] > far_off**2 else None


def _grid(seen: Array, forecast: Array, sigma_time: float, sigma_scale: float, expected: float) -> tuple[Array, Array]:
    """Values of τ and κ that are weighed: wide enough for what was expected and for what was seen."""
    top, most = float(forecast.max()), float(seen.max())
    far = float(np.log(most / top)) if most > 0 < top else 0.0
    reach = max(_WIDTH * sigma_scale, abs(far - expected) + 1.0)
    return (np.linspace(-_WIDTH, _WIDTH, _TIMES) * sigma_time, expected + np.linspace(-reach, reach, _SCALES))


def _misfit(at: Array, seen: Array, time: Array, forecast: Array, tau: Array, kappa: Array, most: float) -> Array:
    """ln(seen / forecast) of each concentration for each τ and κ, shape ``(t, k, m)``."""
    top = float(forecast.max())
    # the front of a curve is no sharper than it is known: seen through the error of the leading edge; its crest stays
    stretched = np.exp(SIGMA_FRONT * _NODES[:, None] - tau)[:, :, None] * at
    blurred = np.einsum("q,qtm->tm", _WEIGHTS, np.interp(stretched, time, forecast, left=0.0, right=0.0))
    there = np.maximum(blurred, np.interp(np.exp(-tau)[:, None] * at, time, forecast, left=0.0, right=0.0))
    trace = TRACE_SHARE * (min(float(seen.max()) or top, top or float(seen.max())) or 1.0)
    model = np.minimum(there[:, None, :] * np.exp(kappa)[None, :, None], most)
    return np.log((seen + trace) / (model + trace))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lasting:
    """What stays with a plume of its error of ln(concentration): that of mass and discharge, and a share of its shape.

    Mean, shape ``(2,)``, and covariance, ``(2, 2)``; the second is in standard errors of the shape.
    """

    mean: Array
    covariance: Array


def nothing_seen(sigma_lasting: float) -> Lasting:
    """What stays before any concentration was seen, from the standard error of mass and discharge."""
    return Lasting(mean=np.zeros(2), covariance=np.diag([sigma_lasting**2, 1.0]))


def expected_at(lasting: Lasting, sigma_shape: Array) -> tuple[Array, Array]:
    """How much stronger the plume is at places, ln, and the variance of it.

    Parameters
    ----------
    lasting
        What is known of the plume.
    sigma_shape
        Standard error of ln(peak) from its shape, given the time, at each place, shape ``(p,)``.
    """
    slope = _slope(sigma_shape)
    variance = np.einsum("pi,ij,pj->p", slope, lasting.covariance, slope) + (1.0 - SHAPE_STAYS) * sigma_shape**2
    return slope @ lasting.mean, variance


def after(lasting: Lasting, sigma_shape: float, told: Strength) -> Lasting:
    """What is known of the plume after a station that expected it as :func:`expected_at` says.

    Parameters
    ----------
    lasting
        What was known before.
    sigma_shape
        Standard error of ln(peak) from its shape at the station.
    told
        What concentrations there told.
    """
    here = np.array([sigma_shape])
    (mean,), (variance,) = expected_at(lasting, here)
    gain = lasting.covariance @ _slope(here)[0] / variance
    gone = max(variance - told.scale_variance, 0.0)
    return Lasting(mean=lasting.mean + gain * (told.scale - mean),
                   covariance=lasting.covariance - np.outer(gain, gain) * gone)


def _slope(sigma_shape: Array) -> Array:
    return np.column_stack([np.ones_like(sigma_shape), np.sqrt(SHAPE_STAYS) * sigma_shape])
