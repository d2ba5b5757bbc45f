"""The hydraulics of the reaches in the simulation, and the steady water they begin with.

In each reach ``V = V_ref (Q / Q_ref)^b``, so ``A = Q / V`` goes as ``Q^(1 - b)`` and ``Q`` as ``A^m`` with
``m = 1 / (1 - b)``: a kinematic wave. A change of flow travels with ``dQ/dA = m V``, the water with ``V``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from riverplan.channel import Array
from riverplan.transport.compiled import Compiled
from riverplan.transport.operation import Diversion, Inflow

PLUG_MOST = 0.98
"""Most of a pool that is passed without being stirred [-]; the simulation needs some of it stirred."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waterway:
    """What the simulation needs to know of each reach: arrays of shape ``(n,)``.

    Parameters
    ----------
    length
        [m], positive.
    discharge
        Steady discharge at the tail before anything changes [m³/s]; 0 is dry.
    rated_discharge, rated_velocity
        One discharge [m³/s] and the velocity of the water at it [m/s], both positive.
    exponent
        Of velocity in discharge, 0 to below 1.
    dispersion
        Longitudinal dispersion [m²/s]; 0 leaves only that of the numbers.
    storage
        Water held in a pool [m³]; 0 is a river.
    plug
        Share of the storage that the water passes one after the other before it is stirred [-], below 1.
    lateral
        Clean inflow along the reach [m³/s], not negative.
    """

    length: Array
    discharge: Array
    rated_discharge: Array
    rated_velocity: Array
    exponent: Array
    dispersion: Array
    storage: Array
    plug: Array
    lateral: Array

    @property
    def power(self) -> Array:
        """``m``: celerity of a change of flow over the velocity of the water."""
        return 1.0 / (1.0 - self.exponent)

    @property
    def at_middle(self) -> Array:
        """Steady discharge half way along each reach [m³/s]."""
        return self.discharge + self.lateral / 2.0

    def velocity(self, discharge: Array) -> Array:
        """Velocity of the water [m/s] at a discharge."""
        return self.rated_velocity * (discharge / self.rated_discharge) ** self.exponent

    def at_velocity(self, factor: float | Array) -> Self:
        """The same discharges at ``factor`` times the velocities, so in ``1 / factor`` of the areas.

        A pool keeps its storage: the plug is passed ``factor`` times faster and what is left of the storage is
        stirred, at most up to ``PLUG_MOST`` of it in the plug. Dispersion coefficients stay.

        >>> river = waterway(np.array([1e4]), np.array([50.0]), np.array([0.5]), exponent=0.5)
        >>> float(river.at_velocity(2.0).velocity(np.array([50.0]))[0])
        1.0
        """
        plug = np.minimum(self.plug / factor, np.maximum(self.plug, PLUG_MOST))
        return replace(self, rated_velocity=self.rated_velocity * factor, plug=plug)


def waterway(length: Array, discharge: Array, velocity: Array, *, exponent: float | Array, **known: float | Array,
             ) -> Waterway:
    """A waterway of reaches that all flow, from the velocity at their discharge; what is not given is 0.

    >>> river = waterway(np.array([1e4]), np.array([50.0]), np.array([0.5]), exponent=0.5)
    >>> float(river.velocity(np.array([200.0]))[0]), float(river.power[0])
    (1.0, 2.0)
    """
    length = np.asarray(length, float)

    def column(value: float | Array) -> Array:
        return np.broadcast_to(np.asarray(value, float), length.shape).copy()

    rest = {name: column(known.get(name, 0.0)) for name in ("dispersion", "storage", "plug", "lateral")}
    discharge = column(discharge)
    return Waterway(length=length, discharge=discharge, rated_discharge=column(known.get("rated_discharge", discharge)),
                    rated_velocity=column(velocity), exponent=column(exponent), **rest)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balanced:
    """What keeps the steady water in balance.

    ``inflow`` [m³/s] and ``kept`` (share of the water that goes on) have shape ``(m,)``; ``share`` is what each
    reach takes of the water its tail node passes on, besides the conduits, shape ``(n,)``.
    """

    inflow: Array
    kept: Array
    share: Array


def balanced(network: Compiled, water: Waterway, diversions: Sequence[Diversion] = ()) -> Balanced:
    """The inflows, losses and shares with which the discharges of a waterway are steady.

    Where more leaves a node than enters, the rest is inflow; where less, the rest is lost with what it carries;
    water divides as the discharges do. Below a node of which all reaches are dry nothing is lost, and water that
    comes divides evenly.
    """
    leaving = np.bincount(network.tail, water.discharge, network.n_nodes)
    entering = np.bincount(network.head, water.discharge + water.lateral, network.n_nodes)
    inflow = np.where(network.n_leaving > 0, np.maximum(leaving - entering, 0.0), 0.0)
    inflow[inflow <= 1e-12 * leaving] = 0.0
    kept = np.where((leaving > 0) & (entering > leaving * (1 + 1e-12)), leaving / np.maximum(entering, 1e-300), 1.0)
    flowing = np.ones(network.n_reaches)
    flowing[[d.conduit for d in diversions]] = 0.0
    part = np.bincount(network.tail, water.discharge * flowing, network.n_nodes)[network.tail]
    arms = np.bincount(network.tail, flowing, network.n_nodes)[network.tail]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(part > 0, water.discharge / part, 1.0 / np.maximum(arms, 1.0)) * flowing
    return Balanced(inflow=inflow, kept=kept, share=share)


def most_discharge(network: Compiled, water: Waterway, balance: Balanced, inflows: Sequence[Inflow],
                   releases: Sequence[tuple[int, float]]) -> Array:
    """A bound on the discharge of each reach [m³/s], from the largest inflows: for the length of the step.

    ``releases`` are pairs of node and added water [m³/s].
    """
    more = np.zeros(network.n_nodes)
    for inflow in inflows:
        node = inflow.place.node if inflow.place.node is not None else network.tail[inflow.place.reach]
        more[node] += max(*inflow.value, 0.0)
    for node, value in releases:
        more[node] += value
    if not more.any():
        return water.discharge + water.lateral
    added = np.zeros(network.n_reaches)
    for node in network.node:
        below = network.leaving(int(node))
        if below.size:
            added[below] = (more[node] + added[network.entering(int(node))].sum()) * np.maximum(
                balance.share[below], 0.0)
    return water.discharge + water.lateral + added
