"""Workbooks as bureaus send them, built cell by cell."""

# ruff: noqa: DTZ001  (Excel knows no time zones)
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from riverplan.errors import InputError
from riverplan.tables import read_lists
from riverplan.tables.ids import settle_ids
from riverplan.tables.template import write_template

HEADS = ["编号", "单位名称", "经度", "纬度", "所在县", "最大存量（t）"]
GOOD = ["S01", "某化工厂", 107.73, 29.86, "丰都县", 30]


def book(path: Path, sheets: dict[str, list[list]], *, merge: dict[str, list[str]] | None = None) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in (merge or {}).get(title, []):
            sheet.merge_cells(area)
    workbook.save(path)
    return path


def codes(problems) -> list[str]:
    for problem in problems:                      # every problem can be said, with its mend
        assert problem.text("zh") and problem.text("en") and problem.mend("zh") and problem.mend("en")
        assert "{" not in problem.text("zh") + problem.text("en")
    return [p.code for p in problems]


def one(problems, code):
    found = [p for p in problems if p.code == code]
    assert len(found) == 1, codes(problems)
    return found[0]


def test_a_number_with_about_is_named_by_file_sheet_row_and_head_with_the_mend(tmp_path):
    path = book(tmp_path / "风险源.xlsx", {"Sheet1": [HEADS, GOOD, ["S02", "乙厂", 107.8, 29.9, "丰都县", "约30"]]})
    lists = read_lists(path)
    problem = one(lists.problems, "cell_not_number")
    assert (problem.file, problem.sheet, problem.row, problem.head) == ("风险源.xlsx", "Sheet1", 3, "最大存量（t）")
    assert problem.text("zh") == ("风险源.xlsx Sheet1 第 3 行 “最大存量（t）”列：“约30”不是数字。"
                                  "请填写以 t 为单位的数字。")
    assert problem.text("en").endswith("“约30” is not a number. Give a number in t.")
    frame = lists.frames["risk_source"]
    assert frame["max_storage"].tolist()[0] == 30_000.0
    assert frame["max_storage"].isna().tolist() == [False, True]         # the row stays, the cell is empty


def test_title_rows_merged_heads_blank_rows_totals_and_notes_are_seen_through(tmp_path):
    rows = [["丰都县饮用水取水口一览表"], ["填报单位：县局", None, None, None, "2026年7月"], [],
            ["序\n号", "名  称", "坐标", None, "供水情况", None], [None, None, "东经", "北纬", "供水人口",
                "取水量（万m3/d）"],
            [1, "龙河水厂", 107.73, 29.86, "１２０００", 1.2], [], [2, None, 107.74, 29.87, "3.5万", "—"],
            [3], [4, None, None, None, None, None], ["合计", None, None, None, 47_000, 1.2], ["注：数据截至2026年6月"]]
    path = book(tmp_path / "a.xlsx", {"附表2": rows}, merge={"附表2": ["A1:F1", "A4:A5", "B4:B5", "C4:D4", "E4:F4"]})
    lists = read_lists(path)
    frame = lists.frames["intake"]
    assert lists.found == ("intake",)
    assert frame["site_id"].tolist() == ["I01", "I02"]
    assert frame["name"].tolist() == ["龙河水厂", ""]
    assert frame["population"].tolist() == [12_000.0, 35_000.0]
    assert frame["supply"].tolist()[0] == pytest.approx(12_000 / 86_400)
    assert frame["row"].tolist() == [6, 8]
    assert one(lists.problems, "rows_skipped").said("zh")["rows"] == "11、12"
    assert not [p for p in lists.problems if p.severity == "error"]


def test_a_row_of_units_under_the_heads_counts_as_units(tmp_path):
    rows = [["名称", "类型", "经度", "纬度", "总库容", "坝高"], [None, None, None, None, "亿m³", "m"],
            ["藤子沟", "水库", 108.3, 29.9, 1.93, 124]]
    frame = read_lists(book(tmp_path / "a.xlsx", {"应急空间": rows})).frames["space"]
    assert frame["total_volume"].tolist() == [193_000_000.0]
    assert frame["height"].tolist() == [124.0]
    assert frame["row"].tolist() == [3]


