"""The forecast as a GeoPackage: the river's layers with those of the plume above them, styled for QGIS."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from riverplan.exporting.pieces import pieces
from riverplan.exporting.symbology import ARRIVAL_CLASSES, arrival_label
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import forecast_lines
from riverplan.i18n import Lang, text
from riverplan.river.geopackage import CHANGED, write_layers
from riverplan.river.layers import Layer, declared, river_layers
from riverplan.river.qgis_style import lines, markers
from riverplan.units import hours, km, mg_per_l

REACHES, SITES = "预报河段_forecast_reaches", "预报站点_forecast_sites"
SPILL, ABOUT = "泄漏点_spill", "预报说明_forecast"
"""Names of the tables that a forecast adds to those of the river."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeopackageOptions:
    """What may be chosen: whether the layers of the river itself come along."""

    with_river: bool = True


def geopackage(forecast: Forecast, *, options: GeopackageOptions | None = None, lang: Lang = "zh") -> bytes:
    """The forecast as the bytes of a GeoPackage in the river's plane.

    Parameters
    ----------
    forecast
        The forecast.
    options
        What comes along.
    lang
        Language of the words in the cells; names of layers and aliases are Chinese and English.
    """
    layers = [
        Layer(key="spill", table=SPILL, geometry="Point", frame=_spill(forecast, lang), words="forecast_field",
              style=markers("star", "#e4002b", 6.0)),
        Layer(key="forecast_sites", table=SITES, geometry="Point", frame=_sites(forecast, lang),
              words="forecast_field", style=markers("circle", "#ffffff", 3.0)),
        Layer(key="forecast_reaches", table=REACHES, geometry="LineString", frame=_reaches(forecast, lang),
              words="forecast_field", style=lines("arrival_class", _classes(lang))),
        Layer(key="forecast", table=ABOUT, frame=_about(forecast, lang), words="forecast_field"),
    ]
    if (options or GeopackageOptions()).with_river:
        layers += river_layers(declared(forecast.river), forecast.version)
    at = forecast.spill.at
    changed = CHANGED if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        path = Path(folder) / "forecast.gpkg"
        write_layers(path, layers, changed=changed)
        return path.read_bytes()


