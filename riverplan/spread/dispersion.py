"""Formulas for the longitudinal dispersion coefficient of a river.

All take width, mean depth [m], mean velocity and shear velocity [m/s] and give m²/s; arrays in,
arrays out. Valid for straight to moderately winding natural rivers, width over depth 10 to 200,
below the mixing reach. No formula knows dead water: where there is much of it, a curve has a longer
tail than any of these gives.

References
----------
Fischer, List, Koh, Imberger & Brooks (1979), Mixing in Inland and Coastal Waters, equation 5.19.
Deng, Singh & Bengtsson (2001), J. Hydraul. Eng. 127(11).
Zeng & Huai (2014), J. Hydro-environ. Res. 8(1).
Disley, Gharabaghi, Mahboubi & McBean (2015), Hydrol. Process. 29(2).
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from riverplan.channel import Array

_GRAVITY: Final = 9.81


def fischer_1979(width: Array, depth: Array, velocity: Array, shear_velocity: Array) -> Array:
    """``0.011 U² W² / (H u*)``.

    >>> round(float(fischer_1979(*(np.array([v]) for v in (30.0, 1.0, 0.5, 0.07)))[0]), 2)
    35.36
    """
    return 0.011 * (velocity * width) ** 2 / (depth * shear_velocity)


def deng_2001(width: Array, depth: Array, velocity: Array, shear_velocity: Array) -> Array:
    """``0.15 / (8 e) (W/H)^(5/3) (U/u*)² H u*`` with ``e = 0.145 + (U/u*)(W/H)^1.38 / 3520``.

    >>> round(float(deng_2001(*(np.array([v]) for v in (30.0, 1.0, 0.5, 0.07)))[0]), 2)
    52.89
    """
    shape, friction = width / depth, velocity / shear_velocity
    across = 0.145 + friction * shape**1.38 / 3520.0
    return 0.15 / (8.0 * across) * shape ** (5.0 / 3.0) * friction**2 * depth * shear_velocity


def zeng_huai_2014(width: Array, depth: Array, velocity: Array, shear_velocity: Array) -> Array:
    """``5.4 (W/H)^0.7 (U/u*)^0.13 H U``.

    >>> round(float(zeng_huai_2014(*(np.array([v]) for v in (30.0, 1.0, 0.5, 0.07)))[0]), 2)
    37.7
    """
    return 5.4 * (width / depth) ** 0.7 * (velocity / shear_velocity) ** 0.13 * depth * velocity


def disley_2015(width: Array, depth: Array, velocity: Array, shear_velocity: Array) -> Array:
    """``3.563 Fr^-0.4117 (W/H)^0.6776 (U/u*)^1.0132 H u*`` with ``Fr = U / sqrt(g H)``.

    >>> round(float(disley_2015(*(np.array([v]) for v in (30.0, 1.0, 0.5, 0.07)))[0]), 2)
    39.0
    """
    froude = velocity / np.sqrt(_GRAVITY * depth)
    return (3.563 * froude**-0.4117 * (width / depth) ** 0.6776 * (velocity / shear_velocity) ** 1.0132
            * depth * shear_velocity)


DISPERSION: Mapping[str, Callable[[Array, Array, Array, Array], Array]] = {
    f.__name__: f for f in (disley_2015, zeng_huai_2014, deng_2001, fischer_1979)}
"""Every formula by its name, the most accurate on dye tests first."""

WITHIN_TWO: Mapping[str, tuple[float, float]] = {
    "disley_2015": (0.72, 0.87), "zeng_huai_2014": (0.65, 0.74), "deng_2001": (0.65, 0.77),
    "fischer_1979": (0.38, 0.39)}
"""Share of coefficients within a factor 2 of dye tests: on 71 rows of 29 rivers of the USA, and on the 31 of them
with the best known tests. Most formulas were fitted to these rows: on a new river expect 0.55 to 0.6."""

SIGMA_LOG10: Mapping[str, float] = {
    "disley_2015": 0.32, "zeng_huai_2014": 0.35, "deng_2001": 0.36, "fischer_1979": 0.58}
"""Root mean square error of log10(coefficient) on the 71 rows."""
