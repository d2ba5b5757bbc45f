"""The map of the app: our own Leaflet canvas as a Streamlit component (version 2).

Lines and sites of the river are fetched by the browser once, by addresses that name their content
(:mod:`riverplan.app.payload`); a rerun sends only what changed: the spill, times by reach, words.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import streamlit as st

from riverplan.app.profile import MARKED, profile
from riverplan.channel import Array
from riverplan.exporting import symbology
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.units import HOUR

_HTML = """<div class="rp-map"><div class="rp-canvas"></div><details class="rp-legend" open></details>
<button class="rp-home" type="button">⌂</button><div class="rp-fault" role="alert"></div>
<div class="rp-time" hidden><button type="button">▶</button><input type="range" min="0" max="1000" value="0" step="any">
<output></output></div><svg class="rp-profile rp-none" role="img"></svg></div>"""
_PROFILE_WORDS = ("title", "limit", "over", "below", "most", "nowhere", "gone")
_SCREEN_PIXELS_PER_MM = 3.3
"""Symbols are given in printed millimetres; on a screen they are drawn at about this scale."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapView:
    """What the map shows in one run of the page.

    ``lines`` and ``sites`` are addresses of payloads; ``draft`` is a position being chosen for a site
    (lat, lon); ``tips`` adds rows to the tooltip of a site; a click on a site of the kinds ``pickable`` (all
    where it is empty) chooses the site, on another one the point. Where ``subject`` changes, the map shows the
    whole river.
    """

    river: RiverNetwork
    lines: str
    sites: str
    lang: Lang
    forecast: Forecast | None = None
    draft: tuple[float, float] | None = None
    selected: str = ""
    tips: Mapping[str, list[str]] = field(default_factory=dict)
    pickable: tuple[str, ...] = ()
    repairs: "Repairs | None" = None
    shaded: "Shaded | None" = None
    planned: "Planned | None" = None
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What an import did and doubts, for the map.

    ``pins`` are places (lat, lon), severity and label of its findings; ``turned`` and ``guessed`` row numbers
    of reaches; ``chosen`` the label of the finding being looked at, ``about`` the reaches it is about, ``focus``
    its place; ``picked`` the reach clicked, ``start`` the one being joined.
    """

    pins: tuple[tuple[float, float, str, str], ...] = ()
    turned: tuple[int, ...] = ()
    guessed: tuple[int, ...] = ()
    about: tuple[int, ...] = ()
    picked: tuple[int, ...] = ()
    start: tuple[int, ...] = ()
    chosen: str = ""
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaded:
    """Stretches of river, and sites, in colours, for the map and its legend.

    ``parts`` are row of the reach, where it begins and ends as shares of its length, and number of its class;
    ``points`` are id of the site and number of its class; ``classes`` are colour and label, in the order of the legend.
    """

    title: str
    parts: tuple[tuple[int, float, float, int], ...]
    classes: tuple[tuple[str, str], ...]
    points: tuple[tuple[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What goes to the browser."""
        return {"title": self.title, "parts": [list(p) for p in self.parts], "points": [list(p) for p in self.points],
                "classes": [{"colour": c, "label": label} for c, label in self.classes]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan on the map; with it the profile of concentrations gives its room to what stands below.

    ``marks`` are lat, lon, label, colour, ``site_id``, whether it is pinned, and name; ``lines`` from where to where
    (each lat, lon), kind (``team``, ``store``) and name; ``rings`` a ``site_id``, its colour with nothing done and
    its colour with the plan; ``words`` those of the legend.
    """

    marks: tuple[tuple[float, float, str, str, str, bool, str], ...]
    lines: tuple[tuple[float, float, float, float, str, str], ...]
    rings: tuple[tuple[str, str, str], ...]
    words: Mapping[str, str]


def vendor_folder() -> Any:
    """The folder of Leaflet's installed package that holds its script, style and pictures."""
    return files("xstatic.pkg.leaflet") / "data"


@cache
def _component() -> Any:
    here = files(__package__)
    scripts = ("load.js", "draw.js", "plume.js", "profile.js", "repairs.js", "shaded.js", "planned.js", "map.js")
    script = "\n".join((here / name).read_text(encoding="utf-8") for name in scripts)
    style = (vendor_folder() / "leaflet.css").read_text(encoding="utf-8")
    style += (here / "map.css").read_text(encoding="utf-8")
    return st.components.v2.component("riverplan_map", html=_HTML, css=style, js=script)


def draw_map(view: MapView, *, key: str, on_click: Callable[[], None]) -> None:
    """Draw the map; a click calls ``on_click``, its place then stands in the session under ``key``."""
    _component()(key=key, data=arguments(view), on_clicked_change=on_click)


def arguments(view: MapView) -> dict[str, Any]:
    """What a run of the page sends to the browser: small, and JSON."""
    forecast, lang = view.forecast, view.lang
    spill = None if forecast is None else [forecast.spill.lat, forecast.spill.lon]
    at = None if forecast is None else forecast.spill.at
    return {
        "lines": view.lines, "sites": view.sites, "lang": lang,
        "key": "" if forecast is None else forecast.digest,
        "times": None if forecast is None else times(forecast, view.river),
        "profile": None if forecast is None or view.planned is not None else profile(forecast, lang),
        "corrected": forecast is not None and any(p.code == "observed" for p in forecast.problems),
        "at": None if at is None else (at.timestamp() + at.utcoffset().total_seconds()) * 1000,  # type: ignore[union-attr]
        "spill": spill, "draft": None if view.draft is None else list(view.draft),
        "selected": view.selected, "tips": dict(view.tips), "attribution": view.river.attribution,
        "subject": hashlib.sha256(view.subject.encode()).hexdigest()[:12],      # no path of the server goes out
        "pickable": list(view.pickable) or None,
        "repairs": None if view.repairs is None else asdict(view.repairs),
        "shaded": None if view.shaded is None else view.shaded.as_json(),
        "planned": None if view.planned is None else asdict(view.planned),
        "classes": [{"until": c.until if c.until < float("inf") else None, "colour": c.colour,
                     "label": symbology.arrival_label(i, lang)}
                    for i, c in enumerate(symbology.ARRIVAL_CLASSES)],
        "symbols": {kind: drawn(symbology.symbol_for(kind)) for kind in MARKED},
        "style": {"unaffected": symbology.UNAFFECTED, "casing": symbology.CASING,
                  "affected": symbology.AFFECTED_WIDTH * 1.4, "spill": drawn(symbology.SYMBOLS["spill"])},
        "words": {
            "legend": text("app_map.legend", lang), "symbols": text("app_map.symbols", lang),
            "classes": text("arrival_class.title", lang),
            "none": symbology.arrival_label(symbology.NOT_AFFECTED, lang), "water": text("app_map.water", lang),
            "plume": text("app_map.plume", lang), "play": text("app_map.play", lang),
            "pause": text("app_map.pause", lang), "slider": text("app_map.slider", lang),
            "unnamed": text("app_map.unnamed", lang), "fault": text("app_map.fault", lang),
            "home": text("app_map.home", lang), "turned": text("app_import.turned", lang),
            "guessed": text("app_import.guessed", lang), "about": text("app_import.about", lang),
            "picked": text("app_import.picked", lang), "start": text("app_import.join_start", lang),
            "kinds": {name: symbol.label(lang) for name, symbol in symbology.SYMBOLS.items()},
            "profile": {name: text(f"app_profile.{name}", lang) for name in _PROFILE_WORDS},
        },
    }


def times(forecast: Forecast, river: RiverNetwork) -> dict[str, Any]:
    """Times of the plume on each reach it travels, whole seconds after release; -1 where it never comes."""
    t = forecast.reach_times
    length = river.reaches["length"].to_numpy(np.float64)[t.reach]
    front = t.leading_head[np.isfinite(t.leading_head)]
    return {
        "reach": t.reach.tolist(), "start": np.round(t.start / length, 5).tolist(),
        "lead_tail": _seconds(t.leading_tail), "lead_head": _seconds(t.leading_head),
        "trail_tail": _seconds(t.trailing_tail), "trail_head": _seconds(t.trailing_head),
        "until": float(np.ceil(max(front.max(initial=0.0), HOUR) / HOUR) * HOUR),
    }


def drawn(symbol: symbology.Symbol) -> dict[str, Any]:
    """A symbol as the browser draws it."""
    return {"shape": symbol.shape, "fill": symbol.fill, "edge": symbol.edge,
            "size": round(symbol.size * _SCREEN_PIXELS_PER_MM / 2, 1)}


def _seconds(values: Array) -> list[int]:
    return np.where(np.isfinite(values), np.rint(values), -1).astype(np.int64).tolist()
