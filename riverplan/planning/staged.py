"""The river on which plans are tried: where a dam may be built the reach is cut, and each space holds what it can."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from riverplan.forecasting.spill import Spill
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.cutting import cut_river
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site, Space
from riverplan.river.splitting import Cut

SNUG = 5.0
"""A node this near to a place [m] serves instead of a cut."""
OFF = 2.0 * SNUG
"""A dam beside a node where rivers join or part is taken to stand this far from it [m]."""
Parts = dict[str, list[tuple[str, float]]]
BARRED = ("canal", "tunnel", "closed_conduit", "reservoir")
"""Kinds of reaches no temporary dam is built across."""


def staged(river: RiverNetwork, spaces: Sequence[UsableSpace]) -> RiverNetwork:
    """The river with a gate wherever one of the spaces can hold water in the river.

    Parameters
    ----------
    river
        The river; it stays as it is.
    spaces
        Spaces as usable today. One in the river with a ``free_volume`` becomes a
        :class:`riverplan.river.sites.Space` with a ``node_id`` and that volume, be it listed, a bridge, or found;
        those beside the river become places on it.

    Returns
    -------
    RiverNetwork
        Sites keep their ids; those on a reach that was cut lie on a part of it.
    """
    known = {s.site_id: s for s in river.sites}
    kinds = dict(zip(river.reaches["reach_id"], river.reaches["kind"], strict=True))
    dams = [s for s in spaces if s.free_volume and not s.side and s.reach_id in river.reach_row
            and not getattr(known.get(s.space_id), "node_id", "") and kinds[s.reach_id] not in BARRED]
    dams = [_off_a_fork(s, river) for s in dams]
    spaces = [*dams, *(s for s in spaces if s.space_id not in {d.space_id for d in dams})]
    cuts = [Cut(row=river.reach_row[s.reach_id], chainage=s.chainage, why="split at a dam", snug=SNUG) for s in dams]
    sites: dict[str, Site] = {**known, **{s.space_id: _space(s, known.get(s.space_id)) for s in spaces}}
    cut = cut_river(river, cuts)
    parts = _parts(cut)
    moved = {i: _moved(site, river, cut, parts) for i, site in sites.items()}
    nodes = {s.space_id: _node(cut, moved[s.space_id]) for s in dams}
    taken: dict[str, str] = {getattr(s, "node_id", ""): i for i, s in known.items()}
    for space_id, node in nodes.items():
        if node and node not in taken:                        # one gate at a node: the first named
            taken[node] = space_id
            moved[space_id] = replace(moved[space_id], node_id=node)  # type: ignore[call-arg]
    return cut.replace(sites=tuple(moved.values()))


def _off_a_fork(space: UsableSpace, river: RiverNetwork) -> UsableSpace:
    """A dam beside a confluence or a fork a little way off it, into its own reach: it bars that reach alone."""
    net, row = river.compiled, river.reach_row[space.reach_id]
    low, high = 0.0, float(river.reaches["length"].iat[row])
    low += OFF * (max(net.entering(net.tail[row]).size, net.leaving(net.tail[row]).size) > 1)
    high -= OFF * (max(net.entering(net.head[row]).size, net.leaving(net.head[row]).size) > 1)
    return replace(space, chainage=min(max(space.chainage, low), high)) if low < high else space


def moved_spill(spill: Spill, river: RiverNetwork, cut: RiverNetwork) -> Spill:
    """A located spill (``reach_id``, ``chainage``) on the staged river."""
    place = Site(site_id="", lon=0.0, lat=0.0, reach_id=spill.reach_id, chainage=spill.chainage or 0.0)
    place = _moved(place, river, cut, _parts(cut))
    return replace(spill, site_id="", stake="", lon=None, lat=None, reach_id=place.reach_id, chainage=place.chainage)


def _space(space: UsableSpace, site: Site | None) -> Site:
    """A space as the simulation knows one."""
    if isinstance(site, Space):
        return replace(site, usable_volume=space.free_volume, chainage=space.chainage)
    return Space(site_id=space.space_id, name=space.name, category=space.category, lon=space.lon, lat=space.lat,
                 reach_id=space.reach_id, chainage=space.chainage, usable_volume=space.free_volume)


def _moved(site: Site, river: RiverNetwork, cut: RiverNetwork, parts: Parts) -> Site:
    """A site on the part of its reach it lies on."""
    if site.reach_id in cut.reach_row or site.reach_id not in river.reach_row:
        return site
    here = parts[site.reach_id]
    ends = np.cumsum([length for _, length in here])
    k = min(int(np.searchsorted(ends, site.chainage - 1e-6)), len(here) - 1)
    return replace(site, reach_id=here[k][0], chainage=float(site.chainage - (ends[k] - here[k][1])))


def _parts(cut: RiverNetwork) -> Parts:
    """The parts of reaches that were cut, from the top down, with their lengths, by the id they had."""
    found: Parts = defaultdict(list)
    for reach_id, length in zip(cut.reaches["reach_id"], cut.reaches["length"], strict=True):
        whole, dot, number = reach_id.rpartition(".")
        if dot and number.isdigit():
            found[whole].append((reach_id, float(length)))
    return found


def _node(river: RiverNetwork, site: Site) -> str:
    """The node at a place, where there is one."""
    row = river.reaches.iloc[river.reach_row[site.reach_id]]
    if site.chainage <= SNUG:
        return str(row["tail"])
    return str(row["head"]) if row["length"] - site.chainage <= SNUG else ""
