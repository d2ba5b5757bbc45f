"""Lists from everything that is no .xlsx: old workbooks, documents, points; and what is refused, with its mend."""

import warnings
import zipfile

import geopandas as gpd
import pytest
from list_files import document, kml, xls
from shapely.geometry import LineString, Point, Polygon

from riverplan.errors import InputError
from riverplan.tables import read_lists


def said(lists):
    return [p.code for p in lists.problems]


def test_an_old_workbook_is_read_with_merged_cells_and_units_of_its_heads(tmp_path):
    path = xls(tmp_path / "台账.xls", {"风险源": [
        ["某县重点环境风险源清单"], ["企业名称", "经度", "纬度", "所在县", "最大存量（万吨）"],
        ["甲厂", "107.43.12", "N29度52分", "丰都县", 0.003], ["乙厂", 107.8, 29.9, None, 1]]},
        merge={"风险源": [(2, 3, 3, 3)]})
    frame = read_lists(path).frames["risk_source"]
    assert frame["county"].tolist() == ["丰都县", "丰都县"]
    assert frame["lon"].tolist() == pytest.approx([107.72, 107.8])
    assert frame["lat"].tolist() == pytest.approx([29 + 52 / 60, 29.9])
    assert frame["max_storage"].tolist() == pytest.approx([30_000.0, 1e7])
    assert frame["row"].tolist() == [3, 4]


def test_an_old_workbook_under_the_name_of_a_new_one_is_read_as_what_it_is(tmp_path):
    path = xls(tmp_path / "a.xls", {"桥梁": [["桥名", "经度", "纬度"], ["石桥", 107.1, 29.1]]})
    assert read_lists(path.rename(tmp_path / "a.xlsx")).frames["bridge"]["name"].tolist() == ["石桥"]


def test_a_table_in_a_document_is_named_by_the_paragraph_above_it_and_merged_cells_count(tmp_path):
    path = document(tmp_path / "清单.docx", [("附件1 三门峡市尾矿库清单", [
        ["序号", "名称", "坐标", "坐标", "乡镇"], ["", "", "东经", "北纬", ""],
        ["1", "大石沟", "Ｅ107°43′12″", "N29°51′36″", "石桥镇"], ["2", "小石沟", "107.8", "29.9", ""]])],
        merge=[(0, (2, 4), (3, 4)), (0, (0, 2), (0, 3))])
    lists = read_lists(path)
    frame = lists.frames["risk_source"]
    assert frame[["name", "category", "township"]].values.tolist() == [
        ["大石沟", "tailings", "石桥镇"], ["小石沟", "tailings", "石桥镇"]]
    assert frame["lon"].tolist() == pytest.approx([107.72, 107.8])
    assert "category_of_sheet" in said(lists)


def test_a_document_without_a_table_is_refused_with_its_mend(tmp_path):
    with pytest.raises(InputError) as caught:
        read_lists(document(tmp_path / "a.docx", []))
    assert [p.code for p in caught.value.problems] == ["document_no_table"]


def test_folders_of_a_kml_are_lists_and_chinese_data_keep_their_names(tmp_path):
    path = kml(tmp_path / "点.kml", {"加油站": [("甲站", 107.7, 29.8, {"最大存量": "30"})],
                                    "取水口": [("龙河水厂", 107.71, 29.81, {"供水人口": "3.5万"})]})
    lists = read_lists(path)
    assert lists.frames["risk_source"][["category", "max_storage"]].values.tolist() == [["fuel_station", 30_000.0]]
    assert lists.frames["intake"]["population"].tolist() == [35_000.0]


