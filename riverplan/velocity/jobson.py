"""Velocity of a plume's peak by regression on 980 tracer reaches of about 90 rivers.

References
----------
Jobson, H. E. (1996): Prediction of traveltime and longitudinal dispersion in rivers and streams.
U.S. Geological Survey Water-Resources Investigations Report 96-4013, equations 10 to 17.
The report gives a root-mean-square error of 0.157 m/s for equation 12; velocities are those of
rivers, not of pools or of reaches under backwater.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array, Channel, Velocity

GRAVITY = 9.8
"""As the report has it [m/s²]."""
STANDARD_ERROR = 0.157
"""Root-mean-square error of the velocity [m/s]."""
SIGMA_LIMITS = (0.2, 0.8)
"""Bounds of the standard error of ln(velocity): the regression error is not additive."""


def relative_area(drainage_area: Array, discharge: Array) -> Array:
    """Dimensionless drainage area, equation 10 (with the mean discharge) or 16 (with the local one).

    Parameters
    ----------
    drainage_area
        [m²], shape ``(n,)``.
    discharge
        [m³/s], shape ``(n,)``.
    """
    return drainage_area**1.25 * np.sqrt(GRAVITY) / discharge


def with_slope(discharge: Array, mean_discharge: Array, drainage_area: Array, slope: Array,
               ) -> tuple[Array, Array]:
    """Most-probable and maximum-probable velocity [m/s], equations 12 and 13.

    Parameters
    ----------
    discharge, mean_discharge
        Local and mean annual discharge [m³/s].
    drainage_area
        [m²].
    slope
        [m/m].
    """
    x = (relative_area(drainage_area, mean_discharge) ** 0.919 * (discharge / mean_discharge) ** -0.469
         * slope**0.159 * discharge / drainage_area)
    return 0.094 + 0.0143 * x, 0.25 + 0.02 * x


def without_slope(discharge: Array, mean_discharge: Array, drainage_area: Array) -> tuple[Array, Array]:
    """Most-probable and maximum-probable velocity [m/s], equations 14 and 15.

    >>> v, v_max = without_slope(np.array([3.35]), np.array([4.50]), np.array([390e6]))
    >>> round(float(v[0]), 4), round(float(v_max[0]), 4)
    (0.2645, 0.6459)
    """
    x = (relative_area(drainage_area, mean_discharge) ** 0.821 * (discharge / mean_discharge) ** -0.465
         * discharge / drainage_area)
    return 0.020 + 0.051 * x, 0.2 + 0.093 * x


def with_area_only(discharge: Array, drainage_area: Array) -> tuple[Array, Array]:
    """Most-probable and maximum-probable velocity [m/s], equations 16 and 17.

    >>> v, v_max = with_area_only(np.array([3.35]), np.array([390e6]))
    >>> round(float(v[0]), 4), round(float(v_max[0]), 4)
    (0.3159, 1.0093)
    """
    x = relative_area(drainage_area, discharge) ** 0.595 * discharge / drainage_area
    return 0.152 + 8.1 * x, 0.2 + 40.0 * x


def sigma_ln(velocity: Array) -> Array:
    """Standard error of ln(velocity) [-]: the error in m/s over the velocity, within its bounds."""
    return np.clip(STANDARD_ERROR / velocity, *SIGMA_LIMITS)


@dataclass(frozen=True, slots=True)
class Jobson:
    """One of the three pairs of regressions, by the values it requires."""

    name: str
    requires: tuple[str, ...]

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where a required value is missing or not positive."""
        values = [getattr(channel, r) for r in self.requires]
        usable = np.logical_and.reduce([v > 0 for v in values]) & ~(channel.is_reservoir & (channel.storage > 0))
        values = [np.where(usable, v, np.nan) for v in values]
        v, v_max = _FORMULAS[self.requires](*values)
        return Velocity(most_probable=v, maximum_probable=v_max, sigma_ln=sigma_ln(v),
                        mixing_time=np.where(usable, 0.0, np.nan))


_FORMULAS: Mapping[tuple[str, ...], Callable[..., tuple[Array, Array]]] = {
    ("discharge", "mean_discharge", "drainage_area", "slope"): with_slope,
    ("discharge", "mean_discharge", "drainage_area"): without_slope,
    ("discharge", "drainage_area"): with_area_only,
}
JOBSON_SLOPE, JOBSON, JOBSON_AREA = (
    Jobson(name, requires) for name, requires in zip(("jobson_slope", "jobson", "jobson_area"), _FORMULAS,
                                                     strict=True))
