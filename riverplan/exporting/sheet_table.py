"""The arrival table and the travel chart of the sheet, as plain values for the page."""

from collections.abc import Sequence

import numpy as np

from riverplan.exporting.sheet_clock import band_clock, short_clock
from riverplan.exporting.sheet_sites import RANK, arrival_name, codes
from riverplan.exporting.sheet_text import LIKELY
from riverplan.exporting.symbology import NOT_AFFECTED, arrival_class
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.table import limit_text, probability_text, strength_text
from riverplan.i18n import Lang, text
from riverplan.units import HOUR, hours, km

SHORT_COLUMNS = ("code", "name", "distance", "earliest", "leading", "peak", "trailing", "concentration", "limit",
                 "probability")
TIME_COLUMNS = ("code", "name", "distance", "earliest", "leading", "leading_band", "peak", "trailing")
"""Where the mass is unknown there are only times."""
FULL_COLUMNS = ("code", "name", "kind", "distance", "earliest", "leading", "leading_band", "peak", "trailing",
                "concentration", "limit", "probability", "exceeds")


def heads(columns: Sequence[str], lang: Lang) -> list[str]:
    """The heads of columns."""
    return [text(f"sheet_column.{c}", lang) for c in columns]


def rows(forecast: Forecast, columns: Sequence[str], lang: Lang) -> list[dict[str, object]]:
    """One row an arrival, nearest first.

    Each has its ``cells``; ``rank``, its place in the order in which rows are kept where not all fit;
    ``hot``, whether its limit is likely exceeded; and ``cls``, its arrival class.
    """
    short = codes(forecast)
    order = sorted(range(len(forecast.arrivals)), key=lambda i: _importance(forecast.arrivals[i], i))
    rank = {i: n for n, i in enumerate(order)}
    return [{"cells": [_cell(forecast, a, c, short, lang) for c in columns], "rank": rank[i], "kind": a.kind,
             "hot": (a.exceed_probability or 0.0) >= LIKELY, "cls": max(arrival_class(a.leading), NOT_AFFECTED)}
            for i, a in enumerate(forecast.arrivals)]


def _importance(arrival: Arrival, place: int) -> tuple[float, int]:
    """Intakes, boundaries, sections and spaces count alike, by distance; the rest comes after."""
    rank = RANK.get(arrival.kind, 9.0)
    return (0.0 if rank <= 2 else 1.0 if rank <= 4 else rank, place)


def _cell(forecast: Forecast, a: Arrival, column: str, short: dict[str, str], lang: Lang) -> str:
    if column == "exceeds":
        if a.exceeds_from is None or a.exceeds_until is None:
            return "—"
        return band_clock(forecast, (a.exceeds_from, a.exceeds_until), lang)
    return {
        "code": lambda: short[a.site_id], "name": lambda: arrival_name(forecast, a, lang),
        "kind": lambda: text(f"kind.{a.kind}", lang), "distance": lambda: f"{km(a.distance):.1f}",
        "earliest": lambda: short_clock(forecast, a.earliest, lang, "down"),
        "leading": lambda: short_clock(forecast, a.leading, lang),
        "leading_band": lambda: band_clock(forecast, a.leading_band, lang),
        "peak": lambda: short_clock(forecast, a.peak, lang),
        "trailing": lambda: short_clock(forecast, a.trailing, lang, "up"),
        "concentration": lambda: strength_text(a, lang), "limit": lambda: limit_text(a, forecast, lang),
        "probability": lambda: probability_text(a),
    }[column]()


def chart(forecast: Forecast, longest: float, lang: Lang) -> dict[str, object]:
    """Leading edge, peak and trailing edge over distance, as points in hours and kilometres.

    Parameters
    ----------
    forecast
        What is charted.
    longest
        Distance shown [m].
    lang
        Of the words.
    """
    t = forecast.reach_times
    known = np.isfinite(t.leading_head) & np.isfinite(t.trailing_head)
    distance = np.concatenate([t.distance_tail[known], t.distance_head[known]])
    order = np.argsort(distance, kind="stable")
    along = distance[order]
    places = np.append(along[along < longest], min(longest, along[-1]))
    lines = {}
    for name in ("earliest", "leading", "peak", "trailing"):
        values = np.concatenate([getattr(t, f"{name}_tail")[known], getattr(t, f"{name}_head")[known]])[order]
        # arms of a braid share distances: the later of them is drawn
        curve = np.interp(places, along, np.maximum.accumulate(values))
        lines[name] = [[round(km(d), 3), round(hours(v), 3)] for d, v in zip(places, curve, strict=True)]
    top = max((lines["peak"] or [[0, 1.0]])[-1][1] * 1.35, 1.0)
    step = next((s for s in (0.5, 1, 2, 3, 6, 12, 24, 48, 96, 240) if top / s <= 6.5), 480)
    across = next((s for s in (1, 2, 5, 10, 20, 50, 100) if km(longest) / s <= 9), 200)
    return {"lines": lines, "width": round(max(km(longest), 0.1), 3), "height": round(float(top), 3),
            "hours": [[round(h, 3), _hour_text(forecast, h, lang)] for h in np.arange(0, top, step).tolist()],
            "km": np.arange(0, km(longest) + 1e-6, across).tolist(), "flags": _flags(forecast, longest),
            "words": [text(f"sheet_column.{c}", lang) for c in ("earliest", "leading", "peak", "trailing")]}


def _hour_text(forecast: Forecast, hour: float, lang: Lang) -> str:
    clock = short_clock(forecast, hour * HOUR, lang)
    return f"{hour:g} h" if forecast.spill.at is None else f"{hour:g} h  {clock}"


def _flags(forecast: Forecast, longest: float) -> list[list[object]]:
    """Intakes, boundaries and dams along the chart, the important ones first, none on another."""
    short = codes(forecast)
    flags: list[list[object]] = []
    for a in sorted(forecast.arrivals, key=lambda a: (RANK.get(a.kind, 9.0), a.distance)):
        free = all(abs(km(a.distance) - float(f[0])) > 0.042 * km(longest) for f in flags)  # type: ignore[arg-type]
        if a.kind in {"intake", "boundary", "section", "space"} and a.distance <= longest and free:
            flags.append([round(km(a.distance), 3), short[a.site_id], a.kind])
    return flags
