"""The race drawn: where things stand, and what the drawing says."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from guarded_rivers import guarded
from hypothesis import given
from hypothesis import strategies as st

from riverplan.app.race import PARTS, Race, race_of
from riverplan.app.race_chart import HIGH, WIDE, race_chart
from riverplan.app.race_layout import apart, cut_off, rows_of, seen, span, ticks, wide
from riverplan.forecasting.spill import Spill, clock
from riverplan.planning.plan import plan

H = 3_600.0


@pytest.fixture(scope="module")
def planned():
    return plan(guarded(), Spill(site_id="U", substance="苯酚", mass=1_000.0, at=clock("2026-07-01 08:00")),
                heard_at=clock("2026-07-01 09:00"))


@given(st.lists(st.floats(0.0, 1_000.0), min_size=1, max_size=20))
def test_marks_are_moved_apart_stay_in_order_and_on_the_axis(at):
    found = apart(np.array(at), 20.0, 0.0, 1_000.0)
    assert found.min() >= 0.0 and found.max() <= 1_000.0
    assert np.diff(np.sort(found)).min(initial=np.inf) >= 20.0 - 1e-6
    order = np.argsort(at, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


@given(st.lists(st.tuples(st.floats(0.0, 1_000.0), st.floats(10.0, 200.0)), max_size=30), st.floats(0.0, 300.0))
def test_no_label_lies_over_another_or_leaves_the_drawing(labels, give):
    centres, widths = [c for c, _ in labels], [w for _, w in labels]
    spots = rows_of(centres, widths, 0.0, 1_000.0, 3, give)
    placed = [(s[0], s[0] + w, s[1]) for s, w in zip(spots, widths, strict=True) if s is not None]
    assert all(a >= 0.0 and b <= 1_000.0 + 1e-9 for a, b, _ in placed)
    for i, one in enumerate(placed):
        assert all(one[2] != o[2] or one[1] <= o[0] + 1e-9 or o[1] <= one[0] + 1e-9 for o in placed[i + 1:])


def test_the_first_labels_given_are_placed_before_the_others():
    assert rows_of([50.0, 50.0, 50.0], [40.0] * 3, 0.0, 100.0, 2) == [(30.0, 0), (30.0, 1), None]


def test_a_label_stands_aside_before_it_takes_another_row():
    assert rows_of([50.0, 55.0], [40.0] * 2, 0.0, 200.0, 2, give=50.0) == [(30.0, 0), (70.0, 0)]
    assert rows_of([50.0, 55.0], [40.0] * 2, 0.0, 200.0, 2, give=20.0) == [(30.0, 0), (35.0, 1)]


def test_the_time_drawn_holds_every_action_and_the_first_receptor_but_not_the_last():
    found = span(np.array([2 * H, 4 * H]), np.array([6 * H, np.inf]), np.array([10 * H, 80 * H]))
    assert 10 * H < found < 12 * H
    assert span(np.array([]), np.array([]), np.array([])) == 2 * H


def test_a_band_is_cut_where_it_leaves_the_time_drawn():
    km, low, high = cut_off(np.array([0.0, 10.0]), np.array([0.0, 10.0]), np.array([0.0, 40.0]), 5.0)
    assert km.tolist() == pytest.approx([0.0, 1.25, 5.0, 10.0])
    assert low.tolist() == pytest.approx([0.0, 1.25, 5.0, 5.0])
    assert high.tolist() == pytest.approx([0.0, 5.0, 5.0, 5.0])


def test_the_river_is_drawn_till_the_plume_leaves_the_time_drawn_or_the_last_action():
    km, earliest = np.array([0.0, 100.0]), np.array([0.0, 100.0])
    assert seen(km, earliest, 50.0, 20.0) == pytest.approx(51.0)
    assert seen(km, earliest, 50.0, 80.0) == pytest.approx(81.6)
    assert seen(km, earliest, 500.0, 0.0) == pytest.approx(102.0)


def test_ticks_are_round_and_few():
    assert ticks(0.9, 10) == pytest.approx([0.1 * i for i in range(10)])
    assert len(ticks(987.0, 10)) <= 11
    assert wide("河") > wide("K")


def test_a_runner_is_ready_when_its_parts_are_done_and_stands_at_its_kilometre(planned):
    found = race_of(planned, "zh")
    gate = found.runners[0]
    assert gate.site_id == "G1" and gate.number == 1
    assert gate.km == pytest.approx(25.0)
    assert len(gate.parts) == len(PARTS) and gate.parts[-1] == pytest.approx(gate.ready)
    assert gate.heard == H and gate.margin == pytest.approx(planned.actions[0].margin)
    assert [p.site_id for p in found.posts] == ["I1"] and found.posts[0].outcome == "saved"


def test_the_plume_of_the_race_goes_down_its_way_and_through_its_sites(planned):
    found = race_of(planned, "zh")
    assert (np.diff(found.km) >= 0).all()
    for line in (found.earliest, found.leading, found.peak, found.trailing):
        assert (np.diff(line) >= 0).all()
    assert (found.earliest <= found.leading + 1e-6).all() and (found.peak <= found.trailing + 1e-6).all()
    post = found.posts[0]
    assert np.interp(post.km, found.km, found.earliest) == pytest.approx(post.earliest)


def numbers(svg):
    return [float(v) for v in re.findall(r'(?:[xy]|cx|cy)="(-?[\d.]+)"', svg)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_drawing_is_xml_within_its_frame_and_names_action_and_receptor(planned, lang):
    svg = race_chart(race_of(planned, lang), planned.forecast, lang)
    root = ET.fromstring(svg)
    words = " ".join(root.itertext())
    assert "上闸" in words and "下水厂" in words
    assert min(numbers(svg)) >= 0.0 and max(numbers(svg)) <= max(WIDE, HIGH)
    assert {"earliest", "leading", "peak"} == {e.get("data-line") for e in root.iter() if e.get("data-line")}


def test_in_time_is_green_and_below_the_plume_late_is_red_and_above_it(planned):
    race = race_of(planned, "zh")
    svg = race_chart(race, planned.forecast, "zh")
    assert "余 2.2 h" in svg
    tight = replace(race.runners[0], ready=race.runners[0].earliest - 0.5 * H)
    assert "只余 0.5 h" in race_chart(replace_runners(race, (tight,)), planned.forecast, "zh")
    late = replace(race.runners[0], ready=race.runners[0].earliest + 3 * H)
    told = race_chart(replace_runners(race, (late,)), planned.forecast, "zh")
    assert "晚 3 h" in told and 'class="hand"' in told and '#c00018' in told


def test_what_lies_off_the_way_stands_aside_and_a_name_is_no_markup(planned):
    race = race_of(planned, "zh")
    odd = replace(race.runners[0], km=None, name="<b>&", follows=True)
    svg = race_chart(replace_runners(race, (odd,)), planned.forecast, "zh")
    assert "上游或支流" in svg and "<b>" not in svg and "&lt;b&gt;&amp;" in svg
    ET.fromstring(svg)


def test_a_plan_without_actions_still_draws_the_plume(planned):
    svg = race_chart(replace_runners(race_of(planned, "zh"), ()), planned.forecast, "zh")
    assert 'class="plume"' in svg


def replace_runners(race, runners):
    return Race(km=race.km, earliest=race.earliest, leading=race.leading, peak=race.peak, trailing=race.trailing,
                runners=runners, posts=race.posts, judged=race.judged)
