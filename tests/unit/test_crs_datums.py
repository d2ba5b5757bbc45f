"""Datums: shifted maps, old surveys, and recognising them."""

import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_lines import codes
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from riverplan.crs import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    parse_datum,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from riverplan.errors import InputError
from riverplan.river.datum_guess import guess_shift, line_shift_problems, systematic_offset

GEOD = Geod(ellps="WGS84")
LON, LAT = st.floats(74, 134), st.floats(18, 53)


@given(LON, LAT)
def test_there_and_back_again_is_the_same_place_to_a_millimetre(lon, lat):
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        x, y = back(*there(lon, lat))
        assert GEOD.inv(lon, lat, float(x), float(y))[2] < 1e-3


@given(LON, LAT)
def test_the_shift_is_some_ten_to_some_hundred_metres(lon, lat):
    x, y = wgs84_to_gcj02(lon, lat)
    assert 10 < GEOD.inv(lon, lat, float(x), float(y))[2] < 800


def test_nothing_is_shifted_outside_china():
    for shift in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84):
        assert [float(v) for v in shift(7.66, 47.53)] == [7.66, 47.53]


def test_stations_published_in_both_datums_agree_within_three_metres(shared):
    table = shared / "networks" / "taihu_points" / "stations_snapped_subset.csv"
    if not table.is_file():
        pytest.skip("no stations of the 太湖 basin beside the project")
    points = pd.read_csv(table).query("lon_gcj > 0")
    lon, lat = gcj02_to_wgs84(points["lon_gcj"], points["lat_gcj"])
    away = GEOD.inv(lon, lat, points["lon_wgs"].to_numpy(), points["lat_wgs"].to_numpy())[2]
    assert len(points) == 33 and away.max() < 3.0             # the published ones were converted in one step


@pytest.mark.parametrize(("written", "key", "meridian"), [
    ("GCJ-02", "gcj02", 0), ("高德", "gcj02", 0), ("火星坐标", "gcj02", 0), ("百度", "bd09", 0), ("WGS84", "wgs84", 0),
    ("北京54：105", "beijing54", 105), ("西安80:36", "xian80", 108), ("xian80:18", "xian80", 105),
    ("国家2000", "cgcs2000", 0)])
def test_datums_are_known_by_the_names_people_use(written, key, meridian):
    datum = parse_datum(written)
    assert (datum.key, datum.meridian) == (key, meridian)


@pytest.mark.parametrize("written", ["", "mars", "EPSG:1", "gcj02:105", "beijing54:7", "beijing54:x"])
def test_an_unknown_datum_is_said_with_those_known(written):
    with pytest.raises(InputError) as error:
        parse_datum(written)
    assert codes(error.value.problems) == ["datum_unknown"]


@pytest.mark.parametrize(("datum", "code"), [("beijing54", 2412), ("xian80", 2360), ("cgcs2000", 4524)])
def test_eastings_with_a_zone_are_read_in_the_zone_of_the_datum(datum, code):
    # EPSG names the zones: 3-degree Gauss-Kruger zone 36
    assert "zone 36" in CRS.from_epsg(code).name
    x, y = np.array([36_512_345.0]), np.array([3_300_000.0])
    there = parse_datum(datum).lonlat(x, y)
    lon, lat = there.lon, there.lat
    from pyproj import Transformer
    own = Transformer.from_crs(code, CRS.from_epsg(code).geodetic_crs, always_xy=True).transform(x, y)
    assert GEOD.inv(lon, lat, *own)[2][0] < 200               # the datum shift itself is tens of metres
    assert abs(lon[0] - 108.1277) < 0.002 and abs(lat[0] - 29.8185) < 0.002


def test_eastings_without_a_zone_need_a_meridian():
    x, y = np.array([512_345.0]), np.array([3_300_000.0])
    with pytest.raises(InputError) as error:
        parse_datum("xian80").lonlat(x, y)
    assert codes(error.value.problems) == ["datum_zone_unknown"]
    there = parse_datum("xian80:108").lonlat(x, y)
    lon, accuracy = there.lon, there.accuracy
    assert lon[0] == pytest.approx(108.1277, abs=0.002)
    assert np.isnan(accuracy) or accuracy > 0


def test_a_shifted_map_has_no_metres():
    with pytest.raises(InputError) as error:
        parse_datum("gcj02").lonlat(np.array([512_345.0]), np.array([3_300_000.0]))
    assert codes(error.value.problems) == ["datum_not_degrees"]


def river_and_points(n=40, spread=20.0):
    rng = np.random.default_rng(1)
    x = np.linspace(107.0, 107.6, 200)
    line = shapely.linestrings(np.column_stack([x, 29.8 + 0.05 * np.sin(30 * x)]))
    at = [line.interpolate(s, normalized=True) for s in rng.random(n)]
    lon = np.array([p.x for p in at]) + rng.normal(0, spread / 96_000, n)
    lat = np.array([p.y for p in at]) + rng.normal(0, spread / 111_000, n)
    return line, lon, lat


