"""Breakthrough charts: what passes a site, and when, as SVG; one panel a site, in the order of the cards."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from riverplan.app.answer import KEY_KINDS, clock, name_of, reached
from riverplan.app.chart_axes import (
    AXIS,
    LIMIT,
    OVER,
    PLUME,
    Across,
    Up,
    cut_name,
    earliest_mark,
    level,
    over_points,
    svg,
    title,
    up_axis,
)
from riverplan.app.passage_chart import passages
from riverplan.channel import Array
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.table import mg_text, probability_text
from riverplan.i18n import Lang, text
from riverplan.units import mg_per_l

MOST = 3
"""Sites drawn where nobody chose."""
WIDE, HIGH = 790.0, 186.0
"""Of the drawing [px]."""
_TOP, _BOTTOM, _LEFT, _RIGHT = 36.0, 144.0, 44.0, 16.0
_POINTS = 160
"""Points of a curve that are drawn."""


def by_importance(forecast: Forecast) -> tuple[Arrival, ...]:
    """The sites reached: the next intake, boundary, section and town, then the second of each, and so on."""
    seen: dict[str, int] = {}
    ranked = []
    for a in sorted(reached(forecast), key=lambda a: a.earliest):
        seen[a.kind] = nth = seen.get(a.kind, 0) + 1
        key = a.kind in KEY_KINDS
        ranked.append((not key, nth, KEY_KINDS.index(a.kind) if key else 0, a.earliest, a))
    return tuple(r[-1] for r in sorted(ranked, key=lambda r: r[:-1]))


def chart(forecast: Forecast, arrivals: Sequence[Arrival], lang: Lang) -> str:
    """The chart of some sites as one ``<svg>``: curves where there are concentrations, else when it passes.

    Where nothing can be drawn of concentrations (mass unknown, film, pH) the reason stands above the bars.
    """
    if not arrivals:
        return svg(f'<text class="words" x="12" y="24">{escape(text("app_chart.none", lang))}</text>', WIDE, HIGH, lang)
    if not curved(forecast):
        return svg(passages(forecast, arrivals, lang, wide=WIDE, high=HIGH), WIDE, HIGH, lang)
    background = mg_per_l(forecast.spill.background)
    strong = [mg_per_l(a.concentration_band[1] if a.concentration_band else a.peak_concentration or 0.0)
              for a in arrivals]
    up = up_axis(strong, [mg_per_l(a.limit) for a in arrivals if a.limit is not None], background,
                 bottom=_BOTTOM, top=_TOP)
    wide = WIDE / len(arrivals)
    panels = "".join(_panel(forecast, a, up, (i * wide, (i + 1) * wide), lang) for i, a in enumerate(arrivals))
    unit = text("app_chart.unit_log" if up.log else "app_chart.unit", lang)
    return svg(f'{panels}<text class="fine" x="6" y="183">{escape(unit)}</text><text class="fine" '
               f'x="{WIDE - 6:.0f}" y="183" text-anchor="end">{escape(text("app_chart.key", lang))}</text>',
               WIDE, HIGH, lang)


def curved(forecast: Forecast) -> bool:
    """Whether there are concentrations over time to draw: of a known mass, neither a film nor judged by pH."""
    return bool(forecast.plumes) and not any(a.film or a.ph_limit is not None for a in forecast.arrivals)


def window(forecast: Forecast, arrival: Arrival) -> tuple[float, float]:
    """Begin and end of the time drawn for a site [s after release]: from before its earliest to after its last."""
    last = max(arrival.trailing, arrival.peak_band[1], arrival.exceeds_until or 0.0)
    last = min(last, arrival.trailing + 3.0 * (arrival.trailing - arrival.earliest))       # a long tail stays off
    span = max(last - arrival.earliest, 60.0)
    return max(arrival.earliest - 0.06 * span, 0.0), last + 0.04 * span


def points(forecast: Forecast, arrival: Arrival, first: float, last: float) -> tuple[Array, Array]:
    """Times [s after release] and concentrations [mg/L], background included, between two times."""
    curve = forecast.plumes[arrival.site_id]
    inside = curve.time[(curve.time > first) & (curve.time < last)]
    time = np.union1d(np.linspace(first, last, _POINTS), inside[::max(1, inside.size // _POINTS)])
    strong = np.interp(time, curve.time, curve.concentration, left=0.0, right=0.0)
    return time, mg_per_l(1.0) * (strong + forecast.spill.background)


def _panel(forecast: Forecast, a: Arrival, up: Up, edges: tuple[float, float], lang: Lang) -> str:
    first, last = window(forecast, a)
    across = Across(first=first, last=last, left=edges[0] + _LEFT, right=edges[1] - _RIGHT)
    name = name_of(a, forecast, lang)
    parts = [across.drawn(forecast, _TOP, _BOTTOM, max(2, int((across.right - across.left) / 40))),
             up.drawn(across.left, across.right), _head(forecast, a, name, across, lang)]
    if a.site_id in forecast.plumes:
        parts.append(_curve(forecast, a, name, across, up, lang))
    if a.concentration_band is not None:
        parts.append(_band(forecast, a, name, across, up, lang))
    background = mg_per_l(forecast.spill.background)
    if background > 0:
        parts.append(level(background, across, up, text("app_chart.background", lang, value=f"{background:.3g}"),
                            "fine", f'stroke="{AXIS}" stroke-dasharray="2 3"'))
    if a.limit is not None:
        parts.append(level(mg_per_l(a.limit), across, up, text(
            "app_chart.limit", lang, value=f"{mg_per_l(a.limit):.3g}"), "limit",
            f'stroke="{LIMIT}" stroke-width="1.5" stroke-dasharray="6 4"'))
    parts.append(earliest_mark(across.at(a.earliest), _TOP, _BOTTOM, text(
        "app_chart.earliest_tip", lang, site=name, clock=clock(forecast, a.earliest, floor=True))))
    parts.append(f'<path d="M{across.left:.1f} {_TOP:.1f}V{_BOTTOM:.1f}H{across.right:.1f}" fill="none" '
                 f'stroke="{AXIS}"/>')
    return f'<g data-site="{escape(a.site_id)}">{"".join(parts)}</g>'


def _head(forecast: Forecast, a: Arrival, name: str, across: Across, lang: Lang) -> str:
    """Name; below it the earliest time, and when it exceeds, how likely it does, or how strong it gets."""
    room = across.right - across.left + _LEFT - 8.0
    x = across.left - _LEFT + 8.0
    over = a.exceeds_from is not None and a.exceeds_until is not None
    if over:
        start = clock(forecast, a.exceeds_from or 0.0, floor=True)
        end = clock(forecast, a.exceeds_until or 0.0, ceil=True)
        if start.rpartition(" ")[0] == end.rpartition(" ")[0]:             # one day, said once
            end = end.rpartition(" ")[2]
        words = text("app_chart.head_over", lang, start=start, end=end)
    elif a.exceed_probability is not None:
        words = text("app_chart.head_chance", lang, share=probability_text(a))
    else:
        words = text("app_chart.head_peak", lang, peak=mg_text(a.peak_concentration or 0.0),
                     clock=clock(forecast, a.peak))
    return (f'<text class="name" x="{x:.1f}" y="15">{title(name)}{escape(cut_name(name, int(room / 13)))}</text>'
            f'<text x="{x:.1f}" y="29"><tspan class="earliest">▼{clock(forecast, a.earliest, floor=True)}</tspan>'
            f'<tspan dx="7" class="{"over" if over else "peak"}">{escape(words)}</tspan></text>')


def _curve(forecast: Forecast, a: Arrival, name: str, across: Across, up: Up, lang: Lang) -> str:
    """The curve, and red what of it is above the limit."""
    time, mg = points(forecast, a, across.first, across.last)
    way = "L".join(f"{across.at(t):.1f} {up.at(c):.1f}" for t, c in zip(time.tolist(), mg.tolist(), strict=True))
    area = f"M{across.at(time[0]):.1f} {up.bottom:.1f}L{way}L{across.at(time[-1]):.1f} {up.bottom:.1f}Z"
    tip = title(text("app_chart.curve_tip", lang, site=name, clock=clock(forecast, a.peak),
                     peak=mg_text(a.peak_concentration or 0.0)))
    parts = [f'<path class="area" d="{area}" fill="{PLUME}" fill-opacity=".16">{tip}</path>']
    if a.limit is not None and (over := over_points(time, mg, mg_per_l(a.limit))):
        base = up.at(mg_per_l(a.limit))
        tip_over = title(text("app_chart.over_tip", lang, site=name, start=clock(forecast, over[0][0], floor=True),
                              end=clock(forecast, over[-1][0], ceil=True)))
        line = "L".join(f"{across.at(t):.1f} {up.at(c):.1f}" for t, c in over)
        parts.append(f'<path class="area-over" d="M{across.at(over[0][0]):.1f} {base:.1f}L{line}'
                     f'L{across.at(over[-1][0]):.1f} {base:.1f}Z" fill="{OVER}" fill-opacity=".34">{tip_over}</path>')
    parts.append(f'<path class="curve" d="M{way}" fill="none" stroke="{PLUME}" stroke-width="2"/>')
    return "".join(parts)


def _band(forecast: Forecast, a: Arrival, name: str, across: Across, up: Up, lang: Lang) -> str:
    """The 5-95 % band of the peak, in time and concentration, as a box with the peak in it."""
    low, high = (mg_per_l(c) for c in a.concentration_band or (math.nan, math.nan))
    x0, x1, y0, y1 = across.at(a.peak_band[0]), across.at(a.peak_band[1]), up.at(high), up.at(low)
    tip = title(text("app_chart.band_tip", lang, site=name, low=f"{low:.2g}", high=f"{high:.2g}",
                     start=clock(forecast, a.peak_band[0], floor=True), end=clock(forecast, a.peak_band[1], ceil=True)))
    x, y = across.at(a.peak), up.at(mg_per_l(a.peak_concentration or 0.0))
    return (f'<g class="band">{tip}<rect x="{x0:.1f}" y="{y0:.1f}" width="{max(x1 - x0, 2):.1f}" '
            f'height="{max(y1 - y0, 2):.1f}" fill="#e08a00" fill-opacity=".22" stroke="#8a5200" stroke-width=".8"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{PLUME}" stroke="#fff"/></g>')
