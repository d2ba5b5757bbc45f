"""Small DEMs for the tests: written as rasters, with known valleys."""

from pathlib import Path

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio import Affine

WEST, NORTH, CELL = 500_000.0, 3_300_000.0, 30.0
PLANE = "EPSG:4545"


def y_valley(rows: int = 120, columns: int = 101, fall: float = 0.01) -> np.ndarray:
    """Two branches that meet in the middle and leave over the southern edge, heights in metres.

    ::

        \\   /     each column slopes to the nearest branch, each row to the south;
         \\ /      ridges to the north, west and east let nothing in from outside
          |
    """
    row, column = np.mgrid[0:rows, 0:columns].astype(float)
    middle = columns // 2
    apart = np.maximum(rows // 2 - row, 0) / 2
    beside = np.minimum(np.abs(column - (middle - apart)), np.abs(column - (middle + apart)))
    land = 200 + fall * CELL * (rows - row) + 1.5 * beside
    ridge = (row == 0) | (column == 0) | (column == columns - 1)
    return np.where(ridge, 420 + 0.5 * column - 0.5 * row, land)     # a ridge without a pass on three sides


def write_dem(path: Path, z: np.ndarray, *, crs: str | None = PLANE, west: float = WEST, north: float = NORTH,
              cell: float = CELL, nodata: float | None = None, dtype: str = "float32", **more: object) -> Path:
    """A GeoTIFF (or what the suffix says) of heights; returns its path."""
    bands = z if z.ndim == 3 else z[None]
    with rasterio.open(path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1], count=len(bands),
                       dtype=dtype, crs=crs, nodata=nodata, transform=Affine(cell, 0, west, 0, -cell, north),
                       **more) as sink:
        sink.write(bands.astype(dtype))
    return path


def place(row: float, column: float) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell of a DEM of ``write_dem``."""
    to = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)
    return to.transform(WEST + (column + 0.5) * CELL, NORTH - (row + 0.5) * CELL)
