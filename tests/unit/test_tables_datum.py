"""The datum of lists and lines: stated, named by heads, or asked for."""

import math

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from drawn_lines import codes
from pyproj import CRS, Geod, Transformer

from riverplan.crs import family_of, parse_datum, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from riverplan.errors import InputError
from riverplan.tables import read_lines, read_lists
from riverplan.tables.heads import best_columns
from riverplan.tables.point_datum import named_datum, without_datum
from riverplan.tables.schema import tables

GEOD = Geod(ellps="WGS84")
LON, LAT = 107.7305, 29.8571
HEADS = ("编号", "名称", "最大存量")


def book(folder, lon_head, lat_head, points, *, more_heads=(), more=()):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "风险源"
    sheet.append([*HEADS, lon_head, lat_head, *more_heads])
    for i, (lon, lat) in enumerate(points):
        sheet.append([f"S{i}", f"厂{i}", 1.0, lon, lat, *more])
    path = folder / "清单.xlsx"
    workbook.save(path)
    return path


def places(lists):
    return lists.frames["risk_source"][["lon", "lat"]].to_numpy()


def off(lists, lon=LON, lat=LAT):
    """Farthest point of a list from a place [m]."""
    return max(GEOD.inv(lon, lat, *p)[2] for p in places(lists))


def degrees_on(code, x, y):
    """What a plane's own datum says of a point, by pyproj alone."""
    crs = CRS.from_epsg(code)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y)


@pytest.mark.parametrize(("head", "key"), [
    ("lon_gcj", "gcj02"), ("lng_GCJ-02", "gcj02"), ("经度（高德）", "gcj02"), ("高德地图经度", "gcj02"),
    ("火星坐标经度", "gcj02"), ("百度经度", "bd09"), ("bd09_lng", "bd09"), ("经度BD-09", "bd09"),
    ("经度(北京54)", "beijing54"), ("lon_bj54", "beijing54"), ("西安80经度", "xian80"), ("WGS84经度", "wgs84"),
    ("经度（CGCS2000）", "cgcs2000")])
def test_a_head_names_its_datum_before_or_behind_the_coordinate(head, key):
    assert named_datum(head).key == key
    assert [c.field.name for c in best_columns([head], tables()["risk_source"]).columns] == ["lon"]


@pytest.mark.parametrize("head", ["经度", "lon", "位置", "最大存量", "备注"])
def test_a_head_without_a_datum_names_none(head):
    assert named_datum(head) is None and without_datum(head) == head


@pytest.mark.parametrize(("heads", "shift"), [
    (("lon_gcj", "lat_gcj"), wgs84_to_gcj02), (("经度(高德)", "纬度(高德)"), wgs84_to_gcj02),
    (("lon_gcj02", "lat_gcj02"), wgs84_to_gcj02), (("百度经度", "百度纬度"), wgs84_to_bd09)])
def test_shifted_columns_are_converted_and_counted(tmp_path, heads, shift):
    lists = read_lists(book(tmp_path, *heads, [[float(v) for v in shift(LON, LAT)]] * 3))
    assert off(lists) < 1e-3
    said = [p for p in lists.problems if p.code == "datum_head"]
    assert [(p.fields["count"], p.head) for p in said] == [(3, heads[0])]
    assert "datum_assumed" not in codes(lists.problems)


def test_rows_left_out_are_not_counted_as_converted(tmp_path):
    path = book(tmp_path, "lon_gcj", "lat_gcj", [(LON, LAT), (LON, None), (LON, LAT)])
    assert [p.fields["count"] for p in read_lists(path).problems if p.code == "datum_head"] == [2]


def test_a_datum_for_the_file_does_not_move_columns_that_name_another(tmp_path):
    path = book(tmp_path, "lon_wgs84", "lat_wgs84", [(LON, LAT)],
                more_heads=("lon_gcj", "lat_gcj"), more=[float(v) for v in wgs84_to_gcj02(LON, LAT)])
    lists = read_lists(path, datums={"*": parse_datum("gcj02")})
    assert places(lists).tolist() == [[LON, LAT]]
    assert "datum_over_head" in codes(lists.problems)


