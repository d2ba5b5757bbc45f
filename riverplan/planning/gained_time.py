"""Time that holding water back gains, by several dams one below the other."""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array
from riverplan.planning.volumes import time_gained


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GainedTime:
    """What each of n dams along a path gains.

    Parameters
    ----------
    each
        Time the dam holds the water back [s], 0 where it is not closed in time, shape (n,).
    closed
        Whether it is closed in time, shape (n,).
    reached
        When the plume reaches the dam with what those above have gained [s], shape (n,); infinite below a dam that
        never spills.
    """

    each: Array
    closed: np.ndarray
    reached: Array

    @property
    def total(self) -> float:
        """Gained below the last dam [s]; infinite where one never spills."""
        return float(self.each.sum())


def gained_time(free: Array, inflow: Array, release: Array, diversion: Array, *, earliest: Array, ready: Array,
                safety: float = 0.0) -> GainedTime:
    """Time gained by dams in series, in the order in which the plume meets them.

    A dam holds water for free volume ÷ (inflow − release − diversion), without end where that is not above zero.
    A dam begins to fill only when the one above spills, so gains add; and what is gained above gives those below
    more time to be closed. A dam that is not closed in time gains nothing.

    Parameters
    ----------
    free
        Free volume when the plume comes [m³], nan (not known) gains nothing, shape (n,).
    inflow, release, diversion
        What comes in, is let out clean and is led away [m³/s], shape (n,). A release of polluted water gains
        nothing: that is for the simulation to show.
    earliest
        When the plume reaches each dam if nothing is done [s], shape (n,).
    ready
        When each can be closed [s], nan or infinite where it cannot, shape (n,).
    safety
        Kept in hand [s].

    Notes
    -----
    Plans state the formula for one dam; in series it holds if each is closed before the front arrives.
    A dam closed long before fills with the clean water in between: close it last, or count that off ``free``.
    """
    free, inflow, release, diversion, earliest, ready = np.broadcast_arrays(*(
        np.asarray(a, np.float64) for a in (free, inflow, release, diversion, earliest, ready)))
    room = np.where(np.isnan(free), 0.0, np.maximum(free, 0.0))
    alone = np.where(room > 0, time_gained(room, inflow, release, diversion), 0.0)
    each, reached = np.zeros(len(alone)), np.full(len(alone), np.nan)
    closed = np.zeros(len(alone), bool)
    gained = 0.0
    for i, hold in enumerate(alone):                         # what is gained above decides what is in time below
        reached[i] = earliest[i] + gained
        closed[i] = ready[i] + safety <= reached[i] and np.isfinite(ready[i])
        each[i] = hold if closed[i] else 0.0
        gained += each[i]
    return GainedTime(each=each, closed=closed, reached=reached)
