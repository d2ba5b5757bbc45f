r"""Which way the water runs, told from the drawing alone: how lines meet, and how consistently they were drawn.

Two cues, each with its likelihood:

* **Junctions.** Tributaries meet at an acute angle that points downstream, so the arm that lies opposite the
  others is the outflow. For a junction with arms of unit chords :math:`u_k` (over at most ``CHORD``), arm ``e`` is
  the outflow with probability :math:`\propto \exp(-\kappa\, \overline{u_e \cdot u_o})`, the mean over the
  others. ``SHARPNESS`` was fitted to 970 confluences of HydroRIVERS in the Taihu basin, where the likeliest arm is
  the outflow in 77 of 100 junctions (33 by chance). Range: natural rivers; canals meet at any angle.
* **Strokes.** Where lines were drawn downstream, a node of three has one line leaving and two arriving. The share of
  lines drawn against the flow is the one that makes the counts of leaving lines likeliest.

In a river without bifurcations everything follows from the place of its mouth. The probability of each node being
the mouth is found exactly, by moving the mouth along the tree and counting what changes at each step.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from riverplan.channel import Array

Int = NDArray[np.int64]

CHORD = 4_000.0
"""Length over which the direction of an arm at a junction is taken [m], at most the arm's own."""
SHARPNESS = 5.0
"""How strongly the angle tells the outflow (κ) [-]."""
INNER_MOUTH = -6.0
"""Log odds of a mouth where lines go on, against one at a loose end [-]."""
BELIEF = 24.0
"""Lines known to be drawn downstream, before any was seen: a habit of those who draw rivers [-]."""
_FORKS = (0.03, 0.2)
"""Shares of bifurcations among junctions that are tried [-]."""


def drawn_upstream(tail: Int, head: Int, n_nodes: int) -> float:
    """Share of lines drawn against the flow, 0 to 1; about 0.5 where lines were drawn at random.

    Judged by nodes of two and three lines; with few of them it stays near 0, for most people draw downstream.
    """
    leaving = np.bincount(tail, minlength=n_nodes)
    degree = leaving + np.bincount(head, minlength=n_nodes)
    share = np.linspace(0.005, 0.995, 199)
    two = np.bincount(leaving[degree == 2], minlength=3)
    three = np.bincount(leaving[degree == 3], minlength=4)
    agree = share**2 + (1 - share)**2
    fixed = BELIEF * np.log(1 - share) + two[1] * np.log(agree) + (two[0] + two[2]) * np.log(1 - agree)
    total = [fixed + sum(n * np.log((1 - fork) * _leaving(1, k, share) + fork * _leaving(2, k, share))
                         for k, n in enumerate(three.tolist())) for fork in _FORKS]
    return float(share[int(np.argmax(np.max(total, axis=0)))])


def _leaving(truly: int, seen: int, share: Array) -> Array:
    """Probability that ``seen`` of three lines leave as drawn where ``truly`` do, each turned with ``share``."""
    p = np.zeros_like(share)
    for kept in range(min(truly, seen) + 1):                   # of those that leave; the rest of seen were turned
        other = seen - kept
        if other <= 3 - truly:
            turned = truly - kept + other
            p = p + comb(truly, kept) * comb(3 - truly, other) * share**turned * (1 - share)**(3 - turned)
    return p


