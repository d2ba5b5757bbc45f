"""The demonstration river's raw files: what a bureau has, true to its sources, and consistent in itself."""

import json
import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
SHARED = ROOT / "../shared"
PLANE = "EPSG:4545"
SITE_SHEETS = ("风险源", "取水口", "监测断面", "行政交界", "桥梁", "乡镇", "应急空间")
RESOURCE_SHEETS = ("物资库", "应急队伍", "联系人")
STATED = {"龙河": 164.0, "渠溪河": 93.0, "碧溪河": 43.0}
STAMP = "示范数据, 非实测"


@pytest.fixture(scope="module")
def lists():
    """Every sheet as a list of rows, by the heads as written."""
    book = openpyxl.load_workbook(DATA / "fengdu_lists.xlsx", data_only=True)
    sheets = {}
    for sheet in book:
        head, *rows = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return sheets


@pytest.fixture(scope="module")
def lines():
    """All lines in one plane, by the name of their river."""
    features = json.loads((DATA / "fengdu_lines.geojson").read_text("utf-8"))["features"]
    wdb = gpd.GeoDataFrame({"name": [f["properties"]["名称"] for f in features]},
                           geometry=[shapely.geometry.shape(f["geometry"]) for f in features], crs="EPSG:4326")
    drawn = gpd.read_file(DATA / "tributaries.shp", encoding="GBK").rename(columns={"河名": "name"})
    pair = [frame[["name", "geometry"]].to_crs(PLANE) for frame in (wdb, drawn)]
    return {name: shapely.union_all(part.geometry.to_numpy())
            for frame in pair for name, part in frame.groupby("name")}


def downstream(line, name):
    """A tributary in flow direction: 碧溪河 is drawn from its mouth upwards."""
    return shapely.reverse(line) if name == "碧溪河" else line


def on_plane(row):
    return gpd.GeoSeries(gpd.points_from_xy([row["经度"]], [row["纬度"]]), crs="EPSG:4326").to_crs(PLANE).iloc[0]


def numbers(rows, *heads, **wanted):
    return [tuple(float(r[h]) for h in heads) for r in rows if all(r[k] == v for k, v in wanted.items())]


def test_the_lines_of_wdb_ii_are_as_they_came():
    original = SHARED / "networks/wdbii/fengdu.geojson"
    if not original.exists():
        pytest.skip("the original lines are not here")
    ours, theirs = (json.loads(p.read_text("utf-8"))["features"] for p in (DATA / "fengdu_lines.geojson", original))
    assert [f["geometry"] for f in ours] == [f["geometry"] for f in theirs]
    assert [f["properties"]["id"] for f in ours] == [f["properties"]["id"] for f in theirs]


def test_every_line_has_a_name_and_its_source_and_three_ids_repeat():
    features = json.loads((DATA / "fengdu_lines.geojson").read_text("utf-8"))["features"]
    ids = [f["properties"]["id"] for f in features]
    assert len(ids) == 22
    assert sorted({i for i in ids if ids.count(i) > 1}) == [1560, 4741, 10740]
    assert {f["properties"]["source"] for f in features} == {"WDB II via GSHHG (LGPL)"}
    assert {f["properties"]["名称"] for f in features} == {"长江", "嘉陵江", "乌江", "芙蓉江", "渠江", "清江", "酉水"}


def test_the_attribute_table_is_gbk_and_nothing_says_so():
    table = (DATA / "tributaries.dbf").read_bytes()
    for word in ("河名", "走向", "龙河", "渠溪河", "碧溪河"):
        assert word.encode("gbk") in table
        assert word.encode("utf-8") not in table
    assert table[29] == 0                                       # no language driver either
    assert not (DATA / "tributaries.cpg").exists()
    assert "China_Geodetic_Coordinate_System_2000" in (DATA / "tributaries.prj").read_text("ascii")


@pytest.mark.parametrize("name", STATED)
def test_a_drawn_tributary_is_somewhat_shorter_than_its_stated_length(lines, name):
    assert 0.60 <= lines[name].length / 1000 / STATED[name] <= 0.95
    assert lines[name].is_simple


