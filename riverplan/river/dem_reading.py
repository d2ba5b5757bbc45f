"""Elevation rasters as a bureau has them (one file, tiles, a folder) → one grid, read window by window."""

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from riverplan.crs import looks_like_degrees, prefixed_plane
from riverplan.errors import InputError, Problem

Elevations = NDArray[np.float32]

SUFFIXES = (".tif", ".tiff", ".asc", ".hgt", ".img", ".dem", ".bil", ".flt", ".dt0", ".dt1", ".dt2")
"""Files taken from a folder."""
LOWEST, HIGHEST = -500.0, 30_000.0
"""Values outside are no elevations [m or ft]: -32768, -9999, 32767, 1e38 stand for nothing, declared or not."""
MOST_CELLS = 400_000_000
"""A larger raster is not gone through [cells]: it is to be cropped first."""
FOOT = 0.3048
_FEET = frozenset({"ft", "feet", "foot", "us-ft", "us survey foot", "us survey feet", "英尺"})
_ALIGNED = 0.1
"""Tiles may be shifted against each other by this part of a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One file of a DEM: where it lies in the whole, and how its numbers become metres."""

    path: Path
    row: int
    column: int
    height: int
    width: int
    nodata: float | None
    scale: float
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dem:
    """A digital elevation model: what is known of it without reading its values.

    Parameters
    ----------
    crs
        Coordinate system as an authority string or WKT.
    geographic
        Whether it is one of degrees.
    west, north
        Outer corner of the first cell [m or degrees].
    dx, dy
        Size of a cell, both positive [m or degrees].
    height, width
        Rows and columns of the whole.
    tiles
        Its files.
    problems
        What is to be said about it.
    """

    crs: str
    geographic: bool
    west: float
    north: float
    dx: float
    dy: float
    height: int
    width: int
    tiles: tuple[Tile, ...]
    problems: tuple[Problem, ...]


