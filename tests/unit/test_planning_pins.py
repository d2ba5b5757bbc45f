"""What the officer pins and forbids, by id or name, and the jurisdiction given: heeded, or named with the mend."""

from dataclasses import replace

import pytest
from test_planning_plan import SPILL, codes, guarded, pond, refusals, with_help

from riverplan.app.plan_actions import refused_row
from riverplan.planning.pins import ids_of
from riverplan.planning.plan import plan
from riverplan.planning.plan_words import refused_lines
from riverplan.reference.deadlines import Deadline
from riverplan.river.sites import Bridge, RiskSource, Section

HERE = {"lon": 108.0, "lat": 29.8, "county": "示范县", "reach_id": "a", "chainage": 6_500.0}


def named(found, code):
    [problem] = [p for p in found.problems if p.code == code]
    assert problem.severity == "warning"
    return problem


@pytest.fixture(scope="module")
def river():
    twin = pond(site_id="P2", name="石塘", chainage=3_000.0)
    return with_help(
        guarded(), pond(), twin, pond(site_id="P3", name="石塘", chainage=4_000.0),
        Section(site_id="D1", name="示范断面", **HERE), RiskSource(site_id="F1", name="示范塘", **HERE))


def test_a_space_is_pinned_and_forbidden_by_its_name_as_by_its_id(river):
    found = plan(river, SPILL, pins=["示范塘"], forbid=[" 示范闸 "], candidates=False)
    assert found.action("P1").pinned and refusals(found)["G1"] == "forbidden"
    assert not [p for p in found.problems if p.code.startswith(("plan_pin_", "plan_forbid_"))]
    assert ids_of(["示范塘", "P1", "G1"], river) == (("P1", "G1"), [])


def test_a_name_several_spaces_bear_is_named_with_their_ids_and_not_heeded(river):
    found = plan(river, SPILL, forbid=["石塘"], candidates=False)
    problem = named(found, "plan_pin_several")
    assert "有 2 处都叫“石塘”：P2、P3" in problem.text("zh") and "P2, P3" in problem.text("en")
    assert "forbidden" not in refusals(found).values()


def test_a_name_nobody_bears_is_named_once_with_the_nearest_ids_and_names(river):
    found = plan(river, SPILL, pins=["示范大闸"], forbid=["示范大闸"], candidates=False)
    assert "G1 示范闸" in named(found, "plan_pin_unknown").mend("zh")


def test_where_nothing_can_be_done_there_is_nothing_to_forbid(river):
    bare = river.replace(sites=(*river.sites, pond(site_id="P9", name="监测点", functions="监测")))
    found = plan(bare, SPILL, forbid=["I1", "示范断面", "P9", "P1"], candidates=False)
    problem = named(found, "plan_forbid_nothing")
    assert problem.what("zh") == "禁用的 I1 下游水厂、D1 示范断面、P9 监测点 不是能启用的空间，那里没有什么可禁用。"
    assert "nothing to forbid" in problem.what("en") and "id" in problem.mend("en")
    assert refusals(found)["P1"] == "forbidden"


@pytest.mark.parametrize(("substance", "action", "words"), [("硫酸", "dose", "投药"), ("柴油", "lay", "布设围油栏")])
def test_where_the_officer_forbids_it_nothing_is_dosed_or_laid_and_the_refusal_says_so(river, substance, action, words):
    bridged = river.replace(sites=(*river.sites, Bridge(site_id="B1", name="示范桥", span=40.0, **HERE)))
    spill = replace(SPILL, substance=substance, mass=5_000.0)
    assert "B1" in {d.site_id for d in plan(bridged, spill, candidates=False).dosings}
    found = plan(bridged, spill, forbid=["示范桥"], candidates=False)
    assert "B1" not in {d.site_id for d in found.dosings}
    [said] = [r for r in found.refused if r.site_id == "B1"]
    assert (said.action, said.why.code, said.margin) == (action, "refused_forbidden", None)
    assert words in refused_row(found, said, "zh") and "值班人员禁用" in refused_row(found, said, "zh")
    assert any("B1 示范桥：值班人员禁用" in line for line in refused_lines(found, "zh"))
    assert "plan_forbid_nothing" not in codes(found.problems)


def test_a_bridge_at_which_nothing_can_be_dosed_is_forbidden_without_a_word(river):
    bridged = river.replace(sites=(*river.sites, Bridge(site_id="B1", name="示范桥", span=40.0, **HERE)))
    found = plan(bridged, SPILL, forbid=["B1"], candidates=False)     # phenol is dosed in pools alone
    assert "B1" not in refusals(found) and "plan_forbid_nothing" not in codes(found.problems)


