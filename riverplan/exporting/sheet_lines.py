"""The lines of the map: water, plume by arrival class, ticks across it, arrows beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from riverplan.channel import Array
from riverplan.exporting.sheet_frame import Frame
from riverplan.exporting.sheet_labels import Paper
from riverplan.exporting.sheet_lettering import Ink
from riverplan.exporting.sheet_way import Stretch, Tick
from riverplan.exporting.symbology import (
    AFFECTED_WIDTH,
    ARRIVAL_CLASSES,
    CASING,
    UNAFFECTED,
    UNAFFECTED_WIDTH,
)
from riverplan.river.network import RiverNetwork

POOL_WIDTH = 3.4
"""Width of the band that shows a pool [mm]."""
DAM_GAP = 0.95
"""Distance of the two bars of a dam [mm]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """The water of the window on paper [mm]."""

    unaffected: BaseGeometry
    rivers: Mapping[str, BaseGeometry]
    """Lines by river name, in flow direction, the largest discharge first."""
    pools: BaseGeometry
    """Outlines of the bands that show pools."""
    has_sketch: bool
    has_dam: bool


def _parts(geometry: BaseGeometry) -> list[Array]:
    pieces = getattr(geometry, "geoms", [geometry])
    return [c for p in pieces if p.geom_type == "LineString" and len(c := shapely.get_coordinates(p)) > 1]


def _stroke(ax: Axes, geometry: BaseGeometry, clip: Rectangle, colour: str, width: float, zorder: float,
            dash: Sequence[float] = (), cap: str = "round") -> None:
    if geometry.is_empty:
        return
    runs = _parts(geometry)
    if not runs:
        return
    vertices = np.vstack(runs)
    codes = np.concatenate([[Path.MOVETO] + [Path.LINETO] * (len(r) - 1) for r in runs])
    # dashes are in line widths: matplotlib itself multiplies them
    patch = PathPatch(Path(vertices, codes), fc="none", ec=colour, lw=width, zorder=zorder, capstyle=cap,
                      joinstyle="round", ls=(0, tuple(dash)) if dash else "-")
    ax.add_artist(patch)
    patch.set_clip_path(clip)


