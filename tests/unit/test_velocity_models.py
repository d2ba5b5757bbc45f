"""Velocities against Jobson's example 1 and 3, Manning by hand, and what every model must obey."""

import math
from dataclasses import replace

import numpy as np
import pytest

from riverplan.channel import Channel
from riverplan.velocity import MODELS, first_of
from riverplan.velocity.jobson import relative_area, with_area_only, with_slope, without_slope
from riverplan.velocity.manning import depth, velocity
from riverplan.velocity.measured import interpolate


def channel(n: int = 1, **values: object) -> Channel:
    """``n`` like reaches of Jobson's example 1, with a width, slope and roughness."""
    fields: dict[str, object] = {
        "length": 15_000.0, "discharge": 3.35, "mean_discharge": 4.50, "drainage_area": 390e6, "slope": 1e-3,
        "width": 12.0, "depth": np.nan, "roughness": 0.04, "storage": np.nan} | values
    arrays = {k: np.full(n, v, float) for k, v in fields.items() if not k.startswith(("is_", "rating"))}
    return Channel(**arrays, is_reservoir=np.full(n, fields.get("is_reservoir", False)),
                   rating_discharge=np.full((n, 1), np.nan), rating_velocity=np.full((n, 1), np.nan),
                   rating_measured=np.zeros(n, bool))


def test_jobson_reproduces_example_1_to_its_digits():
    q, qa, da = (np.array([v]) for v in (3.35, 4.50, 390e6))
    assert relative_area(da, qa)[0] == pytest.approx(3.813e10, rel=1e-3)
    assert np.round(np.concatenate(without_slope(q, qa, da)), 4).tolist() == [0.2645, 0.6459]
    assert np.round(np.concatenate(with_area_only(q, da)), 4).tolist() == [0.3159, 1.0093]


def test_jobson_reproduces_the_rhine_example():
    v, v_max = without_slope(np.array([490.0, 779.0]), np.array([240.0, 485.0]), np.array([16e9, 32e9]))
    assert np.round(v, 4).tolist() == [0.9624, 0.9774]
    assert np.round(v_max, 4).tolist() == [1.9185, 1.9458]


def test_without_a_slope_a_section_of_1_m_s_is_drawn_a_quarter_of_the_way_to_what_rivers_show_at_54_m3_s():
    found = MODELS["continuity"](channel(discharge=54.0, width=60.0, depth=0.9, slope=np.nan))
    at_54 = math.exp(-2.014 + 0.273 * math.log(54.0))
    trust = 0.82**2 / (0.82**2 + 0.5**2)
    assert found.most_probable[0] == pytest.approx(1.0**trust * at_54 ** (1 - trust))
    assert found.sigma_ln[0] == pytest.approx(0.427, abs=1e-3)
    assert found.sigma_ln[0] > MODELS["manning"](channel()).sigma_ln[0]


def test_with_a_discharge_alone_the_velocity_is_that_of_191_rivers_and_its_band_the_widest():
    found = MODELS["discharge_regression"](channel(discharge=10.0, width=np.nan, slope=np.nan))
    assert found.most_probable[0] == pytest.approx(0.25, abs=1e-3)
    assert found.sigma_ln[0] == 0.82


def test_jobson_with_slope_runs_faster_on_a_steeper_reach():
    steep, flat = (with_slope(*(np.array([v]) for v in (3.35, 4.5, 390e6, s)))[0][0] for s in (1e-2, 1e-4))
    assert steep > flat > 0.094


def test_manning_of_a_wide_section_agrees_with_swmm_s_channel_by_hand():
    one = np.ones(1)
    h = depth(50 * one, 40 * one, 3e-4 * one, 0.03 * one)[0]
    assert h == pytest.approx((50 * 0.03 / (40 * 3e-4**0.5)) ** 0.6)
    u = velocity(50 * one, 40 * one, 3e-4 * one, 0.03 * one)[0]
    assert u == pytest.approx(h ** (2 / 3) * 3e-4**0.5 / 0.03)           # u = R^(2/3) S^(1/2) / n
    assert u * 40 * h == pytest.approx(50)


