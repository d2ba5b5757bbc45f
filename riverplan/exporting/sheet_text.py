"""The sentences of the sheet: scenario, conclusions, notes, contacts, foot."""

import math
from collections.abc import Sequence

from pyproj import CRS

from riverplan.exporting.sheet_clock import long_clock, next_clock, span_text
from riverplan.exporting.sheet_sites import arrival_name, codes, site_of
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.table import (
    concentration_text,
    flow_name,
    limit_text,
    mass_band,
    mass_words,
    mg_text,
    probability_text,
    significant,
    tap_limit_text,
)
from riverplan.i18n import Lang, text
from riverplan.river.line_origin import BY_HAND, sketch_mark
from riverplan.river.sites import Contact, Intake, Store
from riverplan.units import KILOMETRE, hours, km

Said = tuple[str, str]
"""A short head and what is said under it."""
LIKELY, POSSIBLE = 0.5, 0.05
"""Probabilities of exceeding a limit that are called likely, and that cannot be excluded."""
_SOURCES = {"measured", "assumed", "interpolated", "accumulated", "stated", "mean_discharge", "area_ratio",
            "area_ratio_far", "length_ratio", "point_flows", "specific_discharge", "assumed_factor", "diversion"}
_CONTACTS, _STORES = 6, 3


def river_name(forecast: Forecast, lang: Lang) -> str:
    """The plan's river, and the river of the spill where that is another."""
    river = forecast.river
    water = str(river.reaches["name"].iloc[river.reach_row[forecast.spill.reach_id]] or "")
    return river.name if not water or water in river.name else text(
        "sheet.river_and_water", lang, river=river.name, water=water)


def mass_text(spill: Spill, lang: Lang) -> str:
    """The mass in kg or, from one tonne, in t; to two digits with its band where it is an estimate."""
    if spill.mass is None:
        return text("sheet.unknown", lang)
    if (band := mass_band(spill)) is None:
        return mass_words(spill.mass)
    return "{} ({}–{})".format(*(mass_words(float(significant(kg, 2))) for kg in (spill.mass, *band)))


def scenario_line(forecast: Forecast, lang: Lang) -> list[Said]:
    """What was assumed to happen: place, substance, mass, duration, start, flow, standard."""
    spill, river = forecast.spill, forecast.river
    row = river.reach_row[spill.reach_id]
    source = str(forecast.scenario.discharge_source[row])
    site = site_of(forecast, spill.site_id) if spill.site_id else None
    where = text("sheet_scenario.where", lang, lon=f"{spill.lon:.4f}", lat=f"{spill.lat:.4f}") \
        + sketch_mark(river, spill.reach_id, lang)
    named = site.name if site else spill.stake
    place = " ".join(p for p in (str(river.reaches["name"].iloc[row] or ""), named, where) if p)
    flow = text("sheet_scenario.flow_value", lang, flow=flow_name(forecast.scenario.name, lang),
                discharge=significant(float(forecast.scenario.discharge[row])),
                source=text(f"sheet_scenario.{source if source in _SOURCES else 'none'}", lang))
    if forecast.scenario.readings:
        flow += " " + text("sheet_scenario.reading", lang, count=len(forecast.scenario.readings))
    values = [
        ("place", place), ("substance", forecast.substance_label(lang)),
        ("mass", mass_text(spill, lang)),
        ("duration", f"{significant(hours(spill.duration))} h" if spill.duration > 0
         else text("sheet_scenario.instant", lang)),
        ("at", f"{spill.at:%Y-%m-%d %H:%M}" if spill.at else text("sheet.unknown", lang)), ("flow", flow),
        ("limit", _limits(forecast, lang) or text(f"sheet_scenario.no_{_lacking(forecast)}", lang))]
    return [(text(f"sheet_scenario.{key}", lang), value) for key, value in values]


