"""The river as arrays: topology in topological order, for walks that never see a frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Index = NDArray[np.int32]


class CycleError(ValueError):
    """The reaches form at least one cycle; ``reaches`` are the row numbers of those on cycles."""

    def __init__(self, reaches: Index) -> None:
        self.reaches = reaches
        super().__init__(f"{reaches.size} reaches lie on cycles")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """Topology of ``n`` reaches between ``m`` nodes.

    Parameters
    ----------
    tail, head
        Node number at the upper and lower end of each reach, shape ``(n,)``.
    rank
        Topological rank of each node, shape ``(m,)``: a reach always leads from a lower to a higher rank.
    out_start, out_reach
        Reaches leaving node ``i``: ``out_reach[out_start[i]:out_start[i + 1]]``.
    in_start, in_reach
        Reaches entering node ``i``, likewise.
    """

    tail: Index
    head: Index
    rank: Index
    out_start: Index
    out_reach: Index
    in_start: Index
    in_reach: Index

    @property
    def n_reaches(self) -> int:
        """Number of reaches."""
        return int(self.tail.size)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self.rank.size)

    def leaving(self, node: int) -> Index:
        """Reaches that leave a node."""
        return self.out_reach[self.out_start[node] : self.out_start[node + 1]]

    def entering(self, node: int) -> Index:
        """Reaches that enter a node."""
        return self.in_reach[self.in_start[node] : self.in_start[node + 1]]


def _group(nodes: Index, n_nodes: int) -> tuple[Index, Index]:
    """Reaches grouped by a node each: start of each group and the reaches in it."""
    start = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(nodes, minlength=n_nodes), out=start[1:])
    return start, np.argsort(nodes, kind="stable").astype(np.int32)


def compile_network(tail: Index, head: Index, n_nodes: int) -> Compiled:
    """Put a directed network into topological order.

    Parameters
    ----------
    tail, head
        Node numbers ``0 … n_nodes - 1`` of each reach.
    n_nodes
        Number of nodes.

    Raises
    ------
    CycleError
        If the reaches form a cycle.
    """
    tail, head = np.asarray(tail, np.int32), np.asarray(head, np.int32)
    out_start, out_reach = _group(tail, n_nodes)
    in_start, in_reach = _group(head, n_nodes)
    waiting = np.diff(in_start)
    rank = np.full(n_nodes, -1, np.int32)
    ready = np.flatnonzero(waiting == 0)
    done = 0
    while ready.size:                                     # Kahn, a whole level of nodes at a time
        rank[ready] = np.arange(done, done + ready.size, dtype=np.int32)
        done += ready.size
        lengths = out_start[ready + 1] - out_start[ready]
        offsets = np.repeat(out_start[ready] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        reached = head[out_reach[offsets + np.arange(lengths.sum())]]
        np.subtract.at(waiting, reached, 1)
        ready = np.unique(reached[waiting[reached] == 0])
    if done < n_nodes:
        graph = coo_array((np.ones(tail.size), (tail, head)), shape=(n_nodes, n_nodes))
        strong = connected_components(graph, directed=True, connection="strong")[1]
        raise CycleError(np.flatnonzero(strong[tail] == strong[head]).astype(np.int32))
    return Compiled(tail=tail, head=head, rank=rank, out_start=out_start, out_reach=out_reach,
                    in_start=in_start, in_reach=in_reach)
