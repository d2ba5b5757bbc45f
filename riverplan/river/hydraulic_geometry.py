"""Width and depth where none is known: downstream and at-a-station hydraulic geometry.

Sources
-------
J. A. Moody and B. M. Troutman (2002), Characterization of the spatial variability of channel morphology,
Earth Surface Processes and Landforms 27, 1251-1266: width 7.2 Q^0.50, depth 0.27 Q^0.30. Bounds of 5 and
95 % by K. M. Andreadis, G. J.-P. Schumann and T. Pavelsky (2013), Water Resources Research 49, 7164-7168:
2.6 to 20.2 and 0.12 to 0.63 for the factors.
L. B. Leopold and T. Maddock (1953), USGS Professional Paper 252: at one place width goes with Q^0.26 and depth
with Q^0.40.
"""

import numpy as np

from riverplan.channel import Array

LEAST, MOST = 0.1, 2e5
"""Discharges the relations were fitted to [m³/s]; outside they are extrapolated."""
SIGMA_WIDTH = float(np.log(20.2 / 2.6) / (2 * 1.645))
"""Standard error of ln(width), 0.62, from the 5 and 95 % bounds."""
SIGMA_DEPTH = float(np.log(0.63 / 0.12) / (2 * 1.645))
"""Standard error of ln(depth), 0.50."""


def width(discharge: Array) -> Array:
    """Width [m] of a channel by its mean discharge [m³/s]; ``nan`` where that is not positive.

    >>> float(width(np.array([100.0]))[0])
    72.0
    """
    return 7.2 * np.where(discharge > 0, discharge, np.nan) ** 0.50


def depth(discharge: Array) -> Array:
    """Mean depth [m] of a channel by its mean discharge [m³/s]; ``nan`` where that is not positive.

    >>> round(float(depth(np.array([100.0]))[0]), 3)
    1.075
    """
    return 0.27 * np.where(discharge > 0, discharge, np.nan) ** 0.30


def at_station(discharge: Array, mean_discharge: Array) -> tuple[Array, Array]:
    """Factors on the width and the depth of mean flow at another discharge of the same place [-]."""
    known = (discharge > 0) & (mean_discharge > 0)
    ratio = np.where(known, discharge / np.where(known, mean_discharge, 1.0), np.nan)
    return ratio**0.26, ratio**0.40
