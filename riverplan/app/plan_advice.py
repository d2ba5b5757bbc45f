"""What a plan advises beside its actions as HTML: intakes to stop, dosing, booms, clean water, stations, sampling."""

import math
import re
from collections.abc import Iterable, Sequence
from html import escape

from riverplan.app import drawing
from riverplan.app.plan_question import unheeded
from riverplan.app.plan_words import margin_tone, margin_words, needs_words, place_name, when
from riverplan.app.question import Question
from riverplan.errors import Problem
from riverplan.forecasting.spill import BEIJING
from riverplan.forecasting.table import NOTHING, significant
from riverplan.i18n import Lang, text
from riverplan.planning import monitoring_table
from riverplan.planning.allocation import shortage_problems
from riverplan.planning.boom_words import boom_lines
from riverplan.planning.dosing_words import dosing_head, dosing_lines
from riverplan.planning.notice import Notice
from riverplan.planning.person_hours import people_hours
from riverplan.planning.result import ResponsePlan
from riverplan.units import HOUR

_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:.-])")
"""What a label may take for markup."""
_DAY = re.compile(r"\b(\d\d)-(\d\d)\b")
"""A day in a narrow column, whose hyphen no line may break at."""


def advice(plan: ResponsePlan, lang: Lang) -> str:
    """Intakes to stop, then dosing, booms, clean water and stations that stand still."""
    return '<div class="rp-advice">' + _stops(plan, lang) + _dosing(plan, lang) + _booms(plan, lang) \
        + _water(plan, lang) + _stations(plan, lang) + "</div>"


def _head(key: str, lang: Lang) -> str:
    return f'<div class="rp-step">{escape(text(f"app_plan.{key}", lang))}</div>'


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]], tones: Sequence[str] = ()) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join(f'<tr class="rp-{tones[i] if tones else "none"}">' + "".join(
        f"<td>{escape(c)}</td>" for c in row) + "</tr>" for i, row in enumerate(rows))
    return f'<div class="rp-table rp-free"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _stops(plan: ResponsePlan, lang: Lang) -> str:
    """Intakes to stop: by when, until when, whom, what the tank bridges, how long supply is out."""
    heads = [text(f"app_plan.stop_{k}", lang) for k in ("site", "phone", "people", "before", "until", "tank", "dry")]
    rows, tones = [], []
    for p in plan.protections:
        rows.append([place_name(plan, p.site_id, p.name, lang), p.phone or text("app_plan.no_phone", lang),
                     NOTHING if p.people is None else f"{p.people:,}",
                     text("app_plan.stop_gone", lang, clock=when(plan, p.stop_by)) if p.stop_by <= plan.heard
                     else when(plan, p.stop_by), when(plan, p.until, ceil=True),
                     NOTHING if p.tank is None else f"{p.tank / HOUR:.1f} h",
                     NOTHING if p.dry is None else f"{p.dry / HOUR:.0f} h"])
        tones.append("bad" if p.stop_by <= plan.heard else "warn" if p.dry else "none")
    note = f'<p class="rp-place">{escape(text("app_plan.stop_note", lang))}</p>'
    return _head("stops", lang) + (_table(heads, rows, tones) + note if rows else drawing.note(
        text("app_plan.stops_none", lang)))


def _dosing(plan: ResponsePlan, lang: Lang) -> str:
    """Reagents by place: every amount bears the mark that it is a value to begin a jar test with."""
    if plan.booms and not plan.dosings:
        return ""                                            # that nothing is dosed is no lack where booms are laid
    parts = [_head(dosing_head(plan), lang)]
    for d in plan.dosings:
        tone, name = margin_tone(d.margin), place_name(plan, d.site_id, d.name, lang)
        lines = [*dosing_lines(d.dosing, lang, plan.booms), *(needs_words(plan, a.needs, lang) for a in d.allocations),
                 *(p.text(lang) for p in shortage_problems(d.allocations))]
        parts.append(
            f'<section class="rp-dose rp-{tone}"><h4>{escape(name)}　{escape(d.dosing.technique.agent[lang])}'
            f'<mark>{escape(text(d.dosing.mark, lang))}</mark></h4><div class="rp-margin">'
            f'{escape(text("app_plan.dose_ready", lang, clock=when(plan, d.ready, ceil=True)))}　'
            f"{escape(margin_words(d.margin, lang))}</div>"
            + "".join(f"<div>{escape(line)}</div>" for line in lines if line) + "</section>")
    return "".join(parts) if plan.dosings else parts[0] + drawing.note(text("app_plan.dosing_none", lang))


