"""The arrays the simulation marches through: the network as cells, what is done to it, where to look, what is found."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN, CLOSED, SET = 0, 1, 2
"""States of a pool's gate."""
WATER_IN, WATER_OUT, WATER_TAKEN, MASS_IN, MASS_OUT, MASS_TAKEN, MASS_DOSED, MASS_DECAYED = range(8)
"""Entries of the ledger."""


class Cells(NamedTuple):
    """The network cut into cells. Reach ``r`` has the cells ``first[r]`` to ``first[r + 1]``; pools at nodes follow.

    ``unit`` is the volume of a cell at 1 m³/s [m³], so that its discharge is ``(W / unit) ** power[r]``. ``order``
    are the nodes from the top down. ``before`` and ``after`` are the reaches joined to one with no more than clean
    water between, else -1. Chains of such reaches disperse as one: ``chain_link`` is dispersion over distance [m/s]
    between a cell of ``chain_cell`` and the next.
    """

    first: Ints
    dx: Floats
    unit: Floats
    power: Floats
    head: Ints
    order: Ints
    out_start: Ints
    out_reach: Ints
    before: Ints
    after: Ints
    kept: Floats
    share: Floats
    reach_pool: Ints
    node_pool: Ints
    pool_cell: Ints
    base: Floats
    capacity: Floats
    chain_start: Ints
    chain_cell: Ints
    chain_link: Floats
    node_rate: Floats
    lateral: Floats


class Forcing(NamedTuple):
    """What is done to the water in each step, shape ``(…, steps)``.

    Points count the nodes, then the inlets of the reaches, then the cells. ``water`` [m³] comes in during a step (what
    is taken is below zero); ``mass`` [kg] into cells comes at its beginning, into nodes and inlets during it.
    """

    time: Floats
    water_point: Ints
    water: Floats
    mass_point: Ints
    mass: Floats
    gate: Ints
    gate_flow: Floats
    conduit: Ints
    left: Floats
    asked: Floats
    dose_face: Ints
    dose: Floats
    output: Ints
    snapshot: Ints
    decay: float
    emptying: float


class Looks(NamedTuple):
    """Where to look: concentration between two points, flux between two faces, with the weight of the second.

    ``stirred`` is the water [m³] that is stirred before it comes to a place within a pool; 0 in rivers.
    """

    point_a: Ints
    point_b: Ints
    point_weight: Floats
    face_a: Ints
    face_b: Ints
    face_weight: Floats
    stirred: Floats


class Found(NamedTuple):
    """What the march leaves: rows of output first."""

    concentration: Floats
    volume: Floats
    mass: Floats
    pool_volume: Floats
    pool_mass: Floats
    snapshots: Floats
    ledger: Floats
    dosed: Floats
    spills_from: Floats
    cell_volume: Floats
    cell_mass: Floats


class Work(NamedTuple):
    """What the march remembers from step to step: by cell, face, node, reach, place in a chain and look."""

    flow: Floats
    flow_at: Floats
    cell_v: Floats
    reach_of: Ints
    face_v: Floats
    face_m: Floats
    dose: Floats
    node_v: Floats
    node_m: Floats
    taken: Floats
    inlet_m: Floats
    c_in: Floats
    c_out: Floats
    ghost: Floats
    old_c: Floats
    old_w: Floats
    rate: Floats
    asked: Floats
    clean: Flags
    settled: Flags
    pushed: Flags
    even: Flags
    mark: Flags
    river: Flags
    lower: Floats
    right: Floats
    link: Floats
    whole: Floats
    look_v: Floats
    look_m: Floats
    tank: Floats


def begun(cells: Cells, forcing: Forcing, looks: Looks, held: Floats, n_outputs: int, n_snapshots: int,
          ) -> tuple[Found, Work]:
    """Nothing found yet, of water ``held`` [m³] without mass, and nothing to remember."""
    n, n_nodes, n_pools, n_looks = cells.head.size, cells.order.size, cells.pool_cell.size, looks.point_a.size
    n_cells = int(cells.first[-1])
    reach_of = np.zeros(held.size, np.int64)
    reach_of[:n_cells] = np.repeat(np.arange(n), np.diff(cells.first))
    looked, pooled = (n_outputs, n_looks), (n_outputs, n_pools)
    found = Found(np.zeros(looked), np.zeros(looked), np.zeros(looked), np.zeros(pooled), np.zeros(pooled),
                  np.zeros((n_snapshots, n_cells)), np.zeros(8), np.zeros((forcing.dose_face.size, 2)),
                  np.full(n_pools, np.nan), held.copy(), np.zeros_like(held))
    return found, Work(
        **_zeros("flow cell_v", n_cells), **_zeros("face_v face_m dose", n_cells + n),
        **_zeros("node_v node_m taken", n_nodes), **_zeros("inlet_m c_in c_out ghost old_c old_w asked", n),
        **_zeros("lower right link whole", cells.chain_cell.size), **_zeros("look_v look_m tank", n_looks),
        flow_at=np.full(n_cells, -1.0), rate=np.full(n, -1.0), reach_of=reach_of, river=cells.reach_pool < 0,
        clean=np.ones(n, bool), mark=np.ones(n, bool), settled=np.zeros(n, bool), pushed=np.zeros(n, bool),
        even=np.zeros(n, bool))


def _zeros(names: str, size: int) -> dict[str, Any]:
    return {name: np.zeros(size) for name in names.split()}
