"""Velocity of a plume's peak from the discharge alone, where nothing else of a river is known.

``ln V = -2.014 + 0.273 ln Q``, fitted to 2,136 reach velocities of the time-of-travel studies of the U.S.
Geological Survey (191 rivers, each with the same weight; flows 0.01 to 1,000 m³/s). The standard error of ln V
is 0.82: half of all velocities lie within a factor 1.7. Most of this error belongs to the river, not to the reach,
so one observation of a plume takes most of it away.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array, Channel, Velocity
from riverplan.velocity.by_formula import by_formula

LN_AT_ONE = -2.014
"""ln of the velocity [m/s] at 1 m³/s."""
EXPONENT = 0.273
"""Power of the velocity in the discharge, from river to river and along a river."""
SIGMA_LN = 0.82
"""Standard error of ln(velocity) [-]."""


def velocity(discharge: Array) -> Array:
    """Velocity of the peak [m/s].

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``.

    >>> round(float(velocity(np.array([10.0]))[0]), 3)
    0.25
    """
    return np.exp(LN_AT_ONE + EXPONENT * np.log(discharge))


@dataclass(frozen=True, slots=True)
class DischargeRegression:
    """The regression as a velocity model: the last resort, with the widest band."""

    name: str = "discharge_regression"
    requires: tuple[str, ...] = ("discharge",)

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where the discharge is missing or not positive."""
        return by_formula(channel, self.requires, velocity, SIGMA_LN)


DISCHARGE_REGRESSION = DischargeRegression()
