"""A plume let down the river once: with the velocities of the models, or with those that observations made of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Channel, SpreadModel, Velocity
from riverplan.forecasting.arrivals import Passing, passing
from riverplan.forecasting.behaviour import decay_of, settling_of, soluble
from riverplan.forecasting.belief import Belief, Course
from riverplan.forecasting.calibrate import later, on_water_clock
from riverplan.forecasting.order import never_before_upstream
from riverplan.forecasting.places import Places
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.spreading import linear_plume
from riverplan.forecasting.way import rivers, way_of
from riverplan.reference import Substance
from riverplan.river.network import RiverNetwork
from riverplan.spread import TRANSFER_MODELS
from riverplan.transport.arrival import Reached, walk


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Release:
    """What is let down: a spill of a substance on a river in some state, and the places asked for.

    Parameters
    ----------
    river, channel
        The river and its state.
    water
        Velocities of the water by the models.
    is_pool
        Reaches served by the reservoir model.
    spill
        The spill as located, with the mass of what is read at stations.
    substance
        What was spilled.
    places
        The places.
    spread
        How plumes spread in rivers, by the whole way.
    model
        Name of the spread model: ``spread`` itself, or one of each reach.
    """

    river: RiverNetwork
    channel: Channel
    water: Velocity
    is_pool: NDArray[np.bool_]
    spill: Spill
    substance: Substance
    places: Places
    spread: SpreadModel
    model: str

    @property
    def linear(self) -> bool:
        """Whether each reach has a spread model of its own."""
        return self.model in TRANSFER_MODELS

    @property
    def row(self) -> int:
        """Row of the reach of the spill."""
        return self.river.reach_row[self.spill.reach_id]

    def let_down(self, speeds: Velocity, belief: Belief | None = None) -> tuple[Reached, Passing]:
        """Arms and passing with velocities of what was spilled; ``belief`` is what observations made of them."""
        p, at = self.places, self.spill.chainage or 0.0
        way = replace(way_of(self.river, self.channel, self.water, self.is_pool, self.spread,
                              settling_of(self.spill, self.substance)),
                      velocity=speeds)
        reached = walk(self.river.compiled, way, self.row, at, p.reach, p.chainage)
        decay = decay_of(self.spill, self.substance)
        linear = linear_plume(self.river, self.channel, way, reached, self.model, self.spill, decay, p.reach,
                              p.chainage)
        if belief is not None and linear is None:          # models of each reach keep the mean's time by themselves
            reached = on_water_clock(reached, self.spread, belief.learned())
        # observed times are clock times: how unsure the release is stands in their errors
        spill = replace(self.spill, sigma_at=0.0) if belief is not None and belief.timed else self.spill
        found = passing(reached, self.channel.discharge[p.reach], spill, decay, self.spread,
                        soluble(self.substance), None if belief is None else belief.told(), linear)
        return reached, found

    def course(self, found: Passing, speeds: Velocity) -> Course:
        """What the plume passes: the reaches whose both ends it comes to."""
        p = self.places
        arrives = np.full(p.reach.size, -1, np.intp)
        arrives[found.place] = np.arange(found.place.size)
        tail, head = arrives[p.upper], arrives[p.lower]
        touched = np.flatnonzero((tail >= 0) & (head >= 0)).astype(np.intp)
        with np.errstate(invalid="ignore"):
            over_water = speeds.most_probable / self.water.most_probable
        return Course(network=self.river.compiled, channel=self.channel, over_water=over_water,
                      group=rivers(self.river), reach=self.row, chainage=self.spill.chainage or 0.0, touched=touched,
                      begin=found.distance[tail[touched]], places_reach=p.reach, places_chainage=p.chainage,
                      arrives=arrives)

    def in_order(self, found: Passing) -> Passing:
        """The passing with nothing before it has passed upstream."""
        reach, chainage = self.places.reach[found.place], self.places.chainage[found.place]
        found = later(found, never_before_upstream(self.river.compiled, reach, chainage, found.leading))
        earliest, peak, trailing, *edges = never_before_upstream(self.river.compiled, reach, chainage, np.column_stack([
            found.earliest, found.peak, found.trailing, *found.leading_band, *found.peak_band,
            *found.trailing_band])).T
        trailing = np.maximum(trailing, peak)
        # what comes later of a plume has no earlier bounds
        leading_band = np.minimum(edges[0], found.leading), np.maximum(edges[1], found.leading)
        peak_band = (np.minimum(np.maximum(edges[2], leading_band[0]), peak),
                     np.maximum(np.maximum(edges[3], leading_band[1]), peak))
        trailing_band = (np.minimum(np.maximum(edges[4], peak_band[0]), trailing),
                         np.maximum(np.maximum(edges[5], peak_band[1]), trailing))
        return replace(found, earliest=np.minimum(earliest, found.leading), peak=peak, trailing=trailing,
                       leading_band=leading_band, peak_band=peak_band, trailing_band=trailing_band)
