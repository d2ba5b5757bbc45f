"""What the segments of the ways do to a plume: transfer functions, cumulants, and the slowest of their tails."""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Transform
from riverplan.transport import pools as pool
from riverplan.transport.linear_ways import LinearRiver, Ways


class Segments:
    """Some segments of the ways, with the properties of their reaches.

    Parameters
    ----------
    river, ways
        The river and the ways in it.
    rows
        Which of the segments, shape ``(g,)``.
    """

    def __init__(self, river: LinearRiver, ways: Ways, rows: NDArray[np.intp]) -> None:
        reach, metres = ways.reach[rows], ways.metres[rows]
        self.model = river.model
        self.log_share = ways.log_share[rows]
        self.decay = river.decay[reach]
        self.pool = np.flatnonzero(river.is_pool[reach])
        self.river = np.flatnonzero(~river.is_pool[reach])
        self.observed = np.flatnonzero(~river.is_pool[reach] & (ways.place[rows] >= 0))
        self.stretch = river.stretch.take(reach[self.river], metres[self.river])
        whole = river.stretch.length[reach[self.pool]]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(whole > 0, metres[self.pool] / whole, 1.0)
        self.pools = river.pools.take(reach[self.pool], part, ways.mixed_before[rows][self.pool])
        self.sight = river.stretch.take(reach[self.observed], metres[self.observed])

    def _shifted(self, s: Transform) -> Transform:
        """``s`` more the decay: one row where it is the same everywhere."""
        k = self.decay
        if s.ndim == 1 and np.all(k == k[0]):
            return (s + k[0])[None]
        return s + k[:, None]

    def log_transfer(self, s: Transform) -> Transform:
        """Logarithm of share times transfer function, observed at places, shape ``(g, k)``.

        ``s`` [1/s] has shape ``(k,)`` or ``(g, k)``.
        """
        moved = self._shifted(s)
        out: Transform = np.empty((self.decay.size, s.shape[-1]), s.dtype)

        def of(rows: NDArray[np.intp]) -> Transform:
            return moved if len(moved) < self.decay.size else moved[rows]

        if self.river.size:
            out[self.river] = self.model.log_transfer(of(self.river), self.stretch)
        if self.pool.size:
            out[self.pool] = pool.log_transfer(of(self.pool), self.pools)
        if self.observed.size and self.model.quantity != "flux":
            out[self.observed] += self.model.log_observed(of(self.observed), self.sight)
        out += self.log_share[:, None]
        return out

    def cumulants(self) -> Array:
        """Mean, variance and third cumulant of what survives, observed at places, shape ``(g, 3)``."""
        out = np.empty((self.decay.size, 3))
        out[self.river] = self.model.cumulants(self.stretch, self.decay[self.river])
        out[self.pool] = pool.cumulants(self.pools, self.decay[self.pool])
        out[self.observed] += self.model.observed_cumulants(self.sight, self.decay[self.observed])
        return out

    def slowest_rate(self) -> Array:
        """How far left of 0 the transfer function may be asked for [1/s], shape ``(g,)``."""
        out = np.empty(self.decay.size)
        out[self.river] = self.model.slowest_rate(self.stretch)
        out[self.pool] = pool.slowest_rate(self.pools)
        return out + self.decay

    def spread(self) -> Array:
        """Variance that rivers alone add [s²], shape ``(g,)``: how sharp a front can be below."""
        out = np.zeros(self.decay.size)
        out[self.river] = self.model.cumulants(self.stretch, self.decay[self.river])[:, 1]
        return out


def log_release(s: Transform, start: float, duration: float) -> Transform:
    """Logarithm of the transform of an even release of unit mass; ``s`` may be 0 or negative.

    >>> round(float(log_release(np.array([-0.1]), 0.0, 10.0)[0]), 4)
    0.5413

    Parameters
    ----------
    s
        [1/s], shape ``(k,)``.
    start, duration
        [s].
    """
    if duration <= 0:
        return -s * start
    z = s * duration
    small = np.abs(z) < 1e-6
    safe = np.where(small, 1.0, z)
    # written by the side that does not overflow
    back = np.where(safe.real < 0, -safe, safe)
    even = np.log(-np.expm1(-back) / back) + np.where(safe.real < 0, back, 0.0)
    out: Transform = np.where(small, -z / 2.0, even) - s * start
    return out


