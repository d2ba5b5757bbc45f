"""Stores in SI by material, nothing dropped unseen; who gives what, and what is short."""

from datetime import date

import pytest
from river_fixtures import R, build

from riverplan.planning.allocation import allocate, shortage_problems
from riverplan.planning.item_text import items_of
from riverplan.planning.stock import Need, Stock, read_stocks
from riverplan.river.sites import Material, Store

H = 3600.0


def river(*resources):
    return build("小河", {"n1": ("source", 0, 0), "n2": ("outlet", 10, 0)}, [R(id="a", tail="n1", head="n2")],
                 resources=resources)


def store(items="", store_id="W1", name="县库", **known):
    return Store(resource_id=store_id, name=name, items=items, **known)


def row(name, quantity, unit, **known):
    return Material(resource_id=f"M-{name}", name=name, quantity=quantity, unit=unit, **{"store": "县库", **known})


def read(*resources, on=None):
    stocks, problems = read_stocks(river(*resources), on=on)
    for p in problems:
        assert p.text("zh") and p.text("en")
    return {s.material_id: s.quantity for s in stocks}, [p.code for p in problems]


@pytest.mark.parametrize(("written", "taken"), [
    ("活性炭2t、围油栏500m", [("活性炭", 2, "t"), ("围油栏", 500, "m")]),
    ("PAC 10 t，编织袋 8,000 条；潜水泵3台", [("PAC", 10, "t"), ("编织袋", 8000, "条"), ("潜水泵", 3, "台")]),
    ("编织袋、沙袋各500条", [("编织袋", 500, "条"), ("沙袋", 500, "条")]),
    ("石灰约2-3吨", [("石灰", 2, "吨")]), ("编织袋1.5万条", [("编织袋", 15_000, "条")]),
    ("10 t 石灰", [("石灰", 10, "t")]), ("水泵10余台", [("水泵", 10, "台")]),
    ("活性炭2t 围油栏500m", [("活性炭", 2, "t"), ("围油栏", 500, "m")]),
    ("活性炭2t围油栏500m水泵3台", [("活性炭", 2, "t"), ("围油栏", 500, "m"), ("水泵", 3, "台")]),
    ("WGJ-600围油栏300m", [("WGJ-600围油栏", 300, "m")]), ("石灰：5吨等", [("石灰", 5, "吨")]),
    ("土工布200㎡", [("土工布", 200, "m2")]), ("吸油毡若干", [("吸油毡若干", None, "")]), ("", []),
    ("防渗膜(6m宽)200m2", [("防渗膜", 200, "m2")]),
    ("活性炭2t(粉末)围油栏500m", [("活性炭", 2, "t"), ("围油栏", 500, "m")])])
def test_a_list_of_items_is_taken_apart(written, taken):
    assert [(i.name, i.quantity, i.unit) for i in items_of(written)] == taken


def test_stocks_are_in_si():
    stocks, problems = read(store(
        "活性炭2t、围油栏0.5km、石灰 300 公斤、黄沙20方、土工布100平方米、挖掘机1台、编织袋8000条"))
    assert stocks == {"activated_carbon": 2_000.0, "oil_boom": 500.0, "quicklime": 300.0, "sand": 20.0,
                      "geotextile": 100.0, "excavator": 1.0, "empty_bag": 8_000.0}
    assert problems == ["stock_form_unstated"]


@pytest.mark.parametrize(("item", "code"), [
    ("聚合氯化铝 40袋", "stock_unit_unknown"), ("吸油毡3箱", "stock_unit_unknown"),
    ("围油栏 2 t", "stock_unit_unknown"),
    ("高压清洗枪2把", "stock_material_unknown"), ("吸油毡若干", "stock_no_quantity")])
def test_what_cannot_be_counted_is_named(item, code):
    assert read(store(item)) == ({}, [code])


@pytest.mark.parametrize("item", [
    "聚合氯化铝40袋(25kg/袋)", "聚合氯化铝（25kg/袋）40袋", "PAC(25公斤)40袋", "聚铝(固体、25kg/袋)40袋"])
def test_bags_count_where_their_size_is_said(item):
    assert read(store(item))[0] == {"polyaluminium_chloride": 1_000.0}


def test_a_specification_of_another_piece_is_no_size_of_this_one():
    assert read(store(), row("PAC", 40, "袋", spec="1t/吨袋"))[0] == {}
    assert read(store(), row("PAC", 40, "袋", spec="25kg/袋"))[0] == {"polyaluminium_chloride": 1_000.0}


def test_the_form_of_carbon_may_stand_in_brackets():
    stocks, problems = read(store("活性炭（粉末）2t、活性炭3t（颗粒）"))
    assert stocks == {"powdered_carbon": 2_000.0, "granular_carbon": 3_000.0} and problems == []


def test_litres_of_a_liquid_are_weighed_by_its_density():
    assert read(store("液碱2m3"))[0] == {"caustic_solution": pytest.approx(2_700.0)}
    assert read(store("聚合硫酸铁 500升"))[1] == ["stock_unit_unknown"]


def test_rows_and_text_of_one_store_are_not_counted_twice():
    stocks, problems = read(store("PAC 10t、围油栏500m"), row("聚铝", 8, "吨"))
    assert stocks == {"polyaluminium_chloride": 8_000.0, "oil_boom": 500.0} and problems == ["stock_two_amounts"]
    assert read(store("PAC 8t"), row("聚铝", 8, "吨"))[1] == []


