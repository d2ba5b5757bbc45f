"""The conclusion of a plan as HTML: who is saved, what is to be decided by when, whom the water reaches first."""

from collections.abc import Iterable, Sequence
from html import escape

from riverplan.app.answer import LIKELY
from riverplan.app.plan_words import TONES, is_judged, margin_tone, names_of, ordered, outcome, place_name, when
from riverplan.forecasting.table import NOTHING
from riverplan.i18n import Lang, text
from riverplan.planning.advice import Protection
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_words import dried_by, gives_way, is_no_better, is_over, is_put_off, is_urgent, spared_by
from riverplan.planning.result import Effect, ResponsePlan
from riverplan.river.sites import Boundary

MOST = 3
"""Decisions named on the card; the list beside has all."""


def cards(plan: ResponsePlan, lang: Lang) -> str:
    """Three cards: people, decisions, intakes and boundaries."""
    return ('<div class="rp-cards rp-whatif rp-plan">' + _people(plan, lang) + _decisions(plan, lang)
            + _warned(plan, lang) + "</div>")


def _card(name: str, tone: str, title: str, big: str, lines: Iterable[str]) -> str:
    below = "".join(f'<div class="rp-line">{line}</div>' for line in lines if line)
    return (f'<section class="rp-card rp-{tone}" data-card="{name}"><h3>{escape(title)}</h3>'
            f'<div class="rp-change">{big}</div>{below}</section>')


def _people(plan: ResponsePlan, lang: Lang) -> str:
    """Person-hours with nothing done and with the plan; who no longer exceeds; nearest first, to compare."""
    nothing, mine, greedy = (plan.harm[k] for k in ("nothing", "plan", "greedy"))
    by = {kind: [e for e in plan.receptors if outcome(plan, e) == kind] for kind in TONES}
    still = [e for kind in ("still", "less", "later", "worse", "new") for e in by[kind]]
    big = escape(text("app_plan.people", lang, before=people_hours(nothing.population_hours, lang),
                      after=people_hours(mine.population_hours, lang)))
    lines = []
    if not is_judged(plan):
        lines.append(escape(text("app_plan.presence", lang)))
        gone = [e for e in plan.receptors if e.before.probability >= LIKELY > e.after.probability
                and not is_put_off(plan, e) and not is_over(plan, e)]
        lines.append("<b>" + escape(text("app_plan.gone", lang, count=len(gone), names=names_of(plan, gone, lang)))
                     + "</b>" if gone else escape(text("app_plan.gone_nobody", lang)))
    elif by["saved"]:
        lines.append("<b>" + escape(text("app_plan.saved", lang, count=len(by["saved"]), names=names_of(
            plan, by["saved"], lang))) + "</b>")
    else:
        lines.append(escape(text("app_plan.saved_nobody", lang)))
    if is_judged(plan):
        lines.append(escape(text("app_plan.still", lang, count=len(still), names=names_of(plan, still, lang))
                            if still else text("app_plan.still_nobody", lang))
                     + (escape(text("app_plan.risk", lang, count=len(by["risk"]))) if by["risk"] else ""))
    dried = dried_by(plan)
    if dried:
        lines.append("<b>" + escape(text("app_plan.dried", lang, count=len(dried), names=names_of(
            plan, dried, lang))) + "</b>")
    lines.append(escape(text("app_plan.greedy", lang, people=people_hours(greedy.population_hours, lang),
                             actions=greedy.actions, mine=mine.actions)))
    eased = mine.population_hours < 0.99 * nothing.population_hours
    tone = "none" if not is_judged(plan) else "good" if not still and not by["risk"] and not dried else (
        "warn" if not still or by["saved"] or eased else "bad")
    return _card("people", tone, text(
        "app_plan.people_title" if is_judged(plan) else "app_plan.people_title_presence", lang), big, lines)


def _decisions(plan: ResponsePlan, lang: Lang) -> str:
    """By when which action must be ordered, the most urgent first."""
    title = text("app_plan.decide_title", lang)
    if not plan.actions:
        return _card("decide", "none", title, escape(text("app_plan.no_action", lang)), [
            escape(text("app_plan.no_action_why", lang)), _spared(plan, lang)])
    order = sorted(enumerate(plan.actions, start=1), key=lambda pair: (
        pair[1] not in plan.weighty, not is_urgent(plan, pair[1]), pair[1].order_by))
    first = order[0][1]
    late = is_urgent(plan, first)
    big = text("app_plan.decide_now" if late else "app_plan.decide_by", lang, clock=when(plan, first.order_by))
    lines = [escape(text("app_plan.alike", lang))] if is_no_better(plan) else []
    for number, action in order[:MOST]:
        lines.append(f'<i class="rp-no">{number}</i> ' + escape(text(
            "app_plan.decide_line", lang, clock=ordered(plan, action, lang),
            name=place_name(plan, action.site_id, action.name, lang),
            action=text(f"app_plan.do_{action.action}", lang))))
    if len(order) > MOST:
        lines[-1] += escape(text("app_plan.decide_more", lang, count=len(order) - MOST))
    lines.append(_spared(plan, lang))
    tones = [margin_tone(a.margin) for a in plan.actions if not gives_way(a)]
    return _card("decide", "bad" if "bad" in tones else "warn" if late or "warn" in tones else "good", title,
                 escape(big), lines)


