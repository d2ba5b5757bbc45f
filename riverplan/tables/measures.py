"""Units as bureaus write them, in heads and in cells: 万m³, 万立方米, 公里, ‰, t/d."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from riverplan.units import FILE_UNITS

_FAMILIES: tuple[Mapping[str, str], ...] = tuple(
    MappingProxyType({name: unit for unit, names in family.items() for name in (unit, *names.split())})
    for family in (
        {"m": "米", "km": "公里 千米 里程km"},
        {"m2": "平方米 平米 sqm", "km2": "平方公里 平方千米 sqkm", "ha": "公顷", "亩": ""},
        {"m3": "立方米 方 立方 cum", "万m3": "万立方米 万方 万立方 万m^3", "亿m3": "亿立方米 亿方"},
        {"kg": "千克 公斤", "t": "吨 ton tons", "万吨": "万t"},
        {"s": "秒 sec", "min": "分 分钟 mins", "h": "小时 时 hr hour hours", "d": "天 日 day days"},
        {"m/s": "米/秒 米每秒"},
        {"m3/s": "立方米/秒 立方米每秒 方/秒 立方/秒 cms m^3/s",
         "m3/d": "立方米/日 立方米/天 方/日 方/天 t/d 吨/日 吨/天 m^3/d",
         "m3/h": "立方米/小时 立方米/时 方/小时 方/时 t/h 吨/小时 m^3/h",
         "万m3/d": "万立方米/日 万立方米/天 万方/日 万吨/日 万吨/天 万t/d 万m^3/d"},
        {"mg/L": "毫克/升", "kg/m3": "千克/立方米"},
        {"": "m/m 小数 无量纲", "permille": "‰ 千分之 千分比 m/km", "%": "百分之 百分比"},
        {"kW": "千瓦", "MW": "兆瓦", "万kW": "万千瓦"},
        {"persons": "人 人次 口 名 people", "万人": "万口"},
    )
)
"""Units of one dimension each, with other writings; a cell may use any unit of its field's family."""

_SHOWN = MappingProxyType({"m2": "m²", "km2": "km²", "m3": "m³", "万m3": "万m³", "亿m3": "亿m³", "m3/s": "m³/s",
                           "m3/d": "m³/d", "m3/h": "m³/h", "万m3/d": "万m³/d", "kg/m3": "kg/m³", "permille": "‰",
                           "persons": "人"})


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """A text without case, spaces, line breaks and the difference of full and half width: for comparing."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def unit_for(writing: str, unit: str) -> str | None:
    """The unit a writing means beside a field of the given unit.

    Parameters
    ----------
    writing
        As written in a head or after a number: ``万立方米``, ``m³/s``, ``KM``.
    unit
        The field's own unit; only units of the same dimension are considered.

    Returns
    -------
    str or None
        A key of ``units.FILE_UNITS``; None where the writing is no unit of that dimension.

    Examples
    --------
    >>> unit_for("万立方米", "m3"), unit_for("吨", "m3")
    ('万m3', None)
    """
    wanted = fold(writing)
    for family in _FAMILIES:
        if unit in family:
            for name, meant in family.items():
                if fold(name) == wanted and wanted:
                    return meant
    return None


def is_unit(writing: str) -> bool:
    """Whether a text is any unit known here."""
    wanted = fold(writing)
    return bool(wanted) and any(fold(name) == wanted for family in _FAMILIES for name in family)


def multiplier_unit(writing: str, unit: str) -> str | None:
    """The unit meant by a bare 万 or 亿 after a number: ``3.5万`` people, ``500万`` m³ under a head in 万m³."""
    wanted = fold(writing)
    if wanted not in ("万", "亿"):
        return None
    plain = {"万m3": "m3", "万人": "persons", "万m3/d": "m3/d", "万吨": "t", "亿m3": "m3"}.get(unit, unit)
    name = {"persons": "人", "t": "吨"}.get(plain, plain)
    return f"{wanted}{name}" if f"{wanted}{name}" in FILE_UNITS else None


def shown(unit: str) -> str:
    """A unit as printed: ``万m3`` → ``万m³``."""
    return _SHOWN.get(unit, unit)
