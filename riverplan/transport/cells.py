"""The network cut into cells: how many a reach has, which reaches join without a break, where a place lies."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled
from riverplan.transport.operation import Gate, Place
from riverplan.transport.simulation_arrays import Cells, Ints
from riverplan.transport.waterway import Balanced, Waterway


def cut_cells(network: Compiled, water: Waterway, balance: Balanced, gates: list[Gate], busy: Collection[int],
              size: float | Array) -> tuple[Cells, Array]:
    """The cells of a network, and the water they hold at the beginning [m³].

    Parameters
    ----------
    network, water, balance
        The reaches, and their steady water.
    gates
        A gate below one pool holds water in the pool; others at their node, as does one at which several reaches
        come together: their pools stay as they are and what comes out of them is held in front of the gate.
    busy
        Nodes at which something is put in, taken out or divided: reaches do not join there.
    size
        Length wanted of a cell [m], one or one of each reach.
    """
    n, m = network.n_reaches, network.n_nodes
    is_pool = water.storage > 0
    count = np.maximum(np.round(water.length / size), 1).astype(np.int64)
    count = np.where(is_pool, np.where(water.plug > 0, count + 1, 1), count)
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    of, n_cells = np.repeat(np.arange(n), count), int(first[-1])
    last = first[1:] - 1
    dx = water.length / count
    unit = (dx * water.rated_discharge ** water.exponent / water.rated_velocity)[of]
    passed = (np.arange(n_cells) - first[of] + 1) / count[of]
    with np.errstate(divide="ignore", invalid="ignore"):
        held = unit * (water.discharge[of] + water.lateral[of] * passed) ** (1.0 / water.power[of])
    plugs = is_pool[of] & (np.arange(n_cells) != last[of])
    held = np.where(plugs, (water.storage * water.plug / np.maximum(count - 1, 1))[of], held)
    held[last[is_pool]] = (water.storage * np.where(count > 1, 1.0 - water.plug, 1.0))[is_pool]

    pool_cell = list(last[is_pool])
    base = list(held[last[is_pool]])
    capacity = base.copy()
    reach_pool, node_pool = np.full(n, -1, np.int64), np.full(m, -1, np.int64)
    reach_pool[is_pool] = np.arange(len(pool_cell))
    for gate in gates:
        above = network.entering(gate.node)
        if above.size == 1 and is_pool[above[0]]:
            capacity[reach_pool[above[0]]] += gate.usable
        else:
            node_pool[gate.node] = len(pool_cell)
            pool_cell.append(n_cells + len(pool_cell) - int(is_pool.sum()))
            base.append(0.0)
            capacity.append(gate.usable)
    held = np.concatenate([held, np.zeros(len(pool_cell) - int(is_pool.sum()))])

    after = _joined(network, is_pool, balance, node_pool, busy)
    before = np.full(n, -1, np.int64)
    before[after[after >= 0]] = np.flatnonzero(after >= 0)
    chain_start, chain_cell, chain_link = _chains(water.dispersion, is_pool, dx, first, before, after)
    return Cells(
        first=first, dx=dx, unit=unit, power=water.power, head=network.head.astype(np.int64),
        order=network.node.astype(np.int64), out_start=np.concatenate([[0], np.cumsum(network.n_leaving)]),
        out_reach=np.argsort(network.tail, kind="stable"), before=before, after=after, kept=balance.kept,
        share=balance.share, reach_pool=reach_pool, node_pool=node_pool, pool_cell=np.array(pool_cell, np.int64),
        base=np.array(base, float), capacity=np.array(capacity, float), chain_start=chain_start,
        chain_cell=chain_cell, chain_link=chain_link, node_rate=balance.inflow, lateral=water.lateral), held


def pool_of(cells: Cells, network: Compiled, node: int) -> int:
    """Number of the pool a gate at a node closes."""
    if cells.node_pool[node] >= 0:
        return int(cells.node_pool[node])
    return int(cells.reach_pool[network.entering(node)[0]])


def _joined(network: Compiled, is_pool: NDArray[np.bool_], balance: Balanced, node_pool: Ints,
            busy: Collection[int]) -> Ints:
    """The reach below each river reach that goes on as one, with no more than clean water between them, else -1."""
    after = np.full(network.n_reaches, -1, np.int64)
    plain = (network.n_entering == 1) & (network.n_leaving == 1) & (node_pool < 0) & (balance.kept == 1)
    plain[list(busy)] = False
    for node in np.flatnonzero(plain):
        above, below = int(network.entering(int(node))[0]), int(network.leaving(int(node))[0])
        if not is_pool[above] and not is_pool[below] and balance.share[below] > 0:
            after[above] = below
    return after


def _chains(dispersion: Array, is_pool: NDArray[np.bool_], dx: Array, first: Ints, before: Ints, after: Ints,
            ) -> tuple[Ints, Ints, Array]:
    """Cells that disperse into each other, chain by chain, and dispersion over distance [m/s] to the next."""
    spreads = (dispersion > 0) & ~is_pool
    start = [0]
    cell: list[int] = []
    link: list[float] = []
    for r in range(after.size):
        if not spreads[r] or (before[r] >= 0 and spreads[before[r]]):
            continue
        reach = r
        while True:
            cell += range(first[reach], first[reach + 1])
            link += [dispersion[reach] / dx[reach]] * int(first[reach + 1] - first[reach])
            below = int(after[reach])
            if below < 0 or not spreads[below]:
                break
            link[-1] = min(dispersion[reach], dispersion[below]) / (0.5 * (dx[reach] + dx[below]))
            reach = below
        start.append(len(cell))
    return np.array(start, np.int64), np.array(cell, np.int64), np.array(link, float)


def parts_of(cells: Cells, place: Place, length: float, nu: float, *, lasts: bool) -> list[tuple[int, float]]:
    """Points mass at a place is put into, and the share of each, so that its mean is at the place.

    Parameters
    ----------
    cells, place, length
        Where; ``length`` is that of the reach [m].
    nu
        Share of a cell that passes in a step.
    lasts
        Whether the release lasts; at once, what is put into an inlet during a step is half of that late.
    """
    n_nodes, n = cells.order.size, cells.head.size
    if place.node is not None:
        return [(place.node, 1.0)]
    r = place.reach
    a, count = cells.first[r], int(cells.first[r + 1] - cells.first[r])
    cell = n_nodes + n + int(a)
    if cells.reach_pool[r] >= 0 and count == 1:
        return [(cell, 1.0)]
    nu = min(nu, 0.9)
    late = 0.0 if lasts else -0.5 * nu
    x = place.chainage / length * count
    # mass put into a cell leaves it as if it had been put in here: with nothing above it, the steady sum of the face
    # concentrations (third order) needs less than its own in the cell
    bend = (1.0 - nu) * (1.0 - 2.0 * nu) / 6.0
    at = 1.0 - (1.0 - 0.25 * (1.0 - nu) - 0.5 * bend) / (1.0 - bend) + 0.5 * nu
    positions = [(r + n_nodes, late), *((cell + i, i + at) for i in range(count))]
    if cells.reach_pool[r] < 0:
        positions.append((int(cells.head[r]), count + late))
    i = int(np.searchsorted([p for _, p in positions], x, side="right"))
    if i in (0, len(positions)):
        return [(positions[max(i - 1, 0)][0], 1.0)]
    (one, before), (two, behind) = positions[i - 1], positions[i]
    share = (x - before) / (behind - before)
    return [p for p in ((one, 1.0 - share), (two, share)) if p[1] > 0]


def point_of(cells: Cells, place: Place, length: float) -> int:
    """The node or the cell that water at a place is put into or taken from."""
    if place.node is not None:
        return place.node
    a, b = cells.first[place.reach], cells.first[place.reach + 1]
    return cells.order.size + cells.head.size + int(min(a + int(place.chainage / length * (b - a)), b - 1))


def faces_of(cells: Cells, network: Compiled, place: Place, length: float) -> list[int]:
    """The faces the mass passing a place goes through; between cells the nearest."""
    if place.node is not None:
        below = network.leaving(place.node)
        if below.size:
            return [int(cells.first[r] + r) for r in below]
        return [int(cells.first[r + 1] + r) for r in network.entering(place.node)]
    r, count = place.reach, int(cells.first[place.reach + 1] - cells.first[place.reach])
    return [int(cells.first[r] + r + round(place.chainage / length * count))]
