"""A DEM → a river: the cells enough land drains through, as lines from source to outlet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.bare_network import network_of
from riverplan.river.dem_flow import Flow, cells_along, drains_to, flow_of
from riverplan.river.dem_grid import CELLS, Grid, Region, lowered, read_grid
from riverplan.river.dem_reading import Dem, open_dem
from riverplan.river.dem_sampling import BURN, LEAST_CELLS, lay_slopes
from riverplan.river.merging import summary
from riverplan.river.network import RiverNetwork
from riverplan.river.stems import with_river_km
from riverplan.tables import read_lines
from riverplan.tables.cells import text_of

Progress = Callable[[float], None]
Int = NDArray[np.int64]

OUTLET_NEAR, OUTLET_FAR = 250.0, 2_000.0
"""An outlet is moved to the largest drainage area within the first distance [m], three cells at least; where no
stream is there, within twice as far, and so on up to the second: so it does not jump to a larger river near by."""
MOST_REACHES = 50_000
_LOOK = 4_000_000
CONFIDENCE = 0.9
"""How sure a direction from filled D8 flow is: pits, roads and flats mislead it now and then."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Streams:
    """Streams as runs of cells: each from its source or a confluence to the next confluence or an outlet."""

    cells: list[Int]
    area: Array
    cut: NDArray[np.bool_]
    on_stem: NDArray[np.bool_]


def extract_river(
    dem_paths: Sequence[Path | str],
    *,
    outlets: Sequence[tuple[float, float]],
    area_m2: float,
    name: str,
    burn: Sequence[Path | str] = (),
    progress: Progress | None = None,
) -> RiverNetwork:
    """Make a river of a DEM alone: lines, drainage areas, elevations, slopes.

    Parameters
    ----------
    dem_paths
        The DEM: a file, tiles, or folders of them.
    outlets
        Where the water leaves: longitude and latitude [degrees]; each is moved to the largest stream near by.
    area_m2
        A stream begins where this much land drains together [m²].
    name
        Name of the river, given to the stem of the largest outlet.
    burn
        Files of lines that the water is led along.
    progress
        Told the share done, 0 to 1.

    Returns
    -------
    RiverNetwork
        Reaches of kind ``channel``, course ``digitised`` with the accuracy of a cell; slopes and areas say ``dem``.
        Where water may come from beyond the DEM the drainage area is left out. Its ``report`` says what was done.

    Raises
    ------
    InputError
        If the DEM cannot be used, an outlet is off it, or no stream is large enough: with all problems.
    """
    tell = progress or (lambda _: None)
    problems: list[Problem] = []
    name = text_of(name)
    if not name:
        problems.append(Problem(code="name_blank"))
    if not (np.isfinite(area_m2) and area_m2 > 0):
        problems.append(Problem(code="dem_area_form", fields={"value": area_m2 / 1e6}))
    if not outlets:
        problems.append(Problem(code="dem_no_outlet"))
    problems += [Problem(code="outlet_invalid", fields={"value": f"{a},{b}"}) for a, b in outlets
                 if not (np.isfinite([a, b]).all() and abs(a) <= 180 and abs(b) <= 90)]
    dem, drawn = None, None
    try:
        dem = open_dem(dem_paths)
    except InputError as error:
        problems += error.problems
    if burn:
        try:
            drawn = read_lines([Path(p) for p in burn])
        except InputError as error:
            problems += error.problems
    if dem is None or any(p.severity == "error" for p in problems):
        raise InputError(problems)
    problems += dem.problems
    tell(0.05)
    lines = drawn.frame.geometry.to_numpy() if drawn else np.empty(0, object)
    region, said = _catchment(dem, outlets, area_m2, lines)
    tell(0.2)
    grid, mended = read_grid(dem, region)
    tell(0.3)
    flow = _flow(grid, lines)
    tell(0.6)
    ends, moved = _outlet_cells(grid, flow, outlets, area_m2)
    streams = _streams(grid, flow, ends, area_m2)
    tell(0.7)
    frame = _frame(grid, streams, name)
    end_lon, end_lat = grid.lonlat(ends[~_drains_below(flow, ends)])
    river, found = network_of(frame, name=name, snap=0.05 * grid.cell_size,
                              outlets=list(zip(end_lon.tolist(), end_lat.tolist(), strict=True)))
    tell(0.85)
    river = _marked(river)
    river, profile = lay_slopes(river, dem)
    tell(0.95)
    problems += [*(drawn.problems if drawn else ()), *said, *mended, *moved, *found, *profile]
    problems += _about(dem, grid, streams, river, area_m2)
    river = river.replace(reaches=with_river_km(river.reaches))
    tell(1.0)
    return river.replace(report=(*problems, summary(river, problems)))


def _flow(grid: Grid, lines: NDArray[np.object_]) -> Flow:
    if lines.size:
        grid = lowered(grid, np.unique(cells_along(grid, lines)[0]), BURN)
    return flow_of(grid)


