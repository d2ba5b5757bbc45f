"""Substances a spill may carry, by every name people use for them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """A substance and what a monitoring station reads of it.

    ``indicator`` is the Chinese name of the determinand that has a limit (柴油 → 石油类); empty where
    no standard exists. ``decay`` is a first-order loss rate [1/s], 0 unless a source supports another.
    """

    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    cas: str = ""
    behaviour: str = ""
    """``dissolves``, ``floats``, ``sinks``, ``acid``, ``alkali`` or empty where it is not stated."""
    indicator: str = ""
    decay: float = 0.0
    source: str = ""

    def label(self, lang: str) -> str:
        """The name in a language, the Chinese one where there is no English."""
        return self.name if lang == "zh" or not self.name_en else self.name_en


@cache
def substances() -> tuple[Substance, ...]:
    """All substances of ``substances.csv``, in its order."""
    with files(__package__).joinpath("substances.csv").open(encoding="utf-8") as file:
        return tuple(
            Substance(name=row["name_zh"], name_en=row["name_en"],
                      aliases=tuple(a for a in row["aliases"].split("|") if a),
                      cas=row["cas"], behaviour=row["behaviour"], indicator=row["indicator"], source=row["source"])
            for row in csv.DictReader(file))


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


def near_names(name: str) -> tuple[str, ...]:
    """Listed names much like one that is not listed, the nearest first; empty for a listed one.

    >>> near_names("笨酚")
    ('酚', '苯酚')
    """
    from difflib import get_close_matches

    if _key(name) in _by_name():
        return ()
    spoken = {_key(n): n for s in substances() for n in (s.name, s.name_en, *s.aliases) if n}
    return tuple(spoken[k] for k in get_close_matches(_key(name), spoken, n=4, cutoff=0.5))


def find_substance(name: str) -> Substance:
    """The substance of a name, alias or CAS number; one without a limit where it is not listed.

    >>> find_substance("diesel").indicator
    '石油类'
    >>> find_substance("某新材料").indicator
    ''
    """
    return _by_name().get(_key(name)) or Substance(name=name.strip())
