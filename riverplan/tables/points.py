"""Longitude and latitude as people write them: degrees, DMS in any writing, swapped, projected, missing."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pyproj import CRS, Transformer

from riverplan.crs import Datum, prefixed_zone
from riverplan.tables.cells import is_empty, text_of
from riverplan.tables.measures import fold

Axis = Literal["lon", "lat", ""]
_AXES: tuple[tuple[str, Axis, int], ...] = (
    ("东经", "lon", 1), ("西经", "lon", -1), ("北纬", "lat", 1), ("南纬", "lat", -1),
    ("经度", "lon", 1), ("纬度", "lat", 1),
    ("E", "lon", 1), ("W", "lon", -1), ("N", "lat", 1), ("S", "lat", -1), ("东", "lon", 1), ("北", "lat", 1),
)
_PART = re.compile(r"\d+(?:\.\d+)?")
_DOTTED = re.compile(r"(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a pair of cells says.

    ``lon``, ``lat`` [degrees] are nan where the pair is empty or unusable; ``problem`` and ``fields``
    then say why. With a usable pair ``problem`` says what was put right, if anything was.
    """

    lon: float = math.nan
    lat: float = math.nan
    problem: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether there is a position."""
        return not math.isnan(self.lon)


def read_point(lon: object, lat: object, datum: Datum | None = None) -> Reading:
    """A position from the cells of longitude and latitude.

    Swapped pairs are recognised where one value can only be a longitude (beyond ±90) or the letters say
    so; where both ways are plausible the pair is left as it stands. CGCS2000 coordinates with zone
    prefix are converted, whichever of the two columns holds the easting; with a ``datum``, coordinates on
    one of its planes. The position is in degrees *of that datum*.
    """
    said = {"lon": text_of(lon), "lat": text_of(lat)}
    if is_empty(lon) and is_empty(lat):
        return Reading()
    if is_empty(lon) != is_empty(lat):
        return Reading(problem="point_half", fields=said)
    parsed_lon, parsed_lat = parse_angle(lon), parse_angle(lat)
    if parsed_lon is None or parsed_lat is None:
        wrong = said["lon"] if parsed_lon is None else said["lat"]
        return Reading(problem="point_unreadable", fields={**said, "value": wrong})
    (x, x_axis), (y, y_axis) = parsed_lon, parsed_lat
    if x == 0 and y == 0:
        return Reading(problem="point_zero", fields=said)
    if max(abs(x), abs(y)) > 360:
        return _projected(x, y, said, datum)
    swapped = (x_axis == "lat" and y_axis != "lat") or (y_axis == "lon" and x_axis != "lon")
    swapped = swapped or (abs(x) <= 90 < abs(y) <= 180)
    if swapped:
        x, y = y, x
    if abs(x) > 180 or abs(y) > 90:
        return Reading(problem="point_out_of_range", fields=said)
    return Reading(lon=x, lat=y, problem="point_swapped" if swapped else "", fields=said)


def parse_angle(value: object) -> tuple[float, Axis] | None:
    """An angle [degrees] and the axis its letters name; None where it is none.

    ``107.7203``, ``107°43′12″``, ``107.43.12``, ``E107度43分``, ``107°43.2′``, ``107:43:12``, ``107 43 12``.
    Numbers beyond 360 pass, for projected coordinates.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return (float(value), "") if abs(value) < 1e9 else None
    text = unicodedata.normalize("NFKC", text_of(value)).upper()
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", text):          # 36,512,345
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:                       # a decimal comma
        text = text.replace(",", ".")
    text = text.replace(",", " ")
    axis: Axis = ""
    sign = 1
    for word, meant, direction in _AXES:
        if text.startswith(word) or text.endswith(word):
            axis, sign, text = meant, direction, text.replace(word, "", 1)
            break
    text = text.strip(" :=")
    if text.startswith("-"):
        sign, text = -sign, text[1:]
    if _PART.fullmatch(text):
        return sign * float(text), axis
    dotted = _DOTTED.fullmatch(text)
    parts = list(dotted.groups()) if dotted else _PART.findall(text)
    rest = _PART.sub("", text)
    if not dotted and not set(rest) <= set(" °º˚度O'′’‘`分\"″”“秒:-;´"):
        return None
    if not 1 <= len(parts) <= 3 or any("." in p for p in parts[:-1]):
        return None
    numbers = [float(p) for p in parts]
    if any(n >= 60 for n in numbers[1:]) or numbers[0] > 360:
        return None
    return sign * sum(n / 60**i for i, n in enumerate(numbers)), axis


def split_pair(value: object) -> tuple[object, object]:
    """The two halves of a cell that holds both coordinates: ``107.72,29.86`` or ``E107°43′ N29°52′``.

    A cell that does not fall into two halves is given back as the first of them.
    """
    if not isinstance(value, str):
        return value, None
    for separator in (r"[,;、/]", r"\n", r"\s+"):
        halves = [h for h in re.split(separator, unicodedata.normalize("NFKC", value).strip()) if h.strip()]
        if len(halves) == 2:
            return halves[0], halves[1]
    return value, None


def names_pair(head: str) -> bool:
    """Whether a head says that its column holds longitude and latitude together."""
    text = fold(head)
    alone = text.replace("经纬度", "")
    return any(word in text for word in ("坐标", "经纬度", "位置")) and not any(
        word in alone for word in ("经度", "纬度", "x坐标", "y坐标", "横坐标", "纵坐标"))


def _projected(x: float, y: float, said: Mapping[str, object], datum: Datum | None) -> Reading:
    for east, north in ((x, y), (y, x)):                # surveyors call the northing X
        crs = _plane(east, north, datum)
        if crs:
            lon, lat = _from_plane(crs).transform(east, north)
            return Reading(lon=lon, lat=lat, problem="point_projected", fields={**said, "crs": crs})
    return Reading(problem="point_projected_unknown" if min(abs(x), abs(y)) > 360 else "point_out_of_range",
                   fields=said)


def _plane(east: float, north: float, datum: Datum | None) -> str | None:
    if datum is None or datum.is_shifted:               # what bears a zone was surveyed, not read off a web map
        return prefixed_zone(east) if 0 < north < 6_100_000 else None
    crs = datum.plane(east, north)
    return crs.to_string() if crs else None


@cache
def _from_plane(crs: str) -> Transformer:
    plane = CRS.from_user_input(crs)
    return Transformer.from_crs(plane, plane.geodetic_crs or plane, always_xy=True)
