"""A forecast in words and rows, as a person reads it: clock times first."""

import math
from collections.abc import Collection
from typing import Literal

from riverplan.channel import Z95
from riverplan.forecasting.result import Arrival, Band, Forecast
from riverplan.forecasting.spill import Spill
from riverplan.i18n import Lang, text
from riverplan.river.assumed_flow import ASSUMED
from riverplan.river.flows import ORDER
from riverplan.river.line_origin import sketch_mark
from riverplan.river.naming import site_name
from riverplan.units import hours, km, mg_per_l

COLUMNS = ("site_id", "name", "kind", "distance", "earliest", "leading", "peak", "trailing",
           "concentration", "limit", "tap_limit", "probability")
"""Columns of the arrival table; their heads stand in ``i18n/forecast_table.toml``."""
NOTHING = "—"
Rounding = Literal["down", "nearest", "up"]


def whole_minutes(seconds: float, rounding: Rounding = "nearest") -> int:
    """A time in whole minutes, the same on screen, sheet and in the terminal.

    Earliest times are rounded down and last ones up: the plume is never said to come later, or to be gone sooner.

    >>> whole_minutes(119.0, "down"), whole_minutes(119.0), whole_minutes(61.0, "up")
    (1, 2, 2)
    """
    minutes = round(seconds / 60.0, 6)
    return math.floor(minutes) if rounding == "down" else math.ceil(minutes) if rounding == "up" else round(minutes)


