"""The frame of the map: which part of the river, at which standard scale, on which millimetres of paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from riverplan.channel import Array
from riverplan.exporting.sheet_way import Stretch, split
from riverplan.units import HOUR

STANDARD_SCALES = (10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
                   10_000_000)
"""Denominators of the standard series."""
HORIZON = 24.0 * HOUR
"""The part of the way reached until then decides the scale [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A window of the river's plane at an exact scale.

    Parameters
    ----------
    width, height
        Of the whole picture [mm].
    band
        Width of the border that holds the graticule's figures [mm].
    scale
        Denominator of the representative fraction.
    east, north
        The middle of the window in the river's plane [m].
    """

    width: float
    height: float
    band: float
    scale: int
    east: float
    north: float

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the map window on paper [mm]."""
        return self.band, self.band, self.width - self.band, self.height - self.band

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the window in the river's plane [m]."""
        half_x, half_y = (np.array([self.width, self.height]) / 2 - self.band) * self.scale / 1000.0
        return self.east - half_x, self.north - half_y, self.east + half_x, self.north + half_y

    def paper(self, xy: Array) -> Array:
        """Points of the plane [m] as points on paper [mm], shape ``(n, 2)``."""
        middle = np.array([self.width, self.height]) / 2
        return (np.asarray(xy, float) - [self.east, self.north]) * (1000.0 / self.scale) + middle

    def lay(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry of the plane on paper, cut a little outside the window and thinned to 0.03 mm."""
        west, south, east, north = self.bounds
        reach = 0.01 * self.scale
        cut = shapely.clip_by_rect(geometry, west - reach, south - reach, east + reach, north + reach)
        return shapely.transform(cut.simplify(3e-5 * self.scale), self.paper)

    def shows(self, line: BaseGeometry) -> bool:
        """Whether the end of a line of the plane lies in the window."""
        west, south, east, north = self.bounds
        x, y = shapely.get_coordinates(line)[-1]
        return bool(west <= x <= east and south <= y <= north)

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point of paper [mm] lies in the window, at least ``margin`` from its edge."""
        left, bottom, right, top = self.window
        return left + margin <= x <= right - margin and bottom + margin <= y <= top - margin


def fits(bounds: Array, width: float, height: float, scale: int) -> bool:
    """Whether bounds of the plane [m] fit on paper of ``width`` × ``height`` [mm] at a scale."""
    size = (bounds[2:] - bounds[:2]) * 1000.0 / scale
    return bool(size[0] <= width and size[1] <= height)


def choose_frame(way: Sequence[Stretch], width: float, height: float, *, until: float = HORIZON,
                 band: float = 5.0, margin: float = 14.0, scale: int | None = None) -> Frame:
    """The frame for a way: the largest standard scale that shows what matters.

    What matters is the spill and the way reached by ``until``. What then is left of the paper is filled
    with the way further down, in the order in which it is reached.

    Parameters
    ----------
    way
        At least one stretch.
    width, height
        Of the picture [mm].
    until
        The leading edge's time [s after release] that must still be shown.
    band
        Border for the graticule's figures [mm].
    margin
        Free paper around the way [mm].
    scale
        A denominator to be used instead.
    """
    pieces = sorted(split(way, 2_000.0), key=lambda s: s.leading[1])
    boxes = shapely.bounds([s.line for s in pieces])
    grown = np.column_stack([np.minimum.accumulate(boxes[:, :2]), np.maximum.accumulate(boxes[:, 2:])])
    inner_width, inner_height = width - 2 * (band + margin), height - 2 * (band + margin)
    if scale is None:
        # the piece on which the horizon falls belongs to it
        last = min(sum(s.leading[1] < until for s in pieces), len(pieces) - 1)
        scale = next((s for s in STANDARD_SCALES if fits(grown[last], inner_width, inner_height, s)),
                     STANDARD_SCALES[-1])
    inside = [i for i in range(len(pieces)) if fits(grown[i], inner_width, inner_height, scale)]
    bounds = grown[inside[-1] if inside else 0]
    return Frame(width=width, height=height, band=band, scale=scale,
                 east=float(bounds[0] + bounds[2]) / 2, north=float(bounds[1] + bounds[3]) / 2)
