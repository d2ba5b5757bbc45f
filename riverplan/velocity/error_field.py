"""The error of ln(velocity) along a river as a Gaussian field, and what observations tell of it.

A formula of the velocity errs in part alike everywhere, in part alike along a river, in part from reach to reach.
The parts and the length over which the last one forgets come from 2,136 reach velocities of 191 rivers (the
time-of-travel studies of the U.S. Geological Survey): from one reach to the next, ln V departs with a robust
standard deviation of 0.31 (0.44 between reaches shorter than 1 km, 0.22 between those longer than 8 km), while
whole rivers depart by 0.7. How the river's part divides between all rivers and each is assumed.

An observed time at a station is a sum of times in reaches, ``T = Σ g exp(-e)``; it is taken in by linearising
about the best estimate until that stands still (an iterated Kalman update). What the reaches before the station
share with those after it then corrects these: the next ones most, those far below by the river's part alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array

SHARED_VARIANCE = 0.25
"""Share of the variance of ln(velocity) common to all reaches; how it divides from the river's is assumed."""
RIVER_VARIANCE = 0.45
"""Share common to the reaches of one river."""
ALONG_VARIANCE = 0.30
"""Share of the process correlated along the way."""
CORRELATION_LENGTH = 4_000.0
"""Correlation length of that process [m]."""
_STEPS = 40
_STILL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorField:
    """Error of ln(velocity) of ``k`` stretches: what is expected, shape ``(k,)``, and the covariance, ``(k, k)``."""

    mean: Array
    covariance: Array

    def sigma(self, time: Array) -> Array:
        """Standard error of ln T of places, from the times spent in each stretch [s], shape ``(p, k)``."""
        spent = time * np.exp(-self.mean)
        total = spent.sum(axis=1)
        variance = np.einsum("pk,kl,pl->p", spent, self.covariance, spent, optimize=True)
        return np.where(total > 0, np.sqrt(np.maximum(variance, 0.0)) / np.where(total > 0, total, 1.0), 0.0)


def along_average(begin: Array, length: Array, correlation: float = CORRELATION_LENGTH) -> Array:
    """Correlation between averages over stretches of a process that forgets exponentially, shape ``(k, k)``.

    Parameters
    ----------
    begin, length
        Where each stretch begins on the way and its length [m], shape ``(k,)``.
    correlation
        Correlation length [m].

    Notes
    -----
    Each stretch is the mean of up to 16 points of it, so the matrix is a covariance whatever overlaps.
    """
    points = np.clip(np.ceil(2.0 * length / correlation).astype(int), 1, 16)
    owner = np.repeat(np.arange(length.size), points)
    number = np.arange(owner.size) - np.repeat(np.cumsum(points) - points, points)
    at = begin[owner] + length[owner] * (number + 0.5) / points[owner]
    average = np.zeros((length.size, owner.size))
    average[owner, np.arange(owner.size)] = 1.0 / points[owner]
    return average @ np.exp(-np.abs(at[:, None] - at[None, :]) / correlation) @ average.T


def prior(sigma: Array, river: NDArray[np.intp], begin: Array, length: Array, is_pool: NDArray[np.bool_]) -> ErrorField:
    """The field before any observation: no error expected, and how sure that is.

    Parameters
    ----------
    sigma
        Standard error of ln(velocity) of each stretch, shape ``(k,)``.
    river
        Number of the river of each stretch.
    begin, length
        Place along the way and length [m].
    is_pool
        Pools err each on its own.
    """
    alike = SHARED_VARIANCE + RIVER_VARIANCE * (river[:, None] == river[None, :])
    alike = alike + ALONG_VARIANCE * along_average(begin, length)
    alike[is_pool, :] = 0.0
    alike[:, is_pool] = 0.0
    alike[is_pool, is_pool] = 1.0
    return ErrorField(mean=np.zeros(sigma.size), covariance=alike * sigma[:, None] * sigma[None, :])


def _taken_in(field: ErrorField, slope: Array, residual: Array, variance: Array) -> ErrorField:
    """The field after linear evidence ``residual = slope · e`` (about e = 0) with independent errors."""
    cross = field.covariance @ slope.T
    gain = np.linalg.solve(slope @ cross + np.diag(variance), cross.T).T
    return ErrorField(mean=field.mean + gain @ (residual - slope @ field.mean),
                      covariance=_symmetric(field.covariance - gain @ cross.T))


def _symmetric(matrix: Array) -> Array:
    return 0.5 * (matrix + matrix.T)


def with_velocities(field: ErrorField, stretch: NDArray[np.intp], error: Array, sigma: Array) -> ErrorField:
    """The field after velocities seen in some stretches.

    Parameters
    ----------
    field
        What was known.
    stretch
        Number of the stretch of each velocity, shape ``(m,)``.
    error
        ln(velocity seen / velocity of the formula).
    sigma
        Standard error of each ln(velocity seen) as a velocity of the stretch.
    """
    slope = np.zeros((stretch.size, field.mean.size))
    slope[np.arange(stretch.size), stretch] = 1.0
    return _taken_in(field, slope, error, sigma**2)


def with_times(field: ErrorField, time: Array, observed: Array, sigma: Array) -> ErrorField:
    """The field after observed travel times.

    Parameters
    ----------
    field
        What was known.
    time
        Time spent in each stretch on the way to each station by the formula [s], shape ``(m, k)``.
    observed
        Travel time [s], shape ``(m,)``.
    sigma
        Standard error of ln(observed).
    """
    at, found = field.mean, field
    for _ in range(_STEPS):
        spent = time * np.exp(-at)
        total = spent.sum(axis=1)
        slope = -spent / total[:, None]
        found = _taken_in(field, slope, np.log(observed / total) + slope @ at, sigma**2)
        # a step of more than one in ln would leave the range where the line holds
        move = np.clip(found.mean - at, -1.0, 1.0)
        at = at + move
        if np.abs(move).max(initial=0.0) < _STILL:
            break
    return ErrorField(mean=at, covariance=found.covariance)


def with_not_before(field: ErrorField, time: Array, reached: float, sigma: float) -> ErrorField:
    """The field after a station where nothing had come by some time: the early part of the band is cut off.

    The cut distribution is replaced by the normal one of the same mean and variance, linearised where that stands: a
    pool, which errs most, holds the plume longer than a line through the forecast says.

    Parameters
    ----------
    field
        What was known.
    time
        Time spent in each stretch on the way to the station by the formula [s], shape ``(k,)``.
    reached
        The travel time had not passed yet [s].
    sigma
        Standard error of ln(travel time) as seen at the station.
    """
    from scipy.special import log_ndtr

    at, found = field.mean, field
    for _ in range(_STEPS):
        spent = time * np.exp(-at)
        slope = -spent / spent.sum()
        cross = field.covariance @ slope
        deviation = np.sqrt(float(slope @ cross) + sigma**2)
        z = (np.log(spent.sum() / reached) + float(slope @ (field.mean - at))) / deviation
        hazard = float(np.exp(-0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z)))
        gain = cross / deviation
        found = ErrorField(mean=field.mean + gain * hazard,
                           covariance=_symmetric(field.covariance - np.outer(gain, gain) * hazard * (z + hazard)))
        move = np.clip(found.mean - at, -1.0, 1.0)
        at = at + move
        if np.abs(move).max(initial=0.0) < _STILL:
            break
    return ErrorField(mean=at, covariance=found.covariance)
