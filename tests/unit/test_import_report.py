"""The report of an import: its rows and their order, the counts, the workbook and the page."""

import io
import re

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from drawn_lines import codes, lonlat, write_geojson
from reported_river import SHORT, WHOLE, reported

from riverplan.cli.export import command
from riverplan.errors import Problem
from riverplan.exporting import export
from riverplan.exporting.report_rows import report_rows
from riverplan.i18n import text
from riverplan.river.counting import counted_problem, counts_of
from riverplan.river.importance import importance, ranked
from riverplan.river.importing import import_river
from riverplan.river.network import RiverNetwork
from riverplan.river.store import read_river, save_river


@pytest.fixture(scope="module")
def river() -> RiverNetwork:
    return reported()


def test_what_changes_arrival_times_most_comes_first(river):
    doubts = [r.code for r in report_rows(river, "zh") if r.group == "doubt"]
    assert doubts[:2] == ["site_doubtful", "site_far"]
    assert "part_apart" in doubts[2:4]                          # no site stands on the part
    assert "flipped" in doubts                                  # sure, for an outlet says so: further down
    missing = [i for i, code in enumerate(doubts) if code.startswith("check_no_")]
    assert min(missing) > doubts.index("site_doubtful")         # values that are missing come after


def test_importance_grows_with_the_length_and_falls_with_the_confidence(river):
    def flip(km: float) -> Problem:
        return Problem(code="flipped", severity="warning", fields={"km": km, "lines": "b"})

    assert importance(flip(20), river) == 2 * importance(flip(10), river)
    sure = river.replace(reaches=river.reaches.assign(direction_confidence=0.9))
    assert importance(flip(10), sure) == pytest.approx(10 * 3 * 0.1)
    parts = [Problem(code="part_unconnected", severity="warning", fields={"km": km}) for km in (1.0, 50.0)]
    assert ranked(parts, river)[0].fields["km"] == 50
    doubt = {p: Problem(code="site_doubtful", severity="warning", fields={"id": "I1", "percent": p}) for p in (50, 75)}
    assert importance(doubt[50], river) == pytest.approx(2 * importance(doubt[75], river))
    error, note = Problem(code="anything"), Problem(code="anything", severity="note")
    assert importance(error, river) > importance(note, river)


def test_every_doubtful_row_about_a_place_has_it_and_its_reaches(river):
    rows = {r.code: r for r in report_rows(river, "zh") if r.group == "doubt"}
    doubt = rows["site_doubtful"]
    assert (doubt.lon, doubt.lat) == lonlat(6, 0.07)
    assert {river.reaches["name"].iat[i] for i in doubt.reaches} == {"大江", "龙河"}
    assert "可选：" in doubt.mend
    part = rows["part_apart"]
    assert [river.reaches["name"].iat[i] for i in part.reaches] == ["断头溪"]
    flipped = rows["flipped"]
    assert [river.reaches["name"].iat[i] for i in flipped.reaches] == ["龙河"]
    assert flipped.severity == "warning"


def test_what_was_done_is_counted_on_the_reaches(river):
    done = {r.code: r for r in report_rows(river, "zh") if r.group == "done"}
    assert set(done) == {"flipped", "split", "unconnected"}
    assert len(done["split"].reaches) == 2
    assert "2 个河段，20.0 km" in done["split"].what
    guessed = river.replace(reaches=river.reaches.assign(direction_confidence=0.5))
    assert "direction_guessed" in {r.code for r in report_rows(guessed, "en")}


def test_counts_that_add_up_are_a_note_and_others_a_warning_with_what_is_missing():
    assert (WHOLE.adds_up, SHORT.adds_up) == (True, False)
    good, bad = counted_problem(WHOLE), counted_problem(SHORT)
    assert codes([good, bad]) == ["counted", "counted_short"]
    assert good.severity == "note"
    assert bad.severity == "warning"
    assert bad.fields["short"] == 2
    assert "撤销 2" in good.what("zh")


def test_the_counts_and_the_candidates_travel_in_the_river_file(river, tmp_path):
    again = read_river(save_river(river, tmp_path / "河.gpkg"))
    assert counts_of(again) == (WHOLE, SHORT)
    assert [(r.code, r.what, r.mend, r.reaches) for r in report_rows(again, "zh")] == [
        (r.code, r.what, r.mend, r.reaches) for r in report_rows(river, "zh")]


