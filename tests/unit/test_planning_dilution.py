"""Dilution: the balance of mass, what the reservoir has, and the plume that comes earlier for it."""

import math

import numpy as np
import pytest
from operated_rivers import ON_A, gated

from riverplan.errors import InputError
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.planning.dilution import (
    Reservoir,
    dilution,
    factors_of,
    mixed_concentration,
    reservoir_of,
    velocity_factor,
)
from riverplan.planning.volumes import dilution_flow
from riverplan.river.sites import Space

H = 3600.0
ASKED = {"discharge": 20.0, "concentration": 0.05, "limit": 0.005, "at": H, "duration": 10 * H}


def codes(found):
    for n in found.notes:
        assert n.text("zh") and n.text("en")
    return {n.code for n in found.notes}


def test_the_published_eleven_parts_for_one():
    assert dilution_flow(1.0, 11.0, 1.0) == pytest.approx(10.0)
    assert dilution_flow(1.0, 11.0, 1.0, 0.09) == pytest.approx(10.99, abs=0.01)


def test_what_is_needed_brings_the_mix_to_the_limit():
    needed = dilution_flow(20.0, 0.05, 0.005, 0.001)
    assert mixed_concentration(20.0, 0.05, needed, 0.001) == pytest.approx(0.005)


def test_nothing_is_needed_below_the_limit_and_nothing_helps_above_it_by_background():
    assert dilution_flow(20.0, 0.004, 0.005) == 0.0 and dilution_flow(20.0, 0.05, 0.005, 0.005) == math.inf
    assert "dilution_not_needed" in codes(dilution(Reservoir(site_id="G1"), **ASKED | {"concentration": 0.004}))
    found = dilution(Reservoir(site_id="G1"), **ASKED, background=0.006)
    assert "dilution_impossible" in codes(found) and found.operation is None and not found.enough


@pytest.mark.parametrize(("has", "given"), [
    ({"capacity": 500.0, "volume": 1e9}, 180.0), ({"capacity": 60.0, "volume": 1e9}, 60.0),
    ({"capacity": 500.0, "volume": 40.0 * 10 * H}, 40.0), ({}, 180.0)])
def test_a_reservoir_gives_what_its_gate_and_its_water_allow(has, given):
    found = dilution(Reservoir(site_id="G1", **has), **ASKED)
    assert found.needed == pytest.approx(180.0) and found.given == pytest.approx(given)
    assert found.enough == (given == 180.0) and ("dilution_falls_short" in codes(found)) == (given < 180.0)
    assert ("dilution_unlimited" in codes(found)) == (not has)
    assert found.volume == pytest.approx(given * 10 * H)


def test_a_background_nobody_measured_is_said_to_be_assumed():
    found = dilution(Reservoir(site_id="G1"), **ASKED)
    assert found.background_assumed and found.background == 0.0 and "dilution_background_assumed" in codes(found)
    known = dilution(Reservoir(site_id="G1"), **ASKED, background=0.001)
    assert not known.background_assumed and "dilution_background_left_out" in codes(known)


def test_a_flush_is_said_to_bring_the_plume_earlier_and_to_be_a_suggestion():
    found = dilution(Reservoir(site_id="G1"), **ASKED)
    assert {"dilution_hastens", "dilution_suggested", "dilution_exponent_assumed"} <= codes(found)
    assert found.velocity_factor == pytest.approx((10**0.4, 10**0.6))


def test_the_factor_is_that_of_the_rivers_own_law_where_there_is_one():
    river = gated()
    flow = river.scenarios["normal"]
    factor = factors_of(river, flow, ["b"], 20.0)
    found = dilution(Reservoir(site_id="G1", capacity=20.0), **ASKED, river=river, flow=flow, reaches=["b"])
    assert found.velocity_factor == pytest.approx((factor[0], factor[0])) and 1.0 < factor[0] < 2.0**0.81
    assert "dilution_exponent_assumed" not in codes(found)


def test_the_release_runs_in_the_simulation_and_the_plume_is_earlier_and_weaker_below():
    river = gated()
    found = dilution(Reservoir(site_id="G1", capacity=20.0), **ASKED | {"at": 0.0, "duration": 24 * H}, river=river,
                     flow=river.scenarios["normal"], reaches=["b"])
    runs = [simulate(river, ON_A, operations=ops, hours=24.0) for ops in ((), (found.operation,))]
    before, after = (next(p for p in r.passages if p.site_id == "M") for r in runs)
    assert after.peak < before.peak
    assert after.peak_concentration == pytest.approx(before.peak_concentration / 2, rel=0.15)


def test_a_listed_reservoir_lets_out_below_its_dam_and_all_it_stores_is_said_to_be_the_most():
    space = Space(site_id="G1", node_id="g1", total_volume=3.6e5, lon=107.0, lat=29.0)
    found = dilution(reservoir_of(space), **ASKED)
    assert found.operation.place == "g1" and found.given == pytest.approx(10.0)
    assert "dilution_total_volume" in codes(found)
    assert "dilution_total_volume" not in codes(dilution(reservoir_of(space, volume=1e4), **ASKED))


def test_a_velocity_never_falls_for_added_water():
    low, high = velocity_factor(20.0, np.float64(5.0))
    assert 1.0 < low < high


def test_all_numbers_that_cannot_be_are_said_at_once():
    with pytest.raises(InputError) as raised:
        dilution(Reservoir(site_id="G1", capacity=-1.0), **ASKED | {"discharge": 0.0, "duration": math.inf})
    assert len(raised.value.problems) == 3
