"""Dosing: numbers of worked examples, acidity, conditions said, no removal promised."""

import math
from dataclasses import fields, replace

import pytest

from riverplan.errors import InputError
from riverplan.forecasting.spill import Spill
from riverplan.i18n import text
from riverplan.planning.dosing import Dosing, dosing, needs_of
from riverplan.planning.dosing_words import dosing_lines
from riverplan.planning.neutralising import reagent_against, reagent_to_ph
from riverplan.planning.stock import Stock
from riverplan.planning.treated_water import Pool, Stream, pool_of
from riverplan.planning.usable_space import UsableSpace
from riverplan.reference import find_substance
from riverplan.reference.materials import materials
from riverplan.reference.techniques import techniques

H = 3600.0
BY_ID = {t.technique_id: t for t in techniques()}
CADMIUM = Spill(reach_id="a", chainage=0.0, substance="氯化镉", mass=100.0)


def codes(found):
    return {n.code for n in found.notes}


def space(**known):
    return UsableSpace(**{"space_id": "S1", "name": "某塘", "category": "pond", "reach_id": "a", "chainage": 0.0,
                          "lon": 107.0, "lat": 29.0, "functions": frozenset({"hold"}), "free_volume": 20_000.0,
                          "volume_basis": "stated", "close_time": None, "close_basis": "unknown", **known})


def test_carbon_in_a_pool_is_the_range_of_doses_times_its_volume():
    carbon = BY_ID["organics_powdered_carbon"]
    found = dosing(Pool(volume=20_000.0, discharge=2.0), carbon, Spill(substance="硝基苯"))
    assert [(d.low, d.high, d.product_high) for d in found.demands] == [pytest.approx((400.0, 4_000.0, 4_000.0))]
    assert found.residence == 10_000.0 and found.contact_ok
    assert found.demands[0].rate_high is None


def test_a_stream_is_fed_at_a_rate_and_needs_a_way_for_the_contact():
    found = dosing(Stream(discharge=2.0, duration=6 * H, velocity=0.5), BY_ID["solids_coagulation"],
                   Spill(substance="尾矿浆"))
    coagulant, aid = found.demands
    assert coagulant.low == pytest.approx(0.5 * 1728.0) and coagulant.rate_low == pytest.approx(0.040)
    assert aid.agent_id == "polyacrylamide" and aid.step == 2
    assert found.contact_distance == pytest.approx(900.0) and found.residence is None and found.contact_ok is None
    assert "dosing_contact_distance" in codes(found)


def test_too_short_a_stay_is_said():
    found = dosing(Pool(volume=1_000.0, discharge=2.0), BY_ID["organics_powdered_carbon"], Spill(substance="硝基苯"))
    assert found.contact_ok is False and "dosing_contact_short" in codes(found)
    unknown = dosing(Pool(volume=1_000.0), BY_ID["organics_powdered_carbon"], Spill(substance="硝基苯"))
    assert unknown.contact_ok is None and "dosing_contact_unknown" in codes(unknown)


def test_water_that_stands_stays_for_ever():
    found = dosing(Pool(volume=1_000.0, discharge=0.0, kind="pond"), BY_ID["organics_powdered_carbon"],
                   Spill(substance="硝基苯"))
    assert found.residence == math.inf and found.contact_ok and "dosing_place" not in codes(found)


def test_every_dosing_bears_the_mark_and_none_has_a_removal():
    assert {f.name for f in fields(Dosing)}.isdisjoint({"removal", "share", "efficiency", "removed"})
    for t in techniques():
        found = dosing(Pool(volume=1e4, discharge=1.0), t, CADMIUM)
        assert text(found.mark, "zh") == ("起始值, 须现场核定" if t.is_laid else "起始试验值, 须小试确定")
        for note in found.notes:
            assert note.text("zh") and note.text("en")


