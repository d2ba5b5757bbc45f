"""Laws of filled hydraulics: no water appears or is lost at a node, and no slope is flat or uphill."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.river.slopes import FLOOR, slopes
from riverplan.river.water_balance import balance, fork_share, routed
from riverplan.transport.compiled import compile_network


@st.composite
def networks(draw):
    """Acyclic networks with forks: every node but the first drains to some later one."""
    m = draw(st.integers(3, 14))
    pairs = {(i, draw(st.integers(i + 1, m - 1))) for i in range(m - 1)}
    pairs |= {(i, draw(st.integers(i + 1, m - 1))) for i in draw(st.lists(st.integers(0, m - 2), max_size=4))}
    tail, head = np.array(sorted(pairs), np.int32).T
    return compile_network(tail, head, m)


def numbers(n, low, high):
    return st.lists(st.floats(low, high), min_size=n, max_size=n).map(np.array)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_enters_a_node_and_along_a_reach_is_what_leaves(data):
    net = data.draw(networks())
    n = net.n_reaches
    base = data.draw(numbers(n, 0.0, 100.0))
    share = fork_share(net, data.draw(numbers(n, 1.0, 50.0)))
    known = np.full(n, np.nan)
    none = np.zeros(n)
    got = balance(net, known, base, none, share, rate=0.01).discharge
    assert np.allclose(got, routed(net, 0.01 * base, share), rtol=1e-9, atol=1e-9)
    for node in range(net.n_nodes):
        arms = net.leaving(node)
        if arms.size:
            arrived, left = got[net.entering(node)].sum(), (got[arms] - 0.01 * base[arms]).sum()
            assert abs(arrived - left) <= 1e-9 * max(arrived, 1.0)
    assert abs(got[net.head == net.n_nodes - 1].sum() - 0.01 * base.sum()) <= 1e-9 * max(base.sum(), 1.0)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_known_discharges_are_kept_and_none_is_negative(data):
    net = data.draw(networks())
    n = net.n_reaches
    known = np.where(data.draw(numbers(n, 0, 1)) > 0.6, data.draw(numbers(n, 0.1, 50.0)), np.nan)
    point = data.draw(numbers(n, -1.0, 1.0))
    got = balance(net, known, data.draw(numbers(n, 0.0, 10.0)), point, fork_share(net, np.ones(n)), rate=0.1)
    fixed = np.isfinite(known)
    assert np.array_equal(got.discharge[fixed], known[fixed])
    assert (got.discharge >= 0).all()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_slope_is_uphill_or_zero(data):
    net = data.draw(networks())
    n = net.n_reaches
    elevation = data.draw(numbers(net.n_nodes, -10.0, 500.0))
    out, words = slopes(net, elevation, data.draw(numbers(n, 1.0, 1e5)), np.full(n, np.nan), np.full(n, "", object))
    assert (out >= FLOOR).all()
    assert set(words) <= {"ends", "floor"}