def test_merged_cells_of_data_count_for_every_row_they_cover_but_an_id_is_one(tmp_path):
    rows = [HEADS, ["S01", "甲", 107.7, 29.8, "丰都县", 1], [None, "乙", 107.8, 29.9, None, 2]]
    path = book(tmp_path / "a.xlsx", {"风险源": rows}, merge={"风险源": ["A2:A3", "E2:E3"]})
    frame = read_lists(path).frames["risk_source"]
    assert frame["county"].tolist() == ["丰都县", "丰都县"]
    assert frame["site_id"].tolist() == ["S01", "R01"]


def test_all_problems_of_a_workbook_are_told_at_once(tmp_path):
    path = book(tmp_path / "a.xlsx", {
        "风险源": [HEADS, GOOD, ["S02", "乙", 0, 0, "", 1], ["S03", "丙", 29.86, 107.73, "", "三十"],
                ["S04", "丁", None, None, "", 1]],
        "流量": [["河流名称", "水期", "流量"], ["龙河", "枯水", "约5"], ["龙河", "雨季", 5], [None, "平水期",
            9], ["龙河", "丰", 60]],
    })
    lists = read_lists(path)
    assert sorted(set(codes(lists.problems)) - {"datum_assumed"}) == [
        "cell_not_choice", "cell_not_number", "cell_required", "place_missing", "point_swapped", "point_zero",
        "rows_left_out"]
    assert [p.row for p in lists.problems if p.code == "cell_not_number"] == [4, 2]
    assert lists.frames["risk_source"]["site_id"].tolist() == ["S01", "S03"]
    assert lists.frames["risk_source"][["lon", "lat"]].values.tolist() == [[107.73, 29.86], [107.73, 29.86]]
    assert lists.frames["flow"][["scenario", "discharge"]].values.tolist() == [["high", 60.0]]
    assert {p.said("zh")["rows"] for p in lists.problems if p.code == "rows_left_out"} == {"3、5", "2、3、4"}


def test_a_site_without_coordinates_is_kept_if_river_and_kilometre_place_it(tmp_path):
    rows = [["名称", "经度", "纬度", "所在河流", "河道里程"], ["村级取水点", None, None, "龙河", 12.5], ["乙",
        None, None, "龙河", None],
            ["丙", 0, 0, "龙河", "3 km"]]
    lists = read_lists(book(tmp_path / "a.xlsx", {"取水口": rows}))
    frame = lists.frames["intake"]
    assert frame["river_km"].tolist() == [12_500.0, 3_000.0]                 # metres
    assert frame["lon"].isna().all()
    assert one(lists.problems, "place_missing").row == 3
    assert one(lists.problems, "point_zero").severity == "warning"


def test_one_column_may_hold_both_coordinates(tmp_path):
    rows = [["桥名", "坐标（经纬度）"], ["甲", "107.72,29.86"], ["乙", "29°51′36″N，107°43′12″E"], ["丙",
        "107.72 29.86"],
            ["丁", "107.72"], ["戊", "E107°43′12″、N29°51′36″"]]
    lists = read_lists(book(tmp_path / "a.xlsx", {"桥梁": rows}))
    frame = lists.frames["bridge"]
    assert frame["name"].tolist() == ["甲", "乙", "丙", "戊"]
    assert frame["lon"].tolist() == pytest.approx([107.72] * 4) and frame["lat"].tolist() == pytest.approx([29.86] * 4)
    assert one(lists.problems, "point_half").row == 5 and one(lists.problems, "point_swapped").row == 3


def test_resources_need_no_coordinates(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {"联系人": [
        ["岗位", "单位", "联系电话"], ["值班室", "县生态环境局", 2370700000], ["值守", "应急局", "023-12345"]]}))
    assert lists.frames["contact"]["phone"].tolist() == ["2370700000", "023-12345"]
    assert lists.frames["contact"]["resource_id"].tolist() == ["L01", "L02"]
    assert next(lists.records("contact"))["lon"] is None


