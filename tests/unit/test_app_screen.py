"""The page of screening: one intake at a time."""

import pytest
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, shown

from riverplan.app import desk, screened
from riverplan.river.store import save_river


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["mode"] = "screen"
    yield app.run()
    desk.desk.cache_clear()


def test_the_page_shows_the_intake_with_the_least_warning_first(page):
    assert not page.exception
    words = shown(page)
    assert "6 h 内可能被污染的取水口" in words and "上游 24 h 范围" in words
    found = screened.screened(y_river())
    soonest = min(found.warned, key=lambda w: w.earliest)
    assert next(w for w in page.selectbox if w.key.startswith("screen_intake")).value == soonest.intake


@pytest.mark.parametrize("shown_table", list(screened.SHOWN))
def test_every_table_is_a_frame_that_can_be_sorted(page, shown_table):
    page.segmented_control(key="screen_shown.zh").set_value(shown_table)
    page.run()
    assert not page.exception and len(page.dataframe[0].value.columns) >= 3


def test_the_river_above_an_intake_is_coloured_flow_by_flow():
    found = screened.screened(y_river())
    intake = found.intakes[0].site_id
    shaded = screened.shaded(found, intake, "zh")
    lengths = found.river.reaches["length"].to_numpy(float)
    for n, (_, _) in enumerate(shaded.classes):
        coloured = sum((y - x) * lengths[row] for row, x, y, k in shaded.parts if k == n)
        assert any(coloured == pytest.approx(a.length) for a in found.above if a.intake == intake)


def test_a_river_without_sources_is_answered_in_words(tmp_path, monkeypatch):
    river = y_river()
    river = river.replace(sites=tuple(s for s in river.sites if s.kind != "risk_source"))
    path = tmp_path / "bare.gpkg"
    save_river(river, path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["mode"] = "screen"
    app.run()
    assert not app.exception and "rp-error" in shown(app)
    desk.desk.cache_clear()
