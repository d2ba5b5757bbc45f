"""Simulations of rivers: beside the forecast where nothing is done, and by hand where something is."""

import json
from dataclasses import replace

import numpy as np
import pytest
from operated_rivers import HERE, ON_A, H, by_the_station, gated
from river_fixtures import R, build, dammed, y_river

from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.calm import calm_after
from riverplan.forecasting.simulating.prepared import prepared, run
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.simulating.words import (
    balance_lines,
    simulation_as_json,
    simulation_lines,
    simulation_table,
)
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.sites import Intake, Section
from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Operation

PHENOL = Spill(reach_id="r1", chainage=1_000.0, substance="phenol", mass=1_000.0, duration=H)


def codes(problems):
    for p in problems:
        assert p.text("zh") and p.text("en")
    return {p.code for p in problems}


def balanced(found):
    return found.water.error < 1e-6 and found.mass.error < 1e-6


def test_a_steady_river_agrees_with_the_advection_and_dispersion_of_a_forecast():
    """Resident against flux concentrations: later by 2 D / u² (about 6 min here), and in steps of 5 min."""
    river = y_river()
    found, said = simulate(river, PHENOL), forecast(river, PHENOL, spread="advection_dispersion")
    assert [p.site_id for p in found.passages] == [a.site_id for a in said.arrivals]
    for p in found.passages:
        if p.site_id != "S01":                                  # at the spill itself nothing has spread
            arrival = said.arrival(p.site_id)
            assert p.peak == pytest.approx(arrival.peak, abs=600.0)
            assert p.peak_concentration == pytest.approx(arrival.peak_concentration, rel=0.015)
            assert p.exceeds_from == pytest.approx(arrival.exceeds_from, abs=700.0)
            assert p.exceeds_until == pytest.approx(arrival.exceeds_until, abs=700.0)
            assert p.passed == pytest.approx(1.0, abs=1e-6)
    assert balanced(found)


def test_a_pool_passes_as_in_the_forecast():
    river = dammed()
    spill = Spill(site_id="S01", substance="phenol", mass=1_000.0, duration=H)
    found, said = simulate(river, spill, hours=600.0), forecast(river, spill, spread="advection_dispersion")
    p, arrival = found.passage("I01"), said.arrival("I01")
    assert p.peak == pytest.approx(arrival.peak, rel=0.03)
    assert p.peak_concentration == pytest.approx(arrival.peak_concentration, rel=0.05)
    assert balanced(found)
    assert "simulation_in_pool" not in codes(found.problems)    # the intake is below the dam, the dam at its end


def test_a_closed_gate_holds_the_plume_until_it_is_opened():
    """20 m³/s into 2 million m³ fill 20 h of flow; what is held at most is 20 m³/s for the hours it is closed."""
    river = gated()
    free = simulate(river, ON_A)
    acts = [Operation(place="G1", action="close", at=0.0), Operation(place="g1", action="open", at=12 * H)]
    found = simulate(river, ON_A, operations=acts)
    gate = found.gates[0]
    assert gate.most_volume == pytest.approx(20.0 * 12 * H, rel=1e-3)
    assert gate.spills_from is None
    assert gate.most_mass == pytest.approx(1_000.0, rel=0.01)   # the plume is past the gate at 5.6 h + 1 h + spread
    assert gate.last_mass < 1.0
    below, before = found.passage("M"), free.passage("M")
    assert before.leading < 12 * H < below.leading              # nothing before the gate opens
    assert found.passage("U").trailing == pytest.approx(free.passage("U").trailing, rel=1e-9)     # no backwater
    assert below.passed == pytest.approx(1.0, abs=1e-3)
    assert balanced(found)


def test_a_gate_left_closed_spills_when_its_usable_volume_is_full():
    found = simulate(gated(usable=20.0 * 15 * H), ON_A, operations=[Operation(place="G1", action="close", at=0.0)])
    assert found.gates[0].spills_from == pytest.approx(15 * H, rel=1e-3)
    assert found.gates[0].most_volume == pytest.approx(20.0 * 15 * H, rel=1e-9)
    assert found.mass.held > 0
    assert balanced(found)
    [line, *_] = balance_lines(found, "zh")
    assert "15.0 h" in line


