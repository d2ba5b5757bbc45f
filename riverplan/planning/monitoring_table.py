"""The plan of emergency monitoring as rows for a document and as JSON-ready values."""

from typing import Any

from riverplan.forecasting.as_json import as_hours, rounded
from riverplan.forecasting.table import NOTHING, clock_text
from riverplan.i18n import Lang, listed, text
from riverplan.planning.monitoring_result import MonitoringPlan, MonitoringSection
from riverplan.river.naming import site_name
from riverplan.units import HOUR, km

COLUMNS = ("number", "role", "name", "distance", "earliest", "peak", "trailing", "points", "start", "times", "team",
           "remark")
"""Columns of the rows; their heads are the words ``plan_monitoring.head_*``."""
MOST_TIMES = 8
"""Times written out in a row; the JSON has all."""


def heads(lang: Lang) -> list[str]:
    """Heads of the columns."""
    return [text(f"plan_monitoring.head_{c}", lang) for c in COLUMNS]


def as_rows(plan: MonitoringPlan, lang: Lang) -> list[dict[str, str]]:
    """One row a section, by the names of :data:`COLUMNS`: clock times where the spill has one."""
    return [_row(plan, s, lang) for s in plan.sections]


def _row(plan: MonitoringPlan, s: MonitoringSection, lang: Lang) -> dict[str, str]:
    f = plan.forecast
    return {
        "number": s.number,
        "role": "、".join(text(f"plan_monitoring.role_{r}", lang) for r in roles_in_order(s)) if lang == "zh" else
        ", ".join(text(f"plan_monitoring.role_{r}", lang) for r in roles_in_order(s)),
        "name": s.name[lang],
        "distance": text("plan_monitoring.upstream", lang) if s.distance is None else f"{km(s.distance):.1f}",
        "earliest": clock_text(f, s.earliest, "down"), "peak": clock_text(f, s.peak),
        "trailing": clock_text(f, s.trailing, "up"), "points": _points(s, lang),
        "start": clock_text(f, float(s.times[0])), "times": _times(plan, s, lang), "team": _team(plan, s, lang),
        "remark": "；".join(_remarks(plan, s, lang)) if lang == "zh" else "; ".join(_remarks(plan, s, lang)),
    }


def roles_in_order(s: MonitoringSection) -> tuple[str, ...]:
    """The foremost role, then the others."""
    return (s.role, *(r for r in s.roles if r != s.role))


def _points(s: MonitoringSection, lang: Lang) -> str:
    belt = s.mixed is not True and s.earliest is not None and s.verticals > 1
    code = "verticals_unknown" if not s.verticals else "verticals_belt" if belt and s.verticals >= 3 else "verticals"
    words = [text(f"plan_monitoring.{code}", lang, count=s.verticals),
             *(text(f"plan_monitoring.point_{p}", lang) for p in s.points)]
    return ("；" if lang == "zh" else "; ").join([words[0], listed(words[1:])[lang]])


def _times(plan: MonitoringPlan, s: MonitoringSection, lang: Lang) -> str:
    shown, day = [], ""
    for t in s.times[:MOST_TIMES]:
        words = clock_text(plan.forecast, float(t))
        date, blank, hour = words.partition(" ")
        shown.append(hour if blank and date == day else words)
        day = date
    times = listed(shown)[lang]
    if s.times.size > MOST_TIMES:
        times = text("plan_monitoring.times_more", lang, times=times, count=s.times.size)
    if s.continues:
        times = text("plan_monitoring.times_on", lang, times=times)
    every = _every(s, lang)
    return f"{every}{'：' if lang == 'zh' else ': '}{times}" if every else times


def _every(s: MonitoringSection, lang: Lang) -> str:
    """How often over the peak; empty where the few times themselves say it."""
    if s.earliest is None or s.times.size <= MOST_TIMES:
        return ""
    short = s.interval < 0.5 * HOUR
    return text("plan_monitoring.interval_min" if short else "plan_monitoring.interval_h", lang,
                value=f"{s.interval / (60.0 if short else HOUR):g}")


def frequency(s: MonitoringSection, lang: Lang) -> str:
    """How often over the peak and how many times in all; the number alone where there are few."""
    if not _every(s, lang):
        return text("plan_monitoring.times_few", lang, count=s.times.size)
    short = s.interval < 0.5 * HOUR
    return text("plan_monitoring.times_count", lang, count=s.times.size,
                every=f"{s.interval / (60.0 if short else HOUR):g} {'min' if short else 'h'}")


def _team(plan: MonitoringPlan, s: MonitoringSection, lang: Lang) -> str:
    if not s.team_id:
        return text("plan_monitoring.unassigned", lang) if s.this_shift and not s.slight else NOTHING
    name = plan.teams.get(s.team_id, s.team_id)
    return f"{name} ({clock_text(plan.forecast, s.team_arrives, 'up')})"


def _remarks(plan: MonitoringPlan, s: MonitoringSection, lang: Lang) -> list[str]:
    river = plan.forecast.river
    said = {"bank": not s.site_id and not s.in_pool, "pool": s.in_pool, "late": s.late, "tight": s.tight,
            "moved": s.moved and not s.late, "slight": s.slight, "later": not s.this_shift and not s.slight}
    words = [text(f"plan_monitoring.remark_{code}", lang) for code, holds in said.items() if holds]
    if s.order is not None:
        words.insert(0, text("plan_monitoring.remark_order", lang, order=s.order))
    others = [i for i in s.serves if i != s.site_id]
    if others:
        names = listed(site_name(river, river.site(i), lang) for i in others)[lang]
        words.insert(0, text("plan_monitoring.remark_serves", lang, names=names))
    return words


def monitoring_as_json(plan: MonitoringPlan) -> dict[str, Any]:
    """The plan as JSON-ready values: hours after the release began, km, degrees."""
    return {
        "now_h": as_hours(plan.now), "parameters": [w.as_json() for w in plan.parameters],
        "handling": [w.as_json() for w in plan.handling], "criteria": [w.as_json() for w in plan.criteria],
        "sections": [_section(s) for s in plan.sections], "problems": [p.as_json() for p in plan.problems],
    }


def _section(s: MonitoringSection) -> dict[str, Any]:
    return {
        "number": s.number, "role": s.role, "roles": list(s.roles), "site_id": s.site_id or None, "name": s.name["zh"],
        "name_en": s.name["en"], "reach_id": s.reach_id, "chainage_km": rounded(km(s.chainage)),
        "lon": round(s.lon, 6), "lat": round(s.lat, 6),
        "distance_km": None if s.distance is None else rounded(km(s.distance)), "serves": list(s.serves),
        "in_pool": s.in_pool, "fully_mixed": s.mixed, "width_m": rounded(s.width), "depth_m": rounded(s.depth),
        "verticals": s.verticals or None, "points": list(s.points), "earliest_h": as_hours(s.earliest),
        "leading_h": as_hours(s.leading), "peak_h": as_hours(s.peak), "trailing_h": as_hours(s.trailing),
        "times_h": [as_hours(float(t)) for t in s.times], "interval_h": as_hours(s.interval),
        "continues": s.continues, "this_shift": s.this_shift, "slight": s.slight, "team_id": s.team_id or None,
        "team_arrives_h": as_hours(s.team_arrives), "late": s.late, "tight": s.tight, "order": s.order,
        "moved": s.moved,
    }
