"""Lines whose attributes say how they are linked.

A Y river, each row naming the row below::

    1 ──┐
        ├── 3 ── 4 →
    2 ──┘
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn_lines import codes

from riverplan.errors import NetworkError
from riverplan.river.importing import import_river

Y = {"1": [(107.0, 30.02), (107.01, 30.01)], "2": [(107.0, 30.0), (107.01, 30.01)],
     "3": [(107.01, 30.01), (107.02, 30.01)], "4": [(107.02, 30.01), (107.03, 30.01)]}


def written(tmp_path, lines, name="net.gpkg", **columns):
    path = tmp_path / name
    frame = gpd.GeoDataFrame({"HYRIV_ID": [int(k) for k in lines], **columns}, crs="EPSG:4326",
                             geometry=[shapely.linestrings(xy) if np.ndim(xy) == 2 else xy for xy in lines.values()])
    frame.to_file(path)
    return path


def below(river):
    """The source id of the reach below each, or none."""
    tails = dict(zip(river.reaches["tail"], river.reaches["source_id"], strict=True))
    return {s: tails.get(h) for s, h in zip(river.reaches["source_id"], river.reaches["head"], strict=True)}


def test_every_row_is_one_reach_and_flows_where_its_attribute_says(tmp_path):
    river = import_river([written(tmp_path, Y, NEXT_DOWN=[3, 3, 4, 0])], name="河")
    assert below(river) == {"1": "3", "2": "3", "3": "4", "4": None}
    assert (river.reaches["status"] == "kept").all()
    assert "HydroSHEDS" in river.attribution
    assert {"network_recognised", "topology_used"} <= set(codes(river.report))


@pytest.mark.parametrize("against", [["1"], ["3"], ["1", "2", "3", "4"], ["2", "4"]])
def test_lines_drawn_against_the_water_are_turned_by_the_attributes(tmp_path, against):
    lines = {k: xy[::-1] if k in against else xy for k, xy in Y.items()}
    river = import_river([written(tmp_path, lines, NEXT_DOWN=[3, 3, 4, 0])], name="河")
    assert below(river) == {"1": "3", "2": "3", "3": "4", "4": None}
    for line, want in zip(river.reaches.sort_values("source_id").geometry, Y.values(), strict=True):
        lon, lat = river.lonlat(*shapely.get_coordinates(line)[[0, -1]].T)
        assert np.allclose(np.column_stack([lon, lat]), [want[0], want[-1]], atol=1e-7)


def test_lines_that_lie_near_each_other_are_not_joined_against_their_attributes(tmp_path):
    # 2 ends beside 3 by a slip of the attribute table: the table says it leaves the map
    river = import_river([written(tmp_path, Y, NEXT_DOWN=[3, 99, 4, 0])], name="河")
    assert below(river)["2"] is None
    used = next(p for p in river.report if p.code == "topology_used")
    assert used.fields["leaves"] == 1 and used.fields["parts"] == 2


def test_ends_that_do_not_meet_are_led_together_and_said(tmp_path):
    lines = {**Y, "4": [(107.025, 30.01), (107.03, 30.01)]}
    river = import_river([written(tmp_path, lines, NEXT_DOWN=[3, 3, 4, 0])], name="河")
    apart = next(p for p in river.report if p.code == "topology_apart")
    assert apart.fields["widest"] == pytest.approx(482, abs=5)     # 0.005° of longitude at 30° N
    assert below(river)["3"] == "4"
    assert river.reaches.set_index("source_id")["status"]["3"].startswith("snapped")


def test_a_row_of_two_parts_stays_one_reach(tmp_path):
    parts = shapely.multilinestrings([shapely.linestrings([(107.016, 30.01), (107.02, 30.01)]),
                                      shapely.linestrings([(107.015, 30.01), (107.01, 30.01)])])
    river = import_river([written(tmp_path, {**Y, "3": parts}, NEXT_DOWN=[3, 3, 4, 0])], name="河")
    assert len(river.reaches) == 4
    assert "line_parts_bridged" in codes(river.report)
    assert below(river) == {"1": "3", "2": "3", "3": "4", "4": None}


def test_a_circle_in_the_attributes_is_named_row_by_row(tmp_path):
    with pytest.raises(NetworkError) as error:
        import_river([written(tmp_path, Y, NEXT_DOWN=[3, 3, 4, 3])], name="河")
    (problem,) = [p for p in error.value.problems if p.code == "topology_circle"]
    assert problem.said("zh")["lines"] == "3、4"


def test_from_and_to_nodes_direct_and_parallel_arms_stay_two(tmp_path):
    lines = {**Y, "5": [(107.01, 30.01), (107.015, 30.012), (107.02, 30.01)]}
    path = tmp_path / "net.gpkg"
    gpd.GeoDataFrame({"ID": list(lines), "FNODE_": [1, 2, 3, 4, 3], "TNODE_": [3, 3, 4, 5, 4]}, crs="EPSG:4326",
                     geometry=[shapely.linestrings(xy) for xy in lines.values()]).to_file(path)
    river = import_river([path], name="河")
    assert river.graph.number_of_edges() == 6                      # the longer arm of 3–4 is parted by a node
    assert len(set(river.reaches["source_id"])) == 5
    assert river.nodes["kind"].value_counts()["bifurcation"] == 1


@pytest.mark.parametrize(("down", "code"), [([77, 78, 79, 80], "topology_unlinked"), ([3, 3, 4, 4], "topology_self")])
def test_attributes_that_cannot_be_used_are_said(tmp_path, down, code):
    river = import_river([written(tmp_path, Y, NEXT_DOWN=down)], name="河")
    assert code in codes(river.report)
    assert below(river) == {"1": "3", "2": "3", "3": "4", "4": None}


def test_repeated_ids_fall_back_on_the_shapes(tmp_path):
    path = tmp_path / "net.gpkg"
    gpd.GeoDataFrame({"HYRIV_ID": [1, 2, 3, 3], "NEXT_DOWN": [3, 3, 3, 0]}, crs="EPSG:4326",
                     geometry=[shapely.linestrings(xy) for xy in Y.values()]).to_file(path)
    river = import_river([path], name="河")
    assert "topology_id_twice" in codes(river.report)
    assert river.nodes["kind"].value_counts()["outlet"] == 1


def test_lines_without_attributes_join_a_linked_network_by_their_shape(tmp_path):
    against = {k: xy[::-1] for k, xy in Y.items()}
    linked = written(tmp_path, against, NEXT_DOWN=[3, 3, 4, 0])
    bare = tmp_path / "bare.gpkg"
    gpd.GeoDataFrame({"id": ["new"]}, crs="EPSG:4326",
                     geometry=[shapely.linestrings([(107.03, 30.01), (107.05, 30.01)])]).to_file(bare)
    river = import_river([linked, bare], name="河")
    assert "topology_mixed" in codes(river.report)
    assert below(river) == {"1": "3", "2": "3", "3": "4", "4": "new", "new": None}
