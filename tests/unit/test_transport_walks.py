"""Walks on rivers drawn by hand, and on shapes that would break a careless one."""

import numpy as np
import pytest

from riverplan.transport.compiled import compile_network
from riverplan.transport.walks import between, downstream, to_mouth, travel_times, upstream

# 0 → 1, which parts into 2 (slow) and 3 (fast), rejoins at 4; 5 joins at 4; 4 → 6; a canal 3 → 7
TAIL = np.array([0, 1, 1, 2, 3, 5, 4, 3])
HEAD = np.array([1, 2, 3, 4, 4, 4, 6, 7])
TIME = np.array([10.0, 5.0, 1.0, 5.0, 2.0, 7.0, 4.0, 30.0])


@pytest.fixture
def braid():
    return travel_times(compile_network(TAIL, HEAD, 8), TIME)


def pairs(found):
    return dict(found.tolist())


def test_the_faster_arm_of_a_braid_tells_the_earliest_arrival(braid):
    assert pairs(downstream(braid, 0)) == {0: 0, 1: 10, 2: 15, 3: 11, 4: 13, 6: 17, 7: 41}


def test_the_time_already_gone_is_added(braid):
    assert pairs(downstream(braid, 4, start=2.5)) == {4: 2.5, 6: 6.5}


def test_a_place_comes_after_all_on_the_way_to_it(braid):
    nodes = downstream(braid, 0)["node"].tolist()
    assert nodes.index(4) > max(nodes.index(2), nodes.index(3))


def test_a_cutoff_keeps_what_is_reached_exactly_then(braid):
    assert set(pairs(downstream(braid, 0, cutoff=13))) == {0, 1, 3, 4}


def test_a_window_upstream_takes_the_faster_arm(braid):
    assert pairs(upstream(braid, 6)) == {6: 0, 4: 4, 5: 11, 3: 6, 2: 9, 1: 7, 0: 17}
    assert set(pairs(upstream(braid, 6, window=9))) == {6, 4, 3, 2, 1}


def test_a_table_of_sources_and_targets_is_infinite_where_none_is_reached(braid):
    found = between(braid, [0, 5, 0, 7], [6, 7, 5, 0])
    assert found.table(4).tolist() == [[17, 41, np.inf, 0], [11, np.inf, 0, np.inf], [17, 41, np.inf, 0],
                                       [np.inf, 0, np.inf, np.inf]]
    assert found.target[found.start[0] : found.start[1]].tolist() == [3, 0, 1]


def test_the_mouth_reached_first_counts(braid):
    assert to_mouth(braid).tolist() == [17, 7, 9, 6, 4, 11, 0, 0]


def test_nothing_passes_a_reach_whose_time_is_not_known():
    time = np.where(np.arange(8) == 6, np.nan, TIME)
    closed = travel_times(compile_network(TAIL, HEAD, 8), time)
    assert 6 not in pairs(downstream(closed, 0))
    assert set(pairs(upstream(closed, 6))) == {6}
    assert to_mouth(closed).tolist() == [41, 31, np.inf, 30, np.inf, np.inf, 0, 0]


def test_flows_share_the_topology_and_the_room(braid):
    high = travel_times(braid.net, TIME / 2)
    assert high.room is braid.room
    assert pairs(downstream(high, 0))[6] == 8.5
    assert pairs(downstream(braid, 0))[6] == 17


def test_what_cannot_be_asked_is_said(braid):
    for ask in (lambda: downstream(braid, 8), lambda: upstream(braid, -1), lambda: between(braid, [0], [-1]),
                lambda: between(braid, [8], [0])):
        with pytest.raises(IndexError):
            ask()
    with pytest.raises(ValueError, match="twice"):
        between(braid, [0], [1, 1])
    with pytest.raises(ValueError, match="negative"):
        travel_times(braid.net, -TIME)
    with pytest.raises(ValueError, match="shape"):
        travel_times(braid.net, TIME[1:])


@pytest.mark.parametrize("wide", [1, 300])
def test_a_braid_of_very_many_arms_overflows_no_heap(wide):
    layers = np.arange(4)[:, None, None] * wide               # every node of a layer leads to every one of the next
    tail = (layers + np.arange(wide)[None, :, None] + np.zeros((1, 1, wide), int)).ravel() + 1
    head = (layers + wide + np.arange(wide)[None, None, :] + np.zeros((1, wide, 1), int)).ravel() + 1
    first, last = np.arange(1, wide + 1), np.arange(4 * wide + 1, 5 * wide + 1)
    mouth = 5 * wide + 1
    tail = np.concatenate([np.zeros(wide, int), tail, last])
    head = np.concatenate([first, head, np.full(wide, mouth)])
    name = np.random.default_rng(1).permutation(mouth + 1)
    times = travel_times(compile_network(name[tail], name[head], mouth + 1), np.ones(tail.size))
    for _ in range(2):
        assert downstream(times, int(name[0])).size == upstream(times, int(name[mouth])).size == mouth + 1
        assert pairs(downstream(times, int(name[0])))[int(name[mouth])] == 6
        assert pairs(upstream(times, int(name[mouth])))[int(name[0])] == 6
        assert between(times, name[:1], name[[mouth]]).time.tolist() == [6]
        assert np.array_equal(np.sort(between(times, name[:1], name).target), np.arange(mouth + 1))


def test_a_river_of_a_hundred_thousand_reaches_in_a_row_is_walked_to_its_end():
    n = 100_000
    name = np.random.default_rng(2).permutation(n + 1)
    times = travel_times(compile_network(name[:-1], name[1:], n + 1), np.full(n, 60.0))
    found = downstream(times, int(name[0]))
    assert np.array_equal(found["node"], name)
    assert np.allclose(found["time"], 60.0 * np.arange(n + 1), rtol=1e-4)
    assert np.array_equal(upstream(times, int(name[-1]))["node"], name[::-1])


def test_what_a_river_in_the_app_asks_for_is_ready_after_warming():
    from riverplan.transport import kernels
    from riverplan.transport.warming import warm

    warm()
    for kernel in (kernels.group, kernels.heavy_path_order, kernels.downstream, kernels.upstream):
        assert kernel.signatures, kernel
