"""A plan explained: why each action, why not the others, which assumption would change the choice."""

from collections.abc import Collection, Container, Sequence
from dataclasses import replace

import numpy as np

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.i18n import LANGS, listed
from riverplan.planning import person_hours
from riverplan.planning.choose import Means
from riverplan.planning.dried import intakes_dried, sites_dried, spared_elsewhere
from riverplan.planning.harm import WEIGHTS, Harm, beyond
from riverplan.planning.inflow import inflow_at
from riverplan.planning.margin import ReadyTable
from riverplan.planning.means import needs_of
from riverplan.planning.options import Option
from riverplan.planning.person_hours import people_hours
from riverplan.planning.result import Action, Effect, Impact, Refused
from riverplan.planning.search import Best
from riverplan.planning.stock import Need
from riverplan.planning.trials import Outcome, Trials
from riverplan.planning.usable_space import SHUT
from riverplan.river.naming import site_name
from riverplan.units import HOUR

WATERS = ("slow", "usual", "fast")
"""Velocities the choice is checked against, in the order of the trials."""


def actions_of(options: Sequence[Option], best: Best, trials: Trials, ready: ReadyTable, pins: Collection[str],
               effects: Sequence[Effect]) -> tuple[Action, ...]:
    """The chosen options with who does them, in the order of time; ``effects`` are those of :func:`effects_of`."""
    found, later = [], {k for k, e in enumerate(effects) if e.is_put_off(trials.ready.end)}
    for i in best.choice.picked:
        option, space = options[i], options[i].space
        team = ready.team_ids[best.choice.teams[i] + 1] if i in best.choice.teams else ""
        store = ready.store_ids[best.choice.stores[i] + 1] if i in best.choice.stores else ""
        how = ready.of(space.space_id, team, store)
        assert how is not None
        saves = _less(best.without[i], best.harms["plan"], cost=0.0)
        needs = tuple(replace(n, store_id=store, short=0.0 if store else n.quantity) for n in needs_of(space))
        found.append(Action(
            site_id=space.space_id, name=space.name, action=option.action, space=space, at=option.at,
            until=option.until, value=option.value, ready=how, earliest=option.earliest,
            margin=option.earliest - how.ready, gained=_gained(option, trials), team_id=team, store_id=store,
            needs=needs, operations=option.operations, pinned=space.space_id in pins, saves=saves,
            why=_why(i, best, trials, saves, later, pinned=space.space_id in pins),
            changes=_changes(option, i, best, option.earliest - how.ready, needs)))
    return tuple(sorted(found, key=lambda a: (a.at, a.site_id)))


def _less(without: Harm, plan: Harm, cost: float) -> Harm:
    return Harm(population_hours=without.population_hours - plan.population_hours,
                boundary_probability=without.boundary_probability - plan.boundary_probability, cost=cost, actions=1)


def _gained(option: Option, trials: Trials) -> float | None:
    """Time a space holds the water that comes to it [s]: free volume over inflow (handbook's 以空间换时间)."""
    if option.action not in ("close", "build", "draw") or not option.space.free_volume:
        return None
    question = trials.ready.question
    flow = inflow_at(question.river, question.flow, trials.place(option.site_id))
    if option.action == "draw" and (option.value or 0.0) < SHUT * flow:
        return None                                           # the rest of the river runs on
    return option.space.free_volume / flow if flow > 0 else None


def _why(number: int, best: Best, trials: Trials, saves: Harm, later: Container[int], *, pinned: bool,
         ) -> tuple[Problem, ...]:
    """Why an action is in the plan; ``later`` are the receptors that it may only put off."""
    who = trials.receptors
    plan = trials.outcome(best.choice.picked)
    less = trials.outcome(set(best.choice.picked) - {number})
    gain = less.population_hours - plan.population_hours
    most = [k for k in np.argsort(-gain)[:3] if gain[k] >= 1.0]
    river = trials.ready.question.river
    names = {lang: listed([f"{site_name(river, who.sites[k], lang)} ({people_hours(gain[k], lang)})"
                           for k in most])[lang] for lang in LANGS}
    said = []
    if pinned:
        said.append(Problem(code="why_pinned", severity="note"))
    if saves.population_hours <= -1.0:
        said.append(Problem(code="why_worse", severity="warning", fields={
            "hours": person_hours.said(-saves.population_hours)}))
    elif most:
        said.append(Problem(code="why_people", severity="note", fields={
            "hours": person_hours.said(saves.population_hours), "sites": names}))
    borders = [k for k in np.flatnonzero(who.counts) if less.probability[k] - plan.probability[k] >= 0.01]
    there = "_there" if who.presence_only else ""
    for code, some in ((f"why_boundary{there}", [k for k in borders if k not in later]),
                       ("why_boundary_later", [k for k in borders if k in later])):
        if some:
            said.append(Problem(code=code, severity="note", fields={
                "sites": {lang: listed([site_name(river, who.sites[k], lang) for k in some])[lang] for lang in LANGS},
                "percent": f"{100 * float((less.probability - plan.probability)[some].sum()):.0f}"}))
    if not said:
        said.append(Problem(code="why_little", severity="note"))
    return tuple(said)


