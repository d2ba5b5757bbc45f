"""From Laplace transforms to curves at equally spaced times, by a damped Fourier series.

``f(t) = exp(a t) / P · Σ F(a + 2πij/P) exp(2πi j t / P)`` repeats the curve with the period P = 2 W, damped
by exp(-a P) a period; the first half is kept. A window that holds the whole curve needs no damping; of one
that ends before the curve does, ``a P = 25`` keeps the rest out. Where the transform has not faded at the
highest frequency (a front that jumps), the series would ring; the curve is then seen through a Gaussian
just wide enough, about two steps, that keeps mass, mean and sign. Smooth curves are exact to 1e-10 of
their peak.

References
----------
Dubner & Abate (1968), J. ACM 15(1); Crump (1976), J. ACM 23(1).
"""

from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array, ComplexArray

DAMPING = 25.0
"""Damping over one period of a window that ends before the curve."""
FADED = 1e-11
"""A transform that has fallen to this at the highest frequency rings no more."""
MARGIN = 9.6
"""The Gaussian reaches this many of its widths before the window's start."""


def frequencies(window: float, steps: int, *, whole: bool) -> ComplexArray:
    """Values of s that a window of some steps needs [1/s], shape ``(steps + 1,)``.

    Parameters
    ----------
    window
        Length of the window [s].
    steps
        Number of times in it.
    whole
        Whether the window holds the whole curve.
    """
    damping = 0.0 if whole else DAMPING / (2.0 * window)
    return np.asarray(damping + 1j * np.pi / window * np.arange(steps + 1), np.complex128)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inverted:
    """Curves from transforms: ``start`` [s] and ``step`` [s] of the times, values of shape ``(p, steps)``.

    ``blur`` [s], shape ``(p,)``, is the width of the Gaussian a row is seen through; 0 where it is exact.
    """

    start: Array
    step: float
    value: Array
    blur: Array

    @property
    def time(self) -> Array:
        """Times [s], shape ``(p, steps)``."""
        return self.start[:, None] + self.step * np.arange(self.value.shape[1])


def invert(transform: ComplexArray, start: Array, window: float, *, whole: bool) -> Inverted:
    """Curves whose transforms are known at :func:`frequencies`.

    Parameters
    ----------
    transform
        Transforms times ``exp(s · start)``, shape ``(p, steps + 1)``.
    start
        Time before which nothing of a curve comes [s], shape ``(p,)``.
    window, whole
        As for :func:`frequencies`.
    """
    steps = transform.shape[1] - 1
    step = window / steps
    s = frequencies(window, steps, whole=whole)
    rest = np.abs(transform[:, 3 * steps // 4:]).max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        need = np.log(rest / (FADED * np.abs(transform[:, 0])))
    blur = np.sqrt(2.0 * np.clip(np.nan_to_num(need, nan=0.0), 0.0, 50.0)) * step / np.pi
    before = np.ceil(MARGIN * blur / step) * step
    rows = np.flatnonzero(blur > 0)
    if rows.size:
        transform = transform.copy()
        transform[rows] *= np.exp(0.5 * (blur[rows, None] * s) ** 2 - before[rows, None] * s)
    undamped = np.exp(s[0].real * step * np.arange(steps)) / step
    value = np.fft.irfft(transform, 2 * steps, axis=1)[:, :steps] * undamped
    return Inverted(start=start - before, step=step, value=value, blur=blur)
