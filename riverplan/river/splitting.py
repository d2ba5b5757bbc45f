"""Cutting reaches where something on them changes: a dam, the end of a pool, a limit of the lists."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.ops import substring

from riverplan.river.assemble import typed
from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A place to cut a reach.

    Parameters
    ----------
    row
        Row number of the reach.
    chainage
        From its tail [m].
    why
        Word for the status, such as ``split at dam``.
    snug
        A node nearer than this [m] serves instead.
    """

    row: int
    chainage: float
    why: str
    snug: float = 50.0


def split(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, cuts: Iterable[Cut],
          ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, np.ndarray]:
    """Cut reaches; the pieces of ``x`` are called ``x.1``, ``x.2`` … from the top down.

    Parameters
    ----------
    reaches, nodes
        Frames of a river.
    cuts
        Where to cut. One too near to an end of the reach, or to another cut, is left out.

    Returns
    -------
    reaches, nodes
        The new frames; ``length`` is divided as the drawn line is.
    origin
        For each new reach the row it was a part of.
    """
    places: dict[int, list[Cut]] = defaultdict(list)
    length = reaches["length"].to_numpy(np.float64)
    for cut in sorted(cuts, key=lambda c: (c.snug, c.row, c.chainage)):
        others = [0.0, length[cut.row], *(c.chainage for c in places[cut.row])]
        if min(abs(cut.chainage - s) for s in others) > min(cut.snug, length[cut.row] / 4):
            places[cut.row].append(cut)
    places = {row: sorted(c, key=lambda c: c.chainage) for row, c in places.items() if c}
    if not places:
        return reaches, nodes, np.arange(len(reaches))
    pieces, origin, points = [], [], []
    for i, row in enumerate(reaches.itertuples(index=False)):
        here = places.get(i, [])
        values = row._asdict()
        if not here:
            pieces.append(values)
            origin.append(i)
            continue
        stops = [0.0, *(c.chainage for c in here), length[i]]
        tail = row.tail
        words = dict.fromkeys([*([] if row.status == "kept" else [row.status]), *(c.why for c in here)])
        for k, (a, b) in enumerate(pairwise(stops), 1):
            reach_id = f"{row.reach_id}.{k}"
            head = row.head if k == len(stops) - 1 else f"{reach_id}/end"
            line = substring(row.geometry, a / length[i], b / length[i], normalized=True)
            pieces.append({**values, "reach_id": reach_id, "tail": tail, "head": head, "length": b - a,
                           "geometry": line, "status": "; ".join(words)})
            origin.append(i)
            if k < len(stops) - 1:
                points.append({"node_id": head, "kind": "junction", "elevation": np.nan,
                               "geometry": line.boundary.geoms[1]})
            tail = head
    new_reaches = gpd.GeoDataFrame(pieces, geometry="geometry", crs=reaches.crs)
    new_nodes = gpd.GeoDataFrame(pd.concat([nodes, gpd.GeoDataFrame(points, geometry="geometry", crs=nodes.crs)],
                                           ignore_index=True), geometry="geometry", crs=nodes.crs)
    return typed(new_reaches, REACH_COLUMNS), typed(new_nodes, NODE_COLUMNS), np.array(origin)
