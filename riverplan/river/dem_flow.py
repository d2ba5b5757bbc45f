"""Where the water of each cell of a DEM runs: sinks filled, flats resolved, areas added up.

Depressions are filled to their lowest rim from the edges inward (Wang & Liu 2006,
https://doi.org/10.1080/13658810500433453, as in pyflwdir); each cell drains to the neighbour its water was
reached from, the lowest of the eight (D8), so that flats and filled sinks drain too and no circle can form.
"""

from dataclasses import dataclass

import numpy as np
import pyflwdir
import shapely
from numba import njit
from numpy.typing import NDArray
from pyflwdir import core_d8

from riverplan.channel import Array
from riverplan.river.dem_grid import Grid

_NOTHING = -9999.0
_STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flow:
    """The drainage of a grid; all arrays flat, one value a cell.

    Parameters
    ----------
    down
        Number of the cell each drains to: itself where the water leaves the grid, -1 where nothing is known.
    area
        Area draining through each cell, its own included [m²].
    cut
        Whether water from beyond the edge of the DEM may come down to the cell: the area is then too small.
    """

    down: NDArray[np.int32]
    area: Array
    cut: NDArray[np.bool_]


def flow_of(grid: Grid) -> Flow:
    """Flow directions and drainage areas of a grid."""
    z = np.where(np.isnan(grid.elevation), np.float32(_NOTHING), grid.elevation)
    filled, d8 = pyflwdir.dem.fill_depressions(z, nodata=_NOTHING)
    del z
    cut = _open_to_outside(filled, d8)
    del filled
    down = core_d8.from_array(d8, dtype=np.int32)[0]
    area = np.repeat(grid.row_area, grid.elevation.shape[1])
    area[down < 0] = 0.0
    _add_up(down, area, cut)
    return Flow(down=down, area=area, cut=cut)


def drains_to(flow: Flow, cells: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cells drain through any of the cells given (those included), flat."""
    state = np.zeros(flow.down.size, np.int8)
    state[cells] = 1
    _follow(flow.down, state)
    return state == 1


def cells_along(grid: Grid, lines: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """The cells lines run through, in order along each.

    Parameters
    ----------
    grid
        Where they lie.
    lines
        LineStrings in longitude and latitude, shape ``(n,)``.

    Returns
    -------
    cell, line, place
        Flat number of the cell, row of the line, and place along it as its fraction, shape ``(m,)`` each; parts
        outside the grid are left out.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    row, column = grid.place(xy[:, 0], xy[:, 1])
    steps = np.hypot(np.diff(row), np.diff(column))
    same = np.diff(line) == 0
    steps = np.where(same & np.isfinite(steps), steps, 0.0)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    first = np.searchsorted(line, np.arange(len(lines)))
    last = np.searchsorted(line, np.arange(len(lines)), side="right") - 1
    n = np.maximum(np.ceil((way[last] - way[first]) * 2).astype(np.int64), 1) + 1
    which = np.repeat(np.arange(len(lines)), n)
    number = np.arange(which.size) - np.repeat(np.concatenate([[0], np.cumsum(n)[:-1]]), n)
    share = number / (n[which] - 1)
    at = way[first][which] + share * (way[last] - way[first])[which]
    # of two vertices at the same way (the end of a line and the start of the next) the line's own counts
    k = np.clip(np.searchsorted(way, at, side="right") - 1, first[which], np.maximum(last[which] - 1, first[which]))
    t = np.clip((at - way[k]) / np.where(steps[np.minimum(k, steps.size - 1)] > 0,
                                         steps[np.minimum(k, steps.size - 1)], 1.0), 0.0, 1.0)
    nxt = np.minimum(k + 1, last[which])
    r = np.rint(row[k] + t * (row[nxt] - row[k]))
    c = np.rint(column[k] + t * (column[nxt] - column[k]))
    rows, columns = grid.elevation.shape
    inside = (r >= 0) & (r < rows) & (c >= 0) & (c < columns)
    cell = np.where(inside, r * columns + c, -1).astype(np.int64)
    new = np.concatenate([[True], (np.diff(cell) != 0) | (np.diff(which) != 0)]) & inside
    return cell[new], which[new].astype(np.int64), share[new]


def _open_to_outside(filled: NDArray[np.float32], d8: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Cells inside that an edge cell would drain to, were it not at the edge: its water may come from outside."""
    rows, columns = filled.shape
    cut = np.zeros(filled.size, np.bool_)
    r, c = np.nonzero(d8 == 0)                                 # where the flood began: the edge of what is known
    lowest, at = filled[r, c].copy(), np.full(r.size, -1, np.int64)
    for dr, dc in _STEPS:
        rr, cc = r + dr, c + dc
        ok = (rr >= 0) & (rr < rows) & (cc >= 0) & (cc < columns)
        flat = np.where(ok, rr * columns + cc, 0)
        height = np.where(ok & (d8.ravel()[flat] != 247), filled.ravel()[flat], np.inf)
        lower = height < lowest
        lowest, at = np.where(lower, height, lowest), np.where(lower, flat, at)
    inside = at[at >= 0]
    cut[inside[d8.ravel()[inside] != 0]] = True
    return cut


@njit(cache=True)
def _add_up(down, area, cut):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add areas down the flow in place: each cell passes on once all above it have."""
    waiting = np.zeros(down.size, np.uint8)
    for i in range(down.size):
        d = down[i]
        if d >= 0 and d != i:
            waiting[d] += 1
    for i in range(down.size):
        j = i
        while down[j] >= 0 and waiting[j] == 0:
            waiting[j] = 255
            d = down[j]
            if d == j:
                break
            area[d] += area[j]
            cut[d] |= cut[j]
            waiting[d] -= 1
            j = d


@njit(cache=True)
def _follow(down, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Follow each cell down to one whose state is known (1 yes, 2 no), and tell all on the way; in place."""
    for i in range(down.size):
        if down[i] < 0:
            state[i] = 2
            continue
        j = i
        while state[j] == 0 and down[j] != j:
            j = down[j]
        found = state[j] if state[j] != 0 else np.int8(2)
        j = i
        while state[j] == 0:
            state[j] = found
            j = down[j]
