"""A forecast in the words and figures of the screen: clock times, mg/L, the verdict on the limit."""

import csv
import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.simulating.result import Simulation
from riverplan.forecasting.table import (
    concentration_text,
    limit_text,
    mg_text,
    probability_text,
    tap_limit_text,
    whole_minutes,
)
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.units import HOUR, km

LIKELY = 0.5
"""From this probability on, an exceedance is expected; below it, it is possible."""
KEY_KINDS = ("intake", "boundary", "section", "town")
"""Kinds of sites that are told first; the table shows the others when asked."""
UNLIKELY = 0.05
"""Below this probability the concentration is expected to stay below the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    """What to know first about one kind of site: the next one the plume reaches."""

    kind: str
    title: str
    name: str
    distance: str = ""
    label: str = ""
    earliest: str = ""
    times: tuple[str, ...] = ()
    verdict: str = ""
    tone: str = "none"
    """``bad`` exceeds, ``warn`` may exceed, ``good`` stays below, ``none`` cannot be said."""


def clock(forecast: Forecast | Simulation, seconds: float, *, floor: bool = False, ceil: bool = False) -> str:
    """A time after release as clock time, with the day where it is another than the spill's.

    ``floor`` rounds down to the minute, for times that people act on; ``ceil`` up, for ends.
    """
    if not math.isfinite(seconds):
        return "–"
    whole = whole_minutes(seconds, "down" if floor else "up" if ceil else "nearest")
    at, begin = forecast.clock(whole * 60.0), forecast.spill.at
    if at is None or begin is None:
        return f"{seconds / HOUR:.1f} h"
    return _written(at, begin)


def _written(at: datetime, begin: datetime) -> str:
    if at.date() == begin.date():
        return f"{at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == begin.year else f"{at:%Y-%m-%d %H:%M}"


def name_of(arrival: Arrival, forecast: Forecast, lang: Lang) -> str:
    """The name of a site; township, river kilometre and bank where it has none."""
    return site_name(forecast.river, forecast.river.site(arrival.site_id), lang)


def verdict(arrival: Arrival, forecast: Forecast, lang: Lang) -> tuple[str, str]:
    """What can be said about the limit at a site, in words, and its tone."""
    if arrival.film:
        return text("app_answer.film", lang), "warn"
    if arrival.limit is None and arrival.ph_limit is None:
        known = "no_limit" if forecast.spill.substance.strip() else "no_substance"
        return text(f"app_answer.{known}", lang), "none"
    if arrival.exceed_probability is None:
        return text("app_answer.no_mass", lang), "none"
    chance = probability_text(arrival)
    if arrival.exceed_probability >= LIKELY and arrival.exceeds_from is not None \
            and arrival.exceeds_until is not None:
        return text("app_answer.exceeds", lang, start=clock(forecast, arrival.exceeds_from, floor=True),
                    end=clock(forecast, arrival.exceeds_until, ceil=True), share=chance), "bad"
    if arrival.exceed_probability >= LIKELY:
        return text("app_answer.may_exceed", lang, share=chance), "bad"
    if arrival.exceed_probability >= UNLIKELY:
        return text("app_answer.may_exceed", lang, share=chance), "warn"
    return text("app_answer.below", lang, share=chance), "good"


def reached(forecast: Forecast) -> tuple[Arrival, ...]:
    """The arrivals that are news: all but the site the spill started from."""
    return tuple(a for a in forecast.arrivals if a.site_id != forecast.spill.site_id)


def key_answers(forecast: Forecast, lang: Lang) -> list[KeyAnswer]:
    """The next intake, boundary and monitoring section the plume reaches, by earliest arrival."""
    answers = []
    for kind in ("intake", "boundary", "section"):
        title = text(f"app_answer.{kind}", lang)
        found = [a for a in reached(forecast) if a.kind == kind]
        if not found:
            answers.append(KeyAnswer(kind=kind, title=title, name=text("app_answer.nobody", lang)))
            continue
        first = min(found, key=lambda a: a.earliest)
        words, tone = verdict(first, forecast, lang)
        low, high = first.leading_band
        answers.append(KeyAnswer(
            kind=kind, title=title, name=name_of(first, forecast, lang), distance=f"{km(first.distance):.1f} km",
            label=text("app_answer.earliest", lang), earliest=clock(forecast, first.earliest, floor=True),
            times=(text("app_answer.leading", lang, clock=clock(forecast, first.leading)),
                   text("app_answer.band", lang, low=clock(forecast, low, floor=True),
                        high=clock(forecast, high, ceil=True)),
                   text("app_answer.peak", lang, clock=clock(forecast, first.peak))),
            verdict=words, tone=tone))
    return answers


def summary(forecast: Forecast, lang: Lang) -> str:
    """How many sites are reached, intakes among them, and how many of those are expected to exceed.

    Where nothing can be said of a limit (mass unknown, no standard), no number stands in for that.
    """
    intakes = [a for a in reached(forecast) if a.kind == "intake"]
    if all(a.exceed_probability is None for a in reached(forecast)):
        return text("app_answer.summary_unjudged", lang, sites=len(reached(forecast)), intakes=len(intakes))
    exceeding = sum((a.exceed_probability or 0.0) >= LIKELY for a in intakes)
    return text("app_answer.summary", lang, sites=len(reached(forecast)), intakes=len(intakes), exceeding=exceeding)


def _band(words: Callable[[float], str], band: tuple[float, float]) -> str:
    return f"{words(band[0])}–{words(band[1])}"


def columns(lang: Lang) -> list[tuple[str, str]]:
    """Keys and heads of the arrival table."""
    keys = ("site", "distance", "earliest", "leading", "peak", "trailing", "concentration", "limit", "tap", "share",
            "period")
    return [(key, text(f"app_table.{key}", lang)) for key in keys]


def banded(forecast: Forecast, seconds: float, band: tuple[float, float]) -> str:
    """A clock time with its band in full-width brackets; a day all three share stands once."""
    at = clock(forecast, seconds)
    low, high = clock(forecast, band[0], floor=True), clock(forecast, band[1], ceil=True)
    day = at.rpartition(" ")[0]
    if day and {low.rpartition(" ")[0], high.rpartition(" ")[0]} == {day}:
        low, high = low.rpartition(" ")[2], high.rpartition(" ")[2]
    return f"{at}（{low}–{high}）"


def row(arrival: Arrival, forecast: Forecast, lang: Lang) -> dict[str, str]:
    """One site as the words of the arrival table; empty where a thing does not apply."""
    strong = ""
    if arrival.film or arrival.ph_limit is not None:
        strong = concentration_text(arrival, lang).replace("*", "※").replace(" (", "（").replace(")", "）")
    elif arrival.peak_concentration is not None:
        strong = mg_text(arrival.peak_concentration)
        if arrival.concentration_band is not None:
            strong += f"（{_band(mg_text, arrival.concentration_band)}）"
        strong += "※" if arrival.fully_mixed is False else ""
        strong += f" pH {arrival.ph:.1f}" if arrival.ph is not None else ""
    period = ""
    if arrival.exceeds_from is not None and arrival.exceeds_until is not None:
        period = (clock(forecast, arrival.exceeds_from, floor=True) + "–"
                  + clock(forecast, arrival.exceeds_until, ceil=True))
    return {
        "site": name_of(arrival, forecast, lang), "distance": f"{km(arrival.distance):.1f}",
        "earliest": clock(forecast, arrival.earliest, floor=True),
        "leading": banded(forecast, arrival.leading, arrival.leading_band),
        "peak": banded(forecast, arrival.peak, arrival.peak_band),
        "trailing": clock(forecast, arrival.trailing, ceil=True), "concentration": strong,
        "limit": limit_text(arrival, forecast, lang), "tap": tap_limit_text(arrival, forecast, lang),
        "share": "" if arrival.exceed_probability is None else probability_text(arrival),
        "period": period,
    }


def tips(forecast: Forecast, lang: Lang) -> dict[str, list[str]]:
    """Rows for the tooltip of each site on the map."""
    heads = dict(columns(lang))
    out = {}
    for arrival in forecast.arrivals:
        words = row(arrival, forecast, lang)
        out[arrival.site_id] = [f"{heads[key]}  {words[key]}" for key in ("earliest", "leading", "peak",
                                                                         "concentration", "period") if words[key]]
    return out


def table_csv(forecast: Forecast, lang: Lang) -> bytes:
    """The arrival table as CSV that a spreadsheet opens: with byte order mark, formulas made harmless."""
    out = io.StringIO()
    heads = [text("app_table.site_id", lang), text("app_table.kind", lang), *(h for _, h in columns(lang))]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([forecast.river.name, forecast.river.stamp, text("app.internal", lang)])
    writer.writerow(heads)
    for arrival in reached(forecast):
        words = row(arrival, forecast, lang)
        writer.writerow(harmless([arrival.site_id, text(f"kind.{arrival.kind}", lang),
                                  *(words[k] for k, _ in columns(lang))]))
    return out.getvalue().encode("utf-8-sig")


def harmless(cells: Iterable[str]) -> list[str]:
    """Cells that no spreadsheet takes for a formula.

    >>> harmless(["=1+1", "12.5", "@x", "-", "化工厂"])
    ["'=1+1", '12.5', "'@x", "'-", '化工厂']
    """
    return [f"'{c}" if c[:1] in "=+-@\t\r" and c[:1] else c for c in cells]
