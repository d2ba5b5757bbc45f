"""What a plan leaves open when its trials end, in sentences."""

from collections.abc import Collection

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.i18n import LANGS, listed
from riverplan.planning import person_hours
from riverplan.planning.dried import intakes_dried, intakes_scarce
from riverplan.planning.put_off import HOLDS
from riverplan.planning.receptors import Receptors
from riverplan.planning.trials import Trials
from riverplan.reference import Substance
from riverplan.river.naming import site_name
from riverplan.units import HOUR


def left_open(hours: float, trials: Trials, picked: Collection[int], *, nothing: float, who: Receptors,
              substance: Substance, treated: int, dries: bool) -> list[Problem]:
    """Nothing to do, nothing that helps, or an end before the plume is past.

    Parameters
    ----------
    hours
        When the trials end [h after the release began].
    trials, picked
        What was tried, and the options taken.
    nothing
        Harm with no option taken [person·h].
    who, substance
        Receptors the plume comes to, and what it is made of.
    treated
        Number of places where it may be dosed.
    dries
        Whether a space is left out for the intakes it would dry.
    """
    outcome = trials.outcome(picked)
    kind = "_film" if is_film(substance) else "_ph" if substance.by_ph else ""
    problems = [Problem(code=f"plan_dispersed{kind}", severity="note")]
    base = trials.outcome(()).harm
    if _slight(nothing, base.boundary_probability):
        problems += [_nothing_harmed(hours, trials, "_there" if who.presence_only else "")] if who.sites else []
    elif not picked:
        helps = "plan_nothing_helps_dry" if dries else "plan_nothing_helps"
        problems.append(Problem(code=f"{helps}_but", severity="warning", fields={"count": treated})
                        if treated else Problem(code=helps, severity="warning"))
    if trials.fixed and abs(trials.bare.population_hours - nothing) >= 1.0:
        problems.append(Problem(code="plan_nothing_added", severity="warning", fields={
            "hours": person_hours.said(trials.bare.population_hours)}))
    if dried := intakes_dried(trials, picked, in_all=True):
        problems.append(Problem(code="plan_dries", severity="warning", fields={"sites": dried}))
    if dries or dried:
        problems.append(Problem(code="plan_dry_assumed", severity="note"))
    if scarce := intakes_scarce(trials, picked):
        problems.append(Problem(code="plan_scarce", severity="warning", fields={"sites": scarce}))
    still = np.isfinite(outcome.leading[1]) & np.isnan(outcome.trailing[1])
    if still.any() or any(np.isnan(v) for v in outcome.spills_from.values()):
        problems.append(Problem(code="plan_short_of_time", severity="warning", fields={"hours": f"{hours:.0f}"}))
    return problems


def _nothing_harmed(hours: float, trials: Trials, there: str) -> Problem:
    """That nobody is harmed: of itself, or only while a gate the officer closes stays closed."""
    bare, held = trials.bare, trials.outcome(()).holds
    if not held or _slight(bare.population_hours, bare.boundary_probability):
        return Problem(code=f"plan_nothing_harmed{there}", severity="note")
    river = trials.ready.question.river
    return Problem(code=f"plan_nothing_harmed{there}_held", severity="warning", fields={
        "end": f"{hours:.0f}", "hours": f"{HOLDS / HOUR:.0f}", "gates": {
            lang: listed([site_name(river, trials.place(g), lang) for g in held])[lang] for lang in LANGS}})


def _slight(population_hours: float, boundary_probability: float) -> bool:
    """Whether a harm is none: less than a person-hour, and no boundary."""
    return population_hours < 1.0 and boundary_probability < 0.01
