"""Laws of dams and spaces: more height never holds less, what is closed fills no sooner for letting water out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverplan.planning.space_volumes import Section, free_volume
from riverplan.planning.temporary_dams import temporary_dam, water_held
from riverplan.planning.volumes import (
    boom_angle,
    dam_volume,
    dilution_flow,
    diverted,
    time_gained,
    wedge_volume,
)
from riverplan.river.sites import Space

WIDTH, HEIGHT, DEPTH = st.floats(1.0, 500.0), st.floats(0.1, 10.0), st.floats(0.0, 10.0)
FALL, SIDE, FLOW = st.floats(1e-5, 0.1), st.floats(0.0, 3.0), st.floats(0.0, 1e4)


@given(WIDTH, HEIGHT, HEIGHT, DEPTH, FALL, SIDE)
def test_more_height_never_holds_less_and_never_takes_less_earth(width, one, other, depth, slope, side):
    low, high = sorted((one, other))
    assert water_held(width, low, depth, slope, side) <= water_held(width, high, depth, slope, side) * (1 + 1e-9)
    assert temporary_dam(width, low).volume <= temporary_dam(width, high).volume


@given(WIDTH, HEIGHT, DEPTH, DEPTH, FALL)
def test_deeper_water_never_leaves_more_room(width, height, one, other, slope):
    low, high = sorted((one, other))
    assert water_held(width, height, high, slope) <= water_held(width, height, low, slope) * (1 + 1e-9)
    assert 0.0 <= water_held(width, height, low, slope) <= wedge_volume(width, height, slope) * (1 + 1e-9)


@given(WIDTH, HEIGHT, st.floats(0.5, 5.0), SIDE, SIDE, st.floats(0.0, 2.0))
def test_the_earth_of_a_dam_is_its_section_summed_over_the_width(width, height, crest, up, down, side):
    across = np.linspace(0.0, side * height, 4_001)
    bank = height - across / side if side > 1e-6 else np.zeros(across.size)
    section = crest * bank + (up + down) * bank**2 / 2
    summed = width * (crest * height + (up + down) * height**2 / 2) + 2 * np.trapezoid(section, across)
    assert dam_volume(width, height, crest, up, down, side) == pytest.approx(summed, rel=1e-4)


@given(st.floats(0.0, 1e8), FLOW, FLOW, FLOW)
def test_letting_more_out_never_shortens_the_time_gained(free, inflow, release, more):
    assert time_gained(free, inflow, release) <= time_gained(free, inflow, release + more)
    assert time_gained(free, inflow, inflow) == np.inf


@given(st.floats(0.01, 1e4), st.floats(1e-9, 1.0), st.floats(1e-9, 1.0), st.floats(0.0, 0.9))
def test_the_dilution_flow_brings_the_mixture_to_its_limit(discharge, concentration, limit, share):
    clean = share * limit
    flow = dilution_flow(discharge, concentration, limit, clean)
    mixed = (discharge * concentration + flow * clean) / (discharge + flow)
    assert mixed == pytest.approx(min(concentration, limit), rel=1e-6)


def test_water_that_is_no_cleaner_than_the_limit_dilutes_nothing():
    assert dilution_flow(1.0, 2.0, 1.0, 1.0) == np.inf and dilution_flow(1.0, 0.5, 1.0, 2.0) == 0.0


@given(FLOW, FLOW)
def test_a_canal_takes_no_more_than_there_is(capacity, discharge):
    assert diverted(capacity, discharge) <= min(capacity, discharge)


@given(st.floats(0.0, 5.0))
def test_across_a_boom_the_water_is_never_too_fast(velocity):
    assert velocity * np.sin(boom_angle(velocity)) <= 0.35 * (1 + 1e-12)


@given(st.floats(80.0, 102.0), st.floats(80.0, 102.0), st.floats(85.0, 100.0), st.booleans())
def test_a_higher_level_never_leaves_more_room_and_the_flood_limit_only_moves_it(one, other, limit, flood):
    lake = Space(site_id="K", lon=0.0, lat=0.0, total_volume=1e6, normal_level=100.0, crest_level=102.0, height=22.0,
                 flood_limit_level=limit)
    low, high = sorted((one, other))
    at = {h: free_volume(lake, "high", level=h, flood_season=flood) for h in (low, high)}
    assert at[high].volume <= at[low].volume
    whole = free_volume(lake, "high", level=low).volume
    assert at[low].volume + at[low].above_limit == pytest.approx(whole, abs=1e-6)


@given(WIDTH, HEIGHT, FALL)
def test_a_dam_site_without_water_holds_the_wedge_of_the_formula_or_less(width, height, slope):
    site = Space(site_id="K", lon=0.0, lat=0.0, category="temp_dam_site", width=width, height=height)
    found = free_volume(site, "low", section=Section(width=width, depth=0.0, slope=slope))
    assert found.basis == "wedge" and found.volume <= wedge_volume(width, height, slope) * (1 + 1e-9)
