"""A river with lines of its own and a DEM: heights, slopes and drainage areas laid onto it."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.dem_elevations import heights_on
from riverplan.river.dem_flow import cells_along, flow_of
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
    grid, mended = read_grid(dem)
    river, areas = _lay_areas(river, grid, dem)
    return river, [*dem.problems, *mended, *said, *areas]


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
    within = int(np.clip(np.ceil(float(np.median(off)) / cell), 1, 4))
    return Samples(reach=reach, share=share, height=heights_on(dem, xy[:, 0], xy[:, 1], lowest_within=within)), within


def _cell(dem: Dem, river: RiverNetwork) -> float:
    """Side of a cell at the river [m]."""
    if not dem.geographic:
        return float(np.sqrt(dem.dx * dem.dy))
    box = river.reaches.geometry.to_crs("EPSG:4326").total_bounds
    return float(np.sqrt(dem.dx * dem.dy * np.cos(np.radians((box[1] + box[3]) / 2))) * 111_195.0)


def _lay_areas(river: RiverNetwork, grid: Grid, dem: Dem) -> tuple[RiverNetwork, list[Problem]]:
    """Drainage areas of the reaches that have none, where the DEM can tell."""
    reaches = river.reaches.copy()
    lines = reaches.geometry.to_crs("EPSG:4326").to_numpy()
    cell, line, _ = cells_along(grid, lines)
    flow = flow_of(lowered(grid, np.unique(cell), BURN))
    area, cut, agrees = _area_of_reaches(cell, line, flow.area, flow.cut, len(lines))
    tail, head = reaches["tail"].to_numpy(object), reaches["head"].to_numpy(object)
    leaving: dict[str, int] = defaultdict(int)
    for node in tail:
        leaving[node] += 1
    arm = np.array([leaving[node] > 1 for node in tail])
    sure = np.isfinite(area) & ~cut & ~arm & (agrees >= AGREES) & (area >= LEAST_CELLS * grid.cell_size**2)
    above: dict[str, float] = defaultdict(float)               # areas never fall downstream, nor do their sums
    for i in topological(reaches).tolist():
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


def _area_of_reaches(cell: np.ndarray, line: np.ndarray, area: Array, cut: np.ndarray, n: int,
                     ) -> tuple[Array, np.ndarray, Array]:
    """Area and cut at the last cell of each line that no other line shares, and how well it agrees with the flow."""
    pairs = np.unique(np.column_stack([cell, line]), axis=0)
    used, count = np.unique(pairs[:, 0], return_counts=True)
    own = count[np.searchsorted(used, cell)] == 1
    c, k = cell[own], line[own]
    value, is_cut, agrees = np.full(n, np.nan), np.zeros(n, bool), np.zeros(n)
    if not c.size:
        return value, is_cut, agrees
    value[k], is_cut[k] = area[c], cut[c]                      # in order along each line: the last one stays
    same = np.diff(k) == 0
    total = np.bincount(k[1:][same], minlength=n)
    grows = np.bincount(k[1:][same], weights=(np.diff(area[c]) > 0)[same], minlength=n)
    agrees = np.where(total > 0, grows / np.maximum(total, 1), 0.0)
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
