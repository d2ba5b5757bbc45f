"""A forecast that spans what is not known: states of stations, a rise to come."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from river_fixtures import R, build, dammed, y_river
from test_river_diversion import station, straight

from riverplan.errors import InputError
from riverplan.exporting.sheet_text import notes
from riverplan.exporting.webmap_words import panel
from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.rise import Rise, rise_from
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.forecasting.table import forecast_lines
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import Intake, Section

AT = clock("2026-07-01 20:00")
SPILL = Spill(reach_id="a.1", chainage=1_000.0, substance="phenol", mass=1_000.0, at=AT)
TONIGHT = Rise(start=clock("2026-07-01 22:00"), end=clock("2026-07-02 06:00"), by=1.5, relative=True)


def diverted(**values):
    """The straight river, its station laid; sites in the dewatered reach, in the canal and below."""
    river = lay_diversions(straight(control_phone="023-0000-0000", **values))
    power = river.site("P1")
    dry = Intake(site_id="I1", name="减水河段取水口", lon=power.lon, lat=power.lat, reach_id="a.2", chainage=5_000.0)
    canal = Section(site_id="C1", name="渠上断面", lon=power.lon, lat=power.lat, reach_id="P1.conduit.1",
                    chainage=1_500.0)
    return river.replace(sites=(*river.sites, dry, canal))


def cascade():
    """Two stations: the first with a short canal, the second with one far longer than its river."""
    river = straight()
    first = replace(station(river, (5, 0), (10, 0)), reach_id="a", chainage=5_000.0)
    second = replace(station(river, (15, 0), (20, 0), conduit_length=60_000.0), site_id="P2", name="二级电站",
                     reach_id="a", chainage=15_000.0)
    return lay_diversions(river.replace(sites=(first, second, river.site("M1"))))


def said(found):
    for p in found.problems:
        assert p.text("zh") and p.text("en")
    return {p.code: p for p in found.problems}


def times(a):
    return [a.earliest, *a.leading_band, *a.peak_band, *a.trailing_band, *a.concentration_band]


def test_an_unknown_state_takes_the_earliest_of_running_and_stopped_and_bands_that_span_both():
    river = diverted()
    unknown = forecast(river, SPILL)
    each = [forecast(river, SPILL, states={"P1": s}) for s in ("running", "stopped")]
    for site_id in ("P1", "I1", "M1"):
        u, (r, s) = unknown.arrival(site_id), [f.arrival(site_id) for f in each]
        assert u.earliest == min(r.earliest, s.earliest)
        for band in ("leading_band", "peak_band", "trailing_band", "concentration_band"):
            low, high = zip(getattr(r, band), getattr(s, band), strict=True)
            assert getattr(u, band) == (min(low), max(high))
        assert (u.leading, u.peak, u.peak_concentration) == (r.leading, r.peak, r.peak_concentration)
    assert [(v.name, dict(v.states), v.discharge) for v in unknown.bracket] == [
        ("running", {"P1": "running"}, 20.0), ("stopped", {"P1": "stopped"}, 20.0)]
    assert each[0].bracket == each[1].bracket == ()


def test_the_words_say_the_station_the_two_times_at_the_first_intake_and_whom_to_call():
    problem = said(forecast(diverted(), SPILL))["state_unknown"]
    assert problem.severity == "warning"
    assert "示范电站 状态未知：减水河段取水口" in problem.what("zh")
    assert problem.what("zh").index("停机则最早 07-01 23:") < problem.what("zh").index("发电则最早 07-0")
    assert "023-0000-0000" in problem.mend("zh") and "--state P1=running|stopped" in problem.mend("en")
    assert "state_unknown" not in said(forecast(diverted(), SPILL, states={"P1": "发电"}))


def test_a_site_reached_in_one_state_only_is_listed_with_that_state():
    river = diverted(ecological_flow=0.0, rated_flow=50.0)                 # running it takes all the water
    found = forecast(river, SPILL)
    assert found.arrival("I1").only_in == ("stopped",)
    assert found.arrival("C1").only_in == ("running",)
    assert found.arrival("M1").only_in == ()
    only = [p.text("zh") for p in found.problems if p.code == "reached_only"]
    assert any("减水河段取水口 只在“停机”时到达" in p for p in only)
    assert any("渠上断面 只在“发电”时到达" in p for p in only)
    assert forecast(river, SPILL, states={"P1": "running"}).arrival("I1") is None
    reaches = set(river.reaches["reach_id"].iloc[found.reach_times.reach])
    assert {"a.2", "P1.conduit.1"} <= reaches


def test_times_along_the_reaches_are_the_earliest_of_all_variants():
    river = diverted()
    unknown, *each = [forecast(river, SPILL, states=s).reach_times for s in
                      ({}, {"P1": "running"}, {"P1": "stopped"})]
    assert np.array_equal(unknown.reach, np.arange(5))
    for row, end in zip(unknown.reach, unknown.earliest_head, strict=True):
        assert end == min(t.earliest_head[t.reach == row][0] for t in each if row in t.reach)


def test_a_station_the_plume_does_not_pass_is_not_asked_about():
    river = diverted()
    found = forecast(river, replace(SPILL, reach_id="a.3", chainage=100.0))
    assert found.bracket == () and "state_unknown" not in said(found)


def test_a_spill_in_a_reach_that_is_dry_while_running_is_forecast_for_the_stopped_station():
    river = diverted(ecological_flow=0.0, rated_flow=50.0)
    found = forecast(river, replace(SPILL, reach_id="a.2", chainage=500.0))
    assert found.arrival("I1") is not None
    assert "“发电”时无法预报" in said(found)["variant_impossible"].what("zh")
    with pytest.raises(InputError):
        forecast(river, replace(SPILL, reach_id="a.2", chainage=500.0), states={"P1": "running"})


def test_two_unknown_stations_are_combined_in_every_way():
    river = cascade()
    spill = replace(SPILL, reach_id="a.1")
    found = forecast(river, spill)
    assert [v.name for v in found.bracket] == ["running", "stopped", "mixed:P1", "mixed:P2"]
    assert dict(found.bracket[2].states) == {"P1": "running", "P2": "stopped"}
    every = [forecast(river, spill, states={"P1": one, "P2": two}).arrival("M1")
             for one in ("running", "stopped") for two in ("running", "stopped")]
    assert found.arrival("M1").earliest == min(a.earliest for a in every)
    assert found.arrival("M1").trailing_band[1] == max(a.trailing_band[1] for a in every)
    words = said(found)["state_unknown"].what("zh")
    assert "示范电站、二级电站 状态未知" in words and "全部发电则最早" in words and "全部停机则最早" in words
    assert "P1 发电、其余停机则最早" in words and "states_not_combined" not in said(found)
    part = forecast(river, spill, states={"P2": "stopped"})
    assert [v.name for v in part.bracket] == ["running", "stopped"]
    assert "示范电站 状态未知：距河口5.0km 监测断面" in said(part)["state_unknown"].what("zh")


def test_of_three_unknown_stations_it_is_said_that_not_every_combination_was_computed():
    river = straight()
    stations = [replace(station(river, (x, 0), (x + 5, 0), conduit_length=length), site_id=f"P{x}", name=f"{x}级电站",
                        reach_id="a", chainage=1000.0 * x) for x, length in ((3, 6e3), (10, 6e4), (17, 6e3))]
    found = forecast(lay_diversions(river.replace(sites=(*stations, river.site("M1")))), replace(SPILL))
    assert {v.stations for v in found.bracket} == {"running", "stopped", "mixed"} and len(found.bracket) == 4
    assert "3 座电站状态未知" in said(found)["states_not_combined"].what("zh")
    assert found.arrival("M1").earliest == min(v.earliest["M1"] for v in found.bracket)


def test_a_rise_spans_todays_flow_and_the_risen_flow_and_says_both_times():
    river = diverted()
    known = forecast(river, SPILL, states={"P1": "running"})
    found = forecast(river, SPILL, states={"P1": "running"}, rise=TONIGHT)
    assert [(v.name, v.discharge) for v in found.bracket] == [("stands", 20.0), ("stands_risen", 30.0)]
    for a in known.arrivals:
        b = found.arrival(a.site_id)
        assert b.earliest < a.earliest and b.leading == a.leading
        assert b.leading_band[0] < a.leading_band[0] and b.leading_band[1] >= a.leading_band[1]
    words = said(found)["rise_bracketed"].what("zh")
    assert "由 20 变为 30 m³/s" in words and "波" in words and "变化后的流量则最早" in words


def test_a_rise_and_an_unknown_state_make_four_variants():
    found = forecast(diverted(), SPILL, rise=TONIGHT)
    assert [v.name for v in found.bracket] == ["running", "stopped", "running_risen", "stopped_risen"]
    assert {"state_unknown", "rise_bracketed"} <= said(found).keys()


def test_a_running_station_takes_no_more_than_its_rate_of_the_risen_water():
    river = diverted()
    found = forecast(river, SPILL, states={"P1": "running"}, rise=replace(TONIGHT, by=2.0))
    plain = forecast(river, SPILL, scenario=replace(river.scenarios["normal"], discharge=np.array(
        [40.0, 28.0, 40.0, 12.0, 12.0]), depth=np.full(5, np.nan)), states={"P1": "running"})
    assert found.arrival("M1").earliest == pytest.approx(plain.arrival("M1").earliest)


def test_water_added_at_the_spill_is_added_below_it_and_divides_at_forks():
    river = y_river()
    spill = Spill(site_id="S01", substance="phenol", at=AT)
    found = forecast(river, spill, rise=Rise(start=AT, end=clock("2026-07-03 00:00"), by=6.0))
    factor = forecast(river, spill, rise=Rise(start=AT, end=clock("2026-07-03 00:00"), by=1.5, relative=True))
    assert [v.discharge for v in found.bracket] == [v.discharge for v in factor.bracket] == [12.0, 18.0]
    assert found.arrival("I01").earliest >= factor.arrival("I01").earliest     # 26 against 30 m³/s there


@pytest.mark.parametrize(("start", "end", "code"), [
    ("2026-07-01 12:00", "2026-07-01 20:00", "rise_before_spill"),
    ("2026-07-09 12:00", "2026-07-10 12:00", "rise_after_plume")])
def test_a_rise_before_the_release_or_after_the_plume_has_passed_has_no_effect_and_that_is_said(start, end, code):
    river = diverted()
    known = forecast(river, SPILL, states={"P1": "running"})
    found = forecast(river, SPILL, states={"P1": "running"}, rise=Rise(start=clock(start), end=clock(end), by=50.0))
    assert found.arrivals == known.arrivals and found.bracket == ()
    assert code in said(found) and code not in said(known)


def test_a_rise_with_a_spill_of_unknown_time_may_fall_on_it():
    found = forecast(diverted(), replace(SPILL, at=None), states={"P1": "running"}, rise=TONIGHT)
    assert len(found.bracket) == 2
    assert "现有流量则最早 +3:36" in said(found)["rise_bracketed"].what("zh")


@pytest.mark.parametrize("river", [y_river(), dammed()])
def test_a_river_without_stations_has_no_bracket_and_its_digest_stays(river):
    spill = Spill(site_id="S01", substance="phenol", mass=100.0, at=AT)
    found = forecast(river, spill)
    assert found.bracket == () and all(a.only_in == () for a in found.arrivals)
    assert forecast(river, spill, states={}, rise=None).digest == found.digest
    assert forecast_as_json(found)["bracket"] == []


def test_the_digest_tells_states_and_rises_apart():
    river = diverted()
    asked = [{}, {"states": {"P1": "running"}}, {"states": {"P1": "stopped"}}, {"rise": TONIGHT},
             {"rise": replace(TONIGHT, by=1.6)}, {"rise": TONIGHT, "states": {"P1": "running"}}]
    assert len({forecast(river, SPILL, **a).digest for a in asked}) == len(asked)
    assert forecast(river, SPILL, states={"P1": "发电"}).digest == forecast(
        river, SPILL, states={"示范电站": "running"}).digest


def test_bad_states_rises_and_spills_are_said_all_at_once():
    rise = Rise(start=clock("2026-07-02 06:00"), end=clock("2026-07-01 22:00"), by=0.0, relative=True)
    with pytest.raises(InputError) as caught:
        forecast(diverted(), replace(SPILL, mass=-1.0), states={"Q9": "running", "M1": "stopped"}, rise=rise)
    assert {p.code for p in caught.value.problems} == {"rise_backwards", "rise_by", "unknown_site",
                                                       "state_not_diversion", "spill_mass"}


@pytest.mark.parametrize(("by", "code"), [(-20.0, "rise_flow"), (-25.0, "rise_flow"), (1e6, "rise_flow")])
def test_a_change_that_leaves_no_water_or_more_than_any_river_is_refused(by, code):
    with pytest.raises(InputError) as caught:
        forecast(diverted(), SPILL, rise=replace(TONIGHT, by=by, relative=False))
    [problem] = caught.value.problems
    assert problem.code == code and problem.text("zh") and problem.text("en")


def test_a_change_that_dries_a_reach_below_is_refused():
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 5, 0), "n3": ("outlet", 10, 0)}
    river = build("失水河", nodes, [R(id="a", tail="n1", head="n2"), R(id="b", tail="n2", head="n3", discharge=5.0)])
    with pytest.raises(InputError) as caught:
        forecast(river, Spill(reach_id="a", chainage=100.0, at=AT), rise=replace(TONIGHT, by=-8.0, relative=False))
    assert [p.code for p in caught.value.problems] == ["rise_dry"]


def test_times_without_a_zone_are_refused():
    with pytest.raises(InputError) as caught:
        forecast(diverted(), SPILL, rise=replace(TONIGHT, start=TONIGHT.start.replace(tzinfo=None)))
    assert [p.code for p in caught.value.problems] == ["rise_naive_time"]


@pytest.mark.parametrize(("written", "by", "relative"), [
    ("+50", 50.0, False), ("-3.5", -3.5, False), ("50 m³/s", 50.0, False), ("x1.5", 1.5, True), ("×2", 2.0, True),
    ("50%", 1.5, True), ("+20％", 1.2, True), ("-20%", 0.8, True)])
def test_a_change_is_written_as_an_amount_a_factor_or_a_percentage(written, by, relative):
    rise = rise_from(f"2026-07-01T20:00，2026-07-02 06:00,{written}")
    assert (rise.by, rise.relative) == (pytest.approx(by), relative)
    assert rise.start == AT


@pytest.mark.parametrize("written", ["", "2026-07-01 20:00,2026-07-02 06:00", "a,b,+5", "x%", "2026-07-01 20:00,"
                                     "2026-07-02 06:00,x50%", "2026-07-01 20:00,2026-07-02 06:00,more"])
def test_what_is_no_change_is_a_value_error(written):
    with pytest.raises(ValueError):
        rise_from(written)


def test_json_text_map_and_sheet_tell_of_the_bracket():
    found = forecast(diverted(), SPILL, rise=TONIGHT)
    values = json.loads(json.dumps(forecast_as_json(found), allow_nan=False))
    assert [v["name"] for v in values["bracket"]] == [v.name for v in found.bracket]
    assert values["bracket"][1]["states"] == {"P1": "stopped"} and values["bracket"][2]["discharge_m3_s"] == 30.0
    assert values["bracket"][0]["earliest_h"]["M1"] == pytest.approx(found.bracket[0].earliest["M1"] / 3600, rel=1e-5)
    assert any("停机且流量变化后（泄漏点 30 m³/s）" in line for line in forecast_lines(found, "zh"))
    words = said(found)["state_unknown"].text("zh")
    assert words in notes(found, "zh")[:2]
    assert words in panel(found, "zh", steps=9)


def test_a_rise_that_begins_when_a_site_was_passed_leaves_it_as_it_is():
    usual = forecast(diverted(), SPILL, states={"P1": "running"})
    first = min((a for a in usual.arrivals if a.distance > 1_000), key=lambda a: a.trailing_band[1])
    last = max(usual.arrivals, key=lambda a: a.trailing_band[1])
    start = SPILL.at + timedelta(seconds=first.trailing_band[1] + 1.0)
    later = forecast(diverted(), SPILL, states={"P1": "running"},
                     rise=Rise(start=start, end=start + timedelta(hours=6), by=2.0, relative=True))
    assert later.arrival(first.site_id).earliest == first.earliest
    assert later.arrival(first.site_id).peak_band == first.peak_band
    assert later.arrival(last.site_id).earliest < last.earliest
