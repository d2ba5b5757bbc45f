"""The flow of today: readings and schedules laid over a river, from the library and from the command line."""

from datetime import datetime

import numpy as np
import pytest
from click.testing import CliRunner
from test_river_diversion import straight

from riverplan.cli.lists import command
from riverplan.errors import InputError
from riverplan.river.diversion import lay_diversions
from riverplan.river.store import read_river, save_river
from riverplan.river.today import with_today, with_today_if_usable
from riverplan.tables.gauges import BEIJING

NOON = datetime(2026, 7, 1, 12, tzinfo=BEIJING)


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "计划.csv"
    path.write_text("电站,开始时间,结束时间,状态,流量\nP1,2026-07-01 08:00,2026-07-01 20:00,发电,9\n", "utf-8")
    return path


def test_a_schedule_alone_makes_a_flow_that_is_not_called_measured(plan):
    river = with_today(lay_diversions(straight()), schedule=plan, at=NOON)
    assert "measured" not in river.scenarios
    assert river.scenarios["scheduled"].discharge == pytest.approx([20.0, 11.0, 20.0, 9.0, 9.0])
    assert "计划.csv 2026-07-01 12:00" in river.scenarios["scheduled"].source


def test_files_that_cannot_be_used_are_said_and_the_river_stays(tmp_path, plan):
    (tmp_path / "读数.csv").write_text("甲,乙\n1,2\n", "utf-8")
    before = lay_diversions(straight())
    river = with_today_if_usable(before, gauges=tmp_path / "读数.csv", schedule=plan, at=NOON)
    assert dict(river.scenarios) == dict(before.scenarios)
    assert [(p.code, p.severity) for p in river.report[len(before.report):]] == [("gauge_heads", "warning")]
    with pytest.raises(InputError) as error:
        with_today(before, gauges=tmp_path / "读数.csv", schedule=tmp_path / "none.csv")
    assert {p.file for p in error.value.problems} == {"读数.csv", "none.csv"}


def test_the_command_writes_the_flow_of_today_into_a_river_file_and_needs_something_to_do(tmp_path, plan):
    path = tmp_path / "river.gpkg"
    save_river(lay_diversions(straight()), path)
    done = CliRunner().invoke(command, [str(path), "--schedule", str(plan), "--at", "2026-07-01 23:00"])
    assert done.exit_code == 0, done.output
    assert "2026-07-01 23:00" in done.output                   # no entry for that hour: said
    flow = read_river(path).scenarios["scheduled"]
    assert np.isfinite(flow.discharge).all() and dict(flow.series)
    none = CliRunner().invoke(command, [str(path)])
    assert none.exit_code == 2 and "--schedule" in none.output


def test_the_report_keeps_the_readings_of_one_day_and_not_of_all(tmp_path):
    river = lay_diversions(straight())
    for day in (1, 2, 3):
        path = tmp_path / f"读数{day}.csv"
        rows = (f"{station},2026-07-0{day} 08:00,20\n" for station in ("某站", river.sites[0].site_id))
        path.write_text("站名,时间,流量\n" + "".join(rows), "utf-8")
        river = with_today(river, gauges=path)
        assert [p.code for p in river.report].count("gauge_unknown") == 1


def test_a_time_without_anything_to_read_for_it_is_refused(tmp_path):
    path = tmp_path / "river.gpkg"
    save_river(lay_diversions(straight()), path)
    (tmp_path / "桥梁.csv").write_text("名称,经度,纬度\n桥,107.5,29.8\n", "utf-8")
    done = CliRunner().invoke(command, [str(path), str(tmp_path / "桥梁.csv"), "--at", "2026-07-01 08:00"])
    assert done.exit_code == 2 and "--schedule" in done.output
