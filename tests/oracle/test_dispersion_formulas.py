"""The accuracy stated for formulas of dispersion, against coefficients from dye tests."""

import numpy as np
import pandas as pd
import pytest

from riverplan.spread.dispersion import DISPERSION, WITHIN_TWO


@pytest.mark.parametrize("name", sorted(DISPERSION))
def test_the_stated_share_of_coefficients_lies_within_a_factor_two(shared, name):
    rows = pd.read_csv(shared / "validation" / "dispersion.csv")
    said = DISPERSION[name](*(rows[c].to_numpy(float) for c in (
        "width_m", "depth_m", "velocity_m_s", "shear_velocity_m_s")))
    ratio = said / rows["Kx_measured_m2_s"].to_numpy(float)
    assert np.mean(np.abs(np.log2(ratio)) <= 1) == pytest.approx(WITHIN_TWO[name][1], abs=0.006)
