"""How long it takes to drive there."""

import networkx as nx
import numpy as np
import pytest
from pyproj import Geod
from road_nets import grid, lonlat, net, space, store, team

from riverplan.planning.road_classes import SPEEDS
from riverplan.planning.travel import (
    CAR,
    DETOUR,
    FERRY_WAIT,
    LANDSLIDE_MAIN,
    LANDSLIDE_MINOR,
    LORRY,
    NIGHT,
    OFF_ROAD_SPEED,
    RAIN,
    STRAIGHT_SPEED,
    Conditions,
    road_times,
    travel_to,
)

A, B = lonlat((0, 0)), lonlat((2000, 0))


def said(times) -> set[str]:
    return {p.code for p in times.problems}


def test_without_roads_the_straight_distance_is_taken_with_the_detour_and_said():
    times = road_times(A, lonlat((8000, 6000)))
    assert times.metres[0, 0] == pytest.approx(10_000 * DETOUR, rel=1e-3)
    assert times.seconds[0, 0] == pytest.approx(10_000 * DETOUR / STRAIGHT_SPEED, rel=1e-3)
    assert times.by.tolist() == [["distance"]] and said(times) == {"travel_by_distance"}


def test_straight_distances_are_geodesic():
    origins, targets = np.array([[107.7, 29.9], [108.0, 30.1]]), np.array([[107.5, 29.7]])
    times = road_times(origins, targets)
    for i in range(2):
        assert times.metres[i, 0] == pytest.approx(DETOUR * Geod(ellps="WGS84").inv(*origins[i], *targets[0])[2])


def test_along_one_road_the_time_is_length_over_speed():
    roads = net([[(0, 0), (1000, 0), (2000, 0)]], highway=["secondary"])
    times = road_times(A, B, roads=roads)
    assert times.seconds[0, 0] == pytest.approx(2000 / (SPEEDS["county"] / 3.6), rel=1e-5)
    assert times.metres[0, 0] == pytest.approx(2000, rel=1e-5)
    assert times.by.tolist() == [["roads"]] and said(times) == set()


def test_the_legs_to_the_road_are_added_at_both_ends():
    roads = net([[(0, 0), (2000, 0)]], highway=["secondary"])
    times = road_times(lonlat((500, 100)), lonlat((1500, -50)), roads=roads)
    assert times.metres[0, 0] == pytest.approx(1150, rel=1e-4)
    assert times.seconds[0, 0] == pytest.approx(1000 * 3.6 / SPEEDS["county"] + 150 / OFF_ROAD_SPEED, rel=1e-4)


def test_the_quickest_way_is_taken_and_not_the_shortest():
    roads = net([[(0, 0), (2000, 0)], [(0, 0), (0, 900), (2000, 900), (2000, 0)]], highway=["track", "trunk"])
    times = road_times(A, B, roads=roads)
    assert times.metres[0, 0] == pytest.approx(3800, rel=1e-4)
    assert times.seconds[0, 0] == pytest.approx(3800 * 3.6 / SPEEDS["national"], rel=1e-4)


def test_times_are_those_of_networkx_on_a_random_net():
    rng = np.random.default_rng(3)
    nodes = rng.uniform(0, 100_000, (40, 2))
    pairs = [(i, j) for i in range(40) for j in np.argsort(np.hypot(*(nodes - nodes[i]).T))[1:4]]
    speeds = rng.uniform(10, 90, len(pairs)).round(1)
    ways = rng.choice(["yes", "no", "-1"], len(pairs), p=[0.2, 0.6, 0.2])
    roads = net([[nodes[i], nodes[j]] for i, j in pairs], highway=["secondary"] * len(pairs), speed=speeds,
                oneway=ways)
    graph = nx.DiGraph()
    for (i, j), speed, way in zip(pairs, speeds, ways, strict=True):
        seconds = float(np.hypot(*(nodes[i] - nodes[j]))) * 3.6 / speed
        for u, v in ([(i, j)] * (way != "-1")) + ([(j, i)] * (way != "yes")):
            if not graph.has_edge(u, v) or graph[u][v]["weight"] > seconds:
                graph.add_edge(u, v, weight=seconds)
    times = road_times(lonlat(nodes[:5]), lonlat(nodes), roads=roads)
    for i in range(5):
        want = nx.single_source_dijkstra_path_length(graph, i)
        got = {j: times.seconds[i, j] for j in range(40)
               if times.by[i, j] == "roads" and np.isfinite(times.seconds[i, j])}
        assert got.keys() == want.keys()
        assert [got[j] for j in sorted(got)] == pytest.approx([want[j] for j in sorted(want)], rel=1e-3, abs=1.0)


