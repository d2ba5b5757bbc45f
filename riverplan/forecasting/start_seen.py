"""When the release began, where that was unsure: observed times tell of it together, not each station by itself.

The error of the start is one number for all stations. It is tried on a grid over its prior; each value is weighted by
how well the observed times then agree with the velocities and with each other (the predictive density of each
observation given those before it). Mean and standard error of the weighted grid take the place of the prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from riverplan.channel import SpreadModel
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief
from riverplan.forecasting.calibrate import Seen, with_seen
from riverplan.forecasting.spill import Spill
from riverplan.i18n import LANGS, text
from riverplan.transport.arrival import Reached

TRIED = 25
"""Starts that are tried."""
WIDEST = 3.5
"""They span so many standard errors to both sides."""
TIMED = ("leading", "peak", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When the release began, against what was stated [s], and the standard error of that [s]."""

    late: float = 0.0
    sigma: float = 0.0

    def seen(self, seen: Sequence[Seen]) -> list[Seen]:
        """Observations by the time after this start."""
        return [replace(s, at=s.at - self.late) for s in seen]

    def moved(self, found: Passing) -> Passing:
        """A passing counted from the stated start; what would come before it is there when it begins."""
        def at(time: np.ndarray) -> np.ndarray:
            return np.maximum(time + self.late, 0.0)

        def band(edges: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
            return at(edges[0]), at(edges[1])

        if self.late == 0.0:
            return found
        return replace(
            found, earliest=at(found.earliest), leading=at(found.leading), leading_band=band(found.leading_band),
            peak=at(found.peak), peak_band=band(found.peak_band), trailing=at(found.trailing),
            trailing_band=band(found.trailing_band),
            curves=replace(found.curves, time=found.curves.time + self.late))


def start_told(belief: Belief, seen: Sequence[Seen], reached: Reached, found: Passing, spread: SpreadModel,
               spill: Spill, *, linear: bool) -> tuple[Start, list[Problem]]:
    """What observed times tell of the start, and a note of it; the prior where the start is sure or nothing is timed.

    Parameters
    ----------
    belief, seen, reached, found, spread, spill, linear
        As :func:`riverplan.forecasting.calibrate.with_seen` takes them, times after the stated start.
    """
    if not spill.sigma_at > 0 or not any(s.observation.kind in TIMED for s in seen):
        return Start(sigma=spill.sigma_at), []
    sure = replace(spill, sigma_at=0.0)
    late = spill.sigma_at * np.linspace(-WIDEST, WIDEST, TRIED)
    log_weight = -0.5 * (late / spill.sigma_at) ** 2 + np.array([
        with_seen(belief, Start(late=float(x)).seen(seen), reached, found, spread, sure, linear=linear).evidence
        for x in late])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = float(weight @ late)
    start = Start(late=mean, sigma=float(np.sqrt(weight @ (late - mean) ** 2)))
    begins = "" if spill.at is None else f"{spill.at + timedelta(seconds=mean):%m-%d %H:%M}"
    return start, [Problem(code="start_told", severity="note", fields={
        "at": begins, "minutes": f"{abs(mean) / 60.0:.0f}", "within": f"{start.sigma / 60.0:.0f}",
        "how": {lang: text(f"observation.{'late' if mean >= 0 else 'early'}", lang) for lang in LANGS}})]