def outflow_odds(geometry: NDArray[np.object_], start: Int, end: Int, n_nodes: int) -> Array:
    """Log probability of each end of a line being the outflow of its node, shape ``(2 n,)``: first points, then last.

    Zero at loose ends and where two lines meet, about which angles say nothing.

    Parameters
    ----------
    geometry
        Lines in a plane [m], shape ``(n,)``.
    start, end
        Node numbers of their first and last points.
    n_nodes
        Number of nodes.
    """
    length = shapely.length(geometry)
    reach = np.minimum(CHORD, length)
    chord = np.concatenate([
        shapely.get_coordinates(shapely.line_interpolate_point(geometry, reach))
        - shapely.get_coordinates(shapely.get_point(geometry, 0)),
        shapely.get_coordinates(shapely.line_interpolate_point(geometry, length - reach))
        - shapely.get_coordinates(shapely.get_point(geometry, -1))])
    unit = chord / np.maximum(np.hypot(*chord.T), 1e-9)[:, None]
    node = np.concatenate([start, end])
    degree = np.bincount(node, minlength=n_nodes)
    total = np.column_stack([np.bincount(node, weights=u, minlength=n_nodes) for u in unit.T])
    mean = ((total[node] * unit).sum(axis=1) - (unit**2).sum(axis=1)) / np.maximum(degree[node] - 1, 1)
    score = -SHARPNESS * mean
    norm = np.log(np.bincount(node, weights=np.exp(score), minlength=n_nodes).clip(1e-300))
    return np.where(degree[node] > 2, score - norm[node], np.where(degree[node] == 2, -np.log(2.0), 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mouths:
    """Where the water most likely leaves each part.

    Parameters
    ----------
    node
        The likeliest mouth of each part, by part number.
    forward
        Probability that each line runs from tail to head, shape ``(n,)``; nan for the lines that close a loop.
    """

    node: Int
    forward: Array


def likely_mouths(tail: Int, head: Int, length: Array, n_nodes: int, odds: Array, outflow: Array) -> Mouths:
    """The mouth of every part and the direction of every line, by all cues together.

    Loops are opened at their longest lines.

    Parameters
    ----------
    tail, head
        Node numbers, shape ``(n,)``.
    length
        Length of each line [m].
    n_nodes
        Number of nodes.
    odds
        Log odds of each line running from tail to head, shape ``(n,)``.
    outflow
        Log probability of each line being the outflow of its tail, then of its head, shape ``(2 n,)``
        (:func:`outflow_odds`).
    """
    n = tail.size
    graph = coo_array((np.ones(n), (tail, head)), shape=(n_nodes, n_nodes))
    part = np.asarray(connected_components(graph, directed=False)[1], np.int64)
    order, parent, by = _walk(tail, head, length, n_nodes, part)
    degree = np.bincount(np.concatenate([tail, head]), minlength=n_nodes)
    at_mouth = np.where(degree > 1, INNER_MOUTH, 0.0)
    down = by >= 0                                             # nodes reached by a line from their parent
    line = by[down]
    away = tail[line] == parent[down]                          # the line runs from the parent to the node as drawn
    step = np.zeros(n_nodes)
    step[down] = (np.where(away, 1, -1) * odds[line] + at_mouth[down] - at_mouth[parent[down]]
                  + np.where(away, outflow[line] - outflow[n + line], outflow[n + line] - outflow[line]))
    value = np.zeros(n_nodes)
    for v in order.tolist():
        if by[v] >= 0:
            value[v] = value[parent[v]] + step[v]
    top = np.full(part.max() + 1, -np.inf)
    np.maximum.at(top, part, value)
    mass = np.exp(value - top[part])
    mass /= np.bincount(part, weights=mass)[part]
    best = np.lexsort((np.arange(n_nodes), -mass, part))
    mouth = best[np.unique(part[best], return_index=True)[1]]
    below = mass.copy()
    for v in order[::-1].tolist():
        if by[v] >= 0:
            below[parent[v]] += below[v]
    forward = np.full(n, np.nan)
    forward[line] = np.where(away, below[down], 1 - below[down]).clip(0, 1)
    return Mouths(node=mouth.astype(np.int64), forward=forward)


def _walk(tail: Int, head: Int, length: Array, n_nodes: int, part: Int) -> tuple[Int, Int, Int]:
    """Nodes from a first one of each part outwards, with the node and line each is reached by (-1: a first one)."""
    n = tail.size
    root = n_nodes                                             # one more node, from which all parts hang
    first = np.unique(part, return_index=True)[1]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    weight = np.concatenate([length / max(length.max(initial=1.0), 1.0) + 1.0, np.ones(first.size)])
    graph = coo_array((weight, (np.concatenate([low, first]), np.concatenate([high, np.full(first.size, root)]))),
                      shape=(root + 1, root + 1)).tocsr()
    tree = minimum_spanning_tree(graph)
    order, parent = breadth_first_order(tree, root, directed=False)
    key = low * (n_nodes + 1) + high
    ranked = np.argsort(key, kind="stable")
    v = np.arange(n_nodes)
    p = parent[:n_nodes].astype(np.int64)
    inner = (p >= 0) & (p != root)
    by = np.full(n_nodes, -1, np.int64)
    wanted = np.minimum(v, p)[inner] * (n_nodes + 1) + np.maximum(v, p)[inner]
    if n:
        by[inner] = ranked[np.searchsorted(key[ranked], wanted)]
    return order[1:].astype(np.int64), p, by


def from_elevations(tail: Int, head: Int, elevation: Array, noise: float) -> tuple[Int, Array]:
    """Sign (1 tail to head, -1 against, 0 unknown) and confidence of each line by the elevations of its nodes.

    Parameters
    ----------
    tail, head
        Node numbers, shape ``(n,)``.
    elevation
        Of each node [m]; nan where not known.
    noise
        Standard error of an elevation [m], above 0.
    """
    from scipy.special import ndtr

    drop = elevation[tail] - elevation[head]
    sure = ndtr(np.abs(np.nan_to_num(drop)) / (noise * np.sqrt(2.0)))
    return np.sign(np.nan_to_num(drop)).astype(np.int64), np.where(np.isfinite(drop), sure, 0.5)
