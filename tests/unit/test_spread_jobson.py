"""Jobson's unit response against the numbers of his example 1."""

import numpy as np
import pytest

from riverplan.spread.jobson_unit_response import density, unit_peak, unit_response
from riverplan.velocity.jobson import with_area_only, without_slope

VELOCITIES = np.concatenate([
    *without_slope(*(np.array([v]) for v in (3.35, 4.50, 390e6))), *with_area_only(np.array([3.35]), np.array([390e6])),
])
EXAMPLE = [  # V m/s, Tp h, Tl h, Cup 1e-6/s, Td10 h, trailing h, Cp mg/L at 3.35, Cp at 3.69 m³/s (6,000 kg)
    (0.2645, 15.751, 14.018, 100.36, 5.536, 19.55, 179.8, 163.0),
    (0.6459, 6.451, 5.741, 200.98, 2.764, 8.51, 360.0, 326.5),
    (0.3159, 13.190, 11.739, 115.21, 4.822, 16.56, 206.4, 187.2),
    (1.0093, 4.128, 3.674, 284.43, 1.953, 5.63, 509.4, 462.2),
]


@pytest.mark.parametrize(("v", "tp", "tl", "cup", "td10", "trailing", "cp", "cp_intake"), EXAMPLE)
def test_example_1_is_reproduced_to_its_digits(v, tp, tl, cup, td10, trailing, cp, cp_intake):
    exact = VELOCITIES[np.argmin(np.abs(VELOCITIES - v))]
    assert exact == pytest.approx(v, abs=5e-5)
    peak = np.array([15_000.0 / exact])
    r = unit_response(peak, unit_peak(peak, np.array([3.35 / 4.50])))
    assert r.peak[0] / 3600 == pytest.approx(tp, abs=6e-4)
    assert r.leading[0] / 3600 == pytest.approx(tl, abs=6e-4)
    assert r.height[0] * 1e6 == pytest.approx(cup, rel=2e-4)
    assert (r.tail_end - r.leading)[0] / 3600 == pytest.approx(td10, abs=6e-4)
    assert r.tail_end[0] / 3600 == pytest.approx(trailing, abs=6e-3)
    assert 6_000 * r.height[0] / 3.35 * 1e3 == pytest.approx(cp, rel=5e-4)
    assert 6_000 * r.height[0] / 3.69 * 1e3 == pytest.approx(cp_intake, rel=1.5e-3)  # discharge given to 3 digits


def test_without_the_mean_flow_equation_8_is_used():
    assert unit_peak(np.array([10 * 3600.0]), np.array([np.nan]))[0] * 1e6 == pytest.approx(1025 * 10**-0.887)


def test_the_density_has_unit_area_the_peak_the_edges_and_the_ten_percent_point():
    peak = np.array([36_000.0, 5_000.0, 400_000.0])
    r = unit_response(peak, unit_peak(peak, np.array([0.5, 1.0, 3.0])))
    t = np.linspace(0, 3_000_000, 3_000_001)
    for i in range(3):
        one = type(r)(**{f: getattr(r, f)[i] for f in ("leading", "peak", "tail_end", "height", "widened")})
        f = density(t, one)
        assert np.trapezoid(f, t) == pytest.approx(1.0, abs=1e-6)
        assert f.max() == pytest.approx(r.height[i], rel=1e-3)
        assert np.interp(r.tail_end[i], t, f) == pytest.approx(0.1 * r.height[i], rel=1e-3)
        assert np.interp(r.leading[i] - 2, t, f) == 0.0


def test_a_high_flow_far_away_is_stretched_so_that_the_fall_is_no_shorter_than_nothing():
    peak = np.array([100 * 3600.0])
    r = unit_response(peak, unit_peak(peak, np.array([6.0])))
    assert r.widened[0]
    assert (r.tail_end - r.leading)[0] == pytest.approx(2 * (r.peak - r.leading)[0])
    assert r.height[0] == pytest.approx(2 / (r.tail_end - r.leading)[0])
    assert r.leading[0] < r.peak[0] < r.tail_end[0]
