"""Gaps, junctions, repeats: what cleaning does to drawn lines."""

import numpy as np
import pytest
from drawn_lines import codes, edges, frame_of, network

from riverplan.river.clean import SNAP_MOST, SNAP_NODED, suggest_snap


def test_a_tributary_drawn_60_m_short_is_led_to_the_river_which_is_cut_there():
    """::

        (0,0) ────────── a ───┬────── (20,0)
                         b ───┘ ends at (10, 0.06)
    """
    river, problems = network({"a": [(0, 0), (20, 0)], "b": [(10, 8), (10, 0.06)]})
    assert edges(river) == {((0, 0), (10, 0)), ((10, 0), (20, 0)), ((10, 8), (10, 0))}
    status = dict(zip(river.reaches["reach_id"], river.reaches["status"], strict=True))
    assert status == {"a-1": "split", "a-2": "split", "b-1": "snapped 60 m"}
    assert river.reaches["length"].sum() == pytest.approx(28_000, rel=1e-3)
    closed = next(p for p in problems if p.code == "gap_closed")
    assert closed.fields["widest"] == 60
    assert list(river.nodes["kind"]).count("confluence") == 1


def test_a_gap_wider_than_the_tolerance_stays_and_is_named_with_the_mend():
    river, problems = network({"a": [(0, 0), (20, 0)], "b": [(10, 8), (10, 0.3)]}, snap=100)
    assert edges(river) == {((0, 0), (20, 0)), ((10, 8), (10, 0.3))}
    part = next(p for p in problems if p.code == "part_unconnected")
    assert part.fields["gap_km"] == pytest.approx(0.3, abs=0.01)
    assert "--snap 300" in part.mend("en") or "--snap 350" in part.mend("en")
    assert river.reaches.set_index("reach_id")["status"]["b-1"] == "unconnected"


def test_lines_that_cross_without_an_end_are_not_joined():
    river, _ = network({"a": [(0, 0), (20, 0)], "canal": [(10, 5), (10, -5)]})
    assert len(river.reaches) == 2
    assert len(river.nodes) == 4


def test_an_end_drawn_beyond_the_river_is_trimmed_at_the_crossing():
    river, _ = network({"a": [(0, 0), (20, 0)], "b": [(10, 8), (10, -0.05)]})
    b = river.reaches.set_index("reach_id").loc["b-1"]
    assert b["status"] == "trimmed"
    assert b["length"] == pytest.approx(8_000, rel=1e-3)
    assert edges(river) == {((0, 0), (10, 0)), ((10, 0), (20, 0)), ((10, 8), (10, 0))}


def test_two_sheets_of_one_river_meet_end_to_end_and_no_sliver_is_cut():
    river, _ = network({"west": [(0, 0), (10, 0)], "east": [(10.03, 0.03), (20, 0)]})
    assert edges(river) == {((0, 0), (10, 0)), ((10, 0), (20, 0))}
    assert list(river.reaches["status"]) == ["snapped 21 m", "snapped 21 m"]


def test_a_line_drawn_twice_is_kept_once_and_a_shared_stretch_too():
    river, problems = network({
        "a": [(0, 0), (10, 0), (20, 0)], "copy": [(20, 0), (10, 0), (0, 0)],
        "b": [(5, 5), (10, 0), (20, 0)]})
    assert codes(problems).count("line_repeated") == 1
    assert codes(problems).count("line_overlaps") == 1
    assert edges(river) == {((0, 0), (10, 0)), ((10, 0), (20, 0)), ((5, 5), (10, 0))}


def test_a_short_reach_is_not_collapsed_by_a_wide_tolerance():
    river, _ = network({"a": [(0, 0), (10, 0)], "stub": [(10, 0), (10.08, 0)], "c": [(10.08, 0), (20, 0)]},
                       snap=500)
    assert len(river.reaches) == 3
    assert river.reaches["length"].min() == pytest.approx(80, rel=0.01)


def test_a_river_is_not_joined_to_itself_where_a_bend_comes_near():
    """A horseshoe whose lower end passes 60 m from its own upper course, and a source near a neighbour."""
    river, _ = network({"bend": [(0, 0), (5, 0), (5, 5), (2, 5), (2, 0.06)]})
    assert edges(river) == {((0, 0), (2, 0.1))}
    river, problems = network({
        "main": [(0, 0), (30, 0)], "b": [(10, 6), (10, 0)],
        "c": [(10.05, 3), (12, 2), (20, 0)]}, snap=80)
    assert codes(problems).count("gap_left_open") == 1          # c's source beside b is no arm of b
    assert (((10, 3), (12, 2)) not in edges(river)) and "bifurcation" not in set(river.nodes["kind"])


def test_an_arm_that_rejoins_the_river_closes_both_its_gaps():
    """::

                    ┌─ arm ─┐      both ends 50 m off
        (0,0) ──────┴───────┴───── (30,0)
    """
    river, _ = network({"main": [(0, 0), (30, 0)], "arm": [(10, 0.05), (12, 2), (18, 2), (20, 0.05)]})
    kinds = list(river.nodes["kind"])
    assert kinds.count("bifurcation") == 1
    assert kinds.count("confluence") == 1
    assert len(river.graph.edges) == len(river.reaches) == 5    # one of the two arms is parted by a node


