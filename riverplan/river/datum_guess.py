"""Recognising shifted coordinates against something that is not shifted, or not in the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from riverplan.channel import Array
from riverplan.crs import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from riverplan.crs.shifted import Degrees
from riverplan.errors import Problem
from riverplan.river.network import RiverNetwork

LEAST_POINTS = 8
"""Fewer points say nothing [-]."""
LEAST_GAIN = 3.0
"""The median distance must fall by this factor [-]."""
CLOSE = 120.0
"""And to less than this [m]: points far from every line fit no datum better than another."""
FARTHEST = 200.0
"""A point farther than this [m] from every shape counts no more than this."""
_EARTH = 111_195.0
_BESIDE = 1_500.0
"""Lines of two files farther apart than this [m] are not one river: no map is shifted so far."""
_SAMPLE = 2_000
_NEIGHBOURS = 12
"""A file is compared with so many others, those with most lines around it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftGuess:
    """Which datum explains points best.

    Parameters
    ----------
    datum
        Of the points: ``wgs84``, ``gcj02`` or ``bd09``; with ``reference_shifted`` of the reference instead.
    reference_shifted
        Whether it is the reference that is shifted.
    before, after
        Median distance as they stand and after conversion [m].
    count
        Number of points used.
    sure
        Whether the difference is clear enough to say so.
    """

    datum: str
    reference_shifted: bool
    before: float
    after: float
    count: int
    sure: bool


def guess_shift(lon: ArrayLike, lat: ArrayLike, reference: Sequence[shapely.Geometry] | NDArray[np.object_],
                ) -> ShiftGuess:
    """The datum in which points lie best on the shapes they should lie on.

    Parameters
    ----------
    lon, lat
        Points [degrees].
    reference
        Lines or outlines in longitude and latitude that the points belong to: the river, or the same
        boundary from another source.

    Notes
    -----
    Medians of distances to the nearest shape are compared. A file whose points and reference are shifted
    alike fits as it stands and cannot be recognised.
    """
    x, y = (np.atleast_1d(np.asarray(v, np.float64)) for v in (lon, lat))
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    shapes = [s for s in reference if s is not None and not s.is_empty]
    if not x.size or not shapes:
        return ShiftGuess(datum="wgs84", reference_shifted=False, before=np.nan, after=np.nan, count=0, sure=False)
    stretch = np.cos(np.radians(float(np.median(y))))

    def flat(a: Degrees, b: Degrees) -> Array:
        return np.column_stack([a * stretch * _EARTH, b * _EARTH])

    tree = shapely.STRtree(_segments([shapely.transform(s, lambda c: flat(c[:, 0], c[:, 1])) for s in shapes]))

    def median(a: Degrees, b: Degrees) -> float:
        return float(np.median(tree.query_nearest(shapely.points(flat(a, b)), return_distance=True,
                                                  all_matches=False)[1]))

    # a shifted reference is brought to by shifting the points the other way
    tried: Mapping[tuple[str, bool], float] = {
        ("wgs84", False): median(x, y), ("gcj02", False): median(*gcj02_to_wgs84(x, y)),
        ("bd09", False): median(*bd09_to_wgs84(x, y)), ("gcj02", True): median(*wgs84_to_gcj02(x, y)),
        ("bd09", True): median(*wgs84_to_bd09(x, y))}
    before = tried["wgs84", False]
    (datum, other), after = min(tried.items(), key=lambda item: item[1])
    second = min(v for k, v in tried.items() if k != (datum, other))
    sure = x.size >= LEAST_POINTS and after <= CLOSE and second >= LEAST_GAIN * max(after, 1.0)
    return ShiftGuess(datum=datum, reference_shifted=other, before=before, after=after, count=int(x.size), sure=sure)


