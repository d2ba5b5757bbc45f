"""A plan in words: its conclusion, its actions in order, who gains, what was refused."""

from collections.abc import Sequence
from math import isnan

from riverplan.forecasting.table import NOTHING, clock_text, significant
from riverplan.i18n import Lang, listed, text
from riverplan.planning.allocation import amount_words
from riverplan.planning.harm import SAME_PROBABILITY, alike
from riverplan.planning.options import LONGEST
from riverplan.planning.person_hours import people_hours
from riverplan.planning.result import LEAST_DRY, Action, Effect, Refused, ResponsePlan
from riverplan.reference.materials import materials
from riverplan.river.naming import site_name
from riverplan.units import HOUR, mg_per_l

_ACTIONS = ("number", "at", "what", "who", "ready", "earliest", "margin")
_RECEPTORS = ("site", "peaks", "hours", "probability", "people")
PRESENCE = frozenset({"plan_presence_only", "plan_film"})
"""What a plan says that compares no limits (:func:`presence_only`)."""
SPARED = 0.1
"""Of the person-hours of doing nothing, from which on a space that leaves intakes dry is worth a word [-]."""
SLIGHT = 1e-4
"""Below this a concentration is not written out [mg/L]."""
MOST_REFUSED = 20
"""So many reasons for not using spaces are printed; the JSON has all."""


def name_of(plan: ResponsePlan, site_id: str, lang: Lang) -> str:
    """A site, a candidate, a store or a team as people call it."""
    for site in plan.river.sites:
        if site.site_id == site_id:
            return site_name(plan.river, site, lang)
    for space in plan.spaces:
        if space.space_id == site_id:
            return space.name or site_id
    for thing in plan.river.resources:
        if thing.resource_id == site_id:
            return thing.name or site_id
    return site_id


def who_of(plan: ResponsePlan, action: Action, lang: Lang) -> str:
    """Who does an action: a team, with a store's load, or the staff on the spot."""
    team = name_of(plan, action.team_id, lang) if action.team_id else text(
        "plan.staff", lang, unit=action.space.orders or action.name or action.site_id)
    if not action.store_id:
        return team
    return text("plan.with_store", lang, team=team, store=name_of(plan, action.store_id, lang), needs=listed(
        [f"{materials()[n.name].label(lang)} {amount_words(n.quantity, n)}" for n in action.needs])[lang])


def margin_words(action: Action, lang: Lang) -> str:
    """What is left before the plume comes, or by how much it is late."""
    key = "plan.margin" if action.margin >= 0 else "plan.margin_late"
    return text(key, lang, hours=f"{abs(action.margin) / HOUR:.1f}")


def presence_only(plan: ResponsePlan) -> bool:
    """Whether nobody can say what exceeds a limit: only the time the plume, or the film, is there was compared."""
    return any(p.code in PRESENCE for p in plan.problems)


def is_urgent(plan: ResponsePlan, action: Action) -> bool:
    """Whether it is to be ordered at once: it is late already, or the sooner the better."""
    return gives_way(action) or action.margin < 0 or action.order_by <= plan.heard


def is_over(plan: ResponsePlan, effect: Effect) -> bool:
    """Whether a place is above its limit by the background alone, whatever is done."""
    arrival = plan.forecast.arrival(effect.site_id)
    return arrival is not None and arrival.limit is not None and plan.forecast.spill.background >= arrival.limit


def mark_of(plan: ResponsePlan, effect: Effect, lang: Lang) -> str:
    """What stands beside the name of a receptor that is not judged as the others are; empty for the others."""
    key = "supplied" if effect.site_id in plan.supplied else "over" if is_over(plan, effect) else ""
    return text(f"plan.mark_{key}", lang) if key else ""


def is_hit(effect: Effect) -> bool:
    """Whether a receptor exceeds its limit with the plan: more likely than not, or in usual water.

    Where the trials end while the plume still rises, the chance so far is less than that of the whole passage.
    """
    return effect.after.probability >= 0.5 or (effect.before.probability >= 0.5
                                               and effect.after.exceeds_from is not None)


def is_put_off(plan: ResponsePlan, effect: Effect) -> bool:
    """Whether with the plan much is still to come to a receptor when the trials end: put off, and not saved."""
    return effect.is_put_off(float(plan.time[-1]))


def is_no_better(plan: ResponsePlan) -> bool:
    """Whether the model cannot tell the plan from nothing done."""
    nothing, done = plan.harm["nothing"], plan.harm["plan"]
    return alike(nothing, done) and nothing.boundary_probability - done.boundary_probability <= SAME_PROBABILITY


def gives_way(action: Action) -> bool:
    """Whether it is done to what comes after the front, so that its margin is no matter of being late."""
    return action.action == "dilute"


