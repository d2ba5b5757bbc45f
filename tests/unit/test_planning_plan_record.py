"""Plans as plain records: made for every source and flow, written, read back; what would bring late spaces in time."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from planned_river import dry, planned_river, with_resource, with_site

from riverplan.errors import InputError, Problem
from riverplan.forecasting.spill import BEIJING
from riverplan.planning.every import ASSUMED_MASS, cases, every_plan
from riverplan.planning.late import CHANGES, late_spaces
from riverplan.planning.margin import Delays
from riverplan.planning.plan import plan as planned
from riverplan.planning.plan_record import PlanRecord, called, read_records, record_from, record_of, way_to
from riverplan.planning.record_json import dumped, loaded
from riverplan.planning.stock import Need
from riverplan.planning.travel import Conditions
from riverplan.river.kept_plans import keep_plans
from riverplan.river.sites import Material
from riverplan.river.store import read_river, save_river

DAY = date(2026, 1, 5)


def test_a_record_says_what_its_plan_says(plans, records):
    plan, record = plans["low"], next(r for r in records if r.scenario == "low")
    assert plan.spill.at is None
    assert (record.source_id, record.substance, record.mass) == ("S1", "苯酚", 2_000.0)
    assert record.river_digest == plan.river.digest
    assert [a.site_id for a in record.said.arrivals] == [a.site_id for a in plan.forecast.arrivals]
    gate = plan.action("G1")
    [kept] = [a for a in record.said.actions if a.site_id == "G1"]
    assert (kept.margin, kept.ready) == pytest.approx((gate.margin, gate.ready.ready), rel=1e-6)
    assert kept.distance == pytest.approx(14_000.0)
    assert record.harm["plan"].population_hours == pytest.approx(plan.harm["plan"].population_hours, rel=1e-6)
    assert [(e.site_id, e.kind) for e in record.said.receptors] == [(e.site_id, e.kind) for e in plan.receptors]
    assert called("S1", "low") == record.called


def test_a_record_comes_back_from_a_river_file_as_it_was_and_outlives_a_save(records, tmp_path):
    path = save_river(planned_river(), tmp_path / "策河.gpkg")
    keep_plans(path, [r.kept() for r in records])
    save_river(read_river(path).replace(name="改名"), path)
    back, problems = read_records(path)
    assert problems == ()
    assert back == tuple(sorted((replace(r, version=1) for r in records), key=lambda r: r.scenario))
    assert [r.digest for r in back] == [r.digest for r in sorted(records, key=lambda r: r.scenario)]


def test_content_of_another_form_is_a_problem_and_no_crash(records):
    kept = records[0].kept()
    for content in ("{}", json.dumps({**json.loads(kept.content), "actions": "none"}),
                    json.dumps({**json.loads(kept.content), "harm": {"plan": 3}})):
        found = record_from(replace(kept, content=content))
        assert isinstance(found, Problem) and found.code == "plans_row_damaged"
        assert found.text("zh") and found.text("en")


def test_a_record_kept_before_dry_hours_were_reckoned_is_read(records):
    old = json.loads(dumped(records[0].said))
    for effect in old["receptors"]:
        del effect["before"]["hours_dry"], effect["after"]["hours_dry"]
    assert loaded(type(records[0].said), json.dumps(old)).receptors[0].after.hours_dry == 0.0


def test_numbers_that_are_not_finite_and_missing_ones_come_back():
    need = Need(name="empty_bag", quantity=float("inf"), unit="count", short=0.1 + 0.2)
    back = loaded(Need, dumped(need))
    assert back.quantity == float("inf") and back.short == pytest.approx(0.3)
    with pytest.raises(ValueError, match="quantity"):
        loaded(Need, dumped({"name": "x", "quantity": "much", "unit": "", "store_id": "", "short": 0}))


def test_a_late_space_tells_its_time_and_what_each_change_would_win(plans):
    for plan in plans.values():
        [late] = [x for x in late_spaces(plan) if x.site_id == "T1"]
        refused = next(r for r in plan.refused if r.site_id == "T1")
        assert late.lacks == pytest.approx(-refused.margin)
        assert late.how.ready == pytest.approx(late.ready)          # reckoned again as the plan reckoned it
        ready = {c.code: c.ready for c in late.changes}
        assert list(ready) == [c for c in CHANGES if c in ready]
        assert all(t < late.ready for t in ready.values())
        assert ready["order"] == pytest.approx(late.ready - late.how.decide)
        assert ready["quick"] == pytest.approx(late.ready - late.how.work + 3_600.0)
        assert ready["all"] == min(ready.values())
        discharge = float(plan.scenario.discharge[0])
        assert late.holds == pytest.approx(60_000.0 / discharge)


def test_what_changes_would_win_is_reckoned_with_night_rain_and_delays_of_the_plan(plans):
    by_day = plans["low"]
    wet = planned(by_day.river, by_day.spill, "low", conditions=Conditions(night=True, rain=True), rising=False,
                  delays=Delays(decide=5_400.0))
    [usual], [late] = ([x for x in late_spaces(p) if x.site_id == "T1"] for p in (by_day, wet))
    assert late.how.ready == pytest.approx(late.ready)
    assert late.how.drive > usual.how.drive and late.how.decide == 5_400.0
    kept = next(x for x in record_of(wet, made_on=DAY).said.late if x.site_id == "T1")
    assert {c.code: c.ready for c in kept.changes}["order"] == pytest.approx(late.ready - 5_400.0)


def test_bags_that_have_expired_when_the_call_comes_are_waited_for_by_no_late_space(plans):
    by_day = plans["low"]
    river = with_resource(by_day.river, "W1", items="")
    river = river.replace(resources=(*river.resources, Material(
        resource_id="M1", name="编织袋", store="物资库", quantity=20_000.0, unit="条", expires_on="2026-03-01")))
    load = {}
    for day in (date(2026, 2, 1), date(2026, 4, 1)):
        spill = replace(by_day.spill, at=datetime(day.year, day.month, day.day, 8, tzinfo=BEIJING))
        made = planned(river, spill, "low", rising=False)
        [late] = [x for x in late_spaces(made) if x.site_id == "T1"]
        refused = next(r for r in made.refused if r.site_id == "T1")
        assert late.how.ready == pytest.approx(late.ready) == pytest.approx(refused.ready)
        load[day.month] = late.how.store_id, "bags" in [c.code for c in late.changes]
    assert load == {2: ("W1", True), 4: ("", False)}


def test_a_chosen_action_whose_margin_is_negative_is_late_and_clean_water_is_not(plans):
    plan = plans["low"]
    gate = plan.action("G1")
    tardy = replace(gate, margin=-600.0, earliest=gate.ready.ready - 600.0)
    ids = [x.site_id for x in late_spaces(replace(plan, actions=(tardy,)))]
    assert sorted(ids) == ["G1", "T1"]
    assert [x.site_id for x in late_spaces(replace(plan, actions=(replace(tardy, action="dilute"),)))] == ["T1"]


def test_the_way_to_a_place_is_along_the_river_and_none_above_the_spill(plans):
    forecast = plans["low"].forecast
    assert way_to(forecast, "c", 1_900.0) == pytest.approx(16_000.0)
    assert way_to(forecast, "a", 7_000.0) == pytest.approx(1_000.0)
    assert way_to(forecast, "a", 5_000.0) is None
    assert way_to(forecast, "none", 0.0) is None


def test_every_source_is_planned_for_at_every_flow_with_its_first_known_substance_and_its_storage():
    found, problems = cases(planned_river())
    assert [(c.source.site_id, c.scenario, c.substance, c.mass, c.mass_basis) for c in found] == [
        ("S1", "low", "苯酚", 2_000.0, "storage"), ("S1", "normal", "苯酚", 2_000.0, "storage")]
    assert problems == ()
    assert found[0].spill.at is None


def test_what_is_unknown_of_a_source_is_named_and_a_mass_is_assumed():
    river = with_site(planned_river(), "S1", substances="秘料、苯酚", max_storage=None)
    found, problems = cases(river, scenarios=["low"])
    assert [(c.substance, c.mass, c.mass_basis) for c in found] == [("苯酚", ASSUMED_MASS, "assumed")]
    assert [p.code for p in problems] == ["every_unknown_substance", "every_mass_assumed"]
    found, problems = cases(with_site(river, "S1", substances="秘料"))
    assert found == ()
    assert [p.code for p in problems] == ["every_unknown_substance", "every_no_substance"]
    found, problems = cases(with_site(river, "S1", reach_id=""))
    assert found == ()
    assert [p.code for p in problems] == ["every_off_river"]
    assert cases(river, mass=50.0)[0][0].mass == 50.0


def test_flows_and_sources_that_do_not_exist_are_named_together():
    with pytest.raises(InputError) as caught:
        cases(planned_river(), scenarios=["flood"], sources=["S9", "G1"])
    assert [p.code for p in caught.value.problems] == ["unknown_scenario", "every_no_such_source"]
    river = planned_river()
    with pytest.raises(InputError) as caught:
        cases(river.replace(sites=(), scenarios={}))
    assert [p.code for p in caught.value.problems] == ["no_scenarios", "screen_no_sources"]


def test_a_source_that_cannot_be_planned_for_is_said_and_progress_is_told():
    river, told = dry(planned_river()), []
    [made] = every_plan(river, cases(river, scenarios=["low"])[0], progress=lambda i, n, c: told.append((i, n)))
    assert made.plan is None and made.problems
    assert told == [(0, 1)]


def test_a_spill_at_no_site_is_kept_by_its_place_and_forecast_again(plans):
    plan = plans["low"]
    record = record_of(replace(plan, spill=replace(plan.spill, site_id="")), made_on=DAY)
    assert isinstance(record, PlanRecord)
    assert record.source_id == "a@6000"
    assert record.said.mass_basis == "given"
    again = record.said.spill.again()
    assert (again.site_id, again.reach_id, again.chainage) == ("", "a", 6_000.0)
