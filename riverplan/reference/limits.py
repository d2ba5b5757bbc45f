"""Limits of raw water (GB 3838-2002 地表水环境质量标准) and tap water (GB 5749-2022 生活饮用水卫生标准).

Rows in ``gb3838.csv`` and ``gb5749.csv``, each with its confidence.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from riverplan.units import MG_PER_L

DRINKING_SOURCE = "drinking_source"
"""The "class" of tables 2 and 3, which hold for centralised drinking-water sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """An upper limit of a concentration [kg/m³] and the table and class it comes from."""

    concentration: float
    standard: str
    table: str
    water_class: str
    confidence: str


@cache
def _limits() -> Mapping[tuple[str, str], Limit]:
    with files(__package__).joinpath("gb3838.csv").open(encoding="utf-8-sig") as file:
        return {(row["pollutant_zh"], row["class"]): Limit(
                    concentration=float(row["limit_mg_per_L"]) * MG_PER_L, standard="GB 3838-2002",
                    table=row["table"], water_class=row["class"], confidence=row["confidence"])
                for row in csv.DictReader(file) if row["comparator"] == "<=" and row["unit"] == "mg/L"}


PH_RANGE = (6.0, 9.0)
"""pH of surface water (GB 3838-2002 table 1)."""
PH_BASIS = "GB 3838-2002 1 I–V"
"""Standard, table and classes of that range."""
TAP_PH_RANGE = (6.5, 8.5)
"""pH of tap water (GB 5749-2022 table 1)."""
TAP_PH_BASIS = "GB 5749-2022 1"
"""Standard and table of that range."""
TAP_WATER = "tap_water"
"""The "class" of the tables of GB 5749-2022."""


@cache
def _tap_limits() -> Mapping[str, Limit]:
    with files(__package__).joinpath("gb5749.csv").open(encoding="utf-8") as file:
        return {row["name_zh"]: Limit(concentration=float(row["limit_mg_per_l"]) * MG_PER_L, standard="GB 5749-2022",
                                      table=row["table"], water_class=TAP_WATER, confidence=row["confidence"])
                for row in csv.DictReader(file)}


def tap_limit_for(indicator: str) -> Limit | None:
    """The limit of a determinand in tap water, named as in GB 3838-2002; annex A is for reference.

    Returns
    -------
    Limit or None
        None where GB 5749-2022 has none (无标准), or none that is listed here.

    >>> round(tap_limit_for("三氯乙烯").concentration * 1e3, 9)
    0.02
    """
    return _tap_limits().get(indicator)


def limit_for(indicator: str, water_class: str) -> Limit | None:
    """The limit of a determinand in a water class.

    Parameters
    ----------
    indicator
        Chinese name as in the standard, such as 挥发酚.
    water_class
        ``I`` … ``V``. Determinands of tables 2 and 3 have one limit, that of drinking-water sources.

    Returns
    -------
    Limit or None
        None where the standard has no upper limit for it (无标准).

    >>> round(limit_for("挥发酚", "II").concentration, 9)
    2e-06
    """
    return _limits().get((indicator, water_class)) or _limits().get((indicator, DRINKING_SOURCE))


def known_class(written: object) -> str:
    """A water class as the standard's tables name it, ``I`` to ``V``; empty where it says none.

    劣Ⅴ类 (``below_V``) has no limits of its own: it is judged by those of class V.

    >>> known_class("Ⅲ类"), known_class("below_V"), known_class(float("nan"))
    ('III', 'V', '')
    """
    name = unicodedata.normalize("NFKC", str(written)).strip().removesuffix("类").upper()
    if name in ("BELOW_V", "劣V"):
        return "V"
    return name if name in ("I", "II", "III", "IV", "V") else ""
