"""Times on paper: rounded to the safe side, with the day, never T+ alone."""

from dataclasses import replace

import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.exporting.sheet_clock import band_clock, long_clock, next_clock, short_clock, span_text

HOUR = 3600.0


@pytest.fixture(scope="module")
def forecast():
    return rp.forecast(y_river(), rp.Spill(site_id="S01", at=rp.clock("2026-07-01 21:10")))


def test_the_next_day_is_marked(forecast):
    assert short_clock(forecast, 2 * HOUR, "zh") == "23:10"
    assert short_clock(forecast, 3 * HOUR, "zh") == "00:10+1d"
    assert short_clock(forecast, 51 * HOUR, "en") == "00:10+3d"


def test_earliest_is_rounded_down_and_the_last_time_up(forecast):
    assert short_clock(forecast, 119.0, "zh", "down") == "21:11"
    assert short_clock(forecast, 61.0, "zh", "up") == "21:12"
    assert band_clock(forecast, (119.0, 121.0), "zh") == "21:11–21:13"


def test_far_days_are_dates_and_beyond_a_year_only_that(forecast):
    assert short_clock(forecast, 10 * 86_400.0, "zh") == "07-11"
    assert short_clock(forecast, 400 * 86_400.0, "zh") == ">365d"
    assert short_clock(forecast, float("inf"), "zh") == "—"
    assert short_clock(forecast, None, "zh") == "—"


def test_a_sentence_names_the_date(forecast):
    assert long_clock(forecast, 5 * HOUR, "zh") == "7月2日 02:10"
    assert long_clock(forecast, 5 * HOUR, "en") == "07-02 02:10"


def test_a_sentence_says_the_day_again_only_where_it_changes(forecast):
    assert next_clock(forecast, 5 * HOUR, 4 * HOUR, "zh") == "02:10"
    assert next_clock(forecast, 30 * HOUR, 4 * HOUR, "zh") == "7月3日 03:10"
    assert next_clock(forecast, 11 * 24 * HOUR, 4 * HOUR, "zh") == "7月12日"


def test_without_a_clock_times_are_after_release(forecast):
    timeless = replace(forecast, spill=replace(forecast.spill, at=None))
    assert short_clock(timeless, 30.5 * HOUR, "zh") == "30:30"
    assert long_clock(timeless, 30.5 * HOUR, "zh") == "释放后 30:30"
    assert short_clock(timeless, 20 * 86_400.0, "zh") == "20 d"


def test_spans_turn_from_hours_to_days():
    assert span_text(1.5 * HOUR, "zh") == "1.5 h"
    assert span_text(26 * HOUR, "zh") == "26 h"
    assert span_text(11 * 86_400.0, "zh") == "11 天"
