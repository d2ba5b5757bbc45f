"""Breakthrough charts: positions from numbers, words where there is nothing to draw, no tag from a name."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from river_fixtures import y_river

from riverplan.app import charts
from riverplan.app.answer import clock, reached
from riverplan.app.chart_axes import Across, cut_name, up_axis
from riverplan.app.question import Question, ask
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.spill import clock as at
from riverplan.river.sites import Intake

RIVER = y_river()
SVG = "{http://www.w3.org/2000/svg}"


def asked(river=RIVER, **changes):
    spill = {"site_id": "S01", "substance": "苯酚", "mass": 500.0, "at": at("2026-07-01 22:00"), **changes}
    return ask(river, Question(spill=Spill(**spill)))


def drawn(forecast, arrivals=None):
    return ET.fromstring(charts.chart(forecast, charts.by_importance(forecast) if arrivals is None else arrivals, "zh"))


def titles(root):
    return [t.text for t in root.iter(f"{SVG}title")]


def numbers(path):
    return np.array([float(n) for n in re.findall(r"-?[\d.]+", path)]).reshape(-1, 2)


def test_the_next_intake_comes_first_then_the_next_boundary_and_each_site_stands_once():
    ranked = charts.by_importance(asked())
    kinds = [a.kind for a in ranked]
    assert kinds[0] == "intake"
    assert sorted(a.site_id for a in ranked) == sorted(a.site_id for a in reached(asked()))
    first = {k: min(a.earliest for a in ranked if a.kind == k) for k in set(kinds)}
    assert all(a.earliest == first[a.kind] for a in ranked[:len(set(kinds) & {"intake", "boundary", "section"})])


def test_the_highest_point_of_the_curve_is_at_the_time_and_strength_of_the_peak():
    forecast = asked()
    a = charts.by_importance(forecast)[0]
    root = drawn(forecast, (a,))
    curve = numbers(next(p for p in root.iter(f"{SVG}path") if p.get("class") == "curve").get("d"))
    peak = next(root.iter(f"{SVG}circle"))
    top = curve[curve[:, 1].argmin()]
    assert top[0] == pytest.approx(float(peak.get("cx")), abs=4.0)
    assert top[1] == pytest.approx(float(peak.get("cy")), abs=1.0)


def test_the_band_holds_the_peak_and_its_corners_are_the_bands_of_the_forecast():
    forecast = asked()
    a = charts.by_importance(forecast)[0]
    root = drawn(forecast, (a,))
    box = {k: float(next(root.iter(f"{SVG}rect")).get(k)) for k in ("x", "y", "width", "height")}
    peak = next(root.iter(f"{SVG}circle"))
    assert box["x"] <= float(peak.get("cx")) <= box["x"] + box["width"]
    assert box["y"] <= float(peak.get("cy")) <= box["y"] + box["height"]
    first, last = charts.window(forecast, a)
    across = Across(first=first, last=last, left=charts._LEFT, right=charts.WIDE - charts._RIGHT)
    assert box["x"] == pytest.approx(across.at(a.peak_band[0]), abs=0.1)
    assert any("5–95%" in t and clock(forecast, a.peak_band[0], floor=True) in t for t in titles(root))


def test_what_is_red_lies_above_the_limit_and_the_limit_is_dashed():
    root = drawn(asked())
    over = [p for p in root.iter(f"{SVG}path") if p.get("class") == "area-over"]
    limit = next(p for p in root.iter(f"{SVG}path") if p.get("class") == "limit-line")
    level = float(limit.get("d").partition(" ")[2].partition("H")[0])
    assert limit.get("stroke-dasharray")
    assert over and all((numbers(p.get("d"))[:, 1] <= level + 0.1).all() for p in over)


def test_a_background_lifts_the_curve_and_is_drawn():
    low, high = asked(), asked(background=1e-6)
    a, b = (charts.by_importance(f)[0] for f in (low, high))
    assert charts.points(high, b, 0.0, 60.0)[1] == pytest.approx(charts.points(low, a, 0.0, 60.0)[1] + 1e-3)
    assert any(t.startswith("本底 0.001") for t in titles(drawn(high)))
    assert not any(t.startswith("本底") for t in titles(drawn(low)))


def test_the_earliest_arrival_is_marked_before_the_leading_edge():
    forecast = asked()
    a = charts.by_importance(forecast)[0]
    when = clock(forecast, a.earliest, floor=True)
    assert f"清河水厂取水口 最早到达 {when}（用于行动）" in titles(drawn(forecast))


@pytest.mark.parametrize(("changes", "words"), [
    ({"mass": None}, "质量未知，没有浓度过程线"), ({"substance": "柴油"}, "浮油没有浓度过程线"),
    ({"substance": "盐酸", "mass": 3e6}, "酸碱按 pH 判断")])
def test_without_concentrations_the_reason_stands_above_bars_from_leading_to_trailing_edge(changes, words):
    forecast = asked(**changes)
    root = drawn(forecast)
    assert words in "".join(root.itertext())
    bars = list(root.iter(f"{SVG}rect"))
    assert len(bars) == len(charts.by_importance(forecast)) and not list(root.iter(f"{SVG}circle"))
    assert all(float(b.get("width")) > 0 for b in bars)
    begins = {a.site_id: a.leading for a in reached(forecast)}
    order = [g.get("data-site") for g in root.iter(f"{SVG}g") if g.get("data-site")]
    left = [float(b.get("x")) for b in bars]
    assert np.argsort(left, kind="stable").tolist() == np.argsort([begins[s] for s in order], kind="stable").tolist()


def test_where_no_site_is_reached_that_is_said():
    assert "下游没有站点" in charts.chart(asked(), (), "zh")


def test_a_name_from_a_file_becomes_no_tag_of_the_drawing():
    river = RIVER.replace(sites=tuple(
        Intake(site_id='I"<01', name='</title><script>1</script>"', lon=s.lon, lat=s.lat, reach_id=s.reach_id,
               chainage=s.chainage) if s.site_id == "I01" else s for s in RIVER.sites))
    for changes in ({}, {"mass": None}):
        root = drawn(asked(river, **changes))
        assert not list(root.iter(f"{SVG}script"))
        assert any("<script>" in t for t in titles(root))                   # as words


def test_clock_times_are_round_and_lie_on_the_axis():
    forecast = asked()                                                      # begins at 22:00
    across = Across(first=3_000.0, last=50_000.0, left=10.0, right=110.0)
    ticks = across.ticks(forecast, 6)
    assert 2 <= len(ticks) <= 6
    assert all(3_000.0 <= t <= 50_000.0 for t in ticks)
    assert {f"{forecast.clock(t):%M}" for t in ticks} == {"00"}
    assert across.at(0.0) == 10.0 and across.at(1e9) == 110.0 and across.at(26_500.0) == pytest.approx(60.0)


def test_a_plume_of_minutes_has_clock_times_too():
    ticks = Across(first=30.0, last=270.0, left=10.0, right=110.0).ticks(asked(), 3)
    assert ticks == [120.0, 240.0]


def test_below_the_limit_the_head_says_how_likely_it_is_exceeded_all_the_same():
    words = "".join(drawn(asked(mass=1e-6)).itertext())
    assert "超标概率 <1%" in words and "超标概率" not in "".join(drawn(asked(substance="某新材料")).itertext())


def test_far_from_the_limit_the_axis_is_logarithmic_and_near_it_is_not():
    near = up_axis([0.01], [0.005], 0.0, bottom=100.0, top=0.0)
    far = up_axis([20.0], [0.005], 0.0, bottom=100.0, top=0.0)
    assert not near.log and near.at(0.0) == 100.0 and near.at(0.0054) == pytest.approx(50.0)
    assert far.log and far.least < 0.005 and far.at(1.0) - far.at(10.0) == pytest.approx(far.at(0.1) - far.at(1.0))
    assert near.ticks()[0] == 0.0 and all(t == pytest.approx(10.0 ** round(np.log10(t))) for t in far.ticks())


def test_a_long_name_is_cut_where_the_room_ends():
    assert cut_name("清河水厂取水口", 4) == "清河水厂…" and cut_name("abc", 4) == "abc"
