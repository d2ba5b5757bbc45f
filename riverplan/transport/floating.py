"""A film on the water: how fast it drifts, how much of it evaporates, how thick it is.

It moves with the surface of the water, which runs faster than the mean of the depth, and with some hundredths
of the wind. What clings to the banks and reeds is not known; the film is never said to stand still.
"""

import numpy as np

from riverplan.channel import Z95, Array

SURFACE_FACTOR = 1.18
"""Surface velocity over the mean of the depth: 1 / 0.85, the coefficient of float gaugings (ISO 748; GB 50179)."""
SURFACE_RANGE = (1.10, 1.25)
"""Its range (assumed; float coefficients 0.80-0.91)."""
WIND_FACTOR = 0.03
"""Share of the wind speed a film drifts with (Fay 1971; ITOPF: 3 %)."""
WIND_RANGE = (0.02, 0.04)
"""Its range (assumed; 2-4 % are reported)."""
WIND_TURN = 30.0
"""Winds blow within this much of the direction they are read from [degrees] (assumed)."""
HELD = 0.1
"""A film that the wind holds still moves at least at this share of the water's velocity (assumed)."""
SIGMA_SURFACE = float(np.log(SURFACE_RANGE[1] / SURFACE_RANGE[0]) / (2.0 * Z95))
"""Standard error of ln(surface factor), from its range."""


def drift(velocity: Array, along: Array, wind: float) -> Array:
    """Velocity of a film [m/s], 0 and more.

    Parameters
    ----------
    velocity
        Mean velocity of the water [m/s], shape ``(n,)``.
    along
        Share of the wind that blows down the channel, -1 to 1, mean over the bends of each reach.
    wind
        Wind speed [m/s].

    >>> drift(np.array([0.5, 0.1]), np.array([1.0, -1.0]), 5.0).round(3).tolist()
    [0.74, 0.0]
    """
    return np.asarray(np.maximum(SURFACE_FACTOR * velocity + WIND_FACTOR * wind * along, 0.0))


def fastest_drift(velocity: Array, along: Array, wind: float) -> Array:
    """The most a film may drift at [m/s]: the fastest surface, and the wind at its most helpful.

    Parameters
    ----------
    velocity
        Maximum-probable velocity of the water [m/s].
    along
        Greatest share of the wind that may blow down the channel, -1 to 1.
    wind
        Wind speed [m/s].
    """
    factor = np.where(along > 0, WIND_RANGE[1], WIND_RANGE[0])
    return np.asarray(np.maximum(SURFACE_RANGE[1] * velocity + factor * wind * along, velocity))


def drift_sigma(velocity: Array, sigma: Array, along: Array, bends: Array, wind: float) -> Array:
    """Standard error of ln(drift velocity) [-].

    Parameters
    ----------
    velocity
        Drift velocity [m/s].
    sigma
        Standard error of ln(water velocity).
    along, bends
        Mean and standard deviation of the share of the wind along the channel.
    wind
        Wind speed [m/s].
    """
    share = (WIND_RANGE[1] - WIND_RANGE[0]) / (2.0 * Z95)
    by_wind = wind * np.hypot(share * along, WIND_FACTOR * bends)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(velocity > 0, by_wind / velocity, 0.0)
    return np.asarray(np.sqrt(sigma**2 + SIGMA_SURFACE**2 + np.minimum(relative, 1.0) ** 2))


def most_helpful(along: Array, across: Array) -> Array:
    """Share of the wind along the channel if it turns by up to ``WIND_TURN`` to help the film most.

    Parameters
    ----------
    along, across
        Mean shares along and across the channel, signed.
    """
    size = np.hypot(along, across)
    angle = np.maximum(np.abs(np.arctan2(across, along)) - np.radians(WIND_TURN), 0.0)
    return np.asarray(size * np.cos(angle))


def evaporated(time: Array, law: str, distilled: float, temperature: float) -> Array:
    """Share of a film that has evaporated [-].

    Fingas 2004 (J. Hazard. Mater. 107, 27-36): with the logarithm of time for oils of many parts, with its
    square root for diesel and jet fuel. Wind and thickness do not count. Held to five days and 0-35 °C.

    Parameters
    ----------
    time
        Since the release [s].
    law
        ``log`` or ``sqrt``; anything else does not evaporate.
    distilled
        Share of the mass distilled at 180 °C [-].
    temperature
        [°C].

    >>> evaporated(np.array([3600.0]), "log", 0.80, 15.0).round(2).tolist()      # gasoline after an hour
    [0.54]
    """
    minutes = np.minimum(np.maximum(time, 0.0) / 60.0, 5 * 1440.0)
    warmer, percent = temperature - 15.0, 100.0 * distilled
    if law == "log":
        gone = np.maximum(0.165 * percent + 0.045 * warmer, 0.0) * np.log(np.maximum(minutes, 1.0))
    elif law == "sqrt":
        gone = np.maximum(0.0254 * percent + 0.01 * warmer, 0.0) * np.sqrt(minutes)
    else:
        gone = np.zeros_like(minutes)
    return np.asarray(np.clip(gone / 100.0, 0.0, 1.0))


def film_thickness(mass: Array, density: float, width: Array, length: Array) -> Array:
    """Thickness of a film spread evenly over the width of the river and the length of the patch [m].

    Parameters
    ----------
    mass
        Left in the film [kg].
    density
        [kg/m³].
    width, length
        [m]; ``nan`` where unknown.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(width * length > 0, mass / (density * width * length), np.nan))
