"""The unsaved import outlives a reload: kept on disk with its files, offered, cleaned up when it is done with."""

import gc
import json
from datetime import UTC, datetime, timedelta

import pytest
from drawn_lines import write_geojson
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, shown

from riverplan.app import desk, kept_draft
from riverplan.app.import_draft import Draft
from riverplan.app.kept_draft import Hold, drop, drop_idle, folder_of, keep, kept, new_folder
from riverplan.errors import InputError
from riverplan.river.mends import Mend
from riverplan.river.store import save_river

NOW = datetime(2026, 7, 1, 14, 5, tzinfo=UTC)
RIVER = {"a@清河": [(0, 0), (10, 0)], "b@清河": [(10, 0), (20, 0)], "x@小溪": [(14, 4), (14, 0.6)]}


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = tmp_path / "desk"
    root.mkdir()
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(save_river(y_river(), root / "river.gpkg")))
    desk.desk.cache_clear()
    yield root
    desk.desk.cache_clear()


def brought(root, name="清河"):
    return Draft(lines=(str(write_geojson(new_folder(root) / "a.geojson", RIVER)),), name=name)


def session():
    page = AppTest.from_file(SCRIPT, default_timeout=60)
    page.session_state["mode"] = "import"
    return page


def test_a_draft_is_read_back_as_it_was_kept(root):
    draft = Draft(lines=brought(root).lines, name="清河", at=NOW, datums=(("a.geojson", "gcj02"),), snap=12.0,
                  outlets=((107.1, 29.5),), mends=(Mend(action="cut", id="a-1", lon=107.0, lat=29.0, note="桥"),
                                                   Mend(action="flip", id="b-1")))
    keep(root, draft, NOW)
    assert kept(root).draft == draft and kept(root).at == NOW
    assert [p.name for p in root.iterdir() if p.name.startswith(".import")] == []


def test_where_nothing_was_kept_there_is_nothing_to_go_on_with(root):
    assert kept(root) is None


@pytest.mark.parametrize("written", [
    "{", "[]", "null", '{"draft": {}}', '{"at": "x", "draft": 1}', "\x00", '{"at": 5, "server": "", "draft": []}'])
def test_a_broken_file_is_a_problem_in_words(root, written):
    (root / kept_draft.NAME).write_text(written, "utf-8")
    with pytest.raises(InputError) as broken:
        kept(root)
    assert broken.value.problems[0].code == "import_kept_unreadable"


@pytest.mark.parametrize("change", [
    {"lines": [5]}, {"lines": ["/nowhere/a.geojson"]}, {"name": 5}, {"mends": [{"action": "explode", "id": "a"}]},
    {"outlets": [[1]]}, {"snap": "wide"}, {"lines": None}, {"datums": [{}]}])
def test_a_draft_with_values_that_cannot_be_is_not_taken_up(root, change):
    keep(root, brought(root), NOW)
    said = json.loads((root / kept_draft.NAME).read_text("utf-8"))
    said["draft"].update(change)
    (root / kept_draft.NAME).write_text(json.dumps(said), "utf-8")
    with pytest.raises(InputError):
        kept(root)


def test_a_draft_let_go_takes_its_own_folder_along_and_nothing_else(root):
    mine, other = brought(root), brought(root)
    keep(root, other, NOW)
    drop(root, mine)
    assert not folder_of(mine).exists() and folder_of(other).exists() and kept(root).draft == other
    drop(root, Draft(lines=(str(root / "river.gpkg"),), name="x"))
    assert (root / "river.gpkg").exists()
    drop(root, other)
    assert kept(root) is None and not folder_of(other).exists()


def test_a_folder_another_session_works_on_stays_until_that_session_is_gone(root):
    draft = brought(root)
    mine, theirs = Hold(folder_of(draft)), Hold(folder_of(draft))
    drop(root, draft, mine)
    assert folder_of(draft).exists()
    del theirs
    gc.collect()
    assert not folder_of(draft).exists()


def test_a_draft_let_go_by_one_session_and_kept_again_by_another_keeps_its_files(root):
    draft = brought(root)
    mine, theirs = Hold(folder_of(draft)), Hold(folder_of(draft))
    drop(root, draft, mine)
    keep(root, draft, NOW)
    del theirs
    gc.collect()
    assert kept(root).draft == draft