def conclusion_lines(plan: ResponsePlan, lang: Lang) -> list[str]:
    """What a leader asks: how much it saves, who is still hit, what must be decided by when."""
    if not plan.receptors:
        return [text("plan.nobody", lang)]
    nothing, done, greedy = (plan.harm[k] for k in ("nothing", "plan", "greedy"))
    there = "_there" if presence_only(plan) else ""
    lines = [text(f"plan.harm{there}", lang, **{k: people_hours(h.population_hours, lang) for k, h in (
        ("nothing", nothing), ("plan", done), ("greedy", greedy))})]
    counted = [e for e in plan.receptors if e.site_id not in plan.supplied]
    likely = [e for e in counted if e.before.probability >= 0.5]
    late = [e for e in likely if is_put_off(plan, e) and not is_over(plan, e)]
    over = [e for e in counted if is_over(plan, e)]
    hit = [e for e in counted if is_hit(e) and e not in late and e not in over]
    saved = [e for e in likely if e not in hit and e not in late and not e.dried and e not in over]
    for key, some in (("saved", saved), ("hit", hit)):
        if some:
            lines.append(text(f"plan.{key}{there}", lang, sites=_named(plan, some, lang), count=len(some)))
    if over:
        lines.append(text("plan.over", lang, sites=_named(plan, over, lang), count=len(over)))
    if late:
        lines.append(text("plan.unfinished", lang, sites=_named(plan, late, lang), count=len(late)))
    if dried := dried_by(plan):
        lines.append(text("plan.dried", lang, sites=_named(plan, dried, lang), count=len(dried)))
    if (left_out := spared_by(plan)) is not None:
        lines.append(text("plan.spared", lang, name=name_of(plan, left_out.site_id, lang),
                          options=" ".join(f"--supplied {s}" for s in (*plan.supplied, *left_out.dries)),
                          action=text(f"plan.action_{left_out.action}", lang),
                          hours=people_hours(left_out.spared, lang)))
    if plan.supplied:
        lines.append(text("plan.supplied", lang, sites=_parted(
            [_lasting(plan, s, lang) for s in plan.supplied], 5, lang)))
    if plan.actions and max(nothing.population_hours, done.population_hours) < 1.0:
        lines.append(text("plan.for_borders", lang))
    borders = [e for e in plan.receptors if e.kind == "boundary" and not is_over(plan, e)]
    if borders and not there:
        lines.append(text("plan.borders", lang, sites=_parted([
            text("plan.border", lang, name=name_of(plan, e.site_id, lang), before=f"{100 * e.before.probability:.0f}",
                 after=f"{100 * e.after.probability:.0f}") for e in borders], 4, lang)))
    if plan.actions and is_no_better(plan):
        lines.append(text("plan.alike", lang, hours=people_hours(
            max(nothing.population_hours - done.population_hours, 0.0), lang)))
    elif plan.actions:
        first, most = min(plan.weighty, key=lambda a: a.order_by), max(
            plan.actions, key=lambda a: a.saves.population_hours)
        saves = most.saves.population_hours >= 1.0
        if saves:
            lines.append(text("plan.most_now" if is_urgent(plan, most) else "plan.most", lang,
                              **_decided(plan, most, lang), hours=people_hours(most.saves.population_hours, lang),
                              phone=most.space.phone or text("plan.no_phone", lang)))
        if not saves or first is not most:
            lines.append(text("plan.decide_now" if is_urgent(plan, first) else "plan.decide", lang,
                              **_decided(plan, first, lang)))
        if slight := len(plan.actions) - len(plan.weighty):
            lines.append(text("plan.slight", lang, count=slight))
    return lines


def dried_by(plan: ResponsePlan) -> list[Effect]:
    """Receptors the plan leaves short of water; those supplied otherwise do without."""
    return [e for e in plan.receptors if e.dried and e.site_id not in plan.supplied]


def spared_by(plan: ResponsePlan) -> Refused | None:
    """The space whose only fault is that intakes fall dry, where it would save the others more than the plan does."""
    most = max(plan.refused, key=lambda r: r.spared, default=None)
    nothing, done = plan.harm["nothing"].population_hours, plan.harm["plan"].population_hours
    return most if most is not None and most.spared > max(nothing - done, SPARED * nothing) else None


def _lasting(plan: ResponsePlan, site_id: str, lang: Lang) -> str:
    """An intake supplied otherwise, with how long that has to last."""
    hours, dry = next(((e.after.hours_above, e.after.hours_dry) for e in plan.receptors if e.site_id == site_id),
                      (0.0, 0.0))
    key = "lasts" if hours >= LEAST_DRY else "lasts_not"
    return name_of(plan, site_id, lang) + text(f"plan.{key}", lang, hours=f"{hours:.0f}", dry=f"{dry:.0f}")


