"""The river information list: what stands on which sheet, how it is marked and printed, and that nothing is lost."""

import io
import re
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from river_fixtures import braid, dammed, y_river

from riverplan.cli.export import command
from riverplan.exporting.workbook import WorkbookOptions, workbook
from riverplan.river.demonstration import demonstration
from riverplan.river.importing import import_river
from riverplan.river.listing import merge_lists
from riverplan.river.locate import position_at_km
from riverplan.river.placing import place_sites
from riverplan.river.sites import Contact, Intake, Material, Space, Store
from riverplan.tables import read_lists
from riverplan.tables.schema import tables, template_sheets


def opened(river, lang="zh", dated=""):
    return load_workbook(io.BytesIO(workbook(river, options=WorkbookOptions(dated=dated), lang=lang)))


def words(sheet):
    return "\n".join(str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None)


def heads(sheet):
    return {cell.value.split("（")[0].rstrip("*"): cell.column for cell in sheet[1]}


def cell(sheet, head, row=2):
    return sheet.cell(row=row, column=heads(sheet)[head])


def alike(a, b):
    return (a == b) | (np.isclose(a, b, rtol=1e-9, equal_nan=True) if a.dtype.kind == "f" else False)


def test_the_first_sheet_tells_of_the_river_and_every_list_follows_in_the_order_of_the_template():
    book = opened(y_river(), dated="2026-07-01")
    assert book.sheetnames == ["河流信息总览", "河流", "河段参数", "流量", "风险源", "取水口", "监测断面", "行政交界",
                               "桥梁", "乡镇", "物资库"]
    said = words(book.worksheets[0])
    for word in ("清河", "示范数据, 非实测", "2026-07-01", "4 个河段", "示例线 example lines", "枯水期", "假定"):
        assert word in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_heads_are_those_of_the_template_and_nothing_is_unknown_to_the_reader(tmp_path, lang):
    path = tmp_path / "lists.xlsx"
    river = y_river()
    river = river.replace(sites=tuple(replace(s, category="") if s.site_id == "S01" else s for s in river.sites))
    path.write_bytes(workbook(river, options=WorkbookOptions(), lang=lang))
    read = read_lists(path)
    assert [p.code for p in read.problems] == []
    assert {s.sheet for s in read.sources} <= {s.name(lang) for s in template_sheets()}


def test_a_text_is_never_a_formula_and_stays_a_text_when_it_is_edited():
    contact = Contact(resource_id="L1", name="=cmd()", unit="#N/A", phone="02370000001", role="-1", jurisdiction="+86")
    content = workbook(y_river().replace(resources=(contact,)), options=WorkbookOptions())
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not any(re.search(rb"<f[ >]", parts.read(n)) for n in parts.namelist() if "worksheets/sheet" in n)
    sheet = load_workbook(io.BytesIO(content))["联系人"]
    values = [cell(sheet, h).value for h in ("名称", "单位", "值班电话", "职责")]
    assert values == ["=cmd()", "#N/A", "02370000001", "-1"]
    assert cell(sheet, "名称").data_type == "s" and cell(sheet, "名称").quotePrefix
    assert cell(sheet, "值班电话").number_format == "@"
    assert sheet.column_dimensions["F"].number_format == "@"                   # and so does what is typed below


def test_what_a_plan_needs_and_is_missing_is_marked_and_still_empty():
    sheet = opened(y_river())["取水口"]
    known, unknown = cell(sheet, "供水人口", 2), cell(sheet, "供水人口", 3)
    assert known.value == 30_000 and known.comment is None
    assert unknown.value is None and "待填" in unknown.comment.text
    assert unknown.fill.fgColor.rgb != known.fill.fgColor.rgb
    assert cell(sheet, "备注", 3).comment is None                              # nothing a plan waits for


def test_gaps_go_by_the_type_of_a_space():
    spaces = [Space(site_id=f"K{n}", name="x", category=c, reach_id="r3", lon=108.0, lat=29.8)
              for n, c in enumerate(("pond", "temp_dam_site"))]
    placed, _ = place_sites(y_river(), [(replace(s, lon=b.lon, lat=b.lat), {})
                                        for s, b in zip(spaces, y_river().sites, strict=False)])
    sheet = opened(y_river().replace(sites=placed))["应急空间"]
    gaps = {row: {h for h in heads(sheet) if cell(sheet, h, row).comment} for row in (2, 3)}
    assert "可利用库容" in gaps[2] - gaps[3] and "坝高" in gaps[3] - gaps[2]


def test_the_needs_of_a_list_are_fields_and_types_it_has():
    for table in tables().values():
        codes = {c.code for f in table.fields if f.name == "category" for c in f.choices}
        assert set(table.needs) <= {"every", *codes}, table.kind
        for names in table.needs.values():
            assert all(table.has(n) for n in names), table.kind


def test_lists_are_chosen_from_frozen_and_printed_on_a4_across_with_heads_and_page_numbers():
    for sheet in opened(y_river()).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert "&P" in sheet.oddFooter.right.text and "示范数据" in sheet.oddHeader.right.text
        if sheet.title != "河流信息总览":
            assert sheet.print_title_rows == "$1:$1" and sheet.freeze_panes in ("B2", "C2")
    rules = opened(y_river())["取水口"].data_validations.dataValidation
    assert any("饮用水" in r.formula1 for r in rules) and any("左岸" in r.formula1 for r in rules)


def test_values_stand_in_the_units_of_the_list():
    sheet = opened(dammed())["应急空间"]
    assert cell(sheet, "总库容").value == 3_000 and cell(sheet, "回水长度").value == 6
    assert "（万m³）" in next(c.value for c in sheet[1] if c.value.startswith("总库容"))
    assert cell(sheet, "河道里程").value == pytest.approx(15)


