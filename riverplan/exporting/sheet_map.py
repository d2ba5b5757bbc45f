"""The map of the sheet as a clean SVG: river, plume, sites, ticks, names and labels at an exact scale."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle

from riverplan.exporting import sheet_lines as lines
from riverplan.exporting.sheet_clock import short_clock
from riverplan.exporting.sheet_frame import Frame
from riverplan.exporting.sheet_furniture import (
    draw_graticule,
    draw_locator,
    draw_north,
    draw_scale_bar,
    find_corner,
    locator_size,
)
from riverplan.exporting.sheet_labels import Label, Paper, Placed, place
from riverplan.exporting.sheet_lettering import Ink, height, width, write
from riverplan.exporting.sheet_marks import Mark, draw_mark, marks
from riverplan.exporting.sheet_names import name_rivers
from riverplan.exporting.sheet_way import (
    Stretch,
    Tick,
    chainage_step,
    class_lines,
    distance_ticks,
    sample,
    time_ticks,
)
from riverplan.exporting.symbology import ARRIVAL_CLASSES
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.units import hours, km

_CORNERS = ("upper right", "upper left", "lower left", "lower right")
_LABEL_COLOUR = {"spill": "#c00020", "intake": "#00602f", "boundary": "#000000", "section": "#5f1f70",
                 "space": "#134a85", "store": "#6b430f", "team": "#6b430f", "risk_source": "#a8001f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPicture:
    """A drawn map: the SVG, and what the legend must explain."""

    svg: bytes
    symbols: tuple[str, ...]
    """Keys of the symbols drawn."""
    classes: tuple[int, ...]
    """Arrival classes drawn."""
    has_unaffected: bool
    has_pool: bool
    has_sketch: bool
    has_dam: bool
    labels: tuple[Placed, ...]
    chainage_step: float
    """[m]"""


def draw_map(forecast: Forecast, frame: Frame, way: Sequence[Stretch], *, lang: Lang, mono: bool,
             points: float) -> MapPicture:
    """Draw the map.

    Parameters
    ----------
    forecast
        What is drawn.
    frame
        The window and its scale.
    way
        The stretches of the plume's way.
    lang, mono
        Language; black and white for a fax.
    points
        Letter size of labels.
    """
    salt: Any = {"svg.hashsalt": "riverplan", "svg.fonttype": "path", "path.simplify": False}
    with mpl.rc_context(salt):
        figure = Figure(figsize=(frame.width / 25.4, frame.height / 25.4))
        FigureCanvasSVG(figure)
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, frame.width), ylim=(0, frame.height))
        ax.set_axis_off()
        picture = _Drawing(forecast, frame, way, ax, lang, mono, points).draw()
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return MapPicture(svg=out.getvalue(), **picture)


class _Drawing:
    """One map while it is being drawn: the paper fills up layer by layer."""

    def __init__(self, forecast: Forecast, frame: Frame, way: Sequence[Stretch], ax: Axes, lang: Lang, mono: bool,
                 points: float) -> None:
        self.forecast, self.frame, self.way, self.ax = forecast, frame, way, ax
        self.lang, self.mono, self.points = lang, mono, points
        left, bottom, right, top = frame.window
        self.clip = Rectangle((left, bottom), right - left, top - bottom, fc="none", ec="none")
        ax.add_artist(self.clip)
        self.paper = Paper(window=(left + 1, bottom + 1, right - 1, top - 1))
        self.anchors: dict[str, tuple[float, float]] = {}    # of labels that belong to no site
        self.half = 0.0015 * frame.scale                     # 1.5 mm of river either way for directions

    def draw(self) -> dict[str, Any]:
        draw_graticule(self.ax, self.frame, self.forecast.river, self.clip, self.points - 0.6, mono=self.mono)
        by_class = {c: self.frame.lay(g) for c, g in class_lines(self.way).items()}
        by_class = {c: g for c, g in by_class.items() if not g.is_empty}
        water = lines.draw_water(self.ax, self.forecast.river, self.frame, self.way, self.clip, mono=self.mono)
        lines.draw_way(self.ax, by_class, self.clip, mono=self.mono)
        lines.draw_sketched(self.ax, self.forecast.river, self.frame, self.way, self.clip, mono=self.mono)
        for g, cost in ((water.unaffected, 0.5), (water.pools, 0.5), *((g, 1.6) for g in by_class.values())):
            if not g.is_empty:
                self.paper.add_ink(sample(g, 0.8), cost)
        length = sum(g.length for g in by_class.values())
        shown = marks(self.forecast, self.frame, self.lang, self.points, length, mono=self.mono)
        for mark in shown:
            self.paper.boxes.append(mark.box)
        self._corners(by_class)
        step = chainage_step(self.frame.scale)
        km_ticks = self._ticks(distance_ticks(self.way, step, self.half))
        hour_ticks = self._ticks(time_ticks(self.way, self.half))
        for tick in km_ticks:
            lines.draw_tick(self.ax, tick, 1.7, 0.6, self.clip)
        for tick in hour_ticks:
            lines.draw_tick(self.ax, tick, 3.2, 1.5, self.clip)
        lines.draw_arrows(self.ax, water.rivers, self.paper, self.clip, mono=self.mono)
        for mark in sorted(shown, key=lambda m: -m.rank):
            draw_mark(self.ax, mark, self.clip, mono=self.mono)
        labels = {mark.key: mark for mark in shown}
        tags = self._tag_labels(by_class) if self.mono else ()
        placed = place([*self._time_labels(hour_ticks), *tags, *(m.label for m in shown if m.rank < 1)], self.paper)
        mine = {str(self.forecast.river.reaches["name"].iloc[s.row]) for s in self.way}
        name_rivers(self.ax, lines.names(water, mine, mono=self.mono), self.paper, self.clip)
        placed += place([m.label for m in shown if 1 <= m.rank < 10], self.paper)
        placed += place(self._chainage_labels(km_ticks), self.paper)
        placed += place([m.label for m in shown if m.rank >= 10], self.paper)
        for one in placed:
            self._write(one, labels.get(one.key))
        kinds = dict.fromkeys(m.symbol for m in sorted(shown, key=lambda m: m.rank))
        return {"symbols": tuple(kinds), "classes": tuple(by_class), "has_unaffected": not water.unaffected.is_empty,
                "has_pool": not water.pools.is_empty, "has_sketch": water.has_sketch, "has_dam": water.has_dam,
                "labels": tuple(placed),
                "chainage_step": step}

    def _corners(self, by_class: dict[int, shapely.Geometry]) -> None:
        """North arrow, scale bar and the small picture, each in the emptiest corner left."""
        north = find_corner(self.paper, 10.0, 22.0, _CORNERS)
        if north:
            draw_north(self.ax, self.frame, self.forecast.river, north, self.lang)
            self.paper.boxes.append(north)
        bar = find_corner(self.paper, 74.0, 13.0, ("lower left", "lower right", "upper left", "upper right"))
        if bar:
            draw_scale_bar(self.ax, self.frame, bar, self.lang)
            self.paper.boxes.append(bar)
        network = shapely.union_all(self.forecast.river.reaches.geometry.to_numpy())
        wide, high = locator_size(network, self.lang)
        wide, high = wide * self.points / 6.8, high * self.points / 6.8
        box = find_corner(self.paper, wide, high, ("lower right", "upper left", "upper right", "lower left"), 14.0)
        if box:
            way = shapely.union_all([s.line for s in self.way])
            draw_locator(self.ax, self.frame, network, way, box, self.lang, mono=self.mono)
            self.paper.boxes.append(box)

    def _ticks(self, ticks: Sequence[Tick]) -> list[Tick]:
        """The ticks that lie in the window, on paper."""
        on_paper = []
        for tick in ticks:
            x, y = self.frame.paper(np.array([[tick.x, tick.y]]))[0]
            if self.frame.holds(x, y, 2.0):
                on_paper.append(Tick(value=tick.value, x=float(x), y=float(y), direction=tick.direction))
        return on_paper

    def _time_labels(self, ticks: Sequence[Tick]) -> Iterator[Label]:
        for n, tick in enumerate(ticks):
            words = text("sheet.time_tick", self.lang, hours=f"{hours(tick.value):g}",
                         clock=short_clock(self.forecast, tick.value, self.lang))
            if self.forecast.spill.at is None:
                words = text("sheet.time_tick_after", self.lang, hours=f"{hours(tick.value):g}")
            self.anchors[f"time-{n}"] = tick.x, tick.y
            size = width(words, self.points) + 1.6, height(self.points) + 0.9
            yield Label(key=f"time-{n}", x=tick.x, y=tick.y, radius=2.6, rank=0.5, forms=((words, *size),),
                        needed=True, reach=16.0)

    def _tag_labels(self, by_class: dict[int, shapely.Geometry]) -> Iterator[Label]:
        side = height(self.points) * 1.35
        for n, (number, x, y) in enumerate(lines.tag_places(by_class)):
            if self.frame.holds(x, y, 2.0):
                self.anchors[f"tag-{n}"] = x, y
                yield Label(key=f"tag-{n}", x=x, y=y, radius=1.2, rank=0.7, reach=7.0,
                            forms=((ARRIVAL_CLASSES[number].tag, side, side),))

    def _chainage_labels(self, ticks: Sequence[Tick]) -> Iterator[Label]:
        for n, tick in enumerate(ticks):
            words = f"{km(tick.value):g}" + (" km" if n == 0 else "")
            self.anchors[f"chainage-{n}"] = tick.x, tick.y
            yield Label(key=f"chainage-{n}", x=tick.x, y=tick.y, radius=1.6, rank=9.0, reach=1.5,
                        forms=((words, width(words, self.points - 1.4), height(self.points - 1.4) * 0.8),))

    def _write(self, placed: Placed, mark: Mark | None) -> None:
        """Write a placed label, its leading line, and the frame of a time label."""
        left, bottom, right, top = placed.box
        middle = (bottom + top) / 2
        if placed.leader is not None:
            x, y = (mark.x, mark.y) if mark else self._anchor(placed)
            grey = "#000000" if self.mono else "#555555"
            self.ax.plot([x, placed.leader[0]], [y, placed.leader[1]], color=grey, lw=0.4, zorder=7.5)
        if placed.key.startswith("time-"):
            box = Polygon([(left, bottom), (right, bottom), (right, top), (left, top)], fc="#ffffff", ec="#000000",
                          lw=0.6, zorder=8.9)
            self.ax.add_artist(box)
            ink = Ink(points=self.points, bold=True, halo=0.0, fax=self.mono)
            write(self.ax, placed.text, (left + right) / 2, middle, ink, anchor=(0.5, 0.5))
            return
        if placed.key.startswith("tag-"):
            ring = Circle(((left + right) / 2, middle), (right - left) / 2, fc="#ffffff", ec="#000000", lw=0.7,
                          zorder=8.9)
            self.ax.add_artist(ring)
            ink = Ink(points=self.points, bold=True, halo=0.0)
            write(self.ax, placed.text, (left + right) / 2, middle, ink, anchor=(0.5, 0.5))
            return
        if mark is None:
            ink = Ink(points=self.points - 1.4, colour="#000000" if self.mono else "#333333", halo=0.3)
            write(self.ax, placed.text, left, middle, ink, anchor=(0.0, 0.5), zorder=8)
            return
        plain = "#000000" if self.mono else _LABEL_COLOUR.get(mark.kind, "#333333")
        ink = Ink(points=mark.points, colour=plain if mark.affected or self.mono else "#777777",
                  bold=mark.kind in {"spill", "intake", "boundary"} and mark.affected, fax=self.mono)
        write(self.ax, placed.text, left, middle, ink, anchor=(0.0, 0.5))

    def _anchor(self, placed: Placed) -> tuple[float, float]:
        return self.anchors[placed.key]


def legend_classes(picture: MapPicture) -> tuple[int, ...]:
    """All classes up to the last one drawn: a legend without gaps."""
    return tuple(range(min(max(picture.classes, default=-1) + 1, len(ARRIVAL_CLASSES))))
