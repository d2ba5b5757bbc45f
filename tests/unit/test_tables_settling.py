"""What becomes of rows: same merged, gone out, alike named, items grouped, columns mapped, all counted."""

import json

import openpyxl
import pytest

from riverplan.errors import InputError
from riverplan.tables import read_lists
from riverplan.tables.duplicates import bare_name
from riverplan.tables.lists import look
from riverplan.tables.mappings import find, read_mappings, remember, source_key
from riverplan.tables.remarks import state_of

HEADS = ["名称", "经度", "纬度", "所在乡镇", "备注"]


def book(path, sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def of(lists, code):
    found = [p for p in lists.problems if p.code == code]
    for problem in found:
        assert "{" not in problem.text("zh") + problem.text("en")
    return found


@pytest.mark.parametrize(("remark", "state"), [
    ("撤销", "gone"), ("已撤销", "gone"), ("2021年已搬迁", "gone"), ("该厂已于2020年底拆除", "gone"), ("停用", "gone"),
    ("已搬迁至工业园区", "gone"), ("停产", "halted"), ("拟搬迁", "halted"), ("计划2027年撤销", "halted"),
    ("闭库", "halted"), ("正常", ""), ("", ""), ("存放废弃物", ""), ("闸门平时关闭", ""), ("已关闭闸门", ""),
    ("搬迁至此", ""), ("由老城区迁入", ""), ("汛期停用，现为备用", "halted")])
def test_only_what_is_plainly_said_to_be_gone_is_gone(remark, state):
    assert state_of(remark, "")[0] == state


def test_gone_things_are_left_out_said_and_counted_and_halted_ones_stay(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {"取水口": [
        [*HEADS, "运行状态", "是否停产"], ["甲（已撤销）", 107.1, 29.1, "", "", "", ""],
        ["乙", 107.2, 29.1, "", "", "停用", ""],
        ["丙", 107.3, 29.1, "", "", "正常", "是"], ["丁", 107.4, 29.1, "", "", "正常", "否"],
        ["合计"], ["注：截至6月"]]}))
    assert lists.frames["intake"]["name"].tolist() == ["丙", "丁"]
    assert [p.row for p in of(lists, "site_closed")] == [2, 3]
    assert [p.row for p in of(lists, "site_halted")] == [4]
    (count,) = lists.counts
    assert (count.read, count.kept, count.merged) == (6, 2, 0)
    assert dict(count.dropped) == {"row_note": 1, "row_total": 1, "site_closed": 2}


def test_the_stations_of_taihu_without_the_withdrawn_one_and_without_zeros(shared):
    lists = read_lists(shared / "networks/taihu_points/stations_snapped_subset.csv")
    (count,) = lists.counts
    assert (count.read, count.kept, dict(count.dropped)) == (36, 32, {"point_zero": 3, "site_closed": 1})
    assert lists.frames["section"]["river"].tolist()[:2] == ["川杨河", "黄浦江"]


def test_exactly_the_same_row_is_merged_also_across_files_and_both_rows_are_named(tmp_path):
    one = book(tmp_path / "a.xlsx", {"桥梁": [["编号", *HEADS], [1, "石桥", 107.1, 29.1, "甲镇", ""]]})
    two = book(tmp_path / "b.xlsx", {"桥梁": [["编号", *HEADS], [7, "石桥", 107.1, 29.1, "甲镇", ""],
                                            ["Q9", "石桥", 107.1, 29.1, "甲镇", ""]]})
    lists = read_lists([one, two])
    assert lists.frames["bridge"]["site_id"].tolist() == ["Q01", "Q9"]       # an id of its own is a thing of its own
    (same,) = of(lists, "rows_same")
    assert (same.fields["where1"], same.fields["row1"], same.fields["where2"], same.fields["row2"]) == (
        "a.xlsx 桥梁", 2, "b.xlsx 桥梁", 2)
    assert len(of(lists, "rows_alike")) == 1
    assert [(c.read, c.kept, c.merged) for c in lists.counts] == [(1, 1, 0), (2, 1, 1)]


