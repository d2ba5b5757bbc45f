"""The kinds of file bureaus have: Ovital, GPX, DXF, FlatGeobuf, GeoParquet, folders and archives."""

import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from drawn_lines import codes

from riverplan.errors import InputError
from riverplan.tables import read_lines

LINES = [shapely.linestrings([(107.0, 30.0), (107.1, 30.0)]), shapely.linestrings([(107.1, 30.0), (107.2, 30.1)])]
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<name>河</name><Placemark><name>{name}</name><LineString><coordinates>107.0,30.0,0 107.1,30.0,0 107.2,30.1,0
</coordinates></LineString></Placemark></Folder></Document></kml>"""
GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="30" lon="107"><name>取水口</name></wpt>
<rte><name>支流</name><rtept lat="30" lon="107.0"/><rtept lat="30" lon="107.1"/></rte>
<trk><name>龙河</name><trkseg><trkpt lat="30" lon="107.1"/><trkpt lat="30.1" lon="107.2"/></trkseg></trk></gpx>"""
DXF = """0
SECTION
2
ENTITIES
0
LWPOLYLINE
5
1F
100
AcDbEntity
8
龙河
100
AcDbPolyline
90
2
70
0
10
36512345.0
20
3300000.0
10
36513345.0
20
3300500.0
0
ENDSEC
0
EOF
"""


def frame(**columns):
    data = {"编号": ["a", "b"], "河流名称": ["龙河", "龙河"], **columns}
    return gpd.GeoDataFrame(data, geometry=LINES, crs="EPSG:4326")


def refusal(path):
    with pytest.raises(InputError) as error:
        read_lines([path])
    return codes(error.value.problems)


@pytest.mark.parametrize(("name", "packed"), [("a.ovkml", False), ("a.ovkmz", True), ("a.kmz", True)])
def test_ovital_files_are_kml_whose_datum_is_asked_for(tmp_path, name, packed):
    path = tmp_path / name
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", KML.format(name="龙河"))
    else:
        path.write_text(KML.format(name="龙河"), "utf-8")
    read = read_lines([path])
    assert read.frame["name"].tolist() == ["龙河"]
    assert read.frame["file"].tolist() == [name]
    ask = next(p for p in read.problems if p.code == "datum_ask")
    assert name in ask.mend("zh")
    assert list(tmp_path.iterdir()) == [path]


def test_tracks_and_routes_of_a_gps_are_read_and_its_points_left(tmp_path):
    path = tmp_path / "t.gpx"
    path.write_text(GPX, "utf-8")
    read = read_lines([path])
    assert sorted(read.frame["name"]) == ["支流", "龙河"]
    assert (shapely.length(read.frame.geometry.to_numpy()) > 0).all()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_drawing_names_its_lines_by_their_layer(tmp_path, encoding):
    path = tmp_path / "r.dxf"
    path.write_bytes(DXF.encode(encoding))
    read = read_lines([path])
    assert read.frame["name"].tolist() == ["龙河"]
    assert read.frame.total_bounds[0] == pytest.approx(108.1277, abs=1e-3)      # zone 36 by its prefix
    assert "crs_missing_prefixed" in codes(read.problems)


@pytest.mark.parametrize("name", ["a.fgb", "a.parquet", "a.geoparquet"])
def test_newer_formats_are_read_with_their_attributes(tmp_path, name):
    path = tmp_path / name
    if name.endswith(".fgb"):
        frame().to_file(path)
    else:
        frame().to_parquet(path)
    read = read_lines([path])
    assert sorted(read.frame["source_id"]) == ["a", "b"]
    assert "lines_datum_assumed" not in codes(read.problems)


def test_a_table_without_geometry_is_refused_with_its_mend(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "t.parquet")
    assert refusal(tmp_path / "t.parquet") == ["parquet_no_geometry"]


def test_a_folder_gives_all_files_of_lines_in_it(tmp_path):
    (tmp_path / "河" / "支流").mkdir(parents=True)
    frame().iloc[:1].to_file(tmp_path / "河" / "main.gpkg")
    frame().iloc[1:].to_file(tmp_path / "河" / "支流" / "t.geojson")
    (tmp_path / "河" / "readme.txt").write_text("x")
    read = read_lines([tmp_path / "河"])
    assert sorted(read.frame["source_id"]) == ["a", "b"]
    (tmp_path / "空").mkdir()
    assert refusal(tmp_path / "空") == ["lines_none"]


def test_two_folders_of_an_archive_with_files_of_one_name_stay_two(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for k, name in enumerate(["干流", "支流"]):
            frame().iloc[k:k + 1].to_file(tmp_path / "river.geojson")
            archive.write(tmp_path / "river.geojson", f"{name}/river.geojson")
    assert sorted(read_lines([path]).frame["source_id"]) == ["a", "b"]


@pytest.mark.parametrize("name", ["../../evil.geojson", "/etc/evil.geojson", "..\\evil.geojson", "a/../../b.geojson"])
def test_names_in_an_archive_lead_nowhere(tmp_path, name):
    home = tmp_path / "in" / "deep"
    home.mkdir(parents=True)
    with zipfile.ZipFile(home / "a.zip", "w") as archive:
        archive.writestr(name, frame().to_json())
    assert len(read_lines([home / "a.zip"]).frame) == 2
    assert {p.name for p in tmp_path.rglob("*")} == {"in", "deep", "a.zip"}


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 60_000_000)
    assert refusal(tmp_path / "a.zip") == ["input_too_large"]


def test_one_broken_file_of_an_archive_is_a_warning_and_the_others_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.geojson", frame().to_json())
        archive.writestr("b.gpkg", b"nonsense")
    read = read_lines([tmp_path / "a.zip"])
    assert len(read.frame) == 2
    assert [p.severity for p in read.problems if p.code == "lines_broken"] == ["warning"]


@pytest.mark.parametrize(("name", "code"), [
    ("a.ovobj", "lines_closed_ovobj"), ("a.dwg", "lines_closed_dwg"), ("a.et", "lines_closed_office"),
    ("a.doc", "lines_closed_office"), ("a.wps", "lines_closed_office"), ("a.mdb", "lines_closed_mdb"),
    ("a.rar", "lines_closed_archive"), ("a.7z", "lines_closed_archive")])
def test_what_cannot_be_read_is_named_with_its_mend(tmp_path, name, code):
    (tmp_path / name).write_bytes(b"x")
    assert refusal(tmp_path / name) == [code]


def test_heights_of_vertices_leave_plain_lines(tmp_path):
    lines = shapely.from_wkt(["LINESTRING Z (107 30 5, 107.1 30 4)", "LINESTRING Z (107.1 30 4, 107.2 30 3)"])
    gpd.GeoDataFrame({"编号": ["a", "b"]}, geometry=lines, crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    read = read_lines([tmp_path / "a.gpkg"])
    assert not read.frame.geometry.has_z.any()
    assert len(read.frame) == 2
