"""Which states stations are said to be in, and which nobody knows."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from test_river_diversion import straight

from riverplan.errors import InputError
from riverplan.river.diversion import lay_diversions
from riverplan.river.reading import with_readings
from riverplan.river.scheduling import with_schedule
from riverplan.river.sites import Section
from riverplan.river.stating import stated, unknown_stations, with_states
from riverplan.tables.gauges import BEIJING
from riverplan.tables.schedules import Entry

RIVER = lay_diversions(straight())


def at(hour):
    return datetime(2026, 7, 1, hour, tzinfo=BEIJING)


def codes(caught):
    for p in caught.value.problems:
        assert p.text("zh") and p.text("en")
    return [p.code for p in caught.value.problems]


@pytest.mark.parametrize("station", ["P1", "示范电站"])
@pytest.mark.parametrize(("word", "state"), [("running", "running"), ("发电", "running"), ("停机", "stopped"),
                                             ("STOPPED", "stopped"), ("开闸", "spilling")])
def test_a_station_is_known_by_its_id_or_name_and_a_state_by_the_words_of_schedules(station, word, state):
    assert stated(RIVER, {station: word}) == {"P1": state}


def test_the_same_state_said_twice_is_no_contradiction():
    assert stated(RIVER, [("P1", "停机"), ("示范电站", "stopped")]) == {"P1": "stopped"}


def test_all_that_is_wrong_with_states_is_said_at_once():
    twin = replace(RIVER.site("M1"), site_id="M2", name="石桥")
    river = RIVER.replace(sites=(*RIVER.sites, twin, replace(twin, site_id="M3")))
    with pytest.raises(InputError) as caught:
        stated(river, [("Q9", "running"), ("M1", "running"), ("石桥", "running"), ("P1", "sleeping"),
                       ("P1", "running"), ("示范电站", "停机")])
    assert codes(caught) == ["unknown_site", "state_not_diversion", "state_homonym", "state_word", "state_twice"]


def test_a_station_is_unknown_until_it_is_stated():
    flow = RIVER.scenarios["normal"]
    assert unknown_stations(RIVER, flow, {}, at(8)) == ["P1"]
    assert unknown_stations(RIVER, flow, {"P1": "running"}, at(8)) == []


def test_what_a_list_says_a_station_does_is_not_what_it_does_tonight():
    river = lay_diversions(straight(station_state="stopped"))
    assert river.scenarios["normal"].discharge == pytest.approx([20, 20, 20, 0, 0])
    assert unknown_stations(river, river.scenarios["normal"], {}, at(8)) == ["P1"]


def test_a_schedule_tells_the_state_within_its_hours_only_and_of_its_own_flow_only():
    entries = [Entry(station="P1", since=at(8), until=at(12), state="running", flow=9.0),
               Entry(station="P1", since=at(14), until=at(20), state="stopped")]
    flow, _ = with_schedule(RIVER, "normal", entries, at(9))
    known = {hour: unknown_stations(RIVER, flow, {}, at(hour)) == [] for hour in (7, 8, 11, 13, 15, 21)}
    assert known == {7: False, 8: True, 11: True, 13: False, 15: False, 21: False}       # at 15 it stands still
    later, _ = with_schedule(RIVER, "normal", entries, at(15))
    assert unknown_stations(RIVER, later, {}, at(15)) == []
    assert unknown_stations(RIVER, flow, {}, None) == []


@pytest.mark.parametrize(("reach", "unknown"), [("P1.conduit.1", []), ("a.2", []), ("a.1", ["P1"]), ("a.3", ["P1"])])
def test_a_discharge_read_in_the_canal_or_the_dewatered_reach_tells_the_state(reach, unknown):
    gauge = Section(site_id="G1", lon=0.0, lat=0.0, reach_id=reach, chainage=100.0)
    river = RIVER.replace(sites=(*RIVER.sites, gauge))
    flow = with_readings(river, river.scenarios["normal"], {"G1": 7.0})
    assert unknown_stations(river, flow, {}, at(8)) == unknown


@pytest.mark.parametrize(("reach", "value", "flow"), [
    ("a.1", 40.0, [40, 28, 40, 12, 12]), ("a.3", 8.0, [8, 2, 8, 6, 6]), ("P1.conduit.1", 15.0, None)])
def test_a_running_station_takes_by_the_rule_of_the_water_that_was_read_unless_read_itself(reach, value, flow):
    river = RIVER.replace(sites=(*RIVER.sites, Section(site_id="G1", lon=0.0, lat=0.0, reach_id=reach,
                                                       chainage=100.0)))
    found = with_readings(river, river.scenarios["normal"], {"G1": value}).discharge
    assert found[3] == pytest.approx(15.0 if flow is None else flow[3])
    if flow is not None:
        assert found == pytest.approx(flow)


def test_a_stated_station_divides_the_water_that_was_read_above_it():
    gauge = Section(site_id="G1", lon=0.0, lat=0.0, reach_id="a.1", chainage=100.0)
    river = RIVER.replace(sites=(*RIVER.sites, gauge))
    flow = with_readings(river, river.scenarios["normal"], {"G1": 40.0})
    assert with_states(river, flow, {"P1": "running"}).discharge == pytest.approx([40, 28, 40, 12, 12])
    assert with_states(river, flow, {"P1": "stopped"}).discharge == pytest.approx([40, 40, 40, 0, 0])


def test_a_station_that_is_so_already_leaves_the_flow_as_it_is():
    flow = RIVER.scenarios["normal"]
    assert with_states(RIVER, flow, {"P1": "running"}) is flow
    assert with_states(RIVER, flow, {"P1": "stopped"}) is not flow


def test_a_set_station_leaves_the_tabulated_velocities_of_other_flows_of_the_reach_in_the_rating():
    normal = RIVER.scenarios["normal"]
    river = RIVER.replace(scenarios={**RIVER.scenarios, "normal": replace(
        normal, velocity=np.array([0.5, 0.4, 0.5, 1.5, 1.5]))})
    channel = river.channel(with_states(river, river.scenarios["normal"], {"P1": "stopped"}))
    assert 8.0 in channel.rating_discharge[1] and 0.4 in channel.rating_velocity[1]