STATION = {"reach_id": "a.1", "chainage": 1_000.0, "substance": "phenol", "mass": 1_000.0, "duration": H}


def test_a_station_that_stops_sends_the_plume_into_the_dewatered_reach():
    """Running it takes 12 of 20 m³/s with 12/20 of the mass; stopped from the beginning it takes none."""
    river, spill = by_the_station(), Spill(**STATION)
    runs = simulate(river, spill)
    stops = simulate(river, spill, operations=[Operation(place="P1", action="divert", at=-10 * H, value=0.0)])
    assert runs.passage("DRY").passed == pytest.approx(8 / 20, rel=1e-3)
    assert runs.passage("CANAL").passed == pytest.approx(12 / 20, rel=1e-3)
    assert stops.passage("DRY").passed == pytest.approx(1.0, rel=1e-3)
    assert stops.passage("CANAL") is None
    assert stops.passage("DRY").discharge == pytest.approx(20.0, rel=1e-3)
    assert stops.passage("DRY").peak < runs.passage("DRY").peak   # more water, faster
    assert balanced(runs) and balanced(stops)


def test_a_station_stated_as_stopped_is_as_one_stopped_long_ago():
    """But for the velocity of the fuller reach: a power law from 8 to 20 m³/s against the model at 20 m³/s."""
    river, spill = by_the_station(), Spill(**STATION)
    long_ago = simulate(river, spill, dispersion=False, operations=[
        Operation(place="P1", action="divert", at=-48 * H, value=0.0)])
    stated = simulate(river, spill, dispersion=False, states={"P1": "stopped"})
    for when in ("leading", "trailing"):
        assert getattr(stated.passage("M1"), when) == pytest.approx(getattr(long_ago.passage("M1"), when), rel=0.02)
    assert stated.passage("M1").peak_concentration == pytest.approx(long_ago.passage("M1").peak_concentration, rel=0.02)


def at_gauge(river, pairs, site_id):
    flow = river.scenario("normal")
    begin = clock("2026-07-01 08:00").timestamp()
    return replace(flow, series={site_id: tuple((begin + h * H, q) for h, q in pairs)})


def test_a_rise_read_above_the_spill_overtakes_the_plume():
    """The wave of a rise runs at 1 / (1 - b) times the water: it is at the section before the plume."""
    river = gated()
    gauge = Section(site_id="Q", reach_id="a", chainage=500.0, **HERE)
    river = river.replace(sites=(*river.sites, gauge))
    spill = replace(ON_A, chainage=1_000.0, at=clock("2026-07-01 08:00"))
    rise = at_gauge(river, [(-1, 20.0), (0, 20.0), (1, 40.0), (200, 40.0)], "Q")
    steady, found = simulate(river, spill), simulate(river, spill, scenario=rise)
    flow = found.discharges["M"]
    wave = flow.time[np.argmax(flow.concentration > 30.0)]      # half of it has come
    assert wave < found.passage("M").peak < steady.passage("M").peak
    assert flow.concentration[-1] == pytest.approx(40.0, rel=1e-3)
    assert found.passage("M").peak_concentration < steady.passage("M").peak_concentration
    assert balanced(found)
    undated = simulate(river, replace(spill, at=None), scenario=rise)
    assert "simulation_series_undated" in codes(undated.problems)
    assert undated.passage("M").peak == steady.passage("M").peak


def test_a_rise_read_below_the_spill_counts_at_the_spill_and_twice_read_water_counts_once():
    river = gated()
    begin = clock("2026-07-01 08:00").timestamp()
    pairs = tuple((begin + h * H, q) for h, q in [(0, 20.0), (1, 30.0), (200, 30.0)])
    flow = replace(river.scenario("normal"), series={"U": pairs, "M": pairs})
    found = simulate(river, replace(ON_A, at=clock("2026-07-01 08:00")), scenario=flow)
    assert {"simulation_series_at_spill", "simulation_series_unused"} <= codes(found.problems)
    assert found.discharges["M"].concentration[-1] == pytest.approx(30.0, rel=1e-3)
    assert balanced(found)