@pytest.mark.parametrize(("shift", "datum"), [(wgs84_to_gcj02, "gcj02"), (wgs84_to_bd09, "bd09")])
def test_shifted_points_are_recognised_against_the_river(shift, datum):
    line, lon, lat = river_and_points()
    guess = guess_shift(*shift(lon, lat), [line])
    assert guess.sure and (guess.datum, guess.reference_shifted) == (datum, False)
    assert guess.after < 40 < 150 < guess.before


def test_points_on_a_shifted_river_tell_that_it_is_the_river():
    line, lon, lat = river_and_points()
    shifted = shapely.transform(line, lambda c: np.column_stack(wgs84_to_gcj02(c[:, 0], c[:, 1])))
    guess = guess_shift(lon, lat, [shifted])
    assert guess.sure and (guess.datum, guess.reference_shifted) == ("gcj02", True)


@pytest.mark.parametrize("spread", [20.0, 200.0, 2000.0])
def test_points_that_fit_or_lie_far_off_raise_no_alarm(spread):
    line, lon, lat = river_and_points(spread=spread)
    guess = guess_shift(lon, lat, [line])
    assert not guess.sure or guess.datum == "wgs84"


def test_too_few_points_say_nothing():
    line, lon, lat = river_and_points(n=5)
    assert not guess_shift(*wgs84_to_gcj02(lon, lat), [line]).sure


@pytest.mark.parametrize("code", ["500102", "500230", "500233", "500240"])
def test_counties_in_gcj02_are_recognised_and_come_within_20_m(shared, code):
    import geopandas as gpd

    folder = shared / "networks"
    path = folder / "gcj02_counties" / f"{code}.geojson"
    if not path.is_file():
        pytest.skip("no counties beside the project")
    others = gpd.read_file(folder / "counties" / "chongqing_districts_tianditu.geojson")
    own = others[others["district_adcode"].astype(str) == code].geometry.to_numpy()
    lon, lat = shapely.get_coordinates(own).T                  # the coarse outline, not shifted
    outline = gpd.read_file(path).geometry.boundary.to_numpy()
    guess = guess_shift(lon, lat, outline)
    assert guess.sure and (guess.datum, guess.reference_shifted) == ("gcj02", True)
    converted = shapely.transform(outline, lambda c: np.column_stack(gcj02_to_wgs84(c[:, 0], c[:, 1])))
    assert 480 < systematic_offset(lon, lat, outline) < 530
    assert systematic_offset(lon, lat, converted) < 20
    assert guess_shift(lon, lat, converted).datum == "wgs84"


def county_lines(shift, file):
    import geopandas as gpd

    x = np.linspace(107.0, 107.6, 300)
    main = np.column_stack([x, 29.8 + 0.05 * np.sin(30 * x)])
    side = np.column_stack([x / 3 + 71.6, 29.9 + 0.1 * (x - 107) + 0.01 * np.sin(80 * x)])
    lines = [shapely.linestrings(np.column_stack(shift(c[:, 0], c[:, 1]))) for c in (main, side)]
    return gpd.GeoDataFrame({"file": file}, geometry=lines, crs="EPSG:4326", index=[0, 1])


def together(*parts):
    import geopandas as gpd
    import pandas as pd

    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs="EPSG:4326")


@pytest.mark.parametrize(("shift", "datum"), [(wgs84_to_gcj02, "gcj02"), (wgs84_to_bd09, "bd09")])
def test_a_file_that_repeats_a_river_in_a_web_map_datum_is_named_with_the_datum(shift, datum):
    plain = county_lines(lambda x, y: (x, y), "survey.shp").iloc[:1]
    (problem,) = line_shift_problems(together(plain, county_lines(shift, "ovital.kml")))
    assert (problem.file, problem.fields["datum"]) == ("ovital.kml", datum)
    assert 300 < problem.fields["offset"] < 1_500 and problem.fields["after"] < 5


def test_files_that_share_a_river_or_only_neighbour_one_another_raise_no_alarm():
    plain = county_lines(lambda x, y: (x, y), "a.shp")
    assert line_shift_problems(together(plain, plain.assign(file="b.shp"))) == []
    assert line_shift_problems(together(plain.iloc[:1], plain.iloc[1:].assign(file="b.shp"))) == []
    assert line_shift_problems(plain) == []
    beside = county_lines(lambda x, y: (x + 0.005, y + 0.004), "b.shp")     # a road along the river, say
    assert line_shift_problems(together(plain, beside)) == []


def test_two_files_shifted_alike_do_not_hide_each_other():
    plain = county_lines(lambda x, y: (x, y), "a.shp")
    found = line_shift_problems(together(plain, county_lines(wgs84_to_gcj02, "b.kml"),
                                         county_lines(wgs84_to_gcj02, "c.kml").iloc[:1]))
    assert {p.file for p in found} == {"b.kml", "c.kml"} and {p.fields["other"] for p in found} == {"a.shp"}
