"""Laws of driving and of readiness: faster is never later, worse conditions are never earlier."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from road_nets import dam, grid, lonlat, space, store, team

from riverplan.planning.gained_time import gained_time
from riverplan.planning.margin import Delays, readiness
from riverplan.planning.travel import Conditions, road_times, travel_to

SIDE = 4
WORDS = ("motorway", "primary", "secondary", "tertiary", "track", "ferry", "footway")
flags = st.tuples(st.booleans(), st.booleans(), st.booleans())
places = st.lists(st.tuples(st.floats(-800, 3800), st.floats(-800, 3800)), min_size=3, max_size=5)


@st.composite
def nets(draw, words=WORDS):
    classes = draw(st.lists(st.sampled_from(words), min_size=2 * SIDE, max_size=2 * SIDE))
    ways = draw(st.lists(st.sampled_from(("yes", "no", "-1")), min_size=2 * SIDE, max_size=2 * SIDE))
    speeds = draw(st.lists(st.floats(5, 100), min_size=2 * SIDE, max_size=2 * SIDE))
    return grid(SIDE, highway=classes, oneway=ways, speed=speeds)


def worse(one, other) -> Conditions:
    """Conditions with everything that either has."""
    return Conditions(**{k: a or b for k, a, b in zip(("night", "rain", "landslide"), one, other, strict=True)})


def never_later(fast, slow) -> bool:
    known = ~np.isnan(fast)
    return bool((known == ~np.isnan(slow)).all() and (fast[known] <= slow[known] * (1 + 1e-9) + 1e-6).all())


@settings(max_examples=100, deadline=None)
@given(nets(), places, st.integers(0, 2 * SIDE - 1), st.floats(1, 5))
def test_a_faster_road_is_never_later(roads, at, which, times):
    points = lonlat(at)
    speed = roads.speed.copy()
    speed[which] *= times
    assert never_later(road_times(points, points, roads=replace(roads, speed=speed)).seconds,
                       road_times(points, points, roads=roads).seconds)


@settings(max_examples=100, deadline=None)
@given(nets(), places, flags, flags)
def test_night_rain_and_landslides_are_never_earlier(roads, at, one, other):
    points = lonlat(at)
    for net in (roads, None):
        assert never_later(road_times(points, points, roads=net, conditions=worse(one, one)).seconds,
                           road_times(points, points, roads=net, conditions=worse(one, other)).seconds)


@settings(max_examples=100, deadline=None)
@given(nets(("primary", "secondary", "tertiary", "track")),
       st.lists(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), min_size=3, max_size=3))
def test_the_way_over_a_third_place_on_the_roads_is_never_quicker(roads, at):
    """Of places on roads cars use: one that lies off them joins roads by its legs, which no other way may use."""
    points = lonlat(np.array(at) * 1000.0)
    times = road_times(points, points, roads=roads)
    on_roads = np.where(times.by == "roads", times.seconds, np.inf)
    if (times.by == "roads").all():
        assert on_roads[0, 2] <= on_roads[0, 1] + on_roads[1, 2] + 1e-3


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 4e4), st.floats(0, 4e4), st.booleans()), min_size=1, max_size=5),
       st.floats(0, 7200), st.floats(0, 7200), flags, flags)
def test_more_delay_and_worse_conditions_never_make_a_space_ready_earlier(at, delay, more, one, other):
    spaces = [space(f"S{i}", (x, y), dam=dam() if builds else None, foot=x / 100)
              for i, (x, y, builds) in enumerate(at)]
    teams, stores = [team("T1"), team("T2", (2e4, 0))], [store("W1", (0, 2e4))]
    tables = []
    for conditions, report in ((worse(one, one), delay), (worse(one, other), delay + more)):
        travel = travel_to(spaces, teams, stores, conditions=conditions)
        tables.append(readiness(spaces, teams, stores, travel=travel, delays=Delays(report=report)).ready)
    assert (np.isnan(tables[0]) == np.isnan(tables[1])).all()
    assert never_later(*tables)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=6),
       st.floats(0.1, 100), st.integers(0, 5), st.floats(0, 1e5))
def test_a_dam_ready_sooner_never_gains_less(dams, inflow, which, sooner):
    free, earliest, ready = np.array(dams).T
    earlier = ready.copy()
    earlier[which % len(dams)] -= sooner
    before, after = (gained_time(free, inflow, 0.0, 0.0, earliest=earliest, ready=r) for r in (ready, earlier))
    assert after.total >= before.total and (after.reached >= before.reached).all()
