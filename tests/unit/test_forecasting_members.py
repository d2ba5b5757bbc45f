"""Bands drawn from members agree with those in closed form, and draw what these cannot hold."""

from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, dammed, y_river

import riverplan as rp
from riverplan.errors import InputError
from riverplan.forecasting.members import draw

AT = rp.clock("2026-07-01 08:00")
PHENOL = rp.Spill(site_id="S01", substance="phenol", mass=1000.0, at=AT)


@pytest.mark.parametrize("river", [y_river, braid])
def test_members_give_the_bands_of_the_closed_form_within_their_noise(river):
    closed, drawn = (rp.forecast(river(), PHENOL, members=n) for n in (0, 4000))
    for a, b in zip(closed.arrivals, drawn.arrivals, strict=True):
        assert (a.leading, a.peak, a.peak_concentration) == (b.leading, b.peak, b.peak_concentration)
        if a.distance < 1_000:
            continue
        for name in ("leading_band", "peak_band", "concentration_band"):
            assert np.log(getattr(b, name)) == pytest.approx(np.log(getattr(a, name)), abs=0.12), (a.site_id, name)
        assert b.exceed_probability == pytest.approx(a.exceed_probability, abs=0.04)
        assert b.earliest <= b.leading_band[0]


def test_the_same_seed_gives_the_same_members_and_another_seed_others():
    one, again, other = (rp.forecast(y_river(), PHENOL, members=500, seed=s).arrival("I01") for s in (1, 1, 2))
    assert one == again
    assert one.peak_band != other.peak_band


def test_draws_depend_on_seed_and_stream_alone():
    first = draw(7, 1, (3, 4))
    draw(7, 0, (100,))
    assert np.array_equal(first, draw(7, 1, (3, 4)))
    assert not np.array_equal(first, draw(7, 2, (3, 4)))
    many = draw(7, 0, (200_000,))
    assert (many.mean(), many.std()) == pytest.approx((0.0, 1.0), abs=0.01)


@pytest.mark.parametrize("members", [0, 2000])
def test_a_start_known_to_two_hours_widens_the_band_of_the_peak_by_them(members):
    sure, unsure = (rp.forecast(y_river(), replace(PHENOL, sigma_at=s), members=members).arrival("I01")
                    for s in (0.0, 7200 / 1.645))
    width = [np.subtract(*reversed(a.peak_band)) / 2 for a in (sure, unsure)]
    assert width[1] == pytest.approx(np.hypot(width[0], 7200.0), rel=0.08)
    assert unsure.earliest < sure.earliest


@pytest.mark.parametrize("members", [0, 2000])
def test_a_mass_known_within_a_factor_3_widens_the_band_of_the_concentration(members):
    sure, unsure = (rp.forecast(y_river(), replace(PHENOL, sigma_mass=s), members=members).arrival("I01")
                    for s in (0.0, np.log(3.0) / 1.645))
    width = [np.log(a.concentration_band[1] / a.concentration_band[0]) / 2 for a in (sure, unsure)]
    assert width[1] == pytest.approx(np.hypot(width[0], np.log(3.0)), rel=0.08)


def test_a_duration_in_doubt_matters_for_a_long_release_and_not_for_a_short_one():
    def widening(hours):
        bands = [rp.forecast(y_river(), replace(PHENOL, duration=hours * 3600.0, sigma_duration=s)).arrival(
            "I01").concentration_band for s in (0.0, 1.0)]
        low, high = (np.log(b[1] / b[0]) for b in bands)
        return high / low

    assert widening(0.1) == pytest.approx(1.0, abs=0.01)
    assert widening(48.0) > 1.5


def test_below_a_pool_members_keep_earliest_before_leading_before_peak():
    found = rp.forecast(dammed(), PHENOL, members=1000)
    for a in found.arrivals:
        assert a.earliest <= a.leading <= a.peak <= a.trailing
        assert a.leading_band[0] <= a.leading <= a.leading_band[1] * (1 + 1e-9)


@pytest.mark.parametrize("members", [-1, 10, 1_000_000])
def test_a_number_of_members_that_cannot_be_is_named(members):
    with pytest.raises(InputError) as error:
        rp.forecast(y_river(), PHENOL, members=members)
    assert [p.code for p in error.value.problems] == ["members_number"]


def test_doubts_that_cannot_be_are_named():
    with pytest.raises(InputError) as error:
        rp.forecast(y_river(), replace(PHENOL, sigma_mass=-1.0, sigma_at=1e9, sigma_duration=float("nan")))
    assert {p.code for p in error.value.problems} == {"spill_sigma_mass", "spill_sigma_at", "spill_sigma_duration"}


def test_below_a_pool_members_agree_with_the_closed_bands_of_the_peak_within_a_quarter():
    closed, drawn = (rp.forecast(dammed(), PHENOL, members=n).arrivals for n in (0, 4000))
    for a, b in zip(closed, drawn, strict=True):
        if a.distance > 1_000:
            assert np.log(b.peak_band) == pytest.approx(np.log(a.peak_band), abs=0.25), a.site_id
            assert b.trailing_band[1] == pytest.approx(a.trailing_band[1], rel=0.25)


def test_at_the_spill_itself_members_differ_by_nothing_but_the_strength():
    found = rp.forecast(y_river(), PHENOL, members=500).arrival("S01")
    low, high = found.concentration_band
    assert low < found.peak_concentration < high < 10 * found.peak_concentration
    assert found.peak_band[0] <= found.peak <= found.peak_band[1]
