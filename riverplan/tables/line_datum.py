"""Which coordinates a file of lines is in, and from there to longitude and latitude."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from riverplan.crs import Box, Converted, Datum, family_of, looks_like_degrees, prefixed_plane, to_wgs84
from riverplan.errors import InputError, Problem
from riverplan.tables.datum_said import said_change

_OLD_DATUMS = ("beijing", "xian", "xi'an", "pulkovo", "krassovsky", "krasovsky")


def to_lonlat(frame: gpd.GeoDataFrame, file: str, datum: Datum | None = None,
              ) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """A frame in EPSG:4326, and what had to be supposed for it.

    A ``datum`` that a person stated goes before what the file says.

    The declared system counts unless the coordinates contradict it: then degrees and CGCS2000 zones with
    prefix are recognised by their size, and everything else is refused.

    Raises
    ------
    InputError
        If the coordinate system cannot be known.
    """
    box = _box(frame)
    if box is None:                                        # nothing but empty geometries: cleaning names them
        return frame.set_crs("EPSG:4326", allow_override=True), ()
    declared: CRS | None = frame.crs
    if datum is not None:
        return _as_stated(frame, file, datum, declared)
    degrees = looks_like_degrees(box)
    fields: dict[str, object] = {"x": f"{box[0]:.7g}", "y": f"{box[1]:.7g}",
                                 "declared": declared.name if declared is not None else "—"}
    problems: list[Problem] = []
    if declared is not None and declared.is_geographic == degrees:
        name = f"{declared.name} {declared.datum.name if declared.datum else ''}".casefold()
        if any(old in name for old in _OLD_DATUMS) or family_of(declared) in ("beijing54", "xian80"):
            return _from_old(frame, declared, file, fields)
        return _transformed(frame, declared, file, fields), ()
    case = "missing" if declared is None else "contradicts"
    if degrees:
        problems.append(Problem(code=f"crs_{case}_degrees", severity="warning", file=file, fields=fields))
        return frame.set_crs("EPSG:4326", allow_override=True), tuple(problems)
    zone = prefixed_plane(box)
    if zone is None and looks_like_degrees((box[1], box[0], box[3], box[2])):
        raise InputError(Problem(code="crs_swapped", file=file, fields=fields))
    if zone is None:
        raise InputError(Problem(code=f"crs_{case}", file=file, fields=fields))
    problems.append(Problem(code=f"crs_{case}_prefixed", severity="warning", file=file,
                            fields={**fields, "crs": zone}))
    return _transformed(frame, CRS.from_user_input(zone), file, fields), tuple(problems)


def _box(frame: gpd.GeoDataFrame) -> Box | None:
    xy = shapely.get_coordinates(frame.geometry.array)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _transformed(frame: gpd.GeoDataFrame, crs: CRS, file: str, fields: dict[str, object]) -> gpd.GeoDataFrame:
    if crs.equals("EPSG:4326") or crs.to_epsg() in (4326, 4490) or "CRS84" in crs.srs:
        return frame.set_crs("EPSG:4326", allow_override=True)       # CGCS2000 is WGS84 within centimetres
    there = frame.set_crs(crs, allow_override=True).to_crs("EPSG:4326")
    box = _box(there)
    if box is None or not looks_like_degrees(box):
        raise InputError(Problem(code="crs_contradicts", file=file, fields=fields))
    return there


def _from_old(frame: gpd.GeoDataFrame, declared: CRS, file: str,
              fields: dict[str, object]) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """From an old datum by one operation for the whole file, and how good it is."""
    xy = shapely.get_coordinates(frame.geometry.array)
    try:
        there = to_wgs84(declared, xy[:, 0], xy[:, 1])
    except ProjError:
        raise InputError(Problem(code="crs_contradicts", file=file, fields=fields)) from None
    moved = _moved(frame, there)
    box = _box(moved)
    if box is None or not looks_like_degrees(box):
        raise InputError(Problem(code="crs_contradicts", file=file, fields=fields))
    if not there.operation:
        return moved, (Problem(code="crs_old_datum", severity="warning", file=file, fields=fields),)
    return moved, (Problem(code="crs_old_datum_operation", severity="warning", file=file, fields={
        **fields, "operation": there.operation, "accuracy": there.accuracy}),)


def _as_stated(frame: gpd.GeoDataFrame, file: str, datum: Datum, declared: CRS | None,
               ) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Coordinates changed as the person said, whatever the file says."""
    name = datum.key or datum.crs
    xy = shapely.get_coordinates(frame.geometry.array)
    box = _box(frame)
    if datum.is_shifted and declared is not None and declared.is_projected and box and not looks_like_degrees(box):
        frame = _transformed(frame, declared, file, {"x": box[0], "y": box[1], "declared": declared.name})
        xy = shapely.get_coordinates(frame.geometry.array)     # off the plane first: the shift is one of degrees
    try:
        there = datum.lonlat(xy[:, 0], xy[:, 1], declared)
    except InputError as error:
        raise InputError([replace(p, file=file) for p in error.problems]) from None
    problems = said_change(file, datum, xy[:, 0], xy[:, 1], there)
    own = family_of(declared) if declared is not None else ""
    if own and datum.key and own != datum.key and {own, datum.key} != {"wgs84", "cgcs2000"} \
            and not file.lower().endswith((".kml", ".kmz", ".ovkml", ".ovkmz", ".gpx", ".json", ".geojson")):
        problems.append(Problem(code="datum_over_file", severity="warning", file=file, fields={
            "declared": declared.name if declared is not None else "—", "datum": name}))
    return _moved(frame, there), tuple(problems)


def _moved(frame: gpd.GeoDataFrame, there: Converted) -> gpd.GeoDataFrame:
    shapes = shapely.force_2d(np.asarray(frame.geometry.array))
    shapes = shapely.set_coordinates(shapes.copy(), np.column_stack([there.lon, there.lat]))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index)).set_crs("EPSG:4326", allow_override=True)
