"""When a space is ready, and what margin and time that leaves."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from road_nets import dam, space, store, team

from riverplan.errors import InputError
from riverplan.planning.gained_time import gained_time
from riverplan.planning.margin import (
    BOAT_SPEED,
    DECIDE,
    FOOT_SPEED,
    LAUNCH,
    LOADING,
    MUSTER,
    REPORT,
    SAFETY,
    STAFF_MUSTER,
    Delays,
    in_time,
    margin,
    may_work,
    readiness,
)
from riverplan.planning.travel import Conditions, TravelTimes, travel_to

GATE, DAM = space("G1", (3000, 0)), space("D1", (0, 3000), dam=dam(), in_channel=True, close_time=7200.0)
TEAMS, STORES = (team("T1"), team("T2", (9000, 0))), (store("W1", (0, 0)), store("W2", (0, 20_000)))


def table(spaces=(GATE, DAM), teams=TEAMS, stores=STORES, conditions=None, **given):
    travel = travel_to(spaces, teams, stores, conditions=conditions)
    return readiness(spaces, teams, stores, travel=travel, **given)


def total(r) -> float:
    return r.heard + r.report + r.decide + r.muster + r.drive + r.last_stretch + r.work


def test_a_gate_is_ready_by_a_team_alone():
    got = table(heard=600.0)
    one = got.of("G1", "T1")
    travel = travel_to((GATE,), TEAMS, ())
    assert (one.report, one.decide, one.muster, one.work) == (REPORT, DECIDE, 1200.0, 1800.0)
    assert one.drive == pytest.approx(travel.teams.seconds[0, 0])
    assert one.ready == pytest.approx(600.0 + REPORT + DECIDE + 1200.0 + one.drive + 1800.0)
    assert one.travel_by == "distance" and one.store_id == ""
    assert got.of("G1", "T1", "W1") is None


def test_a_dam_needs_a_store_and_waits_for_whoever_comes_last():
    got = table()
    assert got.of("D1", "T1") is None
    near, far = got.of("D1", "T1", "W1"), got.of("D1", "T1", "W2")
    travel = travel_to((DAM,), TEAMS, STORES)
    assert far.muster == LOADING and far.drive == pytest.approx(travel.stores.seconds[1, 0])
    assert far.ready - near.ready == pytest.approx(far.drive - near.drive) and far.drive > near.drive
    slow = table(teams=(replace(TEAMS[0], muster_time=36_000.0),)).of("D1", "T1", "W1")
    assert slow.muster == 36_000.0 and slow.drive == pytest.approx(travel.teams.seconds[0, 0])


def test_the_parts_of_every_combination_sum_to_its_time():
    got = table(spaces=(GATE, replace(DAM, foot=300.0), replace(GATE, space_id="B", boat=True, foot=1200.0)),
                heard=-300.0, staffed=np.array([True, False, False]))
    found = [r for s in got.space_ids for t in got.team_ids for k in got.store_ids if (r := got.of(s, t, k))]
    assert len(found) == np.isfinite(got.ready).sum() == 3 + 4 + 2
    assert all(r.ready == pytest.approx(total(r)) for r in found)


def test_staff_on_the_spot_need_no_road_and_are_asked_for():
    got = table(spaces=(GATE,), staffed=np.array([True]))
    own = got.of("G1", "")
    assert own.ready == REPORT + DECIDE + STAFF_MUSTER + 1800.0 and own.travel_by == ""
    assert got.best("G1") == own and got.soonest().tolist() == [own.ready]
    assert table(spaces=(GATE,)).of("G1", "") is None


def test_the_last_stretch_is_on_foot_or_by_boat():
    foot, boat = replace(GATE, foot=500.0), replace(GATE, foot=500.0, boat=True)
    plain = table((GATE,)).of("G1", "T1").ready
    assert table((foot,)).of("G1", "T1").ready - plain == pytest.approx(500.0 / FOOT_SPEED)
    assert table((boat,)).of("G1", "T1").ready - plain == pytest.approx(LAUNCH + 500.0 / BOAT_SPEED)


def test_what_is_not_known_gives_no_time_and_is_said():
    spaces = (replace(GATE, close_time=None), DAM)
    got = table(spaces, teams=(team("T1", muster_time=None),), stores=())
    assert np.isnan(got.ready).all() and np.isnan(got.soonest()).all()
    assert got.best("G1") is None and got.best("D1") is None
    words = {p.code: p.text("zh") for p in got.problems}
    assert {"plan_no_work_time", "plan_no_store", "plan_muster_assumed"} <= words.keys()
    assert "G1" in words["plan_no_work_time"] and "D1" in words["plan_no_store"]
    assert f"{MUSTER / 60:g} min" in words["plan_muster_assumed"]
    assert "plan_no_team" in {p.code for p in table(teams=()).problems}


def test_a_store_without_position_or_without_the_goods_is_not_used():
    stores = STORES[0], replace(STORES[1], lon=None, lat=None)
    got = table(stores=stores, holds=np.array([[True, True], [False, True]]))
    assert np.isnan(got.ready[1]).all() and np.isfinite(got.ready[0, 1:, 0]).all()


def test_dosing_fetches_its_agent_and_has_its_own_setting_up_time():
    got = table((GATE,), work=np.array([900.0]), fetches=np.array([True]))
    assert got.of("G1", "T1") is None and got.of("G1", "T1", "W1").work == 900.0


def test_a_cut_road_gives_no_readiness():
    travel = replace(travel_to((GATE,), TEAMS[:1], ()), teams=TravelTimes(
        seconds=np.array([[np.inf]]), metres=np.array([[np.inf]]), by=np.array([["roads"]], object)))
    got = readiness((GATE,), TEAMS[:1], (), travel=travel)
    assert got.ready[0, 1, 0] == np.inf and got.of("G1", "T1") is None and np.isnan(got.soonest()).all()
    assert margin(np.array(9e4), got.ready[0, 1, 0]) == -np.inf


@pytest.mark.parametrize("bad", [{"report": -1.0}, {"decide": np.nan}, {"safety": np.inf}])
def test_delays_that_cannot_be_are_refused(bad):
    with pytest.raises(InputError, match="安全余量"):
        table(delays=Delays(**bad))


def test_the_margin_keeps_the_safety_apart():
    margins = margin(np.array([20_000.0, 20_000.0, 20_000.0, np.nan]), np.array([10_000.0, 17_000.0, 21_000.0, 1.0]))
    assert margins[:3].tolist() == [10_000.0, 3000.0, -1000.0]
    assert in_time(margins, Delays()).tolist() == [True, False, False, False] and SAFETY == 3600.0


@pytest.mark.parametrize(("rising", "conditions", "may"), [
    (True, Conditions(), False), (False, Conditions(night=True, rain=True), True), (None, Conditions(), True),
    (None, Conditions(night=True), False), (None, Conditions(rain=True), False), (None, None, True)])
def test_nobody_works_in_the_channel_on_rising_water(rising, conditions, may):
    assert may_work(DAM, rising, conditions) is may
    assert may_work(replace(GATE, boat=True), rising, conditions) is may
    assert may_work(GATE, rising, conditions) is True


def test_three_hundred_spaces_twenty_stores_and_ten_teams_take_a_moment():
    rng = np.random.default_rng(0)
    spaces = [space(f"S{i}", rng.uniform(0, 5e4, 2), dam=dam() if i % 2 else None) for i in range(300)]
    teams = [team(f"T{i}", rng.uniform(0, 5e4, 2)) for i in range(10)]
    stores = [store(f"W{i}", rng.uniform(0, 5e4, 2)) for i in range(20)]
    travel = travel_to(spaces, teams, stores)
    begin = perf_counter()
    got = readiness(spaces, teams, stores, travel=travel)
    assert perf_counter() - begin < 0.2
    assert np.isfinite(got.ready).sum() == 150 * 10 + 150 * 10 * 20
    assert got.soonest()[1] == pytest.approx(got.best("S1").ready)


def gained(free, ready, earliest=(36_000.0, 40_000.0), inflow=10.0, **given):
    return gained_time(np.array(free), inflow, given.pop("release", 0.0), given.pop("diversion", 0.0),
                       earliest=np.array(earliest), ready=np.array(ready), **given)


def test_dams_in_series_add_what_each_gains():
    got = gained([100_000.0, 50_000.0], [0.0, 0.0])
    assert got.each.tolist() == [10_000.0, 5000.0] and got.total == 15_000.0
    assert got.reached.tolist() == [36_000.0, 50_000.0]


def test_a_dam_closed_too_late_gains_nothing_and_one_above_can_make_it_in_time():
    assert gained([100_000.0, 50_000.0], [37_000.0, 45_000.0]).closed.tolist() == [False, False]
    assert gained([100_000.0, 50_000.0], [30_000.0, 45_000.0]).closed.tolist() == [True, True]
    assert gained([100_000.0, 50_000.0], [30_000.0, 45_000.0], safety=5500.0).closed.tolist() == [True, False]
    assert gained([100_000.0, 50_000.0], [np.nan, np.inf]).total == 0.0


def test_what_is_let_out_and_led_away_lengthens_and_all_of_it_never_spills():
    assert gained([100_000.0, 0.0], [0.0, 0.0], release=2.0, diversion=3.0).total == 20_000.0
    never = gained([100_000.0, 50_000.0], [0.0, 1e9], diversion=10.0)
    assert never.total == np.inf and never.closed.tolist() == [True, True]
    assert gained([np.nan, 50_000.0], [0.0, 0.0]).each.tolist() == [0.0, 5000.0]
