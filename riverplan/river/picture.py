"""Pictures to draw on: a scanned map opened with care, placed, and warped so that it lies right on a web map."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from pyproj import Transformer
from scipy.ndimage import map_coordinates

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.georeference import Placement

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
MOST_PIXELS = 150_000_000
"""A picture that claims more pixels is not unpacked."""
WIDEST = 4000
"""Pictures are kept at this many pixels on their longer side; control points count these pixels."""
OVERLAY = 2000
"""Longest side of what is laid on the map [pixels]."""
_GRID = 48
_MERCATOR = "EPSG:3857"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlay:
    """A picture that lies right on a map in Web Mercator.

    Parameters
    ----------
    png
        The picture, with transparency outside.
    bounds
        West, south, east, north [degrees].
    grain
        Size of a pixel on the ground [m].
    """

    png: bytes
    bounds: tuple[float, float, float, float]
    grain: float


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture as red, green, blue, shape ``(rows, columns, 3)``, upright, at most ``WIDEST`` pixels wide or high.

    Raises
    ------
    InputError
        If the file is none of ``FORMATS``, is damaged, or claims more than ``MOST_PIXELS``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                     # the size is judged here
            with Image.open(path, formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise _huge(path)
                if min(width, height) < 16:
                    raise InputError(Problem(code="picture_tiny", file=path.name,
                                             fields={"width": width, "height": height}))
                opened.draft("RGB", (WIDEST, WIDEST))           # a JPEG is unpacked small at once
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
                return np.asarray(_opaque(upright), np.uint8)
    except Image.DecompressionBombError:                        # Pillow's own limit, a little higher
        raise _huge(path) from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise InputError(Problem(code="picture_unreadable", file=path.name)) from None


def _huge(path: Path) -> InputError:
    return InputError(Problem(code="picture_huge", file=path.name, fields={"most": MOST_PIXELS // 10**6}))


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I;16", "I", "F"):                      # a scan of sixteen bits
        values = np.asarray(picture, np.float64)
        low, high = np.nanpercentile(values, [1, 99])
        picture = Image.fromarray(np.clip(255 * (values - low) / max(high - low, 1e-9), 0, 255).astype(np.uint8))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        front = picture.convert("RGBA")
        back = Image.new("RGBA", front.size, "white")
        return Image.alpha_composite(back, front).convert("RGB")
    return picture.convert("RGB")


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """A picture as PNG where it is transparent (four bands), else as JPEG: what a browser takes."""
    out = io.BytesIO()
    if pixels.shape[2] == 4:
        Image.fromarray(pixels, "RGBA").save(out, "PNG", compress_level=4)
    else:
        Image.fromarray(pixels, "RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def warp(pixels: NDArray[np.uint8], placement: Placement) -> Overlay:
    """Lay a placed picture on Web Mercator.

    Where a pixel of the overlay lies on the picture is worked out on a coarse grid and interpolated: over a
    picture neither a projection nor a second-order polynomial bends more than that catches.
    """
    rows, columns = pixels.shape[:2]
    rim = np.linspace(0, 1, 33)
    edge = np.vstack([np.column_stack([x * columns, y * rows]) for x, y in (
        (rim, 0 * rim), (rim, 0 * rim + 1), (0 * rim, rim), (0 * rim + 1, rim))])
    mercator = Transformer.from_crs(placement.crs, _MERCATOR, always_xy=True)
    x, y = mercator.transform(*placement.to_plane(edge).T)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError(Problem(code="picture_off_earth"))
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    size = max(east - west, north - south) / min(OVERLAY, max(rows, columns))
    across, down = max(int((east - west) / size), 1), max(int((north - south) / size), 1)
    source = _where(placement, mercator, (west, south, east, north), across, down)
    out = np.zeros((down, across, 4), np.uint8)
    inside = np.isfinite(source).all(axis=2) & (source >= 0).all(axis=2) \
        & (source[..., 0] <= columns) & (source[..., 1] <= rows)
    at = [np.clip(source[..., 1] - 0.5, 0, rows - 1), np.clip(source[..., 0] - 0.5, 0, columns - 1)]
    at = [np.where(inside, a, 0.0) for a in at]
    for band in range(3):
        out[..., band] = map_coordinates(pixels[..., band], at, order=1, mode="nearest")
    out[..., 3] = np.where(inside, 255, 0)
    lonlat = Transformer.from_crs(_MERCATOR, "EPSG:4326", always_xy=True)
    (w, e), (s, n) = lonlat.transform([west, east], [south, north])
    return Overlay(png=encoded(out), bounds=(w, s, e, n), grain=size * float(np.cos(np.radians((s + n) / 2))))


def _where(placement: Placement, mercator: Transformer, box: tuple[float, float, float, float], across: int,
           down: int) -> Array:
    """Column and row on the picture of each pixel of the overlay, shape ``(down, across, 2)``."""
    west, south, east, north = box
    gx, gy = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(north, south, _GRID))
    plane: Any = mercator.transform(gx.ravel(), gy.ravel(), direction="INVERSE")
    coarse = placement.from_plane(np.column_stack(plane)).reshape(_GRID, _GRID, 2)
    i = (np.arange(down) + 0.5) / down * (_GRID - 1)
    j = (np.arange(across) + 0.5) / across * (_GRID - 1)
    grid = np.meshgrid(i, j, indexing="ij")
    return np.stack([map_coordinates(coarse[..., k], grid, order=1, mode="nearest") for k in (0, 1)], axis=2)