def _catchment(dem: Dem, outlets: Sequence[tuple[float, float]], area_m2: float,
               lines: NDArray[np.object_]) -> tuple[Region | None, list[Problem]]:
    """The part of a large DEM that drains to the outlets, found on larger cells; all of one that fits."""
    if dem.height * dem.width <= CELLS:
        return None, []
    grid, _ = read_grid(dem, cells=_LOOK)
    flow = _flow(grid, lines)
    ends, _ = _outlet_cells(grid, flow, outlets, area_m2)
    row, column = np.divmod(np.flatnonzero(drains_to(flow, ends)), grid.elevation.shape[1])
    rim = 20 * grid.factor
    top, left = max(int(row.min()) * grid.factor - rim, 0), max(int(column.min()) * grid.factor - rim, 0)
    bottom = min((int(row.max()) + 1) * grid.factor + rim, dem.height)
    right = min((int(column.max()) + 1) * grid.factor + rim, dem.width)
    return (top, left, bottom - top, right - left), [Problem(code="dem_cropped", severity="note", fields={
        "rows": bottom - top, "columns": right - left, "all_rows": dem.height, "all_columns": dem.width})]


def _outlet_cells(grid: Grid, flow: Flow, outlets: Sequence[tuple[float, float]],
                  area_m2: float) -> tuple[Int, list[Problem]]:
    """The cell of the largest drainage area near each outlet."""
    geod = pyproj.Geod(ellps="WGS84")
    rows, columns = grid.elevation.shape
    errors, notes, ends = [], [], []
    for lon, lat in outlets:
        r, c = (float(v[0]) for v in grid.place(np.array([lon]), np.array([lat])))
        if not (-0.5 <= r <= rows - 0.5 and -0.5 <= c <= columns - 0.5):
            west_east, south_north = grid.lonlat(np.array([0, columns - 1, (rows - 1) * columns, rows * columns - 1]))
            errors.append(Problem(code="dem_outlet_off", lon=lon, lat=lat, fields={
                "at_lon": lon, "at_lat": lat, "west": west_east.min(), "east": west_east.max(),
                "south": south_north.min(), "north": south_north.max()}))
            continue
        near = max(OUTLET_NEAR, 3 * grid.cell_size)
        reach = max(OUTLET_FAR, near)
        south = grid.dy * 111_195.0 if grid.geographic else grid.dy
        n, m = int(reach / south) + 1, int(reach * south / grid.cell_size**2) + 1   # cells are narrower up north
        rr, cc = np.meshgrid(np.arange(max(round(r) - n, 0), min(round(r) + n + 1, rows)),
                             np.arange(max(round(c) - m, 0), min(round(c) + m + 1, columns)), indexing="ij")
        cell = (rr * columns + cc).ravel()
        at_lon, at_lat = grid.lonlat(cell)
        away = geod.inv(np.full(cell.size, lon), np.full(cell.size, lat), at_lon, at_lat)[2]
        area = np.where(flow.down[cell] >= 0, flow.area[cell], -1.0)
        best = int(np.argmax(np.where(away <= near, area, -1.0)))
        while near < reach and area[best] < area_m2:
            near = min(2 * near, reach)
            best = int(np.argmax(np.where(away <= near, area, -1.0)))
        if area[best] <= 0 or away[best] > near:
            errors.append(Problem(code="dem_outlet_void", lon=lon, lat=lat, fields={"at_lon": lon, "at_lat": lat}))
            continue
        ends.append(int(cell[best]))
        notes.append(Problem(code="dem_outlet_moved", severity="note", lon=float(at_lon[best]),
                             lat=float(at_lat[best]), fields={
                                 "at_lon": lon, "at_lat": lat, "metres": float(away[best]),
                                 "area": float(area[best]) / 1e6, "reach": near}))
    if errors:
        raise InputError(errors)
    return np.unique(np.array(ends, np.int64)), notes


