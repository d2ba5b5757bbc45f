"""``riverplan simulate`` as people and programs use it."""

import json

import pytest
from click.testing import CliRunner
from operated_rivers import gated

from riverplan.cli.simulate import command
from riverplan.errors import InputError
from riverplan.river.store import save_river

SPILL = ("--site", "U", "--substance", "phenol", "--mass-kg", 1000, "--start", "2026-07-01 08:00")


@pytest.fixture
def river_path(tmp_path):
    return save_river(gated(), tmp_path / "gated.gpkg")


def run(*arguments: object):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def test_a_person_reads_passages_gate_and_balance(river_path):
    said = run(river_path, *SPILL, "--operation", "G1，close，1", "--operation", "g1,open,12").output
    assert "闸坝 G1：最多蓄" in said
    assert "质量 kg：投入 1000" in said
    english = run(river_path, *SPILL, "--lang", "en", "--hours", 1).output
    assert "It comes to no site" in english or "first (1% of peak)" in english


def test_programs_read_json_in_hours(river_path):
    said = json.loads(run(river_path, *SPILL, "--operation", "M,dose,2,0.5,40", "--hours", 48, "--json").output)
    assert said["operations"] == [{"place": "M", "action": "dose", "at_h": 2.0, "value": 0.5, "until_h": 40.0}]
    assert said["mass_kg"]["dosed"] == pytest.approx(500.0, rel=0.01)
    assert said["hours"] == 48.0
    for p in said["passages"]:
        assert p["leading_h_early"] <= p["leading_h"] and p["peak_h_early"] <= p["peak_h"] <= p["peak_h_late"]
        assert p["peak_mg_l_low"] <= p["peak_mg_l"] <= p["peak_mg_l_high"]


def test_a_person_reads_when_it_comes_with_fast_water_before_when_it_comes(river_path):
    head = next(line for line in run(river_path, *SPILL).output.splitlines() if "首见" in line)
    assert head.index("首见，流速偏快时 (5%)") < head.rindex("首见")


@pytest.mark.parametrize("written", ["G1", "G1,close", "G1,close,soon", ",close,1", "G1,set,1,2,3,4"])
def test_an_operation_that_cannot_be_read_is_shown_how(river_path, written):
    answer = run(river_path, *SPILL, "--operation", written)
    assert answer.exit_code == 2
    assert "D01,close,2" in answer.output


def test_what_the_river_cannot_do_is_an_input_error(river_path):
    answer = run(river_path, *SPILL, "--operation", "U,close,1", "--hours", 0)
    assert isinstance(answer.exception, InputError)
    assert {p.code for p in answer.exception.problems} == {"operation_not_gate", "simulation_hours"}


def test_films_and_bands_have_no_options_here(river_path):
    assert run(river_path, *SPILL, "--members", 10).exit_code == 2
