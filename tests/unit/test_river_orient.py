"""Directions: kept as drawn, repaired towards the outlet, never in a circle."""

import networkx as nx
import numpy as np
import pytest
from drawn_lines import codes, edges, network

from riverplan.errors import InputError, NetworkError

Y = {"a": [(0, 6), (8, 0)], "b": [(2, -5), (8, 0)], "c": [(8, 0), (20, 0)]}
"""Two sources that join at (8, 0)."""
Y_EDGES = {((0, 6), (8, 0)), ((2, -5), (8, 0)), ((8, 0), (20, 0))}


def test_lines_drawn_downstream_stay_as_they_are():
    river, problems = network(Y, outlets=[(20, 0)])
    assert edges(river) == Y_EDGES
    assert set(river.reaches["status"]) == {"kept"}
    assert not codes(problems)


def test_a_tributary_drawn_upstream_is_turned_round_and_said():
    river, problems = network({**Y, "b": Y["b"][::-1]}, outlets=[(20, 0)])
    assert edges(river) == Y_EDGES
    status = dict(zip(river.reaches["source_id"], river.reaches["status"], strict=True))
    assert status == {"a": "kept", "b": "flipped", "c": "kept"}
    flipped = next(p for p in problems if p.code == "flipped")
    assert flipped.said("zh")["lines"] == "b"
    assert f"--outlet {flipped.fields['end_lon']:.4f}" in flipped.mend("zh")


def test_a_river_drawn_from_the_mouth_up_is_turned_as_a_whole():
    river, problems = network({k: v[::-1] for k, v in Y.items()}, outlets=[(20, 0)])
    assert edges(river) == Y_EDGES
    assert set(river.reaches["status"]) == {"flipped"}
    assert codes(problems) == ["flipped_all"]


def test_reach_ids_count_down_the_line_however_it_was_drawn():
    line = {"main": [(0, 0), (30, 0)], "t": [(10, 5), (10, 0)], "u": [(20, 5), (20, 0)]}
    down, _ = network(line, outlets=[(30, 0)])
    up, _ = network({**line, "main": line["main"][::-1]}, outlets=[(30, 0)])
    for river in (down, up):
        assert [river.path("main-1/start", "main-3/end")] == [("main-1", "main-2", "main-3")]


def test_without_an_outlet_the_drawn_directions_count_and_the_main_outlet_is_named():
    river, problems = network(Y)
    assert edges(river) == Y_EDGES
    note = next(p for p in problems if p.code == "only_outlet")
    assert note.severity == "note"
    assert note.fields["others"] == 0


def test_lines_drawn_against_each_other_are_named_as_a_dead_end():
    river, problems = network({"a": [(0, 0), (10, 0)], "b": [(20, 0), (10, 0)]})
    assert edges(river) == {((0, 0), (10, 0)), ((20, 0), (10, 0))}
    assert "dead_end" in codes(problems)
    mended, _ = network({"a": [(0, 0), (10, 0)], "b": [(20, 0), (10, 0)]}, outlets=[(20, 0)])
    assert edges(mended) == {((0, 0), (10, 0)), ((10, 0), (20, 0))}


def test_two_outlets_keep_both_arms_of_a_delta():
    delta = {"a": [(0, 0), (10, 0)], "n": [(10, 0), (20, 5)], "s": [(10, 0), (20, -5)]}
    both, problems = network(delta, outlets=[(20, 5), (20, -5)])
    assert edges(both) == {((0, 0), (10, 0)), ((10, 0), (20, 5)), ((10, 0), (20, -5))}
    assert not codes(problems)
    one, problems = network(delta, outlets=[(20, 5)])
    assert ((20, -5), (10, 0)) in edges(one)
    assert "flipped" in codes(problems)


