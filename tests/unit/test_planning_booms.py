"""Booms and sorbents where a plan holds a film: length by width and angle, amounts, stores, what cannot be reckoned."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from operated_rivers import H
from test_exporting_strategy import opened, words
from test_planning_plan import SPILL, guarded, with_help

from riverplan.app.plan_advice import advice
from riverplan.app.plan_words import needs_words
from riverplan.exporting.strategy import strategy
from riverplan.planning.allocation import amount_words
from riverplan.planning.as_json import plan_as_json
from riverplan.planning.beside_words import beside_lines
from riverplan.planning.boom_words import boom_lines
from riverplan.planning.booms import boom_length
from riverplan.planning.dosing_words import dosing_lines
from riverplan.planning.plan import plan
from riverplan.planning.plan_record import record_from, record_of
from riverplan.river.sites import Bridge, Space, Store

OIL = replace(SPILL, substance="柴油", mass=2_000.0)


def river(width=80.0, items="围油栏 500 m、吸油毡 1 t"):
    """The river with a gate of a width, and a store with booms."""
    plain = with_help(guarded())
    sites = tuple(replace(s, width=width) if isinstance(s, Space) else s for s in plain.sites)
    return plain.replace(sites=sites, resources=tuple(
        replace(r, items=items, lon=107.7) if isinstance(r, Store) else r for r in plain.resources))


@pytest.fixture(scope="module")
def made():
    return plan(river(), OIL, candidates=False, pins=["G1"])


@pytest.mark.parametrize(("surface", "degrees"), [(0.1, 45.0), (0.35 / np.sin(np.radians(40.0)), 40.0), (0.7, 30.0)])
def test_a_boom_is_as_long_as_the_river_is_wide_over_the_sine_of_its_angle(surface, degrees):
    assert boom_length(60.0, surface) == pytest.approx(60.0 / np.sin(np.radians(degrees)))


def test_no_boom_is_laid_where_thirty_degrees_are_not_enough():
    assert boom_length(60.0, 0.72) is None


def test_a_gate_that_holds_a_film_gets_three_booms_and_sorbent_for_a_tenth_of_it(made):
    [at] = made.booms
    assert (at.site_id, at.width, at.is_listed) == ("G1", 80.0, True)
    assert at.length == pytest.approx(boom_length(80.0, at.surface))
    booms, sorbent = at.needs
    assert (booms.name, booms.quantity, booms.unit) == ("oil_boom", 3 * np.ceil(at.length), "m")
    assert at.sorbent[1] == 2 * at.sorbent[0] and 0 < at.sorbent[1] <= 200.0
    assert sorbent.quantity == np.ceil(at.sorbent[1])


def test_stores_bring_them_and_what_nobody_brings_is_short(made):
    assert [(a.given[0].store_id, a.short) for a in made.booms[0].allocations] == [("W1", 0.0), ("W1", 0.0)]
    poor = plan(river(items="围油栏 100 m"), OIL, candidates=False, pins=["G1"]).booms[0]
    assert [round(a.short, 6) for a in poor.allocations] == [poor.needs[0].quantity - 100.0, poor.needs[1].quantity]


def test_every_amount_bears_its_mark_and_says_what_it_rests_on(made):
    length, sorbent, *others = boom_lines(made.booms[0], "zh")
    assert "围油栏 3 道，每道 135 m，共 405 m：河宽 80 m（名录）÷ sin 36°" in length
    assert "起始值，须现场核定" in length
    assert "每千克吸油 10–20 kg" in sorbent and "起始值" in sorbent
    assert "来源可信度：方法中，数值中" in others
    assert "3 in series" in boom_lines(made.booms[0], "en")[0]


def test_without_a_mass_there_is_a_length_and_no_sorbent():
    [at] = plan(river(), replace(OIL, mass=None), candidates=False, pins=["G1"]).booms
    assert [n.name for n in at.needs] == ["oil_boom"] and at.sorbent is None
    assert "算不出" in boom_lines(at, "zh")[1]


def test_what_does_not_float_gets_no_booms():
    assert plan(river(), replace(SPILL, duration=H), candidates=False).booms == ()


def test_what_is_kept_of_a_plan_says_what_is_short_and_a_plan_kept_before_is_read():
    poor = plan(river(items="围油栏 100 m"), OIL, candidates=False, pins=["G1"])
    record = record_of(poor, made_on=date(2026, 1, 5))
    [at] = record.said.booms
    assert at.site_id == "G1" and [n.name for n in at.short] == ["oil_boom", "oil_sorbent"]
    assert at.short[0].short == pytest.approx(poor.booms[0].needs[0].quantity - 100.0)
    before = json.loads(record.kept().content)
    del before["booms"]
    assert record_from(replace(record.kept(), content=json.dumps(before))).said.booms == ()


def test_where_amounts_are_reckoned_the_source_is_not_said_to_state_none():
    bridge = Bridge(site_id="B1", name="示范桥", span=40.0, lon=108.0, lat=29.8, county="示范县", reach_id="a",
                    chainage=8_000.0)
    bridged = river()
    found = plan(bridged.replace(sites=(*bridged.sites, bridge)), OIL, candidates=False, pins=["G1"])
    assert found.booms and {d.site_id for d in found.dosings} == {"B1"}
    for lang, unstated, here in (("zh", "来源没有给出用量", "此处没有推算用量，请按现场河宽、流速核定"),
                                 ("en", "states no amount", "no amount is reckoned here")):
        said = " ".join(line for _, lines in beside_lines(found, lang) for line in lines)
        assert unstated not in said and said.count(here) == 1
    [dosed] = found.dosings
    there = [replace(found.booms[0], site_id="B1")]
    assert not [x for x in dosing_lines(dosed.dosing, "zh", there) if "用量" in x]
    alone = " ".join(dosing_lines(dosed.dosing, "zh"))
    assert alone.count("来源没有给出用量") == 2


def test_screen_and_paper_too_do_not_say_that_no_amount_is_stated_where_booms_are_reckoned():
    bridge = Bridge(site_id="B1", name="示范桥", span=40.0, lon=108.0, lat=29.8, county="示范县", reach_id="a",
                    chainage=8_000.0)
    bridged = river()
    found = plan(bridged.replace(sites=(*bridged.sites, bridge)), OIL, candidates=False, pins=["G1"])
    for said in (advice(found, "zh"), words(opened(strategy(found)))):
        assert "此处没有推算用量" in said and "来源没有给出用量" not in said


def test_amounts_for_a_film_are_settled_on_the_spot_and_not_by_jar_test_on_paper_too():
    bridge = Bridge(site_id="B1", name="示范桥", span=40.0, lon=108.0, lat=29.8, county="示范县", reach_id="a",
                    chainage=8_000.0)
    bridged = river()
    found = plan(bridged.replace(sites=(*bridged.sites, bridge)), OIL, candidates=False, pins=["G1"])
    assert found.dosings
    said = words(opened(strategy(found)))
    assert "数量均为起始值，须现场核定" in said and "药剂量均为起始试验值" not in said


def test_an_amount_is_told_in_the_same_figures_wherever_it_stands():
    found = plan(river(width=833.0, items="围油栏 9000 m、吸油毡 3 t"), replace(OIL, mass=13_579.0), candidates=False,
                 pins=["G1"])
    [at] = found.booms
    said = [amount_words(n.quantity, n) for n in at.needs]
    assert said == [f"{3 * np.ceil(at.length):,.0f} m", f"{np.ceil(at.sorbent[1]) / 1_000.0:.4g} t"]
    assert at.needs[0].quantity > 1_000.0 and len(said[1]) > len("1.2 t")                # figures that could be cut
    screen = "".join(needs_words(found, a.needs, "zh") for a in at.allocations)
    paper = words(opened(strategy(found)))
    [(_, lines)] = [x for x in beside_lines(found, "zh") if x[0] == "booms"]
    for one in said:
        assert sum(one in line for line in boom_lines(at, "zh")) == 1
        assert sum(one in line for line in lines) == 2           # needed, and what a store gives
        assert one in screen and one in paper


def test_json_holds_them_and_no_nan(made):
    [at] = json.loads(json.dumps(plan_as_json(made), allow_nan=False))["booms"]
    assert (at["site_id"], at["rows"], at["trial_value"]) == ("G1", [3, 5], True)
    assert [s["name"] for s in at["supplies"]] == ["oil_boom", "oil_sorbent"]
