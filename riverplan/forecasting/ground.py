"""A river at one steady flow, ready to be walked: what tracing and screening share with a forecast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Channel, Velocity
from riverplan.errors import InputError, Problem
from riverplan.forecasting.arrivals import Passing, passing
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.way import SPREAD, speeds_of, way_of
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.transport.arrival import Way
from riverplan.transport.pairs import walk_pairs
from riverplan.velocity import MODELS

UNIT = Spill(mass=1.0)
"""One kilogram at once: concentrations are per kilogram released."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A river, one flow of it, and its arrays."""

    river: RiverNetwork
    flow: FlowScenario
    channel: Channel
    velocity: Velocity
    way: Way

    @property
    def followed(self) -> NDArray[np.bool_]:
        """Whether a plume can be followed through each reach: its discharge and velocity are known."""
        return np.asarray((self.velocity.most_probable > 0) & (self.channel.discharge > 0))


def ground_of(river: RiverNetwork, flow: FlowScenario) -> Ground:
    """A river at a flow."""
    channel = river.channel(flow)
    velocity, used = speeds_of(channel)
    way = way_of(river, channel, velocity, used == list(MODELS).index("reservoir"), SPREAD, settling=0.0)
    return Ground(river=river, flow=flow, channel=channel, velocity=velocity, way=way)


def place_on(river: RiverNetwork, site_id: str) -> tuple[int, float]:
    """Row of the reach of a site and its chainage [m] on it, to the millimetre.

    Raises
    ------
    InputError
        If there is no such site, or it lies on no reach of the river.
    """
    site = river.site(site_id)
    if site.reach_id not in river.reach_row or not np.isfinite(site.chainage):
        raise InputError(Problem(code="site_off_river", fields={"site": site_id}))
    row = river.reach_row[site.reach_id]
    return row, round(min(max(site.chainage, 0.0), float(river.reaches["length"].iat[row])), 3)


def passing_pairs(ground: Ground, reach: NDArray[np.intp], chainage: Array, places_reach: NDArray[np.intp],
                  places_chainage: Array) -> Passing | None:
    """The plumes of ``c`` releases of one kilogram at once at ``p`` places; nothing decays.

    Parameters
    ----------
    ground
        The river at a flow.
    reach, chainage
        The releases, shape ``(c,)``: row of the reach and metres from its tail.
    places_reach, places_chainage
        The places, shape ``(p,)``.

    Returns
    -------
    Passing or None
        One row a pair that is reached; its ``place`` is ``release * p + place``. None where nothing is.
    """
    reached = walk_pairs(ground.river.compiled, ground.way, reach, chainage, places_reach, places_chainage)
    if not len(reached.arms):
        return None
    return passing(reached, np.tile(ground.channel.discharge[places_reach], reach.size), UNIT, 0.0, SPREAD)