def _limits(forecast: Forecast, lang: Lang) -> str:
    """The limits that hold on the way, each with its basis, and that of tap water; a standard and table said once."""
    found = {a.limit_basis: limit_text(a, forecast, lang) + ("" if a.ph_limit else " mg/L")
             for a in forecast.arrivals if a.limit_basis}
    said: list[str] = []
    before = ""
    for basis, value in list(found.items())[:2]:
        words, (table, _, water_class) = basis_text(basis, lang), basis.rpartition(" ")
        if said and table == before and water_class.isupper():
            words = text("sheet_scenario.water_class", lang, water_class=water_class)
        said.append(f"{words} {value}")
        before = table
    tap = next((a for a in forecast.arrivals if a.tap_basis), None)
    if tap is not None:
        unit = "" if tap.tap_limit is None else " mg/L"
        said.append(text("sheet_scenario.tap", lang, value=tap_limit_text(tap, forecast, lang) + unit))
    return text("sheet.list_stop", lang).join(said)


def _lacking(forecast: Forecast) -> str:
    """Why there is no limit: no standard, or no substance to look one up for."""
    return "limit" if forecast.spill.substance.strip() else "substance"


def basis_text(basis: str, lang: Lang) -> str:
    """The basis of a limit as people write it: standard, table and class."""
    standard, table, water_class = ("", "", *basis.rsplit(" ", 2))[-3:]
    if not table.isdigit():
        return basis                                           # another standard, as its list writes it
    key = "basis_class" if water_class.isupper() else "basis_source"
    return text(f"sheet_scenario.{key}", lang, standard=standard, table=table, water_class=water_class)


def conclusions(forecast: Forecast, lang: Lang) -> list[Said]:
    """What a leader must know first: who is reached first and when, who exceeds, what is advised."""
    said = [(text(f"sheet_conclusion.first_{kind}", lang), _first(forecast, one, lang))
            for kind in ("intake", "boundary") if (one := first_of_kind(forecast, kind))]
    intakes = [a for a in forecast.arrivals if a.kind == "intake"]
    if not intakes:
        said.insert(0, (text("sheet_conclusion.first_intake", lang), text("sheet_conclusion.no_intake", lang)))
        if section := first_of_kind(forecast, "section"):
            said.append((text("sheet_conclusion.first_section", lang), _first(forecast, section, lang)))
    said.append((text("sheet_conclusion.exceed_head", lang), _exceeding(forecast, intakes, lang)))
    supply = _supply(forecast, intakes, lang)
    if supply:
        said.append((text("sheet_conclusion.people_head", lang), supply))
    said.append((text("sheet_conclusion.advice_head", lang), text("sheet_conclusion.advice", lang)))
    return said


def first_of_kind(forecast: Forecast, kind: str) -> Arrival | None:
    """The site of a kind with the earliest arrival."""
    return min((a for a in forecast.arrivals if a.kind == kind), key=lambda a: (a.earliest, a.site_id), default=None)


def _first(forecast: Forecast, one: Arrival, lang: Lang) -> str:
    name = f"{codes(forecast)[one.site_id]} {arrival_name(forecast, one, lang)}"
    low, high = one.leading_band
    words = text("sheet_conclusion.arrives", lang, name=name, distance=f"{km(one.distance):.1f}",
                 earliest=long_clock(forecast, one.earliest, lang, "down"),
                 leading=next_clock(forecast, one.leading, one.earliest, lang),
                 band=f"{next_clock(forecast, low, one.leading, lang, 'down')}–"
                      f"{next_clock(forecast, high, low, lang, 'up')}",
                 peak=next_clock(forecast, one.peak, one.leading, lang))
    if one.film:
        words += text("sheet_conclusion.film", lang, film=concentration_text(one, lang))
    elif one.ph_limit is not None and one.ph is not None:
        words += text("sheet_conclusion.ph", lang, ph=concentration_text(one, lang).split(" (")[0],
                      limit=limit_text(one, forecast, lang), probability=probability_text(one))
    elif one.peak_concentration is not None:
        words += text("sheet_conclusion.strength", lang, peak=mg_text(one.peak_concentration))
        words += text(f"sheet_conclusion.no_{_lacking(forecast)}", lang) if one.limit is None else text(
            "sheet_conclusion.against", lang, limit=limit_text(one, forecast, lang), probability=probability_text(one))
    phone = getattr(site_of(forecast, one.site_id), "phone", "")
    words += text("sheet_conclusion.phone", lang, phone=phone) if phone else text("sheet_conclusion.no_phone", lang)
    return words + ("。" if lang == "zh" else ".")


