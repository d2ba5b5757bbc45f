"""Facts as tables, each row with its source: substances and the limits of standards."""

from riverplan.reference.limits import (
    DRINKING_SOURCE,
    PH_BASIS,
    PH_RANGE,
    TAP_PH_BASIS,
    TAP_PH_RANGE,
    TAP_WATER,
    Limit,
    known_class,
    limit_for,
    tap_limit_for,
)
from riverplan.reference.substances import Substance, find_substance, impossible_strength, near_names, substances

__all__ = [
    "DRINKING_SOURCE", "PH_BASIS", "PH_RANGE", "TAP_PH_BASIS", "TAP_PH_RANGE", "TAP_WATER", "Limit", "Substance",
    "find_substance", "impossible_strength", "known_class", "limit_for", "near_names", "substances", "tap_limit_for",
]
