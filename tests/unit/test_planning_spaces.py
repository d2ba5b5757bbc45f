"""Listed spaces as a plan sees them: functions, free volumes, closing times, and what is said of what is missing."""

from dataclasses import replace

import numpy as np
import pytest
from operated_rivers import by_the_station
from river_fixtures import R, build, code_of

from riverplan.errors import InputError, Problem, UnknownNameError
from riverplan.i18n import LANGS, catalogue
from riverplan.planning.space_functions import BY_CATEGORY, functions_of
from riverplan.planning.space_problems import NOTES
from riverplan.planning.spaces import FOOT, season_of, usable_spaces
from riverplan.planning.stopped_stations import stopped_stations
from riverplan.planning.temporary_dams import HEIGHT, temporary_dam
from riverplan.planning.usable_space import FUNCTIONS, OPENING, TIME_BASES, VOLUME_BASES
from riverplan.planning.volumes import time_gained
from riverplan.river.sites import Bridge, Space
from riverplan.tables.schema import fields_of

AT = {"lon": 107.7, "lat": 29.8, "reach_id": "a", "chainage": 4_000.0}
LAKE = {"category": "reservoir", "total_volume": 1e6, "normal_level": 100.0, "crest_level": 102.0, "height": 22.0,
        "close_time": 600.0, "dispatch_authority": "水利"}
"""A reservoir that is empty at 80 m, and whose volume so rises by 50 000 m³ a metre."""


def river(*sites, width=20.0, slope=2e-3, discharge=2.0):
    return build("直河", {"n1": ("source", 0, 0), "n2": ("outlet", 10, 0)},
                 [R(id="a", tail="n1", head="n2", width=width, slope=slope, discharge=discharge)], sites=sites)


def one(site, scenario="normal", **asked):
    (found,), problems = usable_spaces(river(site), scenario, **asked)
    return found, {p.code for p in problems}


def space(**fields):
    return Space(site_id="K1", **{**AT, **fields})


# ── functions ───────────────────────────────────────────────────────────────────────────────────────
def test_every_type_of_the_list_has_its_functions_and_they_are_ours():
    choices = next(f for f in fields_of("space") if f.name == "category").choices
    assert set(BY_CATEGORY) == {c.code for c in choices}
    assert set().union(*BY_CATEGORY.values()) == set(FUNCTIONS)


@pytest.mark.parametrize(("written", "functions"), [
    ("储存、截流、投药、监测", {"hold", "cut", "dose"}), ("引流，稀释", {"divert", "dilute"}),
    ("截流和分流", {"cut", "divert"}), ("store, cut off, divert", {"hold", "cut", "divert"}), ("监测", set())])
def test_functions_are_read_as_lists_write_them(written, functions):
    found, _, strange, assumed = functions_of(written, "gate_dam")
    assert (found, strange, assumed) == (functions, (), False)


def test_an_unknown_function_is_named_and_where_none_is_known_the_type_counts():
    found, said = one(space(category="pond", functions="养鱼", usable_volume=5e3, pump_capacity=0.1))
    assert found.functions == BY_CATEGORY["pond"]
    assert {"space_function_unknown", "space_functions_assumed"} <= said
    found, said = one(space(category="pond", functions="储存、养鱼", usable_volume=5e3, pump_capacity=0.1))
    assert found.functions == {"hold"} and "space_functions_assumed" not in said


# ── volumes ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("scenario", "volume"), [("low", 3e5), ("normal", 2e5), ("high", 1e5)])
def test_each_season_has_its_volume(scenario, volume):
    site = space(**LAKE, usable_low=3e5, usable_normal=2e5, usable_high=1e5, usable_volume=9e5)
    found, _ = one(site, scenario)
    assert (found.free_volume, found.volume_basis) == (volume, "stated_season")


def test_todays_level_goes_before_what_is_stated_and_ends_at_the_flood_limit_in_the_flood_season():
    site = space(**LAKE, usable_volume=1.0, flood_limit_level=97.0)
    dry, said = one(site, levels={"K1": 95.0})
    assert (dry.free_volume, dry.free_above_limit, dry.volume_basis) == (pytest.approx(250_000.0), 0.0, "level")
    assert {"space_level_linear", "space_no_flood_taken"} <= said
    flood, said = one(site, levels={"K1": 95.0}, flood_season=True)
    assert (flood.free_volume, flood.free_above_limit) == (pytest.approx(100_000.0), pytest.approx(150_000.0))
    assert not {"space_flood_taken", "space_no_flood_taken"} & said            # a person has said it
    above, _ = one(site, "high", levels={"K1": 98.0})
    assert (above.free_volume, above.free_above_limit) == (0.0, pytest.approx(100_000.0))