def test_a_schedule_of_a_station_switches_it():
    river = by_the_station()
    flow = at_gauge(river, [(-5, 12.0), (3, 12.0), (3.001, 0.0), (100, 0.0)], "P1")
    found = simulate(river, Spill(**STATION, at=clock("2026-07-01 08:00")), scenario=flow)
    dry = found.discharges["DRY"]
    assert dry.concentration[0] == pytest.approx(8.0, rel=1e-6)
    assert dry.concentration[-1] == pytest.approx(20.0, rel=1e-3)
    assert balanced(found)


def test_a_dose_takes_its_share_out_of_the_water():
    river = gated()
    found = simulate(river, ON_A, operations=[Operation(place="U", action="dose", at=0.0, value=0.7)])
    [dose] = found.doses
    assert (dose.passed, dose.removed) == (pytest.approx(1.0, rel=1e-6), pytest.approx(0.7, rel=1e-6))
    assert found.mass.dosed == pytest.approx(700.0, rel=1e-6)
    assert found.passage("M").passed == pytest.approx(0.3, rel=1e-3)
    assert balanced(found)


def test_released_water_dilutes_by_its_share():
    river = gated()
    plain = simulate(river, ON_A, dispersion=False)
    found = simulate(river, ON_A, dispersion=False, operations=[
        Operation(place="g1", action="release", at=-48 * H, value=20.0)])
    assert found.passage("M").discharge == pytest.approx(40.0, rel=1e-6)
    assert found.passage("M").peak_concentration == pytest.approx(plain.passage("M").peak_concentration / 2, rel=0.02)


def test_a_release_in_parts_comes_in_parts():
    parts = ((0.0, 0.0, 300.0), (10 * H, 11 * H, 700.0))
    found = simulate(gated(), replace(ON_A, mass=None, duration=0.0, release=parts))
    curve = found.curves["M"]
    early = curve.time < found.passage("M").peak - 5 * H
    assert found.mass.entered == pytest.approx(1_000.0)
    assert 0 < curve.concentration[early].max() < curve.concentration.max()
    assert found.passage("M").peak == pytest.approx(15_000 / 0.5 + 10.5 * H, abs=900.0)


def test_what_decays_on_the_way_is_the_exponential_of_the_time():
    rate = 1e-5
    found = simulate(gated(), replace(ON_A, decay=rate), dispersion=False)
    assert found.passage("M").passed == pytest.approx(np.exp(-rate * 15_000 / 0.5), rel=2e-3)
    assert found.mass.decayed > 0
    assert balanced(found)


def test_all_that_is_wrong_with_operations_is_said_at_once():
    river = gated(usable=None)
    acts = [Operation(place="X", action="close", at=0.0), Operation(place="U", action="burn", at=0.0),
            Operation(place="G1", action="close", at=0.0), Operation(place="U", action="close", at=0.0),
            Operation(place="U", action="dose", at=0.0, value=1.5), Operation(place="U", action="dose", at=0.0),
            Operation(place="U", action="dose", at=5 * H, value=0.5, until=2 * H),
            Operation(place="U", action="release", at=0.0, value=-1.0),
            Operation(place="U", action="divert", at=0.0), Operation(place="U", action="dose", at=90 * H, value=0.5),
            Operation(place="U", action="dose", at=float("nan"), value=float("nan"))]
    with pytest.raises(InputError) as caught:
        simulate(river, replace(ON_A, mass=-1.0, reach_id="nowhere"), operations=acts, hours=72.0, cell=1.0)
    assert codes(caught.value.problems) == {
        "operation_place", "operation_action", "operation_gate_volume", "operation_not_gate", "operation_share",
        "operation_backwards", "operation_value", "operation_not_station", "operation_time", "simulation_cell",
        "spill_mass", "unknown_reach"}


