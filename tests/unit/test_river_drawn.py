"""Drawings: what is kept of them, how accurate they are said to be, what river comes of them."""

import json

import numpy as np
import pytest
import shapely
from pyproj import Geod

from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.draft import Draft, finish_drawing
from riverplan.river.drawn import (
    Backdrop,
    ControlPoint,
    Drawing,
    DrawnLine,
    accuracy_of,
    drawing_as_json,
    drawn_frame,
    loose_ends,
    read_drawing,
)
from riverplan.river.line_origin import hand_drawn
from riverplan.river.store import read_river
from riverplan.river.tracks import read_tracks

JOINT = (107.5, 29.95)
MAIN = DrawnLine(name="清水河", points=((107.4, 29.9), JOINT, (107.6, 29.93)), backdrop="scan", grain=30.0, width="w60")
SIDE = DrawnLine(name="东溪", points=((107.45, 30.05), JOINT), grain=30.0)
DRAWING = Drawing(name="清水河", lines=(MAIN, SIDE), backdrops=(
    Backdrop(digest="scan", file="老图.jpg", points=(ControlPoint(x=1, y=2, lon=107, lat=29),), order=2),))


def codes(error):
    return [p.code for p in error.value.problems]


def test_a_drawing_survives_its_file(tmp_path):
    draft = Draft(tmp_path / "new" / "folder")
    assert draft.load() == Drawing()
    draft.save(DRAWING)
    assert draft.load() == DRAWING == read_drawing(json.loads(json.dumps(drawing_as_json(DRAWING))))
    assert [p.name for p in draft.folder.iterdir()] == ["drawing.json"]


def test_a_damaged_draft_is_set_aside_and_a_finished_one_kept(tmp_path):
    draft = Draft(tmp_path)
    (tmp_path / "drawing.json").write_text('{"lines": [', encoding="utf-8")
    assert draft.load() == Drawing()
    assert (tmp_path / "drawing.damaged").read_text(encoding="utf-8") == '{"lines": ['
    for _ in range(2):
        draft.save(DRAWING)
        draft.put_aside()
    assert sorted(p.name for p in tmp_path.glob("drawing-finished*")) == [
        "drawing-finished-2.json", "drawing-finished.json"]


@pytest.mark.parametrize("nonsense", [
    None, 7, [], {"lines": 3}, {"lines": [None, {"points": [[1, 2]]}, {"points": "x"}]},
    {"lines": [{"points": [[float("nan"), 1], [2, 3], [1e9, 4]]}]}, {"backdrops": [{"digest": "../../etc"}]},
    {"lines": [{"points": [[True, 1], [2, False]]}]},
])
def test_what_makes_no_sense_is_left_out_of_a_drawing(nonsense):
    assert read_drawing(nonsense) == Drawing()


def test_a_line_on_a_picture_is_by_hand_and_one_on_nothing_a_sketch():
    """100 m of the picture and 2 pixels of 30 m of the hand: √(100² + 60²) = 116.6 m."""
    course, far = accuracy_of(MAIN, {"scan": 100.0})
    assert course == "digitised" and far == pytest.approx(116.619, abs=1e-3)
    assert accuracy_of(SIDE, {"scan": 100.0}) == ("sketched", 1000.0)
    assert accuracy_of(MAIN, {}) == ("sketched", 1000.0)               # the picture was taken away


def test_all_that_is_missing_in_a_drawing_is_said_at_once():
    bad = DrawnLine(points=((107, 29), (107, 29)))
    with pytest.raises(InputError) as error:
        drawn_frame(Drawing(lines=(MAIN, bad)), {})
    assert codes(error) == ["name_blank", "drawn_unnamed", "drawn_short"]
    with pytest.raises(InputError) as error:
        drawn_frame(Drawing(name="x"), {})
    assert codes(error) == ["drawn_nothing"]


def test_only_the_mouth_is_loose_where_all_tributaries_join():
    assert loose_ends(DRAWING) == [0]
    assert loose_ends(Drawing(lines=(MAIN, DrawnLine(points=((107.45, 30.05), (107.5, 29.96)))))) == [0, 1]


