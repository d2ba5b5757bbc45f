"""When to sample at a section, and at how many points of it: formulas on arrays, no river.

Times are seconds after the release began. The sequence of intervals (0.5 → 1 → 2 → 4 → 8 → 12 → 24 h as the slug
passes, dense before) is practice; how many samples stand at each step is assumed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.units import DAY, HOUR

LADDER = np.array([1 / 6, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0]) * HOUR
"""Intervals of sampling [s]: from 0.5 h on the sequence of practice; 10 min for a slug that passes within hours
(assumed)."""
DENSEST_LONG = 4.0 * HOUR
"""Longest interval before and over front and peak [s] (assumed)."""
START_BEFORE = HOUR / 2.0
"""Sampling begins this long before the earliest arrival [s] (assumed)."""
OVER_SLUG = 6
"""Samples there must at least be between leading and trailing edge (assumed)."""
OVER_RISE = 2
"""Samples there must at least be between leading edge and peak (assumed)."""
DENSE_MOST = 20
"""More dense samples than this are spaced wider [-] (assumed)."""
AT_EACH_STEP = 2
"""Samples at each interval of the sequence before the next longer one (assumed)."""
PASSES = 3
"""Consecutive samples below the limit before sampling may end (assumed)."""
HORIZON = 3.0 * DAY
"""Times are listed this far ahead [s] (assumed): the plan is made anew with each forecast."""
ROUNDED = 600.0
"""Clock times are whole ten minutes [s]."""
REFERENCE_STEP = 12.0 * HOUR
"""Interval at the reference section [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """How the plume passes ``n`` sections: arrays of shape ``(n,)`` [s after the release began].

    ``until`` is when the concentration is expected below the limit again, the trailing edge where that is later or no
    limit is exceeded.
    """

    earliest: Array
    leading: Array
    peak: Array
    trailing: Array
    until: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampling:
    """Sampling times of one section.

    Parameters
    ----------
    times
        Rising [s after the release began].
    interval
        Over front and peak [s].
    continues
        Whether sampling goes on beyond the last time, at the last interval.
    """

    times: Array
    interval: float
    continues: bool = False


def dense_window(passage: Passage) -> tuple[Array, Array]:
    """From when until when samples are dense [s]: over front and peak with their doubt.

    The doubt of the front is read from how far the earliest arrival lies before it: the window begins at the
    geometric mean of both, and ends as much later than the peak in ratio as it begins before the front.
    """
    begin = np.sqrt(np.maximum(passage.earliest, 0.0) * passage.leading)
    with np.errstate(divide="ignore", invalid="ignore"):
        doubt = np.where(begin > 0, passage.leading / begin, 1.0)
    return begin, np.maximum(passage.peak * np.minimum(doubt, 2.0), passage.leading)


def dense_interval(passage: Passage) -> Array:
    """Interval over front and peak [s], of :data:`LADDER`: it shows the slug, and no more samples than can be taken.

    >>> hour = 3600.0 * np.array([1.0])
    >>> slug = Passage(earliest=4 * hour, leading=8 * hour, peak=9 * hour, trailing=12 * hour, until=12 * hour)
    >>> float(dense_interval(slug)[0])
    1800.0
    """
    begin, end = dense_window(passage)
    shows = np.minimum((passage.trailing - passage.leading) / OVER_SLUG, (passage.peak - passage.leading) / OVER_RISE)
    step = LADDER[np.clip(np.searchsorted(LADDER, shows, side="right") - 1, 0, None)]
    most = LADDER[np.clip(np.searchsorted(LADDER, (end - begin) / DENSE_MOST), 0, LADDER.size - 1)]
    return np.minimum(np.maximum(step, most), DENSEST_LONG)


def _longer(interval: float) -> Array:
    return LADDER[np.searchsorted(LADDER, interval, side="right"):]


def sampling_times(passage: Passage, *, since: Array | float = 0.0, offset: float = 0.0) -> tuple[Sampling, ...]:
    """Sampling times of each section, tied to the predicted passage.

    Watch from before the earliest arrival, dense samples over front and peak, then the longer intervals in turn until
    the concentration is expected below the limit, and :data:`PASSES` samples more.

    Parameters
    ----------
    passage
        Of ``n`` sections.
    since
        Nobody samples before [s]: now, or when the team comes; one value, or one a section.
    offset
        Seconds since midnight at the release, so that clock times are whole ten minutes.

    Returns
    -------
    tuple of Sampling
        One a section; its ``times`` are empty where all has passed before ``since``.
    """
    begin, end = dense_window(passage)
    steps = dense_interval(passage)
    start = np.maximum(passage.earliest - START_BEFORE, 0.0)
    rows = np.broadcast_to(np.asarray(since, np.float64), start.shape)
    return tuple(_of_one(float(start[i]), float(begin[i]), float(end[i]), float(max(passage.until[i], end[i])),
                         float(steps[i]), max(float(rows[i]), 0.0), offset) for i in range(start.size))


def _of_one(start: float, begin: float, end: float, until: float, step: float, since: float, offset: float) -> Sampling:
    stop = max(start, since) + HORIZON
    watch = min(float(_longer(step)[0]), DENSEST_LONG)
    before = np.arange(start, max(begin, start), watch)
    if begin > stop:                                      # the front is expected after all times listed
        return Sampling(times=_rounded(before[before <= stop], since, offset), interval=step, continues=True)
    dense = np.arange(max(begin, start), min(end, stop) + step, step)
    after = np.append(np.repeat(_longer(step), AT_EACH_STEP), np.full(int(HORIZON // LADDER[-1]) + 1, LADDER[-1]))
    if end < stop < until:                                # the tail is longer than the list: its steps still count
        after = np.append(after, np.full(int((stop - end) // LADDER[-1]) + 1, LADDER[-1]))
    later = dense[-1] + np.cumsum(after)
    later = later[: np.searchsorted(later, until) + PASSES]
    complete = later.size >= PASSES and later[-PASSES] >= until
    times = _rounded(np.concatenate([before, dense, later]), since, offset)
    listed = times[times <= stop]
    return Sampling(times=listed, interval=step, continues=bool(listed.size and (not complete or times[-1] > stop)))


def _rounded(times: Array, since: float, offset: float) -> Array:
    """Times on whole ten minutes, none before ``since``; the first is as soon as somebody is there."""
    if not times.size or times[-1] < since:
        return np.zeros(0)
    grid = np.unique(np.floor((times + offset) / ROUNDED) * ROUNDED - offset)
    first = float(np.ceil((since + offset) / ROUNDED) * ROUNDED - offset)
    kept = grid[grid >= first]
    if kept.size and not (grid >= first).all():
        kept = np.unique(np.append(kept, first))
    return np.maximum(kept, since)                             # rounded times end a bit early by the last digit


def times_kept(times: Array, comes: float, offset: float = 0.0) -> Array:
    """The sampling times a team can keep that comes at a time [s]: what was due before is taken as it comes.

    Where the slug has all but passed by then, :data:`PASSES` samples an hour apart still show that it has.
    """
    if not times.size or comes <= times[0]:
        return times
    first = float(np.ceil((comes + offset) / ROUNDED) * ROUNDED - offset)
    kept = np.unique(np.append(times[times >= first], first))
    lacking = PASSES - kept.size
    return kept if lacking <= 0 else np.append(kept, kept[-1] + HOUR * np.arange(1, lacking + 1))


def reference_times(since: float, until: float, offset: float = 0.0) -> Array:
    """Sampling times of a section the plume does not come to [s]: at once, then every :data:`REFERENCE_STEP`.

    >>> reference_times(0.0, 100_000.0).tolist()
    [0.0, 43200.0, 86400.0]
    """
    last = min(until, since + HORIZON)
    return _rounded(np.arange(since, max(last, since) + 1.0, REFERENCE_STEP) + ROUNDED - 1.0, since, offset)


def verticals(width: Array) -> NDArray[np.intp]:
    """Number of verticals by width [m], as practice has it: to 50 m 1, to 100 m 2, beyond 3; 0 where unknown.

    From memory of the technical specification for surface water monitoring, confidence high.

    >>> verticals(np.array([30.0, 50.0, 80.0, 850.0, np.nan])).tolist()
    [1, 1, 2, 3, 0]
    """
    return _counted(width, (50.0, 100.0))


def depth_points(depth: Array) -> NDArray[np.intp]:
    """Number of points on a vertical by depth [m], as practice has it: to 5 m 1, to 10 m 2, beyond 3; 0 where unknown.

    From memory of the technical specification for surface water monitoring, confidence high.
    """
    return _counted(depth, (5.0, 10.0))


def _counted(value: Array, bounds: tuple[float, float]) -> NDArray[np.intp]:
    known = np.asarray(value > 0)
    return np.where(known, 1 + np.searchsorted(np.array(bounds), np.where(known, value, 1.0)), 0).astype(np.intp)