def _exceeding(forecast: Forecast, intakes: Sequence[Arrival], lang: Lang) -> str:
    if forecast.spill.mass is None:
        return text("sheet_conclusion.no_mass", lang)
    judged = [a for a in forecast.arrivals if a.exceed_probability is not None]
    if not judged and any(a.film for a in forecast.arrivals):
        return text("sheet_conclusion.no_film_limit", lang)
    if not judged:
        return text("sheet_conclusion.no_standard" if forecast.spill.substance.strip()
                    else "sheet_conclusion.unnamed", lang)
    chances = [(a, a.exceed_probability or 0.0) for a in intakes]
    likely = [a for a, p in chances if p >= LIKELY]
    possible = sum(POSSIBLE <= p < LIKELY for _, p in chances)
    short = codes(forecast)
    listed = text("sheet.list_stop", lang).join(short[a.site_id] for a in likely[:12])
    more = "…" if len(likely) > 12 else ""
    brackets = ("（", "）") if lang == "zh" else (" (", ")")
    said = text("sheet_conclusion.exceed", lang, count=len(intakes), likely=len(likely),
                names=f"{brackets[0]}{listed}{more}{brackets[1]}" if likely else "")
    return said + (text("sheet_conclusion.exceed_possible", lang, count=possible) if possible else "")


def _supply(forecast: Forecast, intakes: Sequence[Arrival], lang: Lang) -> str:
    sites = [(a, s) for a in intakes if isinstance(s := site_of(forecast, a.site_id), Intake)]
    judged = [(a.exceed_probability, s) for a, s in sites if a.exceed_probability is not None]
    key = "people_at_risk" if judged else "people"             # who is merely reached is not yet cut off
    at_risk = [s for p, s in judged if p >= POSSIBLE] if judged else [s for _, s in sites]
    people = sum(s.population or 0 for s in at_risk)
    words = text(f"sheet_conclusion.{key}", lang, people=f"{people:,}") if people else ""
    periods = [(a.exceeds_until - a.exceeds_from, s.clear_water_tank, a) for a, s in sites
               if s.clear_water_tank and a.exceeds_from is not None and a.exceeds_until is not None]
    short = [(period - tank, period, tank, a) for period, tank, a in periods if period > tank]
    if short:
        _, period, tank, worst = max(short, key=lambda one: (one[0], one[3].site_id))
        words += text("sheet_conclusion.tank_short", lang, count=len(short),
                      name=f"{codes(forecast)[worst.site_id]} {arrival_name(forecast, worst, lang)}",
                      tank=span_text(tank, lang), period=span_text(period, lang))
    elif periods:
        words += text("sheet_conclusion.tank_enough", lang, count=len(periods))
    return words


def notes(forecast: Forecast, lang: Lang) -> list[str]:
    """What the reader must know of the forecast, the gravest first, then what holds for every sheet."""
    order = {"error": 0, "warning": 1, "note": 2}
    said = [p.text(lang) for p in sorted(forecast.problems, key=lambda p: order[p.severity])]
    stop = text("sheet.list_stop", lang)
    models = stop.join(
        text("sheet_note.model", lang, name=text(m.words, lang), km=f"{km(m.length):.0f}",
             factor=f"{math.exp(m.sigma_ln):.1f}") for m in forecast.models)
    said.insert(min(2, len(said)), text("sheet_note.models", lang, models=models))
    return [*dict.fromkeys(said), *_accuracy(forecast, lang), text("sheet_note.drawing", lang),
            text("sheet_note.boundary", lang)]


