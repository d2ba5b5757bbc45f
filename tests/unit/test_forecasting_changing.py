"""A forecast is of steady flow; where the flow is known to change or was read long ago, it says so."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from test_river_diversion import straight

from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.diversion import lay_diversions
from riverplan.river.scheduling import with_schedule
from riverplan.tables.gauges import BEIJING
from riverplan.tables.schedules import Entry

AT = datetime(2026, 7, 1, 8, tzinfo=BEIJING)


def said(series, *, at=AT, river=None, flow=None):
    river = river or straight()
    flow = flow or river.scenarios["normal"]
    if series is not None:
        flow = replace(flow, series={"M1": tuple((AT.timestamp() + 3600 * h, q) for h, q in series)})
    spill = Spill(reach_id=river.reaches["reach_id"].iloc[0], chainage=1_000.0, substance="phenol", mass=1_000.0, at=at)
    found = [p for p in forecast(river, spill, scenario=flow).problems if p.code.startswith("flow_")]
    for p in found:
        assert p.severity == "warning" and p.text("zh") and p.text("en")
    return {p.code: p.fields for p in found}


@pytest.mark.parametrize(("series", "codes"), [
    ([(-1, 20.0), (5, 21.9)], set()),                                      # 9.5 % of 20 m³/s
    ([(-1, 20.0), (1, 20.0), (5, 22.5)], {"flow_changes_soon"}),           # 12.5 %
    ([(-1, 20.0), (1, 20.0), (30, 20.0), (40, 90.0)], set()),              # after a day
    ([(-7, 20.0)], {"flow_read_long_ago"}),
    ([(-5.9, 20.0)], set()),
    ([(-1, 30.0)], {"flow_changes_soon"}),                                 # it is 30 already, 20 was taken
])
def test_a_change_of_more_than_10_percent_in_24_h_or_a_reading_6_h_old_is_a_warning(series, codes):
    assert set(said(series)) == codes


def test_the_warning_names_the_first_hour_of_the_change_and_the_value_that_departs_most():
    fields = said([(-1, 20.0), (1, 20.0), (5, 26.0), (9, 8.0)])["flow_changes_soon"]
    assert (fields["hours"], fields["used"], fields["value"]) == ("5.0", "20", "8")


def test_without_a_time_of_the_spill_the_whole_series_counts():
    assert set(said([(-1, 20.0), (90, 26.0)], at=None)) == {"flow_changes_undated"}
    assert said([(-1, 20.0)], at=None) == {}


def test_a_station_that_stops_in_4_h_is_said_and_one_that_runs_on_for_2_days_is_not():
    river = lay_diversions(straight())
    run = Entry(station="P1", since=AT - timedelta(hours=20), until=AT + timedelta(hours=48))
    flow, _ = with_schedule(river, "normal", [run], AT)
    assert said(None, river=river, flow=flow) == {}
    stop = Entry(station="P1", since=AT + timedelta(hours=4), until=AT + timedelta(hours=48), state="stopped", row=9)
    flow, _ = with_schedule(river, "normal", [replace(run, until=stop.since), stop], AT)
    fields = said(None, river=river, flow=flow)["flow_changes_soon"]
    assert (fields["hours"], fields["used"], fields["value"]) == ("4.0", "12", "0")
