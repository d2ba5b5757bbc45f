"""What a set of actions only puts off past the end of the trials: it counts as if nothing were done.

Unless it is held for good, or so diluted by then that it does no harm when it comes.
"""

from collections.abc import Collection
from dataclasses import dataclass

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

    ``flow`` [m³/s] is the steady flow at the tail of each reach, of a dry one what it can carry, for the actions may
    fill it. ``joins`` has, from the top down, each node that water passes on, the reaches that enter it and what comes
    in there beside them [m³/s]; ``places`` has the receptors.
    """

    ready: Prepared
    places: tuple[Place, ...]
    flow: Array
    joins: list[tuple[int, list[int], float]]

    def mass(self, done: Run) -> float:
        """In the water, and in gates that do not hold: all but what the others do [kg]."""
        found = done.found
        held = float(found.held_mass[-1][holding(done)].sum())
        return found.mass.flowing + found.mass.held - held

    def free(self, done: Run) -> float:
        """What is neither taken out nor held for good: it passes, or may still [kg]."""
        found = done.found
        return found.mass.entered - found.mass.taken - found.mass.dosed - float(
            found.held_mass[-1][holding(done)].sum())

    def strongest(self, done: Run) -> Array:
        """Concentration that may still come to each receptor at most [kg/m³], shape ``(r,)``.

        A bound on the safe side: the strongest water of all reaches that join is taken to meet, in the shares of the
        steady flow but for the clean water that gates hold, and nothing disperses or decays on its way. What flows to
        a receptor past no gate that holds counts, and of its own reach what lies above it. Where a gate lets out more
        than the steady flow before a confluence, the water may come up to that much stronger.
        """
        found, stage, holds = done.found, self.ready.stage, holding(done)
        reach, foot = found.profile.reach, self.flow + stage.water.lateral
        carried = found.profile.concentration[-1] * self._flow(reach, found.profile.chainage)
        worst = np.zeros(foot.size)                           # at the end of a reach, thinned by what it gains
        np.maximum.at(worst, reach, carried / foot[reach])
        nodes = [int(stage.node[done.what.gates[name][0]]) for name in found.gates]
        for i in np.flatnonzero(~holds):
            above = stage.network.entering(nodes[i])
            worst[above] = np.maximum(worst[above], found.held_mass[-1, i] / max(found.held_volume[-1, i], 1e-9))
        comes = self._down(worst.tolist(), {nodes[i] for i in np.flatnonzero(holds)})
        own = np.array([p.reach for p in self.places], int)
        here = self._flow(own, np.array([p.chainage for p in self.places], float))
        return np.maximum(comes[stage.network.tail[own]] * self.flow[own],
                          [self._above(p, reach, carried) for p in self.places]) / here

    def _down(self, worst: list[float], shut: Collection[int]) -> Array:
        """What comes at most to each node [kg/m³] of the ``worst`` in the reaches, past no node that is shut."""
        water, net = self.ready.stage.water, self.ready.stage.network
        tail, gain, steady = net.tail.tolist(), water.lateral.tolist(), water.discharge.tolist()
        flow = self.flow.tolist()
        comes, runs = [0.0] * net.n_nodes, [1.0] * net.n_nodes
        for node, entering, inflow in self.joins:
            brought = most = 0.0
            full = left = there = inflow                      # steady, without what is held, and this where it is clean
            for r in entering:
                strong = max(worst[r], comes[tail[r]] * flow[r] / (flow[r] + gain[r]))
                usual, now = steady[r] + gain[r], steady[r] * runs[tail[r]] + gain[r]
                full, left, there = full + usual, left + now, there + (usual if strong > 0 else now)
                brought, most = brought + strong * (flow[r] + gain[r]), max(most, strong)
            if node in shut:
                left = inflow
            else:
                comes[node] = min(brought / max(there, 1e-9), most)
            runs[node] = left / max(full, 1e-9)
        return np.array(comes)

    def _flow(self, reach: NDArray[np.int64], chainage: Array) -> Array:
        """Steady flow at places on reaches [m³/s]."""
        water = self.ready.stage.water
        return self.flow[reach] + water.lateral[reach] * chainage / water.length[reach]

    def _above(self, own: Place, reach: NDArray[np.int64], carried: Array) -> float:
        """The most of ``carried`` [kg/s] on the reach of a receptor above it; all of the stirred part of a pool."""
        first, end = np.searchsorted(reach, [own.reach, own.reach + 1])
        water = self.ready.stage.water
        last = first + int(np.ceil(own.chainage / water.length[own.reach] * (end - first)))
        stirred = carried[end - 1] if water.storage[own.reach] > 0 else 0.0
        return float(max(carried[first:last].max(initial=0.0), stirred))


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
    more = np.bincount(net.tail, water.discharge, net.n_nodes) - np.bincount(
        net.head, water.discharge + water.lateral, net.n_nodes)
    ways = ((node, net.entering(node).tolist(), max(float(more[node]), 0.0)) for node in net.node.tolist())
    return StillToCome(
        ready=ready, places=tuple(ready.places[s.site_id] for s in who.sites), joins=[w for w in ways if w[1]],
        flow=np.maximum(np.where(water.discharge > 0, water.discharge, water.rated_discharge), 1e-9))


def passed(found: Simulated, columns: list[int]) -> Array:
    """Mass that passed places during a march [kg], shape ``(places,)``."""
    return np.diff(found.time, prepend=found.begin) @ found.mass_flux[:, columns]


def share_put_off(passing: Array, coming: Array, usual: Array, still: Array, free: Array) -> Array:
    """Share of what passes each receptor with nothing done that actions put off past the end, ``(velocities, r)``.

    What did not pass was held for good, led elsewhere or lost, or it is still to come: of the last there is no more
    than the network holds beyond what it holds with nothing done. What is taken for good is taken alike of what passes
    in the trials and of what comes later: it must not hide that the rest is late.

    Parameters
    ----------
    passing, usual
        Mass that passed with the actions, and with nothing done [kg], ``(velocities, r)``.
    coming, still
        Mass still to come when the trials end, likewise [kg], ``(velocities,)``.
    free
        Mass neither taken out nor held for good, over that with nothing done [-], ``(velocities,)``.
    """
    missing = np.minimum(usual - passing, (coming - still * free)[:, None])
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