@pytest.mark.parametrize("columns", [{"highway": ["secondary"] * 12},
                                     {"highway": ["primary"] * 12, "oneway": ["yes"] * 12}])
def test_more_origins_than_targets_and_the_other_way_round_agree(columns):
    roads = grid(6, **columns)
    many, few = lonlat(np.random.default_rng(1).uniform(0, 5000, (9, 2))), lonlat([(0, 0), (4000, 3000)])
    wide = road_times(many, np.vstack([many, few]), roads=roads)
    tall = road_times(many, few, roads=roads)
    assert tall.seconds == pytest.approx(wide.seconds[:, 9:]) and tall.metres == pytest.approx(wide.metres[:, 9:])


def test_a_oneway_road_is_driven_one_way():
    roads = net([[(0, 0), (2000, 0)], [(0, 0), (0, 2000), (2000, 2000), (2000, 0)]], highway=["secondary"] * 2,
                oneway=["yes", "no"])
    there, back = road_times(A, B, roads=roads), road_times(B, A, roads=roads)
    assert there.metres[0, 0] == pytest.approx(2000, rel=1e-4)
    assert back.metres[0, 0] == pytest.approx(6000, rel=1e-4)


def test_a_motorway_is_entered_at_its_junctions_only():
    roads = net([[(0, 0), (10_000, 0)], [(0, 0), (0, 500), (10_000, 500), (10_000, 0)]],
                highway=["motorway", "secondary"])
    times = road_times(lonlat((5000, 10)), lonlat((5100, 10)), roads=roads)
    assert times.seconds[0, 0] == pytest.approx(980 / OFF_ROAD_SPEED + 100 * 3.6 / SPEEDS["county"], rel=1e-3)


def test_a_ferry_is_waited_for_once_and_does_not_run_by_night():
    roads = net([[(0, 0), (1000, 0)], [(1000, 0), (1500, 0), (2000, 0)], [(2000, 0), (3000, 0)]],
                highway=["secondary", "", "secondary"], route=["", "ferry", ""])
    far = lonlat((3000, 0))
    day, night = road_times(A, far, roads=roads), road_times(A, far, roads=roads, conditions=Conditions(night=True))
    assert day.seconds[0, 0] == pytest.approx(
        2000 * 3.6 / SPEEDS["county"] + 1000 * 3.6 / SPEEDS["ferry"] + FERRY_WAIT, rel=1e-4)
    assert night.seconds[0, 0] == np.inf and night.by[0, 0] == "roads"
    assert said(night) == {"travel_roads_cut", "travel_no_ferry_by_night"}


def test_a_broken_road_leaves_no_way_and_is_not_replaced_by_distance():
    roads = net([[(0, 0), (900, 0)], [(900, 0), (1100, 0)], [(1100, 0), (2000, 0)]], highway=["secondary"] * 3,
                通行=["是", "断", "是"])
    times = road_times(A, B, roads=roads, origin_names=["甲队"], target_names=["闸"])
    assert times.seconds[0, 0] == np.inf
    [cut] = times.problems
    assert cut.code == "travel_roads_cut" and "甲队 → 闸" in cut.text("zh") and "甲队 → 闸" in cut.text("en")


def test_a_weak_bridge_is_closed_to_the_laden_lorry_only():
    roads = net([[(0, 0), (2000, 0)], [(0, 0), (0, 2000), (2000, 2000), (2000, 0)]], highway=["secondary"] * 2,
                maxweight=["13", None])
    assert road_times(A, B, roads=roads, vehicle=CAR).metres[0, 0] == pytest.approx(2000, rel=1e-4)
    assert road_times(A, B, roads=roads, vehicle=LORRY).metres[0, 0] == pytest.approx(6000, rel=1e-4)