def _booms(plan: ResponsePlan, lang: Lang) -> str:
    """Booms and sorbents by place, each amount with its mark; how they are laid stands once."""
    if not plan.booms:
        return ""
    parts, said = [_head("booms", lang)], set[str]()
    for b in plan.booms:
        short = shortage_problems(b.allocations)
        fresh = [line for line in boom_lines(b, lang) if line not in said]
        said.update(fresh)
        lines = [*fresh, *(needs_words(plan, a.needs, lang) for a in b.allocations), *(p.text(lang) for p in short)]
        parts.append(
            f'<section class="rp-dose rp-{"warn" if short else "good"}">'
            f"<h4>{escape(place_name(plan, b.site_id, b.name, lang))}<mark>"
            f'{escape(text("plan_booms.mark", lang))}</mark></h4><div class="rp-margin">'
            f'{escape(text("app_plan.film_from", lang, clock=when(plan, b.earliest)))}</div>'
            + "".join(f"<div>{escape(line)}</div>" for line in lines if line) + "</section>")
    return "".join(parts)


def _water(plan: ResponsePlan, lang: Lang) -> str:
    """Clean water: what is needed, what there is, what it would make, with its doubts."""
    if not plan.dilutions:
        return ""
    parts = [_head("dilution", lang)]
    for d in plan.dilutions:
        needed = text("app_plan.unreachable", lang) if math.isinf(d.needed) else f"{significant(d.needed)} m³/s"
        chosen = any(a.site_id == d.site_id for a in plan.actions)
        parts.append(f'<section class="rp-dose rp-{"good" if d.enough else "warn"}"><h4>'
                     f"{escape(place_name(plan, d.site_id, '', lang))}</h4><div>"
                     + escape(text("app_plan.dilution_line", lang, needed=needed, given=significant(d.given), used=text(
                         "app_plan.dilution_used" if chosen else "app_plan.dilution_unused", lang)))
                     + "</div>" + "".join(f"<div>{escape(p.text(lang))}</div>" for p in d.notes) + "</section>")
    return "".join(parts)


def _stations(plan: ResponsePlan, lang: Lang) -> str:
    """How long stations that stop hold the river."""
    if not plan.stopped:
        return ""
    heads = [text(f"app_plan.station_{k}", lang) for k in ("site", "inflow", "free", "after")]
    rows = [[place_name(plan, s.site_id, "", lang), significant(s.inflow), significant(s.free_volume),
             text("app_plan.never", lang) if math.isinf(s.spills_after) else f"{s.spills_after / HOUR:.1f} h"]
            for s in plan.stopped]
    return _head("stations", lang) + _table(heads, rows)


def monitoring(plan: ResponsePlan, lang: Lang) -> str:
    """Sections to sample, then what is measured, how, and when to end."""
    watch = plan.monitoring
    rows = monitoring_table.as_rows(watch, lang)
    found = _table(monitoring_table.heads(lang), [
        [_DAY.sub("\\1\u2011\\2", r[c]) for c in monitoring_table.COLUMNS] for r in rows])
    for key in ("parameters", "handling", "criteria"):
        words = "".join(f"<li>{escape(w.text(lang))}</li>" for w in getattr(watch, key))
        found += f'{_head(f"watch_{key}", lang)}<ul class="rp-why">{words}</ul>' if words else ""
    return f'<div class="rp-advice rp-watch">{found}{drawing.problems(watch.problems, lang)}</div>'


def notice_line(notice: Notice, number: int, lang: Lang) -> str:
    """The head of one notice: by when, to whom, kind, phone; what a file says is no markup."""
    by = text("app_plan.now", lang) if notice.deadline <= notice.heard_at else text(
        "app_plan.notice_by", lang, clock=f"{notice.deadline.astimezone(BEIJING):%m-%d %H:%M}")
    return _MARKS.sub(r"\\\1", text("app_plan.notice_head", lang, number=number, by=by, unit=notice.unit[lang],
                                    kind=notice.kind_words(lang), medium=notice.medium_words(lang),
                                    phone=notice.phone_words(lang)))


def grounds(plan: ResponsePlan, question: Question, lang: Lang) -> str:
    """What the plan rests on: how it was found, problems, then assumptions."""
    how = text("app_plan.found_by", lang, how=text(f"app_plan.by_{plan.chosen_by}", lang), tried=plan.tried,
               bound=people_hours(plan.bound[0], lang), version=plan.version)
    return f'<div class="rp-advice">{drawing.note(how)}{drawing.problems(worries(plan, question), lang)}</div>'


def worries(plan: ResponsePlan, question: Question) -> list[Problem]:
    """All that is wrong or assumed, each once, the grave first."""
    found: list[Problem] = []
    for p in (*unheeded(question), *plan.problems, *plan.assumptions):
        if p not in found:
            found.append(p)
    return found
