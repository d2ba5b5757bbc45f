"""The tables of substances and limits: identity, sources, conversions, names."""

import csv
from importlib.resources import files

import pytest

from riverplan.reference import find_substance, limit_for, near_names, substances, tap_limit_for
from riverplan.reference.molar_masses import atoms, molar_mass, oxygen_demand, share_of
from riverplan.reference.substances import BEHAVIOURS, GROUPS
from riverplan.units import DAY

ALL = substances()
ASKED = """
柴油 汽油 原油 苯 甲苯 二甲苯 苯乙烯 甲醇 乙醇 甲醛 丙酮 苯胺 硝基苯 苯酚 液碱 盐酸 硫酸 硝酸 氨水 液氨 双氧水 次氯酸钠
氰化钠 丙烯腈 环氧丙烷 二氯甲烷 三氯乙烯 四氯化碳 氯仿 煤焦油 沥青 农药 敌敌畏 毒死蜱 草甘膦
尿素 硫酸铜 硫酸镍 铊 锑 镉 砷 铅 汞 铬酐 重铬酸钾 黄磷 磷酸 硫酸铝 聚合氯化铝 润滑油 棕榈油
糖蜜 沼液 尾矿浆 洗煤水
"""
"""What lorries carry and incidents were about."""
MG_L = 1e-3


def folded(name: str) -> str:
    return "".join(name.split()).casefold()


def check_digit(cas: str) -> int:
    digits = cas.replace("-", "")[:-1]
    return sum(i * int(d) for i, d in enumerate(reversed(digits), 1)) % 10


def test_there_are_the_determinands_and_more_than_a_hundred_products():
    assert len(ALL) > 230
    for name in ASKED.split():
        assert find_substance(name).group, name


@pytest.mark.parametrize("s", ALL, ids=lambda s: s.name)
def test_every_row_has_a_source_a_kind_and_numbers_that_can_be(s):
    assert s.source
    assert s.confidence in ("high", "medium", "low")
    assert s.behaviour in BEHAVIOURS
    assert s.group in GROUPS
    assert not s.cas or check_digit(s.cas) == int(s.cas[-1])
    assert not s.un_number or (len(s.un_number) == 4 and s.un_number.isdigit())
    assert 0 < s.strength <= 1
    assert 0 < s.fraction <= 4
    assert s.density is None or 500 < s.density < 14_000
    assert s.evaporation in ("", "log", "sqrt", "none")
    if s.behaviour == "floats":
        assert s.density < 1000
        assert s.evaporation
    if s.behaviour == "sinks":
        assert s.density > 1000


def test_no_name_means_two_things():
    seen: dict[str, str] = {}
    for s in ALL:
        for name in {folded(n) for n in (s.name, s.name_en, s.cas, *s.aliases) if n}:
            assert seen.setdefault(name, s.name) == s.name, name


def test_every_indicator_is_a_listed_determinand():
    for s in ALL:
        if s.indicator:
            assert s.judged.name == s.indicator, s.name
            assert s.judged.indicator == s.indicator


def test_nothing_decays_but_what_a_source_supports():
    assert {s.name for s in ALL if s.decay} == {"五日生化需氧量"}
    assert find_substance("BOD").decay * DAY == pytest.approx(0.05)


@pytest.mark.parametrize(("name", "indicator"), [
    ("diesel", "石油类"), ("0号柴油", "石油类"), ("phenol", "挥发酚"), ("108-95-2", "挥发酚"), ("氨", "氨氮"),
    ("1336-21-6", "氨氮"),
    ("氰化钾", "氰化物"), ("福尔马林", "甲醛"), ("硫化钠", "硫化物"), ("NaOH", ""), ("浓硫酸", ""), ("PCE", "四氯乙烯"),
    ("漂白水", "活性氯"), ("酚", "挥发酚"), ("铜盐", "铜"), ("crude MCHM", "")])
def test_a_product_is_read_as_its_determinand(name, indicator):
    found = find_substance(name)
    assert found.source
    assert found.indicator == indicator


@pytest.mark.parametrize(("name", "share"), [
    ("液氨", 14.007 / 17.031), ("氨水", 0.25 * 14.007 / 17.031), ("氨水 20%", 0.2 * 14.007 / 17.031),
    ("硫酸铜", 63.546 / 249.685), ("铬酐", 51.996 / 99.993), ("氰化钠", 26.018 / 49.008), ("尿素", 28.014 / 60.056),
    ("次氯酸钠", 0.100), ("甲醇", 1.498), ("乙醇", 2.084), ("苯酚", 1.0), ("柴油", 1.0), ("盐酸", 0.31)])
def test_the_mass_of_a_product_counts_by_its_molar_masses_and_strength(name, share):
    assert find_substance(name).share == pytest.approx(share, rel=1e-3)


@pytest.mark.parametrize(("name", "equivalents"), [
    ("盐酸", 1000 / 36.458), ("硫酸", 2000 / 98.072), ("氢氧化钠", 1000 / 39.997), ("氢氧化钙", 2000 / 74.092),
    ("氯磺酸", 3000 / 116.51)])
def test_acids_and_alkalis_count_by_their_equivalents(name, equivalents):
    assert find_substance(name).equivalents == pytest.approx(equivalents, rel=1e-3)


@pytest.mark.parametrize("written", ["氨水 20%", "20%氨水", "氨水（20％）", "20 % 氨水"])
def test_a_strength_written_beside_the_name_is_read(written):
    assert find_substance(written).name == "氨水"
    assert find_substance(written).strength == pytest.approx(0.2)
    assert near_names(written) == ()


@pytest.mark.parametrize("written", ["氨水 0%", "氨水 200%"])
def test_a_strength_that_cannot_be_is_no_strength(written):
    assert find_substance(written).group == ""


def test_formulas_are_read_with_their_water_and_others_refused():
    assert molar_mass("CuSO4·5H2O") == pytest.approx(249.68, abs=0.01)
    assert atoms("K2Cr2O7") == {"K": 2, "Cr": 2, "O": 7}
    assert share_of("As2O3", "As2") == pytest.approx(0.7574, abs=1e-4)
    assert oxygen_demand("C2H6O") == pytest.approx(96 / 46.07, rel=1e-3)
    for bad in ("", "Xx2", "h2o", "CuSO4*5H2O"):
        with pytest.raises(ValueError, match=r"formula|weight"):
            atoms(bad)


@pytest.mark.parametrize(("name", "raw", "tap"), [
    ("三氯乙烯", 0.07, 0.02), ("硼", 0.5, 1.0), ("氯乙烯", 0.005, 0.001), ("乐果", 0.08, 0.006), ("镍", 0.02, 0.02),
    ("挥发酚", 0.005, 0.002), ("氨氮", 1.0, 0.5), ("草甘膦", None, 0.7), ("钴", 1.0, None)])
def test_raw_water_and_tap_water_have_limits_of_their_own(name, raw, tap):
    limit, at_tap = limit_for(name, "III"), tap_limit_for(name)
    assert (limit and limit.concentration) == (pytest.approx(raw * MG_L) if raw else None)
    assert (at_tap and at_tap.concentration) == (pytest.approx(tap * MG_L) if tap else None)


def test_every_tap_limit_is_of_a_listed_substance_and_says_how_sure_it_is():
    with files("riverplan.reference").joinpath("gb5749.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 75
    assert len({r["name_zh"] for r in rows}) == len(rows)
    for row in rows:
        assert find_substance(row["name_zh"]).indicator == row["name_zh"], row
        assert row["confidence"] in ("high", "medium", "low")
        assert row["table"] in ("1", "3", "A")
