"""Notices: order, clocks, signers and words, on a small river and against what the handbook of duty officers asks."""

import math
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.errors import InputError
from riverplan.planning.level import suggest_level
from riverplan.planning.notify import notices
from riverplan.reference.deadlines import Deadline, deadlines
from riverplan.river.sites import Boundary, Contact, Space

AT, HEARD = rp.clock("2026-07-01 22:40"), rp.clock("2026-07-01 23:05")
HERE = {"lon": math.nan, "lat": math.nan, "county": "示范县"}
CONTACTS = tuple(Contact(resource_id=f"C{i}", unit=unit, name=f"{unit}值班岗", jurisdiction=place, phone=phone)
                 for i, (unit, place, phone) in enumerate([
                     ("示范县生态环境局", "示范县", "0000-100"), ("示范县人民政府值班室", "示范县", "0000-101"),
                     ("示范县水利局", "示范县", "0000-102"), ("示范县应急管理局", "示范县", "0000-103"),
                     ("邻县生态环境局", "邻县", "0000-200"), ("清河海事处", "清河", "0000-300")]))


@dataclass(frozen=True)
class Step:
    site_id: str
    action: str
    at: float
    approval: str = ""


@cache
def river():
    """The river of two sources with kinds of intakes, a gate below and a station above the spill, and contacts."""
    plain = y_river()
    sites = [replace(s, category="township", phone="0000-400", operator="清河水厂") if s.site_id == "I01"
             else replace(s, category="village") if s.site_id == "I02"
             else replace(s, category="county", phone="0000-201") if s.site_id == "B01" else s for s in plain.sites]
    at = {s.site_id: s for s in plain.sites}
    sites += [
        Space(site_id="G01", name="清河闸", category="gate_dam", reach_id="r4", chainage=8_000.0, river="清河",
              control_phone="0000-500", **{**HERE, "lon": at["M01"].lon, "lat": at["M01"].lat}),
        Space(site_id="G02", name="上坝电站", category="hydropower_dam_type", reach_id="r1", chainage=500.0,
              river="清河", **{**HERE, "lon": at["S01"].lon, "lat": at["S01"].lat}),
        Boundary(site_id="B02", name="", category="county", reach_id="r1", chainage=200.0, river="清河",
                 upstream_unit="上县", downstream_unit="示范县", phone="0000-202",
                 **{**HERE, "lon": at["S01"].lon, "lat": at["S01"].lat})]
    return plain.replace(sites=tuple(sites), resources=(*plain.resources, *CONTACTS))


@cache
def forecast_of(mass: float | None = 5_000.0, substance: str = "苯酚", clocked: bool = True):
    return rp.forecast(river(), rp.Spill(site_id="S01", substance=substance, mass=mass, at=AT if clocked else None))


def told(forecast=None, **options):
    return notices(forecast or forecast_of(), **{"heard_at": HEARD, "jurisdiction": "示范县", "deadlines": deadlines(),
                                                  **options})


def of(found, group: str):
    return [n for n in found if n.group == group]


def test_places_come_in_the_order_in_which_the_water_does():
    times = [n.arrival for n in told() if n.arrival is not None]
    assert times == sorted(times)
    assert [n.site_id for n in told() if n.group in ("waterworks", "town", "boundary", "village")] == [
        "I01", "T01", "B01", "I02"]


def test_everyone_the_handbook_names_is_told():
    assert {n.group for n in told()} >= {
        "village", "town", "waterworks", "boundary", "report", "letter", "station", "emergency", "transport", "health",
        "agriculture", "navigation", "upstream"}


def test_words_go_to_whom_they_belong():
    kinds = {n.group: n.kind for n in told()}
    assert {(n.kind_words("zh"), n.medium_words("zh")) for n in told()} >= {
        ("报告", "书面"), ("通报", "电话"), ("通知", "电话"), ("调度建议函", "电话")}
    assert kinds["report"] == "report"
    assert kinds["boundary"] == kinds["upstream"] == kinds["emergency"] == "circular"
    assert kinds["waterworks"] == kinds["village"] == kinds["station"] == "notice"
    assert kinds["letter"] == "letter"


def test_signers_differ_with_the_kind():
    signers = {n.kind: n.signer["zh"] for n in told(forecast_of(None))}
    assert len(set(signers.values())) == len(signers)
    assert "公章" in signers["letter"] and "主要负责人" in signers["report"]


def test_no_word_to_a_dam_or_a_waterworks_orders_anything():
    steps = (Step("G01", "close", 7200.0, "flood_office"), Step("I01", "stop_intake", 9000.0))
    for n in told(actions=steps):
        assert not re.search("命令|责令|必须", n.text["zh"]), n.group
        assert not re.search(r"\b(order|orders|must|shall)\b", n.text["en"].casefold().replace("order 17", "")), n.group
    for n in of(told(), "station") + of(told(), "letter"):
        assert "建议" in n.text["zh"] and "防指" in n.text["zh"]
    assert "决定" in of(told(), "waterworks")[0].text["zh"]


