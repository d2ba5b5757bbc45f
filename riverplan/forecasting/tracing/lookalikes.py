"""Sources the sightings cannot tell apart, and the sample that would."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.ground import Ground, place_on
from riverplan.forecasting.tracing import release_times as rt
from riverplan.forecasting.tracing.candidates import Candidates
from riverplan.forecasting.tracing.fitting import AGAIN, Looked
from riverplan.forecasting.tracing.result import Lookalike, Suspect
from riverplan.forecasting.tracing.travel import travel
from riverplan.transport.pairs import walk_pairs
from riverplan.transport.upstream import cost_down_to

ALIKE = 2.0
"""Sources whose likelihoods differ by less than this factor look the same."""
MOST = 6
"""So many pairs are named: the likeliest sources come first."""
JUST_BELOW = 100.0
"""Where no site lies between two sources, the river this far below the upper one is sampled [m]."""
_PREFERRED = ("section", "boundary", "bridge", "intake", "town", "space")


def lookalikes(ground: Ground, found: Candidates, suspects: Sequence[Suspect], looked: Looked,
               reference: datetime) -> tuple[Lookalike, ...]:
    """Pairs of sources that explain the sightings about equally well, neighbours along the river; likeliest first.

    Parameters
    ----------
    ground, found, suspects
        The river, the candidates and the suspects.
    looked
        Where it was looked, and what was seen.
    reference
        The time that release times count from.
    """
    sources = [s for s in suspects if s.kind == "source"]
    if not sources:
        return ()
    best = max(s.likelihood for s in sources)
    alike = [s for s in sources if s.likelihood * ALIKE >= best][:MOST + 1]
    alike.sort(key=lambda s: s.distance)
    number = {s.site_id: i for i, s in enumerate(found.sources)}
    out = []
    for near, far in sorted(pairwise(alike), key=lambda p: -(p[0].probability + p[1].probability)):
        a, b = number[far.site_id], number[near.site_id]
        sample, at = _between(ground, found, a, b, looked)
        times = _passing(ground, found, a, at, looked)
        ratio = max(near.likelihood, far.likelihood) / max(min(near.likelihood, far.likelihood), 1e-300)
        out.append(Lookalike(upper=far.site_id, lower=near.site_id, ratio=ratio, sample=sample,
                             between=(reference + timedelta(seconds=times[0]),
                                      reference + timedelta(seconds=times[1]))))
    return tuple(out)


def _between(ground: Ground, found: Candidates, upper: int, lower: int, looked: Looked,
             ) -> tuple[str, tuple[int, float]]:
    """The site that a plume of the upper source passes and one of the lower does not, and its place.

    Automatic stations come first, then sections and other sites; among them the lowest.
    """
    river, length = ground.river, ground.channel.length
    sites = [s for s in river.sites if s.kind in _PREFERRED and s.reach_id in river.reach_row
             and np.isfinite(s.chainage)]
    places = [place_on(river, s.site_id) for s in sites]
    rows, at = np.array([r for r, _ in places], np.intp), np.array([x for _, x in places])
    pair = np.array([upper, lower])
    reached = walk_pairs(river.compiled, ground.way, found.reach[pair], found.chainage[pair], rows, at)
    come = np.zeros(2 * rows.size, bool)
    come[reached.place] = True
    below = np.minimum.reduce([cost_down_to(river.compiled, length, int(r), x / length[r] if length[r] > 0 else 0.0)
                               for r, x in zip(looked.reach, looked.chainage, strict=True)])
    left = below[rows] + length[rows] - at                       # on to a section that was looked at
    usable = come[:rows.size] & ~come[rows.size:] & np.isfinite(left) & (left > 0)
    usable &= (rows != found.reach[upper]) | (at > found.chainage[upper] + 1.0)
    if not usable.any():
        r, x = int(found.reach[upper]), float(found.chainage[upper])
        end = float(length[r])
        if found.reach[lower] == r and found.chainage[lower] > x:
            end = float(found.chainage[lower])
        return "", (r, x + min(JUST_BELOW, 0.5 * (end - x)))
    best = min(np.flatnonzero(usable), key=lambda i: (
        not getattr(sites[i], "automatic", False), _PREFERRED.index(sites[i].kind), left[i], sites[i].site_id))
    return sites[best].site_id, (int(rows[best]), float(at[best]))


def _passing(ground: Ground, found: Candidates, source: int, at: tuple[int, float],
             looked: Looked) -> tuple[float, float]:
    """When the plume of a source passes a place, given the sightings: 5 % of its beginning, 95 % of its end [s]."""
    both = travel(ground, found.reach[[source]], found.chainage[[source]], np.append(looked.reach, at[0]),
                  np.append(looked.chainage, at[1]))
    drawn = rt.members_of(both, looked.members * AGAIN, looked.lasting)
    time, weight = rt.one_time(*rt.release_times(drawn, looked.seen, -looked.lookback, 0.0))
    use = weight[0] > 0
    begin, end = (x[0, use, -1] + time[0, use] for x in (drawn.leading, drawn.trailing))
    return _quantile(begin, weight[0, use], 0.05), _quantile(end, weight[0, use], 0.95)


def _quantile(value: Array, weight: Array, at: float) -> float:
    order = np.argsort(value)
    passed = np.cumsum(weight[order])
    return float(value[order][min(int(np.searchsorted(passed, at * passed[-1])), value.size - 1)])
