"""A river from a DEM alone."""

import json
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from dem_fixtures import CELL, place, write_dem, y_valley

from riverplan.cli import _riverplan
from riverplan.errors import InputError
from riverplan.river.dem_extraction import extract_river
from riverplan.river.store import read_river

MOUTH = place(119, 50)


def extract(path, **more):
    return extract_river([path], **{"outlets": [MOUTH], "area_m2": 1.2e6, "name": "清河", **more})


@pytest.fixture
def valley(tmp_path):
    return write_dem(tmp_path / "d.tif", y_valley())


def test_two_valleys_that_meet_become_three_reaches_one_of_them_below(valley):
    river = extract(valley)
    reaches = river.reaches
    assert len(reaches) == 3
    assert sorted(river.nodes["kind"]) == ["confluence", "outlet", "source", "source"]
    assert set(reaches["kind"]) == {"channel"}
    assert set(reaches["course"]) == {"digitised"}
    assert set(reaches["drainage_area_source"]) == {"dem"}
    assert set(reaches["direction_source"]) == {"dem"}
    assert reaches["status"].str.contains("from dem").all()
    assert reaches["drawn_accuracy"].to_numpy() == pytest.approx(CELL)
    confluence = river.nodes[river.nodes["kind"] == "confluence"].geometry.iloc[0]
    lon, lat = place(60, 50)
    assert np.hypot(*np.subtract(river.lonlat(confluence.x, confluence.y), (lon, lat))) * 111_000 < 5 * CELL


def test_the_slopes_are_those_the_valley_was_made_with(valley):
    reaches = extract(valley).reaches
    low = reaches[reaches["head"].str.startswith("D1")].iloc[0]
    assert low["slope"] == pytest.approx(0.01, rel=0.05)
    assert set(reaches["slope_source"]) == {"dem"}


def test_the_name_runs_up_the_larger_branch_only(valley):
    reaches = extract(valley).reaches
    named = reaches[reaches["name"] == "清河"]
    assert len(named) == 2
    assert named["river_km"].min() == pytest.approx(0)


def test_areas_add_up_at_the_confluence_and_end_in_the_land_of_the_outlet(valley):
    river = extract(valley)
    reaches = river.reaches
    below = reaches[reaches["tail"].isin(reaches["head"])].iloc[0]
    above = reaches[reaches["head"] == below["tail"]]
    assert above["drainage_area"].sum() < below["drainage_area"] <= 120 * 101 * CELL**2
    assert below["drainage_area"] > 0.85 * 110 * 91 * CELL**2


def test_land_that_goes_on_beyond_the_dem_leaves_the_area_open(tmp_path):
    z = y_valley()[20:]                                        # both branches now come in over the northern edge
    river = extract(write_dem(tmp_path / "d.tif", z), outlets=[place(99, 50)])
    assert river.reaches["drainage_area"].isna().all()
    assert set(river.reaches["drainage_area_source"]) == {""}
    assert "dem_cut" in [p.code for p in river.report]


def test_pits_and_a_flat_do_not_stop_the_river_nor_turn_it_uphill(tmp_path):
    z = np.round(y_valley())
    z[80:84, 48:53] -= 30                                      # a quarry in the valley
    z[90:105] = np.maximum(z[90:105], z[90, 50])               # a bridge of fill: a lake behind it
    river = extract(write_dem(tmp_path / "d.tif", z, dtype="int16"))
    assert (river.reaches["slope"] > 0).all()
    height = river.nodes.set_index("node_id")["elevation"]
    assert (height[river.reaches["tail"]].to_numpy() >= height[river.reaches["head"]].to_numpy()).all()


def test_lines_burned_in_lead_the_water(tmp_path):
    path = write_dem(tmp_path / "d.tif", y_valley())
    bend = [place(70, 50), place(85, 80), place(100, 80), place(119, 50)]
    gpd.GeoDataFrame({"name": ["改道"]}, geometry=[shapely.LineString(bend)], crs=4326).to_file(
        tmp_path / "线.geojson", driver="GeoJSON")
    plain, led = extract(path), extract(path, burn=[tmp_path / "线.geojson"])
    point = gpd.GeoSeries([shapely.Point(place(92, 80))], crs=4326).to_crs(led.crs).iloc[0]
    assert plain.reaches.distance(point).min() > 600
    assert led.reaches.distance(point).min() < 2 * CELL


