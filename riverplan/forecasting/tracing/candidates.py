"""Where a plume may have come from: risk sources and free positions up the river, with their prior weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.ground import Ground, place_on
from riverplan.forecasting.stored import stores
from riverplan.river.sites import RiskSource
from riverplan.transport.upstream import cost_down_to

SOURCE_SHARE = 0.5
"""Prior probability that it was a listed risk source and no other place on the river (assumed)."""
LEVEL_WEIGHT = {"ordinary": 1.0, "major": 2.0, "serious": 3.0}
"""Prior weight of a source by its declared level (assumed); 1 where none is declared."""
SUBSTANCE_WEIGHT = 10.0
"""How many times more likely a source is that is listed with the substance seen (assumed)."""
FINEST, COARSEST = 100.0, 1_000.0
"""Spacing of free positions near the sections and far from them [m]."""
GROWTH = 0.1
"""Spacing of free positions over their distance to the nearest section, between the two."""
MOST_POSITIONS = 4_000
"""Most free positions: on larger rivers they lie farther apart."""
FASTEST = 4.0
"""A plume faster than the most probable by this many standard errors is not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Places above *all* sections where the plume was seen: arrays of shape ``(c,)``, sources first.

    ``reach`` [row] and ``chainage`` [m] are the place; a free position stands for its reach from ``lower`` to
    ``upper`` [m from the tail] and is ``distance`` [m] above the nearest such section. ``sources`` are the
    risk sources among them, ``elsewhere`` those that do not lie above all these sections, with the first it
    does not lie above, ``unflowing`` those on reaches without flow. ``lacking`` are rows of reaches above the
    sections that no plume can be followed through. ``prior`` sums to 1.
    """

    reach: NDArray[np.intp]
    chainage: Array
    lower: Array
    upper: Array
    distance: Array
    prior: Array
    sources: tuple[RiskSource, ...]
    elsewhere: tuple[tuple[RiskSource, str], ...]
    unflowing: tuple[RiskSource, ...]
    lacking: tuple[int, ...]


def weight_of(source: RiskSource, substance: str) -> float:
    """Prior weight of a source, by its level and what it stores."""
    weight = LEVEL_WEIGHT.get(source.level, 1.0)
    return weight * (SUBSTANCE_WEIGHT if substance.strip() and stores(source, substance) else 1.0)


def candidates(ground: Ground, seen: Sequence[str], latest: Sequence[float], substance: str) -> Candidates:
    """The candidates above sections.

    Parameters
    ----------
    ground
        The river at a flow.
    seen
        Sites where the plume was seen.
    latest
        For each the longest it may have travelled there [s]: places from which even the fastest plume needs
        longer are left out.
    substance
        What was seen; empty where unknown.
    """
    river, network, length = ground.river, ground.river.compiled, ground.channel.length
    places = [place_on(river, s) for s in seen]
    with np.errstate(invalid="ignore", divide="ignore"):
        v = ground.velocity
        quickest = np.where(ground.followed, ground.way.leading * length
                            / (v.most_probable * np.exp(FASTEST * np.nan_to_num(v.sigma_ln))), np.nan)

    def down(cost: Array) -> Array:
        return np.array([cost_down_to(network, cost, r, x / length[r] if length[r] > 0 else 0.0)
                         for r, x in places])

    metres = down(length)
    above = np.isfinite(metres).all(axis=0)
    near = down(quickest) <= np.asarray(latest)[:, None]
    lower_end = length + np.minimum(metres, 0.0).min(axis=0, initial=0.0)      # the lowest point above all of them
    open_to = np.flatnonzero(above & ground.followed & near.all(axis=0) & (lower_end > 0))
    rows, low, high = _cells(open_to, np.maximum(metres[:, open_to], 0.0).min(axis=0), lower_end[open_to])

    sources, elsewhere, unflowing = [], [], []
    for site in river.sites:
        if not isinstance(site, RiskSource) or site.reach_id not in river.reach_row:
            continue
        r, x = place_on(river, site.site_id)
        left = metres[:, r] + length[r] - x
        missed = np.flatnonzero(~np.isfinite(left) | (left < -1e-3))
        if missed.size:
            elsewhere.append((site, seen[int(missed[0])]))
        elif not ground.followed[r]:
            unflowing.append(site)
        else:
            sources.append(site)
    at = [place_on(river, s.site_id) for s in sources]
    n = len(sources)
    reach = np.concatenate([np.array([r for r, _ in at], np.intp), rows])
    chainage = np.concatenate([np.array([x for _, x in at]), 0.5 * (low + high)])
    weight, stretch = np.array([weight_of(s, substance) for s in sources]), high - low
    share = SOURCE_SHARE if n and rows.size else float(bool(n))
    prior = np.concatenate([share * weight / max(weight.sum(), 1e-300),
                            (1.0 - share) * stretch / max(stretch.sum(), 1e-300)])
    bounds = np.array([x for _, x in at])
    return Candidates(
        reach=reach, chainage=chainage, prior=prior, sources=tuple(sources), elsewhere=tuple(elsewhere),
        unflowing=tuple(unflowing), lower=np.concatenate([bounds, low]), upper=np.concatenate([bounds, high]),
        distance=np.maximum(metres[:, reach] + length[reach] - chainage, 0.0).min(axis=0, initial=np.inf),
        lacking=tuple(int(r) for r in np.flatnonzero(above & ~ground.followed & (lower_end > 0))))


def _cells(rows: NDArray[np.intp], below: Array, length: Array) -> tuple[NDArray[np.intp], Array, Array]:
    """Reaches cut into cells, finer near the sections: rows, lower and upper chainage of each [m].

    ``below`` is the distance from the lower end of each (cut off) reach to the nearest section [m].
    """
    far = np.concatenate([np.linspace(0.0, 2e4, 401), np.geomspace(2.1e4, 2e7, 400)])
    spacing = np.clip(GROWTH * far, FINEST, COARSEST)
    count = np.concatenate([[0.0], np.cumsum(np.diff(far) * 2.0 / (spacing[1:] + spacing[:-1]))])
    begin, end = np.interp(below, far, count), np.interp(below + length, far, count)
    fewer = max(1.0, float((end - begin).sum()) / MOST_POSITIONS)
    out: tuple[list[NDArray[np.intp]], list[Array], list[Array]] = ([], [], [])
    for row, b, e, d, metres in zip(rows, begin, end, below, length, strict=True):
        cuts = np.interp(np.linspace(b, e, max(int(np.ceil((e - b) / fewer)), 1) + 1), count, far) - d
        cuts[0], cuts[-1] = 0.0, metres
        edges = (metres - cuts)[::-1]
        out[0].append(np.full(edges.size - 1, row, np.intp))
        out[1].append(edges[:-1])
        out[2].append(edges[1:])
    empty = np.zeros(0)
    return (np.concatenate([np.zeros(0, np.intp), *out[0]]), np.concatenate([empty, *out[1]]),
            np.concatenate([empty, *out[2]]))
