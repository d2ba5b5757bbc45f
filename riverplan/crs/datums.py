"""The datums a bureau's file may be in, what people call them, and how they lead to longitude and latitude.

CGCS2000 is WGS84 within centimetres. Beijing 1954 and Xi'an 1980 lie tens of metres off; without a
bureau's own parameters what is published serves, see :mod:`riverplan.crs.old_datums`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from riverplan.crs.old_datums import GEOGRAPHIC, Converted, to_wgs84
from riverplan.crs.planes import Box, looks_like_degrees, prefixed_plane
from riverplan.crs.shifted import Degrees, bd09_to_wgs84, gcj02_to_wgs84
from riverplan.errors import InputError, Problem
from riverplan.i18n import listed

DatumKey = Literal["wgs84", "cgcs2000", "gcj02", "bd09", "beijing54", "xian80"]
DATUMS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "wgs84": ("wgs84", "wgs-84", "gps", "天地图", "ovital原始"),
    "cgcs2000": ("cgcs2000", "国家2000", "2000", "大地2000", "cgcs"),
    "gcj02": ("gcj02", "gcj-02", "火星", "火星坐标", "高德", "腾讯", "奥维", "gaode", "amap"),
    "bd09": ("bd09", "bd-09", "百度", "baidu"),
    "beijing54": ("beijing54", "beijing1954", "北京54", "北京1954", "bj54"),
    "xian80": ("xian80", "xian1980", "西安80", "西安1980", "80西安"),
})
"""Datums by key, with other names of each."""
# first EPSG code of the zones: 3° with prefix (25–45), 6° with prefix (13–23), 3° by central meridian (75–135)
_ZONES = {"cgcs2000": (4513, 4491, 4534), "beijing54": (2401, 21413, 2422), "xian80": (2349, 2327, 2370)}

_BESIDE = 3.0
"""Points may lie this far beside the area a plane is made for [degrees]."""


class DatumError(InputError):
    """Coordinates that the datum given cannot hold, or a datum nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """A datum as stated for a file.

    Parameters
    ----------
    key
        One of :data:`DATUMS`, or empty where ``crs`` names a coordinate system.
    meridian
        Central meridian of its 3° zone [degrees], for projected coordinates without zone prefix; 0 unknown.
    crs
        A coordinate system such as ``EPSG:4545``.
    """

    key: str = ""
    meridian: int = 0
    crs: str = ""

    def lonlat(self, x: Degrees, y: Degrees, declared: CRS | None = None) -> Converted:
        """Coordinates in this datum as longitude and latitude on WGS84.

        Parameters
        ----------
        x, y
            Longitude and latitude [degrees] or easting and northing [m].
        declared
            The coordinate system the file names, used for the zone of projected coordinates.

        Raises
        ------
        DatumError
            If the coordinates cannot be in this datum.
        """
        finite = np.isfinite(x) & np.isfinite(y)
        if not finite.any():
            return Converted(lon=x, lat=y, operation="", accuracy=0.0)
        box = (float(x[finite].min()), float(y[finite].min()), float(x[finite].max()), float(y[finite].max()))
        if self.is_shifted:
            if not looks_like_degrees(box):
                raise DatumError(Problem(code="datum_not_degrees", fields={"datum": self.key}))
            return self.from_degrees(x, y)
        crs = CRS.from_user_input(self.crs) if self.crs else self._system(box, declared)
        try:
            there = to_wgs84(crs, x, y)
        except ProjError:
            raise DatumError(Problem(code="datum_contradicts", fields={"datum": crs.name})) from None
        lon, lat = there.lon[finite], there.lat[finite]
        if not (np.isfinite(lon).all() and looks_like_degrees((lon.min(), lat.min(), lon.max(), lat.max()))):
            raise DatumError(Problem(code="datum_contradicts", fields={"datum": crs.name}))
        return there

    @property
    def is_shifted(self) -> bool:
        """Whether it is that of a Chinese web map."""
        return self.key in ("gcj02", "bd09")

    def from_degrees(self, lon: Degrees, lat: Degrees) -> Converted:
        """Longitude and latitude in this datum, even if it names a plane, as those on WGS84; shape (n,)."""
        if self.is_shifted:
            there = (gcj02_to_wgs84 if self.key == "gcj02" else bd09_to_wgs84)(lon, lat)
            return Converted(lon=there[0], lat=there[1], operation="", accuracy=1.0)
        crs = CRS.from_user_input(self.crs) if self.crs else CRS.from_epsg(GEOGRAPHIC[self.key])
        return to_wgs84(crs.geodetic_crs or crs, lon, lat)

    def plane(self, east: float, north: float) -> CRS | None:
        """The plane of this datum that coordinates [m] can lie on; None where there is none or it is not known."""
        if self.is_shifted:
            return None
        try:
            crs = CRS.from_user_input(self.crs) if self.crs else self._system((east, north, east, north), None)
        except DatumError:
            return None
        if not crs.is_projected or crs.area_of_use is None:
            return None
        there = to_wgs84(crs, np.array([east]), np.array([north]))
        low_lon, low_lat, high_lon, high_lat = crs.area_of_use.bounds
        near = low_lon - _BESIDE <= there.lon[0] <= high_lon + _BESIDE
        return crs if near and low_lat - _BESIDE <= there.lat[0] <= high_lat + _BESIDE else None

    def _system(self, box: Box, declared: CRS | None) -> CRS:
        if looks_like_degrees(box):
            return CRS.from_epsg(GEOGRAPHIC[self.key])
        if self.key == "wgs84":
            if declared is not None and declared.is_projected:
                return declared
            raise DatumError(Problem(code="datum_zone_unknown", fields={"datum": self.key}))
        three, six, by_meridian = _ZONES[self.key]
        prefix = prefixed_plane(box)                           # names the zone as one of CGCS2000
        if prefix is not None:
            code = int(prefix.removeprefix("EPSG:"))
            return CRS.from_epsg(three + code - 4513 if code >= 4513 else six + code - 4491)
        meridian = self.meridian or _meridian_of(declared)
        if 75 <= meridian <= 135 and meridian % 3 == 0:
            return CRS.from_epsg(by_meridian + (meridian - 75) // 3)
        raise DatumError(Problem(code="datum_zone_unknown", fields={"datum": self.key}))


def _meridian_of(declared: CRS | None) -> int:
    if declared is None or not declared.is_projected or declared.coordinate_operation is None:
        return 0
    found = [p.value for p in declared.coordinate_operation.params if "longitude" in p.name.casefold()]
    return round(float(found[0])) if found else 0


@cache
def parse_datum(written: str) -> Datum:
    """The datum a person names: ``gcj02``, ``高德``, ``北京54:105`` (meridian), ``西安80:36`` (zone), EPSG codes.

    Raises
    ------
    DatumError
        If nothing is known by that name.
    """
    plain = written.strip().casefold().replace("：", ":").replace(" ", "").replace("'", "").replace("坐标系", "")
    if plain.startswith("epsg:"):
        try:
            CRS.from_user_input(plain)
        except CRSError:
            raise DatumError(Problem(code="datum_unknown", fields=_known(written))) from None
        return Datum(crs=plain.upper())
    name, _, zone = plain.partition(":")
    key = next((k for k, names in DATUMS.items() if name in names), "")
    if not key or (zone and not zone.isdigit()) or (zone and key not in _ZONES):
        raise DatumError(Problem(code="datum_unknown", fields=_known(written)))
    number = int(zone) if zone else 0
    meridian = number if number >= 75 else number * 3 if 25 <= number <= 45 else number * 6 - 3 if number else 0
    if number and not 75 <= meridian <= 135:
        raise DatumError(Problem(code="datum_unknown", fields=_known(written)))
    return Datum(key=key, meridian=meridian)


def _known(written: str) -> dict[str, object]:
    return {"value": written, "known": listed(DATUMS)}
