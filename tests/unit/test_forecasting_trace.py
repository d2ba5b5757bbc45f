"""Tracing back on a small river: who is suspected, who is not, and what it says of bad input."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from river_fixtures import CRS, R, braid, build, y_river

from riverplan.cli.trace import command
from riverplan.errors import InputError
from riverplan.forecasting.ground import ground_of
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.forecasting.stored import names_in, stores
from riverplan.forecasting.tracing.sighting import Sighting
from riverplan.forecasting.tracing.trace import trace
from riverplan.forecasting.tracing.travel import travel
from riverplan.forecasting.tracing.words import (
    lookalike_lines,
    ruled_out_lines,
    suspect_table,
    trace_as_json,
    trace_lines,
)
from riverplan.river.sites import RiskSource, Section
from riverplan.river.store import save_river
from riverplan.transport.upstream import cost_down_to
from riverplan.velocity import error_field

BEGAN = clock("2026-07-01 08:00")
HERE = {"lon": float("nan"), "lat": float("nan")}
AT = {"lon": 108.0, "lat": 29.8}


def river():
    """清河 with a source below its confluence and sections on both branches and above the first source."""
    y = y_river()
    more = (RiskSource(site_id="S03", name="下游厂", reach_id="r3", chainage=6_000, **AT),
            RiskSource(site_id="S04", name="河口厂", reach_id="r4", chainage=9_800, **AT),
            Section(site_id="M02", name="小溪口", reach_id="r2", chainage=7_000, **AT),
            Section(site_id="M03", name="清河上断面", reach_id="r1", chainage=9_000, automatic=True, **AT),
            Section(site_id="M04", name="源头断面", reach_id="r1", chainage=500, **AT))
    return y.replace(sites=(*y.sites, *more))


def seen_after(r, source, *sites, at="peak", mass=500.0):
    """What sections would see of a spill, if the river were as fast as thought."""
    found = forecast(r, Spill(site_id=source, substance="苯酚", mass=mass, at=BEGAN))
    out = []
    for site in sites:
        a = found.arrival(site)
        seconds = getattr(a, at)
        curve = found.plumes[site]
        out.append(Sighting(site_id=site, at=BEGAN + timedelta(seconds=seconds),
                            concentration=float(np.interp(seconds, curve.time, curve.concentration))))
    return out


def test_the_true_source_is_suspected_with_its_time_and_mass():
    r = river()
    found = trace(r, [*seen_after(r, "S01", "I01", "I02"),
                      Sighting(site_id="M02", at=BEGAN + timedelta(hours=5), kind="clean")], substance="苯酚",
                  duration=0.0)
    best = found.sources[0]
    assert best.site_id == "S01"
    assert best.released[0] < BEGAN < best.released[2]
    assert best.mass[0] < 500.0 < best.mass[2]
    assert found.probability("S01") > found.probability("S02")


def test_what_lies_below_or_beside_a_section_seen_has_no_probability():
    r = river()
    found = trace(r, seen_after(r, "S01", "M03"))
    out = {x.site_id: x for x in found.ruled_out}
    for site in ("S02", "S03", "S04"):
        assert found.probability(site) == 0.0
        assert (out[site].reason, out[site].by) == ("elsewhere", "M03")
    at = {reach for s in found.suspects for reach, _, _ in s.parts}
    assert at == {"r1"}
    assert all(upper <= 9_000.0 + 1e-6 for s in found.suspects for _, _, upper in s.parts)


def test_a_clean_branch_is_named_as_what_rules_its_source_out():
    r = river()
    seen = seen_after(r, "S01", "I01")
    clean = [Sighting(site_id="M02", at=seen[0].at - timedelta(hours=h), kind="clean")
             for h in np.arange(-2.0, 30.0, 0.25)]
    found = trace(r, [*seen, *clean])
    out = {x.site_id: x for x in found.ruled_out if x.site_id}
    assert out["S02"].reason == "clean"
    assert out["S02"].by == "M02"
    assert found.probability("S02") == 0.0
    assert any(x.length > 2_000 and x.river == "小溪" and x.by == "M02" for x in found.ruled_out)


def test_sources_that_look_the_same_are_said_so_with_the_sample_that_tells_them_apart():
    y = river()
    r = y.replace(sites=tuple(replace(s, reach_id="r1", chainage=7_500.0) if s.site_id == "S02" else s
                              for s in y.sites))
    found = trace(r, seen_after(r, "S01", "I02"))
    [pair] = [p for p in found.lookalikes if {p.upper, p.lower} == {"S01", "S02"}]
    assert (pair.upper, pair.lower) == ("S01", "S02")
    assert pair.ratio <= 2.0
    between = r.site(pair.sample) if pair.sample else None
    assert between is None or (between.reach_id == "r1" and 1_000 < between.chainage < 7_500)
    assert found.window[0] < pair.between[0] < pair.between[1]
    assert any("S01" in line and "S02" in line for line in lookalike_lines(found, "zh"))
    assert all("look the same" in line for line in lookalike_lines(found, "en"))


def test_a_tributary_source_is_told_apart_by_a_station_on_the_branch():
    r = river()
    found = trace(r, seen_after(r, "S01", "I02"))
    [pair] = [p for p in found.lookalikes if {p.upper, p.lower} == {"S01", "S02"}]
    assert pair.sample in {"M02", "M03"}


def test_a_source_listed_with_the_substance_is_more_likely_and_names_are_read_as_people_write_them():
    r = river()
    seen = seen_after(r, "S01", "I02")
    assert trace(r, seen, substance="挥发酚").probability("S01") > trace(r, seen).probability("S01")
    assert stores(r.site("S01"), "phenol")
    assert not stores(r.site("S01"), "柴油")
    assert not stores(r.site("S02"), "苯")
    assert names_in("1,2-二氯乙烷; 苯,甲苯") == ("1,2-二氯乙烷", "苯", "甲苯")


def test_a_first_detection_and_a_peak_narrow_the_release_time():
    r = river()
    [seen] = seen_after(r, "S01", "I01")

    def width(some):
        released = next(s for s in trace(r, [some]).sources if s.site_id == "S01").released
        return (released[2] - released[0]).total_seconds()

    assert width(replace(seen, kind="first", within=1_800.0, concentration=None)) <= width(seen) * 1.05
    assert width(replace(seen, kind="peak", within=600.0)) <= width(seen) * 1.05


def test_a_release_of_unknown_duration_leaves_a_source_just_above_the_section_possible():
    """A plume released at once passes there in minutes; one that lasts hours may well have been met."""
    r = river()
    near = replace(r.site("S03"), chainage=3_700.0)
    r = r.replace(sites=tuple(near if s.site_id == "S03" else s for s in r.sites))
    at_once, unknown = (trace(r, [Sighting(site_id="I01", at=BEGAN)], duration=d) for d in (0.0, None))
    assert unknown.probability("S03") > 3.0 * at_once.probability("S03")
    assert unknown.parameters["greatest_duration_h"] == 12.0


def test_a_long_release_needs_the_mass_that_gives_its_steady_concentration():
    """6 h of release seen in the middle of its plume 3 km below: concentration times discharge times duration."""
    r = river()
    [source] = [s for s in r.sites if s.site_id == "S03"]
    r = r.replace(sites=tuple(replace(source, chainage=1_000.0) if s.site_id == "S03" else s for s in r.sites))
    found = trace(r, [Sighting(site_id="I01", at=BEGAN, kind="peak", within=600.0, concentration=1e-3)],
                  duration=6 * 3600.0)
    mass = next(s.mass for s in found.sources if s.site_id == "S03")
    assert mass[1] == pytest.approx(1e-3 * 20.0 * 6 * 3600.0, rel=0.15)


def test_errors_of_two_sections_hang_together_as_the_process_along_the_river_says():
    """Against the covariance summed over 50 m steps of the way, with the kernel written out."""
    r = river()
    ground = ground_of(r, r.scenario("normal"))
    at = [("r3", 4_000.0), ("r4", 6_000.0)]
    rows = np.array([r.reach_row[x] for x, _ in at])
    found = travel(ground, np.array([r.reach_row["r1"]]), np.array([1_000.0]), rows, np.array([x for _, x in at]))
    way = [("r1", 1_000.0, 10_000.0), ("r3", 0.0, 10_000.0), ("r4", 0.0, 6_000.0)]
    step, v, sigma = 50.0, 0.5, float(ground.velocity.sigma_ln[rows[0]])
    x = np.arange(0.0, sum(b - a for _, a, b in way), step) + step / 2
    kernel = (error_field.SHARED_VARIANCE + error_field.RIVER_VARIANCE
              + error_field.ALONG_VARIANCE * np.exp(-np.abs(x[:, None] - x[None, :]) / error_field.CORRELATION_LENGTH))
    weight = sigma * step / v
    near, far = x < 13_000.0, x < 25_000.0
    expected = np.array([[kernel[np.ix_(i, j)].sum() * weight**2 / ((i.sum() * step / v) * (j.sum() * step / v))
                          for j in (near, far)] for i in (near, far)])
    np.testing.assert_allclose(found.covariance[0], expected, rtol=2e-3)


def test_sections_on_two_arms_share_the_error_of_the_way_before_them():
    b = braid()
    r = b.replace(sites=(*b.sites, Section(site_id="M02", name="南汊", reach_id="b2", chainage=3_000, **AT)))
    ground = ground_of(r, r.scenario("normal"))
    rows = np.array([r.reach_row["b4"], r.reach_row["b2"]])
    found = travel(ground, np.array([r.reach_row["b1"]]), np.array([500.0]), rows, np.array([1_000.0, 3_000.0]))
    c = found.covariance[0]
    share = c[0, 1] / np.sqrt(c[0, 0] * c[1, 1])
    assert error_field.SHARED_VARIANCE < share < 0.95


def test_the_cost_down_to_a_place_is_the_shortest_way_and_negative_below_it_on_its_own_reach():
    b = braid()
    length = b.reaches["length"].to_numpy(float)
    down = cost_down_to(b.compiled, length, b.reach_row["b5"], 0.25)
    assert down[b.reach_row["b1"]] == pytest.approx(6_000 + 2_000)
    assert down[b.reach_row["b3"]] == pytest.approx(5_000 + 2_000)
    assert down[b.reach_row["b5"]] == pytest.approx(-6_000)
    assert np.isinf(cost_down_to(b.compiled, length, b.reach_row["b2"], 0.5)[b.reach_row["b3"]])


def test_all_that_is_wrong_is_said_at_once():
    r = river()
    bad = [Sighting(site_id="X9", at=BEGAN, concentration=-1.0), Sighting(site_id="I01", at=BEGAN.replace(tzinfo=None))]
    with pytest.raises(InputError) as caught:
        trace(r, bad, scenario="flood", lookback=-1.0, duration=-1.0)
    codes = [p.code for p in caught.value.problems]
    assert codes == ["unknown_site", "trace_concentration", "trace_naive_time", "trace_lookback", "trace_duration",
                     "unknown_scenario"]


@pytest.mark.parametrize(("sightings", "code"), [
    ([("I01", 0, "clean")], "trace_none_seen"),
    ([("I01", 0, "seen"), ("I01", 0, "clean")], "trace_contradiction"),
    ([("I01", 5, "first"), ("I01", 1, "seen")], "trace_first_late"),
    ([("M02", 0, "seen"), ("M03", 0, "seen")], "trace_nowhere"),
    ([("I01", 0, "seen"), ("I02", 70, "first")], "trace_unexplained"),
    ([("I01", 0, "smelt")], "trace_kind"),
])
def test_sightings_that_cannot_be_are_refused_with_a_mend(sightings, code):
    with pytest.raises(InputError) as caught:
        trace(river(), [Sighting(site_id=s, at=BEGAN + timedelta(hours=h), kind=k) for s, h, k in sightings],
              lookback=10 * 3600.0)
    assert code in [p.code for p in caught.value.problems]
    for p in caught.value.problems:
        assert p.text("zh") and p.text("en")


def test_a_clean_sample_that_leaves_nothing_is_named():
    r = river()
    seen = Sighting(site_id="I01", at=BEGAN)
    with pytest.raises(InputError) as caught:
        trace(r, [seen, Sighting(site_id="Q01", at=BEGAN + timedelta(minutes=1), kind="clean"),
                  *[Sighting(site_id="I01", at=BEGAN + timedelta(seconds=s), kind="clean") for s in (-1, 1)]])
    assert [p.code for p in caught.value.problems] == ["trace_clean_forbids"]


def test_a_river_without_flow_above_is_said_and_a_dry_branch_is_only_a_warning():
    nodes = {"a": ("source", 0, 0), "b": ("source", 0, 4), "c": ("confluence", 6, 0), "d": ("outlet", 12, 0)}
    dry = float("nan")
    site = [RiskSource(site_id="S01", reach_id="k1", chainage=1_000, **HERE),
            Section(site_id="M01", reach_id="k3", chainage=3_000, **HERE)]
    r = build("旱河", nodes, [R(id="k1", tail="a", head="c", name="旱沟", discharge=dry),
                              R(id="k2", tail="b", head="c", velocity=0.5),
                              R(id="k3", tail="c", head="d", velocity=0.5)],
              sites=site)
    assert r.crs == CRS
    found = trace(r, [Sighting(site_id="M01", at=BEGAN)])
    assert "no_discharge" in {p.code for p in found.problems}
    assert [(x.reason, x.site_id) for x in found.ruled_out] == [("no_flow", "S01")]
    with pytest.raises(InputError) as caught:
        trace(r.replace(sites=(replace(r.site("M01"), reach_id="k1"),)), [Sighting(site_id="M01", at=BEGAN)])
    assert [p.code for p in caught.value.problems] == ["no_discharge"]


def test_a_look_back_that_cuts_off_what_fits_and_an_idle_clean_sample_are_said():
    r = river()
    found = trace(r, [Sighting(site_id="M01", at=BEGAN),
                      Sighting(site_id="M03", at=BEGAN - timedelta(days=30), kind="clean")], lookback=10 * 3600.0)
    assert {"trace_lookback_short", "trace_clean_idle"} <= {p.code for p in found.problems}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_and_json_say_the_same_in_both_languages(lang):
    r = river()
    found = trace(r, [*seen_after(r, "S01", "I01"), Sighting(site_id="M02", at=BEGAN, kind="clean")],
                  substance="苯酚", discharges={"I01": 25.0})
    assert "示范数据" in trace_lines(found, lang)[0]
    head, rows = suspect_table(found, lang)
    assert len(head) == 6
    assert len(rows) == len(found.suspects)
    assert ruled_out_lines(found, lang)
    said = json.loads(json.dumps(trace_as_json(found), allow_nan=False))
    assert sum(s["probability"] for s in said["suspects"]) <= 1.0 + 1e-6
    assert said["flow"]["readings"] == {"I01": 25.0}
    assert said["parameters"]["source_share"] == 0.5


def test_a_person_traces_from_the_command_line(tmp_path):
    path = save_river(river(), tmp_path / "y.gpkg")

    def run(*arguments):
        return CliRunner().invoke(command, [str(path), *arguments])

    said = run("--seen", "I01,2026-07-01T15:13,0.3", "--clean", "M02，2026-07-01 12:00", "--substance", "苯酚")
    assert said.exit_code == 0, said.output
    assert "上游化工厂（S01）" in said.output
    assert "(assumed)" in run("--seen", "I01,2026-07-01T15:13", "--lang", "en").output
    assert json.loads(run("--first", "I01,2026-07-01T15:13", "--json").output)["sightings"][0]["kind"] == "first"
    for bad in (("--seen", "I01"), ("--seen", "I01,today"), ("--seen", "I01,2026-07-01,x"),
                ("--seen", "I01,2026-07-01T15:13", "--discharge", "I01=1", "--discharge", "I01=2")):
        assert run(*bad).exit_code == 2
