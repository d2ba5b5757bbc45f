"""Diversion stations: two branches, water divided by the rule, forecasts through both."""

from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import R, build, y_river

from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import Section, Space
from riverplan.river.stations import rated_flow, with_station
from riverplan.river.store import read_river, save_river


def station(river, at, tailrace, **values):
    (x1, y1), (x2, y2) = at, tailrace
    lon, lat = river.lonlat(470_000 + 1000 * x1, 3_300_000 + 1000 * y1)
    tail_lon, tail_lat = river.lonlat(470_000 + 1000 * x2, 3_300_000 + 1000 * y2)
    given = {"rated_flow": 12.0, "ecological_flow": 2.0, "conduit_length": 6_000.0, "conduit": "canal", **values}
    return Space(site_id="P1", name="示范电站", lon=lon, lat=lat, category="hydropower_diversion_type",
                 tailrace_lon=tail_lon, tailrace_lat=tail_lat, **given)


def straight(**values):
    """n1 ── a (30 km, 20 m³/s) ── n2, intake at 10 km, tailrace at 20 km, a section at 25 km."""
    river = build("直河", {"n1": ("source", 0, 0), "n2": ("outlet", 30, 0)}, [R(id="a", tail="n1", head="n2")])
    power = replace(station(river, (10, 0), (20, 0), **values), reach_id="a", chainage=10_000.0)
    section = Section(site_id="M1", lon=power.lon, lat=power.lat, reach_id="a", chainage=25_000.0)
    return river.replace(sites=(power, section))


def codes(river):
    for p in river.report:
        assert p.text("zh") and p.text("en")
    return {p.code for p in river.report}


def test_the_rated_flow_is_capacity_over_eight_times_the_head():
    power = Space(site_id="P", lon=0.0, lat=0.0, installed_capacity=1.6e6, head=50.0)
    assert rated_flow(power) == (4.0, "estimated")                         # 1600 kW / (8.0 × 50 m)
    assert rated_flow(replace(power, rated_flow=5.0)) == (5.0, "stated")
    assert np.isnan(rated_flow(replace(power, head=None))[0])


def test_a_station_makes_a_dewatered_reach_and_a_canal_beside_it():
    river = lay_diversions(straight())
    kinds = dict(zip(river.reaches["reach_id"], river.reaches["kind"], strict=True))
    assert kinds == {"a.1": "channel", "a.2": "dewatered", "a.3": "channel",
                     "P1.conduit.1": "canal", "P1.conduit.2": "canal"}
    conduit = river.reaches[river.reaches["kind"] == "canal"]
    assert conduit["length"].sum() == pytest.approx(6_000)
    assert (river.site("M1").reach_id, river.site("M1").chainage) == ("a.3", pytest.approx(5_000, abs=1))
    assert river.site("P1").node_id == river.reaches["head"].iloc[0]


@pytest.mark.parametrize(("flow", "canal"), [("low", 4.0), ("normal", 12.0), ("high", 12.0)])
def test_the_canal_takes_what_is_above_the_ecological_flow_up_to_its_rate(flow, canal):
    river = lay_diversions(straight())                                     # 6, 20 and 60 m³/s arrive
    scenario = river.scenarios[flow]
    total = scenario.discharge[0]
    assert scenario.discharge == pytest.approx([total, total - canal, total, canal, canal])
    stopped = with_station(river, flow, "P1", "stopped")
    assert stopped.discharge == pytest.approx([total, total, total, 0.0, 0.0])
    again = with_station(river, stopped, "P1", "running")
    assert again.discharge == pytest.approx(scenario.discharge)


def test_a_plume_comes_earlier_through_the_canal_than_past_a_stopped_station():
    river = lay_diversions(straight())
    spill = Spill(reach_id="a.1", chainage=1_000.0, substance="phenol", mass=1_000.0)
    times = {}
    for state in ("running", "stopped"):
        found = forecast(river, spill, scenario=with_station(river, "normal", "P1", state))
        [arrival] = [a for a in found.arrivals if a.site_id == "M1"]
        times[state] = arrival.leading
    assert times["running"] < times["stopped"]


