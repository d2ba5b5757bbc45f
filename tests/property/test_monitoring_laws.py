"""Laws of the monitoring plan: times rise, nobody samples before being there, no intake goes without."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from river_fixtures import braid, dammed, y_river

import riverplan as rp
from riverplan.planning.course import Place, course_of
from riverplan.planning.monitoring import monitoring
from riverplan.planning.sampling import HORIZON, START_BEFORE, Passage, sampling_times
from riverplan.river.sites import Team

HOUR = 3600.0
RIVERS = (y_river(), braid(), dammed())


@st.composite
def passages(draw):
    earliest = draw(st.floats(0, 1e6))
    leading = earliest + draw(st.floats(0, 1e6))
    peak = leading + draw(st.floats(0, 1e6))
    trailing = peak + draw(st.floats(0, 1e7))
    values = (earliest, leading, peak, trailing, trailing + draw(st.floats(0, 1e7)))
    return Passage(**{n: np.array([v]) for n, v in zip(
        ("earliest", "leading", "peak", "trailing", "until"), values, strict=True)})


@given(passages(), st.floats(0, 1e7), st.floats(0, 86_399))
@example(Passage(**dict.fromkeys(("earliest", "leading", "peak", "trailing", "until"), np.zeros(1))), 0.0, 5e-324)
def test_sampling_times_rise_and_none_is_before_the_release_or_before_anybody_is_there(passage, since, offset):
    [found] = sampling_times(passage, since=since, offset=offset)
    assert np.all(np.diff(found.times) > 0)
    assert np.all(found.times >= since)
    assert np.all(found.times <= max(since, passage.earliest[0]) + HORIZON)


@given(passages(), st.floats(0, 86_399))
def test_sampling_begins_before_the_earliest_arrival(passage, offset):
    [found] = sampling_times(passage, offset=offset)
    assert found.times.size
    assert found.times[0] <= max(passage.earliest[0] - START_BEFORE, 600.0)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2), st.floats(0.02, 0.98), st.floats(1e-3, 1e5), st.sampled_from(["苯酚", "柴油", "硫酸"]),
       st.floats(0, 60), st.integers(0, 3))
def test_every_intake_the_plume_comes_to_has_a_section_at_it_or_above(which, share, mass, substance, hour, teams):
    river = RIVERS[which]
    reach = river.reaches.iloc[0]
    spill = rp.Spill(reach_id=reach["reach_id"], chainage=share * reach["length"], substance=substance, mass=mass)
    forecast = rp.forecast(river, spill)
    sent = [Team(resource_id=f"T{i}", lon=107.8 + 0.1 * i, lat=29.8, category="monitoring") for i in range(teams)]
    first = monitoring(forecast, teams=sent)
    course = course_of(forecast)
    for a in forecast.arrivals:
        if a.kind == "intake":
            [s] = [s for s in first.sections if a.site_id in s.serves]
            upper = Place(row=river.reach_row[s.reach_id], chainage=s.chainage)
            lower = Place(row=river.reach_row[a.reach_id], chainage=a.chainage)
            assert course.metres_down(upper, lower, 1_000.0) is not None
    later = monitoring(forecast, teams=sent, now=hour * HOUR)
    for plan, now in ((first, 0.0), (later, hour * HOUR)):
        for s in plan.sections:
            assert s.times.size
            assert np.all(np.diff(s.times) > 0)
            assert s.times[0] >= max(now, s.team_arrives or 0.0)
