"""Intakes that what holds water back leaves without any."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.i18n import LANGS, Lang, listed, text
from riverplan.planning.harm import WEIGHTS
from riverplan.planning.result import LEAST_DRY
from riverplan.planning.trials import Trials
from riverplan.river.naming import site_name

SCARCE = 2.0
"""Flow over what an intake cannot do without, below which it may well lack it [-]: what comes in below a gate is
spread evenly along the river (assumed)."""


def hours_dried(trials: Trials, taken: Collection[int]) -> Array:
    """Expected hours a set of options leaves each receptor without water, more than nothing done does [h]."""
    return WEIGHTS @ (trials.outcome(taken).dry - trials.outcome(()).dry)


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
    return WEIGHTS @ (trials.outcome(taken).dry - trials.bare_flow()[0])


def intakes_dried(trials: Trials, taken: Collection[int], *, in_all: bool = False) -> dict[Lang, str] | None:
    """Which intakes a set of options leaves without water and how long, in words; None where none.

    ``in_all`` counts what the officer adds.
    """
    hours = (hours_dried_in_all if in_all else hours_dried)(trials, taken)
    return _listed(trials, "dries_at", np.flatnonzero(hours >= LEAST_DRY), hours, "hours")


def intakes_scarce(trials: Trials, taken: Collection[int]) -> dict[Lang, str] | None:
    """Which intakes have hardly the water they need with a set of options and what is added, as a share of the usual.

    None where none; those left without are not among them.
    """
    before, after, who = trials.bare_flow()[1][1], trials.outcome(taken).least[1], trials.receptors
    scarce = (after < SCARCE * who.needs) & (after < 0.9 * before) & (hours_dried_in_all(trials, taken) < LEAST_DRY)
    return _listed(trials, "scarce_at", np.flatnonzero(scarce), 100.0 * after / np.maximum(before, 1e-9), "share")


def _listed(trials: Trials, key: str, some: NDArray[np.intp], values: Array, of: str) -> dict[Lang, str] | None:
    river, sites = trials.ready.question.river, trials.receptors.sites
    return {lang: listed([text(f"plan.{key}", lang, name=site_name(river, sites[k], lang), **{
        of: f"{values[k]:.0f}" if values[k] >= 10 else f"{values[k]:.1f}"}) for k in some])[lang]
        for lang in LANGS} if some.size else None
