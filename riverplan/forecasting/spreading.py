"""How a forecast's plume spreads when each reach has a model of its own: curves of the linear response.

The walk still follows the arms: distances, errors of the times and the mixing at the banks come from it.
The curves, and with them leading edge, peak, trailing edge and concentrations, are those of the model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Channel, Stretch, TransferModel
from riverplan.errors import Problem
from riverplan.forecasting.spill import Spill
from riverplan.river.network import RiverNetwork
from riverplan.spread import TRANSFER_MODELS, FirstUsable
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached, Way
from riverplan.transport.linear import Breakthrough, resolved
from riverplan.transport.linear_ways import LinearRiver, Source
from riverplan.transport.mixing import GRAVITY, friction_slope
from riverplan.transport.pools import Pools
from riverplan.transport.release import released
from riverplan.transport.response import Curves, first_above

EDGE = 0.01
"""The leading edge is where a unit response reaches this share of its peak."""
_INSTEAD = "dead_zone"
"""What serves where a model lacks width or depth: it needs a velocity only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearPlume:
    """Curves of the linear response at the places of a walk, the error of their peaks, and what is said of them."""

    curves: Curves
    sigma_peak: float
    problems: tuple[Problem, ...]


def quantity_of(name: str) -> str:
    """Whether concentrations are those of the ``flux`` through the section or ``resident`` in its water."""
    return TRANSFER_MODELS[name].quantity if name in TRANSFER_MODELS else "flux"


def linear_plume(river: RiverNetwork, channel: Channel, way: Way, reached: Reached, spread: str, spill: Spill,
                 decay: float, places_reach: NDArray[np.intp], places_chainage: Array) -> LinearPlume | None:
    """Curves at the reached places by a model of each reach; ``None`` where ``spread`` names none of these.

    Parameters
    ----------
    river, channel, way
        The river, its state, and what the walk knew of it.
    reached
        The walk.
    spread
        Name of the model.
    spill
        The spill as located.
    decay
        First-order loss rate [1/s].
    places_reach, places_chainage
        All places asked for.
    """
    if spread not in TRANSFER_MODELS:
        return None
    model = TRANSFER_MODELS[spread]
    linear = linear_river(river, channel, way, FirstUsable(model, TRANSFER_MODELS[_INSTEAD]))
    # no release is shorter: at the spill itself the peak would be infinite
    source = Source(reach=river.reach_row[spill.reach_id], chainage=spill.chainage or 0.0, until=way.shortest)
    place = np.unique(reached.place)
    found = resolved(linear, [source], places_reach[place], places_chainage[place])
    rows = np.unique(places_reach[place])
    lacking = rows[~linear.is_pool[rows] & ~model.usable(linear.stretch)[rows]]
    problems = [Problem(code=f"spread_{model.quantity}", severity="note", fields={"model": spread})]
    if lacking.size:
        problems.append(Problem(code="spread_lacks", severity="warning", fields={
            "model": spread, "count": lacking.size,
            "reaches": ", ".join(river.reaches["reach_id"].iloc[lacking[:6].tolist()])}))
    return LinearPlume(curves=_curves(found, reached, decay, spill), problems=tuple(problems),
                       sigma_peak=linear.model.sigma_peak if lacking.size else model.sigma_peak)


def linear_river(river: RiverNetwork, channel: Channel, way: Way, model: TransferModel) -> LinearRiver:
    """The river at one steady flow with a model of each reach; pools as the velocity model has them.

    Parameters
    ----------
    river, channel, way
        The river, its state, and the velocities.
    model
        How river reaches spread a plume.
    """
    n = channel.length.size
    v, pool = way.velocity.most_probable, way.is_pool
    with np.errstate(divide="ignore", invalid="ignore"):
        delay = np.where(pool, channel.length / v, 0.0)
    return LinearRiver(
        network=river.compiled, discharge=channel.discharge, model=model, is_pool=pool & (v > 0), decay=way.loss,
        dam_at=way.dam_at,
        stretch=stretch_of(channel, v, pool),
        pools=Pools(delay=delay, mixing_time=np.where(pool, way.velocity.mixing_time, 0.0),
                    mixed_before=np.zeros(n), tanks=np.ones(n), bypass=np.zeros(n), bypass_delay=np.zeros(n)))


def stretch_of(channel: Channel, velocity: Array, is_pool: NDArray[np.bool_]) -> Stretch:
    """What the models of one stretch take of each reach, shape ``(n,)``; a pool has no velocity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.where(channel.depth > 0, channel.depth, channel.discharge / (channel.width * velocity))
        shear = np.sqrt(GRAVITY * depth * friction_slope(velocity, depth, channel.roughness))
    none = np.full(channel.length.size, np.nan)
    return Stretch(length=channel.length, velocity=np.where(is_pool, np.nan, velocity), width=channel.width,
                   depth=depth, shear_velocity=shear, dispersion=none, storage_ratio=none, exchange=none)


def _curves(found: Breakthrough, reached: Reached, decay: float, spill: Spill) -> Curves:
    """Curves as forecasts use them, in the order of the walk's places."""
    m = found.moments
    place, first = np.unique(reached.place, return_index=True)
    count = np.diff(np.append(first, reached.place.size))
    begin = np.maximum(found.time[:, 0], 0.0)
    alive = np.exp(-decay * np.maximum(found.time - begin[:, None], 0.0))
    flux = np.maximum(found.flux, 0.0) * alive               # rounding below 0, less than 1e-6 of the peak
    top = flux.max(axis=1)
    edge = np.maximum(first_above(found.time, flux, EDGE * top), 0.0)
    lead = reached.arms[:, a.LEAD]
    later = lead - np.repeat(np.minimum.reduceat(lead, first), count)
    # what rivers alone would leave of the peak, were no pool to mix
    plug = np.exp(m.log_mass - decay * (m.mean - begin)) / np.sqrt(2.0 * np.pi * m.sharpness)
    mixed = np.maximum.reduceat(reached.arms[:, a.TANK:].sum(axis=1), first) > 0
    time, after = released(found.time, flux, spill.pieces)
    return Curves(time=time, flux=after, loss=np.exp(-decay * begin), instant_peak=top,
                  edge=np.repeat(edge, count) + later + min(x for x, _, _ in spill.pieces),
                  plug_peak=np.where(mixed, np.maximum(plug, top), top), widened=np.zeros(place.size, bool))
