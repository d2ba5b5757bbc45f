"""Plans of small rivers: what is chosen, by hand; what is refused, with the reason; what bad input does."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations

import numpy as np
import pytest
from operated_rivers import H, gated
from planned_rivers import wide

from riverplan.app.plan_conclusion import cards
from riverplan.app.plan_words import outcome
from riverplan.exporting.strategy_decisions import decisions
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.planning import search as searching
from riverplan.planning.as_json import plan_as_json
from riverplan.planning.margin import DECIDE, REPORT, STAFF_MUSTER
from riverplan.planning.options import _variants
from riverplan.planning.plan import plan
from riverplan.planning.plan_words import (
    action_table,
    conclusion_lines,
    is_put_off,
    is_urgent,
    receptor_table,
    search_line,
)
from riverplan.planning.spaces import usable_spaces
from riverplan.planning.staged import moved_spill, staged
from riverplan.river.sites import Boundary, Intake, Space, Store, Team
from riverplan.transport.operation import Operation

START = clock("2026-07-01 08:00")
HERE = {"lon": 108.0, "lat": 29.8, "county": "示范县"}
SPILL = Spill(reach_id="a", chainage=0.0, substance="苯酚", mass=5.0, duration=H, at=START)
"""At the upper end of the river with a gate: above the limit as it passes, below it in all the water of the gate."""


def guarded(usable=2.2e6, close_time=1_800.0, phone="000-0000000", **intake):
    """A gate at 10 km that can hold the river for a day, a waterworks at 15 km, a county boundary at 19 km.

    A brook of 4 m³/s leaves those below the gate water when it is closed.
    """
    river = gated(usable, brook=4.0)
    works = Intake(site_id="I1", name="下游水厂", category="drinking", reach_id="b", chainage=5_000.0,
                   **{"population": 20_000, "clear_water_tank": 2 * H, "phone": "000-1111111", **HERE, **intake})
    border = Boundary(site_id="J1", category="county", upstream_unit="甲县", downstream_unit="乙县", reach_id="b",
                      chainage=9_000.0, **HERE)
    gate = next(s for s in river.sites if s.site_id == "G1")
    gate = replace(gate, name="示范闸", category="gate_dam", functions="储存、截流", close_time=close_time, phone=phone,
                   county="示范县")
    return river.replace(sites=(gate, works, border, *(s for s in river.sites if s.site_id != "G1")))


def pond(**changes):
    """A pond beside the river at 6 km."""
    return Space(**{"site_id": "P1", "name": "示范塘", "category": "pond", "functions": "储存", "usable_volume": 2e5,
                    "canal_capacity": 4.0, "close_time": 1_800.0, "reach_id": "a", "chainage": 6_000.0, **HERE,
                    **changes})


def with_help(river, *sites, teams=1):
    """With a team and a store near by."""
    near = [Team(resource_id=f"T{k}", name=f"{k}队", lon=108.0, lat=29.8, muster_time=900.0) for k in range(teams)]
    store = Store(resource_id="W1", name="示范库", lon=108.0, lat=29.8, items="编织袋 90000 条")
    return river.replace(sites=(*river.sites, *sites), resources=(*near, store))


def codes(problems):
    for p in problems:
        assert p.text("zh") and p.text("en")
    return {p.code for p in problems}


def refusals(found):
    codes(r.why for r in found.refused)
    return {r.site_id: r.why.code.removeprefix("refused_") for r in found.refused}


@pytest.fixture(scope="module")
def closed():
    return plan(guarded(), SPILL, candidates=False)


def test_a_gate_that_can_hold_the_plume_is_closed_just_before_it_may_come(closed):
    [action] = closed.actions
    arrival = closed.forecast.arrival("G1")
    assert (action.site_id, action.action) == ("G1", "close")
    assert action.at == action.earliest == pytest.approx(arrival.earliest)
    assert action.ready.ready == pytest.approx(REPORT + DECIDE + STAFF_MUSTER + 1_800.0)
    assert action.margin == pytest.approx(arrival.earliest - action.ready.ready)
    assert action.gained == pytest.approx(2.2e6 / 20.0)                 # free volume over inflow
    assert action.team_id == "" and action.store_id == ""


def test_what_it_saves_is_the_harm_without_it_less_the_harm_with_it(closed):
    [action] = closed.actions
    nothing, left = closed.harm["nothing"], closed.harm["plan"]
    assert left.population_hours < 0.7 * nothing.population_hours
    assert action.saves.population_hours == pytest.approx(nothing.population_hours - left.population_hours)
    assert codes(action.why) == {"why_people", "why_boundary"} and "changes_late" in codes(action.changes)


def test_before_and_after_agree_with_the_sum_of_the_harm(closed):
    works = next(e for e in closed.receptors if e.site_id == "I1")
    assert works.before.population_hours == pytest.approx(closed.harm["nothing"].population_hours)
    assert works.after.population_hours == pytest.approx(closed.harm["plan"].population_hours)
    assert works.before.beyond_tank <= max(works.before.hours_above - 2.0, 0.0) + 1.0
    column = [s.site_id for s in closed.receptors].index("I1")
    assert closed.before[:, column].max() == pytest.approx(works.before.peak_concentration, rel=1e-6)
    border = next(e for e in closed.receptors if e.site_id == "J1")
    assert closed.harm["nothing"].boundary_probability == pytest.approx(border.before.probability)


def test_with_few_options_the_plan_is_the_best_of_all_sets_simulated():
    river = with_help(guarded(), pond(), pond(site_id="P2", chainage=3_000.0), teams=2)
    seen = {}
    kept = searching._least

    def spy(trials, means, named):
        seen.update({c.picked: searching._harm(trials, means, c) for _, c in named})
        return kept(trials, means, named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_least", spy)
        found = plan(river, SPILL, candidates=False)
    assert found.chosen_by == "enumeration"
    every = set(chain.from_iterable(combinations(range(3), k) for k in range(4)))
    assert every <= set(seen)
    least = min(h.population_hours for h in seen.values())
    assert found.harm["plan"].population_hours <= 1.01 * least + 0.5
    assert found.bound[0] == pytest.approx(least)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plan_is_never_worse_than_nothing_or_than_nearest_first(seed):
    river = wide(spaces=14, stores=3, teams=3, receptors=6, reaches=30, seed=seed)
    found = plan(river, Spill(site_id="S1", substance="苯酚", mass=300.0, at=START))
    nothing, greedy, best = (found.harm[k] for k in ("nothing", "greedy", "plan"))
    assert best.population_hours <= min(nothing.population_hours, greedy.population_hours) + 1e-6
    busy = [a.team_id for a in found.actions if a.team_id]
    assert len(busy) == len(set(busy))
    for a in found.actions:
        if a.space.in_channel:
            assert a.margin >= 0                                         # nobody in the channel when it comes


def test_what_the_officer_forbids_is_left_out_and_what_is_pinned_is_used():
    river = with_help(guarded(), pond())
    without = plan(river, SPILL, forbid=["G1"], candidates=False)
    assert without.action("G1") is None and refusals(without)["G1"] == "forbidden"
    kept = plan(river, SPILL, pins=["P1"], forbid=["G1"], candidates=False)
    assert kept.action("P1").pinned and "why_pinned" in codes(kept.action("P1").why)


def test_pins_that_cannot_be_kept_are_named_and_the_rest_is_planned():
    river = with_help(guarded(), pond(), pond(site_id="P2", chainage=3_000.0))
    found = plan(river, SPILL, pins=["P1", "P2", "I1", "X9"], forbid=["I1"], candidates=False)
    assert {"plan_pin_together", "plan_pin_forbidden", "plan_pin_unknown"} <= codes(found.problems)
    assert found.action("P1") is not None and found.action("P2") is None


@pytest.mark.parametrize(("change", "code"), [
    ({"usable_volume": None}, "no_volume"), ({"canal_capacity": None}, "no_capacity"),
    ({"category": "hydropower_diversion_type", "functions": "引流"}, "no_conduit"),
    ({"category": "gate_dam", "functions": "引流"}, "no_way_aside"),
    ({"category": "temp_dam_site", "functions": "截流", "width": 40.0, "height": 6.0, "close_time": 60 * H}, "late")])
def test_a_space_that_cannot_be_used_is_named_with_the_reason_and_the_mend(change, code):
    found = plan(with_help(guarded(), pond(**change)), SPILL, candidates=False)
    assert refusals(found)["P1"] == code
    assert found.action("G1") is not None                                # the rest of the plan is made


def test_a_gate_without_closing_time_and_one_without_volume_are_refused_and_named():
    found = plan(guarded(close_time=None), SPILL, candidates=False)
    assert refusals(found)["G1"] == "no_close_time" and not found.actions
    assert "plan_nothing_helps" in codes(found.problems)
    found = plan(guarded(usable=None), SPILL, candidates=False)
    assert refusals(found)["G1"] == "no_volume"


def test_without_a_team_a_pond_is_refused_and_stores_without_a_position_are_named():
    river = guarded().replace(sites=(*guarded().sites, pond()))
    assert refusals(plan(river, SPILL, candidates=False))["P1"] == "no_team"
    lost = with_help(guarded(), pond())
    lost = lost.replace(resources=tuple(replace(r, lon=None, lat=None) for r in lost.resources))
    found = plan(lost, SPILL, candidates=False)
    assert refusals(found)["P1"] == "no_team" and "travel_no_position" in codes(found.problems)


def test_nobody_works_in_the_channel_on_rising_water():
    dam = pond(site_id="D1", category="temp_dam_site", functions="截流", width=40.0, height=4.0, close_time=1_800.0,
               chainage=9_000.0)
    river = with_help(guarded(), dam)
    assert refusals(plan(river, SPILL, rising=True, candidates=False))["D1"] == "rising_water"
    assert refusals(plan(river, SPILL, rising=False, candidates=False)).get("D1") != "rising_water"


def test_a_spill_that_harms_nobody_needs_nothing_and_says_so():
    found = plan(guarded(), replace(SPILL, mass=1e-4), candidates=False)
    assert not found.actions and "plan_nothing_harmed" in codes(found.assumptions)
    assert found.harm["plan"].population_hours == pytest.approx(0.0, abs=1.0)


def test_a_river_without_intakes_below_and_a_spill_without_mass_are_planned_for_too():
    bare = gated()
    assert plan(bare, SPILL, candidates=False).receptors == ()
    found = plan(guarded(), replace(SPILL, mass=None), candidates=False)
    assert "plan_presence_only" in codes(found.problems)
    assert found.receptors[0].before.peak_concentration is None


def test_unknown_people_and_tanks_are_assumed_and_named():
    found = plan(guarded(population=None, clear_water_tank=None), SPILL, candidates=False)
    assert "plan_people_assumed" in codes(found.problems) and "plan_tank_unknown" in codes(found.assumptions)


def test_the_call_comes_later_than_the_release_and_everyone_is_ready_later():
    late = plan(guarded(), SPILL, heard_at=clock("2026-07-01 08:12"), candidates=False)
    assert late.heard == 0.2 * H
    assert late.actions[0].ready.ready == pytest.approx(0.2 * H + REPORT + DECIDE + STAFF_MUSTER + 1_800.0)
    before = plan(guarded(), SPILL, heard_at=clock("2026-07-01 07:00"), candidates=False)
    assert before.heard == 0.0 and "plan_heard_before" in codes(before.problems)


def test_without_a_clock_time_of_the_spill_the_plan_stands_in_hours():
    found = plan(guarded(), replace(SPILL, at=None), candidates=False)
    assert found.clock(H) is None and found.notices == () and found.actions
    assert action_table(found, "zh")[1][0][1].startswith("+")


def test_json_holds_what_other_programs_read_and_no_nan(closed):
    said = json.loads(json.dumps(plan_as_json(closed), allow_nan=False))
    [action] = said["actions"]
    assert {"site_id", "action", "at_h", "ready_h", "earliest_h", "margin_h", "store_id", "team_id"} <= set(action)
    assert action["margin_h"] == pytest.approx(action["earliest_h"] - action["ready_h"], abs=0.01)
    assert set(said["harm"]) == {"nothing", "greedy", "plan"}
    assert {"site_id", "before", "after"} <= set(said["receptors"][0])
    assert isinstance(said["problems"], list)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_words_say_the_numbers_of_the_plan(closed, lang):
    text = "\n".join(conclusion_lines(closed, lang))
    hours = closed.harm["plan"].population_hours
    assert f"{float(f'{hours:.3g}') / 1e4:g}" in text if lang == "zh" and hours >= 1e4 else f"{hours:,.0f}"[:2] in text
    head, rows = action_table(closed, lang)
    assert len(head) == len(rows[0]) and "G1" in rows[0][2]
    head, rows = receptor_table(closed, lang)
    assert len(head) == len(rows[0]) == 5 and len(rows) == 2


def test_on_the_staged_river_all_sites_and_arrivals_stay_and_spaces_have_gates():
    dam = pond(site_id="D1", category="temp_dam_site", functions="截流", width=40.0, height=4.0, close_time=1_800.0,
               chainage=4_000.0)
    river = with_help(guarded(), dam)
    spaces, _ = usable_spaces(river, "normal")
    cut = staged(river, spaces)
    assert len(cut.reaches) == len(river.reaches) + 1
    assert {s.site_id for s in cut.sites} == {s.site_id for s in river.sites}
    assert cut.site("D1").node_id in cut.node_row
    before = forecast(river, SPILL)
    after = forecast(cut, moved_spill(before.spill, river, cut))
    for a in before.arrivals:
        assert after.arrival(a.site_id).peak == pytest.approx(a.peak, rel=1e-3)
        assert after.arrival(a.site_id).distance == pytest.approx(a.distance, abs=1.0)


def test_observations_that_slow_the_forecast_slow_the_trials():
    seen = Observation(site_id="U", kind="leading", value=None, at=START + timedelta(hours=3.5))
    plain, late = plan(guarded(), SPILL, candidates=False), plan(guarded(), SPILL, candidates=False,
                                                                observations=[seen])
    first, then = (next(e for e in f.receptors if e.site_id == "I1").before.peak for f in (plain, late))
    said = [f.forecast.arrival("I1").peak for f in (plain, late)]
    assert then / first == pytest.approx(said[1] / said[0], rel=0.05)
    assert then > 1.02 * first


def test_the_cells_and_steps_of_trials_tell_the_harm_of_cells_of_50_metres(closed, monkeypatch):
    from riverplan.planning import plan as planning

    monkeypatch.setattr(planning, "cells_of", lambda start, said: np.full(start.stage.rows.size, 50.0))
    monkeypatch.setattr(planning, "calm_of", lambda start, said, cells: None)
    fine = plan(guarded(), SPILL, candidates=False)
    for name in ("nothing", "plan"):
        assert closed.harm[name].population_hours == pytest.approx(fine.harm[name].population_hours, rel=0.02, abs=50.0)


def test_an_added_operation_that_cannot_be_done_is_named_and_the_plan_is_made():
    found = plan(guarded(), SPILL, candidates=False, heard_at=clock("2030-07-01 08:00"), added=[
        Operation(place="X9", action="close", at=H), Operation(place="U", action="dose", at=0.0, value=0.5)])
    assert {"operation_place", "plan_heard_late"} <= codes(found.problems)
    plain = plan(guarded(), SPILL, candidates=False)
    assert found.harm["nothing"].population_hours < plain.harm["nothing"].population_hours


def test_sections_move_on_with_the_plume_as_time_goes():
    first = plan(guarded(), SPILL, candidates=False).monitoring
    later = plan(guarded(), SPILL, candidates=False, now=START + timedelta(hours=9)).monitoring
    assert later.now == 9 * H > first.now
    tracked = [[s.distance for s in m.sections if "tracking" in s.roles] for m in (first, later)]
    assert max(tracked[1], default=20_000.0) > min(tracked[0])


def test_a_pond_that_would_be_full_before_the_peak_may_begin_with_the_front_or_wait_for_the_peak():
    river = with_help(guarded(), pond(usable_volume=2e4))
    spaces, _ = usable_spaces(river, "normal")
    arrival = forecast(river, SPILL).arrival("P1")
    space = next(s for s in spaces if s.space_id == "P1")
    early, late = _variants(space, "draw", 0, 0.0, arrival)
    assert early.at == arrival.earliest and early.until - early.at == pytest.approx(2e4 / 4.0)
    assert late.at == pytest.approx(arrival.peak - 0.5 * 2e4 / 4.0)         # half before, half after the peak
    [only] = _variants(replace(space, free_volume=2e5), "draw", 0, 0.0, arrival)
    assert only.at == arrival.earliest


def test_what_saves_little_does_not_head_the_plan_and_is_counted_after():
    found = plan(with_help(guarded(), pond()), SPILL, candidates=False)
    gate = found.action("G1")
    slight = replace(gate, site_id="P1", earliest=gate.earliest - 9 * H, saves=replace(
        gate.saves, population_hours=0.04 * gate.saves.population_hours, boundary_probability=0.0))
    both = replace(found, actions=(slight, gate))
    assert both.weighty == (gate,) and replace(both, actions=(slight,)).weighty == (slight,)
    assert replace(both, actions=(replace(slight, pinned=True), gate)).weighty[0].site_id == "P1"
    said = conclusion_lines(both, "zh")
    assert said[-1].startswith("另有 1 项作用较小") and not any("示范塘" in line for line in said)
    assert [d.site_id for d in decisions(both) if d.key != "stop_intake"] == ["G1", "P1"]


def test_a_place_the_plume_is_only_put_off_from_is_not_called_saved():
    found = plan(guarded(), SPILL, candidates=False)
    works, end = next(e for e in found.receptors if e.site_id == "I1"), float(found.time[-1])
    assert works.before.probability > 0.5 > works.after.probability and not is_put_off(found, works)
    def ends(before, after):
        return replace(works, before=replace(works.before, **before), after=replace(works.after, **after))
    rising = ends({"peak": end}, {"peak": end})                # ten days end before the peak, whatever is done
    for put_off in (ends({}, {"put_off": 0.3}), rising):
        late = replace(found, receptors=(put_off,))
        said = "".join(conclusion_lines(late, "zh"))
        assert "保住" not in said.replace("不能算保住", "") and "不能算保住 1 处：下游水厂" in said
        assert outcome(late, put_off) == "later"
        hit = replace(put_off, after=replace(put_off.after, exceeds_from=end - H, probability=0.6))
        assert not is_put_off(found, hit)                      # above its limit before the end
    cut = ends({"peak": end}, {"peak": end, "exceeds_from": end - H, "probability": 0.49})
    said = "".join(conclusion_lines(replace(found, receptors=(cut,)), "zh"))
    assert "保住" not in said and "仍很可能超标 1 处：下游水厂" in said      # still rising
    assert outcome(found, cut) not in ("saved", "below", "later")
    faint = ends({}, {"peak": end})                            # a trace of what a gate holds for good
    assert outcome(found, faint) == outcome(found, works) == "saved"


def test_what_is_late_is_to_be_decided_at_once_and_not_at_a_time_that_is_too_late_already():
    found = plan(guarded(), SPILL, candidates=False)
    gate = found.action("G1")
    late = replace(gate, margin=-0.8 * H)
    assert gate.order_by > found.heard and is_urgent(found, late) and not is_urgent(found, gate)
    assert "须立即决定" in "".join(conclusion_lines(replace(found, actions=(late,)), "zh"))


def test_a_plan_the_model_cannot_tell_from_nothing_says_so_and_presses_nobody(closed):
    done = closed.harm["plan"]
    slight = replace(closed, harm={**closed.harm, "nothing": replace(
        done, population_hours=1.005 * done.population_hours + 0.4, cost=0.0, actions=0)})
    said = "".join(conclusion_lines(slight, "zh"))
    assert "小于模型能分辨的 1 %" in said and "前决定" not in said and "立即决定" not in said
    assert "没有把握有用" in cards(slight, "zh") and "没有把握有用" not in cards(closed, "zh")
    border = replace(slight, harm={**slight.harm, "nothing": replace(
        slight.harm["nothing"], boundary_probability=done.boundary_probability + 0.02)})
    for one in (border, closed):
        assert "分辨" not in "".join(conclusion_lines(one, "zh"))


def test_the_gap_to_what_the_program_estimates_is_told_on_either_side_of_it(closed):
    left = closed.harm["plan"].population_hours
    for bound, words in ((left - 100.0, "最优多 100 人·小时"), (left + 100.0, "最优还少 100 人·小时"),
                         (left + 0.5, "最优相同")):
        assert words in search_line(replace(closed, bound=(bound, 0.0)), "zh")
    assert replace(closed, bound=(left + 100.0, 0.0)).gap == pytest.approx(-100.0)
