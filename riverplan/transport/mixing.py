"""How far below a spill at the bank the plume fills the whole cross-section."""

import numpy as np

from riverplan.channel import Array

GRAVITY = 9.81
ROUGHNESS_ASSUMED = 0.035
"""Manning's n where none is known [s/m^(1/3)]."""


def friction_slope(velocity: Array, depth: Array, roughness: Array) -> Array:
    """Slope of the energy line by Manning's formula [m/m]; under backwater the bed slope says nothing.

    Parameters
    ----------
    velocity
        [m/s].
    depth
        [m].
    roughness
        Manning's n; ``nan`` takes ``ROUGHNESS_ASSUMED``.
    """
    n = np.where(roughness > 0, roughness, ROUGHNESS_ASSUMED)
    return (velocity * n) ** 2 / depth ** (4.0 / 3.0)


def transverse_mixing(width: Array, depth: Array, slope: Array) -> Array:
    """Transverse mixing coefficient after Taylor [m²/s], for width over depth up to 100 (HJ 2.3-2018).

    >>> round(float(transverse_mixing(np.array([30.0]), np.array([1.0]), np.array([0.002]))[0]), 5)
    0.03544
    """
    return (0.058 * depth + 0.0065 * width) * np.sqrt(GRAVITY * depth * slope)


def mixing_length(velocity: Array, width: Array, mixing: Array, from_bank: float = 0.0) -> Array:
    """Length of the mixing reach [m] (HJ 2.3-2018).

    Parameters
    ----------
    velocity
        Mean velocity [m/s].
    width
        [m].
    mixing
        Transverse mixing coefficient [m²/s].
    from_bank
        Distance of the release from the bank over the width, 0 (at the bank) to 0.5.

    >>> round(float(mixing_length(np.array([0.5]), np.array([30.0]), np.array([0.03544]))[0]))
    5613
    """
    off = 0.5 - from_bank
    return (0.11 + 0.7 * np.sqrt(max(off - 1.1 * off**2, 0.0))) * velocity * width**2 / mixing
