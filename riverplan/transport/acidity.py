"""pH of a river that acid or alkali is mixed into: a closed carbonate system.

Charge balance at equilibrium, activities taken as concentrations (below about 0.1 mol/L). No gas is lost or
taken up, which is the worst case for an acid; calcite is not dissolved. Constants of Plummer and Busenberg
1982 (Geochim. Cosmochim. Acta 46, 1011-1040) for carbonate, 0-90 °C, and of Harned and Hamer 1933 in the form
of Stumm and Morgan 1996 for water.
"""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array

_LOWEST, _HIGHEST = -2.0, 16.0
_STEPS = 60


def water_constant(temperature: float) -> float:
    """-log10 of the ion product of water at a temperature [°C].

    >>> round(water_constant(25.0), 1)
    14.0
    """
    t = temperature + 273.15
    return 4471.0 / t + 0.01706 * t - 6.0875


def carbonate_constants(temperature: float) -> tuple[float, float]:
    """-log10 of the first and second dissociation constant of carbonic acid at a temperature [°C].

    >>> [round(x, 2) for x in carbonate_constants(25.0)]
    [6.35, 10.33]
    """
    t = temperature + 273.15
    log = float(np.log10(t))
    first = -356.3094 - 0.06091964 * t + 21834.37 / t + 126.8339 * log - 1684915.0 / t**2
    second = -107.8871 - 0.03252849 * t + 5151.79 / t + 38.92561 * log - 563713.9 / t**2
    return -first, -second


def _power(ph: Array, pk: float) -> Array:
    """``1 / (1 + 10 ** (pk - ph))``, without overflow: the share that has given its proton away."""
    return np.asarray(1.0 / (1.0 + 10.0 ** np.clip(pk - ph, -300.0, 300.0)))


def _carbonate_charge(ph: Array, temperature: float) -> Array:
    """Negative charge of a mole of inorganic carbon [mol/mol]."""
    k1, k2 = carbonate_constants(temperature)
    acid, base = 10.0 ** (k1 - ph), 10.0 ** (ph - k2)
    return np.asarray((1.0 + 2.0 * base) / (1.0 + acid + base))


def _free(ph: Array, temperature: float) -> Array:
    """OH⁻ less H⁺ [mol/L]."""
    return np.asarray(10.0 ** (ph - water_constant(temperature)) - 10.0 ** -ph)


def inorganic_carbon(alkalinity: Array, ph: Array, temperature: float) -> Array:
    """Inorganic carbon of a river from its alkalinity and pH [mol/L]; 0 where hydroxide alone explains it.

    Parameters
    ----------
    alkalinity
        Carbonate alkalinity [mol/L].
    ph
        Before the spill [-].
    temperature
        [°C].
    """
    ph = np.asarray(ph, np.float64)
    return np.asarray(np.maximum(alkalinity - _free(ph, temperature), 0.0) / _carbonate_charge(ph, temperature))


def taken_up(ph: Array, pka: Sequence[float], *, acid: bool) -> Array:
    """Share of the equivalents of an acid that is given off, or of an alkali that is taken up, at a pH [-].

    Parameters
    ----------
    ph
        [-].
    pka
        A constant for each equivalent of a formula unit; those of the conjugate acid for an alkali. None is a
        strong one.
    acid
        Whether it is an acid.
    """
    ph = np.asarray(ph, np.float64)
    if not pka:
        return np.ones_like(ph)
    given = np.mean([_power(ph, pk) for pk in pka], axis=0)
    return np.asarray(given if acid else 1.0 - given)


def mixed_ph(added: Array, alkalinity: Array, *, natural_ph: float, temperature: float, pka: Sequence[float] = (),
             acid: bool = True) -> Array:
    """PH after acid or alkali has mixed into river water.

    Parameters
    ----------
    added
        Acid or alkali, all its equivalents counted [mol/L]; any shape, 0 or more.
    alkalinity
        Of the river before [mol/L]; broadcasts with ``added``.
    natural_ph
        pH of the river before [-].
    temperature
        [°C], 0-50.
    pka
        Acidity constants as in :func:`taken_up`; their mutual influence in one molecule is left out.
    acid
        Whether acid was added, else alkali.

    >>> mixed = mixed_ph(np.array([0.0, 0.012]), np.array(0.002), natural_ph=7.8, temperature=25.0)
    >>> mixed.round(2).tolist()                               # nothing added; 10 mmol/L of acid left over
    [7.8, 2.0]
    """
    added, alkalinity = np.broadcast_arrays(np.asarray(added, np.float64), np.asarray(alkalinity, np.float64))
    carbon = inorganic_carbon(alkalinity, np.asarray(natural_ph), temperature)
    low, high = np.full(added.shape, _LOWEST), np.full(added.shape, _HIGHEST)
    sign = 1.0 if acid else -1.0
    before = np.maximum(alkalinity, _free(np.asarray(natural_ph), temperature))
    for _ in range(_STEPS):                                    # the balance only rises with pH: halving finds its root
        ph = 0.5 * (low + high)
        charge = (carbon * _carbonate_charge(ph, temperature) + _free(ph, temperature)
                  + sign * added * taken_up(ph, pka, acid=acid) - before)
        low, high = np.where(charge < 0, ph, low), np.where(charge < 0, high, ph)
    return np.asarray(0.5 * (low + high))


def added_until(ph: float, alkalinity: Array, *, natural_ph: float, temperature: float, pka: Sequence[float] = (),
                acid: bool = True) -> Array:
    """Acid or alkali that brings river water to a pH, all its equivalents counted [mol/L].

    The inverse of :func:`mixed_ph`, in closed form; 0 where the river is there already, ``inf`` where a weak
    acid or alkali never gets it there.
    """
    alkalinity = np.asarray(alkalinity, np.float64)
    before = np.maximum(alkalinity, _free(np.asarray(natural_ph), temperature))
    carbon = inorganic_carbon(alkalinity, np.asarray(natural_ph), temperature)
    at = np.asarray(ph, np.float64)
    change = before - carbon * _carbonate_charge(at, temperature) - _free(at, temperature)
    share = taken_up(at, pka, acid=acid)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = (change if acid else -change) / share
    return np.asarray(np.where(share > 1e-12, np.maximum(needed, 0.0), np.inf))
