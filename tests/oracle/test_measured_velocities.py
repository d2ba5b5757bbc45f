"""The error stated for tabulated velocities, against the time-of-travel studies it was estimated from."""

from collections.abc import Sequence

import numpy as np
import pytest
from validation import another_flow

from riverplan.velocity.measured import SIGMA_BEYOND, SIGMA_MEASURED, STATION_EXPONENT, interpolate


@pytest.fixture(scope="module")
def reaches(shared) -> Sequence[another_flow.Reach]:
    """Velocity of the peak by discharge of the reaches measured at two flows or more."""
    return another_flow.reaches(shared / "validation")


def test_ninety_percent_of_left_out_velocities_lie_in_the_band(reaches):
    errors = []
    for reach in reaches:
        q, v = reach.flow, reach.velocity
        for i in range(1, q.size - 1):
            ends = [i - 1, i + 1]
            predicted, beyond = interpolate(q[[i]], q[ends][None], v[ends][None])
            assert beyond[0] == 0
            errors.append(np.log(predicted[0] / v[i]))
    inside = np.mean(np.abs(errors) <= 1.645 * SIGMA_MEASURED)
    assert len(errors) > 150
    assert 0.85 <= inside <= 0.95


def test_the_exponent_beyond_the_table_is_that_of_the_reaches(reaches):
    exponents = [np.log(r.velocity[1] / r.velocity[0]) / np.log(r.flow[1] / r.flow[0])
                 for r in reaches if r.flow.size == 2 and r.flow[1] > 1.3 * r.flow[0]]
    low, middle, high = np.quantile(exponents, [0.25, 0.5, 0.75])
    assert middle == pytest.approx(STATION_EXPONENT, abs=0.02)
    assert (high - low) / 1.349 == pytest.approx(SIGMA_BEYOND, abs=0.03)
