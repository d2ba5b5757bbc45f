"""The order of the nodes the walks need, written so that Python runs it and numba compiles it.

A small network is ordered by plain Python on lists, which costs less than loading numba; a large one
by the same functions compiled, on arrays. So they take only sequences with room made by the caller.
"""

from collections.abc import MutableSequence, Sequence

Ints = Sequence[int]
Room = MutableSequence[int]


def group(nodes: Ints, start: Room, reaches: Room) -> None:
    """Group reaches by a node of each (counting sort).

    Parameters
    ----------
    nodes
        The node of each reach, shape ``(n,)``.
    start
        Zeros, shape ``(m + 1,)``; becomes the start of each node's group in ``reaches``.
    reaches
        Room for the reaches, shape ``(n,)``; those of a node come in rising order.
    """
    for r in range(len(nodes)):
        start[nodes[r]] += 1
    total = 0
    for i in range(len(start)):
        total += start[i]
        start[i] = total                               # the end of the group, and its start once it is filled
    for r in range(len(nodes) - 1, -1, -1):
        start[nodes[r]] -= 1
        reaches[start[nodes[r]]] = r


def heavy_path_order(tail: Ints, head: Ints, out_start: Ints, out_reach: Ints, in_start: Ints, in_reach: Room,
                     waiting: Room, size: Room, queue: Room, rank: Room) -> int:
    """Rank nodes from the top down so that most ways down go from a rank to the next one.

    Depth-first from the mouths upwards, a node ranked after all above it, the tributary with most nodes
    above it last (heavy path decomposition after Sleator and Tarjan 1983,
    https://doi.org/10.1016/0022-0000(83)90006-5). The first reach leaving a node counts as its way down.

    Parameters
    ----------
    tail, head
        Nodes of each reach, shape ``(n,)``.
    out_start, out_reach, in_start, in_reach
        Reaches grouped by tail and by head, see :func:`group`. The heaviest entering reach is put last.
    waiting
        Zeros, shape ``(m,)``; scratch.
    size
        Ones, shape ``(m,)``; becomes the number of nodes above each, itself with them.
    queue
        Room, shape ``(m,)``; scratch.
    rank
        ``-1``, shape ``(m,)``; becomes the rank of each node.

    Returns
    -------
    int
        Number of nodes that lie on no cycle and below none; ``rank`` is made only where this is ``m``.
    """
    m = len(rank)
    done = 0
    for i in range(m):
        waiting[i] = in_start[i + 1] - in_start[i]
        if waiting[i] == 0:
            queue[done] = i
            done += 1
    at = 0
    while at < done:
        node = queue[at]
        at += 1
        for k in range(out_start[node], out_start[node + 1]):
            below = head[out_reach[k]]
            if k == out_start[node]:
                size[below] += size[node]
            waiting[below] -= 1
            if waiting[below] == 0:
                queue[done] = below
                done += 1
    if done < m:
        return done
    for i in range(m):
        last = in_start[i + 1] - 1
        heavy = last
        most = 0
        for k in range(in_start[i], in_start[i + 1]):
            above = tail[in_reach[k]]
            if size[above] > most and out_reach[out_start[above]] == in_reach[k]:
                most, heavy = size[above], k
        if heavy != last:
            in_reach[heavy], in_reach[last] = in_reach[last], in_reach[heavy]
        waiting[i] = in_start[i]                       # now the next entering reach to go up
    ranked = 0
    for mouth in range(m):
        if out_start[mouth] < out_start[mouth + 1]:
            continue
        depth = 0
        queue[0] = mouth
        while depth >= 0:
            node = queue[depth]
            if waiting[node] < in_start[node + 1]:
                above = tail[in_reach[waiting[node]]]
                waiting[node] += 1
                if rank[above] < 0:
                    depth += 1
                    queue[depth] = above
            else:
                rank[node] = ranked
                ranked += 1
                depth -= 1
    return done
