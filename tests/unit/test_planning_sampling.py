"""When to sample: the sequence of intervals, its ends, and how many points a section has."""

import numpy as np
import pytest

from riverplan.planning.sampling import (
    AT_EACH_STEP,
    HORIZON,
    LADDER,
    PASSES,
    REFERENCE_STEP,
    ROUNDED,
    START_BEFORE,
    Passage,
    dense_interval,
    depth_points,
    reference_times,
    sampling_times,
    times_kept,
    verticals,
)

HOUR = 3600.0


def passage(*rows):
    """From rows of earliest, leading, peak, trailing, until [h]."""
    columns = np.array(rows, float).T * HOUR
    return Passage(**dict(zip(("earliest", "leading", "peak", "trailing", "until"), columns, strict=True)))


SLUG = passage((4, 8, 9, 12, 16))


def test_sampling_begins_before_the_earliest_arrival_and_ends_with_passes_below_the_limit():
    [found] = sampling_times(SLUG)
    assert found.times[0] == 4 * HOUR - START_BEFORE
    assert (found.times >= 16 * HOUR - ROUNDED).sum() >= PASSES
    assert not found.continues


def test_over_front_and_peak_samples_stand_at_the_dense_interval_and_then_ever_wider():
    [found] = sampling_times(SLUG)
    gaps = np.diff(found.times)
    over = (found.times[1:] > 8 * HOUR) & (found.times[1:] <= 9 * HOUR)
    assert found.interval == 0.5 * HOUR
    assert np.all(gaps[over] == 0.5 * HOUR)
    after = gaps[found.times[1:] > 13 * HOUR]
    assert np.all(np.diff(after) >= 0)
    assert set(after / HOUR) <= set(LADDER / HOUR)
    assert np.sum(after == 1.0 * HOUR) == AT_EACH_STEP


@pytest.mark.parametrize(("row", "interval"), [
    ((0.35, 0.68, 0.77, 1.21, 1.3), 1 / 6), ((4, 8, 9, 12, 16), 0.5), ((10, 23, 30, 151, 316), 2.0),
    ((12, 36, 91, 307, 455), 4.0)])
def test_the_dense_interval_follows_the_length_of_the_slug(row, interval):
    assert dense_interval(passage(row))[0] == interval * HOUR


def test_a_slug_that_passes_within_minutes_is_still_sampled():
    [found] = sampling_times(passage((0, 0, 0.02, 0.04, 0.1)))
    assert found.times[0] == 0
    assert found.times.size >= PASSES


def test_a_tail_longer_than_the_list_goes_on_and_says_so():
    [found] = sampling_times(passage((12, 36, 91, 307, 455)))
    assert found.continues
    assert found.times[-1] <= 12 * HOUR - START_BEFORE + HORIZON


def test_a_front_beyond_the_list_is_watched_for():
    [found] = sampling_times(passage((1, 9000, 9100, 9200, 9200)))
    assert found.continues
    assert found.times.size > 1


def test_what_has_passed_before_now_has_no_times_and_what_comes_has_none_before_now():
    gone, comes = sampling_times(passage((1, 2, 3, 4, 4), (4, 8, 9, 12, 16)), since=30 * HOUR)[0], sampling_times(
        SLUG, since=10 * HOUR + 1)[0]
    assert gone.times.size == 0
    assert comes.times[0] == 10 * HOUR + ROUNDED                # as soon as somebody is there, on whole ten minutes
    assert sampling_times(SLUG, since=np.array([10 * HOUR]))[0].times[0] == 10 * HOUR


def test_clock_times_are_whole_ten_minutes():
    offset = 8 * HOUR + 3 * 60.0
    [found] = sampling_times(SLUG, offset=offset)
    assert np.all((found.times + offset) % ROUNDED == 0)


def test_a_team_that_comes_late_samples_at_once_and_as_often_as_the_end_asks():
    [found] = sampling_times(SLUG)
    late = times_kept(found.times, 11 * HOUR + 60)
    assert late[0] == 11 * HOUR + ROUNDED
    assert set(late[1:]) <= set(found.times)
    gone = times_kept(found.times, 90 * HOUR)
    assert gone.tolist() == [90 * HOUR + HOUR * i for i in range(PASSES)]
    assert times_kept(found.times, 2 * HOUR) is found.times


def test_the_reference_is_sampled_less_often():
    times = reference_times(100.0, 40 * HOUR)
    assert np.all(np.diff(times) == REFERENCE_STEP)
    assert times[0] == ROUNDED
    assert times.size == 4


def test_verticals_and_points_change_just_above_their_bounds():
    assert verticals(np.array([50.0, 50.1, 100.0, 100.1, np.nan, 0.0])).tolist() == [1, 2, 2, 3, 0, 0]
    assert depth_points(np.array([0.3, 5.0, 5.1, 10.0, 10.1, np.nan])).tolist() == [1, 1, 2, 2, 3, 0]
