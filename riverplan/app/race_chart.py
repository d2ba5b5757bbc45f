"""The race as SVG: kilometres below the spill across, clock time up; what is ready below the plume is in time."""

from collections.abc import Sequence
from html import escape

import numpy as np

from riverplan.app.answer import clock
from riverplan.app.chart_axes import AXIS, GRID, PLUME, Across, cut_name, title
from riverplan.app.plan_words import TONES, margin_tone
from riverplan.app.race import PARTS, Post, Race, Runner
from riverplan.app.race_layout import apart, cut_off, rows_of, seen, span, ticks, wide
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import significant
from riverplan.i18n import Lang, text
from riverplan.units import HOUR

WIDE, HIGH = 1080.0, 286.0
"""Of the drawing [px], without the names of the actions at its foot."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 18.0, 46.0, 238.0
_GUTTER = 92.0
"""For actions that do not lie on the plume's way."""
_ROW, _FOOT = 14.0, 26.0
"""Rows of names of receptors at the head, and of actions at the foot."""
INKS = {"order": "#c3ccd6", "muster": "#93a9bd", "drive": "#4f7ca8", "work": "#173f69"}
"""Of the parts of an action, light to dark as they follow."""
GOOD, TIGHT, BAD, FAINT = "#1d7a35", "#a35f00", "#c00018", "#77736a"
_BAR, _APART, _HAND = 11.0, 19.0, 84.0
"""Width of a bar, least distance of two, room for the words of a margin."""
_NUDGE = 90.0
"""How far the name of an action may stand aside."""
_NAME_LETTERS = 9


def race_chart(race: Race, said: Forecast, lang: Lang) -> str:
    """The diagram as one ``<svg>``.

    Parameters
    ----------
    race
        In numbers.
    said
        The forecast, for clock times.
    lang
        Language of the words.
    """
    gutter = _GUTTER if any(r.km is None for r in race.runners) else 0.0
    ready, earliest = (np.array([getattr(r, name) for r in race.runners]) for name in ("ready", "earliest"))
    up = Across(first=0.0, last=span(ready, earliest, np.array([p.earliest for p in race.posts])), left=_BOTTOM,
                right=_TOP)
    last = seen(race.km, race.earliest, up.last, max((r.km for r in race.runners if r.km is not None), default=0.0))
    across = Across(first=0.0, last=last, left=_LEFT + gutter, right=WIDE - _RIGHT)
    posts = [p for p in race.posts if p.km <= last]
    runners, rows = _runners(race.runners, said, across, up, lang)
    high = HIGH + _FOOT * rows
    parts = [_axes(said, across, up, lang), _plume(race, across, up, lang), _posts(posts, said, across, up, lang),
             runners, _frame(across), _key(race, high, len(race.posts) - len(posts), lang)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" class="race" viewBox="0 0 {WIDE:g} {high:g}" lang="{lang}" '
            f'role="img" aria-label="{escape(text("app_plan.race_label", lang))}" '
            f'preserveAspectRatio="xMinYMid meet">{"".join(parts)}</svg>')


