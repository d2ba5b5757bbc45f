"""What is believed of the velocities a plume meets: the errors of the models as a field over its way."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Z99, Array, Channel, Velocity
from riverplan.forecasting.uncertainty import Told
from riverplan.transport.compiled import Compiled
from riverplan.transport.passages import time_in_stretches
from riverplan.velocity import MODELS, error_field
from riverplan.velocity.continuity import SIGMA_SECTION, section_velocity
from riverplan.velocity.discharge_regression import SIGMA_LN as SIGMA_REGRESSION
from riverplan.velocity.discharge_regression import velocity as by_discharge
from riverplan.velocity.error_field import ErrorField

STRETCHES_MOST = 600
"""Most stretches told apart; of more reaches, neighbours along a river are taken together."""
LEARNED = 0.02
"""Where observations took less than this share of the variance of ln(travel time), the models' bands stand."""
_SECTION = list(MODELS).index("continuity")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """What the plume passes: the network, its state, and the places asked for (``p`` of them).

    ``over_water`` is the velocity of what was spilled over that of the water, 1 for what is dissolved, shape ``(n,)``;
    ``touched`` are the rows of the reaches it comes to and ``begin`` how far from the spill each begins [m];
    ``group`` is the number of the river of each of the ``n`` reaches; ``arrives[i]`` is the row of place ``i`` in
    the passing, -1 where the plume does not come.
    """

    network: Compiled
    channel: Channel
    over_water: Array
    group: NDArray[np.intp]
    reach: int
    chainage: float
    touched: NDArray[np.intp]
    begin: Array
    places_reach: NDArray[np.intp]
    places_chainage: Array
    arrives: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belief:
    """Velocities of a course and the field of their errors.

    ``base`` are the velocities the field starts from, ``stretch`` the number of the stretch of each touched reach,
    ``time`` [s] what passing each stretch takes by ``base`` on the way to each place reached, shape ``(p, k)``,
    ``prior_sigma`` and ``prior_time`` the standard errors of stretches and of the times of places before anything was
    seen. ``pool`` marks stretches that are pools. ``velocity`` are the models' own; ``timed`` says whether a time was
    observed.
    """

    course: Course
    velocity: Velocity
    base: Array
    stretch: NDArray[np.intp]
    time: Array
    field: ErrorField
    prior_sigma: Array
    prior_time: Array
    pool: NDArray[np.bool_]
    timed: bool = False

    def learned(self) -> Array:
        """Share of the variance of ln(travel time) that observations took away at all places asked for, 0 to 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(self.prior_time > 0, self.field.sigma(self.time) / self.prior_time, 1.0)
        out = np.zeros(self.course.places_reach.size)
        came = self.course.arrives >= 0
        out[came] = np.clip(1.0 - left**2, 0.0, 1.0)[self.course.arrives[came]]
        return out

    def corrected(self) -> Velocity:
        """Velocities of all reaches, those of the touched ones as they are believed now."""
        rows, velocity = self.course.touched, self.velocity
        sigma = np.sqrt(np.maximum(np.diag(self.field.covariance), 0.0))
        left = np.minimum(sigma / self.prior_sigma, 1.0)[self.stretch]
        v, fastest, doubt = (x.copy() for x in (velocity.most_probable, velocity.maximum_probable, velocity.sigma_ln))
        v[rows] = self.base[rows] * np.exp(self.field.mean[self.stretch])
        # the envelope of the model shrinks as its doubt does
        ratio = np.maximum(velocity.maximum_probable[rows] / velocity.most_probable[rows], 1.0)
        fastest[rows] = v[rows] * np.exp(np.minimum(np.log(ratio) * left, Z99 * sigma[self.stretch]))
        doubt[rows] = sigma[self.stretch]
        return replace(velocity, most_probable=v, maximum_probable=fastest, sigma_ln=doubt)

    def apart(self) -> Array:
        """How far river and pools err apart at the places reached, shape ``(p,)``; see ``uncertainty.Doubt``."""
        spent = self.time * np.exp(-self.field.mean)
        river, pool = (self.field.sigma(self.time * kind) * (spent * kind).sum(axis=1)
                       for kind in (~self.pool, self.pool))
        alone, whole = river**2 + pool**2, (self.field.sigma(self.time) * spent.sum(axis=1)) ** 2
        return np.where(pool > 0, np.minimum(whole / np.where(alone > 0, alone, 1.0), 1.0), 1.0)

    def told(self) -> Told:
        """Standard errors of the times of all places asked for; ``nan`` where nothing was learned of them."""
        known = (self.course.arrives >= 0) & (self.learned() > LEARNED)
        row = self.course.arrives[known]

        def of(value: Array) -> Array:
            out = np.full(known.size, np.nan)
            out[known] = value[row]
            return out

        sigma = self.field.sigma
        return Told(whole=of(sigma(self.time)), river=of(sigma(self.time * ~self.pool)),
                    pool=of(sigma(self.time * self.pool)), apart=of(self.apart()))


def believed(course: Course, velocity: Velocity, used: NDArray[np.intp]) -> Belief:
    """What is believed before anything was seen of the plume.

    Parameters
    ----------
    course
        Where the plume goes.
    velocity, used
        Velocities by the models, and which model served each reach.
    """
    c = course.channel
    base, sigma = velocity.most_probable.copy(), velocity.sigma_ln.copy()
    section = used == _SECTION
    base[section] = by_discharge(c.discharge[section]) * course.over_water[section]
    sigma[section] = SIGMA_REGRESSION
    is_pool = c.is_reservoir & (c.storage > 0)
    stretch = _stretches(course, is_pool)
    reached = np.flatnonzero(course.arrives >= 0)
    reached = reached[np.argsort(course.arrives[reached])]
    time = time_in_stretches(course.network, discharge=c.discharge, velocity=base, length=c.length, reach=course.reach,
                             chainage=course.chainage, touched=course.touched, stretch=stretch,
                             places_reach=course.places_reach[reached], places_chainage=course.places_chainage[reached])
    field = _field(course, sigma, stretch, is_pool, base, used)
    return Belief(course=course, velocity=velocity, base=base, stretch=stretch, time=time, field=field,
                  prior_sigma=np.sqrt(np.diag(field.covariance)), prior_time=field.sigma(time),
                  pool=np.bincount(stretch, is_pool[course.touched], int(stretch.max()) + 1) > 0)


def _stretches(course: Course, is_pool: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number of the stretch of each touched reach: a reach each, or neighbours of a river where there are too many."""
    if course.touched.size <= STRETCHES_MOST:
        return np.arange(course.touched.size, dtype=np.intp)
    for metres in 1_000.0 * 2.0 ** np.arange(40):
        keys = np.column_stack([course.group[course.touched], np.floor(course.begin / metres),
                                np.where(is_pool[course.touched], course.touched + 1, 0)])
        stretch = np.unique(keys, axis=0, return_inverse=True)[1].ravel().astype(np.intp)
        if stretch.max() < STRETCHES_MOST:
            break
    return stretch


