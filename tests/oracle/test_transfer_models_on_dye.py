"""The errors stated for models of a stretch, against dye curves: given the peak time, how high is the peak?"""

import dye_curves
import numpy as np
import pandas as pd
import pytest

from riverplan.spread import DISPERSION
from riverplan.spread.advection_dispersion import SIGMA_PEAK_LOG10, AdvectionDispersion
from riverplan.spread.dead_zone import DEAD_ZONE
from riverplan.spread.transient_storage import TRANSIENT_STORAGE


@pytest.fixture(scope="module")
def dye(shared) -> pd.DataFrame:
    return dye_curves.measured(shared / "validation")


MODELS = [(AdvectionDispersion(formula=f), SIGMA_PEAK_LOG10[f]) for f in DISPERSION] + [
    (m, m.sigma_peak / np.log(10.0)) for m in (TRANSIENT_STORAGE, DEAD_ZONE)]


@pytest.mark.parametrize(("model", "stated"), MODELS, ids=[f"{m.name}-{s:.3f}" for m, s in MODELS])
def test_the_stated_error_of_the_peak_is_that_on_dye_curves(dye, model, stated):
    found = dye_curves.curves(dye, model)
    error = np.log10(found.flux.max(axis=1) / (dye["unit_peak_Cup_1e-6_per_s"].to_numpy() * 1e-6))
    assert np.sqrt(np.mean(error**2)) == pytest.approx(stated, abs=0.004)


@pytest.mark.parametrize("model", [AdvectionDispersion(), DEAD_ZONE], ids=["advection_dispersion", "dead_zone"])
def test_the_peak_comes_in_time_and_the_leading_edge_never_late(dye, model):
    found = dye_curves.curves(dye, model)
    peak = found.time[np.arange(len(dye)), found.flux.argmax(axis=1)]
    assert 0.96 < np.median(peak / (dye["t_peak_h"].to_numpy() * 3600.0)) < 1.0
    edge = dye_curves.leading_edge(found)
    measured = dye["t_1pct_rise_h"].to_numpy() * 3600.0
    known = np.isfinite(measured)
    assert np.mean(edge[known] > 1.05 * measured[known]) < 0.05
