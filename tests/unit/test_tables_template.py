"""The empty workbook: complete, safe, and read back without a complaint."""

import json

import openpyxl
import pytest
from click.testing import CliRunner

from riverplan.cli.template import command
from riverplan.errors import InputError
from riverplan.tables import read_lists, write_template
from riverplan.tables.grids import read_grids
from riverplan.tables.heads import find_heads
from riverplan.tables.schema import tables, template_sheets
from riverplan.tables.template import neutral


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_empty_workbook_reads_back_as_every_list_and_is_only_said_to_be_empty(tmp_path, lang):
    lists = read_lists(write_template(tmp_path / "清单.xlsx", lang))
    assert lists.found == tuple(tables())
    assert len(lists.sources) == len(template_sheets()) == len(tables()) + 1
    assert all(frame.empty for frame in lists.frames.values())
    assert [p.code for p in lists.problems] == ["workbook_blank"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_head_of_the_template_is_read_as_its_own_field_and_unit(tmp_path, lang):
    grids = {g.sheet: g for g in read_grids(write_template(tmp_path / "a.xlsx", lang))[0]}
    for sheet in template_sheets():
        heads = find_heads(grids[sheet.name(lang)], tables()[sheet.kind])
        assert [(c.field.name, c.unit, c.bad_unit) for c in heads.columns] == [(f.name, f.unit, "")
                                                                                for f in sheet.fields]


@pytest.mark.parametrize(("lang", "yes", "pond"), [("zh", "是", "坑塘"), ("en", "yes", "pond")])
def test_a_filled_template_gives_back_what_was_filled_in(tmp_path, lang, yes, pond):
    path = write_template(tmp_path / "a.xlsx", lang)
    book = openpyxl.load_workbook(path)
    for kind, values in {
        "space": {"site_id": "K01", "name": "塘", "category": pond, "lon": "107°43′12″", "lat": 29.86,
            "total_volume": 1.5,
                  "close_time": 30},
        "section": {"site_id": "M01", "lon": 107.7, "lat": 29.8, "automatic": yes, "verified_on": "2026-07-01"},
    }.items():
        table = next(s for s in template_sheets() if s.kind == kind)
        for column, field in enumerate(table.fields, start=1):
            book[table.name(lang)].cell(row=2, column=column, value=values.get(field.name))
    book.save(path)
    lists = read_lists(path)
    assert [p.code for p in lists.problems] == ["datum_assumed"]
    space, section = next(lists.records("space")), next(lists.records("section"))
    assert (space["category"], space["total_volume"], space["close_time"], space["row"]) == ("pond", 15_000.0,
        1800.0, 2)
    assert space["lon"] == pytest.approx(107.72)
    assert (section["automatic"], section["verified_on"]) == (True, "2026-07-01")


def test_choices_are_drop_downs_required_heads_are_starred_and_heads_are_frozen(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "a.xlsx"))
    assert book.sheetnames[0] == "填写说明" and book.sheetnames[1:] == [s.zh for s in template_sheets()]
    sheet = book["应急空间"]
    rules = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    category = next(c for c in sheet[1] if c.value.startswith("类型"))
    assert category.value == "类型*" and "坑塘" in rules[f"{category.column_letter}2:{category.column_letter}500"]
    assert {c.value for c in sheet[1]} >= {"总库容（万m³）", "经度*", "编号"}
    assert sheet.freeze_panes == "C2" and sheet.max_row == 1
    assert "编号" in [row[1].value for row in book["填写说明"].iter_rows() if row[0].value == "风险源"]


def test_a_text_that_would_be_a_formula_is_neutralised():
    assert [neutral(t) for t in ("=1+1", "+86", "-5", "@x", "\tx", "龙河")] == ["'=1+1", "'+86", "'-5", "'@x",
        "'\tx", "龙河"]


def test_no_cell_of_the_template_is_a_formula(tmp_path):
    for sheet in openpyxl.load_workbook(write_template(tmp_path / "a.xlsx")):
        assert all(c.data_type != "f" and not str(c.value or "").startswith(("=", "+", "-", "@"))
                   for row in sheet.iter_rows() for c in row)


def test_an_existing_file_is_kept_unless_asked(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(InputError) as caught:
        write_template(path)
    assert caught.value.problems[0].code == "template_exists" and path.read_bytes() == b"mine"
    write_template(path, replace=True)
    assert path.read_bytes()[:2] == b"PK" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("name", "code"), [("a.xls", "template_suffix"), ("no/such/a.xlsx", "template_unwritable")])
def test_a_path_that_cannot_be_is_refused(tmp_path, name, code):
    with pytest.raises(InputError) as caught:
        write_template(tmp_path / name)
    assert [p.code for p in caught.value.problems] == [code] and caught.value.problems[0].mend("zh")


def test_the_command_writes_says_and_refuses(tmp_path):
    path = tmp_path / "清单.xlsx"
    first = CliRunner().invoke(command, [str(path)])
    assert first.exit_code == 0 and str(path) in first.output and path.exists()
    again = CliRunner().invoke(command, [str(path)])
    assert isinstance(again.exception, InputError)
    forced = CliRunner().invoke(command, [str(path), "--force", "--lang", "en", "--json"])
    assert json.loads(forced.output) == {"path": str(path), "problems": []}
    assert "risk sources" in openpyxl.load_workbook(path).sheetnames
