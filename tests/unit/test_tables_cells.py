"""One cell at a time: what bureaus write, and what it means."""

# ruff: noqa: DTZ001  (Excel knows no time zones)
import datetime as dt

import pytest

from riverplan.tables.cells import UnreadableCellError, is_empty, read_cell, text_of
from riverplan.tables.measures import multiplier_unit, unit_for
from riverplan.tables.schema import fields_of

STORAGE = next(f for f in fields_of("risk_source") if f.name == "max_storage")         # t
POPULATION = next(f for f in fields_of("intake") if f.name == "population")
SUPPLY = next(f for f in fields_of("intake") if f.name == "supply")                    # m³/d
VOLUME = next(f for f in fields_of("space") if f.name == "total_volume")               # 万m³
SLOPE = next(f for f in fields_of("reach_parameter") if f.name == "slope")             # ‰
ROUGHNESS = next(f for f in fields_of("reach_parameter") if f.name == "roughness")
CLOSE = next(f for f in fields_of("space") if f.name == "close_time")                  # min
LENGTH = next(f for f in fields_of("intake") if f.name == "river_km")                  # km
CATEGORY = next(f for f in fields_of("space") if f.name == "category")
VERIFIED = next(f for f in fields_of("intake") if f.name == "verified_on")
AUTOMATIC = next(f for f in fields_of("section") if f.name == "automatic")
WATER_CLASS = next(f for f in fields_of("section") if f.name == "water_class")
NAME = next(f for f in fields_of("intake") if f.name == "name")


@pytest.mark.parametrize(("field", "written", "si"), [
    (STORAGE, 30, 30_000.0), (STORAGE, "30", 30_000.0), (STORAGE, "３０", 30_000.0), (STORAGE, " 1,200 ", 1_200_000.0),
    (STORAGE, "1 200", 1_200_000.0), (STORAGE, "30t", 30_000.0), (STORAGE, "30 吨", 30_000.0), (STORAGE, "30kg", 30.0),
    (STORAGE, "1.5万吨", 15_000_000.0), (STORAGE, "2e3", 2_000_000.0), (STORAGE, ".5", 500.0),
    (VOLUME, 1.93, 19_300.0), (VOLUME, "1.93亿m³", 193_000_000.0), (VOLUME, "500立方米", 500.0),
    (VOLUME, "500万", 5_000_000.0),
    (POPULATION, "3.5万", 35_000.0), (POPULATION, "3.5万人", 35_000.0), (POPULATION, "1200人", 1200.0),
    (SUPPLY, 86_400, 1.0), (SUPPLY, "2万吨/日", 20_000 / 86_400), (SUPPLY, "0.5 m³/s", 0.5),
    (SLOPE, "1.2", 0.0012), (SLOPE, "1.2‰", 0.0012), (SLOPE, "0.12%", 0.0012), (ROUGHNESS, "0.035", 0.035),
    (LENGTH, "K12+500", 12_500.0), (LENGTH, "12+500.5", 12_500.5), (LENGTH, "12.5公里", 12_500.0),
    (CLOSE, "2小时", 7200.0), (CLOSE, 90, 5400.0),
])
def test_numbers_are_read_in_the_unit_they_are_written_in(field, written, si):
    assert read_cell(written, field) == pytest.approx(si, rel=1e-12)


@pytest.mark.parametrize(("field", "unit", "written", "si"), [
    (STORAGE, "kg", 30, 30.0), (STORAGE, "kg", "2t", 2000.0), (SLOPE, "", 0.0012, 0.0012), (VOLUME, "m3", 500, 500.0),
])
def test_the_unit_of_the_head_counts_unless_the_cell_has_its_own(field, unit, written, si):
    assert read_cell(written, field, unit) == pytest.approx(si, rel=1e-12)