def _streams(grid: Grid, flow: Flow, ends: Int, area_m2: float) -> _Streams:
    """Runs of the cells that drain at least ``area_m2`` and drain to the ends."""
    least = LEAST_CELLS * grid.cell_size**2
    largest = float(flow.area[ends].max())
    if area_m2 < least:
        raise InputError(Problem(code="dem_area_small", fields={"area": area_m2 / 1e6, "least": least / 1e6}))
    if area_m2 > largest:
        lon, lat = grid.lonlat(ends[np.argmax(flow.area[ends])][None])
        raise InputError(Problem(code="dem_area_large", lon=float(lon[0]), lat=float(lat[0]), fields={
            "area": area_m2 / 1e6, "largest": largest / 1e6}))
    cell = np.flatnonzero(flow.area >= area_m2)
    cell = cell[drains_to(flow, ends)[cell]]
    cell = cell[np.argsort(-flow.area[cell], kind="stable")]   # downstream first: areas grow down the flow
    row = np.full(flow.down.size, -1, np.int32)
    row[cell] = np.arange(cell.size)
    below = row[flow.down[cell]].astype(np.int64)
    del row
    below[np.isin(cell, ends[~_drains_below(flow, ends)])] = -1
    above = np.bincount(below[below >= 0], minlength=cell.size)
    stop = (above != 1) | (below < 0) | np.isin(cell, ends)
    begins = np.flatnonzero(stop & (below >= 0))
    if begins.size > MOST_REACHES:
        raise InputError(Problem(code="dem_reaches_many", fields={
            "count": int(begins.size), "most": MOST_REACHES, "area": area_m2 / 1e6}))
    stem = np.zeros(cell.size, bool)                           # the largest outlet's: up the larger area each time
    up = np.full(cell.size, cell.size, np.int64)
    np.minimum.at(up, below[below >= 0], np.flatnonzero(below >= 0))
    at = 0
    while at < cell.size:
        stem[at] = True
        at = int(up[at])
    runs, lowest = [], []
    for first in begins.tolist():
        run = [first, int(below[first])]
        while not stop[run[-1]]:
            run.append(int(below[run[-1]]))
        runs.append(cell[np.array(run)])
        lowest.append(run[-2] if above[run[-1]] > 1 else run[-1])    # above a confluence, not in it
    last = np.array(lowest, np.int64)
    if not last.size:
        raise InputError(Problem(code="dem_area_large", fields={"area": area_m2 / 1e6, "largest": largest / 1e6}))
    return _Streams(cells=runs, area=flow.area[cell[last]], cut=flow.cut[cell[last]], on_stem=stem[last])


def _drains_below(flow: Flow, ends: Int) -> NDArray[np.bool_]:
    """Which ends drain on to another end: the river goes on below them."""
    on = np.zeros(ends.size, bool)
    for k, end in enumerate(ends.tolist()):
        if flow.down[end] != end:
            others = np.setdiff1d(ends, [end])
            on[k] = others.size > 0 and _reaches(flow, int(flow.down[end]), set(others.tolist()))
    return on


def _reaches(flow: Flow, cell: int, targets: set[int]) -> bool:
    while cell not in targets:
        if flow.down[cell] == cell:
            return False
        cell = int(flow.down[cell])
    return True


def _frame(grid: Grid, streams: _Streams, name: str) -> gpd.GeoDataFrame:
    """Lines in longitude and latitude with the columns of the reach list."""
    order = np.argsort(-streams.area, kind="stable")
    runs = [streams.cells[k] for k in order.tolist()]
    every = np.column_stack(grid.lonlat(np.concatenate(runs)))
    lines = []
    for xy in np.split(every, np.cumsum([len(run) for run in runs])[:-1]):
        if len(xy) > 2:                                        # steps of 45° make a line some 8 % too long
            xy[1:-1] = (xy[:-2] + 2 * xy[1:-1] + xy[2:]) / 4
        lines.append(shapely.linestrings(xy))
    return gpd.GeoDataFrame({
        "source_id": [f"D{i + 1}" for i in range(order.size)],
        "name": np.where(streams.on_stem[order], name, "").astype(object),
        "drainage_area": np.where(streams.cut[order], np.nan, streams.area[order]),
        "course": "digitised", "drawn_accuracy": grid.cell_size,
    }, geometry=lines, crs="EPSG:4326")


def _marked(river: RiverNetwork) -> RiverNetwork:
    """The river with its DEM named as the source of what it gave."""
    reaches = river.reaches.copy()
    known = reaches["drainage_area"].notna().to_numpy()
    reaches["drainage_area_source"] = np.where(known, "dem", "").astype(object)
    reaches["status"] = [w.replace("kept", "from dem") if w == "kept" else f"from dem; {w}" for w in reaches["status"]]
    reaches["direction_source"], reaches["direction_confidence"] = "dem", CONFIDENCE
    return river.replace(reaches=reaches)


def _about(dem: Dem, grid: Grid, streams: _Streams, river: RiverNetwork, area_m2: float) -> list[Problem]:
    """What a reader of the river must know: that it is a DEM's, how coarse, and where areas are missing."""
    file = dem.tiles[0].path.name
    said = [Problem(code="dem_lines", severity="warning", file=file, fields={
        "reaches": len(river.reaches), "km": float(river.reaches["length"].sum()) / 1000,
        "metres": grid.cell_size, "area": area_m2 / 1e6})]
    if streams.cut.any():
        length = river.reaches["length"].to_numpy(np.float64)
        without = river.reaches["drainage_area"].isna().to_numpy()
        said.append(Problem(code="dem_cut", severity="warning", file=file, fields={
            "km": float(length[without].sum()) / 1000, "reaches": int(without.sum())}))
    return said
