"""The networkx view of a river, and the arrays that stay with a graph until it is changed."""

import networkx as nx
import numpy as np
import pytest
from river_fixtures import braid, y_river

from riverplan.errors import NetworkError
from riverplan.river import network
from riverplan.river.graph_view import compile_graph, edge_values, recompile
from riverplan.transport.walks import downstream, travel_times


@pytest.fixture
def graph():
    made = nx.DiGraph()
    made.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 3.0), ("a", "c", 9.0)], weight="hours")
    return made


def test_the_arrays_of_a_graph_answer_as_the_graph(graph):
    arrays = compile_graph(graph)
    walked = downstream(travel_times(arrays.compiled, edge_values(graph, "hours")), arrays.row["a"])
    found = {arrays.nodes[i]: hours for i, hours in walked.tolist()}
    assert found == nx.single_source_dijkstra_path_length(graph, "a", weight="hours")


def test_the_arrays_are_made_once_and_again_when_the_graph_changes(graph):
    arrays = compile_graph(graph)
    assert compile_graph(graph) is arrays
    assert nx.has_path(graph, "a", "c")
    assert compile_graph(graph) is arrays
    graph.add_edge("c", "d", hours=1.0)
    assert compile_graph(graph).compiled.n_reaches == 4
    nx.set_edge_attributes(graph, 7.0, "hours")
    assert edge_values(graph, "hours").tolist() == [7.0] * 4


def test_a_dictionary_edited_directly_needs_compiling_again(graph):
    assert edge_values(graph, "hours").max() == 9.0
    graph["a"]["c"]["hours"] = 90.0
    assert edge_values(graph, "hours").max() == 9.0
    recompile(graph)
    assert edge_values(graph, "hours").max() == 90.0


def test_nothing_is_kept_with_a_view_of_a_graph_that_may_change(graph):
    view = graph.subgraph(["a", "b", "c"])
    assert compile_graph(view).compiled.n_reaches == 3
    graph.remove_edge("a", "c")
    assert compile_graph(view).compiled.n_reaches == 2


def test_an_edge_without_the_attribute_has_no_value(graph):
    graph.add_edge("c", "d")
    assert np.isnan(edge_values(graph, "hours")).sum() == 1


def test_a_cycle_in_a_graph_is_named(graph):
    graph.add_edge("c", "a", hours=1.0)
    with pytest.raises(NetworkError) as caught:
        compile_graph(graph)
    assert "a–b" in str(caught.value.problems[0].fields["reaches"])


def test_the_arrays_of_a_river_stay_with_its_graph():
    river = braid()
    assert compile_graph(river.graph).compiled.n_reaches == len(river.reaches)
    again = river.replace()
    net = again.compiled
    assert compile_graph(again.graph).compiled is net
    lengths = edge_values(again.graph, "length")
    assert np.array_equal(lengths, river.reaches["length"].to_numpy())


def test_a_part_of_a_river_has_the_nodes_asked_for_and_the_reaches_between():
    river = y_river()
    start = river.reaches["tail"].iloc[0]
    below = river.downstream(start) | {start}
    part = river.subgraph(below)
    assert set(part) == below
    assert dict(part.edges) == {e: d for e, d in river.graph.edges.items() if set(e) <= below}
    assert dict(part.nodes) == {n: d for n, d in river.graph.nodes.items() if n in below}


def test_up_and_downstream_are_the_ancestors_and_descendants():
    for river in (y_river(), braid()):
        for node in river.graph:
            assert river.upstream(node) == nx.ancestors(river.graph, node)
            assert river.downstream(node) == nx.descendants(river.graph, node)


def test_a_way_down_a_large_river_makes_no_graph_of_the_whole(monkeypatch):
    river = braid()
    nodes = list(river.graph)
    ways = {(a, b): river.path(a, b) for a in nodes for b in nodes}
    monkeypatch.setattr(network, "LARGE", 0)
    large = river.replace()
    assert {(a, b): large.path(a, b) for a in nodes for b in nodes} == ways
    assert "graph" not in large._cache