def test_an_outlet_inside_the_dem_takes_only_what_lies_above(valley):
    river = extract(valley, outlets=[place(30, 35)], area_m2=0.5e6)
    assert river.reaches["drainage_area"].max() < 0.5 * 120 * 101 * CELL**2
    moved = next(p for p in river.report if p.code == "dem_outlet_moved")
    assert moved.fields["metres"] <= moved.fields["reach"] == 250


def test_two_outlets_on_one_river_make_one_river(valley):
    river = extract(valley, outlets=[MOUTH, place(30, 35)], area_m2=0.5e6)
    assert sum(k == "outlet" for k in river.nodes["kind"]) == 1
    assert not river.reaches["status"].str.contains("unconnected").any()


@pytest.mark.parametrize(("change", "code"), [
    ({"outlets": [(10.0, 10.0)]}, "dem_outlet_off"), ({"outlets": [(29.8, 87.9)]}, "dem_outlet_off"),
    ({"outlets": [(float("nan"), 3.0)]}, "outlet_invalid"), ({"outlets": []}, "dem_no_outlet"),
    ({"area_m2": 1e9}, "dem_area_large"), ({"area_m2": 100.0}, "dem_area_small"),
    ({"area_m2": float("nan")}, "dem_area_form"), ({"area_m2": -1.0}, "dem_area_form"),
    ({"name": " "}, "name_blank"), ({"burn": ["none.shp"]}, "input_missing")])
def test_what_cannot_be_done_is_said_with_the_mend(valley, change, code):
    with pytest.raises(InputError) as caught:
        extract(valley, **change)
    assert code in [p.code for p in caught.value.problems]
    assert all(p.text("zh") and p.text("en") for p in caught.value.problems)


def test_all_problems_are_said_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        extract(tmp_path / "none.tif", area_m2=0.0, name="", outlets=[])
    assert [p.code for p in caught.value.problems] == ["name_blank", "dem_area_form", "dem_no_outlet", "dem_missing"]


def test_a_large_dem_is_cropped_to_the_catchment_of_the_outlet(tmp_path, monkeypatch):
    from riverplan.river import dem_extraction, dem_grid

    z = np.full((120, 260), 900.0)
    z[:, :101] = y_valley()
    z[:, 101:] += np.arange(159)
    path = write_dem(tmp_path / "d.tif", z)
    whole = extract(path)
    monkeypatch.setattr(dem_extraction, "CELLS", 20_000)
    monkeypatch.setattr(dem_extraction, "_LOOK", 8_000)
    assert dem_grid.CELLS > 260 * 120
    cropped = extract(path)
    assert "dem_cropped" in [p.code for p in cropped.report]
    assert cropped.reaches["drainage_area"].max() == pytest.approx(whole.reaches["drainage_area"].max(), rel=0.02)


def test_the_command_writes_a_river_that_loads_and_prints_json(valley, tmp_path):
    out = tmp_path / "r.gpkg"
    lon, lat = MOUTH
    words = ["dem", str(valley), "--outlet", f"{lon},{lat}", "--area", "1.2", "--out", str(out), "--json"]
    result = CliRunner().invoke(_riverplan, words)
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    river = read_river(out)
    assert (said["reaches"], said["digest"], said["name"]) == (3, river.digest, "r")
    assert "dem_lines" in [p.code for p in river.report]
    before = out.read_bytes()
    words[3] = "0,0"
    assert isinstance(CliRunner().invoke(_riverplan, words).exception, InputError)
    assert out.read_bytes() == before
    words[5] = "十"
    assert CliRunner().invoke(_riverplan, words).exit_code == 2


def test_starting_the_command_line_reads_no_raster_library():
    import subprocess

    code = "import sys, riverplan.cli.dem; print('rasterio' in sys.modules, 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
