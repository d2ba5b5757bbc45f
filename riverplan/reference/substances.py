"""Substances a spill may carry, by every name people use for them.

``substances.csv`` holds the determinands of GB 3838-2002, ``products.csv`` what lorries and works carry.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from riverplan.reference.molar_masses import molar_mass, share_of
from riverplan.units import DAY

BEHAVIOURS = ("dissolves", "floats", "sinks", "acid", "alkali", "slurry")
"""What a substance does in a river; one word each, printed in the forecast's caveats."""
GROUPS = ("index", "nutrient", "salt", "metal", "element", "organic", "pesticide", "oil", "acid", "alkali", "oxidiser",
          "waste", "slurry")
"""What kind of substance it is."""
THETA = 1.047
"""Temperature coefficient of a decay where the substance has none (Streeter and Phelps; Chapra 1997)."""
_FILES = ("substances.csv", "products.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """A substance and what a monitoring station reads of it.

    ``indicator`` is the Chinese name of the determinand that is read (柴油 → 石油类, 氨水 → 氨氮); empty where
    none is. Numbers that no source supports are ``None``; losses are then 0.
    """

    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    cas: str = ""
    un_number: str = ""
    group: str = ""
    """One of ``GROUPS``; empty for a substance that is not listed."""
    behaviour: str = ""
    """One of ``BEHAVIOURS``; empty where it is not stated."""
    indicator: str = ""
    fraction: float = 1.0
    """Mass of the indicator in a mass of the pure substance [kg/kg]: the ratio of molar masses where there is one."""
    strength: float = 1.0
    """Mass of the pure substance in a mass of the product of trade [kg/kg]."""
    density: float | None = None
    """Of the product [kg/m³], near 20 °C."""
    solubility: float | None = None
    """In water [kg/m³], near 20 °C; ``None`` where it mixes freely or no value is given."""
    evaporation: str = ""
    """How a film evaporates, ``log`` or ``sqrt`` of time (Fingas 2004), ``none`` or empty where it does not."""
    distilled: float = 0.0
    """Share of the mass distilled at 180 °C [-], which sets how fast a film evaporates."""
    pka: tuple[float, ...] = ()
    """Acidity constants, one for each equivalent a formula unit of an acid gives or an alkali takes."""
    equivalents: float = 0.0
    """Acid or alkali of the pure substance, all constants counted [mol/kg]."""
    decay: float = 0.0
    """First-order loss rate at 20 °C [1/s], 0 unless a source supports another."""
    theta: float = THETA
    """Its temperature coefficient: k = k20 · theta^(T - 20)."""
    source: str = ""
    confidence: str = ""

    def label(self, lang: str) -> str:
        """The name in a language, the Chinese one where there is no English."""
        return self.name if lang == "zh" or not self.name_en else self.name_en

    @property
    def by_ph(self) -> bool:
        """Whether the river's pH judges it: an acid or alkali that no determinand stands for."""
        return self.behaviour in ("acid", "alkali") and not self.indicator

    @property
    def judged(self) -> "Substance":
        """The determinand that a station reads of it; itself where none is listed for it."""
        return _by_name().get(_key(self.indicator), self) if self.indicator else self

    @property
    def share(self) -> float:
        """Mass of the determinand, or of the pure substance where none is read, in a mass of the product [kg/kg]."""
        return self.strength * (self.fraction if self.indicator else 1.0)


def _number(row: Mapping[str, str], column: str) -> float | None:
    return float(row[column]) if row[column] else None


def _substance(row: Mapping[str, str]) -> Substance:
    pka = tuple(float(x) for x in row["pka"].split("|") if x)
    formula = row["formula"]
    return Substance(
        name=row["name_zh"], name_en=row["name_en"], aliases=tuple(a for a in row["aliases"].split("|") if a),
        cas=row["cas"], un_number=row["un_number"], group=row["group"], behaviour=row["behaviour"],
        indicator=row["indicator"],
        fraction=share_of(formula, row["counts_as"]) if row["counts_as"] else float(row["fraction"] or 1.0),
        strength=float(row["strength"] or 1.0), density=_number(row, "density"), solubility=_number(row, "solubility"),
        evaporation=row["evaporation"], distilled=float(row["distilled_180"] or 0.0) / 100.0, pka=pka,
        equivalents=1000.0 * len(pka) / molar_mass(formula) if pka else 0.0,
        decay=float(row["decay_per_day"] or 0.0) / DAY, theta=float(row["theta"] or THETA), source=row["source"],
        confidence=row["confidence"])


@cache
def substances() -> tuple[Substance, ...]:
    """All substances: the determinands first, then the products, each in the order of its file."""
    found: list[Substance] = []
    for name in _FILES:
        with files(__package__).joinpath(name).open(encoding="utf-8") as file:
            found += map(_substance, csv.DictReader(file))
    return tuple(found)


def _key(name: str) -> str:
    return "".join(name.split()).casefold().replace("（", "(").replace("）", ")")


@cache
def _by_name() -> Mapping[str, Substance]:
    names: dict[str, Substance] = {}
    for s in substances():
        for name in (s.name, s.name_en, s.cas, *s.aliases):
            if name:
                names.setdefault(_key(name), s)
    return names


_PERCENT = re.compile(r"[(\s]*(?<![\d.])(?<!\d[eE])(?:\d+(?:\.\d+)?\s*[-~–至]\s*)?(-?\s*\d+(?:\.\d+)?)"
                      r"\s*%(?!\s*%)\s*[)\s]*")


def impossible_strength(name: str) -> float | None:
    """The strength beside a name [%], the upper one of a range, where none can be so: not above 0, or above 100.

    >>> impossible_strength("氨水 999%"), impossible_strength("氨水 20％")
    (999.0, None)
    """
    found = _PERCENT.search(unicodedata.normalize("NFKC", name))
    percent = float("".join(found[1].split())) if found else 1.0
    return None if 0 < percent <= 100 else percent


def _strength(name: str) -> tuple[str, float | None]:
    """A name without the strength written beside it, and the strength [kg/kg] if it is one."""
    plain = unicodedata.normalize("NFKC", name)
    found = _PERCENT.search(plain)
    if not found or impossible_strength(name) is not None:
        return name, None
    return (plain[:found.start()] + plain[found.end():]).strip(), float(found[1]) / 100.0


def near_names(name: str) -> tuple[str, ...]:
    """Listed names much like one that is not listed, the nearest first; empty for a listed one.

    >>> near_names("笨酚")
    ('酚', '苯酚', '甲酚', '煤酚')
    """
    from difflib import get_close_matches

    name = _strength(name)[0]
    if _key(name) in _by_name():
        return ()
    spoken = {_key(n): n for s in substances() for n in (s.name, s.name_en, *s.aliases) if n}
    return tuple(spoken[k] for k in get_close_matches(_key(name), spoken, n=4, cutoff=0.5))


def find_substance(name: str) -> Substance:
    """The substance of a name, alias or CAS number; one without a limit where it is not listed.

    A strength written beside the name replaces that of trade: ``氨水 20%``.

    >>> find_substance("diesel").indicator
    '石油类'
    >>> find_substance("某新材料").indicator
    ''
    >>> find_substance("氨水 20%").strength
    0.2
    """
    if _key(name) in _by_name():
        return _by_name()[_key(name)]
    plain, strength = _strength(name)
    found = _by_name().get(_key(plain)) or Substance(name=plain.strip())
    return found if strength is None else replace(found, strength=strength)
