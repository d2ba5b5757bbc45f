"""Concentrations the field reports: how strong the plume is, how much was spilled, and when it passes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.channel import Z95
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief
from riverplan.forecasting.calibrate import FAR_OFF, SIGMA_PEAK_TIME, Seen
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.strength import SIGMA_CONCENTRATION, Strength, carried, strength_seen
from riverplan.forecasting.uncertainty import SIGMA_DISCHARGE
from riverplan.i18n import LANGS, text
from riverplan.velocity import error_field

TYPICAL_MASS = 1_000.0
"""Where the mass is not known and concentrations are to tell it: what is thought of before [kg] (assumed)."""
SIGMA_UNKNOWN_MASS = 3.0
"""Standard error of its logarithm: from kilograms to hundreds of tons (assumed)."""
SERIES = 3
"""Fewer concentrations at a station tell nothing of the time: one may lie on the rising or on the falling limb."""
SIGMA_LEAST = 0.15
"""No peak is known better than this: ln(concentration) as sampled and as mixed (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """How strong the plume was at a station, and how far from the spill that is [m]."""

    distance: float
    strength: Strength


def lasting_sigma(spill: Spill) -> float:
    """Standard error of ln(concentration) that stays with the plume all the way: of mass and discharge."""
    return float(np.hypot(SIGMA_DISCHARGE, SIGMA_UNKNOWN_MASS if spill.mass is None else spill.sigma_mass))


def with_concentrations(belief: Belief, seen: Sequence[Seen], place: int, found: Passing, spill: Spill, most: float,
                        mean_over_peak: float) -> tuple[Belief, Strong, list[Problem]]:
    """The belief after the concentrations of one station, and how strong the plume was there.

    Parameters
    ----------
    belief, found
        What is believed after all that was seen further up, and the passing by it.
    seen
        Observations; of those only the concentrations at the place count, and whether a peak was seen there.
    place
        Number of the station's place.
    spill
        Mass and background.
    most
        No more than this dissolves [kg/m³].
    mean_over_peak
        Travel time of the mean over that of the peak there; 1 where the spread model keeps the mean's time.
    """
    row = int(belief.course.arrives[place])
    mine = sorted((s for s in seen if s.place == place and s.observation.kind == "conc"), key=lambda s: s.at)
    at = np.array([s.at for s in mine])
    value = np.maximum(np.array([s.observation.value or 0.0 for s in mine]) - spill.background, 0.0)
    sigma = np.array([s.observation.sigma or SIGMA_CONCENTRATION for s in mine])
    before = max(float(belief.field.sigma(belief.time[[row]])[0]), 1e-3)
    curve = found.scale[row] * found.curves.flux[row]
    shape = float(found.sigma_peak * min(found.release[row], 1.0))
    scale = float(np.hypot(shape, lasting_sigma(spill)))
    told = strength_seen(at, value, found.curves.time[row], curve, sigma_time=before, sigma_scale=scale, sigma=sigma,
                         most=most)
    problems = []
    top = float(curve.max())
    if value.max() > 0 < top and abs(np.log(value.max() / min(top, most))) > FAR_OFF * np.hypot(scale, sigma.min()) \
            and value.max() > top:
        problems.append(_far(mine[int(np.argmax(value))], top))
    strong = Strong(distance=float(found.distance[row]), strength=told)
    gain = 1.0 - told.time_variance / before**2
    peak_seen = any(s.place == place and s.observation.kind == "peak" for s in seen)
    if len(mine) < SERIES or peak_seen or gain <= 0.05:
        return belief, strong, problems
    total = float((belief.time[row] * np.exp(-belief.field.mean)).sum())
    doubt = max(before * np.sqrt(1.0 / gain - 1.0), SIGMA_PEAK_TIME)               # the curve's form errs too
    # the curve stood on the peak's clock as far as nothing was learned; what is learned now is on the mean's
    clock = mean_over_peak ** (gain * (1.0 - float(belief.learned()[place])))
    field = error_field.with_times(belief.field, belief.time[[row]],
                                   np.array([total * clock * np.exp(told.time / gain)]), np.array([doubt]))
    return replace(belief, field=field, timed=True), strong, problems


def mass_told(strongs: Sequence[Strong]) -> tuple[float, Problem]:
    """The mass that concentrations at the first station tell of [kg], and the note that says so."""
    first = min(strongs, key=lambda s: s.distance).strength
    mass = TYPICAL_MASS * float(np.exp(first.scale))
    doubt = float(np.hypot(np.sqrt(first.scale_variance), SIGMA_DISCHARGE))
    low, high = mass * np.exp(-Z95 * doubt), mass * np.exp(Z95 * doubt)
    return mass, Problem(code="mass_from_concentrations", severity="warning", fields={
        "mass": _two_digits(mass), "low": _two_digits(low), "high": _two_digits(high)})


def strengthened(found: Passing, strongs: Sequence[Strong], spill: Spill, most: float) -> Passing:
    """The passing with concentrations as strong as the last station above each place says; above all, the first.

    Parameters
    ----------
    found
        The passing, of a typical mass where it is not known.
    strongs
        How strong the plume was at stations.
    spill
        The spill as it was reported.
    most
        No more than this dissolves [kg/m³].
    """
    far = sorted(strongs, key=lambda s: s.distance)
    last = np.clip(np.searchsorted([s.distance for s in far], found.distance + 1.0) - 1, 0, len(far) - 1)
    lasting = lasting_sigma(spill)
    shape = found.sigma_peak * np.minimum(found.release, 1.0)
    shift, gone = np.zeros(found.distance.size), np.zeros(found.distance.size)
    for i, strong in enumerate(far):
        same = np.abs(found.distance - strong.distance) < 1.0
        for here in (True, False):
            mine = (last == i) & (same == here)
            shift[mine], gone[mine] = carried(strong.strength, shape[mine], lasting, same_place=here)
    before = found.sigma**2 + (SIGMA_UNKNOWN_MASS**2 if spill.mass is None else 0.0)
    return replace(found, concentration=np.minimum(found.concentration * np.exp(shift), most),
                   scale=found.scale * np.exp(shift), sigma=np.sqrt(np.maximum(before - gone, SIGMA_LEAST**2)))


def _far(seen: Seen, top: float) -> Problem:
    o = seen.observation
    times = f"{(o.value or 0.0) / top:.2g}"
    return Problem(code="observation_strong", severity="warning", fields={
        "site": o.site_id, "what": {lang: text("observation.conc", lang) for lang in LANGS}, "times": times})


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"
