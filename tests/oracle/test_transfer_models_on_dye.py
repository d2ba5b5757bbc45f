"""The errors stated for models of a stretch, against dye curves: given the peak time, how high is the peak?"""

import numpy as np
import pandas as pd
import pytest

from riverplan.channel import Stretch
from riverplan.spread import DISPERSION
from riverplan.spread.advection_dispersion import SIGMA_PEAK_LOG10, AdvectionDispersion
from riverplan.spread.dead_zone import DEAD_ZONE
from riverplan.spread.transient_storage import TRANSIENT_STORAGE
from riverplan.transport.compiled import compile_network
from riverplan.transport.linear import breakthrough
from riverplan.transport.linear_ways import LinearRiver, Source
from riverplan.transport.mixing import GRAVITY, friction_slope
from riverplan.transport.pools import Pools


@pytest.fixture(scope="module")
def dye(shared) -> pd.DataFrame:
    d = pd.read_csv(shared / "validation" / "tracers.csv")
    return d[(d["unit_peak_Cup_1e-6_per_s"] > 0) & (d["t_peak_h"] > 0) & (d["distance_km"] > 0) & (d["width_m"] > 0)
             & (d["depth_m"] > 0) & (d["discharge_m3s"] > 0)].reset_index(drop=True)


def curves(dye, model):
    """Every curve by itself: one reach from the release, at the velocity of the measured peak."""
    n, none, zero = len(dye), np.full(len(dye), np.nan), np.zeros(len(dye))
    length, depth = dye["distance_km"].to_numpy() * 1e3, dye["depth_m"].to_numpy()
    velocity = length / (dye["t_peak_h"].to_numpy() * 3600.0)
    stretch = Stretch(length=length, velocity=velocity, width=dye["width_m"].to_numpy(), depth=depth,
                      shear_velocity=np.sqrt(GRAVITY * depth * friction_slope(velocity, depth, none)),
                      dispersion=none, storage_ratio=none, exchange=none)
    river = LinearRiver(
        network=compile_network(np.arange(n) * 2, np.arange(n) * 2 + 1, 2 * n), discharge=zero + 1.0, model=model,
        stretch=stretch, is_pool=np.zeros(n, bool), decay=zero, dam_at=np.zeros(2 * n, bool),
        pools=Pools(delay=zero, mixing_time=zero, mixed_before=zero, tanks=zero + 1, bypass=zero, bypass_delay=zero))
    sources = [Source(reach=i, chainage=0.0) for i in range(n)]
    return breakthrough(river, sources, np.arange(n), length, steps=2000)


MODELS = [(AdvectionDispersion(formula=f), SIGMA_PEAK_LOG10[f]) for f in DISPERSION] + [
    (m, m.sigma_peak / np.log(10.0)) for m in (TRANSIENT_STORAGE, DEAD_ZONE)]


@pytest.mark.parametrize(("model", "stated"), MODELS, ids=[f"{m.name}-{s:.3f}" for m, s in MODELS])
def test_the_stated_error_of_the_peak_is_that_on_dye_curves(dye, model, stated):
    found = curves(dye, model)
    error = np.log10(found.flux.max(axis=1) / (dye["unit_peak_Cup_1e-6_per_s"].to_numpy() * 1e-6))
    assert np.sqrt(np.mean(error**2)) == pytest.approx(stated, abs=0.004)


@pytest.mark.parametrize("model", [AdvectionDispersion(), DEAD_ZONE], ids=["advection_dispersion", "dead_zone"])
def test_the_peak_comes_in_time_and_the_leading_edge_never_late(dye, model):
    found = curves(dye, model)
    peak = found.time[np.arange(len(dye)), found.flux.argmax(axis=1)]
    assert 0.96 < np.median(peak / (dye["t_peak_h"].to_numpy() * 3600.0)) < 1.0
    edge = np.array([t[np.argmax(f >= 0.01 * f.max())] for t, f in zip(found.time, found.flux, strict=True)])
    measured = dye["t_1pct_rise_h"].to_numpy() * 3600.0
    known = np.isfinite(measured)
    assert np.mean(edge[known] > 1.05 * measured[known]) < 0.05
