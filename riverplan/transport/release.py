"""A unit response after a release that lasts: superposition of even pieces."""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array

Pieces = Sequence[tuple[float, float, float]]
"""Parts of a release: from and until [s], and the share of the whole [-]; instantaneous where both are the same."""
INSTANT: Pieces = ((0.0, 0.0, 1.0),)
_COLUMNS = 1600
"""Most times a place has after a release; with many pieces each brings fewer of its own."""
_LEAST = 24
"""Times every piece brings at least."""


def thinned(grid: Array, most: int) -> Array:
    """At most ``most`` of the rising times of each row, the first and the last among them.

    Parameters
    ----------
    grid
        [s], shape ``(p, k)``.
    most
        Number of times.
    """
    columns = grid.shape[1]
    if columns <= most:
        return grid
    return grid[:, np.unique(np.linspace(0, columns - 1, most).round().astype(int))]


def released(time: Array, flux: Array, pieces: Pieces) -> tuple[Array, Array]:
    """Times and flux after a release, exact for a response linear between its times.

    An even piece is the mean of the response over the piece's duration before each time. Only age counts:
    decay in the response goes on from each piece's own release.

    Parameters
    ----------
    time, flux
        The instantaneous response [s], [1/s], shape ``(p, k)``.
    pieces
        Parts of the release.

    Returns
    -------
    time, flux
        Shape ``(p, m)``, times rising.
    """
    offsets = sorted({x for begin, until, _ in pieces for x in (begin, until)})
    if offsets == [0.0]:
        return time, flux
    own = thinned(time, max(_COLUMNS // len(offsets), _LEAST))
    at = np.sort(np.concatenate([own + x for x in offsets], axis=1), axis=1)
    out = np.zeros_like(at)
    for i, (t, f) in enumerate(zip(time, flux, strict=True)):
        step = np.diff(t)
        total = np.concatenate([[0.0], np.cumsum(0.5 * (f[1:] + f[:-1]) * step)])
        slope = np.where(step > 0, np.diff(f) / np.where(step > 0, step, 1.0), 0.0)

        def passed(x: Array, t: Array = t, f: Array = f, step: Array = step, total: Array = total,
                   slope: Array = slope) -> Array:
            j = np.clip(np.searchsorted(t, x, side="right") - 1, 0, step.size - 1)
            s = np.clip(x - t[j], 0.0, step[j])
            return total[j] + f[j] * s + 0.5 * slope[j] * s * s

        for begin, until, share in pieces:
            if until > begin:
                out[i] += share / (until - begin) * (passed(at[i] - begin) - passed(at[i] - until))
            else:
                out[i] += share * np.interp(at[i] - begin, t, f, left=0.0, right=0.0)
    return at, out
