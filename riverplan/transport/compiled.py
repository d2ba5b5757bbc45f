"""The river as arrays: topology in heavy-path order, for walks that never see a frame."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverplan.transport import ordering

Index = NDArray[np.int32]
Times = NDArray[np.float32]

MANY_REACHES = 50_000
"""From this number of reaches on the order is made by compiled code: loading numba then costs less than Python."""
MOUTH = -1
"""What :attr:`Compiled.step` holds for a node nothing leaves."""


class CycleError(ValueError):
    """The reaches form at least one cycle; ``reaches`` are the row numbers of those on cycles."""

    def __init__(self, reaches: Index) -> None:
        self.reaches = reaches
        super().__init__(f"{reaches.size} reaches lie on cycles")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """Topology of ``n`` reaches between ``m`` nodes, of which ``a`` reaches are arms of bifurcations.

    Reach and node numbers are the caller's; what is "ranked" goes by ``rank`` instead, so that a walk
    down the river is a walk along the arrays. One topology serves all flows.

    Parameters
    ----------
    tail, head
        Node number at the upper and lower end of each reach, shape ``(n,)``.
    rank
        Topological rank of each node, shape ``(m,)``: a reach always leads from a lower to a higher rank,
        mostly to the next one (see :mod:`riverplan.transport.ordering`).
    node
        The node of each rank, shape ``(m,)``: the inverse of ``rank``.
    step
        Where the water goes, shape ``(m + a,)``. For a rank: the rank below; ``MOUTH`` where there is none; at a
        bifurcation ``-2 - i``, where ``i >= m`` is the place of its first arm in this array. For an arm: the
        rank below, and ``~rank`` for the last arm of a bifurcation.
    step_reach
        The reach of each entry of ``step``, shape ``(m + a,)``; ``-1`` where the entry stands for none.
    in_start, above, in_reach
        What enters rank ``i``: the ranks ``above[in_start[i]:in_start[i + 1]]`` by the reaches ``in_reach[…]``.
    """

    tail: Index
    head: Index
    rank: Index
    node: Index
    step: Index
    step_reach: Index
    in_start: Index
    above: Index
    in_reach: Index
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    """What is derived from the topology once, such as the room the walks share."""

    @property
    def n_reaches(self) -> int:
        """Number of reaches."""
        return int(self.tail.size)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self.rank.size)

    @property
    def n_leaving(self) -> NDArray[np.intp]:
        """Number of reaches that leave each node, shape ``(m,)``."""
        return np.bincount(self.tail, minlength=self.n_nodes)

    @property
    def n_entering(self) -> NDArray[np.intp]:
        """Number of reaches that enter each node, shape ``(m,)``."""
        return np.bincount(self.head, minlength=self.n_nodes)

    def leaving(self, node: int) -> Index:
        """Reaches that leave a node, in rising order."""
        at = self.rank.item(node)
        step = self.step.item(at)
        if step >= 0:
            return self.step_reach[at : at + 1]
        if step == MOUTH:
            return self.step_reach[:0]
        first = last = -2 - step
        while self.step.item(last) >= 0:
            last += 1
        return self.step_reach[first : last + 1]

    def entering(self, node: int) -> Index:
        """Reaches that enter a node, that with most river above it last."""
        at = self.rank.item(node)
        return self.in_reach[self.in_start.item(at) : self.in_start.item(at + 1)]


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
    ValueError
        If a reach has one end only.
    IndexError
        If an end is no node.
    """
    tail, head = np.array(tail, np.int32), np.array(head, np.int32)
    if tail.shape != head.shape:
        raise ValueError(f"{tail.size} tails, {head.size} heads")
    if tail.size and not 0 <= min(tail.min(), head.min()) <= max(tail.max(), head.max()) < n_nodes:
        raise IndexError(f"ends outside 0 … {n_nodes - 1}")
    out_start, out_reach, in_start, in_reach, rank = _ordered(tail, head, n_nodes)
    if rank is None:
        raise CycleError(_on_cycles(tail, head, n_nodes))
    node = np.empty(n_nodes, np.int32)
    node[rank] = np.arange(n_nodes, dtype=np.int32)
    step, step_reach = _steps(head, rank, node, out_start, out_reach)
    entries, in_start = _regrouped(in_start, node)
    in_reach = in_reach[entries]
    return Compiled(tail=tail, head=head, rank=rank, node=node, step=step, step_reach=step_reach,
                    in_start=in_start, above=rank[tail[in_reach]], in_reach=in_reach)


def _ordered(tail: Index, head: Index, m: int) -> tuple[Index, Index, Index, Index, Index | None]:
    """Reaches grouped by tail and by head, and the rank of the nodes unless there is a cycle."""
    group: Any = ordering.group
    order: Any = ordering.heavy_path_order
    many = tail.size >= MANY_REACHES
    if many:
        from riverplan.transport import kernels

        group, order = kernels.group, kernels.heavy_path_order

    def room(fill: int, size: int) -> Any:
        return np.full(size, fill, np.int32) if many else [fill] * size

    n = tail.size
    ends = (tail, head) if many else (tail.tolist(), head.tolist())
    groups = [room(0, m + 1), room(0, n), room(0, m + 1), room(0, n)]
    group(ends[0], groups[0], groups[1])
    group(ends[1], groups[2], groups[3])
    rank = room(-1, m)
    done = order(*ends, *groups, room(0, m), room(1, m), room(0, m), rank)
    out_start, out_reach, in_start, in_reach = (np.asarray(g, np.int32) for g in groups)
    return out_start, out_reach, in_start, in_reach, np.asarray(rank, np.int32) if done == m else None


def _regrouped(start: Index, node: Index) -> tuple[NDArray[np.intp], Index]:
    """Entries of the groups of these nodes one after another, and where each group starts among them."""
    sizes = start[node + 1] - start[node]
    again = np.zeros(node.size + 1, np.int32)
    np.cumsum(sizes, out=again[1:])
    return np.repeat(start[node] - again[:-1], sizes) + np.arange(again[-1]), again


def _steps(head: Index, rank: Index, node: Index, out_start: Index, out_reach: Index) -> tuple[Index, Index]:
    """``step`` and ``step_reach`` of :class:`Compiled`."""
    m = node.size
    leaving = out_start[node + 1] - out_start[node]
    single, forks = np.flatnonzero(leaving == 1), np.flatnonzero(leaving > 1)
    arms, first = _regrouped(out_start, node[forks])
    step = np.full(m + arms.size, MOUTH, np.int32)
    reach = np.full(m + arms.size, -1, np.int32)
    reach[single] = out_reach[out_start[node[single]]]
    step[single] = rank[head[reach[single]]]
    step[forks] = -2 - (m + first[:-1])
    reach[m:] = out_reach[arms]
    step[m:] = rank[head[reach[m:]]]
    step[m + first[1:] - 1] = ~step[m + first[1:] - 1]
    return step, reach


def _on_cycles(tail: Index, head: Index, n_nodes: int) -> Index:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(tail.size), (tail, head)), shape=(n_nodes, n_nodes))
    strong = connected_components(graph, directed=True, connection="strong")[1]
    return np.flatnonzero(strong[tail] == strong[head]).astype(np.int32)
