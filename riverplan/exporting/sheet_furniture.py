"""What every map carries: graticule, north arrow, scale bar and the small picture of the whole network."""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle
from shapely.geometry.base import BaseGeometry

from riverplan.channel import Array
from riverplan.exporting.sheet_frame import Frame
from riverplan.exporting.sheet_labels import Box, Paper
from riverplan.exporting.sheet_lettering import Ink, width, write
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork

_STEPS = (1 / 60, 2 / 60, 5 / 60, 10 / 60, 15 / 60, 30 / 60, 1.0, 2.0, 5.0)
"""Graticule steps [degrees]."""


def degrees_text(value: float) -> str:
    """Degrees and minutes, such as ``107°50′``.

    >>> degrees_text(107.8333333), degrees_text(-0.5)
    ('107°50′', '-0°30′')
    """
    minutes = round(abs(value) * 60)
    return f"{'-' if value < 0 else ''}{minutes // 60}°{minutes % 60:02d}′"


def draw_graticule(ax: Axes, frame: Frame, river: RiverNetwork, clip: Rectangle, points: float, *,
                   mono: bool) -> None:
    """Meridians and parallels with figures on all four sides, and the two border lines of the map."""
    west, south, east, north = frame.bounds
    edge_x = np.concatenate([np.linspace(west, east, 30), np.full(30, east), np.full(30, west)])
    edge_y = np.concatenate([np.full(30, south), np.linspace(south, north, 30), np.linspace(south, north, 30)])
    lon, lat = river.lonlat(np.concatenate([edge_x, np.linspace(west, east, 30)]),
                            np.concatenate([edge_y, np.full(30, north)]))
    one = 40.0 * frame.scale / 1000.0 / 111_000.0
    step = next((s for s in _STEPS if s >= one), _STEPS[-1])
    ink = Ink(points=points, colour="#000000", halo=0.0)
    left, bottom, right, top = frame.window
    lines = []
    for along_lon, low, high in ((True, lon.min(), lon.max()), (False, lat.min(), lat.max())):
        for value in np.arange(math.ceil(low / step) * step, high, step):
            run = np.linspace(lat.min() - 0.01, lat.max() + 0.01, 40) if along_lon else \
                np.linspace(lon.min() - 0.01, lon.max() + 0.01, 40)
            xs, ys = river.xy(np.full(40, value), run) if along_lon else river.xy(run, np.full(40, value))
            line = frame.paper(np.column_stack([xs, ys]))
            lines.append(line)
            for at, turned in (((bottom, False), (top, False)) if along_lon else ((left, True), (right, True))):
                here = _meets(line, at, horizontal=along_lon)
                if here is None:
                    continue
                outside = -frame.band / 2 if at in (bottom, left) else frame.band / 2
                x, y = (here, at + outside) if along_lon else (at + outside, here)
                limit = (left + 6, right - 6, x) if along_lon else (bottom + 6, top - 6, y)
                if limit[0] < limit[2] < limit[1]:
                    write(ax, degrees_text(value), x, y, ink, anchor=(0.5, 0.5), rotation=90.0 if turned else 0.0,
                          zorder=14)
    net = LineCollection(lines, colors="#000000" if mono else "#9a9a9a", linewidths=0.18 if mono else 0.3, zorder=1)
    ax.add_collection(net, autolim=False)
    net.set_clip_path(clip)
    for box, thick in (((left, bottom, right, top), 0.5), ((0.5, 0.5, frame.width - 0.5, frame.height - 0.5), 1.1)):
        patch = Rectangle(box[:2], box[2] - box[0], box[3] - box[1], fill=False, ec="#000000", lw=thick, zorder=13)
        patch.set_gid("neatline" if thick < 1 else "border")
        ax.add_artist(patch)


def _meets(line: Array, at: float, *, horizontal: bool) -> float | None:
    """Where a line crosses a border [mm along it]; None if it does not."""
    across, along = (line[:, 1], line[:, 0]) if horizontal else (line[:, 0], line[:, 1])
    if not across.min() <= at <= across.max():
        return None
    order = np.argsort(across)
    return float(np.interp(at, across[order], along[order]))


def scale_bar_length(scale: int, longest: float = 62.0) -> float:
    """Length shown by the scale bar [m]: the roundest that is at most ``longest`` mm of paper.

    >>> [scale_bar_length(s) for s in (50_000, 250_000, 1_000_000)]
    [2000.0, 10000.0, 40000.0]
    """
    most = longest * scale / 1000.0
    power = 10 ** math.floor(math.log10(most))
    return float(next(k * power for k in (8, 4, 2, 1) if k * power <= most))


def draw_scale_bar(ax: Axes, frame: Frame, box: Box, lang: Lang) -> None:
    """An alternating bar of four parts with the representative fraction, in a box of paper."""
    length = scale_bar_length(frame.scale)
    part = length / 4 * 1000.0 / frame.scale
    x, y = (box[0] + box[2]) / 2 - 2 * part, box[1] + 5.4
    for i in range(4):
        patch = Rectangle((x + i * part, y), part, 1.2, fc="#000000" if i % 2 == 0 else "#ffffff", ec="#000000",
                          lw=0.5, zorder=12)
        patch.set_gid(f"scale-bar-{i}")
        ax.add_artist(patch)
    unit, factor = ("km", 1000.0) if length >= 4000 else ("m", 1.0)
    for i in (0, 1, 2, 4):
        words = f"{length * i / 4 / factor:g}" + (f" {unit}" if i == 4 else "")
        write(ax, words, x + i * part, y + 1.9, Ink(points=6.3), anchor=(0.5, 0.0), zorder=12)
    write(ax, text("sheet.scale", lang, scale=f"{frame.scale:,}".replace(",", " ")), x + 2 * part, y - 0.9,
          Ink(points=8.0, bold=True), anchor=(0.5, 1.0), zorder=12)


