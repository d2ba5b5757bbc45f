"""The networkx view of a river, and the arrays behind any networkx graph.

networkx keeps what others derived from a graph in ``graph.__networkx_cache__`` and forgets it when the graph is
changed by its own methods (``add_edge``, ``remove_node``, ``nx.set_edge_attributes`` …). The arrays are kept there. It
does not see ``graph[u][v]["length"] = 5.0``: after such an edit call :func:`recompile`, or hand the times of a
scenario to the walks, which never looks at the graph.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np

from riverplan.channel import Array
from riverplan.errors import NetworkError, Problem
from riverplan.transport.compiled import Compiled, CycleError, compile_network

_KEY = "riverplan"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledGraph:
    """A networkx graph as arrays.

    Parameters
    ----------
    compiled
        The topology; a reach is an edge, from ``nodes[compiled.tail[r]]`` to ``nodes[compiled.head[r]]``.
    nodes
        The graph's name of each node number.
    row
        The node number of each name.
    values
        Attributes of the edges that were asked for before.
    """

    compiled: Compiled
    nodes: Sequence[Hashable]
    row: Mapping[Any, int]
    values: dict[str, Array] = field(default_factory=dict, repr=False)


def graph_of(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, **attributes: Any) -> nx.DiGraph:
    """The frozen networkx graph of some reaches and nodes, with attributes of its own."""
    graph = nx.DiGraph(**attributes)
    for node_id, kind, x, y in zip(nodes["node_id"], nodes["kind"], nodes.geometry.x, nodes.geometry.y, strict=True):
        graph.add_node(node_id, kind=kind, x=x, y=y)
    columns = ["tail", "head", "reach_id", "length", "name", "kind"]
    for tail, head, reach_id, length, name, kind in reaches[columns].itertuples(index=False):
        graph.add_edge(tail, head, reach_id=reach_id, length=length, name=name, kind=kind)
    return nx.freeze(graph)


def compile_graph(graph: nx.DiGraph) -> CompiledGraph:
    """The arrays of a graph: made once, kept until the graph changes.

    Parameters
    ----------
    graph
        Directed, without cycles, not a multigraph.

    Raises
    ------
    NetworkError
        If the edges form a cycle.
    """
    kept = _kept(graph)
    if _KEY not in kept:
        nodes = tuple(graph)
        row = {name: i for i, name in enumerate(nodes)}
        ends = np.array([(row[u], row[v]) for u, below in graph.adjacency() for v in below], np.int32).reshape(-1, 2)
        try:
            compiled = compile_network(ends[:, 0], ends[:, 1], len(nodes))
        except CycleError as error:
            names = ", ".join(f"{nodes[u]}–{nodes[v]}" for u, v in ends[error.reaches[:20]])
            raise NetworkError(Problem(code="cycle", fields={"reaches": names})) from None
        kept[_KEY] = CompiledGraph(compiled=compiled, nodes=nodes, row=row)
    arrays: CompiledGraph = kept[_KEY]
    return arrays


def edge_values(graph: nx.DiGraph, name: str) -> Array:
    """An attribute of every edge, by compiled reach; ``nan`` where an edge has none. Kept likewise."""
    arrays = compile_graph(graph)
    if name not in arrays.values:
        nodes, net = arrays.nodes, arrays.compiled
        arrays.values[name] = np.array([graph.adj[nodes[u]][nodes[v]].get(name, np.nan) for u, v in zip(
            net.tail.tolist(), net.head.tolist(), strict=True)], np.float64)
    return arrays.values[name]


def keep_compiled(graph: nx.DiGraph, arrays: CompiledGraph) -> None:
    """Keep arrays that are at hand already with the graph they belong to."""
    _kept(graph)[_KEY] = arrays


def recompile(graph: nx.DiGraph) -> CompiledGraph:
    """The arrays of a graph made anew, after its dictionaries were edited directly."""
    _kept(graph).pop(_KEY, None)
    return compile_graph(graph)


def _kept(graph: nx.DiGraph) -> dict[str, Any]:
    """Where a graph keeps what is derived from it; nothing is kept with a view, which is not told of changes below."""
    kept = None if hasattr(graph, "_graph") else getattr(graph, "__networkx_cache__", None)
    return {} if kept is None else kept
