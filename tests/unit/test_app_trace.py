"""The page that traces back, as an officer fills it in."""

from datetime import datetime

import pytest
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, box, shown

from riverplan.app import click_state, desk, state, traced
from riverplan.app.sighting_form import sighted
from riverplan.forecasting.spill import clock
from riverplan.river.store import save_river


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["mode"] = "trace"
    yield app.run()
    desk.desk.cache_clear()


def add(page, number, kind, site, at):
    page.button(key="sighting_add").click()
    page.run()
    box(page, f"第 {number} 条").set_value(kind)
    next(w for w in page.selectbox if w.key.startswith(f"sighting_site_{number - 1}")).set_value(site)
    next(w for w in page.get("datetime_input") if w.key.startswith(f"sighting_at_{number - 1}")).set_value(at)
    return page.run()


def test_the_page_says_how_to_begin_and_an_incomplete_row_waits(page):
    assert not page.exception and "至少一处异常" in shown(page)
    page.button(key="sighting_add").click()
    page.run()
    assert not page.exception and "还没有计入" in shown(page)


def test_an_abnormal_section_gives_sources_with_probability_and_release_time(page):
    add(page, 1, "seen", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001 - as the widget gives it
    assert not page.exception
    words = shown(page)
    assert "第 1 可能" in words and "排放时间" in words and 'data-suspect="' in words


def test_from_a_suspect_the_page_of_forecasts_opens_with_its_place_and_time(page):
    add(page, 1, "seen", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001
    page.button(key="trace_forecast").click()
    page.run()
    assert not page.exception
    assert box(page, "事故地点").value == "S01"
    assert page.date_input[0].value.year == 2026 and "下一取水口" in shown(page)


def test_the_forecast_is_made_at_the_flow_that_was_traced(page):
    add(page, 1, "seen", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001
    flow = box(page, "流量情景")
    other = next(f for f in y_river().scenarios if f != flow.value)
    flow.set_value(other)
    page.run()
    page.button(key="trace_forecast").click()
    page.run()
    assert not page.exception
    assert next(w for w in page.radio if w.key.startswith("flow")).value == other


def test_the_choice_begins_with_the_likeliest_source_also_when_another_one_takes_the_lead(page):
    def first_and_chosen():
        ids = [part.split('"')[0] for part in shown(page).split('data-site="')[1:]]
        return next(i for i in ids if i), box(page, "以哪个来源预报").value

    add(page, 1, "seen", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001
    before = first_and_chosen()
    assert before[0] == before[1]
    next(w for w in page.number_input if w.key.startswith("trace_lookback")).set_value(12.0)
    page.run()
    after = first_and_chosen()
    assert after[0] == after[1] and after[0] != before[0]


@pytest.mark.parametrize(("clicked", "kept"), [("", "M01"), ("M02", "M02")])
def test_a_click_beside_the_symbols_takes_no_section_away(monkeypatch, clicked, kept):
    session = {state.MAP: {"clicked": {"site": clicked, "lon": 0.0, "lat": 0.0}}, "mode": "trace",
               "sighting_rows": (0,), "sighting_site_0.zh": "M01"}
    monkeypatch.setattr("streamlit.session_state", session)
    click_state.note_click()
    assert session["sighting_site_0.zh"] == kept


def test_what_cannot_be_traced_is_answered_in_words(page):
    add(page, 1, "seen", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001
    add(page, 2, "clean", "M01", datetime(2026, 7, 2, 8, 0))  # noqa: DTZ001
    assert not page.exception and "既异常又清洁" in shown(page)


def test_a_row_is_a_sighting_in_si_and_with_its_zone():
    row = sighted("M01", "seen", datetime(2026, 7, 2, 8, 0), 0.3)  # noqa: DTZ001
    assert row is not None and row.at == clock("2026-07-02 08:00") and row.concentration == pytest.approx(3e-4)
    assert sighted("M01", "clean", datetime(2026, 7, 2, 8, 0), 0.3).concentration is None  # noqa: DTZ001


def test_stretches_on_the_map_lie_on_their_reaches():
    river = y_river()
    found = traced.traced(river, (sighted("M01", "seen", datetime(2026, 7, 2, 8, 0), None),), "normal", "", 72.0)  # noqa: DTZ001
    shaded = traced.shaded(found, "zh")
    assert shaded.parts and len(shaded.classes) == 4
    assert all(0 <= x < y <= 1 + 1e-9 and 0 <= row < len(river.reaches) for row, x, y, _ in shaded.parts)
    assert {site for site, _ in shaded.points} == {s.site_id for s in found.suspects if s.site_id}