def clock_text(forecast: Forecast, seconds: float | None, rounding: Rounding = "nearest") -> str:
    """A clock time as ``07-01 08:40``; hours after release (``+3:20``) where the spill has no clock time."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    minutes = whole_minutes(seconds, rounding)
    at = forecast.clock(minutes * 60.0)
    return f"{at:%m-%d %H:%M}" if at is not None else f"+{minutes // 60}:{minutes % 60:02d}"


def significant(value: float, digits: int = 3) -> str:
    """A number to some significant digits, never in powers of ten unless very small.

    >>> significant(1234.5), significant(0.012345), significant(1.2e-7)
    ('1230', '0.0123', '1.2e-07')
    """
    if value == 0:
        return "0"
    short = f"{value:.{digits}g}"
    if "e" not in short:
        return short
    return f"{float(short):.0f}" if abs(value) >= 1 else short


def mg_text(value: float) -> str:
    """A concentration [kg/m³] in mg/L to two digits, never in powers of ten.

    >>> mg_text(2.5e-6), mg_text(3.7e-8), mg_text(0.49)
    ('0.0025', '<0.0001', '490')
    """
    mg = mg_per_l(value)
    return "<0.0001" if 0 < mg < 1e-4 else f"{float(significant(mg, 2)):.10f}".rstrip("0").rstrip(".")


def mass_words(kilograms: float) -> str:
    """A mass in kg or, from one tonne, in t.

    >>> mass_words(2500.0), mass_words(80.0)
    ('2.5 t', '80 kg')
    """
    return f"{significant(kilograms / 1000.0)} t" if kilograms >= 1000 else f"{significant(kilograms)} kg"


def mass_band(spill: Spill) -> Band | None:
    """5 % and 95 % quantiles of the mass [kg], where it is an estimate; ``None`` where it is stated or unknown."""
    if spill.mass is None or spill.sigma_mass <= 0:
        return None
    return spill.mass * math.exp(-Z95 * spill.sigma_mass), spill.mass * math.exp(Z95 * spill.sigma_mass)


def spill_mass(spill: Spill, lang: Lang) -> str:
    """The mass spilled in kg: as stated, or to two digits with its band where it is an estimate."""
    if spill.mass is None:
        return text("forecast_table.mass_unknown", lang)
    if (band := mass_band(spill)) is None:
        return f"{significant(spill.mass, 6)} kg"
    low, high = (significant(kg, 2) for kg in band)
    return text("forecast_table.mass_estimate", lang, mass=significant(spill.mass, 2), low=low, high=high)


def film_text(arrival: Arrival, lang: Lang) -> str:
    """That a film comes, and how much of it is left where its mass is known."""
    words = text("forecast_table.film", lang)
    return words if arrival.film_mass is None else f"{words} {mass_words(arrival.film_mass)}"


def ph_text(arrival: Arrival) -> str:
    """PH of the mixed river and its band, starred before full cross-mixing; empty where none is known."""
    if arrival.ph is None or arrival.ph_band is None:
        return ""
    return f"pH {arrival.ph:.1f}{_star(arrival)} ({arrival.ph_band[0]:.1f}–{arrival.ph_band[1]:.1f})"


def _star(arrival: Arrival) -> str:
    return "*" if arrival.fully_mixed is False else "?" if arrival.fully_mixed is None else ""


def concentration_unit(arrival: Arrival) -> str:
    """The unit behind a concentration that is one: films and pH have none."""
    return "" if arrival.film or arrival.ph_limit is not None else " mg/L"


def concentration_text(arrival: Arrival, lang: Lang) -> str:
    """Peak and band in mg/L, starred before full cross-mixing; a dash where the mass is unknown.

    For a film its mass stands there, for an acid or alkali that no determinand stands for its pH.
    """
    if arrival.film:
        return film_text(arrival, lang)
    if arrival.ph_limit is not None:
        return ph_text(arrival) or NOTHING
    if arrival.peak_concentration is None or arrival.concentration_band is None:
        return NOTHING
    low, high = (mg_text(c) for c in arrival.concentration_band)
    return f"{mg_text(arrival.peak_concentration)}{_star(arrival)} ({low}–{high})"


def strength_text(arrival: Arrival, lang: Lang) -> str:
    """Concentration and, beside it, the pH it brings along."""
    words = concentration_text(arrival, lang)
    return words if arrival.ph is None or arrival.ph_limit is not None else f"{words} pH {arrival.ph:.1f}"


def _range_text(band: Band) -> str:
    return f"pH {band[0]:g}–{band[1]:g}"


def limit_text(arrival: Arrival, forecast: Forecast, lang: Lang) -> str:
    """The limit in mg/L or as pH, the words for "no standard", or a dash where no substance is named to have one."""
    if arrival.ph_limit is not None:
        return _range_text(arrival.ph_limit)
    if arrival.limit is None:
        return text("forecast_table.no_limit", lang) if forecast.spill.substance.strip() else NOTHING
    return significant(mg_per_l(arrival.limit))


def tap_limit_text(arrival: Arrival, forecast: Forecast, lang: Lang) -> str:
    """The limit of tap water in mg/L or as pH, beside that of raw water; the river is never judged by it."""
    if arrival.tap_ph_limit is not None:
        return _range_text(arrival.tap_ph_limit)
    if arrival.tap_limit is None:
        return text("forecast_table.no_limit", lang) if forecast.spill.substance.strip() else NOTHING
    return significant(mg_per_l(arrival.tap_limit))


def probability_text(arrival: Arrival) -> str:
    """The probability of exceeding the limit, or a dash where there is none."""
    return NOTHING if arrival.exceed_probability is None else percent(arrival.exceed_probability)


def percent(p: float) -> str:
    """A probability in per cent, never 0 % or 100 % where it is only near.

    >>> percent(0.004), percent(0.42), percent(0.999)
    ('<1%', '42%', '>99%')
    """
    return "<1%" if p < 0.01 else ">99%" if p > 0.99 else f"{p:.0%}"


def arrival_table(forecast: Forecast, lang: Lang, *, bands: bool = True,
                  kinds: Collection[str] = ()) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the arrival table, nearest site first.

    Parameters
    ----------
    forecast
        The forecast.
    lang
        Language of heads and words.
    bands
        Whether times and concentrations carry their 5-95 % band; without, and without kind and tap limit, the table
        fits a narrow terminal.
    kinds
        Kinds of sites to show; all where empty.
    """
    def with_band(seconds: float, band: tuple[float, float]) -> str:
        at, low, high = (clock_text(forecast, seconds), clock_text(forecast, band[0], "down"),
                         clock_text(forecast, band[1], "up"))
        day, blank, _ = at.partition(" ")
        if blank and low.startswith(day + " ") and high.startswith(day + " "):
            low, high = low.removeprefix(day + " "), high.removeprefix(day + " ")
        return f"{at} ({low}–{high})"

    rows = [[a.site_id, site_name(forecast.river, forecast.river.site(a.site_id), lang), text(f"kind.{a.kind}", lang),
             f"{km(a.distance):.1f}", clock_text(forecast, a.earliest, "down"),
             with_band(a.leading, a.leading_band), with_band(a.peak, a.peak_band),
             clock_text(forecast, a.trailing, "up"), strength_text(a, lang), limit_text(a, forecast, lang),
             tap_limit_text(a, forecast, lang), probability_text(a)]
            for a in forecast.arrivals if not kinds or a.kind in kinds]
    heads = [text(f"forecast_table.{c}", lang) for c in COLUMNS]
    if bands:
        return heads, rows
    kept = [i for i, c in enumerate(COLUMNS) if c not in ("kind", "tap_limit")]
    banded = {COLUMNS.index(c) for c in ("leading", "peak", "concentration")}
    return ([heads[i].partition(" (5")[0] for i in kept],
            [[row[i].partition(" (")[0] if i in banded else row[i] for i in kept] for row in rows])


