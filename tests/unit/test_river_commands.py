"""The commands import, lists and check, as a person or another program calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from drawn_lines import lonlat, write_geojson
from test_river_lists import FLOWS, workbook

from riverplan.cli import _riverplan
from riverplan.errors import InputError
from riverplan.river.demonstration import demonstration
from riverplan.river.store import read_river

DRAWING = {"a@清河": [(0, 0), (20, 0)], "b@小溪": [(10, 8), (10, 0.06)], "far@远河": [(0, 50), (10, 50)]}


def call(*words: object) -> Result:
    return CliRunner().invoke(_riverplan, [str(w) for w in words], catch_exceptions=True)


def imported(folder: Path, *more: object) -> Result:
    outlet = ",".join(f"{v:.6f}" for v in lonlat(20, 0))
    return call("import", write_geojson(folder / "线.geojson", DRAWING), "--name", "清河", "--out", folder / "r.gpkg",
                "--outlet", outlet, *more)


def test_import_prints_what_it_did_as_json(tmp_path):
    result = imported(tmp_path, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    assert list(said) == ["name", "out", "crs", "digest", "reaches", "km_total", "km_connected", "km_unconnected",
                          "sites", "by_status", "problems"]
    assert said["reaches"] == 4
    assert said["km_total"] == pytest.approx(38, rel=1e-3)
    assert said["km_unconnected"] == pytest.approx(10, rel=1e-3)
    assert said["by_status"] == {"snapped": 1, "split": 2, "unconnected": 1}
    assert said["digest"] == read_river(tmp_path / "r.gpkg").digest
    assert {"code", "severity", "file", "sheet", "row", "lon", "lat", "zh", "en", "mend_zh", "mend_en"} <= set(
        said["problems"][0])


def test_import_tells_people_in_both_languages_where_the_file_is(tmp_path):
    result = imported(tmp_path)
    assert result.exit_code == 0, result.output
    assert "导入 4 个河段" in result.output
    assert "r.gpkg" in result.output


def test_a_failed_import_leaves_the_file_that_stood_there(tmp_path):
    assert imported(tmp_path).exit_code == 0
    before = (tmp_path / "r.gpkg").read_bytes()
    result = imported(tmp_path, "--outlet", "0,0")
    assert isinstance(result.exception, InputError)            # main() prints it and exits with 1
    assert (tmp_path / "r.gpkg").read_bytes() == before
    (tmp_path / "坏.geojson").write_text("{", "utf-8")
    result = call("import", tmp_path / "坏.geojson", "--name", "x", "--out", tmp_path / "r.gpkg")
    assert isinstance(result.exception, InputError)
    assert (tmp_path / "r.gpkg").read_bytes() == before


@pytest.mark.parametrize("bad", ["107.7", "a,b", "1,2,3"])
def test_an_outlet_that_is_no_pair_is_bad_usage(tmp_path, bad):
    result = imported(tmp_path, "--outlet", bad)
    assert result.exit_code == 2
    assert bad in result.output


def test_lists_are_merged_into_the_file_and_check_finds_less(tmp_path):
    assert imported(tmp_path).exit_code == 0
    before = json.loads(call("check", tmp_path / "r.gpkg", "--json").output)
    assert "check_no_flows" in [p["code"] for p in before["problems"]]
    assert before["errors"] >= 1
    book = workbook(tmp_path / "清单.xlsx", 流量=[*FLOWS, ["小溪", None, "平水期", 3, None, "假定", None]])
    result = call("lists", tmp_path / "r.gpkg", book, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["reaches"] == 4
    assert list(read_river(tmp_path / "r.gpkg").scenarios) == ["low", "normal"]
    after = json.loads(call("check", tmp_path / "r.gpkg", "--json").output)
    assert "check_no_flows" not in [p["code"] for p in after["problems"]]
    assert call("check", tmp_path / "r.gpkg").exit_code == 1                    # errors remain


def test_the_demonstration_finds_its_files():
    demo = demonstration()
    assert all(p.is_file() for p in (*demo.lines, demo.workbook))
    assert demo.outlets


@pytest.mark.parametrize(("option", "value"), [
    ("--snap", "-5"), ("--snap", "nan"), ("--snap", "inf"), ("--snap", "很宽"),
    ("--outlet", "abc"), ("--outlet", "1,2,3")])
def test_an_option_that_cannot_be_is_refused_in_both_languages_with_an_example(tmp_path, option, value):
    result = imported(tmp_path, option, value)
    assert result.exit_code == 2
    assert "例如" in result.output
    assert "such as" in result.output
    assert not (tmp_path / "r.gpkg").exists()


def test_a_river_has_a_name_of_visible_letters(tmp_path):
    lines = write_geojson(tmp_path / "线.geojson", DRAWING)
    result = call("import", lines, "--name", " \u202e\n", "--out", tmp_path / "r.gpkg")
    assert isinstance(result.exception, InputError)
    assert [p.code for p in result.exception.problems if p.severity == "error"] == ["name_blank"]
    assert call("import", lines, "--name", "清\n河\u202e", "--out", tmp_path / "r.gpkg").exit_code == 0
    assert read_river(tmp_path / "r.gpkg").name == "清 河"


def test_a_specific_discharge_out_of_reason_is_refused_before_anything_is_read(tmp_path):
    from click.testing import CliRunner

    from riverplan.cli.import_ import command

    for written in ("normal=-15", "foo=3", "normal=1e308", "normal=x"):
        result = CliRunner().invoke(command, ["a.geojson", "--name", "河", "--out", str(tmp_path / "r.gpkg"),
                                              "--specific", written])
        assert result.exit_code == 2 and "L/s/km²" in result.output
