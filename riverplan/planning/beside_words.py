"""What goes beside the actions of a plan, in words: dosing, dilution, stopped stations, sampling, notices."""

from riverplan.forecasting.table import clock_text, significant
from riverplan.i18n import Lang, text
from riverplan.planning.allocation import shortage_problems
from riverplan.planning.dosing_words import dosing_lines
from riverplan.planning.monitoring_table import as_rows
from riverplan.planning.plan_words import name_of
from riverplan.planning.result import ResponsePlan
from riverplan.units import HOUR, mg_per_l

_MONITORING = ("number", "role", "name", "distance", "earliest", "start", "times", "team")
_NOTICES = ("deadline", "kind", "unit", "phone", "arrival")


def beside_lines(plan: ResponsePlan, lang: Lang) -> list[tuple[str, list[str]]]:
    """Lines under the key of their heading; headings without lines are left out."""
    found = [("dosing", _dosing(plan, lang)), ("dilution", _dilution(plan, lang))]
    stopped = [text("plan.stopped", lang, name=name_of(plan, s.site_id, lang), inflow=significant(s.inflow),
                    hours=f"{s.spills_after / HOUR:.1f}") for s in plan.stopped if s.spills_after < 1e9]
    if stopped:
        found.append(("stopped_head", stopped))
    return [(key, lines) for key, lines in found if lines]


def _dosing(plan: ResponsePlan, lang: Lang) -> list[str]:
    lines = []
    for d in plan.dosings:
        lines.append(text("plan.dosing_at", lang, name=name_of(plan, d.site_id, lang),
                          earliest=clock_text(plan.forecast, d.earliest, "down"),
                          ready=clock_text(plan.forecast, d.ready, "up"), technique=d.dosing.technique.agent[lang]))
        lines += [f"  {line}" for line in dosing_lines(d.dosing, lang)]
        lines += [f"  {text('plan.shortage', lang)}{p.text(lang)}" for p in shortage_problems(d.allocations)]
    return lines


def _dilution(plan: ResponsePlan, lang: Lang) -> list[str]:
    lines = []
    for d in plan.dilutions:
        low, high = d.velocity_factor
        lines.append(text("plan.dilution_at", lang, name=name_of(plan, d.site_id, lang),
                          needed=significant(d.needed) if d.needed < 1e9 else "∞", given=significant(d.given),
                          hours=f"{d.duration / HOUR:.1f}", mixed=f"{mg_per_l(d.mixed):.3g}", low=f"{low:.2f}",
                          high=f"{high:.2f}"))
        lines += [f"  {n.text(lang)}" for n in d.notes]
    return lines


def monitoring_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the sections to sample."""
    return ([text(f"plan_monitoring.head_{c}", lang) for c in _MONITORING],
            [[row[c] for c in _MONITORING] for row in as_rows(plan.monitoring, lang)])


def notice_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of who is told what by when, in order."""
    return ([text(f"plan.head_{c}", lang) for c in _NOTICES],
            [[f"{n.deadline:%m-%d %H:%M}", n.kind_words(lang), f"{n.unit[lang]} {n.post[lang]}".strip(),
              n.phone_words(lang), "—" if n.arrival is None else f"{n.arrival:%m-%d %H:%M}"] for n in plan.notices])
