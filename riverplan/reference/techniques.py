"""What can be done about a pollutant in a river: agents, doses, pH and contact time, each with its source.

``techniques.csv`` holds a technique a row, ``technique_doses.csv`` its reagents, a row each. Doses are values to
start jar tests with; none of them promises a removal. Where a source states no dose there is none here.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from riverplan.reference.molar_masses import molar_mass, share_of
from riverplan.reference.substances import Substance, find_substance
from riverplan.units import MG_PER_L

PLACE_KINDS = ("pool", "dam", "stream", "pond", "waterworks")
"""Where a technique works: a pool water flows through, a dam or its outlet, a flowing stream, a closed pond, a
waterworks."""
DOSE_BASES = ("water", "mass", "ph", "acidity", "unstated")
"""What a dose goes by: volume of water, mass of the pollutant, the pH to be had, acid or alkali to be met, or
nothing that is stated."""
EVERY = "*"
"""Stands for any substance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A reagent of a technique.

    Parameters
    ----------
    step
        Order of dosing; reagents of the same step are alternatives.
    agent_id
        A ``material_id`` of ``materials.csv``.
    counts_as
        Formula of what the dose counts (``Fe``, ``S``); empty for the reagent as it is named.
    basis
        Of :data:`DOSE_BASES`.
    low, high
        [kg/m³] of water, or [kg/kg] of the determinand (the pure substance where none is read); None where the
        basis has no number.
    of
        Name of the substance whose mass counts.
    content
        Mass of what counts in a mass of the pure reagent [kg/kg]; None where the reagent itself counts, or where
        what it holds is not known.
    """

    step: int
    agent_id: str
    counts_as: str
    basis: str
    low: float | None
    high: float | None
    of: str
    content: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """A way to take a pollutant out of the water or to keep it off, as its source has it.

    ``ph`` and ``contact_time`` [s] are None where the source gives none; a pH bound may be None by itself.
    ``ph_of`` holds a narrower window by the name of a determinand.
    ``alike`` are groups of substances for which it is tried though the source does not name them.
    ``confidence`` is that of the method, ``dose_confidence`` that of the numbers: ``high``, ``medium``, ``low`` or
    empty.
    """

    technique_id: str
    substances: tuple[str, ...]
    alike: tuple[str, ...]
    behaviours: tuple[str, ...]
    pollutant: Mapping[str, str]
    agent: Mapping[str, str]
    rule: Mapping[str, str]
    mechanism: Mapping[str, str]
    where: Mapping[str, str]
    precaution: Mapping[str, str]
    doses: tuple[Dose, ...]
    ph: tuple[float | None, float | None] | None
    ph_of: Mapping[str, tuple[float, float]]
    contact_time: float | None
    places: tuple[str, ...]
    confidence: str
    dose_confidence: str
    source: str

    @property
    def dose_low(self) -> float | None:
        """Low dose of the reagent dosed most by volume of water [kg/m³]; None where none is stated so."""
        most = self._most()
        return most.low if most else None

    @property
    def dose_high(self) -> float | None:
        """High dose of that reagent [kg/m³]; None where none is stated."""
        most = self._most()
        return most.high if most else None

    @property
    def is_laid(self) -> bool:
        """Whether it is laid on the water to hold and take up a film, and not dosed into it."""
        return "floats" in self.behaviours

    def _most(self) -> Dose | None:
        return max((d for d in self.doses if d.basis == "water"), key=lambda d: d.high or 0.0, default=None)

    def window(self, substance: Substance) -> tuple[float | None, float | None] | None:
        """The pH it needs for a substance: that of its determinand where the source has one of its own."""
        return self.ph_of.get(substance.judged.name, self.ph)

    def fits(self, substance: Substance) -> str:
        """``named`` where the source names the substance or its determinand, ``alike`` for its group, else empty.

        Parameters
        ----------
        substance
            What was spilled.
        """
        if self.behaviours and substance.behaviour not in self.behaviours:
            return ""
        judged = substance.judged
        if EVERY in self.substances or {substance.name, judged.name} & set(self.substances):
            return "named"
        return "alike" if {substance.group, judged.group} & set(self.alike) and judged.group != "index" else ""


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(p for p in cell.split("|") if p)


def _window(cell: str) -> tuple[str, str, str]:
    """``铜=7-8`` in its three parts."""
    name, _, bounds = cell.partition("=")
    low, _, high = bounds.partition("-")
    return name, low, high


def _dose(row: Mapping[str, str]) -> Dose:
    low, high, basis = _number(row["low"]), _number(row["high"]), row["basis"]
    factor = MG_PER_L if basis == "water" else 1.0
    if basis == "molar":
        factor, basis = molar_mass(row["counts_as"]) / molar_mass(row["of_formula"]), "mass"
    elif basis == "mass":
        factor = 1.0 / find_substance(row["of"]).share
    content = share_of(row["agent_formula"], row["counts_as"]) if row["agent_formula"] else None
    return Dose(step=int(row["step"]), agent_id=row["agent_id"], counts_as=row["counts_as"], basis=basis,
                low=None if low is None else low * factor, high=None if high is None else high * factor, of=row["of"],
                content=content)


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def techniques() -> tuple[Technique, ...]:
    """All techniques, in the order of the file."""
    doses: dict[str, list[Dose]] = {}
    for row in _rows("technique_doses.csv"):
        doses.setdefault(row["technique_id"], []).append(_dose(row))
    found = []
    for row in _rows("techniques.csv"):
        said = {name: {"zh": row[f"{name}_zh"], "en": row[f"{name}_en"]}
                for name in ("pollutant", "agent", "rule", "mechanism", "where", "precaution")}
        low, high, minutes = _number(row["ph_low"]), _number(row["ph_high"]), _number(row["contact_time_min"])
        found.append(Technique(
            technique_id=row["technique_id"], substances=_parts(row["substances"]), alike=_parts(row["alike"]),
            behaviours=_parts(row["behaviours"]), doses=tuple(doses.get(row["technique_id"], ())), **said,
            ph=None if low is None and high is None else (low, high),
            ph_of={name: (float(a), float(b)) for name, a, b in map(_window, _parts(row["ph_of"]))},
            contact_time=None if minutes is None else 60.0 * minutes, places=_parts(row["places"]),
            confidence=row["confidence"], dose_confidence=row["dose_confidence"], source=row["source"]))
    return tuple(found)


def techniques_for(substance: Substance | str, *, places: Iterable[str] = ()) -> tuple[Technique, ...]:
    """Techniques for a substance: whose source names it; then those for its group; then those for any.

    Parameters
    ----------
    substance
        What was spilled, or its name; a product is treated by its determinand too (苯酚 by 挥发酚).
    places
        Of :data:`PLACE_KINDS`: only techniques that work at one of them; empty for all.

    >>> [t.technique_id for t in techniques_for("镉", places=["pool"])]
    ['cadmium_hydroxide_coagulation', 'metal_sulfide']
    """
    spilled = find_substance(substance) if isinstance(substance, str) else substance
    wanted = set(places)
    usable = [t for t in techniques() if not wanted or wanted & set(t.places)]
    own = [t for t in usable if t.fits(spilled) == "named" and EVERY not in t.substances]
    alike = [t for t in usable if t.fits(spilled) == "alike"]
    any_of_all = [t for t in usable if t.fits(spilled) and EVERY in t.substances]
    return (*own, *alike, *any_of_all)
