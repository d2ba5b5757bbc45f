"""What a set of actions only puts off past the end of the trials: it counts as if nothing were done.

Unless it is held for good, or so diluted by then that it does no harm when it comes.
"""

from dataclasses import dataclass
from operator import mul

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.simulating.prepared import Prepared, Run
from riverplan.planning.receptors import Receptors
from riverplan.transport.operation import Place
from riverplan.transport.simulate import Simulated
from riverplan.units import HOUR

SLIGHT = 0.02
"""Share of the plume below which what is put off does not count [-]: cells and rounding (assumed)."""


HOLDS = 24.0 * HOUR
"""A gate that fills sooner than this after the trials end holds nothing for good [s] (assumed: a day to treat it)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StillToCome:
    """What of a plume is still to come to ``r`` receptors when marches end.

    ``joins`` has, from the top down, each node that water passes on: its number, the reaches that enter it, and of
    each the share it has of the steady flow there [-]; ``places`` has the receptors.
    """

    ready: Prepared
    places: tuple[Place, ...]
    joins: tuple[tuple[int, tuple[int, ...], tuple[float, ...]], ...]

    def mass(self, done: Run) -> float:
        """In the water, and in gates that do not hold: all but what the others do [kg]."""
        found = done.found
        held = float(found.held_mass[-1][holding(done)].sum())
        return found.mass.flowing + found.mass.held - held

    def strongest(self, done: Run) -> Array:
        """Concentration that may still come to each receptor at most [kg/m³], shape ``(r,)``.

        A bound on the safe side: the strongest water of all reaches that join is taken to meet, in the shares of the
        steady flow, and nothing disperses or decays on its way. What flows to a receptor past no gate that holds
        counts, and of its own reach what lies above it. Where a gate lets out more than the steady flow before a
        confluence, the water may come up to that much stronger.
        """
        found, stage = done.found, self.ready.stage
        values, tail, holds = found.profile.concentration[-1], stage.network.tail.tolist(), holding(done)
        worst = np.zeros(stage.rows.size)
        np.maximum.at(worst, found.profile.reach, values)
        nodes = [int(stage.node[done.what.gates[name][0]]) for name in found.gates]
        for i in np.flatnonzero(~holds):
            above = stage.network.entering(nodes[i])
            worst[above] = np.maximum(worst[above], found.held_mass[-1, i] / max(found.held_volume[-1, i], 1e-9))
        shut = {nodes[i] for i in np.flatnonzero(holds)}
        most, comes = worst.tolist(), [0.0] * stage.network.n_nodes
        for node, entering, shares in self.joins:
            if node not in shut:
                brought = [max(most[r], comes[tail[r]]) for r in entering]
                comes[node] = min(sum(map(mul, brought, shares)), max(brought))
        return np.array([max(comes[tail[own.reach]], self._above(own, found.profile.reach, values))
                         for own in self.places])

    def _above(self, own: Place, reach: NDArray[np.int64], values: Array) -> float:
        """The most of ``values`` [kg/m³] on the reach of a receptor above it; all of the stirred part of a pool."""
        first, end = np.searchsorted(reach, [own.reach, own.reach + 1])
        water = self.ready.stage.water
        last = first + int(np.ceil(own.chainage / water.length[own.reach] * (end - first)))
        stirred = values[end - 1] if water.storage[own.reach] > 0 else 0.0
        return float(max(values[first:last].max(initial=0.0), stirred))


def holding(done: Run) -> NDArray[np.bool_]:
    """Which gates hold what they have when a march ends: closed, not spilling, and not full for a day to come."""
    found = done.found
    last = {op.place: op.action for op in sorted(done.doing, key=lambda op: op.at)}
    closed = np.array([last.get(name) == "close" for name in found.gates], bool)
    usable = np.array([done.what.gates[name][1] for name in found.gates], float)
    free = usable - (found.held_volume[-1] - found.normal_volume)
    span = found.time[-1] - (found.time[-2] if found.time.size > 1 else found.begin)
    rises = (found.held_volume[-1] - (found.held_volume[-2] if found.time.size > 1 else found.normal_volume)) / span
    return np.asarray(closed & np.isnan(found.spills_from) & (free >= np.maximum(rises, 0.0) * HOLDS))


def holding_plume(done: Run) -> NDArray[np.bool_]:
    """Which gates hold more than a slight share of the plume when a march ends."""
    return np.asarray(holding(done) & (done.found.held_mass[-1] > SLIGHT * done.found.mass.entered))


def still_to_come(ready: Prepared, who: Receptors) -> StillToCome:
    """The ways of the stage to each receptor.

    Parameters
    ----------
    ready
        The spill, with the receptors among its places.
    who
        Receptors.
    """
    water, net = ready.stage.water, ready.stage.network
    flow = np.maximum(np.bincount(net.tail, water.discharge, net.n_nodes),
                      np.bincount(net.head, water.discharge, net.n_nodes))
    share = water.rated_discharge / np.maximum(flow[net.head], 1e-9)     # what is dry may be filled by the actions
    ways = ((node, net.entering(node)) for node in net.node.tolist())
    return StillToCome(ready=ready, places=tuple(ready.places[s.site_id] for s in who.sites), joins=tuple(
        (node, tuple(above.tolist()), tuple(share[above].tolist())) for node, above in ways if above.size))


def passed(found: Simulated, columns: list[int]) -> Array:
    """Mass that passed places during a march [kg], shape ``(places,)``."""
    return np.diff(found.time, prepend=found.begin) @ found.mass_flux[:, columns]


def share_put_off(passing: Array, coming: Array, usual: Array, still: Array) -> Array:
    """Share of what passes each receptor with nothing done that actions put off past the end, ``(velocities, r)``.

    What did not pass was held for good, led elsewhere or lost, or it is still to come: of the last there is no more
    than the network holds beyond what it holds with nothing done.

    Parameters
    ----------
    passing, usual
        Mass that passed with the actions, and with nothing done [kg], ``(velocities, r)``.
    coming, still
        Mass still to come when the trials end, likewise [kg], ``(velocities,)``.
    """
    missing = np.minimum(usual - passing, (coming - still)[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(usual > 0, np.clip(missing / usual, 0.0, 1.0), 0.0)
    return np.where(share < SLIGHT, 0.0, share)


def with_put_off(hours: Array, dry: Array, before: Array, share: Array, comes: Array, headroom: Array,
                 strength: Array) -> Array:
    """Hours of harm with those put off: their share of those with nothing done, where it may still come so strong.

    Parameters
    ----------
    hours, before
        With the actions and with nothing done, ``(velocities, strengths, r)`` [h].
    dry
        Of the hours with the actions those without water, ``(velocities, r)`` [h]; what is put off comes after them.
    share
        Of :func:`share_put_off`, ``(velocities, r)``.
    comes
        Concentration that may come at most, ``(velocities, r)`` [kg/m³].
    headroom, strength
        Limit less background [kg/m³], ``(r,)``; factor on concentrations, ``(strengths, r)``.
    """
    harms = comes[:, None] * strength > np.where(np.isnan(headroom), np.inf, headroom)
    later = np.where(harms, share[:, None] * before, 0.0)
    parched = dry[:, None]
    return np.maximum(hours, parched + np.minimum(hours - parched + later, before))
