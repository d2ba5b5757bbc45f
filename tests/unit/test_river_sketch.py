"""Rivers from kilometres alone: lengths exact, nothing crosses, sites where the list says, bad tables named.

::

    清水河 60 km ── joined at 12.3 by 东溪 (left) and 西溪 (right), at 35 by 南溪, at 36 by 石沟
    南溪 30 km ── joined at 11 by 北溪
"""

import json
from itertools import combinations

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from pyproj import Geod

from riverplan.cli import _riverplan
from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.check import check_river
from riverplan.river.schematic import schematic_lines
from riverplan.river.sketching import sketch_river
from riverplan.river.store import read_river

RIVERS = [("清水河", 60e3, "", np.nan, ""), ("东溪", 22.5e3, "清水河", 12.3e3, "left"),
          ("西溪", 18e3, "清水河", 12.3e3, "right"), ("南溪", 30e3, "清水河", 35e3, "left"),
          ("北溪", 9e3, "南溪", 11e3, "right"), ("石沟", 6e3, "清水河", 36e3, "left")]
MOUTH = (107.73, 29.86)


def table(rows=RIVERS):
    return pd.DataFrame(rows, columns=["name", "length", "joins", "joins_km", "joins_bank"])


def workbook(path, flows=True, rivers=RIVERS, **sheets):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "河流"
    sheet.append(["河流名称", "河长(km)", "汇入河流", "汇入处里程(km)", "汇入岸别", "多年平均流量(m3/s)",
                  "流域面积(km2)"])
    for i, (name, length, joins, km, bank) in enumerate(rivers):
        sheet.append([name, length / 1000, joins or None, None if np.isnan(km) else km / 1000,
                      {"left": "左岸", "right": "右岸"}.get(bank), (20, 3, 2, 4, 1, 0.5)[i % 6], 100 * (i + 1)])
    sheets = {"风险源": [["编号", "名称", "所在河流", "河道里程(km)"], ["S1", "化工厂", "南溪", 20]],
              "取水口": [["编号", "名称", "所在河流", "河道里程(km)", "岸别", "经度", "纬度"],
                      ["I1", "县水厂", "清水河", 5, "左岸", 107.5, 29.9],
                      ["I2", "镇水厂", "清水河", 30, "右岸", None, None]],
              **sheets}
    if flows:
        sheets["流量"] = [["所在河流", "水期", "流量(m3/s)"],
                        *([r[0], "平水期", (20, 3, 2, 4, 1, 0.5)[i % 6]] for i, r in enumerate(rivers))]
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_every_river_is_drawn_at_exactly_its_length_from_source_to_mouth():
    lines = schematic_lines(table(), mouth=MOUTH).set_index("name")
    geod = Geod(ellps="WGS84")
    for name, length, joins, km, _ in RIVERS:
        line = lines.geometry[name]
        assert geod.geometry_length(line) == pytest.approx(length, abs=0.01)
        if joins:                                              # its mouth is a point of the river it joins
            below = np.array(lines.geometry[joins].coords)
            at = int(np.flatnonzero((below == line.coords[-1]).all(axis=1))[0])
            assert geod.geometry_length(shapely.LineString(below[at:])) == pytest.approx(km, abs=0.01)
    assert lines.geometry["清水河"].coords[-1] == MOUTH


def test_rivers_meet_only_where_they_join_and_come_from_the_bank_the_list_says():
    lines = schematic_lines(table(), mouth=MOUTH).set_index("name").geometry
    for (a, one), (b, other) in combinations(lines.items(), 2):
        crossing = one.intersection(other)
        assert crossing.is_empty or crossing.geom_type == "Point", (a, b)
    stem = lines["清水河"]                                      # runs east: the left bank is in the north
    assert lines["东溪"].coords[0][1] > stem.bounds[3] and lines["西溪"].coords[0][1] < stem.bounds[1]


def test_the_accuracy_is_twice_the_way_to_the_mouth_and_unknown_without_one():
    known = schematic_lines(table(), mouth=MOUTH).set_index("name")["drawn_accuracy"]
    assert known["清水河"] == 120_000 and known["南溪"] == 130_000      # 2 × 60 km; 2 × (35 + 30) km
    assert known["北溪"] == 110_000                                     # 2 × (35 + 11 + 9) km
    assert schematic_lines(table())["drawn_accuracy"].isna().all()


