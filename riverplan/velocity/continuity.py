"""Velocity from the section alone: discharge over width and depth, for rivers of which no slope is known.

Width and depth are mostly those of hydraulic geometry (Moody and Troutman 2002), whose standard errors of ln
are 0.62 and 0.50. They err against each other, a narrow river being a deep one: their product errs by no more
than the wider of the two.
"""

from dataclasses import dataclass

from riverplan.channel import Array, Channel, Velocity
from riverplan.velocity.by_formula import by_formula

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

    >>> velocity(54.0, 60.0, 0.9)
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
        return by_formula(channel, self.requires, velocity, SIGMA_LN)


CONTINUITY = Continuity()
