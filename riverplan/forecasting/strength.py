"""Concentrations the field reports, against the curve a forecast has there: how much earlier, and how much stronger.

The plume seen is the one forecast, its times stretched by ``exp(τ)`` and its concentrations scaled by ``exp(κ)``. Both
are normal beforehand; the concentrations weigh a grid of them. The errors of mass and discharge stay with the
plume; of the error of the shape a part does. On 27 pairs of stations of dye studies, the error of ln(unit peak) at
one station and at the next correlate by 0.39.
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
                  sigma: Array | float = SIGMA_CONCENTRATION, most: float = np.inf) -> Strength:
    """What a series of concentrations says of the time and the strength of a plume.

    Parameters
    ----------
    at, seen
        Times after the release [s] and concentrations above the background [kg/m³], shape ``(m,)``.
    time, forecast
        The curve forecast there [s], [kg/m³], shape ``(k,)``.
    sigma_time, sigma_scale
        Standard errors beforehand of ln(travel time) and ln(concentration).
    sigma
        Standard error of each ln(concentration seen), shape ``(m,)`` or one for all.
    most
        No more than this dissolves [kg/m³].
    """
    top = float(forecast.max())
    far = abs(np.log(float(seen.max()) / top)) if seen.max() > 0 < top else 0.0
    tau = np.linspace(-_WIDTH, _WIDTH, _TIMES) * sigma_time
    reach = max(_WIDTH * sigma_scale, far + 1.0)
    kappa = np.linspace(-reach, reach, _SCALES)
    # the front of a curve is no sharper than it is known: seen through the error of the leading edge; its crest stays
    stretched = np.exp(SIGMA_FRONT * _NODES[:, None] - tau)[:, :, None] * at
    blurred = np.einsum("q,qtm->tm", _WEIGHTS, np.interp(stretched, time, forecast, left=0.0, right=0.0))
    there = np.maximum(blurred, np.interp(np.exp(-tau)[:, None] * at, time, forecast, left=0.0, right=0.0))
    trace = TRACE_SHARE * (min(float(seen.max()) or top, top or float(seen.max())) or 1.0)
    model = np.minimum(there[:, None, :] * np.exp(kappa)[None, :, None], most)
    misfit = np.log((seen + trace) / (model + trace)) / sigma
    cost = 0.5 * misfit**2
    if at.size >= _MANY:                                   # one slip in a series must not rule
        cost = np.where(np.abs(misfit) < 3.0, cost, 3.0 * np.abs(misfit) - 4.5)
    total = cost.sum(axis=2) + 0.5 * ((tau / sigma_time) ** 2)[:, None] + 0.5 * (kappa / sigma_scale) ** 2
    weight = np.exp(total.min() - total)
    weight /= weight.sum()
    on_time, on_scale = weight.sum(axis=1), weight.sum(axis=0)
    t, k = float(on_time @ tau), float(on_scale @ kappa)
    return Strength(time=t, time_variance=float(on_time @ (tau - t) ** 2), scale=k,
                    scale_variance=float(on_scale @ (kappa - k) ** 2))


def carried(strength: Strength, sigma_shape: Array, sigma_lasting: float, *, same_place: bool) -> tuple[Array, Array]:
    """How much stronger the plume is elsewhere, and by how much the variance of ln(concentration) falls there.

    Parameters
    ----------
    strength
        What was seen at the station.
    sigma_shape
        Standard error of ln(peak) from its shape, given the time, of each place elsewhere.
    sigma_lasting
        Standard error of ln(concentration) that stays with the plume: of mass and discharge.
    same_place
        Whether it is the station itself, where the shape's error is the same.
    """
    before = sigma_shape**2 + sigma_lasting**2
    stays = np.ones_like(before) if same_place else (SHAPE_STAYS * sigma_shape**2 + sigma_lasting**2) / before
    gone = np.maximum(0.0, 1.0 - strength.scale_variance / before)
    return stays * strength.scale, stays**2 * before * gone
