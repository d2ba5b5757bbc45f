import ast
from pathlib import Path

import pytest
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_river_diversion import straight

from riverplan.app import desk
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import RiskSource, RoadStake
from riverplan.river.store import read_river, save_river

ROOT = Path(__file__).parents[2]
SCRIPT = str(ROOT / "riverplan" / "app" / "main.py")


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    yield AppTest.from_file(SCRIPT, default_timeout=30).run()
    desk.desk.cache_clear()


def shown(page):
    return " ".join(h.proto.body for h in page.get("html") if "<style>" not in h.proto.body)


def box(page, label):
    return next(w for w in page.selectbox if w.label.startswith(label))


def number(page, label):
    return next(w for w in page.number_input if w.label.startswith(label))


def test_the_first_screen_is_chinese_asks_for_a_place_and_says_that_the_data_are_a_demonstration(page):
    assert not page.exception
    words = shown(page)
    for part in ("一河一策一图", "示范数据, 非实测", "内部资料 注意保存", "点击河流上的事故地点", "尚未选定地点"):
        assert part in words


def test_choosing_a_site_and_a_substance_gives_clock_times_and_a_verdict(page):
    box(page, "事故地点").set_value("S01")
    box(page, "物质").set_value("苯酚")
    number(page, "入河质量").set_value(2.0)
    box(page, "单位").set_value("t")
    page.run()
    assert not page.exception
    words = shown(page)
    assert "清河水厂取水口" in words and "预计超标" in words and 'data-site="I01"' in words
    assert "事故点流量 12 m³/s" in words


def test_a_mass_of_zero_is_answered_in_words_and_without_a_table(page):
    box(page, "事故地点").set_value("S01")
    number(page, "入河质量").set_value(0.0)
    page.run()
    assert not page.exception
    assert "应大于 0" in shown(page) and "rp-table" not in shown(page)


def test_a_point_fifty_kilometres_from_the_river_is_answered_in_words(page):
    from riverplan.app.state import Point

    page.session_state["spill_point"] = Point(108.6, 29.8)
    page.run()
    assert not page.exception
    assert "距最近的河段" in shown(page) and "rp-table" not in shown(page)


def test_the_language_changes_every_word_and_keeps_what_was_entered(page):
    box(page, "事故地点").set_value("S01")
    number(page, "入河质量").set_value(3.0)
    page.run()
    page.segmented_control(key="language").set_value("en")
    page.run()
    assert not page.exception
    assert box(page, "Place").value == "S01" and number(page, "Mass").value == 3.0
    words = shown(page)
    assert "Next intake" in words and "下一取水口" not in words


def test_a_lower_flow_arrives_later(page):
    times = {}
    for flow in ("low", "high"):
        box(page, "事故地点").set_value("S01")
        next(r for r in page.radio if r.label == "流量情景").set_value(flow)
        page.run()
        row = shown(page).split('data-site="M01"')[1]
        times[flow] = row.split('class="rp-leading">')[1].split("（")[0]
    assert len(times["low"]) > 5 or times["low"] > times["high"]     # a date stands before the time of a next day


def test_a_discharge_read_today_changes_the_flow_at_the_spill(page):
    box(page, "事故地点").set_value("S01")
    box(page, "站点").set_value("M01")
    number(page, "流量").set_value(40.0)
    page.run()
    assert not page.exception
    assert "事故点流量 24 m³/s" in shown(page)                  # 12 of 20 at the station: twice the usual


def test_a_site_is_renamed_deleted_and_brought_back(page):
    path = desk.desk().path
    page.segmented_control(key="mode").set_value("sites")
    page.run()
    box(page, "站点").set_value("I01")
    page.run()
    next(t for t in page.text_input if t.label == "名称").set_value("二水厂")
    page.button(key="save").click()
    page.run()
    assert not page.exception
    assert read_river(path).site("I01").name == "二水厂"
    page.button(key="delete").click()
    page.run()
    assert "I01" not in {s.site_id for s in read_river(path).sites}
    page.button(key="undo").click()
    page.run()
    assert read_river(path).site("I01").name == "二水厂"
    assert read_river(path).site("I01").population == 30_000


def test_a_new_site_is_not_saved_before_it_has_a_position(page):
    before = read_river(desk.desk().path).digest
    page.segmented_control(key="mode").set_value("sites")
    page.run()
    page.button(key="save").click()
    page.run()
    assert not page.exception
    assert "站点还没有位置" in shown(page)
    assert read_river(desk.desk().path).digest == before


def test_what_was_entered_for_the_spill_is_still_there_after_a_visit_to_the_sites(page):
    box(page, "事故地点").set_value("S02")
    page.run()
    for mode in ("sites", "spill"):
        page.segmented_control(key="mode").set_value(mode)
        page.run()
    assert not page.exception
    assert box(page, "事故地点").value == "S02"


def test_a_river_file_that_cannot_be_read_is_said_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(tmp_path / "none.gpkg"))
    desk.desk.cache_clear()
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()
    desk.desk.cache_clear()
    assert not page.exception
    assert "rp-error" in shown(page)


def test_app_py_holds_the_literal_app_and_nothing_else():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    rest = [n for n in tree.body if not isinstance(n, (ast.Import, ast.ImportFrom))]
    assert isinstance(rest[0], ast.Expr) and isinstance(rest[1], ast.Assign) and len(rest) == 2
    assert ast.unparse(rest[1]).startswith("app = st.App(")


def test_only_the_state_modules_touch_the_session_and_no_page_is_long():
    for file in (ROOT / "riverplan" / "app").rglob("*.py"):
        words = file.read_text(encoding="utf-8")
        assert "st.session_state" not in words or file.stem.endswith("state"), file.name
        if file.parent.name == "pages":
            assert len(words.splitlines()) < 120, file.name


def test_a_road_stake_places_the_spill_and_choosing_a_site_lets_it_go(tmp_path, monkeypatch):
    river = y_river()
    site = river.site("S01")
    stakes = [RoadStake(resource_id=f"G{n}", road="G69", stake=f"K{n}+000", lon=site.lon + dx, lat=site.lat)
              for n, dx in ((10, -0.004), (11, 0.004))]
    path = tmp_path / "river.gpkg"
    save_river(river.replace(resources=(*river.resources, *stakes)), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()
    stake = next(w for w in page.text_input if "桩号" in w.label)
    stake.set_value("K10+500").run()
    assert "K10+000 与 K11+000 之间" in shown(page) and "清河水厂取水口" in shown(page)
    box(page, "事故地点").set_value("S01").run()
    assert not page.exception and "K10+000" not in shown(page)
    assert next(w for w in page.text_input if "桩号" in w.label).value == ""
    desk.desk.cache_clear()


def test_the_state_of_a_station_can_be_chosen_and_until_then_the_page_says_what_difference_it_makes(
        tmp_path, monkeypatch):
    path = tmp_path / "d.gpkg"
    river = lay_diversions(straight())
    source = RiskSource(site_id="S1", name="化工厂", lon=107.7, lat=29.82, reach_id="a.1", chainage=1_000.0)
    save_river(river.replace(sites=(*river.sites, source)), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()
    box(page, "事故地点").set_value("S1")
    page.run()
    assert not page.exception
    assert "示范电站 状态未知" in shown(page)
    box(page, "P1 示范电站").set_value("stopped")
    page.run()
    assert not page.exception
    assert "状态未知" not in shown(page)
    desk.desk.cache_clear()


def test_a_river_without_stations_has_no_control_for_their_states(page):
    assert not any("电站状态" in e.label for e in page.expander)
