"""What ``check_river`` says of rivers that lack something."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_lines import codes
from river_fixtures import dammed, y_river

from riverplan.river.check import check_river


def test_a_complete_river_has_no_error_and_no_warning():
    assert not [p for p in check_river(y_river()) if p.severity != "note"]


def test_missing_discharge_is_one_error_a_river_and_scenario():
    river = y_river()
    low = river.scenarios["low"]
    holes = np.where(river.reaches["name"] == "清河", np.nan, low.discharge)
    found = check_river(river.replace(scenarios={**river.scenarios, "low": replace(low, discharge=holes)}))
    (problem,) = [p for p in found if p.code == "check_no_discharge"]
    assert problem.fields["flow"] == "low"
    assert problem.fields["river"] == "清河"
    assert problem.fields["reaches"] == 3
    assert problem.severity == "error"


def test_a_river_without_flows_cannot_be_forecast():
    assert "check_no_flows" in codes(check_river(y_river().replace(scenarios={})))


def test_discharge_that_falls_below_a_confluence_is_named_with_its_place():
    river = y_river()
    normal = river.scenarios["normal"]
    found = check_river(river.replace(scenarios={**river.scenarios, "normal": replace(
        normal, discharge=np.where(river.reaches["reach_id"] == "r3", 15.0, normal.discharge))}))
    fall = next(p for p in found if p.code == "check_discharge_falls")
    assert (fall.fields["inflow"], fall.fields["outflow"]) == (20.0, 15.0)
    assert fall.lon == pytest.approx(107.77, abs=0.2)


def test_a_low_flow_above_the_normal_one_is_a_contradiction():
    river = y_river()
    low = river.scenarios["low"]
    found = check_river(river.replace(scenarios={**river.scenarios, "low": replace(low, discharge=low.discharge * 9)}))
    assert codes(found).count("check_flows_cross") == 2         # 清河 and 小溪, once each


def test_reaches_no_velocity_model_can_serve_are_errors():
    river = y_river()
    bare = river.reaches.assign(slope=np.nan, drainage_area=np.nan)
    shallow = {n: replace(s, depth=np.full_like(s.depth, np.nan)) for n, s in river.scenarios.items()}
    found = check_river(river.replace(reaches=bare, scenarios=shallow))
    (problem,) = [p for p in found if p.code == "check_no_velocity_data"]
    assert problem.fields["river"] == "小溪"                     # 清河 has tabulated velocities
    assert found[0].severity == "error"                        # the gravest first


def test_a_pool_without_storage_is_named():
    river = dammed()
    empty = {n: replace(s, storage=np.full_like(s.storage, np.nan)) for n, s in river.scenarios.items()}
    assert "check_no_storage" in codes(check_river(river.replace(scenarios=empty)))
    assert "check_no_storage" not in codes(check_river(river))


def test_sites_without_phone_are_counted_in_one_note():
    notes = [p for p in check_river(y_river()) if p.code == "check_sites_without_phone"]
    assert len(notes) == 1
    assert notes[0].fields["count"] == 3
