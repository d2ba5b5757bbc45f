"""Breakthrough curves of hand-made arms: pools, decay, finite releases, several arms."""

from functools import partial

import numpy as np
import pytest

from riverplan.spread.jobson_unit_response import JOBSON_UNIT_RESPONSE, unit_peak
from riverplan.transport import arms as a
from riverplan.transport import response
from riverplan.transport.response import first_above, last_above, stir

HOUR = 3600.0
curves = partial(response.curves, spread=JOBSON_UNIT_RESPONSE)


def arm(hours: float = 10.0, *, weight: float = 1.0, delay: float = 0.0, tanks: tuple[float, ...] = ()) -> np.ndarray:
    """An arm of some hours of river at mean flow, some hours of plug delay and mixed tanks [h]."""
    row = np.zeros((1, a.FIELDS))
    row[0, a.WEIGHT], row[0, a.RIVER_TIME], row[0, a.POOL_DELAY] = weight, hours * HOUR, delay * HOUR
    row[0, a.LOG_PEAK] = np.log(unit_peak(row[:, a.RIVER_TIME], np.ones(1))[0])
    row[0, a.LEAD] = (0.89 * hours + delay) * HOUR
    row[0, a.TANK : a.TANK + len(tanks)] = np.array(tanks) * HOUR
    return row


def over(hours: float) -> tuple[tuple[float, float, float], ...]:
    """An even release."""
    return ((0.0, hours * HOUR, 1.0),)


def mean_time(c, i: int = 0) -> float:
    return float(np.trapezoid(c.time[i] * c.flux[i], c.time[i]) / np.trapezoid(c.flux[i], c.time[i]))


def mass(c, i: int = 0) -> float:
    return float(np.trapezoid(c.flux[i], c.time[i]))


@pytest.mark.parametrize("tanks", [(), (5.0,), (40.0, 3.0), (0.01,), (900.0, 300.0, 20.0)])
@pytest.mark.parametrize("duration", [0.0, 4.0, 100.0])
def test_no_mass_is_lost_through_pools_and_long_releases(tanks, duration):
    c = curves(arm(delay=2.0 if tanks else 0.0, tanks=tanks), np.zeros(1, np.intp), release=over(duration))
    assert mass(c) == pytest.approx(1.0, abs=3e-3)


def test_a_stirred_tank_shifts_the_mean_by_its_residence_time():
    river = curves(arm(), np.zeros(1, np.intp))
    pooled = curves(arm(delay=6.0, tanks=(20.0,)), np.zeros(1, np.intp))
    assert (mean_time(pooled) - mean_time(river)) / HOUR == pytest.approx(26.0, rel=5e-3)


def test_a_tank_fed_by_a_step_follows_the_exponential():
    t = np.concatenate([[0.0, 1e-6], np.linspace(1e-6, 30.0, 400)[1:]])[None]
    flux = np.where(t > 0, 1.0, 0.0)
    out = stir(t, flux, np.array([5.0]))
    assert out[0] == pytest.approx(1 - np.exp(-t[0] / 5.0), abs=1e-6)


def test_a_release_over_hours_has_the_plateau_of_its_rate():
    c = curves(arm(2.0), np.zeros(1, np.intp), release=over(100.0))
    assert c.flux.max() == pytest.approx(1 / (100 * HOUR), rel=1e-3)


def test_decay_takes_what_the_age_of_the_water_says():
    k = 1e-5
    plain, decayed = curves(arm(), np.zeros(1, np.intp)), curves(arm(), np.zeros(1, np.intp), decay=k)
    expected = np.trapezoid(plain.flux[0] * np.exp(-k * plain.time[0]), plain.time[0])
    assert mass(decayed) * decayed.loss[0] == pytest.approx(expected, rel=1e-9)
    assert mass(decayed) * decayed.loss[0] < np.exp(-k * 8.9 * HOUR)


