"""Pieces of the page as HTML: every word that may come from a file or a person is escaped."""

import math
from base64 import b64encode
from collections.abc import Iterable
from html import escape
from importlib.resources import files

from riverplan.app.answer import KeyAnswer, columns, reached, row
from riverplan.app.backdrops import Shown
from riverplan.errors import Problem
from riverplan.exporting.report_rows import ReportRow
from riverplan.exporting.symbology import stamp_text, svg_symbol
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import NOTHING
from riverplan.i18n import Lang, text
from riverplan.river.line_origin import hand_drawn
from riverplan.river.network import RiverNetwork

_SHORT_PERIOD = len("00:00–00:00")
_LONG_NAME = 10
"""Letters of a name that one line of a card holds; a longer one is set smaller, in two."""


def style() -> str:
    """The style of the page."""
    return f"<style>{files(__package__).joinpath('page.css').read_text(encoding='utf-8')}</style>"


def header(river: RiverNetwork | None, lang: Lang, *, draft: str | None = None, named: bool = True) -> str:
    """Title, river, and what must stand on every screen.

    Parameters
    ----------
    river
        The river open; None where it cannot be read.
    lang
        Language of the words.
    draft
        Name of the river being imported on this screen, instead of the one open.
    named
        Whether the name stands here; False where a list beside it says it.
    """
    mine = ""
    if draft is not None:
        mine = _river(draft) + f'<span class="rp-unsaved">{escape(text("app.draft", lang))}</span>'
    elif river:
        stamp = f'<span class="rp-stamp">{escape(stamp_text(river.stamp, lang))}</span>' if river.stamp else ""
        mine = (_river(river.name) if named else "") + stamp + _line_origin(river, lang)
    return (f'<div class="rp-head"><b>{escape(text("app.title", lang))}</b>'
            f'<span class="rp-purpose">{escape(text("app.purpose", lang))}</span>{mine}'
            f'<span class="rp-internal">{escape(text("app.internal", lang))}</span></div>')


def _river(name: str) -> str:
    return f'<span class="rp-river">{escape(name)}</span>'


def _line_origin(river: RiverNetwork, lang: Lang) -> str:
    """What of the river is drawn by hand or sketched, the worst accuracy beside it."""
    found = hand_drawn(river)
    if not found:
        return ""
    course = "sketched" if any(h.course == "sketched" for h in found) else "digitised"
    mine = [h for h in found if h.course == course]
    worst = max(mine, key=lambda h: h.accuracy if h.accuracy > 0 else math.inf)
    origin = text(f"line_origin.{course}", lang)
    words = text("line_origin.accuracy" if worst.accuracy > 0 else "line_origin.unknown", lang, origin=origin,
                 far=worst.far)
    return f'<span class="rp-by-hand" title="{escape("、".join(h.words() for h in found))}">{escape(words)}</span>'


def cards(answers: Iterable[KeyAnswer]) -> str:
    """The key answers side by side."""
    return '<div class="rp-cards">' + "".join(_card(a) for a in answers) + "</div>"


def _card(a: KeyAnswer) -> str:
    times = (f'<div class="rp-when"><small>{escape(a.label)}</small><span class="rp-clock">{_clock(a.earliest)}</span>'
             f'<span class="rp-band">{"<br>".join(escape(t) for t in a.times)}</span></div>') if a.earliest else ""
    long = ' class="rp-long"' if len(a.name) > _LONG_NAME else ""
    verdict = f'<div class="rp-verdict">{escape(a.verdict)}</div>' if a.verdict else ""
    return (f'<section class="rp-card rp-{a.tone}" data-kind="{a.kind}"><h3>{_picture(a.kind, pixels=15)}'
            f'{escape(a.title)} <b title="{escape(a.name)}"{long}>{escape(a.name)}</b> <i>{escape(a.distance)}</i></h3>'
            f"{times}{verdict}</section>")


def _cell(words: str, key: str = "") -> str:
    """A cell; what stands in full-width brackets at its end goes below, small; a long period takes two lines."""
    if key == "period" and len(words) > _SHORT_PERIOD:
        start, _, end = words.partition("–")
        return f"{escape(start)}–<br>{escape(end)}"
    if key in ("earliest", "trailing"):
        return _clock(words)
    first, bracket, rest = words.partition("（")
    band, end, mark = rest.partition("）")
    if not (bracket and end and "–" in band):
        return escape(words)
    low, _, high = (escape(part) for part in band.partition("–"))
    main = _clock(first) if key in ("leading", "peak") else escape(first)
    return f"{main}{escape(mark)}<br><small><span>{low}–</span><wbr><span>{high}</span></small>"


def _head(words: str) -> str:
    """A head; what stands in brackets goes below, small, else the unit."""
    name, gap, unit = words.rpartition(" ")
    if gap and unit in ("mg/L", "km"):
        return f"{escape(name)}<br><small>{escape(unit)}</small>"
    return _cell(words.replace(" (", "（").replace(")", "）"))


