"""Techniques and materials: every row whole, numbers as their sources have them."""

import csv
from importlib.resources import files

import pytest

from riverplan.reference.materials import KINDS, MATERIAL_UNITS, find_material, materials
from riverplan.reference.molar_masses import molar_mass
from riverplan.reference.substances import GROUPS, find_substance, substances
from riverplan.reference.techniques import DOSE_BASES, EVERY, PLACE_KINDS, techniques, techniques_for

BY_ID = {t.technique_id: t for t in techniques()}


def test_all_rows_are_there_once_each_with_a_source_and_both_languages():
    assert len(BY_ID) == len(techniques()) == 29
    for t in techniques():
        assert t.source and t.confidence in ("high", "medium", "low"), t.technique_id
        for said in (t.pollutant, t.agent, t.rule, t.mechanism, t.where):
            assert all(said.values()), t.technique_id
        assert bool(t.precaution["zh"]) == bool(t.precaution["en"]), t.technique_id


def test_rows_name_only_what_is_listed():
    listed = {s.name for s in substances()}
    for t in techniques():
        assert set(t.substances) <= listed | {EVERY}, t.technique_id
        assert set(t.alike) <= set(GROUPS) and t.places and set(t.places) <= set(PLACE_KINDS), t.technique_id
        for d in t.doses:
            assert d.agent_id in materials() and d.basis in DOSE_BASES, (t.technique_id, d)
            assert (d.low is None) == (d.high is None) == (d.basis in ("ph", "acidity", "unstated")), t
            assert d.low is None or d.low <= d.high, (t.technique_id, d)


def test_every_reagent_row_belongs_to_a_technique():
    with files("riverplan.reference").joinpath("technique_doses.csv").open(encoding="utf-8") as file:
        assert {row["technique_id"] for row in csv.DictReader(file)} <= set(BY_ID)


def test_a_row_without_a_dose_stays_without():
    for name in ("cadmium_serial_coagulation", "metal_hydroxide", "oil_containment", "molybdenum_conditioning"):
        assert BY_ID[name].dose_low is None and BY_ID[name].dose_high is None


def test_doses_are_kept_per_volume_in_si():
    carbon, solids = BY_ID["organics_powdered_carbon"], BY_ID["solids_coagulation"]
    assert (carbon.dose_low, carbon.dose_high) == pytest.approx((0.02, 0.2))
    assert (solids.dose_low, solids.dose_high) == pytest.approx((0.02, 0.04))        # PAC, not the PAM beside it
    assert carbon.contact_time == 3600.0


@pytest.mark.parametrize(("technique", "formula", "pollutant"), [
    ("chromium_reduction", 1.5 * 3 * molar_mass("FeSO4·7H2O"), molar_mass("Cr")),
    ("manganese_permanganate", 2 * molar_mass("KMnO4"), 3 * molar_mass("Mn")),
    ("fluoride_precipitation", molar_mass("CaO"), 2 * molar_mass("F")),
    ("ammonia_acid", molar_mass("H2SO4") / 2 / 0.1, molar_mass("N")),
    ("caustic_soda_acid", molar_mass("H2SO4") / 2 / 0.1, molar_mass("NaOH")),
])
def test_ratios_of_the_sources_are_those_of_the_reactions(technique, formula, pollutant):
    dose = next(d for d in BY_ID[technique].doses if d.basis == "mass")
    assert dose.low == pytest.approx(formula / pollutant, rel=0.01)


def test_molar_ratios_become_ratios_of_mass():
    iron = next(d for d in BY_ID["arsenic_ferric"].doses if d.basis == "mass")
    assert iron.low == pytest.approx(8 * 55.845 / 74.922) and iron.high == pytest.approx(15 * 55.845 / 74.922)


def test_a_product_is_treated_by_what_is_read_of_it():
    assert "phenol_dilution" in [t.technique_id for t in techniques_for("苯酚")]
    assert techniques_for("氯化镉") == techniques_for("镉")


def test_what_only_its_group_is_tried_for_is_said_to_be_alike():
    carbon = BY_ID["organics_powdered_carbon"]
    assert carbon.fits(find_substance("硝基苯")) == "named" and carbon.fits(find_substance("甲苯")) == "alike"
    assert carbon.fits(find_substance("甲醇")) == ""                  # read as COD: no organic of its own


def test_booms_are_for_what_floats():
    assert [t.technique_id for t in techniques_for("柴油")] == ["oil_containment"]
    assert techniques_for("煤焦油") == () == techniques_for("某新材料")


def test_what_serves_anything_dissolved_comes_last():
    assert [t.technique_id for t in techniques_for("硝酸")][-1] == "dilution"


def test_materials_have_units_kinds_and_words_of_one_meaning():
    words: dict[str, str] = {}
    for m in materials().values():
        assert m.unit in MATERIAL_UNITS and m.kind in KINDS and set(m.serves) <= set(materials())
        assert not m.substance or find_substance(m.substance).source, m.material_id
        for word in {m.name, m.name_en, *m.aliases}:
            assert words.setdefault(word, m.material_id) == m.material_id, word


@pytest.mark.parametrize(("written", "material"), [
    ("PAC", "polyaluminium_chloride"), ("聚合氯化铝（PAC）", "polyaluminium_chloride"),
    ("聚 铝", "polyaluminium_chloride"),
    ("活性炭（粉末）", "powdered_carbon"), ("木质粉末活性炭", "powdered_carbon"), ("活性炭", "activated_carbon"),
    ("PVC围油栏", "oil_boom"), ("烧碱", "sodium_hydroxide"), ("片碱", "sodium_hydroxide"), ("NaOH", "sodium_hydroxide"),
    ("10%稀硫酸", "sulfuric_acid_10"), ("阻水沙袋", "sandbag"), ("小型挖掘机", "excavator"),
    ("Polyferric Sulfate", "polyferric_sulfate")])
def test_a_material_is_found_by_the_words_of_lists(written, material):
    assert find_material(written).material_id == material


@pytest.mark.parametrize("written", ["围油栏收放架", "活性炭口罩", "XPAC", "硫氢化钠", "聚合氯化铝铁", "", "水泵配件"])
def test_what_only_looks_like_a_material_is_none(written):
    assert find_material(written) is None