def test_cadmium_takes_alkali_to_its_ph_and_then_coagulant():
    found = dosing(Pool(volume=1e5, discharge=5.0), BY_ID["cadmium_hydroxide_coagulation"], CADMIUM, ph=7.0)
    caustic, lime, coagulant = found.demands
    assert caustic.basis == lime.basis == "ph" and caustic.step == lime.step == 1
    assert lime.high / caustic.high == pytest.approx(56.077 / 2 / 39.997, rel=1e-3)    # by equivalents
    assert (coagulant.low, coagulant.high) == pytest.approx((2_000.0, 10_000.0))
    assert "dosing_ph_outside" in codes(found) and "dosing_ph_assumed" not in codes(found)


def test_a_dose_for_the_mass_of_the_pollutant_counts_its_determinand():
    chrome = Spill(substance="铬酐", mass=1_000.0)                                    # 520 kg of Cr
    found = dosing(Pool(volume=1e4), BY_ID["chromium_reduction"], chrome)
    assert found.demands[0].low == pytest.approx(24.06 * 520.0, rel=1e-3) and "dosing_whole_mass" in codes(found)
    measured = dosing(Pool(volume=1e4), BY_ID["chromium_reduction"], chrome, mass=10.0)
    assert measured.demands[0].low == pytest.approx(240.6) and "dosing_whole_mass" not in codes(measured)
    unknown = dosing(Pool(volume=1e4), BY_ID["chromium_reduction"], replace(chrome, mass=None))
    assert unknown.demands == () and "dosing_mass_unknown" in codes(unknown)


def test_what_counts_is_turned_into_the_product_where_its_content_is_known():
    found = dosing(Pool(volume=1e4), BY_ID["antimony_sulfide_iron"], Spill(substance="锑"), mass=1.0)
    sulfide, chloride, sulfate, aid = found.demands
    assert sulfide.product_low == pytest.approx(15.0 / 0.6)                           # flakes of 60 %
    assert chloride.product_high == pytest.approx(50.0 / (0.38 * 55.845 / 162.195), rel=1e-3)
    assert sulfate.product_high is None and "dosing_content_unknown" in codes(found)
    assert [n.name for n in needs_of(found)] == ["sodium_sulfide", "ferric_chloride", "polyacrylamide"]
    assert aid.product_low == pytest.approx(50.0)


def test_the_ratio_for_one_substance_is_not_lent_to_another():
    found = dosing(Pool(volume=1e4, kind="pond"), BY_ID["sulfuric_acid_lime"], Spill(substance="硝酸", mass=1_000.0))
    assert [d.basis for d in found.demands] == ["acidity"] and "dosing_alike" in codes(found)
    assert found.demands[0].high == pytest.approx(1_000.0 * 0.68 / 63.012 * 56.077 / 2, rel=1e-3)


@pytest.mark.parametrize(("spilled", "reagent", "tonnes"), [
    ("硫酸 98%", "quicklime", 0.56), ("盐酸 31%", "quicklime", 0.238), ("液碱 30%", "sulfuric_acid_10", 3.68),
    ("氨水 20%", "sulfuric_acid_10", 5.76)])
def test_neutralising_by_acidity_gives_the_theoretical_ratios(spilled, reagent, tonnes):
    substance = find_substance(spilled)
    _, most = reagent_against(1_000.0 * substance.share, 10_000.0, Spill(substance=spilled), substance,
                              materials()[reagent].chemistry)
    assert most == pytest.approx(1_000.0 * tonnes, rel=0.04)          # at pH 7.8 some ammonia is free already


def test_alkalinity_of_the_river_spares_reagent_but_never_all_is_counted_on():
    acid = find_substance("硫酸")
    lime = materials()["quicklime"].chemistry
    soft, hard = (reagent_against(5_000.0, 50_000.0, Spill(substance="硫酸", alkalinity=a), acid, lime)
                  for a in (0.5, 4.0))
    assert hard[0] < soft[0] < soft[1] == pytest.approx(hard[1])


