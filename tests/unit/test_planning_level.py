"""The suggested level against the grading standard and article 4 of Order 17."""

import math
from dataclasses import replace

import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.planning.level import LIKELY, POSSIBLE, chance, level_words, suggest_level
from riverplan.reference.deadlines import LEVELS

HERE = {"lon": math.nan, "lat": math.nan, "county": "示范县"}


def forecast_of(substance: str = "苯酚", probability: float | None = 1.0, *,
                keep: tuple[str, ...] = ("I01",), **changes):
    """A forecast at some sites only, each changed and exceeding with a probability."""
    river = y_river()
    river = river.replace(sites=tuple(replace(s, **changes) if s.site_id in keep else s for s in river.sites))
    found = rp.forecast(river, rp.Spill(site_id="S01", substance=substance, mass=100.0,
                                        at=rp.clock("2026-07-01 08:00")))
    arrivals = tuple(replace(a, exceed_probability=probability) for a in found.arrivals if a.site_id in keep)
    return replace(found, arrivals=arrivals)


@pytest.mark.parametrize(("category", "level"), [("drinking", "II"), ("township", "III"), ("village", "IV"),
                                                 ("farm", "IV"), ("industrial", "IV")])
def test_an_interrupted_intake_counts_by_the_place_it_serves(category, level):
    assert suggest_level(forecast_of(category=category)).level == level


def test_the_waterworks_of_a_district_may_be_that_of_a_city():
    found = suggest_level(forecast_of(category="drinking", county="某区"))
    assert (found.level, found.possible) == ("II", "I")
    assert suggest_level(forecast_of(category="drinking", county="某县")).possible == "II"


@pytest.mark.parametrize(("category", "level"), [("country", "I"), ("province", "II"), ("city", "III"),
                                                 ("county", "IV"), ("township", "IV")])
def test_a_crossed_boundary_counts_by_its_kind(category, level):
    assert suggest_level(forecast_of(keep=("B01",), category=category)).level == level


@pytest.mark.parametrize("substance", ["砷", "镉", "铊", "氯化镉", "三氧化二砷"])
def test_heavy_metals_and_metalloids_are_reported_as_grave_whatever_the_level(substance):
    found = suggest_level(forecast_of(substance, 0.0))
    assert (found.level, found.reporting, found.stricter) == ("IV", "II", True)


def test_a_drinking_source_is_reported_as_grave_though_the_response_is_lower():
    found = suggest_level(forecast_of(category="township"))
    assert (found.level, found.reporting, found.stricter) == ("III", "II", True)
    assert "order17_source" in {r.code for r in found.reasons}


def test_what_is_only_possible_does_not_make_the_level():
    found = suggest_level(forecast_of(probability=0.2, category="drinking"))
    assert (found.level, found.possible, found.reporting) == ("IV", "II", "II")
    assert suggest_level(forecast_of(probability=0.01, category="drinking")).possible == "IV"


def test_where_the_mass_is_unknown_nothing_is_said_to_be_judged():
    found = suggest_level(forecast_of(probability=None, category="drinking"))
    assert (found.level, found.possible) == ("IV", "II")
    assert [r.code for r in found.reasons if r.likely] == ["unknown"]


@pytest.mark.parametrize(("p", "how"), [(None, "possible"), (0.0, "unlikely"), (POSSIBLE, "possible"),
                                        (LIKELY, "likely"), (1.0, "likely")])
def test_a_chance_is_told_from_the_probability(p, how):
    [arrival] = forecast_of(probability=p).arrivals
    assert chance(arrival) == how


def test_more_likely_harm_never_makes_a_milder_level():
    for category in ("drinking", "township", "village"):
        found = [suggest_level(forecast_of(probability=p, category=category)) for p in (0.0, 0.1, 0.6)]
        for name in ("level", "possible", "reporting"):
            ranks = [LEVELS.index(getattr(f, name)) for f in found]
            assert ranks == sorted(ranks, reverse=True)


def test_the_words_say_that_the_government_decides_and_what_was_not_judged():
    found = suggest_level(forecast_of(category="drinking"))
    assert "政府决定" in found.words("zh") and "死亡" in found.words("zh")
    assert "government decides" in found.words("en")
    assert level_words("II", "zh") in found.words("zh")
