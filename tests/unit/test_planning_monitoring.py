"""The plan of emergency monitoring on small rivers: which sections, what for, who, and what is said."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, code_of, dammed, y_river

import riverplan as rp
from riverplan.errors import InputError
from riverplan.planning.monitoring import SHIFT, monitoring
from riverplan.planning.monitoring_table import COLUMNS, as_rows, heads, monitoring_as_json
from riverplan.planning.monitoring_teams import run_sizes
from riverplan.river.sites import Bridge, Section, Team

HOUR = 3600.0
CJK = re.compile(r"[\u4e00-\u9fff]")
AT = rp.clock("2026-07-01 08:03")
NEAR = Team(resource_id="T1", name="监测站", lon=107.79, lat=29.82, category="monitoring", headcount=24,
            muster_time=0.0)
FAR = replace(NEAR, resource_id="T2", name="市监测中心", lon=108.0, lat=29.82)


def spilled(river, site="S01", substance="苯酚", mass=2_000.0, scenario="normal"):
    return rp.forecast(river, rp.Spill(site_id=site, substance=substance, mass=mass, at=AT), scenario=scenario)


def of(plan, role):
    return [s for s in plan.sections if role in s.roles]


def codes(plan):
    return {p.code for p in plan.problems}


@pytest.fixture(scope="module")
def forecast():
    return spilled(y_river())


@pytest.fixture(scope="module")
def plan(forecast):
    return monitoring(forecast)


def test_every_intake_and_boundary_reached_is_sampled_at_its_place(plan):
    served = {i for s in plan.sections for i in s.serves}
    assert served == {"I01", "I02", "B01"}


def test_the_reference_lies_above_the_spill_and_has_no_passage(plan):
    first = plan.sections[0]
    assert first.role == "reference"
    assert (first.reach_id, first.chainage) == ("r1", 700.0)
    assert first.earliest is None
    assert first.distance is None
    assert np.all(np.diff(first.times) > 10 * HOUR)


def test_on_a_river_without_names_and_kilometres_a_place_is_told_by_its_coordinates():
    river = y_river()
    bare = river.replace(reaches=river.reaches.assign(name="", river_km=np.nan))
    for section in monitoring(spilled(bare)).sections:
        for lang in ("zh", "en"):
            assert "nan" not in section.name[lang]
            assert section.site_id or f"{section.lon:.4f}, {section.lat:.4f}" in section.name[lang]


def test_a_bridge_within_half_a_kilometre_above_is_the_reference():
    river = y_river()
    bridge = Bridge(site_id="Q02", name="上桥", lon=107.0, lat=29.8, reach_id="r1", chainage=600.0)
    found = monitoring(spilled(river.replace(sites=(*river.sites, bridge))))
    assert found.sections[0].site_id == "Q02"


def test_at_a_source_there_is_no_reference_and_that_is_said():
    river = y_river()
    found = monitoring(rp.forecast(river, rp.Spill(reach_id="r1", chainage=20.0, substance="苯酚", mass=1.0)))
    assert "monitoring_no_reference" in codes(found)
    assert not [s for s in of(found, "reference") if s.reach_id == "r1"]


def test_control_sections_lie_near_the_spill_and_below_the_confluence(plan):
    control = of(plan, "control")
    assert control[0].distance == 500.0
    assert any(s.reach_id == "r3" for s in control)


def test_a_larger_river_has_a_reference_of_its_own_above_the_confluence():
    river = y_river()
    found = monitoring(spilled(river, "S02"))
    assert {s.reach_id for s in of(found, "reference")} == {"r1", "r2"}


def test_an_intake_is_served_by_a_bridge_just_above_but_never_by_one_below():
    river = y_river()

    def at(chainage):
        bridge = Bridge(site_id="Q02", lon=107.0, lat=29.8, reach_id="r3", chainage=chainage)
        found = monitoring(spilled(river.replace(sites=(*river.sites, bridge))))
        return next(s.site_id for s in found.sections if "I01" in s.serves)

    assert (at(3_500.0), at(4_100.0)) == ("Q02", "I01")


def test_a_bridge_above_a_dam_does_not_stand_for_an_intake_below_it():
    river = dammed()
    sites = [replace(s, chainage=300.0) if s.site_id == "I01" else s for s in river.sites]
    bridge = Bridge(site_id="Q02", lon=107.0, lat=29.8, reach_id="d2", chainage=5_800.0)
    found = monitoring(spilled(river.replace(sites=(*sites, bridge))))
    assert next(s.site_id for s in found.sections if "I01" in s.serves) == "I01"


def test_a_control_below_a_confluence_is_not_served_by_an_intake_above_it():
    river = y_river()
    sites = [replace(s, reach_id="r1", chainage=9_800.0) if s.site_id == "I01" else s for s in river.sites]
    found = monitoring(spilled(river.replace(sites=tuple(sites))))
    assert next(s.reach_id for s in found.sections if "I01" in s.serves) == "r1"
    assert any(s.reach_id == "r3" for s in of(found, "control"))


def test_a_boundary_takes_the_section_beside_it():
    river = y_river()
    section = Section(site_id="M02", name="交界断面", lon=107.0, lat=29.8, reach_id="r4", chainage=3_400.0)
    found = monitoring(spilled(river.replace(sites=(*river.sites, section))))
    [boundary] = of(found, "boundary")
    assert (boundary.site_id, boundary.serves) == ("M02", ("B01",))


def test_the_reference_and_controls_are_not_in_dead_water():
    river = dammed()
    found = monitoring(rp.forecast(river, rp.Spill(reach_id="d2", chainage=1_000.0, substance="苯酚", mass=100.0)))
    assert found.sections[0].reach_id == "d1"
    assert all(s.reach_id == "d3" for s in of(found, "control"))


def test_tracking_sections_follow_the_front_and_passed_sections_are_dropped(forecast):
    early, later = (monitoring(forecast, now=h * HOUR) for h in (2.0, 9.0))

    def farthest(p):
        return max(s.distance for s in of(p, "tracking"))

    assert farthest(later) > farthest(early)
    assert "monitoring_passed" not in codes(early)
    gone = monitoring(forecast, now=100 * HOUR)
    assert {"monitoring_passed", "monitoring_front_gone"} <= codes(gone)
    assert not of(gone, "receptor")
    assert of(gone, "reference")


def test_without_teams_nobody_is_sent_and_that_is_said(plan):
    assert "monitoring_no_team" in codes(plan)
    assert not any(s.team_id for s in plan.sections)


def test_each_team_keeps_a_run_of_neighbouring_sections_of_this_shift(forecast):
    found = monitoring(forecast, teams=[FAR, NEAR])
    sent = [s.team_id for s in found.sections if s.team_id]
    assert sent == sorted(sent)                                   # T1 above, T2 below
    assert {s.team_id for s in found.sections if not s.this_shift} <= {""}
    assert abs(sent.count("T1") - sent.count("T2")) <= 1
    assert "monitoring_straight" in codes(found)


def test_a_team_that_cannot_be_there_before_the_front_is_said_and_samples_when_it_comes(forecast):
    def slow(teams, sections):
        return np.full((len(teams), len(sections)), 3 * HOUR)

    found = monitoring(forecast, teams=[NEAR], travel=slow)
    late = [s for s in found.sections if s.late]
    assert late
    assert "monitoring_late" in codes(found)
    for s in found.sections:
        if s.team_id:
            assert s.team_arrives == 3 * HOUR
            assert s.times[0] >= 3 * HOUR
            assert s.late == (s.leading is not None and s.leading < 3 * HOUR)


def test_a_tracking_section_is_moved_down_to_where_a_team_is_before_the_front(forecast):
    found = monitoring(forecast, teams=[NEAR], now=0.0, travel=lambda t, s: np.full((len(t), len(s)), 3 * HOUR))
    moved = [s for s in of(found, "tracking") if s.moved]
    assert moved
    assert all(s.leading >= 3 * HOUR for s in moved)


def test_teams_of_other_kinds_are_named_and_those_without_a_place_too(forecast):
    other = replace(NEAR, category="government", skills="水质监测")
    found = monitoring(forecast, teams=[other, replace(FAR, lon=None)])
    assert {"monitoring_other_teams", "monitoring_team_nowhere", "monitoring_no_team"} <= codes(found)


def test_too_few_groups_are_counted(forecast):
    found = monitoring(forecast, teams=[replace(NEAR, headcount=4)])
    [lack] = [p for p in found.problems if p.code == "monitoring_groups"]
    manned = sum(bool(s.team_id) for s in found.sections)
    assert lack.fields["lacking"] == -(-manned // 2) - 1
    assert (lack.fields["sections"], lack.fields["groups"], lack.fields["kept"]) == (manned, 1, 2)


def test_where_groups_lack_intakes_a_team_can_meet_the_front_at_are_kept_first_and_it_is_said_once(forecast):
    found = monitoring(forecast, teams=[replace(NEAR, headcount=4)])
    kept = sorted((s for s in found.sections if s.order), key=lambda s: s.order)
    assert [s.order for s in kept] == list(range(1, sum(bool(s.team_id) for s in found.sections) + 1))
    ways = [(s.late, ["receptor", "boundary"].index(s.role) if s.role in ("receptor", "boundary") else 2)
            for s in kept]
    assert ways == sorted(ways) and kept[0].role == "receptor"
    intakes = [s.earliest for s in kept if s.role == "receptor" and not s.late]
    assert intakes == sorted(intakes)
    [lack] = [p for p in found.problems if p.code == "monitoring_groups"]
    assert f"先守 {kept[0].number}、{kept[1].number}，" in lack.text("zh")
    rows = {row["number"]: row["remark"] for row in as_rows(found, "zh")}
    assert all(f"派队次序 {s.order}" in rows[s.number] for s in kept)
    orders = {s["number"]: s["order"] for s in monitoring_as_json(found)["sections"]}
    assert orders == {s.number: s.order for s in found.sections}
    enough = monitoring(forecast, teams=[replace(NEAR, headcount=24)])
    assert not any(s.order for s in enough.sections)


def test_runs_of_sections_are_shared_in_the_ratio_of_groups():
    assert run_sizes(9, np.array([1, 2])).tolist() == [3, 6]
    assert run_sizes(2, np.array([1, 1, 1])).sum() == 2


def test_a_film_is_sampled_at_the_surface_and_an_acid_by_its_ph_first():
    film = monitoring(spilled(y_river(), substance="柴油"))
    assert film.parameters[0].text("zh") == "石油类"
    assert all(s.points[0] == "film" for s in film.sections)
    assert {"handling_film", "reopen_film"} <= {w.code for w in (*film.handling, *film.criteria)}
    acid = monitoring(spilled(y_river(), substance="硫酸"))
    assert acid.parameters[0].text("zh") == "pH"
    assert "6–9" in acid.criteria[1].text("zh")


def test_what_sinks_is_sampled_near_the_bed_and_what_has_no_standard_says_so():
    river = y_river()
    sinks = monitoring(spilled(river, substance="二硫化碳"))
    assert all(s.points[-1] == "bottom" for s in sinks.sections)
    nameless = monitoring(spilled(river, substance="某新污染物"))
    assert "无标准" in nameless.criteria[1].text("zh")
    assert monitoring(spilled(river, substance="")).parameters[0].code == "parameter_unknown"


def test_before_full_mixing_a_wide_section_has_three_verticals(plan):
    for s in plan.sections:
        if s.earliest is not None and s.mixed is not True and s.width >= 20:
            assert s.verticals == 3
    assert plan.sections[0].verticals == 1


def test_an_intake_hardly_likely_to_exceed_gets_no_team():
    found = monitoring(spilled(y_river(), mass=0.001), teams=[NEAR])
    [intake] = [s for s in found.sections if s.serves == ("I02",)]
    assert intake.slight
    assert not intake.team_id
    assert intake.times.size


def test_sections_beyond_this_shift_wait_for_the_next_plan(forecast):
    for s in monitoring(forecast, teams=[NEAR]).sections:
        assert s.this_shift == (s.earliest is None or s.earliest <= SHIFT)


def test_both_arms_of_a_braid_keep_their_intakes():
    found = monitoring(spilled(braid()))
    assert "I01" in {i for s in found.sections for i in s.serves}


@pytest.fixture(scope="module")
def demonstration():
    demo = rp.demonstration()
    return rp.import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)


def test_on_the_demonstration_river_stations_and_bridges_are_used_where_they_stand(demonstration):
    found = monitoring(spilled(demonstration, "F33", mass=10_000.0), now=1.5 * HOUR)
    assert next(s.site_id for s in found.sections if "J03" in s.serves) == "D03"
    assert {"D18", "B02"} <= {s.site_id for s in of(found, "control")}
    assert len(of(found, "reference")) == 2                        # 龙河 above the spill, 长江 above the mouth
    [weaker] = of(found, "attenuation")
    assert weaker.mixed
    assert {s.team_id for s in found.sections} == {"", "T01"}
    assert not any(s.late for s in of(found, "tracking"))


def test_a_time_before_the_release_is_refused(forecast):
    with pytest.raises(InputError) as caught:
        monitoring(forecast, now=-1.0)
    assert code_of(caught) == "monitoring_now"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_have_all_columns_and_clock_times_in_both_languages(forecast, lang):
    found = monitoring(forecast, teams=[NEAR])
    rows = as_rows(found, lang)
    assert len(heads(lang)) == len(COLUMNS)
    for row in rows:
        assert set(row) == set(COLUMNS)
        assert all(words for column, words in row.items() if column != "remark")
        assert row["start"].startswith("07-0")
        assert row["start"].endswith("0")
        assert lang == "zh" or not CJK.search(row["role"] + row["points"] + row["times"] + row["distance"])
    for said in (*found.parameters, *found.handling, *found.criteria):
        assert said.text(lang)
    assert all(p.text(lang) for p in found.problems)


def test_the_json_can_be_written_and_holds_every_time(forecast):
    found = monitoring(forecast, teams=[NEAR])
    back = json.loads(json.dumps(monitoring_as_json(found), allow_nan=False))
    assert [len(s["times_h"]) for s in back["sections"]] == [s.times.size for s in found.sections]
    assert [s["number"] for s in back["sections"]] == [f"W{i}" for i in range(1, len(found.sections) + 1)]


def test_no_clause_of_the_standard_is_quoted(plan):
    for row in as_rows(plan, "zh"):
        assert "HJ" not in "".join(row.values())
    assert not any("第" in p.text("zh") and "条" in p.text("zh").split("第")[-1] for p in plan.problems)
    assert "monitoring_practice" in codes(plan)
