"""Intakes that what holds water back leaves without any."""

from collections.abc import Collection

import numpy as np

from riverplan.channel import Array
from riverplan.i18n import LANGS, Lang, listed, text
from riverplan.planning.harm import WEIGHTS
from riverplan.planning.result import LEAST_DRY
from riverplan.planning.trials import Trials


def hours_dried(trials: Trials, taken: Collection[int]) -> Array:
    """Expected hours a set of options leaves each receptor without water, more than nothing done does [h]."""
    return WEIGHTS @ (trials.outcome(taken).dry - trials.outcome(()).dry)


def intakes_dried(trials: Trials, taken: Collection[int]) -> dict[Lang, str] | None:
    """Which intakes a set of options leaves without water and how long, in words; None where none."""
    hours, who = hours_dried(trials, taken), trials.receptors
    some = [(who.sites[k].name or who.sites[k].site_id, f"{hours[k]:.0f}" if hours[k] >= 10 else f"{hours[k]:.1f}")
            for k in np.flatnonzero(hours >= LEAST_DRY)]
    return {lang: listed([text("plan.dries_at", lang, name=n, hours=h) for n, h in some])[lang]
            for lang in LANGS} if some else None
