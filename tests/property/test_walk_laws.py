"""Laws of the walks: they say what networkx says of the same river, whatever its nodes are called."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.transport.compiled import compile_network
from riverplan.transport.walks import between, downstream, to_mouth, travel_times, upstream

TIMES = st.one_of(st.integers(0, 20), st.just(np.inf))


@st.composite
def rivers(draw):
    """Acyclic networks with braids, parallel and closed reaches, their nodes numbered at random."""
    m = draw(st.integers(2, 24))
    ends = draw(st.lists(st.tuples(st.integers(0, m - 2), st.integers(1, m)), min_size=1, max_size=60))
    name = np.array(draw(st.permutations(range(m))))
    tail, head = np.array([(i, min(m - 1, i + step)) for i, step in ends]).T
    time = np.array(draw(st.lists(TIMES, min_size=tail.size, max_size=tail.size)), float)
    return m, name[tail], name[head], time


def peer(m, tail, head, time):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(m))
    for u, v, t in zip(tail.tolist(), head.tolist(), time.tolist(), strict=True):
        if np.isfinite(t) and t < graph.get_edge_data(u, v, {"weight": np.inf})["weight"]:
            graph.add_edge(u, v, weight=t)
    return graph


def as_dict(found):
    assert np.unique(found["node"]).size == found.size
    return dict(found.tolist())


@settings(max_examples=120, deadline=None)
@given(rivers(), st.data())
def test_a_walk_down_is_dijkstra(river, data):
    graph, times = peer(*river), travel_times(compile_network(*river[1:3], river[0]), river[3])
    for node in range(river[0]):
        cutoff = data.draw(st.one_of(st.just(np.inf), st.integers(0, 40)))
        expected = nx.single_source_dijkstra_path_length(graph, node, cutoff=cutoff)
        assert as_dict(downstream(times, node, cutoff=cutoff)) == expected


@settings(max_examples=120, deadline=None)
@given(rivers(), st.data())
def test_a_walk_up_within_a_window_is_dijkstra_on_the_river_turned_round(river, data):
    graph = peer(*river).reverse()
    times = travel_times(compile_network(*river[1:3], river[0]), river[3])
    for node in range(river[0]):
        window = data.draw(st.one_of(st.just(np.inf), st.integers(0, 40)))
        expected = nx.single_source_dijkstra_path_length(graph, node, cutoff=window)
        assert as_dict(upstream(times, node, window=window)) == expected


@settings(max_examples=120, deadline=None)
@given(rivers(), st.data())
def test_many_sources_and_targets_are_as_many_walks(river, data):
    times = travel_times(compile_network(*river[1:3], river[0]), river[3])
    nodes = st.integers(0, river[0] - 1)
    sources, targets = data.draw(st.lists(nodes, max_size=8)), data.draw(st.lists(nodes, max_size=8, unique=True))
    cutoff = data.draw(st.one_of(st.just(np.inf), st.integers(0, 40)))
    for _ in range(2):                                        # the room they share is left as it was found
        table = between(times, sources, targets, cutoff=cutoff).table(len(targets))
        for row, source in zip(table, sources, strict=True):
            alone = as_dict(downstream(times, source, cutoff=cutoff))
            assert row.tolist() == [alone.get(t, np.inf) for t in targets]


@settings(max_examples=80, deadline=None)
@given(rivers())
def test_the_time_to_the_mouth_is_the_least_over_all_mouths(river):
    graph, net = peer(*river), compile_network(*river[1:3], river[0])
    mouths = np.flatnonzero(net.n_leaving == 0).tolist()
    expected = nx.multi_source_dijkstra_path_length(graph.reverse(), mouths)
    assert to_mouth(travel_times(net, river[3])).tolist() == [expected.get(i, np.inf) for i in range(river[0])]


@settings(max_examples=80, deadline=None)
@given(rivers(), st.randoms(use_true_random=False))
def test_other_numbers_of_nodes_and_reaches_change_nothing(river, random):
    m, tail, head, time = river
    name = np.array(random.sample(range(m), m))
    row = np.array(random.sample(range(tail.size), tail.size))
    times = travel_times(compile_network(tail, head, m), time)
    again = travel_times(compile_network(name[tail][row], name[head][row], m), time[row])
    for node in range(m):
        for walk in (downstream, upstream):
            renamed = {int(name[k]): t for k, t in as_dict(walk(times, node)).items()}
            assert as_dict(walk(again, int(name[node]))) == renamed
    assert np.array_equal(to_mouth(again)[name], to_mouth(times))


@settings(max_examples=80, deadline=None)
@given(rivers())
def test_what_leaves_and_enters_a_node_is_told_by_the_ends_of_the_reaches(river):
    m, tail, head, _ = river
    net = compile_network(tail, head, m)
    assert (net.rank[tail] < net.rank[head]).all()
    assert np.array_equal(net.node[net.rank], np.arange(m))
    for node in range(m):
        assert net.leaving(node).tolist() == np.flatnonzero(tail == node).tolist()
        assert sorted(net.entering(node)) == np.flatnonzero(head == node).tolist()
        assert (net.n_leaving[node], net.n_entering[node]) == (net.leaving(node).size, net.entering(node).size)