def _decided(plan: ResponsePlan, action: Action, lang: Lang) -> dict[str, str]:
    return {"at": clock_text(plan.forecast, action.order_by, "down"),
            "name": name_of(plan, action.site_id, lang), "action": text(f"plan.action_{action.action}", lang)}


def search_line(plan: ResponsePlan, lang: Lang) -> str:
    """How the plan was found, and how far from the best the program holds possible."""
    key = "gap_none" if abs(plan.gap) < 1.0 else "gap" if plan.gap > 0 else "gap_less"
    gap = text(f"plan.{key}", lang, hours=people_hours(abs(plan.gap), lang))
    return text("plan.search", lang, tried=plan.tried, by=text(f"plan.by_{plan.chosen_by}", lang),
                gap="" if isnan(plan.gap) else gap)


def _named(plan: ResponsePlan, some: Sequence[Effect], lang: Lang) -> str:
    return _parted([name_of(plan, e.site_id, lang) for e in some], 5, lang)


def _parted(names: Sequence[str], most: int, lang: Lang) -> str:
    """Names one after the other; English ones hold commas themselves."""
    return ("、" if lang == "zh" else "; ").join([*names[:most], *["…"] * (len(names) > most)])


def action_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the actions, in the order of time; place and action, who and phone each on a line."""
    def lines(*words: str) -> str:
        return "\n".join(" ".join(w.split()) for w in words)

    rows = []
    for number, a in enumerate(plan.actions, start=1):
        flow = "" if a.value is None else f" {significant(a.value)} m³/s"
        place = f"{a.site_id} {name_of(plan, a.site_id, lang)}"
        begins = clock_text(plan.forecast, a.at, "up" if a.at <= a.ready.ready else "down")
        rows.append([str(number), begins, lines(place, text(f"plan.action_{a.action}", lang) + flow),
                     lines(who_of(plan, a, lang), a.space.phone or text("plan.no_phone", lang)),
                     clock_text(plan.forecast, a.ready.ready, "up"), clock_text(plan.forecast, a.earliest, "down"),
                     margin_words(a, lang)])
    return [text(f"plan.head_{c}", lang) for c in _ACTIONS], rows


def receptor_table(plan: ResponsePlan, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the receptors before and after."""
    def peak(value: float | None) -> str:
        if value is None:
            return NOTHING
        return significant(mg_per_l(value)) if mg_per_l(value) >= SLIGHT or value == 0 else f"<{SLIGHT:.4f}"

    def people(value: float) -> str:
        return people_hours(value, lang)

    rows = [[f"{e.site_id} {name_of(plan, e.site_id, lang)}{mark_of(plan, e, lang)}",
             NOTHING if e.before.peak_concentration is None and e.after.peak_concentration is None else
             f"{peak(e.before.peak_concentration)} → {peak(e.after.peak_concentration)}",
             f"{e.before.hours_above:.1f} → {e.after.hours_above:.1f}",
             f"{100 * e.before.probability:.0f} → {100 * e.after.probability:.0f}",
             NOTHING if e.kind == "boundary" else
             f"{people(e.before.population_hours)} → {people(e.after.population_hours)}"] for e in plan.receptors]
    there = presence_only(plan)
    return [text(f"plan.head_{c}{'_there' if there and c.startswith(('hours', 'prob')) else ''}", lang)
            for c in _RECEPTORS], rows


def refused_lines(plan: ResponsePlan, lang: Lang) -> list[str]:
    """Spaces that are not used, those of one reason in one line."""
    names: dict[str, list[str]] = {}
    for r in plan.refused:
        names.setdefault(r.why.what(lang), []).append(f"{r.site_id} {r.name}".strip())
    colon = "：" if lang == "zh" else ": "
    lines = [f"{listed(some)[lang]}{colon}{why}" for why, some in names.items()]
    more = len(lines) - MOST_REFUSED
    return lines if more <= 0 else [*lines[:MOST_REFUSED], text("plan.refused_more", lang, count=more)]


def protection_lines(plan: ResponsePlan, lang: Lang) -> list[str]:
    """Intakes advised to stop: the waterworks and the government decide."""
    def until(seconds: float | None) -> str:
        if seconds is None or seconds > LONGEST * HOUR:
            return text("plan.much_later", lang, days=f"{LONGEST / 24:.0f}")
        return text("plan.resume", lang, at=clock_text(plan.forecast, seconds, "up"))

    return [text("plan.protect" if p.stop_by > plan.heard else "plan.protect_now", lang,
                 name=name_of(plan, p.site_id, lang), until=until(p.until),
                 stop=clock_text(plan.forecast, p.stop_by, "down"),
                 tank=text("plan.tank_unknown", lang) if p.tank is None else f"{p.tank / HOUR:.1f} h",
                 phone=p.phone or text("plan.no_phone", lang)) for p in plan.protections]