def forecast_lines(forecast: Forecast, lang: Lang) -> list[str]:
    """What was forecast, in a few lines: river and stamp, spill, flow, models."""
    spill, flow, river = forecast.spill, forecast.scenario, forecast.river
    row = river.reach_row[spill.reach_id]
    lasting = (text("forecast_table.instantaneous", lang) if spill.duration == 0
               else f"{significant(hours(spill.duration))} h")
    place = (spill.site_id and river.site(spill.site_id).name) or spill.stake or \
        f"{spill.lon:.4f}, {spill.lat:.4f}{sketch_mark(river, spill.reach_id, lang)}"
    parting = "；" if lang == "zh" else "; "
    models = parting.join(text("forecast_table.model_use", lang, model=text(m.words, lang),
                           km=f"{km(m.length):.0f}", sigma=f"{m.sigma_ln:.2f}") for m in forecast.models)
    at = f"{spill.at:%Y-%m-%d %H:%M}" if spill.at else text("forecast_table.no_clock", lang)
    return [
        " ".join(x for x in (river.name, f"【{river.stamp}】" if river.stamp else "") if x),
        text("forecast_table.spill", lang, place=place, river=str(river.reaches["name"].iat[row]),
             substance=forecast.substance_label(lang), mass=spill_mass(spill, lang), duration=lasting, at=at),
        text("forecast_table.flow", lang, flow=flow_name(flow.name, lang),
             discharge=significant(float(flow.discharge[row]))),
        *([text("forecast_table.bracket", lang, variants=parting.join(
            text("forecast_table.variant", lang, variant=v.words(lang), discharge=significant(v.discharge))
            for v in forecast.bracket))] if forecast.bracket else []),
        text("forecast_table.models", lang, models=models),
        *([text("forecast_table.members", lang, count=f"{forecast.parameters['members']:.0f}")]
          if "members" in forecast.parameters else []),
    ]


FLOWS = (*ORDER, ASSUMED)
"""Flow scenarios that have a name in both languages."""


def flow_name(scenario: str, lang: Lang) -> str:
    """A flow scenario in words; one with a name of its own keeps it."""
    return text(f"flow.{scenario}", lang) if scenario in FLOWS else scenario
