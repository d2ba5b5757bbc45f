"""The error stated for tabulated velocities, against the time-of-travel studies it was estimated from."""

import numpy as np
import pandas as pd
import pytest

from riverplan.velocity.measured import SIGMA_BEYOND, SIGMA_MEASURED, STATION_EXPONENT, interpolate


@pytest.fixture(scope="module")
def reaches(shared) -> list[pd.Series]:
    """Velocity of the peak by discharge, one series a reach measured at two flows or more."""
    table = pd.read_csv(shared / "validation" / "tracers_usgs_reaches.csv")
    table = table[(table["v_peak_m_s"] > 0) & (table["flow_m3s"] > 0)]
    groups = table.groupby(["river", "lat_end", "lon_end", "reach_seq"])
    found = [g.groupby("flow_m3s")["v_peak_m_s"].mean() for _, g in groups]
    return [s for s in found if len(s) > 1]


def test_ninety_percent_of_left_out_velocities_lie_in_the_band(reaches):
    errors = []
    for s in reaches:
        q, v = s.index.to_numpy(), s.to_numpy()
        for i in range(1, len(s) - 1):
            ends = [i - 1, i + 1]
            predicted, beyond = interpolate(q[[i]], q[ends][None], v[ends][None])
            assert beyond[0] == 0
            errors.append(np.log(predicted[0] / v[i]))
    inside = np.mean(np.abs(errors) <= 1.645 * SIGMA_MEASURED)
    assert len(errors) > 150
    assert 0.85 <= inside <= 0.95


def test_the_exponent_beyond_the_table_is_that_of_the_reaches(reaches):
    exponents = [np.log(s.iloc[1] / s.iloc[0]) / np.log(s.index[1] / s.index[0])
                 for s in reaches if len(s) == 2 and s.index[1] > 1.3 * s.index[0]]
    low, middle, high = np.quantile(exponents, [0.25, 0.5, 0.75])
    assert middle == pytest.approx(STATION_EXPONENT, abs=0.02)
    assert (high - low) / 1.349 == pytest.approx(SIGMA_BEYOND, abs=0.03)