def test_rows_of_a_store_nobody_lists_are_said():
    assert read(store(), row("石灰", 5, "吨", store="乡库"))[1] == ["stock_store_unknown"]
    twice = (store(store_id="W1", county="甲县"), store(store_id="W2", county="乙县"))
    assert read(*twice, row("石灰", 5, "吨"))[1] == ["stock_store_twice"]
    assert read(*twice, row("石灰", 5, "吨", county="乙县")) == ({"quicklime": 5_000.0}, [])


def test_the_rounding_of_subtractions_is_no_shortage():
    stocks = [Stock(store_id=w, material_id="quicklime", quantity=q, written="石灰")
              for w, q in (("W1", 0.1), ("W2", 0.7))]
    assert 0.8 - 0.1 - 0.7 > 0                                           # what the stores were said to lack
    [found] = allocate([Need(name="quicklime", quantity=0.8, unit="kg")], stocks, {"W1": 1 * H, "W2": 2 * H})
    assert found.short == 0.0 and found.gap == 0.0 and shortage_problems([found]) == ()


def test_what_has_expired_is_said_and_not_given():
    lists = store(), row("双氧水", 5, "吨", expires_on="2025-01-01")
    stocks, problems = read_stocks(river(*lists), on=date(2026, 1, 1))
    assert stocks[0].expired and [p.code for p in problems] == ["stock_expired"]
    got, = allocate([Need(name="hydrogen_peroxide", quantity=1.0, unit="kg")], stocks, {"W1": H})
    assert got.short == 1.0 == got.gap
    assert not read_stocks(river(*lists))[0][0].expired                # without a day none is judged


def test_a_strength_beside_the_name_is_what_stands_in():
    (weak,), _ = read_stocks(river(store("液碱(16%)10t")))
    (usual,), _ = read_stocks(river(store("液碱10t")))
    assert weak.worth("sodium_hydroxide") == pytest.approx(0.16)
    assert usual.worth("sodium_hydroxide") == pytest.approx(0.32)


def stock(store_id, material_id, quantity, **known):
    return Stock(store_id=store_id, material_id=material_id, quantity=quantity, written="", **known)


def test_the_nearest_store_gives_first_and_the_rest_comes_later():
    stocks = [stock("far", "quicklime", 5.0), stock("near", "quicklime", 3.0), stock("lost", "quicklime", 1.0)]
    got, = allocate([Need(name="quicklime", quantity=10.0, unit="kg")], stocks, {"near": H, "far": 5 * H}, within=2 * H)
    assert [(g.store_id, g.quantity) for g in got.given] == [("near", 3.0)] and got.short == 7.0
    assert [(g.store_id, g.quantity, g.travel) for g in got.later] == [("far", 5.0, 5 * H), ("lost", 1.0, None)]
    assert got.gap == 1.0 and got.travel == H
    assert sum(n.quantity for n in got.needs) == 10.0 and got.needs[-1].short == 7.0


def test_needs_of_one_material_share_the_stocks():
    stocks = [stock("W", "quicklime", 10.0)]
    one, other = allocate([Need(name="quicklime", quantity=q, unit="kg") for q in (7.0, 7.0)], stocks, {"W": H})
    assert (one.short, other.short) == (0.0, 4.0)


def test_a_weaker_product_stands_in_with_more_of_it():
    stocks = [stock("W", "caustic_solution", 10.0, serves={"sodium_hydroxide": 0.32})]
    got, = allocate([Need(name="sodium_hydroxide", quantity=1.6, unit="kg")], stocks, {"W": H})
    assert got.given[0].taken == pytest.approx(5.0) and got.short == 0.0


def test_a_shortfall_says_where_it_could_come_from_or_that_nobody_lists_it():
    stocks = [stock("far", "quicklime", 5.0)]
    needs = [Need(name="quicklime", quantity=4.0, unit="kg"), Need(name="pump", quantity=1.0, unit="count")]
    later, gap = shortage_problems(allocate(needs, stocks, {"far": 5 * H}, within=H))
    assert later.code == "stock_late" and "可随后调来：far 4 kg (5.0 h)" in later.text("zh")
    assert "can come later from: far 4 kg (5.0 h)" in later.text("en")
    assert gap.code == "stock_gap" and "水泵" in gap.text("zh") and "pump" in gap.text("en")
    pumps, = shortage_problems(allocate(needs[1:], [stock("far", "pump", 2.0)], {"far": 5 * H}, within=H))
    assert "far 1 (5.0 h)" in pumps.text("zh")                           # pieces have no unit
    partly, = shortage_problems(allocate([Need(name="quicklime", quantity=9.0, unit="kg")], stocks, {"far": H}))
    assert partly.code == "stock_short"


def test_large_amounts_are_said_in_tonnes_and_never_in_powers_of_ten():
    need = Need(name="powdered_activated_carbon", quantity=2.4e6, unit="kg")
    said, = shortage_problems(allocate([need], [stock("far", need.name, 55_000.0)], {"far": 5 * H}, within=H))
    assert "2,400 t" in said.text("zh") and "far 55 t (5.0 h)" in said.text("zh") and "e+" not in said.text("en")


def test_a_need_that_cannot_be_is_a_mistake():
    with pytest.raises(ValueError, match="need"):
        allocate([Need(name="quicklime", quantity=-1.0, unit="kg")], [], {})
