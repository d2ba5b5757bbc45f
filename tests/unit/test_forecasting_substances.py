"""Forecasts of what does not simply dissolve: films, acids, sinking liquids, products, losses, ice."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, dammed, y_river

from riverplan.errors import InputError
from riverplan.forecasting import ph
from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.behaviour import UNKNOWN_WIND
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, Wind, clock
from riverplan.forecasting.table import arrival_table, concentration_text, limit_text, strength_text, tap_limit_text
from riverplan.transport.acidity import mixed_ph

WATER = Spill(site_id="S01", substance="苯酚", mass=10_000.0, at=clock("2026-07-01 08:00"))
DIESEL = replace(WATER, substance="柴油")
ACID = replace(WATER, substance="盐酸", mass=30_000.0, alkalinity=2.0)
EAST, WEST = Wind(speed=5.0, direction=90.0), Wind(speed=5.0, direction=270.0)


def intake(spill: Spill, river=None):
    return forecast(river or y_river(), spill).arrival("I01")


def said(spill: Spill, river=None) -> dict[str, str]:
    """Texts of the problems by code; each must speak both languages."""
    problems = forecast(river or y_river(), spill).problems
    assert all(p.text("en") for p in problems)
    return {p.code: p.text("zh") for p in problems}


# ── films ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_film_in_calm_air_runs_with_the_surface_and_has_no_concentration():
    film, water = intake(DIESEL), intake(WATER)
    assert film.peak == pytest.approx(water.peak / 1.18)
    assert film.film
    assert film.peak_concentration is None
    assert film.exceed_probability is None
    assert film.limit == pytest.approx(0.05e-3)
    assert not water.film


def test_the_wind_along_the_river_hastens_or_slows_a_film():
    """The river runs east: a west wind follows it."""
    west, calm, east = (intake(replace(DIESEL, wind=w)) for w in (WEST, Wind(speed=0.0, direction=0.0), EAST))
    assert west.peak < calm.peak < east.peak
    straight = 13_000 / (1.18 * 0.5 + 0.03 * 5)                # all of the wind along the river: the bends cost some
    assert straight < west.peak < 1.05 * straight


def test_the_earliest_film_allows_for_a_wind_that_is_not_known():
    unknown, calm = intake(DIESEL), intake(replace(DIESEL, wind=Wind(speed=0.0, direction=0.0)))
    assert unknown.earliest < calm.earliest
    assert unknown.peak == pytest.approx(calm.peak)
    assert f"{UNKNOWN_WIND:g} m/s" in said(DIESEL)["wind_unknown"]


@pytest.mark.parametrize("wind", [None, EAST, WEST, Wind(speed=40.0, direction=90.0)])
def test_a_film_is_never_said_to_come_later_than_the_water_may(wind):
    assert intake(replace(DIESEL, wind=wind)).earliest <= intake(WATER).earliest + 1e-6


def test_a_storm_against_the_river_holds_a_film_and_every_site_stays_on_the_list():
    storm = replace(DIESEL, wind=Wind(speed=40.0, direction=90.0))
    assert len(forecast(y_river(), storm).arrivals) == len(forecast(y_river(), DIESEL).arrivals)
    assert "r3" in said(storm)["film_held"]
    assert "film_held" not in said(replace(DIESEL, wind=WEST))


def test_what_is_left_of_a_film_is_what_came_and_did_not_evaporate():
    diesel, petrol, oil = (intake(replace(DIESEL, substance=s)) for s in ("柴油", "汽油", "润滑油"))
    assert oil.film_mass == pytest.approx(10_000)
    assert petrol.film_mass < diesel.film_mass < oil.film_mass
    minutes = petrol.peak / 60
    assert petrol.film_mass == pytest.approx(10_000 * (1 - 0.132 * math.log(minutes)))
    assert intake(replace(DIESEL, recovery=0.5)).film_mass == pytest.approx(diesel.film_mass / 2)


def test_a_film_divides_with_the_river():
    river = braid()
    found = forecast(river, Spill(site_id="S01", substance="润滑油", mass=1000.0))
    assert found.arrival("I01").film_mass == pytest.approx(300.0)         # 6 of 20 m³/s
    assert found.arrival("M01").film_mass == pytest.approx(1000.0)


def test_a_film_is_as_thick_as_its_volume_over_the_patch():
    found = forecast(y_river(), replace(DIESEL, substance="润滑油"))
    there = found.arrival("I01")
    row = found.river.reach_row["r3"]
    width = float(found.river.reaches["width"].iat[row])
    patch = (there.trailing - there.leading) * 1.18 * 0.5
    assert there.film_thickness == pytest.approx(10_000 / 880 / (width * patch))


def test_under_ice_a_film_goes_with_the_water_and_keeps_its_mass():
    ice = replace(DIESEL, ice=True, wind=WEST, substance="汽油")
    assert intake(ice).peak == pytest.approx(intake(WATER).peak)
    assert intake(ice).film_mass == pytest.approx(10_000)
    assert "ice_cover_film" in said(ice)
    assert "ice_cover" in said(replace(WATER, ice=True))
    assert "ice_cover" not in said(WATER)


def test_a_film_does_not_mix_into_a_pool():
    film, water = (forecast(dammed(), replace(s, mass=None)).arrival("I01") for s in (DIESEL, WATER))
    assert film.trailing - film.leading < water.trailing - water.leading
    assert film.earliest <= water.earliest


def test_a_film_of_unknown_mass_has_times_only():
    film = intake(replace(DIESEL, mass=None))
    assert film.film_mass is None
    assert concentration_text(film, "zh") == "浮油"
    assert "mass_unknown_film" in said(replace(DIESEL, mass=None))
    assert "mass_unknown" not in said(replace(DIESEL, mass=None))


def test_a_film_that_dissolves_above_its_limit_is_warned_of():
    words = said(replace(DIESEL, substance="苯"))["film_dissolves"]
    assert "1.78e+03" in words or "1780" in words
    assert "film_dissolves" not in said(DIESEL)


# ── acids and alkalis ───────────────────────────────────────────────────────────────────────────────
def test_an_acid_gives_the_ph_of_the_mixed_river():
    there = intake(ACID)
    added = there.peak_concentration * 1000 / 36.458 / 1000    # mol/L of HCl, 31 % of 30 t
    expected = mixed_ph(np.array([added]), np.array([0.002]), natural_ph=ph.NATURAL_PH, temperature=15.0)[0]
    assert there.ph == pytest.approx(expected, abs=0.01)
    assert there.ph_band[0] < there.ph < there.ph_band[1]
    assert there.ph_limit == (6.0, 9.0)
    assert there.limit is None
    assert intake(replace(ACID, mass=60_000.0)).ph < there.ph


def test_an_acid_exceeds_where_its_ph_leaves_the_range():
    strong, weak = intake(replace(ACID, mass=300_000.0)), intake(replace(ACID, mass=3_000.0))
    assert strong.ph < 6 < weak.ph
    assert strong.exceed_probability > 0.5 > weak.exceed_probability
    assert strong.exceeds_from is not None
    assert weak.exceeds_from is None
    critical = ph.critical_concentration(ACID, forecast(y_river(), ACID).substance)
    even = intake(replace(ACID, mass=30_000.0 * critical / intake(ACID).peak_concentration))
    assert even.ph == pytest.approx(6.0, abs=1e-3)
    assert even.exceed_probability == pytest.approx(0.5, abs=1e-3)


def test_harder_water_bears_more_and_an_unknown_alkalinity_is_said_to_be_assumed():
    assert intake(replace(ACID, alkalinity=5.0)).ph > intake(ACID).ph
    unknown = replace(ACID, alkalinity=None)
    assert intake(unknown).ph == pytest.approx(intake(ACID).ph)
    assert intake(unknown).ph_band[0] < intake(ACID).ph_band[0]
    assert "2 mmol/L（1–4）" in said(unknown)["alkalinity_assumed"]
    assert "alkalinity_given" in said(ACID)


def test_an_alkali_raises_the_ph_and_ammonia_is_judged_by_its_nitrogen_too():
    lye, ammonia = (intake(replace(WATER, substance=s)) for s in ("液碱", "氨水 20%"))
    assert lye.ph > 9
    assert lye.ph_limit is not None
    assert ammonia.ph > 8
    assert ammonia.ph_limit is None
    assert ammonia.limit == pytest.approx(0.5e-3)
    assert "pH" in strength_text(ammonia, "zh")
    assert "pH" not in concentration_text(ammonia, "zh")


def test_an_acid_of_unknown_strength_has_no_ph():
    spill = replace(WATER, substance="酸性矿井水")
    assert intake(spill).ph is None
    assert {"ph_unknown", "behaves_acid"} <= set(said(spill))


def test_an_acid_of_unknown_mass_has_times_and_its_limit():
    there = intake(replace(ACID, mass=None))
    assert there.ph is None
    assert there.ph_limit == (6.0, 9.0)
    assert concentration_text(there, "zh") == "—"


# ── products, limits, losses ────────────────────────────────────────────────────────────────────────
def test_ten_tonnes_of_ammonia_solution_count_as_their_nitrogen():
    as_product = forecast(y_river(), replace(WATER, substance="氨水 20%"))
    nitrogen = 10_000 * 0.2 * 14.007 / 17.031
    as_nitrogen = forecast(y_river(), replace(WATER, substance="氨氮", mass=nitrogen))
    assert as_product.arrival("I01").peak_concentration == pytest.approx(
        as_nitrogen.arrival("I01").peak_concentration, rel=1e-9)
    words = {p.code: p.text("zh") for p in as_product.problems}["mass_converted"]
    assert "1645 kg" in words
    assert as_product.spill.mass == 10_000


def test_a_strength_that_is_not_given_is_that_of_trade_and_said_so():
    assert "25%" in said(replace(WATER, substance="氨水"))["mass_by_trade_strength"]
    assert "mass_converted" in said(replace(WATER, substance="硫酸铜"))
    assert not {"mass_converted", "mass_by_trade_strength"} & set(said(replace(WATER, substance="铜")))


def test_raw_water_and_tap_water_stand_side_by_side():
    found = forecast(y_river(), replace(WATER, substance="三氯乙烯"))
    there = found.arrival("I01")
    assert (there.limit, there.tap_limit) == (pytest.approx(0.07e-3), pytest.approx(0.02e-3))
    assert tap_limit_text(there, found, "zh") == "0.02"
    none = forecast(y_river(), replace(WATER, substance="草甘膦"))
    assert limit_text(none.arrival("I01"), none, "zh") == "无标准"
    assert tap_limit_text(none.arrival("I01"), none, "zh") == "0.7"
    acid = forecast(y_river(), ACID)
    assert limit_text(acid.arrival("I01"), acid, "zh") == "pH 6–9"
    assert tap_limit_text(acid.arrival("I01"), acid, "zh") == "pH 6.5–8.5"


def test_a_sinking_liquid_never_gives_more_than_dissolves():
    there = intake(replace(WATER, substance="四氯化碳", mass=1e8))
    assert there.peak_concentration == pytest.approx(0.8)
    assert there.concentration_band[1] == pytest.approx(0.8)
    plume = forecast(y_river(), replace(WATER, substance="四氯化碳", mass=1e8)).plumes["I01"]
    assert plume.concentration.max() == pytest.approx(0.8)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_only_what_stays_in_the_plume_counts(share):
    assert intake(replace(WATER, recovery=share)).peak_concentration == pytest.approx(
        share * intake(WATER).peak_concentration)
    assert ("mass_not_recovered" in said(replace(WATER, recovery=share))) == (share < 1)


def test_decay_follows_the_temperature_where_it_is_given():
    def left(**changes):
        return intake(replace(WATER, **changes)).peak_concentration / intake(WATER).peak_concentration

    day = 1 / 86_400
    assert left(decay=day) == pytest.approx(left(decay=day, temperature=20.0))
    assert left(decay=day, temperature=10.0) == pytest.approx(left(decay=day * 1.047**-10), rel=1e-6)
    assert "10 °C" in said(replace(WATER, decay=day, temperature=10.0))["decay_by_temperature"]
    assert "decay_by_temperature" not in said(replace(WATER, temperature=10.0))


def test_what_settles_is_lost_by_the_depth_of_each_reach_and_the_time_on_it():
    river = y_river()
    settling = 2.0 / 86_400
    found = forecast(river, replace(WATER, settling=settling)).arrival("I01")
    depth = river.scenarios["normal"].depth[[0, 2]]
    time = np.array([9_000, 4_000]) / 0.5
    expected = intake(WATER).peak_concentration * math.exp(-float((settling / depth * time).sum()))
    assert found.peak_concentration == pytest.approx(expected)
    assert found.peak == pytest.approx(intake(WATER).peak)
    assert "settling_counted" in said(replace(WATER, settling=settling))


def test_what_settles_fast_still_arrives():
    everywhere = {a.site_id for a in forecast(y_river(), WATER).arrivals}
    assert {a.site_id for a in forecast(y_river(), replace(WATER, settling=0.1)).arrivals} == everywhere


@pytest.mark.parametrize(("substance", "code"), [("尾矿浆", "behaves_slurry"), ("氯仿", "behaves_sinks"),
                                                 ("硫酸镉", "metal_on_particles")])
def test_what_the_model_does_not_hold_is_said(substance, code):
    assert code in said(replace(WATER, substance=substance))
    assert code not in said(WATER)


@pytest.mark.parametrize("change", [
    {"temperature": -40.0}, {"temperature": 100.0}, {"temperature": float("nan")}, {"alkalinity": 0.0},
    {"alkalinity": 500.0}, {"recovery": 0.0}, {"recovery": 1.5}, {"settling": -1.0}, {"settling": 5.0}, {"decay": -1.0},
    {"wind": Wind(speed=-1.0, direction=0.0)}, {"wind": Wind(speed=200.0, direction=0.0)},
    {"wind": Wind(speed=3.0, direction=400.0)}, {"wind": Wind(speed=float("nan"), direction=0.0)}])
def test_what_cannot_be_meant_is_refused_by_name_with_its_mend(change):
    with pytest.raises(InputError) as caught:
        forecast(y_river(), replace(WATER, **change))
    [problem] = caught.value.problems
    assert problem.code == f"spill_{next(iter(change))}"
    for lang in ("zh", "en"):
        assert problem.what(lang)
        assert problem.mend(lang)


# ── as words and numbers ────────────────────────────────────────────────────────────────────────────
def test_a_program_reads_films_and_ph_as_numbers():
    film = forecast_as_json(forecast(y_river(), replace(DIESEL, wind=WEST)))
    there = next(a for a in film["arrivals"] if a["site_id"] == "I01")
    assert there["film"] is True
    assert 9_000 < there["film_kg"] < 10_000
    assert there["film_um"] > 0
    assert there["peak_mg_l"] is None
    assert film["spill"]["wind_from_deg"] == 270
    acid = forecast_as_json(forecast(y_river(), ACID))
    there = next(a for a in acid["arrivals"] if a["site_id"] == "I01")
    assert there["ph_p05"] < there["ph"] < there["ph_p95"]
    assert (there["ph_limit"], there["tap_ph_limit"]) == ([6.0, 9.0], [6.5, 8.5])
    assert acid["spill"]["determinand_kg"] == pytest.approx(9300)
    json.dumps([film, acid], allow_nan=False)


@pytest.mark.parametrize(("lang", "film"), [("zh", "浮油"), ("en", "film")])
def test_the_table_says_film_in_place_of_a_number_and_ph_for_an_acid(lang, film):
    heads, rows = arrival_table(forecast(y_river(), DIESEL), lang)
    column = next(h for h in heads if h.endswith("mg/L"))
    assert all(row[heads.index(column)].startswith(film) for row in rows)
    _, rows = arrival_table(forecast(y_river(), ACID), lang)
    assert all(row[heads.index(column)].startswith("pH ") for row in rows)


def test_a_film_does_not_settle_but_decays_if_asked_to():
    plain = intake(DIESEL)
    assert intake(replace(DIESEL, settling=1e-4)) == plain
    decayed = intake(replace(DIESEL, decay=1 / 86_400))
    assert decayed.film_mass == pytest.approx(plain.film_mass * math.exp(-plain.peak / 86_400), rel=0.01)
