"""Real DEMs against a flow of their own made here in plain Python, and against geography."""

import heapq

import numpy as np
import pytest

from riverplan.river.dem_extraction import extract_river
from riverplan.river.dem_flow import flow_of
from riverplan.river.dem_grid import read_grid
from riverplan.river.dem_reading import open_dem
from riverplan.river.dem_sampling import sample_dem

OUTLET = (-97.294, 32.737)                                     # of the well-known example on this DEM


def plain_areas(z: np.ndarray, cell: np.ndarray, *, steepest: bool) -> np.ndarray:
    """Drainage areas by a priority flood, one cell at a time; to the neighbour flooded from or to the steepest."""
    rows, columns = z.shape
    filled, parent, done, queued = z.copy(), {}, set(), set()
    heap = [(z[r, c], 1, r, c) for r in range(rows) for c in range(columns)      # inner cells before edges of a height
            if r in (0, rows - 1) or c in (0, columns - 1)]
    queued.update((r, c) for _, _, r, c in heap)
    heapq.heapify(heap)
    order = []
    while heap:
        height, _, r, c = heapq.heappop(heap)
        done.add((r, c))
        order.append((r, c))
        for at in ((r + dr, c + dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1)):
            if at in done or not (0 <= at[0] < rows and 0 <= at[1] < columns):
                continue
            done.add(at)
            parent[at] = (r, c)
            if at not in queued:
                queued.add(at)
                filled[at] = max(z[at], height)
                heapq.heappush(heap, (filled[at], 0, *at))
    area = np.repeat(cell[:, None], columns, axis=1)
    for r, c in reversed(order):
        if (r, c) not in parent:
            continue
        best, target = 0.0, parent[r, c]
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                rr, cc = r + dr, c + dc
                if steepest and (dr or dc) and 0 <= rr < rows and 0 <= cc < columns:
                    fall = (filled[r, c] - filled[rr, cc]) / np.hypot(dr, dc)
                    if fall > best:
                        best, target = fall, (rr, cc)
        area[target] += area[r, c]
    return area


@pytest.fixture(scope="module")
def texas(shared):
    return shared / "networks/dem/pysheds_dem.tif"


def test_drainage_areas_are_those_of_a_plain_flood(texas):
    grid, _ = read_grid(open_dem([texas]))
    ours = flow_of(grid).area.reshape(grid.elevation.shape)
    plain = plain_areas(grid.elevation.astype(float), grid.row_area, steepest=False)
    assert np.mean(np.isclose(ours, plain, rtol=1e-9)) > 0.999


def test_the_area_of_the_example_hardly_depends_on_the_rule_of_the_steepest_neighbour(texas):
    grid, _ = read_grid(open_dem([texas]))
    ours = flow_of(grid).area.reshape(grid.elevation.shape)
    plain = plain_areas(grid.elevation.astype(float), grid.row_area, steepest=True)
    lon, lat = grid.lonlat(np.arange(ours.size))
    near = (np.hypot(lon - OUTLET[0], lat - OUTLET[1]) < 0.004).reshape(ours.shape)
    assert ours[near].max() == pytest.approx(plain[near].max(), rel=0.06)


def test_the_river_of_the_example_is_one_tree_whose_areas_add_up(texas):
    river = extract_river([texas], outlets=[OUTLET], area_m2=2e6, name="x")
    reaches = river.reaches
    assert (river.nodes["kind"] == "outlet").sum() == 1
    assert reaches["drainage_area"].max() == pytest.approx(86.7e6, rel=0.01)
    for node in set(reaches["tail"]) & set(reaches["head"]):
        below = reaches[reaches["tail"] == node]["drainage_area"].iloc[0]
        assert reaches[reaches["head"] == node]["drainage_area"].sum() < below
    assert (reaches["slope"] > 0).all()
    height = river.nodes.set_index("node_id")["elevation"]
    assert (height[reaches["tail"]].to_numpy() >= height[reaches["head"]].to_numpy()).all()


def test_sampling_the_river_extracted_gives_its_areas_and_slopes_again(texas):
    river = extract_river([texas], outlets=[OUTLET], area_m2=2e6, name="x")
    bare = river.reaches.assign(drainage_area=np.nan, drainage_area_source="", slope=np.nan, slope_source="")
    again, _ = sample_dem(river.replace(reaches=bare), [texas])
    got, had = again.reaches["drainage_area"].to_numpy(), river.reaches["drainage_area"].to_numpy()
    known = np.isfinite(got)
    assert known.mean() > 0.7
    assert np.median(np.abs(got[known] / had[known] - 1)) < 0.05
    assert again.reaches["slope"].to_numpy() == pytest.approx(river.reaches["slope"].to_numpy(), rel=1e-6)


def test_the_bandama_comes_in_from_beyond_the_tile_and_has_no_area_on_it(shared):
    """The Bandama drains some 32,000 km² at the Kossou dam, the tile shows 7,300 of them."""
    river = extract_river([shared / "networks/dem/kossou_srtm3_n07_w006.tif"], outlets=[(-5.4033, 7.002)],
                          area_m2=50e6, name="Bandama")
    stem = river.reaches[river.reaches["name"] == "Bandama"]
    assert stem.sort_values("river_km").iloc[:3]["drainage_area"].isna().all()
    assert river.reaches["drainage_area"].notna().mean() > 0.5
