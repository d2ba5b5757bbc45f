"""Concentrations the field reports: how strong the plume is, how much was spilled, and when it passes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.channel import Z95
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief
from riverplan.forecasting.calibrate import SIGMA_PEAK_TIME, Seen
from riverplan.forecasting.observation import FAR_OFF, Observation, disagreeing, in_words
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.strength import (
    SIGMA_CONCENTRATION,
    Lasting,
    Strength,
    after,
    disagreeing_pair,
    expected_at,
    nothing_seen,
    strength_seen,
)
from riverplan.forecasting.uncertainty import SIGMA_DISCHARGE
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
    """How strong the plume was at a station, and how far from the spill that is [m].

    ``lasting`` is what is known of the plume after this station and those above it, ``strongest`` the highest
    concentration read there.
    """

    distance: float
    strength: Strength
    lasting: Lasting
    strongest: Observation


def lasting_sigma(spill: Spill) -> float:
    """Standard error of ln(concentration) that stays with the plume all the way: of mass and discharge."""
    return float(np.hypot(SIGMA_DISCHARGE, SIGMA_UNKNOWN_MASS if spill.mass is None else spill.sigma_mass))


def with_concentrations(belief: Belief, seen: Sequence[Seen], place: int, above: Strong | None, found: Passing,
                        spill: Spill, most: float, mean_over_peak: float) -> tuple[Belief, Strong, list[Problem]]:
    """The belief after the concentrations of one station, and how strong the plume was there.

    Parameters
    ----------
    belief, found
        What is believed after all that was seen further up, and the passing by it.
    seen
        Observations; of those only the concentrations at the place count, and whether a peak was seen there.
    place
        Number of the station's place.
    above
        How strong the plume was at the last station above, ``None`` at the first.
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
    lasting = nothing_seen(lasting_sigma(spill)) if above is None else above.lasting
    (expected,), (variance,) = expected_at(lasting, np.array([shape]))
    scale = float(np.hypot(shape, lasting_sigma(spill)))
    curve_time = found.curves.time[row]
    told = strength_seen(at, value, curve_time, curve, sigma_time=before, sigma_scale=float(np.sqrt(variance)),
                         expected=float(expected), sigma=sigma, most=most)
    problems = []
    top = float(curve.max())
    strongest = mine[int(np.argmax(value))].observation
    if value.max() > 0 < top and np.log(value.max() / min(top, most)) > FAR_OFF * np.hypot(scale, sigma.min()):
        problems.append(_far(strongest, top))
    pair = disagreeing_pair(at, value, curve_time, curve, sigma_time=before, sigma_scale=scale, sigma=sigma,
                            far_off=FAR_OFF, most=most)
    if pair is not None:
        problems.append(disagreeing(mine[pair[1]].observation, mine[pair[0]].observation))
    if above is not None:
        alone = strength_seen(at, value, curve_time, curve, sigma_time=before, sigma_scale=scale, sigma=sigma,
                              most=most)
        if abs(_off(alone, scale, float(expected), float(variance))) > FAR_OFF:
            problems.append(disagreeing(strongest, above.strongest))
    strong = Strong(distance=float(found.distance[row]), strength=told, lasting=after(lasting, shape, told),
                    strongest=strongest)
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


def mass_told(strongs: Sequence[Strong]) -> tuple[float, float, Problem]:
    """The mass that concentrations tell of [kg], the standard error of its logarithm, and the note that says so."""
    lasting = max(strongs, key=lambda s: s.distance).lasting
    of_mass = SIGMA_UNKNOWN_MASS**2 / (SIGMA_UNKNOWN_MASS**2 + SIGMA_DISCHARGE**2)   # the rest is of the discharge
    mass = TYPICAL_MASS * float(np.exp(of_mass * lasting.mean[0]))
    doubt = float(np.hypot(of_mass * np.sqrt(lasting.covariance[0, 0]), np.sqrt(of_mass) * SIGMA_DISCHARGE))
    low, high = mass * np.exp(-Z95 * doubt), mass * np.exp(Z95 * doubt)
    return mass, doubt, Problem(code="mass_from_concentrations", severity="warning", fields={
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
    shape = found.sigma_peak * np.minimum(found.release, 1.0)
    _, unseen = expected_at(nothing_seen(lasting_sigma(spill)), shape)
    shift, left = np.zeros(found.distance.size), np.zeros(found.distance.size)
    for i, strong in enumerate(far):
        mine = last == i
        shift[mine], left[mine] = expected_at(strong.lasting, shape[mine])
        here = np.abs(found.distance - strong.distance) < 1.0
        shift[mine & here], left[mine & here] = strong.strength.scale, strong.strength.scale_variance
    gone = np.maximum(unseen - left, 0.0)
    before = found.sigma**2 + (SIGMA_UNKNOWN_MASS**2 if spill.mass is None else 0.0)
    return replace(found, concentration=np.minimum(found.concentration * np.exp(shift), most),
                   scale=found.scale * np.exp(shift), sigma=np.sqrt(np.maximum(before - gone, SIGMA_LEAST**2)))


def _off(alone: Strength, scale: float, expected: float, variance: float) -> float:
    """How many standard errors what a station says by itself is from what those above it say."""
    said = 1.0 / alone.scale_variance - 1.0 / scale**2     # of the readings without what was thought before
    if said <= 0.1 / scale**2:
        return 0.0
    return (alone.scale / alone.scale_variance / said - expected) / float(np.sqrt(1.0 / said + variance))


def _far(o: Observation, top: float) -> Problem:
    times = f"{(o.value or 0.0) / top:.2g}"
    return Problem(code="observation_strong", severity="warning", fields={
        "site": o.site_id, "what": in_words(o), "times": times})


def _two_digits(value: float) -> str:
    short = float(f"{value:.2g}")
    return f"{short:.0f}" if short >= 10 else f"{short:g}"