def test_five_bridges_of_one_name_are_five_bridges(tmp_path):
    rows = [["石桥", 107 + n / 10, 29.1, f"{n}镇", ""] for n in range(5)]
    lists = read_lists(book(tmp_path / "a.xlsx", {"桥梁": [HEADS, *rows]}))
    assert len(lists.frames["bridge"]) == 5
    (note,) = of(lists, "names_repeat")
    assert note.fields["count"] == 5 and "3镇" in note.text("zh")


def test_two_writings_of_a_company_are_named_and_both_kept(tmp_path):
    assert bare_name("浙江省湖州市三友印染有限公司") == bare_name("湖州三友印染")
    assert bare_name("水务集团有限公司（市北厂）") != bare_name("水务集团有限公司（碧浪厂）")
    lists = read_lists(book(tmp_path / "a.xlsx", {"风险源": [
        HEADS, ["湖州市三友印染有限公司", 120.25, 30.86, "", ""], ["三友印染", 120.25, 30.86, "", ""],
        ["湖州三友印染", 120.251, 30.86, "", ""]]}))
    assert len(lists.frames["risk_source"]) == 3
    assert [(p.fields["row1"], p.fields["row2"]) for p in of(lists, "rows_alike")] == [(2, 4)]


def test_items_stay_rows_and_fill_their_stores(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {
        "应急物资清单": [["物资名称", "规格型号", "数量", "单位", "存放地点"], ["围油栏", "PVC", "500米", None, "县库"],
                    ["活性炭", None, 2, "t", "县库"], ["吸油毡", None, "若干", "包", "市库"]],
        "物资库": [["名称", "经度", "纬度"], ["市库", 107.7, 29.8]]}))
    items = lists.frames["material"]
    assert items[["name", "unit", "store"]].values.tolist() == [
        ["围油栏", "米", "县库"], ["活性炭", "t", "县库"], ["吸油毡", "包", "市库"]]
    assert items["quantity"].tolist()[:2] == [500.0, 2.0] and items["note"].tolist()[2] == "数量：若干"
    assert lists.frames["store"][["name", "items"]].values.tolist() == [
        ["市库", "吸油毡包"], ["县库", "围油栏500米、活性炭2t"]]


@pytest.mark.parametrize(("title", "category"), [
    ("重点环境风险源清单（尾矿库）", "tailings"), ("化工园区", "park"), ("危化品运输路线", "hazmat_road"),
    ("加油站清单", "fuel_station"),
    ("入河排污口", "outfall"), ("污水处理厂名单", "wastewater_plant"), ("风险企业", "enterprise")])
def test_the_six_kinds_of_sources_are_known_by_the_name_of_their_sheet(tmp_path, title, category):
    lists = read_lists(book(tmp_path / "a.xlsx", {title: [HEADS, ["甲", 107.1, 29.1, "", ""]]}))
    assert lists.frames["risk_source"]["category"].tolist() == [category]
    assert len(of(lists, "category_of_sheet")) == 1


def test_three_rows_of_heads_are_heads(tmp_path):
    lists = read_lists(book(tmp_path / "a.xlsx", {"取水口": [
        ["基本情况", None, None, "供水"], ["名称", "位置", None, "规模"], [None, "经度", "纬度", "供水人口（万人）"],
        ["甲", 107.1, 29.1, 1.2]]}))
    assert lists.frames["intake"][["name", "lon", "population", "row"]].values.tolist() == [["甲", 107.1, 12_000.0, 4]]


