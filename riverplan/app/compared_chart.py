"""Breakthrough curves without (grey) and with (in colour) what is done, as SVG; one panel a site."""

from collections.abc import Sequence
from html import escape

import numpy as np

from riverplan.app.chart_axes import (
    AXIS,
    LIMIT,
    OVER,
    PLUME,
    Across,
    Up,
    cut_name,
    level,
    over_points,
    svg,
    title,
    up_axis,
)
from riverplan.app.compared import Compared
from riverplan.app.conclusion import head_of
from riverplan.app.what_if import Tried
from riverplan.channel import Array
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.i18n import Lang, text
from riverplan.units import mg_per_l

MOST = 3
"""Sites drawn at most."""
WIDE, HIGH = 790.0, 186.0
"""Of the drawing [px]."""
_TOP, _BOTTOM, _LEFT, _RIGHT = 36.0, 144.0, 44.0, 16.0
_POINTS = 240
ALONE = "#77736a"
"""The plume left alone."""


def compared_chart(tried: Tried, chosen: Sequence[Compared], lang: Lang) -> str:
    """The chart of some sites as one ``<svg>``; the axis of concentration is the same for all."""
    drawn = [c for c in chosen if c.site_id in tried.before.curves or c.site_id in tried.after.curves]
    if not drawn:
        words = "chart_no_mass" if tried.before.passages and not tried.before.curves else "nobody"
        return svg(f'<text class="words" x="12" y="24">{escape(text(f"app_whatif.{words}", lang))}</text>', WIDE, HIGH,
                   lang)
    background = mg_per_l(tried.before.spill.background)
    passages = [p for c in drawn for p in (c.before, c.after) if p is not None]
    up = up_axis([mg_per_l(p.peak_concentration or 0.0) for p in passages],
                 [mg_per_l(p.limit) for p in passages if p.limit is not None], background, bottom=_BOTTOM, top=_TOP)
    wide = WIDE / len(drawn)
    panels = "".join(_panel(tried, c, up, (i * wide, (i + 1) * wide), lang) for i, c in enumerate(drawn))
    unit = text("app_chart.unit_log" if up.log else "app_chart.unit", lang)
    key = text("app_whatif.chart_key" if tried.done else "app_whatif.chart_key_alone", lang)
    return svg(f'{panels}<text class="fine" x="6" y="183">{escape(unit)}</text><text class="fine" '
               f'x="{WIDE - 6:.0f}" y="183" text-anchor="end">{escape(key)}</text>', WIDE, HIGH, lang)


def window(tried: Tried, c: Compared) -> tuple[float, float]:
    """Begin and end of the time drawn [s]: of both passages, from before the first to after the last."""
    found = [(s, p) for s, p in ((tried.before, c.before), (tried.after, c.after)) if p is not None]
    first = min(p.leading for _, p in found)
    last = max(max(s.end if p.trailing is None else p.trailing, p.exceeds_until or 0.0) for s, p in found)
    around = max(last - first, 60.0)
    return max(first - 0.06 * around, 0.0), min(last + 0.06 * around, max(s.end for s, _ in found))


def _panel(tried: Tried, c: Compared, up: Up, edges: tuple[float, float], lang: Lang) -> str:
    first, last = window(tried, c)
    across = Across(first=first, last=last, left=edges[0] + _LEFT, right=edges[1] - _RIGHT)
    parts = [across.drawn(tried.before, _TOP, _BOTTOM, max(2, int((across.right - across.left) / 40))),
             up.drawn(across.left, across.right), _head(tried, c, across, lang)]
    if c.before is not None:
        parts.append(_curve(tried.before, c, c.before, across, up, alone=tried.done))
    if tried.done and c.after is not None:
        parts.append(_curve(tried.after, c, c.after, across, up, alone=False))
    background = mg_per_l(tried.before.spill.background)
    if background > 0:
        parts.append(level(background, across, up, text("app_chart.background", lang, value=f"{background:.3g}"),
                           "fine", f'stroke="{AXIS}" stroke-dasharray="2 3"'))
    one = c.after or c.before
    if one is not None and one.limit is not None:
        limit = mg_per_l(one.limit)
        parts.append(level(limit, across, up, text("app_chart.limit", lang, value=f"{limit:.3g}"), "limit",
                           f'stroke="{LIMIT}" stroke-width="1.5" stroke-dasharray="6 4"'))
    parts.append(f'<path d="M{across.left:.1f} {_TOP:.1f}V{_BOTTOM:.1f}H{across.right:.1f}" fill="none" '
                 f'stroke="{AXIS}"/>')
    return f'<g data-site="{escape(c.site_id)}">{"".join(parts)}</g>'


def _head(tried: Tried, c: Compared, across: Across, lang: Lang) -> str:
    room, x = across.right - across.left + _LEFT - 8.0, across.left - _LEFT + 8.0
    return (f'<text class="name" x="{x:.1f}" y="15">{title(c.name)}{escape(cut_name(c.name, int(room / 13)))}</text>'
            f'<text x="{x:.1f}" y="29">{escape(head_of(c, tried, lang))}</text>')


def _points(found: Simulation, c: Compared, first: float, last: float) -> tuple[Array, Array]:
    """Times [s after release] and concentrations [mg/L], background included."""
    curve = found.curves[c.site_id]
    inside = curve.time[(curve.time > first) & (curve.time < last)]
    time = np.union1d(np.array([first, last]), inside[::max(1, inside.size // _POINTS)])
    strong = np.interp(time, curve.time, curve.concentration, left=0.0)
    return time, mg_per_l(1.0) * (strong + found.spill.background)


def _curve(found: Simulation, c: Compared, p: Passage, across: Across, up: Up, *, alone: bool) -> str:
    """A curve; what of it is above the limit is red, except where it is only there to compare with."""
    time, mg = _points(found, c, across.first, across.last)
    way = "L".join(f"{across.at(t):.1f} {up.at(m):.1f}" for t, m in zip(time.tolist(), mg.tolist(), strict=True))
    area = f"M{across.at(time[0]):.1f} {up.bottom:.1f}L{way}L{across.at(time[-1]):.1f} {up.bottom:.1f}Z"
    colour, name = (ALONE, "alone") if alone else (PLUME, "curve")
    parts = [f'<path d="{area}" fill="{colour}" fill-opacity=".14"/>']
    if not alone and p.limit is not None and (over := over_points(time, mg, mg_per_l(p.limit))):
        base = up.at(mg_per_l(p.limit))
        line = "L".join(f"{across.at(t):.1f} {up.at(m):.1f}" for t, m in over)
        parts.append(f'<path class="area-over" d="M{across.at(over[0][0]):.1f} {base:.1f}L{line}'
                     f'L{across.at(over[-1][0]):.1f} {base:.1f}Z" fill="{OVER}" fill-opacity=".34"/>')
    dashes = ' stroke-dasharray="5 3"' if alone else ""
    parts.append(f'<path class="{name}" d="M{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
    return "".join(parts)
