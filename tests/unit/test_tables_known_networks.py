"""Published networks are known by their columns."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_lines import codes

from riverplan.tables import read_lines
from riverplan.tables.known_networks import id_texts, known_networks, recognise
from riverplan.tables.link_table import is_link_table, link_lines

LINE = shapely.linestrings([(107.0, 30.0), (107.1, 30.0)])


def read(tmp_path, **columns):
    path = tmp_path / "net.gpkg"
    n = len(next(iter(columns.values())))
    lines = [shapely.linestrings([(107.0 + 0.1 * i, 30.0), (107.1 + 0.1 * i, 30.0)]) for i in range(n)]
    gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326").to_file(path)
    return read_lines([path])


@pytest.mark.parametrize("key", known_networks())
def test_a_known_network_is_recognised_by_its_own_columns_in_any_case(key):
    row = known_networks()[key]
    names = [n.swapcase() for n in row["needs"]]
    found = recognise(["geometry", *names])
    assert found is not None
    assert found.en == row["en"]


def test_columns_of_an_ordinary_file_are_no_network():
    assert recognise(["名称", "河长", "编号", "name", "length"]) is None


def test_nhdplus_discharges_in_cubic_feet_are_read_in_cubic_metres(tmp_path):
    found = read(tmp_path, COMID=[1, 2], FROMNODE=[1.0, 2.0], TONODE=[2.0, 3.0], QA_MA=[100.0, 353.14667],
                 SLOPE=[0.001, 0.002], TOTDASQKM=[10.0, 12.5], GNIS_NAME=["Elk", None],
                 FTYPE=["StreamRiver", "CanalDitch"])
    frame = found.frame
    assert frame["mean_discharge"].tolist() == pytest.approx([2.8316847, 10.0])
    assert frame["slope"].tolist() == pytest.approx([0.001, 0.002])
    assert frame["drainage_area"].tolist() == pytest.approx([1.0e7, 1.25e7])
    assert frame["kind"].tolist() == ["", "canal"]
    assert frame["topo_from"].tolist() == ["1", "2"]
    assert frame["mean_discharge_source"].tolist() == ["modelled", "modelled"]
    assert "network_recognised" in codes(found.problems)


def test_kinds_of_the_chinese_water_layer_come_from_its_gb_codes(tmp_path):
    found = read(tmp_path, GB=[210101, 210200, 220200, 240101, 210102], HYDC=["KLA"] * 5, NAME=["涧河"] * 5)
    assert found.frame["kind"].tolist() == ["channel", "channel", "canal", "reservoir", "closed_conduit"]
    assert found.frame["name"].tolist() == ["涧河"] * 5


def test_ids_are_texts_without_decimals_and_without_nan():
    assert id_texts(pd.Series([40618366.0, np.nan, 1.5])).tolist() == ["40618366", "", "1.5"]
    assert id_texts(pd.Series(["a ", None, "7.0"])).tolist() == ["a", "", "7"]


def test_a_table_of_links_becomes_lines_from_point_to_point():
    table = pd.DataFrame({"link": [1, 2, 3], "to": [3, 3, 0], "lon": [107.0, 107.0, 107.1], "lat": [30.1, 30.0, 30.05],
                          "So": 0.001, "BtmWdth": 5.0, "Length": 1000.0})
    assert is_link_table(table)
    lines = link_lines(table)
    ends = shapely.get_coordinates(shapely.get_point(lines.geometry.to_numpy(), -1))
    assert ends[:2].tolist() == [[107.1, 30.05], [107.1, 30.05]]
    assert lines["course"].unique().tolist() == ["sketched"]
    assert (lines["drawn_accuracy"] > 500).all()


def test_links_whose_points_fall_together_still_get_a_line():
    table = pd.DataFrame({"link": [1, 2], "to": [2, 0], "lon": [107.0, 107.0], "lat": [30.0, 30.0],
                          "So": 0.001, "BtmWdth": 5.0})
    assert (shapely.length(link_lines(table).geometry.to_numpy()) > 0).all()
