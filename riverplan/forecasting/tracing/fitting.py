"""How well each candidate fits what was seen: first all of them with few members, then the likely ones with many.

Each further sighting leaves fewer members that fit. With the few that sift the candidates, a release time
would rest on a handful and seem surer than it is: the likely ones are therefore done again with more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.ground import Ground
from riverplan.forecasting.tracing import release_times as rt
from riverplan.forecasting.tracing.candidates import Candidates
from riverplan.forecasting.tracing.mass_needed import MASS_EDGES, needed_mass
from riverplan.forecasting.tracing.travel import Travel, travel

BINS = 360
"""Bins of the release time."""
AGAIN = 8
"""How many times more members the likely candidates are done again with."""
LIKELY = 1e-5
"""Candidates more probable than this after sifting are likely, sources that fit at all always are; others are left."""
FEW = 25
"""Where no candidate has so many members that fit, sifting says nothing: all are done again."""
_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """Where it was looked, what was seen and read, and how it is searched.

    ``reach`` and ``chainage`` are the sections, shape ``(s,)``; ``read`` [kg/m³] goes with ``seen``, None where
    nothing was read; ``lookback`` and the least and greatest duration of the release, ``lasting``,
    are in seconds.
    """

    reach: NDArray[np.intp]
    chainage: Array
    seen: tuple[rt.Seen, ...]
    read: tuple[float | None, ...]
    lookback: float
    lasting: tuple[float, float]
    members: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """How well ``c`` candidates fit.

    Parameters
    ----------
    likelihood
        Share of release times and members that fit all sightings, shape ``(c,)``; 0 for unlikely candidates.
    sifted, seen, clean
        The same from sifting: for all sightings, for the seen ones alone, and for these with each clean one
        (shape ``(c, k)``).
    edges
        Edges of the bins of the release time [s after the reference].
    released
        How much of each bin fits, shape ``(c, bins)``; 0 for unlikely candidates.
    needed
        The same for the bins of the mass; None where no concentration was read.
    """

    likelihood: Array
    sifted: Array
    seen: Array
    clean: Array
    edges: Array
    released: Array
    needed: Array | None


def fits_of(ground: Ground, found: Candidates, looked: Looked) -> Fits:
    """How well each candidate fits."""
    plumes = travel(ground, found.reach, found.chainage, looked.reach, looked.chainage)
    sifted, seen, clean, hits = _sift(plumes, looked)
    likelihood = np.zeros(found.reach.size)
    edges = np.linspace(-looked.lookback, 0.0, BINS + 1)
    released = np.zeros((found.reach.size, BINS))
    read = [(s, c) for s, c in zip(looked.seen, looked.read, strict=True) if c is not None]
    needed = np.zeros((found.reach.size, MASS_EDGES.size - 1)) if read else None
    weight = found.prior * sifted
    likely = weight > LIKELY * max(float(weight.sum()), 1e-300)
    likely[:len(found.sources)] |= seen[:len(found.sources)] > 0
    if hits < FEW:
        likely[:] = True
    many = looked.members * AGAIN
    for which in _some(np.flatnonzero(likely), looked.reach.size, many):
        drawn = rt.members_of(plumes.some(which), many, looked.lasting)
        begin, end = rt.release_times(drawn, looked.seen, -looked.lookback, 0.0)
        likelihood[which] = rt.fit(begin, end, looked.lookback)
        released[which] = rt.spread_over(begin, end, edges) / many
        if needed is not None:
            needed[which] = needed_mass(plumes.some(which), read, begin, end, looked.lasting) / many
    return Fits(likelihood=likelihood, sifted=sifted, seen=seen, clean=clean, edges=edges, released=released,
                needed=needed)


def _some(which: NDArray[np.intp], sections: int, members: int) -> list[NDArray[np.intp]]:
    """Candidates a few at a time, to bound the memory."""
    if not which.size:
        return []
    return np.array_split(which, -(-which.size * sections * members // _CELLS))


def _sift(plumes: Travel, looked: Looked) -> tuple[Array, Array, Array, int]:
    """Likelihoods with few members, and the most members that fit with any candidate."""
    seen = [h for h in looked.seen if h.kind != "clean"]
    clean = [h for h in looked.seen if h.kind == "clean"]
    c = plumes.reached.shape[0]
    likelihood, alone, each, hits = np.zeros(c), np.zeros(c), np.zeros((c, len(clean))), 0
    for which in _some(np.arange(c), looked.reach.size, looked.members):
        drawn = rt.members_of(plumes.some(which), looked.members, looked.lasting)

        def fit(some: Sequence[rt.Seen], drawn: rt.Members = drawn) -> tuple[Array, Array]:
            return rt.release_times(drawn, some, -looked.lookback, 0.0)

        begin, end = fit(looked.seen)
        hits = max(hits, int((end > begin).any(axis=2).sum(axis=1).max()))
        likelihood[which] = rt.fit(begin, end, looked.lookback)
        alone[which] = rt.fit(*fit(seen), looked.lookback)
        for k, one in enumerate(clean):
            each[which, k] = rt.fit(*fit([*seen, one]), looked.lookback)
    return likelihood, alone, each, hits
