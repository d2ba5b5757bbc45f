"""The arrays the simulation marches through: the network as cells, what is done to it, where to look, what is found."""

from typing import NamedTuple

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
    are the nodes from the top down. ``before`` and ``after`` are the reaches joined to one without anything between,
    else -1. Chains of such reaches disperse as one: ``chain_link`` is dispersion over distance [m/s] between a cell
    of ``chain_cell`` and the next.
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
