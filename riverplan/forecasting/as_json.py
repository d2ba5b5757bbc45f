"""A forecast as JSON-ready values: the form that other programs rely on."""

import math
from typing import Any

from riverplan.forecasting.behaviour import determinand_mass
from riverplan.forecasting.result import Arrival, Band, Forecast, Variant
from riverplan.forecasting.table import mass_band
from riverplan.i18n import LANGS
from riverplan.units import hours, km, mg_per_l

_DIGITS = 6


def rounded(value: float | None) -> float | None:
    """Six significant digits; None where a thing does not apply or is without end."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{_DIGITS}g}")


def as_hours(seconds: float | None) -> float | None:
    """Hours of seconds, to six digits."""
    return None if seconds is None else rounded(hours(seconds))


def as_mg_l(concentration: float | None) -> float | None:
    """mg/L of kg/m³, to six digits."""
    return None if concentration is None else rounded(mg_per_l(concentration))


def _arrival(a: Arrival) -> dict[str, Any]:
    none: tuple[None, None] = (None, None)
    low, high = a.concentration_band or none
    return {
        "site_id": a.site_id, "name": a.name or None, "kind": a.kind, "distance_km": rounded(km(a.distance)),
        "earliest_h": as_hours(a.earliest),
        "leading_h": as_hours(a.leading), **_band("leading", a.leading_band),
        "peak_h": as_hours(a.peak), **_band("peak", a.peak_band),
        "trailing_h": as_hours(a.trailing), **_band("trailing", a.trailing_band),
        "peak_mg_l": as_mg_l(a.peak_concentration), "peak_mg_l_p05": as_mg_l(low), "peak_mg_l_p95": as_mg_l(high),
        "limit_mg_l": as_mg_l(a.limit), "limit_basis": a.limit_basis or None,
        "tap_limit_mg_l": as_mg_l(a.tap_limit), "tap_limit_basis": a.tap_basis or None,
        "ph": rounded(a.ph), "ph_p05": rounded((a.ph_band or none)[0]), "ph_p95": rounded((a.ph_band or none)[1]),
        "ph_limit": list(a.ph_limit) if a.ph_limit else None,
        "tap_ph_limit": list(a.tap_ph_limit) if a.tap_ph_limit else None,
        "film": a.film, "film_kg": rounded(a.film_mass),
        "film_um": None if a.film_thickness is None else rounded(a.film_thickness * 1e6),
        "exceed_probability": rounded(a.exceed_probability),
        "exceeds_from_h": as_hours(a.exceeds_from), "exceeds_until_h": as_hours(a.exceeds_until),
        "fully_mixed": a.fully_mixed, "discharge_m3_s": rounded(a.discharge), "only_in": list(a.only_in) or None,
    }


def _variant(v: Variant) -> dict[str, Any]:
    return {"name": v.name, **{lang: v.words(lang) for lang in LANGS}, "states": dict(v.states), "risen": v.risen,
            "discharge_m3_s": rounded(v.discharge),
            "earliest_h": {site_id: as_hours(seconds) for site_id, seconds in v.earliest.items()}}


def _band(name: str, band: Band) -> dict[str, float | None]:
    return {f"{name}_h_p05": as_hours(band[0]), f"{name}_h_p95": as_hours(band[1])}


def forecast_as_json(forecast: Forecast) -> dict[str, Any]:
    """Spill, flow, models, arrivals sorted by distance, and problems.

    Times are hours after the release began, concentrations mg/L, distances km; ``None`` (null) where a
    thing does not apply: no mass, no standard, limit not exceeded, mixing that cannot be told. A film has
    ``film_kg`` and ``film_um`` (thickness) in place of concentrations; acids and alkalis have ``ph``.
    """
    spill, flow, river = forecast.spill, forecast.scenario, forecast.river
    row = river.reach_row[spill.reach_id]
    return {
        "spill": {
            "site_id": spill.site_id or None, "stake": spill.stake or None,
            "reach_id": spill.reach_id, "chainage_km": rounded(km(spill.chainage or 0.0)),
            "lon": spill.lon, "lat": spill.lat,
            "river": str(river.reaches["name"].iat[row]) or None,
            "substance": spill.substance, "substance_zh": forecast.substance.name,
            "substance_en": forecast.substance.name_en or None,
            "indicator": forecast.substance.indicator or None,
            "behaviour": forecast.substance.behaviour or None,
            "mass_kg": rounded(spill.mass), "mass_band_kg": [rounded(x) for x in mass_band(spill) or ()] or None,
            "determinand_kg": rounded(determinand_mass(spill, forecast.substance)),
            "recovery": spill.recovery, "duration_h": as_hours(spill.duration),
            "release": [{"from_h": as_hours(begin), "until_h": as_hours(until), "kg": rounded(kg)}
                        for begin, until, kg in spill.release],
            "background_mg_l": as_mg_l(spill.background),
            "temperature_c": spill.temperature, "alkalinity_mmol_l": spill.alkalinity, "ice": spill.ice,
            "wind_m_s": spill.wind.speed if spill.wind else None,
            "wind_from_deg": spill.wind.direction if spill.wind else None,
            "start": spill.at.isoformat() if spill.at else None,
        },
        "flow": {"name": flow.name, "source": flow.source or None,
                 "discharge_m3_s": rounded(float(flow.discharge[row])), "readings": dict(flow.readings)},
        "models": [{"name": m.name, "source": m.source or None, "reaches": m.reaches,
                    "length_km": rounded(km(m.length)), "sigma_ln_velocity": rounded(m.sigma_ln)}
                   for m in forecast.models],
        "spread": {"name": forecast.spread, "quantity": forecast.quantity},
        "parameters": dict(forecast.parameters),
        "river": {"name": river.name, "stamp": river.stamp or None, "digest": river.digest},
        "digest": forecast.digest, "version": forecast.version,
        "bracket": [_variant(v) for v in forecast.bracket],
        "arrivals": [_arrival(a) for a in forecast.arrivals],
        "problems": [p.as_json() for p in forecast.problems],
    }
