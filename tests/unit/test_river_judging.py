"""Which reach a site stands on where a tributary runs beside the main stem, and what a person says of it."""

import math

import numpy as np
import pytest
from drawn_lines import codes, lonlat, network

from riverplan.river.doubting import doubtful_sites
from riverplan.river.judging import judge
from riverplan.river.network import RiverNetwork
from riverplan.river.placing import place_sites
from riverplan.river.sites import Bridge, Intake, Section, Site
from riverplan.river.stems import with_river_km


@pytest.fixture
def river() -> RiverNetwork:
    """大江 from west to east; 龙河 runs 150 m north of it for 5 km before it joins at km 10. One unit is a kilometre.

    ::

        龙河 (2,5) ─ (4,0.15) ──────── (9,0.15) ┐
        大江 (0,0) ───────────────────────── (10,0) ─────── (20,0)
    """
    drawn, _ = network({"a@大江": [(0, 0), (20, 0)], "b@龙河": [(2, 5), (4, 0.15), (9, 0.15), (10, 0)]},
                       outlets=[(20, 0)], snap=20)
    reaches = drawn.reaches.assign(width=np.nan, mean_discharge=[300.0, 310.0, 10.0])
    return drawn.replace(reaches=with_river_km(reaches))


def at(x: float, y: float, kind: type[Site] = Intake, **more: object) -> Site:
    lon, lat = lonlat(x, y)
    return kind(**{"site_id": "I1", "lon": lon, "lat": lat, **more})


def river_of(river: RiverNetwork, site: Site) -> str:
    return str(river.reaches["name"].iat[river.reach_row[site.reach_id]])


def test_half_way_between_two_rivers_nobody_knows_and_both_are_listed(river):
    (site,), problems = place_sites(river, [(at(6, 0.07, name="取水口"), {"file": "清单.xlsx", "row": 4})])
    assert codes(problems) == ["site_doubtful"]
    problem = problems[0]
    assert (problem.lon, problem.lat) == pytest.approx(lonlat(6, 0.07))
    assert problem.row == 4
    assert {problem.fields["placed"], problem.fields["other"]} == {"大江", "龙河"}
    assert problem.fields["percent"] < 80
    doubt, = doubtful_sites(river.replace(sites=(site,), report=tuple(problems)))
    first, second = doubt.candidates
    assert first.reach_id == site.reach_id
    assert {first.river, second.river} == {"大江", "龙河"}
    assert sorted([first.offset, second.offset]) == pytest.approx([70, 80], abs=1)
    assert first.confidence + second.confidence == pytest.approx(1)
    by_river = {c.river: c for c in doubt.candidates}
    assert by_river["大江"].river_km == pytest.approx(14_000, rel=1e-3)
    assert by_river["大江"].bank == "left"
    assert by_river["龙河"].bank == "right"


@pytest.mark.parametrize(("written", "meant"), [("龙河", "龙河"), ("龙河丰都段", "龙河"), ("大江", "大江")])
def test_the_river_a_row_names_decides_even_where_the_other_is_a_little_nearer(river, written, meant):
    y = 0.04 if meant == "龙河" else 0.11
    (site,), problems = place_sites(river, [(at(6, y, river=written), {})])
    assert river_of(river, site) == meant
    assert problems == []


def test_the_stated_bank_decides_between_two_parallel_rivers(river):
    for bank, meant in (("left", "大江"), ("right", "龙河")):     # between them: left of the one, right of the other
        (site,), problems = place_sites(river, [(at(6, 0.075, bank=bank), {})])
        assert river_of(river, site) == meant
        assert problems == []


def test_the_stated_kilometre_decides_between_two_parallel_rivers(river):
    for km, meant in ((14_000.0, "大江"), (4_030.0, "龙河")):
        (site,), problems = place_sites(river, [(at(6, 0.075), {"river_km": km})])
        assert river_of(river, site) == meant
        assert problems == []


def test_a_bridge_stands_on_the_river_in_its_name_but_a_town_of_that_name_says_nothing(river):
    (site,), problems = place_sites(river, [(at(6, 0.06, Bridge, name="龙河大桥"), {})])
    assert river_of(river, site) == "龙河"
    assert problems == []
    named, plain = (judge(river, [at(6, 0.06, Bridge, name=name)])[0] for name in ("龙河镇大桥", "大桥"))
    assert [c.confidence for c in named] == [c.confidence for c in plain]
    of_town = judge(river, [at(6, 0.06, Bridge, name="龙河大桥", township="龙河")])[0]
    assert [c.confidence for c in of_town] == [c.confidence for c in plain]


def test_a_large_waterworks_leans_to_the_main_stem_and_a_village_intake_does_not(river):
    share = {n: {c.river: c.confidence for c in judge(river, [at(6, 0.075, population=n)])[0]}["大江"]
             for n in (200, 5_000, 50_000)}
    assert share[50_000] > 0.75
    assert share[5_000] == pytest.approx(0.5, abs=0.01)
    assert share[200] < share[5_000]