def test_a_tailrace_above_its_intake_is_refused():
    river = straight()
    power = replace(station(river, (20, 0), (10, 0)), reach_id="a", chainage=20_000.0)
    laid = lay_diversions(river.replace(sites=(power,)))
    assert codes(laid) == {"diversion_uphill"}
    assert len(laid.reaches) == 1


def test_a_station_without_a_tailrace_or_off_the_river_is_named():
    river = straight()
    power = river.site("P1")
    assert codes(lay_diversions(river.replace(sites=(replace(power, tailrace_lon=None),)))) == {
        "diversion_no_tailrace"}
    assert codes(lay_diversions(river.replace(sites=(replace(power, offset=9_000.0),)))) == {"diversion_off_river"}
    assert codes(lay_diversions(river.replace(sites=(replace(power, rated_flow=None),)))) == {"diversion_no_rated"}


def test_water_led_to_another_river_leaves_the_one_and_joins_the_other():
    river = y_river()
    power = replace(station(river, (4, 3.2), (4.5, -2.8), rated_flow=5.0), reach_id="r1", chainage=5_000.0)
    laid = lay_diversions(river.replace(sites=(power,)))
    assert "diversion_across" in codes(laid)
    flow = laid.scenarios["normal"]
    q = {r: float(v) for r, v in zip(laid.reaches["reach_id"], flow.discharge, strict=True)}
    assert q["r1.2"] == pytest.approx(12.0 - 5.0)
    assert q["r2.2"] == pytest.approx(8.0 + 5.0)
    assert q["r3"] == pytest.approx(20.0)


def test_stations_in_cascade_each_take_their_own():
    river = straight()
    first = replace(station(river, (5, 0), (10, 0)), reach_id="a", chainage=5_000.0)
    second = replace(station(river, (15, 0), (25, 0), rated_flow=7.0), site_id="P2", reach_id="a", chainage=15_000.0)
    laid = lay_diversions(river.replace(sites=(first, second)))
    q = dict(zip(laid.reaches["reach_id"], laid.scenarios["normal"].discharge, strict=True))
    assert q["P1.conduit.1"] == pytest.approx(12.0) and q["P2.conduit.1"] == pytest.approx(7.0)
    assert sorted(q[r] for r in q if "conduit" not in r) == pytest.approx([8.0, 13.0, 20.0, 20.0, 20.0])


def test_laying_twice_lays_once_and_the_file_gives_it_back(tmp_path):
    river = lay_diversions(straight())
    assert lay_diversions(river).digest == river.digest
    save_river(river, tmp_path / "r.gpkg")
    assert read_river(tmp_path / "r.gpkg").digest == river.digest


def test_only_a_station_with_a_conduit_has_a_state():
    river = lay_diversions(straight())
    for site_id, state in (("M1", "running"), ("P1", "sleeping")):
        with pytest.raises(InputError):
            with_station(river, "normal", site_id, state)


@pytest.mark.parametrize(("state", "shares"), [("running", (8 / 20, 12 / 20)), ("stopped", (1.0, 0.0))])
def test_the_mass_divides_as_the_water_does_8_to_12_running_and_all_by_the_river_stopped(state, shares):
    river = lay_diversions(straight())
    flow = with_station(river, "normal", "P1", state)
    dry = Section(site_id="D1", lon=river.site("P1").lon, lat=river.site("P1").lat, reach_id="a.2", chainage=9_999.0)
    canal = replace(dry, site_id="C1", reach_id="P1.conduit.2", chainage=2_999.0)
    river = river.replace(sites=(*river.sites, dry, canal))
    found = forecast(river, Spill(reach_id="a.1", chainage=1_000.0, substance="phenol", mass=1_000.0), scenario=flow)
    discharge = {"M1": 20.0, "D1": 20.0 * shares[0], "C1": 20.0 * shares[1]}
    carried = {}
    for site_id, curve in found.plumes.items():
        carried[site_id] = np.trapezoid(curve.concentration, curve.time) * discharge.get(site_id, np.nan)
    assert carried["M1"] == pytest.approx(1_000.0, rel=0.03)
    assert carried["D1"] == pytest.approx(1_000.0 * shares[0], rel=0.03)
    if shares[1]:
        assert carried["C1"] == pytest.approx(1_000.0 * shares[1], rel=0.03)
    else:
        assert "C1" not in carried
