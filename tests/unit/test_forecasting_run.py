"""Forecasts on small rivers: what arrives where, what is said of bad input."""

import json
from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import R, braid, build, dammed, y_river

from riverplan.errors import InputError
from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.reading import with_readings
from riverplan.river.sites import Intake, Section

PHENOL = Spill(site_id="S01", substance="phenol", mass=1000.0, at=clock("2026-07-01 08:00"))
ARRIVAL_KEYS = {
    "site_id", "name", "kind", "distance_km", "earliest_h", "leading_h", "leading_h_p05", "leading_h_p95", "peak_h",
    "peak_h_p05", "peak_h_p95", "trailing_h", "peak_mg_l", "peak_mg_l_p05", "peak_mg_l_p95", "limit_mg_l",
    "exceed_probability", "exceeds_from_h", "exceeds_until_h"}


def codes(error: InputError) -> set[str]:
    return {p.code for p in error.problems}


def test_times_follow_from_length_over_velocity():
    found = forecast(y_river(), PHENOL)
    intake = found.arrival("I01")
    hours = (9_000 + 4_000) / 0.5 / 3600                     # 9 km of r1 and 4 km of r3, both at 0.5 m/s
    assert intake.distance == pytest.approx(13_000)
    assert intake.peak / 3600 == pytest.approx(hours)
    assert intake.leading / 3600 == pytest.approx(0.89 * hours)
    cup = 857 * hours**-0.76 * 1e-6                          # Q / Qa is 1 at the normal flow
    assert intake.trailing / 3600 == pytest.approx(0.89 * hours + 2 / cup / 3600, rel=1e-6)
    assert intake.peak_concentration == pytest.approx(1000 * cup / 20)


def test_a_confluence_dilutes_and_does_not_delay():
    """12 m³/s of r1 meet 8 m³/s of 小溪: the concentration falls by 12/20 beyond the spread."""
    found = forecast(y_river(), PHENOL)
    times = found.reach_times
    row = {r: i for i, r in enumerate(times.reach)}
    above, below = row[0], row[2]
    assert times.peak_tail[below] == pytest.approx(times.peak_head[above])
    q = found.scenario.discharge
    flux_above = times.peak_concentration_head[above] * q[0]
    assert flux_above == pytest.approx(1000 * 857e-6 * (times.peak_head[above] / 3600) ** -0.76)
    assert found.arrival("I01").discharge == pytest.approx(20.0)


def test_what_lies_upstream_or_on_the_other_branch_is_not_reached():
    reached = {a.site_id for a in forecast(y_river(), replace(PHENOL, site_id="I01")).arrivals}
    assert reached == {"I01", "Q01", "T01", "B01", "I02", "M01"}


def test_arrivals_are_sorted_by_distance():
    distances = [a.distance for a in forecast(y_river(), PHENOL).arrivals]
    assert distances == sorted(distances)


def test_rejoining_arms_add_by_flow_and_the_fast_one_leads():
    found = forecast(braid(), PHENOL)
    below, island = found.arrival("M01"), found.arrival("I01")
    fast = 4_500 / 0.6 + 6_000 / 0.7 + 6_000 / 0.6
    assert below.leading == pytest.approx(0.89 * fast)
    assert below.distance == pytest.approx(16_500)           # the shortest way
    assert below.trailing > 0.89 * (4_500 / 0.6 + 10_000 / 0.3 + 6_000 / 0.6)
    assert island.peak == pytest.approx(4_500 / 0.6 + 6_000 / 0.3)
    curve = found.plumes["M01"]
    mass = np.trapezoid(curve.concentration, curve.time) * below.discharge
    assert mass == pytest.approx(1000.0, rel=3e-3)


def test_a_dam_holds_the_plume_back_but_never_by_its_residence_time_at_the_earliest():
    found = forecast(dammed(), PHENOL, scenario="low")
    intake = found.arrival("I01")
    residence = 3e7 / 6.0
    assert intake.earliest < 12 * 3600 < intake.leading
    assert intake.leading_band[1] > residence
    assert {"reservoir", "measured"} == {m.name for m in found.models}
    assert "pool_bounds" in {p.code for p in found.problems}


