"""Ways, windows and sources of the linear response."""

import numpy as np
import pytest
from linear_rivers import AT_TOP, linear_river, mass, places

from riverplan.transport.linear import breakthrough, resolved
from riverplan.transport.linear_ways import Source, lay_out

CHAIN = ((0, 1), (1, 2), (2, 3))


def test_places_that_the_plume_does_not_reach_are_left_out():
    river = linear_river(((0, 2), (1, 2), (2, 3)))
    found = breakthrough(river, [Source(reach=0, chainage=4000.0)], *places((0, 3000.0), (1, 9000.0), (2, 1.0),
                                                                            (0, 4000.0)))
    assert found.moments.place.tolist() == [2, 3]


def test_a_reach_without_what_the_model_needs_ends_the_way_and_is_named():
    river = linear_river(CHAIN, dispersion=[30.0, np.nan, 30.0])
    found = breakthrough(river, AT_TOP, *places((0, 1e4), (2, 1e4)))
    assert found.moments.place.tolist() == [0]
    assert found.blocked == (1,)


def test_a_reach_of_unknown_flow_ends_the_way_and_is_named():
    found = breakthrough(linear_river(CHAIN, discharge=[5.0, np.nan, 5.0]), AT_TOP, *places((0, 1e4), (2, 1e4)))
    assert found.moments.place.tolist() == [0]
    assert found.blocked == (1,)


def test_a_release_in_the_middle_of_a_reach_and_one_above_add_below():
    river = linear_river(CHAIN)
    sources = [Source(reach=0, chainage=0.0, mass=2.0), Source(reach=1, chainage=6000.0, mass=3.0, start=3600.0,
                                                               until=7200.0)]
    found = breakthrough(river, sources, *places((1, 5000.0), (1, 6000.0), (2, 1e4)))
    assert [mass(found, i) for i in range(3)] == pytest.approx([2.0, 5.0, 5.0], rel=1e-9)
    assert found.moments.mean[2] == pytest.approx((2 * 60_000.0 + 3 * (5400.0 + 28_000.0)) / 5)


def test_rain_that_washes_off_a_load_days_later_is_a_second_plume():
    day = 86_400.0
    sources = [Source(reach=0, chainage=0.0, mass=1.0), Source(reach=0, chainage=0.0, mass=0.5, start=4 * day,
                                                               until=4.5 * day)]
    found = breakthrough(linear_river(), sources, *places((0, 1e4)))
    late = found.time[0] > 3 * day
    step = found.time[0, 1] - found.time[0, 0]
    assert found.flux[0, late].sum() * step == pytest.approx(0.5, abs=1e-6)


def test_only_what_is_reached_is_laid_out_and_only_what_leads_to_a_place_is_walked():
    river = linear_river(CHAIN)
    ways = lay_out(river, [Source(reach=1, chainage=0.0)], *places((1, 5000.0), (2, 1e4)))
    assert sorted(set(ways.reach.tolist())) == [1, 2]
    assert ways.reach[ways.leading_to(np.array([0]))].tolist() == [1]


def test_a_sharp_plume_before_the_long_tail_of_a_pool_keeps_its_front():
    edges = ((0, 1), (1, 2), (1, 3), (3, 2), (2, 4))
    river = linear_river(edges, length=5000.0, discharge=[2.0, 1.0, 1.0, 1.0, 2.0], mixing=30 * 86_400.0,
                         pool=[False, False, False, True, False])
    found = resolved(river, AT_TOP, *places((4, 5000.0)))
    alone = breakthrough(linear_river(CHAIN, length=5000.0), AT_TOP, *places((2, 5000.0)))
    i = int(np.argmax(found.flux[0]))
    assert found.flux[0, i] == pytest.approx(0.5 * alone.flux[0].max(), rel=0.01)
    assert found.time[0, i] == pytest.approx(alone.time[0, np.argmax(alone.flux[0])], rel=0.02)
    assert np.trapezoid(found.flux[0], found.time[0]) == pytest.approx(1.0, abs=2e-3)


def test_a_given_window_may_end_before_the_plume_does():
    found = breakthrough(linear_river(), AT_TOP, *places((0, 1e4)), window=16_384.0)
    whole = breakthrough(linear_river(), AT_TOP, *places((0, 1e4)))
    assert found.time[0, -1] < 24_000.0
    assert found.flux[0] == pytest.approx(np.interp(found.time[0], whole.time[0], whole.flux[0]),
                                          abs=1e-3 * whole.flux[0].max())


@pytest.mark.parametrize("n", [3000])
def test_thousands_of_reaches_in_a_row_keep_mass_and_mean(n):
    edges = tuple((i, i + 1) for i in range(n))
    found = breakthrough(linear_river(edges, length=500.0), AT_TOP, *places((n - 1, 500.0)))
    assert mass(found) == pytest.approx(1.0, abs=1e-9)
    assert found.moments.mean[0] == pytest.approx(n * 1000.0)
