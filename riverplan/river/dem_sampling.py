"""A river with lines of its own and a DEM: heights, slopes and drainage areas laid onto it."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.dem_elevations import heights_on
from riverplan.river.dem_flow import Flow, cells_along, flow_of
from riverplan.river.dem_grid import Grid, lowered, read_grid
from riverplan.river.dem_profile import FLOOR, Samples, profile
from riverplan.river.dem_reading import Dem, open_dem
from riverplan.river.network import RiverNetwork
from riverplan.river.stems import topological

BURN = 100.0
"""Lines given are cut into the DEM by this depth [m], so that the water follows them."""
LEAST_CELLS = 20
"""Smaller drainage areas are noise of the DEM [cells]."""
AGREES = 0.8
"""A reach's area is given where at least this share of its cells drains down the line."""
UPHILL = 15.0
"""A reach whose lower end is higher than its upper by more than this [m] is named."""
UNLIKE = 1.3
"""Areas known and areas of the DEM that differ by more than this factor in the middle are named."""
_OFF_LINE = 60.0
"""How far a line may miss the valley's bottom where its accuracy is not known [m]."""
_NO_VALLEY = ("tunnel", "closed_conduit", "reservoir")
_KEPT = ("measured", "stated")
_SHOWN = 8
Tiles = tuple[tuple[Path, int, int], ...]
"""Files of a DEM, each with the time of its last change and its size."""


def sample_dem(river: RiverNetwork, dem_paths: Sequence[Path | str]) -> tuple[RiverNetwork, list[Problem]]:
    """Lay heights of nodes, slopes and drainage areas of a DEM onto a river.

    Parameters
    ----------
    river
        Lines in flow direction; it is not changed.
    dem_paths
        As in :func:`riverplan.river.dem_reading.open_dem`.

    Returns
    -------
    river
        Values measured or stated before stay; new ones say ``dem``. Slopes are never zero or uphill: below
        ``FLOOR`` they are that and say ``assumed``. An area is given where all that drains to the reach lies on the
        DEM and the water of the DEM follows the line.
    problems
        What was done, and what could not be.

    Raises
    ------
    InputError
        If the DEM cannot be used or lies elsewhere.
    """
    dem = open_dem(dem_paths)
    river, said = lay_slopes(river, dem)
    if river.nodes["elevation"].isna().all():
        raise InputError([*dem.problems, Problem(code="dem_elsewhere", file=dem.tiles[0].path.name)])
    tiles = tuple((t.path, t.path.stat().st_mtime_ns, t.path.stat().st_size) for t in dem.tiles)
    mended = _grid(tiles)[1]
    river, areas = _lay_areas(river, tiles, dem)
    return river, [*dem.problems, *mended, *said, *areas]


@lru_cache(maxsize=1)
def _grid(tiles: Tiles) -> tuple[Grid, list[Problem]]:
    """The grid of a DEM: kept, for mends of an import ask for the same one at every click."""
    return read_grid(open_dem([path for path, _, _ in tiles]))


@lru_cache(maxsize=1)
def _flow(tiles: Tiles, burned: bytes) -> Flow:
    """Where the water of a DEM runs with lines cut into it; turning a line round changes nothing of it."""
    return flow_of(lowered(_grid(tiles)[0], np.frombuffer(burned, np.int64), BURN))


