"""Acid or alkali to bring water to a pH, or to undo what was spilled: by acidity, not by mg/L.

A closed carbonate system (:mod:`riverplan.transport.acidity`), over the band of the river's alkalinity. Metals that
hydrolyse, sediment and limestone take part in truth and are left out, so the amounts are to begin a titration with.
"""

import math

import numpy as np

from riverplan.forecasting.ph import NATURAL_PH, alkalinity_band, equivalents_per_kg, has_ph, water_temperature
from riverplan.forecasting.spill import Spill
from riverplan.reference import PH_RANGE, Substance
from riverplan.transport.acidity import added_until, taken_up

LITRES = 1000.0
"""Litres in a cubic metre."""


def reagent_to_ph(window: tuple[float | None, float | None], volume: float, spill: Spill, reagent: Substance, *,
                  ph: float | None = None) -> tuple[float, float]:
    """Product that brings water into a window of pH, least and most [kg].

    The least reaches the near bound in water of little alkalinity, the most the far bound in water of much.

    Parameters
    ----------
    window
        Lower and upper pH; a bound that is None is not gone to.
    volume
        Of the water [m³].
    spill
        For the alkalinity and the temperature of the river.
    reagent
        An acid or alkali, with its strength; anything else gives 0.
    ph
        Of the water before; None takes the assumed one of rivers.

    Returns
    -------
    tuple of float
        0 where the water is there already or the reagent leads away from it; ``inf`` where a weak reagent never
        gets there.
    """
    if not has_ph(reagent):
        return 0.0, 0.0
    acid = reagent.behaviour == "acid"
    before = NATURAL_PH if ph is None else ph
    near, far = (window[1], window[0]) if acid else window
    near, far = (far if near is None else near), (near if far is None else far)
    if near is None or far is None:
        return 0.0, 0.0
    low, _, high = alkalinity_band(spill)

    def needed(goal: float) -> list[float]:
        if (goal >= before) if acid else (goal <= before):
            return [0.0]
        return [float(added_until(goal, np.asarray(a / LITRES), natural_ph=before, temperature=water_temperature(spill),
                                  pka=reagent.pka, acid=acid)) for a in (low, high)]

    per = LITRES * volume / reagent.equivalents / reagent.strength
    return min(needed(near)) * per, max(needed(far)) * per


def reagent_against(mass: float, volume: float, spill: Spill, spilled: Substance, reagent: Substance,
                    ) -> tuple[float, float] | None:
    """Product that takes an acid or alkali out of water it is mixed into, least and most [kg].

    The least brings the water back to the bound of the standard (pH 6 after an acid, 9 after an alkali) with the
    river's own alkalinity helping; the most brings it back to the pH it had. At full strength the most is the
    ratio of equivalents: 0.56 t of quicklime for 1 t of sulfuric acid of 98 %.

    Parameters
    ----------
    mass
        Of the determinand, or of the pure acid or alkali where none is read [kg].
    volume
        Of the water [m³], above 0.
    spill
        For the alkalinity and the temperature of the river.
    spilled, reagent
        One an acid, the other an alkali.

    Returns
    -------
    tuple of float or None
        None where they do not neutralise each other, or one of them has no known equivalents.
    """
    if not has_ph(spilled) or not has_ph(reagent) or spilled.behaviour == reagent.behaviour:
        return None
    acid = spilled.behaviour == "acid"
    there = mass * equivalents_per_kg(spilled) / LITRES / volume                # [mol/L]
    bound = PH_RANGE[0 if acid else 1]
    most_borne = float(added_until(bound, np.asarray(alkalinity_band(spill)[2] / LITRES), natural_ph=NATURAL_PH,
                                   temperature=water_temperature(spill), acid=acid))

    def against(goal: float, borne: float) -> float:
        of_spilled = float(taken_up(np.asarray(goal), spilled.pka, acid=acid))
        of_reagent = float(taken_up(np.asarray(goal), reagent.pka, acid=not acid))
        return max(there * of_spilled - borne, 0.0) / of_reagent if of_reagent > 1e-12 else math.inf

    per = LITRES * volume / reagent.equivalents / reagent.strength
    one, other = against(bound, most_borne) * per, against(NATURAL_PH, 0.0) * per
    return min(one, other), max(one, other)