def test_a_mapping_is_remembered_for_tables_with_the_same_heads(tmp_path):
    def table(name):
        return book(tmp_path / name, {"取水口": [["甲列", "X", "Y", "不要"], ["龙河水厂", 107.1, 29.1, "z"]]})

    assert read_lists(table("表2025年.xlsx")).frames["intake"]["name"].tolist() == [""]
    lists = read_lists(table("表2025年.xlsx"), columns={"甲列": "名称", "不要": ""})
    assert lists.frames["intake"]["name"].tolist() == ["龙河水厂"] and not of(lists, "heads_unknown")
    path = tmp_path / "m.json"
    remember(path, lists.sources[0].key, {"甲列": "name", "不要": ""}, kind="intake")
    again = read_lists(table("表2026年.xlsx"), mappings=path)
    assert again.frames["intake"]["name"].tolist() == ["龙河水厂"] and len(of(again, "mapping_used")) == 1
    assert json.loads(path.read_text(encoding="utf-8"))["sources"]
    assert find(read_mappings(path), source_key("别的", "", ["甲列", "X", "Y", "不要"])).kind == "intake"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "表2025年.xlsx", "表2026年.xlsx"]


def test_two_sheets_with_the_same_heads_are_remembered_apart(tmp_path):
    heads = ["甲列", "X", "Y"]
    path = book(tmp_path / "表2025年.xlsx", {"一": [heads, ["龙河水厂", 107.1, 29.1]],
                                               "二": [heads, ["龙河桥", 107.1, 29.1]]})
    said = tmp_path / "m.json"
    for source, kind in zip(look(path), ("intake", "bridge"), strict=True):
        remember(said, source.key, {"甲列": "name"}, kind=kind)
    lists = read_lists(path, mappings=said)
    assert [lists.frames[kind]["name"].tolist() for kind in ("intake", "bridge")] == [["龙河水厂"], ["龙河桥"]]
    named = book(tmp_path / "别的.xlsx", {"监测断面": [heads, ["断面一", 107.1, 29.1]]})
    assert [s.kind for s in look(named, mappings=said)] == ["section"]      # its name counts before like heads


def test_a_head_over_a_row_of_units_is_mapped_as_it_is_written(tmp_path):
    path = book(tmp_path / "a.xlsx", {"取水口": [
        ["名称", "经度", "纬度", "日用水"], [None, None, None, "万m³/d"], ["甲", 107.1, 29.1, 2]]})
    (source,) = look(path)
    assert "日用水" in source.unknown
    plain = read_lists(path).frames["intake"]["supply"].tolist()
    told = read_lists(path, columns={"日用水": "supply"}).frames["intake"]["supply"].tolist()
    assert plain != told and told[0] == pytest.approx(20_000 / 86_400)


def test_a_full_row_of_data_is_not_taken_for_the_heads(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("叫法,东向,北向,\n甲,107.1,29.1,张三\n乙,107.2,29.2,李四\n", "utf-8")
    (source,) = look(path)
    assert source.heads == ("叫法", "东向", "北向")


def test_a_mapping_to_a_field_that_is_none_and_of_a_head_that_is_none_is_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", {"取水口": [HEADS, ["甲", 107.1, 29.1, "", ""]]})
    with pytest.raises(InputError) as caught:
        read_lists(path, columns={"备注": "没有的字段", "没有的列": "名称"})
    assert [p.code for p in caught.value.problems if p.severity == "error"] == ["map_unknown", "map_unused"]
    with pytest.raises(InputError):
        remember(tmp_path / "m.json", "k|1", {"甲": "no_such_field"})
    assert not (tmp_path / "m.json").exists()


def test_unknown_heads_come_with_what_they_may_mean_also_of_a_sheet_that_is_no_list(tmp_path):
    path = book(tmp_path / "a.xlsx", {"风险源": [[*HEADS, "最大存量值"], ["甲", 107.1, 29.1, "", "", 3]],
                                     "表": [["某列", "另列"], [1, 2]]})
    first, second = look(path)
    assert first.unknown["最大存量值"][0] == "max_storage" and (second.kind, second.heads) == ("", ("某列", "另列"))
    (note,) = of(read_lists(path), "heads_like")
    assert '--map "最大存量值=最大存量"' in note.mend("zh")
