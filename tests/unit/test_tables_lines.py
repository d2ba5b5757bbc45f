"""River lines as bureaus send them, written here by GDAL and then spoilt."""

import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
import shapely.affinity

from riverplan.errors import InputError
from riverplan.tables import read_lines
from riverplan.tables.line_shapes import settle_line_ids

LONGHE = shapely.LineString([(108.0, 29.8), (107.9, 29.85), (107.73, 29.88)])
BIXI = shapely.LineString([(107.5, 29.7), (107.6, 29.75)])


def frame(geometry=(LONGHE, BIXI), crs="EPSG:4490", **columns) -> gpd.GeoDataFrame:
    columns = columns or {"编号": ["A1", "A2"], "河名": ["龙河", "碧溪河"]}
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def shapefile(folder: Path, data=None, *, encoding="gb18030", without=(".cpg",), name="支流") -> Path:
    path = folder / f"{name}.shp"
    pyogrio.write_dataframe(frame() if data is None else data, path, encoding=encoding)
    for suffix in without:
        path.with_suffix(suffix).unlink(missing_ok=True)
    return path


def geojson(folder: Path, geometries, properties=None, **members) -> Path:
    path = folder / "线.geojson"
    features = [{"type": "Feature", "properties": (properties or {}).get(i, {"id": f"a{i}"}), "geometry": g}
                for i, g in enumerate(geometries)]
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def line(*points):
    return {"type": "LineString", "coordinates": points}


def codes(problems) -> list[str]:
    for problem in problems:                      # every problem can be said, with its mend
        assert problem.text("zh") and problem.text("en") and problem.mend("zh") and problem.mend("en")
        assert "{" not in problem.text("zh") + problem.text("en")
    return [p.code for p in problems]


def refused(paths) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_lines(paths)
    for problem in caught.value.problems:
        assert problem.text("zh") and problem.text("en") and problem.mend("zh") and problem.mend("en")
    return codes(caught.value.problems)


@pytest.mark.parametrize(("encoding", "said"), [("gb18030", "gb18030"), ("utf-8", "utf-8")])
def test_an_unstated_encoding_is_found_from_the_bytes_and_said(tmp_path, encoding, said):
    lines = read_lines([shapefile(tmp_path, encoding=encoding)])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪河"]
    assert lines.frame["source_id"].tolist() == ["A1", "A2"]
    assert codes(lines.problems) == ["encoding_found"]
    assert lines.problems[0].fields["encoding"] == said and lines.problems[0].severity == "note"


def test_a_true_cpg_is_honoured_in_silence(tmp_path):
    path = shapefile(tmp_path, without=())
    path.with_suffix(".cpg").write_text("GBK")
    lines = read_lines([path])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪河"] and lines.problems == ()


@pytest.mark.parametrize("lie", ["UTF-8", "ISO-8859-1", "1252"])
def test_a_cpg_that_lies_is_overruled_and_said(tmp_path, lie):
    path = shapefile(tmp_path, without=())
    path.with_suffix(".cpg").write_text(lie)
    lines = read_lines([path])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪河"]
    assert codes(lines.problems) == ["cpg_contradicts"] and lines.problems[0].severity == "warning"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_cut_at_the_end_of_its_field_is_dropped_and_the_rest_kept(tmp_path, encoding):
    path = shapefile(tmp_path, encoding=encoding)
    table = path.with_suffix(".dbf")
    whole = "碧溪河".encode(encoding)
    assert table.read_bytes().count(whole) == 1
    table.write_bytes(table.read_bytes().replace(whole, whole[:-1] + b" "))
    lines = read_lines([path])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪"] and codes(lines.problems) == ["encoding_found"]


