"""Mends by reach id, replayed on an import.

::

    a ──────► b ──────► c        a: (0,0)-(10,0)   b: (10,0)-(20,0)   c: (20,0)-(30,0)
              ▲
       t ─────┘                  t: (10,8)-(10,0)
    x ──►  (loose, 300 m beside b)
"""

import networkx as nx
import numpy as np
import pytest
from drawn_lines import codes, frame_of, lonlat, network, write_geojson

from riverplan.errors import InputError, NetworkError
from riverplan.river.bare_network import network_of
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend, mends_csv, read_mends, site_mends

RIVER = {"a": [(0, 0), (10, 0)], "b": [(10, 0), (20, 0)], "c": [(20, 0), (30, 0)], "t": [(10, 8), (10, 0)],
         "x": [(14, 4), (14, 0.3)]}


def mended(*mends, drawing=RIVER):
    river, _ = network(drawing, snap=50, outlets=[(30, 0)])
    reaches, nodes, problems = apply_mends(river.reaches, river.nodes, mends, river.xy)
    return river.replace(reaches=reaches, nodes=nodes), problems


def test_a_loose_tributary_is_joined_where_it_meets_the_river():
    river, problems = mended(Mend(action="join", id="x-1", to="b-1"))
    assert codes(problems) == ["mends_applied"]
    ids = river.reaches.set_index("reach_id")
    assert {"b-1.1", "b-1.2"} <= set(ids.index)
    assert ids.loc["x-1", "head"] == ids.loc["b-1.1", "head"] == ids.loc["b-1.2", "tail"]
    assert ids.loc["x-1", "length"] == pytest.approx(4_000, rel=1e-3)          # 3.7 km drawn and the gap of 300 m
    assert "unconnected" not in " ".join(river.reaches["status"])
    assert river.compiled.n_reaches == 6


def test_a_flip_turns_one_reach_and_keeps_all_ids():
    before, _ = mended()
    river, _ = mended(Mend(action="flip", id="t-1"))
    assert list(river.reaches["reach_id"]) == list(before.reaches["reach_id"])
    row = river.reaches.set_index("reach_id").loc["t-1"]
    assert row["direction_source"] == "person" and row["direction_confidence"] == 1.0
    assert (row["tail"], row["head"]) == tuple(before.reaches.set_index("reach_id").loc["t-1", ["head", "tail"]])
    assert river.nodes["kind"].value_counts()["bifurcation"] == 1


def test_a_cut_gives_two_reaches_at_the_place():
    lon, lat = lonlat(15, 0.2)
    river, _ = mended(Mend(action="cut", id="b-1", lon=lon, lat=lat))
    length = river.reaches.set_index("reach_id")["length"]
    assert length["b-1.1"] == pytest.approx(5_000, rel=1e-3) and length["b-1.2"] == pytest.approx(5_000, rel=1e-3)


def test_what_lies_above_a_deleted_reach_is_unconnected():
    river, _ = mended(Mend(action="delete", id="b-1"))
    status = river.reaches.set_index("reach_id")["status"]
    assert "unconnected" in status["a-1"] and "unconnected" in status["t-1"]
    assert "unconnected" not in status["c-1"]


def test_mends_that_cannot_be_done_are_said_and_the_others_done():
    river, problems = mended(Mend(action="flip", id="nix", row=2), Mend(action="join", id="t-1", to="nix", row=3),
                             Mend(action="join", id="x-1", to="x-1"), Mend(action="delete", id="x-1"))
    assert codes(problems) == ["mend_unknown", "mend_to_unknown", "mend_join_itself", "mends_applied"]
    assert problems[0].row == 2
    assert "x-1" not in set(river.reaches["reach_id"])
    assert problems[-1].fields["count"] == 1


def test_a_flip_that_closes_a_circle_names_its_reaches():
    ring = {"a": [(0, 0), (10, 0)], "n": [(10, 0), (15, 3), (20, 0)], "s": [(10, 0), (15, -2), (20, 0)],
            "z": [(20, 0), (30, 0)]}
    with pytest.raises(NetworkError) as error:
        mended(Mend(action="flip", id="s-1"), drawing=ring)
    assert "s-1" in error.value.problems[0].said("zh")["lines"]


def test_replaying_the_same_mends_gives_the_same_river():
    lon, lat = lonlat(15, 0.2)
    mends = [Mend(action="join", id="x-1", to="b-1"), Mend(action="cut", id="b-1.2", lon=lon, lat=lat),
             Mend(action="flip", id="t-1")]
    one, two = (mended(*mends)[0] for _ in range(2))
    assert one.digest == two.digest
    assert nx.is_directed_acyclic_graph(one.graph)


