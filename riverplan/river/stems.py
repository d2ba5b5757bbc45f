"""Named rivers within the network: kilometres from the mouth, and the share of the river in each arm."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from riverplan.channel import Array
from riverplan.transport.compiled import compile_network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stem:
    """The reaches of one name that drain to one mouth.

    Parameters
    ----------
    name
        Name of the river.
    rows
        Row numbers of its reaches, from the top down.
    lower, upper
        Distance from the head and from the tail of each reach to the mouth [m], along the shortest arm.
    share
        Share of the river's flow in each reach: less than one in the arms of an island [-].
    length
        Distance from the farthest reach to the mouth [m].
    whole
        Whether this is the main piece of the name (the one leading on, else the longest).
    """

    name: str
    rows: np.ndarray
    lower: Array
    upper: Array
    share: Array
    length: float
    whole: bool


def topological(reaches: gpd.GeoDataFrame) -> np.ndarray:
    """Row numbers of the reaches in an order in which each comes after all above it."""
    nodes = {n: i for i, n in enumerate(dict.fromkeys([*reaches["tail"], *reaches["head"]]))}
    tail = reaches["tail"].map(nodes).to_numpy(np.int32)
    head = reaches["head"].map(nodes).to_numpy(np.int32)
    return np.argsort(compile_network(tail, head, len(nodes)).rank[tail], kind="stable")


def shares(widths: Array) -> Array:
    """Shares of arms by their widths; equal where a width is not known."""
    known = np.isfinite(widths) & (widths > 0)
    return widths / widths.sum() if known.all() else np.full(widths.size, 1.0 / widths.size)


def stems(reaches: gpd.GeoDataFrame) -> Mapping[str, tuple[Stem, ...]]:
    """The pieces of each named river, its main piece first.

    A name may stand for several pieces: a river that leaves the map and comes back has one mouth each
    time. Kilometres in a list mean the main piece.
    """
    order = topological(reaches)
    name = reaches["name"].to_numpy(object)
    tail, head = reaches["tail"].to_numpy(object), reaches["head"].to_numpy(object)
    length = reaches["length"].to_numpy(np.float64)
    width = reaches["width"].to_numpy(np.float64)
    leaves_map = set(head) - set(tail)
    unconnected = reaches["status"].str.contains("unconnected").to_numpy(bool)
    by_name: dict[str, list[int]] = defaultdict(list)
    for i in order.tolist():
        if name[i]:
            by_name[name[i]].append(i)
    found: dict[str, tuple[Stem, ...]] = {}
    for river, rows in by_name.items():
        below: dict[str, list[int]] = defaultdict(list)
        for i in rows:
            below[tail[i]].append(i)
        share_at: dict[str, float] = {}
        share: dict[int, float] = {}
        for i in rows:                                          # from the top: shares
            arms = below[tail[i]]
            mine = shares(width[arms])[arms.index(i)] if len(arms) > 1 else 1.0
            share[i] = share_at.get(tail[i], 1.0) * float(mine)
            share_at[head[i]] = min(share_at.get(head[i], 0.0) + share[i], 1.0)
        to_mouth: dict[str, tuple[float, str]] = {}             # node → distance and mouth
        lower: dict[int, tuple[float, str]] = {}
        for i in reversed(rows):                                # from the mouth: distances
            lower[i] = to_mouth.get(head[i], (0.0, head[i]))
            here = (lower[i][0] + length[i], lower[i][1])
            to_mouth[tail[i]] = min(to_mouth.get(tail[i], here), here)
        pieces = []
        for mouth in dict.fromkeys(lower[i][1] for i in rows):
            mine_rows = [i for i in rows if lower[i][1] == mouth]
            low = np.array([lower[i][0] for i in mine_rows])
            up = low + length[mine_rows]
            pieces.append((not unconnected[mine_rows[0]], mouth not in leaves_map, float(up.max()), Stem(
                name=river, rows=np.array(mine_rows), lower=low, upper=up,
                share=np.array([share[i] for i in mine_rows]), length=float(up.max()), whole=False)))
        pieces.sort(key=lambda p: (-p[0], -p[2], -p[1]))
        main = pieces[0][3]
        found[river] = (Stem(name=river, rows=main.rows, lower=main.lower, upper=main.upper, share=main.share,
                             length=main.length, whole=True), *(p[3] for p in pieces[1:]))
    return found


def with_river_km(reaches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The reaches with ``river_km``: from the head of each to the mouth of its river [m].

    ``nan`` for reaches without a name and for pieces of a river whose way to the mouth is not on the map.
    """
    km = np.full(len(reaches), np.nan)
    for pieces in stems(reaches).values():
        km[pieces[0].rows] = pieces[0].lower
    return reaches.assign(river_km=km)
