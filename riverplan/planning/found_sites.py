"""Places nobody has listed: narrow sections for a temporary dam, dry channels, arms of islands; from the map alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import shapely

from riverplan.channel import Array, Channel
from riverplan.planning.chains import Chains, Rows, chains
from riverplan.planning.temporary_dams import (
    FREEBOARD,
    HEIGHT,
    MOST_BACKWATER,
    MOST_DEPTH,
    MOST_WIDTH,
    flow_depth,
    temporary_dam,
    water_held,
)
from riverplan.planning.usable_space import OPENING, Dam, UsableSpace
from riverplan.planning.volumes import time_gained
from riverplan.river.dams import DAM_KINDS
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Bridge, Space
from riverplan.transport.compiled import Compiled
from riverplan.transport.mixing import ROUGHNESS_ASSUMED

NATURAL = ("channel", "dewatered")
"""Kinds of reaches in which one can build."""
MOST = 3
"""Candidates for a dam taken of each stretch between confluences."""
ABOVE_END = 100.0
"""A dam stands this far above the end of its reach [m], clear of what joins there."""
NEAR = 500.0
"""A listed site or bridge on the same reach this near [m] stands for the candidate."""
LEAST_GAIN = 600.0
"""A dam that is full sooner [s] is no candidate (assumed)."""
ACROSS = frozenset({"temp_dam_site", "bridge", *DAM_KINDS})
"""Types of listed spaces that stand across the river."""
FILLED = 1.0
"""Depth to which a dry channel is filled [m] (assumed)."""
_ASSUMED: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Map:
    """The river as arrays, and which reaches are asked for."""

    river: RiverNetwork
    net: Compiled
    channel: Channel
    depth: Array
    natural: np.ndarray
    asked: np.ndarray
    chains: Chains


def found_sites(river: RiverNetwork, scenario: str | FlowScenario, *, heights: Mapping[str, float] = _ASSUMED,
                most: int = MOST, within: Collection[str] | None = None) -> tuple[UsableSpace, ...]:
    """Candidates from lines and flows, most water for an hour of work first; nobody has looked at any of them.

    A narrow section is a reach no wider than ``MOST_WIDTH`` and no deeper than ``MOST_DEPTH``, where a dam gains at
    least ``LEAST_GAIN``; its channel is taken as a rectangle. A dry channel leaves the river at a fork and carries
    nothing at this flow. An arm is the lesser of two that part and meet again with nothing joining between; it
    is closed at both ends.

    Parameters
    ----------
    river
        The river; widths and slopes of its reaches decide.
    scenario
        Name of one of its flows, or a flow.
    heights
        Height of a dam [m] by ``reach_id``, such as banks of an elevation model allow; else ``HEIGHT`` (assumed).
    most
        How many dams of each stretch between confluences.
    within
        Reaches to look at, such as those a plume passes; all where None.

    Returns
    -------
    tuple of UsableSpace
        ``listed`` is False; the id is ``found:<reach>@<metres>``. A dry channel lies on the reach it leaves.

    Raises
    ------
    UnknownNameError
        If there is no such flow.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    channel, net = river.channel(flow), river.compiled
    wanted = np.ones(net.n_reaches, bool) if within is None else river.reaches["reach_id"].isin(within).to_numpy(bool)
    here = _Map(river=river, net=net, channel=channel, depth=flow_depth(channel), asked=wanted,
                natural=river.reaches["kind"].isin(NATURAL).to_numpy(bool), chains=chains(net, channel.length))
    given = river.reaches["reach_id"].map(heights).to_numpy(np.float64) if heights else np.full(net.n_reaches, np.nan)
    found = [*_narrow(here, np.where(given > 0, given, HEIGHT), most), *_dry(here), *_arms(here)]
    return tuple(sorted(found, key=lambda s: (-(s.free_volume or 0.0) / max(s.close_time or 1.0, 1.0), s.space_id)))


def _narrow(here: _Map, height: Array, most: int) -> list[UsableSpace]:
    """Dams at the lower ends of narrow reaches, the best of each stretch."""
    ch, depth = here.channel, here.depth
    at = np.where(ch.length > 2 * ABOVE_END, ch.length - ABOVE_END, ch.length / 2.0)
    held = np.asarray(water_held(ch.width, height, depth, ch.slope,
                                 most=np.minimum(MOST_BACKWATER, here.chains.above + at)))
    gain = np.asarray(time_gained(held, ch.discharge))
    fits = (here.natural & here.asked & (ch.discharge > 0) & (ch.width <= MOST_WIDTH) & (depth <= MOST_DEPTH)
            & (held > 0) & (gain >= LEAST_GAIN))
    rows = np.flatnonzero(fits)
    taken = _taken(here.river)
    rows = np.array([r for r in rows if not any(abs(at[r] - c) < NEAR for c in taken.get(int(r), ()))], np.intp)
    dams = {int(r): temporary_dam(float(ch.width[r]), float(height[r])) for r in rows}
    worth = np.array([held[r] / dams[int(r)].excavator_time for r in rows])
    order = np.lexsort((rows, -worth, here.chains.first[rows]))
    rows = rows[order]
    stretch = here.chains.first[rows]
    begins = np.flatnonzero(np.r_[True, stretch[1:] != stretch[:-1]]) if rows.size else np.empty(0, np.intp)
    place = np.arange(rows.size) - np.repeat(begins, np.diff(np.r_[begins, rows.size]))
    rows = rows[place < most]
    return [replace(s, functions=frozenset({"cut"}), free_volume=float(held[r]), volume_basis="wedge", in_channel=True,
                    close_time=dams[int(r)].excavator_time, close_basis="earthwork", dam=dams[int(r)])
            for r, s in zip(rows, _at(here, rows, at[rows], "temp_dam_site"), strict=True)]


