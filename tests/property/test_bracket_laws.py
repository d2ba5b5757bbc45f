"""Laws of a forecast that spans what is not known, for stations and rises of many sizes."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from river_fixtures import R, build

from riverplan.forecasting.rise import Rise, risen
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import Section, Space

AT = clock("2026-07-01 20:00")
BANDS = ("leading_band", "peak_band", "trailing_band", "concentration_band")
STATES = ("running", "stopped", "spilling")


@st.composite
def rivers(draw, most=2):
    """A straight river with one or two diversion stations and sections between; its spill near the source."""
    slope = draw(st.floats(1e-4, 5e-3))
    river = build("直河", {"n1": ("source", 0, 0), "n2": ("outlet", 60, 0)},
                  [R(id="a", tail="n1", head="n2", slope=slope, discharge=draw(st.floats(3.0, 80.0)))])
    stations = []
    for k in range(draw(st.integers(1, most))):
        ends = [river.lonlat(470_000.0 + 1000.0 * (x + 25 * k), 3_300_000.0) for x in (10, 20)]
        stations.append(Space(
            site_id=f"P{k}", lon=ends[0][0], lat=ends[0][1], tailrace_lon=ends[1][0], tailrace_lat=ends[1][1],
            category="hydropower_diversion_type", rated_flow=draw(st.floats(1.0, 60.0)),
            ecological_flow=draw(st.sampled_from([None, 0.0, 2.0])), conduit=draw(st.sampled_from(["canal", "tunnel"])),
            conduit_length=draw(st.floats(8_000.0, 60_000.0)), reach_id="a", chainage=10_000.0 + 25_000.0 * k))
    sections = [Section(site_id=f"M{x}", lon=ends[0][0], lat=ends[0][1], reach_id="a", chainage=1000.0 * x)
                for x in (5, 15, 25, 40, 50)]
    return lay_diversions(river.replace(sites=(*stations, *sections)))


def spill(river, **changes):
    return Spill(**{"reach_id": str(river.reaches["reach_id"].iloc[0]), "chainage": 500.0, "substance": "phenol",
                    "mass": 1_000.0, "at": AT, **changes})


@st.composite
def rises(draw):
    start = AT + timedelta(hours=draw(st.floats(-5.0, 20.0)))
    return Rise(start=start, end=start + timedelta(hours=draw(st.floats(0.5, 30.0))), **draw(st.sampled_from([
        {"by": 1.2, "relative": True}, {"by": 3.0, "relative": True}, {"by": 0.5, "relative": True}, {"by": 20.0},
        {"by": -1.0}])))


@given(rivers(), st.none() | rises(), st.sampled_from([0.0, 6 * 3600.0]))
@settings(deadline=None, max_examples=12)
def test_the_earliest_time_is_that_of_no_variant_later_and_every_band_holds_its_time(river, rise, duration):
    found = forecast(river, spill(river, duration=duration), rise=rise)
    for a in found.arrivals:
        assert a.earliest == min((v.earliest[a.site_id] for v in found.bracket if a.site_id in v.earliest),
                                 default=a.earliest)
        assert a.earliest <= a.leading_band[0] + 1e-6
        for name in ("leading", "peak", "trailing"):
            low, high = getattr(a, f"{name}_band")
            assert low <= getattr(a, name) + 1e-6 and getattr(a, name) <= high + 1e-6


@given(rivers(), st.sampled_from(STATES), st.none() | rises())
@settings(deadline=None, max_examples=12)
def test_stating_the_state_of_a_station_never_widens_a_band_nor_brings_the_earliest_time_forward(river, state, rise):
    unknown, known = (forecast(river, spill(river), states=s, rise=rise) for s in ({}, {"P0": state}))
    for a in known.arrivals:
        b = unknown.arrival(a.site_id)
        assert b.earliest <= a.earliest
        for name in BANDS:
            (low, high), (least, most) = getattr(a, name), getattr(b, name)
            assert least <= low and high <= most


@given(rivers(), rises(), st.sampled_from([{}, {"P0": "running"}, {"P0": "stopped"}]))
@settings(deadline=None, max_examples=12)
def test_a_rise_never_makes_the_earliest_time_later(river, rise, states):
    calm, wet = (forecast(river, spill(river), states=states, rise=r) for r in (None, rise))
    for a in calm.arrivals:
        b = wet.arrival(a.site_id)
        assert b.earliest <= a.earliest and b.leading_band[0] <= a.leading_band[0]
        assert b.trailing_band[1] >= a.trailing_band[1]


@given(rivers())
@settings(deadline=None, max_examples=8)
def test_along_the_way_nothing_comes_before_it_has_passed_above(river):
    times = forecast(river, spill(river)).reach_times
    assert (times.earliest_head >= times.earliest_tail - 1e-6).all()
    assert (times.earliest_head <= times.leading_head + 1e-6).all()
    head = dict(zip(times.reach.tolist(), times.earliest_head, strict=True))
    net = river.compiled
    for row, tail in zip(times.reach.tolist(), times.earliest_tail, strict=True):
        above = [head[r] for r in net.entering(int(net.tail[row])).tolist() if r in head]
        assert not above or tail >= min(above) - 1e-6


@given(rivers(most=1), st.floats(0.2, 5.0))
@settings(deadline=None, max_examples=8)
def test_water_is_conserved_in_every_state_and_after_every_change(river, factor):
    for flow in (river.scenarios["normal"], replace(river.scenarios["low"], name="mine")):
        after = risen(river, flow, 0, Rise(start=AT, end=AT + timedelta(hours=1), by=factor, relative=True))
        net = river.compiled
        inflow, outflow = (np.bincount(ends, after.discharge, net.n_nodes) for ends in (net.head, net.tail))
        inner = (inflow > 0) & (outflow > 0)
        np.testing.assert_allclose(inflow[inner], outflow[inner], rtol=1e-9)
        np.testing.assert_allclose(after.discharge[0], factor * flow.discharge[0])
