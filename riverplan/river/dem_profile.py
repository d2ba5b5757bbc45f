"""Heights along a river that never rise downstream, and the slopes they give.

A DEM shows tree tops, bridges and banks, and lines miss the bottom of the valley. So each sample is the lowest
cell near the line, the samples of a whole course are drawn to the nearest falling profile (isotonic regression,
least squares), and a reach too short or too flat to be told from the DEM's own steps takes the slope of a longer
stretch around it.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from riverplan.channel import Array

LEAST_DROP = 3.0
"""A slope is taken over a stretch that falls by this much [m]: DEMs step by 1 m and err by several."""
LONGEST = 40_000.0
"""Longest stretch a slope is taken over [m]."""
FLOOR = 1e-5
"""Least slope [m/m]; that of the flattest large rivers. Given as assumed, not as measured on the DEM."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Heights along reaches, in flow direction.

    Parameters
    ----------
    reach
        Row of the reach of each sample, rising, shape ``(m,)``.
    share
        Place along the reach as its fraction, shape ``(m,)``; each reach has one at 0 and one at 1.
    height
        [m], nan where there is none, shape ``(m,)``.
    """

    reach: np.ndarray
    share: Array
    height: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What the samples say of each reach: heights of its ends [m] and its slope [m/m]; nan where nothing."""

    upper: Array
    lower: Array
    slope: Array


def courses(tail: np.ndarray, head: np.ndarray, order: np.ndarray, length: Array) -> list[list[int]]:
    """Reaches strung to courses: at each node the longest way down goes on, the others end there.

    Parameters
    ----------
    tail, head
        Node of each end of each reach, shape ``(n,)``.
    order
        Rows in an order in which each comes after all above it.
    length
        [m].

    Returns
    -------
    list of list of int
        Rows from the top down; courses the others end in come first.
    """
    way: dict[object, float] = {}
    entering: dict[object, int] = {}
    total = np.zeros(length.size)
    for i in order.tolist():
        total[i] = way.get(tail[i], 0.0) + length[i]
        if total[i] > way.get(head[i], -1.0):
            way[head[i]], entering[head[i]] = total[i], i
    leaving: dict[object, list[int]] = defaultdict(list)
    for i in order.tolist():
        leaving[tail[i]].append(i)
    goes_on = {i: leaving[node][0] for node, i in entering.items() if leaving[node]}
    continued = set(goes_on.values())
    heads = [i for i in order.tolist() if i not in continued]
    found = []
    for i in heads:
        course = [i]
        while course[-1] in goes_on:
            course.append(goes_on[course[-1]])
        found.append(course)
    place = np.empty(length.size, np.int64)
    place[order] = np.arange(length.size)
    return sorted(found, key=lambda c: -int(place[c[-1]]))


def profile(tail: np.ndarray, head: np.ndarray, order: np.ndarray, length: Array, samples: Samples) -> Profile:
    """Heights and slopes of reaches from samples along them.

    Parameters
    ----------
    tail, head, order, length
        As in :func:`courses`.
    samples
        Heights along the reaches.

    Returns
    -------
    Profile
        Slopes are zero or more, or nan; those below ``FLOOR`` are for the caller to raise. No reach rises, and no
        course ends below the one it flows into.
    """
    n = length.size
    first = np.searchsorted(samples.reach, np.arange(n))
    last = np.searchsorted(samples.reach, np.arange(n), side="right")
    upper, lower, slope = (np.full(n, np.nan) for _ in range(3))
    at_node: dict[object, float] = {}
    for course in courses(tail, head, order, length):
        rows = np.array(course)
        starts = np.concatenate([[0.0], np.cumsum(length[rows])])
        pick = np.concatenate([np.arange(first[r], last[r]) for r in course])
        way = np.concatenate([starts[k] + samples.share[first[r]:last[r]] * length[r] for k, r in enumerate(course)])
        height = samples.height[pick]
        known = np.isfinite(height)
        if known.sum() < 2:
            continue
        fitted = isotonic_regression(height[known], increasing=False).x
        bottom = at_node.get(head[course[-1]], -np.inf)        # of the course it flows into
        top = at_node.get(tail[course[0]], np.inf)             # of the course it branches off
        fitted = np.minimum(np.maximum(fitted, min(bottom, top)), top)
        along = way[known]
        upper[rows] = _between(starts[:-1], along, fitted)
        lower[rows] = _between(starts[1:], along, fitted)
        for r in course:
            for node, value in ((tail[r], upper[r]), (head[r], lower[r])):
                if np.isfinite(value):
                    at_node.setdefault(node, float(value))
        slope[rows] = _slopes(starts[:-1], starts[1:], along, fitted)
    return Profile(upper=upper, lower=lower, slope=slope)


def _between(at: Array, along: Array, height: Array) -> Array:
    """Height between samples; nan beyond the first and the last of them by more than rounding."""
    value = np.interp(at, along, height)
    off = (at < along[0] - 1.0) | (at > along[-1] + 1.0)
    return np.where(off, np.nan, value)


def _slopes(start: Array, end: Array, along: Array, height: Array) -> Array:
    """Slope over each reach, widened along the course until it falls enough to be told."""
    low, high = along[0], along[-1]
    outside = (end <= low) | (start >= high)
    a, b = np.clip(start, low, high), np.clip(end, low, high)
    middle, half = (a + b) / 2, np.maximum(b - a, 1.0) / 2
    slope = np.zeros(start.size)
    open_ = ~outside
    while open_.any():
        x0, x1 = np.maximum(middle - half, low), np.minimum(middle + half, high)
        drop = np.interp(x0, along, height) - np.interp(x1, along, height)
        slope = np.where(open_, drop / np.maximum(x1 - x0, 1e-9), slope)
        widest = (2 * half >= LONGEST) | ((x0 <= low) & (x1 >= high))
        open_ = open_ & (drop < LEAST_DROP) & ~widest
        half = np.where(open_, np.minimum(half * 1.5, np.maximum(LONGEST / 2, half)), half)
    return np.where(outside, np.nan, np.maximum(slope, 0.0))
