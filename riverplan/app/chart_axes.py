"""Axes of the app's charts: clock times across, concentrations up; numbers in, positions and SVG out."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.simulating.result import Simulation
from riverplan.i18n import Lang, text
from riverplan.units import HOUR

STEPS = (1 / 60, 2 / 60, 5 / 60, 1 / 6, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0, 240.0, 720.0,
         2160.0, 8760.0)
"""Hours between ticks."""
GRID, AXIS = "#e6e2d6", "#8a877c"
PLUME, OVER, LIMIT = "#7a00cc", "#c00018", "#b00016"
DECADES = 5
"""So many powers of ten are drawn at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """The axis of time: seconds after release between ``first`` and ``last`` on pixels ``left`` to ``right``."""

    first: float
    last: float
    left: float
    right: float

    def at(self, seconds: float) -> float:
        """The pixel of a time, kept on the axis."""
        share = (seconds - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def ticks(self, forecast: Forecast | Simulation, most: int) -> list[float]:
        """Round clock times on the axis, at most ``most``, in seconds after release."""
        span = self.last - self.first
        step = next((s for s in STEPS if span / (s * HOUR) <= most), STEPS[-1]) * HOUR
        begin = forecast.spill.at
        since_midnight = 0.0 if begin is None else begin.hour * HOUR + begin.minute * 60.0 + begin.second
        n = math.ceil((self.first + since_midnight) / step)
        found = []
        while (t := round(n * step - since_midnight, 3)) <= self.last:
            found.append(t)
            n += 1
        return found

    def drawn(self, forecast: Forecast | Simulation, top: float, bottom: float, most: int) -> str:
        """Grid lines and clock times; the day stands below the first time and wherever a new one begins."""
        parts, day = [], ""
        for t in self.ticks(forecast, most):
            x, at = self.at(t), forecast.clock(t)
            words = f"{at:%H:%M}" if at is not None else f"+{t / HOUR:g} h"
            parts.append(f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{GRID}"/>'
                         f'<text x="{x:.1f}" y="{bottom + 12:.1f}" text-anchor="middle">{words}</text>')
            if at is not None and f"{at:%m-%d}" != day:
                day = f"{at:%m-%d}"
                parts.append(f'<text class="fine" x="{x:.1f}" y="{bottom + 23:.1f}" text-anchor="middle">{day}</text>')
        return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """The axis of concentration [mg/L] on pixels ``bottom`` to ``top``; powers of ten are even steps if ``log``."""

    least: float
    most: float
    bottom: float
    top: float
    log: bool

    def at(self, mg: float) -> float:
        """The pixel of a concentration, kept on the axis."""
        if self.log:
            share = (math.log10(max(mg, self.least)) - math.log10(self.least)) / math.log10(self.most / self.least)
        else:
            share = (mg - self.least) / (self.most - self.least)
        return self.bottom - (self.bottom - self.top) * min(max(share, 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Round concentrations on the axis."""
        if self.log:
            first, last = math.ceil(math.log10(self.least) - 1e-9), math.floor(math.log10(self.most) + 1e-9)
            return [10.0 ** n for n in range(first, last + 1)]
        step = self.most / 4.0
        size = 10.0 ** math.floor(math.log10(step))
        step = next(s * size for s in (1.0, 2.0, 5.0, 10.0) if s * size >= step * (1 - 1e-9))
        return [n * step for n in range(math.floor(self.most / step + 1e-9) + 1)]

    def drawn(self, left: float, right: float) -> str:
        """Grid lines and numbers."""
        return "".join(
            f'<path d="M{left:.1f} {self.at(c):.1f}H{right:.1f}" stroke="{GRID}"/>'
            f'<text x="{left - 4:.1f}" y="{self.at(c) + 4:.1f}" text-anchor="end">{c:g}</text>' for c in self.ticks())


FLAT = 20.0
"""Where the strongest is more than so many times the limit, or the weakest site, the axis is logarithmic."""


def up_axis(peaks: Iterable[float], limits: Iterable[float], background: float, *, bottom: float, top: float) -> Up:
    """An axis that holds peaks (or the upper ends of their bands), limits and background [mg/L].

    Parameters
    ----------
    peaks
        Greater than 0.
    limits
        Those there are.
    background
        In the river before; 0 is not shown on a logarithmic axis.
    bottom, top
        Pixels.
    """
    strong, lines = [p for p in peaks if p > 0] or [1.0], [x for x in limits if x > 0]
    most = max(*strong, *lines, background, 1e-9)
    weakest = min([*strong, *lines])
    if most <= FLAT * weakest:
        return Up(least=0.0, most=1.08 * most, bottom=bottom, top=top, log=False)
    low = min(weakest / 3.0, background if background > 0 else math.inf)
    low = max(low, most / 10.0 ** DECADES)
    return Up(least=min(low, *(x / 2.0 for x in lines)) if lines else low, most=1.6 * most, bottom=bottom, top=top,
              log=True)


def title(words: str) -> str:
    """The tooltip of what it stands in."""
    return f"<title>{escape(words)}</title>"


def earliest_mark(x: float, top: float, bottom: float, words: str) -> str:
    """The earliest arrival: a filled head on the axis and a line up."""
    return (f'<g class="earliest-mark">{title(words)}<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="#1d1b16" '
            f'stroke-width="1.2" stroke-dasharray="1 2"/><path d="M{x - 5:.1f} {bottom - 9:.1f}h10l-5 9Z" '
            f'fill="#1d1b16"/></g>')


def cut_name(name: str, letters: int) -> str:
    """A name as long as there is room for, counting a Chinese letter as two."""
    room, kept = 2 * letters, ""
    for letter in name:
        room -= 2 if ord(letter) > 0x2e7f else 1
        if room < 0:
            return kept + "…"
        kept += letter
    return kept


def level(mg: float, across: Across, up: Up, words: str, style: str, line: str) -> str:
    """A level across the panel; the limit is named at the right, the background at the left, for they may be near."""
    y = up.at(mg)
    x, anchor = (across.right - 2, "end") if style == "limit" else (across.left + 3, "start")
    return (f'<g>{title(words)}<path class="{style}-line" d="M{across.left:.1f} {y:.1f}H{across.right:.1f}" '
            f'fill="none" {line}/><text class="{style}" x="{x:.1f}" y="{y - 3:.1f}" '
            f'text-anchor="{anchor}">{escape(words)}</text></g>')


def over_points(time: Array, mg: Array, limit: float) -> list[tuple[float, float]]:
    """The points at or above the limit, from the first to the last crossing."""
    above = np.flatnonzero(mg > limit)
    if not above.size:
        return []
    i, j = int(above[0]), int(above[-1])

    def crossing(k: int) -> float:
        return float(time[k] + (limit - mg[k]) / (mg[k + 1] - mg[k]) * (time[k + 1] - time[k]))

    start = [(crossing(i - 1), limit)] if i > 0 else []
    end = [(crossing(j), limit)] if j + 1 < mg.size else []
    return [*start, *((float(t), max(float(c), limit)) for t, c in zip(time[i:j + 1], mg[i:j + 1], strict=True)), *end]


def svg(inside: str, wide: float, high: float, lang: Lang) -> str:
    """A chart whole, of so many pixels."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" lang="{lang}" '
            f'role="img" aria-label="{escape(text("app_chart.label", lang))}" '
            f'preserveAspectRatio="xMinYMid meet">{inside}</svg>')
