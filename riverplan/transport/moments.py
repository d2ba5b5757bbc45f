"""Moments and bounds of the plume at places, in one pass each, without any curve.

Along one way cumulants add. Where ways meet, moments mix by mass: the variance of a mixture is more
than the mean of the variances. The bounds are Chernoff's: ``P(T <= t) <= exp(θ t) G(θ)``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.linear_ways import LinearRiver, Source, Ways
from riverplan.transport.segments import Segments, log_release

LOWER = 53.0
"""Logarithm of what may come before a window, against its mass: the window's damping multiplies it by exp(25)."""
UPPER = 27.6
"""The same of what may come after it."""
_THETA = np.geomspace(1e-10, 1e3, 44)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Arrival of the plume at ``p`` reached places: arrays of shape ``(p,)``, ``place`` holds their numbers.

    ``log_mass`` is the logarithm of the mass that passes [kg]; ``mean`` [s], ``variance`` [s²] and ``third``
    [s³] are cumulants of its time of passing. All but exp(-53) of it passes after ``begin`` [s], all but
    exp(-27) before ``end`` [s]. ``sharpness`` [s²] is the least variance that rivers add on any way. ``joint`` is
    the ``begin`` of every joint.
    """

    place: NDArray[np.intp]
    log_mass: Array
    mean: Array
    variance: Array
    third: Array
    begin: Array
    end: Array
    sharpness: Array
    joint: Array


def _mixed(parts: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """Log mass and cumulants of a mixture of parts of given log mass and cumulants."""
    if len(parts) == 1:
        return parts[0]
    a = np.array(parts)
    top = a[:, 0].max()
    w = np.exp(a[:, 0] - top)
    total = w.sum()
    w /= total
    mean = w @ a[:, 1]
    d = a[:, 1] - mean
    return (float(top + np.log(total)), float(mean), float(w @ (a[:, 2] + d**2)),
            float(w @ (a[:, 3] + 3.0 * d * a[:, 2] + d**3)))


def moments(river: LinearRiver, ways: Ways, sources: Sequence[Source]) -> Moments:
    """Cumulants and bounds of the plume at all places that the ways lead to.

    Parameters
    ----------
    river, ways, sources
        The river, and the ways from the sources to the places.
    """
    g = ways.tail.size
    seg = Segments(river, ways, np.arange(g))
    both = np.concatenate([_THETA, -_THETA])
    rate = seg.slowest_rate()[:, None]
    asked = np.where(both > -0.999 * rate, both, 0.0)
    logs = seg.log_transfer(asked)
    logs[both[None] <= -0.999 * rate] = np.inf
    log_mass = seg.log_transfer(np.zeros(1))[:, 0]
    c, spread = seg.cumulants(), seg.spread()

    at: dict[int, list[tuple[float, float, float, float]]] = {}
    bound = np.full((ways.n_joints, both.size), -np.inf)
    sharp = np.full(ways.n_joints, np.inf)
    for source, joint in zip(sources, ways.source_joint, strict=True):
        d, m = source.until - source.start, np.log(source.mass)
        at.setdefault(int(joint), []).append((float(m), source.start + d / 2.0, d**2 / 12.0, 0.0))
        bound[joint] = np.logaddexp(bound[joint], m + log_release(both, source.start, d))
        sharp[joint] = min(sharp[joint], d**2 / 12.0)
    state: dict[int, tuple[float, float, float, float]] = {}
    reached: list[tuple[int, tuple[float, float, float, float], Array, float]] = []
    for i in range(g):
        tail, head = int(ways.tail[i]), int(ways.head[i])
        if tail not in state:
            state[tail] = _mixed(at[tail])
        m, k1, k2, k3 = state[tail]
        here = (m + float(log_mass[i]), k1 + float(c[i, 0]), k2 + float(c[i, 1]), k3 + float(c[i, 2]))
        if head < 0:
            reached.append((int(ways.place[i]), here, bound[tail] + logs[i], sharp[tail] + spread[i]))
        else:
            at.setdefault(head, []).append(here)
            bound[head] = np.logaddexp(bound[head], bound[tail] + logs[i])
            sharp[head] = min(sharp[head], sharp[tail] + spread[i])
    for joint in at.keys() - state.keys():
        state[joint] = _mixed(at[joint])
    reached.sort(key=lambda item: item[0])
    found = np.array([item[1] for item in reached]).reshape(-1, 4)
    masses = np.array([state[j][0] if j in state else 0.0 for j in range(ways.n_joints)])
    above = np.array([item[2] for item in reached]).reshape(-1, both.size)
    begin, end = _bounds(above - found[:, :1])
    return Moments(place=np.array([item[0] for item in reached], np.intp), log_mass=found[:, 0], mean=found[:, 1],
                   variance=found[:, 2], third=found[:, 3], begin=begin, end=end,
                   sharpness=np.array([item[3] for item in reached]), joint=_bounds(bound - masses[:, None])[0])


def _bounds(log_ratio: Array) -> tuple[Array, Array]:
    """First and last time that matter [s], of rows of ``ln G(±θ)``."""
    k = _THETA.size
    low = np.max((-LOWER - log_ratio[:, :k]) / _THETA, axis=1, initial=0.0)
    high = np.min((UPPER + log_ratio[:, k:]) / _THETA, axis=1, initial=np.inf)
    return low, high