def test_bytes_spoilt_in_the_middle_are_left_out_and_said(tmp_path):
    names = [f"长江支流第{i}号沟" for i in range(20)]
    lines_of = [shapely.affinity.translate(BIXI, i / 100) for i in range(20)]
    path = shapefile(tmp_path, frame(geometry=lines_of, id=list(range(20)), name=names), encoding="utf-8")
    path.with_suffix(".cpg").write_text("UTF-8")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("第7号".encode(), b"\xff" + "第7号".encode()[1:]))
    lines = read_lines([path])
    assert lines.frame["name"].tolist()[8] == "长江支流第8号沟"
    assert [p.fields["count"] for p in lines.problems if p.code == "encoding_spoilt"] == [1]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_western_names_do_not_become_chinese(tmp_path, encoding):
    data = frame(geometry=[shapely.LineString([(7.5, 47.5), (7.6, 47.9)])] * 2, crs=4326, id=[1, 2],
        name=["Rhône", "Isère"])
    assert read_lines([shapefile(tmp_path, data, encoding=encoding)]).frame["name"].tolist() == ["Rhône", "Isère"]


def test_a_missing_prj_with_degrees_is_taken_as_degrees_and_the_datum_asked_for(tmp_path):
    lines = read_lines([shapefile(tmp_path, without=(".cpg", ".prj"))])
    assert [(p.code, p.severity) for p in lines.problems if p.code.startswith("crs")] == [
        ("crs_missing_degrees", "warning")]
    assert lines.frame.geometry[0].equals_exact(LONGHE, 1e-12)


def test_a_missing_prj_is_recognised_by_the_zone_prefix(tmp_path):
    lines = read_lines([shapefile(tmp_path, frame().to_crs("EPSG:4524"), without=(".cpg", ".prj"))])
    assert "crs_missing_prefixed" in codes(lines.problems)
    assert lines.frame.geometry[0].equals_exact(LONGHE, 1e-7)


def test_a_missing_prj_without_prefix_is_refused(tmp_path):
    assert "crs_missing" in refused([shapefile(tmp_path, frame().to_crs("EPSG:4545"), without=(".cpg", ".prj"))])


def test_a_projected_shapefile_comes_back_to_degrees(tmp_path):
    lines = read_lines([shapefile(tmp_path, frame().to_crs("EPSG:4545"))])
    assert lines.frame.crs == "EPSG:4326" and lines.frame.geometry[0].equals_exact(LONGHE, 1e-7)


@pytest.mark.parametrize("crs", ["EPSG:4610", "EPSG:4214", "EPSG:2360"])     # Xi'an 1980, Beijing 1954, a zone of 1980
def test_an_old_datum_is_a_warning(tmp_path, crs):
    lines = read_lines([shapefile(tmp_path, frame().to_crs(crs))])
    assert "crs_old_datum" in codes(lines.problems)
    assert lines.frame.geometry[0].equals_exact(LONGHE, 0.01)


def test_a_prj_with_a_chinese_name_is_understood(tmp_path):
    path = shapefile(tmp_path, frame(crs="EPSG:4610"))
    prj = path.with_suffix(".prj")
    prj.write_bytes(prj.read_text().replace("GCS_Xian_1980", "西安80坐标系").encode("gbk"))
    lines = read_lines([path])
    assert len(lines.frame) == 2 and "lines_broken" not in codes(lines.problems)


@pytest.mark.parametrize("seed", range(12))
def test_a_shapefile_with_spoilt_bytes_reads_or_is_refused_but_never_breaks(tmp_path, seed):
    rng = np.random.default_rng(seed)
    path = shapefile(tmp_path)
    for part in (".shp", ".shx", ".dbf", ".prj"):
        raw = bytearray(path.with_suffix(part).read_bytes())
        for at in rng.integers(0, len(raw), 3):
            raw[at] = rng.integers(256)
        path.with_suffix(part).write_bytes(raw)
    try:
        found = read_lines([path]).problems
    except InputError as error:
        found = error.problems
    assert all(c for c in codes(found))


def test_a_geojson_in_metres_with_prefix_contradicts_itself_and_is_read(tmp_path):
    there = gpd.GeoSeries([LONGHE], crs=4490).to_crs("EPSG:4524")[0]
    lines = read_lines([geojson(tmp_path, [shapely.geometry.mapping(there)])])
    assert codes(lines.problems) == ["crs_contradicts_prefixed"]
    assert lines.frame.geometry[0].equals_exact(LONGHE, 1e-7)
    assert refused([geojson(tmp_path, [line((500_000, 3_300_000), (510_000, 3_300_000))])]) == ["crs_contradicts"]


