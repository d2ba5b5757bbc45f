"""The page of a plan, as an officer uses it: made by one button, pinned and forbidden by one click."""

from dataclasses import replace
from datetime import timedelta

import geopandas as gpd
import pytest
import streamlit
from guarded_rivers import guarded
from shapely import LineString
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, box, number, shown

from riverplan.app import click_state, desk, plan_advice, plan_conclusion, plan_curves, plan_words
from riverplan.app.compared import compared
from riverplan.app.compared_chart import compared_chart
from riverplan.app.plan_actions import action_card, surge
from riverplan.app.plan_question import PlanQuestion, solve
from riverplan.app.question import Question
from riverplan.app.state import Point
from riverplan.forecasting.spill import Spill, clock
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_words import conclusion_lines, is_urgent
from riverplan.river.store import save_river

AT = clock("2026-07-01 08:00")


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(guarded(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.session_state["mode"] = "plan"
    app.run()
    box(app, "事故地点").set_value("U")
    box(app, "物质").set_value("苯酚")
    number(app, "入河质量").set_value(1000.0)
    yield app.run()
    desk.desk.cache_clear()


@pytest.fixture(scope="module")
def question():
    return Question(spill=Spill(site_id="U", substance="苯酚", mass=1_000.0, at=AT))


@pytest.fixture(scope="module")
def planned(question):
    return solve(guarded(), PlanQuestion(question=question), "a")


def made(page):
    page.button(key="plan_make").click()
    return page.run()


def test_nothing_is_reckoned_before_the_button_is_pressed(page):
    assert not page.exception
    assert "按左侧“制定方案”" in shown(page) and "rp-plan" not in shown(page)


def test_the_conclusion_says_who_is_saved_and_what_to_order_by_when(page):
    made(page)
    assert not page.exception
    words = shown(page)
    assert "保住 1 处：下水厂" in words and "下令" in words and "上闸" in words and "13.2 万 → 0" in words
    assert "赶得上" in words and "023-2" in words and "没有它会多出" in words


def test_a_space_forbidden_is_solved_around_and_can_be_taken_back(page):
    made(page)
    page.button(key="plan-forbid-G1").click()
    page.run()
    assert not page.exception
    assert 'data-site="P1"><h4>' in shown(page) and 'data-site="G1"><h4>' not in shown(page)
    page.button(key="chip-G1").click()
    page.run()
    assert 'data-site="G1"><h4>' in shown(page)


def test_a_space_pinned_is_used_beside_the_others(page):
    made(page)
    page.button(key="plan-pin-P1").click()
    page.run()
    words = shown(page)
    assert not page.exception and 'data-site="P1"><h4>' in words and "已指定" in words and "抢险队" in words


def test_a_plan_stands_after_another_page_and_in_the_other_language(page):
    made(page)
    page.segmented_control(key="mode").set_value("spill")
    page.run()
    page.segmented_control(key="mode").set_value("plan")
    page.run()
    assert "保住 1 处：下水厂" in shown(page)
    page.segmented_control(key="language").set_value("en")
    page.run()
    assert not page.exception and "Saves 1: " in shown(page)


def test_roads_of_a_file_count_and_are_kept_for_the_session(page, tmp_path):
    lines = gpd.GeoDataFrame({"highway": ["primary"]}, geometry=[LineString([(107.6, 29.8), (107.9, 29.8)])], crs=4326)
    lines.to_file(tmp_path / "roads.geojson")
    page.get("file_uploader")[0].set_value(("roads.geojson", (tmp_path / "roads.geojson").read_bytes(),
                                            "application/geo+json"))
    page.run()
    assert not page.exception and "车程按 roads.geojson 的 1 条道路计算" in shown(page)


def test_a_file_that_holds_no_roads_is_said_and_distances_serve(page):
    page.get("file_uploader")[0].set_value(("roads.geojson", b"{}", "application/geo+json"))
    page.run()
    assert not page.exception and "条道路计算" not in shown(page)
    assert "道路文件“roads.geojson”没有用上" in shown(page)
    made(page)
    page.segmented_control(key="mode").set_value("spill")
    page.run()
    page.segmented_control(key="mode").set_value("plan")
    page.run()
    assert not page.exception and "保住 1 处：下水厂" in shown(page)
    assert shown(page).count("方案照做，车程按直线距离估计") == 2       # under the file, and in what is to be minded


def test_a_changed_spill_lets_the_plan_before_no_longer_stand(page):
    made(page)
    number(page, "入河质量").set_value(2_000.0)
    page.run()
    assert "原方案不再适用" in shown(page) and "rp-plan" not in shown(page)


@pytest.mark.parametrize("view", ["receptors", "curves", "advice", "watch", "notices", "grounds"])
def test_every_view_under_the_map_can_be_opened(page, view):
    made(page)
    page.segmented_control(key="plan_shown.zh").set_value(view)
    page.run()
    assert not page.exception


def test_a_click_on_a_space_pins_then_forbids_then_leaves_it_to_the_plan(monkeypatch):
    session = {"mode": "plan", "plan_asked": ("a question", AT), "map": {
        "clicked": {"site": "P1", "lon": 107.7, "lat": 29.8}}}
    monkeypatch.setattr(streamlit, "session_state", session)
    for pinned, forbidden, said in ((("P1",), (), "已指定 P1"), ((), ("P1",), "已禁用 P1"), ((), (), "交回方案")):
        click_state.note_click()
        assert (session["plan_pinned"], session["plan_forbidden"]) == (pinned, forbidden)
        assert said in session["_later"]["said"]
    session["map"]["clicked"]["site"] = ""
    click_state.note_click()                                   # beside the spaces: the spill stays where it is
    assert session["plan_pinned"] == () and "spill_point" not in session


def test_before_a_plan_is_asked_for_a_click_places_the_spill(monkeypatch):
    session = {"mode": "plan", "map": {"clicked": {"site": "", "lon": 107.7, "lat": 29.8}}}
    monkeypatch.setattr(streamlit, "session_state", session)
    click_state.note_click()
    assert session["spill_point"] == Point(107.7, 29.8) and "plan_pinned" not in session


def test_a_call_nobody_gave_is_now_for_a_spill_of_today_and_the_release_for_a_drill(question):
    asked = PlanQuestion(question=question)
    assert asked.at(AT + timedelta(hours=2)).heard_at == AT + timedelta(hours=2)
    assert asked.at(AT + timedelta(days=30)).heard_at is None
    assert asked.at(AT - timedelta(hours=1)).heard_at is None
    given = replace(asked, heard_at=AT + timedelta(minutes=5))
    assert given.at(AT + timedelta(hours=2)).heard_at == AT + timedelta(minutes=5)


def test_the_same_question_is_answered_from_memory(question):
    river = guarded()
    one = solve(river, PlanQuestion(question=question), "a")
    assert solve(river, PlanQuestion(question=question), "a") is one
    assert solve(river, PlanQuestion(question=question, forbid=("G1",)), "a") is not one


def test_the_latest_order_leaves_just_the_time_to_be_ready(planned):
    action = planned.actions[0]
    assert action.order_by - planned.heard == pytest.approx(
        action.margin + action.ready.report + action.ready.decide)


def test_what_is_late_is_ordered_at_once_and_begins_no_minute_before_it_is_ready(planned):
    action = planned.actions[0]
    assert not is_urgent(planned, action)
    late = replace(action, margin=-600.0, at=action.ready.ready + 0.0)
    assert plan_words.ordered(planned, late, "zh") == "立即"
    assert plan_words.begins(planned, late) == plan_words.when(planned, late.ready.ready, ceil=True)


def test_a_margin_is_said_in_words_beside_its_colour():
    assert [plan_words.margin_tone(m) for m in (-1.0, 1_800.0, 7_200.0)] == ["bad", "warn", "good"]
    assert plan_words.margin_words(-5_400.0, "zh").startswith("晚 1.5 h")
    assert "1.5 h late" in plan_words.margin_words(-5_400.0, "en")


def test_what_becomes_of_a_receptor_follows_its_chance_and_its_hours(planned):
    e = planned.receptors[0]
    assert plan_words.outcome(planned, e) == "saved"
    bad = replace(e.before, probability=0.9, hours_above=10.0)
    for after, told in ((replace(bad, hours_above=5.0), "less"), (bad, "still"),
                        (replace(bad, hours_above=20.0), "worse"),
                        (replace(bad, exceeds_from=(bad.exceeds_from or 0.0) + 36_000.0), "later")):
        assert plan_words.outcome(planned, replace(e, before=bad, after=after)) == told
    calm = replace(bad, probability=0.0)
    assert plan_words.outcome(planned, replace(e, before=calm, after=bad)) == "new"
    assert plan_words.outcome(planned, replace(e, before=calm, after=replace(bad, probability=0.2))) == "risk"
    assert plan_words.outcome(planned, replace(e, before=calm, after=calm)) == "below"


def test_a_release_that_is_a_wave_is_warned_of(planned):
    gate = planned.actions[0]
    flows = float(planned.scenario.discharge[planned.river.reach_row["a"]])
    wave = replace(gate, action="dilute", value=5.0 * flows)
    assert surge(planned, wave) == pytest.approx(5.0)
    assert "是现在河水流量的 5 倍" in action_card(planned, wave, 1, "zh")
    assert surge(planned, replace(wave, value=flows)) == 0.0 and surge(planned, gate) == 0.0


def test_the_curves_of_a_plan_are_drawn_by_the_chart_of_trials(planned):
    runs = plan_curves.tried(planned)
    found = compared(runs, "zh")
    assert [(c.site_id, c.outcome) for c in found] == [("I1", "saved")]
    svg = compared_chart(runs, found, "zh")
    assert 'class="alone"' in svg and "下水厂" in svg


def test_every_dose_bears_the_mark_that_it_is_a_value_to_begin_with(planned):
    words = plan_advice.advice(planned, "zh")
    assert planned.dosings and words.count("<mark>起始试验值") == len(planned.dosings)
    assert "下水厂" in words and "023-3" in words


def test_booms_and_sorbents_of_a_film_are_shown_with_mark_store_and_gap(page):
    box(page, "物质").set_value("柴油")
    page.run()
    made(page)
    page.segmented_control(key="plan_shown.zh").set_value("advice")
    page.run()
    assert not page.exception
    words = shown(page)
    assert "围油栏与吸油材料（起始值，须现场核定）" in words and "<mark>起始值，须现场核定" in words
    assert "围油栏 3 道" in words and "吸油材料 " in words and "油膜最早" in words
    assert "没有物资库登记：缺口" in words and "没有合适又来得及的投药点" not in words


def test_person_hours_are_told_on_the_screen_as_the_command_line_tells_them(planned):
    hours = planned.harm["nothing"].population_hours
    for lang in ("zh", "en"):
        assert people_hours(hours, lang) in plan_conclusion.cards(planned, lang)
        assert people_hours(hours, lang) in conclusion_lines(planned, lang)[0]
    nothing = replace(planned.harm["nothing"], population_hours=4.961e6)
    many = replace(planned, harm={**planned.harm, "nothing": nothing})
    assert "4.96 million" in plan_conclusion.cards(many, "en") and "4.96 million" in conclusion_lines(many, "en")[0]


def test_people_of_an_intake_to_stop_are_told_as_listed(planned):
    stops = replace(planned.protections[0], people=12_345)
    assert "<td>12,345</td>" in plan_advice.advice(replace(planned, protections=(stops,)), "zh")


def test_a_name_from_a_file_is_no_markup(planned):
    odd = replace(planned, river=planned.river.replace(sites=tuple(
        replace(s, name="<script>x</script>") for s in planned.river.sites)))
    for drawn in (plan_conclusion.cards, plan_conclusion.receptors, plan_advice.advice):
        assert "<script>" not in drawn(odd, "zh")
    notice = replace(planned.notices[0], unit={"zh": "[局](http://x) *", "en": "x"})
    assert plan_advice.notice_line(notice, 1, "zh").startswith("1　立即　" + r"\[局\]\(http\://x\) \*")
