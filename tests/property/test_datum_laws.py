"""For every place: there and back is the same place, alone or among others; a guess is blind to order."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from riverplan.crs import bd09_to_wgs84, gcj02_to_wgs84, in_shifted_box, wgs84_to_bd09, wgs84_to_gcj02
from riverplan.river.datum_guess import guess_shift

METRE = 1 / 111_195.0
PAIRS = ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84))
LAWS = settings(max_examples=60, deadline=None)
MANY = st.integers(1, 50)


def plainly(lon, lat):
    """GCJ-02 as its formula is written everywhere, one sine after the other."""
    x, y, pi = lon - 105, lat - 35, math.pi
    ripple = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + ripple
    north += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    east += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    axis, e2 = 6378245.0, 0.00669342162296594323
    w2 = 1 - e2 * math.sin(math.radians(lat)) ** 2
    return (lon + east * 180 / (axis / math.sqrt(w2) * math.cos(math.radians(lat)) * pi),
            lat + north * 180 / (axis * (1 - e2) / (w2 * math.sqrt(w2)) * pi))


@LAWS
@given(st.floats(72.1, 137.8), st.floats(0.9, 55.8))
def test_the_formula_with_fewer_sines_is_the_formula(lon, lat):
    x, y = wgs84_to_gcj02(lon, lat)
    assert (float(x), float(y)) == pytest.approx(plainly(lon, lat), abs=1e-11)


@LAWS
@given(MANY.flatmap(lambda n: st.tuples(arrays(float, n, elements=st.floats(73, 136)),
                                        arrays(float, n, elements=st.floats(2, 54)))))
def test_there_and_back_closes_to_a_few_micrometres(places):
    lon, lat = places
    for there, back in PAIRS:
        u, v = back(*there(lon, lat))
        assert np.abs(u - lon).max() < 1e-5 * METRE and np.abs(v - lat).max() < 1e-5 * METRE


@LAWS
@given(arrays(float, (20, 2), elements=st.floats(-180, 180) | st.just(math.nan)))
def test_what_lies_outside_the_box_stays_to_the_last_bit(places):
    lon, lat = places[:, 0], places[:, 1]
    out = ~in_shifted_box(lon, lat)
    for convert in (f for pair in PAIRS for f in pair):
        u, v = convert(lon, lat)
        assert np.array_equal(u[out], lon[out], equal_nan=True) and np.array_equal(v[out], lat[out], equal_nan=True)
        assert np.isfinite(u[~out]).all() and np.isfinite(v[~out]).all()


@LAWS
@given(st.integers(0, 2**32 - 1), st.sampled_from([None, *(there for there, _ in PAIRS)]))
def test_a_guess_is_the_same_in_any_order_of_points(seed, shift):
    rng = np.random.default_rng(seed)
    x = np.linspace(107.0, 107.6, 80)
    line = shapely.linestrings(np.column_stack([x, 29.8 + 0.05 * np.sin(30 * x)]))
    at = np.array([line.interpolate(s, normalized=True).coords[0] for s in rng.random(30)])
    lon, lat = at.T + rng.normal(0, 30 * METRE, (2, 30))
    if shift is not None:
        lon, lat = shift(lon, lat)
    order = rng.permutation(30)
    assert guess_shift(lon, lat, [line]) == guess_shift(lon[order], lat[order], [line])


@LAWS
@given(st.integers(0, 2**32 - 1), st.floats(50, 200))
def test_points_in_place_but_carelessly_read_are_never_called_shifted(seed, spread):
    rng = np.random.default_rng(seed)
    x = np.linspace(107.0, 107.6, 80)
    line = shapely.linestrings(np.column_stack([x, 29.8 + 0.05 * np.sin(30 * x)]))
    at = np.array([line.interpolate(s, normalized=True).coords[0] for s in rng.random(12)])
    lon, lat = at.T + rng.normal(0, spread * METRE, (2, 12))
    guess = guess_shift(lon, lat, [line])
    assert not guess.sure or guess.datum == "wgs84"
