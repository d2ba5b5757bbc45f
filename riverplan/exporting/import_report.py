"""The import report: one HTML file with a map, or a workbook, that says what came in, was done and is doubtful."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from riverplan.exporting.offline_html import POLICY, inlined, script_text
from riverplan.exporting.report_rows import ReportRow, guesses, report_rows, severities, with_status
from riverplan.exporting.symbology import stamp_text
from riverplan.exporting.web_font import embedded_font
from riverplan.exporting.webmap_words import safe
from riverplan.i18n import Lang, text
from riverplan.river.counting import counts_of, reason_said
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.tables.counts import Count

FIRST = 3
"""So many things to mend stand at the top."""
MOST_ROWS = 400
"""Rows of one group on the page; the workbook has all."""
MOST_ARROWS = 600
"""Reaches of one kind that get arrows, the longest; the page shows those that stand clear of each other."""
CLASSES = ("plain", "guessed", "flipped", "unconnected")
"""How a reach is drawn, the later outweighing the earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What may be chosen: a page or a workbook."""

    format: Literal["html", "htm", "xlsx"] = "html"


def report(river: RiverNetwork, *, options: ReportOptions | None = None, lang: Lang = "zh") -> bytes:
    """The import report of a river as one self-contained HTML page (UTF-8), or as a workbook.

    Parameters
    ----------
    river
        With its ``report``; what :func:`riverplan.check_river` finds is added.
    options
        What may be chosen.
    lang
        Language of the texts.
    """
    if options is not None and options.format == "xlsx":
        from riverplan.exporting.report_workbook import report_workbook

        return report_workbook(river, lang)
    rows = report_rows(river, lang)
    body = _body(river, rows, lang)
    data = json.dumps(_data(river, rows, lang), ensure_ascii=False, separators=(",", ":"),
                      allow_nan=False).replace("<", "\\u003c")
    title = safe(text("report.title", lang, river=river.name or "—"))
    head = inlined('<link rel="stylesheet" href="/leaflet.css"/><script src="/leaflet.js"></script>')
    html = (f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n'
            f'<meta charset="utf-8">{POLICY}\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n{head}'
            f"<style>{_page_file('report.css')}</style></head>\n<body>{body}\n"
            f'<script type="application/json" id="rp-data">{data}</script>\n'
            f"<script>{script_text(_page_file('report.js'))}</script>\n</body>\n</html>\n")
    return html.replace("<style>", f"<style>{embedded_font(html)}</style><style>", 1).encode()


@cache
def _page_file(name: str) -> str:
    return files(__package__).joinpath("report_page", name).read_text(encoding="utf-8")


# ── the words ───────────────────────────────────────────────────────────────────────────────────────
def _body(river: RiverNetwork, rows: list[ReportRow], lang: Lang) -> str:
    doubts = [(i, r) for i, r in enumerate(rows) if r.group == "doubt"]
    stamp = f'<span class="rp-stamp">{safe(stamp_text(river.stamp, lang))}</span>' if river.stamp else ""
    title = safe(text("report.title", lang, river=river.name or "—"))
    first = [(i, r) for i, r in doubts if r.severity != "note"][:FIRST]
    parts = [
        f'<header><h1>{title}</h1>{stamp}{_tiles(river, rows, lang)}</header><div id="rp-scroll">',
        f"<h2>{safe(text('report.first', lang))}</h2>",
        "".join(_card(number, i, r) for number, (i, r) in enumerate(first, 1))
        or f'<p class="rp-good">{safe(text("report.nothing", lang))}</p>',
        _section("doubt", [d for d in doubts if d not in first], lang, start=len(first) + 1),
        _section("done", [(i, r) for i, r in enumerate(rows) if r.group == "done"], lang),
        _counted(counts_of(river), lang),
        _section("note", [(i, r) for i, r in enumerate(rows) if r.group == "note"], lang, folded=True)]
    legend = "".join(f'<span><i class="rp-{c}"></i>{safe(text(f"report.class_{c}", lang))}</span>' for c in CLASSES)
    pins = f'<span><b class="rp-pin rp-warning">1</b>{safe(text("report.class_pin", lang))}</span>'
    return (f'<main id="rp-panel">{"".join(parts)}</div></main><div id="rp-map"></div>'
            f'<div id="rp-legend">{legend}{pins}</div>')


def _tiles(river: RiverNetwork, rows: list[ReportRow], lang: Lang) -> str:
    length = river.reaches["length"].to_numpy(np.float64) / 1000
    apart = with_status(river, "unconnected")
    found = severities(rows)
    lost = sum(p.code in ("site_far", "site_no_place") for p in river.report)
    tiles = [(f"{len(length)}", "reaches", ""), (f"{length.sum():.1f} km", "km", ""),
             (f"{length[~apart].sum() / max(length.sum(), 1e-9):.0%}", "connected", "bad" if apart.any() else ""),
             (str(len(river.sites)) + f" / {len(river.sites) + lost}" * bool(lost), "sites", "bad" if lost else ""),
             (str(found["error"]), "errors", "bad" if found["error"] else ""),
             (str(found["warning"]), "warnings", "")]
    return '<div class="rp-tiles">' + "".join(
        f'<div class="{mark}"><b>{value}</b><span>{safe(text(f"report.tile_{key}", lang))}</span></div>'
        for value, key, mark in tiles) + "</div>"


def _attributes(index: int, row: ReportRow, kind: str) -> str:
    placed = row.lon is not None or bool(row.reaches)
    return (f'class="{kind} rp-{row.severity}{" rp-placed" if placed else ""}" id="rp-row-{index}" data-row="{index}"'
            + (' tabindex="0" role="button"' if placed else ""))


def _card(number: int, index: int, row: ReportRow) -> str:
    return (f"<div {_attributes(index, row, 'rp-card')}><b class=\"rp-pin rp-{row.severity}\">{number}</b>"
            f"<div><strong>{safe(row.what)}</strong><p>→ {safe(row.mend)}</p>{_from(row)}</div></div>")


def _from(row: ReportRow) -> str:
    return f"<small>{safe(row.place)}</small>" if row.place else ""


def _section(group: str, rows: list[tuple[int, ReportRow]], lang: Lang, *, start: int = 1, folded: bool = False) -> str:
    if not rows:
        return ""
    shown = rows[:MOST_ROWS]
    lines = "".join(
        f"<div {_attributes(i, r, 'rp-line')}>"
        + (f'<b class="rp-pin rp-{r.severity}">{number}</b>' if group == "doubt" else '<b class="rp-dot"></b>')
        + f"<div>{safe(r.what)}{f'<p>→ {safe(r.mend)}</p>' if r.mend else ''}{_from(r)}</div></div>"
        for number, (i, r) in enumerate(shown, start))
    more = len(rows) - len(shown)
    rest = f'<p class="rp-more">{safe(text("report.more", lang, count=more))}</p>' if more else ""
    title = f"{safe(text(f'report.head_{group}', lang))} <span>{len(rows)}</span>"
    return f'<details{"" if folded else " open"}><summary>{title}</summary>{lines}{rest}</details>'


def _counted(counts: tuple[Count, ...], lang: Lang) -> str:
    """What came in, file by file, and whether the numbers add up."""
    if not counts:
        return ""
    heads = "".join(f"<th>{safe(text(f'report.count_{c}', lang))}</th>"
                    for c in ("file", "read", "kept", "merged", "dropped", "sum"))
    lines = "".join(
        f'<tr class="{"" if c.adds_up else "rp-bad"}"><td>{safe(f"{c.file} {c.sheet}".strip())}</td><td>{c.read}</td>'
        f"<td>{c.kept}</td><td>{c.merged}</td><td>{sum(c.dropped.values())}"
        + "".join(f"<small>{safe(reason_said(reason, lang))} {n}</small>" for reason, n in c.dropped.items())
        + f"</td><td>{safe(text('report.adds_up' if c.adds_up else 'report.adds_not', lang))}</td></tr>"
        for c in counts)
    return (f"<details open><summary>{safe(text('report.counts', lang))} <span>{len(counts)}</span></summary>"
            f'<table class="rp-counts"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></details>')


# ── the map ─────────────────────────────────────────────────────────────────────────────────────────
def _data(river: RiverNetwork, rows: list[ReportRow], lang: Lang) -> dict[str, Any]:
    kind = _kinds(river)
    shown: list[dict[str, Any]] = []
    numbers = {"doubt": 0}
    per_group: dict[str, int] = {}
    for row in rows:
        per_group[row.group] = per_group.get(row.group, 0) + 1
        numbers["doubt"] += row.group == "doubt"
        listed = per_group[row.group] <= MOST_ROWS + (FIRST if row.group == "doubt" else 0)
        has_place = row.lon is not None and row.lat is not None
        shown.append({"at": [round(row.lat or 0.0, 5), round(row.lon or 0.0, 5)] if has_place else None,
                      "spot": row.code.startswith("site_"), "reaches": list(row.reaches), "severity": row.severity,
                      "pin": row.group == "doubt" and listed and has_place})
    return {
        "lines": _lines(river), "kind": kind.tolist(), "arrows": _arrows(river, kind), "rows": shown,
        "names": [f"{n or '—'} {i}" for n, i in zip(river.reaches["name"], river.reaches["reach_id"], strict=True)],
        "sites": [[round(s.lat, 5), round(s.lon, 5), safe(site_name(river, s, lang))] for s in river.sites
                  if np.isfinite([s.lat, s.lon]).all()],
        "attribution": " · ".join(safe(w) for w in (stamp_text(river.stamp, lang), river.attribution) if w),
        "whole": text("report.whole", lang),
    }


def _kinds(river: RiverNetwork) -> NDArray[np.int64]:
    """How each reach is drawn: its place in ``CLASSES``."""
    kind = np.zeros(len(river.reaches), np.int64)
    for number, chosen in enumerate((guesses(river), with_status(river, "flipped"),
                                     with_status(river, "unconnected")), start=1):
        kind[chosen] = number
    return kind


def _lines(river: RiverNetwork) -> list[list[list[float]]]:
    """Latitude and longitude of each reach, to what a screen can show."""
    west, south, east, north = river.reaches.total_bounds
    lines = shapely.simplify(river.reaches.geometry.to_numpy(), max(east - west, north - south) / 6_000)
    xy, of = shapely.get_coordinates(lines, return_index=True)
    lon, lat = river.lonlat(xy[:, 0], xy[:, 1])
    points = np.round(np.column_stack([lat, lon]), 5)
    return [part.tolist() for part in np.split(points, np.flatnonzero(np.diff(of)) + 1)]


def _arrows(river: RiverNetwork, kind: NDArray[np.int64]) -> list[list[float]]:
    """Arrows in flow direction: latitude, longitude, degrees clockwise from east, class; the longest reaches first."""
    lines = river.reaches.geometry.to_numpy()
    length = shapely.length(lines)
    turned = with_status(river, "flipped")
    shown = np.where(turned, CLASSES.index("flipped"), kind)   # one that was turned round shows it, connected or not
    chosen = []
    for number in range(len(CLASSES)):
        rows = np.flatnonzero(shown == number)
        chosen.append(rows[np.argsort(-length[rows], kind="stable")][:MOST_ARROWS])
    rows, at = np.concatenate(chosen), np.full(sum(map(len, chosen)), 0.5)
    mended = shown[rows] > 0                                   # two, clear of the pin in the middle
    rows, at = np.concatenate([rows, rows[mended]]), np.concatenate([np.where(mended, 0.3, at), at[mended] + 0.2])
    spots = [shapely.get_coordinates(shapely.line_interpolate_point(lines[rows], at + d, normalized=True))
             for d in (-0.03, 0.0, 0.03)]
    (lon0, lat0), (lon, lat), (lon1, lat1) = (river.lonlat(s[:, 0], s[:, 1]) for s in spots)
    turn = np.degrees(np.arctan2(-(lat1 - lat0), (lon1 - lon0) * np.cos(np.radians(lat))))
    return [[round(a, 5), round(b, 5), round(t), int(k)] for a, b, t, k in zip(
        lat.tolist(), lon.tolist(), turn.tolist(), shown[rows].tolist(), strict=True)]
