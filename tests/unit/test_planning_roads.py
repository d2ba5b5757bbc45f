"""Reading road lines and what meets what."""

import json

import numpy as np
import pyogrio
import pytest
import shapely
from road_nets import frame, lonlat, net

from riverplan.errors import InputError
from riverplan.planning.road_classes import SPEEDS, class_of, directions, is_passable, load_of, speed_of, speeds_of
from riverplan.planning.roads import read_roads

CROSS = ([(0, 0), (1000, 0), (2000, 0)], [(1000, -500), (1000, 0), (1000, 500)])


def degree(roads) -> list[int]:
    """Stretches at each node, most first."""
    on = roads.line[1:] == roads.line[:-1]
    return sorted(np.bincount(np.r_[roads.node[:-1][on], roads.node[1:][on]]).tolist(), reverse=True)


def codes(error) -> set[str]:
    return {p.code for p in error.value.problems}


@pytest.mark.parametrize(("word", "ref", "expected"), [
    ("motorway_link", "", "motorway"), ("高速公路", "", "motorway"),
    ("国道", "", "national"), ("省道", "", "provincial"),
    ("县道", "", "county"), ("乡道", "", "township"), ("村道", "", "village"), ("track_grade3", "", "track"),
    ("footway", "", "path"), ("轮渡", "", "ferry"), ("", "G5012", "motorway"), ("", "G351", "national"),
    ("", "S26", "motorway"), ("", "S203", "provincial"), ("X201", "", "county"), (None, "C1Z2", "village"),
    ("", "Y012", "township"), (float("nan"), "", "unknown"), ("四级公路", "", "township")])
def test_classes_are_known_by_words_of_both_languages_and_by_road_numbers(word, ref, expected):
    assert class_of(word, ref) == expected
    assert class_of(word, ref) in SPEEDS


def test_a_name_tells_the_class_where_nothing_else_does():
    assert [class_of(None, float("nan"), n) for n in ("丰石高速", "G351国道", "沿江县道", "滨江路")] == [
        "motorway", "national", "county", "unknown"]


def test_a_speed_is_read_with_its_unit_and_zero_is_none():
    assert speed_of("60 km/h") == 60.0 and speed_of(40.0) == 40.0
    assert speed_of("40mph") == pytest.approx(64.37, abs=0.01)
    assert all(np.isnan(speed_of(v)) for v in (0, "none", "signals", None, 999, ""))


def test_a_stated_mean_speed_goes_before_a_limit_and_a_limit_before_the_class():
    got = speeds_of(["county"] * 3, ["50", "50", ""], ["30", "", ""]) * 3.6
    assert got.tolist() == pytest.approx([30.0, 40.0, SPEEDS["county"]])


def test_t_is_against_only_in_files_that_also_say_both():
    assert directions(["B", "F", "T"]).tolist() == [0, 1, -1]
    assert directions(["F", "T", ""]).tolist() == [0, 1, 0]
    assert directions([True, False, "是", "否", -1, None]).tolist() == [1, 0, 1, 0, -1, 0]


def test_what_is_closed_and_what_it_bears_is_read_in_both_languages():
    assert [is_passable(v) for v in ("否", "no", 0, "中断", "是", "", None, "yes")] == [False] * 4 + [True] * 4
    assert load_of("20吨") == 20_000.0 and load_of(13) == 13_000.0 and load_of("—") == np.inf


def test_lines_meet_at_a_vertex_both_have():
    roads = net(CROSS)
    assert degree(roads) == [4, 1, 1, 1, 1]
    assert roads.length == pytest.approx(3000.0, rel=1e-6)


def test_lines_that_only_cross_do_not_meet_because_one_may_be_a_bridge():
    roads = net(([(0, 0), (2000, 0)], [(1000, -500), (1000, 500)]))
    assert degree(roads) == [1, 1, 1, 1]
    assert len(set(roads.part.tolist())) == 2
    assert ["67" in p.text("en") for p in roads.problems if p.code == "roads_in_parts"] == [True]
    assert "roads_in_parts" not in {p.code for p in net(CROSS).problems}


