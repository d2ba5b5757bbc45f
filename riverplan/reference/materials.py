"""Reagents, sorbents, earthwork and machines of an emergency, by every word lists have for them.

``materials.csv``: one row a material, with the unit it is counted in inside the package (``kg``, ``m``, ``m2``,
``m3`` or ``count``), the substance it is where ``substances.csv`` or ``products.csv`` knows it, and the materials
it can stand in for.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from riverplan.reference.substances import Substance, find_substance

MATERIAL_UNITS = ("kg", "m", "m2", "m3", "count")
"""The units materials are counted in."""
KINDS = ("reagent", "sorbent", "containment", "earthwork", "machine", "other")
"""What kind of thing a material is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A material of an emergency.

    Parameters
    ----------
    material_id
        Its key, such as ``polyaluminium_chloride``.
    kind, unit
        Of :data:`KINDS` and :data:`MATERIAL_UNITS`.
    pieces
        Words that count its pieces besides the usual ones: 袋 counts sandbags, but no reagent.
    substance
        Name of the substance it is, with its strength; empty where none is listed.
    serves
        Materials it can stand in for.
    """

    material_id: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    kind: str
    unit: str
    pieces: tuple[str, ...] = ()
    substance: str = ""
    serves: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The name in a language."""
        return self.name if lang == "zh" else self.name_en

    @property
    def chemistry(self) -> Substance | None:
        """The substance it is, as it is sold; None where none is listed."""
        return find_substance(self.substance) if self.substance else None


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(p for p in cell.split("|") if p)


@cache
def materials() -> Mapping[str, Material]:
    """All materials by their id, in the order of the file."""
    with files(__package__).joinpath("materials.csv").open(encoding="utf-8") as file:
        return {row["material_id"]: Material(
            material_id=row["material_id"], name=row["zh"], name_en=row["en"], aliases=_parts(row["aliases"]),
            kind=row["kind"], unit=row["unit"], pieces=_parts(row["pieces"]), substance=row["substance"],
            serves=_parts(row["serves"])) for row in csv.DictReader(file)}


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


@cache
def _by_word() -> Mapping[str, Material]:
    words: dict[str, Material] = {}
    for m in materials().values():
        for word in (m.name, m.name_en, *m.aliases):
            words.setdefault(_key(word), m)
    return words


def _bare(key: str) -> tuple[str, list[str]]:
    """A folded name without what stands in brackets, and what stands there."""
    plain, inner, depth = "", [""], 0
    for c in key:
        if c == "(":
            depth, inner = depth + 1, [*inner, ""]
        elif c == ")":
            depth = max(depth - 1, 0)
        elif depth:
            inner[-1] += c
        else:
            plain += c
    return plain, [i for i in inner if i]


def find_material(name: str) -> Material | None:
    """The material a list means by a name; None where it is none that is listed.

    The whole name counts first; then the longest known word it ends with, for in Chinese the last word says what
    a thing is (``PVC围油栏`` is a boom, ``围油栏收放架`` is not); then what stands in brackets.

    >>> find_material("聚铝").material_id, find_material("PVC 围油栏").material_id
    ('polyaluminium_chloride', 'oil_boom')
    >>> find_material("围油栏收放架") is None
    True
    """
    words = _by_word()
    key = _key(name)
    plain, inner = _bare(key)
    for whole in (key, plain):
        if whole in words:
            return words[whole]
    ends = [w for w in words if plain.endswith(w) and not (
        w[0].isascii() and plain[:-len(w)][-1:].isascii() and plain[:-len(w)][-1:].isalnum())]
    if ends:
        return words[max(ends, key=len)]
    return next((words[i] for i in inner if i in words), None)
