"""Free positions joined into stretches of river: the likeliest ones, where they touch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.tracing.candidates import Candidates
from riverplan.river.network import RiverNetwork

HELD = 0.9
"""Share of the probability of all free positions that the stretches hold together."""
_TOUCH = 1.0


def likeliest(weight: Array, length: Array, held: float = HELD) -> NDArray[np.intp]:
    """The fewest metres of river that hold a share of the probability: numbers of the positions.

    Parameters
    ----------
    weight
        Probability of each position, shape ``(k,)``.
    length
        Length of river it stands for [m].
    held
        Share of the sum of ``weight`` wanted.
    """
    if weight.sum() <= 0:
        return np.zeros(0, np.intp)
    order = np.argsort(-weight / np.maximum(length, 1e-9), kind="stable")
    enough = int(np.searchsorted(np.cumsum(weight[order]), held * weight.sum())) + 1
    chosen = order[:enough]
    return np.sort(chosen[weight[chosen] > 0])


def joined(river: RiverNetwork, found: Candidates, chosen: Sequence[int]) -> list[list[int]]:
    """Positions that touch and lie on a river of one name, as lists from upstream to downstream."""
    names, length = river.reaches["name"].to_numpy(str), river.reaches["length"].to_numpy(float)
    network = river.compiled
    first_of: dict[int, int] = {}
    for c in chosen:
        if found.lower[c] <= _TOUCH:
            first_of[int(found.reach[c])] = c
    group = {c: c for c in chosen}

    def root(c: int) -> int:
        while group[c] != c:
            c = group[c]
        return c

    ordered = sorted(chosen, key=lambda c: (int(network.rank[network.tail[found.reach[c]]]), float(found.lower[c])))
    above: dict[int, int] = {}
    for c in ordered:
        r = int(found.reach[c])
        if r in above and found.lower[c] - found.upper[above[r]] <= _TOUCH:
            group[root(c)] = root(above[r])
        above[r] = c
        if length[r] - found.upper[c] <= _TOUCH:
            for below in network.leaving(int(network.head[r])):
                if int(below) in first_of and names[below] == names[r]:
                    group[root(first_of[int(below)])] = root(c)
    out: dict[int, list[int]] = {}
    for c in ordered:
        out.setdefault(root(c), []).append(c)
    return list(out.values())


def parts_of(river: RiverNetwork, found: Candidates, cells: Sequence[int]) -> tuple[tuple[str, float, float], ...]:
    """The stretch that positions make, one part a reach: reach, and metres from its tail from and to."""
    out: list[tuple[str, float, float]] = []
    for c in cells:
        reach_id, lower, upper = str(river.reaches["reach_id"].iat[found.reach[c]]), found.lower[c], found.upper[c]
        if out and out[-1][0] == reach_id and lower - out[-1][2] <= _TOUCH:
            out[-1] = (reach_id, out[-1][1], float(upper))
        else:
            out.append((reach_id, float(lower), float(upper)))
    return tuple(out)