def test_a_missing_dbf_leaves_lines_without_names(tmp_path):
    lines = read_lines([shapefile(tmp_path, without=(".cpg", ".dbf"))])
    assert codes(lines.problems) == ["dbf_missing", "line_ids_given"]
    assert lines.frame["source_id"].tolist() == ["L1", "L2"] and lines.frame["name"].tolist() == ["", ""]


def test_a_missing_shx_is_rebuilt_without_touching_the_folder(tmp_path):
    path = shapefile(tmp_path, without=(".cpg", ".shx"))
    before = sorted(p.name for p in tmp_path.iterdir())
    lines = read_lines([path])
    assert "shx_rebuilt" in codes(lines.problems)
    assert [g.equals_exact(e, 1e-12) for g, e in zip(lines.frame.geometry, (LONGHE, BIXI), strict=True)] == [True, True]
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_missing_shp_names_what_is_there(tmp_path):
    path = shapefile(tmp_path, without=(".cpg", ".shp"))
    assert refused([path]) == ["shp_missing"]
    assert refused([path.with_suffix(".dbf")]) == ["shp_missing"]
    assert refused([tmp_path / "没有" / "线.shp"]) == ["input_missing"]


def test_parts_in_upper_case_are_found(tmp_path):
    path = shapefile(tmp_path)
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    lines = read_lines([path.with_suffix(".SHP")])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪河"] and "crs_missing_degrees" not in codes(lines.problems)


@pytest.mark.parametrize(("content", "code"), [(b"", "input_empty"), ("龙河".encode(), "shp_not"), (bytes(200),
    "shp_not")])
def test_an_empty_or_renamed_shapefile_is_refused(tmp_path, content, code):
    path = tmp_path / "a.shp"
    path.write_bytes(content)
    assert refused([path]) == [code]


def test_a_truncated_shapefile_does_not_crash(tmp_path):
    path = shapefile(tmp_path, without=(".cpg", ".shx"))
    path.write_bytes(path.read_bytes()[:-20])
    lines = read_lines([path])
    assert lines.frame["source_id"].tolist()[0] == "A1"
    assert len(lines.frame) == 1


def test_a_zip_of_a_shapefile_with_gbk_names_is_read(tmp_path):
    shapefile(tmp_path)
    with zipfile.ZipFile(tmp_path / "支流.zip", "w") as archive:
        for part in tmp_path.glob("支流.*"):
            if part.suffix != ".zip":
                archive.write(part, "../" + part.name)                           # a path that would leave the folder
    lines = read_lines([tmp_path / "支流.zip"])
    assert lines.frame["name"].tolist() == ["龙河", "碧溪河"]
    assert not (tmp_path.parent / "支流.shp").exists()


def test_duplicate_ids_are_renumbered_over_all_files_and_said(tmp_path):
    one = geojson(tmp_path, [line((107, 29), (107.1, 29)), line((107.1, 29), (107.2, 29))],
                  {0: {"id": 10740}, 1: {"id": 10740}})
    (tmp_path / "二").mkdir()
    two = shutil.copy(one, tmp_path / "二" / "b.geojson")
    lines = read_lines([one, two])
    assert lines.frame["source_id"].tolist() == ["10740", "10740-2", "10740-3", "10740-4"]
    assert [p.fields["count"] for p in lines.problems if p.code == "line_id_twice"] == [3]
    assert lines.frame["file"].tolist() == ["线.geojson"] * 2 + ["b.geojson"] * 2


