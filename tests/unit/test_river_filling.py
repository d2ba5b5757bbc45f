"""Hydraulics filled in: known values stay, water is conserved, every value says where it came from."""

from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, y_river

from riverplan.errors import InputError
from riverplan.river.confidence import SIGMA_LN, sigma_ln
from riverplan.river.filling import fill_hydraulics
from riverplan.river.scenario import blank_scenario
from riverplan.river.sites import RiskSource


def with_gauge(river, reach, discharge, name="low"):
    flow = replace(blank_scenario(len(river.reaches)), name=name)
    q, words = flow.discharge.copy(), flow.discharge_source.copy()
    q[river.reach_row[reach]], words[river.reach_row[reach]] = discharge, "measured"
    return river.replace(scenarios={name: replace(flow, discharge=q, discharge_source=words)})


def without_intakes(river):
    return river.replace(sites=tuple(s for s in river.sites if s.kind != "intake"))


def test_above_a_gauge_discharge_goes_with_the_area():
    river = with_gauge(without_intakes(y_river()), "r3", 10.0)             # 1000 km² at r3; 600 and 400 above
    flow = fill_hydraulics(river).scenarios["low"]
    assert flow.discharge == pytest.approx([6.0, 4.0, 10.0, 11.0])         # 1100 km² at r4
    assert flow.discharge_source.tolist() == ["area_ratio", "area_ratio", "measured", "area_ratio"]


def test_far_from_the_gauge_the_area_ratio_is_marked():
    river = without_intakes(y_river())
    reaches = river.reaches.copy()
    reaches["drainage_area"] = [0.1e9, 0.9e9, 1e9, 4e9]
    flow = fill_hydraulics(with_gauge(river.replace(reaches=reaches), "r3", 10.0)).scenarios["low"]
    assert flow.discharge_source.tolist() == ["area_ratio_far", "area_ratio", "measured", "area_ratio_far"]
    assert sigma_ln(flow.discharge_source)[0] > sigma_ln(flow.discharge_source)[1]


def test_an_intake_takes_its_water_and_a_works_adds_its_own():
    river = with_gauge(y_river(), "r1", 6.0)
    works = RiskSource(site_id="W1", lon=0.0, lat=0.0, reach_id="r4", category="wastewater_plant", discharge=0.5)
    flow = fill_hydraulics(river.replace(sites=(*river.sites, works)), specific={"low": 1e-8}).scenarios["low"]
    assert flow.discharge[1] == pytest.approx(4.0)                         # 400 km² × 10 L/s/km²
    assert flow.discharge_source[1] == "specific_discharge"
    assert flow.discharge[2] == pytest.approx(10.0 - 0.35)
    assert flow.discharge[3] == pytest.approx(10.0 - 0.35 + 1.0 + 0.5)


def test_an_area_ratio_is_refused_where_the_river_is_effluent():
    river = without_intakes(y_river())
    works = RiskSource(site_id="W1", lon=0.0, lat=0.0, reach_id="r3", category="wastewater_plant", discharge=0.4)
    river = fill_hydraulics(with_gauge(river.replace(sites=(works,)), "r3", 0.5))
    flow = river.scenarios["low"]
    assert flow.discharge[3] == pytest.approx(0.5)                         # not 0.55: nothing by area below it
    assert flow.discharge_source[3] == "point_flows"
    assert any(p.code == "fill_effluent" for p in river.report)


def test_only_normal_is_made_of_mean_discharges_unless_a_factor_is_given():
    river = without_intakes(y_river()).replace(scenarios={})
    assert list(fill_hydraulics(river).scenarios) == ["normal"]
    filled = fill_hydraulics(river, factors={"low": 0.25})
    assert filled.scenarios["low"].discharge == pytest.approx([3.0, 2.0, 5.0, 5.0])
    assert set(filled.scenarios["low"].discharge_source) == {"assumed_factor"}


def test_nothing_known_is_said_and_nothing_is_invented():
    river = y_river()
    reaches = river.reaches.copy()
    reaches["mean_discharge"] = np.nan
    filled = fill_hydraulics(river.replace(reaches=reaches, scenarios={}))
    assert filled.scenarios == {}
    assert [p.code for p in filled.report if p.severity == "warning"] == ["fill_no_flow"]
    assert all(p.text(lang) for p in filled.report for lang in ("zh", "en"))


def test_widths_depths_and_roughness_follow_the_published_relations():
    river = without_intakes(y_river())
    reaches = river.reaches.copy()
    reaches["width"], reaches["roughness"], reaches["mean_discharge"] = np.nan, np.nan, 100.0
    reaches["slope"] = [0.02, 0.005, 1e-4, np.nan]
    river = fill_hydraulics(with_gauge(river.replace(reaches=reaches), "r3", 100.0))
    assert river.reaches["width"].to_numpy() == pytest.approx(72.0)        # 7.2 × 100^0.5
    assert set(river.reaches["width_source"]) == {"geometry_regression"}
    assert river.reaches["roughness"].tolist() == [0.05, 0.04, 0.035, 0.035]
    assert river.scenarios["low"].depth[2] == pytest.approx(0.27 * 100**0.3)
    assert river.scenarios["low"].depth_source[2] == "geometry_regression"


def test_what_was_given_is_never_changed():
    river = y_river()
    filled = fill_hydraulics(river)
    for name in ("width", "slope", "roughness", "mean_discharge", "drainage_area"):
        assert filled.reaches[name].to_numpy() == pytest.approx(river.reaches[name].to_numpy())
    for name, flow in river.scenarios.items():
        kept = np.isin(flow.discharge_source, ("measured", "stated", "assumed"))
        assert kept.any()
        assert filled.scenarios[name].discharge[kept] == pytest.approx(flow.discharge[kept])


def test_filling_twice_changes_nothing_more():
    river = fill_hydraulics(with_gauge(y_river(), "r3", 10.0))
    assert fill_hydraulics(river).digest == river.digest


def test_a_gauge_with_less_water_than_those_above_is_named():
    river = with_gauge(without_intakes(y_river()), "r1", 12.0)
    flow = river.scenarios["low"]
    q, words = flow.discharge.copy(), flow.discharge_source.copy()
    q[2], words[2] = 5.0, "measured"
    filled = fill_hydraulics(river.replace(scenarios={"low": replace(flow, discharge=q, discharge_source=words)}))
    assert "fill_lost" in {p.code for p in filled.report}
    assert filled.scenarios["low"].discharge[[0, 2]] == pytest.approx([12.0, 5.0])


def test_a_braid_divides_and_closes():
    flow = fill_hydraulics(with_gauge(without_intakes(braid()), "b1", 20.0)).scenarios["low"]
    assert flow.discharge == pytest.approx([20.0, 10.0, 10.0, 10.0, 20.0])


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_specific_discharge_must_be_positive(value):
    with pytest.raises(InputError) as caught:
        fill_hydraulics(y_river(), specific={"low": value, "flood": 1e-8})
    assert len(caught.value.problems) == 2


def test_every_word_has_a_standard_error():
    assert all(0 < s <= 1 for s in SIGMA_LN.values())