def _spared(plan: ResponsePlan, lang: Lang) -> str:
    """What is left out because intakes would fall dry, and what it would save the others; empty where none is."""
    most = spared_by(plan)
    return "" if most is None else "<b>" + escape(text(
        "app_plan.spared", lang, name=place_name(plan, most.site_id, most.name, lang),
        action=text(f"app_plan.do_{most.action}", lang), people=people_hours(most.spared, lang))) + "</b>"


def _warned(plan: ResponsePlan, lang: Lang) -> str:
    """The next intake to stop, how many, and what is to be feared at the boundaries without and with the plan."""
    ahead = [p for p in plan.protections if p.stop_by > plan.heard]
    first = next(iter(ahead or plan.protections), None)
    big = escape(text("app_plan.stop_nobody", lang)) if first is None else _stop(plan, first, lang)
    passed = len(plan.protections) - len(ahead)
    lines = [escape(text("app_plan.stop_count", lang, count=len(plan.protections))
                    + (text("app_plan.stop_passed", lang, count=passed) if passed else "")) if first else ""]
    borders = [e for e in plan.receptors if e.kind == Boundary.kind and not is_over(plan, e)]
    lines += [escape(_border(plan, e, lang)) for e in sorted(borders, key=lambda e: -e.before.probability)[:2]] or [
        escape(text("app_plan.border_none", lang))]
    return _card("stop", "warn" if first else "good", text("app_plan.stop_title", lang), big, lines)


def _border(plan: ResponsePlan, e: Effect, lang: Lang) -> str:
    """A boundary: the chance to exceed there; where nothing can be judged, when the plume comes."""
    name = place_name(plan, e.site_id, e.name, lang)
    if not is_judged(plan):
        arrival = plan.forecast.arrival(e.site_id)
        return text("app_plan.border_when", lang, name=name, clock=when(plan, arrival.earliest if arrival else None))
    return text("app_plan.border", lang, name=name, before=_percent(e.before.probability),
                after=_percent(e.after.probability))


def _stop(plan: ResponsePlan, p: Protection, lang: Lang) -> str:
    name = place_name(plan, p.site_id, p.name, lang)
    if p.stop_by <= plan.heard:
        return escape(text("app_plan.stop_now", lang, name=name))
    return escape(text("app_plan.stop_by", lang, clock=when(plan, p.stop_by), name=name))


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.01 else ">99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


def receptors(plan: ResponsePlan, lang: Lang) -> str:
    """Every receptor with nothing done → with the plan; a click on a row shows it on the map."""
    keys = ("site", "verdict", "chance", "from", "hours", "people")
    heads = "".join(f"<th>{escape(text(f'app_plan.column_{k}', lang))}</th>" for k in keys)
    body = []
    for e in plan.receptors:
        kind = outcome(plan, e)
        cells = (place_name(plan, e.site_id, e.name, lang), text(f"app_plan.outcome_{kind}", lang),
                 _both([_percent(i.probability) for i in (e.before, e.after)]) if is_judged(plan) else NOTHING,
                 _both([when(plan, i.exceeds_from) for i in (e.before, e.after)]),
                 _both([f"{i.hours_above:.1f}" for i in (e.before, e.after)]),
                 _both([people_hours(i.population_hours, lang) for i in (e.before, e.after)]))
        body.append(f'<tr data-site="{escape(e.site_id)}" class="rp-{TONES[kind]}">' + "".join(
            f'<td class="rp-{k}">{escape(c)}</td>' for k, c in zip(keys, cells, strict=True)) + "</tr>")
    return (f'<div class="rp-table rp-effects"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody>'
            f'</table><p>{escape(text("app_plan.table_note", lang))}</p></div>')


def _both(words: Sequence[str]) -> str:
    return words[0] if words[0] == words[1] else " → ".join(words)


def tips(plan: ResponsePlan, lang: Lang) -> dict[str, list[str]]:
    """Rows for the tooltip of each receptor and space on the map."""
    out = {e.site_id: [text(f"app_plan.outcome_{outcome(plan, e)}", lang), text(
        "app_plan.tip", lang, chance=_both([_percent(i.probability) for i in (e.before, e.after)])
        if is_judged(plan) else NOTHING,
        people=_both([people_hours(i.population_hours, lang) for i in (e.before, e.after)]))] for e in plan.receptors}
    for r in plan.refused:
        out[r.site_id] = [r.why.what(lang)]
    for number, a in enumerate(plan.actions, start=1):
        out[a.site_id] = [f"{number}  {text(f'app_plan.do_{a.action}', lang)}", text(
            "app_plan.tip_ready", lang, ready=when(plan, a.ready.ready, ceil=True), earliest=when(plan, a.earliest))]
    return out