def test_two_arms_add_by_mass_and_the_earlier_one_leads():
    both = curves(np.vstack([arm(10.0, weight=0.25), arm(30.0, weight=0.75)]), np.zeros(2, np.intp))
    assert mass(both) == pytest.approx(1.0, abs=2e-3)
    assert both.edge.min() == pytest.approx(8.9 * HOUR)
    one, other = (mean_time(curves(arm(h), np.zeros(1, np.intp))) for h in (10.0, 30.0))
    assert mean_time(both) == pytest.approx(0.25 * one + 0.75 * other, rel=2e-3)


def test_the_leading_edge_below_a_pool_is_at_one_percent_of_the_peak():
    c = curves(arm(delay=3.0, tanks=(50.0,)), np.zeros(1, np.intp))
    assert np.interp(c.edge[0], c.time[0], c.flux[0]) == pytest.approx(0.01 * c.flux.max(), rel=1e-6)
    assert c.edge[0] > (8.9 + 3.0) * HOUR


def test_places_of_different_kind_are_answered_in_their_own_order():
    arms = np.vstack([arm(5.0), arm(6.0, tanks=(4.0,)), arm(7.0, weight=0.5), arm(8.0, weight=0.5), arm(9.0)])
    c = curves(arms, np.array([0, 1, 2, 2, 3]))
    peaks = c.time[np.arange(4), np.argmax(c.flux, axis=1)] / HOUR
    assert peaks[0] == pytest.approx(5.0)
    assert peaks[1] > 6.0
    assert 7.0 <= peaks[2] <= 8.0
    assert peaks[3] == pytest.approx(9.0)
    assert [mass(c, i) for i in range(4)] == pytest.approx([1.0] * 4, abs=2e-3)


def test_crossings_are_interpolated_and_missing_ones_are_nan():
    t, v = np.array([[0.0, 10.0, 20.0]] * 2), np.array([[0.0, 4.0, 0.0]] * 2)
    assert first_above(t, v, np.array([1.0, 9.0]))[0] == pytest.approx(2.5)
    assert last_above(t, v, np.array([1.0, 9.0]))[0] == pytest.approx(17.5)
    assert np.isnan(first_above(t, v, np.array([1.0, 9.0]))[1])
    assert np.isnan(last_above(t, v, np.array([1.0, 9.0]))[1])


@pytest.mark.parametrize("hours", [0.05, 3.0, 48.0, 168.0, 20_000.0])
def test_a_long_release_peaks_in_the_middle_of_its_plateau_and_makes_no_mass(hours):
    c = curves(arm(0.5), np.zeros(1, np.intp), release=over(hours))
    top = c.flux.max()
    assert top <= 1 / (hours * HOUR) * (1 + 1e-3)
    assert mass(c) == pytest.approx(1.0, abs=2e-3)
    if hours > 40:
        middle = 0.5 * (first_above(c.time, c.flux, 0.9999 * c.flux.max(axis=1))
                        + last_above(c.time, c.flux, 0.9999 * c.flux.max(axis=1)))
        assert middle[0] == pytest.approx((0.5 + hours / 2) * HOUR, rel=0.02)


def test_strong_decay_keeps_the_times_though_nothing_is_left():
    c = curves(arm(), np.zeros(1, np.intp), decay=0.5)
    assert c.loss[0] == 0.0
    assert 8.9 * HOUR <= c.time[0, np.argmax(c.flux[0])] <= 10.0 * HOUR


def test_many_arms_at_many_places_are_worked_through_in_pieces():
    k, p = 24, 200
    rows = np.vstack([arm(5.0 + 0.1 * j, weight=1 / k) for _ in range(p) for j in range(k)])
    c = curves(rows, np.repeat(np.arange(p), k))
    assert c.time.shape[1] <= 900
    assert mass(c, 0) == pytest.approx(mass(c, p - 1))
    assert mass(c, 0) == pytest.approx(1.0, abs=3e-3)
    assert c.edge.shape == (k * p,)
