"""The linear response of a river network to any release at steady flow: breakthrough curves at places.

Every reach and pool is a transfer function; along a way they multiply, where ways meet they add by
mass. All places share one set of frequencies for windows of one length. Pure delays are shifts, never
sampled. What flows past a place is a mass flux [kg/s]; over the discharge there it is the concentration
above the background: clean inflow dilutes the concentration and leaves the flux.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, ComplexArray
from riverplan.transport.inversion import Inverted, frequencies, invert
from riverplan.transport.linear_ways import LinearRiver, Source, Ways, lay_out
from riverplan.transport.moments import Moments, moments
from riverplan.transport.segments import Segments, log_release

SHORTEST_WINDOW = 60.0
"""Least window [s]: a plume that passes at one instant is seen over this time."""
ROOM = 1.1
"""Window over the time between the first and the last of the plume."""
FINENESS = 24.0
"""Steps of the finest window to the width of the sharpest front."""
COARSER = 8
"""Each further window of a place is as many times longer."""
MOST_WINDOWS = 6
"""Most windows of one place: fronts sharper than 1/8⁵ of the whole plume are blurred."""
_CELLS = 1_500_000
"""Most segment times frequency values held at once."""
_FEWEST = 64
"""Frequencies asked for at first; each further lot is as many again as all before."""
_NOTHING = 1e-16
"""Transforms that stay below this share of their first value add nothing to a curve."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Breakthrough:
    """Plumes at ``p`` reached places; ``time`` [s] and ``flux`` [kg/s] have shape ``(p, k)``, times rising.

    ``moments`` holds the numbers of the places, masses, cumulants and bounds; ``blur`` [s], shape ``(p, k)``, is
    the width of the Gaussian through which a time is seen (0: exact). Rows shorter than the longest repeat
    their last time.
    """

    moments: Moments
    time: Array
    flux: Array
    blur: Array
    blocked: tuple[int, ...]


def breakthrough(river: LinearRiver, sources: Sequence[Source], places_reach: NDArray[np.intp],
                 places_chainage: Array, *, steps: int = 1000, window: float | None = None) -> Breakthrough:
    """Curves at equally spaced times; the windows hold the whole plume unless one is given.

    Parameters
    ----------
    river
        The river at steady flow.
    sources
        Releases, of any place and time.
    places_reach, places_chainage
        Places asked for, shape ``(p,)``: row of the reach and metres from its tail.
    steps
        Number of times a curve has.
    window
        One length of window for all [s]; ``None`` takes for each place the next power of 2 in seconds.
    """
    ways = lay_out(river, sources, places_reach, places_chainage)
    found = moments(river, ways, sources)
    p = found.place.size
    need = np.maximum(ROOM * (found.end - found.begin), SHORTEST_WINDOW)
    wide = np.full(p, window) if window is not None else 2.0 ** np.ceil(np.log2(need))
    time, flux, blur = np.zeros((p, steps)), np.zeros((p, steps)), np.zeros((p, steps))
    for w in np.unique(wide):
        for whole in (True, False):
            rows = np.flatnonzero((wide == w) & ((wide >= need) == whole))
            if rows.size:
                got = _windows(river, ways, sources, found, rows, float(w), steps, whole=whole)
                time[rows], flux[rows], blur[rows] = got.time, got.value, got.blur[:, None]
    return Breakthrough(moments=found, time=time, flux=flux, blur=blur, blocked=ways.blocked)


