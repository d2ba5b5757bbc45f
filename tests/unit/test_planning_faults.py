"""Plans where a river forks, joins, is dammed or small, with the right values worked out by hand."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from operated_rivers import H, by_the_station
from planned_river import planned_river
from river_fixtures import R, build, code_of
from test_planning_plan import HERE, SPILL, START, codes, guarded, pond, refusals, with_help

from riverplan.app.plan_words import is_judged
from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.planning.harm import exceeding
from riverplan.planning.margin import STAFF_MUSTER
from riverplan.planning.plan import plan
from riverplan.planning.plan_words import conclusion_lines
from riverplan.planning.receptors import receptors
from riverplan.planning.spaces import usable_spaces
from riverplan.planning.staged import staged
from riverplan.planning.usable_space import SHUT
from riverplan.river.check import check_river
from riverplan.river.sites import Intake, Space, Team

SMALL = Spill(reach_id="a", chainage=0.0, substance="苯酚", mass=5.0, duration=H, at=START)


def works(reach_id, chainage, **changes):
    return Intake(**{"site_id": "I1", "name": "下游水厂", "category": "drinking", "reach_id": reach_id,
                     "chainage": chainage, "population": 20_000, "clear_water_tank": 2 * H, **HERE, **changes})


def gate(reach_id, chainage, node_id="g1", **changes):
    return Space(**{"site_id": "G1", "name": "示范闸", "category": "gate_dam", "functions": "储存、截流",
                    "usable_volume": 7.2e5, "close_time": 600.0, "phone": "000-0000000", "reach_id": reach_id,
                    "chainage": chainage, "node_id": node_id, **HERE, **changes})


def dam(reach_id, chainage, **changes):
    return Space(**{"site_id": "D1", "name": "筑坝点", "category": "temp_dam_site", "functions": "截流", "width": 20.0,
                    "height": 2.0, "usable_volume": 3e5, "close_time": 1_800.0, "reach_id": reach_id,
                    "chainage": chainage, **HERE, **changes})


def joining():
    """15 and 5 m³/s that meet after 20 and 10 km at g1; a waterworks 5 km below."""
    nodes = {"n1": ("source", -10, 0), "n2": ("source", 10, 10), "g1": ("dam", 10, 0), "n3": ("outlet", 20, 0)}
    return build("汇河", nodes, [
        R(id="a", tail="n1", head="g1", velocity=0.5, discharge=15.0),
        R(id="t", tail="n2", head="g1", velocity=0.5, discharge=5.0),
        R(id="b", tail="g1", head="n3", velocity=0.5, discharge=20.0)], sites=[works("b", 5_000.0)])


def forked(*sites):
    """A gate at 8 km; at 10 km an arm of 14 m³/s that a waterworks drinks from, and one of 9 m³/s.

    Brooks 100 m below the gate and in the first arm leave the waterworks water when the river is held back.
    """
    nodes = {"n1": ("source", 0, 0), "g1": ("dam", 8, 0), "n6": ("source", 8, -1), "m1": ("junction", 8.1, 0),
             "n2": ("junction", 10, 0), "n5": ("junction", 15, 0.75), "n3": ("outlet", 30, 3), "n4": ("outlet", 30, -3)}
    river = build("叉河", nodes, [
        R(id="a", tail="n1", head="g1", velocity=0.5), R(id="b0", tail="g1", head="m1", velocity=0.5),
        R(id="brook", tail="n6", head="m1", velocity=0.5, discharge=3.0, name="小溪"),
        R(id="b", tail="m1", head="n2", velocity=0.5, discharge=23.0),
        R(id="l", tail="n2", head="n5", velocity=0.5, discharge=14.0),
        R(id="m", tail="n5", head="n3", velocity=0.5, discharge=16.0),
        R(id="r", tail="n2", head="n4", velocity=0.5, discharge=9.0)],
        sites=[gate("a", 8_000.0, usable_volume=1.5e6), works("m", 10_000.0)])
    return with_help(river, *sites)


def test_a_pond_whose_canal_takes_more_than_the_river_is_filled_by_the_river_and_no_sooner():
    found = plan(with_help(guarded(usable=1.0), pond(canal_capacity=50.0)), SPILL, pins=["P1"], candidates=False)
    action = found.action("P1")
    assert action.value == pytest.approx(20.0)
    assert action.until - action.at == pytest.approx(2e5 / 20.0)         # not 2e5 / 50: it would be two fifths full
    assert action.gained == pytest.approx(2e5 / 20.0)


def test_a_pond_that_takes_a_part_of_the_river_gains_no_time():
    found = plan(with_help(guarded(), pond()), SPILL, pins=["P1"], candidates=False)
    assert found.action("P1").value == 4.0 < SHUT * 20.0
    assert found.action("P1").gained is None


def test_a_gate_below_a_confluence_holds_what_both_rivers_bring():
    river = joining()
    river = river.replace(sites=(*river.sites, gate("a", 20_000.0)))
    found = plan(river, SMALL, pins=["G1"], candidates=False)
    assert found.action("G1").gained == pytest.approx(7.2e5 / 20.0)      # not 7.2e5 / 15


@pytest.mark.parametrize(("reach", "chainage"), [("t", 9_998.0), ("b", 2.0)])
def test_a_dam_beside_a_confluence_bars_its_own_reach_alone(reach, chainage):
    river = joining()
    river = river.replace(sites=(*river.sites, dam(reach, chainage)))
    spaces, _ = usable_spaces(river, "normal")
    cut = staged(river, spaces)
    site, net = cut.site("D1"), cut.compiled
    node = cut.node_row[site.node_id]
    assert site.node_id != "g1" and net.entering(node).size == net.leaving(node).size == 1
    assert site.reach_id.startswith(reach)


def test_a_dam_that_is_late_is_built_where_a_gate_above_holds_the_plume_long_enough():
    found = plan(forked(dam("l", 2_000.0, close_time=8 * H)), replace(SMALL, mass=12.0), candidates=False)
    assert found.action("D1") is not None and "changes_after" in codes(found.action("D1").changes)
    late = found.forecast.arrival("D1").earliest
    assert found.action("D1").earliest == pytest.approx(late + 1.5e6 / 20.0 - H, rel=1e-3)   # less the hour in hand
    assert found.harm["plan"].population_hours < 0.92 * found.harm["greedy"].population_hours


@pytest.mark.parametrize(("mass", "built"), [(6.0, True), (8.0, False), (10.0, False), (12.0, True)])
def test_a_dam_is_not_built_that_only_seems_to_save_as_trials_end_before_what_it_passes_on_is_past(mass, built):
    """It delays by 6 h and thins by 14 %: worth it only where that brings the strength in doubt below the limit."""
    river, spill = forked(dam("l", 2_000.0, close_time=8 * H)), replace(SMALL, mass=mass)
    found = plan(river, spill, candidates=False)
    assert {a.site_id for a in found.actions} == ({"G1", "D1"} if built else {"G1"})
    pinned = plan(river, spill, candidates=False, pins=["D1"]).harm["plan"].population_hours
    alone = plan(river, spill, candidates=False, forbid=["D1"]).harm["plan"].population_hours
    assert (pinned < 0.95 * alone) == built


@pytest.mark.parametrize("pins", [(), ("D1",)])
def test_a_gate_that_is_worse_alone_is_closed_for_the_time_it_wins_a_dam_below_it(pins):
    river = forked(dam("l", 2_000.0, close_time=8 * H, usable_volume=6e6))
    spill = replace(SMALL, mass=20.0)
    alone = plan(river, spill, forbid=["D1"], candidates=False)
    assert not alone.actions and refusals(alone)["G1"] == "worse"
    both = plan(river, spill, pins=pins, candidates=False)
    assert {a.site_id for a in both.actions} == {"G1", "D1"} and both.harm["plan"].population_hours == 0.0
    assert "plan_pin_refused" not in codes(both.problems)


def test_a_row_that_cannot_be_used_does_not_bar_another_row_of_the_same_gate():
    first = gate("a", 10_000.0, usable_volume=None, site_id="G0")
    river = guarded()
    river = river.replace(sites=(first, *river.sites))
    found = plan(river, SPILL, candidates=False)
    assert refusals(found)["G0"] == "no_volume" and found.action("G1") is not None


def test_a_gate_in_one_arm_gives_no_time_to_a_dam_below_both():
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 10, 0), "g1": ("dam", 15, 2), "n3": ("confluence", 20, 0),
             "n4": ("outlet", 40, 0)}
    river = build("洲河", nodes, [
        R(id="a", tail="n1", head="n2", velocity=0.5), R(id="l1", tail="n2", head="g1", velocity=0.5, discharge=19.0),
        R(id="l2", tail="g1", head="n3", velocity=0.5, discharge=19.0),
        R(id="r", tail="n2", head="n3", velocity=0.5, discharge=1.0), R(id="b", tail="n3", head="n4", velocity=0.5)],
        sites=[gate("l1", 5_300.0, usable_volume=5e6), works("b", 15_000.0), dam("b", 1_000.0, close_time=12 * H)])
    found = plan(with_help(river), SMALL, pins=["G1"], candidates=False)
    assert found.action("G1") is not None and refusals(found)["D1"] == "late"


def test_a_dam_in_an_arm_that_leads_to_nobody_is_left_late_and_the_rest_is_planned():
    found = plan(forked(dam("r", 2_000.0, close_time=8 * H)), SMALL, candidates=False)
    assert refusals(found)["D1"] == "late" and found.action("G1") is not None


def test_a_space_below_all_receptors_is_not_used_however_small_the_rounding_of_the_trials():
    nodes = {"n1": ("source", 0, 0), "n2": ("outlet", 5, 0)}
    river = build("短河", nodes, [R(id="a", tail="n1", head="n2", velocity=0.5)], sites=[works("a", 4_000.0)])
    found = plan(with_help(river, pond(chainage=4_990.0)), SMALL, candidates=False)
    assert not found.actions and found.harm["greedy"].actions == 0
    assert refusals(found)["P1"] == "aside"


def test_a_pool_of_unknown_volume_is_refused_with_the_mend_and_the_rest_is_planned():
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 10, 0), "g1": ("dam", 14, 0), "n3": ("outlet", 30, 0)}
    river = build("库河", nodes, [
        R(id="a", tail="n1", head="n2", velocity=0.5), R(id="p", tail="n2", head="g1", kind="reservoir"),
        R(id="b", tail="g1", head="n3", velocity=0.5)],
        sites=[gate("p", 4_000.0, category="reservoir"), works("b", 5_000.0)])
    found = plan(with_help(river, pond()), SMALL, candidates=False)
    assert refusals(found)["G1"] == "pool_volume"
    assert found.action("P1") is not None or "P1" in refusals(found)


def test_a_station_without_a_time_to_switch_is_refused_for_that_and_not_for_want_of_a_team():
    river = by_the_station()
    river = with_help(river.replace(sites=(*river.sites, works("a.3", 6_000.0))))
    found = plan(river, replace(SMALL, reach_id="a.1"), candidates=False)
    assert refusals(found)["P1"] == "no_close_time"


def test_stopping_a_station_rests_on_no_volume():
    river = by_the_station()
    sites = tuple(replace(s, close_time=600.0, phone="000-0000000") if s.site_id == "P1" else s for s in river.sites)
    river = river.replace(sites=(*sites, works("a.3", 6_000.0)))
    found = plan(river, replace(SMALL, reach_id="a.1"), pins=["P1"], candidates=False)
    assert "changes_volume" not in codes(found.action("P1").changes)


def test_a_gate_is_not_closed_before_the_staff_who_close_it_are_ready():
    river = guarded()
    lon, lat = river.lonlat(480_000.0, 3_300_000.0)
    sites = tuple(replace(s, lon=lon, lat=lat) if s.site_id == "G1" else s for s in river.sites)
    quick = Team(resource_id="T0", name="快队", lon=lon, lat=lat, muster_time=0.0)
    found = plan(river.replace(sites=sites, resources=(quick,)), replace(SPILL, chainage=8_000.0), pins=["G1"],
                 candidates=False)
    action = found.action("G1")
    assert action.team_id == "" and action.ready.muster == STAFF_MUSTER
    assert action.at >= action.ready.ready


def test_a_call_without_a_time_zone_is_by_the_clock_of_the_spill():
    found = plan(guarded(), SPILL, heard_at=datetime(2026, 7, 1, 8, 12), candidates=False)  # noqa: DTZ001
    assert found.heard == pytest.approx(0.2 * H)


def test_the_doubt_of_the_strength_is_that_of_the_spill_and_not_of_the_background_with_it():
    plain, above = (receptors(forecast(guarded(), replace(SPILL, background=b))) for b in (0.0, 4e-6))
    assert above.sigma == pytest.approx(plain.sigma, rel=1e-6)
    assert above.headroom[0] == pytest.approx(plain.headroom[0] - 4e-6)


def test_an_acid_is_judged_by_the_ph_it_brings_the_river_to():
    said = forecast(guarded(), replace(SPILL, substance="硫酸", mass=5_000.0))
    who, works_at = receptors(said), said.arrival("I1")
    assert "plan_presence_only" not in codes(who.problems)
    k = [s.site_id for s in who.sites].index("I1")
    chance = exceeding(np.array([works_at.peak_concentration]), who.headroom[[k]], who.sigma[[k]])
    assert chance[0] == pytest.approx(works_at.exceed_probability, abs=0.01)


def test_of_a_film_the_plan_says_that_it_was_tried_as_if_dissolved():
    found = plan(guarded(), replace(SPILL, substance="柴油", mass=5_000.0), candidates=False)
    assert "plan_film" in codes(found.problems) and "plan_presence_only" not in codes(found.problems)
    assert not is_judged(found)                              # neither on the screen nor in words is it above a limit
    assert "超标" not in "".join(conclusion_lines(found, "zh")).replace("无法判断是否超标", "")


def without_water(river, rows):
    """The river with nothing flowing in some reaches at low flow."""
    low = river.scenarios["low"]
    discharge = low.discharge.copy()
    discharge[rows] = 0.0
    return river.replace(scenarios={**river.scenarios, "low": replace(low, discharge=discharge)})


def test_a_plan_goes_as_far_as_water_flows_and_its_forecast_names_the_dry_reach():
    spill = Spill(site_id="S1", substance="苯酚", mass=2_000.0)
    made = plan(without_water(planned_river(), [2]), spill, "low")                       # c0, below the gate
    assert [e.site_id for e in made.receptors] == ["I0"]
    [dry] = [p for p in made.forecast.problems if p.code == "no_discharge"]
    assert dry.text("zh").startswith("清河 的河段没有流量（未填或为 0）：c0")
    assert sorted(e.site_id for e in plan(without_water(planned_river(), [3]), spill, "low").receptors) == [
        "B1", "I0", "I1"]                                                               # the brook alone is dry


@pytest.mark.parametrize("rows", [[0], slice(None)])
def test_where_nothing_flows_at_the_spill_no_plan_is_made_and_it_is_said(rows):
    river = without_water(planned_river(), rows)
    with pytest.raises(InputError) as caught:
        plan(river, Spill(site_id="S1", substance="苯酚", mass=2_000.0), "low")
    assert code_of(caught) == "no_discharge"
    assert any(p.code == "check_no_discharge" and "0" in p.text("en") for p in check_river(river))