def _clock(written: str) -> str:
    day, _, time = written.rpartition(" ")
    return f"<small>{escape(day)}</small> {escape(time)}" if day else escape(time)


def _picture(kind: str, category: str = "", *, pixels: int) -> str:
    """A symbol as a picture in itself: Streamlit takes inline SVG out of a page."""
    code = b64encode(svg_symbol(kind, category, pixels=pixels).encode()).decode()
    return f'<img alt="" width="{pixels}" height="{pixels}" src="data:image/svg+xml;base64,{code}">'


def hint(words: str) -> str:
    """A quiet line where the answer will stand."""
    return f'<div class="rp-hint">{escape(words)}</div>'


def hint_small(words: str) -> str:
    """The head of a part of the form."""
    return f'<div class="rp-step">{escape(words)}</div>'


def control_points(shown: Shown, lang: Lang) -> str:
    """The control points of a picture with their residuals; the one that does not agree is marked."""
    fit = shown.placement
    rows = []
    for i, p in enumerate(shown.backdrop.points):
        off = "" if fit is None else f"{fit.residual[i]:.0f} m" if fit.checked else NOTHING
        tone = ' class="rp-outlier"' if fit is not None and fit.outlier == i else ""
        rows.append(f"<tr{tone}><td>{i + 1}</td><td>{p.lon:.5f}, {p.lat:.5f}</td><td>{off}</td></tr>")
    heads = "".join(f"<th>{escape(text(f'app_draw.column_{name}', lang))}</th>"
                    for name in ("point", "place", "residual"))
    odd = "" if fit is None or fit.outlier is None else note(text("app_draw.outlier", lang, number=fit.outlier + 1))
    return f'<table class="rp-points"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>{odd}'


def problems(found: Iterable[Problem], lang: Lang) -> str:
    """Problems in words, the grave ones first."""
    order = {"error": 0, "warning": 1, "note": 2}
    rows = [f'<li class="rp-{p.severity}"><b>{escape(" ".join(filter(None, [p.where(lang), p.what(lang)])))}</b> '
            f"{escape(p.mend(lang))}</li>" for p in sorted(found, key=lambda p: order[p.severity])]
    return f'<ul class="rp-problems">{"".join(rows)}</ul>' if rows else ""


def corrected(found: Iterable[Problem], lang: Lang) -> str:
    """That field observations corrected the forecast, in one line above the answer."""
    return "".join(f'<div class="rp-corrected" title="{escape(p.mend(lang))}">✓ {escape(p.what(lang))}</div>'
                   for p in found)


def severity_mark(severity: str) -> str:
    """A finding's severity as one character, for a list."""
    return {"error": "✗", "warning": "!", "note": "·"}[severity]


def finding(row: ReportRow) -> str:
    """One finding of an import with its mend."""
    words = " ".join(filter(None, [row.place, row.what]))
    return f'<ul class="rp-problems"><li class="rp-{row.severity}"><b>{escape(words)}</b> {escape(row.mend)}</li></ul>'


def table(forecast: Forecast, lang: Lang, kinds: Iterable[str] = ()) -> str:
    """The arrival table; ``kinds`` keeps only some kinds of sites. A click on a row shows its site on the map."""
    shown = set(kinds)
    heads = "".join(f'<th class="rp-{key}">{_head(head)}</th>' for key, head in columns(lang))
    body = []
    unmixed = False
    for a in reached(forecast):
        if shown and a.kind not in shown:
            continue
        words = row(a, forecast, lang)
        unmixed |= a.fully_mixed is False
        site = forecast.river.site(a.site_id)
        symbol = _picture(a.kind, getattr(site, "category", ""), pixels=13)
        tone = " class='rp-over'" if a.exceeds_from is not None else ""
        cells = "".join(f'<td class="rp-{key}">{symbol if key == "site" else ""}{_cell(words[key], key)}</td>'
                        for key, _ in columns(lang))
        body.append(f'<tr data-site="{escape(a.site_id)}"{tone}>{cells}</tr>')
    notes = [text("app_table.clock_note", lang), *([text("app_table.not_mixed", lang)] if unmixed else [])]
    return (f'<div class="rp-table"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table>'
            f'<p>{"　".join(escape(n) for n in notes)}</p></div>')


def note(words: str) -> str:
    """A small line under a widget."""
    return f'<div class="rp-place">{escape(words)}</div>'


def step_done(words: str) -> str:
    """A step that is done and what it made."""
    return f'<div class="rp-done">✓ {escape(words)}</div>'


def column_head(head: str, *, doubtful: bool) -> str:
    """The head of a column of a list as it stands in the file; one not understood is marked."""
    return (f'<div class="rp-column rp-doubtful">? {escape(head)}</div>' if doubtful else
            f'<div class="rp-column">{escape(head)}</div>')


def summary(words: str) -> str:
    """The line above the table."""
    return f'<div class="rp-summary">{escape(words)}</div>'


def spill_said(words: str) -> str:
    """The spill in one line, where its form is folded away."""
    return f'<div class="rp-spill">{escape(words)}</div>'
