"""Schedules of stations: read with their rows' problems, laid over a flow at the time of the spill."""

from datetime import datetime

import numpy as np
import pytest
from openpyxl import Workbook
from test_river_diversion import straight

from riverplan.errors import InputError
from riverplan.river.diversion import lay_diversions
from riverplan.river.scheduling import with_schedule
from riverplan.river.store import read_river, save_river
from riverplan.tables.gauges import BEIJING
from riverplan.tables.schedules import read_schedule

HEAD = "电站,开始时间,结束时间,状态,流量(m³/s)\n"
DAY = ("示范电站,2026-07-01 00:00,2026-07-01 08:00,停机,\n示范电站,2026-07-01 08:00,2026-07-01 20:00,发电,9\n"
       "P1,2026-07-01 20:00,2026年7月1日24时,开闸,\n")


def at(hour, day=1):
    return datetime(2026, 7, day, hour, tzinfo=BEIJING)


def entries(tmp_path, rows, encoding="gb18030"):
    path = tmp_path / "计划.csv"
    path.write_bytes((HEAD + rows).encode(encoding))
    return read_schedule(path)


def codes(problems):
    for p in problems:
        assert p.text("zh") and p.text("en")
    return [p.code for p in problems]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
@pytest.mark.parametrize(("hour", "canal"), [(3, 0.0), (8, 9.0), (19, 9.0), (22, 0.0)])
def test_the_canal_takes_9_cumecs_from_8_to_20_and_nothing_while_stopped_or_spilling(tmp_path, encoding, hour, canal):
    river = lay_diversions(straight())
    schedule = entries(tmp_path, DAY, encoding)
    flow, problems = with_schedule(river, "normal", schedule.entries, at(hour))
    assert codes(schedule.problems) == codes(problems) == []
    assert flow.discharge == pytest.approx([20.0, 20.0 - canal, 20.0, canal, canal])
    times = np.array([(t - at(0).timestamp()) / 3600 for t, _ in flow.series["P1"]])
    assert np.round(times, 2).tolist() == [0, 8, 8, 20, 20, 24] and np.all(np.diff(times) > 0)
    assert [q for _, q in flow.series["P1"]] == pytest.approx([0, 0, 9, 9, 0, 0])


def test_a_workbook_of_flows_alone_reads_alike_and_its_series_comes_back_from_the_file(tmp_path):
    book = Workbook()
    for row in (["调度计划"], ["station", "from", "flow"], ["P1", datetime(2026, 7, 1, 8), 30.0],  # noqa: DTZ001
                ["P1", datetime(2026, 7, 1, 12), 0]):                                                # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "s.xlsx")
    schedule = read_schedule(tmp_path / "s.xlsx")
    assert [(e.state, e.flow, e.row) for e in schedule.entries] == [("running", 30.0, 3), ("stopped", 0.0, 4)]
    river = lay_diversions(straight())
    flow, problems = with_schedule(river, "normal", schedule.entries, at(9))
    assert codes(problems) == ["schedule_short"]                           # 20 − 2 ecological
    assert flow.discharge[3] == pytest.approx(18.0)
    save_river(river.replace(scenarios={"normal": flow}), tmp_path / "r.gpkg")
    assert read_river(tmp_path / "r.gpkg").scenarios["normal"].series == flow.series


def test_rows_that_cannot_be_used_are_named_with_their_row(tmp_path):
    rows = ("P1,2026-07-01 08:00,2026-07-01 06:00,发电,\nP1,明天,,发电,\nP1,2026-07-01 08:00,,睡觉,\n"
            "P1,2026-07-01 08:00,,发电,许多\nP1,2026-07-01 08:00,,停机,5\nP1,2026-07-01 08:00,,,\n"
            "P1,2026-07-01 08:00,25日,发电,\nP1,2026-07-01 08:00,,发电,\n")
    schedule = entries(tmp_path, rows)
    assert codes(schedule.problems) == ["schedule_backwards", "schedule_row", "schedule_state", "schedule_number",
                                        "schedule_state_flow", "schedule_state", "schedule_row"]
    assert [p.row for p in schedule.problems] == [2, 3, 4, 5, 6, 7, 8]
    assert len(schedule.entries) == 1


def test_files_without_heads_or_entries_are_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as caught:
        read_schedule(path)
    assert codes(caught.value.problems) == ["schedule_heads"]
    with pytest.raises(InputError) as caught:
        entries(tmp_path, "P1,明天,,发电,\n")
    assert codes(caught.value.problems) == ["schedule_row", "schedule_empty"]


def test_unknown_stations_sections_and_times_without_an_entry_leave_the_flow_as_it_is(tmp_path):
    river = lay_diversions(straight())
    schedule = entries(tmp_path, DAY + "某站,2026-07-01 00:00,,发电,\nM1,2026-07-01 00:00,,发电,\n")
    flow, problems = with_schedule(river, "normal", schedule.entries, at(3, day=2))
    assert sorted(codes(problems)) == ["schedule_none_now", "schedule_not_diversion", "schedule_unknown"]
    assert flow.discharge == pytest.approx(river.scenarios["normal"].discharge)


def test_of_two_rows_that_contradict_each_other_row_3_counts_and_is_named(tmp_path):
    river = lay_diversions(straight())
    schedule = entries(tmp_path, "P1,2026-07-01 00:00,2026-07-01 12:00,发电,\n"
                                 "P1,2026-07-01 08:00,2026-07-01 20:00,停机,\n")
    flow, problems = with_schedule(river, "normal", schedule.entries, at(9))
    assert codes(problems) == ["schedule_overlap"]
    assert (problems[0].row, problems[0].fields["other"]) == (3, 2)
    assert flow.discharge[3] == 0.0
    before, _ = with_schedule(river, "normal", schedule.entries, at(7))
    assert before.discharge[3] == pytest.approx(12.0)
