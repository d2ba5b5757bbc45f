"""Molar masses from formulas, and what a product counts as: the exact ratios behind 氨水 → 氨氮."""

import re
from collections.abc import Mapping

ATOMIC_WEIGHTS: Mapping[str, float] = {
    "H": 1.008, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "Na": 22.990, "Mg": 24.305,
    "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "V": 50.942,
    "Cr": 51.996, "Mn": 54.938, "Fe": 55.845, "Ni": 58.693, "Cu": 63.546, "Zn": 65.38, "As": 74.922, "Mo": 95.95,
    "Cd": 112.41, "Sb": 121.76, "Ba": 137.33, "Hg": 200.59, "Tl": 204.38, "Pb": 207.2,
}
"""Abridged standard atomic weights [g/mol] (IUPAC 2021)."""
OXYGEN_DEMAND = "COD"
"""A product that counts as this is read by the oxygen it takes up."""


def atoms(formula: str) -> dict[str, int]:
    """How many atoms of each element a formula holds; water of crystallisation stands behind a dot.

    >>> atoms("CuSO4·5H2O")
    {'Cu': 1, 'S': 1, 'O': 9, 'H': 10}

    Raises
    ------
    ValueError
        If it is not a plain formula of listed elements.
    """
    found: dict[str, int] = {}
    for part in formula.split("·"):
        times, rest = re.fullmatch(r"(\d*)(.*)", part).groups()  # type: ignore[union-attr]
        if not re.fullmatch(r"(?:[A-Z][a-z]?\d*)+", rest):
            raise ValueError(f"not a formula: {formula!r}")
        for element, count in re.findall(r"([A-Z][a-z]?)(\d*)", rest):
            if element not in ATOMIC_WEIGHTS:
                raise ValueError(f"no atomic weight of {element} in {formula!r}")
            found[element] = found.get(element, 0) + int(count or 1) * int(times or 1)
    return found


def molar_mass(formula: str) -> float:
    """The molar mass of a formula [g/mol].

    >>> round(molar_mass("NH3"), 3)
    17.031
    """
    return sum(ATOMIC_WEIGHTS[element] * count for element, count in atoms(formula).items())


def oxygen_demand(formula: str) -> float:
    """Oxygen to burn a substance of C, H, N and O to CO2, H2O and NH3 [kg O2/kg]: an upper bound of its COD.

    >>> round(oxygen_demand("CH4O"), 3)                       # methanol: 1.5 O2 each
    1.498
    """
    n = atoms(formula)
    oxygen = n.get("C", 0) + n.get("H", 0) / 4 - n.get("O", 0) / 2 - 0.75 * n.get("N", 0)
    return oxygen * molar_mass("O2") / molar_mass(formula)


def share_of(formula: str, counts_as: str) -> float:
    """Mass of the determinand in a mass of the pure substance [kg/kg].

    Parameters
    ----------
    formula
        Of the substance, such as ``NH3``.
    counts_as
        Part of one formula unit that is read, with its number, such as ``N`` or ``Cr2``; ``COD`` for the
        oxygen demand.

    >>> round(share_of("NH3", "N"), 4), round(share_of("K2Cr2O7", "Cr2"), 4)
    (0.8224, 0.3535)
    """
    return oxygen_demand(formula) if counts_as == OXYGEN_DEMAND else molar_mass(counts_as) / molar_mass(formula)
