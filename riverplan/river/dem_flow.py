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

NOISE = 3.0
"""A saddle this little above the edge of the DEM [m] does not keep water out."""
SAME_OUTLET = 10
"""Edge cells not farther apart are one outlet [cells]."""
SEA = 2.0
"""Edges inside the raster not higher than this [m] are coasts."""
_NOTHING = -9999.0


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
    down = core_d8.from_array(d8, dtype=np.int32)[0]
    cut = _open_to_outside(filled.ravel(), down, *filled.shape)
    del filled, d8
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


@njit(cache=True)
def _open_to_outside(filled, down, rows, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Cells that water from beyond the edge may come down to.

    Much water crosses an edge only in valleys. So it may come in where the lowest edge cell around drains inward;
    and, as a flood from the edges turns a flat valley round, where the saddle between the land of an edge cell and
    that of a lower one is not higher than the first (by more than the DEM's noise). The sea lets nothing in.
    """
    pit = _ends(down)
    edge = _edges(filled, down, rows, columns)
    cut = np.zeros(down.size, np.bool_)
    for i in range(down.size):
        if pit[i] < 0:
            continue
        r, c = i // columns, i % columns
        if edge[i] and not edge[down[i]] and not _near(i, pit[i], columns):
            lowest = True
            for rr in range(max(r - SAME_OUTLET, 0), min(r + SAME_OUTLET + 1, rows)):
                for cc in range(max(c - SAME_OUTLET, 0), min(c + SAME_OUTLET + 1, columns)):
                    if edge[rr * columns + cc] and filled[rr * columns + cc] < filled[i]:
                        lowest = False
            cut[i] |= lowest
        for dr, dc in ((0, 1), (1, -1), (1, 0), (1, 1)):
            if r + dr >= rows or c + dc < 0 or c + dc >= columns:
                continue
            j = i + dr * columns + dc
            if pit[j] < 0 or pit[j] == pit[i]:
                continue
            p, q, low = pit[i], pit[j], j                      # p the higher edge cell, low the other's land
            if filled[p] < filled[q]:
                p, q, low = q, p, i
            if edge[p] and not _near(p, q, columns) and max(filled[i], filled[j]) <= filled[p] + NOISE:
                cut[low] = True
                if filled[p] == filled[q]:
                    cut[i], cut[j] = True, True
    return cut


@njit(cache=True)
def _ends(down):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The cell each leaves the grid by, -1 where nothing is known."""
    end = np.full(down.size, -1, np.int32)
    for i in range(down.size):
        if down[i] < 0:
            continue
        j = i
        while end[j] < 0 and down[j] != j:
            j = down[j]
        found = end[j] if end[j] >= 0 else j
        j = i
        while end[j] < 0:
            end[j] = found
            j = down[j]
    return end


@njit(cache=True)
def _edges(filled, down, rows, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Cells at the border of the grid or beside nothing, coasts left out."""
    edge = np.zeros(down.size, np.bool_)
    for i in range(down.size):
        if down[i] < 0:
            continue
        r, c = i // columns, i % columns
        if r == 0 or c == 0 or r == rows - 1 or c == columns - 1:
            edge[i] = True
        elif filled[i] > SEA:
            for dr in range(-1, 2):
                for dc in range(-1, 2):
                    edge[i] |= down[i + dr * columns + dc] < 0
    return edge


@njit(cache=True)
def _near(i, j, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether two edge cells are one outlet."""
    return max(abs(i // columns - j // columns), abs(i % columns - j % columns)) <= SAME_OUTLET


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