def _changes(option: Option, number: int, best: Best, margin: float, needs: Sequence[Need]) -> tuple[Problem, ...]:
    """Which assumption would change that it is in the plan."""
    said = []
    if option.action == "dilute":
        said.append(Problem(code="changes_flush", severity="warning"))
    elif margin >= 0:
        said.append(Problem(code="changes_late", severity="note", fields={"hours": f"{margin / HOUR:.1f}"}))
    else:
        said.append(Problem(code="changes_part", severity="note", fields={"hours": f"{-margin / HOUR:.1f}"}))
    if option.after:
        said.append(Problem(code="changes_after", severity="warning", fields={"sites": listed(option.after)}))
    for water, picks in zip(WATERS, best.under, strict=True):
        if water != "usual" and number not in picks:
            said.append(Problem(code=f"changes_{water}", severity="note"))
    if any(n.short > 0 for n in needs):
        said.append(Problem(code="changes_bags", severity="warning", fields={
            "count": f"{sum(n.short for n in needs):.0f}"}))
    holds = option.action in ("close", "build", "draw")
    if holds and option.space.volume_basis not in ("stated_season", "stated", "level"):
        said.append(Problem(code="changes_volume", severity="note"))
    if not option.space.listed:
        said.append(Problem(code="changes_unlisted", severity="warning"))
    return tuple(said)


def unused(options: Sequence[Option], best: Best, trials: Trials, means: Means) -> tuple[Refused, ...]:
    """Spaces that could be used and are not, each with the reason."""
    nothing, taken = best.harms["nothing"], {options[i].site_id for i in best.choice.picked}
    found: dict[str, Refused] = {}
    for i, option in enumerate(options):
        if option.site_id in taken or option.site_id in found or option.after:
            continue                                          # what is late by itself was refused as that
        alone, dried, spared = best.alone.get(i), None, 0.0
        if alone is None:
            reason = "aside"
        elif nothing.better_than(replace(alone, cost=nothing.cost, actions=nothing.actions + 1)) and not _same(
                alone, nothing):
            dried = intakes_dried(trials, (i,))
            spared = spared_elsewhere(trials, (i,)) if dried else 0.0
            reason = "worse" if not dried else "dries" if spared < 1.0 else "dries_spared"
        elif _same(alone, nothing):
            reason = "no_effect"
        elif _busy(i, best, means):
            reason = "no_means"
        else:
            gains = nothing.population_hours - alone.population_hours
            bounds = nothing.boundary_probability - alone.boundary_probability
            reason = "covered" if taken and (gains >= 1.0 or bounds >= 0.01) else "slight"
        found[option.site_id] = Refused(
            site_id=option.site_id, name=option.space.name, action=option.action, earliest=option.earliest,
            ready=option.by if option.by > option.earliest else None, spared=max(spared, 0.0),
            dries=sites_dried(trials, (i,)) if dried else (),
            why=Problem(code=f"refused_{reason}", severity="note", fields={
                "site": option.space.name or option.site_id,
                "saves": person_hours.said(nothing.population_hours - alone.population_hours) if alone else "—",
                "spared": person_hours.said(spared), "sites": dried or "—"}))
    return tuple(found.values())


def _same(one: Harm, other: Harm) -> bool:
    plain = replace(one, cost=0.0, actions=0), replace(other, cost=0.0, actions=0)
    return not plain[0].better_than(plain[1]) and not plain[1].better_than(plain[0])


def _busy(number: int, best: Best, means: Means) -> bool:
    """Whether all who could do it, or all stores that could serve it, do something else."""
    able = np.flatnonzero(np.isfinite(means.team_cost[number]))
    if means.needs_team[number] and set(able.tolist()) <= set(best.choice.teams.values()):
        return True
    left = means.stock.copy()
    for i, s in best.choice.stores.items():
        left[s] -= means.needed[i]
    can = np.isfinite(means.store_cost[number]) & (left >= means.needed[number]).all(axis=1)
    return bool(means.needs_store[number] and not can.any())


def effects_of(trials: Trials, best: Best) -> tuple[Effect, ...]:
    """Every receptor tried, with nothing done and with the plan."""
    before, after = trials.outcome(()), trials.outcome(best.choice.picked)
    return tuple(Effect(site_id=s.site_id, kind=s.kind, name=s.name, before=_impact(trials, before, k),
                        after=_impact(trials, after, k)) for k, s in enumerate(trials.receptors.sites))


def _impact(trials: Trials, outcome: Outcome, k: int) -> Impact:
    hours = np.einsum("v,s,vs->", WEIGHTS, WEIGHTS, outcome.hours[:, :, k])
    more = np.einsum("v,s,vs->", WEIGHTS, WEIGHTS, beyond(outcome.hours[:, :, k], trials.receptors.tank[k]))
    comes = outcome.peak[1, k] > 0
    return Impact(
        leading=_known(outcome.leading[1, k]), peak=_known(outcome.peak_at[1, k]),
        trailing=_known(outcome.trailing[1, k]),
        peak_concentration=float(outcome.peak[1, k]) + trials.ready.question.spill.background
        if comes and trials.ready.known else None,
        exceeds_from=_known(outcome.exceeds_from[1, k]), exceeds_until=_known(outcome.exceeds_until[1, k]),
        hours_above=float(hours), hours_dry=float(WEIGHTS @ outcome.dry[:, k]), beyond_tank=float(more),
        put_off=float(WEIGHTS @ outcome.put_off[:, k]),
        probability=float(outcome.probability[k]), population_hours=float(outcome.population_hours[k]))


def _known(value: Array) -> float | None:
    return float(value) if np.isfinite(value) else None
