"""The columns declared in the CSV files and the dataclasses of the sites are one truth."""

import dataclasses
from importlib.resources import files

import pytest

from riverplan.river.network import REACH_COLUMNS
from riverplan.river.sites import RESOURCES, SITES
from riverplan.tables.measures import fold
from riverplan.tables.schema import fields_of, reach_table, tables

FOUND_BY_IMPORT = {"reach_id", "chainage", "offset", "node_id"}
ONLY_IN_LISTS = {"river_km"}
KINDS = [*tables(), "reach"]


@pytest.mark.parametrize("kind", [*SITES, *RESOURCES])
def test_a_list_has_the_fields_of_its_dataclass(kind):
    declared = {f.name for f in fields_of(kind)}
    fields = {f.name for f in dataclasses.fields((SITES | RESOURCES)[kind])}
    assert declared - ONLY_IN_LISTS == fields - FOUND_BY_IMPORT


@pytest.mark.parametrize("kind", [*SITES, *RESOURCES])
def test_a_field_has_the_type_of_its_dataclass(kind):
    types = {"text": "str", "choice": "str", "date": "str", "boolean": "bool", "integer": "int", "number": "float",
             "longitude": "float", "latitude": "float"}
    annotated = {f.name: str(getattr(f.type, "__name__",
        f.type)) for f in dataclasses.fields((SITES | RESOURCES)[kind])}
    for field in fields_of(kind):
        if field.name not in ONLY_IN_LISTS:
            assert annotated[field.name].replace(" | None", "") in (types[field.type], types[field.type] + " | None")


def test_the_attributes_of_lines_are_columns_of_reaches():
    besides = {"code", "depth", "course", "note"}
    assert {f.name for f in reach_table().fields} - besides <= set(REACH_COLUMNS)


def test_every_csv_is_a_list_and_every_list_has_its_csv():
    stems = {f.name.removesuffix(".csv") for f in files("riverplan.tables").iterdir() if f.name.endswith(".csv")}
    assert stems == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_named_once_in_both_languages(kind):
    fields = fields_of(kind)
    for values in ([f.name for f in fields], [f.zh for f in fields], [f.en for f in fields]):
        assert len(values) == len(set(values)) and all(values)


@pytest.mark.parametrize("kind", KINDS)
def test_no_head_means_two_fields_of_one_list(kind):
    owners: dict[str, set[str]] = {}
    for field in fields_of(kind):
        for head in (field.zh, field.en, field.name, *(a for a, _ in field.aliases)):
            owners.setdefault(fold(head), set()).add(field.name)
    assert {h: o for h, o in owners.items() if len(o) > 1} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_have_a_range_and_choices_are_told_apart(kind):
    for field in fields_of(kind):
        if field.type in ("number", "integer", "longitude", "latitude"):
            assert field.minimum is not None and field.maximum is not None and field.minimum < field.maximum, field.name
        written = [fold(w) for c in field.choices for w in (c.code, *c.labels)]
        assert len(written) == len(set(written)) or len({c.code for c in field.choices}) == len(field.choices)
        for word in written:
            assert sum(word in map(fold, (c.code, *c.labels)) for c in field.choices) == 1, (field.name, word)


@pytest.mark.parametrize("kind", KINDS)
def test_drop_downs_fit_into_excel(kind):
    for field in fields_of(kind):
        for words in ([c.labels[0] for c in field.choices], [c.code for c in field.choices]):
            assert len(",".join(words)) <= 255 and not any("," in w for w in words)


def test_list_names_and_prefixes_are_unique():
    for words in ([t.zh for t in tables().values()], [t.en for t in tables().values()],
                  [t.prefix for t in tables().values() if t.prefix]):
        assert len(words) == len(set(words))


def test_a_choice_is_printed_in_both_languages():
    choices = {c.code: c for f in fields_of("space") if f.name == "category" for c in f.choices}
    assert choices["hydropower_diversion_type"].label("zh") == "引水式电站"
    assert choices["temp_dam_site"].label("en") == "temp dam site"