def test_useless_geometries_are_removed_and_named_each_by_its_kind(tmp_path):
    good = line((107, 29, 200.0), (107.1, 29, 190.0))
    path = geojson(tmp_path, [good, None, line((107, 29), (107, 29)), line((107, 29), (float("nan"), 29)),
                              {"type": "Point", "coordinates": (107, 29)},
                              {"type": "Polygon", "coordinates": [[(107, 29), (107.1, 29), (107, 29.1), (107, 29)]]}])
    lines = read_lines([path])
    found = {p.code: (p.said("zh")["ids"], p.severity) for p in lines.problems if p.code.startswith("line_")}
    assert found == {"line_empty": ("a1", "warning"), "line_zero": ("a2", "warning"), "line_nan": ("a3", "error"),
                     "line_is_point": ("a4", "error")}
    assert [p.said("zh")["ids"] for p in lines.problems if p.code == "waters_kept"] == ["a5"]
    assert lines.frame["source_id"].tolist() == ["a0"]
    assert not lines.frame.geometry[0].has_z


def test_parts_that_meet_become_one_line_and_others_lines_of_their_own(tmp_path):
    path = geojson(tmp_path, [
        {"type": "MultiLineString", "coordinates": [[(107, 29), (107.1, 29)], [(107.1, 29), (107.2, 29)]]},
        {"type": "MultiLineString", "coordinates": [[(108, 29), (108.1, 29)], [(108.3, 29), (108.4, 29)]]},
        {"type": "GeometryCollection", "geometries": [line((109, 29), (109.1, 29)), {"type": "Point",
            "coordinates": (1, 1)}]}])
    lines = read_lines([path])
    assert lines.frame["source_id"].tolist() == ["a0", "a1", "a1-2", "a2"]
    assert np.allclose(shapely.get_coordinates(lines.frame.geometry[0])[[0, -1]], [(107, 29), (107.2, 29)])
    assert (lines.frame.geom_type == "LineString").all()
    assert "line_parts" in codes(lines.problems)


def test_lines_of_a_geojson_without_crs_are_wgs84_but_not_in_silence(tmp_path):
    assert codes(read_lines([geojson(tmp_path, [line((107, 29), (107.1, 29))])]).problems) == ["lines_datum_assumed"]


def test_a_gbk_geojson_is_read_as_gbk(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"编号": "1", "名称": "渠溪河"}, "geometry": line((107, 29), (107.1, 29))}]},
        ensure_ascii=False).encode("gbk"))
    lines = read_lines([path])
    assert lines.frame["name"].tolist() == ["渠溪河"] and "encoding_found" in codes(lines.problems)


def test_attributes_arrive_in_si_and_bad_values_are_named_once(tmp_path):
    data = frame(id=["a", "b"], 河名=["龙河", "碧溪河"], 河宽=["60", "约40"], length_km=[164.0, np.nan],
        比降=[1.2, 2.0],
                 manning_n=[0.035, 0.04], 河段类型=["减水河段", "天然"])
    lines = read_lines([shapefile(tmp_path, data)])
    got = lines.frame
    assert got["length"].tolist()[0] == 164_000.0 and np.isnan(got["length"][1])
    assert got["width"].tolist()[0] == 60.0 and np.isnan(got["width"][1])
    assert got["slope"].tolist() == pytest.approx([0.0012, 0.002])
    assert got["kind"].tolist() == ["dewatered", "channel"]
    bad = [p for p in lines.problems if p.code == "attribute_unreadable"]
    assert [(p.head, p.said("zh")["values"], p.fields["count"]) for p in bad] == [("河宽", "约40", 1)]


def test_an_english_slope_is_a_plain_ratio(tmp_path):
    lines = read_lines([geojson(tmp_path, [line((107, 29), (107.1, 29))], {0: {"id": 1, "slope": 0.0012}})])
    assert lines.frame["slope"].tolist() == [0.0012]


def test_of_a_geopackage_the_line_layers_are_read(tmp_path):
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="河流", driver="GPKG")
    gpd.GeoDataFrame({"名称": ["x"]}, geometry=[shapely.Point(107, 29)], crs=4326).to_file(path, layer="站点",
        driver="GPKG")
    frame(geometry=[BIXI], id=["c"]).to_file(path, layer="渠道", driver="GPKG")
    lines = read_lines([path])
    assert lines.frame["layer"].tolist() == ["河流", "河流", "渠道"]
    assert [p.fields["layers"] for p in lines.problems if p.code == "layers_read"] == ["河流、渠道"]


