"""Water held back is water that does not come: intakes below a closed gate, and rivers above the limit already."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from operated_rivers import gated
from planned_river import planned_river, with_site
from test_planning_plan import HERE, SPILL, H, codes, guarded, refusals

from riverplan.app.plan_conclusion import cards
from riverplan.app.plan_words import outcome
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.i18n import LANGS
from riverplan.planning.as_json import plan_as_json
from riverplan.planning.harm import hours_above
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan import plan
from riverplan.planning.plan_record import record_of
from riverplan.planning.plan_words import conclusion_lines, receptor_table
from riverplan.planning.receptors import receptors
from riverplan.river.sites import Intake
from riverplan.transport.operation import Operation

WEAK = replace(SPILL, mass=0.1, duration=60.0)
"""Below the limit at the waterworks."""


OF_S1 = Spill(site_id="S1", substance="phenol", mass=2_000.0, duration=H)


def without_brook(**intake):
    """As ``guarded``, with nothing that comes in below the gate."""
    river, dry = guarded(**intake), gated(2.2e6)
    return river.replace(scenarios=dry.scenarios, reaches=dry.reaches)


def test_hours_without_water_count_as_hours_above_the_limit():
    level = np.array([[0.0], [0.0], [2.0], [2.0], [0.0]])
    spans, limit, sigma = np.ones(5), np.array([1.0]), np.zeros(1)
    wet = np.zeros((5, 1), bool)
    assert hours_above(level, spans, limit, sigma, wet)[1, 0] == pytest.approx(0.5 + 1.0 + 0.5)
    dry = np.array([[False], [True], [False], [True], [False]])
    assert hours_above(level, spans, limit, sigma, dry)[1, 0] == pytest.approx(1.0 + 0.5 + 1.0 + 0.5)


def test_a_gate_that_leaves_the_waterworks_without_water_is_no_protection_and_the_reason_is_said():
    found = plan(without_brook(), SPILL, candidates=False)
    assert found.action("G1") is None and refusals(found)["G1"] == "dries"
    [why] = [r.why for r in found.refused if r.site_id == "G1"]
    for lang in LANGS:
        assert "下游水厂" in why.what(lang) and "{" not in why.text(lang)


def test_a_gate_pinned_all_the_same_is_said_to_dry_the_waterworks_as_long_as_it_fills():
    found = plan(without_brook(clear_water_tank=0.0), SPILL, pins=["G1"], candidates=False)
    [works] = [e for e in found.receptors if e.site_id == "I1"]
    assert works.before.hours_dry == 0.0
    # as long as the gate fills, but for the hours in which what is below it runs off
    assert works.after.hours_dry == pytest.approx(2.2e6 / 20.0 / H - 5.5, abs=0.5)
    assert works.after.hours_above >= works.after.hours_dry - 1e-9 and "plan_dries" in codes(found.problems)
    assert found.harm["plan"].population_hours > found.harm["nothing"].population_hours
    assert works.dried and outcome(found, works) == "dried"
    said = conclusion_lines(found, "zh")
    assert "缺水 1 处，尚须另行供水：下游水厂" in "".join(said) and not any(
        "保住" in line and "下游水厂" in line for line in said)


def test_a_gate_the_officer_closes_in_any_case_is_named_for_the_intakes_it_dries():
    close = Operation(place="G1", action="close", at=0.0)
    found = plan(without_brook(clear_water_tank=0.0), SPILL, added=[close], forbid=["G1"], candidates=False)
    dries = next(p for p in found.problems if p.code == "plan_dries")
    assert "下游水厂" in dries.what("zh") and "枯水流量的一成" in dries.what("zh")
    bare = plan(without_brook(clear_water_tank=0.0), SPILL, forbid=["G1"], candidates=False).harm["nothing"]
    added = next(p for p in found.problems if p.code == "plan_nothing_added")
    assert 7.8e4 < bare.population_hours < 8e4 and "完全不处置为 7." in added.what("zh")    # 7.9 万
    assert found.harm["nothing"].population_hours > bare.population_hours


def test_a_pinned_gate_that_makes_it_worse_is_not_said_to_save():
    found = plan(without_brook(clear_water_tank=0.0), SPILL, pins=["G1"], candidates=False)
    why = {p.code: p for p in found.action("G1").why}
    more = found.harm["plan"].population_hours - found.harm["nothing"].population_hours
    assert "why_people" not in why and people_hours(more, "zh") in why["why_worse"].what("zh")


def test_an_intake_that_takes_much_of_the_river_goes_dry_sooner_than_one_that_takes_little():
    # 4 of 24 m³/s are left: enough for a tenth of the low flow, not for one who takes 6
    for supply, dry in ((None, False), (1.0, False), (6.0, True)):
        found = plan(guarded(supply=supply), SPILL, pins=["G1"], candidates=False)
        assert ("plan_dries" in codes(found.problems)) is dry, supply


def test_an_intake_left_with_hardly_the_water_it_needs_is_named_with_its_share():
    found = plan(guarded(), SPILL, "low", pins=["G1"], candidates=False)   # a sixth is left; it needs a tenth
    [scarce] = [p for p in found.problems if p.code == "plan_scarce"]
    assert "下游水厂 1.2 m³/s（平时的 17 %）" in scarce.what("zh") and "17 % of the usual" in scarce.what("en")
    for flow, how in (("low", {"forbid": ["G1"]}), ("normal", {"pins": ["G1"]})):   # built for low flow, all is well
        assert "plan_scarce" not in codes(plan(guarded(), SPILL, flow, candidates=False, **how).problems)


def test_an_intake_that_never_exceeds_is_looked_at_where_a_gate_may_dry_it():
    river = without_brook()
    far = Intake(site_id="I2", name="远水厂", category="drinking", reach_id="b", chainage=9_900.0, population=9_000,
                 **HERE)
    said = forecast(river.replace(sites=(*river.sites, far)), WEAK)
    assert said.arrival("I2").exceed_probability < 0.01
    near = Intake(site_id="I3", name="近水站", category="village", reach_id="a", chainage=100.0, population=10,
                  **HERE)                                   # exceeds, and nothing can help it
    found = plan(river.replace(sites=(*river.sites, far, near)), WEAK, pins=["G1"], candidates=False)
    assert {"I1", "I2"} <= {e.site_id for e in found.receptors}
    assert "远水厂" in next(p for p in found.problems if p.code == "plan_dries").what("zh")


def below_the_gate(people, **asked):
    """A river with a village that drinks right below the gate, above the brook: closed, the gate leaves it dry."""
    village = Intake(site_id="I2", name="坝下水站", category="village", reach_id="c0", chainage=50.0, population=people,
                     **HERE)
    river = with_site(planned_river(), "G1", usable_volume=2e7)
    return plan(river.replace(sites=(*river.sites, village)), OF_S1, candidates=False, **asked)


def test_what_a_gate_would_save_the_others_is_said_where_those_it_dries_could_be_supplied_otherwise():
    found = below_the_gate(10_000)
    [refused] = [r for r in found.refused if r.site_id == "G1"]
    assert refused.why.code == "refused_dries_spared" and "坝下水站" in refused.why.what("zh")
    works = next(e for e in found.receptors if e.site_id == "I1").before.population_hours
    assert refused.spared == pytest.approx(works, rel=0.01)             # all that the waterworks suffers
    said = [line for line in conclusion_lines(found, "zh") if "--supplied I2" in line]
    assert len(said) == 1 and people_hours(refused.spared, "zh") in said[0]
    assert any("--supplied I2" in line for line in conclusion_lines(found, "en"))
    for lang in LANGS:
        assert people_hours(refused.spared, lang) in cards(found, lang)


def test_with_another_supply_for_those_it_dries_the_gate_is_chosen_and_saves_what_was_said():
    left_out, found = below_the_gate(10_000), below_the_gate(10_000, supplied=["坝下水站"])
    [refused] = [r for r in left_out.refused if r.site_id == "G1"]
    assert found.action("G1") is not None and found.supplied == ("I2",)
    gain = found.harm["nothing"].population_hours - found.harm["plan"].population_hours
    assert gain == pytest.approx(refused.spared, rel=0.01)
    village = next(e for e in found.receptors if e.site_id == "I2")
    assert village.before.population_hours == village.after.population_hours == 0.0
    short = next(e for e in below_the_gate(10_000, pins=["G1"]).receptors if e.site_id == "I2").after.hours_dry
    assert village.after.hours_dry == pytest.approx(short) and short > 100.0      # the tankers must last so long
    assert outcome(found, village) == "supplied"
    said = "".join(conclusion_lines(found, "zh"))
    assert f"不计其停水和缺水：坝下水站（须撑约 {village.after.hours_above:.0f} h，其中缺水 {short:.0f} h）" in said
    assert "尚须另行供水" not in said and "plan_dries" not in codes(found.problems)
    assert "plan_scarce" not in codes(found.problems) and "plan_supplied" in {p.code for p in found.assumptions}
    assert plan_as_json(found)["supplied"] == ["I2"]
    assert record_of(found, made_on=date(2026, 7, 1)).said.supplied == ("I2",)


def test_what_is_given_as_supplied_and_is_no_intake_is_named_and_the_plan_is_made():
    found = below_the_gate(10_000, supplied=["G1", "坝下水厂", " ", "I1"])
    named = {p.code: p for p in found.problems}
    assert "G1" in named["plan_supplied_none"].what("zh") and "坝下水站" in named["plan_pin_unknown"].mend("zh")
    assert "plan_pin_empty" in named and found.supplied == ("I1",)


def test_where_all_intakes_are_supplied_otherwise_actions_are_said_to_serve_boundaries_alone():
    found = plan(guarded(), SPILL, candidates=False, supplied=["I1"], pins=["G1"])
    assert found.harm["nothing"].population_hours == 0.0
    assert "措施只为降低交界超标的可能" in "".join(conclusion_lines(found, "zh"))
    far = plan(guarded(), replace(SPILL, reach_id="b", chainage=6_000.0), candidates=False, supplied=["I1"])
    assert far.supplied == ("I1",)                           # above the spill, and no receptor


@pytest.mark.parametrize(("supply", "words"), [
    (None, "（余流 {left} m³/s，不足枯水流量一成 {needs}）"),
    (0.001, "（余流 {left} m³/s，多于登记取水量 0.001，但不足枯水流量一成 {needs}）"),
    (9.0, "（余流 {left} m³/s，不够取水所需 {needs}）")])
def test_how_much_is_left_at_an_intake_that_falls_short_is_told_beside_what_it_needs(supply, words):
    found = plan(without_brook(clear_water_tank=0.0, supply=supply), SPILL, pins=["G1"], candidates=False)
    dries = next(p for p in found.problems if p.code == "plan_dries").what("zh")
    left, needs = re.search(r"余流 ([\d.e-]+) m³/s.*?([\d.]+)）", dries).groups()
    assert words.format(left=left, needs=needs) in dries and float(left) < float(needs)
    assert float(needs) == pytest.approx(9.0 if supply == 9.0 else 0.6)      # the low flow is 6 m³/s
    assert "plan_dry_assumed" in {p.code for p in found.assumptions}


def test_a_gate_that_saves_more_than_it_dries_is_closed_and_nothing_is_said_of_another_supply():
    found = below_the_gate(10)
    assert found.action("G1") is not None
    assert not any("--supplied" in line for line in conclusion_lines(found, "zh"))


def test_where_the_background_is_above_the_limit_the_time_the_spill_adds_another_limit_is_compared_and_said():
    spill = replace(SPILL, background=6e-6)                  # of 5 µg/L allowed
    who = receptors(forecast(guarded(), spill))
    assert who.headroom == pytest.approx(5e-6) and "plan_background_over" in codes(who.problems)
    found = plan(guarded(), spill, candidates=False)
    [works] = [e for e in found.receptors if e.site_id == "I1"]
    assert 0.0 < works.before.hours_above < 24.0             # the passage, and not as long as the trial looks
    assert works.after.hours_above <= works.before.hours_above
    assert outcome(found, works) == "over"                   # above it all the same
    assert [r["over_by_background"] for r in plan_as_json(found)["receptors"]] == [True] * len(found.receptors)
    assert all("（本底已超）" in row[0] for row in receptor_table(found, "zh")[1])
    said = "".join(conclusion_lines(found, "zh"))
    assert "保住" not in said and "仍很可能超标" not in said and "本底已达到或超过限值 2 处" in said
