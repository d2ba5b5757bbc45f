"""Several rivers in one folder: each session has its own open, by the page's address too."""

from pathlib import Path

import pytest
from drawn_lines import write_geojson
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, box, shown

from riverplan.app import desk, rivers
from riverplan.app.import_draft import Draft
from riverplan.errors import InputError
from riverplan.river.store import read_name, save_river


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "desk"
    folder.mkdir()
    path = save_river(y_river(), folder / "river.gpkg")
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    yield folder
    desk.desk.cache_clear()


def session(address=""):
    page = AppTest.from_file(SCRIPT, default_timeout=60)
    if address:
        page.query_params["river"] = address
    return page


def test_rivers_of_one_name_are_told_apart_by_their_files_and_other_files_are_not_listed(folder):
    save_river(y_river().replace(name="东河"), folder / "a.gpkg")
    save_river(y_river(), folder / "b.gpkg")
    (folder / "broken.gpkg").write_bytes(b"no river")
    (folder / "c.gpkg.bak").write_bytes(b"")
    save_river(y_river().replace(name="长江"), folder / "demonstration-12.gpkg")
    name = y_river().name
    assert rivers.titles(rivers.listed(), "zh") == {
        "river": f"{name} · river", "a": "东河", "b": f"{name} · b", "broken": "broken",
        "demonstration-12": "长江（示范）"}
    assert rivers.listed()[0].stem == "river"


def test_a_name_is_read_without_the_river_and_follows_the_file(folder):
    assert read_name(folder / "river.gpkg") == y_river().name
    save_river(y_river().replace(name="改名河"), folder / "river.gpkg")
    assert rivers.listed()[0].name == "改名河"


def test_a_geopackage_of_something_else_is_not_in_the_list(folder):
    import geopandas as gpd
    from shapely import Point

    gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4326).to_file(folder / "points.gpkg")
    assert [r.stem for r in rivers.listed()] == ["river"]


@pytest.mark.parametrize("name", ["../desk/river", "..", "/etc/passwd", "river.gpkg", "nothing", "river\0",
                                  "a/../river"])
def test_an_address_opens_no_file_but_the_rivers_of_the_folder(folder, name):
    save_river(y_river(), folder.parent / "outside.gpkg")
    for asked in (name, "../outside"):
        with pytest.raises(InputError) as refused:
            rivers.desk_named(asked)
        assert refused.value.problems[0].code == "river_not_here"


def test_a_river_has_one_desk_for_all_sessions(folder):
    save_river(y_river(), folder / "b.gpkg")
    assert rivers.desk_named("b") is rivers.desk_named("b") is not desk.desk()
    assert rivers.desk_named("river") is rivers.desk_named("") is desk.desk()


def test_a_new_river_takes_a_free_name(folder):
    assert [rivers.save_new(y_river().replace(name="清/河")).name for _ in range(2)] == ["清河.gpkg", "清河-2.gpkg"]


def test_a_river_chosen_in_one_session_stays_out_of_the_other_and_its_places_are_let_go(folder):
    save_river(y_river().replace(name="东河"), folder / "b.gpkg")
    mine, other = session().run(), session().run()
    box(mine, "事故地点").set_value("S01").run()
    box(mine, "河流").set_value("b").run()
    assert not mine.exception
    assert mine.query_params["river"] == "b" and box(mine, "河流").value == "b"
    assert box(mine, "事故地点").value == ""                     # S01 is another place there
    other.run()
    assert box(other, "河流").value == "river" and "river" not in other.query_params
    box(mine, "河流").set_value("river").run()
    assert "river" not in mine.query_params and box(mine, "河流").value == "river"


def test_saving_an_import_in_one_session_leaves_the_river_of_the_other(folder, tmp_path):
    lines = write_geojson(tmp_path / "a.geojson", {"a@清河": [(0, 0), (10, 0)], "b@清河": [(10, 0), (20, 0)]})
    mine, duty = session(), session().run()
    box(duty, "事故地点").set_value("S01").run()
    mine.session_state["mode"] = "import"
    mine.session_state["import_draft"] = Draft(lines=(str(lines),), name="清河")
    mine.run()
    mine.button(key="import_save").click().run()
    assert not mine.exception and "清河.gpkg" in shown(mine)
    duty.run()
    assert not duty.exception
    assert box(duty, "河流").value == "river" and box(duty, "事故地点").value == "S01"
    assert "清河水厂取水口" in shown(duty)


def test_an_address_opens_its_river_and_a_wrong_one_is_said_with_the_list_to_choose_from(folder):
    save_river(y_river().replace(name="东河"), folder / "b.gpkg")
    page = session("b").run()
    assert not page.exception and box(page, "河流").value == "b"
    page = session("../../secret").run()
    assert not page.exception
    assert "文件夹里没有" in shown(page) and "事故地点" not in [w.label for w in page.selectbox]
    box(page, "河流").set_value("b").run()
    assert not page.exception and page.query_params["river"] == "b" and "文件夹里没有" not in shown(page)


def test_a_broken_file_can_be_chosen_and_says_what_is_wrong(folder):
    (folder / "broken.gpkg").write_bytes(b"no river")
    page = session().run()
    box(page, "河流").set_value("broken").run()
    assert not page.exception and "rp-error" in shown(page)
    box(page, "河流").set_value("river").run()
    assert not page.exception and "rp-error" not in shown(page)


def test_one_river_needs_no_list_and_is_named_in_the_head(folder):
    page = session().run()
    assert "河流" not in [w.label for w in page.selectbox]
    assert f'class="rp-river">{y_river().name}' in shown(page)


def test_a_site_is_edited_on_the_river_of_the_session(folder):
    path = Path(save_river(y_river().replace(name="东河"), folder / "b.gpkg"))
    page = session("b")
    page.session_state["mode"] = "sites"
    page.run()
    box(page, "站点").set_value("I01").run()
    page.button(key="delete").click().run()
    assert not page.exception
    assert "I01" not in {s.site_id for s in rivers.desk_of(path).river().sites}
    assert "I01" in {s.site_id for s in desk.desk().river().sites}
