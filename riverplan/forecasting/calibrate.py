"""What the field reports, turned into better velocities downstream, by Bayes.

Each formula's error of ln(velocity) is a Gaussian field over the stretches the plume passes
(:mod:`riverplan.velocity.error_field`); observed times, velocities and "nothing yet" narrow it in closed form.
Where only a section gives the velocity, the regression on discharge is where the field starts from and the section
is itself an observation of it: once a plume was seen, the section above that station says nothing more.

What is observed is the mean of the plume, which travels with the water: a peak is set back by the lag of the mean of
its response (:func:`riverplan.spread.jobson_unit_response.mean_lag`) before it is compared.

On dye studies of 7 rivers the peak at later stations is forecast from the first one with a median error of 6 % (7 %
with every station counted once), from the station before with 3 %. By name these rivers are among those the field was
fitted to; without them the regression is all but the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.channel import Array, SpreadModel
from riverplan.errors import InputError, Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief, Course
from riverplan.forecasting.observation import FAR_OFF, FASTEST, Observation, far_off, once, without_contradictions
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.velocities_seen import velocities_disagreeing, with_velocities
from riverplan.i18n import LANGS, text
from riverplan.river.sites import Site
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached
from riverplan.velocity import error_field

SIGMA_PEAK_TIME = 0.03
"""Standard error of ln(travel time) of an observed peak (assumed: samples every few per cent of the time)."""
SIGMA_CLOCK = 120.0
"""Standard error of the time of anything seen [s] (assumed: a site's place, a clock and a sample are no surer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation, the number of its place, and when after the release it was made [s] (0 where undated)."""

    observation: Observation
    place: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """A belief after observations, what is far from what was expected, and how likely the observed times were.

    ``evidence`` is the logarithm of the predictive density of the times [1/s each], or probability of none yet.
    """

    belief: Belief
    problems: tuple[Problem, ...]
    evidence: float


def seen_at(observations: Sequence[Observation], spill: Spill, sites: Sequence[Site], belief: Belief, found: Passing,
            *, film: bool) -> tuple[list[Seen], list[Problem]]:
    """Observations by their places, without those that others contradict, and what is to be said of them.

    Parameters
    ----------
    observations
        Checked ones, without discharges.
    spill
        The spill, with its time where an observation has one.
    sites
        ``sites[i]`` is place ``i`` of the course.
    belief, found
        What is believed of the way to the places, and the passing by the models.
    film
        Whether a film was spilled: it has no concentration.

    Raises
    ------
    InputError
        If a site is one the plume does not come to.
    """
    place = {s.site_id: i for i, s in enumerate(sites)}
    row = {s: int(belief.course.arrives[i]) for s, i in place.items()}
    if missed := {o.site_id for o in observations if row.get(o.site_id, -1) < 0}:
        raise InputError([Problem(code="observation_not_below", fields={"site": s}) for s in sorted(missed)])

    fast = [Problem(code="observation_too_fast", fields={
                "site": o.site_id, "kind": o.kind, "speed": f"{found.distance[row[o.site_id]] / gone:.0f}"})
            for o in observations if o.kind in ("leading", "peak") and o.at and spill.at
            and (gone := (o.at - spill.at).total_seconds()) * FASTEST < found.distance[row[o.site_id]]]
    if fast:
        raise InputError(fast)

    def passes(above: str, below: str) -> bool:
        return bool(np.all(belief.time[row[below]] >= 0.999 * belief.time[row[above]]))

    problems: list[Problem] = []
    usable = []
    for o in once(observations):
        if o.kind == "conc" and film:
            problems.append(Problem(code="observation_film", severity="warning", fields={"site": o.site_id}))
        elif o.kind != "velocity" and not belief.time[row[o.site_id]].any():
            problems.append(Problem(code="observation_at_spill", severity="warning", fields={"site": o.site_id}))
        else:
            usable.append(o)
    kept, contradicted = without_contradictions(usable, {s: float(found.distance[r]) for s, r in row.items() if r >= 0},
                                                passes, spill.background)
    detected = {o.site_id for o in kept if o.kind in ("leading", "peak")}
    peaks = {o.site_id for o in kept if o.kind == "peak"}
    listed = {lang: "；".join(f"{sites[place[o.site_id]].name or o.site_id} {text(f'observation.{o.kind}', lang)}"
                             for o in kept) for lang in LANGS}
    if kept:
        problems.insert(0, Problem(code="observed", severity="note", fields={"count": len(kept), "list": listed}))
    # where a peak was seen, the first detection says nothing more: it depends on how well one could detect; where
    # either was seen, that nothing was there before says nothing more either
    return [Seen(observation=o, place=place[o.site_id],
                 at=(o.at - spill.at).total_seconds() if o.at and spill.at else 0.0)
            for o in kept if not (o.kind == "leading" and o.site_id in peaks)
            and not (o.kind == "none" and o.site_id in detected)], [*problems, *contradicted]


def with_seen(belief: Belief, seen: Sequence[Seen], reached: Reached, found: Passing, spread: SpreadModel,
              spill: Spill, *, linear: bool) -> Learned:
    """The belief after observed times and velocities, and which of them are far from what was expected.

    Parameters
    ----------
    belief
        What was believed.
    seen
        Observations in their order down the river; concentrations are left to :mod:`concentrations`.
    reached, found
        Arms and passing of the plume by the models.
    spread
        How it spreads in rivers.
    spill
        When it began, and how sure that is; the pieces of its release.
    linear
        Whether each reach has a model of its own, which keeps the mean's time by itself.
    """
    from scipy.special import log_ndtr

    problems = velocities_disagreeing(belief, [(s.observation, s.place) for s in seen
                                               if s.observation.kind == "velocity"])
    field, timed, read, evidence = belief.field, False, set[int](), 0.0
    for s in seen:
        o, row = s.observation, int(belief.course.arrives[s.place])
        if o.kind == "velocity" and s.place not in read:
            read.add(s.place)
            here = [x.observation for x in seen if x.place == s.place and x.observation.kind == "velocity"]
            field, far = with_velocities(belief, field, s.place, here)
            problems += far
        if o.kind not in ("leading", "peak", "none"):
            continue
        expected = float((belief.time[row] * np.exp(-field.mean)).sum())
        travelled, doubt = _travelled(o, s.at, reached, found, row, spread, spill, linear=linear)
        deviation = float(np.hypot(field.sigma(belief.time[[row]])[0], doubt))
        z = float(np.log(travelled / expected)) / deviation
        if abs(z) > FAR_OFF and not (o.kind == "none" and z < 0):      # nothing yet, long before it is due: so it is
            problems.append(far_off(o, _hours_after(s.at + expected - travelled), z))
        if o.kind == "none":
            evidence += float(log_ndtr(-z))
            field = error_field.with_not_before(field, belief.time[row], travelled, doubt)
            continue
        timed = True
        evidence -= 0.5 * z * z + math.log(deviation * travelled)
        field = error_field.with_times(field, belief.time[[row]], np.array([travelled]), np.array([doubt]))
    return Learned(belief=replace(belief, field=field, timed=timed), problems=tuple(problems), evidence=evidence)


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
    earliest, low, leading = found.earliest.copy(), found.leading_band[0].copy(), found.leading.copy()
    if all(s.observation.kind == "none" for s in seen):
        earliest, low = np.maximum(earliest, before.earliest), np.maximum(low, before.leading_band[0])
        leading = np.maximum(leading, before.leading)
    for s in seen:
        if s.observation.kind == "none":
            at = (course.places_reach == course.places_reach[s.place]) & (
                np.abs(course.places_chainage - course.places_chainage[s.place]) < 1.0)
            rows = course.arrives[at & (course.arrives >= 0)]          # other sites at the same place too
            earliest[rows], low[rows] = np.maximum(earliest[rows], s.at), np.maximum(low[rows], s.at)
    leading = np.maximum(leading, low)
    return later(replace(found, earliest=earliest, leading_band=(low, np.maximum(found.leading_band[1], low))), leading)


def later(found: Passing, leading: Array) -> Passing:
    """The passing with leading edges not before some times [s], and all that follows as much later.

    Parameters
    ----------
    found
        The passing.
    leading
        Shape ``(p,)``.
    """
    by = np.maximum(leading - found.leading, 0.0)

    def moved(band: tuple[Array, Array]) -> tuple[Array, Array]:
        return band[0] + by, band[1] + by

    return replace(found, leading=found.leading + by, peak=found.peak + by, trailing=found.trailing + by,
                   leading_band=(found.leading_band[0], np.maximum(found.leading_band[1], found.leading + by)),
                   peak_band=moved(found.peak_band), trailing_band=moved(found.trailing_band),
                   curves=replace(found.curves, time=found.curves.time + by[:, None]))


def _travelled(o: Observation, at: float, reached: Reached, found: Passing, row: int, spread: SpreadModel,
               spill: Spill, *, linear: bool) -> tuple[float, float]:
    """Travel time of the mean of the plume that an observation means [s], and its standard error of ln.

    What a release over some time and the mixing in pools add to the travel time is taken from the forecast. Where
    something was released in parts, the part is taken that fits best.
    """
    arms = reached.arms[reached.place == found.place[row]]
    weight = arms[:, a.WEIGHT] / arms[:, a.WEIGHT].sum()
    river, delay = float(weight @ arms[:, a.RIVER_TIME]), float(weight @ arms[:, a.POOL_DELAY])
    way = river + delay
    if o.kind == "peak":
        off = [float(found.peak[row]) - way]
        if len(spill.pieces) > 1:
            strongest = min(((begin + until) / 2 for begin, until, _ in spill.pieces), key=lambda x: abs(x - off[0]))
            off = [off[0] - strongest + (begin + until) / 2 for begin, until, _ in spill.pieces]
        rest = min(off, key=lambda x: abs(at - x - way))
        time, doubt = at - rest, SIGMA_PEAK_TIME
    else:
        ahead = (spread.leading * river + delay) / way
        rest = float(found.leading[row]) - ahead * way
        time, doubt = (at - rest) / ahead, spread.sigma_leading
    time = max(time, 0.01 * way)                         # a plume is never there at once
    in_river = time * river / way
    height = float(np.exp(weight @ (arms[:, a.LOG_PEAK] - arms[:, a.POWER] * np.log(np.maximum(
        in_river, spread.shortest) / np.maximum(arms[:, a.RIVER_TIME], spread.shortest)))))
    lag = 0.0 if linear else float(spread.mean_lag(spread.response(np.array([in_river]), np.array([height])))[0])
    clock = np.hypot(spill.sigma_at, 0.0 if o.sigma else SIGMA_CLOCK)
    return time + lag, float(np.hypot(o.sigma or doubt, clock / min(time, way)))


def mean_over_peak(reached: Reached, found: Passing, row: int, spread: SpreadModel) -> float:
    """Travel time of the mean of the plume at a place over that of its peak."""
    arms = reached.arms[reached.place == found.place[row]]
    weight = arms[:, a.WEIGHT] / arms[:, a.WEIGHT].sum()
    river, delay = float(weight @ arms[:, a.RIVER_TIME]), float(weight @ arms[:, a.POOL_DELAY])
    height = float(np.exp(weight @ arms[:, a.LOG_PEAK]))
    lag = float(spread.mean_lag(spread.response(np.array([river]), np.array([height])))[0])
    return 1.0 + lag / (river + delay)


def _hours_after(seconds: float) -> dict[str, str]:
    hours = max(seconds, 0.0) / 3600.0
    return {"zh": f"泄漏后 {hours:.1f} h", "en": f"{hours:.1f} h after the release"}


def on_water_clock(reached: Reached, spread: SpreadModel, learned: Array) -> Reached:
    """Arms whose river time is that of the mean of the plume, given that of its peak instead.

    The time a formula gives is the peak's, the time observations teach is the mean's: the clock changes as far as
    observations have replaced the formula.

    Parameters
    ----------
    reached
        The walk with corrected velocities.
    spread
        How plumes spread in rivers.
    learned
        Share of the variance of ln(travel time) that observations took away, of all places asked for.
    """
    arms = reached.arms.copy()
    mean = np.maximum(arms[:, a.RIVER_TIME], 1e-3)
    height, power = np.exp(arms[:, a.LOG_PEAK]), arms[:, a.POWER]
    far = mean > spread.shortest
    peak = np.where(far, np.maximum(spread.peak_of_mean(np.where(far, mean, spread.shortest), height, power),
                                    spread.shortest), mean)
    share = (peak / mean) ** learned[reached.place]
    earlier = spread.leading * mean * (1.0 - share)
    sooner = np.minimum(arms[:, a.EARLY] / np.maximum(arms[:, a.LEAD], 1e-9), 1.0)
    arms[:, a.LOG_PEAK] -= np.where(far, power * np.log(share), 0.0)
    arms[:, a.EARLY] -= earlier * sooner
    arms[:, a.LEAD] -= earlier
    arms[:, a.RIVER_TIME] = np.where(arms[:, a.RIVER_TIME] > 0, mean * share, 0.0)
    return replace(reached, arms=arms)
