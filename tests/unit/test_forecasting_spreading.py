"""Forecasts with a model of each reach, and releases in parts."""

import json
from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import R, braid, build, dammed, y_river

from riverplan.errors import InputError
from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.sites import RiskSource, Section
from riverplan.spread import MODELS, TRANSFER_MODELS

PHENOL = Spill(site_id="S01", substance="phenol", mass=1000.0, at=clock("2026-07-01 08:00"))
LINEAR = pytest.mark.parametrize("spread", sorted(TRANSFER_MODELS))
HOUR = 3600.0


def passed(found, site):
    curve = found.plumes[site]
    return np.trapezoid(curve.concentration, curve.time) * found.arrival(site).discharge


@LINEAR
@pytest.mark.parametrize("river", [y_river, braid, dammed])
def test_the_mass_passes_every_site_below_and_times_are_in_order(river, spread):
    found = forecast(river(), PHENOL, spread=spread)
    last = found.arrivals[-1].site_id
    assert passed(found, last) == pytest.approx(1000.0, rel=2e-3)
    for a in found.arrivals:
        assert a.earliest <= a.leading <= a.peak <= a.trailing
        assert a.leading_band[0] <= a.leading <= a.leading_band[1]
        assert a.concentration_band[0] <= a.peak_concentration <= a.concentration_band[1]


@LINEAR
def test_the_peak_comes_at_the_velocity_of_the_peak_but_for_the_skew(spread):
    found, usual = forecast(y_river(), PHENOL, spread=spread), forecast(y_river(), PHENOL)
    for a, b in zip(found.arrivals[1:], usual.arrivals[1:], strict=True):
        assert 0.9 < a.peak / b.peak < 1.01
        assert 0.4 < a.peak_concentration / b.peak_concentration < 2.0


@LINEAR
def test_the_leading_edge_is_at_one_percent_and_the_trailing_edge_at_ten(spread):
    found = forecast(y_river(), PHENOL, spread=spread)
    intake, curve = found.arrival("I01"), found.plumes["I01"]
    top = curve.concentration.max()
    assert np.interp(intake.leading, curve.time, curve.concentration) == pytest.approx(0.01 * top, rel=0.02)
    assert np.interp(intake.trailing, curve.time, curve.concentration) == pytest.approx(0.1 * top, rel=0.02)


def test_what_the_model_is_and_which_concentration_it_gives_is_said():
    for spread, quantity in (("jobson_unit_response", "flux"), ("advection_dispersion_resident", "resident")):
        found = forecast(y_river(), PHENOL, spread=spread)
        said = json.loads(json.dumps(forecast_as_json(found)))
        assert said["spread"] == {"name": spread, "quantity": quantity}
        assert (f"spread_{quantity}" in {p.code for p in found.problems}) == (spread in TRANSFER_MODELS)
    assert found.parameters["sigma_ln_unit_peak"] == TRANSFER_MODELS[spread].sigma_peak
    assert found.digest != forecast(y_river(), PHENOL).digest


def test_a_reach_without_a_width_is_served_by_the_dead_zone_and_named():
    nodes = {"a": ("source", 0, 0), "b": ("junction", 8, 0), "c": ("outlet", 16, 0)}
    here = {"lon": float("nan"), "lat": float("nan")}
    river = build("窄河", nodes, [R(id="r1", tail="a", head="b", velocity=0.5),
                                R(id="r2", tail="b", head="c", velocity=0.5, width=float("nan"))],
                  sites=[RiskSource(site_id="S01", reach_id="r1", chainage=1000.0, **here),
                         Section(site_id="M01", reach_id="r2", chainage=7000.0, **here)])
    found = forecast(river, PHENOL, spread="advection_dispersion")
    said = [p for p in found.problems if p.code == "spread_lacks"]
    assert said[0].fields["reaches"] == "r2"
    assert said[0].fields["count"] == 1
    assert passed(found, "M01") == pytest.approx(1000.0, rel=2e-3)
    assert not [p for p in forecast(river, PHENOL, spread="dead_zone").problems if p.code == "spread_lacks"]


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(InputError) as caught:
        forecast(y_river(), PHENOL, spread="fickian")
    assert caught.value.problems[0].code == "unknown_spread"


