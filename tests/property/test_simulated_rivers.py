"""Whatever is done on a river: nothing is lost, no number is missing, more dosing never leaves more."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from operated_rivers import ON_A, H, by_the_station, gated

from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.simulating.words import simulation_as_json
from riverplan.forecasting.spill import Spill
from riverplan.transport.operation import Operation

GATED, STATION = gated(usable=5e5), by_the_station()
TIMES = st.floats(-20.0, 40.0).map(lambda h: h * H)
FLOWS = st.floats(0.0, 60.0)


def acts(gate, station, place):
    """Operations that can be done on a river."""
    kinds = [st.builds(lambda at, value, last: Operation(place=place, action="dose", at=at, value=value,
                                                         until=at + last), TIMES, st.floats(0.0, 1.0),
                       st.floats(60.0, 1e5)),
             st.builds(lambda at, value: Operation(place=place, action="release", at=at, value=value), TIMES, FLOWS)]
    if gate:
        kinds.append(st.builds(lambda at, action, value: Operation(place=gate, action=action, at=at,
                                                                   value=value if action == "set" else None),
                               TIMES, st.sampled_from(["close", "open", "set"]), FLOWS))
    if station:
        kinds.append(st.builds(lambda at, value: Operation(place=station, action="divert", at=at, value=value),
                               TIMES, st.none() | FLOWS))
    return st.lists(st.one_of(kinds), max_size=5)


def held_together(found):
    assert found.water.error < 1e-6
    assert found.mass.error < 1e-6
    json.dumps(simulation_as_json(found), allow_nan=False)
    for p in found.passages:
        assert 0.0 <= p.leading <= p.peak <= found.end
        assert p.trailing is None or p.trailing >= p.peak
        assert p.passed is None or 0.0 < p.passed <= 1.0


@settings(max_examples=20, deadline=None)
@given(acts("G1", "", "U"), st.floats(0.0, 9_999.0), st.sampled_from([0.0, 600.0, 6 * H]))
def test_nothing_is_lost_whatever_is_done_at_a_gate(operations, chainage, duration):
    held_together(simulate(GATED, Spill(reach_id="a", chainage=chainage, substance="phenol", mass=100.0,
                                        duration=duration), operations=operations, cell=500.0))


@settings(max_examples=20, deadline=None)
@given(acts("", "P1", "M1"), st.sampled_from([None, 1e3]))
def test_nothing_is_lost_whatever_a_station_does(operations, mass):
    held_together(simulate(STATION, Spill(reach_id="a.1", substance="phenol", mass=mass), operations=operations,
                           cell=500.0))


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_more_is_dosed_the_less_is_left(one, other):
    low, high = sorted((one, other))
    less, more = (simulate(GATED, ON_A, cell=500.0, operations=[Operation(place="U", action="dose", at=0.0, value=x)])
                  for x in (low, high))
    assert more.mass.dosed >= less.mass.dosed - 1e-9
    left = [0.0 if x.passage("M") is None else x.passage("M").peak_concentration for x in (less, more)]
    assert left[1] <= left[0] * (1 + 1e-9)