def convergence(frame: Frame, river: RiverNetwork, x: float, y: float) -> float:
    """Angle from the paper's up to true north at a point of paper [rad, clockwise]."""
    east, north = (np.array([x, y]) - np.array([frame.width, frame.height]) / 2) * frame.scale / 1000.0 \
        + [frame.east, frame.north]
    lon, lat = river.lonlat(east, north)
    up_x, up_y = river.xy(lon, lat + 0.01)
    return math.atan2(up_x - east, up_y - north)


def draw_north(ax: Axes, frame: Frame, river: RiverNetwork, box: Box, lang: Lang) -> None:
    """An arrow to true north (not grid north), in a box of paper."""
    x, y = (box[0] + box[2]) / 2, box[1] + 2.5
    turn = convergence(frame, river, x, y)
    c, s = math.cos(turn), math.sin(turn)

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * c + dy * s, y - dx * s + dy * c

    ax.add_artist(Polygon([at(0, 12), at(-3, 0), at(0, 2.2)], fc="#000000", ec="#000000", lw=0.5, zorder=12))
    ax.add_artist(Polygon([at(0, 12), at(3, 0), at(0, 2.2)], fc="#ffffff", ec="#000000", lw=0.5, zorder=12))
    write(ax, text("sheet.north", lang), *at(0, 13), Ink(points=9.5, bold=True), anchor=(0.5, 0.0),
          rotation=-math.degrees(turn), zorder=12)


def draw_locator(ax: Axes, frame: Frame, network: BaseGeometry, way: BaseGeometry, box: Box, lang: Lang, *,
                 mono: bool) -> None:
    """The whole network, the way of the plume and the window of this map, in a box of paper."""
    left, bottom, right, top = box
    ax.add_artist(Rectangle((left, bottom), right - left, top - bottom, fc="#ffffff", ec="#000000", lw=0.5, zorder=11))
    west, south, east, north = shapely.total_bounds([network])
    inner = (right - left - 3, top - bottom - 6)
    k = min(inner[0] / max(east - west, 1.0), inner[1] / max(north - south, 1.0))
    middle = np.array([(left + right) / 2, bottom + 1.5 + inner[1] / 2])

    def lay(xy: Array) -> Array:
        return (xy - [(west + east) / 2, (south + north) / 2]) * k + middle

    for geometry, colour, line in ((network, "#000000" if mono else "#4f9bd9", 0.45), (way, "#000000", 1.3)):
        thin = shapely.transform(geometry.simplify(0.1 / k), lay)
        parts = [shapely.get_coordinates(p) for p in getattr(thin, "geoms", [thin])]
        ax.add_collection(LineCollection([p for p in parts if len(p) > 1],
                                         colors=colour if mono or line < 1 else "#960327", linewidths=line,
                                         zorder=11.5), autolim=False)
    b = np.array(frame.bounds)
    low, high = np.clip(lay(np.array([b[:2], b[2:]])), [left + 0.5, bottom + 0.5], [right - 0.5, top - 0.5])
    ax.add_artist(Rectangle(low, *(high - low), fill=False, ec="#000000", lw=0.8, zorder=11.6))
    write(ax, text("sheet.locator", lang), left + 1.2, top - 1.0, Ink(points=5.6), anchor=(0.0, 1.0), zorder=12)


def locator_size(network: BaseGeometry, lang: Lang) -> tuple[float, float]:
    """Width and height of the small picture [mm], by the network's shape."""
    west, south, east, north = shapely.total_bounds([network])
    ratio = (north - south) / max(east - west, 1.0)
    wide = max(42.0, width(text("sheet.locator", lang), 5.6) + 6.0)
    return wide, float(np.clip(wide * ratio, 16.0, 34.0)) + 5.0


def find_corner(paper: Paper, wide: float, high: float, corners: Sequence[str], limit: float = math.inf) -> Box | None:
    """The corner of the window where a box covers least ink; the first named wins a draw.

    Parameters
    ----------
    paper
        Its boxes are avoided.
    wide, high
        Size [mm].
    corners
        Some of ``lower left``, ``upper right`` and so on, the most wanted first.
    limit
        None is returned where more ink than this would be covered.
    """
    left, bottom, right, top = paper.window
    boxes = []
    for corner in corners:
        y, x = corner.split()
        x0, y0 = (left if x == "left" else right - wide), (bottom if y == "lower" else top - high)
        boxes.append((x0, y0, x0 + wide, y0 + high))
    tried = np.array(boxes)
    cost = paper.covered(tried) + np.where(paper.free(tried), 0.0, 1e6) + np.arange(len(boxes)) * 0.01
    best = int(np.argmin(cost))
    return None if cost[best] > limit else boxes[best]
