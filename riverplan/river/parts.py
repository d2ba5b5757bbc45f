"""The parts of a network that do not lead to an outlet, one finding each, with what would connect them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.errors import Problem
from riverplan.i18n import before
from riverplan.river.directing import SAID_SINGLY, SNAP_OFFERED, LonLat

PARTS = frozenset({"part_unconnected", "part_apart"})
"""Findings about one part, at its lower end."""
SAID = PARTS | {"parts_unconnected"}


def part_problems(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, lonlat: LonLat) -> list[Problem]:
    """One warning for each part that does not lead to an outlet, the longest first.

    Parameters
    ----------
    reaches, nodes
        Frames of a river; ``status`` tells which reaches are unconnected.
    lonlat
        Function from the river's plane [m] to longitude and latitude [degrees].
    """
    apart = reaches["status"].str.contains("unconnected").to_numpy(bool)
    if not apart.any() or apart.all():
        return []
    km = reaches["length"].to_numpy(np.float64) / 1000
    codes, names = pd.factorize(pd.concat([reaches["tail"], reaches["head"]]))
    tail, head = codes[: len(reaches)], codes[len(reaches):]
    graph = coo_array((np.ones(tail.size), (tail, head)), shape=(len(names),) * 2)
    part = connected_components(graph, directed=False)[1][tail]
    at = dict(zip(nodes["node_id"], nodes.geometry, strict=True))
    tree = shapely.STRtree(reaches.geometry.to_numpy()[~apart])
    groups = sorted((np.flatnonzero(apart & (part == p)) for p in np.unique(part[apart])),
                    key=lambda g: (-km[g].sum(), g[0]))
    problems = []
    for group in groups[:SAID_SINGLY]:
        ends = group[~np.isin(head[group], tail[group])]       # of several lower ends the nearest to the river
        points = [at[i] for i in dict.fromkeys(reaches["head"].iloc[ends if ends.size else group[:1]])]
        gaps = tree.query_nearest(np.array(points, object), return_distance=True, all_matches=False)[1]
        point, gap = points[int(np.argmin(gaps))], float(gaps.min())
        lon, lat = (float(v) for v in lonlat(point.x, point.y))
        code = "part_unconnected" if gap <= SNAP_OFFERED else "part_apart"
        problems.append(Problem(code=code, severity="warning", lon=lon, lat=lat, fields={
            "rivers": before(reaches["name"].to_numpy(object)[group]), "km": float(km[group].sum()),
            "reaches": group.size, "gap_km": gap / 1000, "snap": int(np.ceil(gap / 50) * 50),
            "end_lon": lon, "end_lat": lat}))
    if rest := groups[SAID_SINGLY:]:
        problems.append(Problem(code="parts_unconnected", severity="warning", fields={
            "count": len(rest), "km": float(sum(km[g].sum() for g in rest))}))
    return problems