def test_ids_are_unique_over_all_lists_and_every_change_is_said(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {
        "风险源": [HEADS, GOOD, ["S01", "乙", 107.8, 29.9, "", 1], ["S01-2", "丙", 107.9, 29.9, "", 1],
                [None, "丁", 107.9, 29.8, "", 1]],
        "桥梁": [["编号", "桥名", "经度", "纬度"], ["S01", "龙河大桥", 107.7, 29.8], [7, "新桥", 107.7, 29.8]],
    }))
    assert lists.frames["risk_source"]["site_id"].tolist() == ["S01", "S01-3", "S01-2", "R01"]
    assert lists.frames["bridge"]["site_id"].tolist() == ["S01-4", "Q07"]
    twice = [(p.sheet, p.row, p.fields["new"]) for p in lists.problems if p.code == "id_twice"]
    assert twice == [("风险源", 3, "S01-3"), ("桥梁", 2, "S01-4")]
    assert one(lists.problems, "ids_lettered").fields["new"] == "Q07"
    assert one(lists.problems, "ids_given").fields["first"] == "R01"


def test_unknown_heads_and_sheets_are_noted_once_and_kept_nowhere(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {
        "风险源": [[*HEADS, "联系人", "法人"], [*GOOD, "张三", "李四"]], "工资表": [["姓名", "工资"], ["张三",
            1]], "Sheet3": []}))
    assert one(lists.problems, "heads_unknown").said("zh")["heads"] == "联系人、法人"
    assert one(lists.problems, "sheet_unknown").sheet == "工资表"
    assert "张三" not in lists.frames["risk_source"].to_string()


def test_the_better_of_two_heads_of_one_meaning_counts(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {"风险源": [["序号", *HEADS], [9, *GOOD]]}))
    assert lists.frames["risk_source"]["site_id"].tolist() == ["S01"]
    assert one(lists.problems, "heads_twice").said("zh")["heads"] == "序号"


def test_a_foreign_unit_in_a_head_is_said(tmp_path):
    heads = [*HEADS[:-1], "最大存量（桶）"]
    problem = one(read_lists(book(tmp_path / "a.xlsx", {"风险源": [heads, GOOD]})).problems, "head_unit")
    assert problem.severity == "warning" and problem.fields["unit"] == "桶" and problem.fields["taken"] == "t"


def test_coordinates_under_heads_that_name_a_shifted_map_are_converted_and_said(tmp_path):
    heads = ["编号", "名称", "经度（高德）", "纬度（高德）", "最大存量"]
    lists = read_lists(book(tmp_path / "a.xlsx", {"风险源": [heads, ["S1", "甲", 107.7, 29.8, 1]]}))
    problem = one(lists.problems, "datum_head")
    assert (problem.fields["count"], problem.fields["datum"]) == (1, "gcj02")
    assert "datum_assumed" not in codes(lists.problems)
    row = lists.frames["risk_source"].iloc[0]
    assert (row["lon"], row["lat"]) == pytest.approx((107.7 - 0.0044, 29.8 + 0.0026), abs=3e-4)   # about 500 m off


def test_of_two_pairs_of_coordinates_the_unshifted_counts(tmp_path):
    heads = ["编号", "名称", "lon_gcj", "lat_gcj", "lon_wgs84", "lat_wgs84", "source_url"]
    lists = read_lists(book(tmp_path / "a.xlsx", {"桥梁": [heads, ["Q1", "甲", 107.734, 29.857, 107.73, 29.86, "http://x"]]}))
    assert lists.frames["bridge"][["lon", "lat", "source"]].values.tolist() == [[107.73, 29.86, ""]]
    assert "datum_head" not in codes(lists.problems)
    assert one(lists.problems, "heads_twice").said("zh")["heads"] == "lon_gcj、lat_gcj"
    assert one(lists.problems, "heads_unknown").said("zh")["heads"] == "source_url"