def open_dem(paths: Sequence[Path | str]) -> Dem:
    """Look at a DEM: a file, several tiles, or folders of them.

    Parameters
    ----------
    paths
        Rasters GDAL reads (GeoTIFF, ASC, HGT, DTED …), one band of elevations in metres (feet are converted
        where the file says so). All of one coordinate system and one grid; overlaps may repeat.

    Raises
    ------
    InputError
        If a file is no DEM that can be placed, or the tiles do not fit together; with all problems.
    """
    files, problems = _files(paths)
    found: list[dict[str, Any]] = []
    for path in files:
        try:
            about, said = _about(path)
            found.append(about)
            problems += said
        except InputError as error:
            problems += error.problems
    if not found or any(p.severity == "error" for p in problems):
        raise InputError(problems)
    first = found[0]
    west, north = min(a["west"] for a in found), max(a["north"] for a in found)
    dx, dy = first["dx"], first["dy"]
    tiles = []
    for about in found:
        same = pyproj.CRS(about["crs"]).equals(pyproj.CRS(first["crs"]), ignore_axis_order=True)
        column, row = (about["west"] - west) / dx, (north - about["north"]) / dy
        alike = abs(about["dx"] / dx - 1) < 1e-4 and abs(about["dy"] / dy - 1) < 1e-4
        on_grid = max(abs(column - round(column)), abs(row - round(row))) <= _ALIGNED
        if not (same and alike and on_grid):
            problems.append(Problem(code="dem_tiles_differ", file=about["path"].name,
                                    fields={"first": first["path"].name}))
            continue
        tiles.append(Tile(path=about["path"], row=round(row), column=round(column), height=about["height"],
                          width=about["width"], nodata=about["nodata"], scale=about["scale"],
                          offset=about["offset"]))
    height, width = max(t.row + t.height for t in tiles), max(t.column + t.width for t in tiles)
    if height * width > MOST_CELLS:
        problems.append(Problem(code="dem_too_large", file=first["path"].name, fields={
            "rows": height, "columns": width, "most": MOST_CELLS // 1_000_000}))
    if any(p.severity == "error" for p in problems):
        raise InputError(problems)
    return Dem(crs=first["crs"], geographic=first["geographic"], west=west, north=north, dx=dx, dy=dy,
               height=height, width=width, tiles=tuple(tiles), problems=tuple(problems))


def read_window(dem: Dem, row: int, column: int, height: int, width: int) -> Elevations:
    """Elevations of a window of the grid [m], shape ``(height, width)``; nan where there is none.

    The window may reach beyond the DEM.

    Raises
    ------
    InputError
        If a file is damaged.
    """
    out = np.full((height, width), np.nan, np.float32)
    for tile in dem.tiles:
        top, left = max(row, tile.row), max(column, tile.column)
        bottom = min(row + height, tile.row + tile.height)
        right = min(column + width, tile.column + tile.width)
        if top >= bottom or left >= right:
            continue
        window = Window(left - tile.column, top - tile.row, right - left, bottom - top)
        with _readable(tile.path), rasterio.open(tile.path) as source:
            raw = source.read(1, window=window)
        value = raw.astype(np.float32)
        with np.errstate(invalid="ignore"):
            nothing = ~((value > LOWEST) & (value < HIGHEST))
            if tile.nodata is not None:
                nothing |= value == np.float32(tile.nodata)
        value = value * np.float32(tile.scale) + np.float32(tile.offset)
        value[nothing] = np.nan
        part = out[top - row: bottom - row, left - column: right - column]
        np.copyto(part, value, where=np.isnan(part))
    return out


def _files(paths: Sequence[Path | str]) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                problems.append(Problem(code="dem_folder_empty", file=path.name,
                                        fields={"suffixes": " ".join(SUFFIXES)}))
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            problems.append(Problem(code="dem_missing", file=path.name))
    if not paths:
        problems.append(Problem(code="dem_missing"))
    return files, problems


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what GDAL says about a damaged file into a problem."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)      # said as dem_no_crs
            yield
    except (RasterioError, RasterioIOError, OSError, MemoryError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].replace(str(path), path.name)
        raise InputError(Problem(code="dem_unreadable", file=path.name, fields={"reason": reason[:200]})) from None


def _about(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """What a file says of itself, checked."""
    problems: list[Problem] = []

    def say(code: str, severity: Any = "error", **fields: object) -> None:
        problems.append(Problem(code=code, severity=severity, file=path.name, fields=fields))

    with _readable(path), rasterio.open(path) as source:
        about: dict[str, Any] = {"path": path, "height": source.height, "width": source.width,
                                 "nodata": source.nodata, "scale": 1.0, "offset": 0.0}
        t, box = source.transform, tuple(source.bounds)
        crs, units = source.crs, (source.units[0] or "").strip().lower() if source.count else ""
        colours = (ColorInterp.palette, ColorInterp.red)
        if source.count != 1 or source.dtypes[0] == "uint8" or source.colorinterp[0] in colours:
            say("dem_picture", bands=source.count, type=source.dtypes[0] if source.count else "—")
        elif source.dtypes[0].startswith("complex"):
            say("dem_picture", bands=1, type=source.dtypes[0])
        else:
            about["scale"], about["offset"] = float(source.scales[0]), float(source.offsets[0])
    if not (t.b == 0 and t.d == 0 and t.a > 0 and t.e < 0 and np.isfinite(box).all()):
        say("dem_turned")
        raise InputError(problems)
    about |= {"west": t.c, "north": t.f, "dx": t.a, "dy": -t.e}
    if crs:
        code = crs.to_authority()
        about["crs"] = ":".join(code) if code else crs.to_wkt()
    elif looks_like_degrees(box) and about["dx"] <= 0.05 and t.c != 0:
        about["crs"] = "EPSG:4326"
        say("dem_datum_assumed", "warning", crs="WGS 84")
    elif zone := prefixed_plane(box):
        about["crs"] = zone
        say("dem_datum_assumed", "warning", crs=f"CGCS2000 {zone}")
    else:
        say("dem_no_crs")
    if units in _FEET:
        about["scale"] *= FOOT
        say("dem_feet_converted", "note")
    if any(p.severity == "error" for p in problems):
        raise InputError(problems)
    try:
        system = pyproj.CRS(about["crs"])
    except pyproj.exceptions.CRSError:
        system = None
    metres = system is not None and (system.is_geographic or (
        system.is_projected and abs(system.axis_info[0].unit_conversion_factor - 1) < 1e-9))
    if not metres:
        say("dem_crs_useless", crs=str(about["crs"])[:80])
        raise InputError(problems)
    about["geographic"] = bool(system is not None and system.is_geographic)
    if about["geographic"] and not looks_like_degrees((box[0], max(box[1], -90), box[2], min(box[3], 90))):
        say("dem_crs_useless", crs=str(about["crs"])[:80])
        raise InputError(problems)
    return about, problems