def test_a_circle_with_a_way_out_is_broken_and_said():
    """::

        (0,0) ─in→ (5,0) ─n→ (8,3) ─e→ (11,0) ─out→ (20,0)
                     ↑────────w─────────┘       drawn back to (5,0)
    """
    ring = {"in": [(0, 0), (5, 0)], "n": [(5, 0), (8, 3)], "e": [(8, 3), (11, 0)], "w": [(11, 0), (5, 0)],
            "out": [(11, 0), (20, 0)]}
    river, problems = network(ring, outlets=[(20, 0)])
    assert nx.is_directed_acyclic_graph(river.graph)
    broken = next(p for p in problems if p.code == "circle_broken")
    assert broken.said("zh")["flipped"] == "w"
    assert broken.lon is not None
    assert ((5, 0), (11, 0)) in edges(river)


def test_a_circle_without_a_way_out_cannot_be_directed_and_names_its_lines():
    with pytest.raises(NetworkError) as error:
        network({"a": [(0, 0), (5, 0)], "b": [(5, 0), (2, 4)], "c": [(2, 4), (0, 0)]})
    problem = error.value.problems[0]
    assert problem.code == "circle_endless"
    assert problem.said("zh")["lines"] == "a、b、c"
    assert problem.lon == pytest.approx(107.69, abs=0.2)
    river, _ = network({"a": [(0, 0), (5, 0)], "b": [(5, 0), (2, 4)], "c": [(2, 4), (0, 0)]}, outlets=[(5, 0)])
    assert nx.is_directed_acyclic_graph(river.graph)


def test_the_shore_of_a_lake_beside_the_river_does_not_hinder_the_import():
    lake = [(30, 5), (31, 5), (31, 6), (30, 6), (30, 5)]
    river, problems = network({**Y, "lake": lake}, outlets=[(20, 0)])
    assert nx.is_directed_acyclic_graph(river.graph)
    assert "part_apart" in codes(problems)


def test_a_spur_beside_the_river_takes_no_water_from_it():
    river, problems = network({"a": [(0, 0), (10, 0)], "b": [(10, 0), (20, 0)], "spur": [(10, 0), (10.03, 0.05)]})
    assert ((10, 0.1), (10, 0)) in edges(river) or ((10, 0), (10, 0)) in edges(river)
    assert "spurs_flipped" in codes(problems)
    assert "bifurcation" not in set(river.nodes["kind"])


def test_a_part_apart_is_kept_and_named_with_place_length_and_distance():
    river, problems = network({**Y, "far": [(0, 40), (10, 40)]}, outlets=[(20, 0)])
    assert river.reaches.set_index("source_id")["status"]["far"] == "unconnected"
    part = next(p for p in problems if p.code == "part_apart")
    assert part.fields["km"] == pytest.approx(10, rel=1e-3)
    assert part.fields["gap_km"] == pytest.approx(np.hypot(10, 34), rel=0.01)
    assert "--outlet" in part.mend("zh")


def test_outlets_off_the_river_are_all_refused_with_their_distance():
    with pytest.raises(InputError) as error:
        network(Y, outlets=[(20, 30), (60, 0)])
    assert codes(error.value.problems) == ["outlet_far", "outlet_far"]
    assert error.value.problems[0].fields["km"] == pytest.approx(30, rel=0.02)


def test_an_outlet_with_longitude_and_latitude_swapped_is_refused():
    from drawn_lines import frame_of

    from riverplan.river.bare_network import network_of

    with pytest.raises(InputError) as error:
        network_of(frame_of(Y), name="x", outlets=[(29.8, 107.9)])
    assert codes(error.value.problems) == ["outlet_invalid"]


def test_a_river_that_goes_on_below_the_outlet_is_not_turned_round():
    long = {"a": [(0, 0), (10, 0)], "b": [(10, 0), (20, 0)], "c": [(20, 0), (60, 0)], "t": [(10, 0), (10, 6)]}
    river, problems = network(long, outlets=[(20, 0)])
    assert edges(river) == {((0, 0), (10, 0)), ((10, 0), (20, 0)), ((20, 0), (60, 0)), ((10, 6), (10, 0))}
    assert {"outlet_inside", "flipped"} == set(codes(problems))
    assert not river.reaches["status"].str.contains("unconnected").any()