@pytest.mark.parametrize(("field", "written", "code"), [
    (STORAGE, "约30", "cell_not_number"), (STORAGE, "30左右", "cell_not_number"), (STORAGE, "20-30", "cell_not_number"),
    (STORAGE, "30 m³", "cell_not_number"), (STORAGE, "12+500", "cell_not_number"), (STORAGE, True,
        "cell_not_number"), (STORAGE, "12,34", "cell_not_number"),
    (ROUGHNESS, "小", "cell_not_number_plain"), (STORAGE, dt.datetime(2026, 1, 3), "cell_is_date"),
    (STORAGE, -5, "cell_out_of_range"), (ROUGHNESS, 35, "cell_out_of_range"), (POPULATION, 3.5, "cell_not_whole"),
    (STORAGE, "#DIV/0!", "cell_formula_error"), (STORAGE, float("inf"), "cell_out_of_range"),
    (VERIFIED, "去年", "cell_not_date"), (VERIFIED, "2025-13-01", "cell_not_date"), (VERIFIED, 3, "cell_not_date"),
    (AUTOMATIC, "也许", "cell_not_boolean"), (CATEGORY, "电站", "cell_not_choice"), (CATEGORY, "山洞",
        "cell_not_choice"),
])
def test_what_cannot_be_understood_is_said_and_never_guessed(field, written, code):
    with pytest.raises(UnreadableCellError) as caught:
        read_cell(written, field)
    assert caught.value.code == code


@pytest.mark.parametrize("mark", [None, "", "  ", "—", "——", "/", "无", "N/A", "－", "　", "-", "不详"])
def test_marks_for_nothing_are_empty(mark):
    assert is_empty(mark)
    assert read_cell(mark, STORAGE) is None and read_cell(mark, NAME) is None and read_cell(mark, CATEGORY) is None


@pytest.mark.parametrize(("written", "iso"), [
    (dt.datetime(2025, 6, 30), "2025-06-30"), (dt.date(2025, 6, 30), "2025-06-30"), ("2025年6月30日", "2025-06-30"),
    ("2025/6/30", "2025-06-30"), ("2025.06.30", "2025-06-30"), ("20250630", "2025-06-30"), (45_838, "2025-06-30"),
    ("2025年6月", "2025-06"), ("2025", "2025"), ("２０２５－６－３０", "2025-06-30"), ("2025-06-30 08:40",
        "2025-06-30"),
])
def test_dates_become_iso(written, iso):
    assert read_cell(written, VERIFIED) == iso


@pytest.mark.parametrize(("written", "value"), [
    ("是", True), ("有", True), ("√", True), (1, True), ("Y", True), (True, True),
    ("否", False), ("无", False), ("×", False), (0, False), ("no", False), (None, None), ("—", None),
])
def test_yes_and_no_are_read_in_any_writing(written, value):
    assert read_cell(written, AUTOMATIC) is value


@pytest.mark.parametrize(("field", "written", "code"), [
    (CATEGORY, "水库", "reservoir"), (CATEGORY, "小(2)型水库", "reservoir"), (CATEGORY, "橡胶坝", "gate_dam"),
    (CATEGORY, "引水式", "hydropower_diversion_type"), (CATEGORY, "坝式水电站", "hydropower_dam_type"),
    (CATEGORY, "temp_dam_site", "temp_dam_site"), (CATEGORY, " 坑 塘 ", "pond"),
    (WATER_CLASS, "Ⅲ类", "III"), (WATER_CLASS, "III", "III"), (WATER_CLASS, "Ⅱ", "II"), (WATER_CLASS, 3, "III"),
    (WATER_CLASS, "劣V类", "below_V"), (WATER_CLASS, "GB3838 Ⅳ类", "IV"),
])
def test_choices_are_recognised_by_any_of_their_writings(field, written, code):
    assert read_cell(written, field) == code


def test_texts_keep_phones_and_ids_whole():
    assert text_of(2370701234.0) == "2370701234"
    assert text_of(" 龙 河\n 大桥 ") == "龙 河 大桥"
    assert text_of("a\x00b\u200b") == "ab"


def test_a_unit_of_another_dimension_is_none():
    assert unit_for("吨", "m3") is None and unit_for("km", "t") is None
    assert unit_for("㎞", "m") == "km" and unit_for("万 M³", "m3") == "万m3" and unit_for("‰", "permille") == "permille"
    assert multiplier_unit("万", "m3/s") is None
