"""Heights of points on a DEM, a window at a time."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyproj

from riverplan.channel import Array
from riverplan.river.dem_reading import Dem, open_dem, read_window

_BLOCK = 1024


def elevations(dem_paths: Sequence[Path | str], lon: Array, lat: Array) -> Array:
    """Heights of points, linear between the middles of the four cells around.

    Parameters
    ----------
    dem_paths
        As in :func:`riverplan.river.dem_reading.open_dem`.
    lon, lat
        [degrees], WGS 84 or CGCS2000, of one shape.

    Returns
    -------
    ndarray
        [m], of the same shape; nan off the DEM and where one of the four cells has no elevation.

    Raises
    ------
    InputError
        If the DEM cannot be used.
    """
    return heights_on(open_dem(dem_paths), lon, lat)


def heights_on(dem: Dem, lon: Array, lat: Array, *, lowest_within: int = 0) -> Array:
    """Heights of points on a DEM that is open already.

    Parameters
    ----------
    dem, lon, lat
        As in :func:`elevations`.
    lowest_within
        0 for the height of the point; else that of the lowest cell not farther than so many rows and columns:
        the bottom of the valley beside a line that misses it.
    """
    shape = np.shape(lon)
    to = pyproj.Transformer.from_crs("EPSG:4326", dem.crs, always_xy=True)
    x, y = to.transform(np.asarray(lon, np.float64).ravel(), np.asarray(lat, np.float64).ravel())
    row, column = (dem.north - y) / dem.dy - 0.5, (x - dem.west) / dem.dx - 0.5
    out = np.full(row.size, np.nan)
    with np.errstate(invalid="ignore"):
        on = np.flatnonzero((row >= -0.5) & (row <= dem.height - 0.5)
                            & (column >= -0.5) & (column <= dem.width - 0.5))
    block = (row[on] // _BLOCK).astype(np.int64) * (dem.width // _BLOCK + 2) + (column[on] // _BLOCK).astype(np.int64)
    order = np.argsort(block, kind="stable")
    margin = lowest_within + 1
    for group in np.split(on[order], np.flatnonzero(np.diff(block[order])) + 1):
        if not group.size:
            continue
        top, left = int(np.floor(row[group].min())) - margin, int(np.floor(column[group].min())) - margin
        height = int(np.ceil(row[group].max())) + margin + 1 - top
        width = int(np.ceil(column[group].max())) + margin + 1 - left
        z = read_window(dem, top, left, height, width)
        r, c = row[group] - top, column[group] - left
        if lowest_within:
            r0, c0 = np.rint(r).astype(np.int64), np.rint(c).astype(np.int64)
            best = np.full(group.size, np.inf)
            for dr in range(-lowest_within, lowest_within + 1):
                for dc in range(-lowest_within, lowest_within + 1):
                    best = np.fmin(best, z[r0 + dr, c0 + dc])
            out[group] = np.where(np.isfinite(best), best, np.nan)
            continue
        # the outer half of the outermost cells has the height of the cell
        r = np.clip(r, -top, dem.height - 1 - top)
        c = np.clip(c, -left, dem.width - 1 - left)
        r0, c0 = np.floor(r).astype(np.int64), np.floor(c).astype(np.int64)
        u, v = r - r0, c - c0
        value = np.zeros(group.size)
        for dr, weight_r in ((0, 1 - u), (1, u)):
            for dc, weight_c in ((0, 1 - v), (1, v)):
                weight = weight_r * weight_c
                value += np.where(weight > 0, weight * z[r0 + dr, c0 + dc], 0.0)
        out[group] = value
    return out.reshape(shape)
