"""A drawing as it grows: lines by hand, what they were drawn on; checked, measured, made a frame of lines."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from riverplan.errors import InputError, Problem
from riverplan.tables.cells import text_of

MOST_LINES, MOST_POINTS = 2_000, 20_000
WIDTHS: Mapping[str, float] = {"": math.nan, "w5": 5.0, "w20": 20.0, "w60": 60.0, "w200": 200.0, "w600": 600.0}
"""Classes of width a person can tell from a picture → the width taken for them [m]."""
_HAND = 2.0
"""A hand at the mouse hits a line within about this many pixels of the screen."""
_FROM_MEMORY = 1_000.0
"""Least error of a line drawn on nothing [m]."""
_GEOD = Geod(ellps="WGS84")
LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """A line as a person drew it, from above to below.

    Parameters
    ----------
    points
        Longitude and latitude of its vertices [degrees].
    name
        Name of the river.
    backdrop
        Digest of what it was drawn on; ``""`` from memory.
    grain
        Size of a pixel of the screen on the ground when its coarsest vertex was set [m].
    width
        A key of ``WIDTHS``.
    """

    points: tuple[LonLat, ...]
    name: str = ""
    backdrop: str = ""
    grain: float = 0.0
    width: str = ""

    @property
    def length(self) -> float:
        """Length on the ellipsoid [m]."""
        lon, lat = np.array(self.points).T
        return float(_GEOD.line_length(lon, lat))


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """A place known on a picture and on the earth: column, row; longitude, latitude [degrees]."""

    x: float
    y: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """What is drawn on.

    Parameters
    ----------
    digest
        Of its file.
    file
        Name of the file, as the person knows it.
    points, order
        Control points and order of the placement, for a picture.
    """

    digest: str
    file: str
    points: tuple[ControlPoint, ...] = ()
    order: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All that is drawn, and what on."""

    name: str = ""
    lines: tuple[DrawnLine, ...] = ()
    backdrops: tuple[Backdrop, ...] = field(default=())


def accuracy_of(line: DrawnLine, known: Mapping[str, float]) -> tuple[str, float]:
    """Origin of a line and how far off it may be [m].

    Parameters
    ----------
    line
        The line.
    known
        Accuracy of each backdrop [m].

    Returns
    -------
    course, accuracy
        ``digitised`` on a backdrop: its accuracy and that of the hand, in squares; ``sketched`` from memory.
    """
    hand = _HAND * line.grain
    if line.backdrop in known:
        return "digitised", math.hypot(known[line.backdrop], hand)
    return "sketched", max(_FROM_MEMORY, hand)


def drawn_frame(drawing: Drawing, known: Mapping[str, float]) -> gpd.GeoDataFrame:
    """The lines of a drawing in the columns a file of lines has, EPSG:4326.

    Parameters
    ----------
    drawing
        The drawing.
    known
        Accuracy of each backdrop [m].

    Raises
    ------
    InputError
        If nothing is drawn, the river or a line lacks its name, or a line has no length: all of them.
    """
    problems = [] if drawing.name else [Problem(code="name_blank")]
    if not drawing.lines:
        problems.append(Problem(code="drawn_nothing"))
    for i, line in enumerate(drawing.lines, 1):
        lon, lat = line.points[len(line.points) // 2]
        if not line.name:
            problems.append(Problem(code="drawn_unnamed", fields={"number": i}, lon=lon, lat=lat))
        if not line.length > 0:
            problems.append(Problem(code="drawn_short", fields={"number": i}, lon=lon, lat=lat))
    if problems:
        raise InputError(problems)
    told = [accuracy_of(line, known) for line in drawing.lines]
    return gpd.GeoDataFrame({
        "source_id": [f"D{i:02d}" for i in range(1, len(told) + 1)],
        "name": [line.name for line in drawing.lines],
        "course": [course for course, _ in told],
        "drawn_accuracy": [float(math.ceil(far)) for _, far in told],
        "width": [WIDTHS[line.width] for line in drawing.lines],
    }, geometry=[shapely.LineString(line.points) for line in drawing.lines], crs="EPSG:4326")


def loose_ends(drawing: Drawing) -> list[int]:
    """Numbers (from 0) of lines whose lower end lies on no other line: the mouth, and what is not joined."""
    lines = [shapely.LineString(line.points) for line in drawing.lines]
    return [i for i, line in enumerate(drawing.lines) if not any(
        other.distance(shapely.Point(line.points[-1])) < 1e-7 for j, other in enumerate(lines) if j != i)]


# ── as JSON ─────────────────────────────────────────────────────────────────────────────────────────
def drawing_as_json(drawing: Drawing) -> dict[str, Any]:
    """The drawing as JSON-ready values, as :func:`read_drawing` takes them."""
    return {
        "name": drawing.name,
        "lines": lines_as_json(drawing.lines),
        "backdrops": [{"digest": b.digest, "file": b.file, "order": b.order,
                       "points": [[p.x, p.y, p.lon, p.lat] for p in b.points]} for b in drawing.backdrops],
    }


def lines_as_json(lines: Sequence[DrawnLine]) -> list[dict[str, Any]]:
    """Lines as JSON-ready values."""
    return [{"name": line.name, "backdrop": line.backdrop, "grain": line.grain, "width": line.width,
             "points": [list(p) for p in line.points]} for line in lines]


def read_drawing(value: object) -> Drawing:
    """A drawing from values of JSON, which may come from anywhere: what makes no sense is left out.

    >>> read_drawing({"lines": [{"points": [[107, 29], [107.1, 29.1]], "name": 7}, {"points": [[1]]}, 3]}).lines[0].name
    '7'
    """
    if not isinstance(value, dict):
        return Drawing()
    backdrops = []
    for raw in _dicts(value.get("backdrops"))[:100]:
        digest = text_of(raw.get("digest"))
        if digest.isalnum():
            points = tuple(ControlPoint(x=p[0], y=p[1], lon=p[2], lat=p[3])
                           for p in _tuples(raw.get("points"), 4)[:500])
            backdrops.append(Backdrop(digest=digest, file=text_of(raw.get("file"))[:200], points=points,
                                      order=2 if raw.get("order") == 2 else 1))
    return Drawing(name=text_of(value.get("name"))[:100], lines=read_drawn_lines(value.get("lines")),
                   backdrops=tuple(backdrops))


def read_drawn_lines(value: object) -> tuple[DrawnLine, ...]:
    """Lines from values of JSON; those without two usable points are left out."""
    return tuple(_read_lines(value))


def _read_lines(value: object) -> Iterator[DrawnLine]:
    for raw in _dicts(value)[:MOST_LINES]:
        points = tuple((p[0], p[1]) for p in _tuples(raw.get("points"), 2)[:MOST_POINTS]
                       if abs(p[0]) <= 180 and abs(p[1]) < 89)
        grain = raw.get("grain")
        width = text_of(raw.get("width"))
        if len(points) >= 2:
            yield DrawnLine(points=points, name=text_of(raw.get("name"))[:100],
                            backdrop=text_of(raw.get("backdrop")), width=width if width in WIDTHS else "",
                            grain=float(grain) if isinstance(grain, (int, float)) and 0 <= grain < 1e6 else 0.0)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, (list, tuple)) else []


def _tuples(value: object, size: int) -> list[tuple[float, ...]]:
    """Rows of so many finite numbers."""
    if not isinstance(value, (list, tuple)):
        return []
    return [tuple(float(n) for n in row) for row in value
            if isinstance(row, (list, tuple)) and len(row) == size
            and all(isinstance(n, (int, float)) and not isinstance(n, bool) and math.isfinite(n) for n in row)]
