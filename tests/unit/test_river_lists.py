"""Lists laid over a river: lengths, stretches, dams, flows, and merging them again."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from drawn_lines import codes, lonlat, write_geojson

from riverplan.errors import InputError
from riverplan.river.importing import import_river
from riverplan.river.listing import merge_lists
from riverplan.river.merging import lay_over
from riverplan.river.network import RiverNetwork
from riverplan.river.parameters import accumulate
from riverplan.tables import read_lists

DRAWING = {"a@清河": [(0, 0), (20, 0)], "b@小溪": [(10, 8), (10, 0)]}
"""清河 from west to east (20 km), 小溪 (8 km) joining at its km 10."""


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """A workbook: the first row of each sheet holds the heads."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


FLOWS = [["河流名称", "里程", "水期", "流量", "流速", "流量来源", "流速来源"],
         ["清河", 0, "平水期", 30, 0.6, "实测", "实测"],
         ["清河", 20, "平水期", 10, 0.3, "实测", "实测"],
         ["清河", 0, "枯水期", 6, None, "假定", None]]


def made(tmp_path: Path, drawing=DRAWING, **sheets: list[list[object]]) -> RiverNetwork:
    lines = write_geojson(tmp_path / "线.geojson", drawing)
    book = workbook(tmp_path / "清单.xlsx", **sheets) if sheets else None
    return import_river([lines], name="清河", workbook=book, outlets=[lonlat(20, 0)])


def column(river: RiverNetwork, name: str) -> dict[str, object]:
    return dict(zip(river.reaches["reach_id"], river.reaches[name], strict=True))


def test_a_stated_length_overrides_the_drawn_one_on_all_its_reaches(tmp_path):
    river = made(tmp_path, 河流=[["河流名称", "河长", "流域面积", "多年平均流量"], ["清河", 25, 1000, 20]])
    length = column(river, "length")
    assert length["a-1"] + length["a-2"] == pytest.approx(25_000)
    assert length["b-1"] == pytest.approx(8_000, rel=1e-3)
    assert column(river, "length_source") == {"a-1": "stated", "a-2": "stated", "b-1": "drawn"}
    assert column(river, "river_km")["a-1"] == pytest.approx(12_500, rel=1e-3)


def test_a_stated_length_unlike_the_drawn_one_is_not_applied(tmp_path):
    river = made(tmp_path, 河流=[["河流名称", "河长"], ["清河", 200]])
    assert column(river, "length")["a-1"] == pytest.approx(10_000, rel=1e-3)
    problem = next(p for p in river.report if p.code == "stated_length_unlike")
    assert (problem.sheet, problem.row) == ("河流", 2)


def test_area_and_mean_discharge_shrink_from_the_mouth_to_the_source_and_are_marked(tmp_path):
    river = made(tmp_path, 河流=[["河流名称", "河长", "流域面积", "多年平均流量"], ["清河", 20, 1000, 20]])
    area = column(river, "drainage_area")
    assert area["a-2"] == pytest.approx(1e9)                    # at the mouth, as stated
    assert area["a-1"] == pytest.approx(1e9 * (1 - 0.95 / 2), rel=1e-3)
    assert column(river, "mean_discharge_source") == {"a-1": "assumed", "a-2": "stated", "b-1": ""}


def test_a_stretch_cuts_its_reach_at_its_limits_and_says_so(tmp_path):
    river = made(tmp_path, 河段参数=[["河流名称", "起点里程", "止点里程", "河宽", "比降", "糙率", "数据来源"],
                                 ["清河", 4, 0, 80, 0.5, 0.035, "实测"], ["清河", None, None, 40, None, None, None],
                                 ["清河", 3, 0, 90, None, None, "假定"]])
    reaches = river.reaches[river.reaches["name"] == "清河"]
    assert list(reaches["reach_id"]) == ["a-1", "a-2.1", "a-2.2", "a-2.3"]
    assert list(reaches["width"]) == [40, 40, 40, 90]            # later rows override
    assert list(reaches["length"].round(-1)) == [10_000, 6_000, 1_000, 3_000]
    assert list(reaches["slope"])[2:] == pytest.approx([0.5e-3, 0.5e-3])
    assert np.isnan(reaches["slope"].iloc[0])
    assert list(reaches["width_source"]) == ["stated", "stated", "stated", "assumed"]
    assert "split at a limit" in reaches["status"].iloc[1]
    assert reaches["length"].sum() == pytest.approx(20_000, rel=1e-3)


