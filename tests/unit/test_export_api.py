"""The way out: names, endings, atomic files, and no loss of what stood there."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from river_fixtures import code_of, y_river

import riverplan as rp
from riverplan.cli.export import command
from riverplan.errors import StoreError, UnknownNameError
from riverplan.exporting import EXPORTS, export
from riverplan.forecasting.run import forecast
from riverplan.river.store import read_river, save_river


@pytest.fixture(scope="module")
def found():
    return forecast(y_river(), rp.Spill(site_id="S01", substance="苯酚", mass=2_000.0, at=rp.clock("2026-07-01 08:00")))


def test_exporters_have_a_function_of_their_name_an_ending_and_a_media_type():
    assert list(EXPORTS) == ["sheet", "webmap", "geopackage", "curves", "report", "workbook", "screening",
                             "simulation", "strategy"]
    assert [e.suffix for e in EXPORTS.values()] == [".pdf", ".html", ".gpkg", ".csv", ".html", *[".xlsx"] * 3, ".docx"]
    assert EXPORTS["webmap"].media_type == "text/html"


def test_a_forecast_loads_no_drawing_library():
    code = ("import sys, riverplan.exporting, riverplan.forecasting.run, riverplan.river.store;"
            "print([m for m in ('folium', 'matplotlib', 'typst', 'pyogrio', 'scipy.stats') if m in sys.modules])")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_the_bytes_returned_are_the_bytes_written_and_nothing_else_is_left(found, tmp_path):
    path = tmp_path / "图.html"
    path.write_text("old")
    content = export(found, "webmap", path, lang="en")
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
    assert b'lang="en"' in content


def test_an_unknown_export_names_the_known_ones(found):
    with pytest.raises(UnknownNameError, match="sheet, webmap, geopackage") as caught:
        export(found, "poster")
    assert code_of(caught) == "unknown_export"


@pytest.mark.parametrize(("name", "code"), [("map.pdf", "export_suffix"), ("no/map.html", "folder_missing")])
def test_a_place_that_cannot_be_is_refused_before_the_work(found, name, code, tmp_path, monkeypatch):
    monkeypatch.setattr("riverplan.exporting.Exporter.__call__", lambda *a, **k: pytest.fail("worked in vain"))
    with pytest.raises(StoreError) as caught:
        export(found, "webmap", tmp_path / name)
    assert code_of(caught) == code


def test_a_full_disk_leaves_the_old_file_whole(found, tmp_path, monkeypatch):
    path = tmp_path / "map.html"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        export(found, "webmap", path)
    assert code_of(caught) == "cannot_write"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_forecast_never_replaces_a_river_or_a_strange_file_but_an_older_forecast(found, tmp_path):
    river, strange, old = tmp_path / "river.gpkg", tmp_path / "strange.gpkg", tmp_path / "old.gpkg"
    save_river(y_river(), river)
    strange.write_text("notes")
    for path in (river, strange):
        before = path.read_bytes()
        with pytest.raises(StoreError) as caught:
            export(found, "geopackage", path)
        assert code_of(caught) == "export_over_river"
        assert path.read_bytes() == before
    export(found, "geopackage", old)
    export(found, "geopackage", old)
    assert read_river(river).digest == y_river().digest


@pytest.mark.parametrize(("kind", "name", "head"), [("webmap", "m.html", b"<!DOCTYPE html>"),
                                                    ("geopackage", "f.gpkg", b"SQLite format 3")])
def test_the_command_writes_the_file_and_says_so(kind, name, head, tmp_path):
    river = save_river(y_river(), tmp_path / "river.gpkg")
    out = tmp_path / name
    done = CliRunner().invoke(command, [str(river), kind, "--out", str(out), "--site", "S01", "--substance", "苯酚",
                                        "--mass-kg", "2000", "--start", "2026-07-01T08:00", "--flow", "low"],
                              catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(head)
    assert name in done.output


def test_the_command_wants_a_place_a_substance_and_a_file(tmp_path):
    river = save_river(y_river(), tmp_path / "river.gpkg")
    for options in (["--out", "x.html"], ["--out", "x.html", "--site", "S01"], ["--site", "S01", "--substance", "x"]):
        assert CliRunner().invoke(command, [str(river), "webmap", *options]).exit_code == 2
