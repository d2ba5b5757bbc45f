"""The conclusion of a trial as HTML: who is saved, the next intake, what gates and doses did; the tables below."""

from collections.abc import Iterable, Sequence
from html import escape

from riverplan.app.answer import KEY_KINDS, clock
from riverplan.app.compared import COLUMNS, Compared, above, row, span, tone
from riverplan.app.what_if import Tried
from riverplan.forecasting.behaviour import determinand_mass
from riverplan.forecasting.simulating.result import GateUse, Passage, Simulation
from riverplan.forecasting.table import NOTHING, mass_words, mg_text, significant
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name

COUNTED = ("intake", "section", "boundary")
"""Receptors counted in the first card."""
LEAST, ROUNDING = 1e-3, 1e-9
"""Shares below which a mass is no longer written out, and below which it is what numbers alone do [-]."""
ACCOUNTS = ("entered", "left", "taken", "held", "flowing", "dosed", "decayed")
CHANGED = ("saved", "new", "worse", "less")
"""Outcomes that are due to what is done."""
LEFT_BEHIND = 0.01
"""From this share of the mass on, what is still held behind gates at the end is warned of [-]."""


def cards(found: Sequence[Compared], tried: Tried, lang: Lang) -> str:
    """Three cards: who is above the limit and who no longer is, the next intake, gates and doses."""
    return ('<div class="rp-cards rp-whatif">'
            + _who(found, tried, lang) + _next(found, tried, lang) + _works(tried, lang) + "</div>")


def _card(name: str, tone: str, title: str, big: str, lines: Iterable[str]) -> str:
    below = "".join(f'<div class="rp-line">{escape(line)}</div>' for line in lines if line)
    return (f'<section class="rp-card rp-{tone}" data-card="{name}"><h3>{escape(title)}</h3>'
            f'<div class="rp-change">{escape(big)}</div>{below}</section>')


def _who(found: Sequence[Compared], tried: Tried, lang: Lang) -> str:
    title = text("app_whatif.who", lang, hours=f"{tried.before.end / 3600.0:g}")
    judged = [c for c in found if c.outcome != "unjudged"]
    if not judged:
        return _card("who", "none", title, NOTHING, [text("app_whatif.cannot_judge", lang)])

    def counted(kind: str) -> str:
        one = [c for c in judged if c.kind == kind]
        was = sum(above(c.before, tried.before.end) > 0 for c in one)
        now = sum(above(c.after, tried.after.end) > 0 for c in one)
        return f"{was} → {now}" if tried.done else str(was)

    intakes = text("app_whatif.count_intake", lang, count=counted("intake"))
    others = "　".join(text(f"app_whatif.count_{kind}", lang, count=counted(kind)) for kind in COUNTED[1:])
    lines = [others]
    if tried.done:
        lines = [_names(judged, ("saved",), "who_saved", lang) or text("app_whatif.who_nobody", lang),
                 _names(judged, ("new", "worse"), "who_worse", lang), others]
    undecided = sum(c.outcome == "open" for c in judged if c.kind in KEY_KINDS)
    if undecided:
        lines = [*[line for line in lines if line][:2 if tried.done else 1],
                 text("app_whatif.who_open", lang, count=undecided)]
    bad = any(c.outcome in ("new", "worse") for c in judged if c.kind in KEY_KINDS)
    saved = any(c.outcome == "saved" for c in judged if c.kind in KEY_KINDS)
    hit = any(above(c.after, tried.after.end) for c in judged if c.kind in KEY_KINDS)
    tone = "bad" if bad or (hit and not saved) else "warn" if hit or undecided else "good"
    return _card("who", tone, title, intakes, lines)


def _names(judged: Sequence[Compared], outcomes: tuple[str, ...], key: str, lang: Lang) -> str:
    names = [c.name for kind in KEY_KINDS for c in judged if c.kind == kind and c.outcome in outcomes]
    if not names:
        return ""
    shown = ("、" if lang == "zh" else ", ").join(names[:3])
    return text(f"app_whatif.{key}{'_more' if len(names) > 3 else ''}", lang, names=shown, count=len(names))