def test_parts_that_do_not_connect_and_places_far_away_go_by_distance_and_are_named():
    roads = net([[(0, 0), (2000, 0)], [(50_000, 0), (52_000, 0)]], highway=["secondary"] * 2)
    times = road_times(A, lonlat([(2000, 0), (52_000, 0), (0, 5000)]), roads=roads,
                       target_names=["近", "对岸", "山里"])
    assert times.by.tolist() == [["roads", "distance", "distance"]]
    words = {p.code: p.text("zh") for p in times.problems}
    assert words.keys() == {"travel_road_far", "travel_roads_parted"}
    assert "山里" in words["travel_road_far"] and "对岸" in words["travel_roads_parted"]
    assert times.seconds[0, 2] == pytest.approx(5000 * DETOUR / STRAIGHT_SPEED, rel=1e-3)


def test_a_stray_road_beside_a_place_does_not_cut_it_off_from_the_net():
    roads = net([[(0, 0), (5000, 0)], [(2000, 100), (2100, 100)]], highway=["secondary"] * 2)
    times = road_times(A, lonlat((2050, 90)), roads=roads)
    assert times.by[0, 0] == "roads"


def test_nobody_drives_through_another_place_to_get_from_road_to_road():
    roads = net([[(0, 0), (2000, 0)], [(2060, 0), (6000, 0)]], highway=["secondary"] * 2)
    alone = road_times(A, lonlat((5000, 0)), roads=roads)
    beside = road_times(np.vstack([A, lonlat((2030, 0))]), lonlat([(5000, 0), (2030, 5)]), roads=roads)
    assert alone.by[0, 0] == beside.by[0, 0] == "distance"
    assert beside.seconds[0, 0] == pytest.approx(alone.seconds[0, 0])


def test_a_team_at_the_gate_itself_needs_no_road():
    roads = net([[(0, 0), (2000, 0)]], highway=["secondary"], oneway=["yes"])
    times = road_times(lonlat((500, 300)), lonlat([(500, 300), (530, 300), (400, 300)]), roads=roads)
    assert times.seconds[0].tolist() == pytest.approx([0.0, 30 / OFF_ROAD_SPEED, np.inf], abs=1e-3)


def test_where_no_road_may_be_entered_all_go_by_distance():
    roads = net([[(0, 0), (2000, 0)]], highway=["motorway"])
    times = road_times(A, B, roads=roads)
    assert times.by[0, 0] == "distance" and said(times) == {"travel_road_far"}


def test_a_missing_position_gives_no_time_and_is_named_with_the_mend():
    times = road_times(np.vstack([A, [[np.nan, np.nan]]]), B, origin_names=["甲库", "乙库"],
                       roads=net([[(0, 0), (2000, 0)]], highway=["secondary"]))
    assert np.isfinite(times.seconds[0, 0]) and np.isnan(times.seconds[1, 0]) and np.isnan(times.metres[1, 0])
    assert times.by.tolist() == [["roads"], [""]]
    [missing] = times.problems
    assert "乙库" in missing.what("zh") and "甲库" not in missing.what("zh") and "经度" in missing.mend("zh")


@pytest.mark.parametrize(("conditions", "minor", "factor"), [
    (Conditions(), True, 1.0), (Conditions(night=True), True, NIGHT),
    (Conditions(night=True, rain=True), False, NIGHT * RAIN),
    (Conditions(landslide=True), True, LANDSLIDE_MINOR), (Conditions(landslide=True), False, LANDSLIDE_MAIN)])
def test_conditions_slow_each_class_by_their_factors(conditions, minor, factor):
    word = "secondary" if minor else "primary"
    roads = net([[(0, 0), (2000, 0)]], highway=[word])
    ratio = road_times(A, B, roads=roads).seconds / road_times(A, B, roads=roads, conditions=conditions).seconds
    assert ratio[0, 0] == pytest.approx(factor)


def test_lorries_are_slower_than_teams_and_assumptions_are_said_once():
    travel = travel_to([space("S1", (5000, 0))], [team("T1")], [store("W1"), store("W2", lon=None)])
    assert travel.stores.seconds[0, 0] == pytest.approx(travel.teams.seconds[0, 0] / LORRY.share)
    assert [p.code for p in travel.problems] == ["travel_by_distance", "travel_no_position"]


def test_nothing_to_drive_to_or_from_is_an_empty_table():
    for roads in (None, grid(3)):
        assert road_times(np.empty((0, 2)), B, roads=roads).seconds.shape == (0, 1)
        assert road_times(A, np.empty((0, 2)), roads=roads).seconds.shape == (1, 0)
