"""The shifted coordinates of Chinese web maps: GCJ-02 (Gaode, Tencent, Ovital) and BD-09 (Baidu).

GCJ-02 moves WGS84 positions in China by up to 700 m, mostly 300 to 600 m, in a pattern that was never
published; the formula here is the one in general use since 2010 (*eviltransform*, *gcoord*), written anew,
and agrees with the maps' own converters to about a metre. BD-09 shifts GCJ-02 once more, by about 1 km in
all. Outside the box of China nothing is shifted; the box is wider than China, and in it the formula shifts
abroad as well, where the maps do not. Arrays of degrees in, arrays of degrees of the same shape out; nan
stays nan.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Conversion = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]
_A = 6378245.0
"""Semi-major axis of the Krassovsky ellipsoid [m], which the shift uses."""
_E2 = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
"""The box in which positions are shifted [degrees]."""
_CLOSE = 1e-9
"""A step smaller than this [degrees] ends the inverse: what is left is a hundredth of it, 1 µm."""
_ROUNDS = 12
_BLOCK = 16_384
"""Points worked on at a time, so that the arrays between stay in the cache."""


def in_shifted_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether positions [degrees] lie in the box in which the formulas shift; False for nan."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return np.asarray((x >= WEST) & (x <= EAST) & (y >= SOUTH) & (y <= NORTH))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Longitude and latitude [degrees] on WGS84 or CGCS2000 as GCJ-02.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02(121.781434, 31.195287)
    >>> round(float(lon), 4), round(float(lat), 4)
    (121.7858, 31.1932)
    """
    return _in_blocks(_shifted, lon, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Longitude and latitude [degrees] in GCJ-02 back to WGS84, to some micrometres of the formula.

    By fixed point: the place whose shifted place is the given one. Converters that take the shift of the
    shifted place instead are up to 3 m off.
    """
    return _in_blocks(_unshifted, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """WGS84 as BD-09 [degrees]."""
    return _in_blocks(lambda x, y: _turned(*_shifted(x, y)), lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """BD-09 back to WGS84 [degrees]."""
    return _in_blocks(lambda x, y: _unshifted(*_inverse(_turned, x, y)), lon, lat)


def _in_blocks(convert: Conversion, lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Convert the positions inside the box, a block at a time; the others stay."""
    x, y = (np.array(a, np.float64) for a in np.broadcast_arrays(lon, lat))
    inside = in_shifted_box(x, y)
    px, py = x[inside], y[inside]
    for start in range(0, px.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        px[block], py[block] = convert(px[block], py[block])
    x[inside], y[inside] = px, py
    return x, y


def _inverse(forward: Conversion, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    mid_x, mid_y = x.mean(keepdims=True), y.mean(keepdims=True)
    there_x, there_y = forward(mid_x, mid_y)
    u, v = x - (there_x - mid_x), y - (there_y - mid_y)      # the shift of the middle is a start that saves a step
    for _ in range(_ROUNDS):
        there_x, there_y = forward(u, v)
        dx, dy = x - there_x, y - there_y
        u, v = u + dx, v + dy
        if max(np.abs(dx).max(), np.abs(dy).max()) < _CLOSE:
            break
    return u, v


def _unshifted(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _inverse(_shifted, lon, lat)


def _shifted(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    sin_x12, sin_x3, sin_x, sin_2x = _sines(x)
    sin_y12, sin_y3, sin_y, _ = _sines(y)
    ripple = 20.0 * sin_2x * (3.0 - 4.0 * sin_2x * sin_2x) + 20.0 * sin_2x           # sin 6πx and sin 2πx
    north = ripple + 20.0 * sin_y + 40.0 * sin_y3 + 160.0 * sin_y12 + 320.0 * np.sin(y * (np.pi / 30.0))
    north = north * (2.0 / 3.0) - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east = ripple + 20.0 * sin_x + 40.0 * sin_x3 + 150.0 * sin_x12 + 300.0 * np.sin(x * (np.pi / 30.0))
    east = east * (2.0 / 3.0) + 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    sin2 = np.sin(lat * (np.pi / 180.0)) ** 2
    w2 = 1.0 - _E2 * sin2
    w = np.sqrt(w2)
    meridian = (_A * (1.0 - _E2) * np.pi / 180.0) / (w2 * w)            # [m per degree]
    parallel = (_A * np.pi / 180.0) / w * np.sqrt(1.0 - sin2)
    return lon + east / parallel, lat + north / meridian


def _sines(x: Degrees) -> tuple[Degrees, Degrees, Degrees, Degrees]:
    """The sines of πx/12, πx/3, πx and 2πx: the multiples by double and treble angle, cheaper than sines."""
    angle = x * (np.pi / 12.0)
    s, c = np.sin(angle), np.cos(angle)
    s2, c2 = 2.0 * s * c, 1.0 - 2.0 * s * s
    s4, c4 = 2.0 * s2 * c2, 1.0 - 2.0 * s2 * s2
    s12, c12 = s4 * (3.0 - 4.0 * s4 * s4), c4 * (4.0 * c4 * c4 - 3.0)
    return s, s4, s12, 2.0 * s12 * c12


def _turned(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to BD-09: in polar form a stretch by up to 2e-5° and a turn by up to 3e-6 rad.

    For so small a turn sine and cosine are their first terms to the last digit.
    """
    turn = 0.000003 * np.cos(lon * _X_PI)
    stretch = 1.0 + 0.00002 * np.sin(lat * _X_PI) / np.hypot(lon, lat)
    cos = 1.0 - 0.5 * turn * turn
    return stretch * (lon * cos - lat * turn) + 0.0065, stretch * (lat * cos + lon * turn) + 0.006
