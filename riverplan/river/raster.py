"""A GeoTIFF laid on a web map: read small, whatever its size, its projection and its bands."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverplan.errors import InputError, Problem
from riverplan.river.picture import OVERLAY, Overlay, encoded

MOST_CELLS = 400_000_000
"""A raster without overviews of more cells would take too long to look at."""


def read_geotiff(path: Path) -> Overlay:
    """A GeoTIFF warped to Web Mercator, at most ``OVERLAY`` pixels wide or high.

    Three bands and more are taken for red, green and blue, one band for a palette or for grey from its
    2nd to its 98th percentile. Cells without data are transparent.

    Raises
    ------
    InputError
        If it cannot be read, does not say where it lies, or is too large to look at.
    """
    import rasterio
    from rasterio.errors import CRSError, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                     # a picture without place is said below
            with rasterio.open(path, driver="GTiff") as file:
                return _overlay(file, path.name)
    except (RasterioError, CRSError, OSError, ValueError, MemoryError):
        raise InputError(Problem(code="raster_unreadable", file=path.name)) from None


def _overlay(file: Any, name: str) -> Overlay:
    from rasterio.enums import Resampling
    from rasterio.transform import array_bounds
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import calculate_default_transform, transform_bounds

    if file.crs is None or file.transform.is_identity:
        raise InputError(Problem(code="raster_without_place", file=name))
    if file.width * file.height > MOST_CELLS and not file.overviews(1):
        raise InputError(Problem(code="raster_huge", file=name, fields={
            "width": file.width, "height": file.height, "most": MOST_CELLS // 10**6}))
    transform, width, height = calculate_default_transform(
        file.crs, "EPSG:3857", file.width, file.height, *file.bounds)
    less = max(width, height) / OVERLAY
    if less > 1:
        transform, width, height = transform * transform.scale(less), max(int(width / less), 1), \
            max(int(height / less), 1)
    with WarpedVRT(file, crs="EPSG:3857", transform=transform, width=width, height=height,
                   resampling=Resampling.bilinear if not _palette(file) else Resampling.nearest,
                   add_alpha=file.nodata is None and not _has_alpha(file)) as warped:
        shown = warped.dataset_mask()
        bands = warped.read([1, 2, 3] if file.count >= 3 else [1])
    colours = _coloured(bands, shown, _palette(file))
    box = array_bounds(height, width, transform)
    west, south, east, north = transform_bounds("EPSG:3857", "EPSG:4326", *box)
    grain = float(transform.a * np.cos(np.radians((south + north) / 2)))
    return Overlay(png=encoded(np.dstack([colours, shown])), bounds=(west, south, east, north), grain=grain)


def _palette(file: Any) -> dict[int, tuple[int, ...]]:
    from rasterio.enums import ColorInterp

    is_palette = file.count == 1 and file.colorinterp[0] is ColorInterp.palette
    return dict(file.colormap(1)) if is_palette else {}


def _has_alpha(file: Any) -> bool:
    from rasterio.enums import ColorInterp

    return ColorInterp.alpha in file.colorinterp


def _coloured(bands: NDArray[Any], shown: NDArray[np.uint8], palette: dict[int, tuple[int, ...]],
              ) -> NDArray[np.uint8]:
    if palette:
        table = np.zeros((max(palette) + 1, 3), np.uint8)
        for value, colour in palette.items():
            table[value] = colour[:3]
        looked_up: NDArray[np.uint8] = table[np.clip(bands[0].astype(np.int64), 0, len(table) - 1)]
        return looked_up
    if bands.dtype != np.uint8:
        values = bands.astype(np.float64)
        known = values[:, (shown > 0) & np.isfinite(values).all(axis=0)]
        low, high = np.percentile(known, [2, 98]) if known.size else (0.0, 1.0)
        bands = np.nan_to_num(np.clip(255 * (values - low) / max(high - low, 1e-9), 0, 255)).astype(np.uint8)
    return np.moveaxis(np.broadcast_to(bands, (3, *bands.shape[1:])) if len(bands) == 1 else bands, 0, 2)
