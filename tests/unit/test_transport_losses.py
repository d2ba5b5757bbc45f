"""Decay by temperature and settling by depth."""

import numpy as np
import pytest

from riverplan.transport.losses import decay_at, settling_rate


def test_decay_keeps_its_rate_at_twenty_degrees_and_halves_in_fifteen_degrees():
    assert decay_at(0.2, 1.047, 20.0) == pytest.approx(0.2)
    assert decay_at(0.2, 1.047, 5.0) == pytest.approx(0.2 * 1.047**-15)
    assert decay_at(0.2, 1.047, -1.0) == decay_at(0.2, 1.047, 4.0)       # no slower than in the coldest water


def test_what_settles_a_metre_a_day_leaves_two_metres_of_water_at_half_a_day():
    rate = settling_rate(1 / 86_400, np.array([2.0, np.nan, 0.0]))
    assert rate * 86_400 == pytest.approx([0.5, 0.0, 0.0])
