"""Velocities the field reads at sections, taken into what is believed of their reaches."""

from collections.abc import Sequence

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.belief import Belief
from riverplan.forecasting.observation import FAR_OFF, Observation, disagreeing, far_off
from riverplan.velocity import error_field
from riverplan.velocity.error_field import ErrorField

SIGMA_VELOCITY = 0.35
"""Standard error of ln(velocity seen at a section) as one of the reach (assumed, less than that of Q / (W D)).

However often it is read there, a section stays one section of its reach.
"""


def with_velocities(belief: Belief, field: ErrorField, place: int, read: Sequence[Observation],
                    ) -> tuple[ErrorField, list[Problem]]:
    """The field after all velocities read at a place, and whether they are far from what was expected.

    Parameters
    ----------
    belief, field
        What was believed before anything was seen, and what is by now.
    place
        Number of the place.
    read
        What was read there: all together say as much as the surest of them.
    """
    reach = belief.course.places_reach[place]
    mine = belief.stretch[belief.course.touched == reach]
    if not mine.size:
        return field, []
    modelled = float(belief.base[reach] / belief.course.over_water[reach])
    sigma = np.array([_sigma(o) for o in read])
    error = float(np.average([np.log((o.value or modelled) / modelled) for o in read], weights=sigma**-2))
    expected, variance = float(field.mean[mine[0]]), float(field.covariance[mine[0], mine[0]])
    z = (error - expected) / float(np.sqrt(variance + sigma.min() ** 2))
    said = f"{modelled * np.exp(expected):.2g} m/s"
    return (error_field.with_velocities(field, mine[:1], np.array([error]), np.array([sigma.min()])),
            [far_off(read[0], {"zh": said, "en": said}, z)] if abs(z) > FAR_OFF else [])


def velocities_disagreeing(belief: Belief, read: Sequence[tuple[Observation, int]]) -> list[Problem]:
    """Velocities that cannot both be, each named with the one before that it fits least; both are used.

    Parameters
    ----------
    belief
        What was believed before: reaches far apart may differ more than neighbours.
    read
        Velocities with the numbers of their places.
    """
    problems: list[Problem] = []
    before: list[tuple[Observation, int, float]] = []
    for o, place in read:
        reach = belief.course.places_reach[place]
        mine = belief.stretch[belief.course.touched == reach]
        if not mine.size or not o.value:
            continue
        at, error = int(mine[0]), float(np.log(o.value * belief.course.over_water[reach] / belief.base[reach]))
        off = [abs(error - e) / np.sqrt(_sigma(o) ** 2 + _sigma(x) ** 2 + _apart(belief.field, at, k))
               for x, k, e in before]
        if off and max(off) > FAR_OFF:
            problems.append(disagreeing(o, before[int(np.argmax(off))][0]))
        before.append((o, at, error))
    return problems


def _sigma(o: Observation) -> float:
    return o.sigma or SIGMA_VELOCITY


def _apart(field: ErrorField, one: int, other: int) -> float:
    """Variance of the difference of two stretches' errors."""
    c = field.covariance
    return max(float(c[one, one] + c[other, other] - 2.0 * c[one, other]), 0.0)
