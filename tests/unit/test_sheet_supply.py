"""What the sheet says of the people behind the intakes."""

from dataclasses import replace

from river_fixtures import y_river

from riverplan.exporting.sheet_text import conclusions
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock

SPILL = Spill(site_id="S01", substance="苯酚", mass=1_000.0, at=clock("2026-07-01 08:00"))


def said(spill: Spill) -> str:
    river = y_river()
    sites = tuple(replace(s, population=777) if s.site_id == "I02" else s for s in river.sites)
    return str(conclusions(forecast(river.replace(sites=sites), spill), "zh"))


def test_people_are_counted_where_the_limit_may_be_exceeded():
    assert "30,777 人" in said(SPILL)
    assert "超标概率 5% 以上" in said(SPILL)


def test_people_far_below_the_limit_are_not_counted_as_cut_off():
    assert "30,777" not in said(replace(SPILL, mass=1e-3))


def test_with_an_unknown_mass_all_who_are_reached_are_counted_and_called_so():
    assert "受影响取水口登记供水人口合计约 30,777 人" in said(replace(SPILL, mass=None))
