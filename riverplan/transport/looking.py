"""Where the simulation is read: points and faces of the cells at a place, and what is stirred before it in a pool."""

from collections.abc import Mapping, Sequence

import numpy as np

from riverplan.channel import Array
from riverplan.transport.operation import Place, Release
from riverplan.transport.simulation_arrays import Cells, Looks
from riverplan.transport.waterway import Waterway

AT_THE_DAM = 1.0
"""A place no farther than this above the end of a pool reads what leaves it [m]."""


def looks_at(cells: Cells, water: Waterway, places: Sequence[Place], held: Array, releases: Sequence[Release]) -> Looks:
    """What is read at places on reaches: linear between centres and faces.

    A pool is marched as a plug and a stirred part at its end. A place within is read as in a forecast: of both it has
    the share that lies between the place and where the plume enters, the head of the pool or the place of the
    release. So what it reads has passed that share of the plug, and then a stirred tank of that share of the stirred
    part, which keeps the volume it has at the beginning.

    Parameters
    ----------
    cells, water
        The network.
    places
        On reaches.
    held
        Water of the cells at the beginning [m³].
    releases
        What is put in.
    """
    begins: Mapping[int, float] = {}
    for release in releases:
        if (p := release.place).node is None:
            begins = {**begins, p.reach: min(p.chainage, begins.get(p.reach, np.inf))}
    rows = [_river(cells, place, float(water.length[place.reach])) if cells.reach_pool[place.reach] < 0
            else _pool(cells, place, float(water.length[place.reach]), held, begins.get(place.reach, 0.0))
            for place in places]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    kinds = (np.int64, np.int64, float, np.int64, np.int64, float, float)
    return Looks(*(np.array(c, k) for c, k in zip(columns, kinds, strict=True)))


_Row = tuple[int, int, float, int, int, float, float]


def _river(cells: Cells, place: Place, length: float) -> _Row:
    r = place.reach
    n_cells, a, count = int(cells.first[-1]), int(cells.first[r]), int(cells.first[r + 1] - cells.first[r])
    x = min(max(place.chainage / length * count, 0.0), float(count))
    face = min(int(x), count - 1)
    if x < 0.5:
        point = (n_cells + r, a, 2.0 * x)
    elif x > count - 0.5:
        point = (a + count - 1, n_cells + cells.head.size + r, 2.0 * (x - count + 0.5))
    else:
        i = min(int(x - 0.5), count - 2) if count > 1 else 0
        point = (a + i, a + min(i + 1, count - 1), x - 0.5 - i)
    return (*point, a + r + face, a + r + face + 1, x - face, 0.0)


def _pool(cells: Cells, place: Place, length: float, held: Array, begins: float) -> _Row:
    """Within a pool; ``begins`` [m] is where the plume enters it."""
    r = place.reach
    n_cells, a, plugs = int(cells.first[-1]), int(cells.first[r]), int(cells.first[r + 1] - cells.first[r]) - 1
    if place.chainage >= length - AT_THE_DAM:
        out = n_cells + cells.head.size + r
        return out, out, 0.0, a + r + plugs + 1, a + r + plugs + 1, 0.0, 0.0
    x = max(place.chainage / length, 0.0) * plugs
    face = min(int(x), max(plugs - 1, 0))
    stirred = float(held[a + plugs]) * max(place.chainage - begins, 0.0) / length
    inlet = n_cells + r
    if x < 0.5:
        point = (inlet, a if plugs else inlet, 2.0 * x)
    else:
        i = min(int(x - 0.5), plugs - 1)
        point = (a + i, a + min(i + 1, plugs - 1), x - 0.5 - i)
    return (*point, a + r + face, a + r + min(face + 1, plugs), x - face, stirred)
