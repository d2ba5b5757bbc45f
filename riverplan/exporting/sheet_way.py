"""The way of the plume as drawn things: lines by arrival class, ticks of distance and of time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, substring

from riverplan.exporting.symbology import ARRIVAL_CLASSES, arrival_class
from riverplan.forecasting.result import Forecast
from riverplan.units import HOUR, KILOMETRE

TIME_TICKS = (2.0, 6.0, 12.0, 24.0, 48.0, 72.0)
"""Hours after release at which the leading edge is marked on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A reach of the way below the spill: its line [m], distances [m] and leading times [s] at its ends."""

    row: int
    line: LineString
    distance: tuple[float, float]
    leading: tuple[float, float]

    def at(self, fraction: float) -> tuple[float, float]:
        """The point at a fraction of the line [m]."""
        point = self.line.interpolate(fraction, normalized=True)
        return point.x, point.y

    def direction(self, fraction: float, half: float) -> float:
        """Flow direction at a fraction, smoothed over ``half`` metres each way [rad, from east]."""
        middle = fraction * self.line.length
        a, b = (self.line.interpolate(min(max(d, 0.0), self.line.length)) for d in (middle - half, middle + half))
        return float(np.arctan2(b.y - a.y, b.x - a.x))


def stretches(forecast: Forecast) -> tuple[Stretch, ...]:
    """The stretches of the way, as the forecast lists them; those without a line are left out."""
    times, reaches = forecast.reach_times, forecast.river.reaches
    lines = reaches.geometry.to_numpy()
    lengths = reaches["length"].to_numpy()
    found = []
    for i, row in enumerate(times.reach):
        if not (np.isfinite(times.leading_tail[i]) and np.isfinite(times.leading_head[i])):
            continue
        # drawn and stated lengths differ: positions go by the fraction of the reach
        line = substring(lines[row], min(times.start[i] / lengths[row], 1.0), 1.0, normalized=True)
        if isinstance(line, LineString) and line.length > 0:
            found.append(Stretch(
                row=int(row), line=line,
                distance=(float(times.distance_tail[i]), float(times.distance_head[i])),
                leading=(float(times.leading_tail[i]), float(times.leading_head[i]))))
    return tuple(found)


def split(way: Sequence[Stretch], longest: float) -> list[Stretch]:
    """The same way in stretches no longer than ``longest`` metres."""
    parts = []
    for s in way:
        n = max(1, int(np.ceil(s.line.length / longest)))
        for i in range(n):
            a, b = i / n, (i + 1) / n
            parts.append(Stretch(row=s.row, line=substring(s.line, a, b, normalized=True),
                                 distance=_between(s.distance, a, b), leading=_between(s.leading, a, b)))
    return parts


def _between(ends: tuple[float, float], a: float, b: float) -> tuple[float, float]:
    return ends[0] + (ends[1] - ends[0]) * a, ends[0] + (ends[1] - ends[0]) * b


def _crossing(ends: tuple[float, float], value: float) -> float | None:
    """Fraction between two ends at which a rising value is met; None if it is not."""
    low, high = ends
    return (value - low) / (high - low) if low < value <= high and np.isfinite(high) else None


def class_lines(way: Sequence[Stretch]) -> dict[int, BaseGeometry]:
    """The way cut where the leading edge passes from class to class, joined within each class."""
    parts: dict[int, list[LineString]] = {}
    for s in way:
        cuts = sorted({0.0, 1.0, *(f for c in ARRIVAL_CLASSES if (f := _crossing(s.leading, c.until)) is not None)})
        for a, b in pairwise(cuts):
            middle = s.leading[0] + (s.leading[1] - s.leading[0]) * (a + b) / 2
            line = substring(s.line, a, b, normalized=True)
            if isinstance(line, LineString) and line.length > 0:
                parts.setdefault(arrival_class(middle), []).append(line)
    return {number: linemerge(lines) if len(lines) > 1 else lines[0] for number, lines in sorted(parts.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark across the line: what it says [m or s], where [m], and the flow direction there [rad]."""

    value: float
    x: float
    y: float
    direction: float


def _ticks(way: Sequence[Stretch], what: str, values: Iterable[float], half: float) -> Iterator[Tick]:
    for value in values:
        for s in way:
            fraction = _crossing(getattr(s, what), value)
            if fraction is not None:
                x, y = s.at(fraction)
                yield Tick(value=value, x=x, y=y, direction=s.direction(fraction, half))


def chainage_step(scale: int) -> float:
    """Distance between chainage ticks [m]: the roundest that stands 8 mm or more apart on paper.

    >>> [chainage_step(s) / 1000 for s in (25_000, 100_000, 250_000, 1_000_000)]
    [1.0, 1.0, 2.0, 10.0]
    """
    return next((km * KILOMETRE for km in (1, 2, 5, 10, 20, 50, 100) if km * 1e6 / scale >= 8.0), 200 * KILOMETRE)


def distance_ticks(way: Sequence[Stretch], step: float, half: float) -> list[Tick]:
    """Ticks at every ``step`` metres from the spill."""
    longest = max((s.distance[1] for s in way), default=0.0)
    return list(_ticks(way, "distance", np.arange(step, longest + 1e-6, step), half))


def time_ticks(way: Sequence[Stretch], half: float) -> list[Tick]:
    """Ticks where the leading edge is after 2, 6, 12, 24, 48 and 72 hours."""
    return list(_ticks(way, "leading", (h * HOUR for h in TIME_TICKS), half))


def sample(geometry: BaseGeometry, step: float) -> np.ndarray:
    """Points along the lines of a geometry, at most ``step`` apart, shape ``(n, 2)``."""
    return shapely.get_coordinates(shapely.segmentize(geometry, step))
