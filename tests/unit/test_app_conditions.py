"""Conditions and observations of the forecast page: what was entered, in SI; what is half entered waits."""

from datetime import datetime, time

import pytest
from river_fixtures import y_river
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, box, number, shown

from riverplan.app import desk
from riverplan.app.conditions_form import WINDS, change, matters
from riverplan.app.question import Conditions, seen
from riverplan.forecasting.steady import SPREAD
from riverplan.i18n import LANGS, catalogue
from riverplan.river.store import save_river
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.velocity import MODELS


def wall(day, hour):
    """A time on the clock of the desk, as the fields give it: without a zone."""
    return datetime(2026, 7, day, hour)  # noqa: DTZ001


AT = wall(1, 14)


def test_an_observation_is_taken_in_si_and_beijing_time():
    conc = seen("M01", "conc", 2.5, AT)
    assert conc.value == pytest.approx(2.5e-3) and conc.at.isoformat() == "2026-07-01T14:00:00+08:00"
    assert seen("M01", "velocity", 0.8, AT).value == 0.8 and seen("M01", "velocity", 0.8, AT).at is None
    assert seen("M01", "leading", 9.0, AT).value is None                    # left over from another kind


@pytest.mark.parametrize(("site", "kind", "value", "at"), [
    ("", "leading", None, AT), ("M01", "leading", None, None), ("M01", "conc", None, AT),
    ("M01", "discharge", None, AT)])
def test_a_row_that_lacks_something_is_no_observation_yet(site, kind, value, at):
    assert seen(site, kind, value, at) is None


def test_the_fields_that_stand_open_are_those_that_change_the_forecast_of_the_substance():
    assert matters("") == () and matters("某新材料") == ()
    assert "wind" in matters("柴油") and "alkalinity" in matters("盐酸 31%") and "alkalinity" not in matters("柴油")


def test_a_change_of_discharge_counts_once_all_of_it_is_given():
    until = wall(2, 6)
    assert change(AT, until, None, "added") is None and change(None, until, 3.0, "times") is None
    falls = change(AT, until, -50.0, "percent")
    assert falls.by == 0.5 and falls.relative and falls.start.utcoffset().total_seconds() == 8 * 3600


def test_nothing_entered_is_the_forecasts_own_default():
    assert Conditions() == Conditions(spread=SPREAD.name, velocity="")


def test_every_choice_has_its_words():
    keys = [*(f"app_spread.{m}" for m in (*SPREAD_MODELS, *TRANSFER_MODELS)), *(f"model.{m}" for m in MODELS),
            *(f"app_conditions.wind_{w or 'nowhere'}" for w in WINDS)]
    assert all(catalogue()[k][lang] for k in keys for lang in LANGS)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A spill of 500 kg phenol at 08:00 on the Y-shaped river."""
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(save_river(y_river(), tmp_path / "river.gpkg")))
    desk.desk.cache_clear()
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()
    box(page, "事故地点").set_value("S01")
    box(page, "物质").set_value("苯酚")
    number(page, "入河质量").set_value(500.0)
    page.date_input[0].set_value(AT.date())
    page.time_input[0].set_value(time(8))
    yield page.run()
    desk.desk.cache_clear()


def earliest(page, site="M01"):
    return shown(page).split(f'data-site="{site}"')[1].split('class="rp-earliest">')[1].split("<")[0]


def add(page, site, kind, clock=None, value=None):
    page.button(key="observation_add").click().run()
    n = max(int(b.key.rsplit("_", 1)[1]) for b in page.button if str(b.key).startswith("observation_remove_"))
    page.selectbox(key=f"observation_kind_{n}.zh").set_value(kind).run()
    page.selectbox(key=f"observation_site_{n}.zh").set_value(site)
    if clock is not None:
        page.date_input(key=f"observation_date_{n}.zh").set_value(AT.date())
        page.time_input(key=f"observation_time_{n}.zh").set_value(clock)
    if value is not None:
        page.number_input(key=f"observation_value_{n}.zh").set_value(value)
    page.run()
    assert not page.exception
    return n


def test_an_observation_corrects_the_table_at_once_is_said_and_can_be_taken_away(page):
    before = earliest(page)
    n = add(page, "I01", "leading")
    assert "第 1 条未填完" in shown(page) and earliest(page) == before
    page.date_input(key=f"observation_date_{n}.zh").set_value(AT.date())
    page.time_input(key=f"observation_time_{n}.zh").set_value(time(22)).run()
    assert not page.exception
    assert "预报已按 1 条现场观测修正" in shown(page) and earliest(page) != before
    page.button(key=f"observation_remove_{n}").click().run()
    assert not page.exception
    assert "现场观测修正：" not in shown(page) and earliest(page) == before


def test_an_observation_that_cannot_be_is_said_as_other_problems_are(page):
    add(page, "I01", "leading", clock=time(7))
    assert "不晚于泄漏开始" in shown(page) and "rp-error" in shown(page)


def test_what_was_observed_is_still_there_after_a_visit_to_the_sites(page):
    add(page, "I01", "conc", clock=time(22), value=0.3)
    for mode in ("sites", "spill"):
        page.segmented_control(key="mode").set_value(mode).run()
    assert not page.exception and "预报已按 1 条现场观测修正" in shown(page)


def test_an_unknown_mass_is_told_by_a_concentration_and_then_curves_can_be_drawn(page):
    number(page, "入河质量").set_value(None).run()
    add(page, "I01", "conc", clock=time(22), value=0.3)
    assert "泄漏量不清楚，按观测浓度反推" in shown(page)


def test_a_film_asks_for_the_wind_in_the_open_and_half_a_wind_does_not_count(page):
    box(page, "物质").set_value("柴油").run()
    assert "未给风" in shown(page)
    number(page, "风速").set_value(6.0).run()
    assert "请再选风向" in shown(page) and "未给风" in shown(page)
    box(page, "风向").set_value("ne").run()
    assert not page.exception
    assert "请再选风向" not in shown(page) and "未给风" not in shown(page)


def test_an_announced_rise_and_another_model_change_the_forecast(page):
    before = earliest(page)
    page.datetime_input(key="condition_rise_start.zh").set_value(wall(1, 9))
    page.datetime_input(key="condition_rise_end.zh").set_value(wall(3, 9))
    number(page, "变化量").set_value(3.0)
    page.selectbox(key="condition_rise_told.zh").set_value("times").run()
    assert not page.exception
    assert earliest(page) != before
    number(page, "变化量").set_value(None).run()
    assert "都填了才计入" in shown(page) and earliest(page) == before
    box(page, "扩散模型").set_value("dead_zone").run()
    assert not page.exception
    assert "dead_zone" in shown(page)


@pytest.mark.parametrize("mass", [500.0, None])
def test_the_curves_stand_in_the_place_of_the_table_when_asked_for(page, mass):
    number(page, "入河质量").set_value(mass)
    next(s for s in page.segmented_control if "过程线" in s.options).set_value("curves")
    page.run()
    assert not page.exception
    assert "rp-table" not in shown(page)
    assert [s.label for s in page.multiselect] == ["画哪些站点"] and page.multiselect[0].value[0] == "I01"