@pytest.mark.parametrize("name", STATED)
def test_a_tributary_comes_from_its_own_bank_and_ends_at_the_yangtze(lines, name):
    yangtze = shapely.line_merge(lines["长江"])
    main = max(shapely.get_parts(yangtze), key=shapely.length)
    line = downstream(lines[name], name)
    mouth = shapely.get_point(line, -1)
    assert 0 < mouth.distance(main) < 50
    assert not line.intersects(main)
    along = main.project(mouth)
    before, after = (np.array(main.interpolate(along + d).coords[0]) for d in (-300, 300))
    above = np.array(line.interpolate(line.length - 800).coords[0])
    (ax, ay), (bx, by) = after - before, above - before
    assert (ax * by - ay * bx > 0) == (name != "龙河")           # left of the flow, but for the 龙河


def test_bends_are_those_of_a_river_and_not_of_a_saw(lines):
    for name in STATED:
        step = np.diff(shapely.get_coordinates(lines[name]), axis=0)
        turn = np.degrees(np.abs(np.angle(np.exp(1j * np.diff(np.arctan2(step[:, 1], step[:, 0]))))))
        assert turn.max() < 90
        assert np.median(turn) < 25


def test_ids_are_unique_over_all_lists(lists):
    ids = [row["编号"] for sheet in (*SITE_SHEETS, *RESOURCE_SHEETS) for row in lists[sheet]]
    assert None not in ids
    assert len(ids) == len(set(ids))


def test_at_least_sixty_sites_of_all_kinds_stand_on_their_river(lists, lines):
    count = 0
    for sheet in SITE_SHEETS:
        assert len(lists[sheet]) >= 5, sheet
        for row in lists[sheet]:
            point = on_plane(row)
            assert point.distance(lines[row["所在河流"]]) < 300, row["编号"]
            nearest = min(lines, key=lambda name: point.distance(lines[name]))
            assert nearest == row["所在河流"] or row["河道里程"] < 1.0, row["编号"]
            count += 1
    assert count >= 60


def test_the_river_kilometre_of_a_site_agrees_with_its_point(lists, lines):
    for sheet in SITE_SHEETS:
        for row in lists[sheet]:
            if row["所在河流"] not in STATED:
                continue
            line = downstream(lines[row["所在河流"]], row["所在河流"])
            point = on_plane(row)
            share = 1 - line.project(point) / line.length
            assert share * STATED[row["所在河流"]] == pytest.approx(row["河道里程"], abs=0.6), row["编号"]


def test_some_village_intakes_have_no_name(lists):
    unnamed = [row for row in lists["取水口"] if not row["名称"]]
    assert len(unnamed) >= 5
    assert {row["类型"] for row in unnamed} == {"村级饮用水"}


def test_ten_automatic_stations_watch_the_four_waters(lists):
    stations = [row for row in lists["监测断面"] if row["自动监测"] == "是"]
    assert len(stations) == 10
    assert {row["所在河流"] for row in stations} == {"长江", "龙河", "碧溪河", "渠溪河"}


@pytest.mark.parametrize("scenario", ["枯水期", "平水期", "丰水期"])
def test_the_yangtze_gains_at_each_confluence_what_the_tributary_brings(lists, scenario):
    rows = [r for r in lists["流量"] if r["水期"] == scenario]
    main = sorted(((float(r["里程"]), float(r["流量"])) for r in rows if r["河流名称"] == "长江"), reverse=True)
    for name, km in {"嘉陵江": 417.0, "乌江": 302.2, "渠溪河": 277.3, "碧溪河": 260.6, "龙河": 251.1}.items():
        mouth = min((r for r in rows if r["河流名称"] == name), key=lambda r: r["里程"] or 0.0)["流量"]
        above = min((row for row in main if row[0] > km), key=lambda row: row[0] - km)
        below = min((row for row in main if row[0] < km), key=lambda row: km - row[0])
        assert below[1] - above[1] == pytest.approx(mouth, rel=1e-9)
    flows = [q for _, q in main]
    assert flows == sorted(flows)
    assert len(set(flows)) == 6                                 # nothing else joins


def test_flows_rise_from_low_to_high_at_every_place(lists):
    places = {(r["河流名称"], r["里程"]) for r in lists["流量"]}
    discharge = {(r["河流名称"], r["里程"], r["水期"]): r["流量"] for r in lists["流量"]}
    for place in places:
        assert discharge[*place, "枯水期"] < discharge[*place, "平水期"] < discharge[*place, "丰水期"]


def test_depth_width_and_velocity_make_up_the_discharge(lists):
    rows = numbers([r for r in lists["流量"] if r["水深"]], "流量", "流速", "水深", "水面宽")
    assert len(rows) > 30
    for discharge, velocity, depth, width in rows:
        assert velocity * depth * width == pytest.approx(discharge, rel=0.02)


