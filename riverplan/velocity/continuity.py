"""Velocity from the section: discharge over width and depth, drawn towards what rivers show at this discharge.

Width and depth are known at a section, not along the reach, and a section is where someone could measure or
wade: on 48 stretches of the dye studies of 11 rivers ``ln(Q / (W D))`` errs by 0.41 from the velocity of the plume.
Their sections were measured; 0.5 is taken, for those of a list are known less well. The regression on the discharge
alone (:mod:`riverplan.velocity.discharge_regression`) errs by 0.82. The two are taken together by their precision.

Widths and depths of hydraulic geometry (Moody and Troutman 2002) have standard errors of ln of 0.62 and 0.50,
and err against each other, a narrow river being a deep one: their product errs little more than a section does.
"""

from dataclasses import dataclass

from riverplan.channel import Array, Channel, Velocity
from riverplan.velocity.by_formula import by_formula
from riverplan.velocity.discharge_regression import SIGMA_LN as SIGMA_REGRESSION
from riverplan.velocity.discharge_regression import velocity as by_discharge

SIGMA_SECTION = 0.5
"""Standard error of ln(Q / (W D)) as a velocity of the reach: 0.41 where the section was measured, and some more."""
_TRUST = SIGMA_REGRESSION**2 / (SIGMA_REGRESSION**2 + SIGMA_SECTION**2)
SIGMA_LN = SIGMA_SECTION * _TRUST**0.5
"""Standard error of ln(velocity) of the two together: 0.43."""


def section_velocity(discharge: Array, width: Array, depth: Array) -> Array:
    """Mean velocity [m/s] of a section.

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``.
    width, depth
        Surface width and mean depth [m].

    >>> section_velocity(54.0, 60.0, 0.9)
    1.0
    """
    return discharge / (width * depth)


def velocity(discharge: Array, width: Array, depth: Array) -> Array:
    """Velocity of the reach [m/s]: section and regression, weighted by their precision in ln.

    Parameters
    ----------
    discharge, width, depth
        As in :func:`section_velocity`.

    >>> round(float(velocity(54.0, 60.0, 0.9)), 2)
    0.78
    """
    return section_velocity(discharge, width, depth) ** _TRUST * by_discharge(discharge) ** (1.0 - _TRUST)


@dataclass(frozen=True, slots=True)
class Continuity:
    """Discharge over section as a velocity model, for rivers of which no slope is known."""

    name: str = "continuity"
    requires: tuple[str, ...] = ("discharge", "width", "depth")

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where a required value is missing or not positive."""
        return by_formula(channel, self.requires, velocity, SIGMA_LN)


CONTINUITY = Continuity()
