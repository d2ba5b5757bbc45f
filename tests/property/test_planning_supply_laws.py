"""Laws of stocks, doses and dilution, over all that may be asked."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.forecasting.spill import Spill
from riverplan.planning.allocation import allocate
from riverplan.planning.dilution import mixed_concentration
from riverplan.planning.dosing import dosing
from riverplan.planning.item_text import items_of
from riverplan.planning.neutralising import reagent_against, reagent_to_ph
from riverplan.planning.stock import Need, Stock
from riverplan.planning.treated_water import Pool, Stream
from riverplan.planning.volumes import dilution_flow
from riverplan.reference import find_substance
from riverplan.reference.techniques import techniques
from riverplan.transport.acidity import mixed_ph

SERVES = {"activated_carbon": {"powdered_carbon": 1.0, "granular_carbon": 1.0},
          "caustic_solution": {"sodium_hydroxide": 0.32}}
MATERIALS = ["powdered_carbon", "granular_carbon", "activated_carbon", "sodium_hydroxide", "caustic_solution"]
amounts = st.floats(0.0, 1e4)
stocks = st.lists(st.builds(lambda store, what, much: Stock(
    store_id=store, material_id=what, quantity=much, written="", serves=SERVES.get(what, {})),
    st.sampled_from("ABCD"), st.sampled_from(MATERIALS), amounts), max_size=8)
needs = st.lists(st.builds(lambda what, much: Need(name=what, quantity=much, unit="kg"), st.sampled_from(MATERIALS),
                           amounts), min_size=1, max_size=4)
travels = st.dictionaries(st.sampled_from("ABCD"), st.floats(0.0, 1e5) | st.just(math.nan))
within = st.floats(0.0, 1e5) | st.just(math.inf)


@given(needs, stocks, travels, within)
def test_what_is_given_and_what_is_short_make_up_the_need(needs, stocks, travel, within):
    for a in allocate(needs, stocks, travel, within=within):
        assert sum(g.quantity for g in a.given) + a.short == pytest.approx(a.need.quantity, rel=1e-9, abs=1e-6)
        assert sum(g.quantity for g in a.later) + a.gap == pytest.approx(a.short, rel=1e-9, abs=1e-6)
        assert all(g.travel <= within for g in a.given)
        assert sum(n.quantity for n in a.needs) == pytest.approx(a.need.quantity, rel=1e-9, abs=1e-6)


@given(needs, stocks, travels, within)
def test_no_store_gives_more_than_it_has(needs, stocks, travel, within):
    taken: dict[tuple[str, str], float] = {}
    for a in allocate(needs, stocks, travel, within=within):
        for g in (*a.given, *a.later):
            taken[g.store_id, g.material_id] = taken.get((g.store_id, g.material_id), 0.0) + g.taken
    for of, much in taken.items():
        assert much <= sum(s.quantity for s in stocks if (s.store_id, s.material_id) == of) * (1 + 1e-9) + 1e-6


@given(needs, stocks, stocks, travels, within)
def test_more_stock_never_makes_a_shortfall_larger(needs, stocks, more, travel, within):
    before = allocate(needs, stocks, travel, within=within)
    after = allocate(needs, [*stocks, *more], travel, within=within)
    for one, other in zip(before, after, strict=True):
        assert other.short <= one.short + 1e-6


@given(st.floats(0.1, 1e4), st.floats(1e-6, 1.0), st.floats(1e-6, 1.0), st.floats(0.0, 1.0))
def test_the_clean_water_needed_meets_the_limit_and_no_more(discharge, concentration, limit, background):
    needed = dilution_flow(discharge, concentration, limit, background)
    if concentration > limit and needed < 1e12:
        assert mixed_concentration(discharge, concentration, needed, background) == pytest.approx(limit, rel=1e-6)


@given(st.sampled_from(techniques()), st.sampled_from(["镉", "铜", "硝基苯", "硫酸", "液碱", "六价铬", "尾矿浆"]),
       st.floats(1.0, 1e6), st.floats(1.0, 10.0), st.floats(4.0, 10.0))
@settings(deadline=None)
def test_more_water_never_takes_less_reagent_by_volume(technique, substance, volume, times, ph):
    spill = Spill(substance=substance, mass=1_000.0)
    one, other = (dosing(Pool(volume=v), technique, spill, ph=ph).demands for v in (volume, volume * times))
    assert [d.agent_id for d in one] == [d.agent_id for d in other]
    for small, large in zip(one, other, strict=True):
        assert 0 <= small.low <= small.high
        if small.basis in ("water", "ph"):
            assert large.high == pytest.approx(small.high * times, rel=1e-6, abs=1e-9)
        elif small.basis == "mass":
            assert large.high == small.high


@given(st.sampled_from(techniques()), st.floats(0.1, 1e3), st.floats(60.0, 1e5))
@settings(deadline=None)
def test_a_plume_takes_what_a_pool_of_its_water_takes(technique, discharge, duration):
    spill = Spill(substance="镉", mass=1_000.0)
    passing = dosing(Stream(discharge=discharge, duration=duration), technique, spill).demands
    held = dosing(Pool(volume=discharge * duration), technique, spill).demands
    assert [(d.low, d.high) for d in passing] == [(d.low, d.high) for d in held]


@given(st.lists(st.tuples(st.sampled_from(["PAC", "石灰", "围油栏", "编织袋", "挖掘机"]), st.integers(1, 99_999),
                          st.sampled_from(["t", "吨", "kg", "m", "条", "台", "袋"])), min_size=1, max_size=6),
       st.sampled_from(["、", "，", "; ", "\n", " "]))
def test_every_item_written_comes_back(items, between):
    written = between.join(f"{name}{much}{unit}" for name, much, unit in items)
    found = items_of(written)
    assert "".join(i.written for i in found).replace(" ", "") == "".join(f"{n}{m}{u}" for n, m, u in items)


@given(st.text(max_size=40))
def test_any_text_is_taken_apart_without_failing(written):
    assert all(i.quantity is None or i.quantity >= 0 for i in items_of(written))


@given(st.floats(10.0, 1e5), st.floats(1e3, 1e6), st.floats(0.2, 6.0))
@settings(deadline=None)
def test_the_least_alkali_against_an_acid_brings_the_water_to_ph_6(mass, volume, alkalinity):
    acid, caustic = find_substance("盐酸"), find_substance("氢氧化钠")
    spill = Spill(substance="盐酸", alkalinity=alkalinity, temperature=20.0)
    low, high = reagent_against(mass, volume, spill, acid, caustic)
    assert 0 <= low <= high
    left = (mass * acid.equivalents - low * caustic.equivalents) / 1000.0 / volume         # [mol/L]
    ph = mixed_ph(np.array(left), np.array(1.25 * alkalinity / 1000.0), natural_ph=7.8, temperature=20.0)
    assert ph == pytest.approx(6.0, abs=0.02) if low > 0 else ph >= 5.98


@given(st.floats(1e3, 1e6), st.floats(0.5, 6.0), st.floats(6.5, 8.0), st.floats(8.1, 10.0))
@settings(deadline=None)
def test_the_most_alkali_to_a_ph_brings_hard_water_there(volume, alkalinity, before, goal):
    caustic = find_substance("氢氧化钠")
    spill = Spill(substance="镉", alkalinity=alkalinity, temperature=20.0)
    _, most = reagent_to_ph((before, goal), volume, spill, caustic, ph=before)
    added = np.array(most * caustic.equivalents / 1000.0 / volume)
    ph = mixed_ph(added, np.array(1.25 * alkalinity / 1000.0), natural_ph=before, temperature=20.0, acid=False)
    assert ph == pytest.approx(goal, abs=0.02)
