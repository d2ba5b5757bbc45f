"""What goes beside the actions of a plan, in words: dosing, dilution, stopped stations, sampling, notices."""

from math import isfinite

from riverplan.forecasting.table import NOTHING, clock_text, mg_text, significant
from riverplan.i18n import Lang, text
from riverplan.planning.allocation import amount_words, shortage_problems
from riverplan.planning.boom_words import boom_lines
from riverplan.planning.dosing_words import dosing_head, dosing_lines
from riverplan.planning.monitoring_table import as_rows, frequency
from riverplan.planning.plan_words import name_of
from riverplan.planning.result import ResponsePlan
from riverplan.reference.materials import materials
from riverplan.units import HOUR

AT_ONCE = 360.0
"""A station that spills sooner than this [s] holds nothing."""
_MONITORING = ("number", "name", "km", "earliest", "start", "frequency")
_NOTICES = ("deadline", "kind", "unit", "phone", "arrival")


def beside_lines(plan: ResponsePlan, lang: Lang) -> list[tuple[str, list[str]]]:
    """Lines under the key of their heading; headings without lines are left out."""
    found = [(dosing_head(plan), _dosing(plan, lang)), ("booms", _booms(plan, lang)),
             ("dilution", _dilution(plan, lang))]
    stopped = [text("plan.stopped" if s.spills_after >= AT_ONCE else "plan.stopped_at_once", lang,
                    name=name_of(plan, s.site_id, lang), inflow=significant(s.inflow),
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
        said = [f"  {line}" for line in dosing_lines(d.dosing, lang, plan.booms)]
        amounts = len(d.dosing.demands)
        lines += [*said[:amounts], *(line for line in said[amounts:] if line not in lines)]
        lines += [f"  {text('plan.shortage', lang)}{p.text(lang)}" for p in shortage_problems(d.allocations)]
    return lines


def _booms(plan: ResponsePlan, lang: Lang) -> list[str]:
    """Amounts a place; how booms are laid once."""
    lines: list[str] = []
    for b in plan.booms:
        lines.append(text("plan_booms.at", lang, name=name_of(plan, b.site_id, lang),
                          earliest=clock_text(plan.forecast, b.earliest, "down")))
        lines += [f"  {line}" for line in boom_lines(b, lang) if f"  {line}" not in lines]
        for a in (a for a in b.allocations if a.given):
            stores = [f"{name_of(plan, g.store_id, lang)} {amount_words(g.quantity, a.need)}" for g in a.given]
            lines.append("  " + text("plan_booms.given", lang, material=materials()[a.need.name].label(lang),
                                     stores=_in_row(stores, lang)))
        lines += [f"  {text('plan.shortage', lang)}{p.text(lang)}" for p in shortage_problems(b.allocations)]
    return lines


def _dilution(plan: ResponsePlan, lang: Lang) -> list[str]:
    """Where dilution is neither enough nor in the plan one line says so; else what was assumed stands below."""
    lines: list[str] = []
    chosen = {a.site_id for a in plan.actions if a.action == "dilute"}
    for d in plan.dilutions:
        key = "dilution_at" if d.enough else "dilution_short" if isfinite(d.needed) else "dilution_never"
        share = 100.0 * d.given / d.needed if d.needed > 0 else 100.0
        lines.append(text(f"plan.{key}", lang, name=name_of(plan, d.site_id, lang), given=significant(d.given),
                          hours=f"{d.duration / HOUR:.1f}", mixed=mg_text(d.mixed),
                          share=f"{share:.0f}" if share >= 1.0 else "<1"))
        if d.enough or d.site_id in chosen:
            notes = (f"  {n.text(lang)}" for n in d.notes if n.code != "dilution_falls_short")
            lines += [n for n in notes if n not in lines]
    return lines


def monitoring_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the sections to sample, their kind under their name; how often, not each time: JSON has all."""
    rows = [{**row, "name": f"{row['name']}\n{row['role']}", "km": row["distance"], "frequency": frequency(s, lang)}
            for s, row in zip(plan.monitoring.sections, as_rows(plan.monitoring, lang), strict=True)]
    return ([text(f"plan_monitoring.head_{c}", lang) for c in _MONITORING],
            [[row[c] for c in _MONITORING] for row in rows])


def team_lines(plan: ResponsePlan, lang: Lang) -> list[str]:
    """Which team goes to which sections, and from when it can be there; what falls short; the rest by its reason."""
    made = plan.monitoring
    of: dict[str, list[str]] = {}
    for s in made.sections:
        if s.team_id:
            of.setdefault(s.team_id, []).append(text(
                "plan.team_at", lang, number=s.number, at=clock_text(plan.forecast, s.team_arrives, "up")))
    lines = [text("plan.team_takes", lang, team=made.teams.get(team, team), sections=_in_row(some, lang))
             for team, some in of.items()]
    lines += [p.text(lang) for p in made.problems if p.code in ("monitoring_groups", "monitoring_no_team")]
    without = {"remark_slight": [s for s in made.sections if s.slight],
               "remark_later": [s for s in made.sections if not s.slight and not s.this_shift],
               "unassigned": [s for s in made.sections if not s.slight and s.this_shift and not s.team_id]}
    return lines + [text("plan.team_none", lang, sections=_in_row([s.number for s in some], lang),
                         why=text(f"plan_monitoring.{why}", lang)) for why, some in without.items() if some]


def _in_row(words: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(words)


def notice_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of who is told what by when; one call a duty desk, with its first arrival."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for n in sorted(plan.notices, key=lambda n: n.deadline):
        unit, post = n.unit[lang], n.post[lang]
        row = [text("plan.at_once", lang) if n.deadline <= n.heard_at else f"{n.deadline:%m-%d %H:%M}",
               n.kind_words(lang), post if post.startswith(unit) else f"{unit} {post}".strip(), n.phone_words(lang),
               NOTHING if n.arrival is None else f"{n.arrival:%m-%d %H:%M}"]
        rows.setdefault(tuple(row[:-1]), row)
    return [text(f"plan.head_{c}", lang) for c in _NOTICES], list(rows.values())