def lay_slopes(river: RiverNetwork, dem: Dem) -> tuple[RiverNetwork, list[Problem]]:
    """Heights of nodes and slopes of reaches from a DEM; see :func:`sample_dem`."""
    reaches, nodes = river.reaches.copy(), river.nodes.copy()
    samples, lowest_cells = _samples(river, dem)
    length = reaches["length"].to_numpy(np.float64)
    tail, head = reaches["tail"].to_numpy(object), reaches["head"].to_numpy(object)
    found = profile(tail, head, topological(reaches), length, samples)

    height: dict[str, float] = {}
    for node, value in zip([*head, *tail], [*found.lower, *found.upper], strict=True):
        if np.isfinite(value):
            height[node] = min(value, height.get(node, np.inf))
    old = nodes["elevation"].to_numpy(np.float64)
    nodes["elevation"] = np.where(np.isnan(old), nodes["node_id"].map(height).to_numpy(np.float64), old)

    slope, source = reaches["slope"].to_numpy(np.float64), reaches["slope_source"].to_numpy(object)
    open_ = np.isnan(slope) | ~np.isin(source, _KEPT)
    new = open_ & np.isfinite(found.slope) & ~reaches["kind"].isin(_NO_VALLEY).to_numpy()
    flat = new & (found.slope < FLOOR)
    reaches["slope"] = np.where(new, np.maximum(found.slope, FLOOR), slope)
    reaches["slope_source"] = np.where(flat, "assumed", np.where(new, "dem", source)).astype(object)
    problems = _said(river, samples, found.slope, new, flat, dem, lowest_cells)
    return river.replace(reaches=reaches, nodes=nodes), problems


def _samples(river: RiverNetwork, dem: Dem) -> tuple[Samples, int]:
    """The lowest cells near points a cell apart along each reach."""
    lines = river.reaches.geometry.to_crs("EPSG:4326").to_numpy()
    drawn = shapely.length(river.reaches.geometry.to_numpy())
    cell = _cell(dem, river)
    n = np.maximum(np.ceil(drawn / cell).astype(np.int64), 1) + 1
    reach = np.repeat(np.arange(len(lines)), n)
    share = (np.arange(reach.size) - np.repeat(np.concatenate([[0], np.cumsum(n)[:-1]]), n)) / (n[reach] - 1)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[reach], share, normalized=True))
    off = river.reaches["drawn_accuracy"].fillna(_OFF_LINE)
    within = int(np.clip(np.ceil(float(np.median(off)) / cell - 0.2), 1, 4))
    return Samples(reach=reach, share=share, height=heights_on(dem, xy[:, 0], xy[:, 1], lowest_within=within)), within


def _cell(dem: Dem, river: RiverNetwork) -> float:
    """Side of a cell at the river [m]."""
    if not dem.geographic:
        return float(np.sqrt(dem.dx * dem.dy))
    box = river.reaches.geometry.to_crs("EPSG:4326").total_bounds
    return float(np.sqrt(dem.dx * dem.dy * np.cos(np.radians((box[1] + box[3]) / 2))) * 111_195.0)


def _lay_areas(river: RiverNetwork, tiles: Tiles, dem: Dem) -> tuple[RiverNetwork, list[Problem]]:
    """Drainage areas of the reaches that have none, where the DEM can tell."""
    reaches = river.reaches.copy()
    lines = reaches.geometry.to_crs("EPSG:4326").to_numpy()
    grid = _grid(tiles)[0]
    cell, line, _ = cells_along(grid, lines)
    flow = _flow(tiles, np.unique(cell).astype(np.int64).tobytes())
    area, cut, agrees = _area_of_reaches(cell, line, flow, len(lines))
    tail, head = reaches["tail"].to_numpy(object), reaches["head"].to_numpy(object)
    order = topological(reaches)
    sure = np.isfinite(area) & ~cut & ~_arms(tail, head, order) & (agrees >= AGREES)
    sure &= area >= LEAST_CELLS * grid.cell_size**2
    above: dict[str, float] = defaultdict(float)               # areas never fall downstream, nor do their sums
    for i in order.tolist():
        sure[i] &= bool(area[i] >= 0.98 * above[tail[i]])
        if sure[i]:
            above[head[i]] += area[i]
    known = reaches["drainage_area"].to_numpy(np.float64)
    old = np.isfinite(known)
    new = sure & ~old
    reaches["drainage_area"] = np.where(new, area, known)
    reaches["drainage_area_source"] = np.where(new, "dem", reaches["drainage_area_source"]).astype(object)
    file = dem.tiles[0].path.name
    problems = [Problem(code="dem_areas", severity="note", file=file, fields={
        "given": int(new.sum()), "kept": int(old.sum()), "cut": int((cut & ~old).sum()),
        "doubtful": int((~sure & ~cut & ~old).sum()),
        "percent": 100 * float(np.mean(agrees[new])) if new.any() else 0.0})]
    both = sure & old
    if both.any():
        ratio = float(np.median(area[both] / known[both]))
        if not 1 / UNLIKE <= ratio <= UNLIKE:
            problems.append(Problem(code="dem_areas_unlike", severity="warning", file=file, fields={
                "count": int(both.sum()), "ratio": ratio}))
    return river.replace(reaches=reaches), problems


