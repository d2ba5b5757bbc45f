"""A temporary dam across a section: the earthwork it takes, and the water it holds above what flows there."""

import numpy as np

from riverplan.channel import Array, Channel
from riverplan.planning.usable_space import Dam
from riverplan.planning.volumes import (
    Number,
    bags,
    dam_volume,
    excavator_time,
    lorry_trips,
    wedge_volume,
)
from riverplan.transport.mixing import ROUGHNESS_ASSUMED
from riverplan.velocity.manning import depth as normal_depth

CREST = 1.5
"""Width of the crest along the river where none is stated [m] (assumed)."""
SLOPE = 1.5
"""Metres across a metre of height of both faces where none are stated [-] (assumed)."""
HEIGHT = 2.0
"""Height where none is stated [m] (assumed): what people and machines build of earth and bags in hours."""
MOST_WIDTH = 80.0
"""Widest channel taken as a candidate nobody listed [m] (assumed)."""
MOST_DEPTH = 1.2
"""Deepest flow taken as a candidate nobody listed [m] (assumed): a dam is not closed by bags in deeper water."""
MOST_BACKWATER = 5_000.0
"""Length of level pool that is counted [m] (assumed): farther up, width and slope of this section say little."""
FREEBOARD = 0.5
"""A dam that closes the arm of an island stands this much over its water [m] (assumed)."""
LEAST_SLOPE = 1e-6
"""A bed flatter than this [m/m] has no wedge that can be computed."""


def flow_depth(channel: Channel) -> Array:
    """Depth of the water in each reach [m]: as stated, else normal depth by Manning; ``nan`` where neither is known.

    Where no roughness is known it is ``ROUGHNESS_ASSUMED``.
    """
    rough = np.where(channel.roughness > 0, channel.roughness, ROUGHNESS_ASSUMED)
    known = (channel.width > 0) & (channel.slope > 0) & (channel.discharge >= 0)
    one = np.ones(())
    by_manning = normal_depth(np.where(known, channel.discharge, one), np.where(known, channel.width, one),
                              np.where(known, channel.slope, one), rough)
    return np.where(channel.depth > 0, channel.depth, np.where(known & ~channel.is_reservoir, by_manning, np.nan))


def water_held(width: Number, height: Number, depth: Number, slope: Number, side: Number = 0.0,
               most: Number = MOST_BACKWATER) -> Number:
    """What a dam holds above the water that flows there [m³]: a level wedge.

    Parameters
    ----------
    width, height
        Of the bed, and of the dam over it [m].
    depth
        Of the water that flows there [m]; it is there already and holds nothing more.
    slope
        Of the bed [m/m].
    side
        Metres across a metre of height of each bank [-].
    most
        Length of level pool that is counted [m].

    Returns
    -------
    float or Array
        0 where the dam does not rise above the water; ``nan`` where a value is unknown or the bed has no slope.
    """
    fall = np.where(np.asarray(slope) >= LEAST_SLOPE, slope, np.nan)
    over = np.maximum(np.asarray(height - depth, np.float64), 0.0)
    beyond = np.maximum(over - fall * most, 0.0)
    at_water = width + 2.0 * side * np.asarray(depth)
    held = np.asarray(wedge_volume(at_water, over, fall, side) - wedge_volume(at_water, beyond, fall, side))
    return float(held) if held.ndim == 0 else held


def temporary_dam(width: float, height: float, *, crest: float | None = None, slope_up: float | None = None,
                  slope_down: float | None = None, bed_width: float | None = None) -> Dam:
    """The earthwork of a dam [m³], its bags, excavator time and lorry trips.

    Parameters
    ----------
    width, height
        Width to close at the top, and height [m].
    crest, slope_up, slope_down
        As stated; ``CREST`` and ``SLOPE`` where None.
    bed_width
        [m]; the channel is a rectangle where it is None, or not less than the width.
    """
    top = crest if crest else CREST
    up, down = (SLOPE if m is None else m for m in (slope_up, slope_down))
    bed, side = section_of(width, height, bed_width)
    volume = float(dam_volume(bed, height, top, up, down, side))
    return Dam(width=width, height=height, crest=top, volume=volume, bags=bags(volume),
               excavator_time=float(excavator_time(volume)), lorry_trips=lorry_trips(volume))


def section_of(width: float, height: float, bed_width: float | None) -> tuple[float, float]:
    """Bed width [m] and side slope of the banks [-] of a channel closed by a dam of a width and height [m]."""
    if not bed_width or bed_width >= width or height <= 0:
        return width, 0.0
    return bed_width, (width - bed_width) / (2.0 * height)