def test_a_draft_of_another_process_is_let_go_only_after_a_day(root, monkeypatch):
    draft = brought(root)
    keep(root, draft, NOW)
    monkeypatch.setattr(kept_draft, "_SERVER", "another")
    drop_idle(root, NOW + timedelta(hours=5))
    assert folder_of(draft).exists()
    drop_idle(root, NOW + timedelta(hours=25))
    assert not folder_of(draft).exists()


def test_a_reload_offers_the_draft_with_all_its_mends_and_they_can_be_taken_back(root):
    page = session()
    page.session_state["import_draft"] = brought(root).mended(Mend(action="join", id="x-1", to="b-1"))
    page.run()
    assert not page.exception
    again = session().run()
    go_on = again.button(key="import_go_on")
    assert go_on.label.startswith("继续未保存的导入：清河（")
    go_on.click().run()
    assert not again.exception
    assert "草稿 清河，未保存" in shown(again) and "已改：连接 x-1" in shown(again)
    again.button(key="import_undo").click().run()
    assert not again.exception and "已改" not in shown(again)
    assert kept(root).draft.mends == ()                        # the step back is kept too


def test_saving_clears_the_offer_and_the_files(root):
    page = session()
    page.session_state["import_draft"] = draft = brought(root)
    page.run()
    page.button(key="import_save").click().run()
    assert not page.exception
    assert kept(root) is None and not folder_of(draft).exists() and (root / "清河.gpkg").exists()
    assert "import_go_on" not in [b.key for b in session().run().button]


def test_an_offer_can_be_discarded(root):
    draft = brought(root)
    keep(root, draft, NOW)
    page = session().run()
    assert "07-01 22:05" in page.button(key="import_go_on").label       # Beijing time, with the day where not today
    page.button(key="import_discard").click().run()
    assert not page.exception and "import_go_on" not in [b.key for b in page.button]
    assert not folder_of(draft).exists()


def test_a_broken_draft_on_disk_is_a_note_and_the_form_is_there(root):
    (root / kept_draft.NAME).write_text("{", "utf-8")
    page = session().run()
    assert not page.exception
    assert "上次未保存的导入读不出" in shown(page) and page.button(key="import_run")


def test_of_two_sessions_the_last_one_is_offered_and_both_can_save(root):
    first, second = session(), session()
    first.session_state["import_draft"] = brought(root, "甲河")
    second.session_state["import_draft"] = brought(root, "乙河")
    first.run()
    second.run()
    assert kept(root).draft.name == "乙河"
    first.button(key="import_save").click().run()
    assert not first.exception and kept(root).draft.name == "乙河"
    second.button(key="import_save").click().run()
    assert not second.exception and kept(root) is None
    assert {p.name for p in root.glob("*.gpkg")} == {"river.gpkg", "甲河.gpkg", "乙河.gpkg"}


def test_a_draft_is_given_up_in_its_session(root):
    page = session()
    page.session_state["import_draft"] = draft = brought(root)
    page.run()
    assert "草稿，未保存" in shown(page) and "rp-stamp" not in shown(page)
    page.button(key="import_give_up").click().run()
    assert not page.exception
    assert "什么都不会保存" in shown(page) and "rp-stamp" in shown(page) and not folder_of(draft).exists()


def test_pressing_import_without_files_is_answered_in_words_and_keeps_nothing(root):
    page = session().run()
    page.button(key="import_run").click().run()
    assert not page.exception and "还没有选择文件" in shown(page)
    assert list((root / kept_draft.FOLDER).iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_and_the_draft_goes_on(root, monkeypatch):
    def refused(*_args, **_named):
        raise OSError(30, "Read-only file system")

    draft = brought(root)
    monkeypatch.setattr(kept_draft.tempfile, "NamedTemporaryFile", refused)
    page = session()
    page.session_state["import_draft"] = draft
    page.run()
    assert not page.exception
    assert "草稿没有存到磁盘" in shown(page) and "草稿 清河，未保存" in shown(page)