def test_water_that_is_there_needs_nothing_and_what_leads_away_gives_nothing():
    caustic = materials()["sodium_hydroxide"].chemistry
    assert reagent_to_ph((7.8, 8.5), 1e4, CADMIUM, caustic, ph=9.0) == (0.0, 0.0)
    low, high = reagent_to_ph((7.0, 8.5), 1e4, CADMIUM, caustic, ph=7.5)
    assert low == 0.0 < high


def test_the_metal_decides_its_window():
    assert BY_ID["metal_hydroxide"].window(find_substance("硫酸镍")) == (9.0, 10.0)
    found = dosing(Pool(volume=1e4), BY_ID["metal_hydroxide"], Spill(substance="铜"))
    assert all(d.basis == "ph" for d in found.demands) and "dosing_dose_unstated" in codes(found)


def test_a_technique_for_something_else_or_somewhere_else_is_said():
    found = dosing(Stream(discharge=1.0, duration=H), BY_ID["metal_sulfide"], Spill(substance="硝基苯"))
    assert {"dosing_not_for", "dosing_place", "dosing_low_confidence"} <= codes(found)


def test_a_pond_is_dosed_by_its_free_volume_or_by_what_it_holds():
    pond = pool_of(space(side=True))
    assert (pond.volume, pond.discharge, pond.kind) == (20_000.0, 0.0, "pond")
    assert pool_of(space(), volume=5.0, discharge=1.0) == Pool(volume=5.0, discharge=1.0, space_id="S1")
    with pytest.raises(InputError) as raised:
        pool_of(space(free_volume=None))
    assert raised.value.problems[0].code == "dosing_no_volume"


def test_all_numbers_that_cannot_be_are_said_at_once():
    with pytest.raises(InputError) as raised:
        dosing(Stream(discharge=-1.0, duration=math.nan), BY_ID["metal_sulfide"], CADMIUM, mass=-1.0, ph=15.0)
    assert len(raised.value.problems) == 4


def test_of_alternatives_the_one_in_stock_is_asked_for():
    found = dosing(Pool(volume=1e5), BY_ID["cadmium_hydroxide_coagulation"], CADMIUM, ph=7.0)
    assert needs_of(found)[0].name == "sodium_hydroxide"
    lime = Stock(store_id="W1", material_id="quicklime", quantity=1e6, written="石灰1000t")
    needs = needs_of(found, [lime])
    assert [n.name for n in needs] == ["quicklime", "polyaluminium_chloride"]
    assert needs[1].quantity == pytest.approx(10_000.0) and needs[1].unit == "kg"


def test_the_raw_water_main_gives_the_time_of_contact():
    carbon, spill = BY_ID["organics_powdered_carbon"], Spill(substance="硝基苯")
    main = Stream(discharge=0.5, duration=H, stay=2 * H, kind="waterworks")
    assert dosing(main, carbon, spill).contact_ok and "dosing_place" not in codes(dosing(main, carbon, spill))
    assert dosing(replace(main, stay=H / 2), carbon, spill).contact_ok is False


def test_every_amount_in_words_bears_the_mark():
    passing = Stream(discharge=2.0, duration=6 * H)
    found = dosing(passing, BY_ID["antimony_sulfide_iron"], Spill(substance="锑"), mass=9.0)
    for lang, mark in (("zh", "起始试验值, 须小试确定"), ("en", "jar test")):
        lines = dosing_lines(found, lang)
        assert all(mark in line for line in lines[:len(found.demands)])
    assert "硫化钠（按污染物质量配比）：135–270 kg（按 Na2S 计），产品 225–450 kg" in dosing_lines(found, "zh")[0]
    iron = dosing_lines(found, "en")[1]
    assert iron.startswith("Step 2 (one of those of the step)")
    assert "（5 mg/L）" in dosing_lines(found, "zh")[3]
    none = dosing(passing, BY_ID["oil_containment"], Spill(substance="柴油"))
    assert "来源没有给出用量，须现场核定" in dosing_lines(none, "zh")[0]     # no jar test tells how many booms
