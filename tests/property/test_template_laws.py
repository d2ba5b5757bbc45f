"""What is written into the empty workbook is what is read out of it, for every list and every kind of column."""

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riverplan.tables import read_lists, write_template
from riverplan.tables.schema import Field, tables, template_sheets
from riverplan.tables.template import example
from riverplan.units import FILE_UNITS

WORDS = st.tuples(st.sampled_from("河沟厂镇石桥龙溪甲乙丙丁ABC"),
                  st.text(alphabet="河沟厂镇石桥龙溪甲乙ABCdef13（", max_size=3)).map("".join)
"""Short, so that a row of every list fits into what one example may draw."""


def value_of(field: Field) -> st.SearchStrategy:
    """Pairs of what a person writes and what must come out."""
    if field.type == "choice":
        return st.sampled_from(field.choices).map(lambda c: (c.labels[0], c.code))
    if field.type == "boolean":
        return st.booleans().map(lambda b: ("是" if b else "否", b))
    if field.type == "date":
        return st.dates().filter(lambda d: d.year >= 1950).map(lambda d: (d.isoformat(), d.isoformat()))
    if field.type in ("longitude", "latitude"):
        low, high = (73.0, 135.0) if field.type == "longitude" else (18.0, 53.0)
        return st.floats(low, high).map(lambda v: (round(v, 6), round(v, 6)))
    if field.type == "integer":
        return st.integers(int(field.minimum or 0), int(min(field.maximum or 1e6, 1e6))).map(
            lambda v: (v, v * FILE_UNITS[field.unit]))
    if field.type == "number":
        return st.floats(field.minimum or 0.0, field.maximum or 1e6, allow_subnormal=False).map(
            lambda v: (v, v * FILE_UNITS[field.unit]))
    return WORDS.map(lambda w: (w, w))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "清单.xlsx")


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_filled_rows_of_all_lists_come_back_value_by_value(empty, data):
    rows = {sheet.zh: {f.name: data.draw(value_of(f), label=f"{sheet.zh}.{f.name}") for f in sheet.fields}
            for sheet in template_sheets()}
    book = openpyxl.load_workbook(empty)
    for sheet in template_sheets():
        for column, field in enumerate(sheet.fields, start=1):
            book[sheet.zh].cell(row=2, column=column, value=rows[sheet.zh][field.name][0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        book.save(path)
        lists = read_lists(path)
    for sheet in template_sheets():
        kind = sheet.kind
        found = next(r for r in lists.records(kind) if r["sheet"] == sheet.zh)
        for field in sheet.fields:
            expected = rows[sheet.zh][field.name][1]
            if field.name == tables()[kind].key:
                assert str(found[field.name]).startswith(expected), (kind, field.name)     # one id twice gets -2
            elif isinstance(expected, float):
                assert found[field.name] == pytest.approx(expected, rel=1e-12), (kind, field.name)
            else:
                assert found[field.name] == expected, (kind, field.name)
    assert [(c.read, c.kept, dict(c.dropped)) for c in lists.counts] == [(1, 1, {})] * len(template_sheets())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_examples_of_the_help_sheet_can_be_read(tmp_path, lang):
    book = openpyxl.load_workbook(write_template(tmp_path / "a.xlsx", lang))
    for sheet in template_sheets():
        for column, field in enumerate(sheet.fields, start=1):
            book[sheet.name(lang)].cell(row=2, column=column, value=example(sheet, field, lang) or None)
    book.save(tmp_path / "a.xlsx")
    lists = read_lists(tmp_path / "a.xlsx")
    assert all(len(lists.frames[kind]) >= 1 for kind in tables())
    assert [p.text("zh") for p in lists.problems if p.severity != "note"] == []
