"""The places a forecast asks for: the sites, and both ends of every reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Channel
from riverplan.forecasting.spill import Spill
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Sites first, then the upper ends of all ``n`` reaches, then their lower ends.

    Parameters
    ----------
    sites
        Those on a reach.
    reach, chainage
        Row of the reach and metres from its tail of each place, shape ``(p,)``.
    begin
        Where the plume may begin on each reach [m], shape ``(n,)``: at the spill on its own.
    """

    sites: tuple[Site, ...]
    reach: NDArray[np.intp]
    chainage: Array
    begin: Array

    @property
    def upper(self) -> slice:
        """The upper ends."""
        return slice(len(self.sites), len(self.sites) + self.begin.size)

    @property
    def lower(self) -> slice:
        """The lower ends."""
        return slice(len(self.sites) + self.begin.size, None)


def places_of(river: RiverNetwork, channel: Channel, spill: Spill) -> Places:
    """The places of a river for a spill on it.

    Parameters
    ----------
    river, channel
        The river and its state.
    spill
        The spill as located.
    """
    row, spill_at = river.reach_row[spill.reach_id], spill.chainage or 0.0
    sites = tuple(s for s in river.sites if s.reach_id in river.reach_row and np.isfinite(s.chainage))
    on = np.array([river.reach_row[s.reach_id] for s in sites], np.intp)
    every = np.arange(len(river.reaches))
    begin = np.zeros(every.size)
    begin[row] = spill_at
    at = _snapped(np.array([s.chainage for s in sites]), channel.length[on], on == row, spill_at)
    return Places(sites=sites, reach=np.concatenate([on, every, every]),
                  chainage=np.concatenate([at, begin, channel.length]), begin=begin)


def _snapped(chainage: Array, length: Array, on_spill: NDArray[np.bool_], spill_at: float) -> Array:
    """Chainages within the reach; what lies within a millimetre of an end or of the spill lies on it."""
    at = np.clip(chainage, 0.0, length)
    at = np.where(at < 1e-3, 0.0, np.where(length - at < 1e-3, length, at))
    return np.where(on_spill & (np.abs(at - spill_at) < 1e-3), spill_at, at)
