"""Velocity from pairs of discharge and velocity tabulated for a reach, log-log between them.

Errors and the exponent beyond the tabulated flows come from 2,139 reach velocities of the time-of-travel
studies of the U.S. Geological Survey: of 179 velocities left out and interpolated between a lower and a
higher flow of the same reach, 90 % were within a factor exp(0.30); between the two flows of 293 reaches
the exponent of velocity in discharge was 0.57 in the median, 0.40 to 0.75 in the middle half.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Z99, Array, Channel, Velocity

STATION_EXPONENT = 0.57
"""Median exponent of the peak's velocity in discharge at a reach."""
SIGMA_MEASURED = 0.18
"""Standard error of ln(velocity) interpolated between measured ones, such that 90 % lie in the band."""
SIGMA_ASSUMED = 0.40
"""The same where the tabulated velocity is itself only assumed (assumed)."""
SIGMA_BEYOND = 0.26
"""Error added per unit of ln(discharge) beyond the table: half the spread of the exponent."""


def interpolate(discharge: Array, table_discharge: Array, table_velocity: Array) -> tuple[Array, Array]:
    """Velocity at a discharge, and how far the discharge lies beyond the table.

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``.
    table_discharge, table_velocity
        Pairs [m³/s], [m/s], shape ``(n, k)``, rising in discharge, ``nan`` padded at the end.

    Returns
    -------
    velocity
        [m/s], shape ``(n,)``; ``nan`` where the table is empty or the discharge not positive.
    beyond
        ``|ln(Q / nearest tabulated Q)|`` outside the table, 0 within it.

    >>> v, beyond = interpolate(np.array([20.0]), np.array([[10.0, 40.0]]), np.array([[0.5, 1.0]]))
    >>> round(float(v[0]), 6), float(beyond[0])
    (0.707107, 0.0)
    """
    q = np.log(np.where(discharge > 0, discharge, np.nan))
    known = (table_discharge > 0) & (table_velocity > 0)
    table_q, table_v = (np.log(np.where(known, t, np.nan)) for t in (table_discharge, table_velocity))
    rows = np.arange(q.size)
    last = np.maximum(np.sum(np.isfinite(table_q), axis=1) - 1, 0)
    inside = np.clip(q, table_q[:, 0], table_q[rows, last])
    upper = np.clip(np.sum(table_q < inside[:, None], axis=1), np.minimum(1, last), last)
    lower = np.maximum(upper - 1, 0)
    q0, q1 = table_q[rows, lower], table_q[rows, upper]
    part = np.where(q1 > q0, (inside - q0) / np.where(q1 > q0, q1 - q0, 1.0), 0.0)
    ln_v = table_v[rows, lower] + part * (table_v[rows, upper] - table_v[rows, lower])
    return np.exp(ln_v + STATION_EXPONENT * (q - inside)), np.abs(q - inside)


@dataclass(frozen=True, slots=True)
class Measured:
    """The tabulated velocities of a reach as a velocity model."""

    name: str = "measured"
    requires: tuple[str, ...] = ("discharge", "rating_discharge", "rating_velocity")

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach that has a table; ``nan`` elsewhere."""
        v, beyond = interpolate(channel.discharge, channel.rating_discharge, channel.rating_velocity)
        v = np.where(channel.is_reservoir & (channel.storage > 0), np.nan, v)     # a pool is no river
        sigma = np.where(channel.rating_measured, SIGMA_MEASURED, SIGMA_ASSUMED) + SIGMA_BEYOND * beyond
        sigma = np.where(np.isfinite(v), sigma, np.nan)
        return Velocity(most_probable=v, maximum_probable=v * np.exp(Z99 * sigma), sigma_ln=sigma,
                        mixing_time=np.where(np.isfinite(v), 0.0, np.nan))


MEASURED = Measured()
