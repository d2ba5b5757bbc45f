"""The page that tries out what is done on the river, as an officer fills it in."""

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from operated_rivers import gated
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, box, number, shown

from riverplan.app import desk, what_if
from riverplan.exporting import export
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.spill import BEIJING, Spill
from riverplan.river.store import save_river
from riverplan.transport.operation import Operation


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(gated(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["mode"] = "simulate"
    app.run()
    box(app, "事故地点").set_value("U")
    box(app, "物质").set_value("苯酚")
    number(app, "入河质量").set_value(1000.0)
    yield app.run()
    desk.desk.cache_clear()


def done(page, action, place):
    """One row of the form, filled in."""
    page.button(key="operation_add").click()
    page.run()
    box(page, "第 1 项处置").set_value(action)
    page.run()
    next(w for w in page.selectbox if w.key.startswith("operation_place_0")).set_value(place)
    return page.run()


def test_the_page_opens_with_the_spill_left_alone_and_says_how_to_go_on(page):
    assert not page.exception
    words = shown(page)
    assert "还没有处置" in words and "增加一项处置" in words and "苯酚 1 t" in words


def test_a_dose_is_compared_with_nothing_done_and_balanced(page):
    done(page, "dose", "M")
    assert "未填完，还没有计入" in shown(page)
    number(page, "去除 %").set_value(90.0)
    page.run()
    assert not page.exception
    words = shown(page)
    assert "计入 1 项处置" in words and "去除 90%" in words and " → " in words


def test_a_gate_that_is_closed_tells_what_it_holds(page):
    done(page, "close", "G1")
    assert not page.exception
    assert "最多蓄" in shown(page)


def test_what_cannot_be_done_is_named_beside_its_row_and_the_rest_counts(page):
    done(page, "dose", "M")
    number(page, "去除 %").set_value(150.0)
    page.run()
    assert not page.exception
    words = shown(page)
    assert "还没有处置" in words and "去除比例 150 %" in words


def test_a_row_taken_away_counts_no_more(page):
    done(page, "close", "G1")
    page.button(key="operation_remove_0").click()
    page.run()
    assert not page.exception and "还没有处置" in shown(page)


def test_the_spill_is_the_same_as_on_the_page_of_forecasts(page):
    page.segmented_control(key="mode").set_value("spill")
    page.run()
    assert box(page, "事故地点").value == "U" and number(page, "入河质量").value == 1000.0


def test_a_row_of_the_form_is_an_operation_in_seconds_after_the_release():
    begin = datetime(2026, 7, 1, 8, tzinfo=BEIJING)
    at = datetime(2026, 7, 1, 10, 30)  # noqa: DTZ001 - as a widget gives it
    assert what_if.operation("dose", "M", at, at + timedelta(hours=2), 40.0, begin=begin) == Operation(
        place="M", action="dose", at=9_000.0, until=16_200.0, value=0.4)
    assert what_if.operation("dose", "M", at, None, None, begin=begin) is None
    assert what_if.operation("divert", "M", at, None, None, begin=begin) == Operation(
        place="M", action="divert", at=9_000.0)


def test_the_workbook_of_a_simulation_holds_passages_gates_and_balance():
    found = simulate(gated(), Spill(site_id="U", substance="phenol", mass=1000.0), hours=24.0,
                     operations=[Operation(place="G1", action="close", at=3600.0)])
    book = openpyxl.load_workbook(io.BytesIO(export(found, "simulation", lang="zh")))
    words = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
    assert len(book.sheetnames) >= 3
    assert "G1" in " ".join(words)
    assert export(found, "curves").decode("utf-8-sig").count("\n") > 100


def test_nobody_is_called_safe_where_the_concentration_still_rises_at_the_end():
    from riverplan.app.compared import compared, verdict

    river, at = gated(), datetime(2026, 7, 1, 8, tzinfo=BEIJING)
    spill = Spill(site_id="U", substance="phenol", mass=1000.0, at=at)
    before = simulate(river, spill, hours=3.0)
    after = simulate(river, spill, hours=3.0, operations=[Operation(place="U", action="dose", at=0.0, value=0.999999)])
    assert before.passage("M").rising
    tried = what_if.Tried(before=before, after=after, wrong={})
    c = next(c for c in compared(tried, "zh") if c.site_id == "M")
    assert c.after is None or c.outcome in ("open", "new", "less", "still")
    alone = what_if.Tried(before=before, after=before, wrong={})
    assert verdict(next(c for c in compared(alone, "zh") if c.site_id == "M"), alone, "zh") != "不超标"


def test_rows_that_name_a_place_the_river_has_not_are_left_out_and_the_others_marched():
    river = gated()
    from riverplan.app.question import Question, ask

    question = Question(spill=Spill(site_id="U", substance="phenol", mass=1000.0,
                                    at=datetime(2026, 7, 1, 8, tzinfo=BEIJING)))
    rows = {1: Operation(place="M", action="close", at=0.0), 2: Operation(place="G1", action="close", at=0.0)}
    tried = what_if.try_out(ask(river, question), question, rows, 24.0)
    assert set(tried.wrong) == {1} and tried.wrong[1][0].code == "operation_not_gate"
    assert [g.site_id for g in tried.after.gates] == ["G1"]
    assert tried.before is what_if.try_out(ask(river, question), question, {}, 24.0).after    # kept
