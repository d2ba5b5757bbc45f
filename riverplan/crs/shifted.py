"""The shifted coordinates of Chinese web maps: GCJ-02 (Gaode, Tencent, Ovital) and BD-09 (Baidu).

GCJ-02 moves WGS84 positions in China by 100 to 700 m in a pattern that was never published; the formula
here is the one in general use since 2010, and agrees with the maps' own converters to about a metre.
BD-09 shifts GCJ-02 once more, by about 1 km in all. Outside the box of China nothing is shifted.
Arrays of degrees in, arrays of degrees out.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
_A = 6378245.0
"""Semi-major axis of the Krassovsky ellipsoid [m], which the shift uses."""
_E2 = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
"""The box in which positions are shifted [degrees]."""
_ROUNDS = 8


def _inside(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _waves(x: Degrees, a: float, b: float, c: float) -> Degrees:
    return np.asarray((a * np.sin(x * np.pi) + b * np.sin(x / 3.0 * np.pi) + c * np.sin(x / 12.0 * np.pi)) * 2.0 / 3.0)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Longitude and latitude [degrees] on WGS84 or CGCS2000 as GCJ-02.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02(121.781434, 31.195287)
    >>> round(float(lon), 4), round(float(lat), 4)
    (121.7858, 31.1932)
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    short = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = (-100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + short
             + (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
             + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0)
    east = (300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + short
            + (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
            + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0)
    phi = np.radians(lat)
    w = 1.0 - _E2 * np.sin(phi) ** 2
    d_lat = north * 180.0 / (_A * (1.0 - _E2) / (w * np.sqrt(w)) * np.pi)
    d_lon = east * 180.0 / (_A / np.sqrt(w) * np.cos(phi) * np.pi)
    inside = _inside(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Longitude and latitude [degrees] in GCJ-02 back to WGS84, to better than a millimetre of the formula."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon, lat
    for _ in range(_ROUNDS):                                   # the shift changes by a thousandth of itself
        there_x, there_y = wgs84_to_gcj02(x, y)
        x, y = x + lon - there_x, y + lat - there_y
    inside = _inside(lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """GCJ-02 as BD-09 [degrees]."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    z = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    inside = _inside(lon, lat)
    return (np.where(inside, z * np.cos(theta) + 0.0065, lon), np.where(inside, z * np.sin(theta) + 0.006, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """WGS84 as BD-09 [degrees]."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """BD-09 back to WGS84 [degrees]."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(_ROUNDS):
        there_x, there_y = gcj02_to_bd09(x, y)
        x, y = x + lon - there_x, y + lat - there_y
    inside = _inside(lon, lat)
    return gcj02_to_wgs84(np.where(inside, x, lon), np.where(inside, y, lat))
