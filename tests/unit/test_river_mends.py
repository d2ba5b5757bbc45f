"""Mends by hand: read with all that is wrong, carried out by reach id, replayed alike."""

import math

import networkx as nx
import pytest
from drawn_lines import codes, lonlat, network

from riverplan.errors import InputError, NetworkError
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend, read_mends, write_mends

Y = {"a": [(0, 6), (8, 0)], "b": [(2, -5), (8, 0)], "c": [(8, 0), (20, 0)], "far": [(12, 8), (12, 0.3)]}
"""Two sources that join at (8, 0), and a side river that ends 300 m short."""


@pytest.fixture
def river():
    return network(Y, outlets=[(20, 0)])[0]


def mended(river, *mends):
    reaches, nodes, problems = apply_mends(river.reaches, river.nodes, mends)
    codes(problems)
    return river.replace(reaches=reaches, nodes=nodes), problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_chinese_file_is_read_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "修正.csv"
    path.write_bytes("操作,编号,到,经度,纬度,备注\n翻转,a-1,,,,现场核实\n打断,c-1,,107.5,29.8,\n\n选定,D03,c-1,,,\n"
                     .encode(encoding))
    mends = read_mends(path)
    assert mends == (Mend(action="flip", id="a-1", note="现场核实"), Mend(action="cut", id="c-1", lon=107.5, lat=29.8),
                     Mend(action="choose", id="D03", to="c-1"))
    assert [m.row for m in mends] == [2, 3, 5]


def test_an_english_file_is_read_with_its_columns_in_any_order(tmp_path):
    path = tmp_path / "mends.csv"
    path.write_text("id,Action,lat,lon\nx-1,DELETE,,\ny-2,join,30.5,108\n")
    assert read_mends(path) == (Mend(action="delete", id="x-1"), Mend(action="join", id="y-2", lon=108.0, lat=30.5))


def test_all_that_is_wrong_is_said_at_once_with_its_row(tmp_path):
    path = tmp_path / "修正.csv"
    path.write_text("操作,编号,到,经度,纬度\n旋转,a-1,,,\n翻转,,,,\n打断,a-1,,,\n打断,a-1,,东边,上游\n选定,D1,,,\n连接,a-1,,,\n"
                    "连接,a-1,a-1,,\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_mends(path)
    assert codes(caught.value.problems) == ["mend_action_unknown", "mend_no_id", "mend_no_place",
                                            "mend_place_unreadable", "mend_no_to", "mend_no_target", "mend_to_itself"]
    assert [p.row for p in caught.value.problems] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "input_empty"), ("名称,备注\na,b\n".encode(), "mends_heads"), (b"\x00\x01\x02\xff", "workbook_not")])
def test_a_file_that_is_none_is_refused_in_words(tmp_path, content, code):
    path = tmp_path / "m.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_mends(path)
    assert codes(caught.value.problems) == [code]
    with pytest.raises(InputError):
        read_mends(tmp_path / "none.csv")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_written_is_read_again(tmp_path, lang):
    mends = (Mend(action="flip", id="a-1", note="他说：\"向北\"，\n对"),
             Mend(action="move", id="D1", lon=107.1234567, lat=29.5),
             Mend(action="join", id="长江-3", to="4742-1"))
    path = write_mends(mends, tmp_path / "m.csv", lang=lang)
    again = read_mends(path)
    assert [(m.action, m.id, m.to) for m in again] == [(m.action, m.id, m.to) for m in mends]
    assert (again[1].lon, again[1].lat) == (107.1234567, 29.5)
    with pytest.raises(InputError, match="修正表"):
        write_mends(mends, tmp_path / "no such folder" / "m.csv")


def test_a_flip_turns_a_reach_and_keeps_its_id_and_length(river):
    after, _ = mended(river, Mend(action="flip", id="a-1"))
    old, new = (r.reaches.set_index("reach_id").loc["a-1"] for r in (river, after))
    assert (new["tail"], new["head"], new["length"]) == (old["head"], old["tail"], old["length"])
    assert new.geometry.coords[0] == old.geometry.coords[-1]
    assert (new["direction_source"], new["direction_confidence"]) == ("person", 1.0)
    assert after.nodes.set_index("node_id").loc[new["head"], "kind"] == "outlet"
    assert after.reaches["reach_id"].tolist() == river.reaches["reach_id"].tolist()