def _axes(said: Forecast, across: Across, up: Across, lang: Lang) -> str:
    """Clock times up, the day where a new one begins; kilometres across."""
    parts, day = [], ""
    for t in up.ticks(said, 7):
        y, at = up.at(t), said.clock(t)
        words = f"{at:%H:%M}" if at is not None else f"+{t / HOUR:g} h"
        if at is not None and f"{at:%m-%d}" != day:
            day = f"{at:%m-%d}"
            words = f"{day} {words}"
        parts.append(f'<path d="M{_LEFT:.1f} {y:.1f}H{across.right:.1f}" stroke="{GRID}"/>'
                     f'<text x="{_LEFT - 4:.1f}" y="{y + 4:.1f}" text-anchor="end">{words}</text>')
    parts += [f'<path d="M{across.at(x):.1f} {_BOTTOM:.1f}v4" stroke="{AXIS}"/><text class="fine" '
              f'x="{across.at(x):.1f}" y="{_BOTTOM + 14:.1f}" text-anchor="middle">{x:g}</text>'
              for x in ticks(across.last, 10)]
    parts.append(f'<text class="fine" x="{_LEFT - 4:.1f}" y="{_BOTTOM + 14:.1f}" text-anchor="end">'
                 f'{escape(text("app_plan.race_km", lang))}</text>')
    if across.left > _LEFT:
        parts.append(f'<path d="M{across.left:.1f} {_TOP:.1f}V{_BOTTOM:.1f}" stroke="{AXIS}"/><text class="fine" '
                     f'x="{(across.left + _LEFT) / 2:.1f}" y="{_BOTTOM + 14:.1f}" text-anchor="middle">'
                     f'{escape(text("app_plan.race_aside", lang))}</text>')
    return "".join(parts)


def _plume(race: Race, across: Across, up: Across, lang: Lang) -> str:
    """The band from the earliest to the trailing edge, with its lines; what is above the edge is left off."""
    if race.km.size == 0:
        return ""
    x, low, high = cut_off(race.km, race.earliest, race.trailing, up.last)
    inside = x <= across.last
    edge = [f"{across.at(a):.1f} {up.at(b):.1f}" for a, b in zip(x[inside], low[inside], strict=True)]
    back = [f"{across.at(a):.1f} {up.at(b):.1f}" for a, b in zip(x[inside], high[inside], strict=True)][::-1]
    parts = [f'<g>{title(text("app_plan.race_plume", lang))}<path class="plume" d="M{"L".join([*edge, *back])}Z" '
             f'fill="{PLUME}" fill-opacity=".13"/></g>']
    for name, line in (("peak", 'stroke-width="1" stroke-dasharray="2 3"'),
                       ("leading", 'stroke-width="1.2" stroke-dasharray="7 3"'), ("earliest", 'stroke-width="2.2"')):
        x, y, _ = cut_off(race.km, getattr(race, name), getattr(race, name), up.last)
        over = np.flatnonzero(y >= up.last * (1.0 - 1e-9))     # to the edge of the time drawn, and no further
        shown = (x <= across.last) & (np.arange(x.size) <= (over[0] if over.size else x.size))
        way = "L".join(f"{across.at(a):.1f} {up.at(b):.1f}" for a, b in zip(x[shown], y[shown], strict=True))
        if way:
            parts.append(f'<path class="front" data-line="{name}" d="M{way}" fill="none" stroke="{PLUME}" {line}/>')
    return "".join(parts)


def _posts(posts: Sequence[Post], said: Forecast, across: Across, up: Across, lang: Lang) -> str:
    """Receptors as lines with name and earliest time above; the names of boundaries and of those saved go first."""
    inks = {"good": GOOD, "none": FAINT}
    order = sorted(posts, key=lambda p: (p.kind != "boundary", p.outcome != "saved", p.earliest))
    words = [f"{cut_name(p.name, _NAME_LETTERS)} {clock(said, p.earliest, floor=True)}" for p in order]
    spots = rows_of([across.at(p.km) for p in order], [wide(w, 10.0) + 8 for w in words], _LEFT, WIDE - 2.0, 3)
    parts = []
    for p, said_words, spot in zip(order, words, spots, strict=True):
        x, ink = across.at(p.km), inks.get(TONES[p.outcome], BAD)
        dashes = "" if p.kind == "boundary" else ' stroke-dasharray="4 3"'
        y = _TOP if spot is None else 12.0 + _ROW * spot[1]
        mark = f'<circle cx="{x:.1f}" cy="{up.at(p.earliest):.1f}" r="3" fill="#fff" stroke="{ink}" ' \
               'stroke-width="1.6"/>' if p.earliest < up.last else ""
        label = "" if spot is None else (f'<text class="post" x="{spot[0]:.1f}" y="{y - 2:.1f}" fill="{ink}">'
                                         f"{escape(said_words)}</text>")
        tip = text("app_plan.race_post", lang, kind=text(f"kind.{p.kind}", lang), name=p.name, km=f"{p.km:.1f}",
                   clock=clock(said, p.earliest, floor=True), outcome=text(f"app_plan.outcome_{p.outcome}", lang))
        parts.append(f'<g data-post="{escape(p.site_id)}">{title(tip)}<path d="M{x:.1f} {y:.1f}V{_BOTTOM:.1f}" '
                     f'stroke="{ink}" stroke-width="1.2"{dashes} fill="none"/>{mark}{label}</g>')
    return "".join(parts)