def _next(found: Sequence[Compared], tried: Tried, lang: Lang) -> str:
    """The first intake that what is done changes, else the next one; the next receptor where there is no intake."""
    some = [c for kind in KEY_KINDS for c in found if c.kind == kind]
    changed = next((c for c in some if tried.done and c.kind == "intake" and c.outcome in CHANGED), None)
    one = changed or next(iter(some), None)
    if one is None:
        return _card("next", "none", text("app_answer.intake", lang), NOTHING, [text("app_whatif.nobody", lang)])
    words = row(one, tried, lang)
    limit = "" if words["limit"] == NOTHING else text("app_whatif.limit", lang, limit=words["limit"])
    title = text("app_whatif.next_changed" if changed else "app_whatif.next", lang,
                 kind=text(f"kind.{one.kind}", lang), name=one.name)
    return _card("next", tone(one, tried), title, words["verdict"], [
        text("app_whatif.next_peak", lang, peak=words["concentration"]) + limit,
        text("app_whatif.next_leading", lang, leading=words["leading"])
        + ("" if one.outcome == "unjudged" else text("app_whatif.next_above", lang, above=words["above"]))])


def _works(tried: Tried, lang: Lang) -> str:
    title = text("app_whatif.works", lang)
    if not tried.done:
        return _card("works", "none", title, text("app_whatif.nothing_done", lang), [
            text("app_whatif.how", lang)])
    after = tried.after
    lines = [gate_line(after, g, lang) for g in after.gates]
    lines += [text("app_whatif.dose_line", lang, place=_named(after, d.place, lang), removed=f"{100 * d.removed:.0f}",
                   passed=f"{100 * d.passed:.0f}") for d in after.doses]
    if not lines:
        lines = [text("app_whatif.water_only", lang)]
    spills = any(g.spills_from is not None for g in after.gates)
    behind = sum(g.last_mass or 0.0 for g in after.gates)
    mass = determinand_mass(after.spill, after.substance)
    warned = mass is not None and behind > LEFT_BEHIND * mass
    if warned and spills:
        lines.append(text("app_whatif.behind", lang, mass=mass_words(behind)))
    big = text("app_whatif.gate_spilled", lang) if spills else text(
        "app_whatif.behind", lang, mass=mass_words(behind)) if warned else text(
        "app_whatif.operations", lang, count=len(after.operations))
    return _card("works", "bad" if spills else "warn" if warned else "none", title, big, lines)


def gate_line(simulation: Simulation, gate: GateUse, lang: Lang) -> str:
    """What a gate holds at most, and when it is full, in one line."""
    full = text("app_whatif.never_full", lang) if gate.spills_from is None else text(
        "app_whatif.full_at", lang, clock=clock(simulation, gate.spills_from, floor=True))
    share = "" if gate.usable <= 0 else text(
        "app_whatif.gate_share", lang, percent=f"{100 * min(gate.most_volume / gate.usable, 1.0):.0f}")
    return text("app_whatif.gate_line", lang, gate=_named(simulation, gate.site_id, lang),
                volume=volume_words(gate.most_volume, lang), share=share, full=full)


def _named(simulation: Simulation, place: str, lang: Lang) -> str:
    site = next((s for s in simulation.river.sites if s.site_id == place), None)
    return place if site is None else site_name(simulation.river, site, lang)


def volume_words(cubic_metres: float, lang: Lang) -> str:
    """A volume, in 万 m³ where it is large and the words are Chinese.

    >>> volume_words(1.5e6, "zh"), volume_words(1.5e6, "en"), volume_words(820.0, "zh")
    ('150 万 m³', '1.5 million m³', '820 m³')
    """
    if lang == "zh" and cubic_metres >= 1e4:
        return text("app_whatif.ten_thousand", lang, volume=significant(cubic_metres / 1e4))
    if lang == "en" and cubic_metres >= 1e6:
        return f"{significant(cubic_metres / 1e6)} million m³"
    return f"{significant(cubic_metres)} m³"


def receptors(found: Sequence[Compared], tried: Tried, lang: Lang) -> str:
    """The table of receptors, before → after; a click on a row shows its site on the map."""
    heads = "".join(f"<th>{escape(text(f'app_whatif.column_{c}', lang))}</th>" for c in COLUMNS)
    body = []
    for c in found:
        words = row(c, tried, lang)
        cells = "".join(f'<td class="rp-{key}">{escape(words[key])}</td>' for key in COLUMNS)
        body.append(f'<tr data-site="{escape(c.site_id)}" class="rp-{tone(c, tried)}">{cells}</tr>')
    return _table("receptors", heads, body, text("app_whatif.table_note", lang))


