"""What the columns of an uploaded list mean: said once on the import page, known from then on."""

import pytest
from drawn_lines import lonlat, write_geojson
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_import import RIVER, SCRIPT, button, shown

from riverplan.app import desk
from riverplan.app.import_columns import doubts, said
from riverplan.app.import_draft import Draft, drafted, sheets, with_mappings
from riverplan.errors import InputError
from riverplan.river.store import save_river
from riverplan.tables.lists import look
from riverplan.tables.mappings import read_mappings, remember
from riverplan.tables.sheets import taken_as

MEANING = {"叫法": "name", "东向": "lon", "北向": "lat", "经办": ""}


def gbk(path, *, name="龙河水厂"):
    """A list in GBK whose name and heads say nothing."""
    lon, lat = lonlat(5, 0)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(f"叫法,东向,北向,经办,是否停产\n{name},{lon:.6f},{lat:.6f},张三,否\n".encode("gbk"))
    return str(path)


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "desk" / "river.gpkg"
    path.parent.mkdir()
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    opened = AppTest.from_file(SCRIPT, default_timeout=60)
    opened.session_state["mode"] = "import"
    yield opened
    desk.desk.cache_clear()


@pytest.fixture
def draft(tmp_path):
    lines = str(write_geojson(tmp_path / "a.geojson", RIVER))
    return Draft(lines=(lines,), lists=(gbk(tmp_path / "one" / "导出2025.csv"),), name="清河")


def choice(page, label):
    return next(s for s in page.selectbox if s.label == label)


def test_a_list_that_says_nothing_is_mapped_once_and_the_next_one_is_understood_without_a_word(page, draft, tmp_path):
    page.session_state["import_draft"] = draft
    page.run()
    assert not page.exception
    assert "没有认得的清单" in shown(page) and "叫法" in shown(page)      # needed most where there is no river yet
    (opened,) = [e for e in page.expander if e.label.startswith("清单各列的意思")]
    assert opened.label == "清单各列的意思（1 处待定）" and opened.proto.expanded
    assert not [b for b in page.button if b.label == "记住并重新导入"]
    choice(page, "它是哪种清单").select("intake").run()
    for head, field in MEANING.items():
        assert choice(page, head).value == ""
        choice(page, head).select(field)
    page.run()
    button(page, "记住并重新导入").click().run()
    assert not page.exception
    assert "站点 1 个" in shown(page)
    assert [s.name for s in drafted(with_mappings(draft, desk.desk().mappings)[0]).sites] == ["龙河水厂"]
    (opened,) = [e for e in page.expander if e.label.startswith("清单各列的意思")]
    assert opened.label == "清单各列的意思" and not opened.proto.expanded
    assert choice(page, "它是哪种清单").value == "intake" and choice(page, "叫法").value == "name"

    second = Draft(lines=draft.lines, name="清河",
                   lists=(gbk(tmp_path / "two" / "导出2026.csv", name="小溪水厂"),))
    page.session_state["import_draft"] = second
    page.run()
    assert not page.exception
    assert "没有认得的清单" not in shown(page) and "站点 1 个" in shown(page)


def test_a_broken_file_of_mappings_is_named_kept_and_does_not_stop_the_import(page, draft, tmp_path):
    mappings = tmp_path / "desk" / "columns.json"
    mappings.write_text("{", "utf-8")
    lists = (gbk(tmp_path / "b" / "取水口.csv"),)
    page.session_state["import_draft"] = Draft(lines=draft.lines, lists=lists, name="清河")
    page.run()
    assert not page.exception
    assert "columns.json" in shown(page) and "读不懂" in shown(page)
    choice(page, "它是哪种清单").select("intake").run()
    button(page, "记住并重新导入").click().run()
    assert not page.exception
    assert mappings.read_text("utf-8") == "{"


def test_without_lists_nobody_is_asked_for_columns(page, draft):
    page.session_state["import_draft"] = Draft(lines=draft.lines, name="清河")
    page.run()
    assert not page.exception
    assert not [e for e in page.expander if e.label.startswith("清单各列的意思")]


def test_the_same_field_for_two_columns_is_refused_with_their_names(tmp_path):
    (source,) = look(gbk(tmp_path / "a" / "导出.csv"))
    with pytest.raises(InputError) as caught:
        said(source, "intake", {**MEANING, "经办": "name"})
    (problem,) = caught.value.problems
    assert "叫法、经办" in problem.text("zh") and "{" not in problem.text("zh") + problem.text("en")


def test_only_what_the_heads_do_not_say_by_themselves_is_remembered(tmp_path):
    path = tmp_path / "取水口.csv"
    path.write_text("名称,经度,纬度,经办,甲\n水厂,107.1,29.1,张三,x\n", "utf-8")
    (source,) = look(path)
    assert doubts(source) == 2 and source.columns == {"名称": "name", "经度": "lon", "纬度": "lat"}
    assert said(source, "intake", {**source.columns, "经办": "", "甲": "river"}) == {"经办": "", "甲": "river"}
    assert said(source, "intake", {**source.columns, "名称": "", "甲": "name", "经办": ""})["名称"] == ""


def test_a_state_is_no_column_to_be_mapped(tmp_path):
    (source,) = look(gbk(tmp_path / "a" / "导出.csv"))
    taken = taken_as(source, "intake")
    assert "是否停产" in taken.heads and "是否停产" not in {*taken.columns, *taken.unknown}


def test_what_is_said_meanwhile_makes_the_draft_another_one(draft, tmp_path):
    path = tmp_path / "columns.json"
    before, _ = with_mappings(draft, path)
    (source,) = sheets(draft.lists, before.mapped)
    remember(path, source.key, MEANING, kind="intake")
    after, problems = with_mappings(before, path)
    assert after != before and not problems
    (source,) = sheets(draft.lists, after.mapped)
    assert source.kind == "intake" and not doubts(source) and source.columns == MEANING
    assert len(read_mappings(path)) == 1
