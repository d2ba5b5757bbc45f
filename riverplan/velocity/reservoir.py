"""How long a plume stays in a pool, between short-circuit and plug flow.

``V / Q`` is never the earliest time: an inflow may follow the drowned channel, dive as a density
current, or leave by a low outlet. Nobody measured which. So the plug delay of a pool is taken
log-normal between two bounds, at its 5 % and 95 % quantiles:

- the short-circuit bound, the pool's length at the maximum-probable velocity of the river that
  would run there without the dam (or at ``SHORT_CIRCUIT_VELOCITY`` where that is not known);
- the residence time ``V / Q``.

What the delay leaves of the residence time is spent mixed (one stirred tank), so the mean stays
``V / Q``. Valid for one steady discharge; stratification, wind and gate operation are not modelled.
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Z95, Channel, Velocity
from riverplan.velocity.jobson import with_area_only, without_slope

SHORT_CIRCUIT_VELOCITY = 1.0
"""Fastest way through a pool where nothing is known of the river under it [m/s], assumed."""
SIGMA_LEAST = 0.2
"""Least standard error of ln(delay)."""


@dataclass(frozen=True, slots=True)
class Reservoir:
    """Residence in pools as a velocity model: the plug delay as a velocity, the rest as mixing time."""

    name: str = "reservoir"
    requires: tuple[str, ...] = ("discharge", "storage")

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of the plug delay of each pool; ``nan`` in rivers and where the storage is unknown."""
        usable = channel.is_reservoir & (channel.discharge > 0) & (channel.storage > 0)
        q = np.where(usable, channel.discharge, np.nan)
        residence = channel.storage / q
        _, by_area = with_area_only(q, channel.drainage_area)
        _, by_mean = without_slope(q, channel.mean_discharge, channel.drainage_area)
        fastest = np.where(np.isfinite(by_mean), by_mean, by_area)
        fastest = np.where(np.isfinite(fastest), fastest, SHORT_CIRCUIT_VELOCITY)
        length = np.maximum(channel.length, 1.0)                # a pool drawn as a point still mixes
        shortest = np.minimum(residence, length / fastest)
        delay = np.sqrt(shortest * residence)
        sigma = np.maximum(np.log(residence / shortest) / (2 * Z95), SIGMA_LEAST)
        return Velocity(most_probable=length / delay, maximum_probable=length / shortest,
                        sigma_ln=sigma, mixing_time=residence - delay)


RESERVOIR = Reservoir()
