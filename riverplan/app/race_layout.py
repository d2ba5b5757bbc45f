"""Where things of a time–distance diagram stand: numbers in, pixels out; no label over another."""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array

LEAST_HOURS = 2.0 * 3600.0
"""The diagram shows at least so much time [s]."""
ROOM = 1.12
"""Room over the last thing that must be seen [-]."""


def span(ready: Array, earliest: Array, also: Array) -> float:
    """How much time is drawn [s]: to the last action, the plume at it, and the first of the others it comes to.

    Parameters
    ----------
    ready, earliest
        Of the actions [s], any shape; what is not finite counts for nothing.
    also
        When the plume comes to the receptors [s]: the first must be seen, the others may lie above the edge.
    """
    must = np.concatenate([np.ravel(ready), np.ravel(earliest), np.sort(np.ravel(also))[:1], [0.0]])
    return float(max(ROOM * must[np.isfinite(must)].max(), LEAST_HOURS))


def seen(km: Array, earliest: Array, top: float, least: float) -> float:
    """How far down the river is drawn [km]: till the plume leaves the time drawn, and at least so far.

    Parameters
    ----------
    km, earliest
        Down the way [km], [s], rising.
    top
        Of the time drawn [s].
    least
        Where the last action stands [km].
    """
    if not km.size:
        return max(least, 0.5)
    within = float(np.interp(top, earliest, km)) if earliest[-1] > top else float(km[-1])
    return max(1.02 * max(within, least), 0.5)


def apart(at: Array, least: float, first: float, last: float) -> Array:
    """Positions moved as little as need be so that no two are nearer than ``least``, between two edges; in order given.

    >>> apart(np.array([10.0, 11.0, 50.0]), 10.0, 0.0, 100.0).tolist()
    [10.0, 20.0, 50.0]
    """
    order = np.argsort(at, kind="stable")
    found = np.clip(np.asarray(at, np.float64)[order], first, last)
    for i in range(1, found.size):
        found[i] = max(found[i], found[i - 1] + least)
    if found.size and found[-1] > last:
        found[-1] = last
        for i in range(found.size - 2, -1, -1):
            found[i] = min(found[i], found[i + 1] - least)
    out = np.empty_like(found)
    out[order] = found
    return out


def rows_of(centres: Sequence[float], widths: Sequence[float], left: float, right: float, most: int,
            give: float = 0.0) -> list[tuple[float, int] | None]:
    """Left edge and row of each label, the first given placed first; None where no row has room.

    Parameters
    ----------
    centres, widths
        Where each label belongs, and how wide it is [px].
    left, right
        Edges of the drawing [px].
    most
        Rows there are.
    give
        How far a label may be moved aside for a row nearer the first [px].
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    found: list[tuple[float, int] | None] = []
    for centre, width in zip(centres, widths, strict=True):
        start = min(max(centre - width / 2.0, left), max(right - width, left))
        spot = next(((at, i) for i in range(most) for at in _near(start, width, taken[i], give)
                     if left <= at and at + width <= max(right, left + width)), None)
        if spot is not None:
            taken[spot[1]].append((spot[0], spot[0] + width))
        found.append(spot)
    return found


def _near(start: float, width: float, taken: Sequence[tuple[float, float]], give: float) -> list[float]:
    """Free places of a row for a label, the nearest to where it belongs first."""
    beside = [at for a, b in taken for at in (a - width, b) if abs(at - start) <= give]
    return [at for at in sorted([start, *beside], key=lambda at: abs(at - start))
            if all(at >= b or at + width <= a for a, b in taken)]


def wide(words: str, size: float = 11.0) -> float:
    """About how wide words are drawn [px]: a Chinese letter is as wide as high, others a bit more than half.

    >>> wide("龙河 K08", 10.0)
    42.4
    """
    return round(sum(size if ord(c) > 0x2e7f else 0.56 * size for c in words), 1)


def ticks(last: float, most: int) -> list[float]:
    """Round distances from 0 on, at most about ``most``.

    >>> ticks(41.2, 8)
    [0.0, 10.0, 20.0, 30.0, 40.0]
    """
    step = 10.0 ** np.floor(np.log10(max(last, 1e-6) / most))
    step *= next(f for f in (1.0, 2.0, 5.0, 10.0) if last / (f * step) <= most)
    return [float(v) for v in np.arange(0.0, last * (1.0 + 1e-9), step)]


def cut_off(km: Array, low: Array, high: Array, top: float) -> tuple[Array, Array, Array]:
    """A band kept below a time: ``(km, low, high)`` with both lines held at the top from where they cross it.

    Parameters
    ----------
    km, low, high
        Of one shape, ``low <= high`` [km], [s], [s]; what is not finite is left out.
    top
        [s].
    """
    known = np.isfinite(km) & np.isfinite(low) & np.isfinite(high)
    km, low, high = km[known], low[known], high[known]
    cross = []
    for line in (low, high):
        for i in np.flatnonzero((line[:-1] < top) != (line[1:] < top)):
            share = (top - line[i]) / (line[i + 1] - line[i])
            cross.append(km[i] + share * (km[i + 1] - km[i]))
    every = np.sort(np.concatenate([km, cross])) if cross else km
    return every, np.minimum(np.interp(every, km, low), top), np.minimum(np.interp(every, km, high), top)
