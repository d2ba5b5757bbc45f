"""A river drafted on the screen: files kept, mends one by one, nothing saved unasked."""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_lines import codes, lonlat, write_geojson
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest

from riverplan.app import desk
from riverplan.app.import_draft import Draft, drafted, keep_files
from riverplan.app.import_findings import findings, reach_at, repairs, upside_down
from riverplan.app.import_form import read_outlets
from riverplan.errors import InputError
from riverplan.river.importing import import_river
from riverplan.river.mends import Mend, mends_csv, read_mends
from riverplan.river.store import read_river, save_river

SCRIPT = str(Path(__file__).parents[2] / "riverplan" / "app" / "main.py")
RIVER = {"a@清河": [(0, 0), (10, 0)], "b@清河": [(10, 0), (20, 0)], "x@小溪": [(14, 4), (14, 0.6)]}


@pytest.fixture
def draft(tmp_path):
    return Draft(lines=(str(write_geojson(tmp_path / "a.geojson", RIVER)),), name="清河")


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "desk" / "river.gpkg"
    path.parent.mkdir()
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    yield AppTest.from_file(SCRIPT, default_timeout=60)
    desk.desk.cache_clear()


def shown(page):
    return " ".join(h.proto.body for h in page.get("html") if "<style>" not in h.proto.body)


def button(page, label):
    return next(b for b in page.button if b.label.startswith(label))


def test_a_mend_changes_the_draft_and_taking_it_back_gives_the_same_river(draft):
    before = drafted(draft)
    assert "unconnected" in " ".join(before.reaches["status"])
    joined = draft.mended(Mend(action="join", id="x-1", to="b-1"))
    assert "unconnected" not in " ".join(drafted(joined).reaches["status"])
    assert drafted(draft) is before                            # lines are read and directed once


def test_the_most_important_finding_comes_first_and_has_a_pin(draft):
    river = drafted(draft)
    found = findings(river, "zh")
    first = found[0]
    assert first.code in ("part_unconnected", "part_apart")
    pins = repairs(river, found, 0)
    assert pins.about == first.reaches != ()
    assert pins.chosen == "1" and pins.pins[0][3] == "1"
    assert pins.focus == pytest.approx((first.lat, first.lon))


def test_uploaded_files_keep_their_plain_names_and_lead_nowhere(tmp_path):
    line = json.dumps({"type": "FeatureCollection", "features": []}).encode()
    folder = tmp_path / "kept"
    folder.mkdir()
    kept = keep_files([("../../evil.geojson", line), ("a.shp", b"1"), ("a.dbf", b"2"), ("名录.xlsx", b"3"),
                       ("evil.geojson", line), ("dem.tif", b"4"),
                       ("读数.csv", "站名,时间,流量\nM01,2026-07-01 08:00,5\n".encode("gb18030")),
                       ("计划.csv", "电站,开始时间,状态\nP1,2026-07-01 08:00,发电\n".encode())], folder)
    assert [Path(p).name for p in kept.lines] == ["evil.geojson", "a.shp", "evil-2.geojson"]
    assert [Path(p).name for p in (*kept.lists, *kept.rasters)] == ["名录.xlsx", "dem.tif"]
    assert [Path(p).name for p in (*kept.gauges, *kept.schedules)] == ["读数.csv", "计划.csv"]
    assert {Path(p).parent for p in (*kept.lines, *kept.lists, *kept.rasters, *kept.gauges)} == {folder}


def test_outlets_are_typed_one_a_line_and_all_bad_ones_named():
    assert read_outlets("107.1,29.5\n\n 108，30 ") == ((107.1, 29.5), (108.0, 30.0))
    with pytest.raises(InputError) as error:
        read_outlets("x\n1,2,3\n107,29")
    assert len(error.value.problems) == 2


def test_a_page_without_files_says_what_to_do_and_shows_the_river_on_the_desk(page):
    page.session_state["mode"] = "import"
    page.run()
    assert not page.exception
    assert "什么都不会保存" in shown(page)


def test_findings_are_walked_through_mended_taken_back_and_saved(page, draft, tmp_path):
    from riverplan.app.state import Point

    page.session_state["mode"] = "import"
    page.session_state["import_draft"] = draft
    page.run()
    assert not page.exception
    assert "未连接" in shown(page) and "草稿 清河，未保存" in shown(page)
    button(page, "下一个").click().run()
    lon, lat = drafted(draft).lonlat(*drafted(draft).reaches.geometry.iloc[-1].coords[0])
    page.session_state["import_point"] = Point(float(lon), float(lat))
    page.run()
    assert "所选河段 x-1（小溪，3.4 km）" in shown(page)
    button(page, "删除").click().run()
    assert not page.exception
    assert "2 个河段" in shown(page) and button(page, "撤销上一步（1）")
    button(page, "撤销上一步").click().run()
    assert "3 个河段" in shown(page)
    button(page, "保存为河流文件").click().run()
    assert not page.exception
    saved = tmp_path / "desk" / "清河.gpkg"
    assert read_river(saved).name == "清河"
    assert read_river(tmp_path / "desk" / "river.gpkg").name == y_river().name      # what was there stays
    assert str(saved) in shown(page) and page.query_params["river"] == "清河"
    assert not next(e for e in page.expander if e.label.startswith("河线")).proto.expanded
    page.button(key="import_forecast").click().run()
    assert not page.exception
    assert page.session_state["mode"] == "spill" and page.selectbox[0].value == "清河"


