"""Ensembles: their statistics are the documented ones, and each member is a walk of its own."""

import numpy as np
import pytest

from riverplan.transport.compiled import compile_network
from riverplan.transport.ensemble import Errors, draw_members, ensemble_times, ensemble_to_mouth
from riverplan.transport.walks import downstream, to_mouth, travel_times


def errors(river, segment, shared=0.2, of_river=0.3, of_segment=0.4):
    return Errors(shared=shared, river=of_river, segment=of_segment, river_class=np.array(river),
                  segment_class=np.array(segment))


def test_mean_spread_and_correlation_are_as_documented():
    # four reaches apart: 0 and 1 share river and segment, 2 the river, 3 nothing
    net = compile_network(np.array([0, 2, 4, 6]), np.array([1, 3, 5, 7]), 8)
    times = travel_times(net, np.array([100.0, 200.0, 300.0, 400.0]))
    members = draw_members(net, errors([0, 0, 0, 1], [0, 0, 1, 2]), 40_000, seed=11)
    nodes, time = ensemble_to_mouth(times, members)
    log = np.log(time[net.rank[[0, 2, 4, 6]]] / np.array([[100.0], [200.0], [300.0], [400.0]]))
    variance = 0.2**2 + 0.3**2 + 0.4**2
    assert np.array_equal(nodes, net.node)
    assert np.abs(log.mean(axis=1)).max() < 0.01
    assert log.std(axis=1) == pytest.approx(np.sqrt(variance), rel=0.01)
    r = np.corrcoef(log)
    assert r[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert r[0, 2] == pytest.approx((0.2**2 + 0.3**2) / variance, abs=0.015)
    assert r[0, 3] == pytest.approx(0.2**2 / variance, abs=0.015)


@pytest.fixture
def braids():
    rng = np.random.default_rng(5)
    m = 200
    tail = np.append(np.arange(m - 1), rng.integers(0, m - 30, 20))
    head = np.append(np.arange(m - 1) + rng.integers(1, 4, m - 1).clip(max=m - 1 - np.arange(m - 1)),
                     tail[m - 1 :] + rng.integers(2, 25, 20))
    name = rng.permutation(m)
    time = rng.uniform(10, 100, tail.size)
    net = compile_network(name[tail], name[head], m)
    return travel_times(net, time), time, errors(rng.integers(0, 5, tail.size), rng.integers(0, 40, tail.size)), name


def test_every_member_is_a_walk_with_its_own_times(braids):
    times, time, model, name = braids
    members = draw_members(times.net, model, 70, seed=3)
    source, targets = int(name[0]), name[[199, 100, 1, 0]]
    arrivals = ensemble_times(times, members, source, targets, start=5.0)
    rows = ensemble_to_mouth(times, members)[1]
    for k in (0, 13, 69):
        factor = members.river[model.river_class, k] * members.segment[model.segment_class, k]
        own = travel_times(times.net, time * factor)
        found = dict(downstream(own, source, start=5.0).tolist())
        assert np.allclose(arrivals[:, k], [found.get(int(t), np.inf) for t in targets], rtol=1e-5)
        assert np.allclose(rows[times.net.rank, k], to_mouth(own), rtol=1e-5)


def test_a_target_not_reached_is_infinite_in_every_member(braids):
    times, _, model, name = braids
    members = draw_members(times.net, model, 5, seed=3)
    assert np.isinf(ensemble_times(times, members, int(name[199]), name[[0]])).all()
    with pytest.raises(IndexError):
        ensemble_times(times, members, 0, [-1])


def test_the_same_seed_gives_the_same_members_and_more_of_them_change_none(braids):
    times, _, model, _ = braids
    few, many, other = (draw_members(times.net, model, k, seed) for k, seed in ((65, 7), (300, 7), (65, 8)))
    assert np.array_equal(few.segment, many.segment[:, :65])
    assert np.array_equal(few.river, many.river[:, :65])
    assert not np.array_equal(few.segment, other.segment)


def test_without_errors_every_member_is_the_flow_itself(braids):
    times, _, model, _ = braids
    none = errors(model.river_class, model.segment_class, 0.0, 0.0, 0.0)
    rows = ensemble_to_mouth(times, draw_members(times.net, none, 3, seed=1))[1]
    assert np.allclose(rows[times.net.rank], to_mouth(times)[:, None], rtol=1e-6)


def test_what_cannot_be_drawn_is_said(braids):
    times, _, model, _ = braids
    with pytest.raises(ValueError, match="classes"):
        draw_members(times.net, errors(model.river_class[1:], model.segment_class), 3, seed=1)
    with pytest.raises(ValueError, match="deviation"):
        draw_members(times.net, errors(model.river_class, model.segment_class, -0.1), 3, seed=1)
    other = compile_network(np.array([0]), np.array([1]), 2)
    with pytest.raises(ValueError, match="another"):
        ensemble_to_mouth(times, draw_members(other, errors([0], [0]), 3, seed=1))
