"""Real networks: lengths, gaps and ways that are known from elsewhere."""

import json
import time
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from drawn_lines import codes
from pyproj import Geod

from riverplan.river.importing import import_river
from riverplan.river.locate import locate_points, nearest_reach
from riverplan.river.network import RiverNetwork

WAYS = {"jialing": [(108.0, 30.2355)], "yangtze_mid": [(113.0, 29.759)],
        "rhine_1986spill": [(5.0, 51.97778), (5.0, 51.8205)], "elk_kanawha_ohio_2014spill": [(-86.0, 38.00087)]}
"""Where the main river leaves each box, read off the lines."""


def lines_of(shared: Path, name: str) -> Path:
    path = shared / "networks" / "wdbii" / f"{name}.geojson"
    if not path.is_file():
        pytest.skip(f"no {name}.geojson beside the project")
    return path


def way(river: RiverNetwork, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Length of the way down from a point to a point [km]; ``nan`` if there is none."""
    a, b = nearest_reach(river, *start), nearest_reach(river, *end)
    rows = river.reaches.set_index("reach_id")
    if a.reach_id == b.reach_id:
        return (b.chainage - a.chainage) / 1000
    path = nx.shortest_path_length(river.graph, rows["head"][a.reach_id], rows["tail"][b.reach_id], weight="length")
    return (rows["length"][a.reach_id] - a.chainage + path + b.chainage) / 1000


def test_fengdu_keeps_1201_km_of_which_about_700_leave_by_the_yangtze(shared):
    river = import_river([lines_of(shared, "fengdu")], name="长江", outlets=[(109.4528, 31.0)])
    length = river.reaches["length"].to_numpy() / 1000
    apart = river.reaches["status"].str.contains("unconnected").to_numpy()
    assert length.sum() == pytest.approx(1201, abs=1)
    assert length[~apart].sum() == pytest.approx(700, abs=10)
    assert river.crs == "EPSG:4545"
    # 芙蓉江→乌江 61 m, 乌江→长江 394 m as the lines' own README measured them; 嘉陵江 overshoots, and is trimmed
    status = dict(zip(river.reaches["source_id"], river.reaches["status"], strict=True))
    assert "snapped 61 m" in status["19097"]
    assert river.reaches.loc[river.reaches["status"].str.contains(r"snapped 39\d m"), "source_id"].tolist() == ["4742"]
    named = [p for p in river.report if p.code in ("part_apart", "part_unconnected")]
    assert len(named) == 6
    assert sum(p.fields["km"] for p in named) == pytest.approx(length[apart].sum(), rel=2e-3)
    assert all(p.lon is not None and p.mend("zh") for p in named)
    codes(river.report)


def test_fengdu_repeats_three_ids_and_all_22_lines_are_still_there(shared):
    river = import_river([lines_of(shared, "fengdu")], name="长江", outlets=[(109.4528, 31.0)])
    assert river.reaches["source_id"].nunique() == 22
    assert river.reaches["reach_id"].is_unique
    assert "line_id_twice" in codes(river.report)
    assert not river.reaches["status"].str.contains("flipped").any()       # all is drawn downstream there


def test_the_wujiang_reaches_the_yangtze_at_fuling_and_goes_on_to_the_gorges(shared):
    river = import_river([lines_of(shared, "fengdu")], name="长江", outlets=[(109.4528, 31.0)])
    pengshui, fengdu, outlet = (108.17, 29.29), (107.73, 29.89), (109.45, 31.0)
    assert way(river, pengshui, fengdu) > 100
    whole = way(river, pengshui, outlet)
    assert way(river, pengshui, fengdu) + way(river, fengdu, outlet) == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("with_outlet", [False, True])
def test_the_other_boxes_import_acyclic_with_every_kilometre(shared, name, with_outlet):
    path = lines_of(shared, name)
    drawn = [f["geometry"]["coordinates"] for f in json.loads(path.read_text("utf-8"))["features"]]
    total = sum(Geod(ellps="WGS84").line_length(*zip(*line, strict=True)) for line in drawn) / 1000
    river = import_river([path], name=name, outlets=WAYS[name] if with_outlet else ())
    assert nx.is_directed_acyclic_graph(river.graph)
    assert river.reaches["length"].sum() / 1000 == pytest.approx(total, rel=2e-3)
    assert river.reaches["status"].str.len().min() > 0
    codes(river.report)


def test_a_spill_at_basel_can_leave_by_both_arms_of_the_rhine_and_nowhere_else(shared):
    river = import_river([lines_of(shared, "rhine_1986spill")], name="Rhine")
    start = nearest_reach(river, 7.66, 47.53)
    head = river.reaches.set_index("reach_id")["head"][start.reach_id]
    ends = [n for n in river.downstream(head) if river.graph.out_degree(n) == 0]
    lon = [river.lonlat(river.graph.nodes[n]["x"], river.graph.nodes[n]["y"])[0] for n in ends]
    assert lon == pytest.approx([5.0, 5.0], abs=1e-3)            # Lek and Waal, both at the edge of the box
    # Rhine kilometre of Schweizerhalle is about 159, of Lobith 862: 703 km; the drawing is 1–8 % short
    assert way(river, (7.66, 47.53), (6.11, 51.86)) == pytest.approx(703, rel=0.10)


def test_charleston_is_joined_to_the_lower_ohio_once_its_680_m_gap_is_allowed(shared):
    path = lines_of(shared, "elk_kanawha_ohio_2014spill")
    as_drawn = import_river([path], name="Ohio", outlets=WAYS[path.stem])
    gap = next(p for p in as_drawn.report if p.code == "part_unconnected")
    assert 0.5 < gap.fields["gap_km"] < 0.8
    wide = import_river([path], name="Ohio", outlets=WAYS[path.stem], snap=gap.fields["snap"])
    # Charleston to Cincinnati by Kanawha and Ohio: 58 + 204 mi = 422 km on the navigation charts
    assert way(wide, (-81.635, 38.36), (-84.51, 39.09)) == pytest.approx(422, rel=0.08)


def test_hydrorivers_keep_their_2003_edges_and_no_direction_is_touched(shared):
    path = shared / "networks" / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp"
    if not path.is_file():
        pytest.skip("no HydroRIVERS beside the project")
    began = time.perf_counter()
    river = import_river([path], name="太湖")
    assert time.perf_counter() - began < 10
    raw = gpd.read_file(path)
    assert len(river.reaches) == len(raw) == 2082
    assert not river.reaches["status"].str.contains("flipped|snapped|split").any()
    source = river.reaches.set_index("source_id")
    inside = raw[raw["NEXT_DOWN"].isin(raw["HYRIV_ID"])]
    below = source.loc[inside["HYRIV_ID"].astype(str), "head"].to_numpy()
    assert len(inside) == 2003
    assert np.array_equal(below, source.loc[inside["NEXT_DOWN"].astype(str), "tail"].to_numpy())


@pytest.mark.parametrize(("name", "lon", "located"), [("stations", "lon_wgs", 25), ("enterprises", "lon_wgs84", 15)])
def test_points_fall_on_the_reach_and_distance_another_hand_found(shared, name, lon, located):
    folder = shared / "networks"
    table = folder / "taihu_points" / f"{name}_snapped_subset.csv"
    if not table.is_file():
        pytest.skip("no points of the 太湖 basin beside the project")
    river = import_river([folder / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp"], name="太湖")
    points = pd.read_csv(table)
    found = locate_points(river, points[lon], points[lon.replace("lon", "lat")], 5_000)
    source = river.reaches.set_index("reach_id")["source_id"]
    assert sum(p is not None for p in found) == located
    for place, reach, distance in zip(found, points["hyriv_id"], points["snap_dist_m"], strict=True):
        if place is None:
            assert distance > 4_950
        else:
            assert source[place.reach_id] == str(reach)
            assert place.offset == pytest.approx(distance, rel=0.01, abs=5)


def hydrorivers(shared: Path) -> Path:
    path = shared / "networks" / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp"
    if not path.is_file():
        pytest.skip("no HydroRIVERS beside the project")
    return path


def test_hydrorivers_shuffled_and_turned_at_random_follow_their_attributes(shared, tmp_path):
    raw = gpd.read_file(hydrorivers(shared))
    rng = np.random.default_rng(3)
    turn = rng.random(len(raw)) < 0.5
    lines = np.where(turn, raw.geometry.reverse(), raw.geometry)
    mixed = raw.set_geometry(gpd.GeoSeries(lines, crs=raw.crs)).sample(frac=1, random_state=3)
    mixed.to_file(tmp_path / "mixed.gpkg")
    river = import_river([tmp_path / "mixed.gpkg"], name="太湖")
    assert len(river.reaches) == 2082
    assert not river.reaches["status"].str.contains("snapped|split").any()
    used = next(p for p in river.report if p.code == "topology_used")
    assert used.fields["links"] == 2003 and used.fields["parts"] == 79
    source = river.reaches.set_index("source_id")
    inside = raw[raw["NEXT_DOWN"].isin(raw["HYRIV_ID"])]
    below = source.loc[inside["HYRIV_ID"].astype(str), "head"].to_numpy()
    assert np.array_equal(below, source.loc[inside["NEXT_DOWN"].astype(str), "tail"].to_numpy())
    # every line that is linked runs as HydroRIVERS drew it
    drawn = dict(zip(raw["HYRIV_ID"].astype(str), raw.geometry, strict=True))
    linked = set(inside["HYRIV_ID"].astype(str)) | set(inside["NEXT_DOWN"].astype(str))
    ends = river.reaches.geometry.to_crs("EPSG:4326")
    for source_id, line in zip(river.reaches["source_id"], ends, strict=True):
        if source_id in linked:
            assert line.coords[0] == pytest.approx(drawn[source_id].coords[0][:2], abs=1e-7)


@pytest.mark.parametrize(("lon", "lat", "heads", "datum"), [
    ("lon_wgs", "lat_wgs", ("经度", "纬度"), "wgs84"), ("lon_gcj", "lat_gcj", ("经度", "纬度"), "gcj02"),
    ("lon_gcj", "lat_gcj", ("lon_gcj02", "lat_gcj02"), None)])
def test_25_stations_land_on_their_hydrorivers_from_either_datum(shared, tmp_path, lon, lat, heads, datum):
    table = shared / "networks" / "taihu_points" / "stations_snapped_subset.csv"
    path = hydrorivers(shared)
    points = pd.read_csv(table)
    sites = points[["station_id", "name", lon, lat]].set_axis(["编号", "名称", *heads], axis=1)
    sites.to_csv(tmp_path / "监测断面.csv", index=False, encoding="gbk")
    river = import_river([path], name="太湖", workbook=tmp_path / "监测断面.csv",
                         datums={"监测断面.csv": datum} if datum else None)
    inside = points[points["matched"]]
    assert len(inside) == len(river.sites) == 25
    source = river.reaches.set_index("reach_id")["source_id"]
    found = {s.site_id: source[s.reach_id] for s in river.sites}
    assert found == dict(zip(inside["station_id"], inside["hyriv_id"].astype(str), strict=True))
    codes(river.report)


def test_the_routelink_of_lower_colorado_keeps_its_11248_reaches_and_links(shared):
    path = shared / "networks" / "lowercolorado" / "routelink.parquet"
    if not path.is_file():
        pytest.skip("no RouteLink beside the project")
    raw = pd.read_parquet(path)
    river = import_river([path], name="Lower Colorado")
    assert len(river.reaches) == len(raw) == 11_248
    source = river.reaches.set_index("source_id")
    inside = raw[raw["to"].isin(raw["link"])]
    assert len(inside) == 11_247
    below = source.loc[inside["link"].astype(str), "head"].to_numpy()
    assert np.array_equal(below, source.loc[inside["to"].astype(str), "tail"].to_numpy())
    by_link = raw.set_index(raw["link"].astype(str)).loc[source.index]
    assert source["length"].to_numpy() == pytest.approx(by_link["Length"].to_numpy(float), rel=1e-5)
    assert source["roughness"].to_numpy() == pytest.approx(by_link["n"].to_numpy(float), rel=1e-5)
    assert (source["course"] == "sketched").all()              # straight from point to point: no river bed