def test_the_workbook_holds_the_same_rows_and_no_formula(river):
    book = openpyxl.load_workbook(io.BytesIO(export(river, "report", options=_xlsx())))
    sheet = book["导入报告"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    lines = list(sheet.iter_rows(values_only=True))
    rows = report_rows(river, "zh")
    assert len(lines) == len(rows) + 1
    column = {name: [line[i] for line in lines[1:]] for i, name in enumerate(lines[0])}
    assert column["代码"] == [r.code for r in rows]
    assert column["行"] == [r.row for r in rows]
    assert column["经度"] == [r.lon if r.lon is None else round(r.lon, 6) for r in rows]
    for sheet in book:
        assert all(c.data_type != "f" for line in sheet.iter_rows() for c in line)
    counts = list(book[text("report.counts", "zh")].iter_rows(values_only=True))
    assert counts[1] == ("清单.xlsx", "取水口", 9, 6, 1, 2, "撤销 2", "✓ 相符")
    assert counts[2][-1] == "不符"


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "bad\x00\x0b\ud800name"])
def test_a_cell_of_the_workbook_is_never_a_formula_and_never_breaks_it(river, word):
    worse = river.replace(report=(Problem(code="no_such_code", file=word, sheet=word, fields={"x": word}),))
    sheet = openpyxl.load_workbook(io.BytesIO(export(worse, "report", options=_xlsx())))["导入报告"]
    found = [c for line in sheet.iter_rows() for c in line]
    assert all(c.data_type != "f" for c in found)
    assert not [c.value for c in found if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@", "\t"))]


def _xlsx():
    from riverplan.exporting.import_report import ReportOptions

    return ReportOptions(format="xlsx")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_holds_every_row_once_and_nothing_that_runs(river, lang):
    page = export(river, "report", lang=lang).decode()
    rows = report_rows(river, lang)
    assert sorted(map(int, re.findall(r'id="rp-row-(\d+)"', page))) == list(range(len(rows)))
    assert "<script>window.hacked" not in page
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\s(src|href)=", page)
    assert "default-src 'none'" in page
    assert text("report.adds_not", lang) in page
    assert page.count('class="rp-card ') == 3


def test_a_river_without_a_word_of_trouble_says_so(river):
    calm = river.replace(report=(), sites=())
    page = export(calm, "report").decode()
    assert "收到的资料" not in page                             # no counts, no table
    assert page.startswith("<!DOCTYPE html>")


def test_many_rows_are_cut_on_the_page_and_whole_in_the_workbook(river):
    many = river.replace(report=tuple(Problem(code="site_mend_unknown", severity="warning", fields={"id": f"X{i}"})
                                      for i in range(900)))
    page = export(many, "report").decode()
    assert len(re.findall(r'id="rp-row-', page)) < 500
    sheet = openpyxl.load_workbook(io.BytesIO(export(many, "report", options=_xlsx())))["导入报告"]
    assert sheet.max_row > 900


def test_the_command_writes_the_report_without_a_spill(river, tmp_path):
    path = save_river(river, tmp_path / "河.gpkg")
    for name in ("报告.html", "报告.xlsx"):
        done = CliRunner().invoke(command, [str(path), "report", "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).stat().st_size > 5_000
    assert openpyxl.load_workbook(tmp_path / "报告.xlsx").sheetnames[0] == "导入报告"


def test_unknown_statuses_of_reaches_are_shown_as_they_are(river):
    odd = river.replace(reaches=river.reaches.assign(status=np.array(["joined by hand"] * len(river.reaches), object)))
    assert any(r.what.startswith("joined by hand") for r in report_rows(odd, "zh"))


def test_rows_of_an_unknown_river_and_sites_off_the_map_are_counted_as_dropped(tmp_path):
    lines = write_geojson(tmp_path / "a.geojson", {"a@清河": [(0, 0), (10, 0)], "b@清河": [(10, 0), (20, 0)]})
    near, far = lonlat(5, 0.1), lonlat(5, 80)
    flows, intakes = tmp_path / "流量.csv", tmp_path / "取水口.csv"
    flows.write_text("河流,流量情景,流量,里程\n清河,平水,20,5\n浊河,平水,3,1\n浊河,枯水,1,1\n"
                     "清河,平水,9,900\n", "utf-8")
    intakes.write_text(f"名称,经度,纬度\n甲,{near[0]},{near[1]}\n乙,{far[0]},{far[1]}\n", "utf-8")
    river = import_river([lines], name="清河", workbook=[flows, intakes])
    counts = {c.file: c for c in counts_of(river)}
    assert all(c.adds_up for c in counts.values())
    assert counts["流量.csv"].kept == counts["取水口.csv"].kept == 1
    assert dict(counts["流量.csv"].dropped) == {"list_river_unknown": 2, "range_outside": 1}
    assert dict(counts["取水口.csv"].dropped) == {"site_far": 1}
    said = next(p for p in river.report if p.code == "counted" and p.file == "取水口.csv")
    assert "离河太远，未定位 1" in said.text("zh") and "too far from the river" in said.text("en")
    assert said.text("zh").count("取水口.csv") == 1
