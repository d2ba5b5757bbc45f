"""Points of map files (KML, shapefile, GeoPackage, GeoJSON) as grids: one a layer, coordinates in two columns."""

import re
import tempfile
import warnings
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from riverplan.errors import InputError, Problem
from riverplan.tables import kml_points
from riverplan.tables.cells import text_of
from riverplan.tables.grids import Grid, about
from riverplan.tables.heads import kind_by_name
from riverplan.tables.measures import fold
from riverplan.tables.shapefile import stage

_LARGEST = 200_000_000
_HEADS = {"name": "名称", "description": "备注", "snippet": "说明"}
_TAG = re.compile(r"<[^<>]{1,2000}>")
_KML = (".kml", ".kmz", ".ovkml", ".ovkmz")
_OVITAL = (".ovkml", ".ovkmz")


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The layers of a file that hold points or areas; of an area a point inside it counts.

    A layer whose column tells several lists apart (图层: 风险源, 取水口 …) is one grid a list, the rows in
    their places.

    Raises
    ------
    InputError
        If the file cannot be read or holds nothing but lines.
    """
    problems: list[Problem] = []
    grids: list[Grid] = []
    lines = 0
    if path.suffix.lower() in _KML:
        folders, found = kml_points.read(path)
        problems += found
        lines += sum(g.left_out.get("point_is_line", 0) for g in folders)
        for grid in folders:
            _bare(grid)
            grids += _apart(grid)
    else:
        for layer, frame in _layers(path, problems):
            grid, dropped = _grid(path, layer, frame, problems)
            lines += dropped
            grids += _apart(grid)
    if not any(len(grid.rows) > 1 for grid in grids):
        raise InputError([*problems, about(path, "points_none", lines=lines)])
    if lines:
        problems.append(Problem(code="points_not_lines", severity="note", file=path.name, fields={"count": lines}))
    if path.suffix.lower() in _OVITAL:
        problems.append(Problem(code="points_ovital", severity="warning", file=path.name,
                                fields={"file": path.name}))
    return tuple(grids), tuple(problems)


def _layers(path: Path, problems: list[Problem]) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    suffix = path.suffix.lower()
    if path.stat().st_size > _LARGEST:
        raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        source, encoding = path, None
        if suffix == ".shp":
            staged = stage(path, Path(folder))
            problems += staged.problems
            source, encoding = staged.path, staged.encoding
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")                # odd headers, repeated ids: not for a person
                names = [str(name) for name, _ in pyogrio.list_layers(source)]
                for name in names:
                    frame: Any = pyogrio.read_dataframe(source, layer=name, encoding=encoding, use_arrow=False,
                                                        on_invalid="ignore")
                    if isinstance(frame, gpd.GeoDataFrame) and len(frame):
                        yield ("" if suffix in (".shp", ".geojson", ".json") else name), frame
        except InputError:
            raise
        except Exception as error:                             # GDAL and pyogrio fail on spoilt files in many ways
            raise InputError([*problems, about(path, "points_broken", reason=_reason(error, source))]) from None


def _reason(error: Exception, source: Path) -> str:
    """What GDAL says, without the folder of the file and its advice to programmers."""
    words = (str(error).splitlines() or [""])[0].partition(";")[0]
    return words.replace(str(source), source.name)[:160] or "—"


def _grid(path: Path, layer: str, frame: gpd.GeoDataFrame, problems: list[Problem]) -> tuple[Grid, int]:
    """A layer as a grid: heads in the first row, each feature in its own; and how many lines it holds."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    kind = shapely.get_type_id(shapes)
    is_line = np.isin(kind, (1, 2, 5))
    try:
        usable = gpd.GeoSeries([None if line else s for line, s in zip(is_line, shapes, strict=True)], crs=frame.crs)
        usable = usable.to_crs("EPSG:4326") if frame.crs is not None else usable
        points = shapely.point_on_surface(usable.to_numpy())
    except Exception as error:                                 # coordinates no projection knows
        raise InputError([*problems, about(path, "points_broken", reason=str(error)[:160])]) from None
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    areas = int(np.isin(kind, (3, 6)).sum())
    if areas:
        problems.append(Problem(code="points_of_areas", severity="note", file=path.name, sheet=layer,
                                fields={"count": areas}))
    columns: dict[str, Any] = {}
    for name in frame.columns:
        if name == frame.geometry.name:
            continue
        columns.setdefault(_HEADS.get(fold(str(name)), str(name)), frame[name].tolist())
    rows: list[list[Any]] = [["经度", "纬度", *columns]]
    for r in range(len(frame)):
        if is_line[r]:
            rows.append([])
            continue
        place = [float(lon[r]), float(lat[r])] if np.isfinite([lon[r], lat[r]]).all() else [None, None]
        rows.append([*place, *(_value(values[r]) for values in columns.values())])
    lines = int(is_line.sum())
    return Grid(sheet=layer, rows=rows, cut=path.suffix.lower() == ".shp",
                left_out={"point_is_line": lines} if lines else {}), lines


def _bare(grid: Grid) -> None:
    """The texts of balloons without their HTML, in place."""
    for row in grid.rows[1:]:
        if isinstance(row, list):
            row[:] = [_value(v) for v in row]


def _value(value: Any) -> Any:
    """An attribute as a cell: no nan, no HTML of a balloon."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, str):
        bare = unescape(_TAG.sub(" ", value)) if "<" in value else value
        return " ".join(bare.split()) or None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else text_of(value) if isinstance(value, list) else value


def _apart(grid: Grid) -> list[Grid]:
    """One grid for each list that a column of the layer names; the layer itself where none does."""
    if kind_by_name(grid.sheet) or len(grid.rows) < 2:
        return [grid]
    for c in range(2, len(grid.rows[0])):
        named = [str(row[c]) if c < len(row) and row[c] is not None else "" for row in grid.rows[1:]]
        kinds = {word: kind_by_name(word) for word in set(named) if word}
        told = sum(bool(kinds.get(word)) for word in named)
        if told and told >= 0.8 * sum(bool(row) for row in grid.rows[1:]) and len(kinds) <= 40:
            if len(set(kinds.values())) < 2 and grid.sheet:
                continue
            return [Grid(sheet=word, title=grid.sheet, cut=grid.cut, left_out=grid.left_out if number == 0 else {},
                         rows=[grid.rows[0], *(row if own == word else [] for row, own in
                                               zip(grid.rows[1:], named, strict=True))])
                    for number, word in enumerate(dict.fromkeys(
                        own for own, row in zip(named, grid.rows[1:], strict=True) if row))]
    return [grid]
