"""Choosing and recognising the planes of a river: CGCS2000 3° zones in China, UTM elsewhere. Pure functions."""

import math
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""West, south, east, north [degrees] or the same of a plane [m]."""

_CHINA: Box = (73.0, 3.0, 136.0, 54.0)
_WIDE = 6.0
"""A box wider than this [degrees] distorts lengths at its sides by more than one part in a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A projected plane for a box.

    Parameters
    ----------
    crs
        For example ``EPSG:4544``.
    central_meridian
        [degrees].
    too_wide
        Whether the box is wider than the plane should serve: lengths at its sides are
        too long by ``worst_scale``; the caller says so.
    worst_scale
        Largest length on the plane over true length in the box [-].
    """

    crs: str
    central_meridian: float
    too_wide: bool
    worst_scale: float


def working_plane(box: Box) -> Plane:
    """The plane to work in for a box of longitudes and latitudes.

    In China a CGCS2000 3° Gauss-Kruger zone without zone prefix (EPSG:4534–4554, central meridians
    75°–135°), elsewhere the UTM zone on WGS84 of the middle of the box.

    Parameters
    ----------
    box
        West, south, east, north [degrees].

    Raises
    ------
    ValueError
        If the box is not one of longitudes and latitudes.

    Examples
    --------
    >>> working_plane((107.5, 29.5, 108.2, 30.2)).crs
    'EPSG:4545'
    """
    west, south, east, north = box
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f"not a box of longitudes and latitudes: {box}")
    lon, lat = (west + east) / 2, (south + north) / 2
    if _CHINA[0] <= lon <= _CHINA[2] and _CHINA[1] <= lat <= _CHINA[3]:
        zone = min(max(math.floor(lon / 3 + 0.5), 25), 45)
        meridian, crs, scale = zone * 3.0, f"EPSG:{4534 + zone - 25}", 1.0
    else:
        zone = min(int((lon + 180) // 6) + 1, 60)
        meridian, crs, scale = zone * 6.0 - 183, f"EPSG:{(32600 if lat >= 0 else 32700) + zone}", 0.9996
    half = math.radians(max(abs(west - meridian), abs(east - meridian)))
    nearest = 0.0 if south <= 0 <= north else math.radians(min(abs(south), abs(north)))
    worst = scale * (1 + (half * math.cos(nearest)) ** 2 / 2)      # series of the transverse Mercator scale
    return Plane(crs=crs, central_meridian=meridian, too_wide=east - west > _WIDE, worst_scale=worst)


def prefixed_zone(easting: float) -> str | None:
    """The CGCS2000 zone an easting with zone prefix names.

    3° zones 25–45 (EPSG:4513–4533), 6° zones 13–23 (EPSG:4491–4501): the first two digits of an easting
    of eight are the zone, and the rest lies around 500 km.

    Parameters
    ----------
    easting
        [m], e.g. ``36_512_345``.

    Returns
    -------
    str or None
        None where the easting bears no prefix.

    Examples
    --------
    >>> prefixed_zone(36_512_345.0), prefixed_zone(512_345.0)
    ('EPSG:4524', None)
    """
    if not math.isfinite(easting):
        return None
    zone, rest = divmod(easting, 1e6)
    if not 100_000 <= rest <= 900_000:
        return None
    if 25 <= zone <= 45:
        return f"EPSG:{4513 + int(zone) - 25}"
    if 13 <= zone <= 23:
        return f"EPSG:{4491 + int(zone) - 13}"
    return None


def prefixed_plane(box: Box) -> str | None:
    """The CGCS2000 zone with prefix that all of a box of projected coordinates lies in, or None."""
    west, south, east, north = box
    zone = prefixed_zone(west)
    if zone is None or zone != prefixed_zone(east) or not (0 < south <= north < 6_100_000):
        return None
    return zone


def looks_like_degrees(box: Box) -> bool:
    """Whether a box can be one of longitudes and latitudes."""
    west, south, east, north = box
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90
