"""Two banks of a river are told from two rivers, the arms of an island and canals."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn_lines import codes

from riverplan.tables.banks import both_banks

METRE = 1 / 111_320


def frame(*lines, **columns):
    """Lines drawn in metres, laid at 107 east on the equator of the drawing, 30 north."""
    east = 1 / np.cos(np.radians(30)) * METRE
    there = [shapely.transform(shapely.LineString(line), lambda xy: xy * (east, METRE) + (107, 30)) for line in lines]
    n = len(there)
    data = {"source_id": [f"a{i}" for i in range(n)], "name": [""] * n, "kind": [""] * n, "file": ["a.dxf"] * n}
    return gpd.GeoDataFrame(data | columns, geometry=there, crs="EPSG:4326")


def bank(offset, length=5000, bends=60, shift=0.0):
    """A bank of a winding river at a distance from its middle."""
    x = np.linspace(0, length, 80)
    return np.column_stack([x + shift, bends * np.sin(x / 400) + offset])


def pairs(drawn):
    problems = both_banks(drawn)
    codes(problems)
    return sum(p.fields["count"] for p in problems)


def test_two_banks_are_named_with_their_distance():
    (problem,) = both_banks(frame(bank(0), bank(80), [(0, 5000), (5000, 9000)]))
    assert (problem.code, problem.severity, problem.fields["count"]) == ("line_both_banks", "warning", 1)
    assert problem.fields["spacing"] == pytest.approx(80, rel=0.05) and problem.said("zh")["ids"] == "a0 + a1"
    assert (problem.lon, problem.lat) == pytest.approx((107.026, 30.0), abs=2e-3)
    assert problem.file == "a.dxf"


def test_banks_drawn_against_each_other_are_banks_too():
    assert pairs(frame(bank(0), bank(80)[::-1])) == 1


def test_names_that_differ_by_the_side_alone_are_of_one_river():
    assert pairs(frame(bank(0), bank(80), name=["龙河左岸", "龙河右岸"])) == 1
    assert pairs(frame(bank(0), bank(80), name=["龙河", ""])) == 1


def test_tributaries_in_parallel_valleys_are_rivers():
    assert pairs(frame(bank(0), bank(500))) == 0


def test_a_canal_beside_a_river_is_none_of_its_banks():
    assert pairs(frame(bank(0), bank(80), name=["龙河", "东干渠"])) == 0
    assert pairs(frame(bank(0), bank(80), kind=["channel", "canal"])) == 0


def test_the_arms_of_an_island_are_no_banks():
    x = np.linspace(0, 2000, 60)
    arm = np.column_stack([x, 60 * np.sin(np.pi * x / 2000)])
    assert pairs(frame(arm, arm * (1, -1))) == 0


def test_lines_that_meet_at_an_end_or_cross_are_no_banks():
    assert pairs(frame([(0, 0), (5000, 0)], [(0, 0), (5000, 90)])) == 0
    assert pairs(frame([(0, 0), (5000, 0)], [(0, -90), (5000, 90)])) == 0


def test_lines_beside_each_other_on_half_their_way_are_no_banks():
    assert pairs(frame(bank(0), bank(80, shift=2500))) == 0


def test_lines_that_draw_apart_are_no_banks():
    assert pairs(frame([(0, 0), (5000, 0)], [(0, 30), (5000, 600)])) == 0


def test_lines_of_unlike_length_are_no_banks():
    assert pairs(frame(bank(0), bank(80, length=3000))) == 0


def test_three_lines_side_by_side_are_ditches():
    assert pairs(frame(bank(0), bank(80), bank(160))) == 0


def test_the_same_line_drawn_twice_is_not_two_banks():
    assert pairs(frame(bank(0), bank(1))) == 0


def test_one_line_or_none_has_no_other_bank():
    assert both_banks(frame(bank(0))) == [] and both_banks(frame(bank(0)).iloc[:0]) == []


def test_random_streams_are_no_banks():
    rng = np.random.default_rng(3)
    start, step = rng.uniform(0, 60_000, (800, 2)), rng.normal(0, 1500, (800, 2))
    assert pairs(frame(*[[a, a + s] for a, s in zip(start, step, strict=True)])) <= 1
