"""What is written into the empty workbook is what is read out of it, for every list and every kind of column."""

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riverplan.tables import read_lists, write_template
from riverplan.tables.cells import is_empty
from riverplan.tables.measures import fold
from riverplan.tables.schema import Field, tables
from riverplan.tables.template import example
from riverplan.units import FILE_UNITS

WORDS = st.text(alphabet="河沟厂镇石桥龙溪甲乙丙丁ABCdef123-（）", min_size=1, max_size=12).map(str.strip).filter(
    lambda w: w and not is_empty(w) and w[0] not in "-=+@（" and not fold(w).isdigit())


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


@pytest.mark.parametrize("kind", list(tables()))
@settings(max_examples=6, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_filled_row_comes_back_value_by_value(empty, kind, data):
    table = tables()[kind]
    row = {f.name: data.draw(value_of(f), label=f.name) for f in table.fields}
    book = openpyxl.load_workbook(empty)
    for column, field in enumerate(table.fields, start=1):
        book[table.zh].cell(row=2, column=column, value=row[field.name][0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        book.save(path)
        lists = read_lists(path)
    (found,) = lists.records(kind)
    for field in table.fields:
        expected = row[field.name][1]
        if isinstance(expected, float):
            assert found[field.name] == pytest.approx(expected, rel=1e-12), field.name
        else:
            assert found[field.name] == expected, field.name
    assert (lists.counts[0].read, lists.counts[0].kept) == (1, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", list(tables()))
def test_the_examples_of_the_help_sheet_can_be_read(tmp_path, kind, lang):
    table = tables()[kind]
    book = openpyxl.load_workbook(write_template(tmp_path / "a.xlsx", lang))
    for column, field in enumerate(table.fields, start=1):
        book[table.name(lang)].cell(row=2, column=column, value=example(field, lang) or None)
    book.save(tmp_path / "a.xlsx")
    lists = read_lists(tmp_path / "a.xlsx")
    assert len(lists.frames[kind]) == 1
    assert not [p for p in lists.problems if p.severity != "note"]
