"""Mixing across the river by HJ 2.3-2018, with the worked numbers of that practice."""

import numpy as np
import pytest

from riverplan.transport.mixing import friction_slope, mixing_length, transverse_mixing

ONE = np.ones(1)


def test_the_worked_example_of_a_thirty_metre_river():
    across = transverse_mixing(30 * ONE, ONE, 0.002 * ONE)
    assert across[0] == pytest.approx(0.03544, abs=5e-6)
    assert mixing_length(0.5 * ONE, 30 * ONE, across)[0] == pytest.approx(5_613, abs=1)


def test_a_release_at_the_bank_mixes_later_than_one_in_the_middle():
    bank, middle = (mixing_length(ONE, 30 * ONE, ONE, a)[0] for a in (0.0, 0.5))
    assert bank / middle == pytest.approx(0.4420 / 0.11, rel=1e-3)


def test_the_energy_slope_of_uniform_flow_is_the_bed_slope():
    h, s, n = 1.5896, 3e-4, 0.03
    assert friction_slope(h ** (2 / 3) * s**0.5 / n * ONE, h * ONE, n * ONE)[0] == pytest.approx(s)
