"""What a substance does to a forecast: which mass is read, what decays, what a film drifts at and leaves."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Channel, Velocity
from riverplan.forecasting.result import Arrival
from riverplan.forecasting.spill import Spill
from riverplan.reference import Substance
from riverplan.river.headings import along_bearing
from riverplan.river.network import RiverNetwork
from riverplan.transport import floating as f
from riverplan.transport.losses import decay_at

WATER_TEMPERATURE = 15.0
"""Of the water where it was not measured [°C] (assumed); films evaporate and acids react by it."""
UNKNOWN_WIND = 4.0
"""Following wind the earliest time of a film allows for where no wind is given [m/s] (assumed: a gentle breeze)."""


def is_film(substance: Substance) -> bool:
    """Whether it floats: times and mass are forecast, no concentration."""
    return substance.behaviour == "floats"


def determinand_mass(spill: Spill, substance: Substance) -> float | None:
    """Mass of what a station reads, as far as it stays in the plume [kg]; ``None`` where none can be said.

    A product counts by its strength and by the share of the determinand in it: of 10 t of 氨水 20 %, 1.64 t are
    ammonia nitrogen. A film has no concentration, hence none.
    """
    if spill.mass is None or is_film(substance):
        return None
    return spill.mass * spill.recovery * substance.share


def decay_of(spill: Spill, substance: Substance) -> float:
    """First-order loss rate [1/s], at the temperature of the water where it is given."""
    decay = substance.decay if spill.decay is None else spill.decay
    return decay if spill.temperature is None else decay_at(decay, substance.theta, spill.temperature)


def settling_of(spill: Spill, substance: Substance) -> float:
    """Settling velocity [m/s]; a film does not settle."""
    return 0.0 if is_film(substance) else spill.settling


def soluble(substance: Substance) -> float:
    """Most of the determinand that dissolves of a sinking liquid [kg/m³]; ``inf`` where nothing bounds it."""
    if substance.behaviour != "sinks" or substance.solubility is None:
        return float("inf")
    return substance.solubility * (substance.fraction if substance.indicator else 1.0)


def travelling(river: RiverNetwork, water: Velocity, spill: Spill, substance: Substance) -> Velocity:
    """How fast the substance travels: with the water, or as a film with its surface and the wind.

    The maximum-probable velocity holds the fastest surface and the wind at its most helpful, and is never below
    the water's: the part that dissolves comes with it. Under ice a film goes with the water.
    """
    if not is_film(substance):
        return water
    if spill.ice:
        return replace(water, mixing_time=np.zeros_like(water.mixing_time))
    speed, along, across, bends = _wind(river, spill)
    helped = f.most_helpful(along, across) if spill.wind else np.ones_like(along)
    most = np.maximum(f.drift(water.most_probable, along, speed), f.HELD * water.most_probable)
    return Velocity(
        most_probable=most,
        maximum_probable=np.maximum(f.fastest_drift(water.maximum_probable, helped, speed if spill.wind
                                                    else UNKNOWN_WIND), most),
        sigma_ln=f.drift_sigma(most, water.sigma_ln, along, bends, speed),
        mixing_time=np.zeros_like(water.mixing_time))          # a film does not mix into a pool


def held(river: RiverNetwork, water: Velocity, spill: Spill, substance: Substance) -> NDArray[np.intp]:
    """Rows of the reaches where the wind holds a film."""
    if not is_film(substance) or spill.ice or spill.wind is None:
        return np.zeros(0, np.intp)
    speed, along, _, _ = _wind(river, spill)
    return np.flatnonzero(f.drift(water.most_probable, along, speed) < f.HELD * water.most_probable)


def _wind(river: RiverNetwork, spill: Spill) -> tuple[float, Array, Array, Array]:
    """Wind speed [m/s], and the mean shares along and across each reach with their bends."""
    if spill.wind is None:
        none = np.zeros(len(river.reaches))
        return 0.0, none, none, none
    return (spill.wind.speed, *along_bearing(river, spill.wind.direction + 180.0))


def with_films(arrivals: Sequence[Arrival], river: RiverNetwork, channel: Channel, velocity: Velocity, spill: Spill,
               substance: Substance, share: dict[str, float]) -> tuple[Arrival, ...]:
    """Arrivals of a film: what is left of it at its peak, and how thick it would lie over the width of the river.

    Parameters
    ----------
    arrivals, river, channel, velocity, spill, substance
        What was forecast.
    share
        Share of the released mass that comes to each site, by ``site_id``.
    """
    if not is_film(substance):
        return tuple(arrivals)
    rows = np.array([river.reach_row[a.reach_id] for a in arrivals], np.intp)
    came = np.array([share[a.site_id] for a in arrivals])
    peak = np.array([a.peak for a in arrivals])
    lasts = np.array([a.trailing - a.leading for a in arrivals])
    law = "none" if spill.ice else substance.evaporation
    degrees = WATER_TEMPERATURE if spill.temperature is None else spill.temperature
    left = (1.0 - f.evaporated(peak, law, substance.distilled, degrees)) * np.exp(-decay_of(spill, substance) * peak)
    mass = came * left * (np.nan if spill.mass is None else spill.mass * spill.recovery)
    thick = f.film_thickness(mass, substance.density or np.nan, channel.width[rows],
                             velocity.most_probable[rows] * lasts)
    return tuple(replace(a, film=True, film_mass=_known(m), film_thickness=_known(t))
                 for a, m, t in zip(arrivals, mass, thick, strict=True))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
