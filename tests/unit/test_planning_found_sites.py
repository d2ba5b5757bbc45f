"""Candidates from the map: narrow sections, dry channels, arms of islands; never called surveyed."""

from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import R, build

from riverplan.planning.chains import chains
from riverplan.planning.found_sites import ABOVE_END, FILLED, found_sites
from riverplan.planning.temporary_dams import HEIGHT, MOST_WIDTH, temporary_dam, water_held
from riverplan.river.sites import Bridge, Space


def in_a_row(n=5, **changes):
    """A river of ``n`` reaches of 2 km, 1 m³/s, 10 m wide and 0.93 m deep at low flow."""
    nodes = {f"n{i}": ("source" if i == 0 else "outlet" if i == n else "junction", 2.0 * i, 0) for i in range(n + 1)}
    own = {"width": 10.0, "discharge": 1.0, "slope": 2e-3} | changes
    reaches = [R(id=f"r{i}", tail=f"n{i}", head=f"n{i + 1}", **own) for i in range(n)]
    return build("直河", nodes, reaches)


def island(width=10.0, second=None):
    """A river that parts around an island and meets again; the lesser arm is of two reaches."""
    nodes = {"n1": ("source", 0, 0), "n2": ("bifurcation", 5, 0), "n3": ("junction", 7, 1), "n4": ("confluence", 9, 0),
             "n5": ("outlet", 14, 0)}
    reaches = [R(id="b1", tail="n1", head="n2", width=200.0), R(id="b2", tail="n2", head="n4", width=200.0),
               R(id="b3", tail="n2", head="n3", width=width, discharge=2.0, length=2_000.0),
               R(id="b4", tail="n3", head="n4", width=width, discharge=2.0, length=3_000.0, **(second or {})),
               R(id="b5", tail="n4", head="n5", width=200.0)]
    return build("汊河", nodes, reaches)


def test_a_stretch_gives_no_more_than_is_asked_and_the_best_of_it():
    net = in_a_row()
    frame = net.reaches.copy()
    frame["slope"] = [2e-3, 1.9e-3, 1.8e-3, 1.7e-3, 1.6e-3]     # the flatter, the more is held
    found = found_sites(net.replace(reaches=frame), "low", most=2)
    assert [s.reach_id for s in found] == ["r4", "r3"]
    assert found_sites(net.replace(reaches=frame), "low", within=["r0"])[0].reach_id == "r0"


def test_a_candidate_is_not_listed_and_says_what_it_rests_on():
    first = found_sites(in_a_row(1), "low")[0]
    assert first.space_id == f"found:r0@{2_000 - ABOVE_END:.0f}" and not first.listed
    assert first.functions == {"cut"} and first.in_channel and first.name == "清河 0.1 km"
    assert (first.volume_basis, first.close_basis) == ("wedge", "earthwork")
    depth = 1.5 * 0.3**0.4
    assert first.free_volume == pytest.approx(10.0 * (HEIGHT - depth) ** 2 / 2 / 2e-3)
    assert first.dam == temporary_dam(10.0, HEIGHT)
    x, _ = in_a_row(1).xy(first.lon, first.lat)
    assert x == pytest.approx(470_000.0 + 1_900.0, abs=1.0)


@pytest.mark.parametrize("changes", [{"width": MOST_WIDTH + 1}, {"kind": "reservoir"}, {"kind": "tunnel"},
                                     {"discharge": 500.0}, {"slope": float("nan")}, {"slope": 0.0},
                                     {"width": float("nan")}])
def test_what_is_wide_or_fast_filled_or_no_river_or_unknown_is_no_candidate(changes):
    assert found_sites(in_a_row(**changes), "low") == ()


def test_a_flow_deeper_than_a_dam_can_be_closed_in_has_no_candidate():
    assert found_sites(in_a_row(), "high") == ()


def test_a_height_that_is_known_counts_instead_of_the_assumed_one():
    low, high = (found_sites(in_a_row(1), "low", heights={"r0": h})[0] for h in (1.5, 2.5))
    assert low.dam.height == 1.5 and high.dam.height == 2.5 and low.free_volume < high.free_volume