def test_a_cut_gives_two_pieces_and_a_place_far_off_is_refused(river):
    lon, lat = lonlat(14, 0.1)
    after, _ = mended(river, Mend(action="cut", id="c-1", lon=lon, lat=lat))
    pieces = after.reaches[after.reaches["source_id"] == "c"].set_index("reach_id")
    assert pieces.index.tolist() == ["c-1.1", "c-1.2"]
    assert pieces["length"].tolist() == pytest.approx([6000, 6000], rel=1e-3)
    _, problems = mended(river, Mend(action="cut", id="c-1", lon=100.0, lat=20.0))
    assert codes(problems) == ["mend_place_far"]
    _, problems = mended(river, Mend(action="cut", id="c-1", lon=lonlat(20, 0)[0], lat=lonlat(20, 0)[1]))
    assert codes(problems) == ["mend_cut_at_end"]


def test_a_join_leads_a_loose_end_to_a_reach_and_connects_its_part(river):
    assert river.reaches.set_index("reach_id").loc["far-1", "status"] == "unconnected"
    after, _ = mended(river, Mend(action="join", id="far-1", to="c-1"))
    row = after.reaches.set_index("reach_id")
    assert row.loc["far-1", "head"] == row.loc["c-1.1", "head"] == row.loc["c-1.2", "tail"]
    assert row.loc["far-1", "length"] == pytest.approx(8000, rel=1e-3)
    assert "unconnected" not in row.loc["far-1", "status"]
    assert not after.reaches["status"].str.contains("unconnected").any()
    assert after.nodes.set_index("node_id").loc[row.loc["far-1", "head"], "kind"] == "confluence"


def test_a_wide_join_is_a_sketched_reach_of_its_own():
    river, _ = network({**Y, "far": [(12, 8), (12, 1)]}, outlets=[(20, 0)])
    lon, lat = lonlat(8, 0.2)
    after, _ = mended(river, Mend(action="join", id="far-1", lon=lon, lat=lat))
    bridge = after.reaches.set_index("reach_id").loc["far-1+1"]
    assert (bridge["course"], bridge["length_source"]) == ("sketched", "sketched")
    assert bridge["length"] == pytest.approx(math.hypot(4000, 1000), rel=1e-3)
    assert bridge["head"] == after.reaches.set_index("reach_id").loc["c-1", "tail"]


def test_a_deleted_reach_leaves_what_lay_above_it_unconnected(river):
    after, _ = mended(river, Mend(action="delete", id="b-1"))
    assert "b-1" not in set(after.reaches["reach_id"])
    assert len(after.nodes) == len(river.nodes) - 1
    after, _ = mended(river, Mend(action="delete", id="c-1"))
    assert not after.reaches.set_index("reach_id").loc["a-1", "status"].count("unconnected")   # a new mouth at (8, 0)
    with pytest.raises(NetworkError):
        mended(river, *(Mend(action="delete", id=r) for r in river.reaches["reach_id"]))


def test_a_mend_of_a_reach_that_is_not_there_is_said_and_the_others_are_carried_out(river):
    after, problems = mended(river, Mend(action="flip", id="a-7", row=2), Mend(action="delete", id="b-1", row=3))
    assert codes(problems) == ["mend_reach_missing", "mends_applied"]
    assert problems[0].row == 2
    assert "a-1" in problems[0].mend("zh")
    assert "b-1" not in set(after.reaches["reach_id"])


def test_a_circle_made_by_mends_names_the_reaches_and_the_rows():
    river, _ = network({"m": [(0, 0), (4, 0)], "n": [(4, 0), (10, 0)], "arm": [(4, 0), (7, 3), (10, 0)],
                        "o": [(10, 0), (20, 0)]}, outlets=[(20, 0)])
    with pytest.raises(NetworkError) as caught:
        mended(river, Mend(action="flip", id="n-1", row=4))
    problem, = caught.value.problems
    assert codes(caught.value.problems) == ["mend_cycle"]
    assert "n-1" in problem.fields["reaches"] and "o-1" not in problem.fields["reaches"]
    assert "4: 翻转/flip n-1" in problem.what("zh")


def test_the_same_mends_give_the_same_river_each_time(river):
    mends = (Mend(action="join", id="far-1", to="c-1"), Mend(action="delete", id="b-1"),
             Mend(action="cut", id="c-1.2", lon=lonlat(16, 0)[0], lat=lonlat(16, 0)[1]))
    once, _ = mended(river, *mends)
    again, _ = mended(river, *mends)
    assert once.digest == again.digest
    assert nx.is_directed_acyclic_graph(once.graph)
    assert mended(river)[0].digest == river.digest


def test_mends_of_sites_are_left_to_the_sites(river):
    after, problems = mended(river, Mend(action="choose", id="D1", to="c-1"),
                             Mend(action="move", id="D1", lon=1, lat=2))
    assert after.digest == river.digest
    assert problems == ()
