"""Loops reduced to the main channel, where a plan wants one river instead of its arms."""

from collections import defaultdict

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.assemble import node_kinds


def main_channel(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame,
                 ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Drop the side arms of loops, down to where other water enters them.

    Of arms that meet again the widest stays; where a width is missing, that of the largest mean discharge;
    where that is missing too, the shortest to where they meet. Arms that lead to different mouths stay.

    Parameters
    ----------
    reaches, nodes
        Frames of an acyclic river; they are not changed.

    Returns
    -------
    reaches, nodes
        The frames without the dropped arms.
    problems
        What was dropped.
    """
    graph = nx.DiGraph()
    columns = ["tail", "head", "length", "width", "mean_discharge"]
    for i, (tail, head, length, width, flow) in enumerate(reaches[columns].itertuples(index=False)):
        graph.add_edge(tail, head, row=i, length=length, width=width, mean_discharge=flow)
    dropped: list[list[int]] = []
    for node in list(nx.topological_sort(graph)):
        while node in graph and (rivals := _rivals(graph, node)) is not None:
            arm = rivals[1]
            dropped.append([graph.edges[e]["row"] for e in arm])
            graph.remove_edges_from(arm)
    if not dropped:
        return reaches, nodes, ()
    rows = [i for arm in dropped for i in arm]
    kept = reaches.drop(index=reaches.index[rows]).reset_index(drop=True)
    left = nodes[nodes["node_id"].isin(pd.concat([kept["tail"], kept["head"]]))].reset_index(drop=True)
    built = left["kind"].isin(["gate", "dam"])
    left["kind"] = left["kind"].where(built, node_kinds(kept["tail"], kept["head"], left["node_id"]))
    gone = reaches.iloc[rows]
    problem = Problem(code="arms_dropped", severity="warning", fields={
        "count": len(dropped), "km": float(gone["length"].sum()) / 1000, "reaches": listed(gone["reach_id"], 50)})
    return kept, left, (problem,)


Edge = tuple[str, str]


def _arm(graph: nx.DiGraph, first: Edge) -> list[Edge]:
    """The edges from a fork down to the next node where anything joins or parts."""
    arm = [first]
    while graph.in_degree(at := arm[-1][1]) == 1 and graph.out_degree(at) == 1:
        arm.append((at, next(iter(graph.successors(at)))))
    return arm


def _rivals(graph: nx.DiGraph, node: str) -> tuple[list[Edge], list[Edge]] | None:
    """Two arms leaving a node that meet again, the main one first."""
    below = list(graph.successors(node))
    if len(below) < 2:
        return None
    ways = {b: nx.single_source_dijkstra_path_length(graph, b, weight="length") for b in below}
    for k, a in enumerate(below):
        for b in below[k + 1:]:
            common = ways[a].keys() & ways[b].keys()
            if common:
                arms = {x: _arm(graph, (node, x)) for x in (a, b)}
                meet = min(common, key=lambda c: ways[a][c] + ways[b][c])
                to_meet = {x: graph.edges[node, x]["length"] + ways[x][meet] for x in (a, b)}
                main = _main(graph, arms, to_meet)
                return arms[main], arms[b if main == a else a]
    return None


def _main(graph: nx.DiGraph, arms: dict[str, list[Edge]], to_meet: dict[str, float]) -> str:
    for column in ("width", "mean_discharge"):
        mean = defaultdict(lambda: np.nan)
        for x, arm in arms.items():
            value, length = (np.array([graph.edges[e][c] for e in arm], np.float64) for c in (column, "length"))
            if np.isfinite(value).any():
                known = np.isfinite(value)
                mean[x] = float(np.average(value[known], weights=length[known]))
        if len(mean) == len(arms) and len(set(mean.values())) > 1:
            return max(arms, key=lambda x: mean[x])
    return min(arms, key=lambda x: (to_meet[x], x))