def test_whatever_is_not_known_says_assumed(lists):
    assert {r["流量来源"] for r in lists["流量"]} == {"假定"}
    assert {r["流速来源"] for r in lists["流量"] if r["流速"]} == {"假定"}
    assert {r["数据来源"] for r in lists["河段参数"]} == {"假定"}
    assert {r["数据来源"] for sheet in SITE_SHEETS for r in lists[sheet]} == {"假定"}
    assert {r["数据说明"] for r in lists["河流"]} == {STAMP}


def test_the_drop_of_the_longhe_is_the_stated_one(lists):
    ranges = numbers(lists["河段参数"], "起点里程", "止点里程", "比降", 河流名称="龙河")
    drop = sum((start - end) * slope for start, end, slope in ranges)
    assert drop == pytest.approx(1263, rel=0.005)


def test_reach_parameters_cover_each_tributary_without_gap_or_overlap(lists):
    for name, length in STATED.items():
        ranges = sorted(numbers(lists["河段参数"], "起点里程", "止点里程", 河流名称=name), reverse=True)
        assert ranges[0][0] == length
        assert ranges[-1][1] == 0
        assert all(a[1] == b[0] for a, b in pairwise(ranges))


def test_the_cascade_stands_in_order_and_its_pools_do_not_overlap(lists):
    dams = [r for r in lists["应急空间"] if r["所在河流"] == "龙河" and r["回水长度"]]
    dams.sort(key=lambda r: -r["河道里程"])
    large = [r["名称"] for r in dams if r["总库容"] >= 800]
    assert large == ["藤子沟水库", "石板水水库", "鱼剑口水库"]
    assert [r["总库容"] for r in dams if r["名称"] in large[:2]] == [19300, 10500]
    for above, below in pairwise(dams):
        assert below["河道里程"] + below["回水长度"] < above["河道里程"]
    assert dams[-1]["河道里程"] > 8                               # above the backwater of the Three Gorges


def test_places_along_the_longhe_stand_in_the_order_of_the_river(lists):
    km = {r["名称"]: r["河道里程"] for sheet in ("乡镇", "应急空间", "行政交界") for r in lists[sheet]
          if r["所在河流"] == "龙河"}
    order = ["冷水镇", "藤子沟水库", "南宾街道", "下路街道", "龙河石柱丰都县界", "江池镇", "石板水水库", "龙河镇",
             "鱼剑口水库", "双路镇", "丰稳坝"]
    assert [km[name] for name in order] == sorted((km[name] for name in order), reverse=True)


def test_a_county_crossing_lies_on_the_line_between_its_two_counties(lists):
    source = SHARED / "networks/counties/chongqing_districts_tianditu.geojson"
    if not source.exists():
        pytest.skip("the county polygons are not here")
    counties = gpd.read_file(source).to_crs(PLANE).set_index("district_name").geometry
    for row in lists["行政交界"]:
        point = on_plane(row)
        assert point.distance(counties[row["上游单位"]]) < 60, row["编号"]
        assert point.distance(counties[row["下游单位"]]) < 60, row["编号"]


def test_no_file_is_large_and_none_tells_where_it_was_made():
    for path in DATA.iterdir():
        content = path.read_bytes()
        assert len(content) < 2_000_000, path.name
        assert not re.search(rb"/(work|root|tmp|home|opt)/", content), path.name


def test_there_is_no_real_telephone_number(lists):
    text = json.dumps(lists, ensure_ascii=False, default=str)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    phones = {row["值班电话"] for sheet in lists.values() for row in sheet if row.get("值班电话")}
    assert len(phones) > 60
    assert all(re.fullmatch(r"023-0000-\d{4}", phone) for phone in phones)


def test_no_cell_can_be_taken_for_a_formula(lists):
    cells = [cell for sheet in lists.values() for row in sheet for cell in row.values() if isinstance(cell, str)]
    assert not [cell for cell in cells if cell[:1] in "=+-@"]


def test_the_readme_warns_in_both_languages_and_names_the_source():
    text = (DATA / "README.md").read_text("utf-8")
    for words in (STAMP, "不得用于真实事件", "Never to be used for a real emergency", "WDB II via GSHHG (LGPL)"):
        assert words in text