def test_unknown_mass_gives_times_only():
    found = forecast(y_river(), replace(PHENOL, mass=None))
    assert found.plumes == {}
    for a in found.arrivals:
        assert a.peak > 0 or a.site_id == "S01"
        assert (a.peak_concentration, a.exceed_probability, a.exceeds_from) == (None, None, None)
    assert forecast_as_json(found)["arrivals"][1]["peak_mg_l"] is None


def test_the_limit_is_that_of_the_site_s_class_then_the_reach_s():
    found = forecast(y_river(), PHENOL)
    assert found.arrival("I01").limit == pytest.approx(0.002e-3)    # class II stated for the intake
    assert found.arrival("Q01").limit == pytest.approx(0.005e-3)    # class III of the reach
    assert found.arrival("B01").limit == pytest.approx(0.002e-3)    # class II of the reach


def test_a_substance_without_a_standard_has_no_limit_and_says_so():
    found = forecast(y_river(), replace(PHENOL, substance="某种新材料"))
    assert all(a.limit is None and a.exceed_probability is None for a in found.arrivals)
    assert found.arrival("I01").peak_concentration > 0
    assert "no_limit" in {p.code for p in found.problems}


def test_exceedance_begins_after_the_edge_and_ends_before_the_tail_has_gone():
    a = forecast(y_river(), replace(PHENOL, mass=0.3)).arrival("I01")
    assert a.leading < a.exceeds_from < a.peak < a.exceeds_until
    assert 0 < a.exceed_probability < 1
    none = forecast(y_river(), replace(PHENOL, mass=0.01)).arrival("I01")
    assert none.exceeds_from is None
    assert none.exceed_probability < 0.01


def test_the_background_adds_and_eats_into_the_limit():
    plain, with_bg = (forecast(y_river(), replace(PHENOL, mass=0.3, background=b)).arrival("I01") for b in (0, 1e-6))
    assert with_bg.peak_concentration == pytest.approx(plain.peak_concentration + 1e-6)
    assert with_bg.exceed_probability > plain.exceed_probability
    over = forecast(y_river(), replace(PHENOL, background=1e-5))
    assert over.arrival("I01").exceed_probability == 1.0
    assert "background_above_limit" in {p.code for p in over.problems}


def test_decay_multiplies_by_the_age():
    k = 1e-5
    plain, decayed = (forecast(y_river(), replace(PHENOL, decay=d)).arrival("I01") for d in (0.0, k))
    assert decayed.peak_concentration < plain.peak_concentration * np.exp(-k * decayed.leading)
    assert decayed.peak_concentration == pytest.approx(plain.peak_concentration * np.exp(-k * plain.peak), rel=0.02)


def test_a_bridge_just_below_the_spill_is_not_yet_mixed():
    found = forecast(y_river(), PHENOL)
    assert found.arrival("S01").fully_mixed is False


def test_a_reading_scales_above_adds_below_and_conserves_water():
    river = y_river()
    flow = with_readings(river, river.scenario("normal"), {"I01": 30.0})
    assert flow.discharge.tolist() == pytest.approx([18.0, 12.0, 30.0, 30.0])
    two = with_readings(river, river.scenario("normal"), {"S01": 18.0, "I01": 30.0})
    assert two.discharge.tolist() == pytest.approx([18.0, 8.0 * 30 / 26, 30.0, 30.0])
    assert two.discharge_source[0] == "measured"


def test_more_water_carries_the_plume_faster():
    slow, fast = (forecast(y_river(), PHENOL, discharges={"I01": q}).arrival("I01") for q in (10.0, 50.0))
    assert fast.peak < slow.peak
    assert fast.peak_concentration < slow.peak_concentration