def test_what_a_list_cannot_hold_is_marked_and_named_on_the_first_sheet():
    river = y_river()
    site = replace(river.sites[2], name="无", category="unheard of")
    book = opened(river.replace(sites=(site,)))
    assert "2 格读回时会变" in words(book.worksheets[0]) and "I01" in words(book.worksheets[0])
    assert "读回时会变" in cell(book["取水口"], "名称").comment.text


def test_a_site_a_person_put_where_nothing_leads_to_is_named_on_the_first_sheet():
    river = y_river()
    near = river.site("Q01")
    site = place_sites(river, [(Intake(site_id="I9", name="远处取水口", lon=near.lon, lat=near.lat), {})],
                       chosen={"I9": "r2"})[0][0]
    assert "远处取水口" in words(opened(river.replace(sites=(site,))).worksheets[0])


def test_items_and_their_store_come_back_as_they_are(tmp_path):
    store = Store(resource_id="W1", name="县库", items="围油栏 200 m")
    item = Material(resource_id="Z1", name="围油栏", quantity=200.0, unit="m", store="县库", expires_on="2027-05")
    path = tmp_path / "lists.xlsx"
    path.write_bytes(workbook(y_river().replace(resources=(store, item)), options=WorkbookOptions()))
    assert merge_lists(y_river().replace(resources=()), path).resources == (store, item)


@pytest.mark.parametrize("river", [y_river(), braid(), dammed()], ids=lambda r: r.name)
def test_flows_and_stretches_are_read_back_over_bare_lines(river, tmp_path):
    path = tmp_path / "lists.xlsx"
    path.write_bytes(workbook(river, options=WorkbookOptions()))
    bare = river.replace(sites=(), resources=(), scenarios={}, stamp="", attribution="")
    after = merge_lists(bare, path)
    assert (after.stamp, after.attribution) == (river.stamp, river.attribution)
    for column in ("reach_id", "kind", "length", "width", "slope", "roughness", "drainage_area", "mean_discharge",
                   "water_class"):
        given = ~river.reaches[column].isna().to_numpy(bool)                   # what is missing is filled in
        assert alike(after.reaches[column].to_numpy(), river.reaches[column].to_numpy())[given].all(), column
    for name, flow in river.scenarios.items():
        for column in ("discharge", "velocity", "storage", "discharge_source", "velocity_source"):
            assert alike(getattr(after.scenarios[name], column), getattr(flow, column)).all(), (name, column)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demonstration_river_is_read_back_whole(lang, tmp_path):
    demo = demonstration()
    bare = import_river(demo.lines, name=demo.name, outlets=demo.outlets)
    river = merge_lists(bare, demo.workbook)
    path = tmp_path / "lists.xlsx"
    path.write_bytes(workbook(river, options=WorkbookOptions(), lang=lang))
    after = merge_lists(bare, path)
    assert list(after.reaches["reach_id"]) == list(river.reaches["reach_id"])
    assert after.resources == river.resources
    read = {s.site_id: s for s in after.sites}                                  # stations have a sheet of their own
    assert set(read) == {s.site_id for s in river.sites}
    for site in river.sites:
        other = read[site.site_id]
        for f in fields(site):
            a, b = getattr(site, f.name), getattr(other, f.name)
            assert a == b or abs(a - b) <= (1.0 if f.name in ("chainage", "offset") else 1e-9 * abs(a)), (site, f.name)
    for name, flow in river.scenarios.items():
        for f in ("discharge", "velocity", "depth", "width", "storage", "discharge_source", "velocity_source",
                  "depth_source", "width_source"):
            assert alike(getattr(after.scenarios[name], f), getattr(flow, f)).all(), (name, f)


def test_a_diversion_station_divides_the_river_read_back_as_it_did(tmp_path):
    demo = demonstration()
    bare = import_river(demo.lines, name=demo.name, outlets=demo.outlets)
    river = merge_lists(bare, demo.workbook)
    station = next(s for s in river.sites if isinstance(s, Space) and s.category == "hydropower_diversion_type")
    reach = river.reaches.iloc[river.reach_row[station.reach_id]]
    foot = position_at_km(river, reach["name"], reach["river_km"] + reach["length"] - station.chainage - 4_000.0)
    station = replace(station, tailrace_lon=foot.lon, tailrace_lat=foot.lat, rated_flow=3.0, ecological_flow=0.2)
    river = river.replace(sites=tuple(station if s.site_id == station.site_id else s for s in river.sites))
    path = tmp_path / "lists.xlsx"
    path.write_bytes(workbook(river, options=WorkbookOptions()))
    once = merge_lists(bare, path)
    assert "dewatered" in set(once.reaches["kind"])
    path.write_bytes(workbook(once, options=WorkbookOptions()))
    twice = merge_lists(bare, path)
    assert list(twice.reaches["reach_id"]) == list(once.reaches["reach_id"])
    for name, flow in once.scenarios.items():
        assert alike(twice.scenarios[name].discharge, flow.discharge).all()
        assert alike(twice.scenarios[name].discharge_source, flow.discharge_source).all()


def test_the_command_writes_it_with_its_date(saved, tmp_path):
    path = tmp_path / "清单.xlsx"
    done = CliRunner().invoke(command, [str(saved), "workbook", "--out", str(path), "--dated", "2026-07-01"])
    assert done.exit_code == 0, done.output
    assert "2026-07-01" in words(load_workbook(path).worksheets[0])
