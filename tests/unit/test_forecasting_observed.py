"""Several observations together: what each may tell beside the others, in braids, pools, films and long releases."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from river_fixtures import braid, dammed, y_river

import riverplan as rp
from riverplan.errors import InputError
from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.table import forecast_lines, mass_band

AT = rp.clock("2026-07-01 08:00")
SPILL = rp.Spill(site_id="S01", substance="苯酚", mass=1_000.0, at=AT)


def seen(site, kind, hours, value=None, sigma=None):
    return rp.Observation(site_id=site, kind=kind, value=value, at=AT + timedelta(hours=hours), sigma=sigma)


def codes(found):
    return [p.code for p in found.problems]


def series(found, site, factor=1.0):
    """Nine concentrations of the curve a forecast has at a site, its times stretched."""
    curve, arrival = found.plumes[site], found.arrival(site)
    at = np.linspace(arrival.leading, arrival.trailing, 10)[1:]
    values = np.interp(at, curve.time, curve.concentration)
    return [seen(site, "conc", t * factor / 3600, v) for t, v in zip(at, values, strict=True)]


def test_concentrations_at_two_stations_tell_the_time_once():
    usual = rp.forecast(y_river(), SPILL)
    slow = [s for site in ("I01", "M01") for s in series(usual, site, 1.6)]
    alone, both = (rp.forecast(y_river(), SPILL, observations=o).arrival("M01").peak for o in (slow[9:], slow))
    truth = usual.arrival("M01").peak * 1.6
    assert both == pytest.approx(truth, rel=0.05) and alone == pytest.approx(truth, rel=0.05)


def test_one_trace_on_the_rising_front_is_not_read_as_the_tail():
    usual = rp.forecast(y_river(), SPILL)
    hours, peak = usual.arrival("I01").peak / 3600, usual.arrival("I01").peak_concentration
    found = rp.forecast(y_river(), SPILL, observations=[seen("I01", "conc", hours * 1.02, 0.01 * peak)])
    assert found.arrival("I01").peak == pytest.approx(usual.arrival("I01").peak, rel=0.02)


def test_the_more_is_seen_the_more_is_forecast_and_far_off_it_is_said():
    usual = rp.forecast(y_river(), SPILL).arrival("I01")
    at, c = usual.peak / 3600, usual.peak_concentration
    found = [rp.forecast(y_river(), SPILL, observations=[seen("I01", "peak", at), seen("I01", "conc", at, c * k)])
             for k in (1.0, 3.0, 10.0, 100.0)]
    heights = [f.arrival("I01").peak_concentration for f in found]
    # a sample somewhere near the peak is a little below it
    assert heights == sorted(heights) and heights[0] == pytest.approx(c, rel=0.12)
    assert ["observation_strong" in codes(f) for f in found] == [False, False, True, True]


def test_the_doubt_stated_of_a_concentration_counts():
    usual = rp.forecast(y_river(), SPILL).arrival("I01")
    at, c = usual.peak / 3600, usual.peak_concentration
    sure, unsure = (rp.forecast(y_river(), SPILL, observations=[
        seen("I01", "peak", at), seen("I01", "conc", at, c * 2, s)]).arrival("I01").peak_concentration
        for s in (0.05, 2.0))
    assert sure > 1.8 * c > 1.2 * c > unsure


def test_a_mass_known_within_a_factor_lets_concentrations_correct_it_all_the_way_down():
    usual = rp.forecast(y_river(), SPILL)
    at, c = usual.arrival("I01").peak / 3600, usual.arrival("I01").peak_concentration
    observed = [seen("I01", "peak", at), seen("I01", "conc", at, c * 4)]
    heights = [rp.forecast(y_river(), replace(SPILL, sigma_mass=s), observations=observed).arrival(
        "M01").peak_concentration for s in (0.0, 1.0)]
    ratio = np.array(heights) / usual.arrival("M01").peak_concentration
    assert 1.2 < ratio[0] < ratio[1] < 4.0 and ratio[1] > 2.5


def test_a_film_keeps_its_mass_and_a_concentration_of_it_is_left_out():
    oil = replace(SPILL, substance="柴油", mass=5_000.0)
    alone, read = (rp.forecast(y_river(), oil, observations=o) for o in ((), [seen("I01", "conc", 6.0, 1e-4)]))
    assert read.spill.mass == 5_000.0 and "observation_film" in codes(read)
    assert read.arrival("I01").peak == alone.arrival("I01").peak


def test_no_mass_is_told_by_a_reading_of_nothing():
    found = rp.forecast(y_river(), replace(SPILL, mass=None), observations=[seen("I01", "conc", 5.0, 0.0)])
    assert found.spill.mass is None and "mass_from_concentrations" not in codes(found)


def test_nothing_yet_an_hour_early_changes_nothing_and_twenty_times_counts_once():
    usual = rp.forecast(y_river(), SPILL)
    early = rp.forecast(y_river(), SPILL, observations=[seen("I01", "none", 0.02)])
    assert early.arrival("M01").peak == pytest.approx(usual.arrival("M01").peak, rel=1e-3)
    assert early.arrival("M01").earliest >= usual.arrival("M01").earliest
    once = rp.forecast(y_river(), SPILL, observations=[seen("I01", "none", 6.5)])
    often = rp.forecast(y_river(), SPILL, observations=[seen("I01", "none", 5.0 + 0.1 * i) for i in range(16)])
    assert often.arrival("M01").peak == once.arrival("M01").peak


def test_in_a_braid_what_passes_by_the_other_arm_contradicts_nothing():
    usual = rp.forecast(braid(), SPILL)
    own = [seen(s, "peak", usual.arrival(s).peak / 3600) for s in ("I01", "M01")]
    assert "observation_contradicts" not in codes(rp.forecast(braid(), SPILL, observations=own))
    mixed = [seen("I01", "none", 6.6), seen("M01", "leading", 6.3)]
    found = rp.forecast(braid(), SPILL, observations=mixed)
    assert "observation_contradicts" not in codes(found) and found.arrival("M01").leading < 6.6 * 3600


def test_below_a_pool_held_up_all_times_stay_in_order():
    observed = [seen("D01", "none", 60.0), rp.Observation(site_id="D01", kind="velocity", value=0.7)]
    for a in rp.forecast(dammed(), SPILL, observations=observed).arrivals:
        assert a.earliest <= a.leading <= a.peak <= a.trailing
        assert a.peak_band[0] <= a.peak <= a.peak_band[1]
        assert a.exceeds_from is None or a.exceeds_from >= a.leading - 1.0


def test_a_peak_of_the_first_part_of_a_release_is_compared_with_the_first_part():
    parts = replace(SPILL, mass=None, release=((0.0, 0.0, 500.0), (172_800.0, 172_800.0, 600.0)))
    usual = rp.forecast(y_river(), SPILL).arrival("I01")
    found = rp.forecast(y_river(), parts, observations=[seen("I01", "peak", usual.peak / 3600)])
    assert found.arrival("I01").leading == pytest.approx(usual.leading, rel=0.02)
    assert "observation_far" not in codes(found)


@pytest.mark.parametrize("spread", ["advection_dispersion", "transient_storage", "dead_zone"])
def test_a_linear_model_s_own_peak_moves_it_nowhere(spread):
    usual = rp.forecast(y_river(), SPILL, spread=spread).arrival("I01").peak
    own = [seen("I01", "peak", usual / 3600)]
    found = rp.forecast(y_river(), SPILL, spread=spread, observations=own).arrival("I01")
    assert found.peak == pytest.approx(usual, rel=0.01)
    assert found.peak_band[0] <= usual <= found.peak_band[1]


def test_no_more_is_forecast_than_dissolves_whatever_was_read():
    heavy = replace(SPILL, substance="四氯化碳", mass=7e4)
    found = rp.forecast(y_river(), heavy, observations=[seen("I01", "peak", 7.2), seen("I01", "conc", 7.2, 1.5)])
    low, high = found.arrival("I01").concentration_band
    assert low <= found.arrival("I01").peak_concentration <= high <= 0.81


def test_what_is_seen_at_the_spill_itself_tells_no_velocity_and_is_said_to():
    usual, found = (rp.forecast(y_river(), SPILL, observations=o) for o in ((), [seen("S01", "peak", 0.2)]))
    assert "observation_at_spill" in codes(found)
    assert found.arrival("M01").peak == pytest.approx(usual.arrival("M01").peak, rel=1e-3)


def test_a_detection_faster_than_any_river_or_years_late_is_refused():
    for hours, code in ((0.1, "observation_too_fast"), (9_700.0, "observation_too_late")):
        with pytest.raises(InputError) as error:
            rp.forecast(y_river(), SPILL, observations=[seen("M01", "peak", hours)])
        assert [p.code for p in error.value.problems] == [code]


def test_two_discharges_for_one_site_are_refused():
    twice = [rp.Observation(site_id="I01", kind="discharge", value=v) for v in (20.0, 40.0)]
    with pytest.raises(InputError) as error:
        rp.forecast(y_river(), SPILL, observations=twice)
    assert [p.code for p in error.value.problems] == ["observation_twice"]


def test_a_spill_without_a_zone_is_said_so_beside_its_observations():
    naive = replace(SPILL, at=datetime(2026, 7, 1, 8))  # noqa: DTZ001
    with pytest.raises(InputError) as error:
        rp.forecast(y_river(), naive, observations=[seen("I01", "peak", 7.0)])
    assert [p.code for p in error.value.problems] == ["spill_naive_time"]


def gauged_dam():
    """The dammed river with a section above the pool."""
    river = dammed()
    return river.replace(sites=(*river.sites, replace(y_river().site("M01"), site_id="M09", reach_id="d1",
                                                      chainage=9_000.0)))


def test_what_was_seen_above_a_pool_leaves_the_pool_as_unsure_as_it_was():
    usual = rp.forecast(gauged_dam(), SPILL)
    seen_above = rp.forecast(gauged_dam(), SPILL, observations=[seen("M09", "peak", usual.arrival("M09").peak / 3600)])

    def above_and_below(found):
        return np.array([a.peak_band[1] / a.peak for a in (found.arrival("M09"), found.arrival("D01"))])

    ratio = (above_and_below(seen_above) - 1.0) / (above_and_below(usual) - 1.0)
    assert ratio[0] < 0.6 < 0.75 < ratio[1] <= 1.0


def test_nothing_yet_below_a_pool_is_laid_to_the_pool_rather_than_to_the_river_above():
    usual = rp.forecast(gauged_dam(), SPILL)
    found = rp.forecast(gauged_dam(), SPILL, observations=[
        seen("D01", "none", usual.arrival("D01").leading * 1.5 / 3600)])
    later = [found.arrival(s).peak / usual.arrival(s).peak for s in ("M09", "D01")]
    assert later[1] > 1.15 and later[0] - 1.0 < 0.3 * (later[1] - 1.0)


def test_a_hundred_metres_below_the_spill_a_minute_too_late_says_next_to_nothing():
    river = y_river()
    near = river.replace(sites=(*river.sites, replace(river.site("I01"), site_id="X01", reach_id=river.site(
        "S01").reach_id, chainage=river.site("S01").chainage + 100.0)))
    usual = rp.forecast(near, SPILL)
    late = usual.arrival("X01").peak + 120.0
    found = rp.forecast(near, SPILL, observations=[seen("X01", "peak", late / 3600)])
    assert found.arrival("M01").peak == pytest.approx(usual.arrival("M01").peak, rel=0.25)
    assert "observation_far" not in codes(found)


def test_times_and_all_their_bounds_are_in_order_down_the_river_whatever_was_seen():
    usual = rp.forecast(dammed(), SPILL)
    observed = [seen(a.site_id, kind, getattr(a, of) * factor / 3600) for a in usual.arrivals if a.distance > 0
                for kind, of, factor in (("none", "leading", 1.1), ("peak", "peak", 1.4))][:3]
    for o in (observed[:1], observed[1:2], observed):
        for members in (0, 300):
            arrivals = rp.forecast(dammed(), SPILL, observations=o, members=members).arrivals
            bounds = np.array([[a.earliest, a.leading, a.peak, a.trailing, *a.leading_band, *a.peak_band,
                                *a.trailing_band] for a in arrivals])
            assert np.all(np.diff(bounds, axis=0) >= -1e-6)
            assert np.all(np.diff(bounds[:, :4], axis=1) >= -1e-6)
            assert all(np.all(np.diff(bounds[:, i::2], axis=1) >= -1e-6) for i in (4, 5))


def test_a_section_read_thirty_times_is_still_one_section():
    v = float(rp.forecast(y_river(), SPILL).reach_times.velocity[0])
    site = "I01"
    one, many = (rp.forecast(y_river(), SPILL, observations=[rp.Observation(
        site_id=site, kind="velocity", value=0.7 * v * (1 + 1e-6 * i)) for i in range(n)]) for n in (1, 30))
    assert many.arrival("M01").peak == pytest.approx(one.arrival("M01").peak, rel=1e-4)
    assert many.arrival("M01").peak_band == pytest.approx(one.arrival("M01").peak_band, rel=1e-4)


def test_velocities_that_cannot_both_be_are_named_with_their_values_and_one_far_off_too():
    v = float(rp.forecast(y_river(), SPILL).reach_times.velocity[0])
    pair = [rp.Observation(site_id="I01", kind="velocity", value=v * k) for k in (0.3, 3.0)]
    found = rp.forecast(y_river(), SPILL, observations=pair)
    said = next(p for p in found.problems if p.code == "observation_disagrees")
    assert all(f"{v * k:.3g} m/s" in said.what("en") for k in (0.3, 3.0))
    near = [rp.Observation(site_id="I01", kind="velocity", value=v * k) for k in (0.8, 1.3)]
    assert "observation_disagrees" not in codes(rp.forecast(y_river(), SPILL, observations=near))
    far = rp.forecast(y_river(), SPILL, observations=[rp.Observation(site_id="I01", kind="velocity", value=v / 30)])
    assert "m/s was expected" in next(p for p in far.problems if p.code == "observation_far").what("en")


def test_concentrations_that_cannot_both_be_are_named_at_one_station_and_between_two():
    usual = rp.forecast(y_river(), SPILL)
    (at, c), (at2, c2) = ((a.peak / 3600, a.peak_concentration) for a in map(usual.arrival, ("I01", "M01")))
    for pair in ([seen("I01", "conc", at, c), seen("I01", "conc", at + 0.01, c * 30)],
                 [seen("I01", "conc", at, c / 5), seen("M01", "conc", at2, c2 * 6)]):
        peaks = [seen("I01", "peak", at), seen("M01", "peak", at2)]
        for mass in (1_000.0, None):
            found = rp.forecast(y_river(), replace(SPILL, mass=mass), observations=[*peaks, *pair])
            said = next(p for p in found.problems if p.code == "observation_disagrees").what("en")
            assert all(f"{o.site_id} concentration {o.value * 1000:.3g} mg/L" in said for o in pair)
    fits = [seen("I01", "conc", at, c), seen("I01", "conc", at, c * 1.5), seen("M01", "conc", at2, c2)]
    assert "observation_disagrees" not in codes(rp.forecast(y_river(), SPILL, observations=fits))


def test_a_first_detection_later_than_a_concentration_there_is_named():
    usual = rp.forecast(y_river(), SPILL).arrival("I01")
    at = usual.peak / 3600
    found = rp.forecast(y_river(), SPILL, observations=[
        seen("I01", "leading", at * 1.05), seen("I01", "conc", at, usual.peak_concentration)])
    assert "observation_disagrees" in codes(found)


def test_nothing_yet_long_after_the_plume_was_due_is_named():
    usual = rp.forecast(y_river(), SPILL).arrival("I01")
    early, late = (codes(rp.forecast(y_river(), SPILL, observations=[seen("I01", "none", usual.leading * k / 3600)]))
                   for k in (0.1, 8.0))
    assert "observation_far" in late and "observation_far" not in early


def test_a_poor_reading_further_down_takes_away_nothing_of_what_a_good_series_told():
    usual = rp.forecast(y_river(), SPILL)
    good, unknown = series(usual, "I01"), replace(SPILL, mass=None)
    poor = seen("I02", "conc", usual.arrival("I02").peak / 3600, usual.arrival("I02").peak_concentration, 1.5)
    one, both = (rp.forecast(y_river(), unknown, observations=o).arrival("M01").concentration_band
                 for o in (good, [*good, poor]))
    assert both[1] / both[0] <= one[1] / one[0] * 1.01


def test_an_inferred_mass_is_shown_to_two_digits_with_its_band_and_the_band_holds_what_shape_leaves():
    usual = rp.forecast(y_river(), SPILL)
    found = rp.forecast(y_river(), replace(SPILL, mass=None), observations=series(usual, "I01"))
    low, high = mass_band(found.spill)
    assert low < 1_000.0 < high and high / low > np.exp(2 * 1.645 * 0.2)
    head = " ".join(forecast_lines(found, "en"))
    assert f"about {float(f'{found.spill.mass:.2g}'):.0f} kg (estimate, 5–95 %:" in head
    assert forecast_as_json(found)["spill"]["mass_band_kg"] == pytest.approx([low, high], rel=1e-5)
    assert mass_band(usual.spill) is None and "1000 kg," in " ".join(forecast_lines(usual, "en"))


def test_a_concentration_left_out_tells_no_mass():
    found = rp.forecast(y_river(), replace(SPILL, mass=None), observations=[seen("S01", "conc", 0.5, 1e-3)])
    assert found.spill.mass is None and {"observation_at_spill", "mass_unknown"} <= set(codes(found))


def test_what_was_not_seen_at_a_site_was_not_seen_at_another_there():
    river = y_river()
    twin = river.replace(sites=(replace(river.site("I01"), site_id="A01"), *river.sites))
    found = rp.forecast(twin, SPILL, observations=[seen("I01", "none", 6.9)])
    assert found.arrival("A01").earliest == found.arrival("I01").earliest >= 6.9 * 3600
