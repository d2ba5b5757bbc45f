"""Lines cut at the edges of map sheets are one line again; reaches that meet stay two."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn_lines import codes

from riverplan.tables import read_lines
from riverplan.tables.sheet_edges import join_at_sheet_edges

EDGE = 107.3517


def wavy(x0, x1, y, seed=0):
    """A line from west to east with bends of no round coordinate."""
    x = np.linspace(x0, x1, 12)
    bends = np.random.default_rng(seed).uniform(-8e-4, 8e-4, 12)
    bends[[0, -1]] = 0
    return shapely.linestrings(np.column_stack([x, y + bends]))


def halves(count, edge=EDGE, gap=0.0):
    """Rivers cut in two at a meridian, one in the north of the other."""
    lines = []
    for k in range(count):
        y = 29.0113 + 0.0517 * k
        lines += [wavy(edge - 0.0913 - 0.01 * k, edge, y, k), wavy(edge + gap, edge + 0.0613, y, 99 + k)]
    return lines


def frame(lines, **columns):
    n = len(lines)
    data = {"source_id": [""] * n, "name": [""] * n, "kind": [""] * n, "file": ["a.shp"] * n, **columns}
    return gpd.GeoDataFrame(data, geometry=lines, crs="EPSG:4326")


def test_three_lines_cut_on_one_meridian_are_joined():
    drawn = frame(halves(3))
    joined, problems, merged = join_at_sheet_edges(drawn)
    assert len(joined) == 3 and merged == [1, 3, 5]
    assert shapely.length(joined.geometry.array).sum() == pytest.approx(
        shapely.length(drawn.geometry.array).sum(), abs=1e-9)
    assert joined.geometry.is_simple.all()
    assert [(p.code, p.severity, p.fields["count"], p.said("zh")["lines"]) for p in problems] == [
        ("lines_joined_at_edges", "note", 3, 3)]
    codes(problems)


def test_two_meetings_show_no_edge():
    assert len(join_at_sheet_edges(frame(halves(2)))[0]) == 4


def test_on_a_whole_minute_the_first_meeting_counts():
    joined, _, merged = join_at_sheet_edges(frame(halves(1, edge=107.35)))
    assert len(joined) == 1 and merged == [1]


def test_coarse_coordinates_lie_on_whole_minutes_and_show_nothing():
    lines = [shapely.LineString([(107.0, 30.0), (107.1, 30.0)]), shapely.LineString([(107.1, 30.0), (107.2, 30.0)])]
    assert len(join_at_sheet_edges(frame(lines))[0]) == 2


def test_the_longer_part_gives_the_id_and_the_direction_and_a_name_is_never_lost():
    lines = halves(5)
    lines[1] = shapely.reverse(lines[1])
    names = ["", "龙河", *["碧溪河"] * 8]
    joined, problems, _ = join_at_sheet_edges(frame(lines, source_id=[f"a{i}" for i in range(10)], name=names))
    assert joined["source_id"].tolist() == ["a0", "a2", "a4", "a6", "a8"]
    assert joined["name"].tolist()[:2] == ["龙河", "碧溪河"]
    assert "a0 + a1" in problems[0].said("zh")["ids"]
    xy = shapely.get_coordinates(joined.geometry.iloc[0])
    assert (xy[0, 0], xy[-1, 0]) == pytest.approx((EDGE - 0.0913, EDGE + 0.0613)) and len(xy) == 23


@pytest.mark.parametrize("count", [3, 4])
def test_lines_with_ids_of_their_own_need_a_clearer_edge(count):
    drawn = frame(halves(count), source_id=[f"a{i}" for i in range(2 * count)], name=["龙河"] * 2 * count)
    assert len(join_at_sheet_edges(drawn)[0]) == 2 * count


def test_lines_without_a_name_and_with_two_ids_stay_two():
    assert len(join_at_sheet_edges(frame(halves(6), source_id=[f"a{i}" for i in range(12)]))[0]) == 12


@pytest.mark.parametrize(("column", "one", "other"), [
    ("name", "龙河", "碧溪河"), ("kind", "canal", "channel"), ("kind", "canal", ""), ("width", 20.0, 30.0),
    ("code", "F1", "F2")])
def test_lines_that_differ_stay_two(column, one, other):
    assert len(join_at_sheet_edges(frame(halves(4), **{column: [one, other] * 4}))[0]) == 8


def test_linked_lines_stay_as_they_are():
    assert len(join_at_sheet_edges(frame(halves(4), topo_id=[str(i) for i in range(8)]))[0]) == 8


def test_a_third_line_at_the_place_or_through_it_makes_it_a_confluence():
    lines = halves(3)
    y = shapely.get_coordinates(lines[0])[-1, 1]
    ends = shapely.LineString([(EDGE, y), (EDGE - 0.02, y + 0.0211)])
    through = shapely.LineString([(EDGE - 0.02, y - 0.0211), (EDGE, y), (EDGE + 0.02, y + 0.0211)])
    for third in (ends, through):
        assert len(join_at_sheet_edges(frame([*lines, third]))[0]) == 7


def test_lines_that_turn_where_they_meet_stay_two():
    lines = halves(3)
    y = [shapely.get_coordinates(line)[-1, 1] for line in lines[::2]]
    lines[1::2] = [shapely.LineString([(EDGE, at), (EDGE + 0.0113, at + 0.0217)]) for at in y]
    assert len(join_at_sheet_edges(frame(lines))[0]) == 6


def test_an_edge_other_lines_pass_uncut_is_none():
    whole = [wavy(EDGE - 0.0511, EDGE + 0.0511, 29.0113 + 0.0517 * k + 0.02, k) for k in range(2)]
    assert len(join_at_sheet_edges(frame([*halves(3), *whole]))[0]) == 8


def test_a_line_cut_twice_is_one_and_stated_lengths_of_its_parts_are_added():
    far = EDGE + 0.0613
    lines = halves(3) + [wavy(far, far + 0.12, 29.0113 + 0.0517 * k, 7 + k) for k in range(3)]
    joined, problems, merged = join_at_sheet_edges(frame(lines, length=[5000.0, 4000.0, 7000.0, 7000.0, 9000.0, np.nan,
                                                                        2000.0, 7000.0, 1000.0]))
    assert len(joined) == 3 and len(merged) == 6
    assert joined["length"].tolist()[:2] == [11_000.0, 7000.0] and np.isnan(joined["length"].iloc[2])
    assert problems[0].fields["count"] == 6


def test_ends_one_metre_apart_meet_and_ten_metres_apart_do_not():
    assert len(join_at_sheet_edges(frame(halves(3, gap=0.5 / 97_000)))[0]) == 3
    assert len(join_at_sheet_edges(frame(halves(3, gap=10 / 97_000)))[0]) == 6


def test_a_network_of_random_reaches_is_left_alone():
    rng = np.random.default_rng(1)
    start = rng.uniform((107, 29), (108, 30), (4000, 2))
    step = rng.uniform(0.002, 0.01, (4000, 2))
    lines = [part for a, s in zip(start, step, strict=True)
             for part in (shapely.LineString([a, a + s]), shapely.LineString([a + s, a + 2.1 * s]))]
    assert len(join_at_sheet_edges(frame(lines))[0]) == 8000


def test_joined_features_are_counted_as_merged(tmp_path):
    frame(halves(4))[["name", "geometry"]].to_file(tmp_path / "a.gpkg")
    lines = read_lines([tmp_path / "a.gpkg"])
    (count,) = lines.counts
    assert (count.read, count.kept, count.merged, count.adds_up) == (8, 4, 4, True)
    assert lines.frame["source_id"].tolist() == ["L1", "L2", "L3", "L4"]
    assert not [c for c in lines.frame.columns if c.startswith("_")]