def test_rows_of_rivers_that_are_not_drawn_are_named_with_those_that_are(tmp_path):
    river = made(tmp_path, 流量=[*FLOWS, ["大河", 0, "平水期", 5, None, None, None]])
    problem = next(p for p in river.report if p.code == "list_river_unknown")
    assert (problem.sheet, problem.row) == ("流量", 5)
    assert "清河" in problem.mend("zh")


def test_discharge_is_linear_between_its_places_and_velocity_keeps_the_travel_time(tmp_path):
    river = made(tmp_path, 流量=FLOWS)
    normal = river.scenarios["normal"]
    rows = river.reach_row
    assert normal.discharge[rows["a-1"]] == pytest.approx(15, rel=1e-3)    # from 10 at km 20 to 20 at km 10
    assert normal.discharge[rows["a-2"]] == pytest.approx(25, rel=1e-3)
    hours = (river.reaches["length"].to_numpy() / normal.velocity)[[rows["a-1"], rows["a-2"]]].sum() / 3600
    exact = 20_000 / 0.3 * np.log(2) / 3600                     # ∫ dx / (0.3 + 0.3 x/L)
    assert hours == pytest.approx(exact, rel=1e-3)
    assert list(normal.discharge_source[[rows["a-1"], rows["a-2"]]]) == ["measured", "measured"]
    low = river.scenarios["low"]
    assert low.discharge[rows["a-1"]] == 6                      # constant beyond its one place
    assert np.isnan(low.velocity[rows["a-1"]])
    assert np.isnan(low.discharge[rows["b-1"]])                 # nothing above it is known


def test_a_velocity_measured_elsewhere_is_not_called_measured_here(tmp_path):
    river = made(tmp_path, 流量=[FLOWS[0], ["清河", 1, "平水期", 30, 0.6, "实测", "实测"]])
    normal = river.scenarios["normal"]
    assert dict(zip(river.reaches["reach_id"], normal.velocity_source, strict=True)) == {
        "a-1": "assumed", "a-2": "measured", "b-1": ""}


def test_a_river_without_rows_takes_the_sum_of_what_flows_in(tmp_path):
    """Two rivers with rows join in a third without."""
    drawing = {"a@甲": [(0, 5), (10, 0)], "b@乙": [(0, -5), (10, 0)], "c@丙": [(10, 0), (20, 0)]}
    river = made(tmp_path, drawing, 流量=[["河流名称", "水期", "流量"], ["甲", "平水期", 7], ["乙", "平水期", 5]])
    normal = river.scenarios["normal"]
    assert normal.discharge[river.reach_row["c-1"]] == pytest.approx(12)
    assert normal.discharge_source[river.reach_row["c-1"]] == "accumulated"


def test_arms_share_the_flow_by_their_widths(tmp_path):
    """清河 splits into two arms of 30 and 10 m; both bear its name, and its 40 m³/s pass only once."""
    drawing = {"in@清河": [(0, 0), (5, 0)], "n@清河": [(5, 0), (8, 3), (11, 0)], "s@清河": [(5, 0), (8, -1), (11, 0)],
               "out@清河": [(11, 0), (20, 0)]}
    river = made(tmp_path, drawing)
    width = np.where(river.reaches["source_id"] == "n", 30.0, np.where(river.reaches["source_id"] == "s", 10.0, 40.0))
    river = river.replace(reaches=river.reaches.assign(width=width))
    book = workbook(tmp_path / "流量.xlsx", 流量=[["河流名称", "水期", "流量"], ["清河", "平水期", 40]])
    merged = merge_lists(river, book)
    flow = dict(zip(merged.reaches["source_id"], merged.scenarios["normal"].discharge, strict=True))
    assert flow == pytest.approx({"in": 40, "n": 30, "s": 10, "out": 40})


