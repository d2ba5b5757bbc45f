"""What stands on the web map in words: popups, the panel beside the map. Every name is escaped."""

import re
from collections.abc import Iterable
from html import escape

from riverplan.exporting.sheet_clock import band_clock, long_clock, short_clock
from riverplan.exporting.sheet_sites import arrival_name
from riverplan.exporting.sheet_text import basis_text, first_of_kind
from riverplan.exporting.symbology import (
    AFFECTED_WIDTH,
    ARRIVAL_CLASSES,
    CASING,
    NOT_AFFECTED,
    UNAFFECTED,
    arrival_label,
    stamp_text,
    svg_symbol,
)
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.table import (
    NOTHING,
    Rounding,
    concentration_text,
    concentration_unit,
    film_text,
    forecast_lines,
    limit_text,
    ph_text,
    probability_text,
    significant,
    tap_limit_text,
)
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.river.sites import Resource, Site
from riverplan.units import hours, km

_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BEYOND_HTML = str.maketrans({c: f"&#{ord(c)};" for c in "`$\\{}"})
"""Characters that mean something in a JavaScript template or to the template engine folium uses."""


def safe(words: str) -> str:
    """A text as HTML that is also harmless inside a script's string or template.

    >>> safe("<b>`${x}`</script>")
    '&lt;b&gt;&#96;&#36;&#123;x&#125;&#96;&lt;/script&gt;'
    """
    return escape(_CONTROL.sub(" ", words)).translate(_BEYOND_HTML)


def _t(key: str, lang: Lang, **fields: object) -> str:
    return safe(text(f"webmap.{key}", lang, **fields))


# ── popups ──────────────────────────────────────────────────────────────────────────────────────────
def site_popup(forecast: Forecast, site: Site, arrival: Arrival | None, lang: Lang) -> str:
    """The popup of a site: what it is, and when and how strong the plume passes it."""
    where = " ".join(w for w in (site.river, site.county, site.township) if w)
    rows = ([(safe(NOTHING), _t("not_reached", lang), "")] if arrival is None
            else list(_arrival_rows(forecast, arrival, lang)))
    return _popup(svg_symbol(site.kind, getattr(site, "category", "")),
                  site_name(forecast.river, site, lang),
                  [text(f"kind.{site.kind}", lang), site.site_id, where], rows, getattr(site, "phone", ""))


def resource_popup(resource: Resource, lang: Lang) -> str:
    """The popup of a store, team or contact."""
    return _popup(svg_symbol(resource.kind), resource.name or resource.resource_id,
                  [text(f"kind.{resource.kind}", lang), resource.county], [], resource.phone)


def spill_popup(forecast: Forecast, lang: Lang) -> str:
    """The popup of the spill."""
    lines = "".join(f"<p>{safe(line)}</p>" for line in forecast_lines(forecast, lang)[1:])
    return f'<div class="rp-popup"><h4>{svg_symbol("spill")}{_t("spill_here", lang)}</h4>{lines}</div>'


def _popup(symbol: str, name: str, marks: Iterable[str], rows: Iterable[tuple[str, str, str]], phone: str) -> str:
    body = "".join(f'<tr class="{tone}"><td>{head}</td><td>{words}</td></tr>' for head, words, tone in rows)
    call = f"<p>☎ {safe(phone)}</p>" if phone else ""
    return (f'<div class="rp-popup"><h4>{symbol}{safe(name)}</h4><p>{safe(" · ".join(m for m in marks if m))}</p>'
            f"<table>{body}</table>{call}</div>")