def test_a_draft_that_cannot_be_imported_says_why(page, draft, tmp_path):
    bad = tmp_path / "bad.geojson"
    bad.write_text("{", "utf-8")
    page.session_state["mode"] = "import"
    page.session_state["import_draft"] = Draft(lines=(str(bad),), name="")
    page.run()
    assert not page.exception
    assert "没有导入" in shown(page) and "bad.geojson" in shown(page)
    assert f"地图仍是“{y_river().name}”" in shown(page)
    assert next(e for e in page.expander if e.label.startswith("河线")).proto.expanded
    assert "草稿，未保存" in shown(page) and "rp-stamp" not in shown(page)


def test_a_click_means_the_whole_reach_that_a_dam_has_cut_and_its_flip_is_done(tmp_path):
    lines = write_geojson(tmp_path / "a.geojson", RIVER)
    dam = lonlat(5, 0.0)
    book = tmp_path / "水库.csv"
    book.write_text(f"名称,类型,经度,纬度,所在河流,总库容,回水长度\n清库,水库,{dam[0]},{dam[1]},清河,100,2\n", "utf-8")
    draft = Draft(lines=(str(lines),), lists=(str(book),), name="清河")
    river = drafted(draft)
    assert {"a-1.2"} < set(river.reaches["reach_id"])
    here = reach_at(draft, river, *lonlat(8, 0.1))
    assert here.reach_id == "a-1" and here.km == pytest.approx(10, rel=0.01) and len(here.rows) > 1
    with_id = drafted(draft.mended(Mend(action="flip", id="a-1.2")))
    assert with_id.reaches.set_index("source_id")["status"]["a"].str.contains("flipped by hand").all()
    assert "mend_unknown" not in codes(with_id.report) and "mend_of_whole" in codes(with_id.report)


def test_an_outlet_is_a_mend_that_the_file_of_mends_takes_along(tmp_path, draft):
    lon, lat = lonlat(0, 0)
    mends = (Mend(action="outlet", id="", lon=round(lon, 6), lat=round(lat, 6)),)
    (tmp_path / "m.csv").write_bytes(mends_csv(mends))
    (back,) = read_mends(tmp_path / "m.csv")
    assert (back.action, back.lon, back.lat) == ("outlet", mends[0].lon, mends[0].lat)
    turned = drafted(draft.mended(mends[0]))
    assert turned.path(turned.reaches["tail"].iloc[1], turned.reaches["head"].iloc[0])
    by_file = import_river(draft.lines, name="清河", mends=read_mends(tmp_path / "m.csv"))
    assert set(by_file.reaches["tail"]) == set(turned.reaches["tail"])


def test_a_join_ends_the_finding_of_the_part_and_a_deletion_those_of_its_lines(draft):
    assert "part_unconnected" in codes(drafted(draft).report)
    joined = drafted(draft.mended(Mend(action="join", id="x-1", to="b-1")))
    assert not {"part_unconnected", "part_apart"} & set(codes(joined.report))
    gone = drafted(draft.mended(Mend(action="delete", id="x-1")))
    assert not {"part_unconnected", "part_apart"} & set(codes(gone.report))


def test_a_list_nobody_knows_is_left_aside_and_said_and_the_lines_are_there(tmp_path, draft):
    (tmp_path / "杂.csv").write_text("甲,乙\n1,2\n", "utf-8")
    river = drafted(replace(draft, lists=(str(tmp_path / "杂.csv"),)))
    assert len(river.reaches) == 3
    assert codes(river.report).count("workbook_no_list") == 1 and "sheet_unknown" not in codes(river.report)


def test_one_click_flips_the_branch_that_ends_by_itself_and_nothing_above_it(tmp_path):
    drawing = {"t@大江": [(0, 0), (5, 0), (7, 2)], "m@大江": [(5, 0), (30, 0)]}
    draft = Draft(lines=(str(write_geojson(tmp_path / "a.geojson", drawing)),), name="大江")
    river = drafted(draft)
    (stray,) = [r for r in findings(river, "zh") if r.code == "stray_end"]
    flips = upside_down(draft, river, stray)
    assert flips == ("t-2",)
    after = drafted(draft.mended(*(Mend(action="flip", id=i) for i in flips)))
    assert not {"stray_end", "mend_new_end"} & set(codes(after.report))


def test_a_branch_of_ten_lines_drawn_upwards_is_flipped_whole(tmp_path):
    branch = {f"T{k}@小溪": [(10, k), (10, k + 1)] for k in range(10)}
    draft = Draft(lines=(str(write_geojson(tmp_path / "a.geojson", {"m@大江": [(0, 0), (30, 0)], **branch})),),
                  name="大江")
    river = drafted(draft)
    (stray,) = [r for r in findings(river, "zh") if r.code == "stray_end"]
    flips = upside_down(draft, river, stray)
    assert sorted(flips) == [f"T{k}-1" for k in range(10)]
    some = drafted(draft.mended(Mend(action="flip", id="T9-1")))
    assert "mend_new_end" in codes(some.report)                # two lines now run against each other
    whole = drafted(draft.mended(*(Mend(action="flip", id=i) for i in flips)))
    assert not {"stray_end", "dead_end", "mend_new_end"} & set(codes(whole.report))


def test_parts_of_a_shapefile_in_capitals_are_one_file(tmp_path):
    import geopandas as gpd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")                        # that 河流名称 is cut to its ten bytes
        gpd.read_file(write_geojson(tmp_path / "a.geojson", RIVER)).to_file(tmp_path / "up.shp")
    files = [(f"UP{e.upper()}" if e != ".dbf" else "up.DBF", (tmp_path / f"up{e}").read_bytes())
             for e in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    folder = tmp_path / "kept"
    folder.mkdir()
    kept = keep_files(files, folder)
    assert [p.name for p in kept.lines] == ["UP.shp"]
    river = drafted(Draft(lines=tuple(map(str, kept.lines)), name="清河"))
    assert sorted(river.reaches["name"]) == ["小溪", "清河", "清河"]