def test_accumulation_divides_at_a_bifurcation_equally_where_widths_are_unknown(tmp_path):
    drawing = {"in": [(0, 0), (5, 0)], "n": [(5, 0), (8, 3), (11, 0)], "s": [(5, 0), (8, -1), (11, 0)],
               "out": [(11, 0), (20, 0)]}
    river = made(tmp_path, drawing)
    value = np.where(river.reaches["source_id"] == "in", 8.0, np.nan)
    total = accumulate(river.reaches, value)
    assert dict(zip(river.reaches["source_id"], total, strict=True)) == {"in": 8, "n": 4, "s": 4, "out": 8}


SPACES = [["编号", "名称", "类型", "经度", "纬度", "所在河流", "总库容", "回水长度"]]


def test_a_dam_cuts_its_reach_and_its_pool_is_a_reservoir_that_stores_its_volume(tmp_path):
    lon, lat = lonlat(7, 0.01)
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "示范坝", "水库", lon, lat, "清河", 600, 3]], 流量=FLOWS)
    reaches = river.reaches[river.reaches["name"] == "清河"]
    assert list(reaches["kind"]) == ["channel", "reservoir", "channel", "channel"]
    assert list(reaches["length"].round(-1)) == [4_000, 3_000, 3_000, 10_000]
    dam = river.site("K1")
    assert river.nodes.set_index("node_id")["kind"][dam.node_id] == "dam"
    pool = reaches.iloc[1]
    assert pool["head"] == dam.node_id
    for scenario in river.scenarios.values():
        assert scenario.storage[river.reach_row[pool["reach_id"]]] == pytest.approx(6e6)
        assert np.isnan(scenario.velocity[river.reach_row[pool["reach_id"]]])


def test_a_dam_just_above_the_mouth_of_a_tributary_bars_the_tributary_alone(tmp_path):
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "沟口闸", "闸坝", *lonlat(10, 0.03), "小溪", 20, 1]], 流量=FLOWS)
    dam, net = river.site("K1"), river.compiled
    node = river.node_row[dam.node_id]
    assert net.entering(node).size == 1 and river.nodes["kind"].iloc[node] == "dam"
    above, below = net.entering(node)[0], net.leaving(node)[0]
    assert set(river.reaches["name"].iloc[[above, below]]) == {"小溪"}
    assert river.reaches["kind"].iloc[above] == "reservoir"
    assert river.reaches["length"].iloc[below] == pytest.approx(30.0, rel=0.05)
    again = merge_lists(river, tmp_path / "清单.xlsx")
    assert again.digest == river.digest


def test_a_pool_longer_than_its_river_above_stops_there_and_says_so(tmp_path):
    lon, lat = lonlat(7, 0)
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "示范坝", "水库", lon, lat, "清河", None, 30]], 流量=FLOWS)
    assert river.reaches.loc[river.reaches["kind"] == "reservoir", "length"].sum() == pytest.approx(7_000, rel=1e-2)
    assert {"pool_short", "pool_no_volume"} <= set(codes(river.report))


def test_a_pool_ends_at_the_next_dam_above(tmp_path):
    upper, lower = lonlat(4, 0), lonlat(7, 0)
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "上坝", "水库", *upper, "清河", 100, 2],
                                 ["K2", "下坝", "闸坝", *lower, "清河", 300, 6]], 流量=FLOWS)
    pools = river.reaches[river.reaches["kind"] == "reservoir"]
    assert list(pools["length"].round(-1)) == [2_000, 3_000]
    assert np.nansum(river.scenarios["normal"].storage) == pytest.approx(4e6)


def test_merging_the_same_lists_again_changes_nothing(tmp_path):
    lon, lat = lonlat(7, 0.01)
    sheets = {"应急空间": [*SPACES, ["K1", "示范坝", "水库", lon, lat, "清河", 600, 3]], "流量": FLOWS,
              "河流": [["河流名称", "河长", "数据说明", "线来源"], ["清河", 25, "示范数据", "手绘"]],
              "河段参数": [["河流名称", "起点里程", "止点里程", "河宽"], ["清河", 0, 4, 80]]}
    river = made(tmp_path, **sheets)
    assert (river.stamp, river.attribution) == ("示范数据", "手绘")
    again = merge_lists(river, tmp_path / "清单.xlsx")
    assert again.digest == river.digest
    assert codes(again.report) == codes(river.report)


