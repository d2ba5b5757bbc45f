"""Laws of the field of velocity errors: what any observation may and may not do to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from riverplan.velocity import error_field as ef

LENGTHS = st.lists(st.floats(100.0, 40_000.0), min_size=2, max_size=12)


def field_of(lengths, sigma=0.5):
    length = np.array(lengths)
    begin = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    k = length.size
    return ef.prior(np.full(k, sigma), np.zeros(k, np.intp), begin, length, np.zeros(k, bool)), length


def times(length):
    """Times to the end of each stretch at 1 m/s."""
    return np.tril(np.ones((length.size, length.size))) * length


@given(lengths=LENGTHS)
def test_the_covariance_of_any_river_is_one(lengths):
    field, _ = field_of(lengths)
    assert np.linalg.eigvalsh(field.covariance).min() > -1e-12
    assert np.all(np.diag(field.covariance) <= 0.25 + 1e-12)


@given(lengths=LENGTHS, where=st.integers(0, 11), factor=st.floats(0.3, 3.0))
@settings(max_examples=60)
def test_an_observed_time_is_met_narrows_every_band_and_moves_the_nearest_reaches_most(lengths, where, factor):
    field, length = field_of(lengths)
    where = min(where, length.size - 1)
    to = times(length)
    seen = ef.with_times(field, to[[where]], np.array([to[where].sum() * factor]), np.array([1e-3]))
    assert abs(np.log((to[where] * np.exp(-seen.mean)).sum() / (to[where].sum() * factor))) < 0.01
    assert np.all(np.diag(seen.covariance) <= np.diag(field.covariance) + 1e-12)
    assert seen.sigma(to)[where] < 2e-3
    below = np.abs(seen.mean[where + 1:])
    assert np.all(np.diff(below) <= 1e-3 + 0.05 * abs(np.log(factor)))


@given(lengths=LENGTHS, factor=st.floats(0.3, 3.0))
@settings(max_examples=60)
def test_nothing_seen_yet_never_makes_the_plume_earlier_and_never_widens_a_band(lengths, factor):
    field, length = field_of(lengths)
    to = times(length)[-1]
    later = ef.with_not_before(field, to, to.sum() * factor, 0.05)
    assert (to * np.exp(-later.mean)).sum() >= to.sum() * (1 - 1e-9)
    assert later.sigma(to[None])[0] <= field.sigma(to[None])[0] * (1 + 1e-2)
    assert np.linalg.eigvalsh(later.covariance).min() > -1e-9


@given(lengths=LENGTHS, cut=st.floats(0.2, 0.8))
@settings(max_examples=40)
def test_cutting_a_reach_in_two_changes_no_band(lengths, cut):
    whole, length = field_of(lengths)
    parted = np.concatenate([[length[0] * cut, length[0] * (1 - cut)], length[1:]])
    two, _ = field_of(parted)
    assert np.isclose(whole.sigma(length[None])[0], two.sigma(parted[None])[0], rtol=0.03)


def test_an_observation_that_says_what_was_expected_moves_nothing():
    field, length = field_of([5e3, 8e3, 2e3])
    to = times(length)
    same = ef.with_times(field, to[[1]], np.array([to[1].sum()]), np.array([0.03]))
    assert np.allclose(same.mean, 0.0, atol=1e-12)
    assert same.sigma(to)[1] < field.sigma(to)[1]


def test_a_river_observed_teaches_its_own_reaches_more_than_those_of_another():
    length = np.full(3, 10e3)
    begin = np.array([0.0, 200e3, 200e3])
    field = ef.prior(np.full(3, 0.5), np.array([0, 0, 1], np.intp), begin, length, np.zeros(3, bool))
    seen = ef.with_velocities(field, np.array([0]), np.array([0.5]), np.array([0.1]))
    assert seen.mean[0] > seen.mean[1] > seen.mean[2] > 0


@pytest.mark.parametrize(("late", "kind"), [(1.2, "none"), (1.5, "none"), (1.4, "time")])
def test_below_a_pool_what_was_seen_is_what_sampling_says(late, kind):
    rng = np.random.default_rng(7)
    length = np.array([9_000.0, 5_000.0, 4_000.0, 6_000.0])
    field = ef.prior(np.array([0.25, 0.25, 0.62, 0.25]), np.zeros(4, np.intp), np.cumsum(length) - length, length,
                     np.arange(4) == 2)
    time = np.array([9_000.0, 5_000.0, 10_000.0, 6_000.0])
    drawn = rng.multivariate_normal(np.zeros(4), field.covariance, 300_000)
    off = (np.log((time * np.exp(-drawn)).sum(axis=1)) - np.log(late * time.sum())) / 0.06
    if kind == "none":
        weight, seen = ndtr(off), ef.with_not_before(field, time, late * time.sum(), 0.06)
    else:
        weight = np.exp(-0.5 * off**2)
        seen = ef.with_times(field, time[None], np.array([late * time.sum()]), np.array([0.06]))
    above = -drawn[:, 0]
    mean = np.average(above, weights=weight)
    assert -seen.mean[0] == pytest.approx(mean, abs=0.045)     # a line for what bends: not better than that
    assert np.sqrt(seen.covariance[0, 0]) == pytest.approx(
        np.sqrt(np.average((above - mean) ** 2, weights=weight)), rel=0.1)
