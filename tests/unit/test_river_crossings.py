"""Crossings that are junctions and those that are not; loops reduced to one channel."""

import networkx as nx
import numpy as np
import pytest
from drawn_lines import codes, edges, frame_of, lonlat, network

from riverplan.river.bare_network import network_of
from riverplan.river.braids import main_channel
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend

X = {"river": [(0, 0), (20, 0)], "other": [(10, 6), (10.5, -6)]}
LOOP = {"m": [(0, 0), (4, 0)], "n": [(4, 0), (10, 0)], "arm": [(4, 0), (7, 3), (10, 0)], "o": [(10, 0), (20, 0)]}


def test_two_rivers_that_cross_without_a_vertex_are_left_apart_and_said_with_the_place():
    river, problems = network(X, outlets=[(20, 0)])
    assert len(river.reaches) == 2
    problem = next(p for p in problems if p.code == "crossing_unclear")
    codes(problems)
    assert (problem.lon, problem.lat) == pytest.approx(lonlat(10.25, 0), abs=1e-5)


def test_a_canal_on_a_bridge_is_no_junction_and_no_problem():
    frame = frame_of(X).assign(kind=["channel", "canal"])
    river, problems = network_of(frame, name="画河", snap=100, outlets=[lonlat(20, 0)])
    assert len(river.reaches) == 2
    assert "crossing_unclear" not in codes(problems)


def test_lines_with_a_common_vertex_meet_there():
    river, problems = network({"river": [(0, 0), (10, 0), (20, 0)], "other": [(10, 6), (10, 0), (10, -6)]},
                              outlets=[(20, 0)])
    assert edges(river) >= {((0, 0), (10, 0)), ((10, 0), (20, 0)), ((10, 6), (10, 0))}
    assert len(river.reaches) == 4
    assert river.reaches["status"].str.contains("split").all()
    assert sorted(river.reaches["reach_id"]) == ["other-1", "other-2", "river-1", "river-2"]
    assert "crossing_unclear" not in codes(problems)


def test_a_crossing_is_joined_by_a_mend_with_both_ids_and_the_place():
    river, _ = network(X, outlets=[(20, 0)])
    lon, lat = lonlat(10.3, 0.1)
    reaches, nodes, problems = apply_mends(river.reaches, river.nodes, [
        Mend(action="join", id="other-1", to="river-1", lon=lon, lat=lat)], river.xy)
    assert codes(problems) == ["mends_applied"]
    row = reaches.set_index("reach_id")
    assert row.loc["other-1.1", "head"] == row.loc["river-1.1", "head"] == row.loc["river-1.2", "tail"]
    assert not reaches["status"].str.contains("unconnected").any()
    assert len(nodes) == 5


def test_a_line_drawn_a_little_too_far_is_trimmed_and_no_crossing():
    river, problems = network({"river": [(0, 0), (20, 0)], "t": [(10, 6), (10, -0.05)]}, outlets=[(20, 0)])
    assert "crossing_unclear" not in codes(problems)
    assert river.reaches.set_index("source_id").loc["t", "status"] == "trimmed"


def test_without_widths_the_shorter_arm_of_an_island_stays():
    river, _ = network(LOOP, outlets=[(20, 0)])
    reaches, nodes, problems = main_channel(river.reaches, river.nodes)
    assert set(reaches["source_id"]) == {"m", "n", "o"}
    assert codes(problems) == ["arms_dropped"]
    assert problems[0].fields["count"] == 1
    assert problems[0].fields["km"] == pytest.approx(2 * np.hypot(3, 3), rel=1e-3)
    assert nodes["kind"].tolist().count("bifurcation") == 0


def test_the_wider_arm_stays_and_a_tributary_of_the_dropped_one_keeps_its_way():
    frame = frame_of({**LOOP, "t": [(7, 9), (7, 3)]}).assign(width=[80.0, 20.0, 60.0, 80.0, 5.0])
    river, _ = network_of(frame, name="画河", snap=100, outlets=[lonlat(20, 0)])
    reaches, _, _ = main_channel(river.reaches, river.nodes)
    assert "n" not in set(reaches["source_id"])
    frame["width"] = [80.0, 60.0, 20.0, 80.0, 5.0]
    river, _ = network_of(frame, name="画河", snap=100, outlets=[lonlat(20, 0)])
    reaches, nodes, problems = main_channel(river.reaches, river.nodes)
    after = river.replace(reaches=reaches, nodes=nodes)
    assert problems[0].said("zh")["reaches"] == "arm-1"              # arm-2 carries the tributary on
    assert nx.has_path(after.graph, "t-1/start", reaches.set_index("reach_id").loc["o-1", "head"])


def test_arms_to_two_mouths_are_no_loop():
    river, _ = network({"m": [(0, 0), (4, 0)], "n": [(4, 0), (20, 0)], "d": [(4, 0), (20, 9)]})
    reaches, _, problems = main_channel(river.reaches, river.nodes)
    assert len(reaches) == 3
    assert problems == ()
