"""What a river gains at a gate is spread along it: part is held with the rest, and none is there right below."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from operated_rivers import HERE, ON_A, gated
from river_fixtures import R, build

from riverplan.forecasting.simulating.simulate import simulate
from riverplan.planning.inflow import inflow_at
from riverplan.river.gaining import gaining
from riverplan.river.sites import Section
from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Operation


def line(n):
    """``n`` reaches one below the other."""
    return compile_network(np.arange(n, dtype=np.int32), np.arange(1, n + 1, dtype=np.int32), n + 1)


def growing():
    """30 m³/s above a gate at 10 km, 36 in the 20 km below it, sections 5 km and 15 km below."""
    river = build("增河", {"n1": ("source", 0, 0), "g1": ("dam", 10, 0), "n2": ("outlet", 30, 0)}, [
        R(id="a", tail="n1", head="g1", velocity=0.5, discharge=30.0),
        R(id="b", tail="g1", head="n2", velocity=0.5, discharge=36.0)])
    sites = [s for s in gated(2e7).sites if s.site_id == "G1"]
    return river.replace(sites=(*sites, Section(site_id="N", reach_id="b", chainage=5_000.0, **HERE),
                                Section(site_id="F", reach_id="b", chainage=15_000.0, **HERE)))


def test_of_the_step_at_a_gate_each_side_gains_by_its_length():
    found = gaining(line(2), np.array([10e3, 20e3]), np.array([30.0, 36.0]), [1])
    assert found.tail == pytest.approx([30.0, 32.0]) and found.foot == pytest.approx([32.0, 36.0])
    assert found.at(1, 0.5) == pytest.approx(34.0)


def test_a_reach_cut_in_pieces_gains_as_it_did_in_one_piece():
    whole = gaining(line(2), np.array([10e3, 20e3]), np.array([30.0, 36.0]), [1])
    cut = gaining(line(5), np.array([4e3, 6e3, 1e3, 4e3, 15e3]), np.array([30.0, 30.0, 36.0, 36.0, 36.0]), [2])
    assert cut.foot[1] == pytest.approx(whole.foot[0])
    assert cut.tail[3:] == pytest.approx([whole.at(1, 0.05), whole.at(1, 0.25)])
    assert cut.foot[:-1] == pytest.approx(cut.tail[1:])
    dams_between = gaining(line(5), np.array([4e3, 6e3, 1e3, 4e3, 15e3]), np.array([30.0, 30.0, 36.0, 36.0, 36.0]),
                           [1, 2, 3, 4])
    assert np.array_equal(dams_between.tail, cut.tail) and np.array_equal(dams_between.along, cut.along)


def test_nothing_is_spread_where_no_gate_is_and_where_a_discharge_is_unknown_or_none():
    for discharge, gates in (([30.0, 36.0], []), ([0.0, 36.0], [1]), ([np.nan, 36.0], [1]), ([36.0, 30.0], [1]),
                             ([30.0, 36.0], [0, 2])):
        found = gaining(line(2), np.array([10e3, 20e3]), np.array(discharge), gates)
        assert not found.along.any() and np.array_equal(found.tail, discharge, equal_nan=True)


def test_arms_below_a_gate_gain_as_the_water_divides_and_keep_their_discharge_at_the_end():
    net = compile_network(np.array([0, 1, 1], np.int32), np.array([1, 2, 3], np.int32), 4)
    found = gaining(net, np.array([10e3, 5e3, 15e3]), np.array([20.0, 18.0, 6.0]), [1])
    # 10 km above; below 5 and 15 km by their water, 7.5 km in the mean
    assert found.along[0] == pytest.approx(4.0 * 10.0 / 17.5) and found.along[1] == pytest.approx(3.0 * found.along[2])
    assert found.foot[1:] == pytest.approx([18.0, 6.0])
    assert found.foot[0] == pytest.approx(found.tail[1:].sum())


def test_of_reaches_that_meet_at_a_gate_each_gains_by_its_water_too():
    net = compile_network(np.array([0, 1, 2], np.int32), np.array([2, 2, 3], np.int32), 4)
    found = gaining(net, np.array([10e3, 10e3, 20e3]), np.array([10.0, 0.5, 14.0]), [2])
    assert found.along[1] / found.along[0] == pytest.approx(0.05)          # a brook of 0.5 stays a brook
    assert found.foot[1] < 0.6 and found.foot[:2].sum() == pytest.approx(found.tail[2])
    assert found.foot[2] == pytest.approx(14.0) and found.along[:2].sum() == pytest.approx(3.5 / 3.0)


@given(st.lists(st.tuples(st.floats(100.0, 1e5), st.floats(0.1, 1e4), st.booleans()), min_size=2, max_size=8))
def test_water_is_neither_made_nor_lost_and_no_reach_is_left_without(reaches):
    length, discharge = (np.array([r[i] for r in reaches]) for i in (0, 1))
    gates = [i for i, r in enumerate(reaches) if r[2]]
    found = gaining(line(len(reaches)), length, discharge, gates)
    assert (found.tail > 0).all() and (found.along >= 0).all()
    assert found.tail[0] == discharge[0] and found.foot[-1] == pytest.approx(discharge[-1])
    step, was = found.tail[1:] - found.foot[:-1], np.diff(discharge)
    for node in range(1, len(reaches)):
        spread = node in gates and was[node - 1] > 1e-9 * discharge[node]
        assert step[node - 1] == pytest.approx(0.0 if spread else was[node - 1], abs=1e-9 * discharge.max())


def test_a_closed_gate_leaves_the_more_water_the_farther_below_it():
    closed = simulate(growing(), ON_A, hours=120.0, operations=[Operation(place="G1", action="close", at=0.0)])
    last = {name: float(closed.discharges[name].concentration[-1]) for name in ("N", "F")}
    assert last["N"] == pytest.approx(1.0, rel=0.02) and last["F"] == pytest.approx(3.0, rel=0.02)


def test_where_what_a_river_gains_at_a_gate_comes_in_is_said_and_nothing_where_it_gains_none():
    closed = [Operation(place="G1", action="close", at=0.0)]
    [said] = [p for p in simulate(growing(), ON_A, operations=closed).problems if p.code == "simulation_gaining"]
    assert "G1 (2 + 4)" in said.what("zh") and "G1 (2 + 4)" in said.what("en")
    assert not [p for p in simulate(gated(), ON_A, operations=closed).problems if p.code == "simulation_gaining"]


def test_a_gate_holds_what_is_gained_above_it():
    river = growing()
    assert inflow_at(river, river.scenario("normal"), river.site("G1")) == pytest.approx(32.0)


def test_the_plume_comes_through_a_gaining_reach_as_soon_as_through_one_that_gains_at_the_gate():
    # velocities are those of the middles of the reaches, whatever they gain
    river = growing()
    plain = river.replace(sites=tuple(s for s in river.sites if s.site_id != "G1"))
    spread, stepped = (simulate(r, ON_A, hours=60.0).passage("F") for r in (river, plain))
    assert spread.peak == pytest.approx(stepped.peak, rel=0.01)
    assert spread.peak_concentration == pytest.approx(stepped.peak_concentration * 36.0 / 35.0, rel=0.01)


def test_all_that_is_spilled_passes_a_gaining_reach():
    done = simulate(growing(), ON_A, hours=60.0).passage("F")
    assert done.passed == pytest.approx(1.0, abs=1e-3)