def test_forty_tributaries_on_one_bank_find_room():
    rows = [RIVERS[0], *((f"沟{i}", 20e3, "清水河", 1e3 + 1.4e3 * i, "left") for i in range(40))]
    lines = schematic_lines(table(rows), mouth=MOUTH).geometry
    assert all(a.intersection(b).is_empty for a, b in combinations(lines[1:], 2))


@pytest.mark.parametrize(("change", "code"), [
    ({1: ("东溪", np.nan, "清水河", 12.3e3, "")}, "schematic_no_length"),
    ({1: ("东溪", 9e3, "长江", 12.3e3, "")}, "schematic_joins_unknown"),
    ({1: ("东溪", 9e3, "清水河", np.nan, "")}, "schematic_joins_nowhere"),
    ({1: ("东溪", 9e3, "清水河", 61e3, "")}, "schematic_joins_beyond"),
    ({1: ("东溪", 9e3, "", np.nan, "")}, "schematic_no_mouth"),
    ({0: ("清水河", 60e3, "南溪", 1e3, "")}, "schematic_circle"),
    ({1: ("清水河", 60e3, "", np.nan, "")}, "schematic_twice"),
])
def test_a_table_that_makes_no_river_is_refused_by_name(change, code):
    rows = [change.get(i, r) for i, r in enumerate(RIVERS)]
    with pytest.raises(InputError) as error:
        schematic_lines(table(rows), mouth=MOUTH)
    assert code in [p.code for p in error.value.problems]
    assert all(p.text("zh") and p.text("en") for p in error.value.problems)


def test_a_river_of_lists_alone_is_forecast_with_the_lengths_of_the_list(tmp_path):
    river = sketch_river(workbook(tmp_path / "lists.xlsx"), name="清水河", mouth=MOUTH)
    sites = {s.site_id: s for s in river.sites}
    assert sites["I1"].note == "107.500000, 29.900000" and sites["I1"].bank == "left"
    result = forecast(river, Spill(site_id="S1", substance="苯酚", mass=1000.0), scenario="normal")
    distance = {a.site_id: a.distance for a in result.arrivals}
    assert distance["I2"] == pytest.approx(25e3, abs=1)                 # 20 km down 南溪, 35 → 30 km on 清水河
    assert distance["I1"] == pytest.approx(50e3, abs=1)
    assert set(river.reaches["course"]) == {"sketched"} and set(river.reaches["length_source"]) == {"stated"}
    assert not [p for p in check_river(river) if p.severity == "error"]


def test_without_flows_the_forecast_says_what_is_missing(tmp_path):
    river = sketch_river(workbook(tmp_path / "lists.xlsx", flows=False), name="清水河")
    with pytest.raises(InputError) as error:
        forecast(river, Spill(site_id="S1", substance="苯酚", mass=1000.0), scenario="normal")
    assert error.value.problems[0].text("zh")
    assert "schematic_nowhere" in [p.code for p in river.report]


def test_a_river_known_only_by_the_kilometres_of_its_sites_is_as_long_as_the_farthest(tmp_path):
    path = tmp_path / "取水口.csv"
    path.write_text("名称,所在河流,河道里程(km),岸别\n甲水厂,石河,3,左岸\n乙水厂,石河,41.5,右岸\n", encoding="utf-8")
    river = sketch_river(path, name="石河")
    assert river.reaches["length"].sum() == pytest.approx(41_500)
    assert "schematic_length_from_km" in [p.code for p in river.report]


def test_the_command_saves_a_river_and_names_what_is_wrong(tmp_path):
    out = tmp_path / "r.gpkg"
    done = CliRunner().invoke(_riverplan, ["sketch", str(workbook(tmp_path / "l.xlsx")), "--name", "清水河", "--out",
                                           str(out), "--mouth", "E107°43′48″,N29°51′36″", "--json"])
    assert done.exit_code == 0 and json.loads(done.output)["km_connected"] == pytest.approx(145.5)
    assert read_river(out).name == "清水河"
    bad = CliRunner().invoke(_riverplan, ["sketch", str(tmp_path / "none.xlsx"), "--name", " ", "--out", str(out)])
    assert isinstance(bad.exception, InputError) and len(bad.exception.problems) == 2
    assert CliRunner().invoke(_riverplan, ["sketch", "l.xlsx", "--name", "x", "--out", "x.gpkg", "--mouth",
                                           "here"]).exit_code == 2
