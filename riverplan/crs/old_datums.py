"""From an old datum, or any other system, to WGS84: one operation for all of a file, and how good it is.

Without the parameters of the local surveying office an old datum of China can only be brought to WGS84
roughly. PROJ knows published parameters of Beijing 1954 for a few areas (Ordos and Tarim basin: 1 m;
offshore: 10 to 15 m) and none of Xi'an 1980. Elsewhere the degrees are taken over as they stand, which
leaves tens of metres, at worst over a hundred.
"""

import math
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from riverplan.crs.planes import Box
from riverplan.crs.shifted import Degrees

GEOGRAPHIC = {"wgs84": 4326, "cgcs2000": 4490, "beijing54": 4214, "xian80": 4610}
"""EPSG code of the degrees of a datum."""
_NAMED = (("beijing54", ("beijing", "bj54", "北京")), ("xian80", ("xian", "xi'an", "西安")),
          ("cgcs2000", ("cgcs", "china geodetic coordinate system 2000", "china_2000", "china 2000", "国家2000")),
          ("wgs84", ("wgs 84", "wgs84", "wgs_1984", "wgs 1984", "world geodetic system 1984")))
_ROUGH = 100.0
"""An operation no better than this [m] is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Converted:
    """Positions in WGS84 and how they came there.

    Parameters
    ----------
    lon, lat
        WGS84, shape (n,) [degrees].
    operation
        Name of PROJ's operation of datums; empty where there is none to speak of.
    accuracy
        As published for it [m]; 0 where the datum is WGS84 within centimetres; nan where degrees were
        taken over as they stand though the datum is another: tens of metres, or more.
    """

    lon: Degrees
    lat: Degrees
    operation: str
    accuracy: float


def family_of(crs: CRS) -> str:
    """The datum of a coordinate system by its names: ``beijing54 xian80 cgcs2000 wgs84`` or empty.

    Names as EPSG and ESRI write them (``Beijing_1954_3_Degree_GK_CM_105E``, ``D_Xian_1980``).
    """
    geodetic = crs.geodetic_crs
    names = [crs.name, crs.datum.name if crs.datum else "", geodetic.name if geodetic else ""]
    for family, writings in _NAMED:
        if any(writing in name.casefold() for name in names for writing in writings):
            return family
    return ""


def to_wgs84(crs: CRS, x: Degrees, y: Degrees) -> Converted:
    """Coordinates of any system in WGS84: off the plane exactly, then over to WGS84 as well as can be.

    Of the published operations the most accurate one counts whose area holds *all* of the positions. One
    for all: a river that leaves the area of an operation would otherwise break at its border.

    Parameters
    ----------
    crs
        A projected or geographic system.
    x, y
        Easting and northing [m] or longitude and latitude [degrees], shape (n,). What is not finite, or
        cannot be brought off the plane, becomes nan.
    """
    degrees = crs.geodetic_crs or crs
    lon, lat = _off_plane(crs.to_wkt(), degrees.to_wkt()).transform(x, y)
    good = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = np.where(good, lon, np.nan), np.where(good, lat, np.nan)
    family = family_of(crs)
    if family in ("wgs84", "cgcs2000"):
        return Converted(lon=lon, lat=lat, operation="", accuracy=0.0)      # one within centimetres
    if good.any():
        box = (float(lon[good].min()), float(lat[good].min()), float(lon[good].max()), float(lat[good].max()))
        source = CRS.from_epsg(GEOGRAPHIC[family]) if family else degrees            # ESRI's names bear no code
        for operation in _operations(source.to_wkt()):
            if _serves(operation, box):
                lon[good], lat[good] = operation.transform(lon[good], lat[good])
                name = operation.description.replace("axis order change (2D)", "").strip(" +")
                return Converted(lon=lon, lat=lat, operation=name, accuracy=operation.accuracy)
    return Converted(lon=lon, lat=lat, operation="", accuracy=math.nan)


@cache
def _off_plane(crs: str, degrees: str) -> Transformer:
    return Transformer.from_crs(CRS.from_wkt(crs), CRS.from_wkt(degrees), always_xy=True)


@cache
def _operations(crs: str) -> tuple[Transformer, ...]:
    """Operations to WGS84 with published parameters, the most accurate first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                # grids that are not here: accuracy says what is left
            group = TransformerGroup(CRS.from_wkt(crs), "EPSG:4326", always_xy=True, allow_ballpark=False)
    except ProjError:                                      # a datum PROJ knows no way from
        return ()
    return tuple(sorted((t for t in group.transformers if 0 <= t.accuracy < _ROUGH), key=lambda t: t.accuracy))


def _serves(operation: Transformer, box: Box) -> bool:
    area = operation.area_of_use
    if area is None:
        return False
    west, south, east, north = area.bounds
    east += 360.0 if east < west else 0.0                  # an area across the date line
    return west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north