def _runners(runners: Sequence[Runner], said: Forecast, across: Across, up: Across, lang: Lang) -> tuple[str, int]:
    """The bars, the names of those on the list below them, and how many rows these take."""
    aside = [r for r in runners if r.km is None]
    middle = (_LEFT + across.left) / 2 - _APART * (len(aside) - 1) / 2
    wanted = np.array([across.at(r.km) if r.km is not None else middle + _APART * aside.index(r) for r in runners])
    on_way = np.array([r.km is not None for r in runners], bool)
    xs = wanted.copy()
    if on_way.any():
        xs[on_way] = apart(wanted[on_way], _APART, across.left + _BAR, across.right - _BAR)
    chosen = [i for i, r in enumerate(runners) if r.number]
    words = [f"{runners[i].number} {cut_name(runners[i].name, _NAME_LETTERS)}" for i in chosen]
    teams = [cut_name(runners[i].by, 20) for i in chosen]
    widths = [max(wide(w, 11.5), wide(t, 10.0)) + 12 for w, t in zip(words, teams, strict=True)]
    spots = rows_of([xs[i] for i in chosen], widths, 4.0, WIDE - 4.0, 3, give=_NUDGE)
    labels = []
    for name, team, spot in zip(words, teams, spots, strict=True):
        if spot is None:
            continue
        y = _BOTTOM + 30.0 + _FOOT * spot[1]
        labels.append(f'<text class="name" x="{spot[0]:.1f}" y="{y:.1f}">{escape(name)}</text>'
                      f'<text class="fine" x="{spot[0]:.1f}" y="{y + 11:.1f}">{escape(team)}</text>')
    close = {i for i in chosen if any(0 < xs[j] - xs[i] < _HAND for j in chosen)}
    bars = "".join(_runner(runners[i], float(xs[i]), said, up, lang, left=i in close)
                   for i in sorted(range(len(runners)), key=lambda i: runners[i].number))
    return bars + "".join(labels), 1 + max((s[1] for s in spots if s is not None), default=-1)


