"""Coordinates as people write them."""

import math

import pytest

from riverplan.tables.points import parse_angle, read_point

DMS = 107 + 43 / 60 + 12 / 3600


@pytest.mark.parametrize("written", [
    "107°43′12″", "107°43'12\"", "107度43分12秒", "107.43.12", "107.43.12.0", "E107°43′12″", "107°43′12″E",
        "107°43.2′", "东经107°43′12″",
    "107:43:12", "107 43 12", "107-43-12", "１０７°４３′１２″", "107º43’12’’", "107.72", 107.72, "107,72", "107.72°",
])
def test_one_angle_in_any_writing_is_the_same(written):
    value, axis = parse_angle(written)
    assert value == pytest.approx(DMS, abs=1e-9)
    assert axis in ("", "lon")


def test_letters_name_axis_and_hemisphere():
    assert parse_angle("29°52'N") == (pytest.approx(29 + 52 / 60), "lat")
    assert parse_angle("81°38'W") == (pytest.approx(-(81 + 38 / 60)), "lon")
    assert parse_angle("-81.5") == (-81.5, "")
    assert parse_angle("南纬33°30′") == (-33.5, "lat")


@pytest.mark.parametrize("written", ["约107", "107°61′", "107.43.72", "丰都", "107°43′12″5", "1.2.3.4.5", True,
    math.nan])
def test_what_is_no_angle_is_refused(written):
    assert parse_angle(written) is None


@pytest.mark.parametrize(("lon", "lat"), [(29.86, 107.73), ("29.86", "107.73"), ("N29.86", "E107.73"),
                                          ("29°51′36″", "107°43′48″")])
def test_swapped_coordinates_are_put_right_and_said(lon, lat):
    reading = read_point(lon, lat)
    assert (reading.lon, reading.lat) == pytest.approx((107.73, 29.86))
    assert reading.problem == "point_swapped"


def test_a_pair_that_is_plausible_both_ways_is_left():
    reading = read_point(47.56, 7.59)
    assert (reading.lon, reading.lat, reading.problem) == (47.56, 7.59, "")


def test_letters_tell_a_swap_that_the_numbers_do_not():
    reading = read_point("47.56N", "7.59E")
    assert (reading.lon, reading.lat, reading.problem) == (7.59, 47.56, "point_swapped")


@pytest.mark.parametrize(("lon", "lat", "code"), [
    (0, 0, "point_zero"), ("0", "0.0", "point_zero"), (207.7, 29.8, "point_out_of_range"),
    (107.7, None, "point_half"), ("—", 29.8, "point_half"), ("约107", 29.8, "point_unreadable"),
    (512_345, 3_312_345, "point_projected_unknown"), (107.7, 2986, "point_out_of_range"),
])
def test_useless_pairs_are_named(lon, lat, code):
    reading = read_point(lon, lat)
    assert reading.problem == code and not reading.usable


def test_an_empty_pair_is_no_problem():
    reading = read_point("/", None)
    assert not reading.usable and reading.problem == ""


@pytest.mark.parametrize("pair", [(36_500_000, 3_320_113.398), (3_320_113.398, 36_500_000), ("36,500,000",
    "3320113.398")])
def test_projected_coordinates_with_prefix_become_degrees_whichever_column_holds_the_easting(pair):
    # meridian arc of GRS 80 from the equator to 30° is 3 320 113.398 m; zone 36 has 108° in its middle
    reading = read_point(*pair)
    assert (reading.lon, reading.lat) == pytest.approx((108.0, 30.0), abs=1e-8)
    assert reading.problem == "point_projected" and reading.fields["crs"] == "EPSG:4524"