def test_a_formula_without_value_is_said_and_not_read_as_empty(tmp_path):
    path = book(tmp_path / "a.xlsx", {"风险源": [HEADS, [*GOOD[:-1], "=10*3"]]})
    problem = one(read_lists(path).problems, "cell_uncalculated")
    assert (problem.row, problem.head) == (2, "最大存量（t）")


def test_hidden_sheets_are_skipped_and_said(tmp_path):
    path = book(tmp_path / "a.xlsx", {"风险源": [HEADS, GOOD], "取水口": [["名称", "经度", "纬度"], ["旧", 1, 2]]})
    workbook = openpyxl.load_workbook(path)
    workbook["取水口"].sheet_state = "hidden"
    workbook.save(path)
    lists = read_lists(path)
    assert one(lists.problems, "sheet_hidden").sheet == "取水口"
    assert lists.frames["intake"].empty and lists.found == ("risk_source",)


def test_a_missing_required_column_is_one_problem_not_one_a_row(tmp_path):
    with pytest.raises(InputError) as caught:
        read_lists(book(tmp_path / "a.xlsx", {"流量": [["河流名称", "流量"], ["龙河", 5], ["龙河", 9]]}))
    assert [(p.code, p.head) for p in caught.value.problems] == [("column_missing", "水期")]


@pytest.mark.parametrize(("title", "kind"), [
    ("附表1 环境风险源清单", "risk_source"), ("表3-2水质断面", "section"), ("饮用水水源地", "intake"),
        ("risk sources", "risk_source"),
    ("跨河桥梁", "bridge"), ("应急物资库", "store"), ("环境应急空间与设施", "space"), ("河段参数表", "reach_parameter"),
    ("河流断面", "section"), ("沿河乡镇", "town"), ("行政交界断面", "boundary"),
])
def test_sheets_are_known_by_the_names_bureaus_give_them(title, kind):
    from riverplan.tables.heads import kind_by_name

    assert kind_by_name(title) == kind


def test_flows_side_by_side_become_one_flow_a_row(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {
        "河流": [["河流名称", "河长（km）", "枯水期流量（m³/s）", "平水期流量", "丰水期流量", "枯水期流速"],
               ["龙河", 164, 8.5, 58, "约300", 0.25], ["碧溪河", 45, "—", 3.1, 20, None]],
    }))
    flows = lists.frames["flow"]
    assert flows[["river", "scenario", "discharge", "row"]].values.tolist() == [
        ["龙河", "low", 8.5, 2], ["龙河", "normal", 58.0, 2], ["碧溪河", "normal", 3.1, 3], ["碧溪河", "high", 20.0, 3]]
    assert flows["velocity"].tolist()[0] == 0.25 and flows["velocity"].isna().sum() == 3
    assert lists.frames["river"]["length"].tolist() == [164_000.0, 45_000.0]
    problem = one(lists.problems, "cell_not_number")
    assert (problem.row, problem.head) == (2, "丰水期流量")
    assert "heads_unknown" not in codes(lists.problems) and lists.found == ("flow", "river")


def test_scenarios_in_merged_heads_over_flow_and_velocity_are_read(tmp_path):
    rows = [["各水期流量流速表"], ["河流", "里程", "枯水期", None, "丰水期", None],
            [None, "(km)", "流量(m3/s)", "流速(m/s)", "流量(m3/s)", "流速(m/s)"], ["龙河", 12, 8, 0.2, 300, 1.9]]
    path = book(tmp_path / "a.xlsx", {"流量": rows}, merge={"流量": ["A1:F1", "A2:A3", "C2:D2", "E2:F2"]})
    lists = read_lists(path)
    assert lists.frames["flow"][["river", "at_km", "scenario", "discharge", "velocity"]].values.tolist() == [
        ["龙河", 12_000.0, "low", 8.0, 0.2], ["龙河", 12_000.0, "high", 300.0, 1.9]]