def test_the_lists_own_level_counts_where_none_is_given():
    assert one(space(**LAKE, today_level=99.0))[0].free_volume == pytest.approx(50_000.0)
    assert one(space(**LAKE, today_level=99.0), levels={"K1": 98.0})[0].free_volume == pytest.approx(100_000.0)


@pytest.mark.parametrize("level", [102.5, 3.2, float("nan")])
def test_a_level_above_the_dam_or_one_that_is_a_depth_is_not_used(level):
    found, said = one(space(**LAKE, usable_volume=7.0), levels={"K1": level})
    assert (found.free_volume, found.volume_basis) == (7.0, "stated") and "space_level_wrong" in said


def test_a_level_that_nothing_can_be_made_of_is_said():
    found, said = one(space(category="reservoir", usable_volume=7.0, today_level=95.0))
    assert found.volume_basis == "stated" and "space_level_unused" in said


def test_in_the_flood_season_what_is_stated_for_another_season_ends_at_that_of_the_high_one():
    site = space(**LAKE, usable_low=3e5, usable_high=1e5)
    assert one(site, "low", flood_season=True)[0].free_volume == 1e5


def test_a_pond_takes_its_area_times_its_depth_through_pumps_and_canal_together():
    found, _ = one(space(category="pond", area=4_000.0, usable_depth=1.5, pump_capacity=0.1, canal_capacity=0.2))
    assert (found.free_volume, found.volume_basis, found.side) == (6_000.0, "area_depth", True)
    assert (found.capacity, found.close_time, found.close_basis) == (pytest.approx(0.3), OPENING, "assumed")


def test_a_temporary_dam_holds_the_wedge_above_the_water_that_flows():
    site = space(category="temp_dam_site", width=20.0, height=2.5, close_time=7_200.0)
    found, _ = one(site)                                       # the fixture's water is 1.5 m deep
    assert found.free_volume == pytest.approx(20.0 * 1.0**2 / 2 / 2e-3)
    assert (found.volume_basis, found.close_basis, found.in_channel) == ("wedge", "stated", True)
    assert found.dam.volume == pytest.approx(20.0 * (1.5 * 2.5 + 3.0 * 2.5**2 / 2))


def test_a_dam_no_higher_than_the_water_holds_nothing_and_is_named():
    found, said = one(space(category="temp_dam_site", width=20.0, height=1.4, close_time=60.0))
    assert found.free_volume == 0.0 and "space_dam_low" in said


def test_without_a_time_the_earthwork_says_how_long_a_dam_takes():
    found, said = one(space(category="temp_dam_site", width=20.0))
    assert found.close_time == pytest.approx(found.dam.volume / 60.0 * 3_600.0)
    assert found.dam == temporary_dam(20.0, HEIGHT) and {"space_time_earthwork", "space_dam_assumed"} <= said


def test_sloping_banks_take_less_earth_than_upright_ones_and_more_than_the_bed_alone():
    upright, sloping = temporary_dam(30.0, 2.0), temporary_dam(30.0, 2.0, bed_width=20.0)
    assert temporary_dam(20.0, 2.0).volume < sloping.volume < upright.volume
    assert sloping.bags > sloping.volume / 0.035 and sloping.lorry_trips >= sloping.volume / 10.0


def test_a_flow_that_is_no_season_takes_that_of_the_nearest_discharge():
    net = river(space(**LAKE, usable_low=3e5, usable_high=1e5))
    today = replace(net.scenario("normal"), name="measured", discharge=np.array([5.0]))
    assert season_of(net, today, 0) == "high"
    (found,), problems = usable_spaces(net, today)
    assert found.free_volume == 1e5 and "space_season_taken" in {p.code for p in problems}


# ── what is missing ─────────────────────────────────────────────────────────────────────────────────
def test_everything_that_is_missing_is_said_at_once_in_both_languages():
    sites = [
        Space(site_id="G", category="gate_dam", **AT),
        Space(site_id="P", category="pond", functions="储存", **AT),
        Space(site_id="L", category="reservoir", total_volume=1e4, usable_volume=2e4, normal_level=10.0,
              flood_limit_level=11.0, verified_result="changed", **AT),
        Space(site_id="X", category="pond", **{**AT, "reach_id": "gone"}),
        Space(site_id="N", category="pond", verified_result="no", **AT),
        Space(site_id="F", category="pond", usable_volume=1.0, pump_capacity=1.0, access="foot", **AT)]
    found, problems = usable_spaces(river(*sites), "normal", levels={"Q9": 1.0})
    assert [s.space_id for s in found] == ["G", "P", "L", "F"]
    by_code = {p.code: p for p in problems}
    assert set(by_code) >= {
        "space_no_volume", "space_no_close_time", "space_no_orders", "space_no_capacity", "space_usable_wrong",
        "space_limit_wrong", "space_changed", "space_off_river", "space_not_there", "space_level_unknown",
        "space_foot_assumed", "space_time_assumed", "space_functions_assumed"}
    assert "G" in by_code["space_no_close_time"].what("zh") and found[-1].foot == FOOT
    for problem in problems:
        assert problem.severity == ("note" if problem.code in NOTES else "warning")
        assert all(problem.what(lang) and problem.mend(lang) for lang in LANGS)
    order = [p.severity for p in problems]
    assert order == sorted(order, reverse=True)                # warnings first


