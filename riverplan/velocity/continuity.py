"""Velocity from the section alone: discharge over width and depth, for rivers of which no slope is known.

Width and depth are mostly those of hydraulic geometry (Moody and Troutman 2002), whose standard errors of ln
are 0.62 and 0.50. They err against each other, a narrow river being a deep one: their product errs by no more
than the wider of the two.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Z99, Array, Channel, Velocity

SIGMA_LN = 0.6
"""Assumed standard error of ln(velocity): the doubt of a width taken from the discharge."""


def velocity(discharge: Array, width: Array, depth: Array) -> Array:
    """Mean velocity [m/s] of a section.

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``.
    width, depth
        Surface width and mean depth [m].

    >>> float(velocity(np.array([54.0]), np.array([60.0]), np.array([0.9]))[0])
    1.0
    """
    return discharge / (width * depth)


@dataclass(frozen=True, slots=True)
class Continuity:
    """Discharge over section as a velocity model: the last resort, with the widest band."""

    name: str = "continuity"
    requires: tuple[str, ...] = ("discharge", "width", "depth")

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where a required value is missing or not positive."""
        values = [getattr(channel, r) for r in self.requires]
        usable = np.logical_and.reduce([v > 0 for v in values]) & ~(channel.is_reservoir & (channel.storage > 0))
        v = velocity(*(np.where(usable, value, np.nan) for value in values))
        return Velocity(most_probable=v, maximum_probable=v * np.exp(Z99 * SIGMA_LN),
                        sigma_ln=np.where(usable, SIGMA_LN, np.nan),
                        mixing_time=np.where(usable, 0.0, np.nan))


CONTINUITY = Continuity()