def _field(course: Course, sigma: Array, stretch: NDArray[np.intp], is_pool: NDArray[np.bool_], base: Array,
           used: NDArray[np.intp]) -> ErrorField:
    """The field before anything was seen of the plume: the errors of the models, and what sections say."""
    rows, k = course.touched, int(stretch.max()) + 1
    first = np.full(k, rows.size)
    np.minimum.at(first, stretch, np.arange(rows.size))
    count = np.bincount(stretch, minlength=k)
    begin, end = np.full(k, np.inf), np.zeros(k)
    np.minimum.at(begin, stretch, course.begin)
    np.maximum.at(end, stretch, course.begin + course.channel.length[rows])
    field = error_field.prior(np.bincount(stretch, sigma[rows], k) / count, course.group[rows[first]], begin,
                              np.maximum(end - begin, 1.0), is_pool[rows[first]])
    at_section = np.flatnonzero(used[rows] == _SECTION)
    if not at_section.size:
        return field
    c = course.channel
    section = section_velocity(c.discharge[rows], c.width[rows], c.depth[rows])
    error = np.log(section[at_section] * course.over_water[rows[at_section]] / base[rows[at_section]])
    number = np.bincount(stretch[at_section], minlength=k)
    which = np.flatnonzero(number)
    mean = np.bincount(stretch[at_section], error, k)[which] / number[which]
    return error_field.with_velocities(field, which.astype(np.intp), mean, SIGMA_SECTION / np.sqrt(number[which]))
