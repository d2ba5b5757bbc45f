"""Water areas: polygons that came with river lines."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.tables.cells import text_of
from riverplan.tables.line_shapes import FEATURE

COLUMNS = ("source_id", "name", "kind", "file")
_STILL = ("水库", "湖", "库", "塘", "堰", "reservoir", "lake", "pond", "basin")
_RUNNING = ("河", "江", "溪", "沟", "渠", "river", "stream", "creek", "riverbank", "canal")
_SAID_IN = frozenset({"water", "waterway", "fclass", "natural", "类型", "类别", "type"})


def no_waters() -> gpd.GeoDataFrame:
    """A frame of water areas with no row."""
    empty = {c: pd.Series([], dtype=object) for c in COLUMNS}
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs="EPSG:4326"), crs="EPSG:4326")


def waters_of(polygons: gpd.GeoDataFrame, raw: pd.DataFrame,
              ) -> tuple[gpd.GeoDataFrame, list[Problem], dict[int, str]]:
    """The sound ones of the polygons of a layer, with their kind and the number of their feature; and the others.

    Parameters
    ----------
    polygons
        In longitude and latitude, with the columns of :data:`COLUMNS` and
        :data:`riverplan.tables.line_shapes.FEATURE`.
    raw
        The features as the file has them: other attributes may say what the water is.

    Notes
    -----
    ``kind`` is that of the attributes; else ``channel`` where a word such as *river* or the end of the name
    says running water; else ``reservoir``.
    """
    shapes = [_areas(g) for g in polygons.geometry.array]
    sound = np.array([not g.is_empty for g in shapes], bool)
    problems: list[Problem] = []
    lost: dict[int, str] = {}
    if not sound.all():
        bad = polygons[~sound]
        problems.append(Problem(code="line_is_polygon", file=str(bad["file"].iloc[0]), fields={
            "count": len(bad), "ids": listed(bad["source_id"])}))
        lost = dict.fromkeys(bad[FEATURE].tolist(), "line_is_polygon")
    polygons = polygons[sound]
    said = [c for c in raw.columns if str(c).casefold() in _SAID_IN]
    kinds = []
    for feature, name, kind in zip(polygons[FEATURE].tolist(), polygons["name"], polygons["kind"], strict=True):
        words = [text_of(raw[c].iloc[feature]).casefold() for c in said if not pd.isna(raw[c].iloc[feature])]
        kinds.append(kind or _kind(words, name))
    data = {c: polygons[c].tolist() for c in COLUMNS} | {"kind": kinds, FEATURE: polygons[FEATURE].tolist()}
    frame = gpd.GeoDataFrame(data, crs="EPSG:4326", geometry=gpd.GeoSeries(
        [g for g in shapes if not g.is_empty], crs="EPSG:4326"))
    return frame, problems, lost


def _areas(shape: Any) -> Any:
    """The polygon itself if it is valid, else its areas once it is made so; empty where it has none."""
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shapely.Polygon()
    shape = shapely.force_2d(shape)
    if shape.is_valid:
        return shape
    parts = shapely.get_parts(shapely.make_valid(shape))
    parts = shapely.get_parts(parts)                          # a collection may hold areas of several parts
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _kind(words: Sequence[str], name: str) -> str:
    if any(w in _STILL for w in words) or name.endswith(_STILL):
        return "reservoir"
    return "channel" if any(w in _RUNNING for w in words) or name.casefold().endswith(_RUNNING) else "reservoir"


def waters_kept(found: Sequence[gpd.GeoDataFrame]) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The water areas of all layers, each with an id, and a note for each file."""
    some = [f for f in found if len(f)]
    if not some:
        return no_waters(), []
    waters = gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs="EPSG:4326").drop(columns=FEATURE)
    problems = [Problem(code="waters_kept", severity="note", file=str(file), fields={
        "count": len(rows), "ids": listed(rows["source_id"])}) for file, rows in waters.groupby("file", sort=False)]
    taken: set[str] = set()
    ids = []
    for number, old in enumerate(waters["source_id"], 1):
        new, again = old or f"W{number}", 2
        while new in taken:
            new, again = f"{old or f'W{number}'}-{again}", again + 1
        taken.add(new)
        ids.append(new)
    return waters.assign(source_id=pd.Series(ids, index=waters.index, dtype=object)), problems


def only_polygons(found: Sequence[gpd.GeoDataFrame], files: Sequence[str]) -> list[Problem]:
    """The error of each file that holds polygons and no line, once no line came with them."""
    if not files:
        return []
    problems = []
    for frame in (f for f in found if len(f)):
        lon, lat = shapely.get_coordinates(frame.geometry.iloc[0])[0].tolist()
        problems.append(Problem(code="line_is_polygon", file=str(frame["file"].iloc[0]), lon=lon, lat=lat, fields={
            "count": len(frame), "ids": listed(frame["source_id"])}))
    return problems
