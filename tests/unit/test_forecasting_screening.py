"""Screening a small river: the same numbers as its forecasts, and tables a spreadsheet can be trusted with."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from river_fixtures import FLOWS, R, build, dammed, y_river

from riverplan.cli.screen import command
from riverplan.errors import InputError
from riverplan.exporting import export
from riverplan.exporting.screening_table import ScreeningOptions
from riverplan.forecasting.run import forecast
from riverplan.forecasting.screening.screen import screen
from riverplan.forecasting.screening.words import said
from riverplan.forecasting.spill import Spill
from riverplan.river.sites import Boundary, Intake, RiskSource
from riverplan.river.store import save_river

HERE = {"lon": float("nan"), "lat": float("nan")}


@pytest.mark.parametrize("river", [y_river(), dammed()], ids=["y", "dammed"])
def test_every_row_is_what_a_forecast_says(river):
    found = screen(river)
    m = found.matrix
    assert m.source.size > 0
    for n in range(m.source.size):
        source, site = found.sources[m.source[n]], found.receptors[m.receptor[n]]
        said = forecast(river, Spill(site_id=source.site_id, substance=str(m.substance[n]) or "某物",
                                     mass=source.max_storage), scenario=found.scenarios[m.scenario[n]])
        a = said.arrival(site.site_id)
        assert a is not None
        for mine, theirs in ((m.earliest, a.earliest), (m.leading, a.leading), (m.peak, a.peak),
                             (m.distance, a.distance), (m.discharge, a.discharge)):
            assert mine[n] == pytest.approx(theirs, rel=1e-3)
        if source.max_storage:
            assert m.concentration[n] == pytest.approx(a.peak_concentration, rel=1e-6)
            assert m.limit[n] == pytest.approx(a.limit)
            assert m.probability[n] == pytest.approx(a.exceed_probability, rel=1e-3)
        else:
            assert np.isnan(m.concentration[n])


def test_all_pairs_that_a_plume_joins_are_there_and_no_other():
    found = screen(y_river(), "normal")
    pairs = {(found.sources[i].site_id, found.receptors[j].site_id)
             for i, j in zip(found.matrix.source, found.matrix.receptor, strict=True)}
    assert pairs == {(s, r) for s in ("S01", "S02") for r in ("I01", "I02", "M01", "B01")}
    dilution = {found.sources[i].site_id: d for i, d in zip(found.matrix.source, found.matrix.dilution, strict=True)}
    assert dilution["S01"] == pytest.approx(20 / 12)


def test_sources_of_an_intake_are_ranked_by_the_time_they_leave_at_the_soonest_flow():
    found = screen(y_river())
    for intake in found.intakes:
        mine = found.warnings_of(intake.site_id)
        assert [w.rank for w in mine] == [1, 2]
        assert mine[0].earliest <= mine[1].earliest
        for w in mine:
            assert w.earliest == min(w.by_scenario.values())
            assert w.by_scenario[w.scenario] == w.earliest
            assert set(w.by_scenario) == set(FLOWS)
    [s01] = [w for w in found.warnings_of("I01") if w.source == "S01"]
    assert s01.scenario == "high"
    assert s01.ratio > 1
    assert [w.ratio for w in found.warnings_of("I01") if w.source == "S02"] == [None]


def long_river():
    """One river of 200 km at 1 m/s with an intake at 150 km; borders and sources at known places."""
    sites = [Intake(site_id="I1", reach_id="a", chainage=150_000, **HERE),
             Intake(site_id="I2", reach_id="a", chainage=100_500, category="industrial", **HERE),
             RiskSource(site_id="S1", reach_id="a", chainage=141_000, substances="苯", **HERE),
             RiskSource(site_id="S2", reach_id="a", chainage=100_000, **HERE),
             RiskSource(site_id="S3", reach_id="a", chainage=90_000, **HERE),
             RiskSource(site_id="S4", reach_id="a", chainage=10_000, **HERE),
             Boundary(site_id="B1", reach_id="a", chainage=180_000, category="province", **HERE),
             Boundary(site_id="B2", reach_id="a", chainage=199_000, category="country", **HERE),
             Boundary(site_id="B3", reach_id="a", chainage=120_000, **HERE)]
    nodes = {"n": ("source", 0, 0), "m": ("outlet", 200, 0)}
    return build("长河", nodes, [R(id="a", tail="n", head="m", velocity=1.0, length=200_000)], sites=sites,
                 flows={"low": (0.5, 0.5), "high": (1.0, 1.0)})


def test_the_area_24_h_upstream_is_the_way_the_fastest_plume_takes_and_names_the_sources_in_it():
    found = screen(long_river())
    for above in (a for a in found.above if a.intake == "I1"):
        [(reach, lower, upper)] = above.parts
        assert (reach, upper) == ("a", pytest.approx(150_000.0))
        assert above.length == pytest.approx(upper - lower)
        inside = {s.site_id for s in found.sources if lower <= s.chainage <= upper}
        assert set(above.sources) == inside
    by_flow = {a.scenario: a.length for a in found.above if a.intake == "I1"}
    assert by_flow["high"] > by_flow["low"] > 43_200.0
    early = next(w for w in found.warnings_of("I1") if w.source == "S3")
    assert early.by_scenario["high"] < 24 * 3600.0


def test_the_area_upstream_of_a_confluence_takes_both_branches_and_stops_at_the_intake():
    found = screen(y_river(), "high")
    [above] = [a for a in found.above if a.intake == "I01"]
    assert {r for r, _, _ in above.parts} == {"r1", "r2", "r3"}
    assert max(y for r, _, y in above.parts if r == "r3") == pytest.approx(4_000.0)
    assert above.sources == ("S01", "S02")


def test_hj941_takes_drinking_intakes_within_ten_kilometres_and_borders_within_a_day_at_high_flow():
    found = screen(long_river(), "low")
    by = {s.source: s for s in found.sensitive}
    assert found.fast_scenario == "high"
    assert by["S1"].intakes == (("I1", pytest.approx(9_000.0)),)
    assert by["S1"].grade == "E1"
    assert by["S2"].intakes == ()                              # 500 m above an intake of industry alone
    assert [b for b, _ in by["S2"].borders] == ["B1"]          # 80 km at 1 m/s; the nation's 99 km are too far
    assert by["S2"].grade == "E2"
    assert [b for b, _ in by["S1"].borders] == ["B1", "B2"]
    assert by["S4"].grade == ""
    assert {"screen_boundary_class", "screen_no_storage"} <= {p.code for p in found.problems}


def test_what_is_missing_is_said_all_at_once():
    river = y_river()
    with pytest.raises(InputError) as caught:
        screen(river.replace(sites=()), ["normal", "flood", "drought"])
    assert [p.code for p in caught.value.problems] == ["screen_no_sources", "screen_no_receptors", "unknown_scenario",
                                                       "unknown_scenario"]
    with pytest.raises(InputError) as caught:
        screen(river.replace(scenarios={}))
    assert [p.code for p in caught.value.problems] == ["no_scenarios"]


def test_a_source_on_a_dry_reach_is_left_out_and_named_and_no_high_flow_is_said():
    nodes = {"a": ("source", 0, 0), "b": ("source", 0, 4), "c": ("confluence", 6, 0), "d": ("outlet", 12, 0)}
    river = build("旱河", nodes,
                  [R(id="k1", tail="a", head="c", name="旱沟", discharge=float("nan")),
                   R(id="k2", tail="b", head="c", velocity=0.5), R(id="k3", tail="c", head="d", velocity=0.5)],
                  sites=[RiskSource(site_id="S1", reach_id="k1", chainage=100, **HERE),
                         Intake(site_id="I1", reach_id="k3", chainage=100, **HERE)], flows={"measured": (1.0, 1.0)})
    found = screen(river)
    assert found.matrix.source.size == 0
    assert found.warned == ()
    assert {"no_discharge", "screen_no_high"} <= {p.code for p in found.problems}


def test_the_workbook_has_its_sheets_and_no_cell_is_a_formula():
    river = y_river()
    evil = tuple(replace(s, name='=HYPERLINK("http://x","y")') if s.site_id in ("S01", "I01") else s
                 for s in river.sites)
    found = screen(river.replace(sites=evil))
    book = load_workbook(io.BytesIO(export(found, "screening")))
    assert book.sheetnames == ["矩阵", "取水口预警", "24h上游", "HJ941受体", "说明"]
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not any(c.data_type == "f" for c in cells)
    assert any(str(c.value).startswith("'=HYPERLINK") for c in cells)
    assert book["矩阵"].max_row == 1 + found.matrix.source.size
    assert isinstance(book["矩阵"]["H2"].value, float)
    written = export(found, "screening", options=ScreeningOptions(format="csv"), lang="en").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written)))
    assert rows[0][:3] == ["source", "source name", "receptor"]
    assert not any(c.startswith("=") for row in rows for c in row)


def test_the_earliest_hours_in_a_table_are_never_later_than_they_are():
    found = screen(y_river())
    said_json = json.loads(export(found, "screening", options=ScreeningOptions(format="json")))
    for row, earliest in zip(said_json["matrix"], found.matrix.earliest, strict=True):
        assert 0.0 <= earliest / 3600.0 - row["earliest_h"] < 0.0101
    assert said_json["within_24_h_upstream"][0]["parts"]
    assert {x["source"] for x in said_json["hj941"]} == {"S01", "S02"}


def test_a_person_screens_from_the_command_line(tmp_path):
    path = save_river(y_river(), tmp_path / "y.gpkg")

    def run(*arguments):
        return CliRunner().invoke(command, [str(path), *map(str, arguments)])

    done = run("--out", tmp_path / "t.xlsx")
    assert done.exit_code == 0, done.output
    assert said(screen(y_river()), "zh") in done.output
    assert run("--out", tmp_path / "t.csv", "--flow", "枯水期", "--lang", "en").exit_code == 0
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert isinstance(run("--out", tmp_path / "t.pdf").exception, InputError)
    assert run().exit_code == 2
