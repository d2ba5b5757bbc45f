"""What a dam, a dose, clean water and an emergency tank take: formulas on numbers or arrays, no river.

All SI (m, m², m³, m³/s, s, kg, kg/m³). Each formula takes numbers or arrays that broadcast. The formulas are
those response plans state; geometry is exact for the named shape, and says nothing of seepage or waves.
"""

import numpy as np

from riverplan.channel import Array

Number = float | Array

BAG_VOLUME = 0.035
"""Earth in one filled bag [m³] (assumed): the lower end of 0.035-0.04, so that bags do not run short."""
BAG_LOSS = 0.25
"""Bags lost or torn over those laid [-] (assumed): the middle of 20-30 %."""
EXCAVATOR_RATE = 60.0 / 3600.0
"""Earth one excavator moves [m³/s] (assumed): the lower end of 60-100 m³/h."""
LORRY_VOLUME = 10.0
"""Earth of one lorry trip [m³] (assumed): the lower end of 10-15 m³."""
BOOM_VELOCITY = 0.35
"""Surface velocity across a boom above which oil passes under it [m/s]."""


def wedge_length(height: Number, slope: Number) -> Number:
    """Length of the level pool behind a dam [m], ``H / S``.

    Parameters
    ----------
    height
        Of the pool over the bed, or over the water that flows there [m].
    slope
        Of the bed [m/m], positive.

    >>> wedge_length(2.0, 0.002)
    1000.0
    """
    return height / slope


def wedge_volume(width: Number, height: Number, slope: Number, side: Number = 0.0) -> Number:
    """Water of the level pool behind a dam [m³], ``(b H² / 2 + z H³ / 3) / S``.

    Parameters
    ----------
    width
        Of the bed [m]; of the whole channel where its sides are upright.
    height, slope
        As in :func:`wedge_length`.
    side
        Metres across a metre of height of each bank [-]; 0 is a rectangle.

    >>> wedge_volume(20.0, 2.0, 0.002)
    20000.0
    """
    return (width * height**2 / 2.0 + side * height**3 / 3.0) / slope


def dam_section(height: Number, crest: Number, slope_up: Number, slope_down: Number) -> Number:
    """Section of a trapezoid dam along the river [m²], ``b_c H + (m1 + m2) H² / 2``.

    Parameters
    ----------
    height, crest
        Height, and width of the crest along the river [m].
    slope_up, slope_down
        Metres across a metre of height [-].

    >>> dam_section(2.0, 1.5, 1.5, 1.5)
    9.0
    """
    return crest * height + (slope_up + slope_down) * height**2 / 2.0


def dam_volume(width: Number, height: Number, crest: Number, slope_up: Number, slope_down: Number,
               side: Number = 0.0) -> Number:
    """Earth of a dam across a channel [m³]: its section integrated over the width, lower towards sloping banks.

    Parameters
    ----------
    width
        Of the bed [m].
    height, crest, slope_up, slope_down
        As in :func:`dam_section`.
    side
        As in :func:`wedge_volume`.

    >>> dam_volume(20.0, 2.0, 1.5, 1.5, 1.5)
    180.0
    """
    banks = 2.0 * side * (crest * height**2 / 2.0 + (slope_up + slope_down) * height**3 / 6.0)
    return width * dam_section(height, crest, slope_up, slope_down) + banks


def bags(volume: float) -> int:
    """Bags to have ready for a dam of bags, of ``BAG_VOLUME`` with ``BAG_LOSS``."""
    return int(np.ceil(volume / BAG_VOLUME * (1.0 + BAG_LOSS)))


def excavator_time(volume: Number) -> Number:
    """Time one excavator takes to move earth [s], at ``EXCAVATOR_RATE``."""
    return volume / EXCAVATOR_RATE


def lorry_trips(volume: float) -> int:
    """Lorry trips to bring earth, of ``LORRY_VOLUME``."""
    return int(np.ceil(volume / LORRY_VOLUME))


