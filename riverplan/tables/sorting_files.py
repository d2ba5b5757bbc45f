"""What the files a person brings are for: lines, lists, rasters, or the flow of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from riverplan.errors import InputError
from riverplan.tables import gauges, schedules
from riverplan.tables.gauges import station_heads
from riverplan.tables.grids import read_grids
from riverplan.tables.line_files import GDAL_ERRORS

RASTERS = frozenset({".tif", ".tiff", ".asc", ".img", ".vrt"})
TABLES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx"})
_VECTORS = frozenset({".kml", ".kmz", ".shp", ".gpkg", ".geojson", ".json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedFiles:
    """Files by what they are for."""

    lines: tuple[Path, ...]
    lists: tuple[Path, ...]
    rasters: tuple[Path, ...]
    gauges: tuple[Path, ...]
    """Readings of gauges."""
    schedules: tuple[Path, ...]
    """What power stations are to do."""


def sorted_files(paths: Iterable[Path]) -> SortedFiles:
    """Files by what they are for.

    Drawings that hold points only are lists; whatever nobody knows is taken for lines, whose reader names
    the mend. Tables with the heads of readings or of schedules are told from lists by these.
    """
    found: dict[str, list[Path]] = {"lines": [], "lists": [], "rasters": [], "gauges": [], "schedules": []}
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in RASTERS:
            kind = "rasters"
        elif suffix in TABLES:
            kind = _of_today(path) or "lists"
        else:
            kind = "lists" if suffix in _VECTORS and _holds_points_only(path) else "lines"
        found[kind].append(path)
    return SortedFiles(**{kind: tuple(own) for kind, own in found.items()})


def _of_today(path: Path) -> str:
    """Whether every sheet that holds anything is one of readings, or of schedules; else empty."""
    try:
        grids = [g for g in read_grids(path)[0] if any(g.rows)]
    except InputError:                                         # the reader of lists names the mend
        return ""
    if grids and all(station_heads(g, schedules.HEADS, {"station", "since"}, {"state", "flow"}) for g in grids):
        return "schedules"
    if grids and all(station_heads(g, gauges.HEADS, {"station", "time"}, {"level", "discharge"}) for g in grids):
        return "gauges"
    return ""


def _holds_points_only(path: Path) -> bool:
    try:
        kinds = {str(kind) for _, kind in pyogrio.list_layers(path)}
    except (*GDAL_ERRORS, ValueError, TypeError, RuntimeError):
        return False
    return bool(kinds) and all("Point" in kind for kind in kinds)