def works(tried: Tried, lang: Lang) -> str:
    """Gates, doses and where the mass is at the end, without and with what is done."""
    return (_gates(tried.after, lang) if tried.after.gates else "") + (
        _doses(tried.after, lang) if tried.after.doses else "") + _balance(tried, lang)


def _gates(found: Simulation, lang: Lang) -> str:
    keys = ("gate", "usable", "most", "full", "most_mass", "last", "last_mass")
    body = []
    for g in found.gates:
        full = text("app_whatif.never", lang) if g.spills_from is None else clock(found, g.spills_from, floor=True)
        cells = [_named(found, g.site_id, lang), volume_words(g.usable, lang), volume_words(g.most_volume, lang), full,
                 _kg(g.most_mass), volume_words(g.last_volume, lang), _kg(g.last_mass)]
        tone = "bad" if g.spills_from is not None else "none"
        body.append(f'<tr class="rp-{tone}">' + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>")
    return _table("gates", _heads("gate", keys, lang), body)


def _doses(found: Simulation, lang: Lang) -> str:
    body = [f"<tr><td>{escape(_named(found, d.place, lang))}</td><td>{100 * d.passed:.1f}%</td>"
            f"<td>{100 * d.removed:.1f}%</td></tr>" for d in found.doses]
    return _table("doses", _heads("dose", ("place", "passed", "removed"), lang), body)


def _balance(tried: Tried, lang: Lang) -> str:
    """Where the mass is at the end, in kg and as a share; a bar under each figure."""
    runs = [("before", tried.before), *([("after", tried.after)] if tried.done else [])]
    known = determinand_mass(tried.before.spill, tried.before.substance) is not None
    body = []
    for name, found in runs:
        whole = found.mass.entered or 1.0
        cells = [f"<td>{escape(text(f'app_whatif.run_{name}', lang))}</td>"]
        for account in ACCOUNTS:
            share = getattr(found.mass, account) / whole
            kg = f"{mass_words(share * whole)} · " if known and share >= LEAST else ""
            bar = "" if account == "entered" else f'<i style="width:{100 * min(share, 1.0):.1f}%"></i>'
            cells.append(f"<td>{escape(kg)}{_percent(share)}{bar}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    error = text("app_whatif.balance_note", lang, hours=f"{tried.after.end / 3600.0:g}",
                 error=_percent(max(f.mass.error for _, f in runs)),
                 water=_percent(max(f.water.error for _, f in runs)))
    return _table("balance", _heads("balance", ("run", *ACCOUNTS), lang), body, error)


def _percent(share: float) -> str:
    return "0" if share < ROUNDING else "<0.1%" if share < LEAST else f"{100 * share:.1f}%"


def _kg(mass: float | None) -> str:
    return NOTHING if mass is None else mass_words(mass)


def _heads(table: str, keys: Iterable[str], lang: Lang) -> str:
    return "".join(f"<th>{escape(text(f'app_whatif.{table}_{k}', lang))}</th>" for k in keys)


def _table(name: str, heads: str, body: Sequence[str], note: str = "") -> str:
    below = f"<p>{escape(note)}</p>" if note else ""
    return (f'<div class="rp-table rp-{name}"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody>'
            f"</table>{below}</div>")


def tips(found: Sequence[Compared], tried: Tried, lang: Lang) -> dict[str, list[str]]:
    """Rows for the tooltip of each receptor on the map."""
    out = {}
    for c in found:
        words = row(c, tried, lang)
        out[c.site_id] = [words["verdict"], *(f"{text(f'app_whatif.column_{k}', lang)}  {words[k]}"
                                             for k in ("concentration", "leading", "above"))]
    return out


def head_of(c: Compared, tried: Tried, lang: Lang) -> str:
    """The line under a site's name in the chart: peak and hours above the limit, or the peaks without and with."""
    def peak(p: Passage | None) -> str:
        return "" if p is None or p.peak_concentration is None else mg_text(p.peak_concentration)

    one = c.after or c.before
    if one is None or not peak(one):
        return text("app_whatif.not_come", lang)
    if not tried.done or peak(c.before) == peak(c.after):
        return text("app_whatif.chart_peak", lang, peak=peak(one), above=span(one, tried.after.end, lang))
    absent = text("app_whatif.not_come", lang)
    return text("app_whatif.chart_peaks", lang, before=peak(c.before) or absent, after=peak(c.after) or absent)
