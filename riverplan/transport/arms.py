"""What a plume has gone through on the way to a place, one row an arm.

Between a spill and a place the water may take several arms (the network splits and rejoins). An
arm is a row of accumulated quantities, a column each; every column only adds along the way, so
splitting a reach in two changes nothing. Where more than ``ARMS_MOST`` arms meet, neighbours in
time are merged: mass and mean are kept, and so is the earliest.
"""

from typing import Final

import numpy as np

from riverplan.channel import Array

ARMS_MOST: Final = 24
"""Most arms carried past a confluence."""
TANKS: Final = 6
"""Most mixed pools kept apart on one arm; of more, the two quickest are taken as one."""

(WEIGHT,          # share of the released mass that comes this way [-]
 DISTANCE,        # way [m]
 RIVER_TIME,      # travel time of the peak in rivers [s]: Jobson's clock
 LOG_PEAK,        # ln of the unit peak [1/s] after this river time
 POWER,           # power with which the unit peak falls with the river time at the last
 POOL_DELAY,      # plug delay in pools [s]
 LEAD,            # leading edge before mixing in pools [s]
 EARLY,           # maximum-probable leading edge, pools at their short-circuit bound [s]
 SHARED,          # ∫ σ dt over the river time: error shared by all reaches [s]
 RIVER,           # the same over the river being followed [s]
 RIVERS_DONE,     # sum of the squares of RIVER over the rivers left behind [s²]
 ALONG,           # state of the error correlated along the way [s/m · m]
 ALONG_VARIANCE,  # its variance so far [s²]
 POOL_ERROR,      # Σ σ · delay of the pools [s]
 MIXED,           # way over mixing length: 1 and more is fully mixed; nan where it cannot be told
 GROUP,           # number of the river being followed
 OPEN_TANK,       # mixing time of the pool being followed [s]
 TANK) = range(18)
FIELDS: Final = TANK + TANKS


def start(first_peak: float, power: float) -> Array:
    """The one arm at the place of the spill, shape ``(1, FIELDS)``.

    Parameters
    ----------
    first_peak
        Unit peak at the shortest travel time [1/s].
    power
        Power with which it falls there.
    """
    arm = np.zeros((1, FIELDS))
    arm[0, LOG_PEAK], arm[0, POWER] = np.log(first_peak), power
    arm[0, WEIGHT] = 1.0
    arm[0, GROUP] = -1.0
    return arm


def close_tank(arms: Array) -> Array:
    """The arms after leaving a pool: its mixing becomes a tank of its own."""
    if not np.any(arms[:, OPEN_TANK] > 0):
        return arms
    arms = arms.copy()
    tanks = np.sort(np.column_stack([arms[:, TANK:], arms[:, OPEN_TANK]]), axis=1)[:, ::-1]
    tanks[:, TANKS - 1] += tanks[:, TANKS]                # the two quickest as one, where there are too many
    arms[:, TANK:] = tanks[:, :TANKS]
    arms[:, OPEN_TANK] = 0.0
    return arms


def along_river(arms: Array, way: float, velocity: float, fastest: float, sigma: float, power: float,
                group: int, mixing_length: float, correlation: float, leading: float, shortest: float) -> Array:
    """The arms after ``way`` metres of one river reach.

    Parameters
    ----------
    arms
        Shape ``(k, FIELDS)``.
    way
        [m].
    velocity, fastest
        Most-probable and maximum-probable velocity [m/s].
    sigma
        Standard error of ln(velocity).
    power
        Power with which the unit peak falls with the river time.
    group
        Number of the river the reach belongs to.
    mixing_length
        [m]; ``nan`` where unknown.
    correlation
        Correlation length of the error along the way [m].
    leading
        Time of the leading edge over that of the peak.
    shortest
        Travel time from which on a plume spreads [s].
    """
    arms = close_tank(arms).copy()
    time = way / velocity
    arms[:, DISTANCE] += way
    before = np.maximum(arms[:, RIVER_TIME], shortest)
    arms[:, RIVER_TIME] += time
    arms[:, LOG_PEAK] -= power * np.log(np.maximum(arms[:, RIVER_TIME], shortest) / before)
    arms[:, POWER] = power
    arms[:, LEAD] += leading * time
    arms[:, EARLY] += leading * way / fastest
    left = arms[:, GROUP] != group
    arms[left, RIVERS_DONE] += arms[left, RIVER] ** 2
    arms[left, RIVER] = 0.0
    arms[:, GROUP] = group
    arms[:, SHARED] += sigma * time
    arms[:, RIVER] += sigma * time
    # exact integral of an exponentially correlated error of constant size over the reach
    size, x = sigma / velocity, way / correlation
    gone = -np.expm1(-x)
    # x - (1 - exp(-x)), by its series where the difference would cancel
    curve = x * x * (0.5 - x / 6.0 + x * x / 24.0) if x < 1e-3 else x - gone
    arms[:, ALONG_VARIANCE] += (2.0 * arms[:, ALONG] * size * correlation * gone
                                + 2.0 * (size * correlation) ** 2 * curve)
    arms[:, ALONG] = arms[:, ALONG] * (1.0 - gone) + size * correlation * gone
    arms[:, MIXED] += way / mixing_length
    return arms


def along_pool(arms: Array, way: float, velocity: float, fastest: float, sigma: float, mixing_time: float,
               mixing_length: float, is_new: bool) -> Array:
    """The arms after ``way`` metres of a pool; Jobson's clock stands still in it.

    Parameters
    ----------
    arms, way, mixing_length
        As in :func:`along_river`.
    velocity, fastest
        Way over plug delay, and over the short-circuit bound [m/s].
    sigma
        Standard error of ln(delay).
    mixing_time
        Time spent mixed over this way [s].
    is_new
        Whether this is another pool than the one being followed (a dam lies between).
    """
    arms = (close_tank(arms) if is_new else arms).copy()
    delay = way / velocity
    arms[:, DISTANCE] += way
    arms[:, POOL_DELAY] += delay
    arms[:, POOL_ERROR] += sigma * delay
    arms[:, LEAD] += delay
    arms[:, EARLY] += way / fastest
    arms[:, OPEN_TANK] += mixing_time
    arms[:, MIXED] += way / mixing_length
    return arms


def merge(arms: Array) -> Array:
    """At most ``ARMS_MOST`` arms: neighbours in time become one that keeps mass, mean and the earliest."""
    arms = arms[arms[:, WEIGHT] > 0]
    if len(arms) <= ARMS_MOST:
        return arms
    arms = close_tank(arms)
    arms = arms[np.argsort(arms[:, RIVER_TIME] + arms[:, POOL_DELAY], kind="stable")]
    first = np.linspace(0, len(arms), ARMS_MOST, endpoint=False).astype(int)
    weight = np.add.reduceat(arms[:, WEIGHT], first)
    merged = np.add.reduceat(arms * arms[:, [WEIGHT]], first) / weight[:, None]
    merged[:, WEIGHT] = weight
    merged[:, GROUP] = arms[first, GROUP]
    for column in (LEAD, EARLY):
        merged[:, column] = np.minimum.reduceat(arms[:, column], first)
    return merged