@pytest.mark.parametrize(("changes", "expected"), [
    ({"mass": 0.0}, {"spill_mass"}), ({"mass": -5.0}, {"spill_mass"}), ({"mass": float("nan")}, {"spill_mass"}),
    ({"mass": float("inf")}, {"spill_mass"}), ({"mass": 1e308}, {"spill_mass"}),
    ({"duration": 1e12}, {"spill_duration"}), ({"decay": 5.0}, {"spill_decay"}),
    ({"site_id": "", "reach_id": "r1", "chainage": float("nan")}, {"spill_chainage"}),
    ({"duration": -1.0}, {"spill_duration"}), ({"background": -1.0}, {"spill_background"}),
    ({"site_id": "S99"}, {"unknown_site"}), ({"site_id": ""}, {"spill_nowhere"}),
    ({"mass": 0.0, "duration": -1.0, "site_id": "S99"}, {"spill_mass", "spill_duration", "unknown_site"}),
    ({"site_id": "", "lon": 108.5, "lat": 30.4}, {"spill_far"}),
    ({"site_id": "", "lon": 30.4, "lat": 108.5}, {"spill_not_lonlat"}),
])
def test_bad_spills_are_refused_with_all_their_problems_in_both_languages(changes, expected):
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(PHENOL, **changes))
    assert codes(caught.value) == expected
    for problem in caught.value.problems:
        assert problem.text("zh") != problem.text("en")
        assert problem.mend("zh")
        assert problem.mend("en")


def test_an_unknown_flow_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InputError) as caught:
        forecast(y_river(), PHENOL, scenario="flood")
    assert "low" in caught.value.problems[0].text("en")


def test_bad_readings_are_refused_together():
    with pytest.raises(InputError) as caught:
        forecast(y_river(), PHENOL, discharges={"I01": 0.0, "X9": 5.0})
    assert codes(caught.value) == {"reading_not_positive", "unknown_site"}


def test_a_river_without_flow_at_the_spill_says_what_is_missing():
    river = y_river()
    dry = replace(river.scenario("low"), discharge=np.zeros(4))
    with pytest.raises(InputError) as caught:
        forecast(river, PHENOL, scenario=dry)
    assert codes(caught.value) == {"no_discharge"}
    assert "r1" in caught.value.problems[0].text("zh")


def test_the_plume_stops_with_a_warning_where_a_reach_below_has_no_flow():
    river = y_river()
    broken = replace(river.scenario("normal"), discharge=np.array([12.0, 8.0, 20.0, np.nan]))
    found = forecast(river, PHENOL, scenario=broken)
    assert {a.site_id for a in found.arrivals} == {"S01", "I01", "Q01", "T01"}
    warned = [p for p in found.problems if p.code == "no_discharge"]
    assert [p.severity for p in warned] == ["warning"]
    assert "r4" in warned[0].text("zh")


def test_json_has_the_promised_keys_and_no_nan():
    for mass in (None, 1000.0):
        found = forecast_as_json(forecast(dammed(), replace(PHENOL, mass=mass)))
        assert {"spill", "flow", "models", "arrivals", "problems"} <= set(found)
        assert all(set(a) >= ARRIVAL_KEYS for a in found["arrivals"])
        json.dumps(found, allow_nan=False)


def test_the_same_inputs_give_the_same_digest_and_other_inputs_another():
    one, again, other = (forecast(y_river(), replace(PHENOL, mass=m)).digest for m in (1.0, 1.0, 2.0))
    assert one == again != other


def test_a_river_without_any_flow_is_forecast_from_today_s_reading_alone():
    river = y_river().replace(scenarios={})
    with pytest.raises(InputError) as caught:
        forecast(river, PHENOL)
    assert codes(caught.value) == {"no_scenarios"}
    found = forecast(river, PHENOL, discharges={"S01": 12.0})
    assert found.scenario.discharge[[0, 2, 3]].tolist() == [12.0, 12.0, 12.0]
    assert {m.name for m in found.models} == {"jobson_slope"}
    assert found.arrival("M01").peak > 0


def with_sites(river, *sites):
    return river.replace(sites=(*river.sites, *sites))


def section(site_id: str, reach_id: str, chainage: float, **fields) -> Section:
    return Section(site_id=site_id, lon=108.0, lat=29.8, reach_id=reach_id, chainage=chainage, **fields)


def test_ways_of_any_smallness_give_finite_times():
    tiny = [section(f"T{i}", "r1", 1_000 + 10.0**-i) for i in range(13)] + [section("E1", "r3", 7.5e-11)]
    found = forecast(with_sites(y_river(), *tiny), PHENOL)
    for a in found.arrivals:
        numbers = (a.earliest, a.leading, *a.leading_band, a.peak, *a.peak_band, *a.trailing_band,
                   *a.concentration_band)
        assert np.isfinite(numbers).all(), a.site_id
    json.dumps(forecast_as_json(found), allow_nan=False)
    earliest = [a.earliest for a in found.arrivals]
    assert earliest == sorted(earliest)


