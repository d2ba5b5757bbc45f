"""The commands plans and plan-check, as a person or another program calls them."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from planned_river import dry, planned_river

from riverplan.cli import _riverplan
from riverplan.errors import InputError
from riverplan.planning.plan_record import read_records
from riverplan.river.kept_plans import keep_plans, read_plans
from riverplan.river.store import save_river


def call(*words):
    return CliRunner().invoke(_riverplan, [str(w) for w in words], catch_exceptions=True)


@pytest.fixture
def path(tmp_path):
    return save_river(planned_river(), tmp_path / "策河.gpkg")


def test_plans_are_made_kept_one_by_one_signed_and_made_again(path):
    done = call("plans", path, "--flow", "low")
    assert done.exit_code == 0, done.output
    assert "[1/1] S1 化工厂，枯水期，苯酚 …… 第 1 版" in done.output
    [record], problems = read_records(path)
    assert problems == () and (record.scenario, record.version, record.signed_on) == ("low", 1, "")
    assert record.said.mass_basis == "storage"
    done = call("plans", path, "--flow", "low", "--sign", "2026-02-01", "--lang", "en")
    assert done.exit_code == 0 and "Plans signed on 2026-02-01: 1" in done.output
    assert [(p.version, p.signed_on) for p in read_plans(path)[0]] == [(1, "2026-02-01")]


def test_an_interrupted_run_goes_on_with_what_is_missing_or_was_made_before_the_river_changed(path, records):
    low, normal = (r.kept() for r in records)
    keep_plans(path, [replace(low, river_digest="0" * 64), normal])
    done = call("plans", path, "--missing")
    assert done.exit_code == 0, done.output
    assert "枯水期" in done.output and "平水期" not in done.output and "1/1" in done.output
    assert [(p.scenario, p.version) for p in read_plans(path)[0]] == [("low", 1), ("low", 2), ("normal", 1)]
    assert "0/0" in call("plans", path, "--missing").output


def test_what_cannot_be_planned_or_signed_is_said(path, tmp_path):
    assert isinstance(call("plans", path, "--sign", "2026-02-01").exception, InputError)
    assert isinstance(call("plans", path, "--source", "S9").exception, InputError)
    assert call("plans", path, "--sign", "soon").exit_code == 2
    without = save_river(dry(planned_river()), tmp_path / "b.gpkg")
    done = call("plans", without, "--flow", "low")
    assert done.exit_code == 1
    assert "编制不了" in done.output and "0/1" in done.output


def test_files_that_cannot_be_read_hold_up_no_plans_and_are_said_of_each(path, tmp_path):
    (tmp_path / "路.csv").write_text("a,b\n1,2\n")
    done = call("plans", path, "--flow", "low", "--roads", tmp_path / "路.csv", "--deadlines", tmp_path / "没有.csv",
                "--forbid", "没有的闸")
    assert done.exit_code == 0, done.output
    assert "道路文件“路.csv”没有用上" in done.output and "时限表“没有.csv”没有用上" in done.output
    [record], _ = read_records(path)
    assert {"plan_roads_unread", "plan_deadlines_unread", "plan_pin_unknown"} <= set(record.said.problems)


def test_the_check_prints_its_conclusion_first_then_what_to_mend(path, records):
    keep_plans(path, [r.kept() for r in records])
    done = call("plan-check", path, "--today", "2026-03-01")
    assert done.exit_code == 1                                           # an intake has no protection
    assert done.output.startswith("最怕：S1 化工厂")
    assert done.output.index("最弱的一段") < done.output.index("✗")
    english = call("plan-check", path, "--today", "2026-03-01", "--lang", "en").output
    assert english.startswith("Fear most")


def test_the_check_as_json_holds_both_languages_and_every_plan(path, records):
    keep_plans(path, [r.kept() for r in records])
    said = json.loads(call("plan-check", path, "--today", "2026-03-01", "--json").output)
    assert list(said) == ["name", "digest", "today", "conclusion", "plans", "errors", "warnings", "notes", "problems"]
    assert [(p["source_id"], p["scenario"], p["version"], p["signed_on"]) for p in said["plans"]] == [
        ("S1", "low", 1, None), ("S1", "normal", 1, None)]
    assert {"zh", "en", "mend_zh", "mend_en", "severity"} <= set(said["problems"][0])
    assert set(said["conclusion"]) == {"zh", "en"}


def test_a_river_without_plans_is_told_to_make_them(path):
    done = call("plan-check", path)
    assert done.exit_code == 1
    assert "还没有编制方案" in done.output and "riverplan plans" in done.output
