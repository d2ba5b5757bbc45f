"""Water through a network so that none is lost: what enters along each reach, routed down and shared at forks."""

from dataclasses import dataclass
from math import isfinite, isnan

import numpy as np

from riverplan.channel import Array
from riverplan.river.stems import shares
from riverplan.transport.compiled import Compiled

FAR = (0.3, 3.0)
"""Ratio of the areas of reach and gauge within which an area ratio is trusted [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """Discharges that close at every node.

    Parameters
    ----------
    discharge
        [m³/s], shape ``(n,)``; ``nan`` where nothing is known.
    ratio
        Of the reach's base (area) to that of the reach it was taken from; ``nan`` where from none.
    anchor
        Row of the known reach the rate was taken from, ``-1`` for none.
    lost
        Rows of known reaches with less water than those above bring.
    dry
        Rows where more is taken out than arrives.
    """

    discharge: Array
    ratio: Array
    anchor: np.ndarray
    lost: tuple[int, ...]
    dry: tuple[int, ...]


def order(net: Compiled) -> list[int]:
    """Rows of the reaches from the top down."""
    return np.argsort(net.rank[net.tail], kind="stable").tolist()


def fork_share(net: Compiled, width: Array) -> Array:
    """Share of the water at its tail each reach takes: by widths where all are known, else equal [-]."""
    out = np.ones(net.n_reaches)
    for node in np.flatnonzero(net.n_leaving > 1).tolist():
        arms = net.leaving(node)
        out[arms] = shares(width[arms])
    return out


def routed(net: Compiled, lateral: Array, share: Array) -> Array:
    """Sum of what enters along the reaches, from the top down."""
    out, part, arrived = lateral.astype(np.float64).tolist(), share.tolist(), [0.0] * net.n_nodes
    tail, head = net.tail.tolist(), net.head.tolist()
    for i in order(net):
        out[i] += arrived[tail[i]] * part[i]
        arrived[head[i]] += out[i]
    return np.array(out, np.float64)


def increments(net: Compiled, total: Array, share: Array) -> tuple[Array, Array]:
    """What each reach adds to a quantity that grows downstream, and the quantity made whole.

    A list often gives each arm of a fork the value of the whole river: in an arm only its share of that
    counts. A reach without a value, or with less than those above it, adds nothing.
    """
    lateral, whole = [0.0] * net.n_reaches, [0.0] * net.n_reaches
    arrived, part = [0.0] * net.n_nodes, (net.n_entering == 0).astype(np.float64).tolist()
    tail, head, own, value = net.tail.tolist(), net.head.tolist(), share.tolist(), total.tolist()
    for i in order(net):
        fraction = min(part[tail[i]], 1.0) * own[i]            # of its river that this arm is
        base = arrived[tail[i]] * own[i]
        if isfinite(value[i]):
            lateral[i] = max(value[i] * fraction - base, 0.0)
        whole[i] = base + lateral[i]
        arrived[head[i]] += whole[i]
        part[head[i]] += fraction
    return np.array(lateral, np.float64), np.array(whole, np.float64)


def balance(net: Compiled, known: Array, base: Array, point: Array, share: Array, *, rate: float,
            extrapolate: np.ndarray | None = None) -> Balance:
    """Fill discharges between and beyond known ones so that water is conserved.

    Above a known reach (up to the next known ones) what its water exceeds theirs enters in proportion to
    the base; where no known reach lies below, the base yields as at the nearest known one above; without
    either, ``rate``. The exponent of the area ratio is thus 1, the only one that conserves water where
    rivers meet.

    Parameters
    ----------
    known
        Known discharges [m³/s], ``nan`` elsewhere; they are kept.
    base
        What each reach adds to the area (or length, or mean discharge), shape ``(n,)``.
    point
        Water put in along each reach, negative where taken [m³/s].
    share
        As of :func:`fork_share`.
    rate
        Discharge per unit of base where nothing is known; ``nan`` for none.
    extrapolate
        Whether the rate of a known reach may be carried to the reaches below it; all where None.
    """
    n = net.n_reaches
    fixed = np.isfinite(known)
    below = _next_known(net, fixed)
    tail, head = net.tail.tolist(), net.head.tolist()
    whole = routed(net, base, share)
    # water and base from the known reaches above, routed to each known one without anything added between
    got = routed_from(net, np.where(fixed, known, np.nan), np.zeros(n), share)
    got_base = routed_from(net, np.where(fixed, whole, np.nan), np.zeros(n), share)
    got_point = routed_from(net, np.where(fixed, 0.0, np.nan), point, share)
    least = max(1e-12 * float(whole.max(initial=0.0)), 1e-100)
    unit, lost = np.full(n, np.nan), []
    for k in np.flatnonzero(fixed).tolist():
        more = known[k] - got[k] - got_point[k]
        extra = whole[k] - got_base[k]
        if more < -1e-9 * max(abs(known[k]), 1.0):
            lost.append(k)
        unit[k] = max(more, 0.0) / extra if extra > least else 0.0
    may = np.ones(n, bool) if extrapolate is None else extrapolate
    out, anchor, ratio, dry = np.full(n, np.nan), np.full(n, -1), np.full(n, np.nan), []
    arrived = np.zeros(net.n_nodes)
    seen: list[int] = [-1] * net.n_nodes                       # the known reach of most water above a node
    unknown = np.zeros(net.n_nodes, bool)
    for i in order(net):
        at, to = tail[i], head[i]
        k = int(below[i])
        source = k if k >= 0 else seen[at]
        if fixed[i]:
            out[i], source = known[i], i
        else:
            if k >= 0:
                yields = unit[k]
            elif seen[at] >= 0:
                j = seen[at]
                yields = known[j] / whole[j] if may[j] and whole[j] > least else 0.0
            else:
                yields = rate
            if np.isfinite(yields) and not (unknown[at] and seen[at] < 0):
                value = arrived[at] * share[i] + yields * base[i] + point[i]
                if value < 0:
                    dry.append(i)
                out[i] = max(value, 0.0)
        anchor[i] = source
        if source >= 0 and whole[source] > least:
            ratio[i] = whole[i] / whole[source]
        if np.isfinite(out[i]):
            arrived[to] += out[i]
        else:
            unknown[to] = True
        if source >= 0 and (seen[to] < 0 or known[source] > known[seen[to]]):
            seen[to] = source
    return Balance(discharge=out, ratio=ratio, anchor=anchor, lost=tuple(lost), dry=tuple(dry))


def routed_from(net: Compiled, fixed: Array, lateral: Array, share: Array) -> Array:
    """What arrives at each reach, with its own lateral, when reaches with a fixed value pass that on instead."""
    out, arrived = [0.0] * net.n_reaches, [0.0] * net.n_nodes
    tail, head, part, own = net.tail.tolist(), net.head.tolist(), share.tolist(), lateral.tolist()
    passed = [None if isnan(v) else v for v in fixed.tolist()]
    for i in order(net):
        out[i] = arrived[tail[i]] * part[i] + own[i]
        on = passed[i]
        arrived[head[i]] += out[i] if on is None else on
    return np.array(out, np.float64)


def _next_known(net: Compiled, fixed: np.ndarray) -> np.ndarray:
    """The known reach each reach's water comes to first, ``-1`` where none; the main arm decides at forks."""
    out = np.full(net.n_reaches, -1)
    first: list[int] = [-1] * net.n_nodes
    tail, head = net.tail.tolist(), net.head.tolist()
    for i in reversed(order(net)):
        out[i] = i if fixed[i] else first[head[i]]
        if out[i] >= 0:
            first[tail[i]] = int(out[i])
    return out