def test_water_taken_at_a_node_takes_its_share_of_the_mass_and_is_said():
    """::

        n1 ──a (20 m³/s)── n2 ──b (5 m³/s)── n3      15 m³/s are taken at n2
    """
    river = build("引水河", {"n1": ("source", 0, 0), "n2": ("junction", 10, 0), "n3": ("outlet", 20, 0)},
                  [R(id="a", tail="n1", head="n2", velocity=0.5), R(id="b", tail="n2", head="n3", velocity=0.5,
                                                                   discharge=5.0)],
                  sites=[section("S01", "a", 0.0), section("M01", "b", 5_000.0)])
    found = forecast(river, PHENOL)
    curve, a = found.plumes["M01"], found.arrival("M01")
    assert np.trapezoid(curve.concentration, curve.time) * a.discharge == pytest.approx(250.0, rel=2e-3)
    assert "water_lost" in {p.code for p in found.problems}
    assert "water_lost" not in {p.code for p in forecast(y_river(), PHENOL).problems}


def test_a_release_of_three_days_peaks_in_the_middle_of_its_passage():
    found = forecast(y_river(), replace(PHENOL, duration=72 * 3600.0)).arrival("I01")
    at_once = forecast(y_river(), PHENOL).arrival("I01")
    assert found.peak == pytest.approx(at_once.peak + 36 * 3600.0, rel=0.06)      # later by half of the long tail
    assert found.peak_concentration == pytest.approx(1000 / (72 * 3600.0) / 20.0, rel=2e-3)
    assert found.leading == pytest.approx(at_once.leading)


def test_a_reading_on_one_arm_moves_the_other_arm_and_conserves_water():
    river = braid()
    flow = with_readings(river, river.scenario("normal"), {"I01": 12.0})
    assert flow.discharge.tolist() == pytest.approx([40.0, 28.0, 12.0, 12.0, 40.0])
    assert set(flow.discharge_source) == {"measured", "interpolated"}


def test_two_readings_that_disagree_on_one_reach_are_refused():
    river = y_river()
    with pytest.raises(InputError) as caught:
        with_readings(river, river.scenario("normal"), {"I01": 30.0, "Q01": 50.0})
    assert codes(caught.value) == {"readings_disagree"}


def test_a_pool_of_unknown_storage_is_taken_as_river_and_said():
    river = dammed()
    normal = replace(river.scenario("normal"), storage=np.full(3, np.nan))
    reaches = river.reaches.assign(slope=1e-3)
    found = forecast(river.replace(reaches=reaches, scenarios={"normal": normal}), PHENOL)
    assert found.arrival("I01") is not None
    assert "pool_without_storage" in {p.code for p in found.problems}


def test_a_velocity_tabulated_in_a_pool_does_not_make_it_a_river():
    river = dammed()
    normal = replace(river.scenario("normal"), velocity=np.array([0.5, 0.01, 0.5]))
    found = forecast(river.replace(scenarios={"normal": normal}), PHENOL)
    assert found.arrival("I01").earliest == pytest.approx(forecast(river, PHENOL).arrival("I01").earliest)


def test_a_scenario_of_the_caller_counts_with_its_own_velocities_and_its_own_digest():
    river = y_river()
    normal = river.scenario("normal")
    fast = forecast(river, PHENOL, scenario=replace(normal, velocity=np.full(4, 2.0)))
    assert fast.arrival("I01").peak == pytest.approx(13_000 / 2.0)
    assert fast.digest != forecast(river, PHENOL, scenario=normal).digest


@pytest.mark.parametrize(("water_class", "limit"), [("below_V", 0.1), ("Ⅳ", 0.01), ("II类", 0.002), ("", 0.005)])
def test_water_classes_are_read_as_people_write_them(water_class, limit):
    found = forecast(with_sites(y_river(), section("C1", "r3", 5_000.0, water_class=water_class)), PHENOL)
    assert found.arrival("C1").limit * 1e3 == pytest.approx(limit)


