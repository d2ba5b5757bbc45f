"""pH at the sites an acid or alkali reaches, and the concentration from which it leaves the range of the standard."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from riverplan.channel import Z95
from riverplan.forecasting.behaviour import WATER_TEMPERATURE
from riverplan.forecasting.result import Arrival
from riverplan.forecasting.spill import Spill
from riverplan.reference import PH_BASIS, PH_RANGE, TAP_PH_BASIS, TAP_PH_RANGE, Substance
from riverplan.transport.acidity import added_until, mixed_ph

ALKALINITY = 2.0
"""Of a river where it was not measured [mol/m³] (assumed)."""
ALKALINITY_RANGE = (1.0, 4.0)
"""Its range (assumed: soft water of the south to hard water of the north)."""
MEASURED_RANGE = (0.8, 1.25)
"""Range of a measured alkalinity over its value (assumed)."""
NATURAL_PH = 7.8
"""pH of a river before a spill (assumed)."""

NEVER = 1e9
"""More than any water holds [kg/m³]."""


def has_ph(substance: Substance) -> bool:
    """Whether it moves the river's pH by a known amount."""
    return substance.behaviour in ("acid", "alkali") and substance.equivalents > 0


def alkalinity_band(spill: Spill) -> tuple[float, float, float]:
    """Alkalinity of the river, least, most probable and most [mol/m³]."""
    if spill.alkalinity is None:
        return ALKALINITY_RANGE[0], ALKALINITY, ALKALINITY_RANGE[1]
    return spill.alkalinity * MEASURED_RANGE[0], spill.alkalinity, spill.alkalinity * MEASURED_RANGE[1]


def alkalinity_sigma(spill: Spill) -> float:
    """Standard error of ln(alkalinity): it decides how much acid a river bears."""
    low, _, high = alkalinity_band(spill)
    return math.log(high / low) / (2.0 * Z95)


def water_temperature(spill: Spill) -> float:
    """Of the water [°C], no colder than it freezes."""
    return max(WATER_TEMPERATURE if spill.temperature is None else spill.temperature, 0.0)


def equivalents_per_kg(substance: Substance) -> float:
    """Equivalents in what the concentration counts [mol/kg]."""
    return substance.equivalents / (substance.fraction if substance.indicator else 1.0)


def with_ph(arrivals: Sequence[Arrival], spill: Spill, substance: Substance) -> tuple[Arrival, ...]:
    """Arrivals with the pH at their peak and its band, from the concentrations and the river's alkalinity.

    Parameters
    ----------
    arrivals
        With concentrations of the determinand, or of the pure acid or alkali, where the mass is known.
    spill
        Alkalinity and temperature of the river, and the background that is no part of the spill.
    substance
        With its equivalents and constants.
    """
    if not has_ph(substance):
        return tuple(arrivals)
    if substance.by_ph:
        arrivals = [replace(a, ph_limit=PH_RANGE, limit_basis=PH_BASIS, tap_ph_limit=TAP_PH_RANGE,
                            tap_basis=TAP_PH_BASIS) for a in arrivals]
    strong = [(a.peak_concentration, *a.concentration_band) for a in arrivals
              if a.peak_concentration is not None and a.concentration_band is not None]
    if len(strong) < len(arrivals) or not strong:
        return tuple(arrivals)
    peak, least, most = np.maximum(np.array(strong).T - spill.background, 0.0) * equivalents_per_kg(substance) / 1000.0
    low, probable, high = np.array(alkalinity_band(spill)) / 1000.0
    ph = mixed_ph(np.stack([peak, most, least]), np.array([[probable], [low], [high]]), natural_ph=NATURAL_PH,
                  temperature=water_temperature(spill), pka=substance.pka, acid=substance.behaviour == "acid")
    return tuple(replace(a, ph=float(p[0]), ph_band=(float(p.min()), float(p.max())))
                 for a, p in zip(arrivals, ph.T, strict=True))


def critical_concentration(spill: Spill, substance: Substance) -> float:
    """What brings the river to pH 6 or 9 [kg/m³]; ``NEVER`` where a weak alkali or acid does not.

    GB 3838-2002 asks for pH 6-9 in all classes.
    """
    acid = substance.behaviour == "acid"
    needed = added_until(PH_RANGE[0 if acid else 1], np.asarray(alkalinity_band(spill)[1] / 1000.0),
                         natural_ph=NATURAL_PH, temperature=water_temperature(spill), pka=substance.pka, acid=acid)
    return min(float(needed) * 1000.0 / equivalents_per_kg(substance), NEVER)
