"""A response after a release in parts."""

import numpy as np
import pytest

from riverplan.transport.release import INSTANT, released

T = np.linspace(0.0, 100.0, 201)[None]
F = np.exp(-(((T - 40.0) / 8.0) ** 2))


def test_an_instantaneous_release_at_once_changes_nothing():
    time, flux = released(T, F, INSTANT)
    assert time is T
    assert flux is F


def test_a_later_release_is_the_same_response_later():
    time, flux = released(T, F, ((50.0, 50.0, 1.0),))
    assert flux == pytest.approx(np.interp(time[0], T[0] + 50.0, F[0])[None])


def test_parts_are_superposed_and_keep_the_mass():
    time, flux = released(T, F, ((0.0, 30.0, 0.25), (20.0, 20.0, 0.5), (500.0, 600.0, 0.25)))
    whole = np.trapezoid(F[0], T[0])
    assert np.trapezoid(flux[0], time[0]) == pytest.approx(whole, rel=1e-3)
    late = time[0] >= 480.0
    assert np.trapezoid(flux[0, late], time[0, late]) == pytest.approx(0.25 * whole, rel=1e-3)
    assert flux[0, late].max() == pytest.approx(0.25 * whole / 100.0, rel=1e-3)


def test_halves_that_overlap_are_one_release():
    one = released(T, F, ((0.0, 60.0, 1.0),))
    two = released(T, F, ((0.0, 60.0, 0.5), (0.0, 60.0, 0.5)))
    assert two[1] == pytest.approx(one[1])


def test_a_release_of_many_parts_has_few_times():
    pieces = tuple((3600.0 * i, 3600.0 * (i + 1), 1 / 96) for i in range(96))
    time, flux = released(T, F, pieces)
    assert time.shape[1] <= 2400
    assert (np.diff(time[0]) >= 0).all()
    assert flux.min() >= -1e-15