def test_a_kml_is_read_with_its_names(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text('<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>'
                    "<name>河流</name><Placemark><name>龙河</name><LineString><coordinates>108,29.8,0 107.9,29.85,0"
                    "</coordinates></LineString></Placemark></Folder></Document></kml>", encoding="utf-8")
    lines = read_lines([path])
    assert lines.frame["name"].tolist() == ["龙河"]
    assert shapely.get_coordinates(lines.frame.geometry[0]).tolist() == [[108, 29.8], [107.9, 29.85]]


@pytest.mark.parametrize(("name", "content", "code"), [
    ("a.xlsx", b"PK", "lines_is_list"), ("a.csv", b"1,2", "lines_is_list"), ("a.tif", b"II", "lines_is_raster"),
    ("a.parquet", b"PAR1", "lines_broken"), ("a", b"x", "lines_unsupported"), ("a.geojson", b"", "input_empty"),
    ("a.geojson", b"id,name", "lines_not_geojson"), ("a.geojson", b"{}", "lines_not_geojson"),
    ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "lines_none"),
    ("a.json", b"[1, 2, 3]", "lines_not_geojson"), ("a.gpkg", b"not sqlite", "lines_broken"),
    ("a.gpkg", b"SQLite format 3\0" + bytes(100), "lines_broken"), ("a.kml", b"<html/>", "lines_broken"),
    ("a.zip", b"PK\3\4", "lines_broken"), ("a.zip", b"PK\5\6" + bytes(18), "lines_none"),
])
def test_files_of_another_kind_are_refused_with_their_mend(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    assert refused([tmp_path / name]) == [code]


def test_the_problems_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.geojson").write_bytes(b"")
    assert refused([tmp_path / "a.geojson", tmp_path / "b.geojson", tmp_path / "c.tif"]) == [
        "input_empty", "input_missing", "input_missing"]
    assert refused([]) == ["lines_not_given"]


def test_points_alone_are_no_river(tmp_path):
    assert refused([geojson(tmp_path, [{"type": "Point", "coordinates": (107, 29)}])]) == ["line_is_point"]


def test_a_line_of_one_vertex_is_named_and_the_others_are_read(tmp_path):
    path = geojson(tmp_path, [LONGHE.__geo_interface__, {"type": "LineString", "coordinates": [[107.5, 29.9]]}],
                   {0: {"id": "good"}, 1: {"id": "stub"}})
    lines = read_lines([path])
    assert list(lines.frame["source_id"]) == ["good"]
    assert [p.said("zh")["ids"] for p in lines.problems if p.code == "line_empty"] == ["stub"]


def test_lines_with_latitude_first_are_refused_and_told_to_swap(tmp_path):
    assert refused([geojson(tmp_path, [line((29.9, 107.5), (29.95, 107.6))])]) == ["crs_swapped"]


def test_a_coordinate_system_nobody_knows_is_said_and_not_passed_over(tmp_path):
    stated = {"type": "name", "properties": {"name": "EPSG:999999"}}
    lines = read_lines([geojson(tmp_path, [LONGHE.__geo_interface__], crs=stated)])
    assert [p.fields["declared"] for p in lines.problems if p.code == "crs_unknown"] == ["EPSG:999999"]


def test_a_geojson_copied_by_half_says_where_it_breaks_off(tmp_path):
    path = geojson(tmp_path, [LONGHE.__geo_interface__])
    path.write_bytes(path.read_bytes()[:120])
    with pytest.raises(InputError) as caught:
        read_lines([path])
    assert caught.value.problems[0].code == "geojson_cut"
    assert caught.value.problems[0].fields["line"] == 1


def test_thousands_of_lines_of_one_id_are_renumbered_in_one_pass():
    count = 20_000
    same = gpd.GeoDataFrame({"source_id": ["a"] * count, "file": "x"}, geometry=[LONGHE] * count, crs="EPSG:4326")
    numbered, problems = settle_line_ids(same)
    assert numbered["source_id"].is_unique
    assert numbered["source_id"].iloc[-1] == f"a-{count}"
    assert problems[0].fields["count"] == count - 1