def test_two_arms_between_the_same_nodes_are_told_apart_by_a_node():
    river, _ = network({"in": [(0, 0), (5, 0)], "north": [(5, 0), (7, 2), (9, 0)], "south": [(5, 0), (9, 0)],
                        "out": [(9, 0), (15, 0)]})
    assert len(river.reaches) == 5
    assert len(river.graph.edges) == 5
    assert "twin parted" in " ".join(river.reaches["status"])


def test_tributaries_at_one_point_share_one_node():
    river, _ = network({"a": [(0, 0), (20, 0)], "n": [(10, 5), (10, 0.02)], "s": [(10, -5), (10, -0.03)]})
    assert len(river.nodes) == 5
    assert len(river.reaches) == 4


def test_the_suggested_tolerance_is_small_for_noded_files_and_never_above_500_m():
    tree = {f"t{i}": [(i, 3), (i, 0)] for i in range(1, 15)}
    main = {f"m{i}": [(i, 0), (i + 1, 0)] for i in range(15)}
    plane = "EPSG:4545"
    assert suggest_snap(frame_of({**tree, **main}).to_crs(plane).geometry.to_numpy()) == SNAP_NODED
    coarse = frame_of({"a": [(0, 0), (40, 0)], "b": [(10, 8), (10, 0.3)]})
    assert suggest_snap(coarse.to_crs(plane).geometry.to_numpy()) == SNAP_MOST
    fine = frame_of({"a": [(k / 50, 0) for k in range(500)], "b": [(3, 2), (3, 0.3)]})
    assert suggest_snap(fine.to_crs(plane).geometry.to_numpy()) == pytest.approx(50.0)


def test_lengths_are_true_on_the_ellipsoid_far_from_the_meridian():
    """1° of longitude on the equator-side parallel 30°N is 96.486 km (WGS84)."""
    import geopandas as gpd
    from shapely.geometry import LineString

    from riverplan.river.bare_network import network_of

    line = LineString(np.column_stack([np.linspace(104, 112, 801), np.full(801, 30.0)]))
    river, problems = network_of(gpd.GeoDataFrame({"source_id": ["x"], "name": [""]}, geometry=[line],
                                                  crs="EPSG:4326"), name="x")
    assert river.reaches["length"].sum() / 8 == pytest.approx(96_486, rel=1e-4)
    assert "plane_wide" in codes(problems)


def test_a_lower_end_that_stops_beside_its_own_river_flows_into_it():
    """An arm that crosses to the neighbour of the river it left: no arm by shape, but its water goes there."""
    drawing = {"main": [(0, 0), (30, 0)], "b": [(10, 6), (10, 0)], "c": [(5, 0), (6, 2), (9.95, 3)]}
    river, problems = network(drawing, snap=80, outlets=[(30, 0)])
    assert "gap_left_open" not in codes(problems)
    assert ((5, 0), (10, 3)) in edges(river)
    assert ((10, 3), (10, 0)) in edges(river)
    turned, _ = network({k: v[::-1] for k, v in drawing.items()}, snap=80, outlets=[(30, 0)])
    assert edges(turned) == edges(river)


def test_a_line_may_state_its_own_length_class_width_and_course():
    from riverplan.river.bare_network import network_of

    frame = frame_of({"a@清河": [(0, 0), (20, 0)], "b@小溪": [(10, 8), (10, 0)]}).assign(
        length=[24_000.0, 800_000.0], width=[60.0, np.nan], course=["drawn", "sketched"], water_class=["II", ""],
        kind=["", "canal"], drawn_accuracy=[50.0, 5000.0], slope=[0.0, 0.001])
    river, _ = network_of(frame, name="x")
    got = river.reaches.set_index("reach_id")
    assert got.loc[["a-1", "a-2"], "length"].sum() == pytest.approx(24_000)
    assert list(got["length_source"]) == ["stated", "stated", "sketched"]
    assert got.loc["b-1", "length"] == pytest.approx(8_000, rel=1e-3)      # 800 km is no length of this line
    assert list(got["kind"]) == ["channel", "channel", "canal"]
    assert list(got["width_source"]) == ["stated", "stated", ""]
    assert np.isnan(got.loc["a-1", "slope"])                              # a slope of 0 is none
    assert list(got["water_class"]) == ["II", "II", ""]


def test_a_river_of_many_short_lines_is_not_tied_in_knots_at_its_ends():
    """30 m pieces and a tolerance of 100 m: each end lies within reach of the pieces before it."""
    xy = [(0.03 * k, 0.02 * (k % 2)) for k in range(60)]
    drawing = {f"p{k:02d}": [xy[k], xy[k + 1]] for k in range(59)}
    river, problems = network(drawing, snap=100, outlets=[xy[-1]])
    assert len(river.reaches) == 59
    assert set(river.reaches["status"]) == {"kept"}
    assert not codes(problems)
