"""The topology as arrays."""

import numpy as np
import pytest

from riverplan.transport import compiled
from riverplan.transport.compiled import CycleError, compile_network


def test_every_reach_leads_from_a_lower_to_a_higher_rank():
    tail, head = np.array([4, 2, 0, 3, 1]), np.array([2, 0, 3, 1, 5])
    net = compile_network(tail, head, 6)
    assert (net.rank[tail] < net.rank[head]).all()
    assert sorted(net.rank) == list(range(6))
    assert net.leaving(0).tolist() == [2]
    assert net.entering(3).tolist() == [2]
    assert net.leaving(5).size == 0


@pytest.mark.parametrize("many", [0, 10**9])
def test_a_cycle_is_named_by_its_reaches(many, monkeypatch):
    monkeypatch.setattr(compiled, "MANY_REACHES", many)
    with pytest.raises(CycleError) as caught:
        compile_network(np.array([0, 1, 2, 3]), np.array([1, 2, 1, 0]), 4)
    assert caught.value.reaches.tolist() == [1, 2]


def test_a_reach_from_a_node_to_itself_is_a_cycle():
    with pytest.raises(CycleError) as caught:
        compile_network(np.array([0, 1]), np.array([1, 1]), 2)
    assert caught.value.reaches.tolist() == [1]


def test_a_network_without_reaches_compiles():
    net = compile_network(np.zeros(0, np.int32), np.zeros(0, np.int32), 0)
    assert (net.n_reaches, net.n_nodes) == (0, 0)
    alone = compile_network(np.zeros(0, np.int32), np.zeros(0, np.int32), 3)
    assert alone.leaving(1).size == alone.entering(1).size == 0


@pytest.mark.parametrize("many", [0, 10**9])
def test_an_end_that_is_no_node_is_refused(many, monkeypatch):
    monkeypatch.setattr(compiled, "MANY_REACHES", many)
    for tail, head in (([0], [2]), ([-1], [1])):
        with pytest.raises(IndexError):
            compile_network(np.array(tail), np.array(head), 2)
    with pytest.raises(ValueError, match="heads"):
        compile_network(np.array([0]), np.array([1, 1]), 2)


def test_python_and_compiled_code_make_the_same_order(monkeypatch):
    rng = np.random.default_rng(3)
    tail = rng.integers(0, 299, 500)
    head = tail + rng.integers(1, 300 - tail)
    name = rng.permutation(300)
    slow = compile_network(name[tail], name[head], 300)
    monkeypatch.setattr(compiled, "MANY_REACHES", 0)
    fast = compile_network(name[tail], name[head], 300)
    for field in ("tail", "head", "rank", "node", "step", "step_reach", "in_start", "above", "in_reach"):
        assert np.array_equal(getattr(slow, field), getattr(fast, field)), field


def test_the_longest_tributary_comes_right_before_its_confluence():
    # 0-1-2-3 is the long way to 5, 4 the short one
    net = compile_network(np.array([4, 0, 1, 2, 3]), np.array([5, 1, 2, 3, 5]), 6)
    assert net.rank.tolist() == [1, 2, 3, 4, 0, 5]
    assert net.entering(5).tolist() == [0, 4]


def test_a_reach_costs_at_most_64_bytes_with_the_room_of_the_walks():
    from riverplan.transport.walks import travel_times

    n = 20_000
    tail = np.arange(n)
    head = tail + 1
    arms = np.arange(0, n - 40, 50)                          # 2 % of the nodes bifurcate
    times = travel_times(compile_network(np.append(tail, arms), np.append(head, arms + 30), n + 1),
                         np.ones(n + arms.size))
    net, room = times.net, times.room
    arrays = [getattr(net, f) for f in ("tail", "head", "rank", "node", "step", "step_reach", "in_start", "above",
                                        "in_reach")]
    arrays += [times.along, times.against, *(getattr(room, f) for f in room.__slots__)]
    assert sum(a.nbytes for a in arrays) / net.n_reaches <= 64
