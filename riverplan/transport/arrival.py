"""The walk down the network: which arms reach which places, with what mass.

Steady flow. At a confluence the arms of all tributaries go on together and the mass is diluted by
the larger discharge; at a bifurcation the mass divides with the flow; where less water leaves a
node than enters it, the rest was abstracted and takes its mass along.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Velocity
from riverplan.transport import arms as a
from riverplan.transport.compiled import Compiled
from riverplan.transport.dividing import shares

MOST_LOST = 20.0
"""Of one reach's losses, more than exp(-20) is not told apart."""
LOSING = 0.95
"""A node where less than this share of the water goes on loses water worth a word."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """What the walk needs to know of each reach: arrays of shape ``(n,)``.

    Parameters
    ----------
    length
        [m].
    discharge
        [m³/s].
    velocity
        Velocities, errors and mixing times; the walk stops where ``most_probable`` is ``nan``.
    is_pool
        Whether the reach is a pool.
    first_peak, peak_power
        Unit peak [1/s] at the shortest travel time, and the power with which it falls with the river time.
    mixing_length
        Way to full cross-mixing [m]; ``nan`` where unknown.
    group
        Number of the river each reach belongs to.
    dam_at
        Whether a node is a dam, shape ``(m,)``: pools on both sides are two.
    correlation
        Correlation length of the velocity error [m].
    leading
        Time of the leading edge over that of the peak in rivers.
    shortest
        Travel time from which on a plume spreads [s].
    loss
        First-order loss on each reach [1/s], on top of what decays everywhere; the time a pool keeps the water
        mixed does not count, so that no more is taken as lost than is.
    """

    length: Array
    discharge: Array
    velocity: Velocity
    is_pool: NDArray[np.bool_]
    first_peak: Array
    peak_power: Array
    mixing_length: Array
    group: NDArray[np.intp]
    dam_at: NDArray[np.bool_]
    correlation: float
    leading: float
    shortest: float
    loss: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """All arms at all places: ``arms[i]`` belongs to place ``place[i]``; places come sorted.

    ``blocked`` are the reaches the plume enters but cannot be followed into; ``losing`` are nodes it
    passes where less water leaves than enters.
    """

    place: NDArray[np.intp]
    arms: Array
    blocked: tuple[int, ...]
    losing: tuple[int, ...]


def _advance(arms: Array, way: Way, reach: int, metres: float, *, after_dam: bool) -> Array:
    v = way.velocity
    speed, fastest, sigma = v.most_probable[reach], v.maximum_probable[reach], v.sigma_ln[reach]
    if way.is_pool[reach]:
        share = metres / way.length[reach] if way.length[reach] > 0 else 1.0
        arms = a.along_pool(arms, metres, speed, fastest, sigma, v.mixing_time[reach] * share,
                            way.mixing_length[reach], after_dam)
    else:
        arms = a.along_river(arms, metres, speed, fastest, sigma, way.peak_power[reach], int(way.group[reach]),
                             way.mixing_length[reach], way.correlation, way.leading, way.shortest)
    if way.loss[reach] > 0:
        # what is all but gone still arrives: its times stay known
        arms[:, a.WEIGHT] *= np.exp(-min(way.loss[reach] * metres / speed, MOST_LOST))
    return arms


def _divide(arms: Array, network: Compiled, way: Way, node: int) -> list[tuple[int, Array]]:
    """The arms each reach below a node gets."""
    divided = []
    for reach, share in shares(network, way.discharge, node):
        part = arms.copy()
        part[:, a.WEIGHT] *= share
        divided.append((reach, part))
    return divided


def walk(network: Compiled, way: Way, reach: int, chainage: float, places_reach: NDArray[np.intp],
         places_chainage: Array) -> Reached:
    """Follow a release down the network, touching only what it reaches, and nothing below the last of the places.

    Parameters
    ----------
    network
        Topology of ``n`` reaches.
    way
        What is known of them.
    reach, chainage
        Where the release is: row of the reach and metres from its tail.
    places_reach, places_chainage
        Places asked for, shape ``(p,)``: row of the reach and metres from its tail.
    """
    if not places_reach.size:
        return Reached(place=np.zeros(0, np.intp), arms=np.zeros((0, a.FIELDS)), blocked=(), losing=())
    lowest = int(network.rank[network.tail[places_reach]].max())              # below it no place is left to come to
    order = np.argsort(places_reach, kind="stable")
    first = np.searchsorted(places_reach[order], np.arange(network.n_reaches + 1))
    found: list[tuple[int, Array]] = []
    blocked: list[int] = []
    losing: list[int] = []
    at_node: dict[int, list[Array]] = {}
    waiting: list[tuple[int, int]] = []

    def follow(r: int, arms: Array, begin: float, *, after_dam: bool) -> None:
        if not way.velocity.most_probable[r] > 0:
            blocked.append(r)
            return
        for p in order[first[r] : first[r + 1]]:
            if places_chainage[p] >= begin:
                metres = float(places_chainage[p]) - begin
                found.append((int(p), _advance(arms, way, r, metres, after_dam=after_dam)))
        node = int(network.head[r])
        if node not in at_node:
            at_node[node] = []
            heapq.heappush(waiting, (int(network.rank[node]), node))
        end = _advance(arms, way, r, max(way.length[r] - begin, 0.0), after_dam=after_dam)
        others = np.nansum(way.discharge[network.entering(node)]) - way.discharge[r]
        if others > way.discharge[r]:                      # into a larger river: mixing across begins anew
            end[:, a.MIXED] = 0.0
        at_node[node].append(end)

    follow(reach, a.start(way.first_peak[reach], way.peak_power[reach]), chainage, after_dam=False)
    while waiting and waiting[0][0] <= lowest:
        _, node = heapq.heappop(waiting)
        below, above = network.leaving(node), network.entering(node)
        if 0 < np.nansum(way.discharge[below]) < LOSING * np.nansum(way.discharge[above]):
            losing.append(node)
        # a dry arm of a bifurcation carries nothing; no known flow at all means the plume cannot be followed
        blocked += [int(r) for r in below if np.isnan(way.discharge[r]) or not np.any(way.discharge[below] > 0)]
        for r, arms in _divide(a.merge(np.vstack(at_node.pop(node))), network, way, node):
            follow(r, arms, 0.0, after_dam=bool(way.dam_at[node]))

    found.sort(key=lambda item: item[0])
    place = np.repeat([p for p, _ in found], [len(x) for _, x in found]).astype(np.intp)
    arms = np.vstack([x for _, x in found]) if found else np.zeros((0, a.FIELDS))
    return Reached(place=place, arms=a.close_tank(arms), blocked=tuple(sorted(set(blocked))),
                   losing=tuple(losing))
