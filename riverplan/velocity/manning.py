"""Velocity of uniform flow in a wide rectangular section by Manning's formula.

Valid where the flow is near uniform (no backwater) and the width is more than about ten depths.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array, Channel, Velocity
from riverplan.velocity.by_formula import by_formula

SIGMA_LN = 0.35
"""Assumed standard error of ln(velocity): 30 % in n enters with power 0.6, 50 % in slope with 0.3,
30 % in width with 0.4, and the peak of a plume is not exactly the mean flow."""


def depth(discharge: Array, width: Array, slope: Array, roughness: Array) -> Array:
    """Normal depth of a wide rectangle [m], ``(Q n / (B √S))^0.6``."""
    return (discharge * roughness / (width * np.sqrt(slope))) ** 0.6


def velocity(discharge: Array, width: Array, slope: Array, roughness: Array) -> Array:
    """Mean velocity [m/s] of a wide rectangle.

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``.
    width
        Surface width [m].
    slope
        [m/m].
    roughness
        Manning's n [s/m^(1/3)].

    >>> one = np.array([1.0])
    >>> round(float(velocity(50 * one, 40 * one, 3e-4 * one, 0.03 * one)[0]), 3)
    0.786
    """
    return discharge / (width * depth(discharge, width, slope, roughness))


@dataclass(frozen=True, slots=True)
class Manning:
    """Manning's formula as a velocity model."""

    name: str = "manning"
    requires: tuple[str, ...] = ("discharge", "width", "slope", "roughness")

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where a required value is missing or not positive."""
        return by_formula(channel, self.requires, velocity, SIGMA_LN)


MANNING = Manning()