@pytest.mark.parametrize("spread", sorted([*MODELS, *TRANSFER_MODELS]))
def test_decay_takes_less_from_what_arrives_early(spread):
    k = 1e-5
    clear, decayed = (forecast(y_river(), replace(PHENOL, decay=d), spread=spread) for d in (0.0, k))
    curve = clear.plumes["M01"]
    expected = np.trapezoid(curve.concentration * np.exp(-k * curve.time), curve.time)
    got = decayed.plumes["M01"]
    assert np.trapezoid(got.concentration, got.time) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("spread", sorted([*MODELS, *TRANSFER_MODELS]))
def test_one_part_is_the_even_release_and_parts_add(spread):
    even = forecast(y_river(), replace(PHENOL, duration=2 * HOUR), spread=spread)
    one = forecast(y_river(), replace(PHENOL, mass=None, release=((0.0, 2 * HOUR, 1000.0),)), spread=spread)
    two = forecast(y_river(), replace(PHENOL, release=((0.0, HOUR, 500.0), (HOUR, 2 * HOUR, 500.0))), spread=spread)
    for other in (one, two):
        assert other.spill.mass == 1000.0
        assert other.spill.duration == 2 * HOUR
        a, b = even.arrival("I01"), other.arrival("I01")
        assert b.peak_concentration == pytest.approx(a.peak_concentration, rel=5e-3)
        assert (b.earliest, b.leading, b.trailing) == pytest.approx((a.earliest, a.leading, a.trailing), rel=2e-3)
        assert passed(other, "I01") == pytest.approx(1000.0, rel=2e-3)


@pytest.mark.parametrize("spread", ["jobson_unit_response", "advection_dispersion"])
def test_a_load_washed_off_days_later_is_a_second_plume_that_ends_the_forecast(spread):
    late = (72 * HOUR, 73 * HOUR, 300.0)
    found = forecast(y_river(), replace(PHENOL, release=((0.0, 0.0, 700.0), late)), spread=spread)
    lone = forecast(y_river(), replace(PHENOL, mass=700.0), spread=spread)
    a, b = found.arrival("I01"), lone.arrival("I01")
    assert a.peak == pytest.approx(b.peak, rel=0.01)
    assert a.peak_concentration == pytest.approx(b.peak_concentration, rel=1e-3)
    assert a.trailing > 72 * HOUR + b.peak
    curve = found.plumes["I01"]
    second = curve.time > 70 * HOUR
    assert np.trapezoid(curve.concentration[second], curve.time[second]) * a.discharge == pytest.approx(300.0, rel=5e-3)


def test_a_release_that_begins_later_comes_that_much_later():
    now = forecast(y_river(), replace(PHENOL, release=((0.0, HOUR, 1000.0),))).arrival("I01")
    then = forecast(y_river(), replace(PHENOL, release=((5 * HOUR, 6 * HOUR, 1000.0),))).arrival("I01")
    for name in ("earliest", "leading", "peak", "trailing"):
        assert getattr(then, name) - getattr(now, name) == pytest.approx(5 * HOUR, rel=0.02)


@pytest.mark.parametrize(("release", "code"), [
    (((3600.0, 0.0, 5.0),), "release_backwards"), (((0.0, 3600.0, -5.0),), "release_mass"),
    (((-1.0, 3600.0, 5.0),), "release_time"), (((0.0, float("nan"), 5.0),), "release_time"),
    (((0.0, 3600.0, 0.0),), "release_nothing")])
def test_a_release_that_cannot_be_is_refused_in_words(release, code):
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(PHENOL, release=release))
    assert [p.code for p in caught.value.problems] == [code]
    assert all(caught.value.problems[0].text(lang) for lang in ("zh", "en"))


def test_everything_wrong_with_a_release_is_said_at_once():
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(PHENOL, release=((3600.0, 0.0, 5.0), (0.0, 1.0, -3.0))))
    assert {p.code for p in caught.value.problems} == {"release_backwards", "release_mass"}
