"""A plan in the words and figures of the screen: who acts, by when it must be ordered, what became of a receptor."""

from collections.abc import Sequence

from riverplan.app.answer import LIKELY, UNLIKELY, clock
from riverplan.i18n import Lang, pick, text
from riverplan.planning.allocation import amount_words
from riverplan.planning.margin import SAFETY
from riverplan.planning.plan_words import is_hit, is_over, is_put_off, is_urgent, presence_only
from riverplan.planning.result import Action, Effect, ResponsePlan
from riverplan.planning.stock import Need
from riverplan.reference.materials import materials
from riverplan.river.naming import site_name
from riverplan.river.sites import Resource
from riverplan.units import HOUR

TONES = {"saved": "good", "less": "warn", "later": "warn", "still": "bad", "worse": "bad", "new": "bad",
         "dried": "bad", "risk": "warn", "below": "none", "unjudged": "none", "supplied": "none",
         "over": "none"}
"""What became of a receptor, and its tone."""
SAME = 0.01
"""Share by which harms may differ and are still called the same, as the plan itself holds it [-]."""


def place_name(plan: ResponsePlan, site_id: str, name: str, lang: Lang) -> str:
    """The name of a space or receptor; township, river and kilometre where it has none."""
    site = next((s for s in plan.river.sites if s.site_id == site_id), None)
    return site_name(plan.river, site, lang) if site is not None else name or site_id


def resource(plan: ResponsePlan, resource_id: str) -> Resource | None:
    """A team or store of the river."""
    return next((r for r in plan.river.resources if r.resource_id == resource_id), None) if resource_id else None


def who(plan: ResponsePlan, action: Action, lang: Lang) -> tuple[str, str]:
    """Who does it, and the phone (empty where none is listed): the team, else the owner's people on the spot."""
    team = resource(plan, action.team_id)
    if team is not None:
        return team.name or team.resource_id, team.phone
    orders = action.space.orders or text("app_plan.owner", lang)
    return text("app_plan.staff", lang, orders=orders), action.space.phone


def begins(plan: ResponsePlan, action: Action) -> str:
    """The clock time it begins: never before it is ready, as both are written."""
    return when(plan, action.at, ceil=action.at <= action.ready.ready)


def ordered(plan: ResponsePlan, action: Action, lang: Lang) -> str:
    """By when it must be ordered; at once where that is past, or every hour counts."""
    return text("app_plan.now", lang) if is_urgent(plan, action) else when(plan, action.order_by)


def margin_tone(seconds: float) -> str:
    """``bad`` below zero, ``warn`` with less in hand than the plan holds safe, else ``good``."""
    return "bad" if seconds < 0 else "warn" if seconds < SAFETY else "good"


def margin_words(seconds: float, lang: Lang) -> str:
    """A margin in words: how much is in hand, or how late it is."""
    key = {"bad": "late", "warn": "tight", "good": "in_time"}[margin_tone(seconds)]
    return text(f"app_plan.margin_{key}", lang, hours=f"{abs(seconds) / HOUR:.1f}")


def needs_words(plan: ResponsePlan, needs: Sequence[Need], lang: Lang) -> str:
    """What is fetched, from where; empty where nothing is."""
    out = []
    for n in needs:
        if n.quantity <= 0:
            continue
        material = materials().get(n.name)
        store = resource(plan, n.store_id)
        what = f"{material.label(lang) if material else n.name} {amount_words(n.quantity, n)}"
        out.append(text("app_plan.need_from", lang, what=what, store=store.name or store.resource_id) if store else
                   text("app_plan.need_short", lang, what=what))
    return ("；" if lang == "zh" else "; ").join(out)


def is_judged(plan: ResponsePlan) -> bool:
    """Whether limits can be compared; else only the time the plume is there."""
    return not presence_only(plan)


def outcome(plan: ResponsePlan, e: Effect) -> str:
    """What becomes of a receptor: a key of :data:`TONES`."""
    if e.site_id in plan.supplied:
        return "supplied"
    if not is_judged(plan):
        return "unjudged"
    if is_over(plan, e):
        return "over"
    was, now = e.before.probability, e.after.probability
    if not is_hit(e) and e.dried:
        return "dried"
    if was >= LIKELY and is_put_off(plan, e):
        return "later"
    if now < LIKELY and not is_hit(e):
        return "saved" if was >= LIKELY else "risk" if now >= UNLIKELY and now - was > UNLIKELY else "below"
    if was < LIKELY:
        return "new"
    harm, left = e.before.hours_above, e.after.hours_above
    if left < (1.0 - SAME) * harm:
        return "less"
    if left > (1.0 + SAME) * harm:
        return "worse"
    first, then = e.before.exceeds_from, e.after.exceeds_from
    return "later" if first is not None and then is not None and then - first > HOUR else "still"


def names_of(plan: ResponsePlan, effects: Sequence[Effect], lang: Lang, most: int = 3) -> str:
    """Names of receptors, the most people first."""
    order = sorted(effects, key=lambda e: -e.before.population_hours)
    names = [place_name(plan, e.site_id, e.name, lang) for e in order[:most]]
    return pick(lang, "、".join(names), ", ".join(names))


def when(plan: ResponsePlan, seconds: float | None, *, ceil: bool = False) -> str:
    """A clock time people act on, rounded to the safe side."""
    return "—" if seconds is None else clock(plan.forecast, seconds, floor=not ceil, ceil=ceil)
