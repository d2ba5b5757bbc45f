"""Laws of the field of velocity errors: what any observation may and may not do to it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

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
