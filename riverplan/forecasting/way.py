"""A river at one flow as the walk needs it: velocities, spread, mixing, losses, rivers and dams, reach by reach."""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Channel, SpreadModel, Velocity
from riverplan.river.network import RiverNetwork
from riverplan.spread import MODELS
from riverplan.transport.arrival import Way
from riverplan.transport.losses import settling_rate
from riverplan.transport.mixing import friction_slope, mixing_length, transverse_mixing
from riverplan.velocity import MODELS as VELOCITIES
from riverplan.velocity import first_of
from riverplan.velocity.error_field import CORRELATION_LENGTH

SPREAD = MODELS["jobson_unit_response"]
"""How plumes spread over a whole way; also what the errors of times rest on where each reach has a model."""


def rivers(river: RiverNetwork) -> NDArray[np.intp]:
    """Number of the river each reach belongs to, shape ``(n,)``."""
    return np.unique(river.reaches["name"].to_numpy(str), return_inverse=True)[1].astype(np.intp)


def speeds_of(channel: Channel, first: str = "") -> tuple[Velocity, NDArray[np.intp]]:
    """Velocities by the models, a preferred one first, and the place in ``VELOCITIES`` of the one that served.

    Parameters
    ----------
    channel
        The river at a flow.
    first
        Name of the model to prefer; empty for none.
    """
    order = sorted(range(len(VELOCITIES)), key=lambda i: list(VELOCITIES)[i] != first)
    speeds, used = first_of([list(VELOCITIES.values())[i] for i in order], channel)
    return speeds, np.where(used >= 0, np.array(order)[used], -1).astype(np.intp)


def way_of(river: RiverNetwork, channel: Channel, water: Velocity, is_pool: NDArray[np.bool_], spread: SpreadModel,
           settling: float) -> Way:
    """What the walk needs to know of each reach.

    Parameters
    ----------
    river, channel
        The river and its state.
    water
        Velocities of the water.
    is_pool
        Reaches served by the reservoir model.
    spread
        How plumes spread in rivers.
    settling
        Settling velocity of what was spilled [m/s].
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((channel.discharge > 0) & (channel.mean_discharge > 0),
                         channel.discharge / channel.mean_discharge, np.nan)
        mean = np.where(channel.is_reservoir & (channel.storage > 0),
                        channel.length * channel.discharge / channel.storage, water.most_probable)
        depth = np.where(channel.depth > 0, channel.depth, channel.discharge / (channel.width * mean))
        slope = friction_slope(mean, depth, channel.roughness)
        across = mixing_length(mean, channel.width, transverse_mixing(channel.width, depth, slope))
    return Way(length=channel.length, discharge=channel.discharge, velocity=water, is_pool=is_pool,
               first_peak=spread.first_peak(ratio), peak_power=spread.peak_power(ratio),
               mixing_length=np.where(across > 0, across, np.nan), group=rivers(river),
               dam_at=(river.nodes["kind"] == "dam").to_numpy(bool), correlation=CORRELATION_LENGTH,
               leading=spread.leading, shortest=spread.shortest, loss=settling_rate(settling, depth))
