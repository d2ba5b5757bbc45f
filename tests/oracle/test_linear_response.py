"""The linear response against closed forms and the numbers printed for them."""

import numpy as np
import pytest
from linear_rivers import AT_TOP, linear_river, mass, measured_moments, places
from scipy.special import erfc, erfcx

from riverplan.transport.linear import breakthrough, resolved
from riverplan.transport.linear_ways import Source

L, U, D = 10_000.0, 0.5, 30.0
END = places((0, L))


def passed(left, t):
    """1/2 exp(c) erfc(b) without overflow, for the two terms of Ogata-Banks and its kin."""
    c, b = left
    return 0.5 * np.where(b > 0, np.exp(c - b**2) * erfcx(np.maximum(b, 0.0)), np.exp(c) * erfc(b))


def ogata_banks(t, k=0.0):
    """Van Genuchten & Alves (1982); without decay Ogata & Banks (1961)."""
    v, root = U * np.sqrt(1 + 4 * k * D / U**2), 2 * np.sqrt(D * t)
    return (passed(((U - v) * L / (2 * D), (L - v * t) / root), t)
            + passed(((U + v) * L / (2 * D), (L + v * t) / root), t))


def inverse_gaussian(t):
    return np.where(t > 0, L / np.sqrt(4 * np.pi * D * np.abs(t) ** 3) * np.exp(
        -(L - U * t) ** 2 / (4 * D * np.abs(t))), 0.0)


def at_time(found, t):
    """Values at times that lie on the grid."""
    i = np.rint((np.asarray(t) - found.time[0, 0]) / (found.time[0, 1] - found.time[0, 0])).astype(int)
    assert np.allclose(found.time[0, i], t)
    return found.flux[0, i]


def step_response(t, *, until=1e9, decay=0.0):
    """C / C0 below a source of constant concentration."""
    source = Source(reach=0, chainage=0.0, mass=until, until=until)
    found = breakthrough(linear_river(decay=decay), [source], *END, steps=2000, window=40_000.0)
    return at_time(found, t)


def test_the_flux_is_the_inverse_gaussian():
    found = breakthrough(linear_river(), AT_TOP, *END)
    exact = inverse_gaussian(found.time[0])
    assert found.flux[0] == pytest.approx(exact, abs=1e-10 * exact.max())
    m = found.moments
    assert (m.mean[0], m.variance[0]) == pytest.approx((20_000.0, 4.8e6))
    assert m.third[0] / m.variance[0] ** 1.5 == pytest.approx(0.328634, abs=5e-7)


@pytest.mark.parametrize(("model", "mean", "variance", "peak"), [
    ("advection_dispersion", 20_000.0, 4.8e6, 19_643.240),
    ("advection_dispersion_resident", 20_240.0, 4.9152e6, 19_880.360)])
def test_flux_and_resident_concentration_have_their_own_mean_variance_and_peak_time(model, mean, variance, peak):
    found = breakthrough(linear_river(model=model), AT_TOP, *END, steps=20_000)
    assert (found.moments.mean[0], found.moments.variance[0]) == pytest.approx((mean, variance), rel=1e-12)
    assert measured_moments(found)[1:3] == pytest.approx((mean, variance), rel=1e-8)
    i = int(np.argmax(found.flux[0]))
    a, b, c = np.polyfit(found.time[0, i - 2:i + 3] - peak, found.flux[0, i - 2:i + 3], 2)
    assert -b / (2 * a) == pytest.approx(0.0, abs=0.02)
    if model == "advection_dispersion":
        assert c - b**2 / (4 * a) == pytest.approx(1.845662e-4, abs=5e-11)


def test_the_resident_curve_is_the_gaussian_in_space():
    found = breakthrough(linear_river(model="advection_dispersion_resident"), AT_TOP, *END)
    t = np.maximum(found.time[0], 1e-9)
    exact = U / np.sqrt(4 * np.pi * D * t) * np.exp(-(L - U * t) ** 2 / (4 * D * t))
    assert found.flux[0] == pytest.approx(exact, abs=1e-10 * exact.max())


def test_a_step_is_ogata_banks_to_ten_digits():
    t = np.array([16_000.0, 18_000, 20_000, 22_000, 26_000])
    printed = [0.0233093901, 0.1816554671, 0.5217859970, 0.8228557257, 0.9930523954]
    assert ogata_banks(t) == pytest.approx(printed, abs=6e-11)
    assert step_response(t) == pytest.approx(printed, abs=2e-10)


