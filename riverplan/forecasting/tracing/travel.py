"""From candidates to sections: times of the plume, and how their errors hang together."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.arrivals import Passing, passing
from riverplan.forecasting.ground import UNIT, Ground
from riverplan.forecasting.way import SPREAD
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached
from riverplan.transport.compiled import Compiled
from riverplan.transport.pairs import walk_pairs
from riverplan.transport.upstream import cost_down_to
from riverplan.velocity.error_field import SHARED_VARIANCE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travel:
    """The plumes of ``c`` candidates at ``s`` sections: arrays of shape ``(c, s)`` unless said otherwise.

    Parameters
    ----------
    reached
        Whether the plume comes to the section.
    leading, peak, trailing
        Most-probable times after the release [s].
    river, tail
        The part of the peak and of the trailing edge that errs with the river's velocity [s].
    pool_sigma
        Standard error of ln(time in pools).
    covariance
        Of ln(river time) between the sections, shape ``(c, s, s)``.
    sigma
        Standard error of ln(concentration), given the times.
    row
        Row of the pair in ``passing``, -1 where it is not reached.
    passing
        The plumes of one kilogram; None where nothing is reached.
    """

    reached: NDArray[np.bool_]
    leading: Array
    peak: Array
    trailing: Array
    river: Array
    tail: Array
    pool_sigma: Array
    covariance: Array
    sigma: Array
    row: NDArray[np.intp]
    passing: Passing | None

    def some(self, which: NDArray[np.intp]) -> "Travel":
        """The plumes of some of the candidates."""
        return Travel(passing=self.passing, **{f.name: getattr(self, f.name)[which] for f in fields(self)
                                               if f.name != "passing"})


def travel(ground: Ground, reach: NDArray[np.intp], chainage: Array, sections_reach: NDArray[np.intp],
           sections_chainage: Array) -> Travel:
    """Times and errors of the plumes of candidates at sections, each released at once.

    Parameters
    ----------
    ground
        The river at a flow.
    reach, chainage
        The candidates, shape ``(c,)``: row of the reach and metres from its tail.
    sections_reach, sections_chainage
        The sections, shape ``(s,)``.
    """
    c, s = reach.size, sections_reach.size
    network = ground.river.compiled
    arms = walk_pairs(network, ground.way, reach, chainage, sections_reach, sections_chainage)
    row = np.full(c * s, -1, np.intp)
    values = {k: np.full(c * s, np.nan) for k in ("leading", "peak", "trailing", "river", "tail", "pool", "sigma")}
    error, shared = np.zeros(c * s), np.zeros(c * s)
    found = None
    if len(arms.arms):
        found = passing(arms, np.tile(ground.channel.discharge[sections_reach], c), UNIT, 0.0, SPREAD)
        at = found.place
        row[at] = np.arange(at.size)
        doubts, error[at], shared[at], delay = _errors(arms)
        for name, value in (("leading", found.leading), ("peak", found.peak), ("trailing", found.trailing),
                            ("river", doubts.river_time), ("pool", doubts.pool), ("sigma", found.sigma),
                            ("tail", np.where(delay > 0, doubts.river_time, found.trailing))):
            values[name][at] = value
    time = np.maximum(np.nan_to_num(values["river"]), 1e-9).reshape(c, s)
    variance = error.reshape(c, s) ** 2
    apart, apart_shared = errors_apart(ground, sections_reach, sections_chainage)
    covariance = 0.5 * (variance[:, :, None] + variance[:, None, :] - apart - apart.T)
    covariance = covariance + SHARED_VARIANCE * apart_shared * apart_shared.T
    most = np.sqrt(variance[:, :, None] * variance[:, None, :])
    covariance = np.clip(covariance, 0.0, most) / (time[:, :, None] * time[:, None, :])
    pool = values.pop("pool")
    return Travel(reached=(row >= 0).reshape(c, s), row=row.reshape(c, s), passing=found, covariance=covariance,
                  pool_sigma=pool.reshape(c, s), **{k: v.reshape(c, s) for k, v in values.items()})


def _errors(reached: Reached) -> tuple[u.Doubt, Array, Array, Array]:
    """Of each place: errors, that of the river time [s], its bound if all erred together [s], delay in pools [s]."""
    _, first = np.unique(reached.place, return_index=True)
    first = first.astype(np.intp)
    doubts = u.doubt(reached.arms, first)
    weight = reached.arms[:, a.WEIGHT]
    total = np.add.reduceat(weight, first)
    shared, delay = (np.add.reduceat(reached.arms[:, column] * weight, first) / total
                     for column in (a.SHARED, a.POOL_DELAY))
    return doubts, doubts.river * doubts.river_time, shared, delay


def errors_apart(ground: Ground, reach: NDArray[np.intp], chainage: Array) -> tuple[Array, Array]:
    """What the ways to two sections do not have in common, arrays of shape ``(s, s)``.

    Errors of a way are sums along it. So for two sections on one way the covariance of their times is half of
    (variance to the one + variance to the other - variance from the one to the other), whatever the process
    is made of. For sections on two arms that part at a node the same holds with both ways from that node.

    Returns
    -------
    variance
        ``[i, j]``: variance of the time from the last place common to the ways to ``i`` and ``j`` on to ``j`` [s²].
    shared
        The same for the part of the error that all reaches share: ``∫ σ dt`` [s].
    """
    s = reach.size
    variance, shared = np.zeros((s, s)), np.zeros((s, s))
    network, length = ground.river.compiled, ground.channel.length
    down = [cost_down_to(network, np.where(length > 0, length, 0.0), int(r), x / length[r] if length[r] > 0 else 0.0)
            for r, x in zip(reach, chainage, strict=True)]
    above = np.array([[_is_above(down[j], int(reach[i]), chainage[i], length) for j in range(s)] for i in range(s)],
                     bool).reshape(s, s)
    for i in range(s):
        for j in range(s):
            if i == j or above[j, i]:
                continue
            begin = (int(reach[i]), float(chainage[i])) if above[i, j] else _parting(network, down[i], down[j], length)
            if begin is None:
                continue
            arms = walk_pairs(network, ground.way, np.array([begin[0]]), np.array([begin[1]]), reach[[j]],
                              chainage[[j]])
            if len(arms.arms):
                _, error, all_shared, _ = _errors(arms)
                variance[i, j], shared[i, j] = error[0] ** 2, all_shared[0]
    return variance, shared


def _is_above(down: Array, reach: int, chainage: float, length: Array) -> bool:
    return bool(down[reach] + (length[reach] - chainage) >= -1e-3 and np.isfinite(down[reach]))


def _parting(network: Compiled, one: Array, other: Array, length: Array) -> tuple[int, float] | None:
    """The lowest bifurcation both sections lie below, as the end of a reach that leads to it."""
    common = [r for r in np.flatnonzero(np.isfinite(one) & np.isfinite(other) & (one >= 0) & (other >= 0))
              if network.leaving(int(network.head[r])).size > 1]
    if not common:
        return None
    last = max(common, key=lambda r: int(network.rank[network.head[r]]))
    return int(last), float(length[last])