def test_merging_replaces_by_id_adds_new_and_keeps_others(tmp_path):
    heads = ["编号", "名称", "类型", "经度", "纬度"]
    old = [["Q1", "一水厂", "饮用水", *lonlat(4, 0)], ["Q2", "二水厂", "饮用水", *lonlat(6, 0)]]
    river = made(tmp_path, 取水口=[heads, *old], 流量=FLOWS)
    book = workbook(tmp_path / "新.xlsx", 取水口=[heads, ["Q2", "新二水厂", "饮用水", *lonlat(15, 0)],
                                              ["Q3", "三水厂", "饮用水", *lonlat(10, 5)]])
    merged = merge_lists(river, book)
    assert {s.site_id: (s.name, s.reach_id) for s in merged.sites} == {
        "Q1": ("一水厂", "a-1"), "Q2": ("新二水厂", "a-2"), "Q3": ("三水厂", "b-1")}
    assert merged.scenarios["normal"].discharge == pytest.approx(river.scenarios["normal"].discharge, nan_ok=True)
    assert {s.site_id for s in river.sites} == {"Q1", "Q2"}     # the river handed in is not changed


def test_merging_flows_replaces_those_of_the_rivers_named(tmp_path):
    river = made(tmp_path, 流量=FLOWS)
    book = workbook(tmp_path / "新.xlsx", 流量=[["河流名称", "水期", "流量"], ["小溪", "平水期", 3],
                                             ["清河", "丰水期", 90]])
    merged = merge_lists(river, book)
    assert list(merged.scenarios) == ["low", "normal", "high"]
    rows = merged.reach_row
    assert merged.scenarios["normal"].discharge[rows["b-1"]] == 3
    assert merged.scenarios["normal"].discharge[rows["a-2"]] == pytest.approx(25, rel=1e-3)
    assert merged.scenarios["high"].discharge[rows["a-2"]] == 90


def test_all_problems_of_lines_and_lists_come_at_once(tmp_path):
    (tmp_path / "线.geojson").write_text("不是 GeoJSON", "utf-8")
    (tmp_path / "清单.xlsx").write_text("不是工作簿", "utf-8")
    with pytest.raises(InputError) as error:
        import_river([tmp_path / "线.geojson"], name="x", workbook=tmp_path / "清单.xlsx")
    assert {p.file for p in error.value.problems} == {"线.geojson", "清单.xlsx"}


def test_lines_without_names_and_lists_of_rivers_say_what_is_missing(tmp_path):
    river = made(tmp_path, {"a": [(0, 0), (20, 0)]}, 流量=FLOWS)
    assert "lines_unnamed" in codes(river.report)


def test_the_summary_counts_reaches_kilometres_and_sites(tmp_path):
    heads = ["编号", "名称", "类型", "经度", "纬度"]
    river = made(tmp_path, {**DRAWING, "far@远河": [(0, 50), (10, 50)]},
                 取水口=[heads, ["Q1", "一水厂", "饮用水", *lonlat(4, 0)], ["Q2", "远水厂", "饮用水", *lonlat(4, 20)]])
    summary = river.report[-1]
    assert summary.code == "import_summary"
    assert summary.fields["km"] == pytest.approx(38, rel=1e-3)
    assert summary.fields["unconnected"] == pytest.approx(10, rel=1e-3)
    assert (summary.fields["located"], summary.fields["unlocated"]) == (1, 1)


def test_progress_rises_from_nought_to_one(tmp_path):
    told: list[float] = []
    import_river([write_geojson(tmp_path / "a.geojson", DRAWING)], name="x", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_pool_on_a_stream_that_is_not_drawn_does_not_dam_the_river(tmp_path):
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "山塘水库", "水库", *lonlat(7, 1.2), None, 600, 3],
                                 ["K2", "主坝", "水库", *lonlat(15, 1.2), "清河", 600, 3]], 流量=FLOWS)
    assert "dam_off_river" in codes(river.report)
    assert river.reaches.loc[river.reaches["kind"] == "reservoir", "length"].sum() == pytest.approx(3_000, rel=1e-3)
    assert river.site("K1").node_id == ""
    assert river.site("K2").node_id