def test_a_drawing_becomes_a_river_with_its_accuracy_and_estimated_widths(tmp_path):
    frame = drawn_frame(DRAWING, {"scan": 100.0})
    river, path = finish_drawing(frame, name="清水河", folder=tmp_path)
    reaches = read_river(path).reaches
    assert path.name == "清水河.gpkg" and river.digest == read_river(path).digest
    length = reaches.groupby("name")["length"].sum()
    for line in DRAWING.lines:
        true = Geod(ellps="WGS84").geometry_length(shapely.LineString(line.points))
        assert length[line.name] == pytest.approx(true, rel=1e-4) == line.length
    assert not reaches["status"].str.contains("unconnected|flipped").any()
    main, side = reaches[reaches["name"] == "清水河"], reaches[reaches["name"] == "东溪"]
    assert set(main["course"]) == {"digitised"} and set(main["drawn_accuracy"]) == {117.0}
    assert set(main["width"]) == {60.0} and set(main["width_source"]) == {"assumed"}
    assert set(side["course"]) == {"sketched"} and side["width"].isna().all()
    assert [h.words() for h in hand_drawn(river)] == ["清水河 117 m", "东溪 1 km"]
    again = finish_drawing(frame, name="清水河", folder=tmp_path)[1]
    assert again.name == "清水河-2.gpkg"                                 # nothing is written over


def test_a_river_that_cannot_be_made_leaves_nothing_behind(tmp_path):
    wrong = tmp_path / "清单.xlsx"
    wrong.write_bytes(b"no workbook")
    with pytest.raises(InputError):
        finish_drawing(drawn_frame(DRAWING, {}), name="清水河", folder=tmp_path, workbook=wrong)
    assert [p.name for p in tmp_path.iterdir()] == ["清单.xlsx"]


def test_a_forecast_on_a_drawn_river_says_how_it_was_drawn(tmp_path):
    lists = tmp_path / "流量.csv"
    lists.write_text("所在河流,水期,流量(m3/s)\n清水河,平水期,20\n东溪,平水期,3\n", encoding="utf-8")
    river, _ = finish_drawing(drawn_frame(DRAWING, {"scan": 100.0}), name="清水河", folder=tmp_path, workbook=lists)
    reaches = river.reaches.assign(drainage_area=1e9, mean_discharge=20.0)
    said = forecast(river.replace(reaches=reaches), Spill(lon=107.46, lat=30.03, substance="苯酚", mass=100.0),
                    scenario="normal").problems
    by_code = {p.code: p for p in said}
    assert by_code["line_sketched"].severity == "warning" and "东溪 1 km" in by_code["line_sketched"].text("zh")
    assert "清水河 117 m" in by_code["line_digitised"].text("zh")


GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="29.9" lon="107.4"/>
<trk><name>巡河</name><trkseg><trkpt lat="29.90" lon="107.40"><ele>200</ele></trkpt>
<trkpt lat="29.95" lon="107.50"/></trkseg>
<trkseg><trkpt lat="29.96" lon="107.52"/><trkpt lat="29.97" lon="107.55"/></trkseg></trk>
<rte><rtept lat="30" lon="107"/><rtept lat="30.1" lon="107.1"/></rte></gpx>"""


def test_tracks_and_routes_of_a_gpx_file_are_lines_to_follow(tmp_path):
    path = tmp_path / "t.gpx"
    path.write_text(GPX, encoding="utf-8")
    lines = read_tracks(path)
    assert len(lines) == 3 and not shapely.has_z(lines).any()
    assert np.allclose(shapely.get_coordinates(lines[0]), [[107.40, 29.90], [107.50, 29.95]])


@pytest.mark.parametrize(("words", "code"), [
    (GPX[:GPX.index("<trk>")] + "</gpx>", "tracks_none"), ("<gpx></gpx>", "tracks_none"),
    ("", "tracks_unreadable"), (GPX[:150], "tracks_unreadable"),
    ("这不是轨迹", "tracks_unreadable"),
])
def test_gpx_files_without_tracks_are_refused_in_words(tmp_path, words, code):
    path = tmp_path / "t.gpx"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_tracks(path)
    assert codes(error) == [code]
