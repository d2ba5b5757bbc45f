"""How sure a value is by the word that says where it comes from: standard error of its natural logarithm."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array

SIGMA_LN: Mapping[str, float] = MappingProxyType({
    "measured": 0.05, "stated": 0.15, "modelled": 0.3, "dem": 0.4, "drawn": 0.05, "interpolated": 0.2,
    "accumulated": 0.25, "mean_discharge": 0.35,
    "area_ratio": 0.3, "area_ratio_far": 0.6, "length_ratio": 0.6, "point_flows": 0.4, "specific_discharge": 0.5,
    "assumed": 0.5, "assumed_factor": 0.6, "sketched": 0.3, "geometry_regression": 0.62, "class": 0.3, "ends": 0.4,
    "floor": 1.0, "neighbours": 0.8, "diversion": 0.3, "estimated": 0.3,
})
"""Standard error of ln(value) by source word.

``geometry_regression`` is the spread of Moody and Troutman (2002) for widths; ``class`` the range of Chow
(1959). The others are judgements of this program, on the wide side, to rank values, not to be quoted.
"""
UNKNOWN = 1.0
"""Taken for a word that is not known, and for none."""


def sigma_ln(words: NDArray[np.object_]) -> Array:
    """Standard error of ln(value) of each source word, shape of ``words``."""
    return np.array([SIGMA_LN.get(str(w), UNKNOWN) for w in words], np.float64)
