"""Cues of direction: angles, strokes, elevations, and their order of trust."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.river.direction_cues import drawn_upstream, from_elevations, likely_mouths, outflow_odds
from riverplan.river.orient import direct

Y = np.array([shapely.LineString(c) for c in ([(0, 6e3), (8e3, 0)], [(0, -6e3), (8e3, 0)], [(8e3, 0), (20e3, 0)])])
START, END = np.array([0, 1, 2]), np.array([2, 2, 3])
LENGTH = shapely.length(Y)


def test_the_arm_opposite_the_acute_angle_is_the_outflow():
    odds = outflow_odds(Y, START, END, 4)
    assert odds[[0, 1, 5]].tolist() == [0, 0, 0]                # loose ends say nothing
    assert np.exp(odds[[3, 4, 2]]).sum() == pytest.approx(1)
    assert np.exp(odds[2]) > 0.85


def test_the_mouth_of_a_y_is_the_foot_of_the_y():
    found = likely_mouths(START, END, LENGTH, 4, np.zeros(3), outflow_odds(Y, START, END, 4))
    assert found.node.tolist() == [3]
    assert found.forward.min() > 0.85


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_moving_the_mouth_finds_what_trying_every_mouth_finds(data):
    n = data.draw(st.integers(2, 9))
    parent = [data.draw(st.integers(0, i - 1)) for i in range(1, n)]
    turn = [data.draw(st.booleans()) for _ in parent]
    numbers = st.floats(-3, 3)
    odds = np.array([data.draw(numbers) for _ in parent])
    outflow = np.array([data.draw(numbers) for _ in range(2 * (n - 1))])
    pairs = [(c, p) if t else (p, c) for c, (p, t) in enumerate(zip(parent, turn, strict=True), 1)]
    tail, head = np.array(pairs).T
    degree = np.bincount(np.array(pairs).ravel())
    total, towards = np.zeros(n), np.zeros((n, n - 1), bool)
    for mouth in range(n):
        seen, stack = {mouth}, [mouth]
        total[mouth] = -6.0 if degree[mouth] > 1 else 0.0
        while stack:
            at = stack.pop()
            for i, (a, b) in enumerate(pairs):
                other = b if a == at else a if b == at else None
                if other is not None and other not in seen:
                    seen.add(other)
                    stack.append(other)
                    towards[mouth, i] = other == a             # the water runs from the other end to here
                    total[mouth] += (odds[i] if other == a else 0.0)
                    total[mouth] += outflow[i] if other == a else outflow[n - 1 + i]
    mass = np.exp(total - total.max())
    expected = (mass[:, None] * towards).sum(axis=0) / mass.sum()
    found = likely_mouths(tail, head, np.ones(n - 1), n, odds, outflow)
    assert found.forward == pytest.approx(expected, abs=1e-9)
    assert total[found.node[0]] == pytest.approx(total.max(), abs=1e-9)


def test_a_few_lines_against_each_other_do_not_make_all_strokes_suspect():
    assert drawn_upstream(START, END, 4) < 0.05
    assert drawn_upstream(np.array([0, 2]), np.array([1, 1]), 3) < 0.1


def test_a_drop_of_one_standard_error_of_the_difference_is_84_percent_sure():
    sign, sure = from_elevations(np.array([0, 1, 2]), np.array([1, 0, 0]), np.array([10.0, 8.0, np.nan]), np.sqrt(2.0))
    assert sign.tolist() == [1, -1, 0]
    assert sure == pytest.approx([0.8413, 0.8413, 0.5], abs=1e-4)


def test_attributes_are_believed_before_elevations_and_elevations_before_strokes():
    none = np.zeros(0, np.int64)
    up = (np.array([-1, -1, -1]), np.full(3, 0.99))
    down = (np.array([1, 1, 1]), np.full(3, 0.999))

    def sources(**evidence):
        found = direct(START, END, LENGTH, 4, given=none, evidence=evidence, outflow=outflow_odds(Y, START, END, 4))
        return found.flip.tolist(), set(found.source)

    assert sources() == ([False] * 3, {"digitised"})
    assert sources(dem=down) == ([False] * 3, {"dem"})
    assert sources(attributes=down, dem=up) == ([False] * 3, {"attributes"})
    turned, by = sources(attributes=(up[0], np.full(3, 0.999)), dem=(down[0], np.full(3, 0.9)))
    assert turned == [True] * 3
    assert by == {"attributes"}


def test_a_dem_turns_a_line_drawn_uphill_and_names_itself():
    sign = np.array([1, -1, 1])
    found = direct(np.array([0, 2, 2]), np.array([2, 1, 3]), LENGTH, 4, given=np.zeros(0, np.int64),
                   evidence={"dem": (sign, np.full(3, 0.998))}, outflow=np.zeros(6))
    assert found.flip.tolist() == [False, True, False]
    assert set(found.source) == {"dem"}
    assert found.confidence.min() > 0.9
