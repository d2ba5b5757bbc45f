"""What a plume does to intakes and boundaries: hours above the limit, people, probabilities; formulas on arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from riverplan.channel import Array

NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
"""Standard normal quantiles of the velocity and of the strength: Gauss-Hermite's three points."""
WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0
"""Their weights: exact for polynomials up to the fifth degree (Abramowitz & Stegun 1964, 25.4.46)."""
SAME_HOURS = 0.5
"""Harms less than this apart are alike [person·h] (assumed)."""
SAME_SHARE = 0.01
"""And those less than this share of the larger apart [-] (assumed)."""
SAME_PROBABILITY = 0.01
"""Probabilities less than this apart, summed over the boundaries, are alike [-] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What a plan leaves, in the order in which it counts.

    Parameters
    ----------
    population_hours
        People behind the intakes, times the hours above the limit or without water in the river, beyond what their
        clear-water tanks bridge [person·h], expected over velocities and strengths.
    boundary_probability
        Probability of exceeding the limit, summed over the county, city, provincial and national boundaries.
    cost
        Hours of work and way of all teams and lorries [h].
    actions
        Number of actions.
    """

    population_hours: float
    boundary_probability: float
    cost: float = 0.0
    actions: int = 0

    def better_than(self, other: "Harm") -> bool:
        """Whether this is less harm: people first, then boundaries, then cost, then the number of actions.

        Differences that are smaller than what the model can tell do not count: half a person-hour or 1 % of the
        larger, and 0.01 of a boundary.
        """
        if not alike(self, other):
            return self.population_hours < other.population_hours
        if abs(self.boundary_probability - other.boundary_probability) > SAME_PROBABILITY:
            return self.boundary_probability < other.boundary_probability
        return (self.cost, self.actions) < (other.cost, other.actions)


def alike(one: Harm, other: Harm) -> bool:
    """Whether the model cannot tell two harms apart by their person-hours."""
    same = max(SAME_HOURS, SAME_SHARE * max(one.population_hours, other.population_hours))
    return abs(one.population_hours - other.population_hours) <= same


def hours_above(concentration: Array, spans: Array, headroom: Array, sigma: Array, dry: NDArray[np.bool_]) -> Array:
    """Hours above the limit or without water at each receptor, for each of the strengths ``NODES``.

    Parameters
    ----------
    concentration
        Above the background, shape ``(times, receptors)`` [kg/m³].
    spans
        Length of each time [h], shape ``(times,)``.
    headroom
        Limit less background, shape ``(receptors,)`` [kg/m³]; zero or less is exceeded all the while, ``nan`` never.
    sigma
        Standard error of ln(strength), shape ``(receptors,)``.
    dry
        When there is no water to take, shape ``(times, receptors)``: an intake below a closed gate is no better off.

    Returns
    -------
    Array
        Shape ``(3, receptors)`` [h].
    """
    strength = np.exp(NODES[:, None] * sigma)
    level = np.where(np.isnan(headroom), np.inf, headroom) / strength
    # the share of a time within which the curve crosses the level, as the curve is linear between times
    before, after = concentration[:-1, None, :], concentration[1:, None, :]
    low, high = np.minimum(before, after), np.maximum(before, after)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(high > low, (high - level) / (high - low), (high > level).astype(float))
    return np.einsum("t,tsr->sr", spans[1:], np.where(dry[1:, None, :], 1.0, np.clip(share, 0.0, 1.0)))


def exceeding(peak: Array, headroom: Array, sigma: Array) -> Array:
    """Probability that log-normal peaks are above what is left to the limits, shape ``(receptors,)``.

    The arrays have one shape; ``nan`` headroom is never exceeded, one of zero or less always
    (:func:`riverplan.forecasting.uncertainty.exceed_probability` for one).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.log(peak / headroom) / np.maximum(sigma, 1e-9)
    found = np.where(peak > 0, 0.5 * erfc(-z / np.sqrt(2.0)), 0.0)
    return np.where(np.isnan(headroom), 0.0, np.where(headroom <= 0, 1.0, found))


def beyond(hours: Array, tank: Array) -> Array:
    """Hours above the limit that the clear-water tanks (``tank`` [h]) do not bridge."""
    return np.maximum(hours - tank, 0.0)
