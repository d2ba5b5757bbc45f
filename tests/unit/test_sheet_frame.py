"""The map's scale is exact and from the standard series; its frame holds what matters."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from river_fixtures import braid, y_river
from shapely.geometry import LineString

import riverplan as rp
from riverplan.exporting.sheet_frame import STANDARD_SCALES, choose_frame
from riverplan.exporting.sheet_furniture import convergence, degrees_text, scale_bar_length
from riverplan.exporting.sheet_map import draw_map
from riverplan.exporting.sheet_way import (
    Stretch,
    chainage_step,
    class_lines,
    distance_ticks,
    split,
    stretches,
    time_ticks,
)

HOUR = 3600.0
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def forecast():
    spill = rp.Spill(site_id="S01", substance="苯酚", mass=2_000.0, at=rp.clock("2026-07-01 08:00"))
    return rp.forecast(y_river(), spill)


def straight(length: float, hours: float) -> Stretch:
    return Stretch(row=0, line=LineString([(0, 0), (length, 0)]), distance=(0.0, length), leading=(0.0, hours * HOUR))


@pytest.mark.parametrize(("length", "scale"), [(2_300, 10_000), (2_700, 25_000), (11_000, 50_000), (50_000, 250_000),
                                               (200_000, 1_000_000)])
def test_the_largest_standard_scale_that_holds_the_way_is_chosen(length, scale):
    frame = choose_frame([straight(length, 20.0)], 260.0, 210.0, band=5.0, margin=5.0)
    assert frame.scale == scale
    assert scale in STANDARD_SCALES


def test_what_is_reached_after_a_day_does_not_shrink_the_map_but_fills_it():
    frame = choose_frame([straight(100_000, 100.0)], 260.0, 210.0, band=5.0, margin=5.0)
    assert frame.scale == 100_000                                 # 24 km in the first day; 240 mm of paper
    west, _, east, _ = frame.bounds
    assert west == pytest.approx(-500.0, abs=1_100)               # 24 km fill the paper: nothing of the spill is cut
    assert east - west == pytest.approx(25_000.0)


def test_one_kilometre_is_forty_millimetres_at_one_to_25000():
    frame = choose_frame([straight(3_000, 1.0)], 260.0, 210.0, band=5.0, margin=5.0, scale=25_000)
    a, b = frame.paper(np.array([[0.0, 0.0], [600.0, 800.0]]))
    assert np.hypot(*(b - a)) == pytest.approx(40.0)


def _extent(element: ET.Element) -> tuple[float, float]:
    """Width and height of a drawn path [points]."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", element.find(f"{SVG}path").get("d"))]
    return np.ptp(numbers[::2]), np.ptp(numbers[1::2])


def test_scale_bar_and_neat_line_of_the_drawn_map_measure_true(forecast):
    way = stretches(forecast)
    frame = choose_frame(way, 262.0, 218.0, scale=250_000)
    root = ET.fromstring(draw_map(forecast, frame, way, lang="zh", mono=False, points=6.8).svg)
    ids = {e.get("id"): e for e in root.iter(f"{SVG}g")}
    mm = 25.4 / 72
    bar = sum(_extent(ids[f"scale-bar-{i}"])[0] for i in range(4)) * mm
    assert bar * 250_000 / 1000 == pytest.approx(scale_bar_length(250_000), rel=1e-5)
    wide, high = _extent(ids["neatline"])
    west, south, east, north = frame.bounds
    assert wide * mm * 250.0 == pytest.approx(east - west, rel=1e-5)
    assert high * mm * 250.0 == pytest.approx(north - south, rel=1e-5)
    assert root.get("width") == f"{262.0 / mm:.6f}".rstrip("0") + "pt"


def test_the_way_changes_colour_exactly_where_the_leading_edge_passes_a_class():
    lines = class_lines([straight(10_000, 10.0)])                  # 1 km an hour
    assert {c: round(g.length) for c, g in lines.items()} == {0: 2_000, 1: 2_000, 2: 4_000, 3: 2_000}
    assert lines[2].bounds[0] == pytest.approx(4_000.0)


def test_ticks_stand_at_their_distance_and_their_hour():
    way = [straight(10_000, 10.0)]
    assert [(t.value, t.x) for t in distance_ticks(way, 5_000.0, 10.0)] == [(5_000.0, 5_000.0), (10_000.0, 10_000.0)]
    assert [(t.value / HOUR, round(t.x)) for t in time_ticks(way, 10.0)] == [(2.0, 2_000), (6.0, 6_000)]
    assert time_ticks(way, 10.0)[0].direction == pytest.approx(0.0)


def test_both_arms_of_a_braid_are_drawn():
    spill = rp.Spill(site_id="S01", at=rp.clock("2026-07-01 08:00"))
    way = stretches(rp.forecast(braid(), spill))
    assert len(way) == 5
    assert sum(s.line.length for s in split(way, 500.0)) == pytest.approx(sum(s.line.length for s in way))


def test_the_way_begins_at_the_spill_not_at_the_reach(forecast):
    first = min(stretches(forecast), key=lambda s: s.distance[0])
    whole = forecast.river.reaches.geometry.iloc[first.row]
    assert first.line.length == pytest.approx(0.9 * whole.length)
    assert first.distance[0] == 0.0


def test_north_leans_west_of_the_grid_west_of_the_central_meridian(forecast):
    frame = choose_frame(stretches(forecast), 262.0, 218.0)
    # 108°E is the zone's meridian; at 107.8°E, 29.9°N convergence is -0.2° · sin 29.9°: north is to the right
    lon, lat = forecast.river.lonlat(frame.east, frame.north)
    expected = np.radians((108.0 - lon) * np.sin(np.radians(lat)))
    assert convergence(frame, forecast.river, 131.0, 109.0) == pytest.approx(expected, rel=1e-3)


def test_graticule_figures_carry_minutes():
    assert degrees_text(107.0) == "107°00′"
    assert degrees_text(29.9999999) == "30°00′"
    assert chainage_step(50_000) == 1_000.0