def test_a_longitude_and_a_latitude_of_different_datums_are_no_point(tmp_path):
    with pytest.raises(InputError) as error:
        read_lists(book(tmp_path, "lon_gcj", "lat_wgs84", [(LON, LAT)] * 3))
    assert codes(error.value.problems).count("datum_mixed") == 1


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("百度", wgs84_to_bd09)])
def test_a_stated_datum_converts_plain_columns(tmp_path, datum, shift):
    path = book(tmp_path, "经度", "纬度", [[float(v) for v in shift(LON, LAT)]])
    lists = read_lists(path, datums={"*": parse_datum(datum)})
    assert off(lists) < 1e-3 and "datum_stated" in codes(lists.problems)
    assert "datum_assumed" in codes(read_lists(path).problems) and off(read_lists(path)) > 300


@pytest.mark.parametrize(("datum", "code", "x"), [
    ("beijing54", 2412, 36_471_234.5), ("beijing54:108", 2433, 471_234.5), ("xian80:36", 2381, 471_234.5),
    ("xian80", 2360, 36_471_234.5), ("EPSG:2433", 2433, 471_234.5), ("cgcs2000:108", 4545, 471_234.5)])
@pytest.mark.parametrize("northing_first", [False, True])
def test_projected_points_are_read_on_the_planes_of_the_stated_datum(tmp_path, datum, code, x, northing_first):
    y = 3_304_567.8
    path = book(tmp_path, "经度", "纬度", [(y, x) if northing_first else (x, y)])
    lists = read_lists(path, datums={"*": parse_datum(datum)})
    # no published parameters hold for this place: the datum's own degrees stand, and that is said
    assert off(lists, *degrees_on(code, x, y)) < 1e-3
    assert ("datum_unsure" in codes(lists.problems)) == ("2000" not in datum)
    assert "point_projected" in codes(lists.problems)


def test_projected_points_without_a_zone_need_a_meridian(tmp_path):
    with pytest.raises(InputError) as error:
        read_lists(book(tmp_path, "经度", "纬度", [(471_234.5, 3_304_567.8)]), datums={"*": parse_datum("xian80")})
    assert "point_projected_unknown" in codes(error.value.problems)


def test_a_surveyed_zone_among_points_of_a_web_map_is_not_shifted(tmp_path):
    x, y = 36_471_234.5, 3_304_567.8
    lon, lat = degrees_on(4524, x, y)
    path = book(tmp_path, "经度", "纬度", [(x, y), [float(v) for v in wgs84_to_gcj02(lon, lat)]])
    assert off(read_lists(path, datums={"*": parse_datum("gcj02")}), lon, lat) < 1e-3


def test_points_abroad_are_left_and_said(tmp_path):
    lists = read_lists(book(tmp_path, "经度", "纬度", [(7.6, 47.5), (LON, LAT)]), datums={"*": parse_datum("gcj02")})
    assert places(lists)[0].tolist() == [7.6, 47.5]
    assert [p.fields["count"] for p in lists.problems if p.code == "datum_outside"] == [1]


def test_a_csv_list_without_a_datum_is_asked_for_it(tmp_path):
    path = tmp_path / (name := "风险源.csv")
    path.write_text(f"编号,名称,经度,纬度,最大存量\nS1,甲,{LON},{LAT},1\n", encoding="utf-8")
    asked = [p for p in read_lists(path).problems if p.code == "datum_ask"]
    assert [p.severity for p in asked] == ["warning"] and f"{name}=gcj02" in asked[0].mend("zh")
    assert "datum_ask" not in codes(read_lists(path, datums={"*": parse_datum("wgs84")}).problems)


def shapefile(folder, line, crs):
    path = folder / "河.shp"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"id": [1]}, geometry=[line], crs=crs), path)
    return path


@pytest.mark.parametrize(("code", "name", "family"), [
    (2432, "Beijing_1954_3_Degree_GK_CM_105E", "beijing54"), (2380, "Xian_1980_3_Degree_GK_CM_105E", "xian80")])
