"""Named conversions between the units people write and SI.

Inside the package every number is SI (m, s, kg, m³/s, kg/m³). These functions and factors
are used only where a number enters or leaves: tables, command line, exports and screens.
"""

HOUR = 3600.0
"""One hour [s]."""
DAY = 86_400.0
"""One day [s]."""
KILOMETRE = 1000.0
"""One kilometre [m]."""
MG_PER_L = 1e-3
"""One mg/L [kg/m³]."""

FILE_UNITS: dict[str, float] = {
    "": 1.0,
    "m": 1.0, "km": 1e3, "m2": 1.0, "km2": 1e6, "ha": 1e4, "亩": 2000.0 / 3.0,
    "m3": 1.0, "万m3": 1e4, "亿m3": 1e8,
    "kg": 1.0, "t": 1e3, "万吨": 1e7,
    "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0,
    "m/s": 1.0, "m3/s": 1.0, "m3/d": 1.0 / 86_400.0, "m3/h": 1.0 / 3600.0, "万m3/d": 1e4 / 86_400.0,
    "mg/L": 1e-3, "kg/m3": 1.0, "permille": 1e-3, "%": 1e-2, "1/d": 1.0 / 86_400.0,
    "kW": 1e3, "MW": 1e6, "万kW": 1e7,
    "persons": 1.0, "万人": 1e4,
}
"""SI value of one unit, by the name used in ``tables/*.csv``."""


def hours(seconds: float) -> float:
    """Seconds as hours.

    >>> hours(5400.0)
    1.5
    """
    return seconds / HOUR


def km(metres: float) -> float:
    """Metres as kilometres."""
    return metres / KILOMETRE


def mg_per_l(kg_per_m3: float) -> float:
    """A concentration [kg/m³] as mg/L.

    >>> mg_per_l(0.005)
    5.0
    """
    return kg_per_m3 / MG_PER_L