@pytest.mark.parametrize(("gap", "parts"), [(6.0, 1), (14.0, 2)])
def test_a_loose_end_meets_the_road_beside_it_within_the_tolerance_only(gap, parts):
    roads = net(([(0, 0), (2000, 0)], [(1234, gap), (1234, 500)]))
    assert len(set(roads.part.tolist())) == parts
    assert ("roads_joined" in {p.code for p in roads.problems}) == (parts == 1)


def test_two_loose_ends_meet_within_the_tolerance():
    roads = net(([(0, 0), (1000, 0)], [(1007, 0), (2000, 0)]))
    assert len(set(roads.part.tolist())) == 1


def test_columns_of_openstreetmap_are_read_from_a_geopackage(tmp_path):
    path = tmp_path / "roads.gpkg"
    frame(CROSS, osm_id=["1", "2"], highway=["primary", None], route=[None, "ferry"], maxspeed=["50", None],
          oneway=["yes", None], access=[None, "no"]).to_file(path, driver="GPKG")
    roads = read_roads(path)
    assert roads.road_class.tolist() == ["provincial", "ferry"]
    assert roads.speed[0] * 3.6 == pytest.approx(40.0)
    assert roads.direction.tolist() == [1, 0]
    assert roads.passable.tolist() == [True, False]


def test_chinese_columns_are_read_from_a_shapefile_in_gb18030(tmp_path):
    path = tmp_path / "道路.shp"
    written = frame(CROSS, 道路等级=["县道", "村道"], 限速=[40, 0], 通行=["是", "断"], 限重=[0, 13])
    pyogrio.write_dataframe(written, path, encoding="gb18030")
    roads = read_roads(path)
    assert roads.road_class.tolist() == ["county", "village"]
    assert (roads.speed * 3.6).tolist() == pytest.approx([32.0, SPEEDS["village"]])
    assert roads.passable.tolist() == [True, False]
    assert roads.load.tolist() == [np.inf, 13_000.0]


def test_a_line_of_several_parts_is_several_roads(tmp_path):
    path = tmp_path / "r.gpkg"
    parts = shapely.MultiLineString([lonlat(CROSS[0]), lonlat(CROSS[1])])
    both = frame(CROSS[:1], 道路等级=["省道"])
    both.geometry = [parts]
    both.to_file(path, driver="GPKG")
    assert read_roads(path).road_class.tolist() == ["provincial", "provincial"]


def test_projected_roads_come_out_where_they_are(tmp_path):
    path = tmp_path / "r.gpkg"
    frame(CROSS, highway=["primary"] * 2).to_crs("EPSG:4545").to_file(path, driver="GPKG")
    assert read_roads(path).length == pytest.approx(3000.0, rel=1e-6)


@pytest.mark.parametrize(("name", "content", "code"), [
    ("none.geojson", None, "input_missing"), ("empty.geojson", "", "input_empty"),
    ("text.geojson", "不是地图", "lines_not_geojson"), ("list.xlsx", "PK", "roads_unsupported"),
    ("bare.geojson", '{"type": "FeatureCollection", "features": []}', "roads_none")])
def test_a_file_without_roads_is_refused_with_a_mend_in_both_languages(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_roads(path)
    assert code in codes(error)
    assert all(p.mend("zh") and p.mend("en") for p in error.value.problems)


def test_metres_without_a_stated_system_are_refused_and_degrees_are_not(tmp_path):
    path = tmp_path / "r.shp"
    frame(CROSS, 等级=["省道", "县道"]).to_crs("EPSG:4545").to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError) as error:
        read_roads(path)
    assert "roads_crs_missing" in codes(error)
    frame(CROSS, 等级=["省道", "县道"]).to_file(path)
    path.with_suffix(".prj").unlink()
    assert "crs_missing_degrees" in {p.code for p in read_roads(path).problems}


def test_points_and_areas_are_left_out_and_counted_and_alone_are_no_roads(tmp_path):
    path = tmp_path / "r.geojson"
    features = [{"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(g)} for g in (
        shapely.Point(lonlat((0, 0))[0]), shapely.Polygon(lonlat([(0, 0), (9, 0), (0, 9)])),
        shapely.LineString(lonlat(CROSS[0])))]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    roads = read_roads(path)
    assert [p.fields["count"] for p in roads.problems if p.code == "roads_not_lines"] == [2]
    assert len(roads.shapes) == 1
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features[:2]}), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_roads(path)
    assert "roads_none" in codes(error)