def test_a_pulse_is_the_difference_of_two_steps():
    source = Source(reach=0, chainage=0.0, mass=3600.0, until=3600.0)
    found = breakthrough(linear_river(), [source], *END, steps=2000, window=40_000.0)
    assert at_time(found, [16_000.0, 18_000, 20_000, 22_000, 24_000]) == pytest.approx(
        [0.0233028210, 0.1801290452, 0.4828125172, 0.5833527918, 0.3644597507], abs=1e-10)


def test_decay_is_van_genuchten_and_alves():
    k = 1e-5
    found = breakthrough(linear_river(decay=k), AT_TOP, *END)
    assert np.exp(found.moments.log_mass[0]) == pytest.approx(0.8189268017, abs=5e-11)
    assert mass(found) == pytest.approx(0.8189268017, abs=1e-9)
    t = np.array([18_000.0, 20_000.0, 24_000.0])
    assert ogata_banks(t, k)[1] == pytest.approx(0.4344276379, abs=6e-11)
    assert step_response(t, decay=k) == pytest.approx(ogata_banks(t, k), abs=2e-10)


def test_transient_storage_has_the_cumulants_of_its_closed_form():
    b, a = 0.3, 2e-4
    river = linear_river(model="transient_storage", velocity=U / (1 + b), storage=b, exchange=a)
    found = breakthrough(river, AT_TOP, *END)
    m = found.moments
    assert (m.mean[0], m.variance[0]) == pytest.approx((26_000.0, 2.6112e7), rel=1e-12)
    assert m.third[0] == pytest.approx(1.0544083e11, rel=1e-7)
    assert m.third[0] / m.variance[0] ** 1.5 == pytest.approx(0.790221, abs=5e-7)
    assert measured_moments(found) == pytest.approx((1.0, m.mean[0], m.variance[0], m.third[0]), rel=1e-7)


def test_transient_storage_in_uvas_creek_adds_up_reach_by_reach():
    length = np.array([38.0, 67, 176, 152, 236])
    area, storage = np.array([0.30, 0.42, 0.36, 0.41, 0.52]), np.array([0.05, 0.05, 0.36, 0.41, 1.56])
    D, a = np.array([0.12, 0.15, 0.24, 0.31, 0.40]), np.array([1e-12, 1e-12, 3e-5, 1e-5, 4.5e-5])
    q = 0.0125 + np.cumsum(np.array([0, 0, 4.545e-6, 1.974e-6, 2.151e-6]) * length)
    u, b = q / area, storage / area
    b[:2] = 0.0                                              # no exchange there
    river = linear_river(tuple((i, i + 1) for i in range(5)), model="transient_storage", length=length,
                         velocity=u / (1 + b), dispersion=D, storage=b, exchange=a, discharge=q)
    found = breakthrough(river, AT_TOP, *places((1, 67.0), (4, 236.0)))
    k1 = np.cumsum(length / u * (1 + b))
    k2 = np.cumsum(2 * length * b**2 / (u * a) + 2 * D * length * (1 + b) ** 2 / u**3)
    assert found.moments.mean == pytest.approx(k1[[1, 4]])
    assert found.moments.variance == pytest.approx(k2[[1, 4]])
    assert [mass(found, i) for i in (0, 1)] == pytest.approx([1.0, 1.0], abs=1e-9)


@pytest.mark.parametrize("tanks", [2, 3, 10])
def test_tanks_in_series_are_the_gamma_distribution(tanks):
    tau = 7200.0
    river = linear_river(pool=True, mixing=tau, tanks=tanks)
    found = breakthrough(river, AT_TOP, *END, steps=20_000)
    m = found.moments
    assert (m.mean[0], m.variance[0], m.third[0]) == pytest.approx((tau, tau**2 / tanks, 2 * tau**3 / tanks**2))
    t = np.maximum(found.time[0] * tanks / tau, 0.0)
    exact = tanks / tau * t ** (tanks - 1) * np.exp(-t) / np.prod(np.arange(1, tanks))
    assert found.flux[0] == pytest.approx(exact, abs={2: 8e-3, 3: 1e-4, 10: 1e-6}[tanks] * exact.max())


@pytest.mark.parametrize("k", [0.0, 2e-5])
def test_a_stirred_tank_is_an_exponential_and_takes_its_share_by_decay(k):
    tau = 7200.0
    found = breakthrough(linear_river(pool=True, mixing=tau, decay=k), AT_TOP, *END, steps=4000)
    assert np.exp(found.moments.log_mass[0]) == pytest.approx(1 / (1 + k * tau))
    assert mass(found) == pytest.approx(1 / (1 + k * tau), abs=1e-9)
    clear = found.time[0] > 6 * found.blur[0, 0]
    t = found.time[0, clear]
    assert found.flux[0, clear] == pytest.approx(np.exp(-t * (1 / tau + k)) / tau, abs=1.5e-3 / tau)
    younger = tau / (1 + k * tau)
    assert (found.moments.mean[0], found.moments.variance[0]) == pytest.approx((younger, younger**2))


