"""Damaged files of river lines are read or refused, never anything else, and are left as they were."""

import contextlib
import json
import random
import signal
import struct
import zipfile

import geopandas as gpd
import pytest
import shapely

from riverplan.errors import InputError
from riverplan.tables.lines import read_lines

_LINE = shapely.LineString([(112.0, 28.0), (112.1, 28.0), (112.2, 28.1)])
_KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>浏阳河</name>
<LineString><coordinates>112,28 112.1,28 112.2,28.1</coordinates></LineString></Placemark></Document></kml>"""
_GPX = """<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>浏阳河</name>
<trkseg><trkpt lat="28" lon="112"/><trkpt lat="28.2" lon="112.3"/></trkseg></trk></gpx>"""


def _seed(path):
    rivers = gpd.GeoDataFrame({"name": ["浏阳河"]}, geometry=[_LINE], crs="EPSG:4326")
    match path.suffix:
        case ".parquet":
            rivers.to_parquet(path)
        case ".dxf":
            rivers.rename(columns={"name": "Layer"}).assign(Layer="0").to_file(path, driver="DXF")
        case ".fgb":
            rivers.to_file(path, driver="FlatGeobuf")
        case ".geojson":
            rivers.to_file(path, driver="GeoJSON")
        case ".gpkg":
            rivers.to_file(path)
        case ".kmz":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("doc.kml", _KML)
        case ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("河/a.kml", _KML)
        case suffix:
            path.write_text(_GPX if suffix == ".gpx" else _KML, encoding="utf-8")
    return path.read_bytes()


@contextlib.contextmanager
def within(seconds):
    """Fail where one file takes longer: a hang is a defect."""
    def stop(*_):
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def read_or_refused(path):
    """What a file gives: its lines, or the codes of why not; anything else fails."""
    with within(10):
        try:
            found = read_lines([path])
        except InputError as error:
            assert error.problems
            for problem in error.problems:
                assert problem.text("zh") and problem.text("en")
            return [p.code for p in error.problems]
    assert len(found.frame)
    return []


def _damaged(seed: bytes, rng: random.Random) -> bytes:
    data, place = bytearray(seed), rng.randrange(1, len(seed))
    match rng.randrange(4):
        case 0:
            del data[place:]
        case 1:
            for _ in range(rng.randrange(1, 9)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        case 2:
            data[place:place] = rng.randbytes(5)
        case _:
            data[place:] = seed[rng.randrange(len(seed)):]
    return bytes(data)


@pytest.mark.parametrize("suffix", [".fgb", ".parquet", ".gpx", ".ovkml", ".dxf", ".geojson", ".kml", ".zip", ".gpkg",
                                    ".kmz"])
def test_a_damaged_file_is_read_or_refused_and_left_as_it_was(tmp_path, suffix):
    seed = _seed(tmp_path / f"a{suffix}")
    rng = random.Random(suffix)
    path = tmp_path / f"b{suffix}"
    for _ in range(120):
        data = _damaged(seed, rng)
        path.write_bytes(data)
        read_or_refused(path)
        assert path.read_bytes() == data
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a{suffix}", f"b{suffix}"]


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
def test_a_shapefile_with_one_damaged_part_is_read_or_refused(tmp_path, part):
    rivers = gpd.GeoDataFrame({"name": ["浏阳河"]}, geometry=[_LINE], crs="EPSG:4326")
    rivers.to_file(tmp_path / "a.shp", encoding="gbk")
    good = (tmp_path / f"a{part}").read_bytes()
    rng = random.Random(part)
    for _ in range(60):
        (tmp_path / f"a{part}").write_bytes(_damaged(good, rng))
        read_or_refused(tmp_path / "a.shp")


def test_a_shapefile_that_claims_two_gigabytes_is_refused_at_once(tmp_path):
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[_LINE], crs="EPSG:4326").to_file(tmp_path / "a.shp")
    data = bytearray((tmp_path / "a.shp").read_bytes())
    data[24:28] = struct.pack(">i", 1_000_000_000)                 # length of the file in words of two bytes
    data[104:108] = struct.pack(">i", 1_000_000_000)               # and of its first shape
    (tmp_path / "a.shp").write_bytes(data)
    read_or_refused(tmp_path / "a.shp")


def test_entities_that_multiply_are_no_drawing(tmp_path):
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "ha">{entities}]>' + _KML.replace("浏阳河", "&a11;")
    for name in ("a.kml", "a.ovkml", "a.gpx"):
        (tmp_path / name).write_text(bomb, "utf-8")
        read_or_refused(tmp_path / name)


def test_a_json_a_thousand_deep_and_one_of_infinities_are_answered(tmp_path):
    (tmp_path / "deep.geojson").write_text('{"a":' * 5000 + "1" + "}" * 5000)
    assert read_or_refused(tmp_path / "deep.geojson")
    lines = [[[112, 28], [1e400, 28]], [[112, 28], [112.1, 28]], None]
    features = [{"type": "Feature", "properties": {"name": "=cmd|' /C calc'!A0<script>"}, "geometry": g and {
        "type": "LineString", "coordinates": g}} for g in lines]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "inf.geojson").write_text(text)
    read_or_refused(tmp_path / "inf.geojson")


def test_ten_thousand_columns_are_refused(tmp_path):
    row = {f"c{i}": i for i in range(10_000)}
    geometry = {"type": "LineString", "coordinates": [[112, 28], [112.1, 28]]}
    feature = {"type": "Feature", "properties": row, "geometry": geometry}
    (tmp_path / "wide.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert read_or_refused(tmp_path / "wide.geojson") == ["lines_too_wide"]
