"""Gauge files become a measured scenario; what cannot be believed is named with its row."""

from datetime import datetime, timedelta

import pytest
from openpyxl import Workbook
from river_fixtures import y_river

from riverplan.errors import InputError
from riverplan.river.measured import measured_scenario
from riverplan.river.store import read_river, save_river
from riverplan.tables.gauges import BEIJING, read_gauges

AT = datetime(2026, 7, 1, 8, 30, tzinfo=BEIJING)
HEAD = "站名,时间,水位(m),流量(m³/s)\n"


def written(tmp_path, rows, encoding="gb18030"):
    path = tmp_path / "测站.csv"
    path.write_bytes((HEAD + rows).encode(encoding))
    return path


def codes(problems):
    for p in problems:
        assert p.text("zh") and p.text("en")
    return [p.code for p in problems]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_gauge_file_sets_the_flow_of_the_moment(tmp_path, encoding):
    rows = "M01,2026-07-01 08:00,101.2,30\n清河口断面,2026年7月1日9时,101.3,34\n"
    gauges = read_gauges(written(tmp_path, rows, encoding))
    river = y_river()
    flow, problems = measured_scenario(river, gauges.readings, at=AT)
    assert flow.name == "measured" and codes(problems) == []
    assert flow.discharge[river.reach_row["r4"]] == pytest.approx(32.0)
    assert flow.discharge[:2] == pytest.approx([12 * 1.6, 8 * 1.6])        # scaled above the gauge
    assert [q for _, q in flow.series["M01"]] == [30.0, 34.0]


def test_a_workbook_with_a_title_reads_alike(tmp_path):
    book = Workbook()
    for row in (["水情表"], ["station", "time", "flow"], ["M01", datetime(2026, 7, 1, 8), 30.0]):  # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "g.xlsx")
    [reading] = read_gauges(tmp_path / "g.xlsx").readings
    assert (reading.station, reading.discharge, reading.at.hour, reading.row) == ("M01", 30.0, 8, 3)


def test_a_series_comes_back_from_the_file(tmp_path):
    river = y_river()
    gauges = read_gauges(written(tmp_path, "M01,2026-07-01 07:00,,20\nM01,2026-07-01 08:00,,30\n"))
    flow, problems = measured_scenario(river, gauges.readings, at=AT)
    assert codes(problems) == ["gauge_changes"]
    river = river.replace(scenarios={**river.scenarios, "measured": flow})
    save_river(river, tmp_path / "r.gpkg")
    back = read_river(tmp_path / "r.gpkg")
    assert back.scenarios["measured"].series == flow.series
    assert back.digest == read_river(tmp_path / "r.gpkg").digest


def test_old_impossible_and_unknown_readings_are_named(tmp_path):
    rows = ("M01,2026-06-30 20:00,,20\nM01,2026-06-30 20:10,,900\n某站,2026-07-01 08:00,,5\n"
            "B01,2026-07-01 08:00,99.1,\nI01,2026-07-01 08:00,,-3\nM01,昨天,,7\nM01,2026-07-01 08:00,,约三十\n")
    gauges = read_gauges(written(tmp_path, rows))
    assert codes(gauges.problems) == ["gauge_negative", "gauge_row", "gauge_number"]
    assert [p.row for p in gauges.problems] == [6, 7, 8]
    flow, problems = measured_scenario(y_river(), gauges.readings, at=AT)
    assert sorted(codes(problems)) == ["gauge_jump", "gauge_level_only", "gauge_stale", "gauge_unknown"]
    assert flow.readings == {"M01": 20.0}


def test_a_file_without_heads_or_rows_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as caught:
        read_gauges(path)
    assert codes(caught.value.problems) == ["gauge_heads"]
    with pytest.raises(InputError) as caught:
        read_gauges(written(tmp_path, "M01,明天,,3\n"))
    assert codes(caught.value.problems) == ["gauge_row", "gauge_empty"]


def test_readings_of_other_rivers_alone_are_refused(tmp_path):
    gauges = read_gauges(written(tmp_path, "某站,2026-07-01 08:00,,5\n"))
    with pytest.raises(InputError) as caught:
        measured_scenario(y_river(), gauges.readings, at=AT + timedelta(hours=1))
    assert codes(caught.value.problems) == ["gauge_unknown", "gauge_none_usable"]