def test_a_pool_cut_in_pieces_is_one_tank_unless_a_dam_lies_between():
    whole = linear_river(pool=True, length=3000.0, mixing=9000.0, delay=3000.0)
    edges = ((0, 1), (1, 2))
    cut = linear_river(edges, pool=True, length=[1000.0, 2000.0], mixing=[3000.0, 6000.0], delay=[1000.0, 2000.0])
    two = linear_river(edges, pool=True, length=[1000.0, 2000.0], mixing=[3000.0, 6000.0], delay=[1000.0, 2000.0],
                       dams=(1,))
    one = breakthrough(whole, AT_TOP, *places((0, 3000.0))).moments
    same = breakthrough(cut, AT_TOP, *places((1, 2000.0))).moments
    other = breakthrough(two, AT_TOP, *places((1, 2000.0))).moments
    assert (same.mean[0], same.variance[0], same.third[0]) == pytest.approx((12_000.0, 9000.0**2, 2 * 9000.0**3))
    assert (one.mean[0], one.variance[0]) == pytest.approx((same.mean[0], same.variance[0]))
    assert other.variance[0] == pytest.approx(3000.0**2 + 6000.0**2)


def test_a_short_cut_through_a_pool_comes_at_its_own_time_with_its_own_mass():
    river = linear_river(pool=True, mixing=40_000.0, delay=60_000.0, bypass=0.1, bypass_delay=5000.0)
    found = resolved(river, AT_TOP, *END)
    before = found.time[0] < 50_000.0
    assert np.trapezoid(found.flux[0, before], found.time[0, before]) == pytest.approx(0.1, abs=1e-3)
    assert found.moments.mean[0] == pytest.approx(0.9 * 100_000 + 0.1 * 5000)
    assert found.moments.begin[0] == pytest.approx(5000.0, abs=1.0)


def test_a_bifurcation_that_rejoins_is_the_mixture_by_flow_and_variances_do_not_add():
    river = linear_river(((0, 1), (1, 2), (1, 3), (3, 2), (2, 4)), length=[1000.0, 5000.0, 6000.0, 9000.0, 2000.0],
                         discharge=[8.0, 6.0, 2.0, 2.0, 8.0])
    found = breakthrough(river, AT_TOP, *places((4, 2000.0), (3, 9000.0)))
    ways = np.array([8000.0, 18_000.0])
    w, mu, var = np.array([0.75, 0.25]), ways / U, 2 * D * ways / U**3
    mean = w @ mu
    assert found.moments.mean[0] == pytest.approx(mean)
    assert found.moments.variance[0] == pytest.approx(w @ (var + mu**2) - mean**2)
    assert measured_moments(found)[1:3] == pytest.approx((mean, found.moments.variance[0]), rel=1e-7)
    assert [mass(found, i) for i in (0, 1)] == pytest.approx([1.0, 0.25], abs=1e-9)


def test_clean_water_dilutes_the_concentration_and_leaves_the_flux():
    edges, lengths = ((0, 2), (1, 2), (2, 3)), [4000.0, 4000.0, 6000.0]
    lone, joined = (linear_river(edges, length=lengths, discharge=q) for q in ([3.0, 1e-9, 3.0], [3.0, 2.0, 5.0]))
    at = places((2, 6000.0))
    one, two = (breakthrough(r, AT_TOP, *at) for r in (lone, joined))
    assert two.flux == pytest.approx(one.flux, rel=1e-9, abs=1e-15)


def test_what_is_abstracted_takes_its_mass_along():
    river = linear_river(((0, 1), (1, 2)), length=[4000.0, 6000.0], discharge=[10.0, 6.0])
    found = breakthrough(river, AT_TOP, *places((0, 4000.0), (1, 6000.0)))
    assert [mass(found, i) for i in (0, 1)] == pytest.approx([1.0, 0.6], abs=1e-9)


def test_plug_flow_keeps_its_mass_and_comes_on_time():
    found = breakthrough(linear_river(dispersion=0.0), AT_TOP, *END)
    assert mass(found) == pytest.approx(1.0, abs=1e-9)
    assert found.time[0, np.argmax(found.flux[0])] == pytest.approx(20_000.0, abs=0.1)
    assert found.flux[0].min() >= -1e-6 * found.flux[0].max()
