"""Reaches in a row: stretches without a confluence or a fork, found on arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """For each of ``n`` reaches: the first and the last reach of its stretch, and how far it is from the top [m].

    ``above`` is from the upper end of the stretch to the upper end of the reach.
    """

    first: Rows
    last: Rows
    above: Array


def chains(net: Compiled, length: Array) -> Chains:
    """The stretches of a network, whose reaches meet where one enters and one leaves.

    Parameters
    ----------
    net
        The topology.
    length
        Of each reach [m], shape ``(n,)``.
    """
    rows = np.arange(net.n_reaches)
    plain = (net.n_entering == 1) & (net.n_leaving == 1)
    enters, leaves = np.zeros(net.n_nodes, np.intp), np.zeros(net.n_nodes, np.intp)
    enters[net.head], leaves[net.tail] = rows, rows
    before = np.where(plain[net.tail], enters[net.tail], rows)
    after = np.where(plain[net.head], leaves[net.head], rows)
    above = np.where(before != rows, length[before], 0.0)
    for _ in range(int(np.ceil(np.log2(max(net.n_reaches, 2)))) + 1):             # pointers twice as far each time
        above = above + np.where(before != rows, above[before], 0.0)
        before, after = before[before], after[after]
    return Chains(first=before, last=after, above=above)