def test_a_dam_that_moves_in_the_list_takes_its_pool_along(tmp_path):
    river = made(tmp_path, 应急空间=[*SPACES, ["K1", "示范坝", "水库", *lonlat(7, 0), "清河", 600, 3]], 流量=FLOWS)
    book = workbook(tmp_path / "新.xlsx", 应急空间=[*SPACES, ["K1", "示范坝", "水库", *lonlat(18, 0), "清河", 800, 2]])
    moved = merge_lists(river, book)
    pools = moved.reaches[moved.reaches["kind"] == "reservoir"]
    assert list(pools["length"].round(-1)) == [2_000]
    assert list(pools["head"]) == [moved.site("K1").node_id]
    assert np.nansum(moved.scenarios["normal"].storage) == pytest.approx(8e6)
    assert list(moved.nodes["kind"]).count("dam") == 1


def test_a_flow_at_a_kilometre_off_the_map_is_named_and_not_used(tmp_path):
    river = made(tmp_path, 流量=[*FLOWS, ["清河", 90, "平水期", 1, None, None, None]])
    problem = next(p for p in river.report if p.code == "range_outside")
    assert (problem.sheet, problem.row) == ("流量", 5)
    assert river.scenarios["normal"].discharge[river.reach_row["a-1"]] == pytest.approx(15, rel=1e-3)


BESIDE = {"a@清河": [(0, 0), (20, 0)], "b@小溪": [(2, 5), (4, 0.15), (9, 0.15), (10, 0)]}
"""小溪 beside 清河, 150 m away."""
INTAKES = ["编号", "名称", "经度", "纬度", "类型", "服务人口"]


def test_what_a_person_chose_and_moved_is_kept_when_lists_are_merged(tmp_path):
    river = made(tmp_path, BESIDE, 取水口=[INTAKES, ["I1", "二水厂", *lonlat(6, 0.07), None, 500],
                                       ["I2", "三水厂", *lonlat(7, 0.08), None, 500]])
    assert codes(river.report).count("site_doubtful") == 2
    lists = read_lists(tmp_path / "清单.xlsx")
    chosen = lay_over(river.replace(report=()), lists, file="清单.xlsx", chosen={"I1": "b-1"},
                      moved={"I2": lonlat(15, 0.01)})
    assert chosen.site("I1").reach_id == "b-1"
    assert chosen.site("I2").reach_id == "a-2"
    assert "site_doubtful" not in codes(chosen.report)
    book = workbook(tmp_path / "断面.xlsx", 监测断面=[["编号", "名称", "经度", "纬度"], ["D1", "断面", *lonlat(3, 0)]])
    later = merge_lists(chosen, book)                           # other lists do not undo it
    assert later.site("I1").reach_id == "b-1"
    assert later.site("I2").reach_id == "a-2"
    assert later.site("D1").reach_id == "a-1"


def test_where_no_line_has_a_name_the_rivers_of_sites_are_said_once_and_not_site_by_site(tmp_path):
    near = [lonlat(x, 0.1) for x in (4, 8)]
    intakes = [["名称", "经度", "纬度", "所在河流"], ["甲", *near[0], "清河"], ["乙", *near[1], "清河"]]
    river = made(tmp_path, {"a": [(0, 0), (20, 0)]}, 取水口=intakes)
    assert [p.code for p in river.report if p.code in ("lines_unnamed", "site_river_unknown")] == ["lines_unnamed"]


def test_a_river_whose_kilometres_all_run_the_other_way_is_told_once_and_a_flip_mends_it(tmp_path):
    from riverplan.river.mends import Mend

    rows = [["名称", "经度", "纬度", "所在河流", "里程"],
            *([f"桥{km}", *lonlat(10, 8 - km), "小溪", km] for km in (1, 2.5, 7)), ["岸桥", *lonlat(5, 0), "清河", 15]]
    drawn = {"a@清河": [(0, 0), (20, 0)], "b@小溪": [(10, 0), (10, 8)]}
    river = made(tmp_path, drawn, 桥梁=rows)
    (said,) = [p for p in river.report if p.code == "river_upside_down"]
    assert (said.fields["river"], said.fields["count"], said.said("zh")["lines"]) == ("小溪", 3, "b")
    assert "site_km_differs" not in codes(river.report)
    right = [[*row[:4], 8 - row[4] if row[3] == "小溪" else row[4]] for row in rows[1:]]
    flipped = import_river([tmp_path / "线.geojson"], name="清河", mends=[Mend(action="flip", id="b-1")],
                           workbook=workbook(tmp_path / "right.xlsx", 桥梁=[rows[0], *right]))
    assert not {"river_upside_down", "site_km_differs", "stray_end"} & set(codes(flipped.report))


