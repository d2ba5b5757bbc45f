"""Names of rivers, set letter by letter along the water and leaning to the left."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from riverplan.channel import Array
from riverplan.exporting.sheet_labels import Paper, as_box
from riverplan.exporting.sheet_lettering import MM_PER_POINT, Ink, width, write

_APART = 85.0
"""A long river is named again after this much paper [mm]."""
_STEEP = np.radians(50.0)
"""Steeper water than this has its letters one below the other, upright."""
_LIMIT = 4.0
"""A name that would cover more ink than this is not set."""


def _lines(geometry: BaseGeometry) -> list[LineString]:
    parts = getattr(geometry, "geoms", [geometry])
    return [p for p in parts if isinstance(p, LineString) and p.length > 0]


def _letters(name: str) -> list[str]:
    """Single letters of a Chinese name; words in other scripts stay whole."""
    return name.split() if name.isascii() else [c for c in name if not c.isspace()]


def _smooth_direction(line: LineString, middle: float, half: float) -> float:
    a, b = line.interpolate(max(middle - half, 0.0)), line.interpolate(min(middle + half, line.length))
    return float(np.arctan2(b.y - a.y, b.x - a.x))


def _positions(line: LineString, start: float, steps: Array, wide: Sequence[float], side: int,
               size: float) -> tuple[Array, Array, bool]:
    """Centres, rotations [degrees] of the letters, and whether they run against the line."""
    whole = _smooth_direction(line, start + steps[-1] / 2, steps[-1] / 2 + size)
    steep = abs(np.sin(whole)) > np.sin(_STEEP)
    # letters are read from left to right, or from top to bottom
    backward = np.sin(whole) > 0 if steep else np.cos(whole) < 0
    centres, turns = [], []
    for step, letter in zip(steps, wide, strict=True):
        at = start + (steps[-1] - step if backward else step)
        here = _smooth_direction(line, at, max(2.5 * size, 4.0))
        point = line.interpolate(at)
        reading = here + (np.pi if backward else 0.0)
        turn = reading + np.pi / 2 if steep else reading
        off = side * (1.5 + (letter if steep else size) / 2)
        centres.append((point.x - np.sin(here) * off, point.y + np.cos(here) * off))
        turns.append(np.degrees((turn + np.pi) % (2 * np.pi) - np.pi))
    return np.array(centres), np.array(turns), bool(backward)


def _choices(line: LineString, letters: list[str], ink: Ink) -> list[tuple[Array, Array, Array]]:
    size = ink.points * MM_PER_POINT
    wide = [width(letter, ink.points, ink.face) for letter in letters]
    found = []
    for gap in (2.2, 1.5, 1.15):
        pitch = np.array([0.0, *np.cumsum([(a + b) / 2 + (gap - 1) * size
                                           for a, b in pairwise(wide)])])
        room = line.length - pitch[-1] - 2 * size
        if room <= 0:
            continue
        for start in np.linspace(size, size + room, max(3, int(room / 4.0))):
            for side in (1, -1):
                centres, turns, _ = _positions(line, float(start), pitch, wide, side, size)
                half = np.column_stack([np.maximum(wide, size), np.full(len(wide), size)]) / 2 * 1.08
                boxes = np.hstack([centres - half, centres + half])
                found.append((centres, turns, boxes))
    return found


def _cost(line: LineString, turns: Array, boxes: Array, paper: Paper, done: list[tuple[float, float]]) -> float:
    if not paper.free(boxes).all():
        return np.inf
    gaps = np.hypot(*np.diff((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0).T)
    if (gaps < 0.92 * (boxes[0, 3] - boxes[0, 1])).any():       # the inside of a bend squeezes letters together
        return np.inf
    bent = float(np.ptp(np.unwrap(np.radians(turns)))) if len(turns) > 1 else 0.0
    middle = (boxes[:, :2] + boxes[:, 2:]).mean(axis=0) / 2
    near = any(np.hypot(*(middle - d)) < _APART for d in done)
    return np.inf if near else float(paper.covered(boxes).sum()) + 6.0 * bent


def name_rivers(ax: Axes, rivers: Sequence[tuple[str, BaseGeometry, Ink]], paper: Paper, clip: Rectangle) -> list[str]:
    """Set the names of rivers along their lines where there is room, and keep that room on the paper.

    Parameters
    ----------
    ax
        Axes in millimetres.
    rivers
        Name, line on paper [mm] and look of each, the most important first.
    paper
        What is already there; the boxes of the letters are added.
    clip
        The map window.

    Returns
    -------
    list of str
        The names set, repeated ones repeated.
    """
    set_names = []
    for name, geometry, ink in rivers:
        done: list[tuple[float, float]] = []
        letters = _letters(name)
        if not letters:
            continue
        for line in sorted(_lines(geometry), key=lambda part: -part.length)[:4]:
            choices = _choices(line, letters, ink)
            for _ in range(3):
                costs = [_cost(line, turns, boxes, paper, done) for _, turns, boxes in choices]
                if not costs or min(costs) > _LIMIT:
                    break
                centres, turns, boxes = choices[int(np.argmin(costs))]
                for letter, (x, y), turn in zip(letters, centres, turns, strict=True):
                    write(ax, letter, x, y, ink, anchor=(0.5, 0.5), rotation=turn, zorder=7, clip=clip)
                paper.boxes.extend(as_box(b) for b in boxes)
                middle = (boxes[:, :2] + boxes[:, 2:]).mean(axis=0) / 2
                done.append((float(middle[0]), float(middle[1])))
                set_names.append(name)
            if done:
                break
    return set_names