def _runner(r: Runner, x: float, said: Forecast, up: Across, lang: Lang, *, left: bool) -> str:
    """One bar from the call to when it is ready, and on to the plume: green in hand, brown if little, red behind."""
    edge, base = x - _BAR / 2, up.at(r.heard)
    if r.parts:
        ends = [r.heard, *r.parts]
        bar = "".join(
            f'<rect x="{edge:.1f}" y="{up.at(b):.1f}" width="{_BAR:g}" height="{max(up.at(a) - up.at(b), 0):.1f}" '
            f'fill="{INKS[name]}"/>' for name, a, b in zip(PARTS, ends, ends[1:], strict=False))
    else:
        bar = (f'<rect x="{edge + 2:.1f}" y="{up.at(r.ready):.1f}" width="{_BAR - 4:g}" '
               f'height="{max(base - up.at(r.ready), 0):.1f}" fill="#fff" fill-opacity=".7" stroke="{FAINT}" '
               'stroke-dasharray="2 2"/>')
    in_time, top, meets = r.margin >= 0, up.at(r.ready), up.at(r.earliest)
    ink = {"good": GOOD, "warn": TIGHT, "bad": BAD}[margin_tone(r.margin)] if r.number else FAINT
    hours = text(f"app_plan.race_{margin_tone(r.margin)}", lang,
                 hours=significant(abs(r.margin) / HOUR, 2))
    gap = ""
    if not r.follows:
        gap = (f'<path d="M{x:.1f} {top:.1f}V{meets:.1f}" stroke="{ink}" stroke-width="{2 if r.number else 1}" '
               f'{"" if in_time else "stroke-dasharray=" + chr(34) + "3 2" + chr(34)} fill="none"/>'
               f'<path d="M{x - 5:.1f} {meets:.1f}h10" stroke="{ink}" stroke-width="2.5"/>')
        if r.number:
            gap += (f'<text class="hand" x="{x - 10 if left else x + 10:.1f}" y="{(top + meets) / 2 + 4:.1f}" '
                    f'fill="{ink}"{" text-anchor=" + chr(34) + "end" + chr(34) if left else ""}>'
                    f"{escape(hours)}</text>")
    mark = "" if not r.number else (
        f'<circle cx="{x:.1f}" cy="{top:.1f}" r="8.5" fill="#fff" stroke="{INKS["work"]}" stroke-width="2"/>'
        f'<text class="number" x="{x:.1f}" y="{top + 4:.1f}" text-anchor="middle">{r.number}</text>')
    tip = text("app_plan.race_tip" if r.number else "app_plan.race_tip_late", lang, name=r.name, by=r.by,
               action=text(f"app_plan.action_{r.action}", lang), ready=clock(said, r.ready, ceil=True),
               earliest=clock(said, r.earliest, floor=True), margin=text(
                   "app_plan.margin_follows", lang) if r.follows else hours)
    return f'<g class="{"runner" if r.number else "late"}" data-site="{escape(r.site_id)}">{title(tip)}{bar}{gap}' \
           f"{mark}</g>"


def _frame(across: Across) -> str:
    return (f'<path d="M{_LEFT:.1f} {_TOP:.1f}V{_BOTTOM:.1f}H{across.right:.1f}" fill="none" stroke="{AXIS}"/>')


def _key(race: Race, high: float, more: int, lang: Lang) -> str:
    """What the colours mean, in one line at the foot; how many receptors lie farther down."""
    parts, x, y = [], 6.0, high - 6.0
    for name in PARTS:
        parts.append(f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="11" height="10" fill="{INKS[name]}"/>')
        x = _said(parts, text(f"app_plan.part_{name}", lang), x + 15, y)
    if any(not r.number for r in race.runners):
        parts.append(f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="9" height="10" fill="#fff" stroke="{FAINT}" '
                     'stroke-dasharray="2 2"/>')
        x = _said(parts, text("app_plan.part_late", lang), x + 15, y)
    parts.append(f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="16" height="10" fill="{PLUME}" fill-opacity=".13"/>'
                 f'<path d="M{x:.1f} {y + 1:.1f}h16" stroke="{PLUME}" stroke-width="2.2"/>')
    x = _said(parts, text("app_plan.part_plume", lang), x + 20, y)
    for name, dashes in (("leading", "7 3"), ("peak", "2 3")):
        parts.append(f'<path d="M{x:.1f} {y - 4:.1f}h18" stroke="{PLUME}" stroke-width="1.3" '
                     f'stroke-dasharray="{dashes}"/>')
        x = _said(parts, text(f"app_plan.part_{name}", lang), x + 22, y)
    if more:
        parts.append(f'<text class="fine" x="{WIDE - 6:.1f}" y="{y:.1f}" text-anchor="end">'
                     f'{escape(text("app_plan.race_more", lang, count=more))}</text>')
    return "".join(parts)


def _said(parts: list[str], words: str, x: float, y: float) -> float:
    parts.append(f'<text class="fine" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>')
    return x + wide(words, 10.5) + 14.0