@pytest.mark.parametrize("hours", [0.0, -1.0, 1e9, float("nan"), float("inf")])
def test_hours_that_cannot_be_meant_are_refused(hours):
    with pytest.raises(InputError) as caught:
        simulate(gated(), ON_A, hours=hours)
    assert codes(caught.value.problems) == {"simulation_hours"}


def test_more_work_than_minutes_is_refused_with_cells_that_would_do():
    river = build("长河", {"n1": ("source", 0, 0), "n2": ("outlet", 900, 0)},
                  [R(id="a", tail="n1", head="n2", velocity=2.0)])
    with pytest.raises(InputError) as caught:
        simulate(river, ON_A, hours=2_400.0, cell=10.0)
    assert codes(caught.value.problems) == {"simulation_work"}


def test_a_gate_over_a_pool_of_unknown_volume_is_refused():
    river = dammed()
    dam = replace(river.site("D01"), usable_volume=1e6)
    blank = {k: replace(f, storage=np.full(3, np.nan)) for k, f in river.scenarios.items()}
    river = river.replace(sites=tuple(dam if s.site_id == "D01" else s for s in river.sites), scenarios=blank)
    with pytest.raises(InputError) as caught:
        simulate(river, Spill(site_id="S01", mass=1.0), operations=[Operation(place="D01", action="close", at=0.0)])
    assert codes(caught.value.problems) == {"operation_pool_volume"}


def test_at_a_reach_below_without_discharge_it_ends_and_names_it_as_a_forecast_does():
    river = gated()
    flow = replace(river.scenario("normal"), discharge=np.array([20.0, np.nan]))
    found = simulate(river, ON_A, scenario=flow)
    [missing] = [p for p in found.problems if p.code == "no_discharge"]
    assert missing.severity == "warning" and "b" in missing.text("en")
    assert {p.reach_id for p in found.passages} == {"a"}
    assert found.mass.error < 1e-9 and found.mass.left > 0.99 * found.mass.entered


def test_a_reach_without_discharge_that_is_spilled_into_or_worked_on_is_an_error():
    river = gated()
    dry = replace(river.scenario("normal"), discharge=np.array([20.0, np.nan]))
    for spill, operations in ((replace(ON_A, site_id="M"), ()),
                              (ON_A, [Operation(place="M", action="dose", at=0.0, value=0.5)])):
        with pytest.raises(InputError) as caught:
            simulate(river, spill, scenario=dry, operations=operations)
        assert "no_discharge" in codes(caught.value.problems)


@pytest.mark.parametrize(("substance", "code"), [("柴油", "simulation_film"), ("盐酸", "simulation_acid")])
def test_what_is_not_dissolved_matter_is_said(substance, code):
    found = simulate(gated(), replace(ON_A, substance=substance))
    assert code in codes(found.problems)


def test_a_simulation_that_ends_too_early_says_so_and_holds_no_nan():
    found = simulate(gated(), replace(ON_A, mass=None), hours=6.5, operations=[
        Operation(place="G1", action="set", at=0.0, value=10.0)])
    assert "simulation_short" in codes(found.problems)
    assert found.passage("U").trailing is not None
    assert found.curves == {} and found.passage("U").peak_concentration is None
    json.dumps(simulation_as_json(found), allow_nan=False)


@pytest.mark.parametrize(("cell", "severity"), [(100.0, None), (1_000.0, "warning")])
def test_cells_too_long_for_the_plume_are_said_with_the_sites(cell, severity):
    short = replace(PHENOL, duration=0.0)
    found = [p for p in simulate(y_river(), short, cell=cell, bands=False).problems if p.code == "simulation_coarse"]
    assert [p.severity for p in found if p.severity == "warning"] == ([severity] if severity else [])
    if severity:
        assert "I01" in found[0].said("zh")["sites"]


