"""One assumed discharge: kept where it was said, spread so that no water is lost, and never called measured."""

from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, y_river
from test_river_drawn import DRAWING

from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.forecasting.table import forecast_lines
from riverplan.river.assumed_flow import mouth_reach, with_assumed_discharge, with_estimate
from riverplan.river.draft import finish_drawing
from riverplan.river.drawn import drawn_frame
from riverplan.river.reading import with_readings
from riverplan.river.sites import Section
from riverplan.river.store import read_river

PHENOL = Spill(site_id="S01", substance="phenol", mass=1000.0, at=clock("2026-07-01 08:00"))
GUESSED = {"assumed", "area_ratio", "area_ratio_far", "length_ratio", "accumulated", "specific_discharge"}


def bare(river):
    """Without flows, and without intakes that take water."""
    return river.replace(scenarios={}, sites=tuple(s for s in river.sites if s.kind != "intake"))


def drawn(tmp_path, mouth):
    frame = drawn_frame(replace(DRAWING, backdrops=()), {})
    return finish_drawing(frame, name="清水河", folder=tmp_path, mouth_discharge=mouth)


def test_a_mouth_of_50_m3_s_is_spread_over_a_drawn_river_by_its_lengths(tmp_path):
    river, path = drawn(tmp_path, 50.0)
    flow = river.scenario("normal")
    assert mouth_reach(river) == "D01-2" and flow.discharge[river.reach_row["D01-2"]] == 50.0
    above = river.reaches["length"].to_numpy(float)[[0, 2]]
    assert flow.discharge[[0, 2]] == pytest.approx(50.0 * above / river.reaches["length"].sum())
    assert flow.discharge_source.tolist() == ["length_ratio", "assumed", "length_ratio"]
    assert "假定" in flow.source and "not measured" in flow.source
    assert np.array_equal(read_river(path).scenario("normal").discharge, flow.discharge)
    assert not [p for p in river.report if p.code == "fill_no_flow"]


def test_at_the_confluence_no_water_is_lost_and_areas_count_before_lengths():
    flow = with_assumed_discharge(bare(y_river()), "r4", 22.0).scenario("normal")
    assert flow.discharge == pytest.approx([12.0, 8.0, 20.0, 22.0])        # 600, 400, 1000 and 1100 km²
    assert flow.discharge_source.tolist() == ["area_ratio", "area_ratio", "area_ratio", "assumed"]


def test_an_estimate_of_12_m3_s_above_a_confluence_lets_the_other_river_bring_its_8_by_area():
    flow = with_estimate(bare(y_river()), "r1", 12.0).scenario("assumed")
    assert flow.discharge == pytest.approx([12.0, 8.0, 20.0, 22.0])
    assert flow.discharge_source.tolist() == ["assumed", "specific_discharge", "area_ratio", "area_ratio"]


def test_below_the_place_of_an_estimate_the_arms_of_a_braid_share_its_water():
    river = bare(braid())
    flow = with_estimate(river, river.reaches["reach_id"].iat[0], 30.0).scenario("assumed")
    net = river.compiled
    for node in range(net.n_nodes):
        coming, going = net.entering(node), net.leaving(node)
        if len(coming) and len(going):
            assert flow.discharge[going].sum() >= flow.discharge[coming].sum() - 1e-9
    assert set(flow.discharge_source) <= GUESSED and flow.discharge[0] == 30.0


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf"), 1e6])
def test_what_is_no_discharge_is_refused_and_no_file_is_left(tmp_path, value):
    with pytest.raises(InputError) as error:
        drawn(tmp_path, value)
    assert [p.code for p in error.value.problems] == ["assumed_flow_wrong"] and not list(tmp_path.iterdir())


def test_an_assumption_replaces_no_discharge_that_a_list_gave():
    river = y_river()
    assert river.scenario("normal").discharge_source[3] not in ("", "accumulated")
    with pytest.raises(InputError) as error:
        with_assumed_discharge(river, "r4", 22.0)
    assert [p.code for p in error.value.problems] == ["assumed_flow_known"]
    assert all(p.text(lang) for p in error.value.problems for lang in ("zh", "en"))


def test_a_drawn_river_without_slopes_is_forecast_over_its_section_at_50_and_at_a_reading_of_100(tmp_path):
    river, _ = drawn(tmp_path, 50.0)
    gauge = Section(site_id="M1", name="站", lon=107.55, lat=29.92, reach_id="D01-2", chainage=8_000.0)
    river = river.replace(sites=(gauge,))
    spill = Spill(reach_id="D01-1", chainage=0.0, substance="苯酚")
    usual, more = forecast(river, spill), forecast(river, spill, discharges={"M1": 100.0})
    assert {m.name for m in usual.models} == {m.name for m in more.models} == {"continuity"}
    assert 0.5 < usual.arrival("M1").peak / more.arrival("M1").peak * 2**0.3 < 2.0
    assert more.arrival("M1").peak < usual.arrival("M1").peak


def test_depths_taken_from_the_discharge_grow_with_a_reading_by_its_power_of_0_4(tmp_path):
    river, _ = drawn(tmp_path, 50.0)
    river = river.replace(sites=(Section(site_id="M1", lon=107.55, lat=29.92, reach_id="D01-2", chainage=8_000.0),))
    flow = river.scenario("normal")
    more = with_readings(river, flow, {"M1": 100.0})
    assert more.depth == pytest.approx(flow.depth * 2**0.4)
    assert more.width[2] == pytest.approx(flow.width[2] * 2**0.26, nan_ok=True)


def test_a_river_without_any_flow_is_forecast_from_30_m3_s_estimated_at_the_spill_and_marked_as_assumed():
    river = y_river().replace(scenarios={})
    found = forecast(river, PHENOL, estimate=30.0)
    row = river.reach_row[found.spill.reach_id]
    assert (found.scenario.name, found.scenario.discharge[row]) == ("assumed", 30.0)
    assert found.scenario.discharge_source[row] == "assumed" and "假定" in found.scenario.source
    assert found.arrival("M01").peak > 0 and "flow_estimated" in {p.code for p in found.problems}
    assert "估测流量（假定），泄漏点 30 m³/s" in "".join(forecast_lines(found, "zh"))
    assert forecast(river, PHENOL, estimate=31.0).digest != found.digest


def test_an_estimate_does_not_stand_beside_flows_nor_without_a_place_nor_at_0():
    bare = y_river().replace(scenarios={})
    for river, spill, value, said in (
            (y_river(), PHENOL, 30.0, {"estimate_not_needed"}),
            (bare, PHENOL, 0.0, {"assumed_flow_wrong"}),
            (bare, replace(PHENOL, site_id=""), -1.0, {"spill_nowhere", "assumed_flow_wrong"})):
        with pytest.raises(InputError) as caught:
            forecast(river, spill, estimate=value)
        assert {p.code for p in caught.value.problems} == said