def test_old_datums_are_known_by_the_names_of_esri(tmp_path, code, name, family):
    path = shapefile(tmp_path, shapely.LineString([(400_000, 3_300_000), (401_000, 3_301_000)]), CRS.from_epsg(code))
    assert name in path.with_suffix(".prj").read_text()
    assert family_of(CRS.from_wkt(path.with_suffix(".prj").read_text())) == family
    lines = read_lines([path])
    assert shapely.get_coordinates(lines.frame.geometry)[0] == pytest.approx(degrees_on(code, 400_000, 3_300_000))
    assert codes(lines.problems) == ["crs_old_datum"]


def test_beijing_1954_in_the_ordos_basin_moves_by_its_published_parameters():
    # EPSG 15936 for the basin: translations by 11.911, -154.833 and -80.079 m (it calls them good to 1 m), done here
    # on the ellipsoids one step after the other
    lon, lat = np.array([108.5]), np.array([37.0])
    there = to_wgs84(CRS.from_epsg(4214), lon, lat)
    by_hand = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=krass"
        " +step +proj=helmert +x=11.911 +y=-154.833 +z=-80.079 +step +inv +proj=cart +ellps=WGS84"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg").transform(108.5, 37.0)
    assert there.accuracy == 1.0 and "Beijing 1954 to WGS 84" in there.operation
    assert 20 < GEOD.inv(108.5, 37.0, there.lon[0], there.lat[0])[2] < 100
    assert GEOD.inv(by_hand[0], by_hand[1], there.lon[0], there.lat[0])[2] < 0.01


def test_a_river_that_leaves_the_area_of_an_operation_does_not_break_there(tmp_path):
    line = shapely.LineString([(108.5, lat) for lat in (34.9, 34.999, 35.001, 35.1)])        # Ordos begins at 35°
    lines = read_lines([shapefile(tmp_path, line, "EPSG:4214")])
    steps = np.diff(shapely.get_coordinates(lines.frame.geometry), axis=0)
    assert steps[:, 0] == pytest.approx(0, abs=1e-9) and steps[1, 1] == pytest.approx(0.002, abs=1e-9)
    assert codes(lines.problems) == ["crs_old_datum"]
    inside = read_lines([shapefile(tmp_path, shapely.LineString([(108.5, 35.1), (108.6, 35.2)]), "EPSG:4214")])
    said = inside.problems[0]
    assert said.code == "crs_old_datum_operation" and said.fields["accuracy"] == 1.0


def test_a_stated_datum_goes_before_the_files_own_and_that_is_said(tmp_path):
    line = shapely.LineString([(LON, LAT), (LON + 0.1, LAT)])
    path = shapefile(tmp_path, line, "EPSG:4490")
    lines = read_lines([path], {"河.shp": parse_datum("gcj02")})
    moved = GEOD.inv(LON, LAT, *shapely.get_coordinates(lines.frame.geometry)[0])[2]
    assert 400 < moved < 600 and "datum_over_file" in codes(lines.problems)
    assert "datum_over_file" not in codes(read_lines([path], {"*": parse_datum("wgs84")}).problems)


def test_lines_from_a_web_map_on_a_plane_are_taken_off_it_before_they_are_shifted(tmp_path):
    line = shapely.LineString([(LON, LAT), (LON + 0.1, LAT)])
    shifted = shapely.transform(line, lambda c: np.column_stack(wgs84_to_gcj02(c[:, 0], c[:, 1])))
    path = tmp_path / "河.shp"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"id": [1]}, geometry=[shifted], crs=4326).to_crs(4545), path)
    lines = read_lines([path], {"*": parse_datum("gcj02")})
    assert shapely.get_coordinates(lines.frame.geometry) == pytest.approx(shapely.get_coordinates(line), abs=1e-8)


def test_positions_that_are_no_numbers_stay_so():
    there = to_wgs84(CRS.from_epsg(4214), np.array([math.nan, 108.5]), np.array([37.0, 37.0]))
    assert math.isnan(there.lon[0]) and there.accuracy == 1.0
