"""The topology as arrays."""

import numpy as np
import pytest

from riverplan.transport.compiled import CycleError, compile_network


def test_every_reach_leads_from_a_lower_to_a_higher_rank():
    tail, head = np.array([4, 2, 0, 3, 1]), np.array([2, 0, 3, 1, 5])
    net = compile_network(tail, head, 6)
    assert (net.rank[tail] < net.rank[head]).all()
    assert sorted(net.rank) == list(range(6))
    assert net.leaving(0).tolist() == [2]
    assert net.entering(3).tolist() == [2]
    assert net.leaving(5).size == 0


def test_a_cycle_is_named_by_its_reaches():
    with pytest.raises(CycleError) as caught:
        compile_network(np.array([0, 1, 2, 3]), np.array([1, 2, 1, 0]), 4)
    assert caught.value.reaches.tolist() == [1, 2]


def test_a_network_without_reaches_compiles():
    net = compile_network(np.zeros(0, np.int32), np.zeros(0, np.int32), 0)
    assert (net.n_reaches, net.n_nodes) == (0, 0)