def _arrival_rows(forecast: Forecast, a: Arrival, lang: Lang) -> Iterable[tuple[str, str, str]]:
    def when(seconds: float, rounding: Rounding, band: tuple[float, float] | None = None) -> str:
        words = short_clock(forecast, seconds, lang, rounding)
        if forecast.spill.at is not None:
            words += f" (+{hours(seconds):.1f} h)"
        if band is not None:
            words += f" · {text('webmap.band', lang)} {band_clock(forecast, band, lang)}"
        return safe(words)

    yield _t("earliest", lang), when(a.earliest, "down"), "rp-first"
    yield _t("leading", lang), when(a.leading, "nearest", a.leading_band), ""
    yield _t("peak", lang), when(a.peak, "nearest", a.peak_band), ""
    yield _t("trailing", lang), when(a.trailing, "up", a.trailing_band), ""
    yield _t("distance", lang), f"{km(a.distance):.1f} km", ""
    over = "rp-over" if a.exceeds_from is not None else ""
    if a.film:
        yield _t("film", lang), safe(film_text(a, lang)), ""
        if a.film_thickness is not None:
            yield _t("film_thickness", lang), f"{safe(significant(1e6 * a.film_thickness, 2))} µm", ""
    if a.peak_concentration is not None:
        yield _t("concentration", lang), safe(concentration_text(a, lang)) + concentration_unit(a), over
        if a.ph is not None and a.ph_limit is None:
            yield "pH", safe(ph_text(a).removeprefix("pH ")), ""
    if a.peak_concentration is not None or a.film:
        unit = " mg/L" if a.limit is not None else ""
        basis = f" ({safe(basis_text(a.limit_basis, lang))})" if a.limit_basis else ""
        yield _t("limit", lang), safe(limit_text(a, forecast, lang)) + unit + basis, ""
        if a.tap_basis:
            unit = " mg/L" if a.tap_limit is not None else ""
            yield _t("tap_limit", lang), f"{safe(tap_limit_text(a, forecast, lang))}{unit} ({safe(a.tap_basis)})", ""
        if a.exceed_probability is not None:
            yield _t("probability", lang), safe(probability_text(a)), over
        if a.exceeds_from is not None:
            span = (short_clock(forecast, a.exceeds_from, lang, "down") + "–"
                    + short_clock(forecast, a.exceeds_until, lang, "up"))
            yield _t("exceeds", lang), safe(span), over
        if a.fully_mixed is not True and not a.film:
            yield "", _t("unmixed" if a.fully_mixed is False else "mixing_unknown", lang), ""


# ── labels ──────────────────────────────────────────────────────────────────────────────────────────
def site_label(forecast: Forecast, arrival: Arrival, lang: Lang) -> tuple[str, float]:
    """Name and earliest time beside a symbol, and its width in Chinese characters."""
    name, at = arrival_name(forecast, arrival, lang), short_clock(forecast, arrival.earliest, lang, "down")
    wide = sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in f"{name} {at}")
    return f"{safe(name)} <b>{safe(at)}</b>", wide


# ── the panel ───────────────────────────────────────────────────────────────────────────────────────
def panel(forecast: Forecast, lang: Lang, *, steps: int) -> str:
    """Title, stamp, legend, arrival table, notes and the time slider of so many steps."""
    river = forecast.river
    stamp = f'<span class="rp-stamp">{safe(stamp_text(river.stamp, lang))}</span>' if river.stamp else ""
    lines = "".join(f"<p>{safe(line)}</p>" for line in forecast_lines(forecast, lang)[1:])
    return f"""<aside id="rp-panel"><header><h1>{_t("title", lang, river=river.name or "—")}</h1>
<div class="rp-marks">{stamp}<span class="rp-internal">{_t("internal", lang)}</span></div>{lines}</header>
<div id="rp-scroll">{_firsts(forecast, lang)}{_legend(lang)}{_notes(forecast, lang)}{_table(forecast, lang)}</div>
<section id="rp-time" aria-label="{_t("slider", lang)}"><div id="rp-clock"></div><div class="rp-row">
<button id="rp-play" type="button">{_t("play", lang)}</button>
<input id="rp-slider" type="range" min="0" max="{steps}" step="1" value="0" aria-label="{_t("now", lang)}"></div>
<div id="rp-where"></div></section></aside>
"""


def _firsts(forecast: Forecast, lang: Lang) -> str:
    """Who is reached first and when, above everything that scrolls."""
    rows = []
    for kind in ("intake", "boundary", "section"):
        first = first_of_kind(forecast, kind)
        if first is not None:
            at = long_clock(forecast, first.earliest, lang, "down")
            rows.append(f'<p>{safe(text(f"sheet_conclusion.first_{kind}", lang))} '
                        f"{safe(arrival_name(forecast, first, lang))} · {km(first.distance):.1f} km<br>"
                        f'{_t("earliest", lang)} <b>{safe(at)}</b></p>')
    return f'<div class="rp-firsts">{"".join(rows)}</div>' if rows else ""