@pytest.mark.parametrize("suffix", [".kmz", ".ovkmz", ".ovkml"])
def test_archives_and_ovitals_kml_are_read_and_the_doubt_about_their_datum_is_said(tmp_path, suffix):
    plain = kml(tmp_path / "doc.kml", {"取水口": [("甲", 107.7, 29.8, {})]})
    path = tmp_path / f"点{suffix}"
    if suffix.endswith("z"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(plain, "doc.kml")
    else:
        path.write_bytes(plain.read_bytes())
    lists = read_lists(path)
    assert lists.frames["intake"]["name"].tolist() == ["甲"]
    assert ("points_ovital" in said(lists)) == suffix.startswith(".ov")


def test_a_category_column_splits_a_layer_into_lists_and_lines_are_counted_out(tmp_path):
    words = {"名称": ["甲厂", "水厂", "龙河"], "图层": ["风险源", "取水口", "河流"]}
    frame = gpd.GeoDataFrame(words, crs="EPSG:4490", geometry=[
        Point(107.7, 29.8), Polygon([(107.7, 29.8), (107.8, 29.8), (107.8, 29.9)]), LineString([(107, 29), (108, 30)])])
    frame.to_file(tmp_path / "点位.gpkg", layer="普查", encoding="utf-8")
    lists = read_lists(tmp_path / "点位.gpkg")
    assert lists.frames["risk_source"]["name"].tolist() == ["甲厂"]
    assert lists.frames["intake"]["name"].tolist() == ["水厂"]
    assert {"points_of_areas", "points_not_lines"} <= set(said(lists))
    assert sum(c.read for c in lists.counts) == 3 and all(c.adds_up for c in lists.counts)
    assert sum(c.dropped.get("point_is_line", 0) for c in lists.counts) == 1


def test_a_projected_shapefile_of_points_in_gbk_comes_out_in_degrees(tmp_path):
    points = gpd.GeoSeries([Point(107.72, 29.86)], crs="EPSG:4490").to_crs("EPSG:4545")
    frame = gpd.GeoDataFrame({"桥名": ["石桥"]}, geometry=points)
    frame.to_file(tmp_path / "桥梁.shp", encoding="gbk")
    found = read_lists(tmp_path / "桥梁.shp").frames["bridge"]
    assert found["name"].tolist() == ["石桥"]
    assert found[["lon", "lat"]].values.tolist() == [pytest.approx([107.72, 29.86], abs=1e-6)]


@pytest.mark.parametrize(("name", "code"), [
    ("a.et", "list_old_table"), ("a.doc", "list_old_document"), ("a.wps", "list_old_document"),
    ("a.pdf", "list_is_picture"), ("a.jpg", "list_is_picture"), ("a.ovobj", "list_ovobj")])
def test_what_cannot_be_read_is_named_with_the_mend(tmp_path, name, code):
    (tmp_path / name).write_bytes(b"something")
    with pytest.raises(InputError) as caught:
        read_lists(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.code == code and problem.mend("zh") and problem.mend("en")


def test_several_files_are_one_set_of_lists_and_each_row_knows_its_file(tmp_path):
    one = xls(tmp_path / "桥梁.xls", {"桥梁": [["桥名", "经度", "纬度"], ["石桥", 107.1, 29.1]]})
    two = tmp_path / "取水口.csv"
    two.write_text("名称,经度,纬度\n甲,107.2,29.2\n", encoding="gbk")
    lists = read_lists([one, two])
    assert lists.frames["bridge"]["file"].tolist() == ["桥梁.xls"]
    assert lists.frames["intake"]["file"].tolist() == ["取水口.csv"]
    with pytest.raises(InputError) as caught:
        read_lists([one, tmp_path / "没有.xlsx", tmp_path / "也没有.csv"])
    assert [p.file for p in caught.value.problems if p.code == "input_missing"] == ["没有.xlsx", "也没有.csv"]


def test_a_countys_list_of_power_stations_is_read_with_the_heads_it_has(tmp_path):
    path = tmp_path / "小水电名录.csv"
    path.write_bytes("电站名称,坝址经度,坝址纬度,装机容量(kW),开发方式,设计水头(m),中控电话,调节性能\n"
                     "龙河一级,107.72,29.86,5000,引水式,80,023-7000,无\n"
                     "龙河二级,107.73,29.87,3000,坝后式,20,,日\n".encode("gb18030"))
    lists = read_lists(path)
    first, second = lists.records("space")
    assert [first["category"], second["category"]] == ["hydropower_diversion_type", "hydropower_dam_type"]
    assert (first["lon"], first["installed_capacity"], first["head"]) == (107.72, 5e6, 80.0)
    assert (first["control_phone"], first["regulation"], second["regulation"]) == ("023-7000", "none", "daily")


def test_power_stations_without_a_type_are_told_apart_by_tailrace_and_conduit_and_that_is_said(tmp_path):
    path = tmp_path / "水电站.csv"
    path.write_text('电站名称,坝址经纬度,厂房经度,厂房纬度,装机容量(kW)\n甲,"107.72,29.86",107.74,29.87,5000\n'
                    '乙,"107.73,29.88",,,3000\n', "utf-8")
    lists = read_lists(path)
    assert [r["category"] for r in lists.records("space")] == ["hydropower_diversion_type", "hydropower_dam_type"]
    (said,) = [p for p in lists.problems if p.code == "station_types_taken"]
    assert (said.fields["diversions"], said.fields["dams"]) == (1, 1)


def test_an_unknown_head_is_never_said_to_mean_a_column_that_is_there(tmp_path):
    path = tmp_path / "取水口.csv"
    path.write_text("名称,经度,纬度,东经度数,水厂名\n甲,107.7,29.8,1,2\n", "utf-8")
    (source,) = read_lists(path).sources
    assert "lon" not in source.unknown["东经度数"] and "name" not in source.unknown["水厂名"]


def test_a_blank_column_of_types_loses_no_power_station(tmp_path):
    path = tmp_path / "水电站.csv"
    path.write_text("电站名称,类型,经度,纬度,装机容量(kW)\n甲,,107.7,29.8,5000\n乙,,107.8,29.9,300\n", "utf-8")
    lists = read_lists(path)
    assert len(lists.frames["space"]) == 2 and "station_types_taken" in {p.code for p in lists.problems}


def test_a_file_named_after_its_list_is_that_list_when_its_heads_are_mapped_or_flows_stand_side_by_side(tmp_path):
    bridges = tmp_path / "桥梁.csv"
    bridges.write_text("桥名字样,东,北\n石桥,107.7,29.8\n", "utf-8")
    mapped = read_lists(bridges, columns={"桥名字样": "名称", "东": "经度", "北": "纬度"})
    assert [r["name"] for r in mapped.records("bridge")] == ["石桥"]
    rivers = tmp_path / "河流.csv"
    rivers.write_text("名称,枯水期流量(m³/s),平水期流量(m³/s)\n清河,3,12\n", "utf-8")
    assert sorted(r["scenario"] for r in read_lists(rivers).records("flow")) == ["low", "normal"]


def test_heads_of_a_shapefile_cut_to_ten_bytes_are_read_whole(tmp_path):
    frame = gpd.GeoDataFrame({"桥梁名称": ["石桥"], "所在河流": ["龙河"]}, geometry=[Point(107.72, 29.86)], crs=4326)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")                        # that they are cut
        frame.to_file(tmp_path / "桥梁.shp", encoding="utf-8")
    (row,) = read_lists(tmp_path / "桥梁.shp").records("bridge")
    assert (row["name"], row["river"]) == ("石桥", "龙河")