def test_clocks_run_from_the_call_and_no_deadline_comes_before_it():
    found = told()
    assert all(n.deadline >= HEARD for n in found)
    [written] = [n for n in of(found, "report") if n.unit["zh"] == "示范县人民政府值班室"]
    assert written.deadline == HEARD + timedelta(hours=2)
    assert of(found, "boundary")[0].deadline == HEARD


def test_a_countys_own_rules_set_its_reports():
    rules = (*deadlines(), Deadline(jurisdiction="示范县", kind="report", medium="phone", within=1800.0,
                                    since="received", to=("本级人民政府",), source="某文件", confidence="high"))
    first = of(told(deadlines=rules), "report")[0]
    assert (first.medium, first.deadline, first.phone) == ("phone", HEARD + timedelta(minutes=30), "0000-101")
    assert "23:35前" in first.deadline_words("zh") and "接报" in first.deadline_words("zh")


@pytest.mark.parametrize(("mass", "substance"), [(5_000.0, "苯酚"), (0.001, "氨氮"), (None, "苯酚"), (5_000.0, "砷")])
def test_publication_is_drafted_only_where_level_i_or_ii_cannot_be_ruled_out(mass, substance):
    forecast = forecast_of(mass, substance)
    bound = suggest_level(forecast).possible in ("I", "II")
    assert bool(of(told(forecast), "publication")) == bound


def test_publication_has_five_and_twenty_four_hours_and_the_government_signs():
    city = river().replace(sites=tuple(replace(s, category="drinking") if s.site_id == "I01" else s
                                       for s in river().sites))
    found = of(told(rp.forecast(city, rp.Spill(site_id="S01", substance="苯酚", mass=5_000.0, at=AT))), "publication")
    assert [n.deadline - HEARD for n in found] == [timedelta(hours=5), timedelta(hours=24)]
    assert all(n.signer["zh"].startswith("示范县人民政府") for n in found)
    assert not any("mg/L" in n.text["zh"] for n in found)


def test_every_text_is_a_draft_with_the_stamp_in_both_languages():
    for n in told():
        assert n.text["zh"].startswith("【拟稿") and "示范数据, 非实测" in n.text["zh"]
        assert n.text["en"].startswith("[DRAFT") and "{" not in n.text["en"] + n.text["zh"]


def test_what_is_unknown_stays_a_marked_gap():
    found = told(forecast_of(None, "", clocked=False))
    written = next(n for n in of(found, "report") if n.medium == "writing").text["zh"]
    for what in ("污染物", "入河量", "事发时间", "信息来源", "监测数据", "签发人签名"):
        assert f"【待填：{what}" in written
    assert of(found, "health")[0].phone_words("zh") == "【待填：值班电话】"
    assert all(n.arrival is None for n in found)
    assert "事发后" in of(found, "waterworks")[0].text["zh"]


def test_the_first_report_has_all_that_order_17_asks():
    written = next(n for n in of(told(), "report") if n.medium == "writing").text["zh"]
    for head in ("时间", "地点", "信息来源", "起因和性质", "基本过程", "主要污染物和数量", "监测数据", "人员受害情况",
                 "饮用水水源等敏感点", "发展趋势", "已采取的措施", "拟采取的措施", "示意图", "联系电话", "签发"):
        assert head in written, head
    assert "接报2026年7月1日23:05；事发2026年7月1日22:40" in written


def test_the_first_line_gives_the_front_the_peak_the_multiples_and_how_sure():
    forecast = forecast_of()
    arrival = forecast.arrival("I01")
    line = next(x for x in of(told(), "waterworks")[0].text["zh"].splitlines() if x.startswith("预计污染团前锋"))
    assert f"最早{forecast.clock(math.floor(arrival.earliest / 60) * 60):%H:%M}" in line.replace("7月2日", "")
    assert "距事发点13.0公里" in line and "5–95%" in line and "（假定）" in line
    times = arrival.peak_concentration / arrival.limit - 1.0
    assert float(re.search(r"超标(\d+)倍", line)[1]) == pytest.approx(times, rel=0.05)


def test_a_time_after_midnight_carries_its_date():
    line = next(x for x in of(told(), "boundary")[0].text["zh"].splitlines() if x.startswith("预计污染团前锋"))
    assert "7月2日" in line


def test_where_the_water_may_be_already_people_are_told_first():
    late = told(heard_at=AT + timedelta(hours=12))
    assert "可能已经到了" in of(late, "waterworks")[0].text["zh"]
    assert "现在就做好停止取水" in of(late, "waterworks")[0].text["zh"]
    assert "若现在停取，可撑到12:40" in of(late, "waterworks")[0].text["zh"]
    assert "可能已经到了" not in of(told(), "waterworks")[0].text["zh"]


