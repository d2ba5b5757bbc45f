"""Stations of the 太湖 basin on HydroRIVERS by judgement: the reaches another hand found."""

import pandas as pd
import pytest

from riverplan.river.importing import import_river
from riverplan.river.placing import place_sites
from riverplan.river.sites import Section


@pytest.mark.parametrize("with_flow", [False, True])
def test_the_25_stations_land_on_the_hydrorivers_ids_of_their_file(shared, with_flow):
    folder = shared / "networks"
    table = folder / "taihu_points" / "stations_snapped_subset.csv"
    if not table.is_file():
        pytest.skip("no points of the 太湖 basin beside the project")
    river = import_river([folder / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp"], name="太湖")
    if with_flow:                                              # the size of the rivers must not draw them away
        import geopandas as gpd

        flow = gpd.read_file(folder / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp")
        flow = flow.set_index(flow["HYRIV_ID"].astype(str))["DIS_AV_CMS"]
        river = river.replace(reaches=river.reaches.assign(
            mean_discharge=flow.loc[river.reaches["source_id"]].to_numpy()))
    points = pd.read_csv(table)
    points = points[points["matched"]]
    assert len(points) == 25
    sites = [Section(site_id=f"D{i}", lon=lon, lat=lat, automatic=with_flow)
             for i, (lon, lat) in enumerate(zip(points["lon_wgs"], points["lat_wgs"], strict=True))]
    placed, problems = place_sites(river, [(s, {"file": "站点.csv", "sheet": ""}) for s in sites], tolerance=5_000)
    assert len(placed) == 25
    source = river.reaches.set_index("reach_id")["source_id"]
    wrong = [(s.site_id, source[s.reach_id], str(i), s.offset)
             for s, i in zip(placed, points["hyriv_id"].astype(int), strict=True) if source[s.reach_id] != str(i)]
    assert wrong == []
    assert {p.code for p in problems} <= {"site_doubtful"}