def test_a_site_that_was_moved_stays_when_the_same_list_is_merged_again_and_yields_to_a_new_place(tmp_path):
    from riverplan.river.mends import Mend

    far = lonlat(5, 90)
    rows = [["编号", "名称", "经度", "纬度"], ["Q1", "桥", *lonlat(5, 0.1)], ["Q2", "远桥", *far]]
    lines = write_geojson(tmp_path / "线.geojson", DRAWING)
    book = workbook(tmp_path / "清单.xlsx", 桥梁=rows)
    lon, lat = lonlat(15, 0.1)
    river = import_river([lines], name="清河", workbook=book, outlets=[lonlat(20, 0)],
                         mends=[Mend(action="move", id="Q2", lon=lon, lat=lat)])
    for _ in range(2):
        river = merge_lists(river, book)
        assert (river.site("Q2").lon, river.site("Q2").lat) == pytest.approx((lon, lat))
        assert codes(river.report).count("site_by_hand") == 1
    other = workbook(tmp_path / "清单.xlsx", 桥梁=[*rows[:2], ["Q2", "远桥", *lonlat(2, 0.1)]])
    river = merge_lists(river, other)
    assert (river.site("Q2").lon, river.site("Q2").lat) == pytest.approx(lonlat(2, 0.1))
    assert "site_hand_gone" in codes(river.report) and "site_by_hand" not in codes(river.report)


def test_kilometres_the_other_way_round_do_not_hide_those_that_are_simply_wrong(tmp_path):
    rows = [["名称", "经度", "纬度", "所在河流", "里程"],
            *([f"断{x}", *lonlat(x, 0), "清河", km] for x, km in ((2, 2), (4, 4), (7, 7), (15, 15), (18, 9), (6, 1)))]
    river = made(tmp_path, {"a@清河": [(0, 0), (20, 0)]}, 监测断面=rows)
    (said,) = [p for p in river.report if p.code == "river_upside_down"]
    assert said.fields["count"] == 4
    assert {p.fields["site"] for p in river.report if p.code == "site_km_differs"} == {"断18", "断6"}


def test_a_stretch_beyond_the_river_is_counted_as_dropped(tmp_path):
    from riverplan.river.counting import counts_of

    heads = ["河流名称", "起点里程", "终点里程", "河宽"]
    river = made(tmp_path, 河段参数=[heads, ["清河", 0, 5, 20], ["清河", 100, 120, 30]])
    (count,) = [c for c in counts_of(river) if c.sheet == "河段参数"]
    assert (count.kept, dict(count.dropped)) == (1, {"range_outside": 1})


def test_files_of_one_name_are_refused_with_their_paths(tmp_path):
    lines = write_geojson(tmp_path / "线.geojson", DRAWING)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "桥梁.csv").write_text("名称,经度,纬度\n桥,107.5,29.8\n", "utf-8")
    with pytest.raises(InputError) as error:
        import_river([lines], name="清河", workbook=[tmp_path / "a" / "桥梁.csv", tmp_path / "b" / "桥梁.csv"])
    assert [p.code for p in error.value.problems if p.severity == "error"] == ["files_alike_named"]


def test_rows_that_say_two_things_of_one_place_are_named_and_the_later_counts(tmp_path):
    heads = ["河流名称", "起点里程", "终点里程", "河宽"]
    flows = [["河流名称", "里程", "水期", "流量"],
             ["清河", 0, "平水期", 10], ["清河", 0, "平水期", 20], ["清河", 0, "枯水期", 3]]
    river = made(tmp_path, 流量=flows, 河段参数=[heads, ["清河", 0, 5, 20], ["清河", 2, 4, 99], ["清河", 5, 9, 30]])
    said = {p.code: p for p in river.report if p.code in ("flow_twice", "stretches_overlap")}
    assert (said["flow_twice"].row, said["flow_twice"].fields["other"]) == (3, 2)
    assert (said["stretches_overlap"].row, said["stretches_overlap"].fields["other"]) == (3, 2)
    assert codes(river.report).count("stretches_overlap") == 1
    assert np.nanmax(river.scenarios["normal"].discharge) == pytest.approx(20)