def test_measured_velocity_is_log_log_between_the_tabulated_flows():
    table_q, table_v = np.array([[100.0, 1000.0, np.nan]]), np.array([[0.4, 1.2, np.nan]])
    for q, expected in ((100.0, 0.4), (1000.0, 1.2), (316.227766, (0.4 * 1.2) ** 0.5)):
        v, beyond = interpolate(np.array([q]), table_q, table_v)
        assert v[0] == pytest.approx(expected)
        assert beyond[0] == pytest.approx(0.0, abs=1e-12)


def test_measured_velocity_beyond_the_table_follows_the_station_exponent_and_says_how_far():
    v, beyond = interpolate(np.array([2000.0, 50.0]), np.array([[100.0, 1000.0]] * 2), np.array([[0.4, 1.2]] * 2))
    assert v == pytest.approx([1.2 * 2**0.57, 0.4 * 0.5**0.57])
    assert beyond == pytest.approx([np.log(2), np.log(2)])


def test_one_measured_pair_is_enough_and_none_gives_nothing():
    one = np.array([[10.0, np.nan], [np.nan, np.nan]])
    v, _ = interpolate(np.array([10.0, 10.0]), one, np.where(np.isnan(one), np.nan, 0.7))
    assert v[0] == pytest.approx(0.7)
    assert np.isnan(v[1])


def test_a_pool_lies_between_its_short_circuit_and_its_residence_time():
    pool = channel(length=8_000.0, discharge=8.0, mean_discharge=58.0, drainage_area=2.8e9, storage=18e6,
                   is_reservoir=True)
    found = MODELS["reservoir"](pool)
    residence, delay = 18e6 / 8.0, 8_000.0 / found.most_probable[0]
    shortest = 8_000.0 / found.maximum_probable[0]
    assert shortest < delay < residence
    assert delay + found.mixing_time[0] == pytest.approx(residence)       # the mean stays V / Q
    assert delay * np.exp(1.6448536 * found.sigma_ln[0]) == pytest.approx(residence)
    assert shortest < 24 * 3600 < residence                               # never the residence time as earliest


@pytest.mark.parametrize("name", MODELS)
def test_every_model_obeys_its_protocol(name):
    model = MODELS[name]
    assert model.name == name
    assert all(hasattr(channel(), r) for r in model.requires)
    full = replace(channel(3, is_reservoir=name == "reservoir", storage=1e6 if name == "reservoir" else np.nan),
                   depth=np.full(3, 0.5), rating_discharge=np.full((3, 1), 3.0), rating_velocity=np.full((3, 1), 0.5))
    found = model(full)
    for array in (found.most_probable, found.maximum_probable, found.sigma_ln, found.mixing_time):
        assert array.shape == (3,)
        assert np.isfinite(array).all()
    assert (found.maximum_probable >= found.most_probable).all()
    assert (found.sigma_ln > 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_no_model_gives_a_velocity_where_a_required_value_is_missing_or_zero(name):
    full = replace(channel(1, is_reservoir=name == "reservoir", storage=1e6), depth=np.full(1, 0.5),
                   rating_discharge=np.full((1, 1), 3.0), rating_velocity=np.full((1, 1), 0.5))
    for required in MODELS[name].requires:
        for bad in (np.nan, 0.0):
            with np.errstate(divide="ignore"):
                found = MODELS[name](replace(full, **{required: np.full_like(getattr(full, required), bad)}))
            assert not found.most_probable[0] > 0, (required, bad)


def test_first_of_takes_the_best_model_each_reach_allows_and_says_which():
    reaches = replace(
        channel(5), slope=np.array([1e-3, 1e-3, np.nan, 1e-3, np.nan]),
        drainage_area=np.array([390e6, 390e6, 390e6, np.nan, np.nan]),
        rating_discharge=np.array([[3.0], [np.nan], [np.nan], [np.nan], [np.nan]]),
        rating_velocity=np.array([[0.5], [np.nan], [np.nan], [np.nan], [np.nan]]))
    found, used = first_of(list(MODELS.values()), reaches)
    names = [list(MODELS)[i] if i >= 0 else None for i in used]
    assert names == ["measured", "jobson_slope", "jobson", "manning",
                     "discharge_regression"]
    assert np.isfinite(found.sigma_ln).all()


def test_first_of_has_no_velocity_where_no_discharge_is_known():
    found, used = first_of(list(MODELS.values()), channel(1, discharge=np.nan))
    assert used[0] == -1 and np.isnan(found.most_probable[0])
