"""Pools as transfer functions: plug flow, mixed tanks in series, and a part that takes a short cut.

``(1 - q) exp(-s τ) (1 + s T / n)^-n + q exp(-s τ_q)``. One tank of residence V/Q is the fully mixed
bound; ``τ = V/Q`` and ``T = 0`` is plug flow; ``q`` and ``τ_q`` are the short-circuit bound (drowned
channel, density current, low outlet). A pool that is cut into several reaches is one pool: the tank of
a later piece only completes that of the pieces before it, ``((1 + s T₀/n) / (1 + s (T₀ + T)/n))^n``.
Valid for one steady discharge; stratification, wind and gates are not modelled.

References
----------
Levenspiel (1999), Chemical Reaction Engineering, chapters 11 to 14; Danckwerts (1953), Chem. Eng. Sci. 2.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Transform, rate_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pools:
    """``n`` pieces of pools, arrays of shape ``(n,)``.

    Parameters
    ----------
    delay
        Plug delay over the piece [s].
    mixing_time
        Mean time the water spends mixed in it [s].
    mixed_before
        Mixing time of the pieces of the same pool above it [s].
    tanks
        Equal mixed tanks in series (1: fully mixed).
    bypass
        Part of the water that takes a short cut [-], 0 to 1.
    bypass_delay
        How long the short cut takes [s].
    """

    delay: Array
    mixing_time: Array
    mixed_before: Array
    tanks: Array
    bypass: Array
    bypass_delay: Array

    def take(self, rows: NDArray[np.intp], part: Array, mixed_before: Array) -> Self:
        """Parts (0 to 1) of the pieces ``rows``, below ``mixed_before`` [s] of the same pool."""
        f = {x.name: getattr(self, x.name)[rows] for x in fields(self)}
        return type(self)(delay=f["delay"] * part, mixing_time=f["mixing_time"] * part, mixed_before=mixed_before,
                          tanks=f["tanks"], bypass=f["bypass"], bypass_delay=f["bypass_delay"] * part)


def log_transfer(s: Transform, pools: Pools) -> Transform:
    """Logarithm of the transfer function, shape ``(n, k)``.

    Parameters
    ----------
    s
        [1/s], shape ``(k,)`` or ``(n, k)``, right of minus :func:`slowest_rate`.
    pools
        ``n`` pieces.
    """
    n, before = pools.tanks[:, None], pools.mixed_before[:, None]
    main = -pools.delay[:, None] * s + n * (
        np.log1p(before / n * s) - np.log1p((before + pools.mixing_time[:, None]) / n * s))
    q = pools.bypass[:, None]
    if not np.any(q > 0):
        return main
    # ln((1 - q) e^a + q e^b) with the larger of the two taken out
    with np.errstate(divide="ignore"):
        a, b = main + np.log(1.0 - q), -pools.bypass_delay[:, None] * s + np.log(q)
    top = np.maximum(a.real, b.real)
    return top + np.log(np.exp(a - top) + np.exp(b - top))


def cumulants(pools: Pools, decay: Array) -> Array:
    """Mean [s], variance [s²] and third cumulant [s³] of what survives, shape ``(n, 3)``.

    Parameters
    ----------
    pools
        ``n`` pieces.
    decay
        First-order loss rate [1/s], shape ``(n,)``.
    """
    n = pools.tanks
    whole, before = (t / n / (1.0 + decay * t / n) for t in (pools.mixed_before + pools.mixing_time,
                                                             pools.mixed_before))
    main = [pools.delay + n * (whole - before), n * (whole**2 - before**2), 2.0 * n * (whole**3 - before**3)]
    log_main = -pools.delay * decay + n * (np.log1p(pools.mixed_before / n * decay)
                                           - np.log1p((pools.mixed_before + pools.mixing_time) / n * decay))
    with np.errstate(divide="ignore", over="ignore"):
        q = 1.0 / (1.0 + (1.0 - pools.bypass) / pools.bypass * np.exp(log_main + pools.bypass_delay * decay))
    mean = (1.0 - q) * main[0] + q * pools.bypass_delay
    a, b = main[0] - mean, pools.bypass_delay - mean
    return np.column_stack([mean, (1.0 - q) * (main[1] + a**2) + q * b**2,
                            (1.0 - q) * (main[2] + 3.0 * a * main[1] + a**3) + q * b**3])


def slowest_rate(pools: Pools) -> Array:
    """Rate of the slowest exponential in the tail [1/s], shape ``(n,)``; ``inf`` in plug flow."""
    return rate_of((pools.mixed_before + pools.mixing_time) / pools.tanks)