def test_a_pond_forbidden_is_refused_once_and_not_dosed():
    dosed = with_help(guarded(), pond(functions="储存、投药"))
    acid = replace(SPILL, substance="硫酸", mass=5_000.0)
    assert "P1" in {d.site_id for d in plan(dosed, acid, candidates=False).dosings}
    found = plan(dosed, acid, forbid=["P1"], candidates=False)
    assert [r.site_id for r in found.refused].count("P1") == 1 and "P1" not in {d.site_id for d in found.dosings}


def test_a_station_pinned_whose_canal_is_not_laid_is_told_what_its_list_lacks(river):
    canal = pond(site_id="K13", name="引水渠", category="hydropower_diversion_type", functions="引流")
    found = plan(river.replace(sites=(*river.sites, canal)), SPILL, pins=["K13"], candidates=False)
    problem = named(found, "plan_pin_refused")
    assert "列有引流，但它的引水渠（洞）没有接入河网" in problem.what("zh")
    assert "尾水经度、纬度和引用流量" in problem.what("zh")
    assert "its rated flow (or capacity and head)" in problem.what("en")


def test_a_pin_the_plume_does_not_come_to_is_told_from_one_that_can_do_nothing(river):
    below = replace(SPILL, reach_id="b", chainage=1_000.0)
    far = plan(river, below, pins=["P1"], candidates=False)
    assert "不在污染团经过的河段上" in named(far, "plan_pin_unreached").what("zh")
    bridged = river.replace(sites=(*river.sites, Bridge(site_id="B1", name="示范桥", span=4_000.0, **HERE)))
    assert "既不能蓄、截，也不能引" in named(plan(bridged, SPILL, pins=["B1"], candidates=False),
                                             "plan_pin_useless").what("zh")


@pytest.mark.parametrize("option", ["pins", "forbid"])
def test_a_pin_or_ban_with_nothing_in_it_is_named_once_with_the_mend_and_left_out(river, option):
    found = plan(river, SPILL, **{option: ["", "  ", "P1"]}, candidates=False)
    assert "后面是空的" in named(found, "plan_pin_empty").what("zh")
    assert "leave the option out" in named(found, "plan_pin_empty").mend("en")
    assert "plan_pin_unknown" not in codes(found.problems)
    assert found.action("P1").pinned if option == "pins" else refusals(found)["P1"] == "forbidden"


RULE = Deadline(jurisdiction="远山县", kind="report", medium="phone", within=600.0, since="received", to=("县政府",))


@pytest.mark.parametrize(("given", "rules"), [
    ("", ()), ("示范县", ()), ("某市示范县", ()), ("甲县", ()), ("丰都县", ()),
    ("娄底市新化县", ()), ("远山县", (RULE,))])
def test_a_jurisdiction_somebody_knows_is_taken_without_a_word(river, given, rules):
    found = plan(river, SPILL, jurisdiction=given, rules=rules, candidates=False)
    assert not {"plan_jurisdiction_unknown", "plan_jurisdiction_near"} & codes(found.problems)


@pytest.mark.parametrize(("given", "near"), [
    ("示范", "示范县"), ("示范市", "示范县"), ("丰都", "丰都县"), ("石柱县", "石柱土家族自治县")])
def test_a_jurisdiction_nobody_knows_is_named_and_the_general_deadlines_hold(river, given, near):
    known = river.replace(sites=(*river.sites, Section(site_id="D2", **{**HERE, "county": "石柱土家族自治县"})))
    found = plan(known, SPILL, jurisdiction=f" {given} ", candidates=False)
    problem = named(found, "plan_jurisdiction_near")
    assert f"“{given}”" in problem.what("zh") and near in problem.mend("zh") and "--deadlines" in problem.mend("en")
    reports = [n for n in found.notices if n.kind == "report"]
    assert found.actions and reports and {n.rule.jurisdiction for n in reports} == {"全国"}


@pytest.mark.parametrize("given", ["重庆市", "远山县", "县", "恩施土家族苗族自治州"])
def test_a_name_that_shares_only_its_suffix_with_others_is_offered_none_of_them(river, given):
    known = river.replace(sites=(*river.sites, Section(site_id="D2", **{**HERE, "county": "石柱土家族自治县"})))
    problem = named(plan(known, SPILL, jurisdiction=given, candidates=False), "plan_jurisdiction_unknown")
    assert "相近的" not in problem.mend("zh") and "near matches" not in problem.mend("en")
    assert "--deadlines" in problem.mend("zh")
