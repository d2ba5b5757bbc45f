"""Which of the files a person brings are lines, which lists, which rasters."""

from collections.abc import Iterable
from pathlib import Path

import pyogrio

from riverplan.tables.line_files import GDAL_ERRORS

RASTERS = frozenset({".tif", ".tiff", ".asc", ".img", ".vrt"})
TABLES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx"})
_VECTORS = frozenset({".kml", ".kmz", ".shp", ".gpkg", ".geojson", ".json"})


def sorted_files(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...], tuple[Path, ...]]:
    """Files by what they are for: lines, lists, rasters.

    Drawings that hold points only are lists; whatever nobody knows is taken for lines, whose reader names
    the mend.
    """
    lines: list[Path] = []
    lists: list[Path] = []
    rasters: list[Path] = []
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in RASTERS:
            rasters.append(path)
        elif suffix in TABLES or (suffix in _VECTORS and _holds_points_only(path)):
            lists.append(path)
        else:
            lines.append(path)
    return tuple(lines), tuple(lists), tuple(rasters)


def _holds_points_only(path: Path) -> bool:
    try:
        kinds = {str(kind) for _, kind in pyogrio.list_layers(path)}
    except (*GDAL_ERRORS, ValueError, TypeError, RuntimeError):
        return False
    return bool(kinds) and all("Point" in kind for kind in kinds)