def _merged(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    if not lines:
        return shapely.MultiLineString()
    joined = shapely.union_all([shapely.MultiLineString(_parts(g)) for g in lines if not g.is_empty]) \
        if len(lines) == 1 else shapely.MultiLineString([c for g in lines for c in _parts(g)])
    return linemerge(joined) if joined.geom_type == "MultiLineString" and len(joined.geoms) > 1 else joined


def draw_water(ax: Axes, river: RiverNetwork, frame: Frame, way: Sequence[Stretch], clip: Rectangle, *,
               mono: bool) -> Water:
    """Draw pools, dams and the water the plume does not reach."""
    reaches = river.reaches
    bounds = frame.bounds
    near = np.flatnonzero(shapely.intersects(reaches.geometry.to_numpy(), shapely.box(*bounds)))
    laid = {int(i): frame.lay(reaches.geometry.iloc[i]) for i in near}
    touched = {s.row for s in way}
    first = min(way, key=lambda s: s.distance[0]) if way else None
    sketched = {i for i in laid if reaches["course"].iloc[i] == "sketched"}
    solid = [g for i, g in laid.items() if i not in touched | sketched]
    dashed = [g for i, g in laid.items() if i in sketched - touched]
    if first is not None and first.row in laid:                # the reach of the spill, above the spill
        whole, below = reaches.geometry.iloc[first.row], first.line
        above = shapely.line_merge(shapely.difference(whole, below.buffer(0.5)))
        (dashed if first.row in sketched else solid).append(frame.lay(above))
    pools = [laid[i] for i in laid if reaches["kind"].iloc[i] == "reservoir"]
    for pool in pools:
        if mono:
            band = pool.buffer(POOL_WIDTH / 2, cap_style="flat")
            for part in getattr(band, "geoms", [band]):
                ring = Polygon(shapely.get_coordinates(part.exterior), closed=True, fc="none", ec="#000000", lw=0.5,
                               zorder=2)
                ax.add_artist(ring)
                ring.set_clip_path(clip)
        else:
            _stroke(ax, pool, clip, "#cfe5f6", POOL_WIDTH * 72 / 25.4, 2, cap="butt")
    colour = "#000000" if mono else UNAFFECTED
    thin = UNAFFECTED_WIDTH * (0.6 if mono else 1.0)
    _stroke(ax, _merged(solid), clip, colour, thin, 3)
    _stroke(ax, _merged(dashed), clip, colour, thin, 3, dash=(5, 3), cap="butt")
    has_dam = _draw_dams(ax, river, frame, clip)
    return Water(unaffected=_merged(solid + dashed), rivers=_rivers(river, laid),
                 pools=shapely.union_all([p.buffer(POOL_WIDTH / 2).boundary for p in pools]),
                 has_sketch=bool(sketched), has_dam=has_dam)


def _rivers(river: RiverNetwork, laid: Mapping[int, BaseGeometry]) -> dict[str, BaseGeometry]:
    by_name: dict[str, list[int]] = {}
    for i in laid:
        name = str(river.reaches["name"].iloc[i] or "")
        if name and not laid[i].is_empty:
            by_name.setdefault(name, []).append(i)
    flow = river.reaches["mean_discharge"].fillna(0.0).to_numpy()
    order = sorted(by_name, key=lambda n: (-max(flow[i] for i in by_name[n]), n))
    return {n: _merged([laid[i] for i in by_name[n]]) for n in order}


def _draw_dams(ax: Axes, river: RiverNetwork, frame: Frame, clip: Rectangle) -> bool:
    """Two bars across the river at each dam and gate, unlike the single one of a travel time; whether any is drawn."""
    drawn = False
    for node_id, kind, point in zip(river.nodes["node_id"], river.nodes["kind"], river.nodes.geometry, strict=True):
        if kind not in {"dam", "gate"}:
            continue
        x, y = frame.paper(np.array([[point.x, point.y]]))[0]
        above = river.reaches.geometry[river.reaches["head"] == node_id]
        if not frame.holds(x, y) or above.empty:
            continue
        back = frame.paper(shapely.get_coordinates(above.iloc[0].interpolate(-0.0015 * frame.scale)))[0]
        angle = float(np.arctan2(y - back[1], x - back[0]))
        for shift in (-DAM_GAP / 2, DAM_GAP / 2):
            tick = Tick(value=0.0, x=float(x + shift * np.cos(angle)), y=float(y + shift * np.sin(angle)),
                        direction=angle)
            draw_tick(ax, tick, 2.6, 1.1, clip)
        drawn = True
    return drawn


def draw_way(ax: Axes, by_class: Mapping[int, BaseGeometry], clip: Rectangle, *, mono: bool) -> None:
    """Draw the plume's way by arrival class, later classes beneath earlier ones."""
    for number, line in by_class.items():
        c = ARRIVAL_CLASSES[number]
        if mono:
            _stroke(ax, line, clip, "#ffffff", c.mono_width + 2.4, 4.0)
        else:
            _stroke(ax, line, clip, CASING, AFFECTED_WIDTH + 0.9, 4.0, cap="butt" if number else "round")
    for number, line in sorted(by_class.items(), reverse=True):
        c = ARRIVAL_CLASSES[number]
        if not mono:
            _stroke(ax, line, clip, c.colour, AFFECTED_WIDTH, 5.0, cap="butt")
            continue
        if c.mono_dash:
            _stroke(ax, line, clip, "#000000", 0.6, 4.5)
        _stroke(ax, line, clip, "#000000", c.mono_width, 5.0, dash=c.mono_dash, cap="butt")
        if c.mono_hollow:
            _stroke(ax, line, clip, "#ffffff", c.mono_width - 1.6, 5.1, cap="butt")


def tag_places(by_class: Mapping[int, BaseGeometry]) -> list[tuple[int, float, float]]:
    """Where the letters of the classes belong on the lines, about every 55 mm; for the fax."""
    places = []
    for number, line in by_class.items():
        for run in _parts(line):
            part = shapely.LineString(run)
            count = max(1, round(part.length / 55.0)) if part.length > 2.5 else 0
            for i in range(count):
                point = part.interpolate((i + 0.5) * part.length / count)
                places.append((number, float(point.x), float(point.y)))
    return places


def draw_tick(ax: Axes, tick: Tick, half: float, width: float, clip: Rectangle) -> None:
    """A bar across the river at a point of paper, ``half`` mm to each side."""
    dx, dy = -np.sin(tick.direction) * half, np.cos(tick.direction) * half
    run = ax.plot([tick.x - dx, tick.x + dx], [tick.y - dy, tick.y + dy], color="#000000", lw=width, zorder=5.6,
                  solid_capstyle="butt")
    run[0].set_clip_path(clip)


def draw_arrows(ax: Axes, rivers: Mapping[str, BaseGeometry], paper: Paper, clip: Rectangle, *, mono: bool) -> None:
    """Arrows of the flow beside the rivers, about every 50 mm, where there is room."""
    colour = "#000000" if mono else "#1b5fa8"
    for line in rivers.values():
        for run in _parts(line):
            part = shapely.LineString(run)
            for i in range(max(1, int(part.length / 50.0)) if part.length > 14 else 0):
                _draw_arrow(ax, part, (i + 0.5) * part.length / max(1, int(part.length / 50.0)), paper, clip, colour)


def _draw_arrow(ax: Axes, line: shapely.LineString, middle: float, paper: Paper, clip: Rectangle,
                colour: str) -> None:
    for shift in (0.0, 5.0, -5.0, 10.0, -10.0):
        at = middle + shift
        if not 4.0 < at < line.length - 4.0:
            continue
        p, a, b = (line.interpolate(d) for d in (at, at - 3.0, at + 3.0))
        angle = float(np.arctan2(b.y - a.y, b.x - a.x))
        for side in (1, -1):
            x, y = p.x - side * 2.5 * np.sin(angle), p.y + side * 2.5 * np.cos(angle)
            half_x = 3.0 * abs(np.cos(angle)) + 0.7
            half_y = 3.0 * abs(np.sin(angle)) + 0.7
            box = (x - half_x, y - half_y, x + half_x, y + half_y)
            if not paper.free(np.array([box]))[0] or paper.covered(np.array([box]))[0] > 8.0:
                continue
            shape = np.array([(-3, -0.12), (1, -0.12), (0.8, -0.7), (3, 0), (0.8, 0.7), (1, 0.12), (-3, 0.12)])
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            arrow = Polygon(shape @ turn.T + [x, y], closed=True, fc=colour, ec="none", zorder=6)
            ax.add_artist(arrow)
            arrow.set_clip_path(clip)
            paper.boxes.append(box)
            return


def draw_sketched(ax: Axes, river: RiverNetwork, frame: Frame, way: Sequence[Stretch], clip: Rectangle, *,
                  mono: bool) -> None:
    """Mark the plume's way on a course that is only a sketch: a white dashed line inside its colour.

    For a fax the dashes are few: many would eat the pattern of the arrival class.
    """
    course = river.reaches["course"]
    lines = [frame.lay(s.line) for s in way if course.iloc[s.row] == "sketched"]
    _stroke(ax, _merged([line for line in lines if not line.is_empty]), clip, "#ffffff", 0.9, 5.5,
            dash=(2, 9) if mono else (4, 3), cap="butt")


def names(water: Water, reached: Collection[str], *, mono: bool) -> list[tuple[str, BaseGeometry, Ink]]:
    """Rivers to be named: those the plume travels first and in larger letters, then the largest."""
    colour = "#000000" if mono else "#1b5fa8"
    order = sorted(water.rivers, key=lambda name: name not in reached)
    return [(name, water.rivers[name],
             Ink(points=12.5 if name in reached else 9.0, colour=colour, face="serif", slanted=True, halo=0.5))
            for name in order]
