"""Dams with pools: the reach is cut at the dam, and what lies above it becomes a reservoir."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from riverplan.channel import Array
from riverplan.river.locate import Position
from riverplan.river.parameters import Told
from riverplan.river.sites import Space
from riverplan.river.splitting import Cut

DAM_KINDS = ("reservoir", "gate_dam", "hydropower_dam_type", "hydropower_diversion_type")
"""Spaces that hold a pool if they have a ``pool_length``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dam:
    """A dam on the river: its space and its node."""

    space: Space
    node_id: str


SNUG = 50.0
"""A dam this near to a node [m] stands at it."""
AT_NODE = 1.0
"""Nearer than this [m] nobody can tell which of the reaches that meet there it bars: it bars all."""
APART = 10.0
"""Beside a node where rivers join or part, a dam stands at least this far from it [m]."""
OWN_RIVER = 500.0
"""A dam this near to a line [m] bars it; one farther off only if its row names that river."""


def bars(site: Space, position: Position) -> bool:
    """Whether a dam stands across the reach it lies at, and not on a stream that is not drawn."""
    named = bool(site.river) and bool(position.name) and (site.river in position.name or position.name in site.river)
    return position.offset <= OWN_RIVER or named


def holds_pool(site: object) -> bool:
    """Whether a site is a dam with a pool."""
    return isinstance(site, Space) and site.category in DAM_KINDS and bool(site.pool_length)


def dam_cut(reaches: gpd.GeoDataFrame, position: Position) -> Cut:
    """Where to cut the reach of a dam.

    A node within ``SNUG`` serves instead, unless others join the reach there: a dam on a tributary just above its
    mouth bars the tributary alone, and not the river.
    """
    row = int(np.flatnonzero(reaches["reach_id"].to_numpy(object) == position.reach_id)[0])
    length, at = float(reaches["length"].iloc[row]), position.chainage
    side = "head" if at >= length / 2 else "tail"
    off = length - at if side == "head" else at
    if AT_NODE < off <= SNUG and int((reaches[side] == reaches[side].iloc[row]).sum()) > 1:
        at = min(max(at, APART), length - APART)
        return Cut(row=row, chainage=at, why="split at a dam", snug=0.5 * APART)
    return Cut(row=row, chainage=at, why="split at a dam", snug=SNUG)


def dam_node(reaches: gpd.GeoDataFrame, position: Position) -> str:
    """The node a dam stands at, once the reach is cut: the nearer end of its reach."""
    row = reaches.loc[reaches["reach_id"] == position.reach_id].iloc[0]
    return str(row["head"] if position.chainage >= row["length"] / 2 else row["tail"])


def _above(reaches: gpd.GeoDataFrame, dam: Dam, dams: Sequence[Dam]) -> list[tuple[int, float]]:
    """Rows of the pool from the dam up along its river, with how much of each it takes [m]."""
    barred = {d.node_id for d in dams if d.node_id != dam.node_id}
    head = reaches["head"].to_numpy(object)
    name = reaches["name"].to_numpy(object)
    length = reaches["length"].to_numpy(np.float64)
    area = reaches["river_km"].fillna(0).to_numpy(np.float64) + length
    left, node, found = float(dam.space.pool_length or 0.0), dam.node_id, []
    river = dam.space.river if dam.space.river in name else ""
    while left > 1.0:
        entering = np.flatnonzero(head == node)
        same = entering[name[entering] == river] if river else entering
        if not same.size:
            break
        i = int(same[np.argmax(area[same])])
        river = river or str(name[i])
        found.append((i, min(left, float(length[i]))))
        left -= float(length[i])
        node = str(reaches["tail"].iloc[i])
        if node in barred:
            break
    return found


def pool_cuts(reaches: gpd.GeoDataFrame, dams: Sequence[Dam]) -> list[Cut]:
    """Where pools end within a reach."""
    length = reaches["length"].to_numpy(np.float64)
    return [Cut(row=i, chainage=float(length[i] - taken), why="split at the end of a pool", snug=100.0)
            for dam in dams for i, taken in _above(reaches, dam, dams) if taken < length[i] - 1.0]


def drain_pools(reaches: gpd.GeoDataFrame, dams: Sequence[Dam]) -> gpd.GeoDataFrame:
    """Make the pools of dams channels again: their rows are about to be read anew, perhaps elsewhere."""
    reaches = reaches.copy()
    kind = reaches.columns.get_loc("kind")
    for dam in dams:
        rows = [i for i, _ in _above(reaches, dam, dams) if reaches["kind"].iloc[i] == "reservoir"]
        reaches.iloc[rows, kind] = "channel"
    return reaches


def lay_pools(reaches: gpd.GeoDataFrame, storage: Array, dams: Sequence[Dam], told: Told,
              ) -> tuple[gpd.GeoDataFrame, Array]:
    """Make the reaches above each dam a reservoir that stores its volume, by length."""
    reaches, storage = reaches.copy(), storage.copy()
    length = reaches["length"].to_numpy(np.float64)
    kind = reaches.columns.get_loc("kind")
    for dam in dams:
        space = dam.space
        asked = float(space.pool_length or 0.0)
        above = [(i, taken) for i, taken in _above(reaches, dam, dams) if taken >= length[i] / 2]
        rows = [i for i, _ in above]
        got = float(length[rows].sum())
        if got < 0.9 * asked - 250.0:
            told.say("pool_short", None, site=space.name or space.site_id, asked=asked / 1000, got=got / 1000)
        if not rows:
            continue
        reaches.iloc[rows, kind] = "reservoir"
        if space.total_volume:
            storage[rows] = space.total_volume * length[rows] / got
        else:
            told.say("pool_no_volume", None, site=space.name or space.site_id)
    return reaches, storage