def is_export(path: Path) -> bool:
    """Whether a file is a forecast of this program, which a newer one may replace."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            found = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (ABOUT,)).fetchone()
    except sqlite3.Error:
        return False
    return found is not None


def _classes(lang: Lang) -> Sequence[tuple[str, str, float, str]]:
    return [(str(i), c.colour, 1.8, arrival_label(i, lang)) for i, c in enumerate(ARRIVAL_CLASSES)]


def _clock(forecast: Forecast, seconds: float | None) -> str:
    at = None if seconds is None or not np.isfinite(seconds) else forecast.clock(seconds)
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _hours(seconds: float | None) -> float:
    return np.nan if seconds is None else hours(seconds)


def _mg_l(concentration: float | None) -> float:
    return np.nan if concentration is None else mg_per_l(concentration)


def _reaches(forecast: Forecast, lang: Lang) -> gpd.GeoDataFrame:
    river = forecast.river
    ids, names = river.reaches["reach_id"].to_numpy(), river.reaches["name"].to_numpy()
    rows: list[dict[str, Any]] = []
    shapes = []
    for p in pieces(forecast):
        shapes.append(p.line)
        rows.append({
            "reach_id": ids[p.row], "name": names[p.row], "part": p.part, "arrival_class": p.number,
            "arrival_words": arrival_label(p.number, lang),
            "distance_from_km": km(p.distance[0]), "distance_to_km": km(p.distance[1]),
            "leading_from_h": hours(p.leading[0]), "leading_to_h": hours(p.leading[1]),
            "earliest_to_h": hours(p.earliest[1]), "peak_to_h": hours(p.peak[1]),
            "trailing_to_h": hours(p.trailing[1]),
            "earliest_to_at": _clock(forecast, p.earliest[1]), "leading_to_at": _clock(forecast, p.leading[1]),
            "peak_to_at": _clock(forecast, p.peak[1]), "trailing_to_at": _clock(forecast, p.trailing[1]),
            "peak_mg_l": mg_per_l(p.peak_concentration) if p.ends_reach else np.nan,
            "fully_mixed": _mixed(p.fully_mixed, lang) if p.ends_reach else "",
            "velocity_model": text(p.model, lang), "velocity_m_s": p.velocity, "velocity_sigma_ln": p.sigma_ln,
            "stamp": river.stamp,
        })
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=river.crs)


def _mixed(mixed: bool | None, lang: Lang) -> str:
    return text(f"forecast_value.{'unknown' if mixed is None else 'yes' if mixed else 'no'}", lang)


def _sites(forecast: Forecast, lang: Lang) -> gpd.GeoDataFrame:
    river = forecast.river
    rows: list[dict[str, Any]] = []
    for a in forecast.arrivals:
        low, high = a.concentration_band or (None, None)
        rows.append({
            "site_id": a.site_id, "name": a.name, "kind": text(f"kind.{a.kind}", lang),
            "distance_km": km(a.distance), "earliest_at": _clock(forecast, a.earliest),
            "leading_at": _clock(forecast, a.leading), "peak_at": _clock(forecast, a.peak),
            "trailing_at": _clock(forecast, a.trailing), "earliest_h": hours(a.earliest),
            "leading_h": hours(a.leading), "leading_h_p05": hours(a.leading_band[0]),
            "leading_h_p95": hours(a.leading_band[1]), "peak_h": hours(a.peak),
            "peak_h_p05": hours(a.peak_band[0]), "peak_h_p95": hours(a.peak_band[1]),
            "trailing_h": hours(a.trailing), "peak_mg_l": _mg_l(a.peak_concentration),
            "peak_mg_l_p05": _mg_l(low), "peak_mg_l_p95": _mg_l(high), "limit_mg_l": _mg_l(a.limit),
            "limit_basis": a.limit_basis, "tap_limit_mg_l": _mg_l(a.tap_limit),
            "ph": np.nan if a.ph is None else a.ph, "film_kg": np.nan if a.film_mass is None else a.film_mass,
            "exceed_probability": np.nan if a.exceed_probability is None else a.exceed_probability,
            "exceeds_from_at": _clock(forecast, a.exceeds_from),
            "exceeds_until_at": _clock(forecast, a.exceeds_until),
            "fully_mixed": _mixed(a.fully_mixed, lang), "discharge_m3_s": a.discharge, "stamp": river.stamp,
        })
    found = [river.site(a.site_id) for a in forecast.arrivals]
    x, y = river.xy(np.array([s.lon for s in found], np.float64), np.array([s.lat for s in found], np.float64))
    frame = pd.DataFrame(rows, columns=None if rows else ["site_id", "name", "stamp"])
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(x, y), crs=river.crs)


def _spill(forecast: Forecast, lang: Lang) -> gpd.GeoDataFrame:
    spill, river = forecast.spill, forecast.river
    x, y = river.xy(spill.lon or 0.0, spill.lat or 0.0)
    frame = pd.DataFrame([{"name": forecast.substance.label(lang), "words": "\n".join(forecast_lines(forecast, lang)),
                           "stamp": river.stamp}])
    return gpd.GeoDataFrame(frame, geometry=[Point(x, y)], crs=river.crs)


def _about(forecast: Forecast, lang: Lang) -> pd.DataFrame:
    river = forecast.river
    rows = [("stamp", river.stamp), ("internal", text("webmap.internal", lang)),
            *((f"line {i}", line) for i, line in enumerate(forecast_lines(forecast, lang), 1)),
            *((f"{p.severity} {p.code}", p.text(lang)) for p in forecast.problems),
            *((name, f"{value:g}") for name, value in forecast.parameters.items()),
            ("attribution", river.attribution), ("forecast digest", forecast.digest), ("river digest", river.digest),
            ("version", forecast.version)]
    return pd.DataFrame(rows, columns=["key", "value"])
