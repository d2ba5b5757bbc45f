"""What problems say in English holds no Chinese punctuation, and lists are written as each language writes them."""

import re
from dataclasses import replace

import pytest
from river_fixtures import braid, dammed, y_river

from riverplan.forecasting.observation import Observation
from riverplan.forecasting.run import forecast
from riverplan.forecasting.screening.screen import screen
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.spill import Spill, Wind, clock

CHINESE_MARKS = re.compile(r"[、；，。：（）]")
AT = clock("2026-07-01 08:00")


def problems_of_many():
    for river in (y_river(), braid(), dammed()):
        source = next(s.site_id for s in river.sites if s.kind == "risk_source")
        spill = Spill(site_id=source, substance="苯酚", mass=1000.0, at=AT)
        for one in (spill, replace(spill, mass=None, sigma_mass=0.3, wind=Wind(speed=3.0, direction=45.0)),
                    replace(spill, substance="柴油", decay=1e-5, settling=1e-5), replace(spill, substance="硫酸 98％"),
                    replace(spill, substance="铜", settling=1e-5), replace(spill, substance="没有这种物质")):
            yield from forecast(river, one).problems
        site = next(s.site_id for s in river.sites if s.kind in ("intake", "section"))
        seen = (Observation(site_id=site, kind="none", at=clock("2026-07-09 08:00")),
                Observation(site_id=site, kind="leading", at=clock("2026-07-01 18:00")))
        yield from forecast(river, spill, observations=seen).problems
        yield from simulate(river, spill, hours=2.0).problems
        yield from screen(river).problems


@pytest.fixture(scope="module")
def problems():
    return list(problems_of_many())


def test_english_holds_no_chinese_punctuation(problems):
    assert len({p.code for p in problems}) > 20
    said = {p.code: p.text("en") for p in problems if CHINESE_MARKS.search(p.text("en"))}
    assert said == {}


def test_what_was_given_in_vain_is_named_with_the_reason(problems):
    [vain, *_] = [p for p in problems if p.code == "given_in_vain" and "质量未给" in p.text("zh")]
    assert "风（只对浮油起作用）" in vain.text("zh") and "the wind (it moves films only)" in vain.text("en")
