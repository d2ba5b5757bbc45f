"""What holds for every DEM: no circle, no land lost, nothing uphill."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.river.dem_flow import drains_to, flow_of
from riverplan.river.dem_grid import Grid
from riverplan.river.dem_profile import Samples, profile


def grid_of(z: np.ndarray) -> Grid:
    return Grid(elevation=z.astype(np.float32), crs="EPSG:4545", geographic=False, west=0.0, north=0.0, dx=30.0,
                dy=30.0, factor=1)


@st.composite
def lands(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, columns = draw(st.integers(3, 25)), draw(st.integers(3, 25))
    z = rng.integers(0, draw(st.sampled_from([1, 3, 1000])), (rows, columns)).astype(float) + 5
    z[rng.random(z.shape) < draw(st.sampled_from([0.0, 0.1, 0.6]))] = np.nan
    return grid_of(z)


@settings(max_examples=60, deadline=None)
@given(lands())
def test_all_land_leaves_the_grid_once_and_no_cell_gets_water_from_nowhere(grid):
    flow = flow_of(grid)
    known = ~np.isnan(grid.elevation).ravel()
    assert np.array_equal(flow.down >= 0, known)
    ends = np.flatnonzero(flow.down == np.arange(flow.down.size))
    assert np.isclose(flow.area[ends].sum(), 900.0 * known.sum())
    assert np.array_equal(drains_to(flow, ends), known)        # every cell reaches an end: no circle
    for end in ends[:5]:                                       # the area is that of the cells that drain there
        assert np.isclose(flow.area[end], 900.0 * drains_to(flow, np.array([end])).sum())


@settings(max_examples=60, deadline=None)
@given(lands())
def test_area_grows_and_a_cut_stays_down_every_step(grid):
    flow = flow_of(grid)
    on = np.flatnonzero((flow.down >= 0) & (flow.down != np.arange(flow.down.size)))
    assert (flow.area[flow.down[on]] > flow.area[on]).all()
    assert not (flow.cut[on] & ~flow.cut[flow.down[on]]).any()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_no_profile_rises_and_no_course_ends_below_the_one_it_flows_into(seed, n):
    rng = np.random.default_rng(seed)
    head = np.array([int(rng.integers(i + 1, n + 1)) for i in range(n)])     # reach i leaves node i
    tail = np.arange(n)
    length = rng.uniform(100, 5000, n)
    count = rng.integers(2, 9, n)
    reach = np.repeat(np.arange(n), count)
    share = np.concatenate([np.linspace(0, 1, k) for k in count])
    height = rng.normal(100, 30, reach.size)
    height[rng.random(reach.size) < 0.2] = np.nan
    found = profile(tail, head, np.arange(n), length, Samples(reach=reach, share=share, height=height))
    both = np.isfinite(found.upper) & np.isfinite(found.lower)
    assert (found.upper[both] >= found.lower[both] - 1e-9).all()
    assert (found.slope[np.isfinite(found.slope)] >= 0).all()
    for i in range(n):
        for j in np.flatnonzero(tail == head[i]):
            if np.isfinite(found.lower[i]) and np.isfinite(found.upper[j]):
                assert found.lower[i] >= found.upper[j] - 1e-6
