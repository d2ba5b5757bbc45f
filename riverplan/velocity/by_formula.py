"""A formula of the section as a velocity model: where all it requires is known and no pool holds the water."""

from collections.abc import Callable, Sequence

import numpy as np

from riverplan.channel import Z99, Array, Channel, Velocity


def by_formula(channel: Channel, requires: Sequence[str], formula: Callable[..., Array], sigma_ln: float) -> Velocity:
    """Velocity of each reach; ``nan`` where a required value is missing or not positive, and in pools.

    Parameters
    ----------
    channel
        State of ``n`` reaches.
    requires
        Names of its arrays, in the order of the formula's arguments.
    formula
        Velocity [m/s] of these arrays, shape ``(n,)``.
    sigma_ln
        Standard error of ln(velocity) [-].
    """
    values = [getattr(channel, r) for r in requires]
    usable = np.logical_and.reduce([v > 0 for v in values]) & ~(channel.is_reservoir & (channel.storage > 0))
    v = formula(*(np.where(usable, value, np.nan) for value in values))
    return Velocity(most_probable=v, maximum_probable=v * np.exp(Z99 * sigma_ln),
                    sigma_ln=np.where(usable, sigma_ln, np.nan), mixing_time=np.where(usable, 0.0, np.nan))