def test_a_pool_let_out_faster_than_it_fills_is_said():
    river = dammed()
    river = river.replace(sites=tuple(replace(s, usable_volume=5e6) if s.site_id == "D01" else s for s in river.sites))
    found = simulate(river, Spill(site_id="S01", substance="phenol", mass=1_000.0, duration=H), hours=24.0,
                     bands=False, operations=[Operation(place="D01", action="set", at=0.0, value=500.0)])
    assert "simulation_drawn_down" in codes(found.problems)


def test_velocity_factors_of_another_number_of_reaches_are_refused():
    ready = prepared(y_river(), PHENOL)
    with pytest.raises(InputError) as caught:
        run(ready, velocity_factor=np.ones(99))
    assert codes(caught.value.problems) == {"simulation_factors"}


def test_what_leads_to_no_site_that_matters_is_left_out_and_changes_nothing_above():
    whole, part = prepared(y_river(), PHENOL), prepared(y_river(), PHENOL, until=["I01"])
    assert part.stage.rows.size < whole.stage.rows.size
    curves = [(r := run(ready)).found.concentration[:, r.found.places.index("I01")] for ready in (whole, part)]
    assert curves[1] == pytest.approx(curves[0], rel=1e-9)


def test_the_words_hold_the_balance_and_the_sites_in_both_languages():
    river = gated().replace(sites=(*gated().sites, Intake(site_id="I", reach_id="b", chainage=9_000.0, **HERE)))
    found = simulate(river, replace(ON_A, at=clock("2026-07-01 08:00")), operations=[
        Operation(place="G1", action="close", at=H), Operation(place="U", action="dose", at=0.0, value=0.5)])
    for lang in ("zh", "en"):
        head, rows = simulation_table(found, lang)
        assert all(len(r) == len(head) for r in rows)
        assert {r[0] for r in rows} >= {"U"}
        lines = [*simulation_lines(found, lang), *balance_lines(found, lang)]
        assert any("1000" in line or "1e+03" in line for line in lines)
    said = simulation_as_json(found)
    assert said["mass_kg"]["entered"] == 1000.0
    assert said["operations"][1] == {"place": "U", "action": "dose", "at_h": 0.0, "value": 0.5, "until_h": None}


@pytest.mark.parametrize(("operation", "code"), [
    (Operation(place="G1", action="close", at=2 * H, until=6 * H), "operation_until"),
    (Operation(place="G1", action="open", at=2 * H, value=3.0), "operation_valueless")])
def test_what_an_operation_does_not_take_is_refused(operation, code):
    with pytest.raises(InputError) as error:
        simulate(gated(), ON_A, operations=[operation])
    assert [p.code for p in error.value.problems] == [code]


def test_a_release_that_goes_on_after_the_end_is_said_and_so_is_how_a_gate_empties():
    found = simulate(gated(), replace(ON_A, duration=50 * H), hours=6.0, cell=500.0, operations=[
        Operation(place="G1", action="close", at=0.0), Operation(place="G1", action="open", at=H)])
    assert {"simulation_release_after", "simulation_emptying"} <= {p.code for p in found.problems}


def test_where_the_background_is_above_the_limit_it_is_exceeded_from_the_beginning():
    found = simulate(gated(), replace(ON_A, background=1e-4), hours=24.0, cell=500.0)
    assert found.passages and all(p.exceeds_from == 0.0 for p in found.passages if p.limit is not None)


def test_a_reach_is_calm_when_the_plume_has_left_it_and_all_that_is_above_it():
    network = compile_network(np.array([0, 1, 2, 3]), np.array([2, 2, 3, 4]), 5)        # two brooks meet
    lasts = np.array([5.0, 2.0, 3.0, 10.0])
    left = calm_after(network, lasts, np.array([True, True, True, False]), ())
    np.testing.assert_array_equal(left, [5.0, 2.0, 8.0, np.inf])
    np.testing.assert_array_equal(calm_after(network, 2.0 * lasts, left < np.inf, ()), [10.0, 4.0, 16.0, np.inf])
    np.testing.assert_array_equal(calm_after(network, lasts, left < np.inf, {2}), [5.0, 2.0, np.inf, np.inf])
