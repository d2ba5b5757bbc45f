"""Points onto reaches, and the rows of the site lists that ask for it."""

import math

import pytest
from drawn_lines import codes, lonlat, network

from riverplan.river.locate import locate_points, matching_names, nearest_reach, position_at_km, river_km
from riverplan.river.network import RiverNetwork
from riverplan.river.placing import place_sites
from riverplan.river.sites import Intake
from riverplan.river.stems import with_river_km


@pytest.fixture
def river() -> RiverNetwork:
    """清河 from west to east with 小溪 joining from the north at km 10; one unit is a kilometre.

    ::

        (0,0) ──清河── (10,0) ──清河── (20,0)
                         │ 小溪 from (10,8)
    """
    found, _ = network({"a@清河": [(0, 0), (20, 0)], "b@小溪": [(10, 8), (10, 0)]}, outlets=[(20, 0)])
    reaches = found.reaches.assign(width=[60.0, 60.0, 10.0])
    return found.replace(reaches=with_river_km(reaches))


def intake(x: float, y: float, **more: object) -> Intake:
    lon, lat = lonlat(x, y)
    return Intake(site_id="I1", name="取水口", lon=lon, lat=lat, **more)  # type: ignore[arg-type]


def test_a_point_is_found_with_chainage_offset_and_bank(river):
    north = nearest_reach(river, *lonlat(4, 0.5))
    assert north.reach_id == "a-1"
    assert north.chainage == pytest.approx(4_000, abs=5)
    assert north.offset == pytest.approx(500, abs=1)
    assert north.bank == "left"                                # looking east, the north is on the left
    assert (north.lon, north.lat) == pytest.approx(lonlat(4, 0), abs=1e-6)
    assert nearest_reach(river, *lonlat(4, -0.5)).bank == "right"
    assert nearest_reach(river, *lonlat(4, 0.02)).bank == "mid"   # within half of 60 m
    assert nearest_reach(river, *lonlat(10.2, 5)).bank == "left"  # 小溪 runs south: the east is on its left


def test_chainage_counts_in_the_stated_length_of_the_reach(river):
    stated = river.replace(reaches=river.reaches.assign(length=river.reaches["length"] * 2))
    assert nearest_reach(stated, *lonlat(4, 0)).chainage == pytest.approx(8_000, abs=10)


def test_points_beyond_the_tolerance_are_none_and_a_name_restricts_the_search(river):
    lon, lat = zip(lonlat(4, 1), lonlat(4, 3), lonlat(9.8, 0.3), strict=True)
    found = locate_points(river, lon, lat, 2_000)
    assert [p and p.name for p in found] == ["清河", None, "小溪"]
    assert locate_points(river, *lonlat(9.8, 0.3), name="清河")[0].reach_id == "a-1"
    assert locate_points(river, [math.nan], [30.0]) == [None]


def test_river_kilometres_count_from_the_mouth_both_ways(river):
    place = position_at_km(river, "清河", 14_000)
    assert place.reach_id == "a-1"
    assert place.chainage == pytest.approx(6_000, abs=10)
    assert river_km(river, place) == pytest.approx(14_000)
    assert position_at_km(river, "清河", 25_000) is None
    assert position_at_km(river, "无名", 1.0) is None


def test_a_list_may_write_the_name_of_a_river_longer(river):
    assert list(matching_names(river, "小溪示范段")) == ["小溪"]
    assert list(matching_names(river, "大河")) == []


def test_the_river_a_row_names_is_preferred_within_the_tolerance(river):
    (site,), problems = place_sites(river, [(intake(9.8, 0.3, river="清河"), {})])
    assert site.reach_id == "a-1"
    assert not problems


def test_a_site_too_far_off_is_left_out_and_named_by_sheet_and_row(river):
    row = {"sheet": "取水口", "row": 7, "file": "清单.xlsx"}
    placed, problems = place_sites(river, [(intake(4, 3), row)])
    assert placed == ()
    assert codes(problems) == ["site_far"]
    assert problems[0].text("zh").startswith("清单.xlsx 取水口 第 7 行")
    assert problems[0].fields["km"] == pytest.approx(3, rel=0.01)
    assert problems[0].severity == "error"


def test_a_named_river_out_of_reach_or_unknown_is_said_and_the_nearest_taken(river):
    (site,), problems = place_sites(river, [(intake(4, 0.2, river="小溪"), {})])
    assert site.reach_id == "a-1"
    assert codes(problems) == ["site_other_river"]
    (site,), problems = place_sites(river, [(intake(4, 0.2, river="大河"), {})])
    assert site.reach_id == "a-1"
    assert codes(problems) == ["site_river_unknown"]


def test_a_site_without_coordinates_stands_at_its_river_kilometre(river):
    bare = Intake(site_id="I2", lon=math.nan, lat=math.nan, river="小溪")
    (site,), problems = place_sites(river, [(bare, {"river_km": 3_000.0})])
    assert (site.lon, site.lat) == pytest.approx(lonlat(10, 3), abs=1e-4)
    assert site.chainage == pytest.approx(5_000, abs=10)
    assert not problems
    placed, problems = place_sites(river, [(bare, {"river_km": 30_000.0})])
    assert placed == ()
    assert codes(problems) == ["site_no_place"]


def test_a_river_kilometre_that_contradicts_the_coordinates_is_said(river):
    (site,), problems = place_sites(river, [(intake(4, 0.2, river="清河"), {"river_km": 4_000.0})])
    assert codes(problems) == ["site_km_differs"]               # counted from the source: 4 km instead of 16
    assert problems[0].fields["found"] == pytest.approx(16, rel=0.01)
    assert site.chainage == pytest.approx(4_000, abs=10)


def test_a_given_bank_is_kept(river):
    (site,), _ = place_sites(river, [(intake(4, 0.3, bank="right"), {})])
    assert site.bank == "right"
