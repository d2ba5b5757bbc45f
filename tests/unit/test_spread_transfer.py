"""Linear models of one stretch: what they need, and that logarithm and cumulants are of one function."""

import numpy as np
import pytest
from linear_rivers import linear_river

from riverplan.spread import DISPERSION, TRANSFER_MODELS
from riverplan.spread.dead_zone import DeadZone
from riverplan.spread.dispersion import SIGMA_LOG10, WITHIN_TWO

ALL = pytest.mark.parametrize("model", TRANSFER_MODELS.values(), ids=TRANSFER_MODELS.keys())


def stretch(**kw):
    return linear_river(((0, 1), (1, 2)), length=[2000.0, 5000.0], velocity=[0.4, 0.7], **kw).stretch


@ALL
@pytest.mark.parametrize("decay", [0.0, 5e-5])
def test_cumulants_are_the_derivatives_of_the_logarithm(model, decay):
    s, h = stretch(), 1e-6
    at = decay + h * np.arange(-2, 3)
    f = model.log_transfer(at, s) + model.log_observed(at, s)
    k = model.cumulants(s, np.full(2, decay)) + model.observed_cumulants(s, np.full(2, decay))
    assert -(f[:, 3] - f[:, 1]) / (2 * h) == pytest.approx(k[:, 0], rel=1e-4)
    assert (f[:, 3] - 2 * f[:, 2] + f[:, 1]) / h**2 == pytest.approx(k[:, 1], rel=1e-4)
    assert -(f[:, 4] - 2 * f[:, 3] + 2 * f[:, 1] - f[:, 0]) / (2 * h**3) == pytest.approx(k[:, 2], rel=1e-2)


@ALL
def test_a_real_variable_gives_what_a_complex_one_gives(model):
    s = np.array([0.0, 1e-5, 1e-3])
    assert model.log_transfer(s.astype(complex), stretch()).real == pytest.approx(model.log_transfer(s, stretch()))


@ALL
def test_left_of_the_slowest_rate_the_logarithm_is_no_more(model):
    s = stretch()
    inside = model.log_transfer(-0.999 * model.slowest_rate(s)[:, None], s)
    assert np.isfinite(inside).all()
    with np.errstate(invalid="ignore"):
        outside = model.log_transfer(-1.001 * model.slowest_rate(s)[:, None], s)
    assert np.isnan(outside).all()


def test_a_model_says_where_it_lacks_what_it_requires():
    known, unknown = stretch(), stretch(dispersion=np.nan)
    assert TRANSFER_MODELS["advection_dispersion"].usable(known).all()
    assert not TRANSFER_MODELS["advection_dispersion"].usable(unknown).any()
    assert not TRANSFER_MODELS["transient_storage"].usable(unknown).any()
    assert TRANSFER_MODELS["dead_zone"].usable(unknown).all()


def test_one_cell_a_stretch_is_the_dead_zone_as_published():
    model, s = DeadZone(cell_length=None, dispersive_fraction=0.25), stretch()
    time = s.length / s.velocity
    k = model.cumulants(s, np.zeros(2))
    assert k[:, 0] == pytest.approx(time)
    assert k[:, 1] == pytest.approx((0.25 * time) ** 2)
    value = np.exp(model.log_transfer(np.array([1e-4]), s))[:, 0]
    assert value == pytest.approx(np.exp(-0.75 * time * 1e-4) / (1 + 0.25 * time * 1e-4))


def test_every_formula_of_dispersion_says_how_accurate_it_is():
    assert DISPERSION.keys() == WITHIN_TWO.keys() == SIGMA_LOG10.keys()


def test_the_density_below_two_equal_cells_is_a_gamma_after_the_delay():
    from linear_rivers import AT_TOP, places

    from riverplan.transport.linear import breakthrough

    model = DeadZone(cell_length=5000.0, dispersive_fraction=0.4)
    river = linear_river(model=model, length=20_000.0)
    found = breakthrough(river, AT_TOP, *places((0, 20_000.0)), steps=8000)
    T, delay = 4000.0, 24_000.0
    x = np.maximum(found.time[0] - delay, 0.0) / T
    exact = x**3 * np.exp(-x) / (6 * T)
    assert found.flux[0] == pytest.approx(exact, abs=3e-5 * exact.max())
