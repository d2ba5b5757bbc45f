"""When a release fits what was seen: per candidate and member of the velocity error, a set of release times.

A member is one draw of all errors. Given it, a sighting allows an interval of release times, and a clean
sample forbids one; what is left is a union of intervals, known exactly, so that no grid of release times can
miss a narrow one. The members are the same draws for all candidates, from a counter: results repeat, and
one more sighting changes no draw made before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.tracing.travel import Travel
from riverplan.forecasting.way import SPREAD

SEED = 20_260_701
"""Key of the counter-based draws."""
MEMBERS = 500
"""Members of the velocity error by which candidates are sifted, where no other number is asked for."""
LASTING = (600.0, 12 * 3600.0)
"""A release of unknown duration lasts between these [s], every order of magnitude as likely (assumed)."""
_GOLDEN, _SILVER = 0.6180339887498949, 0.4142135623730951


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A sighting in arrays: its section's number, time and reading interval [s after the reference], its kind."""

    section: int
    at: float
    within: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Members:
    """``n`` members of the plume at ``s`` sections for ``c`` candidates, arrays of shape ``(c, n, s)``.

    ``leading``, ``peak``, ``trailing`` are times after the release began [s]; ``slower`` is the travel time over
    the most probable one [-]; ``stronger`` the factor on the concentration left when the times are right [-].
    ``lasting``, shape ``(n,)``, is how long the release goes on [s].
    """

    leading: Array
    peak: Array
    trailing: Array
    slower: Array
    stronger: Array
    lasting: Array


def draws(sections: int, members: int) -> Array:
    """Standard normal draws, shape ``(1 + 3 * sections, members)``; more sections only add rows."""
    return np.random.Generator(np.random.Philox(key=SEED)).standard_normal((1 + 3 * sections, members))


def factors(covariance: Array) -> Array:
    """Lower triangular factors of covariances, shape ``(c, s, s)``, row by row.

    Where rounding or a braid makes a matrix no covariance, the row is shortened to its own variance: a
    further section never changes the rows of those before.
    """
    c, s, _ = covariance.shape
    out = np.zeros((c, s, s))
    for i in range(s):
        for j in range(i):
            left = covariance[:, i, j] - (out[:, i, :j] * out[:, j, :j]).sum(axis=1)
            out[:, i, j] = np.where(out[:, j, j] > 1e-9, left / np.maximum(out[:, j, j], 1e-9), 0.0)
        own, spent = np.maximum(covariance[:, i, i], 0.0), (out[:, i, :i] ** 2).sum(axis=1)
        out[:, i, :i] *= np.sqrt(np.minimum(1.0, own / np.maximum(spent, 1e-300)))[:, None]
        out[:, i, i] = np.sqrt(np.maximum(own - spent, 0.0))
    return out


def members_of(found: Travel, members: int, lasting: tuple[float, float]) -> Members:
    """The members of plumes; ``nan`` where a section is not reached.

    Parameters
    ----------
    found
        The plumes of releases at once.
    members
        How many members.
    lasting
        Least and greatest duration of an even release [s]: the plume's peak is later by half of it, its end by
        all of it.
    """
    least, most = lasting
    even = (np.arange(members) * _SILVER) % 1.0
    long = np.asarray(least * (most / least) ** even if least > 0 else np.full(members, most), np.float64)
    z = draws(found.reached.shape[1], members)
    own, edge, strength = z[1::3], z[2::3], z[3::3]
    stretch = np.exp(np.einsum("cij,jn->cni", factors(found.covariance), own))
    held = np.exp(z[0][None, :, None] * found.pool_sigma[:, None, :])

    def timed(time: Array, of_river: Array, factor: Array) -> Array:
        river = np.minimum(of_river, time)[:, None, :]
        return river * factor + (time[:, None, :] - river) * held

    peak = timed(found.peak, found.river, stretch)
    mean = np.where(found.peak > 0, found.peak, 1.0)[:, None, :]
    slower = np.maximum(peak / mean, 1e-3)
    leading = timed(found.leading, SPREAD.leading * found.river, stretch * np.exp(SPREAD.sigma_leading * edge.T))
    trailing = timed(found.trailing, found.tail, stretch)
    return Members(leading=np.minimum(leading, peak), peak=peak + 0.5 * long[None, :, None],
                   trailing=np.maximum(trailing, peak) + long[None, :, None], slower=slower,
                   stronger=np.exp(found.sigma[:, None, :] * strength.T), lasting=long)


