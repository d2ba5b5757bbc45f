"""Intakes that what holds water back leaves without any."""

from collections.abc import Collection

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.table import significant
from riverplan.i18n import LANGS, Lang, listed, text
from riverplan.planning.harm import WEIGHTS
from riverplan.planning.receptors import Receptors, taken_by
from riverplan.planning.result import LEAST_DRY
from riverplan.planning.trials import Trials
from riverplan.river.naming import site_name

SCARCE = 2.0
"""Flow over what an intake cannot do without, below which it may well lack it [-]: what comes in below a gate is
spread evenly along the river (assumed)."""


def hours_dried(trials: Trials, taken: Collection[int]) -> Array:
    """Expected hours a set of options leaves each receptor without water, more than nothing done does [h]."""
    return _longer(trials, taken, trials.outcome(()).dry)


def sites_dried(trials: Trials, taken: Collection[int]) -> tuple[str, ...]:
    """Which receptors a set of options leaves without water, by ``site_id``."""
    some = np.flatnonzero(hours_dried(trials, taken) >= LEAST_DRY)
    return tuple(trials.receptors.sites[k].site_id for k in some)


def spared_elsewhere(trials: Trials, taken: Collection[int]) -> float:
    """What a set of options saves all receptors but those it leaves without water, beside nothing [person-hours].

    What is left to be saved where those are supplied by other means.
    """
    less = trials.outcome(()).population_hours - trials.outcome(taken).population_hours
    return float(less[hours_dried(trials, taken) < LEAST_DRY].sum())


def hours_dried_in_all(trials: Trials, taken: Collection[int]) -> Array:
    """Expected hours without water more than with nothing done at all, what the officer adds included [h]."""
    return _longer(trials, taken, trials.bare_flow()[0])


def _longer(trials: Trials, taken: Collection[int], before: Array) -> Array:
    """Expected hours without water more than ``before`` [h]; those supplied otherwise do without."""
    return np.where(trials.receptors.supplied, 0.0, WEIGHTS @ (trials.outcome(taken).dry - before))


def intakes_dried(trials: Trials, taken: Collection[int], *, in_all: bool = False) -> dict[Lang, str] | None:
    """Which intakes a set of options leaves without water and how long, in words; None where none.

    ``in_all`` counts what the officer adds.
    """
    hours = (hours_dried_in_all if in_all else hours_dried)(trials, taken)
    some = np.flatnonzero(hours >= LEAST_DRY)
    if not some.size:
        return None
    left, who, river = trials.outcome(taken).least[1], trials.receptors, trials.ready.question.river
    return {lang: listed([text(
        f"plan.dries_{_by(who, int(k), float(left[k]))}", lang, name=site_name(river, who.sites[k], lang),
        hours=_short(hours[k]), left=significant(left[k]), needs=significant(who.needs[k]),
        supply=significant(taken_by(who.sites[k]))) for k in some])[lang] for lang in LANGS}


def _by(who: Receptors, k: int, left: float) -> str:
    """Why an intake is short of water: it takes more than is left, or the river is low, though it takes less."""
    takes = taken_by(who.sites[k])
    return "takes" if takes >= (1.0 - 1e-9) * who.needs[k] else "low_but" if 0.0 < takes <= left else "low"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def intakes_scarce(trials: Trials, taken: Collection[int]) -> dict[Lang, str] | None:
    """Which intakes have hardly the water they need with a set of options and what is added, as a share of the usual.

    None where none; those left without are not among them.
    """
    before, after, who = trials.bare_flow()[1][1], trials.outcome(taken).least[1], trials.receptors
    scarce = (after < SCARCE * who.needs) & (after < 0.9 * before) & ~who.supplied & (
        hours_dried_in_all(trials, taken) < LEAST_DRY)
    some, river = np.flatnonzero(scarce), trials.ready.question.river
    return {lang: listed([text("plan.scarce_at", lang, name=site_name(river, who.sites[k], lang),
                               left=significant(after[k]), share=_short(100.0 * after[k] / max(before[k], 1e-9)))
                          for k in some])[lang] for lang in LANGS} if some.size else None