def _swatch(colour: str, width: float, casing: str = "") -> str:
    under = f'<path d="M1 6H27" stroke="{casing}" stroke-width="{width + 1.6:g}"/>' if casing else ""
    return (f'<svg width="28" height="12" viewBox="0 0 28 12">{under}'
            f'<path d="M1 6H27" stroke="{colour}" stroke-width="{width:g}"/></svg>')


def _legend(lang: Lang) -> str:
    rows = [f"<span>{_swatch(c.colour, AFFECTED_WIDTH * 1.6, CASING)}{safe(arrival_label(i, lang))}</span>"
            for i, c in enumerate(ARRIVAL_CLASSES)]
    arrow = f'<svg width="28" height="12" viewBox="0 0 28 12">{_ARROW.format(x=14, y=6)}</svg>'
    others = [
        f"<span>{_swatch(UNAFFECTED, 1.6)}{safe(arrival_label(NOT_AFFECTED, lang))}</span>",
        f'<span class="rp-wide">{arrow}{_t("flow_arrow", lang)}</span>',
        f'<span class="rp-wide">{_swatch("#b594c2", 10)}{_t("plume", lang)}</span>',
        f'<span><svg width="28" height="14" viewBox="0 0 28 14"><circle cx="14" cy="7" r="5" fill="#6b2a86"/></svg>'
        f'{_t("plume_peak", lang)}</span>']
    return (f'<h2>{safe(text("arrival_class.title", lang))}</h2><div class="rp-legend">{"".join(rows)}'
            f'{"".join(others)}</div>')


_ARROW = '<path transform="translate({x} {y})" d="M-6 -3.6L5 0L-6 3.6L-3.4 0Z" fill="#1b5fa8"/>'


def arrow(turn: float) -> str:
    """A flow arrow turned clockwise from east by an angle [degrees]."""
    return (f'<svg width="16" height="16" viewBox="-8 -8 16 16"><path transform="rotate({turn:.0f})" '
            'd="M-6 -3.6L5 0L-6 3.6L-3.4 0Z" fill="#1b5fa8" stroke="#fff" stroke-width="1.6" '
            'paint-order="stroke"/></svg>')


def _table(forecast: Forecast, lang: Lang) -> str:
    heads = "".join(f"<th>{safe(words)}</th>" for words in (
        text("forecast_table.name", lang), "km", text("webmap.earliest", lang), text("webmap.peak", lang), "mg/L"))
    rows = []
    for a in forecast.arrivals:
        site = forecast.river.site(a.site_id)
        symbol = svg_symbol(a.kind, getattr(site, "category", ""), pixels=13)
        strength = concentration_text(a, lang).split(" (")[0]
        over = ' class="rp-over"' if a.exceeds_from is not None else ""
        rows.append(f'<tr data-site="{safe(a.site_id)}" tabindex="0"{over}><td>{symbol}'
                    f"{safe(arrival_name(forecast, a, lang))}</td><td>{km(a.distance):.1f}</td>"
                    f'<td>{safe(short_clock(forecast, a.earliest, lang, "down"))}</td>'
                    f"<td>{safe(short_clock(forecast, a.peak, lang))}</td>"
                    f"<td>{safe(strength)}</td></tr>")
    return (f'<h2>{_t("table", lang)}</h2><table class="rp-arrivals"><thead><tr>{heads}</tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table><p class="rp-note">{_t("table_note", lang)} '
            f'{safe(text("forecast_table.star", lang))}</p>')


def _notes(forecast: Forecast, lang: Lang) -> str:
    river = forecast.river
    items = [p.text(lang) for p in forecast.problems]
    items += [text("webmap.no_base", lang)]
    if river.attribution:
        items.append(text("webmap.attribution", lang, who=river.attribution))
    items.append(text("webmap.made", lang, version=forecast.version, digest=forecast.digest[:12],
                      river=river.digest[:12]))
    listed = "".join(f"<li>{safe(item)}</li>" for item in items)
    return f'<details><summary>{_t("notes", lang, count=len(items))}</summary><ul>{listed}</ul></details>'
