"""The forecast as a GeoPackage: the river and the plume in layers QGIS reads."""

import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.exporting.geopackage import ABOUT, REACHES, SITES, SPILL, GeopackageOptions, is_export
from riverplan.forecasting.run import forecast
from riverplan.river.store import read_river


@pytest.fixture(scope="module")
def found():
    return forecast(y_river(), rp.Spill(site_id="S01", substance="苯酚", mass=2_000.0, at=rp.clock("2026-07-01 08:00")))


@pytest.fixture
def path(found, tmp_path):
    rp.export(found, "geopackage", tmp_path / "预报.gpkg")
    return tmp_path / "预报.gpkg"


def test_the_layers_of_the_plume_stand_beside_those_of_the_river(path):
    listed = dict(pyogrio.list_layers(path))
    assert listed[REACHES] == "LineString"
    assert listed[SITES] == listed[SPILL] == "Point"
    assert listed["河段_reaches"] == "LineString"
    assert read_river(path).digest == y_river().digest


def test_times_are_hours_and_clock_times_of_the_forecast(found, path):
    sites = gpd.read_file(path, layer=SITES).set_index("site_id")
    for arrival in found.arrivals:
        row = sites.loc[arrival.site_id]
        assert row["leading_h"] == pytest.approx(arrival.leading / 3600.0)
        assert row["earliest_at"] == f"{found.clock(arrival.earliest):%Y-%m-%d %H:%M}"
        assert row["peak_mg_l"] == pytest.approx(arrival.peak_concentration * 1000.0)
        assert row["stamp"] == "示范数据, 非实测"
    reaches = gpd.read_file(path, layer=REACHES)
    assert reaches["distance_to_km"].max() == pytest.approx(29.0)
    assert (reaches["leading_to_h"] >= reaches["leading_from_h"]).all()
    assert set(reaches["arrival_words"]) == {"0–2 h", "2–4 h", "4–8 h", "8–12 h", "12–24 h"}
    assert reaches.crs.to_epsg() == 4545


def test_fields_have_aliases_and_lines_are_styled_by_class(path):
    with closing(sqlite3.connect(path)) as db:
        named = {c for (c,) in db.execute("SELECT column_name FROM gpkg_data_columns WHERE table_name = ?", (REACHES,))}
        [qml] = db.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (REACHES,)).fetchone()
    assert set(pyogrio.read_info(path, layer=REACHES)["fields"]) <= named
    root = ElementTree.fromstring(qml)
    assert root.find("renderer-v2").get("attr") == "arrival_class"
    assert [c.get("label") for c in root.iter("category")] == ["0–2 h", "2–4 h", "4–8 h", "8–12 h", "12–24 h", ">24 h"]


def test_what_must_be_known_stands_in_the_file(found, path):
    about = pyogrio.read_dataframe(path, layer=ABOUT).set_index("key")["value"]
    assert about["stamp"] == "示范数据, 非实测"
    assert about["internal"] == "内部资料 注意保存"
    assert about["forecast digest"] == found.digest
    assert any(key.startswith("note model_scope") for key in about.index)


def test_the_same_forecast_gives_the_same_bytes(found):
    assert rp.export(found, "geopackage") == rp.export(found, "geopackage")


def test_it_may_go_without_the_river_and_without_mass_clock_and_sites(tmp_path):
    bare = forecast(y_river().replace(sites=(), resources=()), rp.Spill(reach_id="r3", chainage=0.0, substance="x"))
    path = tmp_path / "x.gpkg"
    rp.export(bare, "geopackage", path, options=GeopackageOptions(with_river=False), lang="en")
    assert set(dict(pyogrio.list_layers(path))) == {REACHES, SITES, SPILL, ABOUT, "layer_styles"}
    assert gpd.read_file(path, layer=REACHES)["peak_mg_l"].isna().all()
    assert is_export(path)