def resolved(river: LinearRiver, sources: Sequence[Source], places_reach: NDArray[np.intp],
             places_chainage: Array, *, steps: int = 768) -> Breakthrough:
    """Curves at times that are finest at the front: a sharp early plume before a long tail keeps its shape.

    Each place has windows that all begin with the plume, each ``COARSER`` times longer than the last, from
    one that resolves the sharpest front to one that holds it all.

    Parameters
    ----------
    river, sources, places_reach, places_chainage
        As in :func:`breakthrough`.
    steps
        Number of times a window has.
    """
    ways = lay_out(river, sources, places_reach, places_chainage)
    found = moments(river, ways, sources)
    p = found.place.size
    need = np.maximum(ROOM * (found.end - found.begin), SHORTEST_WINDOW)
    last = np.ceil(2.0 * np.log(need) / np.log(COARSER)).astype(int)            # in half powers: less is wasted
    fine = np.maximum(np.sqrt(found.sharpness) * steps / FINENESS, SHORTEST_WINDOW)
    first = np.ceil(2.0 * np.log(fine) / np.log(COARSER)).astype(int)
    count = np.clip((last - first + 1) // 2, 0, MOST_WINDOWS - 1) + 1
    pieces: list[list[tuple[Array, Array, float]]] = [[] for _ in range(p)]
    for level in np.unique(np.concatenate([last - 2 * i for i in range(MOST_WINDOWS)])):
        behind = (last - level) // 2
        here = ((last - level) % 2 == 0) & (behind >= 0) & (behind < count)
        for whole in (True, False):
            rows = np.flatnonzero(here & ((behind == 0) == whole))
            if rows.size:
                got = _windows(river, ways, sources, found, rows, float(COARSER) ** (level / 2.0), steps, whole=whole)
                for row, time, value, blur in zip(rows, got.time, got.value, got.blur, strict=True):
                    pieces[row].append((time, value, float(blur)))
    return _spliced(found, pieces, ways.blocked)


def _spliced(found: Moments, pieces: list[list[tuple[Array, Array, float]]], blocked: tuple[int, ...]) -> Breakthrough:
    """Curves of each place put together: from each longer window what lies beyond the shorter ones."""
    rows = []
    for windows in pieces:
        time, flux, blur = windows[0][0], windows[0][1], np.full(windows[0][0].size, windows[0][2])
        for t, f, b in windows[1:]:
            keep = t > time[-1]
            time, flux = np.concatenate([time, t[keep]]), np.concatenate([flux, f[keep]])
            blur = np.concatenate([blur, np.full(int(keep.sum()), b)])
        rows.append((time, flux, blur))
    k = max((r[0].size for r in rows), default=0)
    whole = [np.array([np.pad(r[i], (0, k - r[i].size), mode="edge" if i == 0 else "constant")
                       for r in rows]).reshape(-1, k) for i in range(3)]
    return Breakthrough(moments=found, time=whole[0], flux=whole[1], blur=whole[2], blocked=blocked)


def _windows(river: LinearRiver, ways: Ways, sources: Sequence[Source], found: Moments, rows: NDArray[np.intp],
             window: float, steps: int, *, whole: bool) -> Inverted:
    """Curves of some of the places in windows of one length, at multiples of their step."""
    step = window / steps
    begin = np.floor(found.begin[rows] / step) * step
    transforms = _transforms(river, ways, sources, found, rows, begin, frequencies(window, steps, whole=whole))
    return invert(transforms, begin, window, whole=whole)


def _transforms(river: LinearRiver, ways: Ways, sources: Sequence[Source], found: Moments, rows: NDArray[np.intp],
                begin: Array, s: ComplexArray) -> ComplexArray:
    """Transforms at some of the places, times ``exp(s · begin)``, shape ``(rows, k)``."""
    wanted = ways.leading_to(found.place[rows])
    seg = Segments(river, ways, wanted)
    number = {int(p): i for i, p in enumerate(found.place[rows])}
    head, tail, place = ways.head[wanted], ways.tail[wanted], ways.place[wanted]
    to = np.array([-1 if q < 0 else number[int(q)] for q in place], np.intp)
    reference = np.where(head >= 0, found.joint[head], begin[to])
    later = (reference - found.joint[tail])[:, None]
    entering = np.bincount(head[head >= 0], minlength=ways.n_joints)
    released: dict[int, list[Source]] = {}
    for source, joint in zip(sources, ways.source_joint, strict=True):
        released.setdefault(int(joint), []).append(source)
    out = np.zeros((rows.size, s.size), complex)
    most = max(_CELLS // max(wanted.size, 1), _FEWEST)
    end = 0
    while end < s.size:
        part = slice(end, end + min(max(_FEWEST, end), most))
        end = part.stop
        logs = seg.log_transfer(s[part])
        logs += later * s[part]
        values = {joint: np.sum([x.mass * np.exp(log_release(s[part], x.start - found.joint[joint], x.until - x.start))
                                 for x in of], axis=0) for joint, of in released.items()}
        out[:, part] = _added(logs, tail, head, to, rows.size, entering, values)
        if np.all(np.abs(out[:, part][:, -_FEWEST // 2:]).max(axis=1) <= _NOTHING * np.abs(out[:, 0])):
            break                                            # smooth curves need few of the frequencies
    return out


def _added(logs: ComplexArray, tail: NDArray[np.intp], head: NDArray[np.intp], to: NDArray[np.intp], places: int,
           entering: NDArray[np.intp], values: dict[int, ComplexArray]) -> ComplexArray:
    """Sum the ways: along a chain logarithms add; only where ways meet, and at places, they are raised."""
    base: dict[int, tuple[ComplexArray, ComplexArray | None]] = {}
    firsts, exponents = np.empty((places, logs.shape[1]), complex), np.empty((places, logs.shape[1]), complex)
    for i in range(tail.size):
        at = int(tail[i])
        if at not in base:
            base[at] = (values[at], None)
        value, log = base[at]
        exponent = logs[i] if log is None else log + logs[i]
        if to[i] >= 0:
            firsts[to[i]], exponents[to[i]] = value, exponent
        elif entering[head[i]] == 1 and int(head[i]) not in values:
            base[int(head[i])] = (value, exponent)
        else:
            came = value * np.exp(exponent)
            values[int(head[i])] = values[int(head[i])] + came if int(head[i]) in values else came
    np.exp(exponents, out=exponents)
    exponents *= firsts
    return exponents