def test_a_sheet_without_a_telling_name_is_known_by_its_heads(tmp_path):
    lists = read_lists(book(tmp_path / "台账.xlsx", {"Sheet1": [HEADS, GOOD], "Sheet2": [
        ["河流名称", "水期", "流量(m³/s)", "流速(m/s)"], ["龙河", "枯水期", 5.2, 0.3]]}))
    assert lists.found == ("risk_source", "flow")
    assert lists.frames["flow"]["velocity"].tolist() == [0.3]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_file_is_one_list_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "风险源.csv"
    path.write_bytes("编号,企业名称,经度,纬度,最大存量\r\nS01,\"丰都某化工厂\",107°43′12″,29.86,1200kg\r\n".encode(encoding))
    lists = read_lists(path)
    frame = lists.frames["risk_source"]
    assert frame[["site_id", "name", "max_storage", "row"]].values.tolist() == [["S01", "丰都某化工厂", 1200.0, 2]]
    assert "encoding_unsure" not in codes(lists.problems)


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _zip(path: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(("make", "code"), [
    (lambda d: d / "没有.xlsx", "input_missing"),
    (lambda d: d, "input_unreadable"),
    (lambda d: _bytes(d / "a.xlsx", b""), "input_empty"),
    (lambda d: _bytes(d / "a.xlsx", "编号,名称".encode()), "workbook_not"),
    (lambda d: _bytes(d / "a.xlsx", b"<html><table></table></html>"), "workbook_not"),
    (lambda d: _bytes(d / "a.xls", OLE + bytes(600)), "workbook_old"),
    (lambda d: _bytes(d / "a.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), "workbook_protected"),
    (lambda d: _bytes(d / "a.xlsx", b"PK\x03\x04" + bytes(60)), "workbook_broken"),
    (lambda d: _zip(d / "a.xlsx", ["word/document.xml"]), "document_broken"),
    (lambda d: _zip(d / "a.xlsx", ["xl/workbook.bin"]), "workbook_binary"),
    (lambda d: _zip(d / "a.xlsx", ["xl/workbook.xml", "[Content_Types].xml"]), "workbook_broken"),
    (lambda d: _bytes(d / "a.csv", bytes([0, 1, 2, 3])), "workbook_not"),
    (lambda d: book(d / "a.xlsx", {"工资表": [["姓名"], ["x"]]}), "workbook_no_list"),
    (lambda d: book(d / "a.xlsx", {"风险源": [["关于开展风险源排查的通知"], ["各单位："]]}), "heads_missing"),
])
def test_what_is_no_workbook_is_refused_with_its_mend(tmp_path, make, code):
    with pytest.raises(InputError) as caught:
        read_lists(make(tmp_path))
    assert code in codes(caught.value.problems)
    for problem in caught.value.problems:
        assert problem.mend("zh") and problem.mend("en")


def test_dates_booleans_and_choices_arrive_in_our_words(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {"监测断面": [
        ["断面名称", "断面级别", "经度", "纬度", "是否自动站", "水质目标", "核查日期", "数据来源", "岸别"],
        ["湛普", "国控", 107.6, 29.8, "是", "Ⅱ类", dt.datetime(2026, 3, 4), "现场核查", "左岸"]]}))
    row = next(lists.records("section"))
    assert (row["category"], row["automatic"], row["water_class"], row["verified_on"], row["source"], row["bank"]) == (
        "national", True, "II", "2026-03-04", "survey", "left")


def test_thousands_of_rows_of_one_id_are_renumbered_in_one_pass():
    rows = [{"site_id": "B1", "file": "x.xlsx", "sheet": "风险源", "row": n + 2} for n in range(20_000)]
    problems = settle_ids({"risk_source": rows})
    assert len({r["site_id"] for r in rows}) == len(rows)
    assert rows[-1]["site_id"] == "B1-20000"
    assert len(problems) == len(rows) - 1


def test_an_empty_template_is_said_to_be_empty(tmp_path):
    assert "workbook_blank" in codes(read_lists(write_template(tmp_path / "空.xlsx")).problems)
