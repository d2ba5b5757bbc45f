"""When the plume passes, as bars: for a film, an acid, or a spill of unknown mass."""

from collections.abc import Sequence
from html import escape

from riverplan.app.answer import clock, name_of
from riverplan.app.chart_axes import AXIS, Across, cut_name, earliest_mark, title
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.table import strength_text
from riverplan.i18n import Lang, text

BAR, EDGE = "#b98ae0", "#7a00cc"
_NAMES = 190.0
"""Room for the names [px]."""
_HEAD, _FOOT = 24.0, 46.0


def reason(forecast: Forecast, lang: Lang) -> str:
    """Why there are no concentrations to draw."""
    if any(a.film for a in forecast.arrivals):
        return text("app_chart.film", lang)
    if any(a.ph_limit is not None for a in forecast.arrivals):
        return text("app_chart.ph", lang)
    return text("app_chart.no_mass", lang)


def passages(forecast: Forecast, arrivals: Sequence[Arrival], lang: Lang, *, wide: float, high: float) -> str:
    """One bar a site from leading to trailing edge, with its earliest time and its peak, in a box of some size [px]."""
    first, last = min(a.earliest for a in arrivals), max(max(a.trailing, a.trailing_band[1]) for a in arrivals)
    span = max(last - first, 60.0)
    across = Across(first=max(first - 0.04 * span, 0.0), last=last + 0.04 * span, left=_NAMES, right=wide - 12.0)
    top, bottom = _HEAD, high - _FOOT
    row = (bottom - top) / len(arrivals)
    bars = "".join(_bar(forecast, a, across, top + i * row, row, lang) for i, a in enumerate(arrivals))
    return (f'<text class="words" x="8" y="15">{escape(reason(forecast, lang))}</text>'
            f"{across.drawn(forecast, top, bottom, 9)}{bars}"
            f'<path d="M{across.left:.1f} {bottom:.1f}H{across.right:.1f}" stroke="{AXIS}"/>'
            f'<text class="fine" x="{wide - 6:.0f}" y="{high - 4:.0f}" text-anchor="end">'
            f'{escape(text("app_chart.key_passage", lang))}</text>')


def _bar(forecast: Forecast, a: Arrival, across: Across, top: float, row: float, lang: Lang) -> str:
    name, middle, half = name_of(a, forecast, lang), top + row / 2, min(row * 0.26, 9.0)
    strong = strength_text(a, lang) if a.film or a.ph_limit is not None else ""
    x0, x1, x = across.at(a.leading), across.at(a.trailing), across.at(a.peak)
    tip = title(text("app_chart.passage_tip", lang, site=name, earliest=clock(forecast, a.earliest, floor=True),
                     leading=clock(forecast, a.leading), peak=clock(forecast, a.peak),
                     trailing=clock(forecast, a.trailing, ceil=True)))
    return (f'<g data-site="{escape(a.site_id)}"><g class="passage">{tip}'
            f'<path d="M{across.at(a.earliest):.1f} {middle:.1f}H{across.at(a.trailing_band[1]):.1f}" '
            f'stroke="{EDGE}" stroke-width="1.5"/>'
            f'<rect x="{x0:.1f}" y="{middle - half:.1f}" width="{max(x1 - x0, 2):.1f}" height="{2 * half:.1f}" '
            f'fill="{BAR}" stroke="{EDGE}"/>'
            f'<path d="M{x:.1f} {middle - half:.1f}v{2 * half:.1f}" stroke="#1d1b16" stroke-width="2"/></g>'
            + earliest_mark(across.at(a.earliest), middle - half, middle, text(
                "app_chart.earliest_tip", lang, site=name, clock=clock(forecast, a.earliest, floor=True)))
            + f'<text class="name" x="8" y="{middle - 2:.1f}">{title(name)}{escape(cut_name(name, 13))}</text>'
            f'<text x="8" y="{middle + 12:.1f}"><tspan class="earliest">▼{clock(forecast, a.earliest, floor=True)}'
            f'</tspan><tspan dx="7">{escape(strong)}</tspan></text></g>')