def release_times(found: Members, seen: Sequence[Seen], earliest: float, latest: float) -> tuple[Array, Array]:
    """Release times that fit all sightings.

    Parameters
    ----------
    found
        The members.
    seen
        The sightings.
    earliest, latest
        Release times looked at [s after the reference].

    Returns
    -------
    begin, end
        Disjoint intervals, shape ``(c, n, k)``; an interval is empty where it ends before it begins.
    """
    shape = found.leading.shape[:2]
    low, high = np.full(shape, earliest), np.full(shape, latest)
    starts, ends = [], []
    for s in sorted(seen, key=lambda s: s.kind == "clean"):
        leading, peak, trailing = (x[:, :, s.section] for x in (found.leading, found.peak, found.trailing))
        if s.kind == "clean":
            never = np.isnan(leading)                          # the plume never comes there: nothing is forbidden
            start, end = (np.where(never, np.inf, s.at - x) for x in (trailing, leading))
            if np.any((start < high) & (end > low)):
                starts.append(start)
                ends.append(end)
            continue
        after, before = {"seen": (trailing, leading), "first": (leading + s.within, leading),
                         "peak": (peak + s.within, peak - s.within)}[s.kind]
        low = np.maximum(low, np.where(np.isnan(after), np.inf, s.at - after))
        high = np.minimum(high, np.where(np.isnan(before), -np.inf, s.at - before))
    if not starts:
        return low[:, :, None], high[:, :, None]
    start, end = np.stack(starts, axis=2), np.stack(ends, axis=2)
    order = np.argsort(start, axis=2, kind="stable")
    start, end = np.take_along_axis(start, order, 2), np.take_along_axis(end, order, 2)
    passed = np.maximum.accumulate(end, axis=2)
    begin = np.concatenate([low[:, :, None], np.maximum(low[:, :, None], passed)], axis=2)
    stop = np.concatenate([np.minimum(high[:, :, None], start), high[:, :, None]], axis=2)
    return begin, stop


def fit(begin: Array, end: Array, span: float) -> Array:
    """Likelihood of each candidate: the mean share of release times that fit, shape ``(c,)``."""
    return np.clip(end - begin, 0.0, None).sum(axis=2).mean(axis=1) / span


def spread_over(begin: Array, end: Array, edges: Array) -> Array:
    """How much of each bin of release times fits, in seconds times members: shape ``(c, bins)``."""
    out = np.zeros((begin.shape[0], edges.size - 1))
    for i, (b, e) in enumerate(zip(begin.reshape(begin.shape[0], -1), end.reshape(begin.shape[0], -1), strict=True)):
        use = e > b
        out[i] = np.maximum(np.diff(_since(b[use], edges) - _since(e[use], edges)), 0.0)
    return out


def _since(time: Array, at: Array) -> Array:
    """Sum of how long ago all times were, at rising times; what is still to come counts nothing."""
    time = np.sort(time)
    passed = np.searchsorted(time, at)
    return passed * at - np.concatenate([[0.0], np.cumsum(time)])[passed]


def one_time(begin: Array, end: Array) -> tuple[Array, Array]:
    """A release time of each member, drawn evenly from those that fit, and their length: shapes ``(c, n)``."""
    length = np.clip(end - begin, 0.0, None)
    total = length.sum(axis=2)
    part = ((np.arange(begin.shape[1]) * _GOLDEN) % 1.0)[None, :] * total
    passed = np.cumsum(length, axis=2)
    k = np.minimum((passed < part[:, :, None]).sum(axis=2), length.shape[2] - 1)[:, :, None]
    before = np.take_along_axis(passed - length, k, 2)[:, :, 0]
    time = np.take_along_axis(begin, k, 2)[:, :, 0] + (part - before)
    return np.where(total > 0, time, np.nan), total


def quantiles(weight: Array, edges: Array, at: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles of a histogram, linear within its bins; ``nan`` where it is empty."""
    passed = np.concatenate([[0.0], np.cumsum(weight)])
    if passed[-1] <= 0:
        return np.full(len(at), np.nan)
    wanted = np.asarray(at) * passed[-1]
    k = np.clip(np.searchsorted(passed, wanted, side="left") - 1, 0, weight.size - 1)
    part = (wanted - passed[k]) / np.where(weight[k] > 0, weight[k], 1.0)
    return edges[k] + np.clip(part, 0.0, 1.0) * np.diff(edges)[k]