def test_where_a_bridge_or_gate_stands_that_is_the_place():
    net = in_a_row(1)
    at = Bridge(site_id="B1", lon=108.0, lat=29.8, reach_id="r0", chainage=1_700.0)
    assert found_sites(net.replace(sites=(at,)), "low") == ()
    assert len(found_sites(net.replace(sites=(replace(at, chainage=500.0),)), "low")) == 1
    pond, gate = (Space(site_id="K1", lon=108.0, lat=29.8, reach_id="r0", chainage=1_700.0, category=c)
                  for c in ("pond", "gate_dam"))
    assert len(found_sites(net.replace(sites=(pond,)), "low")) == 1                # it lies beside the river
    assert found_sites(net.replace(sites=(gate,)), "low") == ()


def test_the_lesser_arm_of_an_island_is_closed_at_both_ends_and_holds_its_water():
    cells = [s for s in found_sites(island(), "low") if s.category == "island_reach"]
    [cell] = cells
    depth = 1.5 * 0.3**0.4
    assert (cell.space_id, cell.functions) == ("found:b3@0", {"hold", "divert"})
    assert cell.free_volume == pytest.approx(5_000.0 * 10.0 * depth) and cell.volume_basis == "channel"
    assert cell.dam.volume == pytest.approx(2 * temporary_dam(10.0, depth + 0.5).volume)
    assert cell.close_time == cell.dam.excavator_time


def test_an_arm_too_wide_or_that_is_a_canal_is_no_cell():
    assert not [s for s in found_sites(island(width=100.0), "low") if s.category == "island_reach"]
    assert not [s for s in found_sites(island(second={"kind": "canal"}), "low") if s.category == "island_reach"]


def test_an_arm_that_carries_nothing_is_a_dry_channel_beside_the_one_that_flows():
    net = island()
    flow = net.scenario("low")
    dry = replace(flow, discharge=np.where(net.reaches["reach_id"].isin(["b3", "b4"]), 0.0, flow.discharge))
    [found] = [s for s in found_sites(net, dry) if s.category == "dry_channel"]
    assert (found.space_id, found.reach_id, found.chainage) == ("found:b3@0", "b2", 0.0)
    assert found.side and found.functions == {"divert", "hold"}
    assert found.free_volume == pytest.approx(5_000.0 * 10.0 * FILLED)
    assert found.capacity == pytest.approx(min(10.0 * np.sqrt(1e-3) / 0.035, 6.0))


def test_stretches_end_where_waters_meet_or_part():
    net = island()
    found = chains(net.compiled, net.reaches["length"].to_numpy(float))
    row = net.reach_row
    assert found.first[row["b4"]] == row["b3"] and found.last[row["b3"]] == row["b4"]
    assert found.above[row["b4"]] == pytest.approx(2_000.0)
    assert [found.first[row[r]] for r in ("b1", "b2", "b5")] == [row[r] for r in ("b1", "b2", "b5")]


def test_distance_from_the_top_adds_up_along_a_long_stretch():
    net = in_a_row(37)
    found = chains(net.compiled, net.reaches["length"].to_numpy(float))
    assert (found.first == 0).all() and (found.last == 36).all()
    assert found.above == pytest.approx(2_000.0 * np.arange(37))


def test_a_level_pool_is_not_counted_past_its_stated_length():
    whole, cut = (float(water_held(10.0, 3.0, 1.0, 1e-3, most=m)) for m in (5_000.0, 1_000.0))
    assert whole == pytest.approx(20_000.0) and cut == pytest.approx(15_000.0)


def test_the_demonstration_has_candidates_on_its_small_rivers_at_low_flow():
    from riverplan.river.demonstration import demonstration
    from riverplan.river.importing import import_river

    demo = demonstration()
    net = import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)
    found = found_sites(net, "low")
    assert {s.name.split()[0] for s in found} >= {"龙河", "渠溪河", "碧溪河"}
    assert all(s.dam.width <= MOST_WIDTH for s in found)
    worth = [s.free_volume / s.close_time for s in found]
    assert worth == sorted(worth, reverse=True)