def test_a_limit_of_drinking_sources_used_elsewhere_is_said_to_be_a_reference():
    found = forecast(y_river(), replace(PHENOL, substance="锑"))
    assert found.arrival("Q01").limit == pytest.approx(0.005e-3)
    assert "drinking_limit_elsewhere" in {p.code for p in found.problems}


def test_phosphorus_in_a_pool_is_judged_by_the_row_for_lakes():
    found = forecast(dammed(), replace(PHENOL, substance="总磷"))
    assert found.arrival("D01").limit == pytest.approx(0.05e-3)
    assert found.arrival("I01").limit == pytest.approx(0.2e-3)


def test_an_intake_just_above_the_spill_is_named():
    near = Intake(site_id="I9", name="近处取水口", lon=108.0, lat=29.8, reach_id="r1", chainage=900.0)
    found = forecast(with_sites(y_river(), near), PHENOL)
    said = [p for p in found.problems if p.code == "intake_just_above"]
    assert "近处取水口" in said[0].text("zh")
    assert not [p for p in forecast(y_river(), PHENOL).problems if p.code == "intake_just_above"]


def test_times_beyond_the_calendar_have_no_clock_and_break_nothing():
    found = forecast(y_river(), PHENOL)
    assert found.clock(1e15) is None


def test_a_site_on_a_reach_that_is_gone_is_left_out():
    found = forecast(with_sites(y_river(), section("X", "no-such-reach", 5.0)), PHENOL)
    assert found.arrival("X") is None
    assert found.arrival("I01") is not None


def test_a_misspelt_substance_is_answered_with_near_names():
    said = [p for p in forecast(y_river(), replace(PHENOL, substance="笨酚")).problems if p.code == "substance_near"]
    assert "苯酚" in said[0].text("zh")
    assert not [p for p in forecast(y_river(), PHENOL).problems if p.code == "substance_near"]


@pytest.mark.parametrize("reading", [1e-300, 1e12, float("nan"), float("inf"), -3.0])
def test_discharges_no_gauge_reads_are_refused(reading):
    with pytest.raises(InputError) as caught:
        forecast(y_river(), PHENOL, discharges={"I01": reading})
    assert codes(caught.value) == {"reading_not_positive"}


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_a_spill_near_the_ends_of_the_calendar_is_refused(year):
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(PHENOL, at=clock(f"{year:04d}-12-30 23:59")))
    assert codes(caught.value) == {"spill_year"}


def test_what_is_wrong_with_flow_readings_and_spill_is_said_together():
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(PHENOL, mass=0.0, site_id="S99"), scenario="flood")
    assert codes(caught.value) == {"unknown_scenario", "spill_mass", "unknown_site"}


@pytest.mark.parametrize(("substance", "code"), [("柴油", "behaves_floats"), ("浓硫酸", "behaves_acid"),
                                                 ("烧碱", "behaves_alkali"), ("四氯化碳", "behaves_sinks")])
def test_what_does_not_simply_dissolve_is_said_in_words(substance, code):
    said = {p.code: p for p in forecast(y_river(), replace(PHENOL, substance=substance)).problems}
    assert substance in said[code].text("zh")
    assert not [c for c in {p.code for p in forecast(y_river(), PHENOL).problems} if c.startswith("behaves_")]


def test_a_reading_ten_times_off_its_scenario_is_taken_but_questioned():
    codes_of = [{p.code for p in forecast(y_river(), PHENOL, discharges={"I01": q}).problems} for q in (0.2, 15.0)]
    assert "reading_far_off" in codes_of[0]
    assert "reading_far_off" not in codes_of[1]


def test_every_reach_says_which_model_served_it_and_how_sure_that_is():
    times = forecast(dammed(), PHENOL).reach_times
    assert times.model.tolist() == ["model.measured_assumed", "model.reservoir", "model.measured_assumed"]
    assert times.velocity[[0, 2]].tolist() == pytest.approx([0.5, 0.5])
    assert times.sigma_ln[0] == pytest.approx(0.4)
    assert times.sigma_ln[1] > 1.0