def time_gained(free: Number, inflow: Number, release: Number = 0.0, diversion: Number = 0.0) -> Number:
    """Time until a space that is closed is full [s], ``V / (Q_in - Q_release - Q_divert)``.

    Infinite where no more comes than goes. Times of dams in a row add only if each closes before the plume is there.

    >>> time_gained(20_000.0, 2.0), time_gained(20_000.0, 2.0, diversion=1.5)
    (10000.0, 40000.0)
    """
    fills = np.asarray(inflow - release - diversion, np.float64)
    some = fills > 0
    with np.errstate(over="ignore"):                          # a trickle fills nothing in any time
        times = np.where(some, free / np.where(some, fills, 1.0), np.inf)
    return float(times) if times.ndim == 0 else times


def dose_mass(dose: Number, volume: Number) -> Number:
    """Agent for standing water [kg]: the dose [kg/m³] times its volume [m³].

    >>> dose_mass(0.04, 20_000.0)
    800.0
    """
    return dose * volume


def dose_rate(dose: Number, discharge: Number) -> Number:
    """Agent for passing water [kg/s]: the dose [kg/m³] times the discharge [m³/s].

    Over the time the plume passes it is :func:`dose_mass` of the water that passes.

    >>> round(dose_rate(0.04, 2.0) * 6 * 3600)
    1728
    """
    return dose * discharge


def diverted(capacity: Number, discharge: Number) -> Number:
    """What a canal takes out of a river [m³/s]: its capacity, as far as there is water."""
    taken = np.minimum(capacity, discharge)
    return float(taken) if np.ndim(taken) == 0 else taken


def dilution_flow(discharge: Number, concentration: Number, limit: Number, clean: Number = 0.0) -> Number:
    """Clean water that brings a polluted flow to its limit [m³/s], ``Q_p (C_p - C_s) / (C_s - C_b)``.

    Parameters
    ----------
    discharge, concentration
        Of the polluted water [m³/s], [kg/m³].
    limit
        [kg/m³].
    clean
        Concentration in the clean water [kg/m³].

    Returns
    -------
    float or Array
        0 where the water keeps the limit already; infinite where the clean water does not keep it itself.

    >>> dilution_flow(1.0, 11.0, 1.0), round(dilution_flow(1.0, 11.0, 1.0, 0.09))
    (10.0, 11)
    """
    over = np.maximum(np.asarray(concentration, np.float64) - limit, 0.0)
    room = np.asarray(limit, np.float64) - clean
    ratio = np.where(over > 0, np.where(room > 0, over / np.where(room > 0, room, 1.0), np.inf), 0.0)
    flow = np.asarray(discharge * np.where(ratio > 0, ratio, 0.0))
    return float(flow) if flow.ndim == 0 else flow


def exceedance(concentration: Number, limit: Number) -> Number:
    """How many times a concentration is over its limit (超标倍数) [-], ``C / S - 1``; below 0 it keeps it."""
    return concentration / limit - 1.0


def rain_volume(rain: Number, area: Number) -> Number:
    """Rain a site must take in (V5) [m³]: depth of rain on a rainy day [m] times area [m²].

    With q in mm and F in hectares it is the ``10 q F`` of the guides. q is the yearly rain over the rainy days.

    >>> round(rain_volume(1.080 / 120, 4e4), 6)
    360.0
    """
    return rain * area


def emergency_tank(groups: Array, process: float = 0.0, rain: float = 0.0) -> float:
    """Volume of the emergency tank a site needs [m³], ``max(V1 + V2 - V3) + V4 + V5``.

    Parameters
    ----------
    groups
        One row a group of tanks or devices, shape ``(n, 3)``: what may leak (V1), water to fight the fire (V2),
        what can be kept elsewhere (V3) [m³].
    process
        Waste water that must go in as well (V4) [m³].
    rain
        Rain that may go in (V5) [m³].

    >>> emergency_tank(np.array([[500.0, 900.0, 300.0], [200.0, 1200.0, 100.0]]), 50.0, 360.0)
    1710.0
    """
    leaks, fire, elsewhere = groups.T
    return float((leaks + fire - elsewhere).max()) + process + rain


def boom_angle(velocity: Number) -> Number:
    """Largest angle between a boom and the bank that holds oil back [rad].

    The velocity across the boom stays below ``BOOM_VELOCITY``; a right angle where the water is no faster.

    >>> round(float(np.degrees(boom_angle(0.7))), 6)
    30.0
    """
    speed = np.maximum(np.asarray(velocity, np.float64), BOOM_VELOCITY)
    angle = np.arcsin(BOOM_VELOCITY / speed)
    return float(angle) if angle.ndim == 0 else angle