def test_a_place_for_monitoring_alone_does_nothing_with_water_and_is_not_complained_of():
    found, said = one(space(category="other", functions="监测"))
    assert not found.functions and not found.in_channel and not said


def test_an_unknown_flow_is_refused():
    with pytest.raises(UnknownNameError) as caught:
        usable_spaces(river(), "flood")
    assert isinstance(caught.value, InputError) and code_of(caught) == "unknown_scenario"


def test_what_volumes_and_times_rest_on_has_words():
    for section, codes in (("plan_volume_basis", VOLUME_BASES), ("plan_close_basis", TIME_BASES)):
        assert {k for k in catalogue() if k.startswith(f"{section}.")} == {f"{section}.{c}" for c in codes}


def test_every_code_that_is_said_has_words():
    for code in NOTES:
        assert Problem(code=code, fields={"count": 1, "sites": "K1"}).text("zh")


# ── bridges ─────────────────────────────────────────────────────────────────────────────────────────
def test_by_a_bridge_over_a_shallow_channel_a_dam_is_a_candidate_and_over_a_deep_one_only_dosing():
    bridge = Bridge(site_id="B1", name="石桥", span=15.0, access="大货车", **AT)
    (low,), said = usable_spaces(river(bridge), "low")          # 0.93 m deep
    assert low.functions == {"cut", "dose"} and low.dam.width == 15.0 and low.in_channel
    assert low.volume_basis == "wedge" and "space_bridge_dam" in {p.code for p in said}
    (high,), _ = usable_spaces(river(bridge), "high")           # 2.3 m deep
    assert high.functions == {"dose"} and high.dam is None and not high.in_channel


def test_no_dam_is_built_where_a_bridge_is_reached_only_on_foot():
    (found,), _ = usable_spaces(river(Bridge(site_id="B1", access="仅步行", **AT)), "low")
    assert found.functions == {"dose"} and found.foot == FOOT


# ── stations ────────────────────────────────────────────────────────────────────────────────────────
def test_a_stopped_diversion_station_without_storage_spills_at_once():
    net = by_the_station()
    spaces, _ = usable_spaces(net, "normal")
    assert spaces[0].capacity == 12.0 and spaces[0].functions == {"divert"}
    [stopped] = stopped_stations(net, "normal", spaces)
    assert (stopped.site_id, stopped.inflow, stopped.spills_after) == ("P1", 20.0, 0.0)


def test_a_stopped_dam_station_spills_after_its_free_volume_and_a_seasonal_one_is_left_out():
    site = space(category="hydropower_dam_type", usable_volume=3_600.0, ecological_flow=1.0)
    net = river(site)
    [stopped] = stopped_stations(net, "normal", usable_spaces(net, "normal")[0])
    assert stopped.spills_after == time_gained(3_600.0, 2.0, 1.0) == 3_600.0
    seasonal = river(replace(site, regulation="seasonal"))
    assert stopped_stations(seasonal, "normal", usable_spaces(seasonal, "normal")[0]) == ()


# ── the demonstration ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def demo():
    from riverplan.river.demonstration import demonstration
    from riverplan.river.importing import import_river

    found = demonstration()
    return import_river(found.lines, name=found.name, workbook=found.workbook, outlets=found.outlets)


@pytest.mark.parametrize("scenario", ["low", "normal"])
def test_the_demonstration_lacks_nothing_a_plan_needs(demo, scenario):
    spaces, problems = usable_spaces(demo, scenario)
    assert [p.code for p in problems if p.severity == "warning"] == []
    listed = [s for s in spaces if s.category != "bridge"]
    assert len(listed) == 24 and sum(bool(s.free_volume) for s in listed) >= 20
    assert all(s.close_time for s in listed if s.functions & {"hold", "cut", "divert"})
    assert {s.source for s in demo.sites if isinstance(s, Space)} == {"assumed"}