@pytest.mark.parametrize("seed", range(5))
def test_a_mend_means_the_same_reach_however_the_rows_are_shuffled(seed):
    frame = frame_of(RIVER).sample(frac=1, random_state=seed).reset_index(drop=True)
    river, _ = network_of(frame, name="河", snap=50, outlets=[lonlat(30, 0)])
    reaches, nodes, _ = apply_mends(river.reaches, river.nodes, [Mend(action="join", id="x-1", to="b-1")], river.xy)
    whole, _ = mended(Mend(action="join", id="x-1", to="b-1"))
    assert set(reaches["reach_id"]) == set(whole.reaches["reach_id"])
    assert reaches.set_index("reach_id")["length"].to_dict() == pytest.approx(
        whole.reaches.set_index("reach_id")["length"].to_dict())
    assert np.isin(nodes["node_id"], whole.nodes["node_id"]).all()


def test_a_list_of_mends_written_is_read_back(tmp_path):
    mends = (Mend(action="flip", id="a-1"), Mend(action="cut", id="b-1", lon=107.5, lat=29.25, note="老桥, 东"),
             Mend(action="choose", id="I01", to="b-1"), Mend(action="move", id="Q1", lon=107.1, lat=29.5))
    path = tmp_path / "mends.csv"
    path.write_bytes(mends_csv(mends))
    assert [(m.action, m.id, m.to, m.lon, m.lat, m.note) for m in read_mends(path)] \
        == [(m.action, m.id, m.to, m.lon, m.lat, m.note) for m in mends]
    assert site_mends(mends) == ({"Q1": (107.1, 29.5)}, {"I01": "b-1"})


def test_a_list_written_by_hand_in_gbk_is_read(tmp_path):
    path = tmp_path / "修改.csv"
    path.write_bytes("操作,河段编号,经度,纬度\n翻转,a-1,,\n打断,b-1,107°30′,29°15′\n".encode("gbk"))
    flip, cut = read_mends(path)
    assert (flip.action, cut.lon, cut.lat) == ("flip", 107.5, 29.25)


def test_all_rows_that_cannot_be_understood_are_named_at_once(tmp_path):
    path = tmp_path / "mends.csv"
    path.write_text("action,id,to,lon,lat\nturn,a-1\nflip,\ncut,b-1\njoin,b-1\nflip,a-1,,x,29\n", "utf-8")
    with pytest.raises(InputError) as error:
        read_mends(path)
    assert codes(error.value.problems) == ["mend_action", "mend_no_id", "mend_needs_place", "mend_needs_to",
                                           "mend_place"]
    assert [p.row for p in error.value.problems] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"a,b\n1,2\n", b"PK\x03\x04" + bytes(50)])
def test_a_file_that_is_no_list_of_mends_is_said(tmp_path, content):
    path = tmp_path / "mends.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_mends(path)
    assert codes(error.value.problems) == ["mends_no_table"]


def test_a_line_of_one_reach_may_be_named_by_its_own_id():
    river, problems = mended(Mend(action="flip", id="t"), Mend(action="join", id="x", to="b"))
    assert codes(problems) == ["mends_applied"] and problems[0].fields["count"] == 2
    assert "unconnected" not in " ".join(river.reaches["status"])


def test_of_a_line_of_several_reaches_the_place_decides():
    drawing = {**RIVER, "s": [(25, 8), (25, 0)]}
    _, problems = mended(Mend(action="flip", id="c"), drawing=drawing)
    assert codes(problems)[0] == "mend_unknown"
    lon, lat = lonlat(28, 0.1)
    river, problems = mended(Mend(action="cut", id="c", lon=lon, lat=lat), drawing=drawing)
    assert {"c-2.1", "c-2.2"} <= set(river.reaches["reach_id"])


def test_a_finding_about_several_reaches_is_open_until_all_of_them_are_mended(tmp_path):
    from riverplan.river.importing import import_river

    drawing = {"m@大江": [(0, 0), (30, 0)], "t@小溪": [(10, 0), (10, 3), (10, 6), (10, 9)],
               "u": [(13, 3), (10, 3)], "v": [(13, 6), (10, 6)]}
    lines = write_geojson(tmp_path / "a.geojson", drawing)
    ids = ("t-1", "t-2", "t-3")

    def flipped(*mends: str) -> bool:
        river = import_river([lines], name="大江", outlets=[lonlat(30, 0)],
                             mends=[Mend(action="flip", id=i) for i in mends])
        return any(p.code == "flipped" and p.said("zh")["lines"] == "t" for p in river.report)

    assert flipped() and flipped(ids[0]) and not flipped(*ids)


def test_a_mend_at_no_place_of_the_earth_is_said():
    _, problems = mended(Mend(action="cut", id="a-1", lon=float("nan"), lat=30.0))
    assert "mend_cut_at_end" in codes(problems)
