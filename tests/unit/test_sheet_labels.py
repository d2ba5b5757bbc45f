"""Labels stand beside their symbols, never on each other, important ones first."""

from itertools import combinations

import numpy as np
import pytest

from riverplan.exporting.sheet_labels import Label, Paper, overlap, place

WINDOW = (0.0, 0.0, 100.0, 80.0)


def label(key: str, x: float, y: float, rank: float = 5.0, *, short: str = "", needed: bool = False) -> Label:
    forms = (("长" * 8, 20.0, 2.5), *(((short, 4.0, 2.5),) if short else ()))
    return Label(key=key, x=x, y=y, radius=1.5, rank=rank, forms=forms, needed=needed)


def test_a_hundred_labels_do_not_overlap_and_stay_in_the_window():
    rng = np.random.default_rng(7)
    placed = place([label(f"{i:03d}", *p, short="Q") for i, p in enumerate(rng.uniform((5, 5), (95, 75), (100, 2)))],
                   Paper(window=WINDOW))
    assert len(placed) > 50
    assert not any(overlap(a.box, b.box) for a, b in combinations(placed, 2))
    for p in placed:
        assert 0 <= p.box[0] < p.box[2] <= 100
        assert 0 <= p.box[1] < p.box[3] <= 80


def test_the_important_one_gets_the_place():
    crowd = [label("bridge", 50.0, 40.0, 6.0), label("intake", 50.5, 40.0, 1.0)]
    first = place(crowd, Paper(window=(30.0, 37.0, 74.0, 43.0)))
    assert first[0].key == "intake"
    assert first[0].leader is None


def test_a_label_keeps_off_the_river():
    paper = Paper(window=WINDOW)
    river = np.column_stack([np.linspace(0, 100, 200), np.full(200, 40.0)])
    paper.add_ink(river, 1.6)
    (placed,) = place([label("a", 50.0, 40.0)], paper)
    assert placed.box[1] > 40.0 or placed.box[3] < 40.0


def test_where_there_is_no_room_the_short_form_is_written():
    paper = Paper(window=(43.0, 36.0, 57.0, 44.0))
    (placed,) = place([label("a", 50.0, 40.0, short="Q1")], paper)
    assert placed.text == "Q1"


def test_a_label_without_any_room_is_left_out_even_if_needed():
    paper = Paper(window=WINDOW, boxes=[WINDOW])
    assert place([label("a", 50.0, 40.0, needed=True)], paper) == []


def test_a_far_label_has_a_leader_that_ends_at_its_box_and_runs_through_no_other():
    rng = np.random.default_rng(1)
    paper = Paper(window=WINDOW, boxes=[(38.0, 44.0, 62.0, 47.0)])
    angle = rng.uniform(0, 2 * np.pi, 600)
    paper.add_ink(np.array([50.0, 40.0]) + rng.uniform(2, 6, 600)[:, None] * np.column_stack(
        [np.cos(angle), np.sin(angle)]), 0.5)                       # ink all around: only far places are clean
    (placed,) = place([label("a", 50.0, 40.0, needed=True)], paper)
    assert placed.leader is not None
    x, y = placed.leader
    assert placed.box[0] <= x <= placed.box[2]
    assert placed.box[1] <= y <= placed.box[3]
    points = np.linspace((50.0, 40.0), (x, y), 50)
    assert not ((points[:, 0] > 38) & (points[:, 0] < 62) & (points[:, 1] > 44) & (points[:, 1] < 47)).any()


@pytest.mark.parametrize(("a", "b", "expected"), [
    ((0, 0, 2, 2), (1, 1, 3, 3), True), ((0, 0, 2, 2), (2, 0, 4, 2), False)])
def test_boxes_that_share_an_edge_do_not_overlap(a, b, expected):
    assert overlap(a, b) is expected
