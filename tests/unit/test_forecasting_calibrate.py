"""Observations of the field correct a forecast: downstream, most where they are near, and never in silence."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from river_fixtures import R, build

import riverplan as rp
from riverplan.errors import InputError
from riverplan.forecasting.strength import Strength, after, expected_at, nothing_seen, strength_seen
from riverplan.river.sites import Section

AT = rp.clock("2026-07-01 08:00")
NAN = float("nan")


def straight(**changes) -> rp.RiverNetwork:
    """Four reaches of 10 km; sections at the lower ends, ``M1`` … ``M4``; ``M0`` on a tributary."""
    nodes = {"A": ("source", 0, 0), "B": ("confluence", 10, 0), "C": ("confluence", 20, 0),
             "D": ("confluence", 30, 0), "E": ("outlet", 40, 0), "T": ("source", 10, 5)}
    names = ["r1", "r2", "r3", "r4"]
    reaches = [R(id=n, tail="ABCD"[i], head="BCDE"[i], discharge=20.0, **changes) for i, n in enumerate(names)]
    reaches.append(R(id="t", tail="T", head="B", name="支流", discharge=1.0, **changes))
    sites = [Section(site_id=f"M{i + 1}", name=f"断面{i + 1}", lon=NAN, lat=NAN, reach_id=n, chainage=10_000.0)
             for i, n in enumerate(names)]
    sites.append(Section(site_id="M0", name="支流断面", lon=NAN, lat=NAN, reach_id="t", chainage=1_000.0))
    return build("直河", nodes, reaches, sites=sites)


SPILL = rp.Spill(reach_id="r1", chainage=0.0, substance="苯酚", mass=1_000.0, at=AT)


def seen(site, kind, hours=None, value=None):
    at = None if hours is None else AT + timedelta(hours=hours)
    return rp.Observation(site_id=site, kind=kind, value=value, at=at)


def codes(found):
    return {p.code for p in found.problems}


def test_a_peak_seen_late_makes_every_station_below_later_and_its_band_narrower():
    river = straight()
    before = rp.forecast(river, SPILL)
    late = before.arrival("M1").peak * 1.5
    after = rp.forecast(river, SPILL, observations=[seen("M1", "peak", late / 3600)])
    assert after.arrival("M1").peak == pytest.approx(late, rel=0.01)
    for site in ("M2", "M3", "M4"):
        assert after.arrival(site).peak > before.arrival(site).peak
        low, high = after.arrival(site).peak_band
        low0, high0 = before.arrival(site).peak_band
        assert high / low < high0 / low0
        assert after.arrival(site).earliest > before.arrival(site).earliest
    assert "observed" in codes(after) and "observation_far" not in codes(after)


def test_a_later_station_pulls_on_the_next_reach_more_than_on_one_far_below():
    river = straight()
    base = rp.forecast(river, SPILL)
    first = [seen("M1", "peak", base.arrival("M1").peak / 3600)]
    both = [*first, seen("M2", "peak", base.arrival("M2").peak * 1.3 / 3600)]
    one, two = (rp.forecast(river, SPILL, observations=o) for o in (first, both))

    def slower(upper, lower):
        return ((two.arrival(lower).peak - two.arrival(upper).peak)
                / (one.arrival(lower).peak - one.arrival(upper).peak))

    assert slower("M2", "M3") > slower("M3", "M4") > 1.0


def test_nothing_seen_yet_at_noon_puts_every_earliest_at_noon_or_later():
    river = straight()
    before = rp.forecast(river, SPILL)
    hours = before.arrival("M2").leading * 1.2 / 3600
    after = rp.forecast(river, SPILL, observations=[seen("M2", "none", hours)])
    for site in ("M2", "M3", "M4"):
        assert after.arrival(site).earliest >= hours * 3600
        assert after.arrival(site).leading >= before.arrival(site).leading
    assert after.arrival("M2").leading_band[0] >= hours * 3600


def test_a_float_of_half_the_speed_slows_its_reach_and_by_less_the_others():
    river = straight()
    base = rp.forecast(river, SPILL)
    v = float(base.reach_times.velocity[1])
    slow = rp.forecast(river, SPILL, observations=[seen("M2", "velocity", value=v / 2)])
    ratio = slow.reach_times.velocity / base.reach_times.velocity
    assert 0.5 < ratio[1] < ratio[2] < 1.0
    assert ratio[1] < ratio[0] < 1.0


def test_a_discharge_gauged_is_laid_over_the_flow_as_a_reading_is():
    river = straight()
    gauged = rp.forecast(river, SPILL, observations=[seen("M1", "discharge", value=40.0)])
    read = rp.forecast(river, SPILL, discharges={"M1": 40.0})
    assert gauged.arrival("M4").peak == read.arrival("M4").peak
    assert gauged.scenario.readings == {"M1": 40.0}


def test_twice_the_concentration_at_a_station_raises_it_there_and_by_part_below_and_narrows_the_band():
    river = straight()
    base = rp.forecast(river, SPILL)
    peak = base.arrival("M1")
    observed = [seen("M1", "peak", peak.peak / 3600),
                seen("M1", "conc", peak.peak / 3600, peak.peak_concentration * 2)]
    after = rp.forecast(river, SPILL, observations=observed)
    here, below = (after.arrival(s).peak_concentration / base.arrival(s).peak_concentration for s in ("M1", "M4"))
    assert 1.3 < here < 2.0 and 1.1 < below < here
    low, high = after.arrival("M4").concentration_band
    low0, high0 = base.arrival("M4").concentration_band
    assert high / low < high0 / low0


def test_an_unknown_mass_is_told_by_a_series_of_concentrations_within_a_quarter():
    river = straight()
    known = rp.forecast(river, SPILL)
    curve = known.plumes["M1"]
    at = np.linspace(known.arrival("M1").leading, known.arrival("M1").trailing, 12)[1:]
    values = np.interp(at, curve.time, curve.concentration)
    series = [seen("M1", "conc", t / 3600, v) for t, v in zip(at, values, strict=True)]
    told = rp.forecast(river, replace(SPILL, mass=None), observations=series)
    assert told.spill.mass == pytest.approx(1_000.0, rel=0.25)
    assert "mass_from_concentrations" in codes(told)
    assert told.arrival("M4").peak_concentration == pytest.approx(known.arrival("M4").peak_concentration, rel=0.3)


def test_observations_that_cannot_be_are_all_named_at_once():
    river = straight()
    with pytest.raises(InputError) as error:
        rp.forecast(river, SPILL, observations=[
            seen("ZZ", "peak", 3.0), seen("M1", "peak", -1.0), seen("M1", "conc", 5.0, -3.0), seen("M1", "peak"),
            seen("M1", "seen", 3.0), seen("M1", "velocity", value=30.0)])
    assert [p.code for p in error.value.problems] == [
        "observation_site", "observation_before_release", "observation_value", "observation_time",
        "observation_kind", "observation_value"]
    assert all(p.text(lang) for p in error.value.problems for lang in ("zh", "en"))


def test_an_observation_above_the_spill_or_on_another_river_is_named():
    river = straight()
    spill = replace(SPILL, reach_id="r2", chainage=5_000.0)
    with pytest.raises(InputError) as error:
        rp.forecast(river, spill, observations=[seen("M1", "peak", 3.0), seen("M0", "peak", 3.0)])
    assert [(p.code, p.fields["site"]) for p in error.value.problems] == [
        ("observation_not_below", "M0"), ("observation_not_below", "M1")]


def test_observations_that_contradict_each_other_are_named_and_the_lower_one_left_out():
    river = straight()
    good = [seen("M1", "peak", 6.0)]
    alone, both = (rp.forecast(river, SPILL, observations=o) for o in (good, [*good, seen("M2", "peak", 5.0)]))
    said = [p.fields["site"] for p in both.problems if p.code == "observation_contradicts"]
    assert said == ["M2"]
    assert alone.arrival("M4").peak == both.arrival("M4").peak


def test_what_was_detected_never_gives_way_to_what_was_not():
    seen_both = [seen("M1", "none", 7.0), seen("M1", "peak", 6.0)]
    found = rp.forecast(straight(), SPILL, observations=seen_both)
    alone = rp.forecast(straight(), SPILL, observations=seen_both[1:])
    said = next(p for p in found.problems if p.code == "observation_contradicts")
    assert (said.fields["site"], "尚未检出" in said.what("zh")) == ("M1", True)
    assert found.arrival("M1").peak == alone.arrival("M1").peak


def test_an_observation_far_from_the_forecast_is_used_and_named():
    river = straight()
    late = rp.forecast(river, SPILL).arrival("M1").peak * 20 / 3600
    found = rp.forecast(river, SPILL, observations=[seen("M1", "peak", late)])
    assert "observation_far" in codes(found)
    assert found.arrival("M1").peak / 3600 == pytest.approx(late, rel=0.1)


def test_an_observation_with_a_time_needs_the_time_of_the_release():
    with pytest.raises(InputError) as error:
        rp.forecast(straight(), replace(SPILL, at=None), observations=[seen("M1", "peak", 3.0)])
    assert [p.code for p in error.value.problems] == ["observation_no_release_time"]


def test_where_a_section_gives_the_velocity_one_peak_outweighs_the_section_above_it():
    river = straight(slope=NAN, area=NAN, roughness=NAN)
    base = rp.forecast(river, SPILL)
    assert {m.name for m in base.models} == {"continuity"}
    slow = rp.forecast(river, SPILL, observations=[seen("M1", "peak", base.arrival("M1").peak * 2 / 3600)])
    ratio = slow.reach_times.velocity / base.reach_times.velocity
    assert ratio[0] == pytest.approx(0.5, rel=0.15)
    assert np.all(ratio[1:4] < 0.9)


def test_the_preferred_velocity_model_serves_where_it_can_and_an_unknown_one_is_named():
    river = straight()
    assert {m.name for m in rp.forecast(river, SPILL, velocity="manning").models} == {"manning"}
    with pytest.raises(InputError) as error:
        rp.forecast(river, SPILL, velocity="maning")
    assert error.value.problems[0].code == "unknown_model" and "manning" in error.value.problems[0].text("en")


def test_a_curve_seen_earlier_and_stronger_is_found_to_be_so():
    t = np.linspace(0, 10, 401) * 3600
    curve = np.exp(-0.5 * ((t / 3600 - 5) / 0.5) ** 2)
    at = np.array([3.8, 4.2, 4.5, 4.8, 5.2]) * 3600
    told = strength_seen(at, 1.5 * np.interp(at / 0.9, t, curve), t, curve, sigma_time=0.2, sigma_scale=0.5)
    assert told.time == pytest.approx(np.log(0.9), abs=0.02)
    assert told.scale == pytest.approx(np.log(1.5), abs=0.1)
    assert told.time_variance < 0.02**2


def test_of_a_surplus_seen_the_shape_s_part_fades_and_the_mass_s_part_stays():
    told = strength_seen(np.array([1.0]), np.array([2.0]), np.array([0.0, 2.0]), np.array([1.0, 1.0]),
                         sigma_time=0.01, sigma_scale=0.5)

    def elsewhere(shape, lasting):
        seen = after(nothing_seen(lasting), shape, told)
        (shift,), (left,) = expected_at(seen, np.array([shape]))
        return shift, shape**2 + lasting**2 - left

    by_shape, _ = elsewhere(0.5, 1e-6)
    by_mass, gone = elsewhere(1e-6, 0.5)
    assert by_shape == pytest.approx(0.4 * told.scale, rel=1e-3) and by_mass == pytest.approx(told.scale, rel=1e-3)
    assert 0 < gone < 0.25


def test_what_two_stations_say_of_the_strength_is_what_a_normal_posterior_says():
    rng = np.random.default_rng(2)
    lasting, shape, noise = 0.4, np.array([0.3, 0.35, 0.3]), (0.2, 0.6)
    common = lasting * rng.standard_normal(400_000)[:, None] + np.sqrt(0.4) * shape * rng.standard_normal((400_000, 1))
    truth = common + np.sqrt(0.6) * shape * rng.standard_normal((400_000, 3))
    weight = np.exp(-0.5 * sum(((truth[:, i] - s) / noise[i]) ** 2 for i, s in enumerate((0.5, -0.4))))
    known, widths = nothing_seen(lasting), []
    for i, s in enumerate((0.5, -0.4)):
        (mean,), (variance,) = expected_at(known, shape[[i]])
        left = 1.0 / (1.0 / variance + noise[i] ** -2)
        known = after(known, shape[i], Strength(time=0.0, time_variance=1.0, scale=left * (
            mean / variance + s / noise[i] ** 2), scale_variance=left))
        widths.append(expected_at(known, shape[[2]])[1][0])
    (mean,), (variance,) = expected_at(known, shape[[2]])
    drawn = np.average(truth[:, 2], weights=weight)
    assert mean == pytest.approx(drawn, abs=0.01)
    assert variance == pytest.approx(np.average((truth[:, 2] - drawn) ** 2, weights=weight), rel=0.03)
    assert widths[1] <= widths[0]
