"""The web map: one HTML file that shows the plume, and asks nobody for anything when it is opened."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

import folium
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from riverplan.exporting.offline_html import POLICY, fixed_ids, inlined, script_text
from riverplan.exporting.pieces import Piece, pieces
from riverplan.exporting.sheet_sites import RANK
from riverplan.exporting.symbology import (
    AFFECTED_WIDTH,
    ARRIVAL_CLASSES,
    CASING,
    UNAFFECTED,
    stamp_text,
    svg_symbol,
)
from riverplan.exporting.web_font import embedded_font
from riverplan.exporting.webmap_words import (
    arrow,
    panel,
    resource_popup,
    safe,
    site_label,
    site_popup,
    spill_popup,
)
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RESOURCES, SITES
from riverplan.units import DAY, HOUR, km

SHOWN = ("risk_source", "intake", "section", "boundary", "space")
"""Kinds that are on the map when it opens; the others wait in the layer control."""
_NO_IMAGE = "L.Marker.prototype.options.icon = L.divIcon({className: 'rp-none'});"
"""folium makes every marker with Leaflet's picture first, which would be fetched from the folder of the page."""
_STEPS = ((12 * 60, 5), (24 * 60, 10), (72 * 60, 30), (10 * 1440, 120), (math.inf, 720))
"""Steps of the time slider: until this minute after release, so many minutes."""
_PX = 1.6
"""Screen pixels for a printed point of line width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebmapOptions:
    """What may be chosen: ``arrows`` is about how many flow arrows stand across the map."""

    arrows: int = 26


def webmap(forecast: Forecast, *, options: WebmapOptions | None = None, lang: Lang = "zh") -> bytes:
    """The forecast as one self-contained HTML page (UTF-8).

    Parameters
    ----------
    forecast
        The forecast.
    options
        What may be chosen.
    lang
        Language of the page.
    """
    river, way = forecast.river, list(pieces(forecast))
    page = folium.Map(tiles=None, prefer_canvas=True, zoom_snap=0.25, zoom_delta=0.5)
    _draw_river(page, river, way)
    _draw_flow(page, river, (options or WebmapOptions()).arrows)
    groups = _draw_sites(page, forecast, lang)
    spill = [round(forecast.spill.lat or 0.0, 5), round(forecast.spill.lon or 0.0, 5)]
    folium.Marker(spill, icon=_icon(svg_symbol("spill", pixels=30), 30), z_index_offset=900,
                  popup=_popup(spill_popup(forecast, lang))).add_to(page)
    page.fit_bounds(_bounds(river, _first(way), spill), padding=(40, 40))
    folium.LayerControl(collapsed=False).add_to(page)

    root = page.get_root()
    html = inlined(fixed_ids(root.render(), root))
    names = fixed_ids(json.dumps({kind: group.get_name() for kind, group in groups.items()}), root)
    return _completed(html, forecast, lang, way, spill, fixed_ids(page.get_name(), root), names).encode()


def _completed(html: str, forecast: Forecast, lang: Lang, way: Iterable[Piece], spill: list[float],
               map_name: str, groups: str) -> str:
    """The page with title, style, panel, data and our own script around what folium made."""
    data = _as_script_data(_data(forecast, lang, way, spill))
    style, code = _page_file("webmap.css"), script_text(_page_file("webmap.js"))
    title = safe(text("webmap.title", lang, river=forecast.river.name or "—"))
    call = (f"riverplanMap({map_name}, JSON.parse(document.getElementById('rp-data').textContent), "
            f"{groups.replace(chr(34), '')});")
    html = html.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1)
    html = html.replace("<head>", f"<head>\n<meta charset=\"utf-8\">{POLICY}\n<title>{title}</title>", 1)
    html = html.replace("</head>", f"<script>{_NO_IMAGE}</script><style>{style}</style></head>", 1)
    before, end, after = html.rpartition("</html>")
    before = before.replace("<body>", "<body>\n" + panel(forecast, lang, steps=len(_minutes(way)) - 1), 1)
    html = (f'{before}<script type="application/json" id="rp-data">{data}</script>\n'
            f"<script>{code}\n{call}</script>\n{end}{after}")
    return html.replace("<style>", f"<style>{embedded_font(html)}</style><style>", 1)


@cache
def _page_file(name: str) -> str:
    return files(__package__).joinpath("webmap_page", name).read_text(encoding="utf-8")


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────
def _lonlat(river: RiverNetwork, line: BaseGeometry) -> list[list[float]]:
    """Longitude and latitude of a line, to about a metre."""
    xy = shapely.get_coordinates(line)
    lon, lat = river.lonlat(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), 5).tolist()


def _lines(river: RiverNetwork, drawn: Iterable[BaseGeometry], colour: str, width: float) -> folium.GeoJson:
    feature = {"type": "Feature", "properties": {}, "geometry": {
        "type": "MultiLineString", "coordinates": [_lonlat(river, line) for line in drawn]}}
    style = {"color": colour, "weight": width, "opacity": 1, "lineCap": "round", "lineJoin": "round"}
    return folium.GeoJson({"type": "FeatureCollection", "features": [feature]}, style_function=lambda _: style,
                          control=False, smooth_factor=0.8, interactive=False)


def _draw_river(page: folium.Map, river: RiverNetwork, way: Iterable[Piece]) -> None:
    """All water thin and blue; over it the way of the plume, wide, edged, by class, the earliest on top."""
    by_class: dict[int, list[BaseGeometry]] = {}
    for piece in way:
        by_class.setdefault(piece.number, []).append(piece.line)
    _lines(river, river.reaches.geometry, UNAFFECTED, 1.6).add_to(page)
    width = AFFECTED_WIDTH * _PX
    if by_class:
        _lines(river, chain.from_iterable(by_class.values()), CASING, width + 1.6).add_to(page)
    for number, drawn in sorted(by_class.items(), reverse=True):
        _lines(river, drawn, ARRIVAL_CLASSES[number].colour, width).add_to(page)


def _draw_flow(page: folium.Map, river: RiverNetwork, arrows: int) -> None:
    """Flow arrows along the rivers, and the name of each on its longest course."""
    west, south, east, north = river.reaches.total_bounds
    spacing = max(math.hypot(east - west, north - south) / max(arrows, 1), 1.0)
    for name, group in river.reaches.groupby("name", sort=False, dropna=False):
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(group.geometry)), directed=True))
        if isinstance(name, str) and name:
            _draw_name(page, river, name, max(merged, key=lambda line: line.length))
        for line in merged:
            n = round(line.length / spacing)
            for i in range(n):
                lat, lon, turn = _heading(river, line, (i + 0.5) / n, spacing / 8)
                folium.Marker([lat, lon], icon=_icon(arrow(turn), 16, "rp-arrow"), interactive=False,
                              keyboard=False).add_to(page)


def _draw_name(page: folium.Map, river: RiverNetwork, name: str, line: BaseGeometry) -> None:
    lat, lon, turn = _heading(river, line, 0.42, line.length / 10)
    upright = (turn + 90) % 180 - 90
    icon = folium.DivIcon(html=f'<span style="--turn:{upright:.0f}deg;margin-top:-13px">{safe(name)}</span>',
                          icon_size=(0, 0), class_name="rp-river")
    folium.Marker([lat, lon], icon=icon, interactive=False, keyboard=False).add_to(page)


def _heading(river: RiverNetwork, line: BaseGeometry, fraction: float, half: float) -> tuple[float, float, float]:
    """Latitude, longitude and flow direction [degrees, clockwise from east] at a fraction of a line."""
    at = fraction * line.length
    ends = [line.interpolate(min(max(d, 0.0), line.length)) for d in (at - half, at, at + half)]
    lon, lat = river.lonlat(np.array([p.x for p in ends]), np.array([p.y for p in ends]))
    turn = math.degrees(math.atan2(-(lat[2] - lat[0]), (lon[2] - lon[0]) * math.cos(math.radians(lat[1]))))
    return round(float(lat[1]), 5), round(float(lon[1]), 5), turn


# ── points ──────────────────────────────────────────────────────────────────────────────────────────
def _icon(html: str, size: int, name: str = "rp-site") -> folium.DivIcon:
    return folium.DivIcon(html=html, icon_size=(size, size), icon_anchor=(size // 2, size // 2), class_name=name)


def _popup(html: str) -> folium.Popup:
    """A popup that keeps clear of the buttons in the corner."""
    return folium.Popup(html, max_width=360, auto_pan_padding_top_left=(80, 20), auto_pan_padding_bottom_right=(20, 20))


def _draw_sites(page: folium.Map, forecast: Forecast, lang: Lang) -> Mapping[str, folium.FeatureGroup]:
    """One layer a kind of site or resource, and its symbol in the layer control."""
    river = forecast.river
    arrivals = {a.site_id: a for a in forecast.arrivals}
    groups: dict[str, folium.FeatureGroup] = {}

    def put(kind: str, lat: float, lon: float, icon: folium.DivIcon, popup: str, site: str | None = None) -> None:
        if not (math.isfinite(lat) and math.isfinite(lon)):
            return
        if kind not in groups:
            words = f"{svg_symbol(kind, pixels=14)} {safe(text(f'kind.{kind}', lang))}"
            groups[kind] = folium.FeatureGroup(name=words, show=kind in SHOWN)
        folium.Marker([round(lat, 5), round(lon, 5)], icon=icon, popup=_popup(popup),
                      rp_site=site).add_to(groups[kind])

    for site in river.sites:
        arrival = arrivals.get(site.site_id)
        symbol = svg_symbol(site.kind, getattr(site, "category", ""), pixels=17 if arrival else 14)
        icon = _icon(symbol, 17 if arrival else 14, "rp-site" if arrival else "rp-site rp-dry")
        put(site.kind, site.lat, site.lon, icon, site_popup(forecast, site, arrival, lang), site.site_id)
    for resource in river.resources:
        if resource.drawn and resource.lon is not None and resource.lat is not None:
            put(resource.kind, resource.lat, resource.lon, _icon(svg_symbol(resource.kind, pixels=15), 15),
                resource_popup(resource, lang))
    ordered = {kind: groups[kind] for kind in (*SITES, *RESOURCES) if kind in groups}
    for group in ordered.values():
        group.add_to(page)
    return ordered


def _first(way: Iterable[Piece]) -> list[Piece]:
    """What the leading edge reaches in a day: the first view, where there is something to do."""
    return [p for p in way if p.leading[0] < DAY]


def _bounds(river: RiverNetwork, way: Iterable[Piece], spill: list[float]) -> list[list[float]]:
    """South-west and north-east of the way of the plume, of the whole river where there is none."""
    shapes = [p.line for p in way] or list(river.reaches.geometry)
    points = np.array([*chain.from_iterable(_lonlat(river, line) for line in shapes), spill[::-1]])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return [[float(south), float(west)], [float(north), float(east)]]


# ── data for the script ─────────────────────────────────────────────────────────────────────────────
def _minutes(way: Iterable[Piece]) -> list[int]:
    """Minutes after release the slider stops at, until the plume has left: fine on the first day, coarse later."""
    times = [t for p in way for t in (*p.trailing, *p.leading) if math.isfinite(t)]
    latest = max(times, default=HOUR) / 60.0
    at = [0]
    while at[-1] < latest:
        at.append(at[-1] + next((step for until, step in _STEPS if at[-1] < until), _STEPS[-1][1]))
    return at


def _data(forecast: Forecast, lang: Lang, way: Iterable[Piece], spill: list[float]) -> dict[str, Any]:
    river, at = forecast.river, forecast.spill.at
    keys = ("play", "pause", "gone", "length", "length_only", "view_first", "view_whole")
    ranked = sorted(forecast.arrivals, key=lambda a: (RANK.get(a.kind, 9.0), a.distance))
    labels = [(a.site_id, *site_label(forecast, a, lang)) for a in ranked]
    began = None if at is None else round(at.replace(tzinfo=UTC).timestamp() * 1000)   # local digits read as UTC
    return {
        "spill": spill, "began": began, "minutes": _minutes(way),
        "whole": _bounds(river, way, spill), "first": _bounds(river, _first(way), spill),
        "attribution": " · ".join(safe(w) for w in (stamp_text(river.stamp, lang), river.attribution) if w),
        "words": {key: text(f"webmap.{key}", lang) for key in keys} | {"after": text("webmap.hours_after", lang)},
        "labels": [{"site": site, "html": html, "width": round(wide, 1)} for site, html, wide in labels],
        "pieces": [{
            "line": [[lat, lon] for lon, lat in _lonlat(river, p.line)], "km": _pair(p.distance, km(1.0), 3),
            "leading": _pair(p.leading, 1.0, 0), "peak": _pair(p.peak, 1.0, 0), "trailing": _pair(p.trailing, 1.0, 0),
        } for p in way],
    }


def _pair(ends: tuple[float, float], factor: float, digits: int) -> list[float | None]:
    return [round(v * factor, digits) if math.isfinite(v) else None for v in ends]


def _as_script_data(data: Any) -> str:
    """JSON that may stand in a script element: nothing in it opens or closes a tag."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