def test_phones_and_units_come_from_the_lists():
    found = told()
    assert of(found, "waterworks")[0].unit["zh"] == "清河水厂"
    assert of(found, "waterworks")[0].phone == "0000-400"
    assert (of(found, "boundary")[0].unit["zh"], of(found, "boundary")[0].phone) == ("邻县生态环境局", "0000-200")
    assert of(found, "village")[0].unit["zh"].startswith("石桥乡人民政府")
    assert of(found, "village")[0].phone_words("en").startswith("[to be filled in")


def test_a_boundary_just_above_the_spill_has_its_upper_unit_told():
    [notice] = of(told(), "upstream")
    assert (notice.site_id, notice.unit["zh"], notice.phone) == ("B02", "上县生态环境局", "")


def test_one_is_not_told_what_one_tells():
    assert [n.unit["zh"] for n in of(told(), "boundary")] == ["邻县生态环境局"]
    seen_below = told(jurisdiction="邻县")
    assert of(seen_below, "boundary") == []
    assert "示范县生态环境局" in {n.unit["zh"] for n in of(seen_below, "upstream")}


def test_what_lies_in_another_county_is_told_by_its_bureau():
    below = river().replace(sites=tuple(replace(s, county="邻县") if s.site_id in ("I02", "G01") else s
                                        for s in river().sites))
    found = told(rp.forecast(below, rp.Spill(site_id="S01", substance="苯酚", mass=5_000.0, at=AT)))
    assert of(found, "village") == [] and {n.site_id for n in of(found, "station")} == {"G02"}
    [circular] = of(found, "boundary")
    assert "石桥乡" in circular.text["zh"] and "清河闸" in circular.text["zh"]
    assert "清河闸" not in of(found, "letter")[0].text["zh"]


def test_another_county_without_a_boundary_on_the_list_is_told_all_the_same():
    far = river().replace(sites=tuple(replace(s, county="远县") if s.site_id == "I02" else s for s in river().sites))
    found = told(rp.forecast(far, rp.Spill(site_id="S01", substance="苯酚", mass=5_000.0, at=AT)))
    assert "远县生态环境局" in {n.unit["zh"] for n in of(found, "boundary")}


def test_at_once_comes_before_reports_in_writing():
    groups = [(n.group, n.medium) for n in told()]
    assert groups.index(("emergency", "phone")) < groups.index(("report", "writing"))


def test_a_film_is_told_as_one_and_an_acid_by_its_ph():
    film, acid = (of(told(forecast_of(5_000.0, name)), "waterworks")[0].text["zh"] for name in ("柴油", "硫酸"))
    assert "围油栏" in film and "浮油" in film and "超标" not in film.split("建议")[0]
    assert "pH约" in acid and "标准 pH 6–9" in acid and "mg/L" not in acid


def test_times_far_ahead_are_given_to_the_hour():
    slow = river().replace(scenarios={name: replace(flow, velocity=flow.velocity / 60.0)
                                      for name, flow in river().scenarios.items()})
    forecast = rp.forecast(slow, rp.Spill(site_id="S01", mass=1.0, at=AT))
    text = of(told(forecast), "boundary")[0].text["zh"]
    low, high = (forecast.clock(s) for s in forecast.arrival("B01").leading_band)
    high += timedelta(hours=1)
    assert f"为{low.month}月{low.day}日{low.hour}时至{high.month}月{high.day}日{high.hour}时" in text


def test_stations_above_and_below_are_in_the_letter_with_what_the_plan_suggests():
    [letter] = of(told(actions=(Step("G01", "close", 7200.0, "flood_office"), Step("Q01", "dose", 100.0))), "letter")
    text = letter.text["zh"]
    assert "上坝电站：在事发点上游约0.5公里" in text and "0000-500" in text
    assert "7月2日00:40起，清河闸：下闸" in text and "防指批准" in text
    assert "投药" not in text
    assert {n.site_id for n in of(told(), "station")} == {"G01", "G02"}


def test_a_planned_stop_is_put_to_the_waterworks_as_a_question():
    assert "请核对是否做得到" in of(told(actions=(Step("I01", "stop_intake", 9000.0),)), "waterworks")[0].text["zh"]


def test_a_call_that_cannot_be_is_refused_with_all_that_is_wrong():
    with pytest.raises(InputError) as caught:
        told(heard_at=AT - timedelta(minutes=1), jurisdiction=" ")
    assert [p.code for p in caught.value.problems] == ["notice_before_release", "notice_no_jurisdiction"]
    with pytest.raises(InputError) as caught:
        told(heard_at=HEARD.replace(tzinfo=None))
    assert [p.code for p in caught.value.problems] == ["notice_no_zone"]
    assert all(p.text(lang) for p in caught.value.problems for lang in ("zh", "en"))
