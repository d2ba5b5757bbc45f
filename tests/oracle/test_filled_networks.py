"""Real networks filled with hydraulics: water is conserved, what was given stays, and a forecast runs."""

from dataclasses import replace

import numpy as np
import pytest

from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.confidence import SIGMA_LN
from riverplan.river.filling import fill_hydraulics
from riverplan.river.importing import import_river
from riverplan.river.scenario import blank_scenario

QUANTITIES = ("width", "slope", "roughness")


def imported(shared, *parts, name):
    path = shared.joinpath("networks", *parts)
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the project")
    return import_river([path], name=name)


@pytest.fixture(scope="module")
def taihu(shared):
    given = imported(shared, "hydrorivers_taihu", "hydrorivers_taihu_bbox.shp", name="太湖")
    return given, fill_hydraulics(given)


@pytest.fixture(scope="module")
def colorado(shared):
    """RouteLink has neither areas nor discharges: 75 m³/s at its outlet are given, as a person would."""
    given = imported(shared, "lowercolorado", "routelink.parquet", name="Lower Colorado")
    flow = replace(blank_scenario(len(given.reaches)), name="normal")
    net = given.compiled
    [outlet] = np.flatnonzero(net.n_leaving[net.head] == 0)
    q, words = flow.discharge.copy(), flow.discharge_source.copy()
    q[outlet], words[outlet] = 75.0, "stated"
    given = given.replace(scenarios={"normal": replace(flow, discharge=q, discharge_source=words)})
    return given, fill_hydraulics(given, specific={"normal": 2e-9}), outlet


def gained(river, name):
    """Discharge added at each confluence below which water flows on [m³/s], and what arrives."""
    net, q = river.compiled, river.scenarios[name].discharge
    arrives = np.bincount(net.head, q, net.n_nodes)
    leaves = np.bincount(net.tail, q, net.n_nodes)
    inner = (net.n_entering > 0) & (net.n_leaving > 0)
    return (leaves - arrives)[inner], arrives[inner]


def test_taihu_has_a_normal_flow_that_is_the_given_mean_of_2082_reaches_within_a_tenth(taihu):
    given, filled = taihu
    assert list(filled.scenarios) == ["normal"] and len(filled.reaches) == 2082
    flow = filled.scenarios["normal"]
    mean = given.reaches["mean_discharge"].to_numpy(float)
    assert np.all(flow.discharge > 0) and set(flow.discharge_source) == {"mean_discharge"}
    assert np.max(np.abs(flow.discharge / mean - 1)) < 0.1
    gain, arrives = gained(filled, "normal")
    assert gain.min() >= -1e-9 * arrives.max()
    assert np.all(flow.depth > 0) and set(flow.depth_source) == {"geometry_regression"}


def test_every_filled_value_of_taihu_has_a_word_and_none_stands_without_one(taihu):
    given, filled = taihu
    for column in QUANTITIES:
        values, words = filled.reaches[column].to_numpy(float), filled.reaches[f"{column}_source"]
        assert set(words[np.isfinite(values)]) <= set(SIGMA_LN)
        assert set(words[~np.isfinite(values)]) <= {""}
    assert np.all(filled.reaches["width"] > 0) and np.all(filled.reaches["roughness"] > 0)
    assert not np.isfinite(filled.reaches["slope"]).any()      # no elevations, so none is made up
    for column in ("mean_discharge", "drainage_area", "length"):
        assert filled.reaches[column].equals(given.reaches[column])


def test_what_is_put_in_at_the_top_of_a_taihu_river_is_what_the_confluences_add_up_to(taihu):
    _, filled = taihu
    net, q = filled.compiled, filled.scenarios["normal"].discharge
    share = np.ones(net.n_reaches)
    arrives = np.bincount(net.head, q, net.n_nodes)
    own = q - arrives[net.tail] * share                        # enters along each reach
    ends = np.flatnonzero(net.n_leaving[net.head] == 0)
    assert own.min() > -1e-9
    assert q[ends].sum() == pytest.approx(own.sum(), rel=1e-9)


def test_a_spill_in_the_middle_of_taihu_runs_down_in_finite_rising_times(taihu):
    _, filled = taihu
    q = filled.scenarios["normal"].discharge
    line = filled.reaches.geometry.iloc[int(np.argsort(q)[int(q.size * 0.9)])]
    point = line.interpolate(0.5, normalized=True)
    lon, lat = filled.lonlat(point.x, point.y)
    found = forecast(filled, Spill(lon=float(lon), lat=float(lat), substance="phenol", mass=1_000.0),
                     scenario="normal").reach_times
    assert found.reach.size > 10
    for name in ("leading_head", "peak_head", "trailing_head", "peak_concentration_head"):
        assert np.isfinite(getattr(found, name)).all(), name
    assert np.all(found.leading_head <= found.peak_head) and np.all(found.peak_head <= found.trailing_head)


def test_lower_colorado_keeps_the_modelled_sections_of_11248_reaches_and_conserves_75_cumecs(colorado):
    given, filled, outlet = colorado
    for column in QUANTITIES:
        kept = (given.reaches[f"{column}_source"] == "modelled").to_numpy()
        assert filled.reaches[column][kept].equals(given.reaches[column][kept])
        assert set(filled.reaches[f"{column}_source"][kept]) == {"modelled"}
        assert np.all(filled.reaches[column] > 0)
    words = filled.reaches["slope_source"].value_counts()
    assert words.to_dict() == {"modelled": 11_244, "neighbours": 4}        # four of the file are above 0.5
    flow = filled.scenarios["normal"]
    assert flow.discharge[outlet] == 75.0 and flow.discharge_source[outlet] == "stated"
    assert set(np.delete(flow.discharge_source, outlet)) == {"length_ratio"}
    gain, arrives = gained(filled, "normal")
    assert gain.min() >= -1e-9 * arrives.max()
    net = filled.compiled
    own = flow.discharge - np.bincount(net.head, flow.discharge, net.n_nodes)[net.tail]
    forks = net.n_leaving[net.tail] > 1
    assert not forks.any() and own.sum() == pytest.approx(75.0, rel=1e-9)


def test_a_specific_discharge_without_drainage_areas_is_said_with_its_mend(colorado):
    given, _, _ = colorado
    bare = fill_hydraulics(given.replace(scenarios={}), specific={"normal": 2e-9})
    [problem] = [p for p in bare.report if p.code == "fill_no_area"]
    assert "DEM" in problem.mend("zh")


def test_a_spill_in_the_lower_colorado_runs_down_in_finite_times(colorado):
    _, filled, _ = colorado
    q = filled.scenarios["normal"].discharge
    row = int(np.argsort(q)[int(q.size * 0.95)])
    spill = Spill(reach_id=filled.reaches["reach_id"].iloc[row], chainage=10.0, substance="phenol", mass=1_000.0)
    found = forecast(filled, spill, scenario="normal").reach_times
    assert found.reach.size > 10 and np.isfinite(found.peak_head).all()