def _arms(tail: np.ndarray, head: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Reaches from a bifurcation down to where arms meet again: each carries a part of the water of the area."""
    leaving: dict[str, int] = defaultdict(int)
    for node in tail:
        leaving[node] += 1
    arms_into: dict[str, int] = defaultdict(int)
    arm = np.zeros(tail.size, bool)
    for i in order.tolist():
        arm[i] = leaving[tail[i]] > 1 or arms_into[tail[i]] == 1
        arms_into[head[i]] += bool(arm[i])
    return arm


def _area_of_reaches(cell: np.ndarray, line: np.ndarray, flow: Flow, n: int) -> tuple[Array, np.ndarray, Array]:
    """Largest area on the cells of each line that no other shares, whether it is cut, and how well the flow agrees.

    It agrees at a cell that drains to one farther down the same line.
    """
    pairs = np.unique(np.column_stack([cell, line]), axis=0)
    used, count = np.unique(pairs[:, 0], return_counts=True)
    own = count[np.searchsorted(used, cell)] == 1
    key = line * flow.down.size + cell
    known, where = np.unique(key[::-1], return_index=True)     # the last place of a cell on its line
    place = key.size - 1 - where
    target = line * flow.down.size + flow.down[cell]
    at = np.minimum(np.searchsorted(known, target), known.size - 1)
    follows = (known[at] == target) & (place[at] > np.arange(key.size)) & (flow.down[cell] != cell)
    value, is_cut = np.full(n, np.nan), np.zeros(n, bool)
    np.fmax.at(value, line[own], flow.area[cell[own]])
    np.logical_or.at(is_cut, line[own], flow.cut[cell[own]])
    last = np.append(np.diff(line) != 0, True)                 # drains to the next reach
    inner = own & ~last
    total = np.bincount(line[inner], minlength=n)
    agrees = np.bincount(line[inner], weights=follows[inner], minlength=n) / np.maximum(total, 1)
    return value, is_cut, agrees


def _said(river: RiverNetwork, samples: Samples, slope: Array, new: np.ndarray, flat: np.ndarray, dem: Dem,
          within: int) -> list[Problem]:
    """What is to be said about the slopes."""
    file = dem.tiles[0].path.name
    ids = river.reaches["reach_id"].to_numpy(object)
    length = river.reaches["length"].to_numpy(np.float64)
    problems = [Problem(code="dem_slopes", severity="note", file=file, fields={
        "given": int((new & ~flat).sum()), "flat": int(flat.sum()), "floor": FLOOR * 1000, "cells": within})]
    off = np.isnan(slope)
    if off.any() and not off.all():
        problems.append(Problem(code="dem_uncovered", severity="warning", file=file, fields={
            "reaches": int(off.sum()), "km": float(length[off].sum()) / 1000}))
    first = np.searchsorted(samples.reach, np.arange(ids.size))
    last = np.searchsorted(samples.reach, np.arange(ids.size), side="right") - 1
    with np.errstate(invalid="ignore"):
        rises = samples.height[last] - samples.height[first]
        uphill = np.flatnonzero(rises > UPHILL)
    if uphill.size:
        worst = uphill[np.argsort(-rises[uphill])]
        at = shapely.get_coordinates(shapely.get_point(river.reaches.geometry.to_numpy()[worst[0]], 0))[0]
        lon, lat = river.lonlat(*at)
        problems.append(Problem(code="dem_uphill", severity="warning", file=file, lon=float(lon),
                                lat=float(lat), fields={
            "count": int(uphill.size), "rise": float(rises[worst[0]]),
            "reaches": ", ".join(ids[worst[:_SHOWN]]) + (" …" if worst.size > _SHOWN else "")}))
    return problems
