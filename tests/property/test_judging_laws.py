"""Laws of the judgement of places: shares, order, and what more evidence may do."""

import math

import numpy as np
import pytest
from drawn_lines import lonlat, network
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.river.judging import is_doubtful, judge
from riverplan.river.network import RiverNetwork
from riverplan.river.placing import place_sites
from riverplan.river.sites import Intake
from riverplan.river.stems import with_river_km

DRAWING = {"a@大江": [(0, 0), (10, 1), (20, 0)], "b@龙河": [(2, 5), (4, 0.9), (9, 1.2), (10, 1)],
           "c": [(15, -6), (15, -1), (16, 0.4)], "e@小溪": [(18, 6), (18.5, 2), (18, 0.2)]}
PLACE = st.tuples(st.floats(-1, 21), st.floats(-7, 7))


def river() -> RiverNetwork:
    found, _ = network(DRAWING, outlets=[(20, 0)], snap=50)
    return found.replace(reaches=with_river_km(found.reaches))


RIVER = river()


def intake(place: tuple[float, float], number: int = 0, **more: str) -> Intake:
    lon, lat = lonlat(*place)
    return Intake(site_id=f"I{number}", lon=lon, lat=lat, **more)


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=8), st.sampled_from(["", "大江", "龙河", "无此河"]))
def test_shares_are_a_distribution_the_likeliest_first_and_within_the_tolerance(places, name):
    for candidates in judge(RIVER, [intake(p, river=name) for p in places], tolerance=3_000):
        shares = [c.confidence for c in candidates]
        assert sum(shares) <= 1 + 1e-9
        assert shares == sorted(shares, reverse=True)
        assert all(c.offset <= 3_000 for c in candidates)
        assert len({c.reach_id for c in candidates}) == len(candidates)


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACE, min_size=2, max_size=8), st.randoms())
def test_without_a_list_the_order_of_the_sites_does_not_matter(places, random):
    sites = [intake(p, i) for i, p in enumerate(places)]
    order = list(range(len(sites)))
    random.shuffle(order)
    straight, mixed = ([[(c.reach_id, c.confidence, c.chainage, c.why) for c in one] for one in judge(RIVER, some)]
                       for some in (sites, [sites[i] for i in order]))
    assert [straight[i] for i in order] == mixed


@settings(max_examples=60, deadline=None)
@given(PLACE, st.sampled_from(["大江", "龙河", "小溪"]))
def test_naming_a_river_never_makes_it_less_likely(place, name):
    def share(site: Intake) -> float:
        return sum(c.confidence for c in judge(RIVER, [site], tolerance=3_000)[0] if c.river == name)

    assert share(intake(place, river=name)) >= share(intake(place)) - 0.02     # shares under a hundredth are dropped


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=6))
def test_every_site_is_placed_or_named_and_never_both_lost_and_silent(places):
    sites = [intake(p, i) for i, p in enumerate(places)]
    placed, problems = place_sites(RIVER, [(s, {}) for s in sites])
    lost = {p.fields["id"] for p in problems if p.severity == "error"}
    assert {s.site_id for s in placed} | lost == {s.site_id for s in sites}
    assert not {s.site_id for s in placed} & lost


@settings(max_examples=40, deadline=None)
@given(PLACE, st.sampled_from(list(RIVER.reaches["reach_id"])))
def test_what_a_person_chose_always_holds(place, reach_id):
    (site,), problems = place_sites(RIVER, [(intake(place), {})], chosen={"I0": reach_id})
    assert site.reach_id == reach_id
    assert problems == []
    length = float(RIVER.reaches["length"].iloc[RIVER.reach_row[reach_id]])
    assert 0 <= site.chainage <= length * (1 + 1e-9)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_coordinates_that_are_none_give_no_candidates_and_no_crash(value):
    assert judge(RIVER, [Intake(site_id="I0", lon=value, lat=29.0)]) == [()]
    assert not is_doubtful(())
    assert np.isfinite(RIVER.reaches["length"]).all()