def _accuracy(forecast: Forecast, lang: Lang) -> list[str]:
    """How far off the surveyed lines of the way may be, by river; lines by hand stand among the problems."""
    reaches = forecast.river.reaches.iloc[forecast.reach_times.reach]
    reaches = reaches[~reaches["course"].isin(BY_HAND)]
    worst = reaches.groupby("name", sort=False)["drawn_accuracy"].max()
    known = [f"{name} {far:.0f} m" if far < KILOMETRE else f"{name} {km(float(far)):g} km"
             for name, far in worst.items() if name and far > 0]
    return [text("sheet_note.accuracy", lang, rivers=text("sheet.list_stop", lang).join(known))] if known else []


def contacts(forecast: Forecast, lang: Lang) -> list[str]:
    """Duty phones of the river's own list, and the nearest stores; no number comes from anywhere else."""
    river = forecast.river
    near = _posts(forecast)
    lines = [_tidy(text("sheet_contact.contact", lang, unit=p.unit or p.name, role=p.role, phone=p.phone))
             for p in near[:_CONTACTS]]
    if not lines:
        lines = [text("sheet_contact.none", lang)]
    x, y = river.xy(forecast.spill.lon or 0.0, forecast.spill.lat or 0.0)
    stores = []
    for r in river.resources:
        if isinstance(r, Store) and r.lon is not None and r.lat is not None:
            sx, sy = river.xy(r.lon, r.lat)
            stores.append((math.hypot(sx - x, sy - y), r))
    for far, r in sorted(stores, key=lambda s: (s[0], s[1].resource_id))[:_STORES]:
        items = r.items if len(r.items) <= 36 else r.items[:35] + "…"
        lines.append(_tidy(text("sheet_contact.store", lang, name=r.name, km=f"{km(far):.0f}", items=items,
                                phone=r.phone)))
    return lines


def _posts(forecast: Forecast) -> list[Contact]:
    """The duty posts of the counties in the order the plume reaches them, by turns; then the others."""
    posts = [r for r in forecast.river.resources if isinstance(r, Contact) and r.phone]
    counties = list(dict.fromkeys(s.county for a in forecast.arrivals
                                  if (s := site_of(forecast, a.site_id)) and s.county))
    met: dict[int, int] = {}

    def turn(post: Contact) -> tuple[int, int]:
        of = next((n for n, c in enumerate(counties) if c in (post.county, post.jurisdiction)), len(counties))
        met[of] = met.get(of, -1) + 1
        return (met[of], of) if of < len(counties) else (len(posts), met[of])

    turns = [turn(post) for post in posts]
    return [post for _, post in sorted(zip(turns, posts, strict=True), key=lambda one: one[0])]


def _tidy(words: str) -> str:
    return " ".join(words.split())


def foot(forecast: Forecast, lang: Lang) -> list[str]:
    """Where everything comes from: coordinates, lines, flow, digests and version."""
    river = forecast.river
    crs = CRS.from_user_input(river.crs)
    fields = {"river": river.digest[:12], "forecast": forecast.digest[:12], "version": forecast.version}
    at = forecast.spill.at
    made = text("sheet_foot.digest", lang, **fields, at=f"{at:%Y-%m-%d %H:%M}") if at else \
        text("sheet_foot.digest_plain", lang, **fields)
    lines = [text("sheet_foot.crs", lang, name=_crs_name(crs, lang), code=river.crs)]
    if river.attribution:
        lines.append(text("sheet_foot.attribution", lang, value=river.attribution))
    if forecast.scenario.source:
        lines.append(text("sheet_foot.flow", lang, value=forecast.scenario.source))
    return [*lines, made]


def _crs_name(crs: CRS, lang: Lang) -> str:
    """The projection as a Chinese surveyor writes it, where it is a Gauss-Krüger zone of CGCS2000."""
    operation = crs.coordinate_operation
    middle = next((p.value for p in operation.params if p.name == "Longitude of natural origin"), None) \
        if operation else None
    if middle is None or "CGCS2000" not in crs.name or "3-degree" not in crs.name:
        return crs.name
    return f"CGCS2000 / 3° 高斯–克吕格 CM {middle:g}°E" if lang == "zh" else \
        f"CGCS2000 / 3° Gauss–Krüger CM {middle:g}°E"