def _taken(river: RiverNetwork) -> dict[int, list[float]]:
    """Chainages [m] of listed dam sites, dams and bridges, by row of their reach."""
    taken: dict[int, list[float]] = {}
    for site in river.sites:
        across = isinstance(site, Bridge) or (isinstance(site, Space) and site.category in ACROSS)
        if across and site.reach_id in river.reach_row:
            taken.setdefault(river.reach_row[site.reach_id], []).append(site.chainage)
    return taken


def _dry(here: _Map) -> list[UsableSpace]:
    """Channels that leave a flowing river at a fork and carry nothing."""
    ch, net = here.channel, here.net
    usable = here.natural & (ch.discharge == 0) & (ch.width > 0)
    content = np.bincount(here.chains.first, np.where(usable, ch.length * ch.width * FILLED, np.nan), net.n_reaches)
    flows = np.full(net.n_nodes, -1, np.intp)
    wet = np.flatnonzero(here.natural & here.asked & (ch.discharge > 0))
    wet = wet[np.argsort(ch.discharge[wet], kind="stable")]                       # the largest arm counts
    flows[net.tail[wet]] = wet
    rows = np.flatnonzero(usable & (ch.slope > 0) & (flows[net.tail] >= 0) & np.isfinite(content))
    rough = np.where(ch.roughness > 0, ch.roughness, ROUGHNESS_ASSUMED)
    takes = ch.width * FILLED ** (5.0 / 3.0) * np.sqrt(np.maximum(ch.slope, 0.0)) / rough
    beside = flows[net.tail[rows]]
    return [replace(s, space_id=_id(here, int(r), 0.0), functions=frozenset({"divert", "hold"}), side=True,
                    free_volume=float(content[r]), volume_basis="channel", close_time=OPENING, close_basis="assumed",
                    capacity=float(min(takes[r], ch.discharge[b])))
            for r, b, s in zip(rows, beside, _at(here, beside, np.zeros(beside.size), "dry_channel"),
                               strict=True)]


def _arms(here: _Map) -> list[UsableSpace]:
    """The lesser arms of islands, shallow and narrow enough to be closed at both ends."""
    ch, net, row = here.channel, here.net, here.chains
    heads = np.flatnonzero((row.first == np.arange(net.n_reaches)) & (net.n_leaving[net.tail] > 1))
    ends = row.last[heads]
    holds = ch.length * ch.width * np.where(here.natural & (ch.discharge > 0), here.depth, np.nan)
    content = np.bincount(row.first, holds, net.n_reaches)
    keep = (net.n_entering[net.head[ends]] > 1) & (ch.discharge[heads] > 0) & here.natural[heads]
    heads, ends = heads[keep], ends[keep]
    pair = np.stack([net.tail[heads], net.head[ends]], axis=1)
    _, group, count = np.unique(pair, axis=0, return_inverse=True, return_counts=True)
    order = np.lexsort((heads, -ch.discharge[heads], group))
    sorted_group = group[order]
    first = np.r_[True, sorted_group[1:] != sorted_group[:-1]] if order.size else np.empty(0, bool)
    lesser = order[~first & (count[sorted_group] > 1)]
    found: list[UsableSpace] = []
    for head, end, s in zip(heads[lesser], ends[lesser], _at(here, heads[lesser], np.zeros(lesser.size),
                                                           "island_reach"), strict=True):
        width, depth = ch.width[[head, end]], here.depth[[head, end]]
        if here.asked[head] and np.isfinite(content[head]) and width.max() <= MOST_WIDTH and depth.max() <= MOST_DEPTH:
            dam = _both(*(temporary_dam(float(w), float(d) + FREEBOARD) for w, d in zip(width, depth, strict=True)))
            found.append(replace(s, functions=frozenset({"hold", "divert"}), free_volume=float(content[head]),
                                 volume_basis="channel", close_time=dam.excavator_time, close_basis="earthwork",
                                 dam=dam, in_channel=True))
    return found


def _both(upper: Dam, lower: Dam) -> Dam:
    """The earthwork of two dams; width, height and crest are those of the upper one."""
    return replace(upper, volume=upper.volume + lower.volume, bags=upper.bags + lower.bags,
                   excavator_time=upper.excavator_time + lower.excavator_time,
                   lorry_trips=upper.lorry_trips + lower.lorry_trips)


def _id(here: _Map, row: int, chainage: float) -> str:
    return f"found:{here.river.reaches['reach_id'].iat[row]}@{chainage:.0f}"


def _at(here: _Map, rows: Rows, chainage: Array, category: str) -> list[UsableSpace]:
    """Candidates of a type at places, of which nothing more is said yet."""
    reaches, length = here.river.reaches, here.channel.length[rows]
    points = shapely.line_interpolate_point(reaches.geometry.to_numpy()[rows], chainage / length, normalized=True)
    lon, lat = here.river.lonlat(shapely.get_x(points), shapely.get_y(points))
    km = (reaches["river_km"].to_numpy(np.float64)[rows] + length - chainage) / 1000.0
    ids, names = reaches["reach_id"].to_numpy()[rows], reaches["name"].to_numpy()[rows]
    return [UsableSpace(space_id=f"found:{i}@{c:.0f}", name=f"{n or i} {k:.1f} km" if np.isfinite(k) else f"{n or i}",
                        category=category, reach_id=str(i),
                        chainage=float(c), lon=float(x), lat=float(y), functions=frozenset(),
                        free_volume=None, volume_basis="unknown", close_time=None, close_basis="unknown", listed=False)
            for i, n, k, c, x, y in zip(ids, names, km, chainage, np.atleast_1d(lon), np.atleast_1d(lat), strict=True)]