def _segments(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    """Each step of lines and outlines as a line of its own: a long line is slow to measure to as a whole."""
    parts = shapely.get_parts([s.boundary if s.geom_type.endswith("Polygon") else s for s in shapes])
    xy, row = shapely.get_coordinates(parts, return_index=True)
    together = np.diff(row) == 0
    return np.asarray(shapely.linestrings(np.stack([xy[:-1][together], xy[1:][together]], axis=1)), object)


def systematic_offset(lon: ArrayLike, lat: ArrayLike, reference: Sequence[shapely.Geometry] | NDArray[np.object_],
                      ) -> float:
    """How far points lie off their shapes as a whole [m], whatever each one's own error.

    The one displacement that brings the points nearest to the shapes, on average and with those more than
    ``FARTHEST`` off counted as that; so coarse outlines show a shift much smaller than their own error.

    Parameters
    ----------
    lon, lat, reference
        As in :func:`guess_shift`.
    """
    from scipy.optimize import minimize

    x, y = (np.atleast_1d(np.asarray(v, np.float64)) for v in (lon, lat))
    scale = np.array([np.cos(np.radians(float(np.median(y)))), 1.0]) * _EARTH
    points = np.column_stack([x, y]) * scale
    points = points[:: max(1, len(points) // 400)]
    tree = shapely.STRtree(_segments([shapely.transform(s, lambda c: c * scale) for s in reference]))

    def cost(step: Array) -> float:
        away = tree.query_nearest(shapely.points(points + step), return_distance=True, all_matches=False)[1]
        return float(np.minimum(away, FARTHEST).mean())

    starts = [(0.0, 0.0), *((400.0 * np.cos(a), 400.0 * np.sin(a)) for a in np.arange(6) * np.pi / 3)]
    best = min((minimize(cost, s, method="Nelder-Mead") for s in starts), key=lambda r: float(r.fun))
    return float(np.hypot(*best.x))


def shift_problem(river: RiverNetwork, lon: ArrayLike, lat: ArrayLike, file: str) -> Problem | None:
    """A warning where the points of a file lie clearly better on the river in another datum; else None."""
    shapes = river.reaches.geometry.to_crs("EPSG:4326").to_numpy()
    guess = guess_shift(lon, lat, shapes)
    if not guess.sure or guess.datum == "wgs84":
        return None
    fields = {"count": guess.count, "before": guess.before, "after": guess.after, "datum": guess.datum, "file": file,
              "offset": systematic_offset(lon, lat, shapes)}
    return Problem(code="datum_shift_lines" if guess.reference_shifted else "datum_shift_found", severity="warning",
                   file=file, fields=fields)


def line_shift_problems(lines: gpd.GeoDataFrame) -> list[Problem]:
    """A warning for each file of lines that repeats a river of the other files in another datum.

    Parameters
    ----------
    lines
        LineStrings in longitude and latitude, and the ``file`` of each.

    Notes
    -----
    Only the stretches within 1.5 km of a line of another file count. A file that brings rivers of its own
    alone has no such stretch and cannot be recognised.
    """
    shapes, file = np.asarray(lines.geometry.array, object), lines["file"].to_numpy(object)
    problems = []
    for own in dict.fromkeys(file):
        mine = shapes[file == own]
        west, south, east, north = shapely.total_bounds(mine)
        around = shapely.box(west, south, east, north).buffer(_BESIDE / _EARTH)
        near = (file != own) & shapely.intersects(shapes, around)
        names, count = np.unique(file[near].astype(str), return_counts=True)
        points = shapely.get_coordinates(shapely.segmentize(mine, 200 / _EARTH))
        points = points[:: max(1, len(points) // _SAMPLE)]
        # file by file: two files shifted alike would hide each other among all
        for other in names[np.argsort(-count, kind="stable")][:_NEIGHBOURS]:
            if problem := _beside(points, shapes[near & (file == other)], str(own), str(other)):
                problems.append(problem)
                break
    return problems


def _beside(points: Array, others: NDArray[np.object_], own: str, other: str) -> Problem | None:
    """The warning where points of one file run beside the lines of another in a web map's datum."""
    tree = shapely.STRtree(others)
    beside = tree.query(shapely.points(points), predicate="dwithin", distance=_BESIDE / _EARTH)[0]
    lon, lat = points[np.unique(beside)].T
    guess = guess_shift(lon, lat, others)
    if not guess.sure or guess.datum == "wgs84" or guess.reference_shifted:
        return None
    return Problem(code="datum_shift_between", severity="warning", file=own,
                   lon=float(np.median(lon)), lat=float(np.median(lat)), fields={
        "file": own, "other": other, "datum": guess.datum, "before": guess.before, "after": guess.after,
        "offset": systematic_offset(lon, lat, others)})
