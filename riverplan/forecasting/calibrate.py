"""What the field reports, turned into better velocities downstream, by Bayes.

Each formula's error of ln(velocity) is a Gaussian field over the stretches the plume passes
(:mod:`riverplan.velocity.error_field`); observed times, velocities and "nothing yet" narrow it in closed form.
Where only a section gives the velocity, the regression on discharge is where the field starts from and the section
is itself an observation of it: once a plume was seen, the section above that station says nothing more.

What is observed is the mean of the plume, which travels with the water: a peak is set back by the lag of the mean of
its response (:func:`riverplan.spread.jobson_unit_response.mean_lag`) before it is compared.

On dye studies of 7 rivers the peak at later stations is forecast from the first one with a median error of 6 % (7 %
with every station counted once), from the station before with 4 %. By name these rivers are among those the field was
fitted to; without them the regression is all but the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.channel import Z95, Array, SpreadModel
from riverplan.errors import InputError, Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief, Course
from riverplan.forecasting.observation import Observation, without_contradictions
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.strength import Strength, carried, strength_seen
from riverplan.forecasting.uncertainty import SIGMA_DISCHARGE
from riverplan.i18n import LANGS, text
from riverplan.river.sites import Site
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached
from riverplan.velocity import error_field

SIGMA_PEAK_TIME = 0.03
"""Standard error of ln(travel time) of an observed peak (assumed: samples every few per cent of the time)."""
SIGMA_VELOCITY = 0.35
"""Standard error of ln(velocity seen at a section) as one of the reach (assumed, less than that of Q / (W D))."""
FAR_OFF = 3.0
"""An observation more standard errors off than this is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation, the number of its place, and when after the release it was made [s] (0 where undated)."""

    observation: Observation
    place: int
    at: float


def seen_at(observations: Sequence[Observation], spill: Spill, sites: Sequence[Site], course: Course, distance: Array,
            ) -> tuple[list[Seen], list[Problem]]:
    """Observations by their places, without those that others contradict, and what is to be said of them.

    Parameters
    ----------
    observations
        Checked ones, without discharges.
    spill
        The spill, with its time where an observation has one.
    sites
        ``sites[i]`` is place ``i`` of the course.
    distance
        Of the places reached, from the spill [m].

    Raises
    ------
    InputError
        If a site is one the plume does not come to.
    """
    place = {s.site_id: i for i, s in enumerate(sites)}
    arrives = {s: int(course.arrives[i]) for s, i in place.items()}
    if missed := {o.site_id for o in observations if arrives.get(o.site_id, -1) < 0}:
        raise InputError([Problem(code="observation_not_below", fields={"site": s}) for s in sorted(missed)])
    kept, problems = without_contradictions(observations, {
        o.site_id: float(distance[arrives[o.site_id]]) for o in observations})
    peaks = {o.site_id for o in kept if o.kind == "peak"}
    listed = {lang: "；".join(f"{sites[place[o.site_id]].name or o.site_id} {text(f'observation.{o.kind}', lang)}"
                             for o in kept) for lang in LANGS}
    note = Problem(code="observed", severity="note", fields={"count": len(kept), "list": listed})
    # where a peak was seen, the first detection says nothing more: it depends on how well one could detect
    return [Seen(observation=o, place=place[o.site_id],
                 at=(o.at - spill.at).total_seconds() if o.at and spill.at else 0.0)
            for o in kept if not (o.kind == "leading" and o.site_id in peaks)], [note, *problems]


def with_seen(belief: Belief, seen: Sequence[Seen], reached: Reached, found: Passing, spread: SpreadModel,
              ) -> tuple[Belief, list[Problem]]:
    """The belief after observed times and velocities, and which of them are far from what was expected.

    Parameters
    ----------
    belief
        What was believed.
    seen
        Observations in their order down the river; concentrations are left to :func:`with_concentrations`.
    reached, found
        Arms and passing of the plume by the models.
    spread
        How it spreads in rivers.
    """
    field, problems = belief.field, []
    for s in seen:
        o, row = s.observation, int(belief.course.arrives[s.place])
        if o.kind == "velocity" and o.value is not None:
            mine = np.flatnonzero(belief.course.touched == belief.course.places_reach[s.place])
            error = np.log(o.value / belief.base[belief.course.touched[mine]])
            field = error_field.with_velocities(field, belief.stretch[mine], error,
                                                np.array([o.sigma or SIGMA_VELOCITY]))
        if o.kind not in ("leading", "peak", "none"):
            continue
        travelled, doubt = _travelled(o, s.at, reached, found, row, spread)
        if o.kind == "none":
            field = error_field.with_not_before(field, belief.time[row], travelled, doubt)
            continue
        expected = float((belief.time[row] * np.exp(-field.mean)).sum())
        z = np.log(travelled / expected) / np.hypot(field.sigma(belief.time[[row]])[0], doubt)
        if abs(z) > FAR_OFF:
            problems.append(_far(o, s.at, travelled, expected, z))
        field = error_field.with_times(field, belief.time[[row]], np.array([travelled]), np.array([doubt]))
    return replace(belief, field=field), problems


def with_concentrations(belief: Belief, seen: Sequence[Seen], found: Passing, spill: Spill,
                        ) -> tuple[Belief, list[tuple[float, Strength]]]:
    """The belief after observed concentrations, and how strong the plume was at each station, by distance [m].

    Parameters
    ----------
    belief, found
        What is believed after times and velocities, and the passing by it.
    seen
        Observations; those that are no concentrations are passed over.
    spill
        Mass and background.
    """
    field, strengths = belief.field, []
    lasting = lasting_sigma(spill)
    for place in dict.fromkeys(s.place for s in seen if s.observation.kind == "conc"):
        row = int(belief.course.arrives[place])
        series = [(s.at, s.observation.value or 0.0) for s in seen if s.place == place and s.observation.kind == "conc"]
        at, value = np.array(sorted(series)).T
        before = float(field.sigma(belief.time[[row]])[0])
        told = strength_seen(at, np.maximum(value - spill.background, 0.0), found.curves.time[row],
                             found.scale[row] * found.curves.flux[row], sigma_time=max(before, 1e-3),
                             sigma_scale=float(np.hypot(found.sigma_peak, lasting)))
        strengths.append((float(found.distance[row]), told))
        gain = 1.0 - told.time_variance / max(before, 1e-3) ** 2
        if gain > 0.05:                                    # as an observed time that would have told as much
            total = float((belief.time[row] * np.exp(-field.mean)).sum())
            doubt = max(before * np.sqrt(1.0 / gain - 1.0), SIGMA_PEAK_TIME)       # the curve's form errs too
            field = error_field.with_times(field, belief.time[[row]], np.array([total * np.exp(told.time / gain)]),
                                           np.array([doubt]))
    return replace(belief, field=field), strengths


def not_before(found: Passing, seen: Sequence[Seen], course: Course, before: Passing) -> Passing:
    """The passing with nothing earlier than when nothing had come yet.

    Parameters
    ----------
    found
        By what is believed now.
    seen
        Observations; where all say that nothing had come, no place is reached earlier than without them.
    course
        Where the plume goes.
    before
        The passing by the models alone.
    """
    earliest, low = found.earliest.copy(), found.leading_band[0].copy()
    if all(s.observation.kind == "none" for s in seen):
        earliest, low = np.maximum(earliest, before.earliest), np.maximum(low, before.leading_band[0])
    for s in seen:
        if s.observation.kind == "none":
            row = course.arrives[s.place]
            earliest[row], low[row] = max(earliest[row], s.at), max(low[row], s.at)
    leading = np.maximum(found.leading, low)
    peak = np.maximum(found.peak, leading)

    def raised(band: tuple[Array, Array]) -> tuple[Array, Array]:
        return np.maximum(band[0], low), np.maximum(band[1], low)

    return replace(found, earliest=earliest, leading=leading, peak=peak, trailing=np.maximum(found.trailing, peak),
                   leading_band=raised(found.leading_band), peak_band=raised(found.peak_band),
                   trailing_band=raised(found.trailing_band))


TYPICAL_MASS = 1_000.0
"""Where the mass is not known and concentrations are to tell it: what is thought of before [kg] (assumed)."""
SIGMA_UNKNOWN_MASS = 3.0
"""Standard error of its logarithm: from kilograms to hundreds of tons (assumed)."""


def lasting_sigma(spill: Spill) -> float:
    """Standard error of ln(concentration) that stays with the plume all the way: of mass and discharge."""
    return float(np.hypot(SIGMA_DISCHARGE, SIGMA_UNKNOWN_MASS if spill.mass is None else 0.0))


def mass_told(strengths: Sequence[tuple[float, Strength]]) -> tuple[float, Problem]:
    """The mass that concentrations at the first station tell of [kg], and the note that says so."""
    _, first = min(strengths, key=lambda item: item[0])
    mass, doubt = TYPICAL_MASS * float(np.exp(first.scale)), float(np.hypot(np.sqrt(first.scale_variance),
                                                                            SIGMA_DISCHARGE))
    low, high = mass * np.exp(-Z95 * doubt), mass * np.exp(Z95 * doubt)
    return mass, Problem(code="mass_from_concentrations", severity="warning", fields={
        "mass": _two_digits(mass), "low": _two_digits(low), "high": _two_digits(high)})


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def strengthened(found: Passing, strengths: Sequence[tuple[float, Strength]], spill: Spill) -> Passing:
    """The passing with concentrations as strong as the last station above each place says; above all, the first."""
    if not strengths:
        return found
    far = sorted(strengths, key=lambda item: item[0])
    last = np.clip(np.searchsorted([d for d, _ in far], found.distance + 1.0) - 1, 0, len(far) - 1)
    lasting = lasting_sigma(spill)
    shift, gone = np.zeros(found.distance.size), np.zeros(found.distance.size)
    for i, (distance, strength) in enumerate(far):
        for same in (True, False):
            mine = (last == i) & ((np.abs(found.distance - distance) < 1.0) == same)
            shift[mine], gone[mine] = carried(strength, found.sigma_peak, lasting, same_place=same)
    before = found.sigma**2 + (lasting**2 - SIGMA_DISCHARGE**2)
    return replace(found, concentration=found.concentration * np.exp(shift), scale=found.scale * np.exp(shift),
                   sigma=np.sqrt(np.maximum(before - gone, 0.05**2)))


def _travelled(o: Observation, at: float, reached: Reached, found: Passing, row: int, spread: SpreadModel,
               ) -> tuple[float, float]:
    """Travel time of the mean of the plume that an observation means [s], and its standard error of ln.

    What a release over some time and the mixing in pools add to the travel time is taken from the forecast.
    """
    arms = reached.arms[reached.place == found.place[row]]
    weight = arms[:, a.WEIGHT] / arms[:, a.WEIGHT].sum()
    river, delay = float(weight @ arms[:, a.RIVER_TIME]), float(weight @ arms[:, a.POOL_DELAY])
    if o.kind == "peak":
        time, doubt = at - (float(found.peak[row]) - river - delay), SIGMA_PEAK_TIME
    else:
        ahead = (spread.leading * river + delay) / (river + delay)
        time = (at - (float(found.leading[row]) - ahead * (river + delay))) / ahead
        doubt = spread.sigma_leading
    time = max(time, 0.01 * (river + delay))             # a plume is never there at once
    in_river = time * river / (river + delay)
    height = float(np.exp(weight @ (arms[:, a.LOG_PEAK] - arms[:, a.POWER] * np.log(np.maximum(
        in_river, spread.shortest) / np.maximum(arms[:, a.RIVER_TIME], spread.shortest)))))
    lag = spread.mean_lag(spread.response(np.array([in_river]), np.array([height])))
    return time + float(lag[0]), o.sigma or doubt


def _far(o: Observation, at: float, travelled: float, expected: float, z: float) -> Problem:
    what = {lang: text(f"observation.{o.kind}", lang) for lang in LANGS}
    hours = (at + expected - travelled) / 3600.0
    return Problem(code="observation_far", severity="warning", fields={
        "site": o.site_id, "what": what, "z": f"{abs(z):.1f}",
        "expected": {"zh": f"泄漏后 {hours:.1f} h", "en": f"{hours:.1f} h after the release"}})


def on_water_clock(reached: Reached, spread: SpreadModel) -> Reached:
    """Arms whose river time is that of the mean of the plume, given that of its peak instead."""
    arms = reached.arms.copy()
    mean = np.maximum(arms[:, a.RIVER_TIME], 1e-3)
    height, power = np.exp(arms[:, a.LOG_PEAK]), arms[:, a.POWER]
    far = mean > spread.shortest
    peak = np.where(far, spread.peak_of_mean(np.where(far, mean, spread.shortest), height, power), mean)
    share = peak / mean
    arms[:, a.LOG_PEAK] -= np.where(far, power * np.log(share), 0.0)
    sooner = np.minimum(arms[:, a.EARLY] / np.maximum(arms[:, a.LEAD], 1e-9), 1.0)
    arms[:, a.EARLY] -= spread.leading * (mean - peak) * sooner
    arms[:, a.LEAD] -= spread.leading * (mean - peak)
    arms[:, a.RIVER_TIME] = np.where(arms[:, a.RIVER_TIME] > 0, peak, 0.0)
    return replace(reached, arms=arms)