def test_the_product_reads_every_row_of_every_list_without_an_error(lists):
    from riverplan.tables import read_lists

    read = read_lists(DATA / "fengdu_lists.xlsx")
    assert [p for p in read.problems if p.severity != "note"] == []
    written = [len(frame) for frame in read.frames.values() if len(frame)]
    assert sorted(written) == sorted(len(rows) for rows in lists.values())
    space = read.frames["space"].set_index("site_id")
    assert space.loc["K02", "total_volume"] == pytest.approx(1.93e8)
    assert space.loc["K02", "pool_length"] == pytest.approx(15_000)


def test_the_product_reads_the_lines_and_finds_the_encoding_out(lines):
    from riverplan.tables import read_lines

    read = read_lines([DATA / "fengdu_lines.geojson", DATA / "tributaries.shp"])
    assert len(read.frame) == 25
    assert set(read.frame["name"]) == set(lines)
    assert read.frame["source_id"].is_unique
    assert [p for p in read.problems if p.severity == "error"] == []


@pytest.fixture(scope="module")
def river():
    from riverplan.river.importing import import_river

    return import_river([DATA / "fengdu_lines.geojson", DATA / "tributaries.shp"], name="长江丰都段",
                        workbook=DATA / "fengdu_lists.xlsx", outlets=[(109.4528, 31.0)])


def test_the_whole_demonstration_imports_without_an_error_and_loses_no_site(river, lists):
    assert [p for p in river.report if p.severity == "error"] == []
    assert not {p.code for p in river.report} & {"site_far", "site_km_differs", "site_other_river", "pool_short",
                                                "list_river_unknown", "range_outside", "stated_length_unlike"}
    assert len(river.sites) == sum(len(lists[sheet]) for sheet in SITE_SHEETS)
    assert len(river.resources) == sum(len(lists[sheet]) for sheet in RESOURCE_SHEETS)
    assert STAMP in river.stamp
    assert "WDB II via GSHHG (LGPL)" in river.attribution
    main = river.reaches[~river.reaches["status"].str.contains("unconnected")]
    assert set(main["name"]) == {"长江", "乌江", "芙蓉江", "嘉陵江", *STATED}
    for name, length in STATED.items():
        assert main.loc[main["name"] == name, "length"].sum() / 1000 == pytest.approx(length)


@pytest.mark.parametrize("scenario", ["low", "normal", "high"])
def test_every_confluence_of_the_imported_river_conserves_discharge(river, scenario):
    flow = river.scenario(scenario).discharge
    main = ~river.reaches["status"].str.contains("unconnected")
    assert not np.isnan(flow[main]).any()
    checked = 0
    for node in river.nodes.loc[river.nodes["kind"] == "confluence", "node_id"]:
        above, below = (river.reaches[end] == node for end in ("head", "tail"))
        if main[below].all():
            assert flow[below].sum() == pytest.approx(flow[above].sum(), rel=1e-3), node
            checked += 1
    assert checked == 6


def test_velocities_are_those_of_such_rivers(river):
    from riverplan.velocity import MODELS, first_of

    channels = ((river.reaches["kind"] == "channel") & ~river.reaches["status"].str.contains("unconnected")).to_numpy()
    speed = {s: first_of(list(MODELS.values()), river.channel(river.scenario(s)))[0].most_probable
             for s in ("low", "normal", "high")}
    assert not np.isnan(np.column_stack(list(speed.values()))[channels]).any()
    fengdu = (river.reaches["name"] == "长江") & river.reaches["river_km"].between(235e3, 262e3)
    for scenario, slowest, fastest in (("low", 0.2, 0.35), ("normal", 0.5, 0.8), ("high", 1.5, 2.0)):
        assert speed[scenario][fengdu].min() > slowest
        assert speed[scenario][fengdu].max() < fastest
    longhe = channels & (river.reaches["name"] == "龙河").to_numpy()
    assert speed["low"][longhe].max() < 0.5
    assert speed["normal"][longhe].max() < 1.0
    assert speed["high"][longhe].max() < 3.0
    assert (speed["low"][channels] < speed["normal"][channels]).all()
    assert (speed["normal"][channels] < speed["high"][channels]).all()


def test_the_three_reservoirs_and_the_backwater_hold_the_water_long(river):
    longhe = (river.reaches["name"] == "龙河") & (river.reaches["kind"] == "reservoir")
    stored = river.scenario("normal").storage[longhe]
    for volume in (1.93e8, 1.05e8, 8.0e6, 1.28e7):
        assert np.isclose(stored, volume, rtol=1e-3).sum() == 1
    days = stored / river.scenario("normal").discharge[longhe] / 86_400
    assert days.max() > 100                                     # 藤子沟
    assert 2 < days[-1] < 10                                    # the backwater at the mouth