def test_neighbours_in_the_list_are_a_weak_cue(river):
    row = {"file": "清单.xlsx", "sheet": "断面"}
    sites = [at(3, -0.02, Section, site_id="D1"), at(6, 0.075, Section, site_id="D2"),
             at(12, 0.01, Section, site_id="D3")]
    placed, problems = place_sites(river, [(s, row) for s in sites])
    assert [river_of(river, s) for s in placed] == ["大江"] * 3
    assert [p.fields["id"] for p in problems] == ["D2"]          # too weak to be sure of it alone
    assert problems[0].fields["percent"] > 60
    _, alone = place_sites(river, [(sites[1], row)])
    assert alone[0].fields["percent"] == 50


def test_a_coarsely_drawn_line_makes_its_sites_doubtful(river):
    site = at(6, 0.02)
    assert place_sites(river, [(site, {})])[1] == []
    coarse = river.replace(reaches=river.reaches.assign(drawn_accuracy=500.0))
    assert codes(place_sites(coarse, [(site, {})])[1]) == ["site_doubtful"]


def test_a_wide_river_counts_from_its_edge(river):
    site = at(6, 0.1)                                            # 100 m from the middle of one, 50 m from the other
    assert judge(river, [site])[0][0].river == "龙河"
    wide = river.replace(reaches=river.reaches.assign(width=[200.0, 200.0, 10.0]))
    assert judge(wide, [site])[0][0].river == "大江"


def test_the_next_reach_of_the_same_river_is_no_other_place(river):
    (site,), problems = place_sites(river, [(at(10.01, -0.3), {})])
    assert river_of(river, site) == "大江"
    assert problems == []
    best = judge(river, [at(10.0, -0.3)])[0][0]
    assert best.confidence > 0.8


def test_a_named_river_much_farther_than_another_is_left_to_a_person(river):
    (site,), problems = place_sites(river, [(at(15, 0.01, river="龙河"), {})], tolerance=6_000)
    assert codes(problems) == ["site_doubtful"]
    assert river_of(river, site) == "大江"
    assert problems[0].fields["other"] == "龙河"


def test_what_a_person_chose_holds_and_is_no_longer_doubtful(river):
    for reach_id, name in (("a-1", "大江"), ("b-1", "龙河")):
        (site,), problems = place_sites(river, [(at(6, 0.07), {})], chosen={"I1": reach_id})
        assert river_of(river, site) == name
        assert problems == []


def test_a_choice_outlives_the_cutting_and_joining_of_its_reach(river):
    (site,), problems = place_sites(river, [(at(6, 0.07), {})], chosen={"I1": "b-1.3"})
    assert (site.reach_id, problems) == ("b-1", [])
    ids = ["a-1", "a-2", "b-1.1"]
    cut = river.replace(reaches=river.reaches.assign(reach_id=ids))
    assert place_sites(cut, [(at(6, 0.07), {})], chosen={"I1": "b-1"})[0][0].reach_id == "b-1.1"


def test_a_choice_that_cannot_be_kept_is_said_and_judged_anew(river):
    (site,), problems = place_sites(river, [(at(6, 0.01), {})], chosen={"I1": "x-9", "gone": "a-1"})
    assert codes(problems) == ["site_mend_unknown", "site_choice_gone"]
    assert river_of(river, site) == "大江"


def test_a_moved_site_is_judged_at_its_new_place(river):
    (site,), problems = place_sites(river, [(at(6, 0.07), {})], moved={"I1": lonlat(15, 0.02)})
    assert (site.lon, site.lat) == lonlat(15, 0.02)
    assert site.reach_id == "a-2"
    assert problems == []


@pytest.mark.parametrize("place", [(math.nan, 29.0), (200.0, 29.0), (107.0, math.inf)])
def test_a_move_to_no_place_is_said_and_the_site_stays(river, place):
    (site,), problems = place_sites(river, [(at(6, 0.01), {})], moved={"I1": place})
    assert codes(problems) == ["site_move_invalid"]
    assert (site.lon, site.lat) == lonlat(6, 0.01)


def test_choosing_a_reach_puts_the_site_there_and_ends_the_doubt(river):
    assert codes(place_sites(river, [(at(6, 0.07), {})])[1]) == ["site_doubtful"]
    (site,), problems = place_sites(river, [(at(6, 0.07), {})], chosen={"I1": "b-1"})
    assert (site.reach_id, site.bank, problems) == ("b-1", "right", [])
    gone = place_sites(river, [(at(6, 0.07), {})], chosen={"I1": "no such reach"})[1]
    assert codes(gone) == ["site_choice_gone", "site_doubtful"]


def test_names_that_differ_in_the_word_for_water_alone_are_one_river(river):
    renamed = river.replace(reaches=river.reaches.assign(name=["大宁河", "大宁河", "清江"]))
    (site,), problems = place_sites(renamed, [(at(6, 0.075, river="大宁江"), {})])
    assert river_of(renamed, site) == "大宁河"
    assert problems == []
    assert codes(place_sites(renamed, [(at(6, 0.01, river="清河"), {})])[1]) == ["site_river_unknown"]


def test_sites_without_coordinates_and_an_empty_list_are_no_trouble(river):
    bare = Intake(site_id="I2", lon=math.nan, lat=math.nan)
    assert judge(river, [bare]) == [()]
    assert judge(river, []) == []
    assert place_sites(river, []) == ((), [])
