"""The peers of the network benchmark: the same questions asked of networkx, scipy, rustworkx and igraph."""

import numpy as np

PEERS_UP_TO = {"networkx": 2_000_000, "igraph": 2_000_000, "rustworkx": 20_000_000, "scipy": 20_000_000}
"""Nodes up to which a peer is asked."""


class Networkx:
    def __init__(self, n, tail, head, time_):
        import networkx as nx

        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(n))
        self.graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), time_.tolist(), strict=True))
        self.turned = self.graph.reverse(copy=False)
        self.walk = nx.single_source_dijkstra_path_length

    def down(self, node):
        return self.walk(self.graph, node)

    def up(self, node, window=None):
        return self.walk(self.turned, node, cutoff=window)

    def table(self, sources, targets):
        wanted = set(targets.tolist())
        return [{k: t for k, t in self.walk(self.graph, s).items() if k in wanted} for s in sources.tolist()]


class Scipy:
    def __init__(self, n, tail, head, time_):
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        self.matrix = csr_array((time_.astype(np.float64), (tail, head)), shape=(n, n))
        self.turned = self.matrix.T.tocsr()
        self.walk = dijkstra

    def down(self, node):
        return self.walk(self.matrix, indices=node)

    def up(self, node, window=np.inf):
        return self.walk(self.turned, indices=node, limit=window)

    def table(self, sources, targets):                       # a block at a time: its rows are as long as the river
        return [self.walk(self.matrix, indices=sources[i : i + 10])[:, targets] for i in range(0, sources.size, 10)]


class Rustworkx:
    def __init__(self, n, tail, head, time_):
        import rustworkx as rx

        def graph(ends):
            made = rx.PyDiGraph(multigraph=False)
            made.add_nodes_from(range(n))
            made.add_edges_from(list(zip(*ends, time_.tolist(), strict=True)))
            return made

        self.graph = graph((tail.tolist(), head.tolist()))
        self.turned = graph((head.tolist(), tail.tolist()))
        self.walk = rx.digraph_dijkstra_shortest_path_lengths

    def down(self, node):
        return self.walk(self.graph, node, float)

    def up(self, node):
        return self.walk(self.turned, node, float)

    def table(self, sources, targets):
        wanted = set(targets.tolist())
        return [{k: t for k, t in self.down(s).items() if k in wanted} for s in sources.tolist()]


class Igraph:
    def __init__(self, n, tail, head, time_):
        import igraph

        self.graph = igraph.Graph(n=n, edges=np.column_stack([tail, head]), directed=True)
        self.time = time_.tolist()

    def down(self, node):
        return self.graph.distances(source=[node], weights=self.time, mode="out")

    def up(self, node):
        return self.graph.distances(source=[node], weights=self.time, mode="in")

    def table(self, sources, targets):
        return [self.graph.distances(source=[s], target=targets.tolist(), weights=self.time) for s in sources.tolist()]


PEERS = {"networkx": Networkx, "scipy": Scipy, "rustworkx": Rustworkx, "igraph": Igraph}
