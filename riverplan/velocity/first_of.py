"""The first velocity model of a list that has what it requires, reach by reach."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Channel, Velocity, VelocityModel


def first_of(models: Sequence[VelocityModel], channel: Channel) -> tuple[Velocity, NDArray[np.intp]]:
    """Velocity of each reach by the first model that can give one.

    Parameters
    ----------
    models
        Models in order of preference.
    channel
        State of ``n`` reaches.

    Returns
    -------
    velocity
        ``nan`` where no model applies.
    used
        Index into ``models`` for each reach, shape ``(n,)``; -1 where none applies.
    """
    n = channel.length.size
    used = np.full(n, -1, np.intp)
    fields = {f: np.full(n, np.nan) for f in ("most_probable", "maximum_probable", "sigma_ln", "mixing_time")}
    for i, model in enumerate(models):
        found = model(channel)
        take = (used < 0) & np.isfinite(found.most_probable) & (found.most_probable > 0)
        used[take] = i
        for name, kept in fields.items():
            kept[take] = getattr(found, name)[take]
    return Velocity(**fields), used
