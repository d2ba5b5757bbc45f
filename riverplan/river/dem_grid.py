"""A region of a DEM in memory: voids mended, the sea out, coarser where it would not fit."""

from dataclasses import dataclass, replace

import numpy as np
import pyproj
from numpy.typing import NDArray
from scipy import ndimage

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.dem_reading import Dem, Elevations, read_window

CELLS = 36_000_000
"""Cells held at once; a larger region is read with larger cells: about 35 bytes a cell are needed at the worst."""
VOID_CELLS = 2_000
"""Holes up to this size [cells] are filled from their rims, larger ones stay empty."""
_STRIP = 8_000_000
_HIGHEST_LAND = 8_850.0
_A, _E2 = 6_378_137.0, 0.006694379990141316                     # WGS 84: half axis [m], eccentricity squared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Elevations of a region.

    Parameters
    ----------
    elevation
        [m], shape ``(rows, columns)``, north row first; nan where there is none.
    crs, geographic
        As of the DEM.
    west, north, dx, dy
        Outer corner of the first cell and size of a cell [m or degrees].
    factor
        How many cells of the DEM make one here, along a side.
    """

    elevation: Elevations
    crs: str
    geographic: bool
    west: float
    north: float
    dx: float
    dy: float
    factor: int

    def lonlat(self, cell: NDArray[np.int64]) -> tuple[Array, Array]:
        """Longitude and latitude [degrees] of the middles of cells, by their flat numbers."""
        row, column = np.divmod(cell, self.elevation.shape[1])
        x, y = self.west + (column + 0.5) * self.dx, self.north - (row + 0.5) * self.dy
        to = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        lon, lat = to.transform(x, y)
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)

    def place(self, lon: Array, lat: Array) -> tuple[Array, Array]:
        """Row and column, with fractions, of positions; whole numbers are the middles of cells."""
        to = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        x, y = to.transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return (self.north - np.asarray(y)) / self.dy - 0.5, (np.asarray(x) - self.west) / self.dx - 0.5

    @property
    def row_area(self) -> Array:
        """Area of a cell of each row [m²], on the ellipsoid where the cells are degrees."""
        rows = self.elevation.shape[0]
        if not self.geographic:
            return np.full(rows, self.dx * self.dy)
        phi = np.radians(self.north - (np.arange(rows) + 0.5) * self.dy)
        bend = 1 - _E2 * np.sin(phi) ** 2
        return _A**2 * (1 - _E2) * np.cos(phi) / bend**2 * np.radians(self.dx) * np.radians(self.dy)

    @property
    def cell_size(self) -> float:
        """Side of a square of the area of the middle cell [m]."""
        area = self.row_area
        return float(np.sqrt(area[area.size // 2]))


Region = tuple[int, int, int, int]
"""First row and column, rows and columns of the DEM."""


def read_grid(dem: Dem, region: Region | None = None, *, cells: int = CELLS) -> tuple[Grid, list[Problem]]:
    """A region of a DEM as a grid of at most ``cells`` cells, each the mean of ``factor``² of the DEM.

    Parameters
    ----------
    dem
        Where to read.
    region
        The whole where none is given.
    cells
        The most to hold.

    Raises
    ------
    InputError
        If the region holds no elevation, or a file is damaged.
    """
    row, column, height, width = region or (0, 0, dem.height, dem.width)
    factor = max(1, int(np.ceil(np.sqrt(height * width / cells))))
    rows, columns = -(-height // factor), -(-width // factor)
    out = np.empty((rows, columns), np.float32)
    step = max(1, _STRIP // max(1, width * factor))
    for first in range(0, rows, step):
        n = min(step, rows - first)
        strip = read_window(dem, row + first * factor, column, n * factor, columns * factor)
        out[first: first + n] = strip if factor == 1 else _means(strip, factor)
    problems: list[Problem] = []
    name = dem.tiles[0].path.name
    if np.isnan(out).all() or np.nanmax(out) == np.nanmin(out):
        raise InputError(Problem(code="dem_empty", file=name))
    if np.nanmax(out) > _HIGHEST_LAND:
        problems.append(Problem(code="dem_feet", severity="warning", file=name,
                                fields={"highest": float(np.nanmax(out))}))
    grid = Grid(elevation=out, crs=dem.crs, geographic=dem.geographic, west=dem.west + column * dem.dx,
                north=dem.north - row * dem.dy, dx=dem.dx * factor, dy=dem.dy * factor, factor=factor)
    if factor > 1:
        problems.append(Problem(code="dem_coarser", severity="note", file=name,
                                fields={"factor": factor, "metres": grid.cell_size}))
    return grid, [*problems, *_mend(grid, name)]


def _means(strip: Elevations, factor: int) -> Elevations:
    blocks = strip.reshape(strip.shape[0] // factor, factor, strip.shape[1] // factor, factor)
    known = ~np.isnan(blocks)
    count = known.sum(axis=(1, 3))
    total = np.where(known, blocks, 0).sum(axis=(1, 3))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _mend(grid: Grid, name: str) -> list[Problem]:
    """Take out the sea, fill small voids from their rims; in place, as the array may be large."""
    z = grid.elevation
    problems: list[Problem] = []
    sea = z == 0
    if sea.any():
        sea = ndimage.binary_dilation(ndimage.binary_erosion(sea, np.ones((3, 3))), np.ones((3, 3)))
        if sea.any():
            z[sea] = np.nan
            problems.append(Problem(code="dem_sea", severity="note", file=name, fields={"cells": int(sea.sum())}))
    del sea
    hole = np.isnan(z)
    if not hole.any():
        return problems
    label, count = ndimage.label(hole)
    size = np.bincount(label.ravel(), minlength=count + 1)
    rim = np.unique(np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]]))
    small = size <= VOID_CELLS
    small[0] = False
    small[rim] = False
    if not small.any():
        return problems
    boxes = ndimage.find_objects(label)
    for k in np.flatnonzero(small).tolist():
        r, c = boxes[k - 1]
        around = (slice(max(r.start - 1, 0), r.stop + 1), slice(max(c.start - 1, 0), c.stop + 1))
        part, mine = z[around], label[around] == k
        known = ~np.isnan(part)
        near = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
        part[mine] = ndimage.uniform_filter(part[tuple(near)], 3)[mine]
    problems.append(Problem(code="dem_voids", severity="note", file=name, fields={
        "count": int(small.sum()), "cells": int(size[small].sum())}))
    return problems


def lowered(grid: Grid, cell: NDArray[np.int64], by: float) -> Grid:
    """The grid with cells lowered [m]: given lines burned in. Cells without elevation stay so."""
    z = grid.elevation.copy()
    z.ravel()[cell] -= np.float32(by)
    return replace(grid, elevation=z)
